"""What a careful editor looks for: one function a rule, in one visible list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from diptych.checks import annotated
from diptych.checks.subject import Subject
from diptych.diagnostics import Diagnostic

Check = Callable[[Subject], Iterable[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    annotated.grade_without_annotation,
    annotated.annotation_without_grade,
    annotated.graded_long_ago,
    annotated.too_many_graded,
    annotated.annotation_repeats_title,
    annotated.annotation_too_long,
    annotated.references_not_cited,
)


def run(subject: Subject) -> list[Diagnostic]:
    """What all checks find."""
    return [problem for check in CHECKS for problem in check(subject)]
