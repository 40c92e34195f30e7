"""References as BibTeX and BibLaTeX.

Types and fields are those of the BibTeX documentation (“BibTeXing”, 1988), the biblatex manual (sections 2.1 and 2.2)
and what JabRef, Zotero and Mendeley add; ARCHITECTURE.md has the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from diptych.bibliography.items import TYPES as CSL_TYPES
from diptych.bibliography.items import words
from diptych.bibliography.readers import latex
from diptych.bibliography.readers.bibtex_entries import Entry, read_entries
from diptych.bibliography.readers.bibtex_names import names
from diptych.bibliography.readers.common import (
    ADDRESS_OF_DOI,
    HOST,
    addresses,
    date,
    genre,
    iso,
    known,
    language,
    month_names,
    ordinal,
    pages,
    without_volume_ahead,
)
from diptych.bibliography.records import Record, at
from diptych.diagnostics import Diagnostic, did_you_mean, warning

Fields = dict[str, str]

TYPES: Mapping[str, str] = {
    "article": "article-journal",
    "audio": "song",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "image": "figure",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "report",
    "mastersthesis": "thesis",
    "mathesis": "thesis",
    "misc": "document",
    "movie": "motion_picture",
    "music": "song",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "online": "webpage",
    "patent": "patent",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "preprint": "article",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "standard": "standard",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "suppperiodical": "article-journal",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "webpage": "webpage",
    "www": "webpage",
}

GENRES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "mathesis": "Master’s thesis",
    "techreport": "Technical report",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Candidate thesis",
    "resreport": "Research report",
    "software": "Computer software",
    "datacd": "Data CD",
    "audiocd": "Audio CD",
}
"""What the type of an entry says of its genre, and BibLaTeX's words for `type` (biblatex manual, 4.9.2.13)."""

NAMES: Mapping[str, str] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
    "director": "director",
}

Convert = Callable[[str], Any]


def _verbatim(value: str) -> str:
    return " ".join(value.split())


def _pages(value: str) -> str:
    return pages(latex.text(value, latex.PLAIN))


def _edition(value: str) -> str:
    return ordinal(latex.text(value, latex.PLAIN))


def _language(value: str) -> str:
    return language(latex.text(value, latex.PLAIN))


def _address(value: str) -> str:
    bare = latex.address(value)
    return f"https://{bare}" if bare.lower().startswith("www.") else bare


def _keywords(value: str) -> list[str]:
    written = latex.text(value, latex.PLAIN)
    return [word.strip() for word in re.split(";" if ";" in written else ",", written) if word.strip()]


FIELDS: tuple[tuple[str, tuple[str, ...], Convert], ...] = (
    ("container-title", ("journaltitle", "journal", "booktitle", "maintitle"), latex.text),
    ("container-title-short", ("shortjournal", "journal-iso", "abbrev_source_title"), latex.text),
    ("collection-title", ("series",), latex.text),
    ("event-title", ("eventtitle",), latex.text),
    ("event-place", ("venue",), latex.text),
    ("volume", ("volume",), latex.text),
    ("number-of-volumes", ("volumes",), latex.text),
    ("part-number", ("part",), latex.text),
    ("chapter-number", ("chapter",), latex.text),
    ("page", ("pages", "eid", "article-number", "articleno", "art_number", "elocation-id"), _pages),
    ("number-of-pages", ("pagetotal", "numpages", "page_count"), latex.text),
    ("edition", ("edition",), _edition),
    ("version", ("version",), latex.text),
    ("publisher", ("publisher", "school", "institution", "organization", "howpublished"), latex.text),
    ("publisher-place", ("location", "address"), latex.text),
    ("title-short", ("shorttitle",), latex.text),
    ("status", ("pubstate",), latex.text),
    ("abstract", ("abstract",), latex.text),
    ("keyword", ("keywords", "keyword"), _keywords),
    ("language", ("langid", "language"), _language),
    ("DOI", ("doi",), latex.address),
    ("PMID", ("pmid", "pubmed_id"), latex.address),
    ("PMCID", ("pmcid", "pmc"), latex.address),
    ("CAS", ("cas",), latex.address),
    ("ISBN", ("isbn",), latex.text),
    ("ISSN", ("issn",), latex.text),
    ("URL", ("url",), _address),
    ("original-date", ("origdate",), date),
    ("event-date", ("eventdate",), date),
    ("accessed", ("urldate",), date),
    ("annote", ("annote",), latex.prose),
    ("annotation", ("annotation",), latex.prose),
    ("note", ("note", "addendum"), latex.prose),
    ("extra", ("extra",), _verbatim),
    ("importance", ("importance",), _verbatim),
)
"""Field of CSL, fields of BibTeX and BibLaTeX from the one preferred, and how the value is read."""

BOOKISH = frozenset(["book", "chapter", "paper-conference"])
NUMBERED = frozenset(["report", "patent", "standard", "document", "article", "dataset"])


def read_bibtex(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """The references of a BibTeX or BibLaTeX file; entries that only lend their fields (`@xdata`) are left out."""
    notation = read_entries(file, text)
    by_key = {entry.key.lower(): entry for entry in reversed(notation.entries) if entry.key}
    problems = list(notation.problems)
    records = []
    for entry in notation.entries:
        if entry.kind != "xdata":
            fields, lost = _inherited(entry, by_key)
            problems += lost
            records.append(Record(_item(entry, fields), at(entry.span), foreign=True))
            problems += [_unknown_type(entry)] if entry.kind not in TYPES else []
    return records, problems


def _unknown_type(entry: Entry) -> Diagnostic:
    message = f"“@{entry.kind}” is no type of BibTeX; the entry is read as a document"
    return warning("unknown-type", message, entry.span, did_you_mean(entry.kind, TYPES))


# Inheritance

NOT_INHERITED = words(
    """
    ids crossref xref xdata entryset execute label options keywords keyword sortkey shorttitle abstract annote
    annotation note extra importance related file
    """
)
"""biblatex manual, appendix B: fields that say something of one entry alone."""


def _inherited(entry: Entry, by_key: Mapping[str, Entry]) -> tuple[Fields, list[Diagnostic]]:
    """The fields of the entry and those that it takes from others by `xdata` and `crossref`, its own first."""
    fields, problems, seen = dict(entry.fields), [], {entry.key.lower()}
    to_visit = _named(entry)
    while to_visit and len(seen) < MOST_PARENTS:
        key, is_parent = to_visit.pop(0)
        other = by_key.get(key.lower())
        if other is None:
            problems.append(warning("unknown-parent", f"there is no entry “{key}” to take fields from", entry.span))
        elif other.key.lower() not in seen:
            seen.add(other.key.lower())
            lent = _lent(other, entry.kind) if is_parent else other.fields
            fields = {**lent, **fields}
            to_visit += _named(other)
    return fields, problems[:1]


MOST_PARENTS = 20
"""Entries that one takes fields from, directly or through others; chains are of two or three."""


def _named(entry: Entry) -> list[tuple[str, bool]]:
    """The entries that an entry takes fields from, and whether it is a part of them."""
    data = [(key.strip(), False) for key in entry.fields.get("xdata", "").split(",") if key.strip()]
    return [*data, *([(entry.fields["crossref"].strip(), True)] if entry.fields.get("crossref") else [])]


def _lent(parent: Entry, kind: str) -> Fields:
    """What a parent lends to its parts: its title is the title of what they stand in."""
    lent = {name: value for name, value in parent.fields.items() if name not in NOT_INHERITED}
    title, subtitle = lent.pop("title", ""), lent.pop("subtitle", "")
    container = "journaltitle" if parent.kind == "periodical" else "booktitle"
    lent.setdefault(container, f"{title}: {subtitle}" if subtitle else title)
    if "author" in lent and kind in ("inbook", "bookinbook", "suppbook", "incollection"):
        lent.setdefault("bookauthor", lent.pop("author"))
    return known(lent)


# One entry


def _item(entry: Entry, fields: Fields) -> dict[str, Any]:
    """The entry as CSL-JSON, with the remarks that `remarks.apart` reads."""
    kind = _type(entry.kind, fields)
    item: dict[str, Any] = {"id": entry.key, "type": kind, "title": _title(fields)}
    for role, name in NAMES.items():
        item[name] = names(fields[role]) if fields.get(role) else None
    item["issued"] = _issued(fields)
    fields = _addressed(fields)
    for name, sources, convert in FIELDS:
        written = next((fields[source] for source in sources if fields.get(source)), "")
        item[name] = convert(written) if written else None
    if item["container-title"] == item["title"]:
        item["container-title"] = None
    if item["URL"] and (" " in item["URL"] or ADDRESS_OF_DOI.match(item["URL"]) or HOST.fullmatch(item["URL"])):
        item |= addresses(item["DOI"] or "", [item["URL"]])
    item |= known({"genre": genre(kind, _genre(entry, fields)), **_number(kind, fields), **_eprint(fields)})
    return known(without_volume_ahead(item))


WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def _addressed(fields: Fields) -> Fields:
    """`howpublished` that is nothing but an address on the web, as BibTeX’s first styles had it, under `url`."""
    written = _address(fields.get("howpublished", ""))
    if not WEB.fullmatch(written):
        return fields
    return {"url": written, **{name: value for name, value in fields.items() if name != "howpublished"}}


SUBTYPES = {"magazine": "article-magazine", "newspaper": "article-newspaper"}
"""biblatex manual, 2.3.5: what `entrysubtype` says of an article."""


def _type(kind: str, fields: Fields) -> str:
    """The type of CSL; `csltype` is our own, for types that BibTeX has not."""
    if fields.get("csltype") in CSL_TYPES:
        return fields["csltype"]
    if kind == "article" and fields.get("entrysubtype", "").lower() in SUBTYPES:
        return SUBTYPES[fields["entrysubtype"].lower()]
    found = TYPES.get(kind, "document")
    return "article" if found == "document" and _is_preprint(fields) else found


def _title(fields: Fields) -> str:
    title, subtitle = latex.text(fields.get("title", "")), latex.text(fields.get("subtitle", ""))
    if not subtitle:
        return title
    return f"{title} {subtitle}" if title.endswith(("?", "!", ":", ".")) else f"{title}: {subtitle}"


def _issued(fields: Fields) -> Any:
    """The date: `date`, or `year` with `month` (a number, a name, or a name with a day) and `day`."""
    if fields.get("date"):
        return date(latex.address(fields["date"]))
    year, month = latex.text(fields.get("year", ""), latex.PLAIN), latex.text(fields.get("month", ""), latex.PLAIN)
    if not re.fullmatch(r"\d{4}", year):
        return date(year) or (date(fields["pubstate"]) if fields.get("pubstate") else None)
    numbers, months = re.findall(r"\d+", month), month_names(month)
    if not months and numbers and len(numbers[0]) <= 2:
        return iso(year, numbers[0], fields.get("day", "") if fields.get("day", "").isdigit() else "")
    day = numbers[0] if numbers else fields.get("day", "")
    return date(f"{month} {year}") if not day.isdigit() or not months else iso(year, str(months[0]), day)


def _genre(entry: Entry, fields: Fields) -> str:
    written = latex.text(fields.get("type", ""))
    return GENRES.get(written.lower(), written) or GENRES.get(entry.kind, "") if entry.kind != "software" else written


def _number(kind: str, fields: Fields) -> Fields:
    """`number`: of a report or patent, of a book in its series, else of an issue."""
    number, issue = latex.text(fields.get("number", "")), latex.text(fields.get("issue", ""))
    if kind in NUMBERED:
        return {"number": number, "issue": issue}
    if kind in BOOKISH and fields.get("series"):
        return {"collection-number": number, "issue": issue}
    return {"issue": number or issue}


EPRINTS = {
    "arxiv": ("arXiv", "https://arxiv.org/abs/"),
    "hdl": ("Handle", "https://hdl.handle.net/"),
    "jstor": ("JSTOR", "https://www.jstor.org/stable/"),
}


def _is_preprint(fields: Fields) -> bool:
    return _archive(fields) == "arxiv" or fields.get("howpublished", "").lower() in ("medrxiv", "biorxiv")


def _archive(fields: Fields) -> str:
    written = fields.get("eprinttype") or fields.get("archiveprefix") or ""
    return written.strip().lower() if fields.get("eprint") else ""


def _eprint(fields: Fields) -> Fields:
    """Where BibLaTeX says a work is kept: a PubMed number, or an archive with its number and address."""
    kept, number = _archive(fields), latex.address(fields.get("eprint", ""))
    if kept in ("pubmed", "pmid"):
        return {"PMID": number}
    if kept in ("pmc", "pmcid"):
        return {"PMCID": number}
    if kept not in EPRINTS:
        return {}
    name, base = EPRINTS[kept]
    found = {"archive": name, "archive_location": number}
    return found if fields.get("url") else {**found, "URL": f"{base}{number}"}
