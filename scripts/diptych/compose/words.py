"""The words that pages need besides the author's own: “Figure”, “References”, month names, by language."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from diptych.diagnostics import Diagnostic, warning
from diptych.source import Places
from diptych.workspace import Workspace

FALLBACK = "en"


class Words(BaseModel):
    """One language of `templates/words.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    abstract: str
    keywords: str
    key_points: str
    figure: str
    table: str
    figures: str
    tables: str
    figure_legends: str
    references: str
    annotated_references: str
    full_numbers: str
    other_references: str
    undated: str
    recommended_reading: str
    qr_code: str
    notes: str
    abbreviations: str
    correspondence: str
    equal_contribution: str
    published: str
    source: str
    page: str
    of: str
    quotes: tuple[str, str]
    decimal: str = "."
    """What stands between a number's whole part and its fraction."""
    months: tuple[str, ...]
    statements_heading: str
    statements: dict[str, str]

    def quote(self, text: str) -> str:
        """`text` between the language's quotation marks."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"

    def date(self, written: str) -> str:
        """`2026`, `2026-11` or `2026-11-23` as readers write it: “23 November 2026”."""
        year, *rest = written.split("-")
        month = [self.months[int(rest[0]) - 1]] if rest and 1 <= int(rest[0]) <= 12 else []
        day = [rest[1].lstrip("0")] if len(rest) > 1 else []
        return " ".join([*day, *month, year])


def words_for(lang: str, places: Places, workspace: Workspace) -> tuple[Words, list[Diagnostic]]:
    """The words of the language, or English ones and a warning."""
    known: dict[str, Any] = yaml.safe_load(workspace.read_template("words.yaml"))
    base = lang.partition("-")[0]
    if base in known:
        return Words.model_validate(known[base]), []
    problem = warning(
        "language-without-words",
        f"words such as “Figure” and “References” are in English: there are none for “{lang}”",
        places.span(("lang",)),
        f"known: {', '.join(sorted(known))}; add yours to templates/words.yaml of the project",
    )
    return Words.model_validate(known[FALLBACK]), [problem]
