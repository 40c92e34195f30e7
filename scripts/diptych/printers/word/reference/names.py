"""Names in the XML of Word files, as lxml has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from diptych.printers.word.markup import NAMESPACES

Tree = etree._Element
W = f"{{{NAMESPACES['w']}}}"
R = f"{{{NAMESPACES['r']}}}"
A = f"{{{NAMESPACES['a']}}}"


def value(element: Tree | None, child: str = "") -> str:
    """The `w:val` of an element, or of its child of that name; empty where there is none."""
    found = element if element is None or not child else element.find(W + child)
    return "" if found is None else found.get(f"{W}val", "")


def made(name: str, val: str) -> Tree:
    """A new `w:name` with a `w:val`."""
    element: Tree = etree.Element(W + name, {f"{W}val": val})
    return element


def all_of(root: Tree, *names: str) -> Iterator[Tree]:
    """All elements of those names in the w: namespace, safe against changes of the tree."""
    return iter(list(root.iter(*(W + name for name in names))))


def drop(element: Tree) -> None:
    """Take an element out, with what stands in it; what follows stays."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_text(element, parent, element.tail or "")
    parent.remove(element)


def unwrap(element: Tree) -> None:
    """Put an element's children in its place."""
    parent = element.getparent()
    if parent is None:
        return
    for child in list(element):
        element.addprevious(child)
    drop(element)


def _keep_text(element: Tree, parent: Tree, text: str) -> None:
    before = element.getprevious()
    if text.strip() and before is not None:
        before.tail = (before.tail or "") + text
    elif text.strip():
        parent.text = (parent.text or "") + text
    element.tail = None


def in_order(parent: Tree, order: Sequence[str]) -> None:
    """Sort an element's children as the schema demands; those it does not name come last."""
    rank = {W + name: number for number, name in enumerate(order)}
    parent[:] = sorted(parent, key=lambda child: rank.get(child.tag, len(order)))


def as_bytes(root: Tree) -> bytes:
    """The part as a file."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
