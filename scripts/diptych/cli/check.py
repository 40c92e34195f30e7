"""`diptych check`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from diptych import batch
from diptych.cli.shared import complain, counted_noun, exit_code
from diptych.diagnostics import Diagnostic, as_data, in_order


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def check(paths: Sequence[Path], as_json: bool, strict: bool) -> None:
    """Say what is wrong with reviews, and what a careful editor would look at again; nothing is written.

    \b
    diptych check
    diptych check content/my-review --strict
    """
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    for built in batch.check_all(files, root):
        problems += built.diagnostics
    if as_json:
        click.echo(json.dumps([as_data(problem) for problem in in_order(problems)], ensure_ascii=False, indent=2))
    else:
        complain(problems)
        click.echo(_counted(files, problems))
    sys.exit(exit_code(problems, strict))


def _counted(files: Sequence[Path], problems: Sequence[Diagnostic]) -> str:
    """What was checked and found, in a line: “2 reviews checked: 1 error, 3 warnings”."""
    kinds = [(word, sum(one.severity == word for one in problems)) for word in ("error", "warning")]
    found = ", ".join(counted_noun(count, word) for word, count in kinds if count)
    return f"{counted_noun(len(files), 'review')} checked: {found or 'no problems'}"
