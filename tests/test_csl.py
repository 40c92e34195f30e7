"""Citations and reference lists: what CSL styles make of them, and what Pandoc is kept from making of them."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from diptych.bibliography import csl, pandoc, style_repairs, style_tree, styles
from diptych.bibliography.csl import Cited, Style
from diptych.bibliography.inlines import entry_to_html, text_inlines, to_html, web_link
from diptych.diagnostics import Diagnostic
from diptych.prose import Citation, Cluster
from diptych.workspace import RefusedError, Workspace, read_style, style_names, style_titles

REFERENCES: list[dict[str, Any]] = [
    {
        "id": "falk2015",
        "type": "article-journal",
        "title": "Effect on survival of local ablative treatment of metastases from sarcomas",
        "author": [
            {"family": "Falk", "given": "Alexander T"},
            {"family": "Moureau-Zabotto", "given": "Laurence"},
            {"family": "Ouali", "given": "Monia"},
            {"family": "Penel", "given": "Nicolas"},
        ],
        "container-title": "Clinical Oncology",
        "container-title-short": "Clin Oncol",
        "volume": "27",
        "issue": "1",
        "page": "48-55",
        "issued": {"date-parts": [[2015]]},
        "DOI": "10.1016/j.clon.2014.09.010",
    },
    {
        "id": "hellman1995",
        "type": "article-journal",
        "title": "Oligometastases",
        "author": [{"family": "Hellman", "given": "Samuel"}, {"family": "Weichselbaum", "given": "Ralph R"}],
        "container-title": "Journal of Clinical Oncology",
        "container-title-short": "J Clin Oncol",
        "volume": "13",
        "page": "8-10",
        "issued": {"date-parts": [[1995, 1]]},
    },
    {
        "id": "gull:2019",
        "type": "chapter",
        "title": "Gulls of the <i>Larus</i> kind and H<sub>2</sub>O",
        "author": [{"family": "Gull", "given": "Ada"}],
        "editor": [{"family": "Tern", "given": "Bo"}, {"family": "Skua", "given": "Cy"}],
        "container-title": "Birds of the coast",
        "publisher": "Sand",
        "publisher-place": "Oslo",
        "page": "3-9",
        "issued": {"date-parts": [[2019]]},
    },
    {
        "id": "who2020",
        "type": "report",
        "title": "A report",
        "author": [{"literal": "World Health Organization"}],
        "issued": {"date-parts": [[2020]]},
        "URL": "https://example.org/report",
    },
    {
        "id": "terns",
        "type": "book",
        "title": "Terns",
        "author": [{"family": "Falk", "given": "Berit"}],
        "publisher": "Sand",
        "issued": {"date-parts": [[2015]]},
    },
]
KEYS = [item["id"] for item in REFERENCES]


def clusters(*groups: str | Citation | list[str | Citation]) -> list[Cluster]:
    """Clusters from keys and citations; a lone one is a cluster of its own."""
    lists = [group if isinstance(group, list) else [group] for group in groups]
    return [
        Cluster(tuple(Citation(one) if isinstance(one, str) else one for one in group), index)
        for index, group in enumerate(lists)
    ]


def find(name: str, folder: Path = Path("/")) -> tuple[Style | None, list[Diagnostic]]:
    return styles.find_style(name, Workspace(folder), folder)


def style(name: str) -> Style:
    found, problems = find(name)
    assert found is not None, problems
    return found


def cite(
    name: str,
    *groups: str | Citation | list[str | Citation],
    items: list[dict[str, Any]] | None = None,
    lang: str = "en-US",
) -> Cited:
    cited, problems = csl.cite(style(name), REFERENCES if items is None else items, clusters(*groups), lang)
    assert problems == []
    return cited


def text(markup: str) -> str:
    return str(html.fragment_fromstring(markup, create_parent="p").text_content())


def linked(cited: Cited) -> set[str]:
    return set(re.findall(r'<a class="cite" href="#([^"]+)"', "".join(cited.clusters)))


# Numbers


def test_numbers_follow_the_order_of_the_clusters() -> None:
    cited = cite("springer-vancouver-brackets", "terns", "falk2015", ["terns", "who2020"])
    assert [text(cluster) for cluster in cited.clusters] == ["[1]", "[2]", "[1,3]"]
    assert [(entry.key, entry.number) for entry in cited.entries] == [
        ("terns", "1."),
        ("falk2015", "2."),
        ("who2020", "3."),
    ]
    assert cited.numbers == {"terns": "1", "falk2015": "2", "who2020": "3"}


def test_a_run_of_numbers_collapses_and_its_ends_link_to_their_entries() -> None:
    first = [f"k{number}" for number in range(1, 8)]
    items = [{"id": key, "type": "book", "title": key} for key in first]
    cited = cite("springer-vancouver-brackets", list(first), ["k1", "k2", "k3", "k7"], items=items)
    assert cited.clusters[1] == (
        '<span class="citation">[<a class="cite" href="#ref-k1">1</a>–<a class="cite" href="#ref-k3">3</a>,'
        '<a class="cite" href="#ref-k7">7</a>]</span>'
    )


def test_only_cited_references_are_listed() -> None:
    assert [entry.key for entry in cite("apa", "terns").entries] == ["terns"]


def test_no_citations_make_no_list_and_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "citeproc", None)
    cited, problems = csl.cite(style("apa"), REFERENCES, [], "en-US")
    assert (cited.clusters, cited.entries, problems) == ((), (), [])


def test_the_number_stands_apart_from_the_entry() -> None:
    (entry,) = cite("springer-vancouver-brackets", "falk2015").entries
    assert entry.number == "1."
    assert entry.html == (
        "Falk AT, Moureau-Zabotto L, Ouali M, Penel N. Effect on survival of local ablative treatment of metastases "
        "from sarcomas. Clin Oncol. 2015;27:48–55. "
        '<a href="https://doi.org/10.1016/j.clon.2014.09.010">https://doi.org/10.1016/j.clon.2014.09.010</a>'
    )


# What stands around a citation


def test_a_locator_is_printed_after_the_number() -> None:
    cited = cite("springer-vancouver-brackets", Citation("terns", locator="23", label="page"))
    assert text(cited.clusters[0]) == "[1, p. 23]"


def test_a_style_with_locators_keeps_its_own_form_of_them() -> None:
    cited = cite("american-medical-association", Citation("terns", locator="23-25", label="page"))
    assert text(cited.clusters[0]) == "1(pp23-25)"


@pytest.mark.parametrize(
    ("lang", "expected"), [("de-DE", "[1, S. 23]"), ("fr-FR", "[1, p. 23]"), ("cs-CZ", "[1, s. 23]")]
)
def test_a_locator_speaks_the_language_of_the_text(lang: str, expected: str) -> None:
    cited = cite("springer-vancouver-brackets", Citation("terns", locator="23", label="page"), lang=lang)
    assert text(cited.clusters[0]) == expected


@pytest.mark.parametrize("label", style_repairs.LOCATORS)
def test_every_kind_of_locator_is_understood(label: str) -> None:
    every = [Citation("terns", locator="IV", label=one) for one in style_repairs.LOCATORS]
    shown = text(cite("springer-vancouver-brackets", *every).clusters[style_repairs.LOCATORS.index(label)])
    assert re.fullmatch(r"\[1, [a-z.]+ IV\]", shown)
    assert "locator" not in shown


def test_brackets_in_a_locator_do_no_harm() -> None:
    cited = cite("apa", Citation("terns", locator="3}, [4", label="page"))
    assert text(cited.clusters[0]) == "(Falk, 2015, pp. 3, 4)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("springer-vancouver-brackets", "[1, p. 3, see 2]"),
        ("the-lancet", "1, p. 3, see 2"),
        ("american-medical-association", "1(p3), see 2"),
        ("apa", "(Hellman & Weichselbaum, 1995, p. 3; see Falk, 2015)"),
    ],
)
def test_words_before_the_next_work_are_set_off_by_a_blank(name: str, expected: str) -> None:
    first, second = Citation("hellman1995", locator="3", label="page"), Citation("terns", prefix="see")
    cited = cite(name, [first, second])
    assert text(cited.clusters[0]) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("springer-vancouver-brackets", ("[1, p. 3, 2]", "[2, for more, 3]", "[1–3]")),
        ("the-lancet", ("1, p. 3, 2", "2, for more, 3", "1–3")),
        ("american-medical-association", ("1(p3),2", "2, for more, 3", "1–3")),
    ],
)
def test_the_next_number_is_set_off_by_a_blank_from_a_place_or_words_before_it(
    name: str, expected: tuple[str, ...]
) -> None:
    placed, worded = Citation("hellman1995", locator="3", label="page"), Citation("terns", suffix=", for more")
    cited = cite(name, [placed, "terns"], [worded, "falk2015"], ["hellman1995", "terns", "falk2015"])
    assert tuple(map(text, cited.clusters)) == expected


def test_prefix_and_suffix_are_printed_as_they_are() -> None:
    cited = cite("apa", [Citation("terns", prefix="see", suffix=" and *more* <b>12</b>"), "hellman1995"])
    assert text(cited.clusters[0]) == "(see Falk, 2015 and *more* <b>12</b>; Hellman & Weichselbaum, 1995)"


def test_a_number_in_a_suffix_is_no_locator() -> None:
    cited = cite("apa", Citation("terns", suffix=", 12 ff."))
    assert text(cited.clusters[0]) == "(Falk, 2015, 12 ff.)"


def test_a_suffix_may_follow_a_locator() -> None:
    cited = cite("apa", Citation("terns", locator="12", label="page", suffix=" and elsewhere"))
    assert text(cited.clusters[0]) == "(Falk, 2015, p. 12 and elsewhere)"


# Authors in the text


@pytest.mark.parametrize(
    ("key", "lang", "expected"),
    [
        ("falk2015", "en-US", "Falk et al. [1]"),
        ("hellman1995", "en-US", "Hellman and Weichselbaum [1]"),
        ("hellman1995", "de-DE", "Hellman und Weichselbaum [1]"),
        ("terns", "en-US", "Falk [1]"),
        ("who2020", "en-US", "World Health Organization [1]"),
    ],
)
def test_an_author_in_the_text_stands_before_the_number(key: str, lang: str, expected: str) -> None:
    cited = cite("springer-vancouver-brackets", Citation(key, mode="author-in-text"), lang=lang)
    assert text(cited.clusters[0]) == expected


def test_an_author_in_the_text_keeps_locator_and_company() -> None:
    first = Citation("falk2015", mode="author-in-text", locator="50", label="page")
    cited = cite("springer-vancouver-brackets", [first, "terns"])
    assert text(cited.clusters[0]) == "Falk et al. [1, p. 50, 2]"
    assert linked(cited) == {"ref-falk2015", "ref-terns"}


def test_a_work_without_author_is_named_by_its_title() -> None:
    items = [{"id": "a", "type": "book", "title": "Only a <i>title</i>"}]
    cited = cite("nlm-citation-sequence", Citation("a", mode="author-in-text"), items=items)
    assert cited.clusters[0].startswith('<span class="citation">Only a <em>title</em> (')


def test_author_date_styles_have_authors_in_the_text_or_not_at_all() -> None:
    cited = cite("apa", Citation("terns", mode="author-in-text"), Citation("terns", mode="suppress-author"))
    assert [text(cluster) for cluster in cited.clusters] == ["Falk (2015)", "(2015)"]


def test_the_number_alone_is_cited_where_the_author_is_suppressed() -> None:
    cited = cite("springer-vancouver-brackets", Citation("terns", mode="suppress-author"))
    assert text(cited.clusters[0]) == "[1]"


# Styles of other kinds


def test_author_date_links_each_work() -> None:
    cited = cite("apa", ["hellman1995", "terns"])
    assert cited.clusters[0] == (
        '<span class="citation">(<a class="cite" href="#ref-terns">Falk, 2015</a>; '
        '<a class="cite" href="#ref-hellman1995">Hellman &amp; Weichselbaum, 1995</a>)</span>'
    )
    assert cited.numbers == {}
    assert [entry.number for entry in cited.entries] == ["", ""]


def test_superscript_styles_raise_the_whole_citation() -> None:
    cited = cite("nature", KEYS[:3], Citation("falk2015", mode="author-in-text"))
    assert style("nature").superscript
    assert cited.clusters == (
        '<span class="citation"><sup><a class="cite" href="#ref-falk2015">1</a>–'
        '<a class="cite" href="#ref-gull.3a.2019">3</a></sup></span>',
        '<span class="citation">Falk et al.<sup><a class="cite" href="#ref-falk2015">1</a></sup></span>',
    )


def test_note_styles_say_what_the_notes_say() -> None:
    cited = cite("chicago-notes-bibliography", "terns", "terns", Citation("hellman1995", mode="author-in-text"))
    assert cited.notes
    assert [text(cluster) for cluster in cited.clusters] == [
        "Berit Falk, Terns (Sand, 2015).",
        "Falk, Terns.",
        "“Oligometastases,” Journal of Clinical Oncology 13 (January 1995): 8–10.",
    ]
    assert cited.leads == ("", "", "Samuel Hellman and Ralph R. Weichselbaum")
    assert linked(cited) == {"ref-terns", "ref-hellman1995"}


def test_the_same_work_again_is_ibid() -> None:
    twelve = Citation("terns", locator="12", label="page")
    groups = ["terns", "terns", twelve, twelve, "hellman1995", "terns", ["terns", "hellman1995"], "terns"]
    cited = cite("chicago-notes-bibliography-subsequent-ibid", *groups)
    assert [text(cluster) for cluster in cited.clusters][1:4] == ["Ibid.", "Ibid., 12.", "Ibid."]
    assert [text(cluster) for cluster in cited.clusters][5:] == [
        "Falk, Terns.",
        "Ibid.; Hellman and Weichselbaum, “Oligometastases.”",
        "Falk, Terns.",
    ]
    assert all('class="cite"' in cluster for cluster in cited.clusters)


def test_an_author_listed_again_is_a_dash_where_the_style_has_it() -> None:
    works = [*REFERENCES, {**REFERENCES[-1], "id": "owls", "title": "Owls", "issued": {"date-parts": [[2018]]}}]
    entries = cite("chicago-author-date-17th-edition", "terns", "owls", "falk2015", items=works).entries
    assert [(entry.key, text(entry.html).split(".")[0]) for entry in entries] == [
        ("falk2015", "Falk, Alexander T"),
        ("terns", "Falk, Berit"),
        ("owls", "———"),
    ]


def works_by(*authors: tuple[str, str], year: int = 2015, key: str) -> dict[str, Any]:
    """A book with those authors, family and given name."""
    names = [{"family": family, "given": given} for family, given in authors]
    return {"id": key, "type": "book", "title": key, "author": names, "issued": {"date-parts": [[year]]}}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([("Falk", "Ada")], [("Falk", "Ada")], ["(Falk, 2015a)", "(Falk, 2015b)"]),
        ([("Falk", "Ada")], [("Falk", "Bo")], ["(A. Falk, 2015)", "(B. Falk, 2015)"]),
        (
            [("Falk", "Ada"), ("Bird", "Bo"), ("Crow", "Cy")],
            [("Falk", "Ada"), ("Dove", "Di"), ("Crow", "Cy")],
            ["(Falk, Bird, et al., 2015)", "(Falk, Dove, et al., 2015)"],
        ),
    ],
)
def test_works_that_would_be_cited_alike_are_told_apart(
    one: list[tuple[str, str]], other: list[tuple[str, str]], expected: list[str]
) -> None:
    cited = cite("apa", "a", "b", items=[works_by(*one, key="a"), works_by(*other, key="b")])
    assert [text(cluster) for cluster in cited.clusters] == expected


def test_a_link_never_stands_within_a_link() -> None:
    cited = cite("chicago-notes-bibliography", "falk2015", "who2020")
    for cluster in cited.clusters:
        assert not html.fragment_fromstring(cluster).xpath(".//a//a")


MEDICAL = [
    "springer-vancouver-brackets",
    "nlm-citation-sequence",
    "american-medical-association",
    "bmj",
    "the-lancet",
    "nature",
    "elsevier-vancouver",
    "apa",
    "ieee",
    "plos",
    "the-new-england-journal-of-medicine",
    "current-oncology-reports",
]


@pytest.mark.parametrize("name", MEDICAL)
def test_medical_styles_link_every_citation_and_list_every_reference(name: str) -> None:
    cited = cite(name, *KEYS, list(KEYS))
    assert linked(cited) == {csl.anchor(key) for key in KEYS}
    assert sorted(entry.key for entry in cited.entries) == sorted(KEYS)
    assert all(entry.html and not entry.html.startswith(entry.number or "\0") for entry in cited.entries)
    assert set(cited.numbers) == (set() if name == "apa" else set(KEYS))
    for fragment in (*cited.clusters, *(entry.html for entry in cited.entries)):
        etree.fromstring(f"<p>{fragment}</p>")  # well-formed, so that every printer reads the same


# Finding styles


def test_a_dependent_style_is_its_parent_under_its_own_title() -> None:
    jama, ama = style("jama"), style("american-medical-association")
    assert jama.title == "JAMA (The Journal of the American Medical Association)"
    assert jama.xml == ama.xml
    assert b"independent-parent" not in jama.xml


@pytest.mark.parametrize("alias", sorted(styles.ALIASES))
def test_an_alias_means_a_style_that_exists(alias: str) -> None:
    assert styles.ALIASES[alias] in style_names()
    assert style(alias).xml == style(styles.ALIASES[alias]).xml


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bmj", "numeric"),
        ("apa", "author-date"),
        ("chicago-notes-bibliography", "note"),
        ("din-1505-2-alphanumeric", "label"),
    ],
)
def test_a_style_knows_its_kind(name: str, kind: str) -> None:
    assert style(name).kind == kind


def test_a_style_is_found_by_its_address_and_in_any_case() -> None:
    assert style("http://www.zotero.org/styles/APA").xml == style("apa").xml


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("JAMA (The Journal of the American Medical Association)", "jama"),
        ("the new england  journal of medicine", "the-new-england-journal-of-medicine"),
        ("Cancer imaging", "cancer-imaging"),
        ("Acta Médica Portuguesa", "acta-medica-portuguesa"),
    ],
)
def test_a_style_is_found_by_its_title_in_any_case(title: str, name: str) -> None:
    assert style(title).xml == style(name).xml


def test_every_packaged_style_can_be_found_by_its_title() -> None:
    assert len(style_titles()) > 0.999 * len(style_names())
    assert not any("\n" in title or "&amp;" in title for title in style_titles())


def test_the_titles_are_not_read_for_a_style_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles, "style_titles", None)
    assert style("european-radiology").title == "European Radiology"


def test_a_style_that_is_nearly_a_title_is_recognised() -> None:
    _, (problem,) = find("JAMA (Journal of the American Medical Association): Oncology")
    assert problem.hint is None or problem.hint.startswith("did you mean")
    _, (problem,) = find("The Journal of Imaginary Oncology and Haematology of Nowhere")
    assert (problem.code, problem.severity) == ("unknown-style", "error")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("springer-vancouver-bracket", "did you mean “springer-vancouver-brackets”?"),
        ("vancuover", "did you mean “vancouver”?"),
        ("jama-oncology", "did you mean “jama”?"),
        ("sage", "did you mean one of “sage-harvard”, “sage-vancouver”, “sage-vancouver-brackets”?"),
        ("qqqqqqqqqqqqqq", None),
    ],
)
def test_an_unknown_style_is_one_clear_problem(name: str, hint: str | None) -> None:
    found, (problem,) = find(name)
    assert found is None
    assert (problem.code, problem.hint) == ("unknown-style", hint)


@pytest.mark.parametrize("name", ["../apa", "dependent/jama", "/etc/passwd", "", "a\0b", "APA"])
def test_only_names_of_styles_are_read_from_the_package(name: str) -> None:
    with pytest.raises(RefusedError):
        read_style(name)


LOCAL = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>House</title><id>house</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  <citation><layout prefix="{" suffix="}" delimiter=";"><text variable="citation-number"/></layout></citation>
  <bibliography><layout><text variable="citation-number" suffix=")"/><text variable="title" prefix=" "/></layout>
  </bibliography>
</style>"""


def local(tmp_path: Path, source: str | bytes) -> tuple[Style | None, list[Diagnostic]]:
    data = source.encode() if isinstance(source, str) else source
    (tmp_path / "house.csl").write_bytes(data)
    return find("house.csl", tmp_path)


def test_a_style_may_be_a_file_of_the_review(tmp_path: Path) -> None:
    found, problems = local(tmp_path, LOCAL)
    assert found is not None and not problems
    assert (found.title, found.kind) == ("House", "numeric")
    cited, problems = csl.cite(found, REFERENCES, clusters("terns", ["falk2015", "terns"]), "en-US")
    assert [text(cluster) for cluster in cited.clusters] == ["{1}", "{2;1}"]
    assert (cited.entries[0].number, cited.entries[0].html) == ("1)", "Terns")
    assert problems == []


def test_a_style_without_a_reference_list_is_reported_and_nothing_links_to_it(tmp_path: Path) -> None:
    found, _ = local(tmp_path, re.sub("<bibliography>.*</bibliography>", "", LOCAL, flags=re.DOTALL))
    assert found is not None
    cited, (problem,) = csl.cite(found, REFERENCES, clusters("terns"), "en-US")
    assert (problem.severity, problem.code) == ("warning", "no-reference-list")
    assert cited.clusters == ('<span class="citation">{1}</span>',)


def test_a_citation_that_a_style_prints_nothing_for_is_an_error(tmp_path: Path) -> None:
    found, _ = local(tmp_path, LOCAL.replace('"citation-number"', '"note"'))
    assert found is not None
    _, (problem,) = csl.cite(found, REFERENCES, clusters("terns"), "en-US")
    assert (problem.code, problem.message) == ("unprinted-citation", "the style “House” prints nothing for “terns”")


def test_a_local_style_may_depend_on_a_packaged_one(tmp_path: Path) -> None:
    found, problems = local(tmp_path, read_style("jama").replace(b"JAMA (", b"My own (", 1))
    assert found is not None and not problems
    assert found.title.startswith("My own (")
    assert found.xml == style("american-medical-association").xml


BROKEN_STYLES = {
    "not XML": ("<style", "is not XML"),
    "empty": ("", "is not XML"),
    "another root": ("<html/>", "is not a CSL style"),
    "no citation": ('<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"/>', "no layout for citations"),
    "unknown parent": (
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"><info>'
        '<link rel="independent-parent" href="http://example.org/no-such-style"/></info></style>',
        "depends on “no-such-style”",
    ),
}


@pytest.mark.parametrize("case", BROKEN_STYLES)
def test_a_broken_style_is_one_clear_problem(tmp_path: Path, case: str) -> None:
    source, message = BROKEN_STYLES[case]
    found, (problem,) = local(tmp_path, source)
    assert found is None
    assert problem.code == "broken-style"
    assert message in problem.message


def test_a_missing_style_file_is_reported(tmp_path: Path) -> None:
    found, (problem,) = find("hause.csl", tmp_path)
    assert found is None
    assert (problem.code, problem.hint) == ("no-such-file", None)


def test_a_missing_style_file_with_the_name_of_a_style_is_that_style_without_a_file(tmp_path: Path) -> None:
    _, (problem,) = find("nature.csl", tmp_path)
    assert problem.hint == "the style “nature” is there without a file: leave out “.csl”"


def test_a_style_outside_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.csl").write_text(LOCAL)
    folder = tmp_path / "project"
    folder.mkdir()
    found, (problem,) = find("../outside.csl", folder)
    assert found is None
    assert "outside the project" in problem.message


def test_entities_in_a_style_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret")
    entity = f'<!DOCTYPE style [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    found, _ = local(tmp_path, LOCAL.replace("<style", entity + "<style").replace("House", "House &x;"))
    assert found is None or b"the secret" not in found.xml


# Repairs


def repaired(source: str, repair: style_repairs.Repair, kind: style_tree.Kind = "numeric") -> etree._Element:
    root = etree.fromstring(source.replace("<style>", '<style xmlns="http://purl.org/net/xbiblio/csl">').encode())
    repair(root, kind)
    return root


def test_a_label_without_a_name_comes_after_the_names() -> None:
    cited = cite("american-medical-association", "gull:2019")
    assert "In: Tern B, Skua C, eds." in text(cited.entries[0].html)
    assert "Tern B, Skua C, editors." in text(cite("nlm-citation-sequence", "gull:2019").entries[0].html)


def test_names_with_a_name_are_left_alone() -> None:
    source = "<style><names variable='editor'><label/><name/></names><names variable='author'><label/></names></style>"
    root = repaired(source, style_repairs.put_name_before_label)
    assert [[etree.QName(child).localname for child in names] for names in root] == [
        ["label", "name"],
        ["name", "label"],
    ]


def test_the_parent_of_a_style_is_no_longer_named() -> None:
    source = "<style><info><link rel='independent-parent' href='http://x/y'/><link rel='self' href='z'/></info></style>"
    root = repaired(source, style_repairs.drop_parent_link)
    assert [link.get("rel") for link in root.iter(f"{style_tree.CSL}link")] == ["self"]


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("<text variable='citation-number'/><text variable='title'/>", "flush"),
        ("<text macro='number'/><text variable='title'/>", "flush"),
        ("<group><text variable='citation-number'/><text variable='title'/></group>", None),
        ("<text variable='title'/><text variable='citation-number'/>", None),
    ],
)
def test_the_number_is_set_apart_where_it_comes_first(layout: str, expected: str | None) -> None:
    macro = "<macro name='number'><text variable='citation-number' suffix='.'/></macro>"
    source = f"<style>{macro}<bibliography><layout>{layout}</layout></bibliography></style>"
    bibliography = repaired(source, style_repairs.set_number_apart).find(f"{style_tree.CSL}bibliography")
    assert bibliography is not None
    assert bibliography.get("second-field-align") == expected


def test_a_style_that_prints_locators_gets_no_second_one() -> None:
    macro = "<macro name='where'><text variable='locator'/></macro>"
    source = f"<style>{macro}<citation><layout><text macro='where'/></layout></citation></style>"
    root = repaired(source, style_repairs.print_locators)
    assert len(root.findall(f".//{style_tree.CSL}text[@variable='locator']")) == 1


def test_macros_that_call_each_other_without_end_are_refused(tmp_path: Path) -> None:
    macros = "".join(f'<macro name="m{n}"><text macro="m{n + 1}"/><text macro="m{n + 1}"/></macro>' for n in range(40))
    loop = '<macro name="m40"><text macro="m0"/></macro>'
    found, problems = local(tmp_path, LOCAL.replace("<citation>", macros + loop + "<citation>"))
    assert found is None
    assert [problem.severity for problem in problems] == ["error"]


@pytest.mark.parametrize(
    ("macro", "printed"),
    [
        ('<names variable="author"/>', True),
        ('<names variable="author"><substitute><names variable="editor"/></substitute></names>', True),
        ('<choose><if type="book"><names variable="author"/></if></choose>', True),
        ('<group><text macro="inner"/></group>', True),
        ('<text variable="note"/>', True),
        ("", False),
    ],
)
def test_works_with_an_empty_key_come_last(tmp_path: Path, macro: str, printed: bool) -> None:
    others = '<macro name="inner"><names variable="author"/></macro>'
    sort = '<sort><key macro="key"/><key variable="title"/></sort>'
    found, problems = local(
        tmp_path,
        LOCAL.replace("<citation>", f'{others}<macro name="key">{macro}</macro><citation>').replace(
            "<bibliography>", f"<bibliography>{sort}"
        ),
    )
    assert found is not None, problems
    works = [{"id": "anonymous", "type": "book", "title": "A"}]
    works += [
        {"id": key, "type": "book", "title": "B", "author": [{"family": key.title()}], "note": key}
        for key in ("zorn", "ash", "иванов")
    ]
    cited, _ = csl.cite(found, works, clusters(*(work["id"] for work in works)), "en-US")
    order = [entry.key for entry in cited.entries]
    assert order == (["ash", "zorn", "иванов", "anonymous"] if printed else ["anonymous", "zorn", "ash", "иванов"])


def test_an_anonymous_work_comes_last_in_a_style_that_lists_by_author() -> None:
    works = [{"id": "anon", "type": "article-journal", "title": "Aa", "issued": {"date-parts": [[2001]]}}, *REFERENCES]
    cited = cite("springer-basic-author-date", "anon", *KEYS, items=works)
    assert [entry.key for entry in cited.entries][-1] == "anon"


def test_a_macro_that_calls_itself_is_left_alone() -> None:
    source = "<style><macro name='m'><group><text macro='m'/></group></macro><citation><sort><key macro='m'/></sort>"
    root = repaired(source + "</citation></style>", style_repairs.sort_empty_keys_last)
    assert style_repairs.LAST not in etree.tostring(root, encoding="unicode")


def test_keys_in_descending_order_are_left_alone() -> None:
    source = "<style><macro name='m'><text variable='title'/></macro><citation><sort><key macro='m' sort='{}'/></sort>"
    for order, macros in (("descending", 1), ("ascending", 2)):
        root = repaired(source.format(order) + "</citation></style>", style_repairs.sort_empty_keys_last)
        assert len(root.findall(f"{style_tree.CSL}macro")) == macros


def named(**name: str) -> list[dict[str, Any]]:
    return [{"id": "x", "type": "article-journal", "title": "T", "author": [{"family": "King", **name}]}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("american-medical-association", "King ML Jr."),
        ("springer-vancouver-brackets", "King ML Jr."),
        ("apa", "King, M. L., Jr."),
        ("ieee", "M. L. King Jr."),
    ],
)
def test_a_suffix_has_a_stop_where_initials_have_stops(name: str, expected: str) -> None:
    works = named(given="Martin L.", suffix="Jr.")
    works[0]["author"].append({"family": "Bird", "given": "Bo"})
    shown = text(cite(name, "x", items=works).entries[0].html)
    assert shown.startswith(expected if "." in expected[:-1] else expected.rstrip(".") + ",")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("american-medical-association", "King JL."), ("bmj", "King J-L."), ("apa", "King, J.-L. ")],
)
@pytest.mark.parametrize("given", ["Jean-Luc", "J.-L."])
def test_initials_have_hyphens_as_the_style_says(name: str, expected: str, given: str) -> None:
    assert text(cite(name, "x", items=named(given=given)).entries[0].html).startswith(expected)


def test_versus_keeps_its_small_letter_in_titles_with_capitals() -> None:
    title = "Surgery vs. waiting v. both"
    items = [{"id": "x", "type": "article-journal", "title": title, "container-title": "J"}]
    assert "“Surgery vs. Waiting v. Both.”" in text(cite("chicago-author-date", "x", items=items).entries[0].html)
    assert "Surgery vs. waiting v. both." in text(cite("bmj", "x", items=items).entries[0].html)


def test_a_reference_is_not_changed_by_its_repairs() -> None:
    items = named(given="J.-L.", suffix="Jr.")
    items[0]["title"] = "A vs. B"
    before = json.dumps(items)
    cite("american-medical-association", "x", items=items)
    assert json.dumps(items) == before


def test_a_stop_stands_within_american_quotation_marks_in_notes() -> None:
    lone = [
        {"id": key, "type": "article-journal", "title": key, "container-title": "J", "author": [{"family": "F"}]}
        for key in ("what?", "so")
    ]
    groups = ["so", "what?", "so", "what?", Citation("so", suffix=", too")]
    american = cite("chicago-notes-bibliography", *groups, items=lone)
    assert [text(cluster) for cluster in american.clusters[2:]] == ["F, “So.”", "F, “What?”", "F, “So,” too."]
    british = cite("chicago-notes-bibliography", *groups, items=lone, lang="en-GB")
    assert text(british.clusters[2]) == "F, ‘So’."


def test_japanese_titles_are_upright() -> None:
    items = [{"id": "x", "type": "book", "title": "鳥の歌 Birdsong", "author": [{"family": "F"}]}]
    assert "鳥の歌<em> Birdsong</em>" in cite("apa", "x", items=items).entries[0].html


# Text of references


def test_csl_markup_is_markup_and_all_else_is_text() -> None:
    title = "A <i>b</i> <sup>2</sup> <sc>c</sc> <script>alert(1)</script> &amp; {\\field} $x$ *y* [@z]"
    (entry,) = cite("springer-vancouver-brackets", "x", items=[{"id": "x", "type": "book", "title": title}]).entries
    assert entry.html.startswith(
        'A <em>b</em> <sup>2</sup> <span class="small-caps">c</span> &lt;script&gt;alert(1)&lt;/script&gt; '
        "&amp;amp; {\\field} $x$ *y* [@z]."
    )


def test_emphasis_within_emphasis_is_upright() -> None:
    item = {"id": "x", "type": "book", "title": "On <i>Larus</i>", "author": [{"family": "F"}]}
    (entry,) = cite("apa", "x", items=[item]).entries
    assert "<em>On </em>Larus" in entry.html


def test_only_https_addresses_that_are_shown_become_links() -> None:
    items = [
        {"id": "a", "type": "webpage", "title": "A", "URL": "https://example.org/a?b=<c>&d"},
        {"id": "b", "type": "webpage", "title": "B", "URL": "http://example.org/"},
        {
            "id": "c",
            "type": "article-journal",
            "title": "Cats",
            "container-title": "J",
            "volume": "1",
            "page": "2-3",
            "DOI": "10.1/c",
        },
    ]
    entries = {entry.key: entry.html for entry in cite("apa", ["a", "b", "c"], items=items).entries}
    assert 'href="https://example.org/a?b=%3Cc%3E&amp;d"' in entries["a"]
    assert "<a" not in entries["b"]
    assert 'href="https://doi.org/10.1/c"' in entries["c"]
    assert not any("<a" in entry.html for entry in cite("nature", "c", items=items).entries)  # would link the title


HOSTILE = ["a:b/c#d%20?x", '"><img src=x onerror=alert(1)>', "*", "ä é", "</span>", "r0", "a.b", "a.2e.b"]


def test_hostile_keys_cite_and_link_like_any_other() -> None:
    items = [{"id": key, "type": "book", "title": f"T {index}"} for index, key in enumerate(HOSTILE)]
    cited = cite("springer-vancouver-brackets", *HOSTILE, items=items)
    assert [entry.key for entry in cited.entries] == HOSTILE
    assert [text(cluster) for cluster in cited.clusters] == [f"[{number}]" for number in range(1, len(HOSTILE) + 1)]
    for key, cluster in zip(HOSTILE, cited.clusters, strict=True):
        (link,) = html.fragment_fromstring(cluster)
        assert link.get("href") == f"#{csl.anchor(key)}"


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
@settings(derandomize=True, deadline=None)
def test_anchors_are_safe_and_as_different_as_their_keys(one: str, other: str) -> None:
    assert re.fullmatch(r"ref-[A-Za-z0-9_.-]+", csl.anchor(one))
    assert (csl.anchor(one) == csl.anchor(other)) == (one == other)


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None)
def test_any_text_becomes_well_formed_html(words: str) -> None:
    etree.fromstring(f"<p>{to_html(text_inlines(words), web_link)}</p>")


LEAVES = st.sampled_from([{"t": "Str", "c": "a"}, {"t": "Space"}, {"t": "Str", "c": "<b>"}])
MARKED = st.sampled_from(["Emph", "Strong", "SmallCaps", "Superscript", "Subscript"])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda kind, content: {"t": kind, "c": content}, MARKED, st.lists(inner, max_size=3))
        | st.builds(
            lambda content: {"t": "Link", "c": [["", [], []], content, ["https://a/", ""]]},
            st.lists(inner, max_size=3),
        )
    ),
    max_leaves=12,
)


@given(st.lists(TREES, max_size=4))
@settings(derandomize=True, deadline=None)
def test_any_nesting_becomes_well_formed_html_with_the_same_text(inlines: list[dict[str, Any]]) -> None:
    root = etree.fromstring(f"<p>{to_html(inlines, web_link)}</p>")
    assert "".join(root.itertext()) == "".join(re.findall(r"[a ]|<b>", _all_text(inlines))).strip()
    assert not root.xpath(".//a//a | .//em//em | .//strong//strong")


def _all_text(inlines: list[dict[str, Any]]) -> str:
    parts = {"Str": lambda node: node["c"], "Space": lambda node: " ", "Link": lambda node: _all_text(node["c"][1])}
    return "".join(parts.get(node["t"], lambda node: _all_text(node["c"]))(node) for node in inlines)


# Sparse and broken references, and Pandoc's refusals


@pytest.mark.parametrize("name", ["springer-vancouver-brackets", "apa", "nature", "chicago-notes-bibliography"])
def test_missing_fields_are_simply_not_there(name: str) -> None:
    items = [{"id": "bare", "type": "article-journal", "title": "T"}, {"id": "none", "type": "document"}]
    cited = cite(name, "bare", "none", items=items)
    assert sorted(entry.key for entry in cited.entries) == ["bare", "none"]


def test_a_key_without_a_reference_is_reported() -> None:
    cited, (problem,) = csl.cite(style("apa"), REFERENCES, clusters("falk2105"), "en-US")
    assert (problem.code, problem.hint) == ("unknown-citation", "did you mean “falk2015”?")
    assert cited.clusters == ("",)


def test_a_reference_that_pandoc_refuses_is_named() -> None:
    items = [*REFERENCES, {"id": "odd", "type": "book", "author": "no list"}]
    cited, (problem,) = csl.cite(style("apa"), items, clusters("falk2015", "odd"), "en-US")
    assert problem.code == "refused-reference"
    assert "“odd”" in problem.message
    assert "items.json" not in problem.message
    assert cited.clusters == ("", "")


@pytest.fixture
def no_memo(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    pandoc._ask.cache_clear()
    csl._answered.cache_clear()
    return monkeypatch


def failing(monkeypatch: pytest.MonkeyPatch) -> str:
    cited, (problem,) = csl.cite(style("apa"), REFERENCES, clusters("terns"), "en-US")
    assert problem.code == "citations-failed"
    assert cited.clusters == ("",)
    return problem.message


def test_a_pandoc_that_takes_too_long_is_stopped(no_memo: pytest.MonkeyPatch) -> None:
    no_memo.setattr(pandoc, "TIME_LIMIT", 0.001)
    assert "Pandoc was still at it" in failing(no_memo)


def test_a_pandoc_that_takes_too_much_memory_is_stopped(no_memo: pytest.MonkeyPatch) -> None:
    no_memo.setattr(pandoc, "MEMORY_LIMIT", "1m")
    items = [{"id": f"k{n}", "type": "book", "title": "word " * 300} for n in range(300)]
    _, (problem,) = csl.cite(style("apa"), items, clusters(*(item["id"] for item in items)), "en-US")
    assert problem.code == "citations-failed"


def test_a_pandoc_that_is_not_there_is_reported(no_memo: pytest.MonkeyPatch) -> None:
    no_memo.setattr(pandoc, "executable", lambda: "/no/such/pandoc")
    assert "could not be started" in failing(no_memo)


def test_a_pandoc_that_crashes_is_reported(no_memo: pytest.MonkeyPatch) -> None:
    no_memo.setattr(pandoc, "executable", lambda: "/bin/false")
    assert "exit code 1" in failing(no_memo)


def test_the_same_question_is_asked_once(no_memo: pytest.MonkeyPatch) -> None:
    calls = []
    run = pandoc._run
    no_memo.setattr(pandoc, "_run", lambda *given: calls.append(1) or run(*given))
    assert cite("apa", "terns") == cite("apa", "terns")
    assert len(calls) == 1


def test_pandoc_speaks_the_json_that_we_write() -> None:
    done = subprocess.run(
        [pandoc.executable(), "-f", "markdown", "-t", "json"], input=b"", capture_output=True, check=True
    )
    assert tuple(json.loads(done.stdout)["pandoc-api-version"])[:2] == pandoc.API_VERSION[:2]


def test_nothing_of_this_machine_is_in_a_message(tmp_path: Path, no_memo: pytest.MonkeyPatch) -> None:
    no_memo.setattr(tempfile, "tempdir", str(tmp_path))
    items = [{"id": "odd", "type": "book", "author": "no list"}]
    _, (problem,) = csl.cite(style("apa"), items, clusters("odd"), "en-US")
    assert str(tmp_path) not in problem.message


def test_pandoc_is_the_one_of_the_package() -> None:
    assert "pypandoc" in pandoc.executable()


LINKED = {
    "t": "Link",
    "c": [["", [], []], text_inlines("https://doi.org/10.5555/x"), ["https://doi.org/10.5555/x", ""]],
}
LINKED_HTML = '<a href="https://doi.org/10.5555/x">https://doi.org/10.5555/x</a>'


@pytest.mark.parametrize(
    ("inlines", "printed"),
    [
        ([*text_inlines("Cancer. 2020; ")], "Cancer. 2020."),
        ([*text_inlines("Vol. 2:")], "Vol. 2."),
        ([{"t": "Span", "c": [["", [], []], text_inlines("Cancer. 2020;")]}], "Cancer. 2020."),
        ([*text_inlines("2020;1: "), LINKED], f"2020;1: {LINKED_HTML}"),
        ([*text_inlines("Oncol. 2012; "), LINKED], f"Oncol. 2012. {LINKED_HTML}"),
        ([*text_inlines("Available from: "), LINKED], f"Available from: {LINKED_HTML}"),
    ],
)
def test_an_entry_whose_volume_is_unknown_ends_with_a_full_stop(inlines: list[dict[str, Any]], printed: str) -> None:
    assert entry_to_html(inlines, web_link) == printed
