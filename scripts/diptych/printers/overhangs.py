"""What is printed over the margin or over the next column, because it is too wide and cannot be broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint.formatting_structure import boxes

from diptych.document import Overhang

SLACK = 1.0  # CSS pixels; widths are sums of rounded ones
APART = (boxes.MarginBox, boxes.TableCaptionBox)  # running heads; captions, which are as wide as their tables
MILLIMETRES = 25.4 / 96  # in a CSS pixel


def overhangs(pages: Sequence[Any]) -> tuple[Overhang, ...]:
    """The tables, formulas and words on WeasyPrint's laid-out `pages` that reach over the right edge of their column.

    A table that goes on over pages or columns is named once. Running heads and what is placed freely do not count.
    """
    found: dict[tuple[str, str], Overhang] = {}
    for number, page in enumerate(pages, 1):
        body = page._page_box
        for one in _within(body, body.content_box_x() + body.width, number, ""):
            found.setdefault((one.anchor, one.words), one)
    return tuple(found.values())


def _within(box: Any, edge: float, page: int, anchor: str) -> Iterator[Overhang]:
    """`edge` is the right one of the column or page, `anchor` the id of the nearest element around that has one."""
    if box.element is not None:
        anchor = box.element.get("id") or anchor
    if isinstance(box, (boxes.LineBox, boxes.TableBox)):
        over = _right(box) - edge
        if over > SLACK:
            yield Overhang(anchor, page, _words(box), round(over * MILLIMETRES, 1), isinstance(box, boxes.TableBox))
        return
    for child in getattr(box, "children", ()):
        if child.is_in_normal_flow() and not isinstance(child, APART):
            is_column = getattr(child, "is_column", False)
            yield from _within(child, child.content_box_x() + child.width if is_column else edge, page, anchor)


def _right(box: Any) -> float:
    if isinstance(box, boxes.TableBox):
        return float(box.border_box_x() + box.border_width())
    return max((float(part.position_x + part.width) for part in _printed(box)), default=0.0)


def _printed(line: Any) -> Iterator[Any]:
    """The pictures and texts of a line, without blanks that hang over its end."""
    for part in line.descendants():
        if isinstance(part, boxes.ReplacedBox) or (isinstance(part, boxes.TextBox) and part.text.strip()):
            yield part


def _words(box: Any) -> str:
    """How the table is called, or what the line says, its formulas in LaTeX."""
    if isinstance(box, boxes.TableBox):
        label = box.element.find(".//span[@class='label']")
        return "".join(label.itertext()) if label is not None else ""
    shown = (part.text if isinstance(part, boxes.TextBox) else part.element.get("alt", "") for part in _printed(box))
    return "".join(shown).strip()
