"""Checks of annotated references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.checks.subject import Subject
from diptych.compose.content import ReferenceView
from diptych.diagnostics import Diagnostic, warning

SHORTEST_TITLE = 4  # words; a shorter title may well stand in a sentence about the work


def grade_without_annotation(subject: Subject) -> Iterator[Diagnostic]:
    """A graded work whose importance nobody explains."""
    for one in _works(subject):
        if one.importance is not None and one.annotation is None:
            message = f"“{one.key}” has a grade but no annotation that says why it matters"
            yield warning("grade-without-annotation", message, subject.annotation_span(one.key), "add a `text`")


def annotation_without_grade(subject: Subject) -> Iterator[Diagnostic]:
    """An annotated work without a mark: it may be meant, so this is information."""
    for one in _works(subject):
        if one.annotation is not None and one.importance is None:
            message = f"“{one.key}” is annotated but has no grade, so it is printed without a mark"
            span = subject.annotation_span(one.key)
            yield Diagnostic(
                "info", "annotation-without-grade", message, span, "add `importance: 1` or 2 if it has one"
            )


def graded_long_ago(subject: Subject) -> Iterator[Diagnostic]:
    """A graded work older than the journal's window before the review's date."""
    review = subject.content.review
    window = review.annotation_limits.window_years
    if review.date is None:
        return
    newest = int(review.date[:4])
    for one in _graded(subject):
        if one.year is not None and newest - one.year > window:
            message = f"“{one.key}” is graded, but of {one.year}: more than {window} years before this review"
            hint = "journals grade recent papers; `annotation-limits: window-years` sets how recent"
            yield warning("graded-long-ago", message, subject.annotation_span(one.key), hint)


def too_many_graded(subject: Subject) -> Iterator[Diagnostic]:
    """More graded works than the journal allows."""
    most = subject.content.review.annotation_limits.most_graded
    count = len(list(_graded(subject)))
    if most is not None and count > most:
        message = f"{count} references are graded, {most} are allowed"
        yield warning("too-many-graded", message, subject.places.span(("annotations",), key=True))


def annotation_repeats_title(subject: Subject) -> Iterator[Diagnostic]:
    """An annotation that says what the entry above it says."""
    for one in _works(subject):
        title = _words(one.title)
        if len(title) >= SHORTEST_TITLE and " ".join(title) in " ".join(_annotation_words(one)):
            message = f"the annotation of “{one.key}” repeats the title, which stands just above it"
            yield warning("annotation-repeats-title", message, subject.annotation_span(one.key))


def annotation_too_long(subject: Subject) -> Iterator[Diagnostic]:
    """An annotation that is an abstract."""
    most = subject.content.review.annotation_limits.most_words
    for one in _works(subject):
        count = len(_annotation_words(one))
        if count > most:
            message = f"the annotation of “{one.key}” has {count} words, {most} are enough"
            yield warning("annotation-too-long", message, subject.annotation_span(one.key))


def references_not_cited(subject: Subject) -> Iterator[Diagnostic]:
    """References in the review's files that nothing cites; a shared file has many, so this is one information."""
    used = {one.key for one in _works(subject)}
    unused = [key for key in subject.content.items if key not in used]
    if unused:
        shown = ", ".join(unused[:5]) + (" …" if len(unused) > 5 else "")
        message = f"{len(unused)} of {len(subject.content.items)} references are not cited: {shown}"
        yield Diagnostic("info", "references-not-cited", message, subject.places.span(("bibliography",), key=True))


def _works(subject: Subject) -> Iterator[ReferenceView]:
    """All works printed, each once."""
    content = subject.content
    return iter(dict.fromkeys((*content.references, *content.recommended)))


def _graded(subject: Subject) -> Iterator[ReferenceView]:
    return (one for one in _works(subject) if one.importance is not None)


def _annotation_words(one: ReferenceView) -> list[str]:
    return _words(one.annotation.striptags()) if one.annotation else []


def _words(text: str) -> list[str]:
    """The words of a text in lower case, without markup and punctuation."""
    return re.findall(r"\w+", re.sub(r"<[^<>]*>", "", text).lower())
