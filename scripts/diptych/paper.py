"""The size of the pages, where it is not the one that a template's stylesheet has."""

from __future__ import annotations

import re
from dataclasses import replace

from diptych.document import Document, Stylesheet

SIZES = {"a4": "A4", "letter": "Letter"}
"""The sheets that office printers take, as reviews and the command name them, and as CSS does."""

_TURNED = re.compile(r"@page\s+([A-Za-z][\w-]*)[^{}]*\{[^{}@]*\bsize:[^;}]*\blandscape\b")


def on_paper(document: Document, size: str) -> Document:
    """The document on pages of that size (`A4`, `Letter`), as both panels read it; unchanged where `size` is empty.

    Margins stay as they are. Named pages that the stylesheets lay on their side stay so.
    """
    if not size:
        return document
    turned = dict.fromkeys(name for sheet in document.stylesheets for name in _TURNED.findall(sheet.text))
    rules = [f"@page {{ size: {size} }}", *(f"@page {name} {{ size: {size} landscape }}" for name in turned)]
    return replace(document, stylesheets=(*document.stylesheets, Stylesheet("paper.css", "\n".join(rules))))
