"""Where the content of each block stands in the text: markdown-it knows lines alone, and forgets columns.

Wrapped block rules note the places of a block's content while the parser still knows them; after the inline rules,
`set_places` turns the offsets that these noted in `meta["offset"]` into offsets in the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

BlockRule = Callable[[StateBlock, int, int, bool], bool]
Place = tuple[int, int]
"""An offset in a block's content and the offset in the text where that stands; valid up to the next place."""


def with_line_places(rule: BlockRule) -> BlockRule:
    """The rule for a paragraph or heading, noting where each line of its content stands in the text."""

    def placed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        count = len(state.tokens)
        found = rule(state, start, end, silent)
        for token in state.tokens[count:]:
            if token.type == "inline":
                token.meta["places"] = list(_line_places(state, token))
        return found

    return placed


def _line_places(state: StateBlock, token: Token) -> Iterator[Place]:
    """Lines lose container marks and spaces at their head and, the last one, spaces at its end; none loses words."""
    numbers = range(*(token.map or (0, 0)))
    written = (line for line in numbers if state.src[state.bMarks[line] : state.eMarks[line]].strip())
    offset = 0
    for line, content in zip(written, token.content.split("\n"), strict=False):
        words = content.lstrip()
        there = state.src.rfind(words, state.bMarks[line], state.eMarks[line])
        yield offset, there - (len(content) - len(words))
        offset += len(content) + 1


def with_cell_places(rule: BlockRule) -> BlockRule:
    """The rule for tables, noting where the content of each cell stands in the text."""

    def placed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        count = len(state.tokens)
        found = rule(state, start, end, silent)
        cells = (token for token in state.tokens[count:] if token.type == "inline" and token.map)
        for line, row in groupby(cells, key=lambda token: token.map[0] if token.map else 0):
            _place_cells(state, line, row)
        return found

    return placed


def _place_cells(state: StateBlock, line: int, row: Iterable[Token]) -> None:
    start = state.bMarks[line] + state.tShift[line]
    for token, (offset, cell) in zip(row, _cells(state.src[start : state.eMarks[line]].rstrip()), strict=False):
        token.meta["places"] = list(_cell_places(cell, start + offset))


def _cells(row: str) -> list[tuple[int, str]]:
    """The cells of a row with their offsets in it: pipes divide unless a backslash precedes them (GFM, 4.10)."""
    bounds = [-1, *(match.start() for match in re.finditer(r"(?<!\\)\|", row)), len(row)]
    cells = [(start + 1, row[start + 1 : end]) for start, end in pairwise(bounds)]
    if cells and not cells[0][1]:
        del cells[0]
    if cells and not cells[-1][1]:
        del cells[-1]
    return cells


def _cell_places(cell: str, start: int) -> Iterator[Place]:
    indent = len(cell) - len(cell.lstrip())
    yield 0, start + indent
    for count, pipe in enumerate(re.finditer(r"\\\|", cell)):
        yield pipe.start() - count - indent, start + pipe.end() - 1


def set_places(state: StateCore) -> None:
    """Core rule: turns offsets in the content of blocks into offsets in the whole text."""
    for block in state.tokens:
        places: list[Place] = block.meta.get("places", [])
        for token in block.children or ():
            if "offset" in token.meta:
                token.meta["offset"] = _in_text(places, token.meta["offset"])


def _in_text(places: Sequence[Place], offset: int) -> int:
    if not places:
        return 0
    within, there = places[bisect_right(places, offset, key=lambda place: place[0]) - 1]
    return there + offset - within
