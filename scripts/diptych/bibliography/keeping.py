"""References kept between runs: to read two thousand takes half a second of some formats, and a hundredth as kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from diptych import cache, engines
from diptych.bibliography.shelf import Item
from diptych.cache import Cache
from diptych.diagnostics import Diagnostic, Span

SMALLEST = 32 * 1024
"""Bytes of files that are worth keeping: of fewer, references are read in a few hundredths of a second."""

Found = tuple[Mapping[str, Item], tuple[Diagnostic, ...]]
"""References by citation key, and what is wrong with them."""


def question(files: Sequence[tuple[str, bytes]], annotations_from: Iterable[str]) -> str | None:
    """The name under which the references of files, given by name and bytes, are kept; None for small files.

    Another installation of Diptych may read the same files otherwise, so that it has names of its own.
    """
    if sum(len(data) for _, data in files) < SMALLEST:
        return None
    parts = [part for name, data in files for part in (name.encode("utf-8", "surrogateescape"), data)]
    return cache.key([b"references", engines.installed().encode(), " ".join(annotations_from).encode(), *parts])


def keep(kept_in: Cache, name: str, items: Mapping[str, Item], problems: Iterable[Diagnostic]) -> None:
    """Keep references, and what is wrong with them, under that name."""
    said = [[one.severity, one.code, one.message, one.span, one.hint, one.source_line] for one in problems]
    all_items = [[item.data, item.span, item.annotation, item.importance] for item in items.values()]
    kept_in.put(name, json.dumps([all_items, said], separators=(",", ":")).encode())


def kept(kept_in: Cache, name: str) -> Found | None:
    """What is kept under that name, None for nothing."""
    answer = kept_in.get(name)
    if answer is None:
        return None
    all_items, said = json.loads(answer)
    items = {data["id"]: Item(data["id"], data, _span(at), note, grade) for data, at, note, grade in all_items}
    return items, tuple(Diagnostic(kind, code, message, _span(at), *rest) for kind, code, message, at, *rest in said)


def _span(place: Sequence[Any] | None) -> Span | None:
    """The place that was kept as a list of its parts."""
    return Span(*place) if place else None
