"""The two engines' outputs compared, letter by letter with their formatting, after the differences that are deliberate.

ARCHITECTURE.md lists these under “Citations”; each is one function here, and nothing else is levelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import html

from diptych.prose import Cluster
from oracle import engines

MARKS = {"i": "i", "em": "i", "b": "b", "strong": "b", "sup": "sup", "sub": "sub", "u": "u", "s": "s"}
SPAN_MARKS = {"font-variant:small-caps;": "sc", "small-caps": "sc"}
UNMARKED = {"font-style:normal;": "i", "font-weight:normal;": "b", "font-variant:normal;": "sc"}


ORDER = "the order of the list"


@dataclass(frozen=True)
class Difference:
    """Where the engines differ: the style, what (a key, or a cluster as its author wrote its keys), and both texts."""

    style: str
    what: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Score:
    """A style's agreement: how many of how many entries and clusters are equal; whether the list's order is."""

    style: str
    entries: tuple[int, int]
    clusters: tuple[int, int]
    same_order: bool
    differences: tuple[Difference, ...]


# The deliberate differences


def with_plain_number(markup: str) -> str:
    """A list's numbers look as the template says, so theirs lose their formatting; a blank sets them off."""
    return re.sub(
        r'<div class="csl-left-margin">(.*?)</div>', lambda found: re.sub("<.*?>", "", found[1]) + " ", markup
    )


def with_plain_blanks(letters: list[Letter]) -> list[Letter]:
    """Blanks that do not break are blanks; formatting does not show on them."""
    kept: list[Letter] = []
    for character, marks in letters:
        blank = character.isspace()
        if not (blank and (not kept or kept[-1][0] == " ")):
            kept.append((" ", frozenset()) if blank else (character, marks))
    return kept[:-1] if kept and kept[-1][0] == " " else kept


def closed(letters: list[Letter]) -> list[Letter]:
    """An entry has a full stop where its volume and pages are unknown; styles leave it open: `2020; https:`."""
    text = "".join(character for character, _ in letters)
    open_ends = {found.start() for found in re.finditer(r"[;:,]$|;(?= https?:)", text)}
    return [
        (".", marks) if place in open_ends else (character, marks) for place, (character, marks) in enumerate(letters)
    ]


def without_names_in_text(mine: list[Letter], other: list[Letter]) -> list[Letter]:
    """Where a style cites by number, “Falk et al. [3]” is ours; citeproc-js has the number alone."""
    return mine[-len(other) :] if other else mine


def without_capital(mine: list[Letter], other: list[Letter]) -> list[Letter]:
    """A note begins with a capital, its prefix too; citeproc-js leaves that to the author."""
    if mine and other and mine[0][0] == other[0][0].upper():
        return [other[0], *mine[1:]]
    return mine


def with_blanks_round_words(letters: list[Letter]) -> list[Letter]:
    """Between numbers that a style sets close together, words are set off by blanks: `[2, see 5, p. 3, 6]`."""
    spread: list[Letter] = []
    has_words = has_words_before = False
    for character, marks in letters:
        close = bool(spread) and spread[-1][0] in ",;"
        if close and (character.isalpha() or (character.isdigit() and has_words_before)):
            spread.append((" ", frozenset()))
        if character in ",;":
            has_words, has_words_before = False, has_words
        has_words = has_words or character.isalpha()
        spread.append((character, marks))
    return spread


# Comparing


Letter = tuple[str, frozenset[str]]
"""A character and the formatting that shows on it."""


def letters(markup: str) -> list[Letter]:
    """The text with its formatting, however its elements nest; links are ours, so they are no formatting."""
    root = html.fragment_fromstring(with_plain_number(markup), create_parent="div")
    return with_plain_blanks(list(_letters(root, frozenset())))


def _letters(element: html.HtmlElement, marks: frozenset[str]) -> Iterator[Letter]:
    here = _marked(element, marks)
    yield from ((character, here) for character in element.text or "")
    for child in element:
        yield from _letters(child, here)
        yield from ((character, here) for character in child.tail or "")


def _marked(element: html.HtmlElement, marks: frozenset[str]) -> frozenset[str]:
    look = element.get("style") or element.get("class") or ""
    if look in UNMARKED:
        return marks - {UNMARKED[look]}
    mark = MARKS.get(element.tag) or SPAN_MARKS.get(look)
    return marks | {mark} if mark else marks


def shown(text: list[Letter]) -> str:
    """The letters as one line, formatting in `<i>`, `<b>` …"""
    line, before = "", frozenset[str]()
    for character, marks in [*text, ("", frozenset[str]())]:
        if character != " ":
            line += "".join(f"</{mark}>" for mark in sorted(before - marks))
            line += "".join(f"<{mark}>" for mark in sorted(marks - before))
            before = marks
        line += character
    return line


def compare(name: str, asked: engines.Document, mine: engines.Answer, other: engines.Answer) -> Score:
    """The agreement of two answers in one style."""
    their_entries = dict(other.entries)
    entries = [
        Difference(name, key, shown(ours), shown(theirs))
        for key, text in mine.entries
        if (ours := letters(text)) != (theirs := closed(letters(their_entries.get(key, ""))))
    ]
    order = _order(name, [key for key, _ in mine.entries], [key for key, _ in other.entries])
    pairs = zip(asked.compared, mine.clusters, other.clusters, strict=False)
    clusters = [found for one in pairs if (found := _cluster(name, *one))]
    return Score(
        name,
        (len(mine.entries) - len(entries), len(mine.entries)),
        (len(asked.compared) - len(clusters), len(asked.compared)),
        not order,
        (*entries, *clusters, *order),
    )


def _order(name: str, mine: list[str], other: list[str]) -> list[Difference]:
    """The stretch of the list that stands in another order, if any does."""
    places = [index for index, (one, two) in enumerate(zip(mine, other, strict=True)) if one != two]
    if not places:
        return []
    stretch = slice(places[0], places[-1] + 1)
    return [Difference(name, ORDER, ", ".join(mine[stretch]), ", ".join(other[stretch]))]


def _cluster(name: str, cluster: Cluster, mine: str, other: str) -> Difference | None:
    kind = engines.style(name).kind
    ours, theirs = with_blanks_round_words(letters(mine)), with_blanks_round_words(letters(other))
    if kind == "numeric" and cluster.citations[0].mode == "author-in-text":
        ours = without_names_in_text(ours, theirs)
    if kind == "note":
        ours = without_capital(ours, theirs)
    if ours == theirs:
        return None
    return Difference(name, written(cluster), shown(ours), shown(theirs))


def written(cluster: Cluster) -> str:
    """The cluster in short, as its author wrote it."""
    signs = {"normal": "@", "suppress-author": "-@", "author-in-text": "="}
    parts = [
        f"{one.prefix} {signs[one.mode]}{one.key} {one.label} {one.locator} {one.suffix}" for one in cluster.citations
    ]
    return f"{cluster.index + 1}: [{'; '.join(' '.join(part.split()) for part in parts)}]"


def scores() -> list[Score]:
    """The agreement in every style."""
    asked = engines.document()
    others = engines.theirs(engines.STYLES, asked)
    return [
        compare(name, asked, engines.ours(name, asked), other)
        for name, other in zip(engines.STYLES, others, strict=True)
    ]


def table(found: list[Score]) -> str:
    """Style × agreement, a line for each style and one for all."""
    rows = [f"{'style':<48} {'entries':>14} {'clusters':>14}  order"]
    for score in found:
        order = "same" if score.same_order else "differs"
        rows.append(f"{score.style:<48} {_share(score.entries):>14} {_share(score.clusters):>14}  {order}")
    entries, clusters = total(found)
    rows.append(f"{'all':<48} {_share(entries):>14} {_share(clusters):>14}")
    return "\n".join(rows)


def total(found: list[Score]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Equal entries of all, equal clusters of all."""
    entries = sum(score.entries[0] for score in found), sum(score.entries[1] for score in found)
    clusters = sum(score.clusters[0] for score in found), sum(score.clusters[1] for score in found)
    return entries, clusters


def _share(counts: tuple[int, int]) -> str:
    return f"{counts[0]}/{counts[1]} {100 * counts[0] / counts[1]:5.1f} %"
