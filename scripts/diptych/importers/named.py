"""Citations that are typed as names and years, “(Falk et al., 2015)”, where the list of references has no numbers.

A mention is a citation where exactly one entry begins with the name and has the year; any other stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from diptych.bibliography.readers.common import folded
from diptych.importers.entries import Entry
from diptych.importers.nodes import joined, mapped, text, words_of
from diptych.importers.paper import Losses, shortened
from diptych.prose import Citation, Node

PARTICLES = r"(?:(?:[Vv]an|[Vv]on|[Dd]e|der|den|del|[Dd]i|[Dd]a|[Dd]u|[Ll]a|[Ll]e|[Tt]er|[Tt]en)\s){0,3}"
NAME = rf"{PARTICLES}(?![a-zß-öø-ÿ])[^\W\d_][\w'’\u2010-]*"
NAMES = rf"(?P<first>{NAME})(?P<more>\s(?:and|&|und|et|y)\s(?!al\b)(?P<second>{NAME})|,?\set\sal\.?)?"
YEAR = r"(?:18|19|20)\d\d[a-z]?"
YEARS = rf"(?P<years>{YEAR}(?:,\s{YEAR})*)"
IN_TEXT = re.compile(rf"(?<![\w'’\u2010-]){NAMES},?\s\({YEARS}\)")
IN_BRACKETS = re.compile(rf"\((?P<works>[^()\[\]]*\b{YEAR})\)")
WORK = re.compile(rf"\s*(?:(?P<prefix>see also|see|e\.g\.,?|cf\.)\s)?{NAMES},?\s{YEARS}\s*")
ET_AL = re.compile(r"\s*et al\.?,?\s*")

Cite = Callable[[Sequence[Citation]], Node]
GUESSED = "names with years are taken for citations where exactly one reference of the list fits"


@dataclass(frozen=True)
class _Known:
    """An entry as mentions name it: its words, without accents, and the years in it."""

    key: str
    words: str
    years: frozenset[str]


class Named:
    """The entries of a list without numbers, and what mentions them."""

    def __init__(self, entries: Iterable[Entry], cluster: Cite, losses: Losses) -> None:
        self.cluster = cluster
        self.losses = losses
        self._known: dict[str, list[_Known]] = {}
        """By the first word."""
        for one in entries:
            known = _Known(one.key, folded(one.words), _years(one.words))
            if one.key:
                self._known.setdefault(_first_word(known.words), []).append(known)

    def cited_in(self, node: Node) -> list[Node]:
        """A text with its mentions of entries as such."""
        in_text = _exchanged(node.text, IN_TEXT, self._in_text)
        found = [
            new
            for one in in_text
            for new in (_exchanged(one.text, IN_BRACKETS, self._in_brackets) if one.kind == "text" else [one])
        ]
        if any(one.kind == "citation" for one in found):
            self.losses.add("named-citations", GUESSED, hint="compare them with the paper")
        return found

    def _in_text(self, match: re.Match[str]) -> list[Node]:
        """The citation for “Falk et al. (2015)”; names before several years stay text."""
        keys = self._keys(match)
        if not keys:
            self._unmatched(match[0], [match])
            return []
        if len(keys) == 1:
            return [self.cluster([Citation(keys[0], mode="author-in-text")])]
        names = match[0].partition("(")[0]
        return [text(names), self.cluster([Citation(key, mode="suppress-author") for key in keys])]

    def _in_brackets(self, match: re.Match[str]) -> list[Node]:
        """The citation for “(see Falk et al., 2015; Moss 2016a)”; none where one of the works is not known."""
        parts = match["works"].split(";")
        works = [one for part in parts if (one := WORK.fullmatch(part))]
        keys = [self._keys(one) for one in works]
        if len(works) < len(parts) or not all(keys):
            self._unmatched(match[0], works if len(works) == len(parts) else [])
            return []
        cited: list[Citation] = []
        for work, (first, *others) in zip(works, keys, strict=True):
            cited += [Citation(first, prefix=work["prefix"] or ""), *map(Citation, others)]
        return [self.cluster(cited)]

    def _keys(self, match: re.Match[str]) -> list[str]:
        """The keys of the works of those years by those names; none where one of them is not exactly one."""
        names = match["first"], match["second"] or ""
        if not all(name.split()[-1][0].isupper() for name in names if name):
            return []
        found = [self._fitting(*names, year) for year in re.findall(YEAR, match["years"])]
        return [keys[0] for keys in found] if all(len(keys) == 1 for keys in found) else []

    def _fitting(self, first: str, second: str, year: str) -> list[str]:
        with_second = re.compile(rf"(?<!\w){re.escape(folded(second))}(?!\w)")
        return [one.key for one in self._by(first) if year in one.years and with_second.search(one.words)]

    def _by(self, name: str) -> list[_Known]:
        """The entries whose first author has that name."""
        wanted = folded(name)
        begins = re.compile(rf"\W*{re.escape(wanted)}(?:\s*[,.(:]|\s+[A-Z]{{1,3}}\b|\s+(?:and|&)\s)")
        return [one for one in self._known.get(_first_word(wanted), ()) if begins.match(one.words)]

    def _unmatched(self, words: str, works: Iterable[re.Match[str]]) -> None:
        """Lists what looks like a citation: “et al.”, two names, or one that the list has."""
        if any(work["more"] or self._by(work["first"]) for work in works):
            message = f"not exactly one reference fits “{shortened(words)}”; it stays text"
            self.losses.add("unmatched-citation", message, hint="cite it by its key")


def _exchanged(words: str, pattern: re.Pattern[str], cited: Callable[[re.Match[str]], list[Node]]) -> list[Node]:
    """The words, what matches exchanged for its citation, where it is one."""
    found: list[Node] = []
    here = 0
    for match in pattern.finditer(words):
        if new := cited(match):
            found += [text(words[here : match.start()]), *new]
            here = match.end()
    return [*found, text(words[here:])]


def _first_word(words: str) -> str:
    found = re.search(r"\w+", words)
    return found[0] if found else ""


def _years(words: str) -> frozenset[str]:
    """The years in an entry, which may not be pages; only the one in brackets where there is such."""
    bare = re.sub(r"\S*10\.\d{4,9}/\S+|https?://\S+", " ", words)
    bracketed = re.search(rf"\(({YEAR})\b[^()]*\)", bare)
    return frozenset([bracketed[1]] if bracketed else re.findall(rf"(?<![\w:–-]){YEAR}(?![\w–-])", bare))


def upright(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes, “et al.” without its italics, so that a mention is one text."""
    return joined(mapped(nodes, _upright))


def _upright(node: Node) -> Iterable[Node]:
    if node.kind == "em" and ET_AL.fullmatch(words_of([node])):
        return node.children
    return (replace(node, children=joined(node.children)) if node.children else node,)
