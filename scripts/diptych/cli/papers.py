"""`diptych import` of a paper: a review folder from Word, Markdown, JATS or our own HTML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from diptych import batch, importers, press
from diptych.cli.shared import complain, counted_noun, exit_code, relative
from diptych.diagnostics import Diagnostic, has_errors
from diptych.importers import folder
from diptych.importers.paper import TrackChanges
from diptych.workspace import Workspace


def import_paper(
    file: Path, form: importers.Format, target: Path | None, changes: TrackChanges, quiet: bool
) -> NoReturn:
    """Write the review that the paper is, say what was lost and what keeps it from building, and end."""
    imported, problems = importers.read(file, form, changes)
    if imported is not None and not has_errors(problems):
        where = target or batch.find_project(Path.cwd()) / "content" / folder.name_for(file.name)
        problems += folder.write(where, folder.files_of(imported))
        if not has_errors(problems):
            problems += _unbuilt(where)
            if not quiet:
                click.echo(_summary(where, imported))
    complain(problems)
    sys.exit(exit_code(problems))


def _unbuilt(where: Path) -> list[Diagnostic]:
    """What keeps the review from building."""
    file = (where / "review.yaml").resolve()
    built = press.check(Workspace(batch.find_project(file.parent)), file)
    return [one for one in built.diagnostics if one.severity == "error"]


def _summary(where: Path, imported: importers.Imported) -> str:
    """What there is now, in a line."""
    review = imported.review
    counts = [
        (len(review.get("sections", ())), "section"),
        (len(review.get("figures", ())), "figure"),
        (len(review.get("tables", ())), "table"),
        (len(imported.references), "reference"),
        (len(review.get("annotations", ())), "annotation"),
    ]
    return f"{relative(where.resolve())}  {', '.join(counted_noun(count, word) for count, word in counts if count)}"
