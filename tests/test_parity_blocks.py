"""The two panels look the same: every paragraph of the Word file has the PDF's face, size, colour, place and space.

`make parity` prints the table.
"""

from __future__ import annotations

from collections import Counter

import pytest

import parity
from conftest import Outputs
from glyphs import Glyph
from parity import Block, Column, Compared, Line

pytestmark = pytest.mark.validator
Chosen = tuple[str, str]


@pytest.fixture(scope="session")
def compared(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Compared]:
    """The comparison of every output, by its name."""
    pairs = list(zip(outputs.files("pdf"), outputs.files("docx"), strict=True))
    found = parity.compare_all(pairs, tmp_path_factory.mktemp("set"))
    return {pdf.stem: result for (pdf, _), result in zip(pairs, found, strict=True)}


def test_every_block_of_word_looks_as_in_the_pdf(compared: dict[str, Compared], output: Chosen) -> None:
    assert [difference.row() for difference in compared["-".join(output)].differences] == []


def test_every_block_of_word_is_found_in_both_panels(compared: dict[str, Compared], output: Chosen) -> None:
    result = compared["-".join(output)]
    assert result.missing == []
    assert result.blocks > 40


def test_everything_is_compared_often_enough_to_mean_something(compared: dict[str, Compared]) -> None:
    measured = sum((result.measured for result in compared.values()), Counter[str]())
    assert {what for what, count in measured.items() if count > 30} == {*parity.WHAT}


# The comparison itself


def glyph(letter: str, left: float, baseline: float, size: float = 10.0, color: str = "000000") -> Glyph:
    return Glyph(letter, 0, left, left + size / 2, baseline, size, color)


def test_a_block_is_found_whatever_stands_between_its_letters() -> None:
    panel = [glyph(letter, 5.0 * place, 10) for place, letter in enumerate("xone-two3four")]
    block = Block("Body Text", "one", parity.pattern(f"one two{parity.CALL} four"), ())
    assert "".join(one.letter for one in parity.place([block], panel)[0]) == "one-two3four"
    assert parity.place([Block("Body Text", "five", parity.pattern("five"), ())], panel) == [[]]


def test_lines_begin_where_letters_go_back_or_down_and_a_raised_letter_begins_none() -> None:
    block = Block("Body Text", "", "", (Column(0, 100), Column(120, 220)))
    letters = [glyph("a", 10, 50), glyph("2", 15, 46), glyph("b", 10, 62), glyph("c", 130, 12)]
    found = parity.lines(block, letters)
    assert [(line.column, line.baseline, line.left) for line in found] == [(0, 50, 10), (0, 62, 10), (1, 12, 10)]


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ([(0, 0), (0, 0), (0, 2), (0, 0), (0, 0), (0, 40)], "justify"),
        ([(10, 0), (0, 9), (0, 20), (0, 5), (0, 6), (0, 5)], "left"),
        ([(8, 0), (30, 0), (9, 0), (2, 0), (7, 0), (9, 0)], "right"),
        ([(8, 8), (30, 30), (9, 9), (2, 2), (7, 7), (9, 9)], "center"),
        ([(0, 0), (0, 0), (0, 0), (0, 0), (0, 0)], ""),
    ],
)
def test_alignment_is_seen_from_six_lines_on(ends: list[tuple[float, float]], wanted: str) -> None:
    assert parity.align([Line(0, 0, 12.0 * number, left, right) for number, (left, right) in enumerate(ends)]) == wanted


def test_other_faces_sizes_colours_and_places_are_told() -> None:
    block = Block("Body Text", "ab", "ab", (Column(0, 100),))
    ours = [glyph("a", 0, 10), glyph("b", 5, 10)]
    theirs = [glyph("a", 3, 10, 12, "0B5563"), glyph("b", 10, 10, 12, "0B5563")]
    assert parity.differing(block, ours, theirs) == ["size", "colour", "first"]
    wide = [glyph("a", 0, 10), Glyph("b", 0, 5, 12, 10, 10, "000000")]
    assert parity.differing(block, ours, wide) == ["face"]
    assert parity.differing(block, ours, ours) == []
    broken = [glyph("a", 0, 10), glyph("b", 0, 22)]
    assert "word" in parity.differing(block, ours, broken)
