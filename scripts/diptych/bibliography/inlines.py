"""Pandoc's inlines as HTML in the document's vocabulary.

Inlines become runs of text with marks on them, and runs become elements. Emphasis within emphasis is upright, as
typesetters and CSL have it, and a link never stands within a link.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any
from urllib.parse import quote, unquote

from diptych.bibliography.pandoc import Json


@dataclass(frozen=True, order=True)
class Mark:
    """An element that a run of text stands in: its tag and its attributes as written."""

    tag: str
    attributes: str = ""


@dataclass(frozen=True)
class Run:
    """Text with the marks it bears."""

    text: str
    marks: frozenset[Mark]


EM, STRONG, SMALL_CAPS = Mark("em"), Mark("strong"), Mark("span", ' class="small-caps"')
TOGGLES = frozenset({EM, STRONG, SMALL_CAPS})
PLAIN: frozenset[Mark] = frozenset()

LinkMark = Callable[[str, str], Mark | None]
"""From a link's address and its text to the mark it gets; None for no link."""


def to_html(inlines: Sequence[Json], link: LinkMark) -> str:
    """The inlines as HTML, text escaped, leading and trailing spaces left off."""
    return _elements(_whole(inlines, link))


def _whole(inlines: Sequence[Json], link: LinkMark) -> list[Run]:
    return _stripped(list(_merged(_runs(inlines, PLAIN, link))))


def entry_to_html(inlines: Sequence[Json], link: LinkMark) -> str:
    """An entry of the list as HTML, ended by a full stop where its volume and pages are unknown: not `2020;`.

    Styles print the sign that leads to them in either case. It is replaced at the end, and a semicolon before a link.
    """
    runs = _whole(inlines, link)
    return _elements([_closed(run, following) for run, following in zip_longest(runs, runs[1:])])


def _closed(run: Run, following: Run | None) -> Run:
    """The run with a full stop for a sign that leads nowhere."""
    if following is None:
        return replace(run, text=re.sub(r"[;:,]$", ".", run.text))
    if any(mark.tag == "a" for mark in following.marks):
        return replace(run, text=re.sub(r";(\s*)$", r".\1", run.text))
    return run


def plain(inlines: Sequence[Json]) -> str:
    """The inlines' text alone."""
    return "".join(run.text for run in _runs(inlines, PLAIN, lambda _address, _text: None))


def text_inlines(text: str) -> list[Json]:
    """Plain text as inlines: words and spaces."""
    return [
        {"t": "Space"} if piece.isspace() else {"t": "Str", "c": piece} for piece in re.split(r"(\s+)", text) if piece
    ]


def without_stop(inlines: Sequence[Json]) -> list[Json]:
    """The inlines without a full stop at their end."""
    kept = deepcopy(list(inlines))
    last = _last_text(kept[-1]) if kept else None
    if last is not None:
        last["c"] = last["c"].removesuffix(".")
    return kept


CLOSING_QUOTES = ("”", "’")


def stops_within_quotes(inlines: Sequence[Json]) -> list[Json]:
    """The inlines with a stop or comma that follows a link's closing quotation mark moved before that mark.

    Pandoc does the same everywhere but behind a link. After a question or exclamation mark there is no other stop.
    """
    moved: list[Json] = []
    for node in inlines:
        stop = node["c"][:1] if node["t"] == "Str" else ""
        if stop in (".", ",") and moved and moved[-1]["t"] == "Link" and _quoted_last(moved[-1]):
            link = deepcopy(moved.pop())
            _put_before_quote(link, stop)
            moved += [link, {"t": "Str", "c": node["c"][1:]}]
        else:
            moved.append(node)
    return moved


def _quoted_last(link: Json) -> bool:
    """True where the link ends with a closing quotation mark."""
    last = _last_text(link)
    return last is not None and str(last["c"]).endswith(CLOSING_QUOTES)


def _put_before_quote(link: Json, stop: str) -> None:
    """Put the stop before the closing quotation mark, unless a mark stands there already."""
    last = _last_text(link)
    if last is not None and plain([link])[-2:-1] not in ("?", "!", "."):
        last["c"] = last["c"][:-1] + stop + last["c"][-1]


def _last_text(node: Json) -> Json | None:
    """The inline's last text, where it ends with one."""
    while node["t"] in ("Link", "Span", *MARKED):
        inner = node["c"][1] if node["t"] in ("Link", "Span") else node["c"]
        if not inner:
            return None
        node = inner[-1]
    return node if node["t"] == "Str" else None


def web_link(address: str, text: str) -> Mark | None:
    """A link for an https address that the text shows whole or the end of (a DOI); None for any other, as a title."""
    shown, whole = unquote(text.strip()).lower(), unquote(address).lower()
    if not whole.startswith("https://") or not (shown == whole or whole.endswith(f"/{shown}")):
        return None
    return Mark("a", f' href="{html.escape(quote(address, safe=SAFE))}"')


SAFE = "/:?#@!$&'()*+,;=~-._%"  # RFC 3986: delimiters, unreserved characters and what is escaped already


# Inlines to runs


def _runs(inlines: Sequence[Json], marks: frozenset[Mark], link: LinkMark) -> Iterator[Run]:
    for node in inlines:
        kind, content = node["t"], node.get("c", [])
        if kind in TEXTS:
            text = TEXTS[kind](content)
            yield Run(text, marks - {EM} if EAST_ASIAN.search(text) else marks)
        elif kind in MARKED:
            yield from _runs(content, _with(marks, MARKED[kind]), link)
        elif kind == "Link":
            yield from _linked(content, marks, link)
        elif kind == "Span":
            yield from _runs(content[1], marks - TOGGLES if "nodecor" in content[0][1] else marks, link)
        elif kind == "Quoted":
            yield from _runs([{"t": "Str", "c": "“"}, *content[1], {"t": "Str", "c": "”"}], marks, link)
        elif kind == "Note":
            for block in content:
                yield from _runs(block["c"], marks, link)
        elif kind == "Cite":
            yield from _runs(content[1], marks, link)


TEXTS: Mapping[str, Callable[[Any], str]] = {
    "Str": str,
    "Space": lambda _content: " ",
    "SoftBreak": lambda _content: " ",
    "LineBreak": lambda _content: " ",
    "Code": lambda content: str(content[1]),
    "Math": lambda content: str(content[1]),
    "RawInline": lambda content: str(content[1]),
}

EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Kana, Han and Hangul have no italics; a slanted picture of them is a fault (citeproc-js leaves them upright too)."""

MARKED = {
    "Emph": EM,
    "Strong": STRONG,
    "SmallCaps": SMALL_CAPS,
    "Superscript": Mark("sup"),
    "Subscript": Mark("sub"),
    "Underline": Mark("u"),
    "Strikeout": Mark("s"),
}


def _with(marks: frozenset[Mark], mark: Mark) -> frozenset[Mark]:
    return marks - {mark} if mark in marks and mark in TOGGLES else marks | {mark}


def _linked(content: Any, marks: frozenset[Mark], link: LinkMark) -> Iterator[Run]:
    _attributes, inlines, (address, _title) = content
    within = any(mark.tag == "a" for mark in marks)
    mark = None if within else link(address, plain(inlines))
    yield from _runs(inlines, marks | {mark} if mark else marks, link)


# Runs to elements


def _merged(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs, neighbours with the same marks joined."""
    last: Run | None = None
    for run in runs:
        if last is not None and last.marks == run.marks:
            last = Run(last.text + run.text, run.marks)
            continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _stripped(runs: list[Run]) -> list[Run]:
    """The runs without blanks at either end."""
    solid = [index for index, run in enumerate(runs) if run.text.strip()]
    if not solid:
        return []
    kept = runs[solid[0] : solid[-1] + 1]
    kept[0] = replace(kept[0], text=kept[0].text.lstrip())
    kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept


def _elements(runs: Sequence[Run]) -> str:
    """The runs as nested elements: outermost the mark that reaches furthest, of those a raised or lowered position."""
    out: list[str] = []
    at = 0
    while at < len(runs):
        reach = {mark: _reach(runs, at, mark) for mark in runs[at].marks}
        if not reach:
            out.append(_escaped(runs[at].text))
            at += 1
            continue
        mark = max(reach, key=lambda found: (reach[found], found.tag in RAISED, found.tag == "a", found))
        inner = [Run(run.text, run.marks - {mark}) for run in runs[at : reach[mark]]]
        out.append(f"<{mark.tag}{mark.attributes}>{_elements(inner)}</{mark.tag}>")
        at = reach[mark]
    return "".join(out)


RAISED = ("sup", "sub")


def _reach(runs: Sequence[Run], start: int, mark: Mark) -> int:
    """The index after the last of the runs that bear `mark` without a gap, from `start` on."""
    end = start
    while end < len(runs) and mark in runs[end].marks:
        end += 1
    return end


NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0 (fifth edition), production 2: the characters that no document may hold, even escaped."""


def _escaped(text: str) -> str:
    return html.escape(NOT_IN_XML.sub("", text), quote=False)
