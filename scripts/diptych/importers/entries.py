"""The list of references of a paper that is text: entries, their numbers and marks, and what stands beneath them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from diptych.bibliography import works
from diptych.bibliography.items import Findings, read_item
from diptych.bibliography.shelf import Item
from diptych.importers import marks, plainrefs
from diptych.importers.nodes import text, without_prefix, words_of
from diptych.importers.paper import Losses, shortened
from diptych.importers.stream import Block
from diptych.prose import Node

ANCHOR = re.compile(r"ref[-_:](.+)")
KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:.#$%&+?<>~/-]*")
NUMBER = re.compile(r"\s*\[?(\d{1,4})[\].)]\s*")


@dataclass
class Entry:
    """One entry as the list shows it."""

    words: str
    anchor: str = ""
    number: int | None = None
    grade: int | None = None
    addresses: tuple[str, ...] = ()
    annotation: list[Node] = field(default_factory=list)
    key: str = ""
    recommended: bool = False
    """True for one of a list of recommended reading."""


@dataclass
class Entries:
    """The entries read so far; when they are settled, the items that they are."""

    listed: list[Entry] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    plain_citations: bool = False
    """True where the paper has no citations but typed ones: numbers, or names and years."""

    @property
    def annotated(self) -> dict[str, Entry]:
        """Entries with a mark or an annotation, by key."""
        return {entry.key: entry for entry in self.listed if entry.key and (entry.grade or entry.annotation)}

    def add(self, block: Block, number: int | None = None) -> None:
        """Adds the entry that a block is."""
        words, shown, mark = _parts(block.nodes)
        found = NUMBER.match(words) if shown is None and number is None else None
        words = words[found.end() :] if found else words
        lead, words = marks.leading(words)
        addresses = tuple(_addresses(block.nodes))
        counted = shown if shown is not None else int(found[1]) if found else number
        if words:
            self.listed.append(Entry(words, block.id, counted, mark or lead, addresses))

    def recommend(self) -> None:
        """Says of the last entry that it stands in a list of recommended reading."""
        if self.listed:
            self.listed[-1].recommended = True

    def annotate(self, nodes: Iterable[Node]) -> None:
        """Adds to what is said of the last entry; a mark before it is its grade."""
        if not self.listed:
            return
        for node in nodes:
            lead, _ = marks.leading(words_of([node]))
            opens = bool(lead) and not self.listed[-1].annotation
            self.listed[-1].grade = self.listed[-1].grade or (lead if opens else None)
            self.listed[-1].annotation.append(_without_mark(node) if opens else node)

    def read(self, block: Block, losses: Losses, lines: dict[str, list[tuple[Node, ...]]]) -> None:
        """Reads what stands in the list without a style of its own: entries, remarks beneath them, the legend above."""
        for node in block.nodes:
            if node.kind == "ol":
                self._numbered(node)
            elif node.kind == "ul":
                for item in node.children:
                    self._item(item, None)
            elif not self.listed and marks.legend(words_of([node])):
                lines.setdefault("legend", []).append((node,))
            elif self._is_remark(node):
                self.annotate([node])
            else:
                self.add(Block("entry", node.children or (node,), block.id))

    def _numbered(self, node: Node) -> None:
        first = int(node.value or len(self.listed) + 1)
        for number, item in enumerate(node.children, first):
            self._item(item, number)

    def _item(self, item: Node, number: int | None) -> None:
        head, *rest = item.children or (Node("p"),)
        self.add(Block("entry", head.children), number)
        self.annotate(rest)

    def _is_remark(self, node: Node) -> bool:
        """True for a paragraph beneath an entry that says why it matters: the entry has a number, and it has none."""
        return bool(self.listed) and self.listed[-1].number is not None and not NUMBER.match(words_of([node]))

    # What they are

    def settle(self, known: Mapping[str, Mapping[str, Any]], losses: Losses) -> None:
        """Makes items of the entries: those that citations carry where they are the same work, else their text."""
        left = dict(known)
        for entry in self.listed:
            same = _same(entry, left)
            if same:
                self._keep(entry, same, dict(left.pop(same)), losses)
            else:
                self._keep(entry, _own_key(entry, {*self.items, *known}), _text_item(entry), losses)
                message = f"the parts of this reference are not marked; it is kept as text: “{shortened(entry.words)}”"
                losses.add("untagged-reference", message, hint="give it its fields in references.yaml")
        for key, data in left.items():
            self._keep(Entry(""), key, dict(data), losses)

    def _keep(self, entry: Entry, key: str, data: dict[str, Any], losses: Losses) -> None:
        found = Findings(lambda _path, _key: None)
        read = read_item(key, data, found)
        losses.found += [one for one in found.problems if one not in losses.found]
        entry.key = key
        self.items[key] = Item(key, read, None)
        if entry.number:
            self.numbers[entry.number] = key

    def key_of(self, target: str) -> str:
        """The key of the entry that a link points at; empty for any other target."""
        return next((entry.key for entry in self.listed if entry.anchor and entry.anchor == target), "")

    def cited_in(self, words: str) -> list[Node]:
        """The words, numbers in brackets as mentions of entries where the paper has no better citations."""
        if not self.plain_citations:
            return [text(words)]
        found: list[Node] = []
        here = 0
        for match in BRACKETED.finditer(words):
            numbers = [int(number) for number in re.findall(r"\d+", match[1])]
            if all(number in self.numbers for number in numbers):
                found += [text(words[here : match.start() + 1]), *self.mentioned(match[1])]
                here = match.end() - 1
        return [*found, text(words[here:])]

    def mentioned(self, inner: str) -> list[Node]:
        """Numbers of entries as mentions, with what stands between them."""
        pieces = re.split(r"(\d+)", inner)
        return [
            Node("cite", text=one, value=self.numbers[int(one)]) if one.isdigit() else text(one)
            for one in pieces
            if one
        ]


BRACKETED = re.compile(r"\[(\d{1,4}(?:\s*[,;\u2010-\u2015-]\s*\d{1,4})*)\]")


def _parts(nodes: Iterable[Node]) -> tuple[str, int | None, int | None]:
    """The words of an entry without number and mark, and those."""
    number = mark = None
    words = ""
    for node in nodes:
        if node.kind == "number":
            digits = re.search(r"\d+", words_of([node]))
            number = int(digits[0]) if digits else None
        elif node.kind == "mark":
            mark = marks.grade(words_of([node])) or mark
        elif node.kind != "anchor":
            words += "".join(_raw([node]))
    return " ".join(words.split()), number, mark


def _raw(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        yield node.text
        yield from _raw(node.children)


def _addresses(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        if node.kind == "a":
            yield node.value
        yield from _addresses(node.children)


def _without_mark(node: Node) -> Node:
    return replace(node, children=without_prefix(node.children, marks.LEADING))


def _same(entry: Entry, known: Mapping[str, Mapping[str, Any]]) -> str:
    """The key of the known work that the entry names: by its anchor, its DOI, or its title."""
    named = ANCHOR.fullmatch(entry.anchor)
    if named and named[1] in known:
        return named[1]
    own = plainrefs.identifiers(" ".join([entry.words, *entry.addresses]))
    for key, data in known.items():
        if own.get("DOI") and str(data.get("DOI", "")).lower() == own["DOI"].lower():
            return key
    said = _letters(entry.words)
    titled = [key for key, data in known.items() if (title := _letters(str(data.get("title", "")))) and title in said]
    return titled[0] if len(titled) == 1 else ""


def _letters(words: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"<[^<>]*>", "", words)).lower()


def _own_key(entry: Entry, taken: set[str]) -> str:
    named = ANCHOR.fullmatch(entry.anchor)
    if named and KEY.fullmatch(named[1]):
        return works.free_key(named[1], taken)
    return plainrefs.key(entry.words, taken)


def _text_item(entry: Entry) -> dict[str, Any]:
    data = plainrefs.item(entry.words)
    for address in entry.addresses:
        name, value = plainrefs.of_address(address)
        if name in ("DOI", "PMID", "PMCID", "CAS"):
            data.setdefault(name, value)
    return data
