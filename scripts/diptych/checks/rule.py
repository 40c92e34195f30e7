"""What a rule is: a function from a review to remarks, with what `diptych check --explain` says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from textwrap import dedent
from typing import NamedTuple

from diptych.checks.subject import Subject
from diptych.diagnostics import Diagnostic, Severity, Span


class Remark(NamedTuple):
    """What a rule found: the message, its place, and what to do."""

    message: str
    span: Span | None
    hint: str | None = None


Look = Callable[[Subject], Iterable[Remark]]


@dataclass(frozen=True)
class Rule:
    """One thing that an editor looks for; called with a review it says where it finds that.

    `passing` and `failing` are parts of a review.yaml; behind a line `# references.yaml` they go on with references.
    A rule without `look` is kept where references and prose are read; what it finds is reported from there.
    """

    code: str
    severity: Severity
    summary: str
    why: str
    passing: str
    failing: str
    look: Look | None = field(default=None, repr=False)

    def __call__(self, subject: Subject) -> Iterator[Diagnostic]:
        """What the rule finds in the review."""
        for remark in self.look(subject) if self.look else ():
            yield Diagnostic(self.severity, self.code, *remark)


def rule(
    code: str, severity: Severity, summary: str, *, why: str, passing: str, failing: str, references: str = ""
) -> Callable[[Look], Rule]:
    """Makes a rule of the function beneath; examples may be indented, and `references` are those of both."""

    def made(look: Look) -> Rule:
        return Rule(code, severity, summary, why, _example(passing, references), _example(failing, references), look)

    return made


def kept_elsewhere(
    code: str, severity: Severity, summary: str, *, why: str, passing: str, failing: str, references: str = ""
) -> Rule:
    """A rule that holds while references and prose are read."""
    return Rule(code, severity, summary, why, _example(passing, references), _example(failing, references))


REFERENCES = "# references.yaml"


def _example(text: str, references: str) -> str:
    parts = [dedent(text).strip(), *([REFERENCES, dedent(references).strip()] if references else ())]
    return "\n".join(part for part in parts if part)
