"""The two panels say the same: every word of the PDF is in the Word file, in the same order, and none besides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import libreoffice
from conftest import Outputs
from panels import Panel, difference, letters, pdf_panel, pdf_words, word_panel, words

pytestmark = pytest.mark.validator
Chosen = tuple[str, str]


@pytest.fixture(scope="session")
def read(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which LibreOffice has read every Word file, as flat OpenDocument."""
    folder = tmp_path_factory.mktemp("read")
    libreoffice.convert(outputs.files("docx"), "fodt", folder)
    return folder


@pytest.fixture
def panels(outputs: Outputs, read: Path, output: Chosen) -> tuple[Panel, Panel]:
    """The PDF and the Word file of one output."""
    return pdf_panel(outputs.file(*output, "pdf")), word_panel(read / f"{'-'.join(output)}.fodt")


def test_both_panels_have_the_same_text_in_the_same_order(panels: tuple[Panel, Panel]) -> None:
    pdf, word = panels
    assert len(letters(pdf.body)) > 500
    assert difference(letters(pdf.body), letters(word.body)) == ""


def test_both_panels_have_the_same_footnotes(panels: tuple[Panel, Panel]) -> None:
    pdf, word = panels
    assert [letters(note) for note in pdf.notes] == [letters(note) for note in word.notes]


def test_both_panels_have_as_many_pictures_and_formulas(panels: tuple[Panel, Panel]) -> None:
    pdf, word = panels
    assert pdf.drawings == word.drawings


def test_both_panels_part_words_at_the_same_places(
    panels: tuple[Panel, Panel], outputs: Outputs, output: Chosen, tmp_path: Path
) -> None:
    pdf, word = panels
    in_word = Counter(words("\n".join((word.body, *word.notes, pdf.repeated))))
    in_pdf = Counter(pdf_words(outputs.file(*output, "pdf"), tmp_path))
    assert (in_pdf - in_word, in_word - in_pdf) == (Counter(), Counter()), "in the PDF alone, in Word alone"


# The comparison itself


def test_a_difference_is_shown_with_what_stands_around_it() -> None:
    assert difference("one two four", "one three four") == "…one t [wo four | hree four]"
    assert difference("same", "same") == ""


def test_words_broken_by_hyphenation_are_joined() -> None:
    assert words("hyphen‐\nation of (long-\nterm) 12–\n14.") == words("hyphenation of (long-term) 12–14.")
    assert words("lost space") != words("lostspace")
