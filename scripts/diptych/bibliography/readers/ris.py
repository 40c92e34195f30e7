"""References as RIS, read by rispy line by line.

Types and tags are those of the RIS specification (Research Information Systems, 2001 and 2011) and what EndNote,
Zotero, Scopus and publishers make of it; ARCHITECTURE.md has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from rispy.config import TAG_KEY_MAPPING
from rispy.parser import RisParser

from diptych.bibliography.readers.common import date, from_html, from_to, known, language, ordinal, people, unescaped
from diptych.bibliography.records import LONGEST_RECORD, Record, at, lines_of, too_long, too_many
from diptych.diagnostics import Diagnostic, Span, error, warning

Tags = dict[str, Any]
"""Texts by tag, none of them empty; under `TY` one text."""

TYPES: Mapping[str, str] = {
    "ABST": "article-journal",
    "ADVS": "motion_picture",
    "AGGR": "dataset",
    "ANCIENT": "classic",
    "ART": "figure",
    "BILL": "bill",
    "BLOG": "post-weblog",
    "BOOK": "book",
    "CASE": "legal_case",
    "CHAP": "chapter",
    "CHART": "figure",
    "CLSWK": "classic",
    "COMP": "software",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "CTLG": "book",
    "DATA": "dataset",
    "DBASE": "dataset",
    "DICT": "entry-dictionary",
    "EBOOK": "book",
    "ECHAP": "chapter",
    "EDBOOK": "book",
    "EJOUR": "article-journal",
    "ELEC": "webpage",
    "ENCYC": "entry-encyclopedia",
    "FIGURE": "figure",
    "GEN": "document",
    "GOVDOC": "report",
    "HEAR": "hearing",
    "ICOMM": "personal_communication",
    "INPR": "article-journal",
    "JFULL": "periodical",
    "JOUR": "article-journal",
    "LEGAL": "legislation",
    "MANSCPT": "manuscript",
    "MAP": "map",
    "MGZN": "article-magazine",
    "MPCT": "motion_picture",
    "MULTI": "motion_picture",
    "MUSIC": "musical_score",
    "NEWS": "article-newspaper",
    "PAMP": "pamphlet",
    "PAT": "patent",
    "PCOMM": "personal_communication",
    "PREP": "article",
    "RPRT": "report",
    "SER": "collection",
    "SLIDE": "speech",
    "SOUND": "song",
    "STAND": "standard",
    "STAT": "legislation",
    "THES": "thesis",
    "UNPB": "manuscript",
    "UNPD": "manuscript",
    "VIDEO": "motion_picture",
    "WEB": "webpage",
}

BOOKS = frozenset(["BOOK", "EBOOK", "EDBOOK", "CTLG", "SER"])
NUMBERED = frozenset(["RPRT", "GOVDOC", "PAT", "STAND", "DATA", "PREP", "BILL", "STAT", "LEGAL"])

TITLES = ("TI", "T1", "CT", "BT")
CONTAINERS = ("JF", "T2", "BT", "JO", "JA", "J2", "J1", "C3")

TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("volume", ("VL",)),
    ("edition", ("ET",)),
    ("publisher", ("PB",)),
    ("publisher-place", ("CY", "PP")),
    ("title-short", ("ST",)),
    ("abstract", ("AB", "N2")),
    ("language", ("LA",)),
    ("number-of-volumes", ("NV",)),
    ("call-number", ("CN",)),
)
"""Field of CSL, and tags of RIS from the one preferred."""


KNOWN_TAGS = frozenset(TAG_KEY_MAPPING) | {"J1", "PP", "CT", "BT", "ED", "CP", "M2", "C9", "AR"}
TAG_LINE = re.compile(r"\s?([A-Z][A-Z0-9]) {0,2}-(?: |$)(.*)", re.DOTALL)
START = re.compile(r"\s?TY {0,2}-")


class _Parser(RisParser):
    """rispy's parser, with tags under their own names, all values in lists, and continued lines joined to theirs."""

    DEFAULT_MAPPING: ClassVar[dict[str, str]] = {"TY": "TY"}

    def parse_line(self, line: str) -> tuple[str | None, str]:
        """The tag and the text of a line, no tag for one that continues; databases vary the blanks round the hyphen."""
        if line[2:5] == "  -" and line[:2].isupper() and line[0].isalpha():
            return line[:2], line[6:].strip()
        found = TAG_LINE.match(line)
        return (found[1], found[2].strip()) if found and found[1] in KNOWN_TAGS else (None, line.strip())

    def _add_tag(
        self, record: dict[str | None, Any], tag: str | None, content: str, extend_multiline: bool = False
    ) -> None:
        values = record.setdefault(tag, [])
        if extend_multiline and values and tag != "TY":
            values[-1] = f"{values[-1]}\n{content}"
        elif tag and tag != "TY":
            values.append(content)


def read_ris(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """The references of a RIS file; a record ends at `ER`, at the next `TY` or at the end of the file."""
    lines = lines_of(text)
    starts = [number for number, line in enumerate(lines) if line[:3].strip()[:2] == "TY" and START.match(line)]
    if not starts:
        return [], [error("no-references", "no line of the file begins with “TY  - ”", Span(file), BEGIN)]
    found: list[tuple[Tags, Span]] = []
    problems = too_many(file, len(starts))
    if problems:
        return [], problems
    parser = _Parser()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        span = Span(file, start + 1, 1, len(lines[start]) + 1)
        chunk = [lines[start].lstrip(), *lines[start + 1 : end], "ER  - "]
        if sum(map(len, chunk)) > LONGEST_RECORD:
            problems.append(too_long(span))
        else:
            found += [(_cleaned(tags), span) for tags in parser.parse_lines(iter(chunk))]
    keys = Counter(_key(tags) for tags, _ in found)
    records = [Record(_item(tags, keys), at(span), foreign=True) for tags, span in found]
    return records, [*problems, *(_unknown_type(tags, span) for tags, span in found if tags["TY"] not in TYPES)]


BEGIN = "a reference in RIS begins with a line such as “TY  - JOUR” and ends with “ER  - ”"


def _unknown_type(tags: Tags, span: Span) -> Diagnostic:
    return warning("unknown-type", f"“{tags['TY']}” is no type of RIS; the entry is read as a document", span)


# One record


def _first(tags: Tags, *names: str) -> str:
    """The first text under any of the tags, in their order."""
    for name in names:
        if name in tags:
            return str(tags[name][0])
    return ""


def _all(tags: Tags, *names: str) -> list[str]:
    return [text for name in names if name in tags for text in tags[name]]


PARAGRAPHS = frozenset(["N1", "RN", "M2"])
"""Tags whose lines are kept as they are."""


def _cleaned(tags: Tags) -> Tags:
    """The tags that hold something, their texts on one line but where lines are kept."""
    found: Tags = {"TY": tags.pop("TY")}
    for tag, texts in tags.items():
        kept = list(filter(None, texts if tag in PARAGRAPHS else map(unescaped, texts)))
        if kept:
            found[tag] = kept
    return found


KEY = re.compile(r"[^\W\d_](?:[\w:.+/-]*\w)?")


def _key(tags: Tags) -> str:
    """What `ID` says, if it can be a citation key; numbers and addresses are a database's own."""
    key = _first(tags, "ID", "LB")
    return key if KEY.fullmatch(key) and "//" not in key else ""


def _item(tags: Tags, keys: Mapping[str, int]) -> dict[str, Any]:
    """The record as CSL-JSON, with the remarks that `remarks.apart` reads."""
    kind, key = str(tags["TY"]), _key(tags)
    item: dict[str, Any] = {"id": key if keys[key] == 1 else "", "type": TYPES.get(kind, "document")}
    item["title"] = _first(tags, *TITLES)
    item |= _people(kind, tags)
    item |= {"issued": _issued(tags), "accessed": date(_first(tags, "Y2"))}
    item |= {name: _first(tags, *sources) for name, sources in TEXTS}
    item |= _container(kind, tags, item["title"])
    number = _first(tags, "IS", "CP", "M1" if kind == "JOUR" else "IS")
    item["number" if kind in NUMBERED else "issue"] = number or (_first(tags, "M1") if kind in NUMBERED else "")
    item["page"] = from_to(_first(tags, "SP"), _first(tags, "EP")) or _first(tags, "C7", "AR")
    item["genre"] = _first(tags, "M3") if not DOI.match(_first(tags, "M3")) else ""
    item["keyword"] = _all(tags, "KW")
    item |= {"edition": ordinal(item["edition"]), "language": language(item["language"])}
    if kind == "INPR":
        item["status"] = "in press"
    return known(item | _identifiers(tags) | _notes(tags))


def _people(kind: str, tags: Tags) -> dict[str, Any]:
    """Names by role: `A2` are editors of what a part stands in, and of a series for a whole book."""
    second = "collection-editor" if kind in BOOKS else "editor"
    authors = _all(tags, "AU", "A1")
    roles = {"author": authors, "editor": _all(tags, "ED"), "translator": _all(tags, "TA", "A4")}
    roles[second] = [*roles.get(second, []), *_all(tags, "A2")]
    if kind == "EDBOOK":
        roles |= {"author": [], "editor": [*authors, *roles["editor"]]}
    roles.setdefault("collection-editor", []).extend(_all(tags, "A3"))
    return {role: people(names) for role, names in roles.items()}


def _issued(tags: Tags) -> Any:
    """The date: `DA` where it says more of the same year than `PY`."""
    year, day = _first(tags, "PY", "Y1"), _first(tags, "DA")
    dates = [date(text) for text in (year, day) if text]
    if len(dates) == 2 and str(dates[1]).startswith(str(dates[0])):
        return dates[1]
    return dates[0] if dates else None


def _container(kind: str, tags: Tags, title: str) -> dict[str, str]:
    """What the work stands in, whole and short; for a whole book the series."""
    if kind in BOOKS:
        return {"collection-title": _first(tags, "T2", "T3"), "collection-number": _first(tags, "SV")}
    names = [name for name in (_first(tags, tag) for tag in CONTAINERS) if name and name != title]
    short = _first(tags, "J2", "JA", "J1")
    found = {"container-title": next(iter(names), ""), "collection-title": _first(tags, "T3")}
    return found | ({"container-title-short": short} if short != found["container-title"] else {})


def _identifiers(tags: Tags) -> dict[str, str]:
    """DOI, PMID, PMCID, ISSN or ISBN and address, wherever databases put them."""
    doi = _first(tags, "DO") or next((text for text in _all(tags, "M3", "L3") if DOI.match(text)), "")
    numbers = _all(tags, "SN")
    addresses = [part for text in _all(tags, "UR", "LK") for part in text.split() if part]
    pubmed = _first(tags, "AN") if PUBMED.fullmatch(_first(tags, "DB", "DP")) else ""
    return {
        "DOI": doi,
        "PMID": pubmed if pubmed.isdigit() else "",
        "PMCID": next((text for text in _all(tags, "C2") if PMCID.fullmatch(text)), ""),
        "ISSN": ", ".join(text for text in numbers if _is_issn(text)),
        "ISBN": ", ".join(text for text in numbers if not _is_issn(text)),
        "URL": next((text for text in addresses if text.lower().startswith(("http:", "https:", "ftp:"))), ""),
    }


def _is_issn(text: str) -> bool:
    """True for numbers as short as an ISSN; those of books have ten digits or more."""
    return len(NOT_DIGITS.sub("", SECOND_NUMBER.sub("", text))) <= 8


DOI = re.compile(r"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d", re.IGNORECASE)
NOT_DIGITS, SECOND_NUMBER = re.compile(r"\([^)]*\)|[\s-]"), re.compile(r"[,;].*", re.DOTALL)
PUBMED = re.compile(r"pubmed|medline|.*\(nlm\)", re.IGNORECASE)
PMCID = re.compile(r"PMC\d+")


ANNOTATION = re.compile(r"annotation:\s*", re.IGNORECASE)


def _notes(tags: Tags) -> dict[str, str]:
    """Notes: what begins with “Annotation:” and research notes (`RN`) are annotations, `M2` is Zotero’s Extra field."""
    notes = list(filter(None, map(from_html, _all(tags, "N1"))))
    own = [text for text in notes if ANNOTATION.match(text)]
    annotation = "\n\n".join([*(ANNOTATION.sub("", text, count=1) for text in own), *_all(tags, "RN")])
    note = "\n".join(text for text in notes if text not in own)
    return {"annotation": annotation, "note": note, "extra": "\n".join(_all(tags, "M2"))}
