"""What WeasyPrint leaves out of a PDF without a word, although `leftovers` mends the causes that are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint.formatting_structure import boxes

from diptych.diagnostics import Diagnostic, error

NAMED = re.compile(r'\bid="((?:sec|fig|tbl|eq|ref|note)-[^"]+)"')
"""Headings, figures, tables, equations, references and notes."""
FOOTNOTE = '<span class="footnote"'
MOVE_IT = "mention the first of them elsewhere, or leave out “wide: true” of the table before or at that place"
SHORTEN = "put it elsewhere in its paragraph, or the words before it into another"


def losses(html: str, pages: Sequence[Any]) -> list[Diagnostic]:
    """An error for what the document has and its laid-out pages do not have."""
    problems = []
    printed = {name for page in pages for name in page.anchors}
    lost = [name for name in dict.fromkeys(NAMED.findall(html)) if name not in printed]
    if lost:
        names = ", ".join(f"“{name}”" for name in lost[:6]) + (" …" if len(lost) > 6 else "")
        problems.append(error("lost-text", f"text is missing from the PDF, with {names}", hint=MOVE_IT))
    missing = html.count(FOOTNOTE) - len(set(_footnotes(pages)))
    if missing > 0:
        message = f"footnotes are missing from the PDF: {missing} of {html.count(FOOTNOTE)}"
        problems.append(error("lost-text", message, hint=SHORTEN))
    return problems


def _footnotes(pages: Sequence[Any]) -> Iterator[Any]:
    """The elements of the footnotes at the feet of the pages; one that goes on over the page more than once."""
    for page in pages:
        for area in page._page_box.children:
            if isinstance(area, boxes.FootnoteAreaBox):
                yield from (one.element for one in area.descendants() if _is_footnote(one.element))


def _is_footnote(element: Any) -> bool:
    return element is not None and element.get("class") == "footnote"
