"""The words that pages need besides the author's own: “Figure”, “References”, month names, by language."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from diptych.diagnostics import Diagnostic, Span, error, warning
from diptych.source import Places
from diptych.workspace import Workspace, house_templates

FILE = "words.yaml"
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
    article: str = "Article"
    """The link to the work itself."""
    marked_papers: str = ""
    of_importance: str = ""
    of_major_importance: str = ""
    """First words of the legend and what its marks mean; those of the preset where there are none, as in English."""
    notes: str
    abbreviations: str
    correspondence: str
    equal_contribution: str
    published: str
    source: str
    page: str
    of: str
    page_short: str = "p."
    """Before the number of a page that is referred to."""
    equation: str = "Equation"
    draft: str = "Draft"
    received: str = "Received"
    revised: str = "Revised"
    accepted: str = "Accepted"
    published_on: str = "Published"
    contents: str = "Contents"
    skip: str = "Skip to the text"
    in_text: str = "In the text"
    in_list: str = "Show in the list"
    close: str = "Close"
    quotes: tuple[str, str]
    decimal: str = "."
    """What stands between a number's whole part and its fraction."""
    months: tuple[str, ...]
    after_day: str = " "
    """What stands between a day and its month: “3. August”."""
    after_month: str = " "
    """What stands between a month and its year: “agosto de 2026”."""
    statements_heading: str
    statements: dict[str, str]

    def quote(self, text: str) -> str:
        """`text` between the language's quotation marks."""
        return f"{self.quotes[0]}{text}{self.quotes[1]}"

    def date(self, written: str) -> str:
        """`2026`, `2026-11` or `2026-11-23` as readers write it: “23 November 2026”."""
        year, *rest = written.split("-")
        month = self.months[int(rest[0]) - 1] + self.after_month if rest and 1 <= int(rest[0]) <= 12 else ""
        day = rest[1].lstrip("0") + self.after_day if len(rest) > 1 else ""
        return day + month + year


def words_for(lang: str, places: Places, workspace: Workspace) -> tuple[Words, list[Diagnostic]]:
    """The words of the language, or English ones and what is wrong."""
    base = lang.partition("-")[0]
    try:
        known = _languages(workspace.read_template(FILE))
        return Words.model_validate(known.get(base, known[FALLBACK])), _unless_known(lang, base, known, places)
    except (yaml.YAMLError, ValidationError, LookupError, TypeError, ValueError, AttributeError) as problem:
        mark = getattr(problem, "problem_mark", None)
        span = Span(f"templates/{FILE}", mark.line + 1, mark.column + 1) if mark else Span(f"templates/{FILE}")
        said = error("template-words", f"not the words of languages: {problem}", span)
        ours = _languages((house_templates() / FILE).read_text(encoding="utf-8"))
        return Words.model_validate(ours[FALLBACK]), [said]


def _unless_known(lang: str, base: str, known: Collection[str], places: Places) -> list[Diagnostic]:
    if base in known:
        return []
    message = f"words such as “Figure” and “References” are in English: there are none for “{lang}”"
    hint = f"known: {', '.join(sorted(known))}; add yours to templates/{FILE} of the project"
    return [warning("language-without-words", message, places.span(("lang",)), hint)]


@lru_cache(maxsize=4)
def _languages(text: str) -> dict[str, Any]:
    """The languages of a `words.yaml`, read once a process."""
    return dict(yaml.load(text, Loader=LOADER))


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's takes a tenth of the time
