"""Rules on annotated references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject, Work

FOLD = """
- {id: fold2021, type: book, title: Sharp against blunt noses, author: [{family: Fold}], publisher: Step, issued: 2021}
"""
SHORTEST_TITLE = 4  # words; a shorter title may well stand in a sentence about the work


@rule(
    "grade-without-annotation",
    "warning",
    "A graded work has an annotation that says why it matters.",
    why="A mark alone tells readers to read the work and not what for.",
    passing="""
        annotations:
          fold2021: {importance: 2, text: The first trial to throw every dart twice.}
    """,
    failing="""
        annotations:
          fold2021: {importance: 2}
    """,
    references=FOLD,
)
def grade_without_annotation(subject: Subject) -> Iterator[Remark]:
    """A graded work whose importance nobody explains."""
    for one in subject.works:
        if one.importance is not None and one.annotation is None:
            message = f"“{one.key}” has a grade but no annotation that says why it matters"
            yield Remark(message, subject.annotation_span(one.key), "add a `text`")


@rule(
    "annotation-without-grade",
    "info",
    "An annotated work has a grade.",
    why="Without one it is printed without a mark; that may be meant.",
    passing="""
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    failing="""
        annotations:
          fold2021: {text: The first trial to throw every dart twice.}
    """,
    references=FOLD,
)
def annotation_without_grade(subject: Subject) -> Iterator[Remark]:
    """An annotated work without a mark: it may be meant, so this is information."""
    for one in subject.works:
        if one.annotation is not None and one.importance is None:
            message = f"“{one.key}” is annotated but has no grade, so it is printed without a mark"
            yield Remark(message, subject.annotation_span(one.key), "add `importance: 1` or 2 if it has one")


@rule(
    "graded-long-ago",
    "warning",
    "Graded works appeared within the journal's window before the review.",
    why="Marks point readers to recent work; `annotation-limits: window-years` says how recent.",
    passing="""
        date: 2023
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    failing="""
        date: 2026
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    references=FOLD,
)
def graded_long_ago(subject: Subject) -> Iterator[Remark]:
    """A graded work older than the journal's window before the review's date."""
    window = subject.review.annotation_limits.window_years
    if subject.review.date is None:
        return
    newest = int(subject.review.date[:4])
    for one in _graded(subject):
        if one.year is not None and newest - one.year > window:
            message = f"“{one.key}” is graded, but of {one.year}: more than {window} years before this review"
            hint = "journals grade recent papers; `annotation-limits: window-years` sets how recent"
            yield Remark(message, subject.annotation_span(one.key), hint)


@rule(
    "too-many-graded",
    "warning",
    "No more works are graded than `annotation-limits: most-graded` allows.",
    why="Where everything is marked, nothing stands out.",
    passing="""
        annotation-limits: {most-graded: 1}
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    failing="""
        annotation-limits: {most-graded: 0}
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    references=FOLD,
)
def too_many_graded(subject: Subject) -> Iterator[Remark]:
    """More graded works than the journal allows."""
    most = subject.review.annotation_limits.most_graded
    count = len(list(_graded(subject)))
    if most is not None and count > most:
        yield Remark(f"{count} references are graded, {most} are allowed", subject.at("annotations"))


@rule(
    "annotation-repeats-title",
    "warning",
    "An annotation does not repeat the title.",
    why="The title stands just above it.",
    passing="""
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    failing="""
        annotations:
          fold2021: {importance: 1, text: Compares sharp against blunt noses.}
    """,
    references=FOLD,
)
def annotation_repeats_title(subject: Subject) -> Iterator[Remark]:
    """An annotation that says what the entry above it says."""
    for one in subject.works:
        title = _words(one.title)
        if len(title) >= SHORTEST_TITLE and " ".join(title) in " ".join(_annotation_words(one)):
            message = f"the annotation of “{one.key}” repeats the title, which stands just above it"
            yield Remark(message, subject.annotation_span(one.key))


@rule(
    "annotation-too-long",
    "warning",
    "An annotation has no more words than `annotation-limits: most-words` allows.",
    why="It says why to read the work, and is not its abstract.",
    passing="""
        annotation-limits: {most-words: 8}
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    failing="""
        annotation-limits: {most-words: 7}
        annotations:
          fold2021: {importance: 1, text: The first trial to throw every dart twice.}
    """,
    references=FOLD,
)
def annotation_too_long(subject: Subject) -> Iterator[Remark]:
    """An annotation that is an abstract."""
    most = subject.review.annotation_limits.most_words
    for one in subject.works:
        count = len(_annotation_words(one))
        if count > most:
            message = f"the annotation of “{one.key}” has {count} words, {most} are enough"
            yield Remark(message, subject.annotation_span(one.key))


@rule(
    "references-not-cited",
    "info",
    "Each reference in the review's files is cited.",
    why="One that is not cited is not printed; a file that several reviews share has many such.",
    passing="""
        sections: [{heading: Trials, text: "Sharp noses fly farther [@fold2021]."}]
    """,
    failing="""
        sections: [{heading: Trials, text: Sharp noses fly farther.}]
    """,
    references=FOLD,
)
def references_not_cited(subject: Subject) -> Iterator[Remark]:
    """References in the review's files that nothing cites; a shared file has many, so this is one information."""
    keys = {one.key for _, cluster in subject.material.passages.clusters for one in cluster.citations}
    if not keys <= subject.items.keys():
        return  # a key that is misspelt is the cause, and is reported
    used = {one.key for one in subject.works}
    unused = [key for key in subject.items if key not in used]
    if unused:
        shown = ", ".join(unused[:5]) + (" …" if len(unused) > 5 else "")
        message = f"{len(unused)} of {len(subject.items)} references are not cited: {shown}"
        yield Remark(message, subject.at("bibliography"))


def _graded(subject: Subject) -> Iterator[Work]:
    return (one for one in subject.works if one.importance is not None)


def _annotation_words(one: Work) -> list[str]:
    return _words(one.annotation) if one.annotation else []


def _words(text: str) -> list[str]:
    """The words of a text in lower case, without markup and punctuation."""
    return re.findall(r"\w+", re.sub(r"<[^<>]*>", "", text).lower())
