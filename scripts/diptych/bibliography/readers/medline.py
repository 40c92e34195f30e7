"""References as PubMed gives them out, in the MEDLINE format of `.nbib` files.

Tags are those of the National Library of Medicine’s “MEDLINE/PubMed Data Element (Field) Descriptions”. They are read
here and not by the package nbib, which knows no institutions, editors or books, and gives up a file at its first odd
line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from diptych.bibliography.readers.common import Name, date, full_name, is_suffix, known, pages, unescaped
from diptych.bibliography.records import LONGEST_RECORD, Record, at, lines_of, stray_text, too_long, too_many
from diptych.diagnostics import Diagnostic, Span, error

Tags = dict[str, list[str]]

BLANK = r"[ \t\xa0]"
START = re.compile(rf"([\s\ufeff]{{0,3}})(?:PMID|pmid{BLANK}*-)")
TAG_LINE = re.compile(rf"([A-Z](?:[A-Z0-9]|{BLANK}){{1,3}}){BLANK}?-{BLANK}?(.*)", re.DOTALL)
SMALL_TAG_LINE = re.compile(TAG_LINE.pattern, re.DOTALL | re.IGNORECASE)

TYPES: Mapping[str, str] = {
    "preprint": "article",
    "book": "book",
    "book chapter": "chapter",
    "dataset": "dataset",
    "news": "article-newspaper",
    "technical report": "report",
}
"""Publication types of PubMed that are no articles of journals."""

TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("container-title", ("JT", "TA")),
    ("volume", ("VI",)),
    ("issue", ("IP",)),
    ("abstract", ("AB", "OAB")),
    ("edition", ("EN",)),
    ("publisher", ("PB",)),
    ("note", ("GN",)),
)
"""Field of CSL, and tags of MEDLINE from the one preferred."""


def read_medline(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """The references of a PubMed file; each begins with `PMID`, blank lines or not."""
    lines = lines_of(text)
    starts = [number for number, line in enumerate(lines) if START.match(line)]
    if not starts:
        return [], [error("no-references", "no line of the file begins with “PMID- ”", Span(file), BEGIN)]
    records: list[Record] = []
    problems = too_many(file, len(starts))
    if problems:
        return [], problems
    strays = [number for number in range(starts[0]) if lines[number].strip()][:1]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        span = Span(file, start + 1, 1, len(lines[start]) + 1)
        if sum(map(len, lines[start:end])) > LONGEST_RECORD:
            problems.append(too_long(span))
        else:
            tags, lost = _tags(lines[start:end])
            records.append(Record(_item(tags), at(span), foreign=True))
            strays += [start + number for number in lost]
    return records, [*problems, *(stray_text(file, number, lines[number]) for number in strays)]


BEGIN = "in PubMed choose “Send to: Citation manager”, or “Save” with the format “PubMed”"


def _tags(lines: list[str]) -> tuple[Tags, list[int]]:
    """The texts of one record by tag, and the first line that is of none, if any.

    Lines that begin with blanks continue the one before. All are written as the first is, indented and in small letters
    or not. A second title is that of a record whose `PMID` is missing.
    """
    tags: dict[str, list[list[str]]] = {}
    last: list[list[str]] = [[]]
    lost: list[int] = []
    begin = START.match(lines[0])
    indent = begin[1] if begin else ""
    pattern = SMALL_TAG_LINE if "pmid" in lines[0] else TAG_LINE
    for number, written in enumerate(lines):
        line = written.removeprefix(indent)
        found = pattern.match(line)
        tag = found[1].rstrip().upper() if found else ""
        if tag == "TI" and tag in tags:
            lost.append(number)
            break
        if found:
            last = tags.setdefault(tag, [])
            last.append([found[2].strip()])
        elif line[:1].isspace() and line.strip():
            last[-1].append(line.strip())
        elif line:
            lost.append(number)
    return {tag: [" ".join(text) for text in texts] for tag, texts in tags.items()}, lost[:1]


def _item(tags: Tags) -> dict[str, Any]:
    """The record as CSL-JSON; it has no key."""
    kind = _type(tags)
    item: dict[str, Any] = {"type": kind, "title": _title(_first(tags, "TI", "BTI" if kind == "book" else "TI"))}
    item["original-title"] = _title(_first(tags, "TT"))
    item["author"] = _people(tags, "FAU", "AU") + [{"literal": name} for name in map(unescaped, tags.get("CN", []))]
    item["editor"] = _people(tags, "FED", "ED")
    item["issued"] = date(_first(tags, "DP", "DEP"))
    item |= {name: _first(tags, *sources) for name, sources in TEXTS}
    if kind == "chapter":
        item["container-title"] = _title(_first(tags, "BTI")) or item["container-title"]
    short = _first(tags, "TA")
    item["container-title-short"] = short if short != item["container-title"] else ""
    item["page"] = pages(_first(tags, "PG")) or _identifier(tags, "pii", "LID")
    item["keyword"] = [word for word in map(unescaped, tags.get("OT", [])) if word]
    item["publisher-place"] = _first(tags, "PL") if kind in ("book", "chapter") else ""
    item["status"] = "advance online publication" if _first(tags, "PST").lower() == "aheadofprint" else ""
    item |= {"PMID": _first(tags, "PMID"), "PMCID": _first(tags, "PMC"), "DOI": _identifier(tags, "doi", "LID", "AID")}
    item["ISSN"] = ", ".join(dict.fromkeys(re.sub(r"\s*\(.*", "", text) for text in tags.get("IS", ())))
    item["ISBN"] = _first(tags, "ISBN")
    return known(item)


def _first(tags: Tags, *names: str) -> str:
    return next((unescaped(text) for name in names for text in tags.get(name, ()) if text), "")


def _type(tags: Tags) -> str:
    kinds = [TYPES[kind.lower()] for kind in tags.get("PT", ()) if kind.lower() in TYPES]
    if not kinds and tags.get("BTI") and tags.get("TI") not in (None, tags["BTI"]):
        return "chapter"
    return kinds[0] if kinds else "article-journal" if tags.get("TA") or tags.get("JT") else "book"


def _title(text: str) -> str:
    """The title without the brackets of a translation and the full stop that PubMed sets behind it."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    bare = bare[1:-2] if text.startswith("[") and text.endswith("].") else bare
    return bare[:-1] if bare.endswith(".") and not bare.endswith("..") else bare


def _people(tags: Tags, whole: str, short: str) -> list[Name]:
    """Names in full where PubMed has them, else with initials."""
    if tags.get(whole):
        return [name for text in tags[whole] if (name := _full(unescaped(text)))]
    return [name for text in tags.get(short, ()) if (name := _initials(unescaped(text)))]


def _full(text: str) -> Name | None:
    """“Falk, Alexander T Jr”: the suffix is the last word of the given names."""
    family, _, given = text.partition(",")
    words = given.split()
    suffix = words.pop() if len(words) > 1 and is_suffix(words[-1]) else ""
    return full_name(family.strip(), " ".join(words), suffix) if family.strip() else None


def _initials(text: str) -> Name | None:
    """“Falk AT Jr”: family name, initials, suffix."""
    words = text.split()
    suffix = words.pop() if len(words) > 2 and is_suffix(words[-1]) else ""
    given = words.pop() if len(words) > 1 and words[-1].isupper() else ""
    return full_name(" ".join(words), given, suffix) if words else None


def _identifier(tags: Tags, kind: str, *names: str) -> str:
    """The identifier in “10.5555/x [doi]”; PubMed’s `pii` is an article number only where it is a short one."""
    found = [text for name in names for text in tags.get(name, ()) if text.endswith(f"[{kind}]")]
    bare = found[0].removesuffix(f"[{kind}]").strip() if found else ""
    return bare if kind == "doi" or re.fullmatch(r"e?\d{1,7}", bare) else ""
