"""References repaired for Pandoc: each repair is one function in `REPAIRS` and returns what a style prints right.

What a repair mends is where Pandoc departs from citeproc-js; the reference itself stays as its author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from diptych.bibliography.styles import Style

Data = dict[str, Any]


def repaired(item: Mapping[str, Any], style: Style) -> Data:
    """The CSL-JSON item as Pandoc needs it for this style."""
    data = dict(item)
    for repair in REPAIRS:
        data = repair(data, style)
    return data


TITLES = ("title", "container-title", "title-short")
VERSUS = re.compile(r"(?<![\w.])vs?\.(?=\s)")


def keep_versus_small(item: Data, _style: Style) -> Data:
    """“A vs. B” keeps its small letter where titles have capitals; Pandoc knows the word only without its stop."""
    nocase = '<span class="nocase">{}</span>'
    found = {name: item[name] for name in TITLES if isinstance(item.get(name), str) and "span" not in item[name]}
    return item | {name: VERSUS.sub(lambda word: nocase.format(word[0]), title) for name, title in found.items()}


def drop_stop_of_suffix(item: Data, style: Style) -> Data:
    """Where initials have no stops, neither has a suffix: “King ML Jr”."""
    return item if "." in style.initials else _with_names(item, "suffix", lambda suffix: suffix.rstrip("."))


def drop_hyphen_between_initials(item: Data, style: Style) -> Data:
    """Where initials have no hyphens, “T.-H.” has none either; Pandoc drops them from full names alone."""
    if "-" in style.initials:
        return item
    return _with_names(item, "given", lambda given: re.sub(r"(?<=\.)-(?=\w\.)", " ", given))


def _with_names(item: Data, part: str, change: Callable[[str], str]) -> Data:
    """The item with that part of all names changed."""
    return {
        name: [_changed(one, part, change) for one in value] if isinstance(value, list) else value
        for name, value in item.items()
    }


def _changed(name: Any, part: str, change: Callable[[str], str]) -> Any:
    return {**name, part: change(name[part])} if isinstance(name, Mapping) and isinstance(name.get(part), str) else name


REPAIRS: tuple[Callable[[Data, Style], Data], ...] = (
    keep_versus_small,
    drop_stop_of_suffix,
    drop_hyphen_between_initials,
)
