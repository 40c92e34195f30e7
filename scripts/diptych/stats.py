"""What a review is made of, in numbers: words, references, figures and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from diptych import prose
from diptych.checks.subject import Subject
from diptych.compose.passages import Key
from diptych.review import Section

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction: Brysbaert, J Mem Lang 2019;109:104047."""

FLOATS = ("figures", "tables")


@dataclass(frozen=True)
class SectionCount:
    """The words of a section, of those within it too; `level` is 1 at the top."""

    heading: str
    level: int
    words: int


@dataclass(frozen=True)
class Stats:
    """The numbers of one review."""

    review: str
    title: str
    abstract_words: int
    key_point_words: int
    text_words: int
    caption_and_table_words: int
    reading_minutes: int
    """Of abstract, key points, text, figures and tables; at least 1."""
    sections: tuple[SectionCount, ...]
    keywords: int
    figures: int
    tables: int
    references: int
    citations: int
    annotated: int
    graded: Mapping[int, int]
    """How many works have each grade of importance."""
    annotated_share: float
    by_year: Mapping[str, int]
    by_type: Mapping[str, int]


def count(name: str, subject: Subject) -> Stats:
    """The numbers of the review."""
    passages = subject.material.passages
    abstract, points, floats = (_words(subject, names) for names in (("abstract",), ("key-points",), FLOATS))
    text = sum(subject.words(*one.key) for one in subject.text)
    works = subject.cited
    annotated = [one for one in works if one.annotation is not None or one.importance is not None]
    return Stats(
        review=name,
        title=prose.plain(passages.by_key["title",]),
        abstract_words=abstract,
        key_point_words=points,
        text_words=text,
        caption_and_table_words=floats,
        reading_minutes=max(1, round((abstract + points + text + floats) / WORDS_A_MINUTE)),
        sections=tuple(_sections(subject, subject.review.sections, ("sections",), 1)),
        keywords=len(subject.review.keywords),
        figures=len(subject.review.figures),
        tables=len(subject.review.tables),
        references=len(works),
        citations=sum(len(cluster.citations) for key, cluster in passages.clusters if key[0] != "recommended-reading"),
        annotated=len(annotated),
        graded=_sorted(one.importance for one in works if one.importance is not None),
        annotated_share=round(len(annotated) / len(works), 3) if works else 0.0,
        by_year=_sorted(str(one.year) if one.year is not None else "undated" for one in works),
        by_type=_sorted(str(one.item.data["type"]) for one in works),
    )


def as_data(stats: Stats) -> dict[str, Any]:
    """The numbers as JSON-ready data, names in kebab-case."""
    return {name.replace("_", "-"): value for name, value in asdict(stats).items()}


def _words(subject: Subject, names: Sequence[str]) -> int:
    return sum(subject.words(*one.key) for one in subject.prose if one.key[0] in names)


def _sections(subject: Subject, sections: Sequence[Section], at: Key, level: int) -> Iterator[SectionCount]:
    for index, section in enumerate(sections):
        here = (*at, index)
        words = sum(subject.words(*one.key) for one in subject.text if one.key[: len(here)] == here)
        yield SectionCount(prose.plain(subject.material.passages.by_key[*here, "heading"]), level, words)
        yield from _sections(subject, section.sections, (*here, "sections"), level + 1)


def _sorted(values: Iterator[Any]) -> dict[Any, int]:
    return dict(sorted(Counter(values).items()))
