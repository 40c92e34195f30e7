"""References to pages: what the layout says is filled in, and the document is laid out again until nothing moves.

CSS has `target-counter()` for that, but WeasyPrint 70 loses footnotes where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from diptych.diagnostics import Diagnostic, warning

MOST_LAYOUTS = 3
GUESS = "00"  # as wide as the number of a page mostly is

HINT = "refer to fewer pages, or change the text a little: a line that just fits moves a page back and forth"


def laid_out(root: Any, lay_out: Callable[[Any], Any]) -> tuple[Any, list[Diagnostic]]:
    """What `lay_out` makes of `root` once each `a.page-ref` in it shows the page that its target stands on.

    Where there is none, that is one layout, else two, and three where the numbers have moved a target. If it has moved
    again then, a warning says which numbers are wrong by it.
    """
    references = root.findall(".//a[@class='page-ref']")
    for reference in references:
        reference.text = GUESS
    for _ in range(MOST_LAYOUTS):
        document = lay_out(root)
        moved = _fill(references, pages_of(document))
        if not moved:
            return document, []
    message = f"page numbers do not settle: those of {', '.join(dict.fromkeys(moved))} may be wrong by one"
    return document, [warning("page-numbers", message, hint=HINT)]


def pages_of(document: Any) -> dict[str, int]:
    """The page, from 1, on which each element with an id begins, in a document that WeasyPrint laid out."""
    found: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for name in page.anchors:
            found.setdefault(name, number)
    return found


def _fill(references: list[Any], pages: Mapping[str, int]) -> list[str]:
    """Writes the pages into the references; the targets whose number was another before."""
    moved = []
    for reference in references:
        target = reference.get("href", "")[1:]
        number = str(pages.get(target, ""))
        if reference.text != number:
            reference.text = number
            moved.append(target)
    return moved
