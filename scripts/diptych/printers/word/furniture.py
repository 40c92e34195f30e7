"""Headers and footers from the CSS margin boxes: one line each, its places parted by tab stops."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from diptych.diagnostics import Diagnostic, warning
from diptych.printers.word.markup import escape, part
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
from diptych.printers.word.vocabulary import BUILT_IN
from diptych.printers.word.writer import field_xml
from diptych.style import MarginBox, PageStyle, Piece

PLACES = ("left", "center", "right")
SIDES = {"header": "top", "footer": "bottom"}
ROOTS = {"header": "w:hdr", "footer": "w:ftr"}
TAB = "<w:r><w:tab/></w:r>"
FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}
LINE_NUMBER_SIZE = 7.0  # points, as in the PDF
EMPTY_LINE = 1.0  # points, the height of a header without words


@dataclass(frozen=True)
class Furniture:
    """A header or footer: its kind of page (default, even or first), its part's name and XML."""

    edge: str  # header or footer
    kind: str
    name: str
    data: bytes

    @property
    def relation(self) -> str:
        """The identifier of the relationship to the part."""
        return "rId_" + self.name.removesuffix(".xml")


class Furnisher:
    """Makes headers and footers; `strings` are the named ones, `style_of` names the paragraph style of an element.

    Where the file is to be `flat`, page numbers are the only fields.
    """

    def __init__(
        self,
        strings: Mapping[str, Sequence[tuple[Element, str]]],
        sheet: StyleSheet,
        style_of: Callable[[Element], str],
        pages: int,
        flat: bool = False,
    ) -> None:
        self.made: list[Furniture] = []
        self.problems: dict[Diagnostic, None] = {}  # in order, each once
        self._strings = strings
        self._sheet, self._style_of = sheet, style_of
        self._flat = flat
        self._results = {"page": "1", "pages": str(pages)}

    def make(self, edge: str, kind: str, style: PageStyle, top: float) -> Furniture:
        """The header or footer of a page; Word starts the body `top` points down, a header fills what is missing."""
        boxes = {place: box for place in PLACES if (box := style.boxes.get(f"{SIDES[edge]}-{place}"))}
        for position in style.boxes:
            if position.partition("-")[2] not in PLACES or position.partition("-")[0] not in SIDES.values():
                self._report(f"Word has no place for what the CSS puts in @{position}")
        missing = max(0.0, style.margin.top - top) if edge == "header" else 0.0
        name = f"{edge}{1 + len(self.made)}.xml"
        made = Furniture(edge, kind, name, part(ROOTS[edge], self._paragraph(edge, boxes, style, missing)))
        self.made.append(made)
        return made

    def line_numbers(self, style: PageStyle) -> None:
        """The style of the line numbers: the running heads' face and colour, smaller."""
        leading = next(iter(style.boxes.values()), None)
        if leading is not None:
            said = run_properties(replace(leading.text, size=LINE_NUMBER_SIZE))
            self._sheet.character("Line Number", difference(said, self._sheet.defaults))

    def _paragraph(self, edge: str, boxes: dict[str, MarginBox], style: PageStyle, missing: float) -> str:
        shape = _format(edge, boxes, style)
        if missing:
            leading = next(iter(boxes.values()), None)
            line = shape.line or (leading.text.size if leading else EMPTY_LINE) * LINE
            height = line + _rule_height(edge, boxes)
            shape = replace(shape, after=max(0.0, style.margin.top - distance(style, "top") - height))
        if boxes:
            leading = next(iter(boxes.values()))
            named = self._sheet.named(edge.title(), replace(shape, after=0.0), leading.text)
        else:
            named = self._sheet.styles["Normal"]
        said = {**difference(paragraph_properties(shape), named.paragraph), "pStyle": f'w:val="{named.identifier}"'}
        content = TAB.join(self._content(box, named.run) for box in boxes.values())
        return f"<w:p><w:pPr>{properties_xml(said, PARAGRAPH_ORDER)}</w:pPr>{content}</w:p>"

    def _content(self, box: MarginBox, around: dict[str, str]) -> str:
        said = properties_xml(difference(run_properties(box.text), around), RUN_ORDER)
        return "".join(self._said(piece, said) for piece in box.content)

    def _said(self, piece: Piece, properties: str) -> str:
        if piece.kind in FIELDS:
            return field_xml(FIELDS[piece.kind], _run(self._results[piece.kind], properties), properties)
        if piece.kind == "string":
            return self._string(piece.value, properties)
        if piece.kind in ("unknown", "counter"):
            self._report(f"Word cannot show “{piece.value.split()[0]}” in a header or footer")
        return _run(piece.value, properties)

    def _string(self, name: str, properties: str) -> str:
        """A named string: its words where they never change or no field may be, else a field that finds them."""
        values = self._strings.get(name, [])
        if not values:
            return ""
        element, words = values[0]
        result = _run(words, properties)
        if self._flat or not changes(values):
            return result
        return field_xml(f"STYLEREF {asked(self._style_of(element))}", result, properties)

    def _report(self, message: str) -> None:
        self.problems.setdefault(warning("word-margin-box", message))


def changes(values: Sequence[tuple[Element, str]]) -> bool:
    """Whether a named string says different things on different pages."""
    return len({text for _, text in values}) > 1


def asked(style: str) -> str:
    """How a field asks for a style; for a heading by its number, as each language has its own name for headings."""
    heading = re.fullmatch("heading ([1-9])", style, re.IGNORECASE)
    return heading[1] if heading else f'"{BUILT_IN.get(style, style)}"'


def _format(edge: str, boxes: dict[str, MarginBox], style: PageStyle) -> ParagraphFormat:
    """One line: tab stops for what stands in the middle and at the right, the rule that the boxes share."""
    if not boxes:
        return ParagraphFormat(line=EMPTY_LINE, forced=True)
    leading = next(iter(boxes.values()))
    alone = len(boxes) == 1
    stops = {"center": (style.measure / 2, "center"), "right": (style.measure, "right")}
    return ParagraphFormat(
        align=next(iter(boxes)) if alone else "left",
        line=leading.box.line_height,
        forced=True,
        tabs=() if alone else tuple(stops[place] for place in boxes if place in stops),
        frame=_rule(edge, boxes),
    )


def _rule(edge: str, boxes: dict[str, MarginBox]) -> Frame:
    for box in boxes.values():
        if edge == "header" and box.box.borders.bottom:
            return Frame(bottom=(box.box.borders.bottom, box.box.padding.bottom))
        if edge == "footer" and box.box.borders.top:
            return Frame(top=(box.box.borders.top, box.box.padding.top))
    return Frame()


def _rule_height(edge: str, boxes: dict[str, MarginBox]) -> float:
    frame = _rule(edge, boxes)
    return sum(line.width + space for line, space in filter(None, (frame.top, frame.bottom)))


def _run(text: str, properties: str) -> str:
    around = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{around}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


LINE = 1.25  # height of a line as faces have it, in ems


def distance(style: PageStyle, side: str) -> float:
    """From the page's top or bottom edge to its header or footer, in points: where margin boxes stand in the margin."""
    boxes = [style.boxes[f"{side}-{place}"] for place in PLACES if f"{side}-{place}" in style.boxes]
    room = style.margin.top if side == "top" else style.margin.bottom
    if not boxes:
        return room / 2
    box = boxes[0].box
    line = box.line_height or boxes[0].text.size * LINE
    rules = sum(rule.width for rule in (box.borders.top, box.borders.bottom) if rule)
    spare = room - box.margin.top - box.margin.bottom - line - box.padding.top - box.padding.bottom - rules
    above = {"top": 0.0, "middle": 0.5, "bottom": 1.0}.get(box.vertical_align, 0.5) * spare
    if side == "top":
        return max(0.0, above + box.margin.top + box.padding.top)
    return max(0.0, spare - above + box.margin.bottom + box.padding.bottom)
