"""What WeasyPrint 70 leaves out of a PDF's tags and metadata, completed before the file is written.

The result is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) in one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydyf

from diptych.printers.languages import LANGUAGE, taken_languages
from diptych.printers.objects import number_of

Tags = dict[int, pydyf.Dictionary]
"""The structure elements and annotations of a document by object number."""


def complete(_: object, pdf: pydyf.PDF) -> None:
    """WeasyPrint's `finisher`: applies every rule of `RULES`."""
    tags = {thing.number: thing for thing in pdf.objects if isinstance(thing, pydyf.Dictionary)}
    for rule in RULES:
        rule(tags, pdf)


def say_what_headers_head(tags: Tags, _: pydyf.PDF) -> None:
    """Gives header cells their scope (ISO 32000-1, 14.8.5.7)."""
    for cell in _elements(tags, "/TH"):
        row = tags[number_of(cell["P"])]
        group = tags[number_of(row["P"])]
        cell["A"]["Scope"] = "/Column" if group.get("S") == "/THead" else "/Row"


def put_list_items_in_bodies(tags: Tags, pdf: pydyf.PDF) -> None:
    """Wraps what an item holds besides its label (ISO 32000-1, 14.8.4.3.3): paragraphs of a loose list, say."""
    for item in list(_elements(tags, "/LI")):
        strays = [kid for kid in item["K"] if _kind(tags, kid) not in ("/Lbl", "/LBody")]
        if not strays:
            continue
        body = pydyf.Dictionary(
            {"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array(strays), "Pg": item["Pg"], "P": item.reference}
        )
        pdf.add_object(body)
        tags[body.number] = body
        for kid in strays:
            tags[number_of(kid)]["P"] = body.reference
        kept = [kid for kid in item["K"] if kid not in strays]
        item["K"] = pydyf.Array([*kept, body.reference])


def call_links_links(tags: Tags, _: pydyf.PDF) -> None:
    """Tags what holds a link's annotation as Link (ISO 32000-1, 14.8.4.4.2): a part of a link on its own line, say."""
    for element in tags.values():
        kids = element.get("K")
        if element.get("Type") == "/StructElem" and isinstance(kids, list):
            held = [tags[number_of(kid)] for kid in kids if _is_reference(kid)]
            if any(thing.get("Type") == "/OBJR" for thing in held):
                element["S"] = "/Link"


def drop_what_is_empty(tags: Tags, pdf: pydyf.PDF) -> None:
    """Takes out spans without content, and links of no width: what is left of a link before the end of a line."""
    while empty := {number for number, element in tags.items() if _is_empty(element, tags)}:
        for element in tags.values():
            if isinstance(element.get("K"), list):
                kept = [kid for kid in element["K"] if not (_is_reference(kid) and number_of(kid) in empty)]
                element["K"] = pydyf.Array(kept)
        for number in empty:
            _drop_annotation(tags[number], tags, pdf)
            del tags[number]


def _is_empty(element: pydyf.Dictionary, tags: Tags) -> bool:
    kids = element.get("K", [])
    if element.get("S") == "/Link" and all(_is_reference(kid) for kid in kids):
        held = [tags[number_of(kid)] for kid in kids]
        return all(one.get("Type") == "/OBJR" and _width(tags[number_of(one["Obj"])]) == 0 for one in held)
    return element.get("S") == "/Span" and not kids and "Alt" not in element


def _width(annotation: pydyf.Dictionary) -> float:
    return float(round(annotation["Rect"][2] - annotation["Rect"][0], 3))


def _drop_annotation(element: pydyf.Dictionary, tags: Tags, pdf: pydyf.PDF) -> None:
    """Takes the annotations of a link that is dropped from its page and from the parent tree."""
    for kid in element["K"]:
        number = number_of(tags[number_of(kid)]["Obj"])
        annotation, page = tags[number], tags[number_of(element["Pg"])]
        page["Annots"] = pydyf.Array(one for one in page["Annots"] if number_of(one) != number)
        rows = _parent_tree(tags, pdf)
        place = rows.index(annotation["StructParent"], 2 * len(pdf.page_references))
        del rows[place : place + 2]


def make_running_heads_artifacts(tags: Tags, pdf: pydyf.PDF) -> None:
    """Marks as artifacts what stands in the margins of pages (ISO 32000-1, 14.8.2.2).

    WeasyPrint tags it, and leaves its elements out of the tree: readers that go by the page then read it as text.
    """
    reached = set(_reached(tags, pdf))
    rows = _parent_tree(tags, pdf)
    for index, page in enumerate(tags[number_of(reference)] for reference in pdf.page_references):
        owners = rows[2 * index + 1]
        outside = {mark for mark, owner in enumerate(owners) if number_of(owner) not in reached}
        rows[2 * index + 1] = pydyf.Array("null" if mark in outside else owner for mark, owner in enumerate(owners))
        _unmark(pdf.objects[number_of(page["Contents"])].stream, outside)
    for number, element in tags.items():
        if element.get("Type") == "/StructElem" and number not in reached:
            element.clear()


def tag_languages(tags: Tags, pdf: pydyf.PDF) -> None:
    """Says the language of what is not in the document's (ISO 32000-1, 14.9.2.2)."""
    own = pdf.catalog["Lang"].string
    rows = _parent_tree(tags, pdf)
    for index, reference in enumerate(pdf.page_references):
        owners, page = rows[2 * index + 1], tags[number_of(reference)]
        for mark, language in taken_languages(pdf.objects[number_of(page["Contents"])].stream):
            if language != own:
                tags[number_of(owners[mark])][LANGUAGE] = pydyf.String(language)


def call_notes_notes(tags: Tags, pdf: pydyf.PDF) -> None:
    """Tags footnotes as Note, each with an identifier (ISO 14289-1, 7.9), and their numbers as labels.

    WeasyPrint gives the foot of a page an element of its own, which holds a span for each footnote on it.
    """
    notes = [kid for area in _elements(tags, "/NonStruct") for kid in area["K"] if _is_foot(tags, area)]
    names = pydyf.Array()
    for count, note in enumerate(notes, 1):
        element, name = tags[number_of(note)], pydyf.String(f"note-{count:05}")
        element["S"], element["ID"] = "/Note", name
        names.extend([name, note])
        first = element["K"][0]
        if _kind(tags, first) == "/NonStruct":
            tags[number_of(first)]["S"] = "/Lbl"
    if names:
        tree = pydyf.Dictionary({"Names": names, "Limits": pydyf.Array([names[0], names[-2]])})
        pdf.add_object(tree)
        root = tags[number_of(pdf.catalog["StructTreeRoot"])]
        root["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([tree.reference])})


def _is_foot(tags: Tags, area: pydyf.Dictionary) -> bool:
    in_document = tags[number_of(area["P"])].get("S") == "/Document"
    return in_document and all(_kind(tags, kid) in ("/Span", "/Note") for kid in area["K"])


def _parent_tree(tags: Tags, pdf: pydyf.PDF) -> list[Any]:
    """Numbers and what they stand for by turns: the pages from 0, each with its elements by mark; then the links."""
    root = tags[number_of(pdf.catalog["StructTreeRoot"])]
    rows: list[Any] = tags[number_of(root["ParentTree"])]["Nums"]
    return rows


def _reached(tags: Tags, pdf: pydyf.PDF) -> Iterator[int]:
    """The numbers of the elements in the tree."""
    waiting = [number_of(pdf.catalog["StructTreeRoot"])]
    while waiting:
        number = waiting.pop()
        yield number
        waiting += [number_of(kid) for kid in tags[number].get("K", []) if _is_reference(kid)]


def _unmark(operations: list[Any], outside: set[int]) -> None:
    """Makes the marked content with these numbers artifacts; each mark is a name, its properties and an operator."""
    for place, operand in enumerate(operations):
        if isinstance(operand, pydyf.Dictionary) and operand.get("MCID") in outside:
            operations[place - 1 : place + 1] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]


RULES: tuple[Callable[[Tags, pydyf.PDF], None], ...] = (
    say_what_headers_head,
    put_list_items_in_bodies,
    call_links_links,
    drop_what_is_empty,
    tag_languages,
    make_running_heads_artifacts,
    call_notes_notes,
)


def _elements(tags: Tags, kind: str) -> Iterator[pydyf.Dictionary]:
    return (element for element in tags.values() if element.get("S") == kind)


def _kind(tags: Tags, kid: Any) -> str:
    return str(tags[number_of(kid)].get("S", "")) if _is_reference(kid) else ""


def _is_reference(kid: Any) -> bool:
    """True for `12 0 R`; the other kids of an element are the numbers of marked content."""
    return isinstance(kid, (str, bytes))


# Metadata

EXTENSION = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>The part of ISO 14289 that the file conforms to</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)
"""That the file is PDF/UA-1, and what that property is: PDF/A wants schemas it does not know described (6.6.2.3.2)."""


def declare_ua(metadata: Any) -> None:
    """Makes WeasyPrint's document metadata say PDF/UA-1 beside the PDF/A that it says by itself."""
    generate = metadata.generate_rdf_metadata

    def generate_with_ua(*arguments: Any) -> bytes:
        return bytes(generate(*arguments).replace(b"</rdf:RDF>", EXTENSION + b"</rdf:RDF>"))

    metadata.generate_rdf_metadata = generate_with_ua
