"""Rules on how long things are; the limits are the review's own or its journal's."""

from __future__ import annotations

from collections.abc import Iterator

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject
from diptych.review import Limit

TOLERANCE = 10  # per cent more or less, where a journal says “about”


@rule(
    "title-words",
    "warning",
    "The title is as short as the journal asks.",
    why="Journals limit titles so that they fit contents pages. Set it in `limits`, or with `journal`.",
    passing="""
        title: The flight of the dart
        limits: {title-words: {most: 8}}
    """,
    failing="""
        title: The flight of the paper dart through stairwells of old buildings
        limits: {title-words: {most: 8}}
    """,
)
def title_words(subject: Subject) -> Iterator[Remark]:
    """A title with too many words."""
    yield from _beyond(subject, subject.review.limits.title_words, subject.words("title"), "the title", "word", "title")


@rule(
    "short-title-words",
    "warning",
    "The running head is as short as the journal asks.",
    why="It stands on one line beside the page's number.",
    passing="""
        title: The flight of the paper dart
        short-title: Paper darts
        limits: {short-title-words: {most: 4}}
    """,
    failing="""
        title: The flight of the paper dart
        limits: {short-title-words: {most: 4}}
    """,
)
def short_title_words(subject: Subject) -> Iterator[Remark]:
    """A running head with too many words."""
    short = subject.review.short_title
    count = len(short.split()) if short else subject.words("title")
    what = "the running head" if short else "the title, which is the running head,"
    where = "short-title" if short else "title"
    yield from _beyond(subject, subject.review.limits.short_title_words, count, what, "word", where)


@rule(
    "abstract-words",
    "warning",
    "The abstract is as long as the journal asks.",
    why="Journals and PubMed cut what is longer; headings count.",
    passing="""
        abstract: Paper darts are folded everywhere and studied nowhere.
        limits: {abstract-words: {most: 10}}
    """,
    failing="""
        abstract: Paper darts are folded everywhere.
        limits: {abstract-words: {least: 10}}
    """,
)
def abstract_words(subject: Subject) -> Iterator[Remark]:
    """An abstract that is too long or too short, or missing."""
    count = sum(subject.words(*one.key) for one in subject.prose if one.key[0] == "abstract")
    limit = subject.review.limits.abstract_words
    yield from _beyond(subject, limit, count, "the abstract", "word", "abstract")


@rule(
    "keywords-count",
    "warning",
    "There are as many keywords as the journal asks.",
    why="Systems for submission refuse more or fewer.",
    passing="""
        keywords: [paper dart, stairwell, folding]
        limits: {keywords: {least: 3, most: 5}}
    """,
    failing="""
        keywords: [paper dart, stairwell]
        limits: {keywords: {least: 3, most: 5}}
    """,
)
def keywords_count(subject: Subject) -> Iterator[Remark]:
    """Too many or too few keywords."""
    count = len(subject.review.keywords)
    yield from _beyond(subject, subject.review.limits.keywords, count, "the review", "keyword", "keywords")


@rule(
    "text-words",
    "warning",
    "The text is as long as the journal asks.",
    why="Abstract, figures, tables and references do not count; `diptych stats` shows where the words are.",
    passing="""
        sections: [{heading: Folds, text: The folds are old.}]
        limits: {text-words: {most: 5}}
    """,
    failing="""
        sections: [{heading: Folds, text: The folds are old and were drawn many times.}]
        limits: {text-words: {most: 5}}
    """,
)
def text_words(subject: Subject) -> Iterator[Remark]:
    """A text that is too long or too short."""
    count = sum(subject.words(*one.key) for one in subject.text)
    yield from _beyond(subject, subject.review.limits.text_words, count, "the text", "word", "sections")


@rule(
    "section-words",
    "warning",
    "Each section is as long as `limits: section-words` says.",
    why="A section of several pages wants dividing, one of a sentence wants a home.",
    passing="""
        sections: [{heading: Folds, text: The folds are old.}]
        limits: {section-words: {least: 3, most: 8}}
    """,
    failing="""
        sections:
          - {heading: Folds, text: The folds are old.}
          - {heading: Noses, text: Sharp.}
        limits: {section-words: {least: 3, most: 8}}
    """,
)
def section_words(subject: Subject) -> Iterator[Remark]:
    """Sections that are too long or too short."""
    limit = subject.review.limits.section_words
    for index, section in enumerate(subject.review.sections):
        count = sum(subject.words(*one.key) for one in subject.text if one.key[1] == index)
        yield from _beyond(
            subject, limit, count, f"the section “{section.heading}”", "word", "sections", index, "heading"
        )


@rule(
    "references-count",
    "warning",
    "As many references are cited as the journal allows.",
    why="Journals limit the list; recommended reading does not count.",
    passing="limits: {references: {most: 1}}",
    failing="limits: {references: {most: 0}}",
    references="- {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}",
)
def references_count(subject: Subject) -> Iterator[Remark]:
    """Too many or too few references."""
    count = len(subject.cited)
    yield from _beyond(subject, subject.review.limits.references, count, "the review", "reference", "bibliography")


@rule(
    "figures-and-tables-count",
    "warning",
    "There are as many figures and tables as the journal asks.",
    why="Journals count them together.",
    passing="""
        sections: [{heading: Trials, text: See @tbl-trials.}]
        tables: {trials: {caption: Trials, columns: [Darts], rows: [[12]]}}
        limits: {figures-and-tables: {most: 1}}
    """,
    failing="""
        sections: [{heading: Trials, text: See @tbl-trials.}]
        tables: {trials: {caption: Trials, columns: [Darts], rows: [[12]]}}
        limits: {figures-and-tables: {least: 3, most: 7}}
    """,
)
def figures_and_tables_count(subject: Subject) -> Iterator[Remark]:
    """Too many or too few figures and tables."""
    figures, tables = len(subject.review.figures), len(subject.review.tables)
    limit = subject.review.limits.figures_and_tables
    where = "figures" if figures else "tables"
    yield from _beyond(subject, limit, figures + tables, "the review", "figure or table", where)


def _beyond(
    subject: Subject, limit: Limit | None, count: int, what: str, unit: str, *path: str | int
) -> Iterator[Remark]:
    """A remark where the count is not within the limit; its hint says where the limit was read."""
    if limit is None or _within(limit, count):
        return
    units = {"figure or table": "figures and tables"}.get(unit, f"{unit}s")
    has = f"{count} {unit if count == 1 else units}" if count else f"no {units}"
    yield Remark(f"{what} has {has}; {_asked(limit)}", subject.at(*path), _source(subject, limit))


def _within(limit: Limit, count: int) -> bool:
    slack = TOLERANCE if limit.about else 0
    least, most = limit.least or 0, limit.most if limit.most is not None else count
    return least * (100 - slack) <= count * 100 <= most * (100 + slack)


def _asked(limit: Limit) -> str:
    """The limit in words: “150 to 250 are asked for”."""
    about = "about " if limit.about else ""
    if limit.least is not None and limit.most is not None:
        return f"{about}{limit.least} to {limit.most} are asked for"
    if limit.most is not None:
        return f"{about or 'at most '}{limit.most} are asked for"
    return f"{about or 'at least '}{limit.least} are asked for"


def _source(subject: Subject, limit: Limit) -> str | None:
    said = subject.journal.profile.said_by(limit.source) if subject.journal else limit.source
    return f"see {said or limit.source}" if limit.source else None
