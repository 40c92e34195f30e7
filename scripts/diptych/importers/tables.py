"""Tables of papers → the rows and columns of a review: merged cells taken apart, double headings joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diptych.importers.nodes import words_of
from diptych.importers.pen import Pen
from diptych.prose import Node

MOST_CELLS = 100_000
BLANK = "&nbsp;"
"""A column's heading that is empty in the paper; the model wants one."""


@dataclass(frozen=True)
class Cell:
    """A cell as the paper has it."""

    nodes: tuple[Node, ...]
    align: str = ""
    across: int = 1
    down: int = 1


Row = Sequence[Cell]


def table(head: Sequence[Row], body: Sequence[Row], pen: Pen, called: str, line: int | None = None) -> dict[str, Any]:
    """`columns` and `rows` of a table; what had to be taken apart is added to the pen's losses."""
    losses = pen.losses
    if sum(cell.across * cell.down for row in [*head, *body] for cell in row) > MOST_CELLS:
        losses.add("lost-table", f"{called} has more than {MOST_CELLS:,} cells; it is left out", line)
        return {}
    if any(cell.across > 1 or cell.down > 1 for row in [*head, *body] for cell in row):
        message = f"{called} has merged cells; each is written in its first place, and the others are empty"
        losses.add("merged-cells", message, line, "compare it with the paper")
    heading, rows = _grid(head), _grid(body)
    if not heading and rows:
        losses.add("no-column-headings", f"{called} has no column headings", line, "write them in `columns`")
    width = max((len(row) for row in [*heading, *rows]), default=0)
    if not width:
        losses.add("lost-table", f"{called} has no cells; it is left out", line)
        return {}
    columns = [_column(index, heading, rows, pen, line) for index in range(width)]
    written = [[pen.line(cell.nodes, line) for cell in _filled(row, width)] for row in rows]
    return {"columns": columns, "rows": written}


EMPTY = Cell(())


def _filled(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row, *[EMPTY] * (width - len(row))]


def _grid(rows: Sequence[Row]) -> list[list[Cell]]:
    """The rows with every cell in its column; the places that merged cells cover are empty."""
    covered: Counter[int] = Counter()
    grid: list[list[Cell]] = []
    for row in rows:
        placed: list[Cell] = []
        for cell in row:
            while covered[len(placed)] > 0:
                placed.append(EMPTY)
            start = len(placed)
            placed += [cell, *[EMPTY] * (min(cell.across, 1000) - 1)]
            for index in range(start, len(placed)):
                covered[index] = -cell.down if cell.down > 1 else 0
        while covered[len(placed)] > 0:
            placed.append(EMPTY)
        for index in list(covered):
            covered[index] = -covered[index] - 1 if covered[index] < 0 else max(0, covered[index] - 1)
        grid.append(placed)
    return grid


def _column(
    index: int, heading: list[list[Cell]], rows: list[list[Cell]], pen: Pen, line: int | None
) -> str | dict[str, str]:
    """A column's heading, joined from several rows of headings, with the alignment that its cells have."""
    parts = [pen.line(_heading_cell(row, index), line) for row in heading]
    words = ": ".join(dict.fromkeys(part for part in parts if part)) or BLANK
    align = _alignment(index, heading, rows)
    return {"heading": words, "align": align} if align else words


def _heading_cell(row: list[Cell], index: int) -> tuple[Node, ...]:
    """The heading over a column; one that spans columns stands over each of them."""
    if index >= len(row):
        return ()
    start = index
    while start > 0 and row[start] is EMPTY:
        start -= 1
    return row[start].nodes if start + row[start].across > index else ()


def _alignment(index: int, heading: list[list[Cell]], rows: list[list[Cell]]) -> str:
    found = {row[index].align for row in rows if index < len(row) and words_of(row[index].nodes)}
    if not rows:
        found = {row[index].align for row in heading if index < len(row)}
    align = found.pop() if len(found) == 1 else ""
    return align if align in ("right", "center", "decimal") else ""
