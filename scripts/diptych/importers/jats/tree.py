"""A JATS file as a tree of elements: parsed without DTD, entities from elsewhere or network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from diptych.diagnostics import Diagnostic, Span, error
from diptych.importers.paper import shortened

Element = etree._Element

XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def parsed(file: str, data: bytes) -> tuple[Element | None, list[Diagnostic]]:
    """The root of the article, or what is wrong: XML that is broken, declares entities, or is no article."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        place = getattr(problem, "position", (1, 1))
        return None, [error("broken-xml", f"the XML is broken: {problem}", Span(file, max(1, place[0])))]
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        hint = "save it without its DTD"
        return None, [error("xml-entities", "the file declares entities; such files are not read", Span(file), hint)]
    for element in root.iter():
        if (
            isinstance(element.tag, str)
            and element.tag.startswith("{")
            and element.tag != MATH
            and "MathML" not in element.tag
        ):
            element.tag = etree.QName(element).localname
    article = root if root.tag == "article" else next(root.iter("article"), None)
    if article is None:
        hint = "references alone are read from EndNote XML; a paper from JATS, with “article” as its root"
        return None, [
            error("unknown-format", f"this is no article in JATS but “{shortened(str(root.tag))}”", Span(file), hint)
        ]
    return article, []


def name_of(element: Element | None) -> str:
    """The element's tag; empty for comments, instructions and entities, and for none."""
    return element.tag if element is not None and isinstance(element.tag, str) else ""


def line_of(element: Element) -> int | None:
    """The line of the file that the element begins on."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def pieces(element: Element) -> Iterator[str | Element]:
    """The text and the elements within an element, in order; entities are their characters, comments nothing."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child, etree._Entity):
            yield html5.get(f"{child.name};", "")
        elif isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def words(element: Element | None) -> str:
    """The words of an element on one line, without those of its label's and notes' elements."""
    return " ".join(_raw(element).split()) if element is not None else ""


def _raw(element: Element) -> str:
    return "".join(piece if isinstance(piece, str) else _raw(piece) for piece in pieces(element))


def first(element: Element, *paths: str) -> Element | None:
    """The first element that one of the paths finds."""
    return next((found for path in paths for found in element.iterfind(path)), None)


def kind(element: Element, *names: str) -> str:
    """The first of the attributes that is there, in lower case with hyphens."""
    value = next((element.get(name) for name in names if element.get(name)), None) or ""
    return re.sub(r"[\s_]+", "-", value.strip().lower())
