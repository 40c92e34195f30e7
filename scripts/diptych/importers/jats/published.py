"""What a JATS article says of its publication: identifiers, journal, and its volume, issue and pages."""

from __future__ import annotations

import re

from diptych.bibliography.identifiers import doi, pmid
from diptych.importers.jats.body import Reader
from diptych.importers.jats.tree import Element, first, kind, words

NUMBERS = ("volume", "issue", "fpage", "lpage", "elocation-id", "page-range")
JOURNAL = ("front/journal-meta/journal-title-group/journal-title", "front/journal-meta/journal-title")


def published(reader: Reader, meta: Element) -> dict[str, str]:
    """The `published` of the review: identifiers, the journal, and how to cite the article."""
    found: dict[str, str] = {}
    for element in meta.iterfind("article-id"):
        value, sort = words(element), kind(element, "pub-id-type")
        if sort == "doi" and doi(value):
            found["doi"] = doi(value) or ""
        elif sort == "pmid" and pmid(value):
            found["pmid"] = pmid(value) or ""
    found["journal"] = words(first(reader.article, *JOURNAL))
    found["citation"] = _citation(reader, meta, found["journal"])
    return {name: value for name, value in found.items() if value}


def _citation(reader: Reader, meta: Element, journal: str) -> str:
    """The article as lists of references have it, “Fold. 2026;7(2):1–9.”; without a journal its parts are lost."""
    said = {name: words(meta.find(name)) for name in NUMBERS}
    if not journal:
        for element in meta.iterchildren(*NUMBERS):
            reader.lose_part(element)
        return ""
    issue = f"({said['issue']})" if said["issue"] else ""
    pages = f":{_pages(said)}" if _pages(said) else ""
    numbers = said["volume"] + issue + pages
    if not numbers:
        return ""
    year = _year(meta)
    between = ";" if year and not numbers.startswith(":") else ""
    return f"{journal.rstrip('.')}. {year}{between}{numbers if year else numbers.removeprefix(':')}."


def _pages(said: dict[str, str]) -> str:
    """The pages, or the article's number where it has no pages."""
    if said["page-range"] or not said["fpage"]:
        return re.sub(r"(?<=\w)-(?=\w)", "–", said["page-range"]) or said["elocation-id"]
    same = said["lpage"] in ("", said["fpage"])
    return said["fpage"] if same else f"{said['fpage']}–{said['lpage']}"


OF_THE_ISSUE = ("collection", "ppub", "pub")


def _year(meta: Element) -> str:
    """The year of the issue, else the first that the article was published in."""
    dates = [(kind(date, "pub-type", "date-type"), words(date.find("year"))) for date in meta.iterfind("pub-date")]
    ranked = sorted((sort not in OF_THE_ISSUE, year) for sort, year in dates if re.fullmatch(r"\d{4}", year))
    return ranked[0][1] if ranked else ""
