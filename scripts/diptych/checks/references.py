"""Rules on what references say: whole for their type, once, and possible."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Any

from diptych.bibliography import works
from diptych.bibliography.readers.common import folded
from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject, Work
from diptych.review import Review

NEEDED: Mapping[str, tuple[str, ...]] = {
    "article-journal": ("author", "title", "container-title", "issued"),
    "article": ("author", "title", "issued", "DOI|URL"),
    "book": ("author|editor", "title", "publisher", "issued"),
    "chapter": ("author", "title", "container-title", "publisher", "issued"),
    "paper-conference": ("author", "title", "container-title|event-title", "issued"),
    "thesis": ("author", "title", "publisher", "issued"),
    "report": ("author|publisher", "title", "issued"),
    "webpage": ("title", "URL", "accessed|issued"),
}
"""Types of CSL and the fields that Citing Medicine (2nd edition) has in every citation of them; “|” between choices."""

UNLESS_IDENTIFIED: Mapping[str, tuple[str, ...]] = {"article-journal": ("volume", "page|number")}
"""Fields of works that have none of IDENTIFIED_BY; an article that is not printed yet has a DOI and no volume."""

IDENTIFIED_BY = ("DOI", "PMID", "PMCID", "URL")


@rule(
    "reference-incomplete",
    "warning",
    "A reference has what readers need to find a work of its type.",
    why="An article needs its journal, year, volume and pages or DOI; a book its publisher; a page its address.",
    passing="""
        # references.yaml
        - {id: gust2023, type: article-journal, title: Clips, author: [{family: Gust}],
           container-title: J Indoor Breezes,
           issued: 2023, volume: 14, page: 30-38}
    """,
    failing="""
        # references.yaml
        - {id: gust2023, type: article-journal, title: Clips, author: [{family: Gust}], issued: 2023}
    """,
)
def incomplete(subject: Subject) -> Iterator[Remark]:
    """A reference without what its type needs."""
    for work in subject.works:
        data, kind = work.item.data, str(work.item.data["type"])
        identified = any(data.get(name) for name in IDENTIFIED_BY)
        needed = (*NEEDED.get(kind, ()), *(() if identified else UNLESS_IDENTIFIED.get(kind, ())))
        lacking = [one for one in needed if not any(data.get(name) for name in one.split("|"))]
        if lacking:
            message = f"“{work.key}” ({kind}) has no {', '.join(one.replace('|', ' or ') for one in lacking)}"
            yield Remark(message, subject.item_span(work), "look it up in PubMed or Crossref, or give its DOI")


@rule(
    "near-duplicate",
    "warning",
    "No work is in the list twice.",
    why="Two entries for one work count it twice, and readers look for the difference.",
    passing="""
        # references.yaml
        - {id: gust2023, type: book, title: Paper clips in flight, author: [{family: Gust}], publisher: Step,
           issued: 2023}
        - {id: gust2024, type: book, title: Paper clips at rest, author: [{family: Gust}], publisher: Step,
           issued: 2024}
    """,
    failing="""
        # references.yaml
        - {id: gust2023, type: book, title: Paper clips in flight, author: [{family: Gust}], publisher: Step,
           issued: 2023}
        - {id: gustb, type: book, title: Paper-clips in the flight, author: [{family: Gust}], publisher: Step,
           issued: 2024}
    """,
)
def near_duplicate(subject: Subject) -> Iterator[Remark]:
    """Two works with nearly the same title by the same first author, or on the same pages of a journal."""
    known = {frozenset(pair) for pair in works.doubles((one.key, one.item.data) for one in subject.works)}
    for one, other in _pairs(subject.works):
        if frozenset((one.key, other.key)) not in known and not (_is_preprint(one) or _is_preprint(other)):
            message = f"“{other.key}” seems to be the same work as “{one.key}”"
            yield Remark(message, subject.item_span(other), "compare the two; cite one, and delete the other")


def _pairs(all_works: Sequence[Work]) -> Iterator[tuple[Work, Work]]:
    """Works that seem to be one, in the order of the second."""
    by_author: dict[tuple[str, int], list[int]] = defaultdict(list)
    by_place: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, work in enumerate(all_works):
        author, year = folded(works.first_name(work.item.data)).casefold(), work.year or 0
        by_author[author, year].append(index)
        by_author[author, year + 1].append(index)
        if place := _place_in_print(work.item.data):
            by_place[place].append(index)
    alike = {
        (first, second)
        for group in by_author.values()
        if len(group) <= MOST_WORKS
        for first, second in combinations(group, 2)
        if _alike(all_works[first], all_works[second])
    }
    same_place = {pair for group in by_place.values() for pair in pairwise(group)}
    for first, second in sorted(alike | same_place, key=lambda pair: (pair[1], pair[0])):
        yield all_works[first], all_works[second]


def _place_in_print(data: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Journal, volume and pages of an article; None where one is missing."""
    parts = tuple(str(data.get(name) or "").casefold() for name in ("container-title", "volume", "page"))
    return parts if all(parts) and data["type"] == "article-journal" else None


ALIKE = 0.9
MOST_WORKS = 200
"""Of an author in two years; where there are more, the name is no author's."""


def _alike(one: Work, other: Work) -> bool:
    """True for titles that differ by a word or a slip and not by a number, of the same year or the next."""
    if abs((one.year or 0) - (other.year or 0)) > 1 or one.item.data["type"] != other.item.data["type"]:
        return False
    first, second = _plain(one.title), _plain(other.title)
    if not first or not second or NUMBERS.findall(first) != NUMBERS.findall(second):
        return False
    return _same_words(first, second)


def _same_words(first: str, second: str) -> bool:
    """True for texts that are alike but for a tenth."""
    same = SequenceMatcher(None, first[:LONGEST_TITLE], second[:LONGEST_TITLE], autojunk=False)
    return same.real_quick_ratio() > ALIKE and same.quick_ratio() > ALIKE and same.ratio() > ALIKE


LONGEST_TITLE = 500


NUMBERS = re.compile(r"\d+|\b(?:i{1,3}|iv|vi{0,3}|ix|one|two|three|first|second|third)\b")


@lru_cache(maxsize=4096)
def _plain(title: str) -> str:
    """The title in lower case, without markup and punctuation."""
    return " ".join(re.findall(r"\w+", folded(re.sub(r"<[^<>]*>", "", title)).casefold()))


@rule(
    "doi-form",
    "warning",
    "A DOI ends where it ends.",
    why="A bracket that was copied with it leads to nothing.",
    passing="""
        # references.yaml
        - {id: fold2021, type: article, title: Noses, author: [{family: Fold}], issued: 2021, DOI: 10.5555/dart.2021.11}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: article, title: Noses, author: [{family: Fold}], issued: 2021,
           DOI: 10.5555/dart.2021.11)}
    """,
)
def doi_form(subject: Subject) -> Iterator[Remark]:
    """A DOI with something behind it."""
    for work in subject.works:
        doi = str(work.item.data.get("DOI") or "")
        unbalanced = doi.endswith(")") and doi.count(")") > doi.count("(")
        if re.search(r":\Z|&(?:amp|lt|gt);|x{4}", doi) or unbalanced:
            yield Remark(
                f"the DOI “{doi}” of “{work.key}” is hardly one", subject.item_span(work), "compare the source"
            )


PREPRINT_SERVERS = re.compile(r"\b(?:bio|med|chem|psy)?arxiv\b|research square|ssrn|preprints", re.IGNORECASE)
PREPRINT_DOI = re.compile(r"10\.(?:1101/20\d\d|48550|21203|2139|31234|20944)", re.IGNORECASE)


@rule(
    "preprint-published",
    "warning",
    "A preprint is not cited beside the article that it became.",
    why="The article was reviewed, and may say something else; ICMJE’s Recommendations want it cited.",
    passing="""
        # references.yaml
        - {id: gust2022, type: article, title: Paper clips in flight, author: [{family: Gust}], publisher: medRxiv,
           issued: 2022, DOI: 10.1101/2022.01.01}
    """,
    failing="""
        # references.yaml
        - {id: gust2022, type: article, title: Paper clips in flight, author: [{family: Gust}], publisher: medRxiv,
           issued: 2022, DOI: 10.1101/2022.01.01}
        - {id: gust2023, type: article-journal, title: Paper clips in flight, author: [{family: Gust}],
           container-title: J Indoor Breezes, issued: 2023, volume: 14, page: 30-38}
    """,
)
def preprint_published(subject: Subject) -> Iterator[Remark]:
    """A preprint whose article is in the list."""
    articles: dict[str, list[Work]] = defaultdict(list)
    for work in subject.works:
        if not _is_preprint(work):
            articles[folded(works.first_name(work.item.data))].append(work)
    for preprint in filter(_is_preprint, subject.works):
        for article in articles[folded(works.first_name(preprint.item.data))][:MOST_WORKS]:
            if _same_words(_plain(preprint.title), _plain(article.title)):
                message = f"“{preprint.key}” is a preprint of “{article.key}”"
                yield Remark(message, subject.item_span(preprint), f"cite [@{article.key}]")


def _is_preprint(work: Work) -> bool:
    data = work.item.data
    names = " ".join(str(data.get(name) or "") for name in ("container-title", "publisher", "archive", "genre"))
    return bool(
        data["type"] == "article" or PREPRINT_SERVERS.search(names) or PREPRINT_DOI.match(str(data.get("DOI") or ""))
    )


@rule(
    "year-sanity",
    "warning",
    "The year of a work can be.",
    why="A work after the review, long after all others, or before books were printed, is a slip.",
    passing="""
        date: 2026
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}
    """,
    failing="""
        date: 2026
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2201}
    """,
)
def year_sanity(subject: Subject) -> Iterator[Remark]:
    """A work of a year that cannot be; one that was looked up before it appeared."""
    written = _written(subject.review)
    newest = sorted(work.year for work in subject.works if work.year is not None)[-2:]
    for work in subject.works:
        if work.year is None:
            continue
        if written is not None and work.year > written + 1:
            message = f"“{work.key}” is of {work.year}, and this review of {written}"
            yield Remark(message, subject.item_span(work), "compare the source")
        elif written is None and len(subject.works) > FEW and work.year > newest[0] + LONG_AFTER:
            message = f"“{work.key}” is of {work.year}, and no other work is newer than {newest[0]}"
            yield Remark(message, subject.item_span(work), "compare the source")
        elif work.year < FIRST_PRINT:
            yield Remark(f"“{work.key}” is of the year {work.year}", subject.item_span(work), "compare the source")
        seen = _year_of(work.item.data.get("accessed"))
        if seen is not None and seen < work.year:
            message = f"“{work.key}” is of {work.year} and was accessed in {seen}"
            yield Remark(message, subject.item_span(work), "compare the source")


def _written(review: Review) -> int | None:
    """The year of the review, or the last that it names of its own history; None where it names none."""
    history = review.dates
    named = [history.received, history.revised, history.accepted, history.published] if history else []
    days = [review.date] if review.date else [day for day in named if day]
    return max((int(day[:4]) for day in days), default=None)


FIRST_PRINT = 1450
LONG_AFTER, FEW = 50, 4
"""Years after the newest of the other works; works among which one so much newer than all others is a slip."""


def _year_of(date: Any) -> int | None:
    parts = (date or {}).get("date-parts") or [[None]]
    return int(parts[0][0]) if parts[0] and str(parts[0][0]).isdigit() else None


@rule(
    "page-sanity",
    "warning",
    "Pages run upward, and an article has not hundreds.",
    why="668-74 means 668 to 674; 668-647 means that a digit is wrong.",
    passing="""
        # references.yaml
        - {id: gust2023, type: article-journal, title: Clips, author: [{family: Gust}],
           container-title: J Indoor Breezes,
           issued: 2023, volume: 14, page: 1085-91}
    """,
    failing="""
        # references.yaml
        - {id: gust2023, type: article-journal, title: Clips, author: [{family: Gust}],
           container-title: J Indoor Breezes,
           issued: 2023, volume: 14, page: 1085-1019}
    """,
)
def page_sanity(subject: Subject) -> Iterator[Remark]:
    """Pages that run downward, or over half a volume."""
    for work in subject.works:
        found = PAGES.fullmatch(str(work.item.data.get("page") or ""))
        if found is None or found[1] != (found[3] or found[1]):
            continue
        first, last = int(found[2]), _last_page(found[2], found[4])
        is_long = work.item.data["type"] == "article-journal" and last - first > LONGEST_ARTICLE
        if last < first or is_long:
            message = f"the pages {found[0]} of “{work.key}” " + ("run downward" if last < first else "are very many")
            yield Remark(message, subject.item_span(work), "compare the source")


PAGES = re.compile(r"([A-Za-z]{0,3})(\d{1,6})\s*(?:-|--|–)\s*([A-Za-z]{0,3})(\d{1,6})")
LONGEST_ARTICLE = 300  # pages


def _last_page(first: str, last: str) -> int:
    """The last page; of 1085-91 it is 1091."""
    return int(first[: len(first) - len(last)] + last) if len(last) < len(first) else int(last)
