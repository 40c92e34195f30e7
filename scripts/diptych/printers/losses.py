"""What WeasyPrint leaves out of a PDF without a word, although `leftovers` mends the causes that are known.

The letters and pictures of each element are counted before the layout, and on the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from weasyprint import document
from weasyprint.formatting_structure import boxes

from diptych.diagnostics import Diagnostic, error

SHOWN = 3  # places named in one message
MOVE_IT = "put it elsewhere in its section, or the figure, table or note before it"

Layout = Callable[..., Iterable[Any]]


def watch_text() -> None:
    """Makes WeasyPrint count what goes into its layout and what comes out."""
    if not hasattr(document.layout_document, "__wrapped__"):
        document.layout_document = _counting(document.layout_document)


def losses(laid_out: Any) -> list[Diagnostic]:
    """An error for what the document has and its laid-out pages do not have."""
    lost = laid_out._html.lost
    if not lost:
        return []
    places = ", ".join(f"“{_words(element)}”" for element in lost[:SHOWN])
    more = f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
    return [error("lost-text", f"text is missing from the PDF: {places}{more}", hint=MOVE_IT)]


def _words(element: Any) -> str:
    """How the element's text begins; what it shows where it is a picture."""
    words = " ".join("".join(element.itertext()).split()) or element.get("alt") or element.tag
    return words if len(words) <= 60 else f"{words[:59].rstrip()} …"


def _counting(layout: Layout) -> Layout:
    """WeasyPrint 70's `layout_document`, which leaves with the document what is lost: elements, in their order."""

    @wraps(layout)
    def layout_document(html: Any, root: Any, context: Any, *rest: Any) -> list[Any]:
        wanted = _counted([root, *context.footnotes])
        pages = list(layout(html, root, context, *rest))
        printed = _counted(box for page in pages for box in page.children if not isinstance(box, boxes.MarginBox))
        html.lost = [element for element, letters in wanted.items() if printed[element] < letters]
        return pages

    return layout_document


def _counted(roots: Iterable[Any]) -> Counter[Any]:
    """How many letters, figures and pictures each element has in the boxes; twice where a table's head is repeated.

    What CSS generates is left out: page numbers may have fewer figures in the end.
    """
    counted: Counter[Any] = Counter()
    for root in roots:
        for box in _boxes(root):
            if isinstance(box, boxes.TextBox) and "::" not in box.element_tag:
                counted[box.element] += sum(map(str.isalnum, box.text))
            elif isinstance(box, boxes.ReplacedBox):
                counted[box.element] += 1
    return counted


def _boxes(box: Any) -> Iterator[Any]:
    """The box and all within it but running heads, which stand in the margins of pages."""
    if box.is_running():
        return
    yield box
    for child in box.children:
        yield from _boxes(getattr(child, "_box", child))  # in its placeholder, if it is placed by itself
