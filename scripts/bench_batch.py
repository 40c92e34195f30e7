"""Prints what a batch of generated reviews takes: cold, after one edit, after an edit of a template, with no change.

The reviews are of realistic size (a dozen pages in the article, 60 references, two figures, a table). Everything is
measured side by side in one run: `git status` on the same tree, one worker and two, Pandoc by `xargs -P2` on the same
text in the same two formats. Times vary with what else the machine does; ratios vary less.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click

import bench
from diptych import press
from diptych.bibliography.pandoc import executable
from diptych.cache import Cache
from diptych.workspace import Workspace

ROOT = Path(__file__).parents[1]
DIPTYCH = Path(sys.executable).with_name("diptych")
FORMATS = ("pdf", "docx")
SAMPLE = 100  # reviews at most that are built again and again, by one worker, by two and by Pandoc
WORDS = (
    *("the", "of", "lesion", "patients", "review", "with", "disease", "after", "response", "study", "cells", "therapy"),
    *("and", "imaging", "survival", "risk", "in", "marker", "early", "late", "median", "months", "clinical", "trial"),
    *("cohort", "evidence", "outcome", "tumour", "local", "control", "bone", "margin", "dose"),
)
FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200">{}</svg>"""


def generate(folder: Path, count: int, seed: int = 6) -> None:
    """Writes a project with so many reviews; the same for the same count."""
    chance = random.Random(seed)
    for number in range(count):
        review = folder / "content" / f"review-{number:04}"
        (review / "figures").mkdir(parents=True)
        (review / "data").mkdir()
        keys = [f"ref{index}" for index in range(60)]
        (review / "references.yaml").write_text("".join(_reference(key, chance) for key in keys), encoding="utf-8")
        (review / "review.yaml").write_text(_review(number, keys, chance), encoding="utf-8")
        (review / "data" / "trials.csv").write_text(_table(chance), encoding="utf-8")
        for name in "ab":
            lines = "".join(f'<path d="M0 {y}L300 {chance.randint(0, 200)}" stroke="#345"/>' for y in range(0, 200, 5))
            (review / "figures" / f"{name}.svg").write_text(FIGURE.format(lines), encoding="utf-8")
    shutil.copytree(ROOT / "templates", folder / "templates")


def _sentence(chance: random.Random, cited: Sequence[str] = ()) -> str:
    words = " ".join(chance.choices(WORDS, k=chance.randint(12, 24)))
    return f"{words.capitalize()}{''.join(f' [@{key}]' for key in cited)}."


def _reference(key: str, chance: random.Random) -> str:
    title = " ".join(chance.choices(WORDS, k=10)).capitalize()
    names = ", ".join(f"{{family: {chance.choice(WORDS).title()}, given: {letter}}}" for letter in "ABC")
    return (
        f"- {{id: {key}, type: article-journal, title: {title}, author: [{names}], container-title: J Test,\n"
        f"   issued: {chance.randint(2001, 2025)}, volume: {chance.randint(1, 90)}, page: {chance.randint(1, 900)}}}\n"
    )


def _review(number: int, keys: Sequence[str], chance: random.Random) -> str:
    left = list(keys)
    sections = []
    for index in range(6):
        paragraphs = []
        for _ in range(chance.randint(9, 14)):
            cited = [left.pop(0)] if left else [chance.choice(keys)]
            more = [left.pop(0)] if left else []
            said = [_sentence(chance, cited), *(_sentence(chance) for _ in range(4)), _sentence(chance, more)]
            paragraphs.append("    " + " ".join(said))
        text = "\n\n".join(paragraphs)
        sections.append(f"- heading: Part {index + 1}\n  text: |\n{text}\n")
    sections[-1] += (
        "\n    See @fig-a, @fig-b and @tbl-trials. And all of them: " + " ".join(f"[@{key}]" for key in keys) + ".\n"
    )
    graded = "".join(
        f"  {key}: {{importance: {1 + index % 2}, text: {_sentence(chance)}}}\n" for index, key in enumerate(keys[:12])
    )
    return (
        f"title: Review number {number} of {chance.choice(WORDS)}\nauthors: [{{name: Ada Falk}}, {{name: Bo Bird}}]\n"
        f"abstract: {_sentence(chance)} {_sentence(chance)}\nbibliography: references.yaml\n"
        "citation-style: springer-vancouver-brackets\nsections:\n" + "".join(sections) + "figures:\n"
        "  a: {src: figures/a.svg, alt: Lines, caption: Some lines.}\n"
        "  b: {src: figures/b.svg, alt: Lines, caption: More lines.}\n"
        "tables:\n  trials: {caption: Trials, columns: [Name, Patients, Months], csv: data/trials.csv}\n"
        f"annotations:\n{graded}"
    )


def _table(chance: random.Random) -> str:
    return "".join(f"Trial {row},{chance.randint(10, 900)},{chance.randint(1, 60)}\n" for row in range(12))


# What is measured


class Memory(threading.Thread):
    """The most memory that the workers of a build have at once, in MB, second by second (Linux)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.process, self.samples = process, [0]

    def run(self) -> None:
        """Sample until the build ends."""
        while self.process.poll() is None:
            found = subprocess.run(["ps", "-eo", "pid,ppid,rss"], capture_output=True, text=True, check=False).stdout
            rows = [tuple(map(int, line.split())) for line in found.splitlines()[1:]]
            family = {self.process.pid}
            for _ in range(4):  # the process that forks, its workers, their Pandoc
                family |= {number for number, parent, _ in rows if parent in family}
            self.samples.append(sum(size for number, _, size in rows if number in family) // 1024)
            time.sleep(1)


def environment(folder: Path, cache: str = "cache") -> dict[str, str]:
    """A user's: a cache that is empty at first, and Python keeps what it has compiled."""
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**found, "XDG_CACHE_HOME": str(folder / cache)}


def build(folder: Path, *arguments: str, cache: str = "cache") -> tuple[float, list[int]]:
    """The seconds of `diptych build`, and the memory of its workers over the run; raises ClickException."""
    command = [DIPTYCH, "build", "-q", "-f", ",".join(FORMATS), *arguments]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=environment(folder, cache)) as process:
        memory = Memory(process)
        memory.start()
        if process.wait():
            raise click.ClickException("the build failed")
    return time.perf_counter() - start, memory.samples


def quickest(folder: Path, command: Sequence[str | Path], rounds: int = 5) -> float:
    """The least seconds of a command."""
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment(folder))
        found.append(time.perf_counter() - start)
    return min(found)


def alone(folder: Path, templates: Sequence[str], number: int) -> float:
    """The seconds of building one review in this process."""
    start = time.perf_counter()
    workspace = Workspace(folder, Cache(folder / "cache/diptych/citations"))
    press.build(workspace, folder / f"content/review-{number:04}/review.yaml", templates, FORMATS)
    return time.perf_counter() - start


def one_edit(folder: Path, templates: Sequence[str], chosen: Sequence[str]) -> None:
    """Print what one edit takes, beside the same review in this process, which has built others; each the mean."""
    for number in (0, 1):
        alone(folder, templates, number)
    edited, warm = [], []
    for number in (2, 3, 4):
        edit(folder / f"content/review-{number:04}/review.yaml", "title: Review", "title: Edited review")
        edited.append(build(folder, *chosen)[0])
        warm.append(alone(folder, templates, number))
    ratio, beside = sum(edited) / sum(warm), sum(warm) / len(warm)
    say(f"one edit: {ratio:.2f} times the {beside:.2f} s of that review in a warm process", sum(edited) / len(edited))


COLUMNS = """@page { size: A4; margin: 22mm 18mm; @bottom-right { content: counter(page) " of " counter(pages) } }
html { font: 9.5pt/12.5pt "Source Serif 4", serif }
body { columns: 2; column-gap: 6mm; max-width: none; margin: 0; padding: 0; text-align: justify; hyphens: auto }
h1, h2 { font-size: 11pt; text-align: left; hyphens: none } p { margin: 0; text-indent: 1em } img { max-width: 100% }
"""
"""What it takes in Pandoc to have the article's measure: two columns of its size, justified and hyphenated."""

LIKE_OURS = "-V lang=en --css columns.css --pdf-engine-opt=--pdf-variant=pdf/a-2a"


def write_pages(reviews: Sequence[Path], root: Path) -> None:
    """Writes each review's article for Pandoc: citations and references are ready made.

    The classes are left out, which Pandoc's stylesheet has nothing for.
    """
    for review in reviews:
        document = bench.document_of(review / "review.yaml", "article", root)
        (review / "page.html").write_text(re.sub(r' class="[^"]*"', "", document.html), encoding="utf-8")
        (review / "columns.css").write_text(COLUMNS, encoding="utf-8")


def pandoc(reviews: Sequence[Path], options: str = "") -> float:
    """The seconds of Pandoc for the text of the reviews, two at a time, as Word and as PDF (by WeasyPrint)."""
    path = f"{DIPTYCH.parent}{os.pathsep}{os.environ['PATH']}"
    asked = f"{executable()} page.html"
    line = f"cd $0 && {asked} -o page.docx && {asked} --pdf-engine=weasyprint {options} -o page.pdf"
    start = time.perf_counter()
    subprocess.run(
        ["xargs", "-0", "-n1", "-P2", "sh", "-c", line],
        input="\0".join(map(str, reviews)).encode(),
        env={**os.environ, "PATH": path},
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - start


@click.command()
@click.option("-n", "--count", type=click.IntRange(5), default=24, show_default=True, help="Reviews.")
@click.option("-t", "--template", "templates", multiple=True, default=["article"], show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the project, which is then kept.")
def main(count: int, templates: Sequence[str], keep: Path | None) -> None:
    """Generate reviews, build them, and print what that takes."""
    folder = keep or Path(tempfile.mkdtemp(prefix="diptych-bench-"))
    try:
        generate(folder, count)
        measure(folder, count, templates)
    finally:
        if not keep:
            shutil.rmtree(folder)


def measure(folder: Path, count: int, templates: Sequence[str]) -> None:
    """Print the times."""
    chosen = [part for name in templates for part in ("-t", name)]
    cold, memory = build(folder, *chosen, "-j", "2")
    outputs = json.loads((folder / "build/manifest.json").read_text())["outputs"].values()
    pages = sorted(one["pages"] for one in outputs if one["pages"])
    say(f"{count} reviews in {len(templates)} templates, median {pages[len(pages) // 2]} pages", None)
    say(f"cold, two workers: {cold / count:.2f} s a review", cold)
    third = max(1, len(memory) // 3)
    say(f"  workers' memory at most: first third {max(memory[:third])} MB, last third {max(memory[-third:])} MB", None)
    one_edit(folder, templates, chosen)
    no_change(folder, chosen)
    beside_others(folder, min(count, SAMPLE), chosen)


def beside_others(folder: Path, count: int, chosen: Sequence[str]) -> None:
    """Print what some of the reviews take with two workers, with one, and in Pandoc, each from an empty cache."""
    reviews = [folder / f"content/review-{number:04}" for number in range(count)]
    names = [f"content/{review.name}" for review in reviews]
    two, one = (
        build(folder, *names, *chosen, "-j", workers, "-o", f"build{workers}", cache=f"cache{workers}")[0]
        for workers in ("2", "1")
    )
    say(f"{count} of them, cold, two workers", two)
    say(f"{count} of them, cold, one worker: {one / two:.2f} times as long", one)
    edit(folder / f"templates/{chosen[1]}/style.css", "\n", "\n/* edited */\n")
    restyled, _ = build(folder, *names, *chosen, "-j", "2", "-o", "build2", cache="cache2")
    say(f"{count} of them, after an edit of {chosen[1]}'s stylesheet, two workers", restyled)
    write_pages(reviews, folder)
    for what, options in (("in two columns and tagged", LIKE_OURS), ("in one column and untagged", "")):
        beside = pandoc(reviews, options) * len(chosen) / 2
        say(f"Pandoc by xargs -P2, the same text as Word and, {what}, as PDF: {beside / two:.2f} of ours", beside)


def no_change(folder: Path, chosen: Sequence[str]) -> None:
    """Print what a build takes that has nothing to build, beside git on the same tree."""
    (folder / ".gitignore").write_text("build*/\ncache/\n")
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]
    for command in (["git", "init", "-q"], ["git", "add", "."], commit, ["git", "status"]):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    time.sleep(3)
    command = [DIPTYCH, "build", "-q", "-f", ",".join(FORMATS), *chosen]
    ours, git = quickest(folder, command), quickest(folder, ["git", "status"])
    say(f"no change: {ours / git:.1f} times the {git:.3f} s of git status", ours)


def edit(file: Path, old: str, new: str) -> None:
    """Change the first place."""
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def say(what: str, seconds: float | None) -> None:
    """Print a line."""
    click.echo(f"{what}{f': {seconds:.2f} s' if seconds is not None else ''}")


if __name__ == "__main__":
    main()
