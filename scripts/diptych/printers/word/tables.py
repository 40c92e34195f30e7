"""Tables: a grid with widths, rules from the CSS, rows that head every page and rows that do not break."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from diptych.printers.word.markup import escape, twips
from diptych.printers.word.model import Block, Cell, Table
from diptych.printers.word.properties import border_attributes

ALIGNED = {"middle": "center", "bottom": "bottom"}
SIDES = ("top", "left", "bottom", "right")


def write(table: Table, content: Callable[[Sequence[Block]], str]) -> str:
    """The table as XML; `content` writes the blocks of a cell."""
    width = twips(sum(table.columns))
    grid = "".join(f'<w:gridCol w:w="{twips(column)}"/>' for column in table.columns)
    covered: dict[int, tuple[int, Cell]] = {}  # column → rows still covered from above, and by which cell
    rows = "".join(_row(table, number, covered, content) for number in range(len(table.rows)))
    caption = f'<w:tblCaption w:val="{escape(table.caption[:250])}"/>' if table.caption else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblInd w:w="{twips(table.left)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="{int(table.header_rows > 0)}" w:lastRow="0"'
        f' w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{caption}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(
    table: Table, number: int, covered: dict[int, tuple[int, Cell]], content: Callable[[Sequence[Block]], str]
) -> str:
    head = "<w:cantSplit/>" + ("<w:tblHeader/>" if number < table.header_rows else "")
    cells, column, waiting = [], 0, {cell.column: cell for cell in table.rows[number]}
    while column < len(table.columns):
        cell = waiting.get(column)
        if cell is not None:
            cells.append(_cell(table, cell, "restart" if cell.height > 1 else "", content(cell.blocks)))
            if cell.height > 1:
                covered[column] = (cell.height - 1, cell)
        elif column in covered:
            left, cell = covered.pop(column)
            cells.append(_cell(table, cell, "continue", EMPTY))
            if left > 1:
                covered[column] = (left - 1, cell)
        else:
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{twips(table.columns[column])}" w:type="dxa"/></w:tcPr>{EMPTY}</w:tc>'
            )
        column += cell.width if cell is not None else 1
    return f"<w:tr><w:trPr>{head}</w:trPr>{''.join(cells)}</w:tr>"


EMPTY = "<w:p/>"


def _cell(table: Table, cell: Cell, merge: str, content: str) -> str:
    width = twips(sum(table.columns[cell.column : cell.column + cell.width]))
    span = f'<w:gridSpan w:val="{cell.width}"/>' if cell.width > 1 else ""
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    rules = "".join(
        f"<w:{side} {border_attributes(line)}/>" for side in SIDES if (line := getattr(cell.borders, side)) is not None
    )
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.background}"/>' if cell.background else ""
    margins = "".join(f'<w:{side} w:w="{twips(getattr(cell.padding, side))}" w:type="dxa"/>' for side in SIDES)
    aligned = f'<w:vAlign w:val="{ALIGNED[cell.vertical]}"/>' if cell.vertical in ALIGNED else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}'
        f"{f'<w:tcBorders>{rules}</w:tcBorders>' if rules else ''}{fill}<w:tcMar>{margins}</w:tcMar>{aligned}</w:tcPr>"
        f"{content}</w:tc>"
    )
