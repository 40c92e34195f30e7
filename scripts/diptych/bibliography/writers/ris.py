"""References as RIS.

The annotation stands under `N1`, which Zotero, EndNote and Mendeley read as a note, behind the word “Annotation:” that
tells it from other notes, and so does the CAS id behind “CAS:”; the grade stands among the keywords (“importance: 2”).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diptych.bibliography.readers.ris import BOOKS, NUMBERED
from diptych.bibliography.readers.ris import TYPES as READ_AS
from diptych.bibliography.shelf import Item

TYPES: Mapping[str, str] = {
    **{csl: ris for ris, csl in READ_AS.items()},
    "article-journal": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper-conference": "CONF",
    "dataset": "DATA",
    "document": "GEN",
    "figure": "FIGURE",
    "legislation": "STAT",
    "manuscript": "UNPB",
    "motion_picture": "VIDEO",
    "personal_communication": "PCOMM",
    "report": "RPRT",
    "webpage": "ELEC",
    "classic": "CLSWK",
}
"""Types of RIS; what it has no type for is `GEN`."""

TEXTS: tuple[tuple[str, str], ...] = (
    ("TI", "title"),
    ("ST", "title-short"),
    ("J2", "container-title-short"),
    ("VL", "volume"),
    ("ET", "edition"),
    ("NV", "number-of-volumes"),
    ("PB", "publisher"),
    ("CY", "publisher-place"),
    ("SN", "ISSN"),
    ("SN", "ISBN"),
    ("DO", "DOI"),
    ("UR", "URL"),
    ("C2", "PMCID"),
    ("LA", "language"),
    ("CN", "call-number"),
    ("M3", "genre"),
    ("AB", "abstract"),
)
NAMES = (("AU", "author"), ("ED", "editor"), ("A3", "collection-editor"), ("A4", "translator"))


def write_ris(items: Sequence[Item]) -> str:
    """A RIS file in UTF-8; fields of CSL that RIS has no tag for are left out."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Item) -> str:
    kind = TYPES.get(str(item.data["type"]), "GEN")
    lines = [("TY", kind), ("ID", item.key), *_fields(item, kind), ("ER", "")]
    return "".join(f"{tag}  - {_continued(text)}\n" for tag, text in lines)


def _continued(text: str) -> str:
    """Further lines are indented, so that none can look like a tag."""
    return text.replace("\n", "\n      ")


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    data = item.data
    for tag, role in NAMES:
        yield from ((tag, _name(person)) for person in data.get(role, ()))
    yield from ((tag, str(data[name])) for tag, name in TEXTS if data.get(name))
    container = data.get("collection-title") if kind in BOOKS else data.get("container-title")
    if container:
        yield "T2", str(container)
    if data.get("collection-title") and kind not in BOOKS:
        yield "T3", str(data["collection-title"])
    number = data.get("number" if kind in NUMBERED else "issue")
    if number:
        yield "IS", str(number)
    yield from _dates(data)
    yield from _pages(str(data.get("page") or ""))
    if data.get("PMID"):
        yield from (("AN", str(data["PMID"])), ("DB", "PubMed"))
    yield from _remarks(item)


def _name(person: Mapping[str, Any]) -> str:
    """“Family, Given, Suffix”, with the particle before the family name; two commas in a row are one of a group's."""
    if "family" not in person:
        return str(person.get("literal", "")).replace(",", ",,", 1)
    particles = [person[part] for part in ("dropping-particle", "non-dropping-particle") if person.get(part)]
    parts = [" ".join([*particles, person["family"]]), person.get("given", ""), person.get("suffix", "")]
    return ", ".join(part for index, part in enumerate(parts) if part or (index == 1 and parts[2]))


def _dates(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    issued, accessed = data.get("issued") or {}, data.get("accessed") or {}
    if "date-parts" in issued:
        yield "PY", str(issued["date-parts"][0][0])
        if len(issued["date-parts"][0]) > 1:
            yield "DA", _slashed(issued["date-parts"][0])
    elif issued:
        yield "PY", str(issued.get("literal", ""))
    if "date-parts" in accessed:
        yield "Y2", _slashed(accessed["date-parts"][0])


def _slashed(parts: Sequence[int]) -> str:
    """`2015/07/03/`, with empty places for what is not known."""
    year, month, day = [*(f"{part:02}" for part in parts), "", ""][:3]
    return f"{year}/{month}/{day}/"


def _pages(page: str) -> Iterator[tuple[str, str]]:
    first, hyphen, last = page.partition("-")
    if hyphen and first.isalnum() and last.isalnum():
        yield from (("SP", first), ("EP", last))
    elif page:
        yield "SP", page


def _remarks(item: Item) -> Iterator[tuple[str, str]]:
    words = [word.strip() for word in str(item.data.get("keyword") or "").split(",")]
    yield from (("KW", word) for word in words if word)
    if item.importance:
        yield "KW", f"importance: {item.importance}"
    if item.data.get("note"):
        yield "N1", str(item.data["note"])
    if item.data.get("CAS"):
        yield "N1", f"CAS: {item.data['CAS']}"
    annotation = item.annotation or item.data.get("annote")
    if annotation:
        yield "N1", f"Annotation: {annotation}"
