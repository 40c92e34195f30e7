"""What the verbs share: saying what is wrong, and the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from diptych.diagnostics import Diagnostic, as_text, has_errors, in_order

CONTENT, USAGE, RENDERING = 1, 2, 3
FILE_PROBLEMS = {"no-review", "cannot-read", "cannot-write", "no-cluster", "file-exists", "unknown-template"}
RENDERING_PROBLEMS = {"weasyprint", "refused-address", "template", "template-syntax", "no-such-template-file"} | {
    *("program-error", "worker-crashed", "too-slow", "too-much-memory", "cluster")
}


def split(_: click.Context, option: click.Parameter, values: Sequence[str]) -> list[str]:
    """Options that may be repeated or hold several values with commas between them."""
    return list(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


def complain(problems: Sequence[Diagnostic]) -> None:
    """Print the problems to the error stream, in order."""
    for problem in in_order(problems):
        click.echo(as_text(problem), err=True)


def relative(path: Path) -> str:
    """The path from where the user stands, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def exit_code(problems: Sequence[Diagnostic], strict: bool = False) -> int:
    """0 fine; 1 the content has problems; 2 usage or files; 3 rendering failed: the worst of them."""
    if strict and any(problem.severity == "warning" for problem in problems):
        return CONTENT
    codes = {problem.code for problem in problems if problem.severity == "error"}
    if codes & RENDERING_PROBLEMS:
        return RENDERING
    if codes & FILE_PROBLEMS:
        return USAGE
    return CONTENT if has_errors(problems) else 0


def counted_noun(count: int, word: str) -> str:
    """The number with its noun: “1 error”, “3 warnings”."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
