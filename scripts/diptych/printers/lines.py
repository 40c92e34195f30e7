"""Lines that WeasyPrint has set once are not set again.

It lays a column out up to four times: to see whether its text fits, to balance it, for the height of its footnotes, and
in its place. Setting lines is most of that time, and lines that begin at the same place of a text, and may be as long,
are the same. Most have no floating box beside them either, for which WeasyPrint asks three times.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, page
from weasyprint.text.line_break import Layout

MEMORY = "_diptych_lines"
PLAIN = (boxes.LineBox, boxes.InlineBox, boxes.TextBox, boxes.InlineReplacedBox, boxes.InlineBlockBox)

Set = Callable[..., tuple[Any, ...]]


class Line(NamedTuple):
    """A line as it is before it is put in its place, how far that is to the right, and where the next line begins.

    `width` and `height` are those that it had before its last blank was taken off and its words were spread.
    """

    box: Any
    right: float
    resume_at: Any
    width: float
    height: float


def remember_lines() -> None:
    """Makes WeasyPrint remember the lines it sets."""
    if not hasattr(inline.get_next_linebox, "__wrapped__"):
        inline.get_next_linebox = remembering(inline.get_next_linebox)
        page.make_page = forgetting(page.make_page)


def forgetting(make: Set) -> Set:
    """WeasyPrint 70's `make_page`, which remembers lines until the page is made.

    Behind each page it may fill other numbers into the texts, and make the page again.
    """

    @wraps(make)
    def make_page(context: Any, *rest: Any) -> tuple[Any, ...]:
        context.__dict__[MEMORY] = {}
        try:
            return make(context, *rest)
        finally:
            del context.__dict__[MEMORY]

    return make_page


def remembering(set_line: Set) -> Set:
    """WeasyPrint 70's `get_next_linebox`, which remembers the lines of a page while it is being made.

    Only lines of text, formulas and numbers of references are: what floats or runs to the margin leaves its trace
    elsewhere, and is left to WeasyPrint, as are lines beside floating boxes. `box` holds the whole text, of which lines
    are made. What is given is a copy, since pages move it.
    """

    @wraps(set_line)
    def get_next_linebox(context: Any, box: Any, top: float, *rest: Any) -> tuple[Any, ...]:
        memory = context.__dict__.get(MEMORY)
        _, begun, around, *_, first_letter, first_line = rest
        if memory is None or context.excluded_shapes or not _is_plain(box, around, memory, first_letter or first_line):
            return set_line(context, box, top, *rest)
        begun = inline.skip_first_whitespace(box, begun)
        if begun == "continue":
            return None, None
        key = (id(box), around.content_box_x(), around.width, around.height, box.text_indent, repr(begun))
        if key not in memory:
            box.position_y = top
            memory[key] = _set(context, box, begun, around, rest)
        line = memory[key]
        if line is None:
            return set_line(context, box, top, *rest)
        box.width, box.height = line.width, line.height
        box.position_x, box.position_y = line.box.position_x, top
        placed = _copied(line.box)
        placed.translate(line.right, top - placed.position_y)
        placed.position_y = top  # exactly, as WeasyPrint has it
        return placed, line.resume_at

    return get_next_linebox


def _is_plain(box: Any, around: Any, memory: dict[Any, Any], styled: Any) -> bool:
    """Whether the box holds nothing but what can be remembered; not where its first letter or line has a style.

    It is kept with the answer, since another could get its id.
    """
    if styled:
        memory[id(box)] = (False, box)
    elif id(box) not in memory:
        plain = all(isinstance(one, PLAIN) and one.is_in_normal_flow() for one in box.descendants())
        memory[id(box)] = (plain and around.style["direction"] == "ltr" and not _notes_in_blocks(box), box)
    return bool(memory[id(box)][0])


def _notes_in_blocks(box: Any) -> bool:
    """Whether a note is called in a block in a line; it is put at the foot of the page when that block is laid out."""
    blocks = (one for one in box.descendants() if isinstance(one, boxes.InlineBlockBox))
    return any(one.footnote for block in blocks for one in block.descendants())


def _set(context: Any, box: Any, begun: Any, around: Any, rest: tuple[Any, ...]) -> Line | None:
    """The line that begins there, as WeasyPrint's `get_next_linebox` sets it beside nothing; None if it is empty."""
    box.width = box.height = 0
    start, top, width = inline.avoid_collisions(context, box, around, outer=False)
    box.position_x, box.position_y = start, top
    bottom_space, (first_letter, first_line) = rest[0], rest[-2:]
    line, resume_at, ends_itself, *_ = inline.split_inline_box(
        *(context, box, start + box.text_indent, start + width, bottom_space, begun, around),
        *([], [], [], [], [], first_letter, first_line),
    )
    if inline.is_phantom_linebox(line):
        return None
    before = line.width, line.height
    inline.remove_last_whitespace(context, line)
    right = inline.text_align(context, line, width, last=resume_at is None or ends_itself)
    bottom, top = inline.line_box_verticality(line)
    line.baseline, line.position_y, line.height = -top, top, bottom - top
    line.margin_top = line.margin_bottom = 0
    return Line(line, right, resume_at, *before)


def _copied(box: Any) -> Any:
    """The box with all that is within, free to be moved."""
    one = box.copy()
    if isinstance(box, boxes.TextBox):
        one.pango_layout = Layout.__new__(Layout)
        one.pango_layout.__dict__.update(box.pango_layout.__dict__)
    elif isinstance(box, boxes.ParentBox):
        one.remove_decoration_sides = set(box.remove_decoration_sides)
        one.children = [_copied(child) for child in box.children]
    return one
