"""Floats are read where the document has them, wherever they are printed.

WeasyPrint tags the boxes of a page in the order in which it sets them, and a float at the head of a page would
interrupt the paragraph that goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import tags

from diptych.printers.objects import number_of

ANCHOR = "_diptych_anchor"  # of a float's box: its `Anchor`
TAGS = "_diptych_tags"  # of a box: a list for its tags

Build = Callable[..., Iterator[pydyf.Dictionary]]


@dataclass(frozen=True)
class Anchor:
    """Where a document has a float: behind an element that stands before it in columns."""

    number: int
    element: Any
    before: Any


@cache
def note_tags() -> None:
    """Makes WeasyPrint note the tags of boxes that ask for it."""
    tags._build_box_tree = noting(tags._build_box_tree)


def noting(build: Build) -> Build:
    """WeasyPrint's `_build_box_tree`, which adds the tags of a box to the list that the box may have for them."""

    @wraps(build)
    def build_box_tree(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:
        for tag in build(box, *rest):
            if (noted := getattr(box, TAGS, None)) is not None:
                noted.append(tag)
            yield tag

    return build_box_tree


def tag_in_reading_order(pages: Sequence[Any]) -> Callable[[Any, pydyf.PDF], None]:
    """WeasyPrint's `finisher` for the laid-out pages: puts the tags of floats behind those of what stands before them.

    They are read where the document has them, as in Word, and do not interrupt the block that they are printed in.
    """
    printed = list(_blocks(pages))
    floats = sorted({getattr(box, ANCHOR) for box in printed if hasattr(box, ANCHOR)}, key=lambda anchor: anchor.number)
    noted: dict[Any, list[pydyf.Dictionary]] = {}
    for anchor in floats:
        noted[anchor.element], noted[anchor.before] = [], noted.get(anchor.before, [])
    for box in printed:
        if box.element in noted:
            box.__dict__[TAGS] = noted[box.element]

    def finish(_: Any, pdf: pydyf.PDF) -> None:
        for anchor in floats:
            _move(noted[anchor.element], noted[anchor.before], pdf)

    return finish


def _blocks(pages: Sequence[Any]) -> Iterator[Any]:
    """The blocks of columns and those across them, and what is around columns."""
    waiting = [page._page_box for page in pages]
    while waiting:
        box = waiting.pop()
        yield box
        if not hasattr(box, ANCHOR) and isinstance(box, (boxes.PageBox, boxes.BlockBox)):
            inner = [child for child in box.children if isinstance(child, boxes.Box)]
            if box.is_column:
                yield from inner
            else:
                waiting += inner


def _move(moved: list[pydyf.Dictionary], before: list[pydyf.Dictionary], pdf: pydyf.PDF) -> None:
    """Puts tags behind the last of others."""
    if not before:
        return
    to = pdf.objects[number_of(before[-1]["P"])]
    for place, tag in enumerate(moved, 1):
        pdf.objects[number_of(tag["P"])]["K"].remove(tag.reference)
        to["K"].insert(to["K"].index(before[-1].reference) + place, tag.reference)
        tag["P"] = to.reference
