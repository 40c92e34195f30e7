"""Tables in Word: their style says what their cells have in common, their columns are as wide as in the PDF."""

from __future__ import annotations

from pathlib import Path

import pytest

from diptych.document import Document, Stylesheet
from diptych.printers.pdf import ProjectFetcher, lay_out
from diptych.workspace import Workspace
from word.reader import Docx, W, printed, value

CSS = """
@font-face { font-family: Sans; src: url(font:SourceSansPro-Regular.ttf) }
@font-face { font-family: Sans; font-weight: 600; src: url(font:SourceSansPro-Semibold.ttf) }
@font-face { font-family: Serif; font-style: italic; src: url(font:SourceSerifPro-It.ttf) }
@page { size: A4; margin: 20mm }
html { font-family: Sans }
table { width: 100%; border-collapse: collapse; font-size: 9pt; line-height: 12pt }
caption { text-align: left }
th, td { padding: 2pt 6pt 2pt 0; text-align: left; vertical-align: top; font-weight: 400 }
th { font-weight: 600 }
em { font-family: Serif; font-style: italic }
.fraction { display: inline-block; text-align: left; white-space: nowrap }
"""
ROWS = "".join(
    f"<tr><td>Author {number}</td><td>Some <em>longer</em> words, and 20–118 more of them {'again ' * number}</td>"
    f'<td>{number * 7}%</td><td class="align-right">n&nbsp;=&nbsp;{number}</td></tr>'
    for number in range(1, 10)
)
HEAD = "<thead><tr><th>Study</th><th>What was found</th><th>Local control</th><th>Patients</th></tr></thead>"


def table(rows: str = ROWS, head: str = HEAD, columns: str = "") -> str:
    return f"<table>{columns}{head}<tbody>{rows}</tbody></table>"


def made(body: str, css: str = "") -> Docx:
    return Docx(printed(body, CSS + css).data)


def grid(docx: Docx) -> list[float]:
    """The widths of the columns in points."""
    return [int(column.get(f"{W}w")) / 20 for column in docx.body.iter(f"{W}gridCol")]


def pdf_columns(body: str, css: str = "") -> list[float]:
    """The widths that WeasyPrint's layout gives the columns of the first table, in points."""
    html = f'<!DOCTYPE html><html lang="en"><head><title>T</title></head><body>{body}</body></html>'
    sheet = Stylesheet("t.css", f"body {{ margin: 0 }} {CSS + css}")
    workspace = Workspace(Path(__file__).parent)
    document = Document(html, (sheet,), "https://project.invalid/")
    laid_out, _ = lay_out(document, workspace, ProjectFetcher(workspace))
    boxes = (box for page in laid_out.pages for box in page._page_box.descendants())
    return [0.75 * width for width in next(box.column_widths for box in boxes if getattr(box, "column_widths", None))]


SPANNED = (
    "<tr><td colspan='2'>Both columns of a row that says much</td><td rowspan='2'>Two rows</td><td>1</td></tr>"
    "<tr><td>a</td><td>b</td><td>c</td></tr>"
)


@pytest.mark.parametrize(
    ("body", "css"),
    [
        (table(), ""),
        (table(), "table { width: auto }"),
        (table(), "@page { size: A5 }"),
        (table(), "td { font-size: 8pt; letter-spacing: 0.3pt }"),
        (table(SPANNED + ROWS), ""),
        (table("<tr><td>a<br>much longer line</td><td>b</td><td><p>c</p><p>dd</p></td><td></td></tr>"), ""),
        (table("<tr><td>stereotactic-body</td><td>10-20-30</td><td>and/or</td><td>x — y</td></tr>" * 2), ""),
        (table("<tr><td>a</td></tr>", head=""), "table { width: 50% }"),
    ],
)
def test_columns_are_as_wide_as_in_the_pdf(body: str, css: str) -> None:
    assert grid(made(body, css)) == pytest.approx(pdf_columns(body, css), abs=0.5)


def test_a_column_whose_width_css_says_has_it() -> None:
    assert grid(made(table(columns='<colgroup><col style="width: 60pt"></colgroup>')))[0] == pytest.approx(60, abs=0.1)


# What the style says


def test_the_ground_of_the_head_and_of_every_other_row_are_in_the_style() -> None:
    docx = made(
        table(), "th { background: #112233; vertical-align: bottom } tr:nth-child(even) { background: #eef4f5 }"
    )
    style = docx.style("Review Table")
    parts = {part.get(f"{W}type"): part for part in style.iter(f"{W}tblStylePr")}
    assert {name: value(part, "tcPr/shd", "fill") for name, part in parts.items()} == {
        "firstRow": "112233",
        "band2Horz": "EEF4F5",
    }
    assert value(parts["firstRow"], "tcPr/vAlign") == "bottom"
    look = "tbl/tblPr/tblLook"
    assert (value(docx.body, look, "noHBand"), value(docx.body, look, "firstRow")) == ("0", "1")
    assert list(docx.body.iter(f"{W}shd", f"{W}vAlign")) == []


def test_a_ground_that_all_rows_have_is_no_band() -> None:
    docx = made(table(), "td { background: #eef4f5 }")
    assert value(docx.style("Review Table"), "tcPr/shd", "fill") == "EEF4F5"
    assert value(docx.body, "tbl/tblPr/tblLook", "noHBand") == "1"
    assert list(docx.body.iter(f"{W}shd")) == []


def test_a_cell_says_the_ground_that_it_alone_has() -> None:
    docx = made(table(ROWS.replace("<td>7%", '<td style="background: #ffeeaa">7%')))
    assert [shade.get(f"{W}fill") for shade in docx.body.iter(f"{W}shd")] == ["FFEEAA"]


def test_a_first_column_of_headings_or_of_its_own_ground_is_marked() -> None:
    headed = made(table(ROWS.replace("<td>Author", "<th>Author").replace("</td><td>Some", "</th><td>Some")))
    ground = made(table(), "td:first-child { background: #ffeeaa }")
    plain = made(table())
    look = "tbl/tblPr/tblLook"
    assert [value(docx.body, look, "firstColumn") for docx in (headed, ground, plain)] == ["1", "1", "0"]
    parts = {part.get(f"{W}type"): part for part in ground.style("Review Table").iter(f"{W}tblStylePr")}
    assert value(parts["firstCol"], "tcPr/shd", "fill") == "FFEEAA"


def test_text_of_a_first_column_that_looks_otherwise_has_a_style_of_that_name() -> None:
    docx = made(table(), "td:first-child { font-weight: 600 }")
    assert docx.looks("Table Text First Column", "rPr", "rFonts", "ascii") == "Source Sans Pro Semibold"


# Rows


def test_rows_do_not_break_and_the_head_stands_on_every_page() -> None:
    rows = list(made(table()).body.iter(f"{W}tr"))
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, *[False] * 9]


def test_cells_over_columns_and_rows_are_merged() -> None:
    rows = list(made(table(SPANNED)).body.iter(f"{W}tr"))[1:]
    spans = [[value(cell, "tcPr/gridSpan") for cell in row.iter(f"{W}tc")] for row in rows]
    merged = [[value(cell, "tcPr/vMerge") for cell in row.iter(f"{W}tc")] for row in rows]
    assert spans == [["2", None, None], [None, None, None, None]]
    assert merged == [[None, "restart", None], [None, None, "continue", None]]


# On pages of their own


def test_a_table_on_a_page_on_its_side_stands_in_a_section_of_its_own() -> None:
    css = (
        "@page { size: Letter; margin: 1in; @top-right { content: counter(page) } } p { margin: 0 }"
        "@page sideways { size: Letter landscape } .table-block:has(td:nth-child(8)) { page: sideways }"
    )
    wide = table("<tr>" + "<td>words in it</td>" * 8 + "</tr>", head="")
    body = f'<p>a</p><div class="table-block">{wide}<p class="table-note">b</p></div><p>c</p>'
    docx = made(body, css)
    sections = list(docx.body.iter(f"{W}sectPr"))
    assert [value(one, "pgSz", "orient") for one in sections] == [None, "landscape", None]
    assert [value(one, "pgSz", "w") for one in sections] == ["12240", "15840", "12240"]
    assert {value(one, "type") for one in sections} == {"nextPage"}
    assert sum(grid(docx)) == pytest.approx(648, abs=0.5)
    assert grid(docx) == pytest.approx(pdf_columns(body, css), abs=0.5)
