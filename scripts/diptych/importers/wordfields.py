"""Citations that reference managers left in a Word file, all as fields of CSL-JSON, and the works that they carry.

Zotero and Mendeley Desktop write such fields, and Pandoc reads them. EndNote writes its own XML, in the code of the
field or, in base64, in its data; Mendeley Cite writes CSL-JSON, in base64, into the tag of a content control.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from lxml import etree

from diptych.bibliography.readers.endnote import read_endnote
from diptych.importers.paper import Losses, shortened

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
CODE = "ADDIN CSL_CITATION"
DATA = "EN.CITE.DATA"
MENDELEY_CITE = "MENDELEY_CITATION_v3_"


def fields(root: etree._Element) -> Iterator[tuple[str, list[etree._Element]]]:
    """The code of each complex field, and its own marks and codes (not its result), inner fields before outer ones."""
    stack: list[tuple[list[str], list[etree._Element]]] = []
    for element in root.iter(f"{W}fldChar", f"{W}instrText"):
        if element.tag == f"{W}instrText":
            if stack:
                stack[-1][0].append(element.text or "")
                stack[-1][1].append(element)
            continue
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            stack.append(([], [element]))
        elif stack:
            stack[-1][1].append(element)
            if kind == "end":
                codes, own = stack.pop()
                yield "".join(codes).strip(), own


def gather(root: etree._Element, works: dict[str, Mapping[str, Any]], losses: Losses) -> None:
    """Adds the works that citations carry to `works`, by ids of their own, which the fields have afterwards too."""
    _unify(root, losses)
    for code, own in list(fields(root)):
        said = _csl(code)
        if said:
            items = [_told_apart(item, works) for item in said]
            _rewrite(own, _code(items))


def _csl(code: str) -> list[dict[str, Any]]:
    """The works of a field of CSL-JSON; none where one of them comes without its data."""
    if "CSL_CITATION" not in code or "{" not in code:
        return []
    try:
        said, _end = json.JSONDecoder().raw_decode(code[code.index("{") :])
    except (ValueError, RecursionError):
        return []
    items = said.get("citationItems") if isinstance(said, dict) else None
    whole = isinstance(items, list) and all(
        isinstance(one, dict) and isinstance(one.get("itemData"), dict) for one in items
    )
    return list(items) if whole and items else []


def _told_apart(item: dict[str, Any], works: dict[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The work with an id that no other has; it is then among the `works`.

    Mendeley counts the works of each citation from ITEM-1, and the libraries of two authors count alike.
    """
    data = item["itemData"]
    own = str(data.get("id") or item.get("id") or "")
    identity = _identity(item)
    names = (own if number == 1 else f"{own}:{number}" for number in count(1))
    name = next(one for one in names if one not in works or works[one][IDENTITY] == identity)
    works.setdefault(name, {**data, "id": name, IDENTITY: identity})
    return {**item, "id": name, "itemData": {**data, "id": name}}


IDENTITY = "diptych-identity"


def _identity(item: Mapping[str, Any]) -> str:
    """What is the same for two mentions of a work, and no others: its address in a library, or else DOI or title."""
    addresses = item.get("uris") or item.get("uri")
    if isinstance(addresses, list) and addresses:
        return str(addresses[0])
    data = item["itemData"]
    return str(data.get("DOI") or data.get("title") or "").casefold()


def _rewrite(own: Sequence[etree._Element], code: str) -> None:
    """Gives a field another code."""
    codes = [element for element in own if element.tag == f"{W}instrText"]
    for element in codes:
        element.text = ""
    codes[0].text = code
    codes[0].set(SPACE, "preserve")


def _unify(root: etree._Element, losses: Losses) -> None:
    """Makes the citations of EndNote and Mendeley Cite fields with CSL-JSON; what cannot be read is reported."""
    for code, own in list(fields(root)):
        if DATA in code:
            drop(own)
        elif code.startswith("ADDIN EN.CITE"):
            _endnote(code, own, losses)
    for tag in list(root.iter(f"{W}tag")):
        value = tag.get(f"{W}val") or ""
        if value.startswith(MENDELEY_CITE):
            _mendeley(tag, value.removeprefix(MENDELEY_CITE), losses)


def drop(elements: Sequence[etree._Element]) -> None:
    """Takes elements out of the document."""
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


# EndNote


def _endnote(code: str, own: Sequence[etree._Element], losses: Losses) -> None:
    found = own[0].find(f"{W}fldData")
    xml = code[code.index("<") :] if "<" in code else _decoded("" if found is None else found.text or "")
    items = _cited(xml)
    if not items:
        losses.add("lost-citation", f"this citation of EndNote cannot be read: “{shortened(xml or code)}”")
        return
    if found is not None:
        drop([found])
    _rewrite(own, _code(items))


def _cited(xml: str) -> list[Mapping[str, Any]]:
    """The works of a citation of EndNote, as Zotero would write them; none where one of them has no record."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    found = []
    for cite in root.iter("Cite"):
        records, _ = read_endnote("", etree.tostring(cite, encoding="unicode", with_tail=False))
        data = [record.data for record in records]
        if len(data) != 1:
            return []
        found.append(_item(cite, data[0]))
    return found


def _item(cite: etree._Element, data: Mapping[str, Any]) -> Mapping[str, Any]:
    key = cite.find("record/foreign-keys/key")
    library = key.get("db-id", "") if key is not None else ""
    identity = f"{library}:{cite.findtext('RecNum') or cite.findtext('record/rec-number') or ''}"
    said = {
        "id": identity,
        "itemData": {**data, "id": identity},
        "prefix": (cite.findtext("Prefix") or "").strip(),
        "suffix": (cite.findtext("Suffix") or "").strip(),
        "locator": (cite.findtext("Pages") or "").strip(),
        "suppress-author": cite.get("ExcludeAuth") == "1",
    }
    return {name: value for name, value in said.items() if value}


def _decoded(written: str) -> str:
    try:
        return base64.b64decode("".join(written.split())).decode("utf-8").rstrip("\0")
    except (binascii.Error, ValueError):
        return ""


def _code(items: Sequence[Mapping[str, Any]]) -> str:
    """The code of a field that cites these works."""
    return f" {CODE} {json.dumps({'citationItems': items})} "


# Mendeley Cite


def _mendeley(tag: etree._Element, written: str, losses: Losses) -> None:
    """Puts a field in the place of a content control."""
    control = next(tag.iterancestors(f"{W}sdt"), None)
    content = control.find(f"{W}sdtContent") if control is not None else None
    place = control.getparent() if control is not None else None
    if control is None or content is None or place is None:
        return
    try:
        items = json.loads(_decoded(written)).get("citationItems")
    except (ValueError, AttributeError, RecursionError):
        items = None
    if not isinstance(items, list) or not items:
        shown = "".join(map(str, content.itertext()))
        losses.add("lost-citation", f"this citation of Mendeley cannot be read: “{shortened(shown)}”")
        return
    begin, code, separate, end = _mark("begin"), etree.Element(f"{W}r"), _mark("separate"), _mark("end")
    etree.SubElement(code, f"{W}instrText").text = _code(items)
    at = place.index(control)
    place[at : at + 1] = [begin, code, separate, *content, end]


def _mark(kind: str) -> etree._Element:
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}fldChar").set(f"{W}fldCharType", kind)
    return run
