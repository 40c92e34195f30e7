"""Pages: sections with their size, margins, columns, line numbers, headers and footers."""

from __future__ import annotations

import re

from diptych.printers.word.furniture import Furnisher, Furniture, distance
from diptych.printers.word.markup import twips
from diptych.printers.word.model import Block, Paragraph, Section
from diptych.printers.word.writer import SPACER
from diptych.style import Cascade, PageStyle

KINDS = {"default": (False, False), "even": (False, True), "first": (True, False)}  # first page, left page
LINE_NUMBERS = {
    "continuous": '<w:lnNumType w:countBy="1" w:distance="283" w:restart="continuous"/>',
    "page": '<w:lnNumType w:countBy="1" w:distance="283" w:restart="newPage"/>',
}
"""Line numbers 5 mm from the text, as in the PDF."""

CHARACTER = 0.5  # width of one, in ems, to guess how many pages there are


class Pages:
    """The page styles of one document, by name and kind of page."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._styles: dict[tuple[str, str], PageStyle] = {}

    def style(self, name: str, kind: str = "default") -> PageStyle:
        """The page style of a name; kind is default (a right page), even or first."""
        if (name, kind) not in self._styles:
            first, left = KINDS[kind]
            self._styles[name, kind] = self._cascade.page(name, first, left)
        return self._styles[name, kind]

    def measure(self, name: str) -> float:
        """The width of the text area on the pages of that name, in points."""
        return self.style(name).measure

    def mirrored(self, blocks: list[Block]) -> bool:
        """Whether left pages have other headers or footers than right ones."""
        names = {block.section.page for block in blocks}
        return any(self.style(name).boxes != self.style(name, "even").boxes for name in names)

    def count(self, blocks: list[Block]) -> int:
        """About how many pages the document has: what Word shows until it has counted."""
        filled = sum(_height(block) / block.section.columns for block in blocks)
        page = self.style(blocks[0].section.page if blocks else "")
        room = page.height - page.margin.top - page.margin.bottom
        breaks = sum(block.page_break for block in blocks)
        return max(1, round(filled / max(room, 1.0) + breaks / 2 + 0.5))


def _height(block: Block) -> float:
    if not isinstance(block, Paragraph):
        return 14.0 * len(block.rows)
    size = block.text.size
    letters = sum(len(part) if isinstance(part, str) else len("".join(part.itertext())) for part in block.content)
    lines = 1 + letters * size * CHARACTER // max(block.measure, 1.0)
    return block.before + lines * (block.box.line_height or size * 1.25)


class Sections:
    """Cuts the document into sections; each brings its headers and footers where its page differs from the last.

    Each says how `end_notes` are numbered, which LibreOffice does not look up in the settings.
    """

    def __init__(self, pages: Pages, furnisher: Furnisher, line_numbers: str, end_notes: str) -> None:
        self._pages, self._furnisher, self._line_numbers = pages, furnisher, line_numbers
        self._end_notes = f'<w:endnotePr><w:numFmt w:val="{end_notes}"/></w:endnotePr>' if end_notes else ""

    def cut(self, blocks: list[Block]) -> list[tuple[list[Block], str]]:
        """The blocks in runs, one a section, each with its `w:sectPr`, which takes over the break it begins with."""
        found: list[tuple[list[Block], str]] = []
        last: Section | None = None
        if not blocks:
            return [([], self._properties(Section(), self._furnish("", True), new_page=True))]
        for run in _runs(blocks):
            section = run[0].section
            turns = last is None or last.page != section.page
            new_page = turns or run[0].page_break
            run[0].page_break = False
            furniture = self._furnish(section.page, last is None) if turns else []
            found.append((run, self._properties(section, furniture, new_page)))
            last = section
        return found

    def _furnish(self, name: str, opens: bool) -> list[Furniture]:
        default, even, first = (self._pages.style(name, kind) for kind in KINDS)
        kinds = ["default"]
        if even.boxes != default.boxes:
            kinds.append("even")
        if opens and (first.boxes, first.margin) != (default.boxes, default.margin):
            kinds.append("first")
        top = self._top(name)
        return [
            self._furnisher.make(edge, kind, self._pages.style(name, kind), top)
            for edge in ("header", "footer")
            for kind in kinds
        ]

    def _top(self, name: str) -> float:
        """Where the body starts: Word has one top margin for all pages of a section, so the least; headers fill up."""
        return min(self._pages.style(name, kind).margin.top for kind in KINDS)

    def _properties(self, section: Section, furniture: list[Furniture], new_page: bool) -> str:
        style = self._pages.style(section.page)
        references = "".join(f'<w:{one.edge}Reference w:type="{one.kind}" r:id="{one.relation}"/>' for one in furniture)
        columns = f'w:num="{section.columns}" w:space="{twips(section.gap)}"' if section.columns > 1 else 'w:space="0"'
        return (
            f'<w:sectPr>{references}{self._end_notes}<w:type w:val="{"nextPage" if new_page else "continuous"}"/>'
            f"{_size(style, self._top(section.page))}{LINE_NUMBERS.get(self._line_numbers, '')}<w:cols {columns}/>"
            f"{'<w:titlePg/>' if any(one.kind == 'first' for one in furniture) else ''}</w:sectPr>"
        )


def _size(style: PageStyle, top: float) -> str:
    landscape = ' w:orient="landscape"' if style.width > style.height else ""
    sides = {"top": top, "right": style.margin.right, "bottom": style.margin.bottom, "left": style.margin.left}
    sides |= {"header": distance(style, "top"), "footer": distance(style, "bottom"), "gutter": 0.0}
    margins = " ".join(f'w:{side}="{twips(length)}"' for side, length in sides.items())
    return f'<w:pgSz w:w="{twips(style.width)}" w:h="{twips(style.height)}"{landscape}/><w:pgMar {margins}/>'


def _runs(blocks: list[Block]) -> list[list[Block]]:
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and runs[-1][-1].section == block.section:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def balanced(properties: str) -> str:
    """The end of a document in columns: Word balances them where another section follows, if only of an empty line."""
    alone = re.sub(r"<w:cols [^>]*>", '<w:cols w:space="0"/>', properties)
    alone = re.sub(r"<w:(header|footer)Reference [^>]*>|<w:titlePg/>", "", alone)
    alone = alone.replace('"nextPage"', '"continuous"')
    return f"<w:p><w:pPr>{SPACER}{properties}</w:pPr></w:p>{alone}"


def line_numbering(blocks: list[Block]) -> str:
    """How the document numbers its lines: as the first paragraph that asks for it does."""
    asked = (block.box.line_numbers for block in blocks if isinstance(block, Paragraph))
    return next((value for value in asked if value in LINE_NUMBERS), "")
