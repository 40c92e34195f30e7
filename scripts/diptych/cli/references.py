"""`diptych import` and `diptych export`: references from and to other programs, and papers to reviews."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from diptych import batch, exchange, importers
from diptych.bibliography.shelf import Item
from diptych.bibliography.writers import WRITERS
from diptych.cli import papers as papers_verb
from diptych.cli.shared import complain, counted_noun, exit_code, relative
from diptych.diagnostics import Diagnostic, has_errors
from diptych.importers.paper import TrackChanges


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="CSL-YAML file to write, or a paper's new folder."
)
@click.option("--into", "review", type=click.Path(path_type=Path), help="Review whose references they are added to.")
@click.option(
    "--track-changes",
    "changes",
    type=click.Choice(("accept", "reject", "notes")),
    default="accept",
    help="What becomes of changes that a Word file tracks; “notes” keeps them and comments as notes to co-authors.",
)
@click.option("--force", is_flag=True, help="Replace the file of references if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
def import_(
    files: Sequence[Path],
    output: Path | None,
    review: Path | None,
    changes: TrackChanges,
    force: bool,
    quiet: bool,
) -> None:
    """Read a paper and write it as a review, or read references and write them as CSL-YAML.

    Papers are Word files, Markdown, JATS and HTML by Diptych; a folder in content/ is made, and what could not be
    carried over is said. References are BibTeX, RIS, PubMed, EndNote XML or CSL.

    \b
    diptych import paper.docx -o content/my-review
    diptych import article.xml
    diptych import refs.bib -o content/my-review/references.yaml
    diptych import pubmed.nbib zotero.ris --into content/my-review
    """
    if output and review:
        raise click.UsageError("give -o or --into, not both")
    papers = [(file, form) for file in files if (form := importers.format_of(file))]
    if papers and (len(files) > 1 or review):
        raise click.UsageError(f"“{papers[0][0]}” is a paper, and becomes a review of its own: import it alone")
    if papers:
        papers_verb.import_paper(*papers[0], output, changes, quiet)
    unread = [problem for file in files if (problem := importers.refused(file))]
    items, problems = ([], unread) if unread else exchange.read_files(files)
    if review and not unread:
        _add(items, problems, review, quiet)
    _write_out(WRITERS["csl-yaml"](items) if items else None, problems, output, force, quiet)


def _add(items: Sequence[Item], problems: list[Diagnostic], path: Path, quiet: bool) -> None:
    """Add the references to the review and end."""
    reviews, trouble = batch.find_reviews([path])
    problems += trouble
    if len(reviews) > 1:
        raise click.UsageError(f"there are {len(reviews)} reviews at “{path}”; name one")
    addition, trouble = exchange.add_to_review(reviews[0], items) if reviews else (None, [])
    problems += trouble
    if addition:
        problems += batch.write(addition.path, addition.data)
    complain(problems)
    if not quiet and not has_errors(problems):
        count = len(addition.added) if addition else 0
        where = relative(addition.path) if addition else str(path)
        click.echo(f"{where}  {counted_noun(count, 'reference')} added, {len(items) - count} left out")
    sys.exit(exit_code(problems))


@click.command()
@click.argument("review", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, type=click.Choice(sorted(WRITERS)), help="Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; printed unless said.")
@click.option("--force", is_flag=True, help="Replace the output if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
def export(review: Path, form: str, output: Path | None, force: bool, quiet: bool) -> None:
    """Write a review's references, annotations and grades for another program.

    \b
    diptych export content/my-review --to bibtex -o my-review.bib
    """
    reviews, problems = batch.find_reviews([review])
    if len(reviews) > 1:
        raise click.UsageError(f"there are {len(reviews)} reviews at “{review}”; name one")
    text, trouble = exchange.export(reviews[0], form) if reviews else (None, [])
    _write_out(text, problems + trouble, output, force, quiet)


def _write_out(text: str | None, problems: list[Diagnostic], output: Path | None, force: bool, quiet: bool) -> NoReturn:
    """Write the text to the file or print it, say what was wrong, and end."""
    if text is not None and output:
        refused = exchange.may_write(output, force) or batch.write(output, text.encode())
        problems = [*problems, *refused]
        if not refused and not quiet:
            click.echo(f"{output}  {len(text.encode()) / 1024:.0f} kB")
    elif text is not None:
        click.echo(text, nl=False)
    complain(problems)
    sys.exit(exit_code(problems))
