"""Which part of a paper a heading announces, in the languages of `words.yaml` and the words of journals."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

from diptych.compose.words import FILE, LOADER
from diptych.workspace import house_templates

PARTS: dict[str, tuple[str, ...]] = {
    "abstract": ("abstract",),
    "key-points": ("key_points",),
    "references": ("references", "annotated_references", "other_references"),
    "recommended": ("recommended_reading",),
    "statements": ("statements_heading",),
    "abbreviations": ("abbreviations",),
    "notes": ("notes",),
    "floats": ("figures", "tables", "figure_legends"),
}
"""Parts of a paper, and the words of `words.yaml` that head them."""

ALSO = {
    "summary": "abstract",
    "structured abstract": "abstract",
    "key messages": "key-points",
    "highlights": "key-points",
    "bibliography": "references",
    "literature cited": "references",
    "references cited": "references",
    "works cited": "references",
    "literature": "references",
    "references and recommended reading": "references",
    "list of abbreviations": "abbreviations",
    "endnotes": "notes",
    "declarations": "statements",
}

NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+")


@cache
def _languages() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.load((house_templates() / FILE).read_text(encoding="utf-8"), Loader=LOADER).values())


@cache
def _known() -> dict[str, str]:
    found = dict(ALSO)
    for words in _languages():
        found |= {str(words[name]).lower(): part for part, names in PARTS.items() for name in names if name in words}
    return found


def part(heading: str) -> str:
    """The part that a heading announces; empty for a heading of the text."""
    return _known().get(NUMBERED.sub("", heading).strip(" .:").lower(), "")


@cache
def _statements() -> dict[str, str]:
    return {said.lower(): name for words in _languages() for name, said in words.get("statements", {}).items()}


def known_statement(heading: str) -> str:
    """The key in `statements` that Diptych prints under this heading; empty for any other."""
    return _statements().get(heading.strip(" .:").lower(), "")


@cache
def _word(name: str) -> str:
    return "|".join(
        sorted({re.escape(str(words[name])) for words in _languages() if name in words}, key=len, reverse=True)
    )


@cache
def keywords() -> re.Pattern[str]:
    """Matches “Keywords:” at the head of a line."""
    return re.compile(rf"\s*(?:{_word('keywords')}|key ?words)\s*[:：.]\s*", re.IGNORECASE)


@cache
def label() -> re.Pattern[str]:
    """Matches the label of a caption: “Figure 1.”; groups `figure`, `table` and `number`."""
    figure, table = rf"{_word('figure')}|Fig\.", rf"{_word('table')}|Tab\."
    return re.compile(
        rf"\s*(?:(?P<figure>{figure})|(?P<table>{table}))[\s\N{{NO-BREAK SPACE}}]*(?P<number>\d+)\s*[.:|–—-]*\s*",
        re.IGNORECASE,
    )


@cache
def mention() -> re.Pattern[str]:
    """Matches “Figure 1” and “Tables 2” in the text."""
    figure, table = rf"{_word('figure')}|Figs?\.|Fig", rf"{_word('table')}|Tab\."
    return re.compile(
        rf"\b(?:(?P<figure>{figure})|(?P<table>{table}))[\s\N{{NO-BREAK SPACE}}]*(?P<number>\d+)(?!\d|\.\d)"
    )
