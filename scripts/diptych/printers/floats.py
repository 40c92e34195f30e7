"""Figures and tables that wait for the head of the next page or column while the text goes on.

A stylesheet says `--float: top` of a block in columns for what CSS Page Floats, level 3, calls `float: top`; WeasyPrint
70 has neither. A block across the columns waits for a page, any other for a column. Where the text ends before that,
it stands where the document has it. Floats keep their order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial, wraps
from itertools import pairwise, zip_longest
from math import inf
from typing import Any

from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.layout import block

from diptych.printers.leftovers import Within
from diptych.printers.reading import ANCHOR, Anchor, note_tags

COPIES = "_diptych_copies"  # of a context: the boxes made for the columns that it lays out, by what they are made of
WITHIN = "_diptych_within"  # of a box: where it goes on, if it was begun before
SLACK = 0.01  # CSS pixels; heights are sums of rounded ones

Layout = Callable[..., tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """Where columns go on: with the floats that wait, then with the text. Children are given by number.

    The text goes on with a child, or within it; so does each float. Floats behind that child may be done already.
    WeasyPrint passes a place on as its own, since it looks no further than the number of a child.
    """

    text: int
    within: Any = None
    waiting: tuple[tuple[int, Any], ...] = ()
    done: tuple[int, ...] = ()

    @classmethod
    def read(cls, resume_at: dict[int, Any] | None) -> Place:
        """The place that WeasyPrint's `resume_at` stands for."""
        if resume_at is None:
            return cls(0)
        ((first, within),) = resume_at.items()
        return within.numbered(lambda child: child + first) if isinstance(within, Place) else cls(first, within)

    def written(self, end: int) -> dict[int, Any] | None:
        """As WeasyPrint's `resume_at`; None where all before the child `end` is set."""
        if self.text == end and not self.waiting:
            return None
        first = min([self.text, *(child for child, _ in self.waiting)])
        return {first: self.numbered(lambda child: child - first)}

    def numbered(self, number: Callable[[int], int]) -> Place:
        """The same place where the children have other numbers."""
        waiting = tuple((number(child), within) for child, within in self.waiting)
        return Place(number(self.text), self.within, waiting, tuple(map(number, self.done)))


@cache
def let_floats_wait() -> None:
    """Makes WeasyPrint set floats at the head of pages and columns; to be called after what else mends columns."""
    block.columns_layout = of_pages(block.columns_layout)
    block.block_box_layout = of_columns(block.block_box_layout)
    block.block_level_layout = going_on_within(block.block_level_layout)
    block.find_earlier_page_break = outside_columns(block.find_earlier_page_break)
    note_tags()


def of_pages(layout: Layout) -> Layout:
    """WeasyPrint's `columns_layout`, in which floats across the columns wait for the next page."""

    @wraps(layout)
    def columns_layout(context: Any, box: Any, bottom_space: Any, skip_stack: Any, *rest: Any) -> tuple[Any, ...]:
        _anchor_floats(box)
        if not any(map(_is_float, box.children)):
            return layout(context, box, bottom_space, skip_stack, *rest)
        around, before = context.__dict__.get(COPIES), _notes(context)
        context.__dict__[COPIES] = {}
        try:
            laid_out, place, *others = _page(Columns(layout, context, box, bottom_space, Place.read(skip_stack), rest))
        finally:
            context.__dict__[COPIES] = around
        called = [] if laid_out is None else [one.footnote for one in laid_out.descendants() if one.footnote]
        for note in _notes(context):
            if note not in before and note not in called:
                context.unlayout_footnote(note)
        return laid_out, place if laid_out is None else place.written(len(box.children)), *others

    return columns_layout


def _notes(context: Any) -> list[Any]:
    """The notes that stand on the page or go to the next; WeasyPrint forgets to take back those of columns it drops."""
    return [*context.current_page_footnotes, *context.reported_footnotes]


def of_columns(layout: Layout) -> Layout:
    """WeasyPrint's `block_box_layout`, in which a float that does not fit into its column waits for the next."""

    @wraps(layout)
    def block_box_layout(
        context: Any, box: Any, bottom_space: Any, skip_stack: Any, *rest: Any, **names: Any
    ) -> tuple[Any, ...]:
        if not box.is_column or context.__dict__.get(COPIES) is None or not any(map(_is_float, box.children)):
            return layout(context, box, bottom_space, skip_stack, *rest, **names)
        columns = Columns(partial(layout, **names), context, box, bottom_space, Place.read(skip_stack), rest)
        laid_out, place, *others = _column(columns)
        return laid_out, place if laid_out is None else place.written(len(box.children)), *others

    return block_box_layout


def going_on_within(layout: Layout) -> Layout:
    """WeasyPrint's `block_level_layout`, which goes on within a box that was begun before, behind floats or not."""

    @wraps(layout)
    def block_level_layout(context: Any, box: Any, bottom_space: Any, skip_stack: Any, *rest: Any) -> tuple[Any, ...]:
        within = box.__dict__.get(WITHIN) if skip_stack is None else None
        skip_stack = within.resume_at if isinstance(within, Within) else within or skip_stack
        return layout(context, box, bottom_space, skip_stack, *rest)

    return block_level_layout


def outside_columns(find: Callable[..., Any]) -> Callable[..., Any]:
    """WeasyPrint's `find_earlier_page_break`, which finds none in columns: it does not know how they would go on."""

    @wraps(find)
    def find_earlier_page_break(context: Any, children: Sequence[Any], *rest: Any) -> Any:
        return None if any(child.is_column for child in children) else find(context, children, *rest)

    return find_earlier_page_break


@dataclass
class Columns:
    """A page's columns, or one column, that are to be laid out from a place on, with some of its floats left out."""

    layout: Layout
    context: Any
    box: Any
    bottom_space: float
    start: Place
    rest: tuple[Any, ...]
    """What else WeasyPrint hands to its function, beginning with the containing block."""

    @cached_property
    def floats(self) -> set[int]:
        """The children that float."""
        return {child for child, one in enumerate(self.box.children) if _is_float(one)}

    @cached_property
    def stop(self) -> int:
        """The first child that no float passes: a block across the columns that is none."""
        rest = range(self.start.text, self.end)
        return next((child for child in rest if self.across(child) and child not in self.floats), self.end)

    @cached_property
    def coming(self) -> list[int]:
        """The floats before that child which are neither done nor begun."""
        past = {*self.start.done, *([self.start.text] if self.start.within else [])}
        return [child for child in range(self.start.text, self.stop) if child in self.floats - past]

    def laid_out(self, late: Collection[int] = ()) -> tuple[Any, ...]:
        """WeasyPrint's answer without the `late` floats, where it goes on being a `Place`, at which those wait."""
        waiting = [child for child, _ in self.start.waiting]
        left_out = {*self.start.done, *late}
        order = [*waiting, *(child for child in range(self.start.text, self.end) if child not in left_out)]
        children = [self._child(child, behind) for child, behind in zip_longest(order, order[1:])]
        box = self.box.copy_with_children(children)
        laid_out, resume_at, *others = self.layout(self.context, box, self.bottom_space, None, *self.rest)
        if laid_out is None:
            return laid_out, resume_at, *others
        return laid_out, self._with_late(self._reached(order, resume_at), late), *others

    def next_box(self) -> tuple[Any, ...]:
        """What WeasyPrint measures to see how much higher columns must be: the next line, since floats can wait."""
        if self.start.text == self.end:
            return self.laid_out()
        waiting = [child for child, _ in self.start.waiting]
        return replace(
            self, start=Place(self.start.text, self.start.within, (), (*self.start.done, *waiting))
        ).laid_out()

    def with_foot(self, late: Collection[int]) -> tuple[Any, ...] | None:
        """The same with the late floats across the columns under the text; None where there is no room for that."""
        feet = [child for child in late if self.across(child)]
        room = self._room(feet)
        top = self.box.content_box_y()
        if room > (self.context.page_bottom - self.bottom_space - top) / 2:
            return None
        laid_out, place, *others = replace(self, bottom_space=self.bottom_space + room).laid_out(feet)
        bottom = self.context.page_bottom - self.bottom_space  # above notes that were called
        if laid_out is None:
            return None
        waiting = tuple(one for one in place.waiting if one[0] not in feet)
        is_first = not any(self.across(child) for child, _ in waiting) and place.text not in self.floats
        if not is_first or top + laid_out.height + room > bottom + SLACK:
            self.discard(laid_out)
            return None
        ended = place.text == self.end and not waiting
        y = top + laid_out.height if ended else bottom - room
        for child in feet:
            laid_out.children.append(self._across(child, y))
            y = laid_out.children[-1].border_box_y() + laid_out.children[-1].border_height()
        laid_out.height = y + (laid_out.children[-1].margin_bottom if ended else 0) - top
        done = tuple(sorted({*place.done, *(child for child in feet if child > place.text)}))
        return laid_out, replace(place, waiting=waiting, done=done), *others

    def _room(self, feet: Collection[int]) -> float:
        """How high the blocks across the columns are; without end if they call notes, which would need room, too."""
        measured = [self._across(child, 0) for child in feet]
        for one in measured:
            self.discard(one)
        if any(box.footnote for one in measured for box in one.descendants()):
            return inf
        return float(sum(one.margin_top + one.border_height() for one in measured))

    def _across(self, child: int, y: float) -> Any:
        """A block across the columns, laid out from `y` on as if the page had no end."""
        containing_block, _, absolute, fixed, _, *styles = self.rest
        box = self.box.children[child].copy()
        block.resolve_percentages(box, containing_block)
        box.position_x, box.position_y = self.box.content_box_x(), y
        answer = block.block_level_layout(
            self.context, box, -inf, None, containing_block, True, absolute, fixed, [], *styles
        )
        return answer[0]

    def discard(self, laid_out: Any) -> None:
        """Make WeasyPrint forget the notes and boxes of what is not used."""
        _, _, absolute, fixed, *_ = self.rest
        block.remove_placeholders(self.context, [laid_out], absolute, fixed)

    @property
    def end(self) -> int:
        """The number behind the last child."""
        return len(self.box.children)

    def across(self, child: int) -> bool:
        """True of a block across the columns."""
        return bool(self.box.children[child].style["column_span"] == "all")

    def _child(self, child: int, behind: int | None) -> Any:
        """The child as it stands before `behind`; always the same one, so that its layout is remembered."""
        box, start = self.box.children[child], self.start
        head = next((True for waiting, _ in start.waiting if waiting == child), False)
        within = dict(start.waiting)[child] if head else start.within if child == start.text else None
        alone = child + 1 in self.floats and behind != child + 1 and child not in self.floats
        if not (head or alone or within):
            return box
        copies = self.context.__dict__[COPIES]
        key = (id(box), head, alone, repr(within))
        if key not in copies:
            copies[key] = (_made(box, head=head, alone=alone, within=within), box)
        return copies[key][0]

    def _reached(self, order: list[int], resume_at: dict[int, Any] | None) -> Place:
        """The place where children in this order go on."""
        if resume_at is None:
            return Place(self.end)
        found = Place.read(resume_at)
        heads = len(self.start.waiting)
        if found.text < heads and not found.waiting:
            begun = (order[found.text], found.within or self.start.waiting[found.text][1])
            return Place(
                self.start.text, self.start.within, (begun, *self.start.waiting[found.text + 1 :]), self.start.done
            )
        place = found.numbered(lambda child: order[child] if child < len(order) else self.end)
        within = place.within or (self.start.within if place.text == self.start.text else None)
        done = {*place.done, *(child for child in self.start.done if child > place.text)}
        return Place(place.text, within, place.waiting, tuple(sorted(done)))

    def _with_late(self, place: Place, late: Collection[int]) -> Place:
        """The place at which the late floats wait that the text has passed, and those behind the child it is within."""
        last = place.text
        while place.within and place.text not in self.floats and last + 1 in late:
            last += 1
        passed = [(child, None) for child in late if child <= last]
        done = {*place.done, *(child for child, _ in passed if child > place.text)}
        return Place(place.text, place.within, self.queue([*place.waiting, *passed]), tuple(sorted(done)))

    def queue(self, waiting: list[tuple[int, Any]]) -> tuple[tuple[int, Any], ...]:
        """Floats that wait in the order in which they are set: those across the columns first."""
        return tuple(sorted(waiting, key=lambda one: (not self.across(one[0]), one[0])))


def _page(columns: Columns) -> tuple[Any, ...]:
    """The layout of one page's columns, where they go on being a `Place`.

    Floats that find no room above the text go on waiting.
    """
    answer = _with_heads(columns)
    start, place = columns.start, answer[1]
    if answer[0] is None or place.text != start.text or place.within != start.within:
        return answer
    waiting = {child for child, _ in start.waiting}
    left = [one for one in place.waiting if one[0] in waiting]
    heads = start.waiting[: len(waiting) - len(left)]
    if not left or left[0][1] or not heads:
        return answer
    columns.discard(answer[0])
    done = (*start.done, *(child for child, _ in left))
    alone = replace(columns, start=replace(start, waiting=heads, done=done))
    laid_out, place, *others = alone.laid_out(alone.coming)
    if place.text > columns.stop:
        columns.discard(laid_out)
        return _with_heads(columns)
    still = tuple(child for child in place.done if child in start.done or child > place.text)
    return laid_out, replace(place, waiting=columns.queue([*left, *place.waiting]), done=still), *others


def _with_heads(columns: Columns) -> tuple[Any, ...]:
    """The layout of one page's columns with all floats that wait at its head."""
    stop, floats = columns.stop, columns.coming
    late = floats[next((place for place, child in enumerate(floats) if columns.across(child)), len(floats)) :]
    answer = columns.laid_out(late)
    if not late or answer[0] is None or not _is_at_end(answer[1], stop, late):
        return answer
    columns.discard(answer[0])
    if stop == columns.end and (under := columns.with_foot(late)):
        return under
    answer = columns.laid_out()
    place = answer[1]
    if answer[0] is None or stop < columns.end or place.within or place.waiting or place.text not in late:
        return answer
    columns.discard(answer[0])
    return columns.laid_out([child for child in late if child >= place.text])


def _is_at_end(place: Place, stop: int, late: Collection[int]) -> bool:
    """True of a place where nothing is left before the child `stop` but the late floats."""
    return place.text >= stop and all(child in late for child, _ in place.waiting)


def _column(columns: Columns) -> tuple[Any, ...]:
    """The layout of one column, where it goes on being a `Place`."""
    if columns.bottom_space == inf:
        return columns.next_box()
    answer = columns.laid_out()
    place = answer[1]
    if answer[0] is None or place.within or place.waiting or place.text not in columns.floats:
        return answer
    late = [child for child in columns.floats if child >= place.text]
    behind = next((child for child in range(place.text, columns.end) if child not in late), columns.end)
    columns.discard(answer[0])
    answer = columns.laid_out(late)
    if answer[0] is not None and (answer[1].text, bool(answer[1].within)) > (behind, False):
        return answer
    if answer[0] is not None:
        columns.discard(answer[0])
    return columns.laid_out()


def _anchor_floats(box: Any) -> None:
    """Notes which children float; the first does not, since nothing stands before it that it could be read behind."""
    for number, (before, child) in enumerate(pairwise(box.children)):
        if any(getattr(token, "value", "") == "top" for token in child.style["__float"]):
            child.__dict__[ANCHOR] = Anchor(number, child.element, before.element)


def _is_float(box: Any) -> bool:
    return ANCHOR in box.__dict__


def _made(box: Any, *, head: bool, alone: bool, within: Any) -> Any:
    """A copy of the box: at the head of a page, without the float that follows it, begun before."""
    made = box.copy()
    made.style = box.style.copy()
    if head:
        made.style["margin_top"] = ZERO_PIXELS
    if alone and box.element.get("data-before") == "float":
        made.style["margin_bottom"] = made.style["margin_top"]
    if within:
        made.__dict__[WITHIN] = within
    return made
