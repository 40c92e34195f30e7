"""Where the blocks of a document are written, for the preview: comments in its HTML, which the web printer reads."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace

from diptych.bibliography.csl import anchor
from diptych.bibliography.shelf import Item
from diptych.compose.passages import Key, Passages
from diptych.diagnostics import Span
from diptych.document import Document
from diptych.prose import place


def place_of(passages: Passages, key: Key, line: int) -> str:
    """The comment that says where a paragraph is written; of a table's rows the first cell alone says it."""
    if key[0] == "tables" and key[2] in ("rows", "csv") and key[-1] != 0:
        return ""
    return place(_name(passages.span_of(key, line, 0, 0 if line else None)))


def _name(span: Span) -> str:
    return f"{span.file}:{span.line}"


def with_entry_places(document: Document, items: Mapping[str, Item]) -> Document:
    """The document, each entry of its reference list saying where the work is written."""
    places = {anchor(key): html.escape(_name(item.span)) for key, item in items.items() if item.span}

    def placed(found: re.Match[str]) -> str:
        place = places.get(found[1])
        return f'{found[0]} data-source="{place}"' if place else found[0]

    return replace(document, html=ENTRY.sub(placed, document.html))


ENTRY = re.compile(r' id="(ref-[^"]*)"')
