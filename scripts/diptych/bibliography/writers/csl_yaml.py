"""References as CSL-YAML, laid out for people: one field a line, one name a line, entries apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from diptych.bibliography.items import DATES, NAMES
from diptych.bibliography.shelf import Item
from diptych.source.yaml12 import core_value

FIRST = (
    *("id", "type", "title", "title-short", "author", "editor", "translator", "container-author", "container-title"),
    *("container-title-short", "collection-editor", "collection-title", "collection-number", "issued", "volume"),
    *("issue", "number", "page", "edition", "publisher", "publisher-place", "event-title", "event-place"),
)
LAST = ("DOI", "PMID", "PMCID", "CAS", "ISBN", "ISSN", "URL", "accessed", "language", "keyword", "abstract", "note")
"""The order of fields: what makes a citation, then rarer fields by name, then these."""

INDENT = "  "


def write_yaml(items: Sequence[Item]) -> str:
    """A CSL-YAML file; the annotation stands under `annote`, the grade under `custom`.

    Text that a reader of YAML 1.1 or 1.2 would take for a number, a date or a truth value is in quotes.
    """
    return "\n".join(entry(item) for item in items)


def entry(item: Item, indent: str = "") -> str:
    """One item of the list, each line behind `indent`, with a line break at its end."""
    lines = [line for name, value in fields(item) for line in _lines(name, value)]
    head, *rest = lines
    marked = [f"- {head}", *(f"{INDENT}{line}" if line else "" for line in rest)]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in marked)


def fields(item: Item) -> Iterator[tuple[str, Any]]:
    """The fields of an item in their order, with annotation and grade."""
    data = item.data
    named = [*FIRST, *sorted(data.keys() - {*FIRST, *LAST, "annote"}), *LAST]
    yield from ((name, data[name]) for name in named if name in data)
    annotation = item.annotation or data.get("annote")
    if annotation:
        yield "annote", annotation
    if item.importance:
        yield "custom", {"importance": item.importance}


def _lines(name: str, value: Any) -> Iterable[str]:
    if name in NAMES:
        return [f"{name}:", *(f"{INDENT}- {_flow(person)}" for person in value)]
    if name in DATES or isinstance(value, Mapping):
        return [f"{name}: {_flow(value)}"]
    return str(_dump({name: value}, flow=False)).rstrip("\n").split("\n")


def _flow(value: Any) -> str:
    return str(_dump(value, flow=True)).strip()


class _Dumper(yaml.SafeDumper):
    """Writes text in quotes only where a reader would take it for something else, and paragraphs under “|”."""

    def ignore_aliases(self, data: Any) -> bool:
        """No `&` and `*`: the same name may stand twice."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None if isinstance(core_value(text), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _dump(value: Any, flow: bool) -> Any:
    return yaml.dump(
        value, Dumper=_Dumper, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=float("inf")
    )
