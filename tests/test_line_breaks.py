"""Where a line of the PDF may break, and where it may not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from diptych.workspace import house_templates
from layout import FOOTNOTES, Line, of_small_page

PAGE = "@page { size: 400pt 300pt; margin: 20pt } p { font: 10pt/12pt 'Source Serif Pro' } "
ENTRY = (
    "<p class='entry'>Clin Oncol (R Coll Radiol). 2015;27:48–55. <a href='https://doi.org/10.5555/dart.21'>"
    "<span class='nowrap'>https://doi.org/</span>10.5555/dart.21</a></p>"
)
WIDTHS = range(90, 200, 2)  # points
LAST_PAGE = 16  # points that “55.” takes at most


def in_all_widths(root: Path, block: str, widths: Sequence[float] = WIDTHS) -> list[list[Line]]:
    """The lines of a paragraph in each of many widths."""
    css = f"{PAGE} @page {{ size: 400pt 20000pt }}"
    found = of_small_page(root, "".join(f"<div style='width: {width}pt'>{block}</div>" for width in widths), css)
    blocks: dict[int, list[Line]] = {}
    for line in found:
        blocks.setdefault(line.block, []).append(line)
    return list(blocks.values())


def test_authors_who_stay_whole_are_parted_from_each_other(tmp_path: Path) -> None:
    names = ", ".join(f"<span class='nowrap'>Ada van der Fold {number}</span>" for number in range(12))
    found = of_small_page(tmp_path, f"<p class='byline'>{names}</p>", PAGE)
    assert len(found) > 2
    assert [line.text for line in found if line.right > line.frame.right + 0.5] == []
    assert all(line.text.startswith("Ada") for line in found)


def test_an_address_goes_to_the_next_line_before_the_pages_are_parted(tmp_path: Path) -> None:
    too_early = []
    for width, lines in zip(WIDTHS, in_all_widths(tmp_path, ENTRY), strict=True):
        too_early += [
            line for line in lines if line.text.endswith("48–") and line.right - line.left + LAST_PAGE < width
        ]
    assert [line.text for line in too_early] == []


STOPS = (".", ",", ";", ":", "?", "!", "…", ".”", ")", ".)", "]")
CALLS = ("<a class='note-ref'>10</a>", "<sup>10</sup>", "<sup><a class='cite'>10</a>–12</sup>")


@pytest.mark.parametrize("call", CALLS)
def test_no_line_begins_with_the_number_of_a_note_or_work(tmp_path: Path, call: str) -> None:
    blocks = "".join(f"<p>The dart was thrown{stop}{call} And flew away.</p>" for stop in STOPS)
    found = [line.text for lines in in_all_widths(tmp_path, blocks, range(84, 124, 3)) for line in lines]
    assert [text for text in found if text.startswith("10")] == []
    assert any(text.startswith("And") for text in found)


def test_no_line_begins_with_the_call_of_a_footnote(tmp_path: Path) -> None:
    note = "<span class='footnote' style='float: footnote'>Far.</span>"
    for width in range(80, 100, 2):
        found = of_small_page(tmp_path, f"<p style='width: {width}pt'>The dart was thrown.{note} And flew.</p>", PAGE)
        assert [line.text for line in found if line.part != FOOTNOTES and line.text.startswith("1")] == []


def test_a_word_that_no_line_holds_is_broken(tmp_path: Path) -> None:
    word = "a_name_without_any_place_to_break_it_" * 4
    for tag in ("p", "li", "h2", "pre"):
        found = of_small_page(tmp_path, f"<{tag}><code>{word}</code></{tag}>", PAGE)
        assert [line.text for line in found if line.right > line.frame.right + 0.5] == []


def test_a_footnote_is_not_indented_as_its_paragraph_is(tmp_path: Path) -> None:
    css = (house_templates() / "manuscript" / "style.css").read_text(encoding="utf-8")
    body = "<main class='text'><p>One.</p><p>Two.<span class='footnote'>A note.</span></p></main>"
    notes = [line for line in of_small_page(tmp_path, body, css) if line.part == FOOTNOTES]
    assert [line.left for line in notes] == [line.frame.left for line in notes]


def test_a_word_that_the_next_line_holds_is_not_broken(tmp_path: Path) -> None:
    block = (
        "<p>The dart (<em>which</em> was thrown, <b>far</b>) and<em> the</em> <code>yard</code>, flew <a>away</a>.</p>"
    )
    for lines in in_all_widths(tmp_path, block):
        assert " ".join(line.text for line in lines) == "The dart (which was thrown, far) and the yard, flew away."


def test_a_hyphen_that_does_not_break_is_printed_and_does_not_break(tmp_path: Path) -> None:
    for lines in in_all_widths(
        tmp_path, f"<p>{'x ' * 20}<em>of</em> (T\N{NON-BREAKING HYPHEN}cells), p.&nbsp;3\u20115.</p>"
    ):
        said = [line.text.strip() for line in lines]
        assert "T-cells), p. 3-5." in " ".join(said).replace("\N{NO-BREAK SPACE}", " ")
        assert not any(line.endswith("-") for line in said)


SENTENCE = "The darts that were thrown by the trained students flew farther than all others that we saw"
NARROW = range(104, 190, 3)  # points


@pytest.mark.parametrize("end", [" [<a class='cite'>6</a>].", " or <b>4</b>.", " (<i>n</i>\n= 4).", " it.<br>"])
def test_no_paragraph_ends_with_a_line_of_a_few_letters(tmp_path: Path, end: str) -> None:
    last = [lines[-1].text for lines in in_all_widths(tmp_path, f"<p lang='en'>{SENTENCE}{end}</p>", NARROW)]
    assert [text for text in last if len(text.strip()) <= 5] == []


@pytest.mark.parametrize("end", [" flying contraptions.", " flying contraptions.”", " <i>flying</i> contraptions)."])
def test_no_paragraph_ends_with_a_part_of_a_word(tmp_path: Path, end: str) -> None:
    block = f"<p lang='en' style='hyphens: auto; text-align: justify'>{SENTENCE}{end}</p>"
    blocks = in_all_widths(tmp_path, block, NARROW)
    assert [lines[-1].text for lines in blocks if "contraptions" not in lines[-1].text] == []
    assert any(line.text.endswith("-") for lines in blocks for line in lines)


def test_the_words_of_paragraphs_stay_as_they_were_written(tmp_path: Path) -> None:
    body = (
        f"<p>{SENTENCE} for <i>x</i> <b>y</b> a<sup>2</sup> afternoons</p><ul><li>{SENTENCE} too<p>Two.</p></li></ul>"
    )
    lines = " ".join(line.text for line in of_small_page(tmp_path, body, PAGE))
    assert " ".join(lines.split()).count("that we saw for x y a2 afternoons") == 1
    assert " ".join(lines.split()).count("that we saw too") == 1


def test_a_line_that_fits_but_for_a_last_space_that_does_not_break_is_not_broken_early(tmp_path: Path) -> None:
    """The words before the citation stay together as far as the line holds them."""
    cited = "\N{NO-BREAK SPACE}<span class='citation'>[<a class='cite'>6</a>]</span>. And flew on."
    block = f"<p lang='en' style='hyphens: auto'>The darts, and {SENTENCE.lower()}{cited}</p>"
    found = in_all_widths(tmp_path, block, [width / 2 for width in range(260, 880, 3)])
    assert [line.text for lines in found for line in lines[:-1] if len(line.text) < 20] == []
