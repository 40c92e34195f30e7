"""Prints what the Word panel takes beside Pandoc's `-t docx` of the same HTML, and how it grows with the text.

Citations and references are ready made on both sides. Ours is timed in a warm process, Pandoc as the process it is; the
two take turns, and the time is that of the processor, so that what else the machine does counts for neither. Each round
has a text of its own, so that what is kept of the stylesheets and the fonts helps, as in a batch of reviews, and what
would be kept of a text does not. Pictures stay: the PNG beside an SVG, which Pandoc does not make, is drawn once.
"""

from __future__ import annotations

import gc
import re
import resource
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click

import bench
from diptych.bibliography import pandoc
from diptych.document import Document, Options
from diptych.printers import word
from diptych.workspace import Workspace

LENGTHS = (1, 5, 10, 20, 40, 60)  # times the main text of the manuscript
PAGE = 250  # words on a double-spaced page


def ours(document: Document, options: Options) -> float:
    """The processor's seconds for one Word file."""
    workspace = Workspace(bench.ROOT)
    start = time.process_time()
    word.print_word(document, workspace, options)
    return time.process_time() - start


def another(document: Document, number: int) -> Document:
    """The document with other words, as long and as many as its own; its tags and its numbers stay."""
    turned = {
        ord(letter): letters[(place + number) % len(letters)]
        for letters in ("aeiou", "bcdfghklmnprst")
        for place, letter in enumerate(letters)
    }
    return replace(document, html=re.sub(">[^<]+<", lambda text: text[0].translate(turned), document.html))


def pandocs(page: Path, folder: Path) -> float:
    """The processor's seconds for Pandoc's file of the same HTML."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [pandoc.executable(), page, "-o", page.with_suffix(".docx")]
    subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def longer(document: Document, times: int) -> Document:
    """The document with its main text so many times; each copy has ids of its own, and all cite one list."""
    found = re.search(r"(<main\b[^>]*>)(.*)(</main>)", document.html, re.DOTALL)
    assert found is not None
    ids = "|".join(map(re.escape, re.findall(r'\bid="([^"]+)"', found[2])))
    own = re.compile(f'(\\bid="|href="#)(?=(?:{ids})")')
    copies = [own.sub(rf"\g<1>c{number}-", found[2]) for number in range(times)]
    return replace(document, html=document.html[: found.start(2)] + "".join(copies) + document.html[found.end(2) :])


def beside_pandoc(file: Path, rounds: int) -> None:
    """Print both times for the article, with and without the embedded fonts, which Pandoc has none of."""
    article = bench.document_of(file, "article")
    times: dict[str, list[float]] = {"Diptych": [], "Diptych, no fonts embedded": [], "Pandoc": []}
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.html"
        for number in range(rounds + 1):
            document = another(article, number)
            page.write_text(re.sub(r' class="[^"]*"', "", document.html), encoding="utf-8")
            times["Diptych"].append(ours(document, Options()))
            times["Diptych, no fonts embedded"].append(ours(another(article, -number), Options(embed_fonts=False)))
            times["Pandoc"].append(pandocs(page, file.parent))
    medians = {label: statistics.median(found[1:]) for label, found in times.items()}
    for label, found in medians.items():
        click.echo(f"  {label:<28}{found:7.3f} s{medians['Pandoc'] / found:7.1f} times as fast as Pandoc")


def growth(file: Path, rounds: int) -> None:
    """Print the time for the manuscript's text once, and many times over."""
    document = bench.document_of(file, "manuscript")
    for times in LENGTHS:
        long = longer(document, times)
        texts = [another(long, number) for number in range(max(2, rounds // 2))]
        seconds = min(ours(text, Options(embed_fonts=False)) for text in texts)
        pages = len(re.sub("<[^>]*>", " ", long.html).split()) / PAGE
        click.echo(f"  about {pages:4.0f} pages{seconds:8.2f} s{1000 * seconds / pages:8.1f} ms a page")


@click.command()
@click.argument("review", default="content/metastatic-sarcoma/review.yaml", type=click.Path(path_type=Path))
@click.option("-n", "--rounds", default=5, show_default=True, help="Rounds that the medians are of.")
def main(review: Path, rounds: int) -> None:
    """Print what the Word panel takes beside Pandoc, and how it grows."""
    gc.freeze()  # as the workers of a build do
    click.echo(f"{review}, the article, each time with other words: processor time, median of {rounds}\n")
    beside_pandoc(review.resolve(), rounds)
    click.echo("\nthe manuscript, longer and longer, without embedded fonts\n")
    growth(review.resolve(), rounds)


if __name__ == "__main__":
    main()
