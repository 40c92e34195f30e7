"""Columns of numbers are aligned by their decimal points, in both panels, and the text stays as it was."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

import libreoffice
from diptych.compose import decimals
from projects import built
from word.reader import Docx, faults, text, value, word

COLUMN = ["1.5", "11.5", "111.5", "7", "1.25", "n.r."]
REVIEW = f"""
title: Birds
tables:
  one:
    caption: C
    columns: [A, {{heading: N, align: decimal}}]
    rows: {[[f"row{number}", cell] for number, cell in enumerate(COLUMN)]}
sections: [{{heading: One, text: "See @tbl-one."}}]
"""


def aligned(cells: list[str], point: str = ".") -> list[str]:
    return [str(cell) for cell in decimals.align([Markup(cell) for cell in cells], point)]


def test_what_begins_with_the_point_stands_in_a_box_as_wide_as_the_longest() -> None:
    assert aligned(["12", "3.45"]) == [
        '12<span class="fraction" style="width: 1.30em"></span>',
        '3<span class="fraction" style="width: 1.30em">.45</span>',
    ]


def test_whole_numbers_alone_need_no_box() -> None:
    assert aligned(["12", "1,345"]) == ["12", "1,345"]


@pytest.mark.parametrize(
    ("cell", "whole", "fraction"),
    [
        ("1,234.5", "1,234", ".5"),
        (".05", "", ".05"),
        ("&lt;0.001", "&lt;0", ".001"),
        ("−2.5", "−2", ".5"),
        ("≥ 2.5%", "≥ 2", ".5%"),
        ("7.40 (6.95–8.10)", "7", ".40 (6.95–8.10)"),
        ('2.5<sup>a</sup> <span class="citation">[1]</span>', "2", '.5<sup>a</sup> <span class="citation">[1]</span>'),
    ],
)
def test_a_number_is_parted_at_its_point(cell: str, whole: str, fraction: str) -> None:
    (made,) = aligned([cell])
    assert re.fullmatch(f'{re.escape(whole)}<span class="fraction" style="[^"]*">{re.escape(fraction)}</span>', made)


@pytest.mark.parametrize("cell", ["n.r.", "–", "", "see 1.5", "12 of 30", "1.5<br>2.5", "v1.5", "2020.", "12%"])
def test_what_is_no_number_stays_as_it_is(cell: str) -> None:
    assert aligned([cell, "1.5"])[0] == cell


def test_the_language_says_which_sign_the_point_is() -> None:
    assert aligned(["1.234,5"], ",")[0].startswith('1.234<span class="fraction"')


@given(st.lists(st.text(alphabet="0123456789.,-<&;a ()", max_size=12), max_size=6))
@settings(derandomize=True, deadline=None)
def test_the_text_stays_as_it_was(cells: list[str]) -> None:
    escaped = [str(Markup.escape(cell)) for cell in cells]
    assert [re.sub("<[^>]*>", "", cell) for cell in aligned(escaped)] == escaped


def test_a_table_has_the_boxes_in_its_cells(tmp_path: Path) -> None:
    made = built(tmp_path, REVIEW)
    assert made.diagnostics == ()
    cells = html.document_fromstring(made.outputs[0].data.decode()).xpath("//td[@class='align-decimal']")
    assert [cell.text_content() for cell in cells] == COLUMN
    assert [len(cell.find_class("fraction")) for cell in cells] == [1, 1, 1, 1, 1, 0]


CSS = "td { padding: 0 } .align-decimal { text-align: right } .fraction { display: inline-block }"


def table(*cells: str) -> str:
    rows = "".join(f'<tr><td class="align-decimal">{cell}</td></tr>' for cell in cells)
    return f'<div class="table-block"><table style="width: 100pt">{rows}</table></div>'


def test_word_aligns_numbers_on_a_decimal_tab_stop_that_a_style_has() -> None:
    docx = word(table(*aligned(["12", "3.45"])), CSS + "td { font-size: 10pt }")
    assert docx.style_names()[:2] == ["Table Text", "Table Text"]
    assert [text(paragraph) for paragraph in docx.paragraphs()[:2]] == ["12", "3.45"]
    assert value(docx.style("Table Text"), "pPr/tabs/tab") == "decimal"
    assert value(docx.style("Table Text"), "pPr/tabs/tab", "pos") == str((100 - 13) * 20)


def test_a_cell_without_a_number_is_set_to_the_right() -> None:
    docx = word(table("none", "none", "none", *aligned(["3.45"])), CSS)
    assert docx.style_names()[:4] == [*["Table Text"] * 3, "Table Text Decimal"]
    assert docx.looks("Table Text", "pPr", "jc") == "right"
    assert docx.looks("Table Text Decimal", "pPr", "jc") == "left"


@pytest.mark.parametrize(("cells", "sign"), [(aligned(["1.5"]), "."), (aligned(["1,5"], ","), ","), (["1"], ".")])
def test_the_settings_say_what_the_decimal_sign_is(cells: list[str], sign: str) -> None:
    assert value(word(table(*cells), CSS).part("settings"), "decimalSymbol") == sign


@pytest.mark.validator
def test_the_points_stand_one_beneath_the_other_in_both_panels(tmp_path: Path) -> None:
    made = built(tmp_path, REVIEW, formats=("pdf", "docx"))
    assert made.diagnostics == ()
    for output in made.outputs:
        (tmp_path / f"birds.{output.format}").write_bytes(output.data)
    assert faults(Docx(made.outputs[1].data)) == []
    (converted,) = libreoffice.convert([tmp_path / "birds.docx"], "pdf", tmp_path / "word")
    for file in (tmp_path / "birds.pdf", converted):
        end = _right_edges(file)
        assert end["11.5"] == pytest.approx(end["1.5"], abs=0.3)
        assert end["111.5"] == pytest.approx(end["1.5"], abs=0.3)
        assert end["7"] < end["1.5"] - 3 < end["1.25"] - 6


def test_a_number_is_never_broken_at_its_sign_or_point(tmp_path: Path) -> None:
    row = ["Study", "-104.25", "words that take all the room there is " * 6]
    review = REVIEW.replace("[A, {", "[Study, {").replace("decimal}]", "decimal}, Remark]")
    made = built(tmp_path, re.sub("rows: .*", f"rows: {[row, row]}", review), formats=("pdf",))
    (tmp_path / "birds.pdf").write_bytes(made.outputs[0].data)
    words = subprocess.run(["pdftotext", tmp_path / "birds.pdf", "-"], capture_output=True, text=True, check=True)
    assert words.stdout.split().count("-104.25") == 2


def _right_edges(file: Path) -> dict[str, float]:
    listed = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True, timeout=60)
    words = re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">([^<]+)<', listed.stdout)
    return {word: float(edge) for edge, word in words if word in COLUMN}
