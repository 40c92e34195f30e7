"""Prints what citations cost in a document of 600 references and 1,500 citations: asked of Pandoc, then kept.

Once with first authors who all have names of their own, and once as in a medical review, where a third of them share a
dozen family names, in whatever way databases write their given names.
"""

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
    "american-political-science-association",
    "chicago-notes-bibliography",
)
SYLLABLES = "ba co di fe gu la mo ni pe ra su ti vo kel mar sten ber hol win do rich tan shi wo zar fen qui jo"


def word(chance: random.Random) -> str:
    """A made-up word of two to four syllables."""
    return "".join(chance.choice(SYLLABLES.split()) for _ in range(chance.randint(2, 4)))


FAMILIES = (
    "Wang Li Zhang Liu Chen Yang Huang Kim Lee Park Choi Smith Jones Brown Müller Schmidt Nielsen García-López O’Brien"
    " McDonald D'Angelo van_den_Berg de_la_Cruz von_Minckwitz"
)
GIVEN = "Yang Y. Ying Lei L. Jing J._H. Ji-Hoon Ji-hoon JH John J. John_A. Mary M. Anna A._B. Jean-Pierre J.-P. Wen-Bo"


def name(chance: random.Random) -> dict[str, str]:
    """A made-up name, which nobody else is likely to have."""
    return {"family": word(chance).title(), "given": word(chance).title()}


def name_in_a_review(chance: random.Random) -> dict[str, str]:
    """A name as first authors of medical articles have it; common family names come first."""
    roll = chance.random()
    if roll < 0.02:
        return {"literal": f"{word(chance).title()} Study Group"}
    families, given = FAMILIES.split(), GIVEN.split()
    (family,) = chance.choices(families, [1 / (rank + 3) for rank in range(len(families))])
    suffix = {"suffix": "Jr"} if roll > 0.99 else {}
    common = roll < 0.45
    return {
        "family": family.replace("_", " ") if common else word(chance).title(),
        "given": chance.choice(given).replace("_", " "),
        **suffix,
    }


def reference(chance: random.Random, key: str, of_review: bool) -> dict[str, Any]:
    """A made-up work by two to nine authors: a journal article or, in a review, sometimes a chapter or a page."""
    some_name = name_in_a_review if of_review else name
    names = [some_name(chance) for _ in range(chance.randint(2, 9))]
    return {
        "id": key,
        "type": chance.choice(["article-journal"] * 18 + ["chapter", "webpage"]) if of_review else "article-journal",
        "title": " ".join(word(chance) for _ in range(9)).capitalize(),
        "author": names,
        "container-title": f"Journal of {word(chance).title()}",
        "volume": str(chance.randint(1, 90)),
        "page": f"{chance.randint(1, 900)}-{chance.randint(901, 999)}",
        "issued": {"date-parts": [[chance.randint(1995, 2025)]]},
        "DOI": f"10.5555/{key}",
    }


def document(of_review: bool) -> tuple[list[dict[str, Any]], list[Cluster]]:
    """The references, and clusters that cite each of them once and then any of them, up to three together."""
    chance = random.Random(4)
    items = [reference(chance, f"k{number}", of_review) for number in range(REFERENCES)]
    groups = [[item["id"]] for item in items]
    while sum(map(len, groups)) < CITATIONS:
        groups.append([f"k{chance.randrange(REFERENCES)}" for _ in range(chance.randint(1, 3))])
    return items, [Cluster(tuple(map(Citation, group)), index) for index, group in enumerate(groups)]


def seconds(style: csl.Style, items: Sequence[dict[str, Any]], clusters: Sequence[Cluster], kept: Cache) -> list[float]:
    """Seconds on the clock, and of processors: the second count does not grow when the machine has other work."""
    pandoc._ask.cache_clear()
    csl._answered.cache_clear()
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
    for title, of_review in (("first authors with names of their own", False), ("first authors of a review", True)):
        items, clusters = document(of_review)
        cited = sum(len(cluster.citations) for cluster in clusters)
        click.echo(f"{len(items)} references, {cited} citations, {title}")
        click.echo(f"{'style':<40} {'first':>8} {'CPU':>8} {'again':>8} {'CPU':>8}")
        for style in STYLES:
            click.echo(f"{style:<40} " + " ".join(f"{one:6.2f} s" for one in first_and_again(style, items, clusters)))


def first_and_again(name: str, items: Sequence[dict[str, Any]], clusters: Sequence[Cluster]) -> list[float]:
    """What the style costs when it is asked about, and when the answer is known."""
    style, _ = styles.find_style(name, Workspace(Path.cwd()), Path.cwd())
    assert style is not None
    with tempfile.TemporaryDirectory() as folder:
        return [second for _ in range(2) for second in seconds(style, items, clusters, Cache(Path(folder)))]


if __name__ == "__main__":
    main()
