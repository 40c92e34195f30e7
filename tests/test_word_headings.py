"""Headings that the CSS numbers are numbered by Word."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from lxml import etree

import libreoffice
from word.reader import Docx, W, faults, printed, text, value, word

CSS = """
main { counter-reset: section } main h2 { counter-increment: section; counter-reset: part }
main h2::before { content: counter(section) ". " }
h3 { counter-increment: part } h3::before { content: counter(section) "." counter(part) "\\2002" }
h2, h3 { margin: 0 }
"""
BODY = (
    "<section class='abstract'><h2>Abstract</h2></section><main class='text'><h2>One</h2><h3>First</h3><h3>Second</h3>"
    "<h2>Two</h2><h3>Third</h3></main>"
)


def levels(docx: Docx) -> list[etree._Element]:
    return list(docx.part("numbering").iter(f"{W}lvl"))


def test_counters_become_one_list_that_the_heading_styles_belong_to() -> None:
    docx = word(BODY, CSS)
    assert [text(paragraph) for paragraph in docx.paragraphs()] == [
        "Abstract",
        "One",
        "First",
        "Second",
        "Two",
        "Third",
    ]
    assert [value(level, "lvlText") for level in levels(docx)] == ["%1.", "%1.%2"]
    assert [value(level, "suff") for level in levels(docx)] == ["space", "space"]
    assert [value(level, "pStyle") for level in levels(docx)] == ["Heading1", "Heading2"]
    for name, depth in (("heading 1", "0"), ("heading 2", "1")):
        assert value(docx.style(name), "pPr/numPr/ilvl") == depth
        assert value(docx.style(name), "pPr/numPr/numId") == "1"
    assert faults(docx) == []


def test_a_heading_that_is_not_numbered_is_taken_out_of_the_list() -> None:
    said = [value(paragraph, "pPr/numPr/numId") for paragraph in word(BODY, CSS).paragraphs()]
    assert said == ["0", None, None, None, None, None]


def test_headings_without_counters_are_in_no_list() -> None:
    docx = word(BODY, "main h2::before { content: 'Part: ' }")
    assert "word/numbering.xml" not in docx.files
    assert text(docx.paragraphs()[1]) == "Part: One"


def test_a_counter_that_no_heading_counts_is_told() -> None:
    made = printed(BODY, "main h2::before { content: counter(other) }")
    assert [problem.code for problem in made.diagnostics] == ["word-generated-content"]


@pytest.mark.validator
def test_office_software_counts_as_css_does(tmp_path: Path) -> None:
    file = tmp_path / "headings.docx"
    file.write_bytes(printed(BODY, CSS).data)
    (pdf,) = libreoffice.convert([file], "pdf", tmp_path)

    with pypdfium2.PdfDocument(pdf) as document:
        said = document[0].get_textpage().get_text_bounded().split("\r\n")
    assert said == ["Abstract", "1. One", "1.1 First", "1.2 Second", "2. Two", "2.1 Third"]
