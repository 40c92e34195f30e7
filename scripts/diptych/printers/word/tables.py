"""Tables: a grid with widths, a table style with the rules, rows that head every page and rows that do not break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from diptych.printers.word.markup import escape, twips
from diptych.printers.word.model import Block, Cell, Table
from diptych.printers.word.properties import border_attributes
from diptych.style import Border, Edges

NAME = "Review Table"
ALIGNED = {"middle": "center", "bottom": "bottom"}
SIDES = ("top", "left", "bottom", "right")
EMPTY = "<w:p/>"
Content = Callable[[Sequence[Block]], str]


@dataclass(frozen=True)
class TableLook:
    """What a table style says: the rules around the table, between its rows and below its head, the cells' padding."""

    top: Border | None
    bottom: Border | None
    between: Border | None
    head: Border | None
    padding: Edges

    def expected(self, table: Table, row: int, cell: Cell) -> dict[str, Border | None]:
        """The rules that the style alone gives a cell."""
        last = row + cell.height >= len(table.rows)
        headed = table.header_rows > 0
        below = self.bottom if last else self.between
        above = self.top if row == 0 else self.head if row == 1 and headed else self.between
        return {"top": above, "bottom": self.head if row == 0 and headed else below, "left": None, "right": None}


@dataclass
class TableStyles:
    """The table styles of one file: the first look is `Review Table`, others are numbered."""

    looks: list[TableLook] = field(default_factory=list)

    def of(self, table: Table) -> tuple[str, TableLook]:
        """The identifier of a table's style, and what it says."""
        look = _look(table)
        if look not in self.looks:
            self.looks.append(look)
        number = self.looks.index(look)
        return _named(number).replace(" ", ""), look

    def xml(self) -> str:
        """The styles for styles.xml."""
        return "".join(_style(number, look) for number, look in enumerate(self.looks))


def _named(number: int) -> str:
    return NAME if number == 0 else f"{NAME} {number + 1}"


def _look(table: Table) -> TableLook:
    """The commonest rules and padding of a table's cells, by where they stand."""
    body = table.rows[table.header_rows :] or table.rows
    inner = [row for row in body if row is not body[-1]]
    return TableLook(
        top=_common(cell.borders.top for cell in table.rows[0]),
        bottom=_common(cell.borders.bottom for cell in table.rows[-1]),
        between=_common(cell.borders.bottom for row in inner for cell in row),
        head=_common(cell.borders.bottom for cell in table.rows[0]) if table.header_rows else None,
        padding=Counter(cell.padding for row in body for cell in row).most_common(1)[0][0],
    )


def _common(borders: Iterable[Border | None]) -> Border | None:
    counted = Counter(borders).most_common(1)
    return counted[0][0] if counted else None


def _style(number: int, look: TableLook) -> str:
    lines = (("top", look.top), ("bottom", look.bottom), ("insideH", look.between))
    rules = "".join(f"<w:{side} {border_attributes(line)}/>" for side, line in lines if line)
    name = _named(number)
    head = ""
    if look.head:
        bottom = f"<w:tcBorders><w:bottom {border_attributes(look.head)}/></w:tcBorders>"
        head = f'<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr>{bottom}</w:tcPr></w:tblStylePr>'
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:tblPr>'
        f"{f'<w:tblBorders>{rules}</w:tblBorders>' if rules else ''}"
        f"<w:tblCellMar>{_margins(look.padding)}</w:tblCellMar></w:tblPr>{head}</w:style>"
    )


def _margins(padding: Edges) -> str:
    return "".join(f'<w:{side} w:w="{twips(getattr(padding, side))}" w:type="dxa"/>' for side in SIDES)


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
        f'<w:tblLook w:val="0620" w:firstRow="{int(table.header_rows > 0)}" w:lastRow="0" w:firstColumn="0"'
        f' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{caption}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
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
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.background}"/>' if cell.background else ""
    margins = f"<w:tcMar>{_margins(cell.padding)}</w:tcMar>" if cell.padding != look.padding else ""
    aligned = f'<w:vAlign w:val="{ALIGNED[cell.vertical]}"/>' if cell.vertical in ALIGNED else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merged}{_rules(table, slot.row, cell, look)}'
        f"{fill}{margins}{aligned}</w:tcPr>{slot.content}</w:tc>"
    )


def _rules(table: Table, row: int, cell: Cell, look: TableLook) -> str:
    """The rules that the table's style does not give the cell already; the line between two rows is the upper one's."""
    given = look.expected(table, row, cell)
    wanted = [(side, getattr(cell.borders, side)) for side in SIDES]
    if row > 0 and cell.borders.top is None:
        wanted.remove(("top", None))
    said = "".join(f"<w:{side} {border_attributes(line)}/>" for side, line in wanted if line != given[side])
    return f"<w:tcBorders>{said}</w:tcBorders>" if said else ""
