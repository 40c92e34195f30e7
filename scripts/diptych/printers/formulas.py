"""Formulas as pictures, for the PDF, which has no mathematics of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from lxml import etree

from diptych.diagnostics import Diagnostic, warning

UNITS = 100  # size of the em in a picture; only the ratio to it is used


def set_formulas(root: Any) -> list[Diagnostic]:
    """Replaces every `span.math` under `root` by its picture, the LaTeX as alternate text.

    A formula that cannot be set stays as its LaTeX, with a warning.
    """
    problems: list[Diagnostic] = []
    for span in root.findall(".//span[@class='math']"):
        tex = span.get("data-tex", "")
        picture = _picture(tex, display="equation" in (span.getparent().get("class") or "").split())
        if picture is None:
            problems.append(warning("formula", f"the formula “{tex[:80]}” cannot be set; its LaTeX is printed"))
            continue
        image = etree.Element("img", {"class": "math", "alt": tex, "src": picture[0], "style": picture[1]})
        image.tail = span.tail
        span.getparent().replace(span, image)
    return problems


@lru_cache(maxsize=4096)
def _picture(tex: str, display: bool) -> tuple[str, str] | None:
    """The address of a formula's SVG, and its size and baseline in em; None where ziamath cannot set it."""
    import ziamath  # takes a third of a second to load, and most reviews have no formulas

    try:
        formula = ziamath.Latex(tex, size=UNITS, inline=not display)
        svg = formula.svg()
        width, height = formula.getsize()
        drop = formula.getyofst()
    except Exception:  # whatever LaTeX it cannot read makes ziamath and latex2mathml raise, failed assertions among it
        return None
    style = f"width:{width / UNITS:.4f}em;height:{height / UNITS:.4f}em;vertical-align:{drop / UNITS:.4f}em"
    return "data:image/svg+xml," + quote(svg), style
