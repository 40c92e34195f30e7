"""The grid of a table: its cells in rows and columns, with their rules, grounds and paddings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from diptych.printers.word.model import Cell, Inline
from diptych.style import Border, Borders, BoxStyle, Cascade

MOST_SPAN = 100  # columns or rows that a cell may cover


@dataclass
class Grid:
    """A table's rows of cells, the elements around each (row and row group), the head's rows, the `col` elements."""

    rows: list[list[Cell]]
    around: list[tuple[Element, ...]]
    header_rows: int
    cols: list[Element]
    width: int


def read_grid(table: Element) -> Grid:
    """The cells of a table, each at its column (HTML, “forming a table”)."""
    rows: list[list[Cell]] = []
    around: list[tuple[Element, ...]] = []
    header_rows = 0
    busy: dict[int, int] = {}  # column → rows for which a cell from above still covers it
    for row, group in _rows(table):
        cells, column = [], 0
        for element in row:
            if element.tag not in ("td", "th"):
                continue
            while busy.get(column, 0):
                column += 1
            cell = Cell(element, column, _span(element, "colspan"), _span(element, "rowspan"), element.tag == "th")
            cells.append(cell)
            column += cell.width
        busy = {place: left - 1 for place, left in busy.items() if left > 1}
        for cell in cells:
            if cell.height > 1:
                busy |= dict.fromkeys(range(cell.column, cell.column + cell.width), cell.height - 1)
        if cells:
            rows.append(cells)
            around.append((row,) if group is None else (row, group))
            header_rows += group is not None and group.tag == "thead"
    width = max((cell.column + cell.width for row in rows for cell in row), default=0)
    return Grid(rows, around, header_rows, list(table.iter("col")), width)


def _rows(table: Element) -> list[tuple[Element, Element | None]]:
    """The rows in the order they are printed, each with its row group."""
    groups = sorted((child for child in table if child.tag in PARTS), key=lambda group: PARTS.index(group.tag))
    grouped: list[tuple[Element, Element | None]] = [(row, group) for group in groups for row in group]
    direct: list[tuple[Element, Element | None]] = [(child, None) for child in table]
    return [(row, group) for row, group in grouped + direct if row.tag == "tr"]


PARTS = ("thead", "tbody", "tfoot")


def strays(table: Element) -> Iterator[Inline]:
    """What stands in a table but in none of its cells, which a browser would print above it."""
    yield table.text or ""
    for child in table:
        if child.tag in (*PARTS, "tr"):
            yield from strays(child)
        elif child.tag not in ("td", "th", "caption", "colgroup", "col"):
            yield child
        yield child.tail or ""


def _span(element: Element, name: str) -> int:
    value = element.get(name, "1")
    return min(MOST_SPAN, max(1, int(value))) if value.isdigit() else 1


def dress(grid: Grid, cascade: Cascade, table: BoxStyle) -> None:
    """Give every cell its rules, ground, padding and vertical alignment; of rules that meet the wider is drawn."""
    for number, row in enumerate(grid.rows):
        for cell in row:
            box = cascade.box(cell.element, 0.0)
            outer = [cascade.box(element, 0.0) for element in grid.around[number]]
            cell.borders = Borders(
                _widest(box.borders.top, *_row_edges(grid, number, "top", outer, table)),
                _widest(box.borders.right, table.borders.right if cell.column + cell.width == grid.width else None),
                _widest(box.borders.bottom, *_row_edges(grid, number + cell.height - 1, "bottom", outer, table)),
                _widest(box.borders.left, table.borders.left if cell.column == 0 else None),
            )
            cell.padding, cell.vertical = box.padding, box.vertical_align
            cell.background = next((one.background for one in [box, *outer, table] if one.background), None)


def _row_edges(grid: Grid, number: int, side: str, outer: list[BoxStyle], table: BoxStyle) -> list[Border | None]:
    """The rules of what is around a row that run along one of its sides: the row's, its group's, the table's."""
    beside = number - 1 if side == "top" else number + 1
    inside = 0 <= beside < len(grid.rows)
    found = [getattr(outer[0].borders, side)]
    if len(outer) > 1 and not (inside and grid.around[beside][1:] == grid.around[min(number, len(grid.rows) - 1)][1:]):
        found.append(getattr(outer[1].borders, side))
    return found if inside else [*found, getattr(table.borders, side)]


def _widest(*lines: Border | None) -> Border | None:
    return max((line for line in lines if line is not None), key=lambda line: line.width, default=None)
