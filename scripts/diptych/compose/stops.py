"""Raised numbers and calls of notes behind the stops and commas that authors write behind citations.

English has them there: raised numbers behind stops and commas, before colons and semicolons (AMA Manual of Style, 11th
ed., 3.6), calls of notes behind any sign but a dash (Chicago Manual of Style, 17th ed., 14.26). Pandoc's
`notes-after-punctuation` does it for documents of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from diptych.prose import Cluster, Node

RAISED = re.compile(r"[.,](?![.,;:?!…])")
CALLED = re.compile(r"(?:[.,;:]|[?!]+)(?![.,;:?!…])")
"""What raised numbers, and what calls of notes, stand behind; where more signs follow, all stay."""

OPEN = "([{“‘«„‚–—-/"
"""What no stop or comma stands directly behind."""


@dataclass(frozen=True)
class Call:
    """A citation that is nothing but a raised number, or the call of a note, behind what it says in the line itself."""

    lead: str
    """“Falk et al.”; mostly empty."""
    note: bool


Calls = Callable[[Cluster], Call | None]


def behind_stops(nodes: Sequence[Node], calls: Calls, english: bool) -> tuple[tuple[Node, ...], Mapping[int, str]]:
    """The prose without the signs that stand before calls of citations now, and these by the index of the cluster.

    `calls` tells what a citation is, None where it is text as any other. In no language is there a blank before a call
    that a citation makes, and calls in a row have a raised comma between them: 1 and 2 are not 12.
    """
    setting = _Setting(calls)
    return setting.sequence(nodes, english), setting.stops


class _Setting:
    """One passage; `stops` are the signs found so far."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.stops: dict[int, str] = {}

    def sequence(self, nodes: Iterable[Node], english: bool) -> tuple[Node, ...]:
        found = _joined([self._inside(node, english) for node in nodes])
        if english:
            found = self._moved(self._lifted(found))
        return tuple(self._set_apart(found))

    def _inside(self, node: Node, english: bool) -> Node:
        if not node.children:
            return node
        here = english and (node.kind != "language" or is_english(node.value))
        return replace(node, children=self.sequence(node.children, here))

    def _call(self, node: Node) -> Call | None:
        return self.calls(node.mention) if isinstance(node.mention, Cluster) else None

    def _lifted(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes, those calls behind emphasis that it ends with, where a sign follows that they stand behind."""
        found: list[Node] = []
        for node, following in zip_longest(nodes, nodes[1:]):
            kept, row = self._parted(node)
            call = next((call for one in row if (call := self._call(one))), None)
            lifts = call is not None and _sign(call, following) is not None
            found += [*kept, *row] if lifts else [node]
        return found

    def _parted(self, node: Node) -> tuple[list[Node], list[Node]]:
        """An element without the calls that it ends with, if anything is left of it; and these."""
        kept, row = list(node.children) if node.kind in LIFTED else [], list[Node]()
        while kept and (self._is_bare(kept[-1]) or _is_between(kept[-1], BLANK)):
            row.insert(0, kept.pop())
        if kept and kept[-1].kind in LIFTED:
            inner, ended = self._parted(kept[-1])
            kept, row = [*kept[:-1], *inner], [*ended, *row]
        _strip(kept)
        return ([replace(node, children=tuple(kept))] if kept else []), row

    def _is_bare(self, node: Node) -> bool:
        """True for a call that says nothing in the line."""
        call = self._call(node)
        return call is not None and not call.lead

    def _moved(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes without the signs that go before calls; calls in a row are passed as one."""
        found: list[Node] = []
        at, following = 0, list(nodes)
        while at < len(following):
            call = self._call(following[at])
            end = at + 1 if call is None else self._end_of_row(following, at)
            sign = _sign(call, following[end]) if call and end < len(following) else None
            if call and sign and _may_follow(sign, call.lead or _last_character(found)):
                self.stops[_index(following[at])] = sign
                following[end] = replace(following[end], text=following[end].text[len(sign) :])
                if not call.lead:
                    _strip(found)
            found += following[at:end]
            at = end
        return found

    def _end_of_row(self, nodes: Sequence[Node], start: int) -> int:
        """Where the row of calls ends that begins at `start`, with commas and comments between them."""
        end = start + 1
        for place in range(end, len(nodes)):
            if self._is_bare(nodes[place]) or nodes[place].kind == "comment":
                end = place + 1
            elif not _is_between(nodes[place], BETWEEN):
                break
        return end

    def _set_apart(self, nodes: Sequence[Node]) -> list[Node]:
        """The nodes without blanks before calls; a raised comma between calls that follow one another."""
        found: list[Node] = []
        for node in nodes:
            bare = self._is_bare(node)
            last = _last_seen(found) if bare or node.kind == "note" else None
            follows_call = last is not None and self._call(last) is not None
            if follows_call or (bare and last is not None and last.kind == "note"):
                _strip(found)
                found.append(COMMA)
            elif bare:
                _strip(found)
            found.append(node)
        return found


LIFTED = ("em", "strong", "language")
BLANK, BETWEEN = re.compile(r"\s*"), re.compile(r"\s*[,;]?\s*")
"""What calls have between them that are lifted, and that are passed, as one."""
COMMA = Node("sup", (Node("text", text=","),))


def _is_between(node: Node, words: re.Pattern[str]) -> bool:
    return node == COMMA or node.kind == "comment" or (node.kind == "text" and words.fullmatch(node.text) is not None)


def _sign(call: Call, following: Node | None) -> str | None:
    """The sign that the following text begins with and that the call stands behind."""
    if following is None or following.kind != "text":
        return None
    found = (CALLED if call.note else RAISED).match(following.text)
    return found[0] if found else None


def _index(citation: Node) -> int:
    assert isinstance(citation.mention, Cluster)
    return citation.mention.index


def is_english(lang: str) -> bool:
    """True for `en`, `en-GB` …"""
    return lang.partition("-")[0].casefold() == "en"


def _may_follow(sign: str, before: str) -> bool:
    """Whether the sign may stand directly behind those words: no stop behind a stop, nothing behind nothing."""
    last = before[-1:]
    if not last or last in OPEN:
        return False
    return last not in ".,;:?!…" or (last in ".…" and not sign.startswith("."))


def _last_character(nodes: Sequence[Node]) -> str:
    """The last character before a call; empty at the head of a line and behind another's call."""
    for node in reversed(nodes):
        if node.kind in ("br", "note"):
            return ""
        if node.kind in ("citation", "crossref"):
            return "x"
        found = node.text.rstrip()[-1:] if node.kind != "comment" else ""
        found = found or _last_character(node.children)
        if found:
            return found
    return ""


def _last_seen(nodes: Sequence[Node]) -> Node | None:
    """The last of the nodes that is neither a blank nor a comment."""
    return next((one for one in reversed(nodes) if not _is_between(one, BLANK) or one == COMMA), None)


def _strip(nodes: list[Node]) -> None:
    """Takes away the blanks that the nodes end with, before comments there too."""
    for place in range(len(nodes) - 1, -1, -1):
        if nodes[place].kind == "text":
            nodes[place] = replace(nodes[place], text=nodes[place].text.rstrip())
        if nodes[place].kind != "comment" and (nodes[place].text or nodes[place].kind != "text"):
            return


def _joined(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, texts that stand side by side as one."""
    found: list[Node] = []
    for node in nodes:
        if node.kind == "text" and found and found[-1].kind == "text":
            found[-1] = replace(found[-1], text=found[-1].text + node.text)
        else:
            found.append(node)
    return found
