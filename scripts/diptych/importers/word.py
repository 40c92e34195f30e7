"""Word files → a review: Pandoc reads the document, its styles say what each paragraph is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from diptych.bibliography import works
from diptych.bibliography.items import FIELDS, OLD_NAMES
from diptych.bibliography.pandoc import PandocError
from diptych.diagnostics import Diagnostic, Span, error
from diptych.importers import pandoc
from diptych.importers.assemble import Assembler
from diptych.importers.entries import KEY
from diptych.importers.figures import Pictures
from diptych.importers.looks import headed_by_look
from diptych.importers.package import Package, opened
from diptych.importers.pandoctree import Tree, titled
from diptych.importers.paper import Imported, Losses, Source
from diptych.importers.pen import Pen
from diptych.importers.stream import Block, Paper
from diptych.prose import Node

READER = "docx+styles+citations+empty_paragraphs"


def read_word(source: Source) -> tuple[Imported | None, list[Diagnostic]]:
    """The review that a Word file is."""
    losses = Losses(source.name)
    package, problems = opened(source.name, source.data, losses)
    if package is None:
        return None, problems
    try:
        document = pandoc.read(package.packed(), READER, ("--track-changes=all",))
    except PandocError as problem:
        return None, [error("unreadable-paper", f"this Word file cannot be read: {problem}", Span(source.name))]
    keys, items = _items(package)
    tree = Tree(losses, source.track_changes, keys)
    blocks = headed_by_look(titled(tree.stream(document["blocks"]), document["meta"], tree), losses)
    losses.where = ""
    if tree.left_comments:
        message = f"comments are left out: {tree.left_comments}"
        losses.add("lost-comments", message, hint="keep them as notes to co-authors with --track-changes notes")
    paper = Paper(blocks, items, _notes(blocks))
    assembler = Assembler(paper, losses, Pen(losses), package.picture, Pictures(losses))
    assembler.draft.entries.plain_citations = not items and not any(_has_citations(blocks))
    return assembler.review(), losses.found


def _items(package: Package) -> tuple[dict[str, str], dict[str, Mapping[str, Any]]]:
    """The citation key of each work by its id in the file, and the works by their keys."""
    keys: dict[str, str] = {}
    items: dict[str, Mapping[str, Any]] = {}
    for work in package.works:
        if work["id"] in keys:
            continue
        own = str(work["id"])
        data = {OLD_NAMES.get(name, name): value for name, value in work.items() if name in FIELDS}
        named = NAMED.fullmatch(own) and KEY.fullmatch(own) and own not in items
        keys[own] = own if named else works.key_for(data, items)
        items[keys[own]] = {name: _as_text(value) for name, value in data.items()}
    return keys, items


NAMED = re.compile(r"(?!ITEM-\d|[0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z][\w-]*")
"""Ids that an author may have chosen; Mendeley's are none."""


def _as_text(value: Any) -> Any:
    """CSL-JSON with its numbers as text, as readers of files give it."""
    if isinstance(value, Mapping):
        return {str(key): _as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_text(inner) for inner in value]
    return value if isinstance(value, str) or value is None else str(value)


def _notes(blocks: Iterable[Block]) -> dict[str, tuple[Node, ...]]:
    """End notes by the names of their bookmarks: those that stand in a list of their own."""
    found: dict[str, tuple[Node, ...]] = {}
    for block in blocks:
        for node in block.nodes:
            for item in node.children if node.kind == "ol" else ():
                target = next(_anchors(item), "")
                if target.startswith("note"):
                    found[target] = item.children
    return found


def _anchors(node: Node) -> Iterator[str]:
    if node.kind == "anchor":
        yield node.value
    for child in node.children:
        yield from _anchors(child)


def _has_citations(blocks: Iterable[Block]) -> Iterator[bool]:
    for block in blocks:
        for node in block.nodes:
            if any(_cites(node)):
                yield True


def _cites(node: Node) -> Iterator[bool]:
    if node.kind == "citation" or (node.kind == "jump" and node.value.startswith("ref")):
        yield True
    for child in node.children:
        yield from _cites(child)
