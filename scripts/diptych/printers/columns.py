"""Columns that WeasyPrint has laid out once are not laid out again.

It lays every column out to see whether its text fits, and then once more in its place. On a page that is full both are
the same, but for the place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.layout import block

MEMORY = "_diptych_columns"

Layout = Callable[..., tuple[Any, ...]]


def remember_columns() -> None:
    """Makes WeasyPrint put a column that it has laid out in its place."""
    if not hasattr(block.block_box_layout, "__wrapped__"):
        block.columns_layout = with_memory(block.columns_layout)
        block.block_box_layout = remembering(block.block_box_layout)


def with_memory(layout: Layout) -> Layout:
    """WeasyPrint 70's `columns_layout`, which remembers columns until it has an answer."""

    @wraps(layout)
    def columns_layout(context: Any, *rest: Any) -> tuple[Any, ...]:
        around = context.__dict__.get(MEMORY)
        context.__dict__[MEMORY] = {}
        try:
            return layout(context, *rest)
        finally:
            context.__dict__[MEMORY] = around

    return columns_layout


def remembering(layout: Layout) -> Layout:
    """WeasyPrint 70's `block_box_layout`, which gives a column that it has laid out before, moved to its place.

    It remembers none whose layout left a trace: a note for the foot of the page, a running head, a box that stands by
    itself. Each is given once, since what it is given to may change it.
    """

    @wraps(layout)
    def block_box_layout(context: Any, box: Any, *rest: Any, **names: Any) -> tuple[Any, ...]:
        memory = context.__dict__.get(MEMORY)
        if memory is None or not box.is_column:
            return layout(context, box, *rest, **names)
        bottom_space, resume_at, _, page_is_empty, *placed = rest[:6]
        bottom = round(context.page_bottom - bottom_space, 6)
        key = (*map(id, box.children), box.width, box.position_y, bottom, repr(resume_at), page_is_empty)
        if key in memory:
            column, *others = memory.pop(key)
            column.translate(box.position_x - column.position_x)
            return column, *others
        before = _traces(context, *placed)
        answer = layout(context, box, *rest, **names)
        if answer[0] is not None and _traces(context, *placed) == before:
            memory[key] = answer
        return answer

    return block_box_layout


def _traces(context: Any, *placed: Any) -> list[int]:
    """How much there is of all that the layout of a column can leave behind it."""
    running = [boxes for pages in context.running_elements.values() for boxes in pages.values()]
    waiting = (context.footnotes, context.current_page_footnotes, context.reported_footnotes)
    return [len(one) for one in (*placed, *waiting, *running, context.broken_out_of_flow)]
