"""Tables: a grid with widths, the style of the table, rows that head every page and rows that do not break."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from diptych.printers.word.markup import escape, twips
from diptych.printers.word.model import Block, Cell, Table
from diptych.printers.word.properties import border_attributes
from diptych.printers.word.tablestyles import SIDES, VERTICAL, Part, TableLook, TableStyles, margins, part_xml

EMPTY = "<w:p/>"
Content = Callable[[Sequence[Block]], str]


@dataclass(frozen=True)
class _Slot:
    """A place in a row: the cell that fills it, how it is merged with those above and below, and its content."""

    row: int
    cell: Cell
    merge: str
    content: str


def write(table: Table, styles: TableStyles, content: Content) -> str:
    """The table as XML; `content` writes the blocks of a cell."""
    identifier, look = styles.of(table)
    width = twips(sum(table.columns))
    grid = "".join(f'<w:gridCol w:w="{twips(column)}"/>' for column in table.columns)
    covered: dict[int, tuple[int, Cell]] = {}  # column → rows still covered from above, and by which cell
    rows = "".join(_row(table, number, look, covered, content) for number in range(len(table.rows)))
    caption = f'<w:tblCaption w:val="{escape(table.caption[:250])}"/>' if table.caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{identifier}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        f'<w:tblInd w:w="{twips(table.left)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"{_shown(look)}{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _shown(look: TableLook) -> str:
    """Which parts of its style a table shows, in words and as the bits that older programs read (17.4.55)."""
    head, column, bands = look.head is not None, look.column is not None, look.is_banded
    bits = 0x0400 | 0x0020 * head | 0x0080 * column | 0x0200 * (not bands)
    return (
        f'<w:tblLook w:val="{bits:04X}" w:firstRow="{head:d}" w:lastRow="0" w:firstColumn="{column:d}"'
        f' w:lastColumn="0" w:noHBand="{not bands:d}" w:noVBand="1"/>'
    )


def _row(table: Table, number: int, look: TableLook, covered: dict[int, tuple[int, Cell]], content: Content) -> str:
    """A row; what a cell from above covers is there too, merged with it."""
    cells, column = [], 0
    waiting = {cell.column: cell for cell in table.rows[number]}
    while column < len(table.columns):
        cell, merge, inside = waiting.get(column), "", EMPTY
        if cell is not None:
            merge, inside = ("restart" if cell.height > 1 else ""), content(cell.blocks)
            rows_below = cell.height - 1
        elif column in covered:
            rows_below, cell = covered.pop(column)
            merge, rows_below = "continue", rows_below - 1
        else:
            cell, rows_below = Cell(table.element, column, 1, 1, padding=look.padding), 0
        if rows_below:
            covered[column] = (rows_below, cell)
        cells.append(_cell(table, look, _Slot(number, cell, merge, inside)))
        column += cell.width
    head = "<w:tblHeader/>" if number < table.header_rows else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(table: Table, look: TableLook, slot: _Slot) -> str:
    cell = slot.cell
    width = twips(sum(table.columns[cell.column : cell.column + cell.width]))
    span = f'<w:gridSpan w:val="{cell.width}"/>' if cell.width > 1 else ""
    merged = f'<w:vMerge w:val="{slot.merge}"/>' if slot.merge else ""
    given = look.part(table, slot.row, cell)
    fill, aligned = (part_xml(part, given) for part in _parts(cell, given))
    padding = f"<w:tcMar>{margins(cell.padding)}</w:tcMar>" if cell.padding != look.padding else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{_rules(table, slot.row, cell, look)}'
        f"{fill}{padding}{aligned}</w:tcPr>{slot.content}</w:tc>"
    )


def _parts(cell: Cell, given: Part) -> tuple[Part, Part]:
    """The cell's ground alone, and its vertical alignment alone: a padding is written between the two."""
    return Part(cell.background, given.vertical), Part(given.fill, VERTICAL.get(cell.vertical, ""))


def _rules(table: Table, row: int, cell: Cell, look: TableLook) -> str:
    """The rules that the table's style does not give the cell already; the line between two rows is the upper one's."""
    given = look.rules(table, row, cell)
    wanted = [(side, getattr(cell.borders, side)) for side in SIDES]
    if row > 0 and cell.borders.top is None:
        wanted.remove(("top", None))
    said = "".join(f"<w:{side} {border_attributes(line)}/>" for side, line in wanted if line != given[side])
    return f"<w:tcBorders>{said}</w:tcBorders>" if said else ""
