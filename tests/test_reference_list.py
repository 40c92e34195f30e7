from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from lxml import html

from diptych.compose.passes import CitedMark, mark_citations
from projects import built
from test_compose import HEAD, page, text
from word.reader import Docx

CITED = (
    "sections:\n  - {heading: One, text: 'A [@falk; @bird].'}\n  - {heading: Two, text: 'B [@crow; @falk] [@dove].'}\n"
)
GRADED = (
    "annotations:\n  bird: {importance: 1, text: Good.}\n  dove: {importance: 2, text: Better.}\n  crow: {text: Old.}\n"
)


def template(root: Path, **settings: str) -> None:
    """A template `mine`: the article with other settings."""
    folder = root / "templates" / "mine"
    folder.mkdir(parents=True)
    lines = ["description: Mine", "stylesheets: [common.css, article/style.css]", "notes: endnotes"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in settings.items()]
    (folder / "template.yaml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "document.html.j2").write_text('{% extends "article/document.html.j2" %}', encoding="utf-8")


def groups(made: html.HtmlElement) -> list[tuple[str, str]]:
    """Each group's heading and the numbers beneath it."""
    found = []
    for one in made.find_class("reference-list"):
        before = one.getprevious()
        heading = text(before) if before is not None and before.tag == "h3" else ""
        found.append((heading, "".join(text(number) for number in one.find_class("number"))))
    return found


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("none", [("", "1.2.3.4.")]),
        ("grade", [("Of major importance", "4."), ("Of importance", "2."), ("Other references", "1.3.")]),
        ("section", [("One", "1.2."), ("Two", "3.4.")]),
        ("year", [("2018", "4."), ("2017", "3."), ("2016", "2."), ("2015", "1.")]),
        ("group", [("Songbirds", "1.2."), ("Other references", "3.4.")]),
    ],
)
def test_the_list_is_divided_and_keeps_its_numbers(tmp_path: Path, by: str, expected: list[tuple[str, str]]) -> None:
    template(tmp_path, group_references=by)
    made = page(tmp_path, CITED + GRADED + "reference-groups: {Songbirds: [bird, falk]}\n", "mine")
    assert groups(made) == expected


def test_a_work_of_two_groups_stands_in_the_first(tmp_path: Path) -> None:
    template(tmp_path, group_references="group")
    made = page(tmp_path, CITED + "reference-groups: {Songbirds: [bird], All: [falk, bird]}\n", "mine")
    assert groups(made) == [("Songbirds", "2."), ("All", "1."), ("Other references", "3.4.")]


def test_a_key_that_no_reference_has_is_an_error_in_a_group(tmp_path: Path) -> None:
    made = built(tmp_path, HEAD + CITED + "reference-groups: {Songbirds: [falk, brid]}\n")
    (problem,) = made.diagnostics
    assert (problem.code, problem.hint) == ("unknown-citation", "did you mean “bird”?")
    assert problem.span and problem.span.line > 1


def test_a_template_may_print_annotated_references_only(tmp_path: Path) -> None:
    template(tmp_path, references="annotated")
    assert groups(page(tmp_path, CITED + GRADED, "mine")) == [("", "2.3.4.")]


def test_a_review_may_have_marks_words_and_colours_of_its_own(tmp_path: Path) -> None:
    marks = "marks: {intro: 'Look for:', grades: [{importance: 2, mark: '**', words: unmissable, color: '#aa0000'}]}\n"
    made = page(tmp_path, CITED + GRADED + marks)
    assert text(made.find_class("legend")[0]) == "Look for: ** unmissable"
    shown = [(text(mark), mark.get("style")) for mark in made.find_class("mark")]
    assert shown == [("", None), ("", None), ("", None), ("**", "color: #aa0000")]


@pytest.mark.parametrize(("mark", "ems"), [("••", None), ("**", None), ("■", None), ("■■", 2.0), ("READ", 3.58)])
def test_marks_that_need_it_have_a_wider_column(tmp_path: Path, mark: str, ems: float | None) -> None:
    marks = f"marks: {{intro: As, grades: [{{importance: 2, mark: '{mark}', words: go}}]}}\n"
    (made,) = page(tmp_path, CITED + GRADED + marks).find_class("reference-list")
    wide = ("reference-list marked wide-marks", f"--mark: {ems}") if ems else ("reference-list marked", None)
    assert (made.get("class"), made.get("style")) == wide


def test_a_mark_that_nothing_has_widens_no_column(tmp_path: Path) -> None:
    grades = "[{importance: 1, mark: •, words: see}, {importance: 2, mark: ■■■, words: go}]"
    review = CITED + "annotations: {bird: {importance: 1, text: Good.}}\n" + f"marks: {{intro: As, grades: {grades}}}\n"
    (made,) = page(tmp_path, review).find_class("reference-list")
    assert (made.get("class"), made.get("style")) == ("reference-list marked", None)


def test_a_mark_of_many_words_leaves_the_entry_room(tmp_path: Path) -> None:
    marks = f"marks: {{intro: As, grades: [{{importance: 2, mark: {'M' * 99}, words: go}}]}}\n"
    (made,) = page(tmp_path, CITED + GRADED + marks).find_class("reference-list")
    assert made.get("style") == "--mark: 12.0"


def test_a_review_may_choose_another_preset(tmp_path: Path) -> None:
    made = page(tmp_path, CITED + GRADED + "marks: elsevier-current-opinion\n")
    assert text(made.find_class("legend")[0]).endswith("• of special interest •• of outstanding interest")


def test_the_legend_of_a_preset_and_the_links_speak_the_language_of_the_review(tmp_path: Path) -> None:
    made = page(tmp_path, CITED + GRADED + "lang: de\n")
    assert text(made.find_class("legend")[0]).endswith("hervorgehoben: • Von Bedeutung •• Von großer Bedeutung")
    assert {text(link) for link in made.find_class("link")} >= {"Artikel"}


def test_words_of_the_authors_own_stay_in_any_language(tmp_path: Path) -> None:
    marks = "marks: {intro: 'Read these:', grades: [{importance: 1, mark: '*', words: soon}]}\n"
    made = page(tmp_path, CITED + GRADED + marks + "lang: de\n")
    assert text(made.find_class("legend")[0]) == "Read these: * soon"


def test_what_a_mark_means_is_not_broken_over_the_line_unless_it_is_long(tmp_path: Path) -> None:
    words = "which says in very many words what it means"
    long = f"marks: {{intro: 'As:', grades: [{{importance: 1, mark: '*', words: {words}}}]}}\n"
    (legend,) = page(tmp_path / "short", CITED + GRADED).find_class("legend")
    assert [text(one) for one in legend.find_class("nowrap")] == ["• Of importance", "•• Of major importance"]
    (legend,) = page(tmp_path / "long", CITED + GRADED + long).find_class("legend")
    assert legend.find_class("nowrap") == []


def test_an_annotation_may_run_in_behind_its_entry(tmp_path: Path) -> None:
    template(tmp_path, annotations="run-in")
    made = page(tmp_path, CITED + GRADED, "mine")
    assert text(made.get_element_by_id("ref-bird").find("p")) == "2.•Bird B. Wrens. 2016. Good."
    assert made.find_class("annotation") == []


def test_an_annotation_that_runs_in_is_told_from_its_entry_by_its_face(tmp_path: Path) -> None:
    template(tmp_path, annotations="run-in")
    docx = Docx(built(tmp_path, HEAD + CITED + GRADED, "mine", ("docx",)).outputs[0].data)
    assert docx.looks("Annotation Text", "rPr", "rFonts", "ascii") == "Source Sans Pro"
    assert docx.looks("Bibliography", "rPr", "rFonts", "ascii") != "Source Sans Pro"


def test_a_template_chooses_the_links(tmp_path: Path) -> None:
    template(tmp_path, links="[article]")
    made = page(tmp_path, CITED + GRADED, "mine")
    assert [text(link) for link in made.find_class("link")] == ["Article"]


def test_a_template_may_leave_out_the_link_to_cas(tmp_path: Path) -> None:
    known = "- {id: falk, type: book, title: T, DOI: 10.5555/1, CAS: '1:CAS:528:DC%2BC2MX'}\n"
    review = "sections: [{heading: One, text: 'A [@falk].'}]\n"
    made = page(tmp_path / "all", review, references_yaml=known)
    assert [text(link) for link in made.find_class("link")] == ["Article", "CAS", "Google Scholar"]
    template(tmp_path / "some", links="[scholar, cas]")
    made = page(tmp_path / "some", review, "mine", references_yaml=known)
    assert [text(link) for link in made.find_class("link")] == ["CAS", "Google Scholar"]


def test_recommended_reading_is_a_list_of_its_own_with_numbers_that_go_on(tmp_path: Path) -> None:
    review = "sections: [{heading: One, text: 'A [@falk; @bird].'}]\nrecommended-reading: [dove, bird]\n" + GRADED
    made = built(tmp_path, HEAD + review)
    assert [problem.code for problem in made.diagnostics] == ["uncited-annotation"]  # crow
    root = html.document_fromstring(made.outputs[0].data.decode("utf-8"))
    assert groups(root) == [("", "1.2."), ("", "3.2.")]
    assert text(root.get_element_by_id("recommended-reading")) == "Recommended reading"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_an_unknown_key_in_recommended_reading_is_reported(tmp_path: Path) -> None:
    made = built(tmp_path, HEAD + "recommended-reading: [falkk]\n")
    assert [problem.code for problem in made.diagnostics] == ["unknown-citation"]


def test_a_qr_code_leads_to_the_article_and_says_so(tmp_path: Path) -> None:
    template(tmp_path, qr_codes="true")
    made = page(tmp_path, CITED, "mine")
    codes = [picture for picture in made.iter("img") if picture.getparent().get("class") == "qr"]
    assert [code.get("alt") for code in codes] == ["QR code: https://doi.org/10.5555/1"]


# Marks beside citation numbers


def test_marks_stand_beside_citation_numbers_where_the_review_wants_them(tmp_path: Path) -> None:
    made = page(tmp_path, CITED + GRADED + "marks-in-text: true\n")
    assert [text(one) for one in made.find_class("citation")] == ["[1,2•]", "[1,3]", "[4••]"]


def test_no_marks_stand_in_the_text_unless_asked_for(tmp_path: Path) -> None:
    made = page(tmp_path, CITED + GRADED)
    assert [text(one) for one in made.find_class("citation")] == ["[1,2]", "[1,3]", "[4]"]


def marked(citation: str, *marks: int, last: int = 20) -> str:
    root = html.fragment_fromstring(f'<p><span class="citation">{citation}</span></p>')
    mark_citations(root, {f"r{n}": CitedMark(str(n), "•" if n in marks else "") for n in range(1, last + 1)})
    return str(root.text_content())


def link(number: int, shown: str = "") -> str:
    return f'<a class="cite" href="#r{number}">{shown or number}</a>'


@pytest.mark.parametrize(
    ("citation", "marks", "expected"),
    [
        (f"[{link(1)}–{link(3)}]", [2], "[1,2•,3]"),
        (f"[{link(1)}–{link(3)}]", [1, 3], "[1•–3•]"),
        (f"[{link(1)}–{link(3)}]", [9], "[1–3]"),
        (f"[{link(9)}–{link(11)}, {link(15)}]", [10, 15], "[9, 10•, 11, 15•]"),
        (f"[{link(1)}–{link(9)}]", [5, 6], "[1–4,5•,6•,7–9]"),
        (f"[{link(2)}, {link(4)}–{link(5)}]", [2], "[2•, 4–5]"),
        (f"[{link(2)}, p. 4]", [2], "[2•, p. 4]"),
        (f"[{link(2, '2, p. 4')}, {link(20)}]", [2], "[2•, p. 4, 20]"),
        (f"{link(2, '[2]')}, {link(3, '[3, p. 4]')}", [2, 3], "[2•], [3•, p. 4]"),
        (f"{link(1, '[1]')}–{link(5, '[5]')}", [3], "[1],[2],[3•],[4],[5]"),
    ],
)
def test_a_marked_number_is_never_swallowed_by_a_range(citation: str, marks: list[int], expected: str) -> None:
    assert marked(citation, *marks) == expected


def test_an_opened_range_links_every_number() -> None:
    root = html.fragment_fromstring(f'<p><span class="citation">[{link(1)}–{link(5)}]</span></p>')
    mark_citations(root, {f"r{n}": CitedMark(str(n), "•" if n == 4 else "") for n in range(1, 6)})
    assert [one.get("href") for one in root.iter("a")] == ["#r1", "#r3", "#r4", "#r5"]


def test_qr_codes_of_the_printed_handout_can_be_scanned_at_full_size(tmp_path: Path) -> None:
    review = "sections: [{heading: One, text: '[@falk]'}]\nannotations: {falk: {importance: 1, text: Why.}}\n"
    made = built(tmp_path, HEAD + review, "handout", ("pdf",))
    with pypdfium2.PdfDocument(made.outputs[0].data) as pdf:
        picture = pdf[0].render(scale=150 / 72).to_pil()  # 150 dots per inch, half of what an office printer has
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["https://doi.org/10.5555/1"]
