"""Citations and the reference list as fields that Zotero takes for its own, so that co-authors go on citing in Word.

A citation's field holds which works it cites, with all that is known of them, and what it shows; the reference list is
the result of another field; what style they are in stands in properties of the file. The formats are those that
Zotero's own plugin writes (`integration.js` in zotero/zotero, `csl-citation.json` of the CSL project).
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element

from diptych.bibliography.csl import anchor
from diptych.document import Works
from diptych.printers.word.inlines import Cited, Group, Item, Run
from diptych.printers.word.markup import escape
from diptych.printers.word.model import Block, Paragraph

SCHEMA = "https://github.com/citation-style-language/schema/raw/master/csl-citation.json"
LONGEST_PROPERTY = 255  # characters that Word keeps of a property of a file
PRIVATE = frozenset(["abstract", "annote", "annotation", "custom", "extra", "file", "keyword", "note", "citation-key"])
"""Fields of a work that no list of references prints, and in which people keep what is theirs."""

LABELS = {"sub-verbo": "sub verbo"}
NOTE_TYPES = {"footnote": "1", "endnote": "2"}  # Zotero's names for where notes stand
OPENING = re.compile(r"[(\[{⟨（［]*$")


def item_data(key: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """A work's CSL-JSON as it goes into the file."""
    return {"id": key, **{name: value for name, value in item.items() if name not in PRIVATE and name != "id"}}


def address(item: Mapping[str, Any]) -> str:
    """What Zotero tells works apart by that are in nobody's library: an address that stays the same."""
    if item.get("DOI"):
        return f"https://doi.org/{item['DOI']}"
    if item.get("PMID"):
        return f"https://pubmed.ncbi.nlm.nih.gov/{item['PMID']}/"
    return f"urn:sha256:{_digest(item)}"


@dataclass
class Live:
    """What makes Zotero's fields: the works, the reference list's code and its first and last paragraph's identity."""

    works: Works
    code: str
    ends: tuple[int, int] | None
    within: bool = False  # the list, in which citations are no fields
    count: int = 0  # of citations so far
    notes_are: str = ""  # footnote or endnote, where citations stand in notes


def live(works: Works, root: Element, blocks: Sequence[Block]) -> Live | None:
    """What a document's fields are made of; None for one that cites nothing outside its list of references.

    Zotero makes the list of what is cited, so that it would leave such a one without any.
    """
    listed = _listed(root)
    citations = [one for one in root.iter("span") if one.get("class") == "cited" and one not in listed]
    ends = _ends(blocks, listed)
    return Live(works, _bibliography_code(root, works), ends) if citations else None


def parted(said: Cited, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """What stands in the text for itself, and what the citation shows: “Falk et al. ” and “[3]”, without links."""
    if said.citations[0].get("mode") != "author-in-text":
        return [], _unlinked(items)
    link = next((index for index, item in enumerate(items) if isinstance(item, Group)), 0)
    names, shown = [*items[:link]], [*items[link:]]
    last = names[-1] if names else None
    if isinstance(last, Run):
        bracket = OPENING.search(last.text)
        start = bracket.start() if bracket else len(last.text)
        names[-1] = replace(last, text=last.text[:start])
        shown.insert(0, replace(last, text=last.text[start:]))
    return [item for item in names if not isinstance(item, Run) or item.text], _unlinked(shown)


def _unlinked(items: Iterable[Item]) -> list[Item]:
    """The items without the links around them, which Zotero's fields have not."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Group) and item.kind in ("link", "address"):
            found += _unlinked(item.items)
        elif not isinstance(item, Run) or item.text:
            found.append(item)
    return found


def citation_code(live: Live, said: Cited, shown: Sequence[Run], note: int, notes_are: str) -> str:
    """The code of the next citation's field, which stands in the `note` of that number, or in the text (0).

    `shown` is what the field shows. Zotero compares its own text with it before it puts another there.
    """
    live.count += 1
    live.notes_are = notes_are or live.notes_are
    plain = "".join(run.text for run in shown)
    code = {
        "citationID": _digest([live.count, plain, *said.citations])[:8],
        "properties": {"formattedCitation": _rtf(shown), "plainCitation": plain, "noteIndex": note},
        "citationItems": [_citation_item(one, live.works) for one in said.citations],
        "schema": SCHEMA,
    }
    return f"ADDIN ZOTERO_ITEM CSL_CITATION {_json(code)}"


def _citation_item(citation: Mapping[str, str], works: Works) -> dict[str, Any]:
    key = citation["key"]
    item = works.items[key]
    said = {name: citation[name].strip() for name in ("locator", "prefix", "suffix") if citation.get(name)}
    if "locator" in said:
        label = citation.get("label") or "page"
        said["label"] = LABELS.get(label, label)
    mode = citation.get("mode")
    apart = mode == "suppress-author" or (mode == "author-in-text" and not works.note_style)
    suppressed = {"suppress-author": True} if apart else {}
    return {"id": key, "uris": [address(item)], "itemData": item_data(key, item), **said, **suppressed}


def _bibliography_code(root: Element, works: Works) -> str:
    """The code of the field of the reference list; works that are cited and not in the list are left out of it too."""
    entries = {element.get("id") for element in root.iter("li")}
    omitted = [[address(item)] for key, item in works.items.items() if anchor(key) not in entries]
    return f"ADDIN ZOTERO_BIBL {_json({'uncited': [], 'omitted': omitted, 'custom': []})} CSL_BIBLIOGRAPHY"


def _listed(root: Element) -> set[Element]:
    """All elements of the entries of the first list of references."""
    sections = (one for one in root.iter("section") if "references" in (one.get("class") or "").split())
    return {element for section in islice(sections, 1) for entry in section.iter("li") for element in entry.iter()}


def _ends(blocks: Sequence[Block], listed: Container[Element]) -> tuple[int, int] | None:
    """The identities of the first and the last paragraph of the list; None where there is none."""
    found = [one for one in blocks if isinstance(one, Paragraph) and one.element in listed and one.beside is None]
    return (id(found[0]), id(found[-1])) if found else None


def preferences(live: Live) -> list[tuple[str, str]]:
    """The properties of the file in which Zotero keeps the style: names and values, in pieces that Word keeps whole."""
    works = live.works
    session = _digest([works.style, works.locale, sorted(works.items)])[:8]
    named = {"fieldType": "Field", "automaticJournalAbbreviations": "true"}
    named |= {"noteType": NOTE_TYPES[live.notes_are]} if works.note_style and live.notes_are else {}
    said = "".join(f'<pref name="{name}" value="{value}"/>' for name, value in named.items())
    text = (
        f'<data data-version="3"><session id="{session}"/><style id="{escape(works.style)}"'
        f' locale="{escape(works.locale)}" hasBibliography="{int(live.ends is not None)}"'
        f' bibliographyStyleHasBeenSet="1"/><prefs>{said}</prefs></data>'
    )
    pieces = [text[start : start + LONGEST_PROPERTY] for start in range(0, len(text), LONGEST_PROPERTY)]
    return [(f"ZOTERO_PREF_{number}", piece) for number, piece in enumerate(pieces, 1)]


def _rtf(shown: Sequence[Run]) -> str:
    """What is shown as RTF, as citeproc-js writes it for Zotero; it is what Zotero compares its own with."""
    return "".join(_rtf_run(run) for run in shown)


def _rtf_run(run: Run) -> str:
    text = "".join(_rtf_character(character) for character in run.text)
    for key, value, on, off in RTF:
        if run.properties.get(key) == value:
            text = f"\\{on} {text}\\{off}{{}}"
    return text


RTF = (
    ("vertAlign", 'w:val="superscript"', "super", "nosupersub"),
    ("i", "", "i", "i0"),
    ("smallCaps", "", "scaps", "scaps0"),
)


def _rtf_character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    if character.isascii():
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\uc0\\u{int.from_bytes(units[at : at + 2], 'big')}{{}}" for at in range(0, len(units), 2))


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _digest(said: object) -> str:
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
