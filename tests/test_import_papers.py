"""Papers become reviews: each file of `tests/papers/` was written for the purpose, and what it says is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import wordpapers
from diptych import importers, prose, source
from diptych.cli import main
from diptych.diagnostics import Diagnostic
from diptych.importers import folder, marks, package, plainrefs
from diptych.importers.nodes import text
from diptych.importers.paper import Losses, TrackChanges
from diptych.importers.pen import Pen, canonical
from diptych.prose import Node
from diptych.workspace import Workspace
from libreoffice import convert

PAPERS = Path(__file__).parent / "papers"

Read = tuple[dict[str, Any], dict[str, dict[str, Any]], importers.Imported, list[Diagnostic]]


def read(file: Path) -> Read:
    """The content of review.yaml, the references by key, all of it, and what was lost."""
    form = importers.format_of(file)
    assert form is not None
    imported, problems = importers.read(file, form)
    assert imported is not None, problems
    return dict(imported.review), {item.key: dict(item.data) for item in imported.references}, imported, problems


def codes(problems: list[Diagnostic]) -> dict[str, int | None]:
    """The codes of the problems with their lines."""
    return {problem.code: problem.span.line if problem.span else None for problem in problems}


# JATS


def test_an_annotated_article_in_jats_comes_over_with_its_marks() -> None:
    review, references, _, problems = read(PAPERS / "jats" / "annotated.xml")
    assert review["title"] == "Paper Darts *in vivo*"
    assert (review["subtitle"], review["short-title"], review["lang"]) == ("What flies", "Paper darts", "en")
    assert review["date"] == "2026-11-03"
    assert review["dates"] == {"received": "2026-08-03", "accepted": "2026-10", "published": "2026-11-03"}
    assert review["licence"] == "CC BY 4.0"
    assert review["published"] == {"doi": "10.5555/dart.2026.1", "journal": "Annals of Folded Paper"}
    assert review["authors"][0] == {
        "name": "Ada Fold",
        "degrees": "MA, PhD",
        "orcid": "0000-0002-1825-0097",
        "email": "ada.fold@example.org",
        "corresponding": True,
        "roles": ["Conceptualization"],
        "affiliations": ["aff1", "aff2"],
    }
    assert review["authors"][1]["name"] == "Dietrich von der Treppe"
    assert review["affiliations"]["aff1"] == "Institute of Folded Paper, Northtown"
    assert [part["heading"] for part in review["abstract"]] == ["Purpose of Review", "Recent Findings"]
    assert review["key-points"][1] == "Paper of 80 g/m^2^ flies best."
    assert review["statements"]["conflicts-of-interest"] == "B.C. owns scissors."
    introduction = review["sections"][0]["text"].replace("\n", " ")
    assert "old [@crease2019], and" in introduction
    assert "[@fold2021; @gust2023; @updraft; @eddy2024]" in introduction  # “2••, 3–5”: the range names 4 as well
    assert "•OH and the pair A•T are not marks" in introduction
    assert "[see @crease2019, p. 12]" in introduction and "@sec-Sec2" in introduction
    assert review["sections"][1]["sections"][0]["text"].startswith("We threw^[By hand, as *Crease* did [@crease2019].]")
    assert review["annotations"] == {
        "fold2021": {"importance": 2, "text": "The first trial to throw every dart twice; it settled the question."},
        "gust2023": {
            "importance": 1,
            "text": "Shows that a clip moves the •OH radical, and agrees with [@fold2021].\n\nA second paragraph.",
        },
        "eddy2024": {"importance": 2, "text": "A landmark, for once."},
    }
    assert references["fold2021"]["title"] == "Sharp against blunt noses: an <i>in situ</i> trial"
    assert references["fold2021"]["author"][2] == {"literal": "others"}
    assert references["fold2021"]["DOI"] == "10.5555/dart.2021.11"
    assert references["gust2023"]["page"] == "e30" and references["gust2023"]["PMID"] == "12345678"
    assert references["eddy2024"]["title"] == "A•T pairs"
    assert references["updraft"] == {
        "id": "updraft",
        "type": "document",
        "title": "Updraft E. Darts from the third floor. J Indoor Breezes. 2020;11:2-9. doi:10.5555/breeze.2020.2.",
        "DOI": "10.5555/breeze.2020.2",
    }
    assert codes(problems) == {"untagged-reference": 44, "lost-contributor": 19}


def test_figures_tables_and_formulas_of_jats_come_over_and_what_does_not_is_said_with_its_line() -> None:
    review, _, imported, problems = read(PAPERS / "jats" / "floats.xml")
    said = review["sections"][1]["text"]
    assert "$L/D = C_L / C_D$ and $v_{0}$" in said and "$$ \\frac{a}{b} $$ {#eq-e1}" in said
    assert "@{fig-F1}A and (@tbl-T1) show; @fig-F1 and @fig-F2 too." in said
    assert "1. Fold.\n   - left,\n   - right.\n2. Throw." in said
    assert "> It landed." in said and "```\nfold\n  twice\n```" in said
    assert review["figures"]["F1"] == {
        "src": "figures/F1.svg",
        "alt": "A sheet with its folds.",
        "caption": "The folds. Dashed lines are folded^2^.",
        "credit": "Drawn for this test. CC0.",
    }
    assert imported.files["figures/F1.svg"] == (PAPERS / "jats" / "dart.svg").read_bytes()
    table = review["tables"]["T1"]
    assert table["columns"][1] == {"heading": "Throws: Sharp", "align": "right"}
    assert table["rows"] == [
        ["Fold 2021^a^", "120", "1.5"],
        ["*Later trials*", "", ""],
        ["Gust | Co", "64", "2"],
        ["", "65", "3"],
    ]
    assert table["notes"] == "^a^ Thrown twice."
    assert codes(problems) == {
        "no-heading": 7,
        "lost-picture": 11,
        "no-alternative-text": 11,
        "merged-cells": 12,
    }


REMARKS = """<article><front><article-meta>
<title-group><article-title>Darts</article-title></title-group></article-meta>
</front><body><sec><title>Noses</title><p>Old <xref ref-type="bibr" rid="R1">1</xref>, new
<xref ref-type="bibr" rid="R2">2</xref>.</p>
<fig id="F1"><label>Figure 1</label><alt-text>A dart.</alt-text><graphic xlink:href="dart.svg"/></fig>
<table-wrap id="T1"><label>Table 1</label><table><thead><tr><th>Dart</th></tr></thead><tbody><tr><td>A</td></tr></tbody>
</table></table-wrap><p>See <xref ref-type="table" rid="T2">Table 2</xref>.</p>
<table-wrap id="T2"><label>Table 2</label><caption><p>A picture.</p></caption><graphic xlink:href="t.png"/></table-wrap>
</sec></body>
<back><ref-list><p>Papers of particular interest, published recently, have been highlighted as:</p>
<p>• Of importance</p>
<p>•• Of major importance</p>
<ref id="R1"><label>1</label><mixed-citation><string-name><surname>Fold</surname></string-name> <year>2021</year>.
<article-title>Sharp noses</article-title>. <source>Ann Paper</source>.</mixed-citation>
<mixed-citation>•• Of major importance. Shows <italic>twice</italic> that noses matter.</mixed-citation></ref>
<ref id="R2"><label>2</label><mixed-citation><string-name><surname>Gust</surname></string-name> <year>2023</year>.
<article-title>Clips</article-title>. <source>Ann Paper</source>.</mixed-citation>
<mixed-citation><label>•</label>Of importance, for clips.</mixed-citation>
<mixed-citation>Crease B. Folds. Ann Paper 2019;1:1.</mixed-citation></ref>
</ref-list></back></article>"""


@pytest.fixture
def remarks(tmp_path: Path) -> Read:
    file = tmp_path / "remarks.xml"
    file.write_text(REMARKS.replace("<article>", '<article xmlns:xlink="http://www.w3.org/1999/xlink">', 1))
    (tmp_path / "dart.svg").write_bytes((PAPERS / "jats" / "dart.svg").read_bytes())
    return read(file)


def test_a_remark_that_stands_as_a_citation_of_its_own_is_the_annotation_of_the_work_before_it(remarks: Read) -> None:
    review, references, _, _ = remarks
    assert [*references] == ["fold2021", "gust2023", "crease"]
    assert review["annotations"] == {
        "fold2021": {"importance": 2, "text": "Of major importance. Shows *twice* that noses matter."},
        "gust2023": {"importance": 1, "text": "Of importance, for clips."},
    }
    assert references["crease"]["title"] == "Crease B. Folds. Ann Paper 2019;1:1."
    assert review["sections"][0]["text"].startswith("Old [@fold2021], new [@gust2023; @crease].")


def test_a_legend_in_three_paragraphs_is_one(remarks: Read) -> None:
    assert remarks[0]["marks"] == "springer-current"


def test_a_table_that_is_a_picture_is_listed_and_its_mention_is_words(remarks: Read) -> None:
    review, _, _, problems = remarks
    assert "See Table 2." in review["sections"][0]["text"]
    assert [*review["tables"]] == ["T1"]
    assert {"lost-table", "lost-link"} <= {*codes(problems)}


def test_figures_and_tables_of_jats_without_a_caption_are_listed_and_none_is_made_up(remarks: Read) -> None:
    review, _, _, problems = remarks
    assert (review["figures"]["F1"]["caption"], review["tables"]["T1"]["caption"]) == ("Figure 1", "Table 1")
    listed = [(one.message, one.span.line) for one in problems if one.code == "no-caption" and one.span]
    assert listed == [
        ("Figure 1 has no caption; its name stands for it", 5),
        ("Table 1 has no caption; its name stands for it", 6),
    ]


FRONT = """<article><front>
<journal-meta><journal-title>Annals of Folded Paper</journal-title></journal-meta><article-meta>
<title-group><article-title>Darts</article-title></title-group><contrib-group>
<contrib><name><surname>Fold</surname><given-names>Ada</given-names></name><xref rid="a1"/></contrib>
<contrib><name><surname>Gust</surname><given-names>Bo</given-names></name><xref rid="a2"/></contrib>
<contrib><name><surname>Eddy</surname><given-names>Cy</given-names></name><xref rid="a2"/></contrib>
</contrib-group>
<aff id="a1"><institution>Hall One</institution>, Northtown. E-mail: <email>ada@example.org</email></aff>
<aff id="a2">Hall Two, Southtown; <email>hall@example.org</email></aff>
<pub-date pub-type="epub"><year>2025</year></pub-date><pub-date pub-type="collection"><year>2026</year></pub-date>
{numbers}
</article-meta></front><body><p>They fly.</p></body></article>"""


def front_of(folder: Path, numbers: str) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    """The review of an article with those numbers in its front matter, and what is listed of it."""
    (folder / "paper.xml").write_text(FRONT.format(numbers=numbers), encoding="utf-8")
    review, _, _, problems = read(folder / "paper.xml")
    return review, [(one.message, one.span.line) for one in problems if one.code == "lost-part" and one.span]


def test_an_address_within_an_affiliation_is_its_only_authors_or_else_listed(tmp_path: Path) -> None:
    review, listed = front_of(tmp_path, "")
    assert review["affiliations"] == {"a1": "Hall One, Northtown", "a2": "Hall Two, Southtown"}
    assert [author.get("email") for author in review["authors"]] == ["ada@example.org", None, None]
    assert listed == [("it is not said whose address “hall@example.org” is", 9)]


@pytest.mark.parametrize(
    ("numbers", "citation"),
    [
        ("<volume>7</volume><issue>2</issue><fpage>11</fpage><lpage>19</lpage>", "2026;7(2):11–19."),
        ("<volume>7</volume><elocation-id>e30</elocation-id>", "2026;7:e30."),
        ("<issue>2</issue><fpage>11</fpage><lpage>11</lpage>", "2026;(2):11."),
        ("<volume>7</volume>", "2026;7."),
        ("<fpage>1</fpage><lpage>9</lpage><page-range>1-4, 9</page-range>", "2026:1–4, 9."),
    ],
)
def test_volume_issue_and_pages_of_an_article_are_how_to_cite_it(numbers: str, citation: str, tmp_path: Path) -> None:
    review, listed = front_of(tmp_path, numbers)
    assert review["published"] == {
        "journal": "Annals of Folded Paper",
        "citation": f"Annals of Folded Paper. {citation}",
    }
    assert len(listed) == 1  # the address


def test_an_article_without_volume_and_pages_has_no_citation_and_other_numbers_are_listed(tmp_path: Path) -> None:
    review, listed = front_of(
        tmp_path, "<issue-title>On folds</issue-title>\n<conference><conf-name>F1</conf-name></conference>"
    )
    assert review["published"] == {"journal": "Annals of Folded Paper"}
    assert ("“issue-title” is not carried over: “On folds”", 11) in listed
    assert ("“conference” is not carried over: “F1”", 12) in listed


def test_numbers_of_an_article_without_a_journal_are_listed(tmp_path: Path) -> None:
    (tmp_path / "paper.xml").write_text(
        FRONT.replace("<journal-title>Annals of Folded Paper</journal-title>", "").format(numbers="<volume>7</volume>"),
        encoding="utf-8",
    )
    review, _, _, problems = read(tmp_path / "paper.xml")
    assert "published" not in review
    assert "“volume” is not carried over: “7”" in [one.message for one in problems]


def test_citations_by_name_and_year_are_citations() -> None:
    review, references, _, problems = read(PAPERS / "jats" / "author-date.xml")
    said = review["sections"][0]["text"].replace("\n", " ")
    assert "It rises [@gust2023; @updraft2020]. Gust and Eddy [-@gust2023] agree, and @updraft2020 does not" in said
    assert "(n = 5; [@updraft2020])" in said
    assert "[avion en papier]{lang=fr}" in said and "*C~L~*" in said
    assert "[a page](<https://example.org/a_(b)>) and no page." in said
    assert review["authors"] == [{"name": "Ōrigami Hana", "email": "hana@example.org", "corresponding": True}]
    assert review["abbreviations"] == {"CSL": "citation style language", "SVG": "scalable vector graphics"}
    assert review["statements"] == {"data-availability": "On the cupboard.", "author-contributions": "H.O. folded."}
    assert review["sections"][1] == {"heading": "Appendix", "text": "More wind."}
    assert references["gust2023"]["type"] == "chapter"
    assert references["gust2023"]["container-title"] == "The breezes of buildings"
    assert references["updraft2020"]["accessed"] == {"date-parts": [[2024, 1, 2]]}
    lost = {"lost-link", "lost-part", "lost-abstract", "lost-frame", "lost-look"}
    assert set(codes(problems)) == lost


def test_raised_citations_and_marks_in_labels_and_notes() -> None:
    review, references, _, problems = read(PAPERS / "jats" / "superscripts.xml")
    said = review["sections"][0]["text"].replace("\n", " ")
    assert said == (
        "The radical •OH attacks A•T pairs. [@paper2019; @folded2022; @crease2001; @who2001; @who2002] "
        "An area of 3 m^2^ is large. [@ref2020; @crease2001]"
    )
    assert review["annotations"] == {
        "paper2019": {"text": "•OH is a radical here, not a mark."},
        "ref2020": {"importance": 1, "text": "Shows the pair."},
        "folded2022": {"importance": 2, "text": "The first of its kind."},
    }
    assert review["marks"]["grades"][1] == {"importance": 2, "mark": "**", "words": "of outstanding interest"}
    assert references["crease2001"]["type"] == "thesis"
    assert references["who2001"]["title"] == "Breath<sub>2</sub> & folds"
    assert references["paper2019"]["title"] == "•OH in paper. J Folded Chem. 2019."
    assert codes(problems) == {"untagged-reference": 8}


def test_signs_of_markdown_in_an_article_stay_signs() -> None:
    review, _, _, problems = read(PAPERS / "jats" / "odd.xml")
    passage, wrong = prose.parse(review["sections"][0]["text"], "en-US")
    assert not wrong
    words = prose.plain(passage)
    assert words.startswith(
        "1. Not a list. Strange words. # Not a heading - Not an item [not]: a definition <!-- no comment"
    )
    assert "`code` ~sub~ ^sup^ **bold** \\back" in words
    assert {
        "no-heading",
        "unknown-element",
        "lost-link",
        "lost-note",
        "lost-figure",
        "lost-table",
        "lost-formula",
    } <= set(codes(problems))
    yaml = folder.files_of(read(PAPERS / "jats" / "odd.xml")[2])["review.yaml"].decode()
    assert "keywords: ['no', '1984', 'a: b']" in yaml


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("6••", (6, 2)),
        ("6.••", (6, 2)),
        ("••6.", (6, 2)),
        ("7 •", (7, 1)),
        ("[8]", (8, None)),
        ("*9", (9, 1)),
        ("A•T", (None, None)),
    ],
)
def test_marks_in_labels(label: str, expected: tuple[int | None, int | None]) -> None:
    assert marks.of_label(label) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("•• A trial", (2, "A trial")),
        ("• A trial", (1, "A trial")),
        ("** A trial", (2, "A trial")),
        ("•OH is a radical", (None, "•OH is a radical")),
        ("A•T pairs", (None, "A•T pairs")),
        ("•••", (None, "•••")),
    ],
)
def test_a_bullet_is_a_mark_only_where_a_blank_follows(words: str, expected: tuple[int | None, str]) -> None:
    assert marks.leading(words) == expected


HOSTILE = {
    "entities": '<!DOCTYPE article [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p></body></article>',
    "a file from elsewhere": '<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
    "broken": "<article><body><p>never closed",
    "deep": "<article><body>" + "<sec>" * 5000 + "</sec>" * 5000 + "</body></article>",
    "no article": "<book/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_articles_are_refused_in_a_line(name: str, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(HOSTILE[name])
    imported, problems = importers.read(file, importers.FORMATS[0])
    assert imported is None
    assert [problem.severity for problem in problems] == ["error"]


# Writing


WORDS = st.text(alphabet=st.sampled_from("ab 1.*_`[](){}<>~^$@&#+-|!'\"\\:;=•é/\n"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["text", "em", "strong", "sub", "sup", "code"]), WORDS), max_size=6))
def test_all_words_are_written_so_that_they_are_read_as_they_were(parts: list[tuple[str, str]]) -> None:
    nodes = [
        text(words)
        if kind == "text"
        else Node("code", text=" ".join(words.split()) or "x")
        if kind == "code"
        else Node(kind, (text(words),))
        for kind, words in parts
    ]
    losses = Losses("paper")
    written = Pen(losses).blocks([Node("p", tuple(nodes))])
    assert "inexact" not in {one.code for one in losses.found}
    passage, problems = prose.parse(written, "en-US")
    assert not problems
    if not losses.found:
        assert canonical(passage.nodes).replace("<p></p>", "") == canonical([Node("p", tuple(nodes))]).replace(
            "<p></p>", ""
        )


# The command


def test_a_paper_becomes_a_folder_and_never_overwrites_one(tmp_path: Path) -> None:
    target = tmp_path / "content" / "darts"
    arguments = ["import", str(PAPERS / "jats" / "annotated.xml"), "-o", str(target)]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == 0, first.output
    assert sorted(path.name for path in target.iterdir()) == ["references.yaml", "review.yaml"]
    review, _, problems = source.read(Workspace(tmp_path), target / "review.yaml")
    assert review is not None and not problems
    before = (target / "review.yaml").read_bytes()
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2 and "file-exists" in again.output
    assert (target / "review.yaml").read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["darts"]


def test_what_keeps_an_imported_review_from_building_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["import", str(PAPERS / "jats" / "floats.xml"), "-o", str(tmp_path / "a")])
    assert done.exit_code == 1 and "no-such-file" in done.output and "figures/F2.png" in done.output


def test_endnote_xml_is_still_a_file_of_references(tmp_path: Path) -> None:
    file = tmp_path / "library.xml"
    file.write_text("<xml><records></records></xml>")
    assert importers.format_of(file) is None


# Word


def word(make: Callable[[Path], None], folder_: Path, changes: TrackChanges = "accept") -> Read:
    """What a Word file that `make` writes comes to."""
    file = folder_ / f"{make.__name__}.docx"
    make(file)
    form = importers.format_of(file)
    assert form is not None
    imported, problems = importers.read(file, form, changes)
    assert imported is not None, problems
    return dict(imported.review), {item.key: dict(item.data) for item in imported.references}, imported, problems


def check_typed(read_: Read) -> None:
    """That the paper of `wordpapers.typed` came over."""
    review, references, imported, problems = read_
    assert review["title"] == "Paper Darts"
    assert review["abstract"] == "Darts are folded everywhere."
    assert review["keywords"] == ["paper dart", "gliding flight"]
    assert [section["heading"] for section in review["sections"]] == ["Introduction"]
    said = review["sections"][0]["text"].replace("\n", " ")
    assert said.startswith(
        "Darts are *old* [@crease2019], and a trial settled it [@fold2021; @gust2023; @updraft2020]."
    )
    assert "H~2~O and m^2^. See @fig-figure-1 and @tbl-table-1; a list of \\[five\\] words and \\[99\\] stays." in said
    assert "1. Fold. 2. Throw." in said
    assert review["sections"][0]["sections"] == [{"heading": "Methods", "text": "We threw them."}]
    assert review["figures"]["figure-1"]["caption"] == "The folds of a dart [@crease2019]."
    assert imported.files["figures/figure-1.png"].startswith(b"\x89PNG")
    table = review["tables"]["table-1"]
    assert table["caption"] == "Trials of darts"
    assert ["Fold 2021", "120"] in table["rows"]
    assert review["statements"] == {"conflicts-of-interest": "B.C. owns scissors."}
    assert review["annotations"] == {
        "fold2021": {"importance": 2, "text": "The first trial to throw every dart twice."},
        "gust2023": {"importance": 1, "text": "Shows that a clip moves the mass."},
    }
    assert review["marks"] == "springer-current"
    assert references["fold2021"]["DOI"] == "10.5555/dart.2021.11"
    assert references["gust2023"]["PMID"] == "12345678"
    assert references["gust2023"]["title"].startswith("Gust C. A•T and •OH.")
    assert sum(one.code == "untagged-reference" for one in problems) == 4


def test_the_cas_id_of_a_reference_that_is_text_is_found_in_it_and_in_its_links() -> None:
    cas = "1:CAS:528:DC%2BC2MXjsVagur0%3D"
    assert plainrefs.item(f"Gust C. Clips. 2023. CAS: {cas}.")["CAS"] == cas
    address = f"https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&coi={cas}"
    assert plainrefs.of_address(address) == ("CAS", cas)
    assert plainrefs.of_address(f"https://link.springer.com/articles/cas-redirect/{cas}") == ("CAS", cas)
    assert plainrefs.of_address("https://example.org/?coi=fish") == ("URL", "https://example.org/?coi=fish")


def test_a_word_file_as_authors_type_it(tmp_path: Path) -> None:
    check_typed(word(wordpapers.typed, tmp_path))


def test_the_same_word_file_saved_by_libreoffice(tmp_path: Path) -> None:
    wordpapers.typed(tmp_path / "typed.docx")
    (saved,) = convert([tmp_path / "typed.docx"], "docx:MS Word 2007 XML", tmp_path / "saved")
    check_typed(read(saved))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("accept", "Darts are very old. A claim."),
        ("reject", "Darts are quite old. A claim."),
        (
            "notes",
            "Darts are very<!-- note: inserted by Ada: “very” --> <!-- note: deleted by Bruno: “quite” --> old. "
            "<!-- note: Clara: Is this true? -->A claim.",
        ),
    ],
)
def test_tracked_changes_and_comments(changes: TrackChanges, expected: str, tmp_path: Path) -> None:
    review, _, _, problems = word(wordpapers.tracked, tmp_path, changes)
    assert " ".join(review["sections"][0]["text"].split()) == expected
    assert ("lost-comments" in codes(problems)) == (changes != "notes")


@pytest.mark.parametrize("program", ["ADDIN ZOTERO_ITEM CSL_CITATION", "ADDIN CSL_CITATION"])
def test_citations_of_zotero_and_mendeley_carry_their_works(program: str, tmp_path: Path) -> None:
    def live(path: Path) -> None:
        wordpapers.live(path, program)

    review, references, _, problems = word(live, tmp_path)
    assert review["sections"][0]["text"] == "Settled [see @fold2021, p. 12]."
    assert references["fold2021"]["title"] == "Sharp <i>noses</i> & darts"
    assert references["fold2021"]["issued"] == {"date-parts": [[2021, 3, 4]]}
    assert review["annotations"] == {"fold2021": {"importance": 2, "text": "The first trial."}}
    assert not problems


def test_citations_of_endnote_carry_their_works(tmp_path: Path) -> None:
    short, long = wordpapers.endnote("Fold", 2021, Prefix="see ", Pages="12"), wordpapers.endnote("Gust", 2023)
    parts = ("Settled ", wordpapers.field(f"ADDIN EN.CITE {short}", "[1]"), " and ", wordpapers.in_data(long, "[2]"))
    review, references, _, problems = word(wordpapers.saying(*parts, "."), tmp_path)
    assert review["sections"][0]["text"] == "Settled [see @fold2021, p. 12] and [@gust2023]."
    assert references["fold2021"]["title"] == "Noses of Fold"
    assert references["gust2023"]["author"] == [{"family": "Gust", "given": "Ada"}]
    assert not problems


def test_citations_of_mendeley_cite_carry_their_works_and_numbers_that_begin_anew_are_told_apart(
    tmp_path: Path,
) -> None:
    def cited(**work: str) -> dict[str, object]:
        return {"citationItems": [{"id": "ITEM-1", "itemData": {"type": "book", "id": "ITEM-1", **work}}]}

    first, second = cited(title="Folds", DOI="10.5555/a"), cited(title="Throws", DOI="10.5555/b")
    parts = (
        wordpapers.controlled(first, "[1]"),
        wordpapers.field(f"ADDIN CSL_CITATION {json.dumps(second)}", "[2]"),
        wordpapers.field(f"ADDIN CSL_CITATION {json.dumps(first)}", "[1]"),
    )
    review, references, _, problems = word(
        wordpapers.saying("A ", parts[0], " b ", parts[1], " c ", parts[2]), tmp_path
    )
    keys = {str(data["title"]): key for key, data in references.items()}
    assert review["sections"][0]["text"] == "A [@{0}] b [@{1}] c [@{0}]".format(keys["Folds"], keys["Throws"])
    assert not any(key.startswith("ITEM") for key in keys.values())
    assert not problems


def test_a_citation_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    broken = wordpapers.field("ADDIN EN.CITE <EndNote><Cite>", "[1]")
    review, _, _, problems = word(wordpapers.saying("Settled ", broken, "."), tmp_path)
    assert "1" in review["sections"][0]["text"]
    assert [*codes(problems)] == ["lost-citation"]


def test_words_in_text_boxes_stand_behind_their_paragraph_and_are_listed(tmp_path: Path) -> None:
    review, _, _, problems = word(wordpapers.saying("Before ", wordpapers.box("within"), "and after."), tmp_path)
    assert review["sections"][0]["text"].split("\n\n") == ["Before and after.", "within"]
    assert [*codes(problems)] == ["text-box"]


def test_a_word_file_without_styles_for_the_title(tmp_path: Path) -> None:
    review, references, _, problems = word(wordpapers.plain, tmp_path)
    assert review["title"] == "A Letter on Darts"
    assert [section["heading"] for section in review["sections"]] == ["Question", "Answer"]
    passage, wrong = prose.parse(review["sections"][0]["text"], "en-US")
    assert prose.plain(passage) == "Who folds? * 1. [not a citation] a_b <c> #d" and not wrong
    assert not references and not problems


def test_a_word_file_without_styles_has_its_headings_by_their_look_and_that_is_listed(tmp_path: Path) -> None:
    review, references, _, problems = word(wordpapers.unstyled, tmp_path)
    assert review["title"] == "Paper Darts: A Review"
    assert review["abstract"] == "Darts are folded."
    before, introduction, methods = review["sections"]
    assert before["text"] == "Ada Fold, MD^1^, Bruno Crease"
    assert (introduction["heading"], introduction["sections"][0]["heading"]) == ("1. Introduction", "1.1 History")
    assert introduction["text"].replace("\n", " ").strip() == (
        "Darts are old. [@crease2019; @fold2021] A trial [@gust2023] settled it (NSCLC) "
        "[@crease2019; @fold2021; @gust2023]; see @tbl-table-1.  "
        "The area was 3 m^2^, of cm^2^, and 10^3^ flew.^9^"
    )
    assert introduction["sections"][0]["text"] == "Paper was rare [@fold2021]."
    assert methods == {"heading": "2. Methods", "text": "**We threw.**"}
    assert review["tables"]["table-1"]["caption"] == "Trials of darts"
    assert review["annotations"] == {"fold2021": {"importance": 1, "text": "It settled the question."}}
    assert len(references) == 3
    assert {*codes(problems)} == {"headings-by-look", "raised-citations", "no-heading", "untagged-reference"}


def markdown_of_named(path: Path) -> None:
    said = [one.replace("et al.", "*et al.*") for one in wordpapers.NAMED]
    path.write_text("\n\n".join(["# Birds", "## Song", *said, "## References", *wordpapers.LISTED]), encoding="utf-8")


@pytest.mark.parametrize(("make", "name"), [(wordpapers.named, "named.docx"), (markdown_of_named, "named.md")])
def test_names_and_years_are_citations_where_exactly_one_reference_of_a_list_without_numbers_fits(
    make: Callable[[Path], None], name: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    review, references, _, problems = read(tmp_path / name)
    assert len(references) == len(wordpapers.LISTED)
    said = [" ".join(one.split()) for one in review["sections"][0]["text"].split("\n\n")]
    assert said == [
        "Larks sing [@falk2015], wrens too [@falk2014; @moss2016a].",
        "@falk2015 and @falk2014 agree, as @van2019 does and Müller [-@muller2018; -@muller2020] did.",
        "@muller2018 wrote it, and so [see @muller2018; @muller2020; @van2019].",
        "Not so Moss (2016), (Moss, 2016), (Gull et al., 2011), Crow (2017), (January 2015), January (2015), "
        "(as Falk 2014), In Crow and Bird (2014), (Bird 2014) or (Falk and Moss, 2014).",
    ]
    assert {*codes(problems)} == {"named-citations", "unmatched-citation", "untagged-reference"}
    left = [one.message.split("“")[1].split("”")[0] for one in problems if one.code == "unmatched-citation"]
    assert left == [
        *("Moss (2016)", "Crow (2017)", "Crow and Bird (2014)"),
        *("(Moss, 2016)", "(Gull et al., 2011)", "(Bird 2014)", "(Falk and Moss, 2014)"),
    ]


def test_numbers_in_brackets_are_citations_in_markdown_that_has_no_others(tmp_path: Path) -> None:
    (tmp_path / "darts.md").write_text(
        "# Darts\n\n## Folds\n\nOld [1, 2], not [3] nor [x].\n\n## References\n\n1. Crease B. Folds. 2019.\n"
        "2. Fold A. Noses. 2021.\n",
        encoding="utf-8",
    )
    review, _, _, _ = read(tmp_path / "darts.md")
    assert review["sections"][0]["text"].strip() == "Old [@crease2019; @fold2021], not \\[3\\] nor \\[x\\]."


def hostile_word(name: str, good: bytes) -> bytes:
    """A package that means no good."""
    document = "word/document.xml"
    dtd = b'<!DOCTYPE w [<!ENTITY a "aaaa">]>'
    changes: dict[str, Callable[[str, bytes], bytes | None]] = {
        "a DTD": lambda part, data: data.replace(b"?>", b"?>" + dtd, 1) if part == document else data,
        "no document": lambda part, data: None if part == document else data,
        "broken XML": lambda part, data: data[:-20] if part == document else data,
        "deep": lambda part, data: b"<w>" * 5000 + b"</w>" * 5000 if part == document else data,
        "a bomb": lambda part, data: data + b" " * (2 * 1024 * 1024) if part == document else data,
    }
    return wordpapers.changed(good, changes[name])


@pytest.mark.parametrize("name", ["a DTD", "no document", "broken XML", "deep", "a bomb", "no zip"])
def test_hostile_word_files_are_refused_in_a_line(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "LARGEST_PART", 1024 * 1024)
    wordpapers.plain(tmp_path / "good.docx")
    good = (tmp_path / "good.docx").read_bytes()
    file = tmp_path / "bad.docx"
    file.write_bytes(good[:200] if name == "no zip" else hostile_word(name, good))
    imported, problems = importers.read(file, importers.FORMATS[1])
    assert imported is None
    assert [problem.code for problem in problems] == ["unreadable-paper"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"just words", "there is no Word file in it"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "it is of an older kind (.doc), or has a password"),
    ],
)
def test_what_is_called_docx_and_is_none_is_answered_with_what_to_do(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_bytes(data)
    _, (problem,) = importers.read(tmp_path / "bad.docx", importers.FORMATS[1])
    assert problem.message == f"this Word file is not read: {said}"
    assert problem.hint == "open it in Word or LibreOffice and save it as a new .docx, without a password"


@pytest.mark.parametrize(
    ("name", "instead"), [("paper.pdf", "(JATS)"), ("Paper.DOC", "save it as .docx"), ("paper.tex", "pandoc FILE")]
)
def test_a_paper_in_a_format_that_is_not_read_is_answered_with_one_that_is(
    name: str, instead: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"\x80")
    result = CliRunner().invoke(main, ["import", str(tmp_path / name)])
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith(f"error[unknown-format]: papers as {Path(name).suffix} are not read: “")
    assert second.startswith("  = help: ")
    assert instead in second


def test_macros_and_what_stands_elsewhere_are_left_out_and_said(tmp_path: Path) -> None:
    wordpapers.typed(tmp_path / "good.docx")
    target = b'Type="http://x/image" Target="http://example.org/x.png" TargetMode="External"/></Relationships>'

    def change(part: str, data: bytes) -> bytes:
        added = b'<Relationship Id="rId99" ' + target
        return data.replace(b"</Relationships>", added) if part == "word/_rels/document.xml.rels" else data

    file = tmp_path / "macros.docx"
    good = (tmp_path / "good.docx").read_bytes()
    file.write_bytes(wordpapers.changed(good, change, **{"word/vbaProject.bin": b"x", "../../evil.png": b"x"}))
    *_, imported, problems = read(file)
    assert {"macros", "lost-part"} <= set(codes(problems))
    assert [*imported.files] == ["figures/figure-1.png"]


# Markdown


def test_a_paper_in_markdown_with_its_bibliography() -> None:
    review, references, imported, problems = read(PAPERS / "markdown" / "darts.md")
    assert (review["title"], review["subtitle"], review["date"]) == ("Paper *Darts*", "What flies", "2026-11-03")
    assert review["authors"][0]["affiliations"] == ["a1"] and review["authors"][1] == {"name": "Bruno Crease"}
    assert review["abstract"] == "Darts are folded everywhere.\n\nA sharper nose flies *farther*."
    introduction = review["sections"][0]
    assert introduction["id"] == "intro"
    said = introduction["text"].replace("\n", " ")
    assert "[@crease2019, p. 3], and @fold2021 settled it [see @fold2021, pp. 12-14, for more; -@crease2019]" in said
    assert "^[A note with $v^2$.] See @fig-dart, @tbl-trials and @sec-intro." in said
    assert "<!-- note: is this true? -->" in said and "private" not in said
    formulas = introduction["sections"][0]["text"]
    assert "$$ a = \\frac{b}{c} $$" in formulas and "Then[^n1] the end." in formulas
    assert formulas.endswith("[^n1]: First paragraph.\n\n    Second paragraph.")
    assert "```\nfold  twice\n```" in formulas and "2. Two\n   - inner" in formulas
    assert review["figures"]["dart"]["width"] == "70%"
    assert review["figures"]["dart"]["caption"] == "The folds of a dart [@crease2019]."
    assert review["tables"]["trials"]["rows"] == [["Fold 2021", "120"], ["Gust | Co", "64"]]
    assert {*references} == {"fold2021", "crease2019"}
    fold = next(item for item in imported.references if item.key == "fold2021")
    assert (fold.annotation, fold.importance) == ("The first trial.", 2)
    assert {*codes(problems)} == {"no-alternative-text", "uncited-references"}


def test_markdown_without_metadata_has_its_title_in_the_only_top_heading() -> None:
    review, references, _, problems = read(PAPERS / "markdown" / "plain.md")
    assert review["title"] == "A Letter on Darts" and not references and not problems
    passage, wrong = prose.parse(review["sections"][0]["text"], "en-US")
    assert not wrong
    assert prose.plain(passage) == "Who folds? 1. not a list, * nor emphasis, a_b_c, @nobody, p\xa0<\xa00.05."


OBSIDIAN = """# Darts

See [[Noses|the note on noses]], [[Clips]], [[@fold2021]] and `[[code]] ==x== %%y%%`. A ==highlighted== claim.
%%private
thoughts%% Then a == b, 5 %% and ![[Wings#Trials]] it. ^abc123

> [!warning]- Careful
> Sharp noses hurt.

> [!NOTE]
> They do.

![[dart.svg|300]]
"""


def test_a_note_of_obsidian_keeps_its_words_and_what_nobody_should_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "note.md").write_text(OBSIDIAN)
    (tmp_path / "dart.svg").write_bytes((PAPERS / "jats" / "dart.svg").read_bytes())
    review, _, imported, problems = read(tmp_path / "note.md")
    said = review["sections"][0]["text"]
    assert " ".join(said.split()).startswith(
        r"See the note on noses, Clips, \[[@fold2021]\] and `[[code]] ==x== %%y%%`. A highlighted claim. "
        "Then a == b, 5 %% and it. > **Careful**"
    )
    assert "> **Careful**\n>\n> Sharp noses hurt.\n" in said
    assert "\n> They do." in said
    assert "private" not in said and "abc123" not in said and "[!" not in said
    assert [*imported.files] == ["figures/figure-1.svg"]
    lines = {(one.code, one.span.line) for one in problems if one.span}
    assert {("lost-link", 3), ("lost-look", 3), ("lost-comments", 4), ("lost-part", 5)} <= lines


def test_several_bibliographies_and_what_is_not_there() -> None:
    review, references, _, problems = read(PAPERS / "markdown" / "keys.md")
    said = review["sections"][0]["text"].replace("\n", " ")
    assert said == (
        "All of them [@first2001; @second2002, chap. 2; and @unknown9999]. "
        "@first2001 [p. 3] says so, [-@second2002] too."
    )
    assert {*references} == {"first2001", "second2002", "third2003"}
    assert review["citation-style"] == "apa" and review["keywords"] == ["one", "two"]
    assert {*codes(problems)} == {"lost-bibliography", "lost-date", "lost-part"}


def test_tables_in_markdown_with_and_without_captions() -> None:
    review, _, _, problems = read(PAPERS / "markdown" / "tables.md")
    assert review["tables"]["trials"]["columns"] == ["Study", "Throws: Sharp", "Throws: Blunt"]
    assert review["tables"]["trials"]["rows"] == [["Fold", "120", "1.5"]]
    (section,) = review["sections"]
    assert section["heading"] == "Tables"
    assert section["text"] == "| Paper | Flight |\n| --- | ---: |\n| card | *1.9* m |\n\nAs @tbl-trials shows."
    assert {*codes(problems)} == {"merged-cells"}


def test_what_markdown_can_say_and_a_review_cannot_is_listed_with_its_heading() -> None:
    review, _, imported, problems = read(PAPERS / "markdown" / "odd.md")
    assert review["sections"][0] == {"heading": "Untitled", "text": "Before all headings."}
    said = review["sections"][1]["text"]
    assert "[A page](<https://example.org/a_(b)>), no page, see @sec-text and \\@fig-nowhere." in said
    assert "script" not in said and "[avion]{lang=fr}" in said
    assert [*imported.files] == ["figures/dart.svg"]
    lost = {"no-heading", "lost-part", "lost-picture", "lost-look", "lost-link"}
    lost |= {"no-alternative-text", "no-caption"}
    assert {*codes(problems)} == lost
    assert any("under “Text”" in problem.message for problem in problems)


def test_a_paper_of_quarto_keeps_names_callouts_institutions_and_alternative_texts() -> None:
    review, _, _, problems = read(PAPERS / "markdown" / "quarto.md")
    assert [author["name"] for author in review["authors"]] == ["Ada Fold", "Bo Gust"]
    assert [*review["affiliations"].values()] == ["Institute of Folded Paper, Northtown", "Wind Institute, Southtown"]
    said = review["sections"][0]["text"]
    assert "See @fig-dart and @eq-lift." in said and "$$ L = c v^2 $$ {#eq-lift}" in said
    assert "**Beware**\n\nScissors are *sharp*." in said and "```\nthrow(3)\n```" in said
    assert review["figures"]["dart"]["alt"] == "A sheet with four folds"
    assert review["statements"] == {"funding": "None.", "acknowledgments": "The stairwell was lent."}
    places = {(problem.code, problem.span.line if problem.span else 0) for problem in problems}
    assert places == {("lost-part", 1), ("lost-part", 23), ("lost-part", 35), ("uncited-references", 1)}


def test_a_paper_of_myst_keeps_citations_figures_formulas_and_tables() -> None:
    review, references, _, problems = read(PAPERS / "markdown" / "myst.md")
    said = " ".join(review["sections"][0]["text"].split())
    assert said.startswith(
        "Darts are old [@crease2019; @fold2021], as @fold2021 says. See @fig-dart, @tbl-trials, @eq-lift and "
        "@sec-flight; H~2~O, $v^2$, `{sub}` in code, and a red word."
    )
    assert "$$ L = c v^2 $$ {#eq-lift} **Beware** Scissors are *sharp*. Blunt ones are not." in said
    assert "A word beside." in said and "``` :::{note} stays code ::: ```" in said
    figure = review["figures"]["dart"]
    assert (figure["alt"], figure["width"]) == ("A sheet with four folds", "70%")
    assert figure["caption"] == "The folds of a dart [@crease2019]."
    assert review["tables"]["trials"] == {
        "caption": "Trials of darts",
        "columns": ["Study", "Darts"],
        "rows": [["Fold | Gust", "120"]],
    }
    assert {*references} == {"crease2019", "fold2021"}
    lines = [problem.span.line for problem in problems if problem.span and problem.code in ("lost-part", "lost-look")]
    assert sorted(lines) == [10, 45]


def test_a_caption_in_two_parts_that_stands_for_the_alternative_text_keeps_them_apart(tmp_path: Path) -> None:
    caption = "<caption><title>The folds.</title><p>Seen from above.</p></caption>"
    body = f'<fig id="F1">{caption}<graphic href="x"/></fig>'
    (tmp_path / "a.xml").write_text(f"<article><body><p>x</p>{body}</body></article>", encoding="utf-8")
    review, *_ = read(tmp_path / "a.xml")
    assert review["figures"]["F1"]["alt"] == "The folds. Seen from above."


# Depth, and pages that are not ours

DEEP = {
    "italics.xml": "<article><body><p>" + "<italic>" * 240 + "x" + "</italic>" * 240 + "</p></body></article>",
    "sections.xml": "<article><body>" + "<sec><title>x</title>" * 240 + "</sec>" * 240 + "</body></article>",
    "lists.xml": "<article><body>"
    + "<list><list-item><p>" * 80
    + "x"
    + "</p></list-item></list>" * 80
    + "</body></article>",
    "quotes.md": ">" * 2000 + " x",
    "emphasis.md": "*a **b " * 500,
    "page.html": "<h1 class='title'>x</h1><main>" + "<em>" * 3000 + "x",
    "other.html": "<html><h1>Another page</h1></html>",
    "empty.html": "",
    "empty.md": "",
    "empty.xml": "",
}


@pytest.mark.parametrize("name", DEEP)
def test_papers_that_nest_too_deeply_or_are_none_end_in_a_message_or_a_review(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(DEEP[name])
    form = next(form for form in importers.FORMATS if file.suffix in form.endings)
    imported, problems = importers.read(file, form)
    if imported is None:
        assert [problem.severity for problem in problems] == ["error"]
    else:
        written = folder.files_of(imported)["review.yaml"]
        assert written.startswith(b"# yaml-language-server")
