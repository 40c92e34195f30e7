"""Numbers in a column of a table, one beneath the other by their decimal points.

CSS has no alignment on a character that engines know. A cell that is set to the right and ends with a box as wide as
the column's longest fraction comes to the same: all points stand where the box begins, and the text stays as it was.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache

from markupsafe import Markup

DIGIT, POINT, BLANK, OTHER = 0.5, 0.3, 0.25, 0.62  # ems; a digit and a point are as wide as those of the house's fonts
GROUPS = {".": ",", ",": "."}


def align(cells: Sequence[Markup], point: str) -> tuple[Markup, ...]:
    """The cells, in each number what begins with the decimal point in `span.fraction`, all of one width in ems.

    A cell that is no number stays as it is. Behind a fraction other things may follow, “7.40 (6.95–8.10)”.
    """
    found = [_number(point).fullmatch(cell) for cell in cells]
    numbers = [match if match and re.search(r"\d", match[0]) else None for match in found]
    width = max((_width(match[2] or "") for match in numbers if match), default=0.0)
    if not width:
        return tuple(cells)
    return tuple(
        Markup(f'{match[1]}<span class="fraction" style="width: {width:.2f}em">{match[2] or ""}</span>')
        if match
        else cell
        for match, cell in zip(numbers, cells, strict=True)
    )


@cache
def _number(point: str) -> re.Pattern[str]:
    """A sign, digits in groups of three or in none; then, or instead, a fraction and what stands behind it."""
    blanks = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
    sign = f"(?:(?:&[lg]t;|[=≤≥≈~±+−–-])[{blanks}]?)?"
    group = f"[{re.escape(GROUPS.get(point, ''))}{blanks}’]"
    return re.compile(rf"({sign}(?:\d{{1,3}}(?:{group}\d{{3}})+|\d*))({re.escape(point)}\d(?:(?!<br).)*)?")


def _width(fraction: str) -> float:
    """How wide the characters are at most, in ems."""
    words = html.unescape(re.sub("<[^>]*>", "", fraction))
    return sum(
        DIGIT if char.isdigit() else POINT if char in ".," else BLANK if char.isspace() else OTHER for char in words
    )
