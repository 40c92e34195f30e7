"""Formulas as MathML, which browsers set and screen readers read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lxml import etree

from diptych.diagnostics import Diagnostic, warning

MATHML = "http://www.w3.org/1998/Math/MathML"
M = f"{{{MATHML}}}"


def set_mathml(root: Any) -> list[Diagnostic]:
    """Replaces every `span.math` under `root` by its `math`, with the LaTeX as its annotation.

    A formula that cannot be set stays as its LaTeX, with a warning.
    """
    problems: list[Diagnostic] = []
    for span in root.findall(".//span[@class='math']"):
        tex = span.get("data-tex", "")
        display = "equation" in (span.getparent().get("class") or "").split()
        markup = _mathml(tex, display)
        if markup is None:
            problems.append(warning("formula", f"the formula “{tex[:80]}” cannot be set; its LaTeX is printed"))
            continue
        math = etree.fromstring(markup)
        math.tail = span.tail
        span.getparent().replace(span, math)
    return problems


@lru_cache(maxsize=4096)
def _mathml(tex: str, display: bool) -> str | None:
    """The `math` element as HTML has it, without a namespace; None where latex2mathml cannot read the LaTeX."""
    if tex.replace("\\{", "").count("{") != tex.replace("\\}", "").count("}"):
        return None  # latex2mathml would guess where the group ends
    from latex2mathml.converter import convert  # most reviews have no formulas

    try:
        root = etree.fromstring(convert(tex, display="block" if display else "inline"))
    except Exception:  # whatever LaTeX it cannot read makes latex2mathml raise, failed assertions among it
        return None
    if any((element.text or "").startswith("\\") for element in root.iter(f"{M}mi")):  # a command that it does not know
        return None
    _join_words(root)
    for element in root.iter():
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    return etree.tostring(_annotated(root, tex), encoding="unicode")


def _annotated(math: etree._Element, tex: str) -> etree._Element:
    """The formula with its LaTeX, which can be copied (MathML Core, §5)."""
    semantics = etree.Element("semantics")
    row = etree.SubElement(semantics, "mrow")
    row.extend(list(math))
    note = etree.SubElement(semantics, "annotation", {"encoding": "application/x-tex"})
    note.text = tex
    math.append(semantics)
    return math


def _join_words(root: etree._Element) -> None:
    """An upright word is one identifier: latex2mathml gives each of its letters one of its own."""
    for letter in list(root.iter(f"{M}mi")):
        before = letter.getprevious()
        if before is not None and _is_upright(before) and _is_upright(letter):
            letter.text = (before.text or "") + (letter.text or "")
            before.getparent().remove(before)  # type: ignore[union-attr]


def _is_upright(element: etree._Element) -> bool:
    return element.tag == f"{M}mi" and element.get("mathvariant") == "normal"
