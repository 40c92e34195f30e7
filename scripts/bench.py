"""Prints where the time goes when a review is built, and what WeasyPrint and Pandoc alone take for the same text.

Phases are timed in one warm process, and the median of several rounds is printed; memory is that of a process apart.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import weasyprint

from diptych import compose, press, source
from diptych.bibliography import csl, library, pandoc, styles
from diptych.document import Document, Printed
from diptych.printers import formulas, pdf, word
from diptych.printers.word import equations, pictures
from diptych.source import places
from diptych.workspace import Workspace, font_files

ROOT = Path(__file__).parents[1]
WEASYPRINT = ("layout", "writing")
# The phases, each with the functions that make it up. Time in a function that another calls counts for the inner one.
PHASES: tuple[tuple[str, str, Any, str], ...] = (
    ("source", "YAML to a checked review", source, "read"),
    ("prose", "Markdown to HTML, numbering", compose, "prepare"),
    ("bibliography", "references, style, citations", library, "read"),
    ("bibliography", "", csl, "find_style"),
    ("bibliography", "", csl, "cite"),
    ("template", "HTML by Jinja", compose, "find_template"),
    ("template", "", compose, "fill"),
    ("layout", "WeasyPrint lays the pages out", weasyprint.HTML, "render"),
    ("writing", "WeasyPrint writes the PDF", weasyprint.Document, "write_pdf"),
    ("finish", "formulas, line numbers, stylesheets", pdf, "print_pdf"),
    ("word", "the Word file, with its styles", word, "print_word"),
    ("rest", "whatever else press.build does", press, "build"),
)
# What the program remembers of a review; forgotten before each round, so that nothing is timed that was done before.
MEMORIES: tuple[Callable[[], None], ...] = (
    pandoc._ask.cache_clear,
    styles._prepare.cache_clear,
    places._visible.cache_clear,
    formulas._picture.cache_clear,
    pictures._raster.cache_clear,
    equations._ask.cache_clear,
    equations._known.clear,
)


@dataclass
class Stopwatch:
    """Seconds by phase; a phase inside another is taken out of the outer one."""

    seconds: dict[str, float] = field(default_factory=dict)
    _inner: list[float] = field(default_factory=list)

    def timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted for the phase."""

        def run(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                spent = time.perf_counter() - start
                self.seconds[phase] = self.seconds.get(phase, 0.0) + spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return run

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Times the functions of PHASES while the block runs."""
        with ExitStack() as stack:
            for phase, _, owner, name in PHASES:
                stack.enter_context(patch.object(owner, name, self.timed(phase, getattr(owner, name))))
            yield


def phases(file: Path, template: str, formats: Sequence[str], rounds: int) -> dict[str, float]:
    """The median seconds of each phase of building one review; a round before them warms the engines."""
    found: list[dict[str, float]] = []
    for _ in range(rounds + 1):
        for forget in MEMORIES:
            forget()
        watch = Stopwatch()
        with watch.watching():
            built = press.build(Workspace(ROOT), file, [template], formats)
        if len(built.outputs) != len(formats):
            raise click.ClickException(f"{file} does not build: run diptych build")
        found.append(watch.seconds)
    names = dict.fromkeys(name for name, *_ in PHASES)
    return {name: statistics.median(one.get(name, 0.0) for one in found[1:]) for name in names}


def document_of(file: Path, template: str, root: Path = ROOT) -> Document:
    """The HTML and the stylesheets that the printers take."""
    caught: list[Document] = []

    def printer(_: str) -> Callable[..., Printed]:
        def catch(document: Document, *_: object) -> Printed:
            caught.append(document)
            return Printed(b"", None)

        return catch

    with patch.object(press, "printer", printer):
        press.build(Workspace(root), file, [template], ["docx"])
    return caught[0]


def with_files(document: Document, folder: Path, root: Path = ROOT) -> tuple[Path, list[Path]]:
    """The document as an HTML file and CSS files that any program can open."""
    base = (root / "content").as_uri()
    page = folder / "page.html"
    page.write_text(document.html, encoding="utf-8")
    sheets = []
    for index, sheet in enumerate(document.stylesheets):
        path = folder / f"{index}.css"
        text = re.sub(r"font:([\w-]+\.ttf)", lambda match: font_files()[match[1]].as_uri(), sheet.text)
        path.write_text(text.replace("https://project.invalid/content", base), encoding="utf-8")
        sheets.append(path)
    return page, sheets


def bare_weasyprint(document: Document, sheets: Sequence[Path], rounds: int) -> float:
    """The median seconds of WeasyPrint's own `write_pdf` on the same HTML and CSS, in this warm process."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        page = weasyprint.HTML(string=document.html, base_url=document.base, url_fetcher=_fetcher())
        page.write_pdf(stylesheets=[weasyprint.CSS(filename=str(path)) for path in sheets])
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def _fetcher() -> pdf.ProjectFetcher:
    return pdf.ProjectFetcher(Workspace(ROOT))


@dataclass(frozen=True)
class Run:
    """What a process took: seconds from start to end, and the most memory in MB that it or a child of it had."""

    seconds: float
    megabytes: float


def run(command: Sequence[str | Path], folder: Path) -> Run:
    """Runs the command in the folder; raises ClickException where it fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    start = time.perf_counter()
    with tempfile.TemporaryFile() as log, tempfile.NamedTemporaryFile() as memory:
        measured = [sys.executable, "-I", "-S", "-c", MEASURED, memory.name, *command]
        status = subprocess.call(measured, cwd=folder, stdout=log, stderr=log, env={**os.environ, "PATH": path})
        if status:
            log.seek(0)
            raise click.ClickException(f"{command[0]}: {log.read().decode()[-2000:]}")
        most = int(memory.read())
    unit = 1e6 if sys.platform == "darwin" else 1e3  # getrusage counts bytes there, kilobytes elsewhere
    return Run(time.perf_counter() - start, most / unit)


# A process counts the memory of the one that started it for its own, so one that has little starts it.
MEASURED = """
import os, resource, sys
child = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status = os.waitpid(child, 0)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""


def others(document: Document, review: Path, folder: Path, root: Path = ROOT) -> dict[str, list[str | Path]]:
    """The commands that print the same text in other programs: Pandoc in its own style, WeasyPrint in ours."""
    page, sheets = with_files(document, folder, root)
    plain = folder / "plain.html"
    # Pandoc's style knows some of our classes by another meaning (its `div.columns` is a flex box).
    plain.write_text(re.sub(r' class="[^"]*"', "", document.html), encoding="utf-8")
    styled = [part for sheet in sheets for part in ("--stylesheet", str(sheet))]
    base = ["--base-url", f"{review.parent.as_uri()}/"]
    return {
        "WeasyPrint: PDF": ["weasyprint", "-q", *styled, *base, page, folder / "w.pdf"],
        "Pandoc: Word": [pandoc.executable(), plain, "-o", folder / "p.docx"],
        "Pandoc and WeasyPrint: PDF": [pandoc.executable(), plain, "--pdf-engine=weasyprint", "-o", folder / "p.pdf"],
    }


def diptych(review: Path, template: str, form: str, folder: Path, root: Path = ROOT) -> Run:
    """`diptych build` of one output; its memory is that of a process that does the same without a pool of others.

    It builds to a new folder within the one given: where outputs are up to date already, nothing is built.
    """
    folder.mkdir(exist_ok=True)
    fresh = tempfile.mkdtemp(dir=folder)
    seconds = run(["diptych", "build", review, "-q", "-t", template, "-f", form, "-o", fresh], root).seconds
    return Run(seconds, run([sys.executable, "-c", ALONE, str(root), str(review), template, form], root).megabytes)


ALONE = """
import sys
from pathlib import Path
from diptych import press
from diptych.workspace import Workspace
root, review, template, formats = sys.argv[1:]
built = press.build(Workspace(Path(root)), Path(review), [template], formats.split(","))
sys.exit(len(built.outputs) != len(formats.split(",")))
"""


@click.command()
@click.argument("review", default="content/metastatic-sarcoma/review.yaml", type=click.Path(path_type=Path))
@click.option("-t", "--template", default="article", show_default=True)
@click.option("-n", "--rounds", default=5, show_default=True, help="Rounds that the medians are of.")
def main(review: Path, template: str, rounds: int) -> None:
    """Print the time of each phase, and what other programs take for the same text."""
    os.environ["XDG_CACHE_HOME"] = os.devnull  # no folder, so no answers of Pandoc from an earlier run
    file = review.resolve()
    found = phases(file, template, ("pdf", "docx"), rounds)
    document = document_of(file, template)
    click.echo(f"{review}, {template}: seconds in a warm process, median of {rounds}\n")
    for name, what, *_ in PHASES:
        if what:
            click.echo(f"  {name:<14}{found[name]:7.3f}  {what}")
    _shares(found)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, sheets = with_files(document, folder)
        click.echo(
            f"\n  bare WeasyPrint, the same HTML and CSS, untagged: {bare_weasyprint(document, sheets, rounds):.3f}"
        )
        click.echo("\nfrom a cold start, a process each: seconds, and the most memory that it took\n")
        runs = {f"Diptych: {label}": diptych(file, template, form, folder) for label, form in FORMS}
        runs |= {label: run(command, file.parent) for label, command in others(document, file, folder).items()}
        for label, one in runs.items():
            click.echo(f"  {label:<28}{one.seconds:6.2f} s{one.megabytes:7.0f} MB")
    click.echo("\nPandoc is given citations and reference list ready made, as HTML.")


FORMS = (("PDF", "pdf"), ("Word", "docx"), ("PDF and Word", "pdf,docx"))


def _shares(found: dict[str, float]) -> None:
    engine = sum(found[name] for name in WEASYPRINT)
    outside = sum(seconds for name, seconds in found.items() if name not in (*WEASYPRINT, "word"))
    click.echo(f"\n  WeasyPrint's layout and writing: {engine:.3f}")
    click.echo(f"  outside WeasyPrint's layout and writing: {outside / engine:.0%} of it ({outside:.3f})")
    click.echo(f"  the Word file on top of that: {found['word'] / engine:.0%} of it ({found['word']:.3f})")


if __name__ == "__main__":
    main()
