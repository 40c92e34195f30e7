"""Annotated references: the marks of importance, the legend that explains them, and links to where a work can be read.

No CSL style prints annotations, so they are ours: journals of the “Current Opinion” and “Current Reports” kind mark
works with one bullet or two and say beneath each why it matters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from diptych.diagnostics import Severity, did_you_mean


@dataclass(frozen=True)
class Grade:
    """A grade of importance: its mark and what the legend says it means."""

    mark: str
    words: str


@dataclass(frozen=True)
class Preset:
    """A publisher's way to mark works: the legend's first words, and the grades by importance, 1 and 2."""

    intro: str
    grades: Mapping[int, Grade]


PRESETS: Mapping[str, Preset] = {
    "springer-current": Preset(
        "Papers of particular interest, published recently, have been highlighted as:",
        {1: Grade("•", "Of importance"), 2: Grade("••", "Of major importance")},
    ),
    "elsevier-current-opinion": Preset(
        "Papers of particular interest, published within the period of review, have been highlighted as:",
        {1: Grade("•", "of special interest"), 2: Grade("••", "of outstanding interest")},
    ),
}
"""Springer's Current … Reports; Elsevier's Current Opinion in …"""

DEFAULT_PRESET = "springer-current"


@dataclass(frozen=True)
class Legend:
    """What stands above the reference list: first words, then a mark and its meaning for each grade in use."""

    intro: str
    marks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Link:
    """Where a work can be read or found: the word that is shown, and an https address."""

    label: str
    url: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with the annotation of `key`; the caller knows where that stands."""

    key: str
    severity: Severity
    code: str
    message: str
    hint: str | None = None


def mark(preset: str, importance: int | None) -> str:
    """The mark for an importance, empty for a work without a grade; raises KeyError for a preset that is none."""
    grade = PRESETS[preset].grades.get(importance) if importance is not None else None
    return grade.mark if grade else ""


def legend(preset: str, grades_used: Iterable[int | None]) -> Legend | None:
    """The legend for the grades in use, lowest first; None where no work has a grade."""
    used = set(grades_used)
    chosen = PRESETS[preset]
    marks = tuple((grade.mark, grade.words) for number, grade in sorted(chosen.grades.items()) if number in used)
    return Legend(chosen.intro, marks) if marks else None


# Links


def links(item: Mapping[str, Any]) -> tuple[Link, ...]:
    """Links for a CSL-JSON item: Article by DOI, PubMed by PMID, PMC by PMCID, Google Scholar by title."""
    title = _words(str(item.get("title") or ""))
    candidates = (
        ("Article", "https://doi.org/", item.get("DOI"), "/:;()._-"),
        ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/", _slash(item.get("PMID")), "/"),
        ("PMC", "https://pmc.ncbi.nlm.nih.gov/articles/", _slash(item.get("PMCID")), "/"),
        ("Google Scholar", "https://scholar.google.com/scholar?q=", title, ""),
    )
    return tuple(Link(label, base + quote(str(value), safe)) for label, base, value, safe in candidates if value)


def _slash(identifier: Any) -> str:
    return f"{identifier}/" if identifier else ""


def _words(title: str) -> str:
    """The title without CSL's markup (`<i>`, `<sup>`, `<span …>`), on one line."""
    return " ".join(re.sub(r"</?(i|b|sc|sup|sub)>|<span [^<>]*>|</span>", "", title).split())


# Checks


def check(annotated: Iterable[str], cited: Collection[str], known: Collection[str]) -> tuple[Problem, ...]:
    """What is wrong with the keys of annotations: no such reference (error), or one that nothing cites (warning)."""
    problems = []
    for key in annotated:
        if key not in known:
            message = f"the annotated reference “{key}” does not exist"
            problems.append(Problem(key, "error", "unknown-annotation", message, did_you_mean(key, known)))
        elif key not in cited:
            message = f"the annotated reference “{key}” is cited nowhere, so it is not printed"
            problems.append(Problem(key, "warning", "uncited-annotation", message, f"cite it: [@{key}]"))
    return tuple(problems)
