"""Prints what citations cost in a document of 600 references and 1,500 citations: asked of Pandoc, then kept."""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from diptych.bibliography import csl, pandoc, styles
from diptych.cache import Cache
from diptych.prose import Citation, Cluster
from diptych.workspace import Workspace

REFERENCES, CITATIONS = 600, 1500
STYLES = (
    "springer-vancouver-brackets",
    "nature",
    "springer-basic-author-date",
    "apa",
    "chicago-author-date",
    "chicago-notes-bibliography",
)
SYLLABLES = "ba co di fe gu la mo ni pe ra su ti vo kel mar sten ber hol win do rich tan shi wo zar fen qui jo"


def word(chance: random.Random) -> str:
    """A made-up word of two to four syllables."""
    return "".join(chance.choice(SYLLABLES.split()) for _ in range(chance.randint(2, 4)))


def reference(chance: random.Random, key: str) -> dict[str, Any]:
    """A made-up journal article by two to nine authors."""
    names = [{"family": word(chance).title(), "given": word(chance).title()} for _ in range(chance.randint(2, 9))]
    return {
        "id": key,
        "type": "article-journal",
        "title": " ".join(word(chance) for _ in range(9)).capitalize(),
        "author": names,
        "container-title": f"Journal of {word(chance).title()}",
        "volume": str(chance.randint(1, 90)),
        "page": f"{chance.randint(1, 900)}-{chance.randint(901, 999)}",
        "issued": {"date-parts": [[chance.randint(1995, 2025)]]},
        "DOI": f"10.5555/{key}",
    }


def document() -> tuple[list[dict[str, Any]], list[Cluster]]:
    """The references, and clusters that cite each of them once and then any of them, up to three together."""
    chance = random.Random(4)
    items = [reference(chance, f"k{number}") for number in range(REFERENCES)]
    groups = [[item["id"]] for item in items]
    while sum(map(len, groups)) < CITATIONS:
        groups.append([f"k{chance.randrange(REFERENCES)}" for _ in range(chance.randint(1, 3))])
    return items, [Cluster(tuple(map(Citation, group)), index) for index, group in enumerate(groups)]


def seconds(style: csl.Style, items: Sequence[dict[str, Any]], clusters: Sequence[Cluster], kept: Cache) -> list[float]:
    """Seconds on the clock, and of processors: the second count does not grow when the machine has other work."""
    pandoc._ask.cache_clear()
    start, before = time.perf_counter(), processors()
    _, problems = csl.cite(style, items, clusters, "en-US", kept)
    if problems:
        raise click.ClickException(problems[0].message)
    return [time.perf_counter() - start, processors() - before]


def processors() -> float:
    """Seconds that processors spent on this process and its children so far."""
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


@click.command()
def main() -> None:
    """Print the time that citations take, style by style."""
    items, clusters = document()
    click.echo(f"{REFERENCES} references, {sum(len(cluster.citations) for cluster in clusters)} citations")
    click.echo(f"{'style':<32} {'first':>8} {'CPU':>8} {'again':>8} {'CPU':>8}")
    for name in STYLES:
        style, _ = styles.find_style(name, Workspace(Path.cwd()), Path.cwd())
        assert style is not None
        with tempfile.TemporaryDirectory() as folder:
            found = [second for _ in range(2) for second in seconds(style, items, clusters, Cache(Path(folder)))]
        click.echo(f"{name:<32} " + " ".join(f"{one:6.2f} s" for one in found))


if __name__ == "__main__":
    main()
