"""The document's tree → a flat list of paragraphs and tables, each with its indents, spacing, frame and section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from diptych.diagnostics import Diagnostic, warning
from diptych.printers.word.columns import column_widths
from diptych.printers.word.grid import Grid, dress, read_grid, strays
from diptych.printers.word.headings import Headings
from diptych.printers.word.model import Block, Inline, ListLevel, Panel, Paragraph, Section, Table
from diptych.printers.word.spacing import Gap, settle
from diptych.printers.word.vocabulary import FIRST_PARAGRAPH, LISTS, NamedStyle, styles_in
from diptych.style import BoxStyle, Cascade
from diptych.vocabulary import ELEMENTS

BODY_TEXT = NamedStyle("Body Text")
PLAIN_STYLES = ("Body Text", "First Paragraph", "List")  # what a list turns into its own styles
DEEPEST_LIST = 5  # levels that Word has style names for
INLINE_DISPLAYS = ("inline", "inline-block", "contents", "ruby")
PAGE_BREAKS = ("page", "always", "left", "right", "recto", "verso")
AVOID = ("avoid", "avoid-page", "avoid-column")
BULLETS = {"disc", "circle", "square"}
MARKER_GAP = 0.2  # ems between a marker, which ends there whatever its width, and the text, as WeasyPrint sets them
RULE_LINE = 0.1  # points, the height of the empty line that carries a rule


@dataclass(frozen=True)
class Place:
    """Where the walk is: the indents so far, the width left, the section, list and panel it is in."""

    left: float
    right: float
    measure: float
    section: Section
    level: ListLevel | None = None
    panel: Panel | None = None
    outside: Place | None = None  # the place around the columns, for what spans them


@dataclass
class _State:
    """What the walk remembers between one block and the next."""

    gap: Gap
    blocks: list[Block]
    anchors: list[str]
    opened: list[tuple[Panel, Gap]]  # panels without a block so far, with the space above them
    marker: ListLevel | None = None
    page_break: bool = False


class Flow:
    """Walks a document; `problems` holds what it met and does not know."""

    def __init__(self, cascade: Cascade, measure_of: Callable[[str], float]) -> None:
        self.cascade = cascade
        self.problems: dict[Diagnostic, None] = {}  # in order, each once
        self.styles = styles_in(cascade.wrapped())
        self._behind = {
            one.etree_element for one in cascade.wrapped() if one.previous and one.previous.local_name != "p"
        }
        self._headings = Headings(cascade)
        self._measure_of = measure_of
        self._state = _new_state()
        self._lists = self._flows = 0

    def walk(self, body: Element) -> list[Block]:
        """The blocks of the whole document, spaced and formatted."""
        self._block(body, Place(0.0, 0.0, self._measure_of(""), Section()))
        settle(self._state.blocks)
        return self._state.blocks

    def inside(self, element: Element, measure: float) -> list[Block]:
        """The blocks of a table cell, `measure` points wide, spaced by themselves."""
        around, self._state = self._state, _new_state()
        place = Place(0.0, 0.0, measure, Section())
        self._contents(element, _parts(element), place, self.cascade.box(element, measure))
        found, self._state = self._state.blocks, around
        settle(found)
        return found

    def note(self, element: Element, measure: float) -> Paragraph:
        """The paragraph of a footnote."""
        place = Place(0.0, 0.0, measure, Section())
        paragraph = self._paragraph(element, list(_parts(element)), place, self.cascade.box(element, measure))
        return replace(paragraph, counted=False)

    def style_name(self, element: Element) -> str:
        """The name of the paragraph style that an element asks for."""
        return (self.styles[element][0] or BODY_TEXT).name

    # Boxes

    def _block(self, element: Element, place: Place) -> None:
        box = self.cascade.box(element, place.measure)
        if box.spans_columns and place.outside is not None:
            place = replace(place.outside, panel=place.panel)
            box = self.cascade.box(element, place.measure)
        self._look(element, box)
        if box.beside is not None and box.width is not None:
            self._beside(element, place, box)
            return
        state, start = self._state, len(self._state.blocks)
        if element.get("id"):
            state.anchors.append(element.get("id", ""))
        state.page_break |= box.break_before in PAGE_BREAKS
        if box.break_before in AVOID and start:
            state.blocks[-1].keep_next = True
        self._box(element, place, box)
        state.page_break |= box.break_after in PAGE_BREAKS
        _keep(box, state.blocks[start:])

    def _beside(self, element: Element, place: Place, box: BoxStyle) -> None:
        """A paragraph in a frame beside the text; it takes no part in the spaces, breaks and anchors of the flow."""
        width = box.width or 0.0
        inner = replace(place, left=0.0, right=0.0, measure=width, level=None, panel=None)
        paragraph = self._paragraph(element, list(_parts(element)), inner, box)
        left = place.left + (box.beside or 0.0)
        self._state.blocks.append(replace(paragraph, beside=(left, width), counted=False, keep_next=True))

    def _box(self, element: Element, place: Place, box: BoxStyle) -> None:
        inner = self._listed(element, self._within(place, box), place, box)
        panel = _panel(element, place, box)
        gap = self._state.gap
        gap.begin(box.margin.top, 0.0 if panel else box.padding.top)
        if panel:
            self._state.opened.append((panel, gap))
            self._state.gap = Gap()
            inner = replace(inner, panel=panel)
        self._fill(element, inner, box)
        if panel:
            self._close(panel)
        self._state.gap.end(box.margin.bottom, 0.0 if panel else box.padding.bottom)

    def _fill(self, element: Element, inner: Place, box: BoxStyle) -> None:
        if box.display == "table":
            self._table(element, inner, box)
        elif element.tag == "hr":
            self._emit(replace(self._paragraph(element, [], inner, replace(box, line_height=RULE_LINE)), counted=False))
        else:
            self._contents(element, _parts(element), inner, box)

    def _close(self, panel: Panel) -> None:
        state = self._state
        for number, (opened, above) in enumerate(state.opened):
            if opened is panel:  # nothing stands in it
                del state.opened[number]
                state.gap = above
                return
        if panel.box.padding.bottom or panel.box.borders.bottom:
            panel.space_bottom = panel.box.padding.bottom + state.gap.value
            state.gap = Gap()

    def _within(self, place: Place, box: BoxStyle) -> Place:
        """The place inside a box: its margins, rules and paddings taken off, its page and columns begun."""
        if box.page != place.section.page:
            measure = self._measure_of(box.page)
            place = Place(0.0, 0.0, measure, replace(place.section, page=box.page), place.level, place.panel)
        lines = box.borders
        left = box.margin.left + box.padding.left + (lines.left.width if lines.left else 0.0)
        right = box.margin.right + box.padding.right + (lines.right.width if lines.right else 0.0)
        room = place.measure - left - right
        width = min((length for length in (box.width, box.max_width) if length is not None), default=room)
        if box.display != "table" and width < room:
            spare = room - width
            left, right, room = left + (spare / 2 if box.centered else 0.0), right + spare, width
            right -= spare / 2 if box.centered else 0.0
        inner = replace(place, left=place.left + left, right=place.right + right, measure=room)
        if box.columns > 1 or box.column_width:
            self._flows += 1
            return _in_columns(inner, box, self._flows)
        return inner

    def _listed(self, element: Element, inner: Place, place: Place, box: BoxStyle) -> Place:
        """The place inside a list, or inside an item, whose marker then waits for its first paragraph."""
        if element.tag in ("ul", "ol"):
            self._lists += 1
            return replace(inner, level=_level(element, self._lists, place, box))
        level = inner.level
        if box.display == "list-item" and level and level.kind != "plain":
            level = replace(level, hang=MARKER_GAP * self.cascade.text(element).size + box.padding.left)
            self._state.marker = level
            return replace(inner, level=level)
        return inner

    # Contents

    def _contents(self, element: Element, parts: Iterable[Inline], place: Place, box: BoxStyle) -> None:
        """Walk the blocks among the parts; runs of inline content between them become paragraphs of their own."""
        waiting: list[Inline] = []
        for child in parts:
            if isinstance(child, str) or self._is_inline(child):
                waiting.append(child)
            elif self.cascade.display(child) != "none":
                self._flush(element, waiting, place, box)
                self._block(child, place)
        self._flush(element, waiting, place, box)

    def _is_inline(self, element: Element) -> bool:
        """True for what stands in a line; a footnote's call does, though CSS makes a block of what floats."""
        if self.cascade.display(element) in INLINE_DISPLAYS:
            return True
        return self.cascade.floats(element) == "footnote"

    def _flush(self, element: Element, waiting: list[Inline], place: Place, box: BoxStyle) -> None:
        if any(_says_something(part) for part in waiting):
            self._emit(self._paragraph(element, waiting[:], place, box))
        waiting.clear()

    def _paragraph(self, element: Element, content: list[Inline], place: Place, box: BoxStyle) -> Paragraph:
        for part in content:
            self._look_inside(part)
        marker, self._state.marker = self._state.marker, None
        return Paragraph(
            element,
            box,
            place.section,
            place.measure,
            place.left,
            place.right,
            content=content,
            style=_list_style(self._style(element, box), place.level, marker),
            text=self.cascade.text(element),
            level=marker or self._headings.level(element, place.left),
            panel=place.panel,
            tall=any(_is_tall(part) for part in content),
        )

    def _style(self, element: Element, box: BoxStyle) -> NamedStyle:
        """The style of a paragraph; one that goes on flush behind a list, table or the like is a first one again."""
        style = self.styles[element][0] or BODY_TEXT
        goes_on = style == BODY_TEXT and element.tag == "p" and element in self._behind
        return FIRST_PARAGRAPH if goes_on and not box.indent else style

    def _emit(self, block: Block) -> None:
        state = self._state
        gap = state.gap
        if state.opened:
            innermost, _ = state.opened[-1]
            innermost.space_top = innermost.box.padding.top + gap.value
            gap = state.opened[0][1]
            state.opened.clear()
        if block.panel:
            block.panel.blocks.append(block)
        block.gap = gap.value
        block.page_break, state.page_break = state.page_break, False
        block.anchors, state.anchors = state.anchors, []
        state.gap = Gap()
        state.blocks.append(block)

    # Tables

    def _table(self, element: Element, place: Place, box: BoxStyle) -> None:
        caption = element.find("caption")
        if caption is not None and self.cascade.display(caption) != "none":
            self._block(caption, place)
            if self._state.blocks:
                self._state.blocks[-1].keep_next = True
        self._contents(element, strays(element), place, box)
        grid = read_grid(element)
        if not grid.rows:
            return
        dress(grid, self.cascade, box)
        widths = column_widths(grid, self.cascade, place.measure, box)
        self._fill_cells(grid, widths)
        words = " ".join("".join(caption.itertext()).split()) if caption is not None else ""
        self._emit(
            Table(
                element,
                box,
                place.section,
                place.measure,
                place.left,
                place.right,
                panel=None,
                rows=grid.rows,
                columns=widths,
                header_rows=grid.header_rows,
                caption=words,
            )
        )

    def _fill_cells(self, grid: Grid, widths: list[float]) -> None:
        for row in grid.rows:
            for cell in row:
                self._look(cell.element, self.cascade.box(cell.element, 0.0))
                measure = sum(widths[cell.column : cell.column + cell.width])
                cell.blocks = self.inside(cell.element, measure - cell.padding.left - cell.padding.right)
                if cell.column == 0:
                    for block in cell.blocks:
                        block.place = block.place or "First Column"

    # What the vocabulary does not have

    def _look(self, element: Element, box: BoxStyle) -> None:
        if element.tag not in ELEMENTS:
            self._report("word-unknown-element", f"Word has nothing for <{element.tag}>; its text is printed")
        if box.floats in ("left", "right"):
            self._report("word-float", f"<{element.tag}> floats in the PDF and stands in the flow of text in Word")
        if box.positioned and box.beside is None:
            self._report("word-position", f"<{element.tag}> is moved by CSS `position`; in Word it stands in the flow")

    def _look_inside(self, part: Inline) -> None:
        if isinstance(part, str):
            return
        for element in part.iter():
            if isinstance(element.tag, str) and element.tag not in ELEMENTS:
                self._report("word-unknown-element", f"Word has nothing for <{element.tag}>; its text is printed")

    def _report(self, code: str, message: str) -> None:
        self.problems.setdefault(warning(code, message))


def _new_state() -> _State:
    return _State(Gap(), [], [], [])


def _parts(element: Element) -> Iterator[Inline]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def _says_something(part: Inline) -> bool:
    if isinstance(part, str):
        return bool(part.strip(" \t\r\n\f"))
    return any(
        child.tag in ("img", "br") or child.get("data-tex") or (child.text or "").strip() or (child.tail or "").strip()
        for child in part.iter()
    )


def _is_tall(part: Inline) -> bool:
    return not isinstance(part, str) and any(child.tag == "img" or child.get("data-tex") for child in part.iter())


def _keep(box: BoxStyle, found: list[Block]) -> None:
    """Mark what CSS keeps together, and which block is the first and which the last of its container."""
    if box.break_inside in AVOID:
        for block in found:
            block.keep_lines = True
        for block in found[:-1]:
            block.keep_next = True
    if found and box.break_after in AVOID:
        found[-1].keep_next = True
    if len(found) > 1:
        found[0].place, found[-1].place = found[0].place or "First", found[-1].place or "Last"


def _panel(element: Element, place: Place, box: BoxStyle) -> Panel | None:
    lines = box.borders
    if element.tag in ("html", "body") or box.display == "table":
        return None
    if not (box.background or lines.top or lines.right or lines.bottom or lines.left):
        return None
    return Panel(box, place.left + box.margin.left, place.right + box.margin.right)


def _in_columns(place: Place, box: BoxStyle, flow: int) -> Place:
    """The place inside columns: indents start anew at the column's edge (CSS Multi-column 1, 3.4)."""
    count = box.columns
    if box.column_width:
        fitting = max(1, int((place.measure + box.column_gap) // (box.column_width + box.column_gap)))
        count = min(count, fitting) if count > 1 else fitting
    measure = (place.measure - box.column_gap * (count - 1)) / count
    section = replace(place.section, columns=count, gap=box.column_gap, balanced=box.balanced, flow=flow)
    return replace(place, measure=measure, section=section, outside=place)


def _level(element: Element, key: int, place: Place, box: BoxStyle) -> ListLevel:
    marker = box.list_style
    kind = "plain" if marker == "none" else "bullet" if marker in BULLETS or marker.startswith("“") else "number"
    start = element.get("start", "1")
    depth = min(DEEPEST_LIST, place.level.depth + 1 if place.level else 1)
    return ListLevel(key, kind, marker, int(start) if start.isdigit() else 1, depth, place.left)


def _list_style(style: NamedStyle, level: ListLevel | None, marker: ListLevel | None) -> NamedStyle:
    """List Bullet, List Number 2 … for a paragraph in a list that has no style of its own."""
    if level is None or style.name not in PLAIN_STYLES:
        return style
    name = LISTS[level.kind if marker or level.kind == "plain" else "continued"]
    return NamedStyle(name if level.depth == 1 else f"{name} {level.depth}", "Body Text")
