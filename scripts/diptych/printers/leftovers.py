"""What WeasyPrint 70 would leave out at the end of a page, and is made to print on the next.

`losses` says what is left out all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.layout import block

Layout = Callable[..., tuple[Any, ...]]


def keep_leftovers() -> None:
    """Makes WeasyPrint print what follows full columns, and the notes of the last line of a page."""
    if not hasattr(block._linebox_layout, "__wrapped__"):
        block.columns_layout = going_on(block.columns_layout)
        block._linebox_layout = with_notes(block._linebox_layout)


def going_on(layout: Layout) -> Layout:
    """WeasyPrint's `columns_layout`, which says that there is more as long as there is.

    It stops at columns that reach the foot of the page. Where their text ends there and a block across the columns
    comes next, it answers as if the document ended there, too.
    """

    @wraps(layout)
    def columns_layout(context: Any, box: Any, *rest: Any) -> tuple[Any, ...]:
        laid_out, resume_at, next_page, *others = layout(context, box, *rest)
        if laid_out is not None and resume_at is None and (left := _left(box, laid_out)) is not None:
            resume_at, next_page = {left: None}, {"break": "any", "page": None}
        return laid_out, resume_at, next_page, *others

    return columns_layout


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
