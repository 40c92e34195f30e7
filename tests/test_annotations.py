"""Marks, legends and links of annotated references, and the keys of annotations."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.bibliography import annotations
from diptych.bibliography.annotations import PRESETS, Link


@pytest.mark.parametrize(
    ("preset", "importance", "expected"),
    [
        ("springer-current", 1, "•"),
        ("springer-current", 2, "••"),
        ("elsevier-current-opinion", 2, "••"),
        ("springer-current", None, None),
    ],
)
def test_a_mark_says_the_importance(preset: str, importance: int | None, expected: str | None) -> None:
    grade = annotations.grade(annotations.marks(preset), importance)
    assert (grade.mark if grade else None) == expected


def test_the_legend_explains_the_marks_lowest_first() -> None:
    found = annotations.legend(PRESETS["springer-current"], [2, 1, None, 2])
    assert found is not None
    assert found.intro == "Papers of particular interest, published recently, have been highlighted as:"
    assert [(one.mark, one.words) for one in found.grades] == [("•", "Of importance"), ("••", "Of major importance")]


def test_the_legend_leaves_out_grades_that_no_work_has() -> None:
    found = annotations.legend(PRESETS["elsevier-current-opinion"], [2])
    assert found is not None
    assert [one.words for one in found.grades] == ["of outstanding interest"]


@pytest.mark.parametrize("grades", [[], [None], [None, None]])
def test_there_is_no_legend_without_grades(grades: list[int | None]) -> None:
    assert annotations.legend(PRESETS["springer-current"], grades) is None


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_has_both_grades_in_marks_that_differ(preset: str) -> None:
    assert [(one.importance, one.mark) for one in PRESETS[preset].grades] == [(1, "•"), (2, "••")]


def test_a_preset_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        annotations.marks("springer")


def test_links_lead_to_the_article_cas_pubmed_pmc_and_google_scholar() -> None:
    item = {
        "title": "Lung <i>metastases</i> & H<sub>2</sub>O: 50% off?",
        "DOI": "10.1016/S1470-2045(19)30718-1",
        "CAS": "1:CAS:528:DC%2BC2MXjsVagur0%3D",
        "PMID": "34638260",
        "PMCID": "PMC8508247",
    }
    assert annotations.links(item) == (
        Link("article", "Article", "https://doi.org/10.1016/S1470-2045(19)30718-1"),
        Link("cas", "CAS", f"{CHEMPORT}1:CAS:528:DC%2BC2MXjsVagur0%3D"),
        Link("pubmed", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/34638260/"),
        Link("pmc", "PMC", "https://pmc.ncbi.nlm.nih.gov/articles/PMC8508247/"),
        Link(
            "scholar",
            "Google Scholar",
            "https://scholar.google.com/scholar?q=Lung%20metastases%20%26%20H2O%3A%2050%25%20off%3F",
        ),
    )


CHEMPORT = "https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&action=reflink&version=1.0&coi="


@pytest.mark.parametrize("written", ["1:CAS:528:DC+B3cXhvVSlsr/O=", "1:CAS:528:DC%2BB3cXhvVSlsr%2FO%3D"])
def test_the_id_in_the_address_of_cas_is_encoded_once(written: str) -> None:
    (link,) = annotations.links({"CAS": written})
    assert link.url == CHEMPORT + "1:CAS:528:DC%2BB3cXhvVSlsr%2FO%3D"


def test_a_work_with_a_title_alone_can_still_be_searched_for() -> None:
    assert [link.label for link in annotations.links({"title": "T"})] == ["Google Scholar"]


def test_a_work_without_anything_has_no_links() -> None:
    assert annotations.links({"id": "x", "title": ""}) == ()


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1))
@settings(derandomize=True, deadline=None)
def test_addresses_hold_what_they_lead_to_and_nothing_that_ends_them(title: str, rest: str) -> None:
    found = {link.label: link.url for link in annotations.links({"title": title, "DOI": f"10.1234/{rest}"})}
    assert all(url.isascii() and not set(url) & set(" \"'<>\\\n") for url in found.values())
    assert unquote(urlsplit(found["Article"]).path) == f"/10.1234/{rest}"
    if "<" not in title:
        assert parse_qs(urlsplit(found["Google Scholar"]).query)["q"] == [" ".join(title.split())]


def test_an_annotation_of_an_unknown_reference_is_an_error() -> None:
    (problem,) = annotations.check(["falk2105"], {"falk2015"}, {"falk2015", "other"})
    assert (problem.key, problem.severity, problem.code) == ("falk2105", "error", "unknown-annotation")
    assert problem.hint == "did you mean “falk2015”?"


def test_an_annotation_of_an_uncited_reference_is_a_warning() -> None:
    (problem,) = annotations.check(["falk2015"], set(), {"falk2015"})
    assert (problem.key, problem.severity, problem.code) == ("falk2015", "warning", "uncited-annotation")
    assert problem.hint == "cite it: [@falk2015]"


def test_annotations_of_cited_references_are_fine() -> None:
    assert annotations.check(["a", "b"], {"a", "b", "c"}, {"a", "b", "c"}) == ()
