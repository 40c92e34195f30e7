"""Annotated references: the marks of importance, the legend that explains them, and links to where a work can be read.

No CSL style prints annotations, so they are ours: journals of the “Current Opinion” and “Current Reports” kind mark
works with one bullet or two and say beneath each why it matters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from diptych.diagnostics import Severity, did_you_mean
from diptych.review import Grade, Marks

PRESETS: Mapping[str, Marks] = {
    "springer-current": Marks(
        intro="Papers of particular interest, published recently, have been highlighted as:",
        grades=(
            Grade(importance=1, mark="•", words="Of importance"),
            Grade(importance=2, mark="••", words="Of major importance"),
        ),
    ),
    "elsevier-current-opinion": Marks(
        intro="Papers of particular interest, published within the period of review, have been highlighted as:",
        grades=(
            Grade(importance=1, mark="•", words="of special interest"),
            Grade(importance=2, mark="••", words="of outstanding interest"),
        ),
    ),
}
"""Springer's Current … Reports; Elsevier's Current Opinion in …"""

DEFAULT_PRESET = "springer-current"


@dataclass(frozen=True)
class Legend:
    """What stands above the reference list: first words, then the grades in use, lowest first."""

    intro: str
    grades: tuple[Grade, ...]


@dataclass(frozen=True)
class Link:
    """Where a work can be read or found: the kind, the word that is shown, and an https address."""

    kind: str
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


def marks(chosen: str | Marks) -> Marks:
    """The marks of a preset, or those given; raises KeyError for a preset that is none."""
    return PRESETS[chosen] if isinstance(chosen, str) else chosen


def grade(chosen: Marks, importance: int | None) -> Grade | None:
    """The grade for an importance; None for a work without one, or with one that is not marked."""
    return next((one for one in chosen.grades if one.importance == importance), None)


def legend(chosen: Marks, used: Iterable[int | None]) -> Legend | None:
    """The legend for the grades in use; None where no work has a grade."""
    wanted = set(used)
    grades = sorted((one for one in chosen.grades if one.importance in wanted), key=lambda one: one.importance)
    return Legend(chosen.intro, tuple(grades)) if grades else None


# Links


def links(item: Mapping[str, Any]) -> tuple[Link, ...]:
    """Links for a CSL-JSON item: Article by DOI, CAS and PubMed and PMC by their ids, Google Scholar by title."""
    title = _words(str(item.get("title") or ""))
    candidates = (
        ("article", "Article", "https://doi.org/", item.get("DOI"), "/:;()._-"),
        ("cas", "CAS", CHEMPORT, unquote(str(item.get("CAS") or "")), ":*"),
        ("pubmed", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/", _slash(item.get("PMID")), "/"),
        ("pmc", "PMC", "https://pmc.ncbi.nlm.nih.gov/articles/", _slash(item.get("PMCID")), "/"),
        ("scholar", "Google Scholar", "https://scholar.google.com/scholar?q=", title, ""),
    )
    return tuple(
        Link(kind, label, base + quote(str(value), safe)) for kind, label, base, value, safe in candidates if value
    )


CHEMPORT = "https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&action=reflink&version=1.0&coi="


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
