"""Draws figures/local-control.svg, a forest plot, from data/local-control.csv. Run it with Python 3.11 or later.

The plot holds local control at 12 months only; a rate at another time has no row in the data file. Text is 9 units
high, which makes 6.7 points where the 320 units of width fill a column of 84 mm.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).resolve().parents[1]
DATA = FOLDER / "data" / "local-control.csv"
PICTURE = FOLDER / "figures" / "local-control.svg"

NAMESPACE = "http://www.w3.org/2000/svg"
ACCENT = "#0b5563"
INK = "#1a1a1a"
Point = tuple[float, float]
Stroke = tuple[str, float]  # colour and width
RULE: Stroke = (INK, 0.6)
GRID: Stroke = ("#c6c6c6", 0.5)
INTERVAL: Stroke = (ACCENT, 0.9)

WIDTH = 320
FONT_SIZE = 9
LINE = 16  # from one baseline to the next
FIRST_BASELINE = 12
BASELINE_TO_MIDDLE = 3  # from the baseline up to the middle of a row: half the height of a digit
INDENT = 8  # of a row that is part of, or overlaps, the cohort above it
LESIONS_RIGHT = 136
AXIS_LEFT, AXIS_RIGHT = 144, 238
RATE_RIGHT, INTERVAL_LEFT = 267, 275
LOWEST, HIGHEST = 50, 100  # per cent at the two ends of the axis
LARGEST_MARKER = 9  # side of the square for the most lesions

TITLE = "Local control at 12 months by study"
DESCRIPTION = (
    "Forest plot. One row a study, with the number of lesions, a square at the rate of local control at 12 months, "
    "and a line for the 95% confidence interval where the source gives one."
)


@dataclass(frozen=True)
class Row:
    """One line of the plot; rates in per cent, the interval's ends None where the source gives no interval."""

    name: str
    group: str
    label: str
    lesions: int
    percent: float
    interval: tuple[float, float] | None
    separate: bool  # False: part of the cohort above, or the same cohort again


def read_rows(text: str) -> list[Row]:
    """The rows of the data file, in its order."""
    return [_row(fields) for fields in csv.DictReader(text.splitlines())]


def _row(fields: dict[str, str]) -> Row:
    ends = fields["low"], fields["high"]
    return Row(
        name=fields["row"],
        group=fields["group"],
        label=fields["label"],
        lesions=int(fields["lesions"]),
        percent=float(fields["percent"]),
        interval=(float(ends[0]), float(ends[1])) if all(ends) else None,
        separate=fields["separate"] == "yes",
    )


def across(percent: float) -> float:
    """The x position of a rate."""
    return AXIS_LEFT + (percent - LOWEST) * (AXIS_RIGHT - AXIS_LEFT) / (HIGHEST - LOWEST)


def draw(rows: list[Row]) -> str:
    """The whole SVG."""
    top = FIRST_BASELINE + 5
    body = list(_body(rows))
    bottom = FIRST_BASELINE + LINE * len(body) + 6
    height = bottom + 30
    return "\n".join(
        [
            f'<svg xmlns="{NAMESPACE}" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">',
            f"<title>{TITLE}</title>",
            f"<desc>{DESCRIPTION}</desc>",
            f'<g font-family="Source Sans Pro, sans-serif" font-size="{FONT_SIZE}" fill="{INK}">',
            *_headings(top),
            *_axis(top, bottom),
            *body,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _body(rows: list[Row]) -> Iterator[str]:
    baseline = FIRST_BASELINE
    most = max(row.lesions for row in rows)
    for group, members in groupby(rows, key=lambda row: row.group):
        baseline += LINE
        yield _text(0, baseline, group, weight="600")
        for row in members:
            baseline += LINE
            yield _drawn(row, baseline, LARGEST_MARKER * sqrt(row.lesions / most))


def _headings(top: float) -> list[str]:
    return [
        _text(0, FIRST_BASELINE, "Study", weight="600"),
        _text(LESIONS_RIGHT, FIRST_BASELINE, "Lesions", weight="600", anchor="end"),
        _text(RATE_RIGHT, FIRST_BASELINE, "%", weight="600", anchor="end"),
        _text(INTERVAL_LEFT, FIRST_BASELINE, "(95% CI)", weight="600"),
        _line((0, top), (WIDTH, top), RULE),
    ]


def _axis(top: float, bottom: float) -> Iterator[str]:
    for percent in range(LOWEST, HIGHEST + 1, 25):
        yield _line((across(percent), top), (across(percent), bottom), GRID)
    for percent in range(LOWEST, HIGHEST + 1, 5):
        length = 4 if percent % 25 == 0 else 2
        yield _line((across(percent), bottom), (across(percent), bottom + length), RULE)
    yield _line((AXIS_LEFT, bottom), (AXIS_RIGHT, bottom), RULE)
    for percent in range(LOWEST, HIGHEST + 1, 25):
        yield _text(across(percent), bottom + 13, f"{percent}", anchor="middle")
    yield _text(across((LOWEST + HIGHEST) / 2), bottom + 25, "Local control at 12 months, %", anchor="middle")


def _drawn(row: Row, baseline: float, side: float) -> str:
    return "\n".join(
        [
            f'<g id="{escape(row.name)}">',
            _text(0 if row.separate else INDENT, baseline, row.label),
            _text(LESIONS_RIGHT, baseline, f"{row.lesions}", anchor="end"),
            *_interval(row, baseline - BASELINE_TO_MIDDLE),
            _marker(row, baseline - BASELINE_TO_MIDDLE, side),
            _text(RATE_RIGHT, baseline, f"{row.percent:g}", anchor="end"),
            *_interval_in_words(row, baseline),
            "</g>",
        ]
    )


def _interval(row: Row, middle: float) -> list[str]:
    if row.interval is None:
        return []
    low, high = row.interval
    return [_line((across(low), middle), (across(high), middle), INTERVAL)]


def _interval_in_words(row: Row, baseline: float) -> list[str]:
    if row.interval is None:
        return []
    low, high = row.interval
    return [_text(INTERVAL_LEFT, baseline, f"({low:g}–{high:g})")]


def _marker(row: Row, middle: float, side: float) -> str:
    left, top = across(row.percent) - side / 2, middle - side / 2
    fill = ACCENT if row.separate else "#ffffff"
    return (
        f'<rect x="{left:.3f}" y="{top:.3f}" width="{side:.3f}" height="{side:.3f}" '
        f'fill="{fill}" stroke="{INTERVAL[0]}" stroke-width="{INTERVAL[1]}"/>'
    )


def _line(start: Point, end: Point, stroke: Stroke) -> str:
    ends = f'x1="{start[0]:.3f}" y1="{start[1]:.3f}" x2="{end[0]:.3f}" y2="{end[1]:.3f}"'
    return f'<line {ends} stroke="{stroke[0]}" stroke-width="{stroke[1]}"/>'


def _text(x: float, y: float, words: str, *, weight: str = "400", anchor: str = "start") -> str:
    where = f'x="{x:.3f}" y="{y:.3f}"'
    return f'<text {where} font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(draw(read_rows(DATA.read_text(encoding="utf-8"))), encoding="utf-8", newline="\n")
