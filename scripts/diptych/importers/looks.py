"""What only the look of a Word file says: lines in bold as headings where no style names any, raised citations."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from diptych.importers import headings
from diptych.importers.nodes import words_of
from diptych.importers.paper import Losses
from diptych.importers.stream import Block
from diptych.prose import Node

LONGEST_HEADING = 120
"""Characters; a title may have more."""

HIERARCHY = re.compile(r"(\d+(?:\.\d+)*)\.?\s")
BY_LOOK = "the paper has no styles of headings; lines that are bold as a whole are taken for headings"
COMPARE = "compare the sections with the paper"


def headed_by_look(blocks: list[Block], losses: Losses) -> list[Block]:
    """The blocks, lines in bold as headings where no block is one and two of the lines or more are such; listed.

    The first line is the title where it is bold, has no number and heads no part. Levels are those of typed numbers.
    """
    bold = [block for block in blocks if _is_bold_line(block)]
    if len(bold) < FEWEST or any(block.role == "heading" for block in blocks):
        return blocks
    losses.add("headings-by-look", BY_LOOK, hint=COMPARE)
    first = next(block for block in blocks if words_of(block.nodes))
    title = first if first in bold and not any(block.role == "title" for block in blocks) else None
    title = title if title and not headings.part(words_of(title.nodes)) and not _level(title) > 1 else None
    return [_as_heading(block, block is title) if block in bold else block for block in blocks]


FEWEST = 2


def _is_bold_line(block: Block) -> bool:
    """True for a paragraph that is bold as a whole, short, no sentence and no caption."""
    if block.role != "text" or len(block.nodes) != 1 or block.nodes[0].kind != "p":
        return False
    parts = [node for node in block.nodes[0].children if node.kind != "anchor" and words_of([node])]
    words = words_of(parts)
    bold = bool(parts) and all(node.kind == "strong" for node in parts)
    return bold and len(words) <= LONGEST_HEADING and words[-1:] not in ".;," and not headings.label().match(words)


def _level(block: Block) -> int:
    numbered = HIERARCHY.match(words_of(block.nodes))
    return numbered[1].count(".") + 1 if numbered else 1


def _as_heading(block: Block, is_title: bool) -> Block:
    inner = tuple(
        child for node in block.nodes[0].children for child in (node.children if node.kind == "strong" else (node,))
    )
    return Block("title" if is_title else "heading", inner, block.id, 0 if is_title else _level(block))


RAISED = re.compile(r"\d{1,3}(?:\s*[,;\u2010-\u2015-]\s*\d{1,3})*")
CITABLE = re.compile(r"(?:[^\W\d_]{4}|[^\W\d_]{2}\)|[.,;:!?”’\"'])\Z")
"""What may stand before a raised citation: a stop, a word that is no unit such as “cm”, an abbreviation in brackets."""


def is_raised_citation(node: Node, before: Sequence[Node], numbers: Collection[int]) -> bool:
    """True for raised numbers behind a word or a stop that are all numbers of the list of references."""
    said = words_of([node])
    behind = before[-1].text if before and before[-1].kind == "text" else ""
    return bool(
        node.kind == "sup"
        and RAISED.fullmatch(said)
        and CITABLE.search(behind)
        and all(int(number) in numbers for number in re.findall(r"\d+", said))
    )


def without_bold(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The inlines of a caption that is bold as a whole without that."""
    if nodes and all(node.kind == "strong" for node in nodes if words_of([node])):
        return tuple(child for node in nodes for child in (node.children if node.kind == "strong" else (node,)))
    return nodes
