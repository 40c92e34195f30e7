"""References as EndNote XML.

Element names are those of EndNote's own export (RSXML.DTD), which Mendeley, Zotero and Ovid write as well. The file is
parsed without DTD, entities or network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from diptych.bibliography.readers.common import date, known, ordinal, pages, people, unescaped
from diptych.bibliography.records import MOST_RECORDS, Record, at, too_many
from diptych.diagnostics import Diagnostic, Span, error

TYPES: Mapping[str, str] = {
    "aggregated database": "dataset",
    "ancient text": "classic",
    "artwork": "figure",
    "audiovisual material": "motion_picture",
    "bill": "bill",
    "blog": "post-weblog",
    "book": "book",
    "book section": "chapter",
    "case": "legal_case",
    "classical work": "classic",
    "computer program": "software",
    "conference paper": "paper-conference",
    "conference proceedings": "paper-conference",
    "dataset": "dataset",
    "dictionary": "entry-dictionary",
    "edited book": "book",
    "electronic article": "article-journal",
    "electronic book": "book",
    "electronic book section": "chapter",
    "encyclopedia": "entry-encyclopedia",
    "film or broadcast": "motion_picture",
    "generic": "document",
    "government document": "report",
    "hearing": "hearing",
    "journal article": "article-journal",
    "legal rule or regulation": "legislation",
    "magazine article": "article-magazine",
    "manuscript": "manuscript",
    "map": "map",
    "newspaper article": "article-newspaper",
    "online database": "dataset",
    "pamphlet": "pamphlet",
    "patent": "patent",
    "personal communication": "personal_communication",
    "preprint": "article",
    "report": "report",
    "standard": "standard",
    "statute": "legislation",
    "thesis": "thesis",
    "unpublished work": "manuscript",
    "web page": "webpage",
}
NUMBERS = {"17": "article-journal", "6": "book", "5": "chapter", "47": "paper-conference", "10": "paper-conference"}
NUMBERS |= {"32": "thesis", "27": "report", "12": "webpage", "28": "book", "13": "document", "0": "article-journal"}
"""Types by EndNote's number, where an exporter leaves out the name."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("volume", "volume"),
    ("edition", "edition"),
    ("publisher", "publisher"),
    ("publisher-place", "pub-location"),
    ("language", "language"),
    ("abstract", "abstract"),
    ("title-short", "titles/short-title"),
    ("original-title", "orig-pub"),
    ("number-of-volumes", "num-vols"),
    ("call-number", "call-num"),
)
"""Field of CSL, and element of a record."""

ROLES = {"authors": "author", "secondary-authors": "editor", "tertiary-authors": "collection-editor"}
ROLES |= {"subsidiary-authors": "translator", "translated-authors": "translator"}

MOST_COMPLAINTS = 5
"""Problems of the XML that are reported one by one; one missing tag makes hundreds."""


def read_endnote(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """The references of an EndNote XML file; where the XML is broken, those that can be read, and what is wrong."""
    if re.search(r"<!(ENTITY|ELEMENT|ATTLIST)", text):
        return [], [error("xml-entities", "the file declares entities; such files are not read", Span(file), NO_DTD)]
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as problem:
        root = None
        complaints = [_complaint(file, *problem.position, problem.msg or "it cannot be read")]
    else:
        if root is not None:
            etree.strip_elements(root, etree.Entity, with_tail=False)
        log = [entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.ERROR]
        complaints = [_complaint(file, entry.line, entry.column, entry.message) for entry in log[:MOST_COMPLAINTS]]
    found = [] if root is None else [element for element in root.iter("record") if len(element)]
    if not found and not complaints:
        return [], [error("no-references", "the file has no <record> of EndNote", Span(file), EXPORT)]
    if len(found) > MOST_RECORDS:
        return [], too_many(file, len(found))
    return [Record(_item(record), at(_start(file, record)), foreign=True) for record in found], complaints


def _start(file: str, record: etree._Element) -> Span:
    line = record.sourceline
    return Span(file, line) if isinstance(line, int) else Span(file)


NO_DTD = "export the references again from EndNote as XML"
EXPORT = "in EndNote choose “File: Export” and the file type “XML”; a paper in JATS is known by its <article>"


def _complaint(file: str, line: int, column: int, message: str) -> Diagnostic:
    return error("broken-xml", f"this is not XML: {message}", Span(file, max(1, line), max(1, column)))


# Text of elements

FACES = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}


def _marked(element: etree._Element | None) -> str:
    """The text of an element on one line, with CSL's markup for what EndNote sets in italics and the like."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        face = FACES.get((child.get("face") or "").strip()) if child.tag == "style" else None
        inner = _text(child)
        bare = inner.strip()
        parts.append(inner.replace(bare, f"<{face}>{bare}</{face}>", 1) if face and bare else inner)
        parts.append(child.tail or "")
    return unescaped("".join(parts))


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _lines(element: etree._Element | None) -> str:
    """The text of an element with its line breaks, which EndNote writes as carriage returns."""
    return _text(element).replace("\r\n", "\n").replace("\r", "\n") if element is not None else ""


def _plain(element: etree._Element | None) -> str:
    return unescaped(_text(element)) if element is not None else ""


# One record


Parts = Mapping[str, etree._Element]


def _item(record: etree._Element) -> dict[str, Any]:
    """The record as CSL-JSON, with the remarks that `remarks.apart` reads; it has no key, as its label is free text."""
    parts = _parts(record)
    kind = _type(parts.get("ref-type"))
    item: dict[str, Any] = {"type": kind, "title": _marked(parts.get("titles/title"))}
    for element, role in ROLES.items():
        item[role] = people(map(_plain, parts.get(f"contributors/{element}", ())))
    item["issued"] = _issued(parts)
    item |= {name: _plain(parts.get(path)) for name, path in TEXTS}
    item |= _container(kind, parts, item["title"])
    item["number" if kind in NUMBERED else "issue"] = _plain(parts.get("number")) or _plain(parts.get("issue"))
    item["page"] = pages(_plain(parts.get("pages"))) or _plain(parts.get("custom7"))
    item["keyword"] = [word for word in map(_plain, parts.get("keywords", ())) if word]
    item["genre"] = _plain(parts.get("work-type")) if kind != "article-journal" else ""
    item["accessed"] = date(_plain(parts.get("access-date")))
    item["annotation"], item["note"] = _lines(parts.get("research-notes")), _lines(parts.get("notes"))
    item["edition"] = ordinal(item["edition"])
    return known(item | _identifiers(kind, parts))


NUMBERED = frozenset(["report", "patent", "standard", "dataset", "article", "bill", "legislation"])


def _parts(record: etree._Element) -> Parts:
    """The elements of a record, and those within its groups by path (`titles/title`), the first of each."""
    found: dict[str, etree._Element] = {}
    for element in record:
        if isinstance(element.tag, str):
            found.setdefault(element.tag, element)
            if element.tag in GROUPS:
                for inner in element:
                    found.setdefault(f"{element.tag}/{inner.tag}", inner)
    return found


GROUPS = frozenset(["contributors", "titles", "periodical", "alt-periodical", "dates", "urls"])


def _type(element: etree._Element | None) -> str:
    if element is None:
        return "document"
    name = (element.get("name") or "").lower()
    return TYPES.get(name) or NUMBERS.get(_plain(element), "document")


def _issued(parts: Parts) -> Any:
    """The date: the year, with month and day where `pub-dates` has them."""
    year = _plain(parts.get("dates/year"))
    days = parts.get("dates/pub-dates")
    day = _plain(days[0]) if days is not None and len(days) else ""
    if not re.fullmatch(r"\d{4}", year) or not day:
        return date(year or day)
    return date(day if year in day else f"{year} {day}")


def _container(kind: str, parts: Parts, title: str) -> dict[str, str]:
    """What the work stands in, whole and short; for a whole book the series."""
    second, third = _marked(parts.get("titles/secondary-title")), _marked(parts.get("titles/tertiary-title"))
    if kind == "book":
        return {"collection-title": second or third}
    whole = [second, *(_plain(parts.get(f"{group}/full-title")) for group in ("periodical", "alt-periodical"))]
    short = _plain(parts.get("periodical/abbr-1")) or _plain(parts.get("titles/alt-title"))
    if second == short:
        whole = [*whole[1:], second]
    container = next((name for name in whole if name and name != title), "")
    return {
        "container-title": container,
        "container-title-short": short if short != container else "",
        "collection-title": third,
    }


def _identifiers(kind: str, parts: Parts) -> dict[str, str]:
    """DOI, PMID (the accession number), PMCID, ISSN or ISBN, and the first address on the web."""
    number, accession = _plain(parts.get("isbn")), _plain(parts.get("accession-num"))
    kept = _plain(parts.get("custom2"))
    urls = parts.get("urls")
    addresses = [_plain(element) for element in urls.iter("url")] if urls is not None else []
    return {
        "DOI": _plain(parts.get("electronic-resource-num")),
        "PMID": accession if re.fullmatch(r"\d{1,8}", accession) else "",
        "PMCID": kept if re.fullmatch(r"PMC\d+", kept) else "",
        "ISBN" if kind in ("book", "chapter") else "ISSN": number.replace("\r", ", "),
        "URL": next((url for url in addresses if url.lower().startswith(("http:", "https:", "ftp:"))), ""),
    }
