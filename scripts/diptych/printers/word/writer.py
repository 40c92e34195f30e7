"""Blocks and inline items → the XML of a part: the body, a table cell, a note."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from diptych.printers.word import equations, tables, zotero
from diptych.printers.word.comments import mark
from diptych.printers.word.inlines import BREAK, TAB, Cited, Comment, Formula, Group, Item, NoteCall, Picture, Run, runs
from diptych.printers.word.links import Links
from diptych.printers.word.markup import escape
from diptych.printers.word.model import Block, Paragraph, Table
from diptych.printers.word.numbering import Numbering
from diptych.printers.word.pictures import Media, Pictures
from diptych.printers.word.properties import PARAGRAPH_ORDER, RUN_ORDER, frame_beside, properties_xml
from diptych.printers.word.styles import StyleSheet
from diptych.printers.word.tablestyles import TableStyles

SPACER = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
"""The paragraph that Word demands after a table where nothing else follows: a line of one point."""


@dataclass
class Relations:
    """The relationships of one part: links and media, each once."""

    links: dict[str, str] = field(default_factory=dict)
    media: dict[str, tuple[str, Media]] = field(default_factory=dict)

    def link(self, address: str) -> str:
        """The relationship of an address outside the file."""
        return self.links.setdefault(address, f"rIdL{len(self.links) + 1}")

    def file(self, media: Media) -> str:
        """The relationship of a file in the package."""
        return self.media.setdefault(media.name, (f"rIdM{len(self.media) + 1}", media))[0]


@dataclass
class Bookmarks:
    """Numbers for bookmarks, through the whole file."""

    count: int = 0

    def around(self, name: str, inside: str) -> str:
        """`inside` between the start and the end of a bookmark."""
        self.count += 1
        return f'<w:bookmarkStart w:id="{self.count}" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="{self.count}"/>'


@dataclass
class Writer:
    """Writes one part; all parts of a file share all but the relationships and the items."""

    sheet: StyleSheet
    numbering: Numbering
    pictures: Pictures
    links: Links
    bookmarks: Bookmarks
    items: dict[int, list[Item]]  # by the paragraph's identity
    notes: dict[int, int]  # number of a note by its element's identity
    tables: TableStyles = field(default_factory=TableStyles)
    relations: Relations = field(default_factory=Relations)
    flat: bool = False  # no fields
    comments: list[Comment] = field(default_factory=list)  # met so far, in the whole file
    live: zotero.Live | None = None  # where Zotero is to know the citations
    note: int = 0  # the note that is written, or none
    notes_are: str = ""  # footnote or endnote

    def block(self, block: Block, section: str = "", apart: bool = False) -> str:
        """A paragraph or table; `section` is the `w:sectPr` that ends with it, `apart` keeps it from a table below."""
        if isinstance(block, Table):
            after = f"<w:p><w:pPr>{SPACER}{section}</w:pPr></w:p>" if section or apart else ""
            return tables.write(block, self.tables, self.cell) + after
        return self.paragraph(block, section)

    def cell(self, blocks: Sequence[Block]) -> str:
        """The content of a table cell, which must end with a paragraph."""
        inside = "".join(self.block(block) for block in blocks)
        return inside if blocks and isinstance(blocks[-1], Paragraph) else f"{inside}<w:p><w:pPr>{SPACER}</w:pPr></w:p>"

    def paragraph(self, block: Paragraph, section: str = "", lead: str = "") -> str:
        """A paragraph; `lead` is XML before its content."""
        style, said = self.sheet.of(block)
        properties = {**said, **frame_beside(block.beside), "pStyle": f'w:val="{style.identifier}"'}
        if block.page_break:
            properties["pageBreakBefore"] = ""
        number = self.numbering.of(block)
        if number:
            properties["numPr"] = number
            if style.paragraph["ind"] != self.sheet.styles[block.style.name].paragraph["ind"]:
                properties["ind"] = style.paragraph["ind"]
        if section:
            properties["sectPr"] = section
        opens, closes = self._list_ends(block)
        inside = opens + lead + self.inside(self.items[id(block)]) + closes
        for name in reversed(self.links.anchors(block.anchors)):
            inside = self.bookmarks.around(name, inside)
        return f"<w:p><w:pPr>{properties_xml(properties, PARAGRAPH_ORDER)}</w:pPr>{inside}</w:p>"

    def _list_ends(self, block: Paragraph) -> tuple[str, str]:
        """What opens the field of the reference list, at its first paragraph, and what closes it at its last."""
        live = self.live
        if live is None or live.ends is None or id(block) not in live.ends:
            return "", ""
        live.within = id(block) != live.ends[1]
        opening, closing = field_marks(live.code)
        return opening if id(block) == live.ends[0] else "", "" if live.within else closing

    def citation(self, group: Group, said: Cited) -> str:
        """A citation, as a field where Zotero is to know it."""
        live = self.live
        if live is None or live.within:
            return self.inside(group.items)
        names, items = zotero.parted(said, group.items)
        shown = runs(items)
        code = zotero.citation_code(live, said, shown, self.note, self.notes_are)
        look = self._properties(shown[0]) if shown else ""
        return self.inside(names) + field_xml(code, self.inside(items), look)

    def inside(self, items: Sequence[Item]) -> str:
        """Inline items."""
        return "".join(WRITERS[type(item)](self, item) for item in items)

    def run(self, run: Run) -> str:
        """Text, with its tabs and line breaks; what is written from the right is a run of its own."""
        if run.text.isascii():
            return self._run(run, run.text)
        pieces = FROM_RIGHT.split(run.text)
        return "".join(self._run(run, piece, bool(odd % 2)) for odd, piece in enumerate(pieces) if piece)

    def _run(self, run: Run, words: str, from_right: bool = False) -> str:
        inside = self._properties(run, from_right)
        return f"<w:r>{f'<w:rPr>{inside}</w:rPr>' if inside else ''}{_text(words)}</w:r>"

    def _properties(self, run: Run, from_right: bool = False) -> str:
        style, said = self.sheet.of_run(run)
        properties = {**said, "rStyle": f'w:val="{style.identifier}"'} if style else said
        properties = {**properties, "rtl": ""} if from_right else properties
        return properties_xml(properties, RUN_ORDER) if properties else ""

    def group(self, group: Group) -> str:
        """What has something around it."""
        if isinstance(group.said, Cited):
            return self.citation(group, group.said)
        inside = self.inside(group.items)
        if isinstance(group.said, Comment):
            return self.comment(group.said, inside)
        if group.kind == "bookmark":
            return self.bookmarks.around(group.value, inside)
        if group.kind == "field":
            return self._flat(group, inside) if self.flat else field_xml(group.value, inside, self._look(group))
        where = f'w:anchor="{group.value}"' if group.kind == "link" else f'r:id="{self.relations.link(group.value)}"'
        return f'<w:hyperlink {where} w:history="1">{inside}</w:hyperlink>'

    def _flat(self, group: Group, inside: str) -> str:
        """A field's result alone; a cross-reference stays a link, which is none."""
        kind, target, *_ = group.value.split()
        return f'<w:hyperlink w:anchor="{target}" w:history="1">{inside}</w:hyperlink>' if kind == "REF" else inside

    def _look(self, group: Group) -> str:
        """The properties of a field's first run, which its marks need too."""
        first = next(iter(runs(group.items)), None)
        return self._properties(first) if first else ""

    def formula(self, formula: Formula) -> str:
        """A formula, or its LaTeX where it cannot be set."""
        math = equations.omml(formula.tex, formula.display)
        if math is None:
            return f"<w:r>{_text(formula.tex)}</w:r>"
        if not formula.display:
            return math
        align = formula.align if formula.align in ("center", "right") else "left"
        return f'<m:oMathPara><m:oMathParaPr><m:jc m:val="{align}"/></m:oMathParaPr>{math}</m:oMathPara>'

    def picture(self, picture: Picture) -> str:
        """A picture, or the words that stand for it."""
        alt = picture.element.get("alt") or ""
        placed = self.pictures.place(picture.element, picture.measure)
        if placed is None:
            return f"<w:r>{_text(alt)}</w:r>" if alt else ""
        shown = self.relations.file(placed.shown)
        vector = self.relations.file(placed.vector) if placed.vector else None
        return f"<w:r>{self.pictures.drawing(placed, alt, shown, vector)}</w:r>"

    def comment(self, comment: Comment, about: str = "") -> str:
        """The mark of a comment, around what it is about."""
        self.comments.append(comment)
        return mark(len(self.comments) - 1, about, self.sheet)

    def note_call(self, call: NoteCall) -> str:
        """The call of a footnote or end note; comments on the note stand behind it, since in notes none may."""
        style = self.sheet.styles[f"{call.kind.title()} Reference"].identifier
        number = self.notes[id(call.element)]
        mark = f'<w:r><w:rPr><w:rStyle w:val="{style}"/></w:rPr><w:{call.kind}Reference w:id="{number}"/></w:r>'
        return mark + "".join(map(self.comment, call.comments))


WRITERS: dict[type, Callable[..., str]] = {
    Run: Writer.run,
    Group: Writer.group,
    Formula: Writer.formula,
    Picture: Writer.picture,
    NoteCall: Writer.note_call,
    Comment: Writer.comment,
}


def field_xml(instruction: str, result: str, properties: str = "") -> str:
    """A complex field with its cached result (ISO/IEC 29500-1, 17.16.5)."""
    opening, closing = field_marks(instruction, properties)
    return opening + result + closing


def field_marks(instruction: str, properties: str = "") -> tuple[str, str]:
    """What stands before and behind the result of a field."""
    around = f"<w:rPr>{properties}</w:rPr>" if properties else ""

    # A number of a page is not known here: Word is told that what the field shows is out of date (17.16.18).
    stale = ' w:dirty="true"' if instruction.startswith("PAGEREF") else ""

    def mark(kind: str, more: str = "") -> str:
        return f'<w:r>{around}<w:fldChar w:fldCharType="{kind}"{more}/></w:r>'

    code = f'<w:r>{around}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
    return mark("begin", stale) + code + mark("separate"), mark("end")


def _text(text: str) -> str:
    if TAB not in text and BREAK not in text:
        return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    pieces = text.replace(TAB, f"\0{TAB}\0").replace(BREAK, f"\0{BREAK}\0").split("\0")
    return "".join(
        SPECIAL.get(piece) or f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in pieces if piece
    )


RIGHT = "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc"
FROM_RIGHT = re.compile(f"([{RIGHT}]+(?:(?:(?![{RIGHT}])[\\W\\d_])+[{RIGHT}]+)*)")
"""Words in Hebrew, Arabic and their kin with what stands between them: Word asks runs for it, and not their letters.

Without the mark, two words stand in the wrong order (ISO/IEC 29500-1, 17.3.2.30).
"""

SPECIAL = {TAB: "<w:tab/>", BREAK: "<w:br/>"}
