"""Authors who share a family name, in many styles: what is found here is what Pandoc finds in the style as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from diptych.bibliography import csl
from diptych.bibliography.csl import Style
from diptych.bibliography.names_apart import with_names_apart
from diptych.bibliography.style_tree import citation_layout, reachable
from diptych.bibliography.styles import find_style
from diptych.prose import Citation, Cluster
from diptych.workspace import Workspace, read_style, style_names

STYLES = 40
TAKEN = 6
SEEDS = range(16)

FAMILIES = ("Gull", "Tern", "Smith-Jones", "García", "Skua", "Auk", "Knot", "Ruff", "Teal", "Élan", "De Witt")
APART = ("Ada", "Bo", "Cy", "D. E.", "J.-P.", "Zo", "Élodie Fay", "Ken K.", "Xu", "Ivo-Pia")
ALIKE = ("Ada", "Abel", "Ada B.", "A.", "Jean Paul", "J.-P.", "Anna-Maria", "D.", "D. E.")
ODD = (
    {"literal": "World Gull Organization"},
    {"literal": "Gull"},
    {"family": "Gull"},
    {"family": "Petrel"},
    {"family": "Petrel", "given": "Al"},
    {"family": "Berg", "given": "Anna", "non-dropping-particle": "van den"},
    {"family": "Berg", "given": "Bo", "dropping-particle": "de"},
    {"family": "Berg", "given": "Cy"},
    {"family": "van Auk", "given": "Ed"},
    {"family": "Tern", "given": "Ada", "suffix": "Jr"},
    {"family": "Tern", "given": "ada"},
    {"family": "Kite", "given": "A.B."},
    {"family": "Kite", "given": "AB"},
    {"family": "O'Auk", "given": "Ed"},
    {"family": "山", "given": "太郎"},
)
CITED_BY_AUTHOR = ("article-journal",) * 6 + ("book", "chapter", "paper-conference", "report", "thesis", "article")
OTHERS = ("webpage", "dataset", "bill", "legal_case", "motion_picture", "post-weblog", "patent")
FIELDS = {
    "container-title": "Journal of Birds",
    "volume": "3",
    "page": "1-9",
    "publisher": "Sand",
    "publisher-place": "Oslo",
    "URL": "https://example.org/birds",
    "edition": "2",
    "language": "en",
}
MODES = ("normal", "normal", "normal", "suppress-author", "author-in-text")


class Crowd:
    """Random works by few families, and how often they are odd: names, types, without a date or an author."""

    def __init__(self, seed: str) -> None:
        self.chance = chance = Random(seed)
        self.odd_names = chance.choice([0, 0, 0, 0.02, 0.1])
        self.odd_types = chance.choice([0, 0, 0.05])
        self.missing = chance.choice([0, 0, 0.1])
        self.families = chance.sample(FAMILIES, chance.randint(3, 8))
        self.given = chance.sample(*chance.choice([(APART, 5), (APART, 8), (ALIKE, 4)]))
        self.years = chance.sample(range(1990, 2024), chance.choice([1, 2, 4, 12]))

    def people(self, *counts: int) -> list[dict[str, str]]:
        return [self.person() for _ in range(self.chance.choice(counts))]

    def person(self) -> dict[str, str]:
        if self.chance.random() < self.odd_names:
            return dict(self.chance.choice(ODD))
        return {"family": self.chance.choice(self.families), "given": self.chance.choice(self.given)}

    def work(self, number: int) -> dict[str, Any]:
        chance = self.chance
        kind = chance.choice(OTHERS if chance.random() < self.odd_types else CITED_BY_AUTHOR)
        work: dict[str, Any] = {"id": f"k{number}", "type": kind, "title": f"Birds {number}"}
        work |= {name: text for name, text in FIELDS.items() if chance.random() < 0.5}
        if chance.random() >= self.missing:
            work["author"] = self.people(1, 1, 1, 2, 2, 3, 4, 7, 9)
        if chance.random() >= self.missing:
            work["issued"] = {"date-parts": [[chance.choice(self.years), *chance.choice([[], [3], [3, 4]])]]}
        if kind in ("chapter", "book") and chance.random() < 0.5:
            work["editor"] = self.people(1, 2, 3)
        if chance.random() < 0.02:
            work[chance.choice(["translator", "container-author", "director"])] = self.people(1)
        return work

    def works_and_clusters(self) -> tuple[list[dict[str, Any]], list[Cluster]]:
        works = [self.work(number) for number in range(self.chance.randint(6, 18))]
        groups = [self.chance.sample(works, self.chance.randint(1, 4)) for _ in range(self.chance.randint(8, 26))]
        cited = [
            (Citation(first["id"], mode=self.chance.choice(MODES)), *(Citation(one["id"]) for one in rest))
            for first, *rest in groups
        ]
        return works, [Cluster(citations, index) for index, citations in enumerate(cited)]


@cache
def sample() -> list[Style]:
    """Styles that have names apart, each of another making.

    Those that cite some articles otherwise are among them, and some that print all variables for names themselves.
    """
    found = {_making(style): style for style in _styles_with_names_apart()}
    in_part = [style for style in found.values() if style.apart and "article" not in style.apart.types]
    others = [style for style in found.values() if style not in in_part]
    taken = Random(0).sample([style for style in others if style.apart and style.apart.is_taken], TAKEN)
    others = [style for style in others if style not in taken]
    return [*in_part, *taken, *Random(0).sample(others, STYLES - len(in_part) - TAKEN)]


def _styles_with_names_apart() -> Iterator[Style]:
    for name in sorted(style_names()):
        if b"disambiguate-add-givenname" in read_style(name):
            style, _ = find_style(name, Workspace(Path.cwd()), Path.cwd())
            if style and style.apart:
                yield style


def _making(style: Style) -> tuple[tuple[str, ...], ...]:
    """All that a style says of how it cites."""
    layout = citation_layout(etree.fromstring(style.xml))
    return tuple((str(element.tag), *map(str, sorted(element.items()))) for element in reachable(layout))


@pytest.mark.long
@pytest.mark.parametrize("index", range(STYLES))
def test_given_names_are_those_that_pandoc_finds_in_a_style_of_any_making(index: int) -> None:
    style = sample()[index]
    assert style.apart is not None
    found_here = 0
    for seed in SEEDS:
        works, clusters = Crowd(f"{style.name} {seed}").works_and_clusters()
        if with_names_apart(works, style.apart) is not None:
            found_here += 1
            told = csl.cite(style, works, clusters, "en-US")
            assert told == csl.cite(replace(style, apart=None), works, clusters, "en-US"), (style.name, seed)
    assert found_here, f"{style.name} is always left to Pandoc"


def chicago() -> Style:
    style, _ = find_style("chicago-author-date", Workspace(Path.cwd()), Path.cwd())
    assert style is not None
    return style


def namesakes() -> list[dict[str, Any]]:
    """Two works by authors who share a family name."""
    work = {"type": "book", "title": "Birds", "issued": {"date-parts": [[2001]]}}
    return [{**work, "id": f"k{given}", "author": [{"family": "Gull", "given": given}]} for given in ("Ada", "Bo")]


def test_chicago_s_namesakes_are_told_apart_here_although_it_prints_all_variables_for_names() -> None:
    style, works = chicago(), namesakes()
    clusters = [Cluster((Citation("kAda"), Citation("kBo")), 0)]
    assert style.apart is not None
    assert with_names_apart(works, style.apart) is not None
    told, problems = csl.cite(style, works, clusters, "en-US")
    assert problems == []
    assert "A. Gull 2001" in told.clusters[0]
    assert (told, problems) == csl.cite(replace(style, apart=None), works, clusters, "en-US")


@pytest.mark.parametrize(("role", "is_left"), [("composer", True), ("illustrator", False)])
def test_pandoc_finds_the_given_names_where_a_work_has_the_variable_that_chicago_is_to_cite_by(
    role: str, is_left: bool
) -> None:
    other = {"id": "c", "type": "book", "title": "Songs", role: [{"family": "Tern", "given": "Cy"}]}
    apart = chicago().apart
    assert apart is not None
    assert (with_names_apart([*namesakes(), other], apart) is None) == is_left


def test_works_that_a_style_cites_by_their_titles_are_left_to_pandoc() -> None:
    style, _ = find_style("universitetet-i-oslo-rettsvitenskap", Workspace(Path.cwd()), Path.cwd())
    assert style is not None
    assert style.apart is not None
    smiths = [
        {"id": given, "type": "article-journal", "title": given, "author": [{"family": "Smith", "given": given}]}
        for given in ("Ann", "Bo")
    ]
    assert with_names_apart(smiths, style.apart) is not None
    by_title = [smiths[0], smiths[1] | {"type": "article"}]
    assert with_names_apart(by_title, style.apart) is None
    clusters = [Cluster((Citation("Ann"), Citation("Bo")), 0)]
    pandoc_s = csl.cite(replace(style, apart=None), by_title, clusters, "en-US")
    assert csl.cite(style, by_title, clusters, "en-US") == pandoc_s
