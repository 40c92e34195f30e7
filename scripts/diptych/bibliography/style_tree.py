"""Reading the tree of a CSL style."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal

from lxml import etree

CSL = "{http://purl.org/net/xbiblio/csl}"
CITATION_LAYOUT = f"{CSL}citation/{CSL}layout"

Kind = Literal["numeric", "author-date", "author", "label", "note"]
"""How a style cites; CSL 1.0.2, “citation-format” and the class “note”."""


def citation_layout(root: etree._Element) -> etree._Element:
    """The layout of the style's citations, which every usable style has."""
    return next(root.iterfind(CITATION_LAYOUT))


def macros(root: etree._Element) -> dict[str, etree._Element]:
    """The style's macros by name."""
    return {macro.get("name", ""): macro for macro in root.findall(f"{CSL}macro")}


def reachable(start: etree._Element) -> Iterator[etree._Element]:
    """`start` and all elements beneath it, macros that they call included, each once."""
    uncalled = macros(start.getroottree().getroot())
    to_visit = [start]
    while to_visit:
        for element in to_visit.pop().iter(f"{CSL}*"):
            yield element
            macro = uncalled.pop(element.get("macro", ""), None)
            if macro is not None:
                to_visit.append(macro)


MOST_ELEMENTS = 10_000_000
"""Elements of a style's layout with all that its macros call; the largest of the ten thousand has 1.7 million."""


def is_endless(root: etree._Element) -> bool:
    """True for a style whose macros call themselves, or one another so often that no reference is ever set."""
    called = macros(root)
    weights: dict[str, float] = {}

    def weight(element: etree._Element) -> float:
        total = 0.0
        for inner in element.iter(f"{CSL}*"):
            name = inner.get("macro", "")
            total += 1
            if name in called:
                if name not in weights:
                    weights[name] = math.inf
                    weights[name] = weight(called[name])
                total += weights[name]
        return total

    try:
        return any(weight(macro) > MOST_ELEMENTS for macro in (*called.values(), *root.iter(f"{CSL}layout")))
    except RecursionError:
        return True


def prints(start: etree._Element, variable: str) -> bool:
    """True when something beneath `start` prints the variable (a condition that asks for it does not)."""
    conditions = (f"{CSL}if", f"{CSL}else-if")
    return any(
        variable in element.get("variable", "").split() and element.tag not in conditions
        for element in reachable(start)
    )


def children(element: etree._Element) -> list[etree._Element]:
    """The elements of CSL directly beneath `element`."""
    return list(element.iterchildren(f"{CSL}*"))


def is_number_alone(element: etree._Element) -> bool:
    """True when the element prints the citation number and nothing else."""
    printed = [found for found in reachable(element) if found.tag in (f"{CSL}text", f"{CSL}number", f"{CSL}names")]
    shown = [found for found in printed if not found.get("macro")]
    return len(shown) == 1 and shown[0].get("variable") == "citation-number"
