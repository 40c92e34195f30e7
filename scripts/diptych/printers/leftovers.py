"""What WeasyPrint 70 would leave out at the end of a page, and is made to print on the next.

`losses` says what is left out all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from weasyprint.layout import block

Layout = Callable[..., tuple[Any, ...]]


BROKEN = "_diptych_broken"


@dataclass(frozen=True)
class Within:
    """Where a block across the columns goes on, as WeasyPrint says it of the block alone."""

    resume_at: Any


def keep_leftovers() -> None:
    """Makes WeasyPrint print what follows full columns and broken blocks, and the notes of the last line of a page."""
    if not hasattr(block._linebox_layout, "__wrapped__"):
        block.columns_layout = going_on(block.columns_layout)
        block.block_level_layout = with_breaks(block.block_level_layout)
        block._linebox_layout = with_notes(block._linebox_layout)


def going_on(layout: Layout) -> Layout:
    """WeasyPrint's `columns_layout`, which says that there is more as long as there is, and where.

    It stops at columns that reach the foot of the page. Where their text ends there and a block across the columns
    comes next, it answers as if the document ended there, too. Where such a block breaks, it takes the number of the
    block's child for that of a block behind it, and what is between them is left out.
    """

    @wraps(layout)
    def columns_layout(context: Any, box: Any, *rest: Any) -> tuple[Any, ...]:
        context.__dict__[BROKEN] = {}
        laid_out, resume_at, next_page, *others = layout(context, box, *rest)
        if laid_out is None or not laid_out.children:
            return laid_out, resume_at, next_page, *others
        last = laid_out.children[-1]
        if last.element in context.__dict__[BROKEN] and not last.is_column:
            place = next(place for place, child in enumerate(box.children) if child.element is last.element)
            resume_at = {place: Within(context.__dict__[BROKEN][last.element])}
        elif resume_at is None and (left := _left(box, laid_out)) is not None:
            resume_at, next_page = {left: None}, {"break": "any", "page": None}
        return laid_out, resume_at, next_page, *others

    return columns_layout


def with_breaks(layout: Layout) -> Layout:
    """WeasyPrint's `block_level_layout`, which notes where blocks across columns break, and lets them go on there."""

    @wraps(layout)
    def block_level_layout(context: Any, box: Any, bottom_space: Any, skip_stack: Any, *rest: Any) -> tuple[Any, ...]:
        if skip_stack and isinstance(within := skip_stack.get(0), Within):
            skip_stack = within.resume_at
        answer = layout(context, box, bottom_space, skip_stack, *rest)
        if answer[0] is not None and answer[1] is not None and box.style["column_span"] == "all":
            context.__dict__.setdefault(BROKEN, {})[box.element] = answer[1]
        return answer

    return block_level_layout


def _left(box: Any, laid_out: Any) -> int | None:
    """The first of the box's children behind the last that is laid out; None if that is the last of all."""
    children = [one for child in laid_out.children for one in (child.children if child.is_column else [child])]
    elements = {id(child.element) for child in children}
    done = [place for place, child in enumerate(box.children) if id(child.element) in elements]
    return done[-1] + 1 if done and done[-1] + 1 < len(box.children) else None


def with_notes(layout: Layout) -> Layout:
    """WeasyPrint's `_linebox_layout`, with the notes of the last line.

    To get a paragraph's second line on the page, it moves notes to the next page until the line fits; the notes that
    are called in that line it forgets. They go to the next page, behind those that it moved.
    """

    @wraps(layout)
    def linebox_layout(context: Any, box: Any, index: int, child: Any, lines: list[Any], *rest: Any) -> tuple[Any, ...]:
        answer = layout(context, box, index, child, lines, *rest)
        stopped = answer[1]
        called = [one.footnote for one in lines[-1].descendants() if one.footnote] if stopped and lines else []
        for note in [note for note in called if note in context.footnotes]:
            context.layout_footnote(note)
            context.report_footnote(note)
        return answer

    return linebox_layout
