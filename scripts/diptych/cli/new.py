"""`diptych new`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import click

from diptych import batch, profiles, starting
from diptych.cli.shared import USAGE, complain, relative
from diptych.diagnostics import has_errors
from diptych.starting import Wishes
from diptych.workspace import Workspace


@click.command()
@click.argument("name", required=False)
@click.option("--title", help="Title; made from the name unless said.")
@click.option("-t", "--template", help="The template that you will build; all unless said.")
@click.option("--style", help="Citation style, by its CSL name; the journal's unless said.")
@click.option("--journal", help="The journal that it is for; `diptych journals` lists them.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
def new(
    name: str | None, title: str | None, template: str | None, style: str | None, journal: str | None, quiet: bool
) -> None:
    """Begin a review in content/NAME: a review.yaml with remarks on everything, and examples of references.

    It builds as it is, and `diptych check` lists what is to be replaced. In a folder that is no project yet it begins
    that too. What is there is never overwritten. On a terminal it asks for what you do not say.

    \b
    diptych new my-review
    diptych new lung-cancer --title "Radiotherapy of Lung Cancer" --journal springer-current-reports
    diptych new talk --template handout --style nature
    """
    workspace = Workspace(batch.find_project(Path.cwd()))
    asked = sys.stdin.isatty() and sys.stdout.isatty()
    if name is None and not asked:
        raise click.UsageError("name the review: `diptych new my-review`")
    name = _bare(name or click.prompt("Name of the review's folder", default="my-review"))
    wishes = Wishes(name, title or "", template or "", style or "", journal or "")
    if asked and not starting.refused(wishes, workspace):
        wishes = _completed(wishes, workspace)
    files, problems = starting.begun(wishes, workspace)
    for path, text in files.items():
        problems += batch.write(workspace.root / path, text.encode())
    complain(problems)
    if not quiet and not has_errors(problems):
        _tell(wishes, [workspace.root / path for path in files])
    sys.exit(USAGE if has_errors(problems) else 0)


def _completed(wishes: Wishes, workspace: Workspace) -> Wishes:
    """The wishes, with what the author answers where nothing was said."""
    if not wishes.title:
        wishes = replace(wishes, title=click.prompt("Title", default=starting.title_of(wishes.name)))
    if not wishes.journal:
        wishes = _asked(wishes, "journal", "none", workspace, profiles.names(workspace))
    if wishes.style or wishes.journal:
        return wishes
    return _asked(wishes, "style", starting.STYLE, workspace)


def _asked(wishes: Wishes, what: str, otherwise: str, workspace: Workspace, names: Sequence[str] = ()) -> Wishes:
    """The wishes with one more, asked for until it can be met; without it where the author just goes on."""

    def answered(said: str) -> Wishes:
        wished = replace(wishes, **{what: "" if said == otherwise else said})
        for problem in starting.refused(wished, workspace):
            raise click.BadParameter("; ".join(filter(None, (problem.message, problem.hint))))
        return wished

    shown = QUESTIONS[what] + (f": {', '.join(names)}" if names else "")
    found: Wishes = click.prompt(shown, default=otherwise, value_proc=answered)
    return found


QUESTIONS = {"journal": "Journal that it is for", "style": "Citation style, by its CSL name"}


def _bare(name: str) -> str:
    """The name alone of what may be written as `content/my-review/`."""
    path = PurePosixPath(name)
    return path.name if path.parent.name == "content" or path.parent == PurePosixPath(".") else name


def _tell(wishes: Wishes, files: list[Path]) -> None:
    """Say what was written, and what comes next."""
    for file in sorted(files):
        click.echo(relative(file))
    review = f"content/{wishes.name}"
    template = f" -t {wishes.template}" if wishes.template else ""
    click.echo(f"\nEdit {review}/review.yaml. Then:\n")
    steps = (
        (f"diptych preview {review}", "the pages in the browser while you write"),
        (f"diptych check {review}", "what is left to replace"),
        (f"diptych build {review}{template}", "PDF and Word, in build/"),
    )
    width = max(len(command) for command, _ in steps)
    for command, purpose in steps:
        click.echo(f"    {command:<{width}}   {purpose}")
