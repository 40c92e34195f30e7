"""Footnotes: the part that holds them, and the styles of note and call."""

from __future__ import annotations

from diptych.printers.word.inlines import NoteCall
from diptych.printers.word.markup import part
from diptych.printers.word.model import Paragraph
from diptych.printers.word.properties import Properties, difference, run_properties
from diptych.printers.word.writer import Writer
from diptych.style import TextStyle

SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240"'
    f' w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
"""The rules above the notes, which Word demands before all others (ISO/IEC 29500-1, 17.11.23)."""


def call_style(call: NoteCall, body: TextStyle) -> Properties:
    """What the call of a note says: raised, whatever raises it in the CSS."""
    said = difference(run_properties(call.text, body), run_properties(body))
    kept = {key: value for key, value in said.items() if key in ("color", "b", "i")}
    return {**kept, "vertAlign": 'w:val="superscript"'}


def notes_part(notes: list[Paragraph], writer: Writer) -> bytes:
    """The file's footnotes.xml; the notes are numbered from 1 in order."""
    style = writer.sheet.styles["Footnote Reference"].identifier
    number_run = f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:footnoteRef/></w:r>'
    lead = number_run + '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
    written = []
    for number, note in enumerate(notes, 1):
        writer.note = number
        written.append(f'<w:footnote w:id="{number}">{writer.paragraph(note, lead=lead)}</w:footnote>')
    return part("w:footnotes", SEPARATORS + "".join(written))
