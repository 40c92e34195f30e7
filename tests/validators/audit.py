"""openxml-audit: the schemas and rules of Open XML in Python, apart from the SDK."""

from __future__ import annotations

from pathlib import Path

from openxml_audit import FileFormat, OpenXmlValidator

NOISE = "stylesWithEffects"  # a part that Word 2010 wrote for Word 2007; the SDK does not ask for it


def failures(file: Path) -> list[str]:
    """What it finds, as `part: what is wrong`; empty for a sound file."""
    found = OpenXmlValidator(FileFormat.MICROSOFT_365).validate(str(file))
    return [f"{one.part_uri}: {one.description}" for one in found.errors if NOISE not in one.description]
