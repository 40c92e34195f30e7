"""What an author says of a work: annotation and grade, wherever reference managers keep them.

They have no field for either. BibTeX has `annote`, BibLaTeX `annotation`, CSL `annote`; a grade travels as the keyword
“importance: 2”, at the head or end of an annotation, as a line “importance: 2” of a note (Zotero's Extra field, which
also holds `PMID:`, `PMCID:`, `CAS:` and `Citation Key:`), or in CSL's `custom`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diptych.review import AnnotationField

SOURCES: tuple[AnnotationField, ...] = ("annote", "annotation", "note", "extra")
"""Fields that can hold an annotation."""

DEFAULT_SOURCES: tuple[AnnotationField, ...] = ("annote", "annotation")
"""What is an annotation unless the review says otherwise: notes are mostly the publisher's or the program's own."""


@dataclass(frozen=True)
class Remarks:
    """The texts that may be annotations, by the field they stand in, paragraphs kept; the grade as written."""

    texts: Mapping[str, str]
    importance: str | None = None

    def annotation(self, sources: Sequence[str]) -> str | None:
        """The first text of the `sources`, None where none of them holds one."""
        return next((self.texts[source] for source in sources if self.texts.get(source)), None)


LINE = re.compile(
    r"\s*(?P<name>PMID|PMCID|DOI|CAS(?=\s*:\s*(?:\d+(?::|%3A)|https?:))|importance|Citation Key)"
    r"\s*:\s*(?P<value>[^\s;,]+)[;,.]?(?=\s|$)",
    re.IGNORECASE,
)
"""What stands behind “CAS:” must look like an id or an address, since numbers of substances are written like that."""
NAMES = {"pmid": "PMID", "pmcid": "PMCID", "doi": "DOI", "cas": "CAS", "importance": "importance", "citation key": "id"}
GRADE_WORD = re.compile(r"importance:\s*(\S+)", re.IGNORECASE)


def apart(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], Remarks]:
    """The record without what its author says of it, and that; identifiers from notes are put in their fields.

    `annote` and `note` stay in the record, since CSL has them. A field of the record wins over a line of a note, but
    for “Citation Key”, which the author pinned.
    """
    if MAY_SAY.isdisjoint(record) and not _words(record.get("keyword")):
        return record, NOTHING
    data = dict(record)
    texts = {source: _paragraphs(data[source]) for source in SOURCES if isinstance(data.get(source), str)}
    lines: dict[str, str] = {}
    for source in ("extra", "note"):
        if source in texts:
            texts[source], found = _lines(texts[source])
            lines |= found
    for source in ("annote", "annotation"):
        if source in texts:
            texts[source], graded = _graded(texts[source])
            lines = graded | lines
    importance = _grade(data, lines)
    for name, value in lines.items():
        data[name] = value if name == "id" else data.get(name) or value
    for source in ("annotation", "extra"):
        data.pop(source, None)
    data |= {source: texts[source] for source in ("annote", "note") if source in texts}
    return data, Remarks({source: text for source, text in texts.items() if text}, importance)


NOTHING = Remarks({})
MAY_SAY = frozenset([*SOURCES, "importance", "custom"])
"""The fields that remarks are taken from, besides keywords."""


def _paragraphs(text: str) -> str:
    """The text with its lines trimmed and at most one empty line between them."""
    lines = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def _lines(text: str) -> tuple[str, dict[str, str]]:
    """A note without the lines that are fields (“PMID: 123 PMCID: PMC45” is two of them), and those."""
    found: dict[str, str] = {}
    rest = []
    for line in text.splitlines():
        at = 0
        while match := LINE.match(line, at):
            found[NAMES[match["name"].lower()]] = match["value"]
            at = match.end()
        rest += [line[at:].strip()] if not at or line[at:].strip() else []
    return "\n".join(rest).strip(), found


GRADE_AROUND = re.compile(r"\A\s*importance:\s*([12])\b[.;,]?\s*|(?:\A|\s)importance:\s*([12])\.?\s*\Z", re.IGNORECASE)


def _graded(annotation: str) -> tuple[str, dict[str, str]]:
    """An annotation without the grade at its head or end, for programs that keep all in one note, and that."""
    found = GRADE_AROUND.search(annotation)
    if found is None:
        return annotation, {}
    return GRADE_AROUND.sub("", annotation, count=1).strip(), {"importance": found[1] or found[2]}


def _grade(data: dict[str, Any], lines: dict[str, str]) -> str | None:
    """The grade, taken out of the field `importance`, of `custom`, of the keywords and of the lines of notes."""
    custom = data.get("custom")
    candidates = [data.pop("importance", None), custom.get("importance") if isinstance(custom, Mapping) else None]
    words = _words(data.get("keyword"))
    candidates += [match[1] for word in words if (match := GRADE_WORD.fullmatch(word))]
    if len(candidates) > 2:
        data["keyword"] = [word for word in words if not GRADE_WORD.fullmatch(word)]
    candidates.append(lines.pop("importance", None))
    return next((str(grade).strip() for grade in candidates if grade), None)


def _words(keywords: Any) -> list[str]:
    """The keywords that may hold a grade, with those about them; none where no word is one."""
    if isinstance(keywords, str):
        return [word.strip() for word in keywords.split(",")] if "importance:" in keywords.lower() else []
    if not isinstance(keywords, list):
        return []
    found = [word for word in keywords if isinstance(word, str)]
    return found if any("importance:" in word.lower() for word in found) else []
