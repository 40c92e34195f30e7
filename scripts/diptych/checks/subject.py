"""What rules look at: a review with its prose and references, and where things stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from diptych import prose
from diptych.bibliography.shelf import Item
from diptych.checks.unprinted import masked
from diptych.compose import Material
from diptych.compose.passages import RECOMMENDED, Key
from diptych.diagnostics import Span
from diptych.profiles import Journal
from diptych.prose import CrossReference
from diptych.review import Review
from diptych.source import Places


@dataclass(frozen=True)
class Prose:
    """A piece of prose by its place in the file: as written, and with blanks or marks over what is not words."""

    key: Key
    written: str
    words: str

    @property
    def of_text(self) -> bool:
        """True for the sections' text, without headings."""
        return self.key[0] == "sections" and self.key[-1] == "text"


@dataclass(frozen=True)
class Work:
    """A work that is printed in the reference list, or recommended."""

    key: str
    item: Item
    importance: int | None
    annotation: str | None
    """The words of the annotation; None for a work without one."""

    @property
    def title(self) -> str:
        """The title, with CSL's markup."""
        return str(self.item.data.get("title") or "")

    @property
    def year(self) -> int | None:
        """The year that it was issued; None where that is not given in parts."""
        parts = (self.item.data.get("issued") or {}).get("date-parts") or [[None]]
        return int(parts[0][0]) if parts[0] and str(parts[0][0]).lstrip("-").isdigit() else None


@dataclass(frozen=True)
class Subject:
    """A review to look at; it may have errors, so that what it names need not be there."""

    material: Material
    places: Places
    journal: Journal | None = None

    @property
    def review(self) -> Review:
        """The review, as its journal has it."""
        return self.material.review

    @property
    def items(self) -> Mapping[str, Item]:
        """All works in the review's files, cited or not."""
        return self.material.library.items

    @property
    def language(self) -> str:
        """The language of the text without its country: “en”."""
        return self.review.lang.partition("-")[0]

    @cached_property
    def prose(self) -> tuple[Prose, ...]:
        """All prose, in the order of reading."""
        return tuple(Prose(key, text, masked(text)) for key, text in self.material.passages.texts.items())

    @cached_property
    def text(self) -> tuple[Prose, ...]:
        """The prose of the sections, without headings."""
        return tuple(one for one in self.prose if one.of_text)

    @cached_property
    def works(self) -> tuple[Work, ...]:
        """The works that the review cites or recommends, in the order of first citation, each once."""
        clusters = (cluster for _, cluster in self.material.passages.clusters)
        keys = dict.fromkeys(citation.key for cluster in clusters for citation in cluster.citations)
        return tuple(self._work(key) for key in keys if key in self.items)

    def _work(self, key: str) -> Work:
        annotation = self.review.annotations.get(key)
        passage = self.material.passages.by_key.get(("annotations", key, "text"))
        words = prose.plain(passage) if passage is not None else None
        return Work(key, self.items[key], annotation.importance if annotation else None, words)

    @cached_property
    def cited(self) -> tuple[Work, ...]:
        """The works that the review itself cites."""
        clusters = [cluster for key, cluster in self.material.passages.clusters if key[0] != RECOMMENDED]
        keys = {citation.key for cluster in clusters for citation in cluster.citations}
        return tuple(work for work in self.works if work.key in keys)

    def words(self, *key: str | int) -> int:
        """How many words the prose at a place has, citations and notes not counted; 0 where there is none."""
        passage = self.material.passages.by_key.get(key)
        return len(prose.plain(passage).split()) if passage is not None else 0

    def crossrefs(self) -> Iterator[tuple[Key, CrossReference]]:
        """The mentions of figures, tables and sections, each with the place of its prose."""
        for key, passage in self.material.passages.by_key.items():
            for mention in passage.mentions:
                if isinstance(mention, CrossReference):
                    yield key, mention

    def matches(
        self, pattern: re.Pattern[str], texts: Iterable[Prose] | None = None
    ) -> Iterator[tuple[Prose, re.Match[str], Span]]:
        """Where words of the prose match, in some of the texts or in all, with the place."""
        for one in self.prose if texts is None else texts:
            for found in pattern.finditer(one.words):
                yield one, found, self.span(one, found.start(), found.end())

    def span(self, one: Prose, start: int, end: int) -> Span:
        """The place of characters of a piece of prose."""
        line = one.written.count("\n", 0, start)
        column = start - (one.written.rfind("\n", 0, start) + 1)
        return self.material.passages.span_of(one.key, line, column, end - start)

    def at(self, *path: str | int) -> Span:
        """The place of a key in the review's file, or of what would hold it."""
        return self.places.span(path, key=True)

    def annotation_span(self, key: str) -> Span:
        """Where the annotation of a work stands: in the review, or with the reference in its file."""
        path = ("annotations", key)
        item = self.items.get(key)
        if path not in self.places.marks and item is not None and item.span is not None:
            return item.span
        return self.places.span(path, key=True)

    def item_span(self, work: Work) -> Span:
        """Where a reference stands, in its file; where the review names its files if that is not known."""
        return work.item.span or self.at("bibliography")
