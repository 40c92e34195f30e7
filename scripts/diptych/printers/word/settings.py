"""The file's settings, and the fonts it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diptych.printers.word.markup import escape, part
from diptych.style import Face

COMPATIBILITY = (
    "<w:compat>"
    + "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", "15"),
            ("overrideTableStyleFontSizeAndJustification", "1"),
            ("enableOpenTypeFeatures", "1"),
            ("doNotFlipMirrorIndents", "1"),
            ("differentiateMultirowTableHeaders", "1"),
        )
    )
    + "</w:compat>"
)
"""What Word 2013 and later write for a new document ([MS-DOCX] 2.6.1)."""

NOTES = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
HYPHENS = '<w:autoHyphenation/><w:consecutiveHyphenLimit w:val="3"/>'


@dataclass(frozen=True)
class Switches:
    """What the document as a whole does, and its language."""

    hyphenates: bool
    mirrored: bool  # left pages differ from right ones
    has_notes: bool
    language: str


def settings_part(switches: Switches) -> bytes:
    """The file's settings.xml, in the schema's order (CT_Settings)."""
    return part(
        "w:settings",
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        f"{HYPHENS if switches.hyphenates else ''}{'<w:evenAndOddHeaders/>' if switches.mirrored else ''}"
        f'<w:characterSpacingControl w:val="doNotCompress"/>{NOTES if switches.has_notes else ""}{COMPATIBILITY}'
        f'<w:themeFontLang w:val="{escape(switches.language)}"/><w:decimalSymbol w:val="."/>'
        '<w:listSeparator w:val=","/>',
    )


def fonts_part(faces: Iterable[Face]) -> bytes:
    """The file's fontTable.xml: what may stand in for a face that is missing."""
    named = {face.name: face for face in faces}
    return part("w:fonts", "".join(_font(named[name]) for name in sorted(named)))


def _font(face: Face) -> str:
    return (
        f'<w:font w:name="{escape(face.name)}"><w:altName w:val="{ALTERNATIVES[face.generic]}"/><w:charset w:val="00"/>'
        f'<w:family w:val="{face.generic}"/><w:pitch w:val="variable"/></w:font>'
    )


ALTERNATIVES = {"roman": "Cambria", "swiss": "Calibri", "modern": "Consolas", "auto": "Calibri"}
"""Faces that every Word has, by kind."""
