"""Mentions of references as printed, “[3, 5–7]” or “(Falk 2015, p. 3)”, → citations by key.

A mention comes as a node `cite`: `text` is what is printed and linked, `value` the key. Mentions that stand together
become one citation, with the brackets around them; words in square brackets beside them are prefix and suffix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from diptych.importers.nodes import FORMATS, text, tidy
from diptych.prose import Citation, Cluster, Node
from diptych.prose.citations import locator

BETWEEN = re.compile(r"\s*(?:[,;&]|,? and)?\s*")
RANGE = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
MARKS = re.compile(r"[•●∙*]+")
NUMBER = re.compile(r"[\s(\[]*(\d+)[\s)\]]*")
YEAR = re.compile(r"\(?\d{4}[a-z]?\)?")
NAMES_AND_YEAR = re.compile(r"[^\W\d].*\(\d{4}[a-z]?\)$")
PAIRS = {"[": "]", "(": ")"}
OPENING, CLOSING = re.compile(r"([\[(])([^\[\]()]*)$"), re.compile(r"^([^\[\]()]*)([\])])")


@dataclass
class Gatherer:
    """Makes citations of mentions; `numbers` says which key the list of references has under which number."""

    numbers: Mapping[int, str] = field(default_factory=dict)
    _index: count[int] = field(default_factory=count)

    def gather(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """The inlines with their mentions, however deep, as citations."""
        found: list[Node] = []
        parts = [self._inside(node) for node in tidy(nodes)]
        here = 0
        while here < len(parts):
            end = self._end(parts, here)
            if end == here:
                found.append(parts[here])
                here += 1
                continue
            behind = self._push(found, parts[here:end], parts[end : end + 1])
            parts[end : end + 1] = behind
            here = end
        return tidy(found)

    def _inside(self, node: Node) -> Node:
        """The node with its own mentions gathered; raised mentions come down, since styles raise numbers themselves."""
        if not node.children:
            return node
        inner = self.gather(node.children)
        if node.kind in ("sup", "sub") and any(child.kind == "citation" for child in inner):
            return Node("group", (text(" "), *inner))
        if node.kind in FORMATS and all(child.kind == "citation" for child in inner):
            return Node("group", inner)
        return replace(node, children=inner)

    def _end(self, parts: Sequence[Node], start: int) -> int:
        """Where the mentions end that begin at `start`, with what stands between them."""
        end = start
        while end < len(parts) and parts[end].kind == "cite":
            end += 1
            between = parts[end] if end < len(parts) else None
            if between is None or between.kind != "text" or end + 1 >= len(parts) or parts[end + 1].kind != "cite":
                break
            if not (BETWEEN.fullmatch(between.text) or RANGE.fullmatch(between.text)):
                break
            end += 1
        return end

    def _push(self, found: list[Node], mentions: Sequence[Node], behind: Sequence[Node]) -> list[Node]:
        """Adds the citation to `found`, its brackets taken from what stands there and from what follows, the result."""
        cited = self._cited(mentions)
        prefix, suffix = "", ""
        rest = list(behind)
        opening = OPENING.search(found[-1].text) if found and found[-1].kind == "text" else None
        closing = CLOSING.match(rest[0].text) if rest and rest[0].kind == "text" else None
        if opening and closing and PAIRS[opening[1]] == closing[2] and _may_go(opening, closing):
            prefix, suffix = opening[2].strip(), closing[1].rstrip()
            found[-1] = replace(found[-1], text=found[-1].text[: opening.start()])
            rest[0] = replace(rest[0], text=rest[0].text[closing.end() :])
        while found and found[-1].kind == "text" and not found[-1].text:
            found.pop()
        if found and found[-1].kind == "names":
            found.pop()
            cited[0] = replace(cited[0], mode="author-in-text")
        if prefix:
            cited[0] = replace(cited[0], prefix=prefix)
        if suffix:
            place = locator(suffix, 0, len(suffix))
            rest_of = suffix[place.end :]
            cited[-1] = (
                replace(cited[-1], suffix=rest_of)
                if not place.numbers
                else replace(cited[-1], locator=place.numbers, label=place.label, suffix=rest_of)
            )
        found.append(self.cluster(cited))
        return rest

    def cluster(self, cited: Sequence[Citation]) -> Node:
        """The citation of these works."""
        return Node("citation", mention=Cluster(tuple(cited), next(self._index)))

    def _cited(self, mentions: Sequence[Node]) -> list[Citation]:
        cited: list[Citation] = []
        is_range = False
        for node in mentions:
            if node.kind == "text":
                is_range = bool(RANGE.fullmatch(node.text))
                continue
            if is_range:
                cited += [Citation(key) for key in self._between(cited[-1].key, node.value.split(" ")[0])]
                is_range = False
            keys = node.value.split(" ")
            cited += [_citation(key, node.text if len(keys) == 1 else "", len(mentions) == 1) for key in keys]
        return cited

    def _between(self, first: str, last: str) -> list[str]:
        """The keys of the references whose numbers lie between those of two others."""
        number_of = {key: number for number, key in self.numbers.items()}
        if first not in number_of or last not in number_of:
            return []
        between = range(number_of[first] + 1, number_of[last])
        return [self.numbers[number] for number in between if number in self.numbers]


def _may_go(opening: re.Match[str], closing: re.Match[str]) -> bool:
    """True where the brackets hold the mentions and, in square ones, a few words."""
    words = f"{opening[2]}{closing[1]}".strip()
    return not words or (opening[1] == "[" and len(words) <= 80 and not re.search(r";|\.\s+[A-Z]", words))


def _citation(key: str, shown: str, alone: bool) -> Citation:
    """The citation for what is printed: “3, p. 5” has a place, “2015” a name before it, “Falk (2015)” both."""
    words = MARKS.sub("", shown).strip()
    if alone and YEAR.fullmatch(words):
        return Citation(key, mode="suppress-author")
    if alone and NAMES_AND_YEAR.fullmatch(words):
        return Citation(key, mode="author-in-text")
    head = NUMBER.match(words)
    rest = ABBREVIATED.sub("sec.", words[head.end() :]).strip() if head else ""
    place = locator(rest, 0, len(rest))
    return Citation(key, locator=place.numbers, label=place.label, suffix=rest[place.end :])


ABBREVIATED = re.compile(r"\bsect\.")
"""Words for locators that styles print and authors do not write."""


def ungrouped(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The inlines without the groups that `gather` leaves where formats were."""
    flat: list[Node] = []
    for node in nodes:
        inner = ungrouped(node.children)
        flat += inner if node.kind == "group" else [replace(node, children=inner) if node.children else node]
    return tidy(flat)
