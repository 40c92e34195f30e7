"""`diptych stats`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from diptych import batch, press, stats
from diptych.checks.subject import Subject
from diptych.cli.shared import complain, exit_code
from diptych.diagnostics import error, has_errors
from diptych.stats import Stats
from diptych.workspace import Workspace


@click.command("stats")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The numbers as JSON.")
def command(paths: Sequence[Path], as_json: bool) -> None:
    """Count the words of each section, the time that reading takes, references by year and type, figures and tables.

    Citations, notes and headings are no words of the text. Nothing is written.

    \b
    diptych stats
    diptych stats content/my-review --json
    """
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    counted = []
    for file in files:
        workspace = Workspace(
            root if file.resolve().is_relative_to(root) else batch.find_project(file.resolve().parent)
        )
        collected = press.collect(workspace, file.resolve())
        problems += [one for one in collected.diagnostics if one.severity == "error"]
        if collected.material is not None:
            subject = Subject(collected.material, collected.places, collected.journal)
            counted.append(stats.count(file.resolve().parent.name, subject))
    if as_json:
        click.echo(json.dumps([stats.as_data(one) for one in counted], ensure_ascii=False, indent=2))
    else:
        for one in counted:
            _show(one)
    if counted and has_errors(problems):
        problems.append(error("counted-in-part", "numbers may lack what is wrong", hint="`diptych check` says more"))
    complain(problems)
    sys.exit(exit_code(problems))


def _show(one: Stats) -> None:
    """Print a table of the numbers."""
    table = Table(title=Text(one.title), title_justify="left")
    table.add_column(one.review)
    table.add_column("words", justify="right")
    table.add_row("Abstract", str(one.abstract_words))
    table.add_row("Key points", str(one.key_point_words))
    for section in one.sections:
        table.add_row(Text("  " * (section.level - 1) + section.heading), str(section.words))
    table.add_row("Figures and tables", str(one.caption_and_table_words))
    table.add_section()
    table.add_row("Text, all sections", str(one.text_words))
    console = Console(highlight=False)
    console.print(table)
    for line in (_time(one), *_lines(one)):
        console.print(Text(line))
    console.print()


def _time(one: Stats) -> str:
    return f"{one.reading_minutes} min to read, at {stats.WORDS_A_MINUTE} words a minute"


def _lines(one: Stats) -> Sequence[str]:
    """What is no matter of words, a line each."""
    grades = {"".join(["•"] * grade): number for grade, number in one.graded.items()}
    share = f"{one.annotated} annotated ({one.annotated_share:.0%})" + (f": {_listed(grades)}" if grades else "")
    lines = [
        f"Figures {one.figures}, tables {one.tables}, keywords {one.keywords}",
        f"References {one.references}, cited {one.citations} times; {share}",
        f"By type: {_listed(one.by_type)}",
        f"By year: {_listed(one.by_year)}",
    ]
    return lines if one.references else lines[:2]


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())
