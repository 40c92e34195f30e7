"""Footnotes and end notes: the parts that hold them, and the styles of note and call."""

from __future__ import annotations

from collections.abc import Sequence

from diptych.printers.word.inlines import NoteCall
from diptych.printers.word.markup import part
from diptych.printers.word.model import Paragraph
from diptych.printers.word.properties import Properties, difference, run_properties
from diptych.printers.word.writer import Writer
from diptych.style import TextStyle

SEPARATORS = "".join(
    f'<w:{{note}} w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240"'
    f' w:lineRule="auto"/></w:pPr><w:r><w:{kind}/></w:r></w:p></w:{{note}}>'
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
"""The rules above the notes, which Word demands before all others (ISO/IEC 29500-1, 17.11.23)."""


def call_style(call: NoteCall, body: TextStyle) -> Properties:
    """What the call of a note says: raised, whatever raises it in the CSS."""
    said = difference(run_properties(call.text, body), run_properties(body))
    kept = {key: value for key, value in said.items() if key in ("color", "b", "i")}
    return {**kept, "vertAlign": 'w:val="superscript"'}


def footnotes_part(notes: Sequence[Paragraph], writer: Writer) -> bytes:
    """The file's footnotes.xml; the notes are numbered from 1 in order."""
    return _part("footnote", [[note] for note in notes], '<w:t xml:space="preserve"> </w:t>', writer)


def endnotes_part(notes: Sequence[Sequence[Paragraph]], writer: Writer) -> bytes:
    """The file's endnotes.xml; their numbers hang."""
    return _part("endnote", notes, "<w:tab/>", writer)


def _part(kind: str, notes: Sequence[Sequence[Paragraph]], behind: str, writer: Writer) -> bytes:
    """The part of one kind; `behind` is what stands behind a note's number."""
    style = writer.sheet.styles[f"{kind.title()} Reference"].identifier
    lead = f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:{kind}Ref/></w:r><w:r>{behind}</w:r>'
    written = [SEPARATORS.format(note=kind)]
    for number, (first, *others) in enumerate(notes, 1):
        writer.note, writer.notes_are = number, kind
        inside = writer.paragraph(first, lead=lead) + "".join(map(writer.paragraph, others))
        written.append(f'<w:{kind} w:id="{number}">{inside}</w:{kind}>')
    return part(f"w:{kind}s", "".join(written))
