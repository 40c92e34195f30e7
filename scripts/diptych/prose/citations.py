"""How citations are written: keys, locators and the parts of a bracket, as in Pandoc's `citations` extension.

Everything here works on strings and offsets in them; `rules.py` fits it into the parser.
Source: Pandoc User's Guide, “Citation syntax”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from diptych.prose.passage import Kind
from diptych.prose.typography import dashes_and_dots

KEY = re.compile(
    r"""(?<!\w)(?P<minus>-?)@(?:
        \{ (?P<braced> [^{}\s] [^{}\n]* ) \}
      | (?P<bare> \w (?: \w | [:.\#$%&+?<>~/-](?=\w) | [:/](?=/) )* )
    )""",
    re.VERBOSE,
)
"""A key with its `@` and, before it, the hyphen that leaves the author out. Punctuation within a key stands singly
(but `://` may), so that the stop after “@doe99.” is not part of it; in braces a key is anything."""

LOCATOR_TERMS: dict[str, tuple[str, ...]] = {
    # A locator's name in CSL: the words for it, as in the English locale of CSL.
    "book": ("book", "books", "bk.", "bks."),
    "chapter": ("chapter", "chapters", "chap.", "chaps."),
    "column": ("column", "columns", "col.", "cols."),
    "figure": ("figure", "figures", "fig.", "figs."),
    "folio": ("folio", "folios", "fol.", "fols."),
    "issue": ("number", "numbers", "no.", "nos."),
    "line": ("line", "lines", "l.", "ll."),
    "note": ("note", "notes", "n.", "nn."),
    "opus": ("opus", "opera", "op.", "opp."),
    "page": ("page", "pages", "p.", "pp.", "p", "pp"),
    "paragraph": ("paragraph", "paragraphs", "para.", "paras.", "¶", "¶¶"),
    "part": ("part", "parts", "pt.", "pts."),
    "section": ("section", "sections", "sec.", "secs.", "§", "§§"),
    "sub-verbo": ("sub verbo", "sub verbis", "s.v.", "s.vv."),
    "verse": ("verse", "verses", "v.", "vv."),
    "volume": ("volume", "volumes", "vol.", "vols."),
}

_LABEL_OF = {term: label for label, terms in LOCATOR_TERMS.items() for term in terms}
_TERM = "|".join(re.escape(term) for term in sorted(_LABEL_OF, key=len, reverse=True))
_DIGITS = r"[A-Za-z]{0,3}\d\w*(?:[.:/]\w+)*"
_ROMAN = r"[ivxlcdmIVXLCDM]+(?!\w)"
_LABEL = rf"(?P<term>{_TERM})(?:(?<=[.§¶])\s*|\s+)"


def _numbers(number: str) -> str:
    """Numbers and ranges of them, set apart by commas or ampersands."""
    rest = rf"(?:{_DIGITS}|{number})"
    span = rf"{number}(?:\s*[-–—]{{1,2}}\s*{rest})?"
    more = rf"{rest}(?:\s*[-–—]{{1,2}}\s*{rest})?"
    return rf"{span}(?:\s*[,&]\s*{more})*(?!\w)"


_LOCATOR = re.compile(
    rf"""\s*(?:,\s*)?(?:
        \{{ (?P<braces> [^{{}}]* ) \}}
      | {_LABEL} (?P<named> {_numbers(f"(?:{_DIGITS}|{_ROMAN})")} )
      | (?P<page> {_numbers(_DIGITS)} )
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL_FIRST = re.compile(_LABEL, re.IGNORECASE | re.VERBOSE)


@dataclass(frozen=True)
class Locator:
    """A place within a work: CSL's name for its kind, the numbers, and the offset in the text where it ends."""

    label: str
    numbers: str
    end: int


def locator(text: str, start: int, end: int) -> Locator:
    """The locator at the head of `text[start:end]`, what follows a key; empty, ending at `start`, where there is none.

    “, pp. 33-35, 38” has a label; a bare number is a page; braces hold any locator, or keep a number from being one.
    """
    match = _LOCATOR.match(text, start, end)
    if match is None:
        return Locator("", "", start)
    if match["braces"] is not None:
        return _in_braces(match["braces"].strip(), match.end())
    return Locator(_label(match["term"]), dashes_and_dots(match["named"] or match["page"]), match.end())


def _in_braces(inner: str, end: int) -> Locator:
    term = _LABEL_FIRST.match(inner)
    numbers = dashes_and_dots(inner[term.end() :] if term else inner)
    return Locator(_label(term and term["term"]) if numbers else "", numbers, end)


def _label(term: str | None) -> str:
    return _LABEL_OF[term.lower()] if term else "page"


@dataclass(frozen=True)
class Part:
    """A stretch of a bracket between semicolons, with the keys found in it."""

    start: int
    end: int
    keys: tuple[re.Match[str], ...]


def parts(text: str, start: int, end: int) -> Iterator[Part]:
    """The stretches of `text[start:end]` between semicolons, without the spaces around them.

    Semicolons within a braced key or locator do not divide.
    """
    begin = start
    for match in _DIVIDER.finditer(text, start, end):
        if match[0] == ";":
            yield _part(text, begin, match.start())
            begin = match.end()
    yield _part(text, begin, end)


_DIVIDER = re.compile(r"\{[^{}\n]*\}|;")


def _part(text: str, start: int, end: int) -> Part:
    inner = text[start:end]
    first = start + len(inner) - len(inner.lstrip())
    last = first + len(inner.strip())
    return Part(first, last, tuple(KEY.finditer(text, first, last)))


def name(key: re.Match[str]) -> str:
    """The citation key itself, without `@` and braces."""
    return (key["braced"] or key["bare"]).strip()


def at(key: re.Match[str]) -> int:
    """The offset of the key's `@`."""
    return key.end("minus")


def crossref(key: re.Match[str]) -> tuple[Kind, str] | None:
    """Kind and name where the key is a cross-reference, `@fig-x`; None where it cites a work."""
    head, hyphen, rest = name(key).partition("-")
    for kind in _KINDS:
        if head == kind and hyphen and rest:
            return kind, rest
    return None


_KINDS: tuple[Kind, ...] = get_args(Kind)
