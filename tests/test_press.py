import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from weasyprint.text.fonts import FontConfiguration

from diptych import press
from diptych.diagnostics import as_text
from diptych.document import Document, Stylesheet
from diptych.printers.faces import foreign_characters
from diptych.printers.pdf import ProjectFetcher, lay_out, print_pdf
from diptych.workspace import Workspace, house_templates
from projects import built, write

REVIEW = """
title: Birds
keywords: [lark, wren]
authors: [{name: Ada Falk}, {name: Bo Bird}]
bibliography: references.yaml
sections:
  - {heading: Larks, id: larks, text: "Up they go [@falk], see @fig-a.^[A note on $x^2$.]"}
  - {heading: Wrens, text: "Down [@bird]."}
figures: {a: {src: a.svg, alt: A line going up, caption: A line.}}
annotations: {falk: {importance: 2, text: The first.}}
"""
FIGURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 9L9 0" stroke="#000"/></svg>'


@pytest.fixture(scope="module")
def manuscript(tmp_path_factory: pytest.TempPathFactory) -> press.Built:
    root = tmp_path_factory.mktemp("project")
    return built(root, REVIEW, "manuscript", ("pdf", "docx", "html"), a_svg=FIGURE)


def output(made: press.Built, name: str) -> bytes:
    return next(one.data for one in made.outputs if one.format == name)


def opened(made: press.Built) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(output(made, "pdf")))


def test_one_review_becomes_every_format_asked_for(manuscript: press.Built) -> None:
    assert [as_text(problem) for problem in manuscript.diagnostics] == []
    assert [(one.template, one.format) for one in manuscript.outputs] == [
        ("manuscript", "pdf"),
        ("manuscript", "docx"),
        ("manuscript", "html"),
    ]
    assert zipfile.ZipFile(io.BytesIO(output(manuscript, "docx"))).testzip() is None


def test_what_was_read_is_recorded_with_its_hash(manuscript: press.Built) -> None:
    names = set(manuscript.reads)
    assert {"content/birds/review.yaml", "content/birds/references.yaml", "content/birds/a.svg"} <= names
    assert {"templates:common.css", "templates:manuscript/document.html.j2", "templates:words.yaml"} <= names
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in manuscript.reads.values())


def test_the_pdf_says_its_title_authors_keywords_and_language(manuscript: press.Built) -> None:
    with opened(manuscript) as pdf:
        assert (str(pdf.docinfo["/Title"]), str(pdf.docinfo["/Keywords"])) == ("Birds", "lark, wren")
        assert str(pdf.docinfo["/Author"]) == "Ada Falk, Bo Bird"
        assert str(pdf.Root.Lang) == "en-US"


def test_the_pdf_has_a_bookmark_for_each_heading(manuscript: press.Built) -> None:
    with opened(manuscript) as pdf, pdf.open_outline() as outline:
        titles = [child.title for child in outline.root[0].children]
        assert outline.root[0].title == "Birds"
        assert titles == ["Larks", "Wrens", "References", "Figure legends"]


def test_table_headers_of_the_pdf_say_what_they_head(tmp_path: Path) -> None:
    made = built(
        tmp_path, 'title: T\ntables: {t: {caption: C, columns: [A, B], rows: [["1", "2"]]}}\n', "manuscript", ("pdf",)
    )
    with opened(made) as pdf:
        cells = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/TH"]
        assert [str(cell.A.Scope) for cell in cells] == ["/Column", "/Column"]


def test_lines_of_the_manuscript_are_numbered_as_artifacts(manuscript: press.Built) -> None:
    with opened(manuscript) as pdf:
        marked = pdf.pages[0].Contents
        streams = marked if isinstance(marked, pikepdf.Array) else [marked]
        assert b"/Artifact" in b"".join(stream.read_bytes() for stream in streams)
        assert [name for name in pdf.pages[0].Resources.XObject if "LineNumbers" in name]


def test_the_article_has_no_line_numbers(tmp_path: Path) -> None:
    made = built(tmp_path, "title: T\nsections: [{heading: A, text: B}]\n", "article", ("pdf",))
    assert b"LineNumbers" not in output(made, "pdf")


def test_the_web_page_holds_all_it_shows(manuscript: press.Built) -> None:
    page = output(manuscript, "html").decode("utf-8")
    assert set(re.findall(r'src="(\w+):', page)) == {"data"}
    assert set(re.findall(r"url\((\w+):", page)) == {"data"}


STRANGE = {
    "中": "CJK UNIFIED IDEOGRAPH-4E2D",
    "ש": "HEBREW LETTER SHIN",
    "ع": "ARABIC LETTER AIN",
    "🧿": "NAZAR AMULET",
}


def test_each_character_that_no_font_has_is_an_error_at_its_place_and_never_a_box(tmp_path: Path) -> None:
    text = "title: T\nsections: [{heading: A, text: 'x 中中 ש ع 🧿 y'}]\n"
    made = built(tmp_path, text, "article", ("pdf", "html"))
    assert [one.format for one in made.outputs] == ["html"]
    said = {problem.span.column: problem for problem in made.diagnostics if problem.span}
    assert {problem.code for problem in made.diagnostics} == {"missing-glyph"}
    for character, name in STRANGE.items():
        column = text.splitlines()[1].index(character) + 1
        expected = f"article.pdf: no font has the character “{character}” ({name}, U+{ord(character):04X})"
        assert (said[column].severity, said[column].message) == ("error", expected)
    assert len(made.diagnostics) == len(STRANGE)


def test_a_character_of_a_reference_that_no_font_has_is_an_error_at_the_reference(tmp_path: Path) -> None:
    text = "title: T\nsections: [{heading: A, text: 'x [@a; @b]'}]\nbibliography: [r.yaml, s.bib]\n"
    files = {
        "r_yaml": "- {id: a, type: book, title: Knots}\n- {id: c, type: book, title: Not cited ש}\n",
        "s_bib": "@book{b,\n  title={Knots}, author={中, Li}}\n",
    }
    made = built(tmp_path, text, "article", ("pdf",), **files)
    assert made.outputs == ()
    (problem,) = made.diagnostics
    assert problem.span and problem.code == "missing-glyph"
    assert (problem.span.file, problem.span.line) == ("content/birds/s.bib", 1)
    assert problem.source_line == "@book{b,"


GREEK_AND_CYRILLIC = "α-Блокатор, *β-Блокатор*, **γ-Блокатор**, ***δ-Блокатор***, `ε → ‐`"


def test_what_a_face_lacks_is_set_in_another_face_of_the_house(tmp_path: Path) -> None:
    made = built(tmp_path, f"title: Ω\nsections: [{{heading: Ψ, text: '{GREEK_AND_CYRILLIC}'}}]\n", "article", ("pdf",))
    assert [as_text(problem) for problem in made.diagnostics] == []
    with opened(made) as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        names = {str(thing.FontName).partition("+")[2] for thing in things if "/FontName" in thing}
    assert {name[: len("Source-Serif")] for name in names} <= {"Source-Serif", "Source-Sans-"}


def test_a_font_of_the_machine_is_used_nowhere(tmp_path: Path) -> None:
    page = "<html lang='en'><head><title>T</title></head><body><p>one <code>two</code></p></body></html>"
    common = (house_templates() / "common.css").read_text(encoding="utf-8")
    for family in ("DejaVu Sans", "monospace", "sans-serif", "local"):
        own = f'@font-face {{ font-family: local; src: local("DejaVu Sans") }} p, code {{ font-family: "{family}" }}'
        sheets = (Stylesheet("common.css", common), Stylesheet("own.css", own.replace('"monospace"', "monospace")))
        data = print_pdf(Document(page, sheets, "https://project.invalid/"), Workspace(tmp_path)).data
        with pikepdf.open(io.BytesIO(data)) as pdf:
            names = [str(thing.FontName) for thing in pdf.objects if "/FontName" in _dictionary(thing)]
        assert names
        assert [name for name in names if "Source-S" not in name] == []


def _dictionary(thing: object) -> pikepdf.Dictionary:
    return thing if isinstance(thing, pikepdf.Dictionary) else pikepdf.Dictionary()


def test_a_font_that_no_stylesheet_brings_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.printers.pdf.foreign_characters", lambda *_: {"Comic Sans": "abc"})
    made = built(tmp_path, "title: T\n", "article", ("pdf",))
    assert made.outputs == ()
    assert "foreign-font]: article.pdf: “abc” is set in Comic Sans" in as_text(made.diagnostics[0])


def test_a_font_is_known_by_its_file(tmp_path: Path) -> None:
    page = "<html lang='en'><head><title>T</title></head><body><p>abc</p></body></html>"
    common = Stylesheet("common.css", (house_templates() / "common.css").read_text(encoding="utf-8"))
    document = Document(page, (common,), "https://project.invalid/")
    laid_out, _ = lay_out(document, Workspace(tmp_path), ProjectFetcher(Workspace(tmp_path)))
    laid_out.write_pdf()
    assert foreign_characters(laid_out.fonts, laid_out.font_config) == {}
    assert foreign_characters(laid_out.fonts, FontConfiguration()) == {"Source Serif Pro": "abc"}


def test_a_formula_that_cannot_be_set_is_reported_and_its_latex_printed(tmp_path: Path) -> None:
    made = built(tmp_path, "title: T\nsections: [{heading: A, text: 'Here $\\frac{1$ it is.'}]\n", "article", ("html",))
    assert [(problem.severity, problem.code) for problem in made.diagnostics] == [("warning", "formula")]
    assert r"\frac{1" in output(made, "html").decode("utf-8")


OVER_THE_MARGIN = """title: T
sections:
  - heading: A
    text: |
      See @tbl-many and @tbl-few.

      $$ aaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbb + cccccccccccccccccccccc + dddddddddddd $$
tables:
  many: {caption: C., columns: [COLUMNS], rows: [[COLUMNS]]}
  few: {caption: C., columns: [A, B], rows: [[a, b]]}
"""
COLUMNS = ", ".join(["Extraordinary"] * 8)


def test_what_no_column_holds_is_told_at_its_place(tmp_path: Path) -> None:
    text = OVER_THE_MARGIN.replace("COLUMNS", COLUMNS)
    made = built(tmp_path, text, "article", ("pdf",))
    said = {problem.span.line: problem for problem in made.diagnostics if problem.span}
    assert {(problem.severity, problem.code) for problem in made.diagnostics} == {("warning", "over-margin")}
    assert list(said) == [7, 9]
    assert re.fullmatch(r"article.pdf: Table\s1 reaches \d+(\.\d)? mm over its column on page 1", said[9].message)
    assert said[7].message.startswith("article.pdf: “aaaaaaaaaaaaaaaaaa + ")
    assert "wide: true" in str(said[9].hint)


def test_a_wide_table_that_the_page_holds_is_not_told_of(tmp_path: Path) -> None:
    text = OVER_THE_MARGIN.replace("rows: [[COLUMNS]]", "wide: true, rows: [[COLUMNS]]").replace("COLUMNS", COLUMNS)
    assert [one.span.line for one in built(tmp_path, text, "article", ("pdf",)).diagnostics if one.span] == [7]


# Templates of a project


def project_template(root: Path, name: str, **files: str) -> None:
    folder = root / "templates" / name
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text(
        "description: Mine\nstylesheets: [common.css, article/style.css]\n", encoding="utf-8"
    )
    for file, text in files.items():
        (folder / file.replace("__", ".")).write_text(text, encoding="utf-8")


def test_a_projects_own_file_wins_over_the_houses(tmp_path: Path) -> None:
    (tmp_path / "templates" / "article").mkdir(parents=True)
    (tmp_path / "templates" / "article" / "style.css").write_text("p { color: #123456 }", encoding="utf-8")
    made = built(tmp_path, "title: T\nabstract: Words.\n")
    page = output(made, "html").decode("utf-8")
    assert "#123456" in page
    assert "Words." in page


def problem_of(root: Path, template: str) -> str:
    project_template(root, "mine", document__html__j2=template)
    made = built(root, "title: T\n", "mine")
    assert made.outputs == ()
    return as_text(made.diagnostics[0])


def test_a_name_that_is_not_defined_is_reported_with_template_and_line(tmp_path: Path) -> None:
    shown = problem_of(tmp_path, "<html>\n\n{{ reveiw }}</html>")
    assert shown == "templates/mine/document.html.j2:3:1: error[template]: 'reveiw' is undefined"


def test_a_template_that_is_no_jinja_is_reported_with_its_line(tmp_path: Path) -> None:
    shown = problem_of(tmp_path, "<html>\n{% for x %}</html>")
    assert shown.startswith("templates/mine/document.html.j2:2:1: error[template-syntax]:")


def test_a_partial_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "“nowhere.j2”" in problem_of(tmp_path, '{% include "nowhere.j2" %}')


@pytest.mark.parametrize(
    "attack", ["{{ ''.__class__.__mro__ }}", "{{ content.__init__.__globals__ }}", "{{ review.__dict__ }}"]
)
def test_a_template_is_sandboxed(tmp_path: Path, attack: str) -> None:
    assert "error[template]" in problem_of(tmp_path, attack)


def test_a_template_cannot_reach_outside_the_templates(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    assert "error[no-such-template-file]" in problem_of(tmp_path, '{% include "../secret.txt" %}')


def test_a_setting_that_is_not_known_is_reported(tmp_path: Path) -> None:
    project_template(tmp_path, "mine", document__html__j2="x")
    (tmp_path / "templates" / "mine" / "template.yaml").write_text("description: M\nstylesheets: []\ncolour: x\n")
    made = built(tmp_path, "title: T\n", "mine")
    assert [problem.code for problem in made.diagnostics] == ["template-settings"]


# Nothing from outside


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "https://example.org/a.png",
        "file:///etc/passwd",
        "//127.0.0.1/a.png",
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/%2e%2e/secret.svg",
        "ftp://127.0.0.1/a.png",
    ],
)
def test_the_pdf_printer_fetches_nothing_from_outside(tmp_path: Path, address: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "secret.svg").write_text(FIGURE)
    page = f'<html lang="en"><head><title>T</title></head><body><p>x <img src="{address}" alt="x"></p></body></html>'
    printed = print_pdf(Document(page, (), Workspace(root).address(root)), Workspace(root))
    assert any(problem.code == "refused-address" for problem in printed.diagnostics)


def test_what_a_picture_of_the_project_refers_to_is_not_fetched_from_outside(tmp_path: Path) -> None:
    evil = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        '<image href="http://127.0.0.1:9/x.png" width="5" height="5"/></svg>'
    )
    file = write(tmp_path, "title: T\nfigures: {a: {src: a.svg, alt: A, caption: C.}}\n", a_svg=evil)
    made = press.build(Workspace(tmp_path), file, ["article"], ["pdf"])
    assert made.outputs == ()
    assert "bad-picture" in {problem.code for problem in made.diagnostics if problem.severity == "error"}


# Line breaks


def test_a_line_that_fits_but_for_its_last_space_is_not_broken_early(tmp_path: Path) -> None:
    """Every line of a ragged paragraph is filled: the first word of the next would not have fitted."""
    common = (house_templates() / "common.css").read_text(encoding="utf-8")
    words = (
        "<em>Ends and times.</em> Local control is given at 6 months <a href='https://example.org/'>[13]</a> or so. "
    )
    short = []
    for tenths in range(2320, 2380, 3):
        css = f"@page {{ size: {tenths / 10}pt 900pt; margin: 0 }} p {{ hyphens: auto; text-indent: 9pt }}"
        page = f'<html lang="en"><head><title>T</title></head><body><p>{words * 4}</p></body></html>'
        sheets = (Stylesheet("common.css", common), Stylesheet("a.css", css))
        printed = print_pdf(Document(page, sheets, "https://project.invalid/"), Workspace(tmp_path))
        short += [line for line in lines(printed.data) if len(line) < 30]
    assert short == []


def lines(data: bytes) -> list[str]:
    text = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()
    return [line for line in text.splitlines() if line][:-1]


def test_a_doi_can_be_copied_from_a_page_with_hyphenation(tmp_path: Path) -> None:
    words = "Hyphenation of considerably long words in narrow columns, " * 20
    made = built(
        tmp_path, f"title: T\nsections: [{{heading: A, text: '{words} doi 10.5555/a-b-c.'}}]\n", "article", ("pdf",)
    )
    with pypdfium2.PdfDocument(output(made, "pdf")) as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
    assert "\x02" in text  # how pdfium shows the hyphen of a word that is broken
    assert "10.5555/a-b-c." in text.replace("\r\n", "")


def test_a_mark_of_the_author_s_own_is_not_broken_where_it_is_wider_than_its_column(tmp_path: Path) -> None:
    marks = "marks: {intro: Worth it, grades: [{importance: 2, mark: ■■, words: At once}]}\n"
    made = built(tmp_path, REVIEW + marks, "manuscript", ("pdf",), a_svg=FIGURE)
    document = pypdfium2.PdfDocument(output(made, "pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert text.count("■■") == 2 and text.count("■") == 4
