"""Pages: sections with size, margins, columns and line numbers; headers and footers from the CSS margin boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from diptych.diagnostics import Diagnostic, warning
from diptych.printers.word.markup import escape, part, twips
from diptych.printers.word.model import Block, Paragraph, Section
from diptych.printers.word.properties import (
    PARAGRAPH_ORDER,
    RUN_ORDER,
    Frame,
    ParagraphFormat,
    difference,
    paragraph_properties,
    properties_xml,
    run_properties,
)
from diptych.printers.word.styles import StyleSheet
from diptych.printers.word.writer import SPACER, field_xml
from diptych.style import Cascade, Edges, MarginBox, PageStyle, Piece

PLACES = ("left", "center", "right")
KINDS = (("default", False, False), ("even", False, True), ("first", True, False))  # kind, first page, left page


@dataclass(frozen=True)
class Furniture:
    """A header or footer: its kind of page, its part's name and XML."""

    edge: str  # header or footer
    kind: str  # default, even or first
    name: str
    data: bytes


class Pages:
    """The pages of one document by name, and its named strings."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._styles: dict[tuple[str, str], PageStyle] = {}
        self._strings = cascade.strings()
        self.problems: list[Diagnostic] = []
        self.furniture: list[Furniture] = []
        self.mirrored = False  # left pages differ from right ones

    def style(self, name: str, kind: str = "default") -> PageStyle:
        """The page style of a name and kind of page."""
        if (name, kind) not in self._styles:
            _, first, left = next(row for row in KINDS if row[0] == kind)
            self._styles[name, kind] = self._cascade.page(name, first, left)
        return self._styles[name, kind]

    def measure(self, name: str) -> float:
        """The width of the text area on the pages of that name, in points."""
        return self.style(name).measure

    def sections(self, blocks: list[Block], sheet: StyleSheet, line_numbers: str) -> list[tuple[list[Block], str]]:
        """The blocks in runs, one a section, each with its `w:sectPr`."""
        runs = _runs(blocks)
        return [(run, self._section(runs, number, sheet, line_numbers)) for number, run in enumerate(runs)]

    def _section(self, runs: list[list[Block]], number: int, sheet: StyleSheet, line_numbers: str) -> str:
        section = runs[number][0].section
        before = runs[number - 1][0].section if number else None
        new_page = before is None or before.page != section.page or runs[number][0].page_break
        if new_page and before is not None:
            runs[number][0].page_break = False
        parts = (
            self._furniture(section.page, sheet, number == 0) if before is None or before.page != section.page else []
        )
        first = any(piece.kind == "first" for piece in parts)
        alone = len(runs) > 1 and number == 0
        style = self.style(section.page, "first" if alone and first else "default")
        return section_xml(section, style, self.style(section.page), parts, new_page, line_numbers)

    def _furniture(self, name: str, sheet: StyleSheet, opens: bool) -> list[Furniture]:
        """The headers and footers that a section with a new kind of page brings."""
        default, even, first = (self.style(name, kind) for kind, _, _ in KINDS)
        kinds = ["default"]
        if even.boxes != default.boxes:
            self.mirrored = True
            kinds.append("even")
        if opens and (first.boxes != default.boxes or first.margin != default.margin):
            kinds.append("first")
        made = [
            self._piece(edge, kind, self.style(name, kind), sheet) for kind in kinds for edge in ("header", "footer")
        ]
        self.furniture += made
        self._report(default)
        return made

    def _report(self, style: PageStyle) -> None:
        unknown = sorted(
            place for place in style.boxes if place.split("-", 1)[1] not in PLACES or place[:1] not in "tb"
        )
        for place in unknown:
            self.problems.append(warning("word-margin-box", f"Word has no place for what the CSS puts in @{place}"))

    def _piece(self, edge: str, kind: str, style: PageStyle, sheet: StyleSheet) -> Furniture:
        side = "top" if edge == "header" else "bottom"
        boxes = {place: style.boxes[f"{side}-{place}"] for place in PLACES if f"{side}-{place}" in style.boxes}
        name = f"{edge}{len(self.furniture) // 2 + 1}-{kind}.xml"
        root = "w:hdr" if edge == "header" else "w:ftr"
        return Furniture(edge, kind, name, part(root, self._paragraph(edge, boxes, style, sheet)))

    def _paragraph(self, edge: str, boxes: dict[str, MarginBox], style: PageStyle, sheet: StyleSheet) -> str:
        leading = next(iter(boxes.values()), None)
        if leading is None:
            return f"<w:p><w:pPr>{_empty_style(sheet, edge)}</w:pPr></w:p>"
        shape = _format(edge, boxes, style)
        named = sheet.named(edge.title(), shape, leading.text)
        said = {**difference(paragraph_properties(shape), named.paragraph), "pStyle": f'w:val="{named.identifier}"'}
        content = "".join(
            f"{TAB if number else ''}{self._content(boxes[place], named.run)}"
            for number, place in enumerate(place for place in _filled(boxes))
            if place in boxes
        )
        return f"<w:p><w:pPr>{properties_xml(said, PARAGRAPH_ORDER)}</w:pPr>{content}</w:p>"

    def _content(self, box: MarginBox, around: dict[str, str]) -> str:
        said = properties_xml(difference(run_properties(box.text), around), RUN_ORDER)
        return "".join(self._said(piece, said) for piece in box.content)

    def _said(self, piece: Piece, properties: str) -> str:
        if piece.kind in FIELDS:
            return field_xml(FIELDS[piece.kind], _run("1", properties), properties)
        if piece.kind == "string":
            return self._string(piece.value, properties)
        if piece.kind == "unknown":
            self.problems.append(warning("word-margin-box", f"Word cannot show “{piece.value}” in a header or footer"))
        return _run(piece.value, properties) if piece.kind == "text" else ""

    def _string(self, name: str, properties: str) -> str:
        """A named string: words where the document sets it once."""
        values = self._strings.get(name, [])
        return _run(values[0][1], properties) if values else ""


TAB = "<w:r><w:tab/></w:r>"
FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}


def _runs(blocks: list[Block]) -> list[list[Block]]:
    runs: list[list[Block]] = []
    for block in blocks:
        if runs and runs[-1][-1].section == block.section:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _filled(boxes: dict[str, MarginBox]) -> list[str]:
    """The places in use, with those before them that a tab must pass."""
    if len(boxes) == 1:
        return list(boxes)
    return [place for place in PLACES if place in boxes]


def _format(edge: str, boxes: dict[str, MarginBox], style: PageStyle) -> ParagraphFormat:
    """One line: tab stops for what stands in the middle and at the right, the rule that the boxes share."""
    leading = next(iter(boxes.values()))
    alone = len(boxes) == 1
    stops = {"center": (style.measure / 2, "center"), "right": (style.measure, "right")}
    return ParagraphFormat(
        align=next(iter(boxes)) if alone else "left",
        line=leading.box.line_height,
        size=leading.text.size,
        tabs=() if alone else tuple(stops[place] for place in list(boxes)[("left" in boxes) :] if place in stops),
        frame=_rule(edge, boxes),
    )


def _rule(edge: str, boxes: dict[str, MarginBox]) -> Frame:
    for box in boxes.values():
        if edge == "header" and box.box.borders.bottom:
            return Frame(bottom=(box.box.borders.bottom, box.box.padding.bottom))
        if edge == "footer" and box.box.borders.top:
            return Frame(top=(box.box.borders.top, box.box.padding.top))
    return Frame()


def _empty_style(sheet: StyleSheet, edge: str) -> str:
    style = sheet.styles.get(edge.title())
    return f'<w:pStyle w:val="{style.identifier}"/>' if style else ""


def _run(text: str, properties: str) -> str:
    around = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{around}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def section_xml(
    section: Section, style: PageStyle, following: PageStyle, parts: list[Furniture], new_page: bool, line_numbers: str
) -> str:
    """A `w:sectPr`; the relationship of each header and footer is its part's name without extension."""
    references = "".join(
        f'<w:{piece.edge}Reference w:type="{piece.kind}" r:id="{relation(piece)}"/>'
        for piece in sorted(parts, key=lambda piece: (piece.edge != "header", piece.kind))
    )
    margin = style.margin
    header, footer = _distance(following, "top"), _distance(following, "bottom")
    columns = f'w:num="{section.columns}" w:space="{twips(section.gap)}"' if section.columns > 1 else 'w:space="0"'
    landscape = ' w:orient="landscape"' if style.width > style.height else ""
    return (
        f'<w:sectPr>{references}<w:type w:val="{"nextPage" if new_page else "continuous"}"/>'
        f'<w:pgSz w:w="{twips(style.width)}" w:h="{twips(style.height)}"{landscape}/>'
        f'<w:pgMar w:top="{twips(margin.top)}" w:right="{twips(margin.right)}" w:bottom="{twips(margin.bottom)}"'
        f' w:left="{twips(margin.left)}" w:header="{twips(header)}" w:footer="{twips(footer)}" w:gutter="0"/>'
        f"{LINE_NUMBERS.get(line_numbers, '')}<w:cols {columns}/>"
        f"{'<w:titlePg/>' if any(piece.kind == 'first' for piece in parts) else ''}</w:sectPr>"
    )


LINE_NUMBERS = {
    "continuous": '<w:lnNumType w:countBy="1" w:restart="continuous"/>',
    "page": '<w:lnNumType w:countBy="1" w:restart="newPage"/>',
}


def relation(piece: Furniture) -> str:
    """The relationship of a header or footer."""
    return "rId_" + piece.name.removesuffix(".xml")


def _distance(style: PageStyle, side: str) -> float:
    """From the page's edge to the header or footer, in points: where the margin box's text stands in the margin."""
    boxes = [box for place, box in style.boxes.items() if place.startswith(f"{side}-") and not place.endswith("corner")]
    room: float = getattr(style.margin, side)
    if not boxes:
        return room / 2
    box = boxes[0].box
    line = box.line_height or boxes[0].text.size * 1.25
    rules = sum(rule.width for rule in (box.borders.top, box.borders.bottom) if rule)
    height = line + box.padding.top + box.padding.bottom + rules
    spare = room - box.margin.top - box.margin.bottom - height
    share = {"top": 0.0, "middle": 0.5, "bottom": 1.0}.get(box.vertical_align, 0.5)
    inside = _near(box.margin, box.padding, side)
    return max(0.0, inside + (spare * share if side == "top" else spare * (1 - share)))


def _near(margin: Edges, padding: Edges, side: str) -> float:
    return margin.top + padding.top if side == "top" else margin.bottom + padding.bottom


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
