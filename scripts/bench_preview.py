"""Prints how long after an edit the preview has the page and the PDF, and what WeasyPrint alone takes for that PDF.

The edit is a word more in the abstract; what is timed is from the file's writing to the server's telling.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import click

from bench import ROOT, bare_weasyprint, document_of, with_files

DIPTYCH = Path(sys.executable).with_name("diptych")


def news(address: str, review: str, template: str) -> Iterator[dict[str, object]]:
    """What the server tells of a view and its PDF."""
    with urlopen(f"{address}events?review={review}&template={template}&paper=&pdf=1") as stream:
        for line in stream:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])


def edits(project: Path, review: str, template: str, rounds: int) -> tuple[list[float], list[float]]:
    """The seconds from each edit to its page and to its PDF; rounds before them warm the engines."""
    command = [DIPTYCH, "preview", "--no-open", "--port", "0"]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = server.stdout.readline().split()[2]
        time.sleep(2)
        told = news(address, review, template)
        state = next(one for one in told if one["pdf-state"] == "ready")
        file = project / "content" / review / "review.yaml"
        text, pages, pdfs = file.read_text(encoding="utf-8"), [], []
        for number in range(rounds + 2):
            changed = re.sub(r"(?m)^title: (\W*)", rf"title: \g<1>{'A' * (number + 1)} ", text, count=1)
            start = time.perf_counter()
            file.write_text(changed, encoding="utf-8")
            page, pdf = state["page"], state["pdf"]
            state = next(one for one in told if one["page"] != page)
            pages.append(time.perf_counter() - start)
            state = next(one for one in told if one["pdf"] != pdf)
            pdfs.append(time.perf_counter() - start)
        server.terminate()
    return pages[2:], pdfs[2:]


@click.command()
@click.argument("review", default="metastatic-sarcoma")
@click.option("-t", "--template", default="article", show_default=True)
@click.option("-n", "--rounds", default=5, show_default=True, help="Edits that the medians are of.")
def main(review: str, template: str, rounds: int) -> None:
    """Print the time from an edit to the page and to the PDF."""
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        shutil.copytree(ROOT / "content", project / "content")
        pages, pdfs = edits(project, review, template, rounds)
        document = document_of(ROOT / "content" / review / "review.yaml", template)
        _, sheets = with_files(document, project)
        bare = bare_weasyprint(document, sheets, rounds + 1)
    click.echo(f"{review}, {template}: seconds from an edit, median of {rounds} in a warm server\n")
    click.echo(f"  the page      {statistics.median(pages):6.3f}")
    click.echo(f"  the PDF       {statistics.median(pdfs):6.3f}")
    click.echo(
        f"  bare WeasyPrint, the same HTML and CSS, untagged: {bare:.3f}; ratio {statistics.median(pdfs) / bare:.2f}"
    )


if __name__ == "__main__":
    main()
