"""Table styles: what the cells of a table have in common, by the part of the table that they stand in.

Word has a part for the head, the first column, and every other row (ISO/IEC 29500-1, 17.18.89). What a cell looks like
beyond that it says itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from diptych.printers.word.markup import twips
from diptych.printers.word.model import Cell, Table
from diptych.printers.word.properties import border_attributes
from diptych.style import Border, Edges

NAME = "Review Table"
SIDES = ("top", "left", "bottom", "right")
EASE = 0.15  # points, more than office software's rounding of lengths adds up to
VERTICAL = {"middle": "center", "bottom": "bottom"}


@dataclass(frozen=True)
class Part:
    """What a part of a table has: its ground, and how text stands in cells that are higher."""

    fill: str | None = None
    vertical: str = ""


@dataclass(frozen=True)
class TableLook:
    """What a table style says: the rules around the table, between its rows and below its head, the cells' padding.

    `odd` and `even` are the rows below the head; `column` is the first one, None where it is like the others.
    """

    top: Border | None
    bottom: Border | None
    between: Border | None
    head_rule: Border | None
    padding: Edges
    head: Part | None = None
    column: Part | None = None
    odd: Part = Part()
    even: Part = Part()

    @property
    def is_banded(self) -> bool:
        """True where every other row has another ground."""
        return self.odd != self.even

    def rules(self, table: Table, row: int, cell: Cell) -> dict[str, Border | None]:
        """The rules that the style alone gives a cell."""
        last = row + cell.height >= len(table.rows)
        headed = table.header_rows > 0
        below = self.bottom if last else self.between
        above = self.top if row == 0 else self.head_rule if row == 1 and headed else self.between
        return {"top": above, "bottom": self.head_rule if row == 0 and headed else below, "left": None, "right": None}

    def part(self, table: Table, row: int, cell: Cell) -> Part:
        """What the style alone gives a cell besides; a first column comes before the rows."""
        if row == 0 and self.head is not None:
            return self.head
        if cell.column == 0 and self.column is not None and row >= table.header_rows:
            return self.column
        return self.even if (row - (self.head is not None)) % 2 else self.odd


def look_of(table: Table) -> TableLook:
    """The commonest rules, padding and grounds of a table's cells, by where they stand."""
    body = table.rows[table.header_rows :] or table.rows
    inner = [row for row in body if row is not body[-1]]
    headed = table.header_rows > 0
    rest = [[cell for cell in row if cell.column > 0] or row for row in body]
    odd, even = _part(rest[0::2]), _part(rest[1::2])
    if len(body) < 3:  # too few rows to tell
        odd = even = _part(rest)
    first = _part([[cell for cell in row if cell.column == 0] for row in body])
    headers = [row[0].header for row in body if row[0].column == 0]
    return TableLook(
        top=_common(cell.borders.top for cell in table.rows[0]),
        bottom=_common(cell.borders.bottom for cell in table.rows[-1]),
        between=_common(cell.borders.bottom for row in inner for cell in row),
        head_rule=_common(cell.borders.bottom for cell in table.rows[0]) if headed else None,
        padding=Counter(cell.padding for row in body for cell in row).most_common(1)[0][0],
        head=_part(table.rows[:1]) if headed else None,
        column=first if (headers and all(headers)) or first not in (odd, even) else None,
        odd=odd,
        even=even,
    )


def _part(rows: Iterable[list[Cell]]) -> Part:
    counted = Counter(Part(cell.background, VERTICAL.get(cell.vertical, "")) for row in rows for cell in row)
    return counted.most_common(1)[0][0] if counted else Part()


def _common(borders: Iterable[Border | None]) -> Border | None:
    counted = Counter(borders).most_common(1)
    return counted[0][0] if counted else None


@dataclass
class TableStyles:
    """The table styles of one file: the first look is `Review Table`, others are numbered."""

    looks: list[TableLook] = field(default_factory=list)

    def of(self, table: Table) -> tuple[str, TableLook]:
        """The identifier of a table's style, and what it says."""
        look = look_of(table)
        if look not in self.looks:
            self.looks.append(look)
        number = self.looks.index(look)
        return _named(number).replace(" ", ""), look

    def xml(self) -> str:
        """The styles for styles.xml."""
        return "".join(_style(number, look) for number, look in enumerate(self.looks))


def _named(number: int) -> str:
    return NAME if number == 0 else f"{NAME} {number + 1}"


def _style(number: int, look: TableLook) -> str:
    lines = (("top", look.top), ("bottom", look.bottom), ("insideH", look.between))
    rules = "".join(f"<w:{side} {border_attributes(line)}/>" for side, line in lines if line)
    name = _named(number)
    whole = "" if look.is_banded else part_xml(look.odd)
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:tblPr><w:tblStyleRowBandSize w:val="1"/>'
        f"{f'<w:tblBorders>{rules}</w:tblBorders>' if rules else ''}"
        f"<w:tblCellMar>{margins(look.padding)}</w:tblCellMar></w:tblPr>"
        f"{f'<w:tcPr>{whole}</w:tcPr>' if whole else ''}{_parts(look)}</w:style>"
    )


def _parts(look: TableLook) -> str:
    """The parts that differ from the whole, in the order that Word writes them."""
    below = f"<w:tcBorders><w:bottom {border_attributes(look.head_rule)}/></w:tcBorders>" if look.head_rule else ""
    parts = [("firstRow", below + part_xml(look.head, look.odd)) if look.head else ("firstRow", "")]
    parts.append(("firstCol", part_xml(look.column) if look.column else ""))
    if look.is_banded:
        parts += [("band1Horz", part_xml(look.odd)), ("band2Horz", part_xml(look.even))]
    return "".join(
        f'<w:tblStylePr w:type="{kind}"><w:tblPr/><w:tcPr>{inside}</w:tcPr></w:tblStylePr>'
        for kind, inside in parts
        if inside
    )


def part_xml(part: Part, over: Part = Part()) -> str:
    """The ground and the vertical alignment of a cell, where they are not those of what it lies over."""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{part.fill or "auto"}"/>' if part.fill != over.fill else ""
    stands = f'<w:vAlign w:val="{part.vertical or "top"}"/>' if part.vertical != over.vertical else ""
    return fill + stands


def margins(padding: Edges) -> str:
    """The paddings of a cell, or of all; a hair less at the right, or a word that just fits would be broken."""
    eased = replace(padding, right=max(0.0, padding.right - EASE))
    return "".join(f'<w:{side} w:w="{twips(getattr(eased, side))}" w:type="dxa"/>' for side in SIDES)
