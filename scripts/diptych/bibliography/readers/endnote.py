"""References as EndNote XML.

Element names are those of EndNote's own export (RSXML.DTD), which Mendeley, Zotero and Ovid write as well. The file is
parsed without DTD, entities or network.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, cast

from lxml import etree

from diptych.bibliography.readers.common import (
    Name,
    addresses,
    date,
    journal,
    known,
    language,
    ordinal,
    pages,
    people,
    without_volume_ahead,
)
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

MOST_COMPLAINTS = 5
"""Problems of the XML that are reported one by one; one missing tag makes hundreds."""


def read_endnote(file: str, text: str) -> tuple[Iterable[Record], list[Diagnostic]]:
    """The references of an EndNote XML file; where the XML is broken, those that can be read, and what is wrong."""
    if "<!DOCTYPE" in text and re.search(r"<!(ENTITY|ELEMENT|ATTLIST)", text):
        return [], [error("xml-entities", "the file declares entities; such files are not read", Span(file), NO_DTD)]
    root, complaints = _parsed(file, text)
    if root is None:
        return [], complaints
    lists = [element for element in (root, *root) if element.tag == "records"]
    found = [record for one in lists for record in one.iterchildren("record")]
    if complaints or not found:  # where a tag is missing, records are within others
        found = list(root.iter("record"))
    if not any(map(len, found)) and not complaints:
        return [], [error("no-references", "the file has no <record> of EndNote", Span(file), EXPORT)]
    if len(found) > MOST_RECORDS:
        return [], too_many(file, len(found))
    strays = [stray for one in lists for stray in cast("list[etree._Element]", STRAYS(one))[:MOST_COMPLAINTS]]
    return _records(file, found), [*complaints, *(_stray(file, element) for element in strays[:MOST_COMPLAINTS])]


def _parsed(file: str, text: str) -> tuple[etree._Element | None, list[Diagnostic]]:
    """The tree of the file, without entities, as far as it can be made; None where it cannot; what is wrong with it."""
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
        return None, [_complaint(file, *problem.position, problem.msg or "it cannot be read")]
    if root is not None and len(parser.error_log):  # it names each entity that is left in the tree
        etree.strip_elements(root, etree.Entity, with_tail=False)
    log = [entry for entry in parser.error_log if entry.level >= etree.ErrorLevels.ERROR]
    return root, [_complaint(file, entry.line, entry.column, entry.message) for entry in log[:MOST_COMPLAINTS]]


STRAYS = etree.XPath("*[not(self::record) or (not(*[1]) and normalize-space())]")
"""Elements among records that are none, but for empty records."""


def _records(file: str, elements: Iterable[etree._Element]) -> Iterator[Record]:
    """The references in the elements, read as they are asked for."""
    return (Record(_item(element), at(_start(file, element)), True) for element in elements if len(element))


_inner: Callable[[etree._Element], list[etree._Element]] = itemgetter(slice(None))
"""The elements within an element; lxml is twice as fast with a slice as with a loop."""


def _start(file: str, record: etree._Element) -> Span:
    line = record.sourceline
    return Span(file, line) if isinstance(line, int) else Span(file)


def _stray(file: str, element: etree._Element) -> Diagnostic:
    message = f"this <{element.tag}> is no <record> with fields; it is left out"
    return warning("stray-text", message, _start(file, element), EXPORT)


NO_DTD = "export the references again from EndNote as XML"
EXPORT = "in EndNote choose “File: Export” and the file type “XML”; a paper in JATS is known by its <article>"


def _complaint(file: str, line: int, column: int, message: str) -> Diagnostic:
    return error("broken-xml", f"this is not XML: {message}", Span(file, max(1, line), max(1, column)))


# Text of elements

FACES = {"italic": "i", "bold": "b", "superscript": "sup", "subscript": "sub"}
"""What EndNote sets runs of text in, and CSL's markup for it in titles."""


def _text(element: etree._Element) -> str:
    """The text of an element, trimmed; what `&amp;` and its like stand for, where a program escaped them twice."""
    text, runs = element.text, len(element)
    if runs == 1 and not text and not (style := element[0]).tail and not len(style):
        text = style.text
    elif runs:
        text = _whole(element)
    if not text:
        return ""
    return html.unescape(text).strip() if "&" in text else text.strip()


def _title(element: etree._Element) -> str:
    """The text of a title, with CSL's markup for what EndNote sets in italics and the like."""
    for style in element:
        face = style.get("face", "normal")
        if face != "normal" and style.tag == "style":
            _mark_up(style, FACES.get(face.strip()))
    return _text(element)


def _mark_up(style: etree._Element, name: str | None) -> None:
    """Put the element's text within tags of that name."""
    text = _whole(style)
    bare = text.strip()
    if name and bare:
        del style[:]
        style.text = text.replace(bare, f"<{name}>{bare}</{name}>", 1)


def _texts(elements: Iterable[etree._Element]) -> list[str]:
    """The texts of elements that have one."""
    return [text for element in elements if (text := _text(element))]


def _whole(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _lines(text: str) -> str:
    """The text with its line breaks, which EndNote writes as carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


# One element

Read = Callable[[etree._Element], Any]
"""From an element to what it says, nothing where it is empty."""


def _people(element: etree._Element) -> list[Name]:
    return people(_several(element))


def _several(element: etree._Element) -> list[str]:
    """The texts of the elements within one, or its own."""
    return _texts(_inner(element)) or _texts([element])


def _first(element: etree._Element) -> str:
    return next(iter(_several(element)), "")


def _type(element: etree._Element) -> str:
    """The type of CSL, by EndNote's name for it or else its number."""
    return TYPES.get(element.get("name", "").lower()) or NUMBERS.get(_text(element), "document")


def _urls(element: etree._Element) -> list[str]:
    """The addresses, which may stand in groups."""
    return _texts(element.iter("url")) or _texts([element])


def _pmid(element: etree._Element) -> str:
    """The accession number, which is PubMed's where it is as short as those."""
    text = _text(element)
    return text if text.isdecimal() and len(text) <= 8 else ""


def _pmcid(element: etree._Element) -> str:
    text = _text(element)
    return text if PMCID.fullmatch(text) else ""


PMCID = re.compile(r"PMC\d+")


def _numbers(element: etree._Element) -> str:
    """ISSNs or ISBNs, each on a line of its own."""
    return ", ".join(_text(element).splitlines())


# One record

Field = str | tuple[str, Read]
Fields = Mapping[str, "Field | Mapping[str, Field]"]
"""The field for an element by its name, for one that is no plain text with how it is read; a map for those within."""

FIELDS: Fields = {
    "ref-type": ("type", _type),
    "contributors": {
        "authors": ("author", _people),
        "secondary-authors": ("editor", _people),
        "tertiary-authors": ("collection-editor", _people),
        "subsidiary-authors": ("translator", _people),
        "translated-authors": ("translator", _people),
    },
    "titles": {
        "title": ("title", _title),
        "secondary-title": ("container-title", _title),
        "tertiary-title": ("collection-title", _title),
        "alt-title": "other title",
        "short-title": "title-short",
    },
    "periodical": {"full-title": "full title", "abbr-1": "container-title-short"},
    "alt-periodical": {"full-title": "other full title"},
    "dates": {"year": "year", "pub-dates": ("day", _first)},
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "pages": ("page", lambda element: pages(_text(element))),
    "custom7": "page",
    "publisher": "publisher",
    "pub-location": "publisher-place",
    "edition": ("edition", lambda element: ordinal(_text(element))),
    "num-vols": "number-of-volumes",
    "orig-pub": "original-title",
    "work-type": "genre",
    "call-num": "call-number",
    "language": ("language", lambda element: language(_text(element))),
    "access-date": ("accessed", lambda element: date(_text(element))),
    "keywords": ("keyword", _several),
    "abstract": "abstract",
    "research-notes": ("annotation", lambda element: _lines(_text(element))),
    "notes": ("note", lambda element: _lines(_text(element))),
    "electronic-resource-num": "DOI",
    "accession-num": ("PMID", _pmid),
    "custom2": ("PMCID", _pmcid),
    "isbn": ("ISSN", _numbers),
    "urls": ("addresses", _urls),
}
"""The elements that are read. Where a field is none of CSL, or another for some types, `_item` settles it."""


def _take(parent: etree._Element, fields: Fields, item: dict[str, Any]) -> None:
    """Put what the elements within `parent` say in their fields: the first text that says something, and all lists."""
    for element in _inner(parent):
        field = fields.get(element.tag)
        if type(field) is str:
            text = _text(element)
            if text and field not in item:
                item[field] = text
        elif type(field) is tuple:
            name, read = field
            value = read(element)
            if value and name not in item:
                item[name] = value
            elif value and isinstance(value, list):
                item[name] = [*item[name], *value]
        elif field is not None:
            _take(element, cast("Fields", field), item)


def _item(record: etree._Element) -> dict[str, Any]:
    """The record as CSL-JSON, with the remarks that `remarks.apart` reads; it has no key, as its label is free text."""
    item: dict[str, Any] = {}
    _take(record, FIELDS, item)
    kind = item.setdefault("type", "document")
    if issued := _issued(item.pop("year", ""), item.pop("day", "")):
        item["issued"] = issued
    if kind in NUMBERED and "issue" in item:
        item["number"] = item.pop("issue")
    if kind in BOOKS and "ISSN" in item:
        item["ISBN"] = item.pop("ISSN")
    if kind == "article-journal":
        item.pop("genre", None)
    if kind == "article-journal" or DAY.fullmatch(item.get("edition", "")):
        _settle_edition(item)
    if kind == "webpage" and "issue" in item:
        item["accessed"] = date(f"{item.pop('issue')} {item.pop('volume', '')}")
    if "addresses" in item:
        item |= known(addresses(item.get("DOI", ""), item.pop("addresses")))
    _settle_container(kind, item)
    return without_volume_ahead(item)


DAY = re.compile(r"\d{8}|\d{4}[-/]\d\d?[-/]\d\d?")


def _settle_edition(item: dict[str, Any]) -> None:
    """Take away the day of publication on the web, which EndNote keeps as the edition; it may be the only date."""
    day = item.pop("edition", "")
    if DAY.fullmatch(day) and "issued" not in item:
        item["issued"] = date(day)


BOOKS = frozenset(["book", "chapter"])
NUMBERED = frozenset(["report", "patent", "standard", "dataset", "article", "bill", "legislation"])


def _issued(year: str, day: str) -> Any:
    """The date: the year, with month and day where `pub-dates` has them."""
    if not day or not re.fullmatch(r"\d{4}", year):
        return date(year or day)
    return date(day if year in day else f"{year} {day}")


def _settle_container(kind: str, item: dict[str, Any]) -> None:
    """Give the item what it stands in, whole and short, by whatever name; for a whole book the series."""
    take = item.pop
    whole, short, title = take("container-title", ""), take("container-title-short", ""), item.get("title")
    full, other_full, other = take("full title", ""), take("other full title", ""), take("other title", "")
    if kind == "book":
        item |= {"collection-title": whole} if whole else {}
        return
    short = short or other
    if not whole or whole in (title, short):
        whole = next((name for name in (full, other_full, whole) if name and name != title), "")
    item |= known(journal(whole, short))
