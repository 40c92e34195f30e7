"""The review of metastatic sarcoma: its evidence is sourced, agrees with itself, and its figure shows it truly."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import font_source_sans_pro
import pytest
import resvg_py
import yaml
from lxml import etree

from diptych import source
from diptych.review import Review, Table
from diptych.workspace import Workspace

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "content" / "metastatic-sarcoma"
SVG = "{http://www.w3.org/2000/svg}"
ACCENT = "#0b5563"
COLUMN = 84 / 25.4 * 72  # width of a journal column, in points
SMALLEST_TEXT = 6.5  # points
CITED = re.compile(r"@([a-z]+\d{4})\b")
PERCENTAGE = re.compile(r"\d+(?:\.\d+)?%")
INTERVAL = re.compile(r"(?:%|mo) \(([\d.]+–[\d.]+)\)")


@cache
def review() -> Review:
    """The review as its source says it."""
    read, _, problems = source.read(Workspace(ROOT), FOLDER / "review.yaml")
    assert not problems, problems
    assert read is not None
    return read


@cache
def references() -> dict[str, dict[str, Any]]:
    """The references by citation key."""
    return {item["id"]: item for item in yaml.safe_load((FOLDER / "references.yaml").read_text(encoding="utf-8"))}


@cache
def drawn_data() -> list[dict[str, str]]:
    """The rows of the figure's data file."""
    return list(csv.DictReader((FOLDER / "data" / "local-control.csv").read_text(encoding="utf-8").splitlines()))


@cache
def picture() -> etree._Element:
    """The committed figure."""
    return etree.parse(FOLDER / "figures" / "local-control.svg").getroot()


def rows(table: Table) -> list[tuple[str, ...]]:
    """The rows of a table that are written in the source."""
    assert table.rows is not None
    return list(table.rows)


def sections_text() -> str:
    """The prose of all sections."""
    return "\n".join(section.text or "" for section in review().sections)


TABLES = pytest.mark.parametrize("name", ["lung", "skeleton-brain", "several-sites", "palliation"])
FIGURE_ROWS = pytest.mark.parametrize("row", drawn_data(), ids=lambda row: row["row"])


# The evidence


def test_the_tables_checked_here_are_all_there_are() -> None:
    assert list(review().tables) == ["lung", "skeleton-brain", "several-sites", "palliation"]


@TABLES
def test_every_row_of_a_table_cites_a_study_with_author_title_journal_and_year(name: str) -> None:
    for row in rows(review().tables[name]):
        (key,) = CITED.findall(row[0])
        item = references()[key]
        assert item["author"][0]["family"]
        assert item["title"] and item["container-title"]
        assert item["issued"]["date-parts"][0][0] in range(1990, 2026)


@TABLES
def test_the_year_in_a_study_cell_is_that_of_its_reference(name: str) -> None:
    for row in rows(review().tables[name]):
        (key,) = CITED.findall(row[0])
        assert f" {references()[key]['issued']['date-parts'][0][0]} [@" in row[0]


@TABLES
def test_every_abbreviation_in_a_table_is_explained_in_its_note(name: str) -> None:
    table = review().tables[name]
    cells = " ".join(cell.replace("SABR-COMET", "") for row in rows(table) for cell in row)
    used = set(re.findall(r"\b(?:[A-Z]{2,}|mo|y)\b|(?<!\S)–(?!\S)", cells))
    explained = set(re.findall(r"(?:^|; )([A-Za-z–]+), ", table.notes or ""))
    assert used == explained


@TABLES
def test_the_percentages_and_intervals_of_a_table_stand_in_the_text_too(name: str) -> None:
    cells = " ".join(cell for row in rows(review().tables[name]) for cell in row)
    percentages = set(PERCENTAGE.findall(cells))
    intervals = set(INTERVAL.findall(cells))
    assert percentages <= set(PERCENTAGE.findall(sections_text()))
    assert [
        interval for interval in intervals if not re.search(rf"[(\s]{re.escape(interval)}\)", sections_text())
    ] == []


def test_every_row_of_a_table_has_the_page_it_was_read_from_in_a_comment_above_it() -> None:
    lines = (FOLDER / "review.yaml").read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith('      - - "')]
    assert len(starts) == sum(len(rows(table)) for table in review().tables.values())
    assert [lines[start] for start in starts if "https://" not in comment_above(lines, start)] == []


def test_every_reference_has_the_page_it_was_read_from_in_a_comment_above_it() -> None:
    lines = (FOLDER / "references.yaml").read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("- id: ")]
    assert len(starts) == len(references())
    assert [lines[start] for start in starts if not re.search(r"https?://", comment_above(lines, start))] == []


def comment_above(lines: list[str], start: int) -> str:
    """The comment lines that stand directly above a line."""
    first = start
    while lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return "\n".join(lines[first:start])


def test_all_references_are_cited_and_all_citations_have_a_reference() -> None:
    said = review().model_dump_json()
    assert set(CITED.findall(said)) == set(references())


def test_the_three_annotated_references_carry_no_grade_because_the_marks_are_lost() -> None:
    assert {key: note.importance for key, note in review().annotations.items()} == {
        "falk2015": None,
        "navarria2015": None,
        "folkert2014": None,
    }


def test_nobody_is_named_as_author_and_the_published_review_is() -> None:
    published = review().published
    assert review().authors == ()
    assert published is not None
    assert (published.doi, published.pmid) == ("10.1007/s11912-020-00936-5", "32602007")


def test_the_handout_prints_an_evidence_table() -> None:
    assert [name for name, table in review().tables.items() if table.handout] == ["lung", "skeleton-brain"]


# The figure


def test_the_committed_figure_is_what_its_script_draws_from_its_data(tmp_path: Path) -> None:
    for name in ("data/local-control.csv", "figures/local_control.py"):
        (tmp_path / name).parent.mkdir()
        shutil.copy(FOLDER / name, tmp_path / name)
    subprocess.run([sys.executable, "-I", tmp_path / "figures" / "local_control.py"], check=True, timeout=60)
    drawn = (tmp_path / "figures" / "local-control.svg").read_bytes()
    assert drawn == (FOLDER / "figures" / "local-control.svg").read_bytes()


def axis_position(percent: float) -> float:
    """Where the figure's own axis labels put a rate."""
    labels = {text.text: float(text.get("x", "")) for text in picture().iter(f"{SVG}text")}
    return labels["50"] + (percent - 50) * (labels["100"] - labels["50"]) / 50


def group(row: dict[str, str]) -> etree._Element:
    """What the figure draws for a row."""
    (found,) = (element for element in picture().iter(f"{SVG}g") if element.get("id") == row["row"])
    return found


def number(element: etree._Element, name: str) -> float:
    return float(element.get(name, ""))


def marker(row: dict[str, str]) -> etree._Element:
    (found,) = group(row).iter(f"{SVG}rect")
    return found


@FIGURE_ROWS
def test_a_square_stands_at_its_rate(row: dict[str, str]) -> None:
    square = marker(row)
    middle = number(square, "x") + number(square, "width") / 2
    assert middle == pytest.approx(axis_position(float(row["percent"])), abs=0.002)


@FIGURE_ROWS
def test_an_interval_runs_from_end_to_end_and_is_drawn_only_where_the_source_gives_one(row: dict[str, str]) -> None:
    drawn = [(number(line, "x1"), number(line, "x2")) for line in group(row).iter(f"{SVG}line")]
    given = [(row["low"], row["high"])] if row["low"] else []
    assert drawn == [pytest.approx([axis_position(float(end)) for end in ends], abs=0.002) for ends in given]


@FIGURE_ROWS
def test_the_area_of_a_square_is_proportional_to_the_lesions(row: dict[str, str]) -> None:
    square, first = marker(row), marker(drawn_data()[0])
    assert number(square, "width") == number(square, "height")
    areas = (number(square, "width") / number(first, "width")) ** 2
    assert areas == pytest.approx(int(row["lesions"]) / int(drawn_data()[0]["lesions"]), abs=0.001)


@FIGURE_ROWS
def test_only_a_separate_cohort_has_a_filled_square(row: dict[str, str]) -> None:
    assert marker(row).get("fill") == (ACCENT if row["separate"] == "yes" else "#ffffff")
    assert marker(row).get("stroke") == ACCENT


@FIGURE_ROWS
def test_the_numbers_of_a_row_are_written_beside_it(row: dict[str, str]) -> None:
    words = [text.text for text in group(row).iter(f"{SVG}text")]
    interval = [f"({row['low']}–{row['high']})"] if row["low"] else []
    assert words == [row["label"], row["lesions"], row["percent"], *interval]


@FIGURE_ROWS
def test_a_drawn_rate_stands_in_a_table_as_a_rate_at_12_months(row: dict[str, str]) -> None:
    table = [cells for one in review().tables.values() for cells in rows(one) if f"@{row['key']}]" in cells[0]]
    control = [cell for cells in table for cell in cells if f"{row['percent']}%" in cell]
    assert any(re.search(r"at 12 mo|at 1 y", cell) for cell in control)
    assert row["source"].startswith("https://")


def test_lines_do_not_touch() -> None:
    baselines = sorted({number(text, "y") for text in picture().iter(f"{SVG}text")})
    assert min(below - above for above, below in pairwise(baselines)) >= font_size()


def font_size() -> float:
    """The one size of the figure's text, in its units."""
    (size,) = {number(element, "font-size") for element in picture().iter() if element.get("font-size")}
    return size


def test_the_text_is_legible_in_a_column() -> None:
    width = float((picture().get("viewBox") or "").split()[2])
    assert font_size() * COLUMN / width >= SMALLEST_TEXT


def test_the_figure_says_what_it_is() -> None:
    assert picture().findtext(f"{SVG}title")
    assert picture().findtext(f"{SVG}desc")


def test_the_figure_keeps_its_text_in_the_picture_that_word_shows() -> None:
    written = (FOLDER / "figures" / "local-control.svg").read_text(encoding="utf-8")
    wordless = re.sub(r"<text.*?</text>", "", written)
    unknown_face = written.replace("Source Sans Pro, sans-serif", "No Such Face")
    assert rendered(written) != rendered(wordless)
    assert rendered(unknown_face) == rendered(wordless)


def rendered(svg: str) -> bytes:
    """The picture as PNG, with the document's sans serif face alone to draw from."""
    fonts = sorted(str(font) for font in Path(font_source_sans_pro.__file__).parent.rglob("*.ttf"))
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, font_files=fonts, skip_system_fonts=True))
