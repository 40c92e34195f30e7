"""References as RIS, in whatever way databases write it.

Types and tags are those of the RIS specification (Research Information Systems, 2001 and 2011) and what EndNote,
Zotero, Scopus and publishers make of it; ARCHITECTURE.md has the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from diptych.bibliography.items import words
from diptych.bibliography.readers.common import (
    addresses,
    date,
    from_html,
    from_to,
    genre,
    journal,
    known,
    language,
    ordinal,
    people,
    unescaped,
    without_volume_ahead,
)
from diptych.bibliography.records import (
    LONGEST_RECORD,
    MOST_RECORDS,
    Record,
    at,
    lines_of,
    stray_text,
    too_long,
    too_many,
)
from diptych.diagnostics import Diagnostic, Span, error, warning

Tags = dict[str, list[str]]
"""Texts by tag, none of them empty but the one under `TY`."""

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

TEXTS = (
    ("VL", "volume"),
    ("PB", "publisher"),
    ("CY", "publisher-place"),
    ("PP", "publisher-place"),
    ("ST", "title-short"),
    ("AB", "abstract"),
    ("N2", "abstract"),
    ("NV", "number-of-volumes"),
    ("CN", "call-number"),
)
"""Tag of RIS and field of CSL; of several tags for a field the first."""


KNOWN_TAGS = words(
    """
    A1 A2 A3 A4 AB AD AN AR AU BT C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CN CP CT CY DA DB DO DP ED EP ER ET ID IS J1 J2 JA JF
    JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP ST SV T1 T2 T3 TA TI TT TY U1 U2 U3 U4
    U5 UR VL VO Y1 Y2
    """
)
"""Tags that are known by any number of blanks round their hyphen, which databases vary; others by the right ones."""
BLANK, HYPHEN = r"[ \t\xa0]", r"[-\u2010-\u2013]"
TAG_LINE = re.compile(rf"[\s\ufeff]*([A-Z][A-Z0-9]){BLANK}{{0,2}}{HYPHEN}(?:{BLANK}|$)(.*)", re.DOTALL)
SMALL_TAG_LINE = re.compile(rf"[\s\ufeff]*([A-Za-z][A-Za-z0-9]){BLANK}{{2}}{HYPHEN}(?:{BLANK}|$)(.*)", re.DOTALL)
TIGHT_TAG_LINE = re.compile(rf"[\s\ufeff]*([A-Z][A-Z0-9]){BLANK}*{HYPHEN}(.*)", re.DOTALL)
"""Lines of records that begin without a blank, `TY-JOUR`; in others, text may begin with “T2-weighted”."""
DOI_LINE = re.compile(rf"DOI{BLANK}?{HYPHEN}{BLANK}(10\..*)", re.DOTALL)
"""Cochrane's tag of three letters."""
START = re.compile(rf"[\s\ufeff]*(?:TY{BLANK}*|(?i:ty){BLANK}+){HYPHEN}(.*)", re.DOTALL)


def read_ris(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """The references of a RIS file; a record ends at `ER`, at the next `TY` or at the end of the file."""
    lines = lines_of(text)
    records: list[Record] = []
    problems: list[Diagnostic] = []
    strays: dict[tuple[int, bool], int] = {}
    count = 0
    for start, end, tags in _divided(lines, strays):
        count += 1
        span = Span(file, start + 1, 1, len(lines[start]) + 1)
        if sum(map(len, lines[start:end])) > LONGEST_RECORD:
            problems.append(too_long(span))
        elif count <= MOST_RECORDS:
            records.append(Record(_item(tags), at(span), foreign=True))
            if tags["TY"][0] not in TYPES:
                problems.append(warning("unknown-type", f"“{tags['TY'][0]}” is no type of RIS; {AS_DOCUMENT}", span))
    if not count:
        return [], [error("no-references", "no line of the file begins with “TY  - ”", Span(file), BEGIN)]
    if count > MOST_RECORDS:
        return [], too_many(file, count)
    _drop_repeated_keys(records)
    return records, [*problems, *(stray_text(file, number, lines[number]) for number in strays.values())]


AS_DOCUMENT = "the entry is read as a document"
BEGIN = "a reference in RIS begins with a line such as “TY  - JOUR” and ends with “ER  - ”"


def _drop_repeated_keys(records: Sequence[Record]) -> None:
    """Take away the keys that several records have: what stands there is not theirs."""
    count = Counter(key for record in records if (key := record.data.get("id")))
    for record in records:
        if count[record.data.get("id")] > 1:
            del record.data["id"]


# The lines


def _divided(lines: Sequence[str], strays: dict[tuple[int, bool], int]) -> Iterator[tuple[int, int, Tags]]:
    """The records: the line where each starts, the line where the next does, and the texts.

    Lines without a tag are joined to the text before. Those of no field go to `strays`, the first between two others.
    """
    start = -1
    tags: Tags = {}
    texts: list[str] = []
    more: list[str] = []
    is_clean, is_tight, is_within = True, False, False
    for number, line in enumerate([*lines, "TY  - "]):
        tag, hyphen, text = line.partition("  - ")
        if not hyphen or tag not in KNOWN_TAGS:
            tag, text = _loose(line, is_tight)
        text = text.strip()
        if tag and more:
            texts[-1], more, is_clean = "\n".join([texts[-1], *more]), [], False
        if tag == "TY":
            if tags:
                yield start, number, tags if is_clean else _cleaned(tags)
            start, tags, texts = number, {"TY": [text.upper() if text.upper() in TYPES else text]}, []
            is_clean, is_tight, is_within = True, " " not in line.strip(), True
        elif tag == "ER":
            is_within = False
        elif not is_within or not (tag or texts):
            if text and (is_within or not BETWEEN.match(text)):
                strays.setdefault((start, is_within), number)
        elif tag:
            is_clean = is_clean and text != "" and "&" not in text
            texts = tags.setdefault(tag, [])
            texts.append(text)
        else:
            more.append(text)


BETWEEN = re.compile(r"(?:Provider|Database|Content) ?:|Record #?\d+ of \d+|<?\d+[.>]?$")
"""What databases write before references and between them."""


def _loose(line: str, is_tight: bool) -> tuple[str, str]:
    """Tag and text of a line that is not written as most are; no tag where it continues the one before."""
    if found := START.match(line):
        return "TY", found[1]
    for pattern in (TIGHT_TAG_LINE,) if is_tight else (TAG_LINE, SMALL_TAG_LINE):
        found = pattern.match(line)
        if found and found[1].upper() in KNOWN_TAGS:
            return found[1].upper(), found[2]
    if found := DOI_LINE.match(line):
        return "DO", found[1]
    tag = line[:2]
    if line[2:5] == "  -" and line[5:6] in ("", " ") and tag.isupper() and tag[0].isalpha():
        return tag, line[6:]
    return "", line


NOTES = frozenset(["N1", "RN", "M2"])
"""Tags whose lines are kept as they are."""


def _cleaned(tags: Tags) -> Tags:
    """The tags that hold something, their texts on one line but where lines are kept."""
    found: Tags = {"TY": tags["TY"]}
    for tag, texts in tags.items():
        kept = list(filter(None, texts if tag in NOTES else map(unescaped, texts)))
        if kept and tag != "TY":
            found[tag] = kept
    return found


# One record


First = Mapping[str, str]
"""The first text under each tag."""


def _one(first: First, *names: str) -> str:
    """The first text under any of the tags, in their order."""
    for name in names:
        if name in first:
            return first[name]
    return ""


KEY = re.compile(r"[^\W\d_](?:[\w:.+/-]*\w)?")


def _key(first: First) -> str:
    """What `ID` says, if it can be a citation key; numbers and addresses are a database's own."""
    key = _one(first, "ID", "LB")
    return key if key and KEY.fullmatch(key) and "//" not in key else ""


def _all(tags: Tags, *names: str) -> list[str]:
    return [text for name in names if name in tags for text in tags[name]]


def _item(tags: Tags) -> dict[str, Any]:
    """The record as CSL-JSON, with the remarks that `remarks.apart` reads."""
    first = {tag: texts[0] for tag, texts in tags.items()}
    kind, title = first["TY"], _one(first, *TITLES)
    item: dict[str, Any] = {"id": _key(first), "type": TYPES.get(kind, "document"), "title": title}
    item |= _people(kind, tags)
    item["issued"] = _issued(first)
    for tag, name in TEXTS:
        if tag in first:
            item.setdefault(name, first[tag])
    item |= _container(kind, first, title)
    item["number" if kind in NUMBERED else "issue"] = _number(kind, first)
    item["page"] = _pages(first) or _one(first, "C7", "AR")
    item["keyword"] = tags.get("KW")
    for tag, (name, convert) in CONVERTED.items():
        if tag in first:
            item[name] = convert(first[tag])
    item["genre"] = _genre(item["type"], first.get("M3", ""))
    if kind == "INPR":
        item["status"] = "in press"
    item |= _identifiers(first, tags)
    if not NOTES.isdisjoint(tags):
        item |= _notes(tags)
    return known(without_volume_ahead(item))


def _genre(kind: str, text: str) -> str:
    """The kind of a work; some programs put its DOI there."""
    return "" if DOI.match(text) else genre(kind, text)


CONVERTED: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "Y2": ("accessed", date),
    "LA": ("language", language),
    "ET": ("edition", ordinal),
}
"""Tag of RIS, field of CSL, and how the text is read."""


def _pages(first: First) -> str:
    """From a first page to a last; Web of Science has “+” for pages elsewhere."""
    start, end = first.get("SP", ""), first.get("EP", "")
    return f"{start}+" if start and end == "+" else from_to(start, end)


def _number(kind: str, first: First) -> str:
    """The issue of a journal, or the number of a report; `M1` is either."""
    return _one(first, "IS", "CP") or (first.get("M1", "") if kind == "JOUR" or kind in NUMBERED else "")


AUTHORS = {"AU": "author", "A1": "author"}
TRANSLATORS = {"TA": "translator", "A4": "translator"}
ROLES = AUTHORS | {"ED": "editor", "A2": "editor"} | TRANSLATORS | {"A3": "collection-editor"}
ROLES_IN_BOOKS = ROLES | {"A2": "collection-editor"}
ROLES_IN_EDITED_BOOKS = ROLES_IN_BOOKS | {"AU": "editor", "A1": "editor"}
"""Names by tag: `A2` are editors of what a part stands in, and of a series for a whole book."""


def _people(kind: str, tags: Tags) -> dict[str, Any]:
    """Names by role."""
    roles = ROLES_IN_EDITED_BOOKS if kind == "EDBOOK" else ROLES_IN_BOOKS if kind in BOOKS else ROLES
    found: dict[str, Any] = {}
    for tag, role in roles.items():
        if tag in tags:
            names = people(tags[tag])
            found[role] = [*found[role], *names] if role in found else names
    return found


def _issued(first: First) -> Any:
    """The date: `DA` where it says more of the same year than `PY`."""
    year, day = _one(first, "PY", "Y1"), first.get("DA", "")
    if day and re.fullmatch(r"\d{4}", year) and not re.search(r"\d{4}", day):
        day = f"{day} {year}"  # Web of Science: “NOV 10”
    dates = [date(text) for text in (year, day) if text]
    if len(dates) == 2 and str(dates[1]).startswith(str(dates[0])):
        return dates[1]
    return dates[0] if dates else None


def _container(kind: str, first: First, title: str) -> dict[str, str]:
    """What the work stands in, whole and short; for a whole book the series."""
    if kind in BOOKS:
        return {"collection-title": _one(first, "T2", "T3"), "collection-number": first.get("SV", "")}
    whole = next((first[tag] for tag in CONTAINERS if tag in first and first[tag] != title), "")
    short = _one(first, "J2", "JA", "J1", "JI", "J9")
    return {**journal(whole, short), "collection-title": first.get("T3", "")}


def _identifiers(first: First, tags: Tags) -> dict[str, str]:
    """DOI, PMID (an accession number of PubMed), PMCID, ISSN or ISBN and address, wherever databases put them."""
    found = {"DOI": first.get("DO") or next((text for text in _all(tags, "M3", "L3") if DOI.match(text)), "")}
    found["PMID"] = _pmid(first, tags)
    if "C2" in tags:
        found["PMCID"] = next((text for text in tags["C2"] if PMCID.fullmatch(text)), "")
    for number in tags.get("SN", ()):
        name = "ISSN" if _is_issn(number) else "ISBN"
        found[name] = f"{found[name]}, {number}" if name in found else number
    return found | addresses(found["DOI"], _all(tags, "UR", "LK", "US"))


def _pmid(first: First, tags: Tags) -> str:
    """The number that PubMed, Scopus (in `C2`), Embase and Cochrane give a work in PubMed."""
    base, number = _one(first, "DB", "DP"), first.get("AN", "")
    if number.isdigit() and PUBMED.fullmatch(base):
        return number
    if base.lower() == "scopus" and "C2" in tags:
        return next(filter(str.isdigit, tags["C2"]), "")
    numbers = (NAMED_PMID.fullmatch(text) for text in _all(tags, "AN", "XR"))
    return next((found[1] for found in numbers if found), "")


def _is_issn(text: str) -> bool:
    """True for numbers as short as an ISSN; those of books have ten digits or more."""
    return len(text) <= len("1234-5678") or len(NOT_DIGITS.sub("", SECOND_NUMBER.sub("", text))) <= 8


DOI = re.compile(r"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d", re.IGNORECASE)
NOT_DIGITS, SECOND_NUMBER = re.compile(r"\([^)]*\)|[\s-]"), re.compile(r"[,;].*", re.DOTALL)
PUBMED = re.compile(r"pubmed|medline|.*\(nlm\)", re.IGNORECASE)
PMCID = re.compile(r"PMC\d+")
NAMED_PMID = re.compile(r"(?:PMID|PUBMED):?\s*(\d{1,8})", re.IGNORECASE)


ANNOTATION = re.compile(r"annotation:\s*", re.IGNORECASE)


def _notes(tags: Tags) -> dict[str, str]:
    """Notes: what begins with “Annotation:” and research notes (`RN`) are annotations, `M2` is Zotero’s Extra field."""
    notes = list(filter(None, map(from_html, _all(tags, "N1"))))
    own = [text for text in notes if ANNOTATION.match(text)]
    annotation = "\n\n".join([*(ANNOTATION.sub("", text, count=1) for text in own), *_all(tags, "RN")])
    note = "\n".join(text for text in notes if text not in own)
    return {"annotation": annotation, "note": note, "extra": "\n".join(_all(tags, "M2"))}
