"""Where the blocks of a document are written, for the preview: comments in its HTML, which the web printer reads."""

from __future__ import annotations

import html
from dataclasses import replace

from diptych.bibliography.csl import anchor
from diptych.compose.content import Content, Material
from diptych.compose.passages import Key, Passages
from diptych.diagnostics import Span
from diptych.document import Document
from diptych.prose import Node, Passage


def with_places(material: Material) -> Material:
    """The material, each paragraph of its prose saying where it is written; of a table's rows the first cell does."""
    passages = material.passages
    placed = {key: _placed(passages, key, one) if _says(key) else one for key, one in passages.by_key.items()}
    return replace(material, passages=replace(passages, by_key=placed))


def _says(key: Key) -> bool:
    return key[0] != "tables" or key[2] not in ("rows", "csv") or key[-1] == 0


def _placed(passages: Passages, key: Key, passage: Passage) -> Passage:
    return replace(passage, nodes=tuple(_with_place(passages, key, node) for node in passage.nodes))


def _with_place(passages: Passages, key: Key, node: Node) -> Node:
    """The block with its place as the first thing in it, and so the blocks within it."""
    if node.line is None:
        return replace(node, children=tuple(_with_place(passages, key, child) for child in node.children))
    span = passages.span_of(key, node.line, 0, 0 if node.line else None)
    return replace(node, children=(Node("place", value=_name(span)), *node.children))


def _name(span: Span) -> str:
    return f"{span.file}:{span.line}"


def with_entry_places(document: Document, content: Content) -> Document:
    """The document, each entry of its reference list saying where the work is written."""
    page = document.html
    for key, item in content.items.items():
        if item.span:
            id_of_entry = f' id="{anchor(key)}"'
            page = page.replace(id_of_entry, f'{id_of_entry} data-source="{html.escape(_name(item.span))}"')
    return replace(document, html=page)
