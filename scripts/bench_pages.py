"""Prints how the time and memory of a PDF grow with its pages, in two columns and in one, and beside other programs.

The reviews are generated. Each program runs in a process of its own, from a cold start; the time of the layout alone,
in two columns and in one, is that of this process.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

import bench
import specimen
from diptych.document import Document, Stylesheet
from diptych.printers.pdf import ProjectFetcher, lay_out
from diptych.workspace import Workspace

WORDS = {2: 300, 10: 2700, 50: 16000, 200: 66000}
"""How many words make about so many pages of the article, with what belongs to them."""
ONE_COLUMN = Stylesheet("one-column.css", ".columns, .reference-list { columns: auto !important }")
PROGRAMS = ("WeasyPrint: PDF", "Pandoc and WeasyPrint: PDF")
ROW = "{:>6} {:<28}{:>8}{:>12}{:>8}"


def review_of(pages: int, root: Path) -> Path:
    """Writes a review of about so many pages; its file."""
    size = specimen.Size(WORDS[pages], references=3 * pages, tables=pages // 4, figures=pages // 4, notes=pages)
    return specimen.write(root, f"of{pages}", size)


def layout(document: Document, root: Path, rounds: int) -> tuple[float, int]:
    """The seconds of processor time that laying the document out takes, the least of some rounds, and its pages."""
    workspace = Workspace(root)
    found = []
    for _ in range(rounds):
        start = time.process_time()
        laid_out, _ = lay_out(document, workspace, ProjectFetcher(workspace))
        found.append(time.process_time() - start)
    return min(found), len(laid_out.pages)


def programs(document: Document, file: Path, root: Path) -> Iterator[tuple[str, bench.Run]]:
    """What each program takes for the review."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield "Diptych: PDF", bench.diptych(file, "article", "pdf", folder / "build", root)
        commands = bench.others(document, file, folder, root)
        for label in PROGRAMS:
            yield label, bench.run(commands[label], file.parent)


@click.command()
@click.option("-p", "--pages", multiple=True, type=click.Choice([str(one) for one in WORDS]), help="All unless said.")
def main(pages: tuple[str, ...]) -> None:
    """Print seconds a page and peak memory of articles of several lengths."""
    os.environ["XDG_CACHE_HOME"] = os.devnull  # no folder, so no answers of Pandoc from an earlier run
    click.echo("\nThe article by its pages, generated: seconds from a cold start, and the most memory of one process\n")
    click.echo(ROW.format("pages", "", "seconds", "a page", "MB"))
    columns = []
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for wanted in [int(one) for one in pages] or WORDS:
            file = review_of(wanted, root)
            document = bench.document_of(file, "article", root)
            rounds = 3 if wanted < 50 else 1
            two, count = layout(document, root, rounds)
            one, _ = layout(replace(document, stylesheets=(*document.stylesheets, ONE_COLUMN)), root, rounds)
            columns.append(f"{count:>6} {two:8.2f} {one:8.2f} {two / one:8.2f}")
            for label, run in programs(document, file, root):
                numbers = (f"{run.seconds:.2f}", f"{run.seconds / count:.3f}", f"{run.megabytes:.0f}")
                click.echo(ROW.format(count, label, *numbers))
    click.echo("\nThe layout alone: seconds in two columns, in one, and how many times as long two take\n")
    click.echo("\n".join(columns))
    click.echo("\nPandoc sets the text in one column and in its own style, so its pages are not these.")


if __name__ == "__main__":
    main()
