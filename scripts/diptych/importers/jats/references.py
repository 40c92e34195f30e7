"""The list of references of a JATS article → CSL items, annotations and grades.

Fields are taken where they are tagged. A reference that is plain text becomes a `document` with that text as its title,
and identifiers by their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from diptych.bibliography import works
from diptych.bibliography.items import Findings, read_item
from diptych.bibliography.shelf import Item
from diptych.diagnostics import Span
from diptych.importers import marks, plainrefs
from diptych.importers.jats.fields import IDENTIFIERS, fields
from diptych.importers.jats.tree import Element, first, line_of, name_of, pieces, words
from diptych.importers.paper import Losses, shortened

CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation")


@dataclass
class Listed:
    """The references of an article, with what its list says of them."""

    items: dict[str, Item] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    """Keys of the works by the id of the reference in the file."""
    numbers: dict[int, str] = field(default_factory=dict)
    grades: dict[str, int] = field(default_factory=dict)
    notes: dict[str, list[Element | str]] = field(default_factory=dict)
    """By key what the list says of a work: elements, or the words of an untagged remark."""


def read_list(article: Element, losses: Losses) -> Listed:
    """All references of the article, in order."""
    listed = Listed()
    for ref in article.iter("ref"):
        _read_ref(ref, listed, losses)
    return listed


def _read_ref(ref: Element, listed: Listed, losses: Losses) -> None:
    number, grade = marks.of_label(words(ref.find("label")))
    works_named = _grouped(list(_citations(ref)) or ([ref] if words(ref) else []))
    for index, (citation, said) in enumerate(works_named):
        own_number, _ = marks.of_label(words(citation.find("label")))
        marked = grade or next(filter(None, map(_mark, [citation, *said])), None)
        data = _data(citation, losses)
        remarks = [*_remarks(citation, data, bool(marked)), *said]
        item = _item(data, ref.get("id") or "", Span(losses.file, line_of(citation) or 1), listed, losses)
        if item is None:
            continue
        listed.items[item.key] = item
        listed.keys.setdefault(ref.get("id", ""), []).append(item.key)
        if index == 0 and (number or own_number):
            listed.numbers[number or own_number or 0] = item.key
        _annotate(item.key, marked, [*remarks, *(_notes(ref) if index == len(works_named) - 1 else [])], listed)


def _citations(ref: Element) -> Iterator[Element]:
    """The works that a reference names; of the same one in two forms the tagged one."""
    for child in ref:
        if name_of(child) == "citation-alternatives":
            best = next((child.find(name) for name in CITATIONS if child.find(name) is not None), None)
            if best is not None:
                yield best
        elif name_of(child) in CITATIONS:
            yield child


def _grouped(citations: list[Element]) -> list[tuple[Element, list[Element]]]:
    """Each work with the untagged remarks behind it that stand there as works: “• Of importance. Shows that …”."""
    groups: list[tuple[Element, list[Element]]] = []
    for citation in citations:
        if groups and _mark(citation) and _is_loose(citation, fields(citation)):
            groups[-1][1].append(citation)
        else:
            groups.append((citation, []))
    return groups


def _mark(citation: Element) -> int | None:
    """The grade that stands in the citation's label or before its words."""
    return marks.of_label(words(citation.find("label")))[1] or marks.leading(_behind_label(citation))[0]


def _notes(ref: Element) -> list[Element | str]:
    return [child for child in ref if name_of(child) in ("note", "p", "annotation")]


def _annotate(key: str, grade: int | None, said: list[Element | str], listed: Listed) -> None:
    """Notes the grade and what is said of a work; a grade may also stand before the remark."""
    kept: list[Element | str] = []
    for one in said:
        lead, rest = marks.leading(one if isinstance(one, str) else words(one))
        grade = grade or lead
        if rest.strip():
            kept.append(rest if isinstance(one, str) else one)
    if grade:
        listed.grades[key] = grade
    if kept:
        listed.notes[key] = kept


def _data(citation: Element, losses: Losses) -> dict[str, Any]:
    """The work's fields; of one whose title is not tagged the whole text."""
    data = fields(citation)
    if not _is_loose(citation, data):
        return data
    data = {name: data[name] for name in ("issued", *IDENTIFIERS.values(), "URL") if name in data}
    plain = plainrefs.item(marks.leading(_behind_label(citation))[1])
    message = f"the parts of this reference are not tagged; it is kept as text: “{shortened(plain['title'])}”"
    losses.add("untagged-reference", message, line_of(citation), "give it its fields in references.yaml")
    return {**data, **plain}


def _item(data: dict[str, Any], wanted: str, place: Span, listed: Listed, losses: Losses) -> Item | None:
    """The work under the key that the file has for it, where that is one for people, or else one of our own."""
    named = re.fullmatch(r"(?:ref[-_]?)?([A-Za-z][A-Za-z_-]*\d{4}[a-z]?)", wanted)
    key = named[1] if named and named[1] not in listed.items else works.key_for(data, listed.items)
    findings = Findings(lambda _path, _key: place)
    read = read_item(key, data, findings)
    losses.found += [one for one in findings.problems if one not in losses.found]
    return Item(key, read, place)


def _is_loose(citation: Element, data: Mapping[str, Any]) -> bool:
    """True for a citation whose title is not tagged, but stands among its words."""
    if not data.get("title"):
        return not data.get("container-title")
    if first(citation, *(f".//{name}" for name in TITLES)) is not None:
        return False
    untagged = " ".join(piece for piece in pieces(citation) if isinstance(piece, str))
    return len(re.findall(r"[^\W\d_]{2,}", untagged)) >= (6 if data["type"] in WHOLE else 3)


WHOLE = frozenset(["book", "report", "thesis", "webpage", "software", "dataset"])
"""Types of works whose title is tagged as the source; their publishers often are not."""

TITLES = ("article-title", "chapter-title", "data-title", "part-title")


def _behind_label(citation: Element) -> str:
    """The words of the citation without its label and annotations."""
    inner = [
        one if isinstance(one, str) else words(one) if name_of(one) not in ("label", "annotation", "note") else ""
        for one in pieces(citation)
    ]
    return " ".join("".join(inner).split())


# Remarks in the text of a citation

TECHNICAL = re.compile(
    r"(?i)^\W*(\[?pubmed|epub|doi|in press|available|accessed|erratum|published|cited|https?:|discussion|pmid|pmc)"
)


def _remarks(citation: Element, data: dict[str, Any], marked: bool) -> list[Element | str]:
    """What the citation says of why the work matters; other comments are kept as its note.

    Of a marked work these are also the words behind all fields.
    """
    found: list[Element | str] = [one for one in citation.iter("annotation", "note") if one is not citation]
    if data["type"] == "document" and not data.get("author"):
        return found
    for comment in citation.iter("comment"):
        said = words(comment)
        lead, rest = marks.leading(said)
        if lead or (marked and len(rest.split()) >= 5 and not TECHNICAL.match(rest)):
            found.append(comment)
        elif rest.strip(" .;,()[]"):
            data["note"] = " ".join(filter(None, (data.get("note"), rest)))
    behind = _behind(citation)
    lead, rest = marks.leading(behind)
    if lead or (marked and len(rest.split()) >= 5):
        found.append(behind)
    elif len(rest.split()) >= 4:
        data["note"] = " ".join(filter(None, (data.get("note"), rest)))
    return found


def _behind(citation: Element) -> str:
    """The words behind the last tagged field, those in bold or italics too."""
    said = ""
    for piece in pieces(citation):
        if isinstance(piece, str):
            said += piece
        elif name_of(piece) in ("bold", "italic"):
            said += words(piece)
        else:
            said = ""
    return re.sub(r"^[\s.;:,\])]+", "", " ".join(said.split()))
