"""The fonts of the PDF: those that stylesheets bring and no others, whatever the machine has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from diptych.document import Stylesheet
from diptych.measure import bare_configuration


@lru_cache(maxsize=16)
def faces_of(_stylesheets: tuple[Stylesheet, ...], _root: Path) -> FontConfiguration:
    """The configuration that takes the faces of these stylesheets of a project; one a process, so that they load once.

    A character that its own face lacks is set in another of them. Each set of stylesheets has a configuration of its
    own: what a document looks like does not depend on those before it.
    """
    return bare_configuration()


def missing_characters(fonts: Mapping[int, Any]) -> str:
    """The characters for which WeasyPrint's `fonts`, those of a written document, have no glyph."""
    return "".join(sorted({chr(code) for font in fonts.values() for code in font.missing}))


def foreign_characters(fonts: Mapping[int, Any], faces: FontConfiguration) -> dict[str, str]:
    """The characters set in fonts that no stylesheet brought, by the font's family.

    There are none where Fontconfig heeds `fonts.conf`.
    """
    brought = {file.read_bytes() for file in faces._folder.iterdir()} if faces._folder else set()
    strangers = [font for font in fonts.values() if get_hb_object_data(font.hb_face) not in brought]
    return {font.family: "".join(sorted(set("".join(font.to_unicode.values())))) for font in strangers}
