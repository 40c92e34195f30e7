"""The reference list as a template wants it: which entries, in which groups, with which marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from diptych.bibliography.annotations import Legend, grade, legend, marks
from diptych.compose.content import Content, ReferenceView
from diptych.compose.passes import CitedMark
from diptych.compose.words import Words
from diptych.review import Grade, Marks, MarksPreset

Grouping = Literal["none", "grade", "section", "year", "group"]


@dataclass(frozen=True)
class ReferenceGroup:
    """Entries under a heading; the one group of an undivided list has none."""

    heading: str
    references: tuple[ReferenceView, ...]


@dataclass(frozen=True)
class ReferenceList:
    """What a template prints of the references."""

    groups: tuple[ReferenceGroup, ...]
    legend: Legend | None
    marks: Marks

    @property
    def mark_width(self) -> float:
        """How wide the column of marks must be, in ems of the entries; 0.0 where the stylesheets' own is enough."""
        widest = max((_em_width(one.mark) for one in self.legend.grades), default=0.0) if self.legend else 0.0
        return min(round(widest + GAP, 2), WIDEST_COLUMN) if widest + GAP > HOUSE_COLUMN else 0.0

    @property
    def references(self) -> tuple[ReferenceView, ...]:
        """All entries, group by group."""
        return tuple(reference for group in self.groups for reference in group.references)

    def grade(self, reference: ReferenceView) -> Grade | None:
        """The grade that a reference is marked with."""
        return grade(self.marks, reference.importance)


HOUSE_COLUMN = 1.4
"""Ems: what the house's stylesheets give marks, enough for “••”."""
GAP = 0.5  # ems between a mark and its entry
WIDEST_COLUMN = 12.0  # ems; the entry needs room too
EM_WIDTHS = (
    ("•·.,:;!|'’ iljI", 0.36),
    ("*", 0.44),
    ("†‡§+-–=#?()[]", 0.57),
    ("▲△▶→✓", 0.66),
    ("■◆", 0.75),
    ("mwMW%@&", 0.98),
)
"""Characters, and how wide in ems they are at most in the bold face of the house."""


def _em_width(mark: str) -> float:
    """How wide a mark is at most, in ems."""
    return sum(next((width for chars, width in EM_WIDTHS if char in chars), _by_kind(char)) for char in mark)


def _by_kind(char: str) -> float:
    """The width of a character of no list: a letter's, a digit's, or that of a symbol or ideograph, a whole em."""
    if char.isascii() or unicodedata.category(char) in ("Ll", "Lu"):
        return 0.77 if char.isupper() else 0.62
    return 0.0 if unicodedata.combining(char) else 1.0


def arrange(
    content: Content, chosen: Sequence[ReferenceView], by: Grouping, default: MarksPreset | Marks
) -> ReferenceList:
    """The `chosen` entries in groups, each in the order of the whole list, which is not renumbered."""
    asked = content.review.marks or default
    used = asked if isinstance(asked, Marks) else _translated(marks(asked), content.words)
    groups = GROUPINGS[by](content, chosen, used)
    found = tuple(ReferenceGroup(heading, tuple(members)) for heading, members in groups if members)
    return ReferenceList(found, legend(used, [reference.importance for reference in chosen]), used)


def _translated(preset: Marks, words: Words) -> Marks:
    """A preset with its words in the language of the review."""
    said = {1: words.of_importance, 2: words.of_major_importance}
    grades = tuple(one.model_copy(update={"words": said[one.importance] or one.words}) for one in preset.grades)
    return Marks(intro=words.marked_papers or preset.intro, grades=grades)


Groups = Iterator[tuple[str, list[ReferenceView]]]


def _undivided(content: Content, chosen: Sequence[ReferenceView], used: Marks) -> Groups:
    yield "", list(chosen)


def _by_grade(content: Content, chosen: Sequence[ReferenceView], used: Marks) -> Groups:
    for one in sorted(used.grades, key=lambda one: -one.importance):
        yield one.words, [reference for reference in chosen if reference.importance == one.importance]
    yield content.words.other_references, [one for one in chosen if grade(used, one.importance) is None]


def _by_section(content: Content, chosen: Sequence[ReferenceView], used: Marks) -> Groups:
    headings = dict.fromkeys(reference.section for reference in content.references)
    for heading in sorted(headings, key=lambda heading: _section_order(content, heading)):
        members = [reference for reference in chosen if reference.section == heading]
        yield heading or content.words.other_references, members


def _section_order(content: Content, heading: str) -> int:
    order = list(content.section_headings)
    return order.index(heading) if heading in order else len(order)


def _by_year(content: Content, chosen: Sequence[ReferenceView], used: Marks) -> Groups:
    for year in sorted({reference.year for reference in chosen if reference.year is not None}, reverse=True):
        yield str(year), [reference for reference in chosen if reference.year == year]
    yield content.words.undated, [reference for reference in chosen if reference.year is None]


def _by_group(content: Content, chosen: Sequence[ReferenceView], used: Marks) -> Groups:
    groups: Mapping[str, tuple[str, ...]] = content.review.reference_groups
    grouped: set[str] = set()
    for heading, keys in groups.items():
        yield heading, [reference for reference in chosen if reference.key in keys and reference.key not in grouped]
        grouped.update(keys)
    yield _rest(content.words, bool(groups)), [reference for reference in chosen if reference.key not in grouped]


def _rest(words: Words, divided: bool) -> str:
    return words.other_references if divided else ""


GROUPINGS: Mapping[Grouping, Callable[[Content, Sequence[ReferenceView], Marks], Groups]] = {
    "none": _undivided,
    "grade": _by_grade,
    "section": _by_section,
    "year": _by_year,
    "group": _by_group,
}


def marks_by_anchor(content: Content, printed: ReferenceList) -> dict[str, CitedMark]:
    """For every work with a number, its number and mark; what marks beside citation numbers need."""
    return {
        reference.id: CitedMark(number, found.mark if (found := printed.grade(reference)) else "")
        for reference in (*content.references, *content.recommended)
        if (number := reference.number.strip("[]().")).isdigit()
    }
