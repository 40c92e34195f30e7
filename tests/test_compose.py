import re
from pathlib import Path

import pytest
from lxml import html

from diptych import compose, press
from diptych.diagnostics import as_text
from diptych.workspace import Workspace
from projects import built, write

HEAD = "title: Birds\nbibliography: references.yaml\n"


def page(root: Path, review: str, template: str = "article", **files: str) -> html.HtmlElement:
    """The document that the printers set."""
    workspace, file = Workspace(root), write(root, HEAD + review, **files)
    content, _, said = press.prepare(workspace, file)
    found, problems = compose.find_template(template, workspace)
    assert content, [as_text(problem) for problem in said]
    assert found
    document, more = compose.fill(found, content, workspace)
    assert [as_text(problem) for problem in (*said, *problems, *more) if problem.severity != "info"] == []
    assert document
    return html.document_fromstring(document.html)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def problems(root: Path, review: str, **files: str) -> list[str]:
    made = built(root, HEAD + review, **files)
    assert made.outputs == ()
    return [as_text(problem) for problem in made.diagnostics]


FIGURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10"/></svg>'


def test_references_are_numbered_in_the_order_in_which_a_reader_meets_them(tmp_path: Path) -> None:
    made = page(
        tmp_path, "sections: [{heading: One, text: 'See [@dove] and [@falk].'}, {heading: Two, text: '[@bird]'}]"
    )
    assert [text(entry)[:9] for entry in made.find_class("entry")] == ["1.Dove D.", "2.Falk A.", "3.Bird B."]
    assert [text(cluster) for cluster in made.find_class("citation")] == ["[1]", "[2]", "[3]"]


def test_references_cited_in_a_table_are_numbered_where_the_table_is_first_mentioned(tmp_path: Path) -> None:
    review = """
sections:
  - {heading: One, text: "First [@bird], then @tbl-wings, then [@falk]."}
tables:
  wings: {caption: "Wings [@dove]", columns: [Bird], rows: [["crow [@crow]"]]}
"""
    made = page(tmp_path, review)
    names = [re.sub(r"^(\d)\.(\w+).*", r"\1 \2", text(entry)) for entry in made.find_class("entry")]
    assert names == ["1 Bird", "2 Dove", "3 Crow", "4 Falk"]


def test_consecutive_numbers_collapse_and_each_visible_one_links_to_its_entry(tmp_path: Path) -> None:
    made = page(tmp_path, "sections: [{heading: One, text: '[@falk] [@bird] [@crow] [@dove] [@falk; @bird; @crow]'}]")
    last = made.find_class("citation")[-1]
    assert text(last) == "[1–3]"
    assert [link.get("href") for link in last.iter("a")] == ["#ref-falk", "#ref-crow"]
    assert {link.get("href")[1:] for link in made.iter("a") if link.get("class") == "cite"} <= {
        element.get("id") for element in made.iter()
    }


def test_figures_and_tables_are_numbered_as_they_are_first_mentioned(tmp_path: Path) -> None:
    review = """
sections: [{heading: One, text: "@fig-b before @fig-a."}]
figures:
  a: {src: f.svg, alt: A line, caption: The first in the file.}
  b: {src: f.svg, alt: A line, caption: The second in the file.}
"""
    made = page(tmp_path, review, f_svg=FIGURE)
    assert text(made.get_element_by_id("fig-b").find("figcaption")) == "Figure 1. The second in the file."
    assert [text(link) for link in made.find_class("crossref")] == ["Figure 1", "Figure 2"]


def test_words_follow_the_language(tmp_path: Path) -> None:
    review = "lang: de\nsections: [{heading: Eins, id: eins, text: 'In @sec-eins und @tbl-t.[@falk]'}]\n"
    made = page(tmp_path, review + "tables: {t: {caption: Flügel, columns: [Vogel], rows: [[Lerche]]}}")
    assert [text(link) for link in made.find_class("crossref")] == ["„Eins“", "Tabelle 1"]
    assert text(made.get_element_by_id("references")) == "Literatur"


def test_a_language_without_words_gets_english_ones_and_a_warning(tmp_path: Path) -> None:
    made = built(tmp_path, HEAD + "lang: fi\nsections: [{heading: Yksi, text: Lintu.}]\n")
    assert [(problem.severity, problem.code) for problem in made.diagnostics] == [("warning", "language-without-words")]
    assert len(made.outputs) == 1


def test_a_graded_annotation_stands_with_its_mark_and_legend(tmp_path: Path) -> None:
    review = """
sections: [{heading: One, text: "[@falk] [@bird] [@crow]"}]
annotations:
  falk: {importance: 2, text: "Says *why* [@dove]."}
  bird: {text: Without a grade.}
"""
    made = page(tmp_path, review)
    assert [text(mark) for mark in made.find_class("mark")] == ["••", "", "", ""]
    assert [text(one) for one in made.find_class("annotation")] == ["Says why [4].", "Without a grade."]
    assert text(made.find_class("legend")[0]).endswith("highlighted as: •• Of major importance")


def test_the_handout_prints_annotated_references_only_and_keeps_their_numbers(tmp_path: Path) -> None:
    review = "sections: [{heading: One, text: '[@falk] [@bird]'}]\nannotations: {bird: {importance: 1, text: Why.}}\n"
    made = page(tmp_path, review, "handout")
    assert [text(number) for number in made.find_class("number")] == ["2."]
    assert "Of major importance" not in text(made)


def test_links_to_references_that_the_handout_leaves_out_are_plain_text(tmp_path: Path) -> None:
    review = """
sections: [{heading: One, text: "@tbl-t [@bird]"}]
tables: {t: {caption: "C", columns: [A], rows: [["x [@falk]"]], handout: true}}
annotations: {bird: {text: Why.}}
"""
    made = page(tmp_path, review, "handout")
    assert text(made.get_element_by_id("tbl-t")).endswith("x [1]")
    assert [link.get("href") for link in made.iter("a") if link.get("href", "").startswith("#")] == []


def test_a_note_style_puts_citations_into_notes(tmp_path: Path) -> None:
    review = "citation-style: chicago-notes-bibliography\nsections: [{heading: One, text: 'Said [@falk].'}]\n"
    made = page(tmp_path, review, "manuscript")
    assert text(made.find_class("footnote")[0]).startswith("Ada Falk, Larks, 2015")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("^[[@falk]]", "FALK."),
        ("^[[@falk].]", "FALK."),
        ("^[[@falk] has it.]", "FALK has it."),
        ("^[So it is [see @falk].]", "So it is (see FALK)."),
        ("^[So it is [@falk]]", "So it is (FALK)"),
        ("[^n]\n\n    [^n]: *So* it is [@falk].\n", "So it is (FALK)."),
        ("^[As @falk has it.]", "As FALK has it."),
    ],
)
def test_a_note_style_leaves_citations_within_a_note_where_they_are(tmp_path: Path, written: str, shown: str) -> None:
    review = f"citation-style: chicago-notes-bibliography\nsections:\n- heading: One\n  text: |\n    Said{written}\n"
    (note,) = page(tmp_path, review, "manuscript").find_class("footnote")
    assert text(note) == shown.replace("FALK", "Ada Falk, Larks, 2015, https://doi.org/10.5555/1")


@pytest.mark.parametrize(
    ("style", "shown"),
    [("springer-vancouver-brackets", "seen [1] by"), ("nature", "seen1 by"), ("apa", "seen (Falk, 2015) by")],
)
def test_changing_the_style_changes_the_citations_alone(tmp_path: Path, style: str, shown: str) -> None:
    made = page(
        tmp_path, f"citation-style: {style}\nsections: [{{heading: One, text: 'It was seen [@falk] by us.'}}]\n"
    )
    assert text(made.find("body").find("main")) == f"One It was {shown} us."


def test_rows_may_come_from_a_csv_file(tmp_path: Path) -> None:
    review = "tables: {t: {caption: T, columns: [Bird, Legs], csv: birds.csv}}\n"
    made = page(tmp_path, review, birds_csv='Bird,Legs\nlark *A*,2\n\n"wren, grey",2\n')
    assert [text(cell) for cell in made.iter("td")] == ["lark A", "2", "wren, grey", "2"]


def test_jinja_in_content_is_text(tmp_path: Path) -> None:
    made = page(tmp_path, "sections: [{heading: '{{ 1 + 1 }}', text: '{% for x in y %} {{ review }}'}]\n")
    assert "{{ 1 + 1 }}" in text(made)
    assert "{% for x in y %} {{ review }}" in text(made)


def test_markup_in_plain_fields_is_text(tmp_path: Path) -> None:
    made = page(
        tmp_path, "keywords: ['<script>x</script>']\nauthors: [{name: '<b>A</b>'}]\nsections: [{heading: A, text: B}]\n"
    )
    assert made.findall(".//script") == []
    assert "<script>x</script>" in text(made)


# What is wrong, and where


def test_an_unknown_citation_is_reported_where_it_stands(tmp_path: Path) -> None:
    assert problems(
        tmp_path, "sections:\n  - heading: One\n    text: |\n      Some words.\n\n      See [@falk; @brid].\n"
    ) == [
        "content/birds/review.yaml:8:19: error[unknown-citation]: no reference has the key “brid”\n"
        "    |\n"
        "  8 |       See [@falk; @brid].\n"
        "    |                   ^^^^^\n"
        "  = help: did you mean “bird”?"
    ]


def test_unknown_figures_tables_and_sections_are_all_reported(tmp_path: Path) -> None:
    review = """
sections: [{heading: One, id: wings, text: "@fig-wing, @tbl-x, @sec-wing"}]
figures: {wings: {src: f.svg, alt: A line, caption: C.}}
"""
    found = problems(tmp_path, review, f_svg=FIGURE)
    assert [line.splitlines()[0].partition(": ")[2] for line in found] == [
        "error[unknown-figure]: there is no figure “wing”",
        "error[unknown-table]: there is no table “x”",
        "error[unknown-section]: there is no section “wing”",
    ]
    assert found[0].endswith("= help: did you mean “wings”?")


def test_a_missing_picture_and_csv_file_are_reported(tmp_path: Path) -> None:
    review = """
figures: {a: {src: ../../../x.png, alt: A, caption: C.}}
tables: {t: {caption: T, columns: [A], csv: t.csv}}
"""
    assert [line.split("error", 1)[1].splitlines()[0] for line in problems(tmp_path, review)] == [
        "[no-such-file]: there is no picture “../../../x.png”",
        "[no-such-file]: cannot read the CSV file “t.csv”",
    ]


def test_a_row_of_a_csv_file_with_too_many_cells_is_reported_at_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, "tables: {t: {caption: T, columns: [A], csv: t.csv}}", t_csv="A\nx\ny,z\n")
    assert found == ["content/birds/t.csv:3:1: error[uneven-row]: the row has 2 cells, the table 1 columns"]


def test_an_unknown_citation_in_a_csv_file_is_reported_at_its_line(tmp_path: Path) -> None:
    found = problems(tmp_path, "tables: {t: {caption: T, columns: [A], csv: t.csv}}", t_csv="A\nx\n[@nobody]\n")
    assert found[0].startswith("content/birds/t.csv:3:1: error[unknown-citation]: no reference has the key “nobody”")


def test_annotations_of_unknown_and_uncited_references_are_reported(tmp_path: Path) -> None:
    review = "sections: [{heading: A, text: '[@falk]'}]\nannotations: {falkk: {text: A}, bird: {text: B}}\n"
    made = built(tmp_path, HEAD + review)
    assert [(one.severity, one.code, one.span.column if one.span else 0) for one in made.diagnostics] == [
        ("error", "unknown-annotation", 15),
        ("warning", "uncited-annotation", 33),
    ]


def test_an_unknown_citation_style_is_reported_with_the_nearest(tmp_path: Path) -> None:
    found = problems(tmp_path, "citation-style: natur\nsections: [{heading: A, text: B}]\n")
    assert found[0].startswith("content/birds/review.yaml:3:17: error[unknown-style]")
    assert "did you mean “nature”?" in found[0]


@pytest.mark.parametrize("words", ["en: [", "en: {figure: Figure}", "- a list", "de: {}"])
def test_words_of_a_project_that_are_none_are_reported(tmp_path: Path, words: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "words.yaml").write_text(words, encoding="utf-8")
    made = built(tmp_path, HEAD)
    assert made.outputs == ()
    assert [problem.code for problem in made.diagnostics] == ["template-words"]
    assert made.diagnostics[0].span is not None
    assert made.diagnostics[0].span.file == "templates/words.yaml"


def test_a_manuscript_without_abstract_has_no_page_for_one(tmp_path: Path) -> None:
    found = page(tmp_path, "sections: [{heading: One, text: Words.}]\n", "manuscript")
    assert found.xpath("//div[@class='front-page']") == []


@pytest.mark.parametrize(
    ("src", "hint"),
    [
        ("figures/flow.png", "capitals count"),
        ("https://example.org/flow.png", "nothing is fetched"),
        ("C:/Users/ada/flow.png", "from there: figures/…"),
    ],
)
def test_a_picture_that_is_not_there_comes_with_what_to_do(src: str, hint: str, tmp_path: Path) -> None:
    figures = f"figures: {{flow: {{src: '{src}', alt: A flow of boxes, caption: Flow}}}}"
    content = write(tmp_path, f"title: Darts\n{figures}\n")
    (problem,) = [one for one in press.check(Workspace(tmp_path), content).diagnostics if one.severity == "error"]
    assert problem.code == "no-such-file" and hint in (problem.hint or "")


def test_of_a_bibliography_that_is_not_there_only_that_is_said(tmp_path: Path) -> None:
    cited = (
        "sections: [{heading: Text, text: 'So it is [@fold2021].'}]\nannotations: {fold2021: {importance: 1, text: x}}"
    )
    content = write(tmp_path, f"title: Darts\nbibliography: darts.bib\n{cited}\n")
    (problem,) = [one for one in press.check(Workspace(tmp_path), content).diagnostics if one.severity == "error"]
    assert problem.code == "no-such-file" and problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 15)
