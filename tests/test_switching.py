"""Another style changes the citations and the reference list's words, numbers and order, and nothing else at all.

But for one thing: in English a raised number stands behind the stop or comma that is behind the citation otherwise.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from lxml import html

import projects

STYLES = ("springer-vancouver-brackets", "apa", "nature", "chicago-notes-bibliography")
KEYS = [f"work{number:02}" for number in range(60)]
GRADED = {key: 1 + place % 2 for place, key in enumerate(KEYS[3:55:4])}
MARKS = {1: "•", 2: "••"}

Element = html.HtmlElement


REFERENCE = """
- id: {key}
  type: article-journal
  title: Study number {place}
  container-title: Journal of Numbers
  volume: {place}
  page: {place}-999
  issued: {year}
  DOI: 10.5555/numbers.{place}
  author: [{{family: {initial}elm, given: Ada}}, {{family: Oak, given: Bo}}]
"""


def references() -> str:
    """Sixty works by authors whose names run against the order of citation, so that author-date styles sort anew."""
    return "".join(
        REFERENCE.format(key=key, place=place, year=1990 + place % 30, initial=chr(ord("Z") - place % 26))
        for place, key in enumerate(KEYS, 1)
    )


def review(style: str) -> str:
    """A review that cites all sixty: alone, in ranges, with locators, by name, in a table, and in annotations."""
    alone = " ".join(f"Finding {key}. [@{key}]" for key in KEYS[:40])
    together = (
        f"Many agree [{'; '.join('@' + key for key in KEYS[40:])}], and some again [@{KEYS[0]}, p. 12; @{KEYS[5]}]."
    )
    by_name = f"@{KEYS[7]} saw it first; others [-@{KEYS[8]}] later."
    annotations = "\n".join(
        f"  {key}: {{importance: {grade}, text: 'Why {key} matters, *much* more than others [@{KEYS[1]}].'}}"
        for key, grade in GRADED.items()
    )
    return (
        f"title: Numbers\ndate: 2026-11-23\ncitation-style: {style}\nbibliography: works.yaml\n"
        f"sections:\n  - heading: Results\n    text: |\n      {alone}\n\n      {together} {by_name}\n"
        f"annotations:\n{annotations}\n"
    )


@cache
def page(style: str) -> bytes:
    with TemporaryDirectory() as folder:
        built = projects.built(Path(folder), review(style), works_yaml=references())
    assert [problem for problem in built.diagnostics if problem.severity == "error"] == []
    (output,) = built.outputs
    return output.data


@pytest.fixture(params=STYLES)
def root(request: pytest.FixtureRequest) -> Element:
    """The review's HTML in each of the styles."""
    return html.document_fromstring(page(request.param))


def found(root: Element, path: str) -> list[Element]:
    return list(root.xpath(path))


def test_every_reference_is_listed_once(root: Element) -> None:
    assert sorted(one.get("id") for one in found(root, "//li[@class='reference']")) == [f"ref-{key}" for key in KEYS]


def test_every_annotation_stands_beneath_its_own_reference_with_its_own_mark(root: Element) -> None:
    annotated = {}
    for reference in found(root, "//li[p[@class='annotation']]"):
        mark = "".join(one.text_content() for one in found(reference, ".//span[@class='mark']"))
        annotated[reference.get("id").removeprefix("ref-")] = mark.strip()
        (words,) = found(reference, "p[@class='annotation']")
        assert words.text_content().startswith(f"Why {reference.get('id').removeprefix('ref-')} matters")
    assert len(annotated) == 13
    assert annotated == {key: MARKS[grade] for key, grade in GRADED.items()}


def test_no_other_reference_is_marked(root: Element) -> None:
    marked = [one.text_content().strip() for one in found(root, "//li//span[@class='mark']")]
    assert len([mark for mark in marked if mark]) == 13


def test_every_citation_is_a_link_that_works(root: Element) -> None:
    citations = found(root, "//span[@class='citation']")
    assert len(citations) >= 40 + 2 + 2 + 13
    targets = {one.get("id") for one in found(root, "//*[@id]")}
    for citation in citations:
        links = found(citation, ".//a[@class='cite']")
        assert links
        assert all(link.get("href").removeprefix("#") in targets for link in links)
        assert all(link.text_content().strip() for link in links)


@pytest.mark.parametrize("style", ["springer-vancouver-brackets", "nature"])
def test_numbers_count_the_list_and_are_those_of_the_citations(style: str) -> None:
    root = html.document_fromstring(page(style))
    numbers = {}
    for reference in found(root, "//li[@class='reference']"):
        (number,) = found(reference, ".//span[@class='number']")
        numbers["#" + reference.get("id")] = number.text_content().strip().strip(".")
    assert list(numbers.values()) == [str(number) for number in range(1, 61)]
    for link in found(root, "//a[@class='cite']"):
        assert link.text_content().split(",")[0] == numbers[link.get("href")]  # [1, p. 12]


def test_a_style_that_sorts_by_author_lists_them_so() -> None:
    entries = found(html.document_fromstring(page("apa")), "//p[@class='entry']")
    families = [entry.text_content().strip().lstrip("• ").split(",")[0] for entry in entries]
    assert families == sorted(families)
    assert families[0] == "Aelm"


def unstyled(style: str) -> bytes:
    """The page without what a style may change."""
    root = html.document_fromstring(page(style))
    for citation in found(root, "//span[@class='citation']"):
        citation.getparent().replace(citation, citation_token(citation))
    for entry in found(root, "//p[@class='entry']"):
        for part in [one for one in entry if one.get("class") != "mark"]:
            entry.remove(part)
        entry.text = None
        for mark in entry:
            mark.tail = None
    for back in found(root, "//p[@class='cited-at']"):  # a style decides which numbers of a range are seen
        back.getparent().remove(back)
    (listed,) = found(root, "//ol[contains(@class, 'reference-list')]")
    listed[:] = sorted(listed, key=lambda one: one.get("id"))
    return re.sub(rb"\s*<citation></citation>\s*", b"<citation></citation>", html.tostring(root))


def citation_token(citation: Element) -> Element:
    token = html.Element("citation")
    token.tail = citation.tail
    return token


SIGN_BEHIND = re.compile(rb"(<citation></citation>)([.,])\s*")  # `unstyled` takes the blanks around citations


def with_signs_before(page: bytes) -> bytes:
    """The page with each stop or comma directly behind a citation before it."""
    return SIGN_BEHIND.sub(rb"\2\1", page)


@pytest.mark.parametrize("style", ["apa", "nature"])
def test_nothing_else_changes_with_the_style(style: str) -> None:
    ours, brackets = unstyled(style), unstyled(STYLES[0])
    assert ours == (with_signs_before(brackets) if style == "nature" else brackets)
    assert page(style) != page(STYLES[0])


def test_stops_and_commas_change_places_with_raised_numbers() -> None:
    assert b"Many agree<citation></citation>, and some again<citation></citation>." in unstyled("apa")
    assert b"Many agree,<citation></citation>and some again.<citation></citation>" in unstyled("nature")
    assert len(SIGN_BEHIND.findall(unstyled("apa"))) == 2 + len(GRADED)  # an annotation has one each
    assert SIGN_BEHIND.search(unstyled("nature")) is None
