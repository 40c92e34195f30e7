"""Which rules may hold for an element: cssselect2's selectors, sorted by how much of the document they look at.

Most ask for tags and classes alone, of an element and of those around it: where these are the same, so is the answer.
So it is where attributes are asked for that are not there. What a selector looks at is read off the code that
cssselect2 makes of it; one that looks at anything else, a neighbour or a place, is tried for each element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from types import CodeType
from typing import Any

from weasyprint import CSS

TAGS = frozenset(("local_name", "classes", "in_html_document", "parent", "ancestors", "any", "next"))
"""What a selector reads that asks for tags and classes, of an element and of those around it."""

ATTRIBUTES = frozenset(("etree_element", "tag", "attrib", "get", "lower", "startswith"))
"""What a selector reads beside that if it asks for attributes too."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A selector with its declarations, and what decides which of them win (CSS Cascade 4, 6.1)."""

    rank: int  # among all rules, from those of little weight on
    test: Any  # of an element that cssselect2 has wrapped
    reads: frozenset[str]  # the names in the test
    words: frozenset[str]  # the words in it, among them the attributes that it asks for
    pseudo: str | None
    declarations: Sequence[Any]
    origin: str
    layer: float
    specificity: tuple[int, ...]


class Rules:
    """The rules of some stylesheets; each is given with its origin, those of little weight first."""

    def __init__(self, sheets: Iterable[tuple[CSS, str]]) -> None:
        self._named: dict[tuple[str, str], list[Rule]] = {}  # by what they ask for, and its name
        self.attributes: set[str] = set()
        """The attributes that selectors ask for, and other words of theirs."""
        entries = [entry for number, (sheet, origin) in enumerate(sheets) for entry in _entries(number, sheet, origin)]
        for rank, (_, key, test, *said) in enumerate(sorted(entries, key=lambda entry: entry[0])):
            rule = Rule(rank, test, frozenset(_names(test.__code__)), frozenset(_words(test.__code__)), *said)
            self._named.setdefault(key, []).append(rule)
            if not rule.reads.isdisjoint(ATTRIBUTES):
                self.attributes |= rule.words

    def of(self, wrapped: Any) -> tuple[list[Rule], list[Rule]]:
        """The rules that hold for all elements like this one, and those that must be tried for each of them.

        Elements are alike that have the same tag, classes and `attributes`, and stand in elements that are alike.
        """
        keys = [("tag", wrapped.local_name.lower()), ("", ""), *(("class", name) for name in wrapped.classes)]
        attributes = {name for one in (wrapped, *wrapped.ancestors) for name in one.etree_element.attrib}
        sure, tried = [], []
        for rule in (rule for key in keys for rule in self._named.get(key, ())):
            if rule.reads <= TAGS or (rule.reads <= TAGS | ATTRIBUTES and rule.words.isdisjoint(attributes)):
                sure += [rule] if rule.test(wrapped) else []
            else:
                tried.append(rule)
        return sure, tried

    def for_id(self, name: str) -> Sequence[Rule]:
        """The rules that name an id; they must be tried too."""
        return self._named.get(("id", name), ())


def _entries(number: int, sheet: CSS, origin: str) -> Iterator[tuple[Any, ...]]:
    """The weight of each rule of a stylesheet, what its selector asks for, and what a `Rule` holds of it."""
    matcher = sheet.matcher
    named = {"id": matcher.id_selectors, "class": matcher.class_selectors, "tag": matcher.lower_local_name_selectors}
    groups = [((kind, name), found) for kind, names in named.items() for name, found in names.items()]
    others = [matcher.lang_attr_selectors, matcher.other_selectors, *matcher.namespace_selectors.values()]
    for key, found in [*groups, *((("", ""), found) for found in others)]:
        for test, specificity, order, pseudo, (declarations, layer) in found:
            place = inf if layer is None else sheet.layers.index(layer)
            yield (number, specificity, order), key, test, pseudo, declarations, origin, place, specificity


def _names(code: CodeType) -> Iterator[str]:
    """The names that a piece of code reads, within others in it too."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _words(code: CodeType) -> Iterator[str]:
    """The words that a piece of code holds, among them the attributes that it asks for."""
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _words(value)
        elif isinstance(value, str):
            yield value
