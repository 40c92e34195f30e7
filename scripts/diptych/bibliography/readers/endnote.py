"""References as EndNote XML.

Element names are those of EndNote's own export (RSXML.DTD), which Mendeley, Zotero and Ovid write as well. The file is
parsed without DTD, entities or network.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from lxml import etree

from diptych.bibliography.items import words
from diptych.bibliography.readers.common import date, known, ordinal, pages, people
from diptych.bibliography.records import MOST_RECORDS, Record, at, too_many
from diptych.diagnostics import Diagnostic, Span, error, warning

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

TEXTS = (
    ("volume", "volume"),
    ("publisher", "publisher"),
    ("pub-location", "publisher-place"),
    ("language", "language"),
    ("abstract", "abstract"),
    ("titles/short-title", "title-short"),
    ("orig-pub", "original-title"),
    ("num-vols", "number-of-volumes"),
    ("call-num", "call-number"),
)
"""Element of a record, and field of CSL."""

ROLES = {
    "contributors/authors": "author",
    "contributors/secondary-authors": "editor",
    "contributors/tertiary-authors": "collection-editor",
    "contributors/subsidiary-authors": "translator",
    "contributors/translated-authors": "translator",
}

MOST_COMPLAINTS = 5
"""Problems of the XML that are reported one by one; one missing tag makes hundreds."""


def read_endnote(file: str, text: str) -> tuple[Iterable[Record], list[Diagnostic]]:
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
            if len(parser.error_log):  # it names each entity that is left in the tree
                etree.strip_elements(root, etree.Entity, with_tail=False)
            _without_styles(root, is_faced=FACED.search(text) is not None)
        log = [entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.ERROR]
        complaints = [_complaint(file, entry.line, entry.column, entry.message) for entry in log[:MOST_COMPLAINTS]]
    found = [] if root is None else [element for element in root.iter("record") if len(element)]
    if not found and not complaints:
        return [], [error("no-references", "the file has no <record> of EndNote", Span(file), EXPORT)]
    if len(found) > MOST_RECORDS:
        return [], too_many(file, len(found))
    strays = [] if root is None else [_stray(file, element) for element in _no_records(root)]
    return _records(file, found), [*complaints, *strays]


BATCH = 64
"""Records read together: few enough for the processor to have them at hand, enough to do one thing at a time."""


def _records(file: str, elements: Sequence[etree._Element]) -> Iterator[Record]:
    """The references in the elements, read as they are asked for."""
    for first in range(0, len(elements), BATCH):
        batch = elements[first : first + BATCH]
        said = [_read(element) for element in batch]
        items = [_item(texts, lists) for texts, lists in said]
        yield from [Record(item, at(_start(file, element)), True) for item, element in zip(items, batch, strict=True)]


_inner: Callable[[etree._Element], list[etree._Element]] = itemgetter(slice(None))
"""The elements within an element; lxml is twice as fast with a slice as with a loop."""


def _start(file: str, record: etree._Element) -> Span:
    line = record.sourceline
    return Span(file, line) if isinstance(line, int) else Span(file)


def _no_records(root: etree._Element) -> list[etree._Element]:
    """The first elements among the records that hold something and are none."""
    lists = [root, *root] if root.tag == "records" else root
    others = [
        element
        for records in lists
        if records.tag == "records"
        for element in _inner(records)
        if element.tag != "record" or (not len(element) and _text(element))
    ]
    return others[:MOST_COMPLAINTS]


def _stray(file: str, element: etree._Element) -> Diagnostic:
    message = f"this <{element.tag}> is no <record> with fields; it is left out"
    return warning("stray-text", message, _start(file, element), EXPORT)


NO_DTD = "export the references again from EndNote as XML"
EXPORT = "in EndNote choose “File: Export” and the file type “XML”; a paper in JATS is known by its <article>"


def _complaint(file: str, line: int, column: int, message: str) -> Diagnostic:
    return error("broken-xml", f"this is not XML: {message}", Span(file, max(1, line), max(1, column)))


# Text of elements

FACES = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}
FACED = re.compile(r"""face\s*=\s*["'](?!normal["'])""")
FACED_TITLES = etree.XPath(
    "//titles/*[self::title or self::secondary-title or self::tertiary-title]/style[@face != 'normal']"
)


def _without_styles(root: etree._Element, is_faced: bool) -> None:
    """Take EndNote's `style` out of the tree, with CSL's markup in titles for what it sets in italics and the like."""
    for style in cast("list[etree._Element]", FACED_TITLES(root)) if is_faced else ():
        face, text = FACES.get(style.get("face", "").strip()), _whole(style)
        bare = text.strip()
        if face and bare:
            del style[:]
            style.text = text.replace(bare, f"<{face}>{bare}</{face}>", 1)
    etree.strip_tags(root, "style")


def _text(element: etree._Element) -> str:
    """The text of an element, trimmed; what `&amp;` and its like stand for, where a program escaped them twice."""
    text = _whole(element) if len(element) else element.text or ""
    return html.unescape(text).strip() if "&" in text else text.strip()


def _texts(elements: Iterable[etree._Element]) -> list[str]:
    """The texts of elements that have one."""
    return [text for element in elements if (text := _text(element))]


def _whole(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _lines(text: str) -> str:
    """The text with its line breaks, which EndNote writes as carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# One record


LISTS = frozenset([*ROLES, "keywords", "dates/pub-dates", "urls"])
"""Elements that hold several texts."""
NOTES = (("research-notes", "annotation"), ("notes", "note"))
"""Element of a record whose lines are kept, and field."""
FULL_TITLES = ("periodical/full-title", "alt-periodical/full-title")
PATHS = words(
    """
    ref-type titles/title titles/secondary-title titles/tertiary-title titles/alt-title periodical/abbr-1 dates/year
    pages number issue edition work-type access-date electronic-resource-num accession-num isbn custom2 custom7
    """
).union(LISTS, FULL_TITLES, dict(TEXTS), dict(NOTES))
"""All elements that are read, those in groups with the group's name: `titles/title`."""


def _by_name(paths: Iterable[str]) -> Paths:
    """The paths by the name of the element in a record; those in a group by their names in it."""
    found: dict[str, Any] = {}
    for path in paths:
        group, _, name = path.rpartition("/")
        (found.setdefault(group, {}) if group else found)[name] = path
    return found


Paths = Mapping[str, "str | Mapping[str, str]"]
BY_NAME = _by_name(PATHS)
Texts = dict[str, str]
"""The texts of a record by path, the first of each."""
Lists = dict[str, list[str]]
"""The texts of elements that hold several, by path."""


def _read(record: etree._Element) -> tuple[Texts, Lists]:
    """What a record says: its texts and its lists."""
    texts: Texts = {}
    lists: Lists = {}
    _take(record, BY_NAME, texts, lists)
    return texts, lists


def _take(parent: etree._Element, paths: Paths, texts: Texts, lists: Lists) -> None:
    """Put what the elements within `parent` say with the rest, under the path that each has by its name."""
    for element in _inner(parent):
        path = paths.get(element.tag)
        if path is None:
            continue
        if not isinstance(path, str):
            _take(element, path, texts, lists)
        elif path in LISTS:
            if path not in lists:
                lists[path] = _texts(element.iter("url") if path == "urls" else _inner(element)) or _texts([element])
        elif path not in texts:
            texts[path] = _text(element)
            if path == "ref-type":
                texts["ref-type/name"] = element.get("name") or ""


def _item(texts: Texts, lists: Lists) -> dict[str, Any]:
    """The record as CSL-JSON, with the remarks that `remarks.apart` reads; it has no key, as its label is free text."""
    get = texts.get
    kind = _type(texts)
    item: dict[str, Any] = {"type": kind, "title": get("titles/title")}
    for path, role in ROLES.items():
        if path in lists:
            item[role] = people(lists[path])
    item["issued"] = _issued(get("dates/year", ""), lists.get("dates/pub-dates"))
    for path, name in TEXTS:
        if path in texts:
            item[name] = texts[path]
    item |= _container(kind, texts)
    item["number" if kind in NUMBERED else "issue"] = get("number") or get("issue")
    item["page"] = pages(get("pages", "")) or get("custom7")
    item["keyword"] = lists.get("keywords")
    if "work-type" in texts and kind != "article-journal":
        item["genre"] = texts["work-type"]
    if "access-date" in texts:
        item["accessed"] = date(texts["access-date"])
    if "edition" in texts:
        item["edition"] = ordinal(texts["edition"])
    for path, name in NOTES:
        if path in texts:
            item[name] = _lines(texts[path])
    item |= _identifiers(kind, texts, lists)
    return known(item)


NUMBERED = frozenset(["report", "patent", "standard", "dataset", "article", "bill", "legislation"])


def _type(texts: Texts) -> str:
    """The type of CSL, by EndNote's name for it or else its number."""
    return TYPES.get(texts.get("ref-type/name", "").lower()) or NUMBERS.get(texts.get("ref-type", ""), "document")


def _issued(year: str, days: list[str] | None) -> Any:
    """The date: the year, with month and day where `pub-dates` has them."""
    day = days[0] if days else ""
    if not day or not re.fullmatch(r"\d{4}", year):
        return date(year or day)
    return date(day if year in day else f"{year} {day}")


def _container(kind: str, texts: Texts) -> dict[str, str]:
    """What the work stands in, whole and short; for a whole book the series."""
    container, third = texts.get("titles/secondary-title", ""), texts.get("titles/tertiary-title", "")
    if kind == "book":
        return {"collection-title": container or third}
    title, short = texts.get("titles/title"), texts.get("periodical/abbr-1") or texts.get("titles/alt-title", "")
    if not container or container in (title, short):
        names = [*(texts.get(path) for path in FULL_TITLES), container]
        container = next((name for name in names if name and name != title), "")
    found = {"container-title": container}
    if short != container:
        found["container-title-short"] = short
    if third:
        found["collection-title"] = third
    return found


PMCID = re.compile(r"PMC\d+")
ADDRESS = ("http:", "https:", "ftp:")


def _identifiers(kind: str, texts: Texts, lists: Lists) -> dict[str, str]:
    """DOI, PMID (the accession number), PMCID, ISSN or ISBN, and the first address on the web."""
    found = {"DOI": texts.get("electronic-resource-num", "")}
    accession, kept, number = texts.get("accession-num", ""), texts.get("custom2", ""), texts.get("isbn", "")
    if accession.isdecimal() and len(accession) <= 8:
        found["PMID"] = accession
    if kept and PMCID.fullmatch(kept):
        found["PMCID"] = kept
    if number:
        found["ISBN" if kind in ("book", "chapter") else "ISSN"] = ", ".join(number.splitlines())
    if "urls" in lists:
        found["URL"] = next((url for url in lists["urls"] if url.lower().startswith(ADDRESS)), "")
    return found
