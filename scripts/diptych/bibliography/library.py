"""The references that a review can cite: read from files, or kept since they were."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from diptych.bibliography import keeping
from diptych.bibliography.items import Data
from diptych.bibliography.remarks import DEFAULT_SOURCES
from diptych.bibliography.shelf import Item, Shelf
from diptych.built import Used
from diptych.cache import Cache
from diptych.diagnostics import Diagnostic, error
from diptych.prose import Cluster
from diptych.source.places import Places
from diptych.workspace import RefusedError, Workspace


@dataclass(frozen=True)
class Library:
    """The references by citation key, in the order of the files."""

    items: Mapping[str, Item] = field(default_factory=dict)
    is_whole: bool = True
    """False where a file could not be read: what is not among the items may be in there."""

    def cited(self, clusters: Iterable[Cluster]) -> list[Data]:
        """The CSL-JSON of the references that `clusters` cite, in the order of first citation."""
        keys = dict.fromkeys(citation.key for cluster in clusters for citation in cluster.citations)
        return [dict(self.items[key].data) for key in keys if key in self.items]


def read(
    workspace: Workspace,
    folder: Path,
    files: Sequence[str],
    places: Places | None = None,
    annotations_from: Sequence[str] = DEFAULT_SOURCES,
) -> tuple[Library, list[Diagnostic]]:
    """The references of all `files` (relative to `folder`), and every problem in them.

    A wrong field is left out and the reference loads, so that one slip is one message. `places` are those of the review
    that names the files, for the file that cannot be read. `annotations_from` are the fields of `remarks.SOURCES` whose
    text is taken for an annotation, the first that has one.
    """
    found: list[tuple[str, bytes]] = []
    refusals: list[Diagnostic] = []
    for index, file in enumerate(files):
        try:
            found.append((workspace.name(folder / file), workspace.read_bytes(folder / file)))
        except RefusedError as refused:
            path = ("bibliography", index) if places and ("bibliography", index) in places.marks else ("bibliography",)
            named_at = places.span(path) if places else None
            hint = NOT_THERE if refused.code == "no-such-file" else None
            refusals.append(error(refused.code, f"the references “{file}” cannot be read: {refused}", named_at, hint))
    items, problems = _shelved(tuple(found), tuple(annotations_from), workspace.cache)
    return Library(items, not refusals), [*refusals, *problems]


NOT_THERE = "put the file beside review.yaml, or mend its name; capitals count"


@lru_cache(maxsize=4)
def _shelved(
    files: tuple[tuple[str, bytes], ...], annotations_from: tuple[str, ...], cache: Cache | None
) -> tuple[Mapping[str, Item], tuple[Diagnostic, ...]]:
    """The references of files, given by name and bytes, read once for all reviews that share them.

    Where there is a cache, large files are read once altogether.
    """
    question = keeping.question(files, annotations_from) if cache else None
    with _nothing_collected():
        found = keeping.kept(cache, question) if cache and question else None
        if found is None:
            shelf = Shelf(annotations_from)
            for name, data in files:
                shelf.add_file(name, name, data)
            found = shelf.items, (*shelf.problems, *shelf.doubles)
            if cache and question:
                keeping.keep(cache, question, *found)
    items, problems = found
    return MappingProxyType(items), problems


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No search for garbage meanwhile: references are many small maps that stay."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def used(
    workspace: Workspace, folder: Path, files: Sequence[str], annotations_from: Sequence[str], keys: Iterable[str]
) -> Used:
    """What of its files a review uses that uses the works with these keys."""
    found, problems = read(workspace, folder, files, annotations_from=annotations_from)
    names = [workspace.name((workspace.root / folder / file).resolve()) for file in files]
    digests = {key: found.items[key].digest if key in found.items else "" for key in sorted(set(keys))}
    return Used({name: workspace.reads.get(name, "") for name in names}, tuple(annotations_from), digests, (*problems,))
