"""What went wrong, where, and what to do about it: problems as values that print, travel and compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]


class Span(NamedTuple):
    """A place in a text file; lines and columns count from 1, `end_column` is one past the last character."""

    file: str
    line: int = 1
    column: int = 1
    end_column: int | None = None


@dataclass(frozen=True)
class Diagnostic:
    """One problem: `code` is stable and kebab-case, `hint` says what to do, `source_line` is the text at `span`."""

    severity: Severity
    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    source_line: str | None = None


def error(code: str, message: str, span: Span | None = None, hint: str | None = None) -> Diagnostic:
    """A problem that stops the build."""
    return Diagnostic("error", code, message, span, hint)


def warning(code: str, message: str, span: Span | None = None, hint: str | None = None) -> Diagnostic:
    """A problem that the author should see; the build goes on."""
    return Diagnostic("warning", code, message, span, hint)


def has_errors(problems: Iterable[Diagnostic]) -> bool:
    """True when any of `problems` stops the build."""
    return any(problem.severity == "error" for problem in problems)


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word nearest to `word`, or None when none is near; near ones have more than `cutoff` in common."""
    import difflib  # noqa: PLC0415 # it takes long to load, and most have no need of it

    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=cutoff)
    return near[0] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The hint `did you mean “x”?` for the known word nearest to `word`, or None when none is near."""
    near = nearest(word, known)
    return f"did you mean “{near}”?" if near else None


def in_order(problems: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The problems without repetition, by file, line and column; those without a place first."""
    return sorted(dict.fromkeys(problems), key=_place)


def _place(problem: Diagnostic) -> tuple[str, int, int, str]:
    span = problem.span or Span("", 0, 0)
    return (span.file, span.line, span.column, problem.code)


LINE_BREAK = re.compile(r"\r\n|[\n\r]")  # what editors count; str.splitlines() also breaks at form feeds and U+2028


def line_of(text: str, offset: int) -> int:
    """The line, from 1, that the character at `offset` of `text` stands on."""
    return sum(1 for _ in LINE_BREAK.finditer(text, 0, offset)) + 1


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    """The lines of a file, split once for all the problems in it."""
    return LINE_BREAK.split(text)


def with_source_line(problem: Diagnostic, text: str) -> Diagnostic:
    """The same problem, holding the line of `text` (the file's whole text) that its span points at."""
    lines = _lines(text)
    if problem.span is None or not 1 <= problem.span.line <= len(lines):
        return problem
    return replace(problem, source_line=lines[problem.span.line - 1])


def as_text(problem: Diagnostic) -> str:
    """`file:line:col: error[code]: message`, then the line with a caret under the place, then the hint."""
    parts = [visible(f"{_location(problem.span)}{problem.severity}[{problem.code}]: {problem.message}")]
    if problem.source_line is not None and problem.span is not None:
        parts += _caret(problem.source_line, problem.span)
    if problem.hint:
        parts.append(f"  = help: {visible(problem.hint)}")
    return "\n".join(parts)


CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What terminals obey: names of files and words of a review may hold it."""


def visible(text: str) -> str:
    """The text with characters that a terminal would obey as escapes, `\\x1b`; line feeds stay."""
    return CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _location(span: Span | None) -> str:
    return f"{span.file}:{span.line}:{span.column}: " if span else ""


LONGEST_LINE = 120


def _caret(line: str, span: Span) -> list[str]:
    """The line (cut to a window around the place when long) and, beneath it, carets under the span."""
    start = min(span.column - 1, len(line))
    end = max(start + 1, (span.end_column or 0) - 1)
    first = max(0, start - LONGEST_LINE // 2) if len(line) > LONGEST_LINE else 0
    shown = "".join(char if char.isprintable() else " " for char in line[first : first + LONGEST_LINE])
    before, under = shown[: start - first], shown[start - first : end - first]
    gutter = " " * len(str(span.line))
    return [
        f"  {gutter} |",
        f"  {span.line} | {shown}".rstrip(),
        f"  {gutter} | {' ' * _cells(before)}{'^' * max(1, _cells(under))}",
    ]


def _cells(text: str) -> int:
    """The cells of a terminal that `text` takes: two for wide East Asian characters, none for combining marks."""
    return sum(0 if _combines(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _combines(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me")


def as_data(problem: Diagnostic) -> dict[str, object]:
    """The problem as JSON-ready data: severity, code, message, hint, file, line, column, end-column."""
    span = problem.span
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end-column": span.end_column if span else None,
    }
