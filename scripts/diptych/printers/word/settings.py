"""The file's settings."""

from __future__ import annotations

from dataclasses import dataclass

from diptych.printers.word.markup import escape, part

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
END_NOTES = '<w:endnotePr><w:numFmt w:val="{}"/><w:endnote w:id="-1"/><w:endnote w:id="0"/></w:endnotePr>'
"""Where nothing else is said, they stand at the end of the document (ISO/IEC 29500-1, 17.11.22)."""

FONTS = "<w:embedTrueTypeFonts/>"  # and no `w:saveSubsetFonts`, which would take letters from the next to write
ANONYMOUS = "<w:removePersonalInformation/>"
HYPHENS = '<w:autoHyphenation/><w:consecutiveHyphenLimit w:val="3"/>'


@dataclass(frozen=True)
class Switches:
    """What the document as a whole does, and its language."""

    hyphenates: bool
    mirrored: bool  # left pages differ from right ones
    has_notes: bool
    end_notes: str  # how their numbers are written, such as decimal; empty where there are none
    has_fonts: bool
    language: str
    decimal: str  # the sign that decimal tab stops look for
    anonymous: bool = False  # Word takes the names of its users out when it saves


def settings_part(switches: Switches) -> bytes:
    """The file's settings.xml, in the schema's order (CT_Settings)."""
    notes = NOTES if switches.has_notes else ""
    notes += END_NOTES.format(switches.end_notes) if switches.end_notes else ""
    return part(
        "w:settings",
        f'<w:zoom w:percent="100"/>{ANONYMOUS if switches.anonymous else ""}'
        f'{FONTS if switches.has_fonts else ""}<w:defaultTabStop w:val="720"/>'
        f"{HYPHENS if switches.hyphenates else ''}{'<w:evenAndOddHeaders/>' if switches.mirrored else ''}"
        f'<w:characterSpacingControl w:val="doNotCompress"/>{notes}{COMPATIBILITY}'
        f'<w:themeFontLang w:val="{escape(switches.language)}"/><w:decimalSymbol'
        f' w:val="{escape(switches.decimal)}"/><w:listSeparator w:val="{";" if switches.decimal == "," else ","}"/>',
    )
