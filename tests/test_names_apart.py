"""Authors who share a family name, in many styles: asked about apart, Pandoc prints what it prints of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from diptych.bibliography import csl, pandoc
from diptych.bibliography.csl import Style
from diptych.bibliography.item_repairs import repaired
from diptych.bibliography.namesakes import namesakes
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
    {"family": "山", "given": "花子"},
    {"family": "van den Berg", "given": "A. B."},
    {"family": "van den Berg", "given": "Cy"},
    {"family": "McAuk", "given": "JA"},
    {"family": "McAuk", "given": "J. A."},
    {"family": "McAuk", "given": "Jo-Ann"},
    {"family": "McAuk", "given": "jo"},
    {"family": "O’Auk", "given": "Ann"},
    {"family": "D'Auk", "given": "Ann"},
    {"family": "d'Auk", "given": "Eve"},
    {"family": "Gull", "given": "Ji-hoon"},
    {"family": "Gull", "given": "J. H."},
    {"family": "Gull", "given": "JH"},
    {"family": "Gull", "given": "A.", "suffix": "III"},
    {"family": "Gull", "given": "Ada", "suffix": "Jr.", "comma-suffix": True},
    {"family": "Gull", "given": "Ada", "dropping-particle": "von"},
    {"family": "Tern", "given": "Ludwig van"},
    {"family": "Tern", "given": "Yu.", "non-dropping-particle": "al-"},
    {"family": "Tern & Co", "given": "Yuri"},
    {"family": "GULL", "given": "ANN"},
    {"family": "St. Auk", "given": "B."},
    {"family": "", "given": "Ann"},
    {"literal": "A. Gull"},
    {"literal": "the Gull group"},
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
        self.odd_names = chance.choice([0, 0.02, 0.1, 0.3, 0.6])
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
    by_making = {_making(style): style for style in _styles_with_names_apart()}
    in_part = [style for style in by_making.values() if style.apart and "article" not in style.apart.types]
    others = [style for style in by_making.values() if style not in in_part]
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


@pytest.fixture(autouse=True)
def few_works_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are told apart in the documents of these tests, which are smaller than those that need it."""
    monkeypatch.setattr(csl, "MANY", 0)


def is_left_to_pandoc(style: Style, works: list[dict[str, Any]]) -> bool:
    assert style.apart is not None
    return namesakes([repaired(work, style) for work in works], style.apart) is None


def told_apart(style: Style, works: list[dict[str, Any]], clusters: list[Cluster]) -> csl.Cited:
    """What is printed, which is what Pandoc prints of the style as it is."""
    told = csl.cite(style, works, clusters, "en-US")
    assert told == csl.cite(replace(style, apart=None), works, clusters, "en-US"), style.name
    return told[0]


@pytest.mark.long
@pytest.mark.parametrize("index", range(STYLES))
def test_given_names_are_those_that_pandoc_finds_in_a_style_of_any_making(index: int) -> None:
    style, found_here = sample()[index], 0
    for seed in SEEDS:
        works, clusters = Crowd(f"{style.name} {seed}").works_and_clusters()
        if not is_left_to_pandoc(style, works):
            found_here += 1
            told_apart(style, works, clusters)
    assert found_here, f"{style.name} is always left to Pandoc"


@pytest.mark.parametrize(
    "name", ["apa", "chicago-author-date", "american-geophysical-union", "american-political-science-association"]
)
def test_given_names_are_those_that_pandoc_finds(name: str) -> None:
    found_here = 0
    for seed in range(6):
        works, clusters = Crowd(f"few {seed}").works_and_clusters()
        if not is_left_to_pandoc(named(name), works):
            found_here += 1
            told_apart(named(name), works, clusters)
    assert found_here


FAMILIES_OF_MANY = (
    *("Wang", "Li", "Zhang", "Kim", "Smith", "Müller", "García-López"),
    *("O’Brien", "McDonald", "van den Berg"),
)
GIVEN_OF_MANY = ("Yang", "Y.", "Ying", "J. H.", "Ji-Hoon", "Ji-hoon", "JH", "Lei", "John", "J.", "Anna", "A. B.")


def review(seed: int, size: int) -> tuple[list[dict[str, Any]], list[Cluster]]:
    """Articles as medical reviews cite them: few family names, initials and given names, a person in several years."""
    chance = Random(seed)
    people = [
        {"family": chance.choice(FAMILIES_OF_MANY), "given": chance.choice(GIVEN_OF_MANY)} for _ in range(size // 2)
    ]
    people += [{"family": f"Gull{chance.choice('abcdefgh')}", "given": "Ada"} for _ in range(size // 4)]
    people += [{"literal": "World Gull Organization"}, {"family": "Wang", "given": "Yang", "suffix": "Jr"}]
    works = [
        {
            "id": f"k{number}",
            "type": chance.choice(["article-journal"] * 9 + ["chapter", "webpage"]),
            "title": f"Birds {number}",
            "author": chance.choices(people, k=chance.choice([1, 2, 3, 6, 9])),
            "editor": chance.choices(people, k=1),
            "issued": {"date-parts": [[chance.randint(2015, 2024)]]},
        }
        for number in range(size)
    ]
    groups = [[work] for work in works] + [chance.sample(works, 3) for _ in range(size // 2)]
    return works, [Cluster(tuple(Citation(work["id"]) for work in group), index) for index, group in enumerate(groups)]


@pytest.mark.parametrize("name", ["apa", "chicago-author-date", "american-political-science-association"])
def test_the_authors_of_a_medical_review_are_told_apart_as_pandoc_does(name: str) -> None:
    works, clusters = review(1, 60)
    assert not is_left_to_pandoc(named(name), works)
    assert re.search(r"(L\.|Lei) Li", " ".join(told_apart(named(name), works, clusters).clusters))


@pytest.mark.long
@pytest.mark.parametrize("name", ["apa", "chicago-author-date", "american-political-science-association"])
def test_so_they_are_in_a_long_review(name: str) -> None:
    works, clusters = review(2, 300)
    assert not is_left_to_pandoc(named(name), works)
    told_apart(named(name), works, clusters)


def named(name: str) -> Style:
    style, _ = find_style(name, Workspace(Path.cwd()), Path.cwd())
    assert style is not None
    return style


def books(*authors: dict[str, Any], **others: Any) -> list[dict[str, Any]]:
    """A book by each of them alone; keys are `k0`, `k1` …"""
    work = {"type": "book", "title": "Birds", "issued": {"date-parts": [[2001]]}, **others}
    return [{**work, "id": f"k{number}", "author": [author]} for number, author in enumerate(authors)]


def all_cited(works: list[dict[str, Any]]) -> list[Cluster]:
    return [Cluster(tuple(Citation(work["id"]) for work in works), 0)]


ANN, BO = {"family": "Smith", "given": "Ann"}, {"family": "Smith", "given": "Bo"}
ABE = {"family": "Smith", "given": "Abe"}


def test_chicago_s_namesakes_are_told_apart_here_although_it_prints_all_variables_for_names() -> None:
    style, works = named("chicago-author-date"), books(ANN, BO)
    assert not is_left_to_pandoc(style, works)
    assert "A. Smith 2001" in told_apart(style, works, all_cited(works)).clusters[0]


@pytest.mark.parametrize(
    "other",
    [
        {"family": "Smith", "given": "hans"},
        {"family": "Smith", "given": "BC"},
        {"family": "Smith", "given": "B.-C."},
        {"family": "Smith", "given": "Bo", "suffix": "Jr"},
        {"family": "van Smith", "given": "Bo"},
        {"family": "Smith"},
        {"literal": "Smith"},
        {"literal": "A. Smith"},
    ],
)
def test_any_name_may_meet_another_one(other: dict[str, str]) -> None:
    for name in ("apa", "american-political-science-association"):
        works = books(ANN, ABE, other)
        assert not is_left_to_pandoc(named(name), works)
        told_apart(named(name), works, all_cited(works))


def test_persons_with_the_same_initials_have_given_names_in_the_list_where_the_style_says_so() -> None:
    style, works = named("american-geophysical-union"), books(ANN, ABE, BO, {"family": "Gull", "given": "Cy"})
    assert not is_left_to_pandoc(style, works)
    cited = told_apart(style, works, all_cited(works))
    assert "Ann Smith" in cited.clusters[0]
    starts = [re.sub(r"\W*\(.*", "", entry.html) for entry in cited.entries]
    assert starts == ["Gull, C", "Smith, Ann", "Smith, Abe", "Smith, B"]


def test_works_of_one_year_are_told_apart_by_initials_that_are_not_printed() -> None:
    second = [{"family": family, "given": "X"} for family in ("Auk", "Tern", "Emu", "Auk")]
    works = books(ANN, ABE, BO, {"family": "Smith", "given": "Bea"})
    for work, other in zip(works, second, strict=True):
        work["author"] += [other, {"family": "Owl", "given": "Y"}]
    assert not is_left_to_pandoc(named("apa"), works)
    told_apart(named("apa"), works, all_cited(works))


def test_straight_and_curly_apostrophes_make_one_person() -> None:
    works = books(
        {"family": "O'Auk", "given": "Ann"}, {"family": "O’Auk", "given": "Ann"}, {"family": "O’Auk", "given": "Bo"}
    )
    assert not is_left_to_pandoc(named("apa"), works)
    told_apart(named("apa"), works, all_cited(works))


def test_particles_within_the_family_name_and_apart_from_it_make_one_person() -> None:
    apart = {"family": "Berg", "given": "Ann", "non-dropping-particle": "van den"}
    works = books(apart, {"family": "van den Berg", "given": "Ann"}, {"family": "van den Berg", "given": "Bo"})
    assert not is_left_to_pandoc(named("apa"), works)
    told_apart(named("apa"), works, all_cited(works))


def test_one_person_written_in_two_ways_is_left_to_pandoc() -> None:
    apart = {"family": "Berg", "given": "Ann", "suffix": "Jr."}
    assert is_left_to_pandoc(named("apa"), books(apart, {"family": "Berg", "given": "Ann, Jr."}))
    assert not is_left_to_pandoc(named("apa"), books(apart, {"family": "Berg", "given": "Ann"}))


def test_two_persons_may_have_the_same_names_the_other_way_round() -> None:
    names = (("Li", "Lei"), ("Lei", "Li"), ("Li", "Wei"), ("Lei", "Wei"))
    works = books(*({"family": family, "given": given} for family, given in names))
    assert not is_left_to_pandoc(named("apa"), works)
    told_apart(named("apa"), works, all_cited(works))


def test_a_name_without_a_family_name_is_left_to_pandoc() -> None:
    assert is_left_to_pandoc(named("apa"), books(ANN, {"given": "Cher"}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"type": "bill"}, "a work that may be cited by its title"),
        ({"composer": [{"family": "Holst", "given": "Gustav"}]}, "a name that may stand before the author"),
        ({"author": []}, "an editor who is cited for want of an author"),
    ],
)
def test_a_name_that_may_not_be_cited_as_an_author_s_is_left_to_pandoc_where_it_meets_another_one(
    changes: dict[str, Any], why: str
) -> None:
    works = books(ANN, BO, editor=[BO])
    assert not is_left_to_pandoc(named("apa"), works)
    assert is_left_to_pandoc(named("apa"), [works[0], works[1] | changes]), why


def test_editors_of_works_that_have_authors_are_no_namesakes() -> None:
    works = books({"family": "Gull", "given": "Ada"}, ANN, editor=[BO])
    assert not is_left_to_pandoc(named("apa"), works)
    assert "(Gull, 2001; Smith, 2001)" in re.sub(
        "<[^>]*>", "", told_apart(named("apa"), works, all_cited(works)).clusters[0]
    )


def test_an_entry_with_a_dash_for_its_author_is_left_to_pandoc_where_given_names_are_told_in_the_list() -> None:
    found = (style for style in _styles_with_names_apart() if style.apart and style.apart.in_full_in_list)
    style = next(style for style in found if b"subsequent-author-substitute" in style.xml)
    assert is_left_to_pandoc(style, books(ANN, ABE))
    assert not is_left_to_pandoc(style, books(ANN, BO))


@pytest.mark.parametrize(("role", "is_left"), [("composer", True), ("illustrator", False)])
def test_pandoc_finds_the_given_names_where_a_work_has_the_variable_that_chicago_is_to_cite_by(
    role: str, is_left: bool
) -> None:
    other = {"id": "c", "type": "book", "title": "Songs", role: [{"family": "Tern", "given": "Cy"}]}
    assert is_left_to_pandoc(named("chicago-author-date"), [*books(ANN, BO), other]) == is_left


def test_works_that_a_style_cites_by_their_titles_are_left_to_pandoc() -> None:
    style = named("universitetet-i-oslo-rettsvitenskap")
    works = books(ANN, BO, type="article-journal")
    assert not is_left_to_pandoc(style, works)
    by_title = [works[0], works[1] | {"type": "article"}]
    assert is_left_to_pandoc(style, by_title)
    told_apart(style, by_title, all_cited(by_title))


def test_few_works_are_asked_about_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    citeproc = pandoc.citeproc
    monkeypatch.setattr(pandoc, "citeproc", lambda xml, *given: asked.append(xml) or citeproc(xml, *given))
    works = books(ANN, BO, title="Rare birds")
    monkeypatch.setattr(csl, "MANY", 3)
    csl._answered.cache_clear()
    csl.cite(named("apa"), works, all_cited(works), "en-US")
    assert asked == [named("apa").xml]


def test_a_particle_that_may_begin_a_note_is_left_to_pandoc() -> None:
    style = named("zeitschrift-fur-digitale-geisteswissenschaften")
    works = books({"family": "Berg", "given": "Ann"}, {"family": "van Berg", "given": "Bo"})
    assert is_left_to_pandoc(style, works)
    assert not is_left_to_pandoc(named("apa"), works)
    told_apart(style, works, [Cluster((Citation("k1"),), 0), Cluster((Citation("k0"),), 1)])
