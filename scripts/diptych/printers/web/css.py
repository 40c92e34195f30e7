"""The template's stylesheets as browsers take them: without what only a printer of pages knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import tinycss2

PAGED = {"string-set": None, "float": "footnote"}
"""Declarations of CSS GCPM, by property and value (any where None); what they are for, the page has otherwise."""

FUNCTIONS = frozenset({"leader", "target-counter", "target-counters", "target-text", "string", "running", "element"})
"""Functions of CSS GCPM and CSS Generated Content 3 that no browser knows."""


PSEUDO_ELEMENTS = ("::footnote-call", "::footnote-marker")
"""Pseudo-elements of CSS GCPM; a rule for one of them is left out."""


@lru_cache(maxsize=32)
def for_browsers(text: str) -> str:
    """The stylesheet without running heads and footnotes; `@page` keeps size and margins, for who prints the page."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True)
    return "".join(map(_rule, rules))


def _rule(rule: Any) -> str:
    if rule.type == "at-rule" and rule.lower_at_keyword == "page":
        rule.content = list(_kept(rule.content, with_margin_boxes=False))
    elif rule.type == "qualified-rule":
        if any(name in tinycss2.serialize(rule.prelude) for name in PSEUDO_ELEMENTS):
            return ""
        rule.content = list(_kept(rule.content, with_margin_boxes=True))
    return "" if rule.type == "error" else str(rule.serialize())


def _kept(content: Sequence[Any], with_margin_boxes: bool) -> Iterator[Any]:
    """What is in a rule's braces."""
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True):
        if not _is_paged(item) if item.type == "declaration" else with_margin_boxes:
            yield item


def _is_paged(declaration: Any) -> bool:
    if any(part.type == "function" and part.lower_name in FUNCTIONS for part in declaration.value):
        return True
    wanted = PAGED.get(declaration.lower_name, "")
    return wanted is None or tinycss2.serialize(declaration.value).strip() == wanted != ""
