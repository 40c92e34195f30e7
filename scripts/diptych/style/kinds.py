"""Kinds of elements: those that the same rules hold for, within one kind, look alike and are computed once.

WeasyPrint's cascade puts the declarations of all rules together for every element and each of its pseudo-elements, and
computes a property when it is asked for it. Here that is done once for a kind, and what was read of it is kept with it.
Kinds outlive a document: they depend on nothing but the stylesheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import CSS
from weasyprint.css import ComputedStyle, InitialStyle, StyleFor, declaration_precedence, find_style_attributes
from weasyprint.css.properties import ZERO_PIXELS
from weasyprint.css.validation import preprocess_declarations
from weasyprint.layout.page import PageType, set_page_type_computed_styles
from weasyprint.text.fonts import FontConfiguration

from diptych.style.looks import BoxStyle, TextStyle
from diptych.style.rules import Rule, Rules

Declared = dict[str, tuple[Any, Any]]
"""What is declared for a property, and its weight: later and greater weights win (CSS Cascade 4, 6.1)."""

BASE = "https://project.invalid/"  # of addresses, none of which is fetched
MOST = 20_000  # kinds of one set of stylesheets: some hundred documents with declarations of their own
OWN = ("style", "lang")  # attributes by which an element declares something itself


@dataclass(eq=False)
class Kind:
    """Elements that look alike: their computed style, and what was read of it so far."""

    style: Any
    declared: Mapping[str | None, Declared]  # for the elements (None) and their pseudo-elements, by name
    text: TextStyle | None = None
    boxes: dict[float, BoxStyle] = field(default_factory=dict)  # by the measure around them
    inside: dict[Any, _Like] = field(default_factory=dict)
    pseudos: dict[str, Kind | None] = field(default_factory=dict)
    pages: dict[PageType, dict[str | None, Kind]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what every element is asked for."""
        self.display = _display(self.style["display"])


def _display(words: Sequence[str]) -> str:
    """CSS Display 3 two-value syntax → the single word that says most."""
    if len(words) == 1:
        return words[0]
    if "list-item" in words:
        return "list-item"
    outer, inner = words[0], words[1]
    if inner == "table":
        return "table" if outer == "block" else "inline-block"
    return "inline-block" if outer == "inline" and inner != "flow" else outer


@dataclass(eq=False)
class _Like:
    """Elements that differ at most in what the rules to be tried say of them, and in what they declare themselves."""

    sure: Sequence[Rule]
    tried: Sequence[Rule]
    kinds: dict[Any, Kind] = field(default_factory=dict)


class Kinds:
    """The kinds of elements that some stylesheets make, each given with its origin, those of little weight first."""

    def __init__(self, sheets: Sequence[tuple[CSS, str]], fonts: FontConfiguration) -> None:
        self._sheets, self._fonts = sheets, fonts
        self._rules = Rules(sheets)
        self._outside: dict[Any, _Like] = {}
        self._count = 0

    def of(self, elements: Iterable[Any]) -> dict[Element, Kind]:
        """The kind of each element; they are wrapped by cssselect2 and come in document order."""
        if self._count > MOST:
            self._outside, self._count = {}, 0
        found: dict[Element, Kind] = {}
        for wrapped in elements:
            above = found[wrapped.parent.etree_element] if wrapped.parent else None
            found[wrapped.etree_element] = self._kind(wrapped, above)
        return found

    def pseudo(self, kind: Kind, name: str) -> Kind | None:
        """The kind of a pseudo-element, which no rule is for where it is None."""
        if name not in kind.pseudos:
            declared = kind.declared.get(name)
            made = None if declared is None else Kind(self._style(kind, declared, name), {})
            kind.pseudos[name] = made
        return kind.pseudos[name]

    def page(self, root: Kind, page_type: PageType) -> dict[str | None, Kind]:
        """The kinds of a page (None) and its margin boxes, by their name with an @; pages inherit from the root."""
        if page_type not in root.pages:
            pages = _PageStyles(self._sheets, self._fonts, root)
            found = pages.of(page_type)
            root.pages[page_type] = {name: Kind(style, {}) for name, style in found.items()}
        return root.pages[page_type]

    def _kind(self, wrapped: Any, above: Kind | None) -> Kind:
        element, rules = wrapped.etree_element, self._rules
        said = element.attrib
        likes = self._outside if above is None else above.inside
        asked = () if rules.attributes.isdisjoint(said) else tuple(filter(rules.attributes.__contains__, said))
        key = element.tag, said.get("class"), asked
        like = likes.get(key)
        if like is None:
            like = likes[key] = _Like(*rules.of(wrapped))
        waiting = [*like.tried, *rules.for_id(said["id"])] if "id" in said else like.tried
        tried = tuple([rule for rule in waiting if rule.test(wrapped)]) if waiting else ()
        own = tried, said.get("style"), said.get("lang")
        kind = like.kinds.get(own)
        if kind is None:
            declared = _declared(sorted((*like.sure, *tried), key=lambda rule: rule.rank))
            declared[None] = _over(_own(element), declared.get(None, {}))
            kind = like.kinds[own] = Kind(self._style(above, declared[None], None), declared)
            self._count += 1
        return kind

    def _style(self, above: Kind | None, declared: Declared, pseudo: str | None) -> Any:
        around = above.style if above else None
        root = InitialStyle(self._fonts) if around is None else around if around.is_root_element else around.root_style
        return _applied(ComputedStyle(around, declared, pseudo, root, BASE, self._fonts, NO_PAGES))


NO_PAGES = {"box": None, "area": None}
"""The sizes of the first page, by which lengths in `vw` are resolved: there is none."""


class _PageStyles(StyleFor):
    """WeasyPrint's own cascade for the pages alone."""

    def __init__(self, sheets: Iterable[tuple[CSS, str]], fonts: FontConfiguration, root: Kind) -> None:
        self._sheets = [(sheet, origin, None) for sheet, origin in sheets]
        self._html = SimpleNamespace(etree_element=Element("html"), base_url=BASE)
        self._cascaded_styles: dict[Any, Declared] = {}
        self._computed_styles: dict[Any, Any] = {(self._html.etree_element, None): root.style}
        self.font_config = fonts
        self.initial_page_sizes = NO_PAGES

    def of(self, page_type: PageType) -> dict[str | None, Any]:
        """The styles of a page (None) and of its margin boxes."""
        set_page_type_computed_styles(page_type, self._html, self)
        return {name: _applied(style) for (one, name), style in self._computed_styles.items() if one == page_type}


def _applied(style: Any) -> Any:
    """The style without what does not apply: margins of a table's parts, paddings of one with joined borders."""
    display = style["display"]
    if "table" in display and style["border_collapse"] == "collapse":
        style.update(dict.fromkeys((f"padding_{side}" for side in SIDES), ZERO_PIXELS))
    if len(display) == 1 and display[0].startswith("table-") and display[0] != "table-caption":
        style.update(dict.fromkeys((f"margin_{side}" for side in SIDES), ZERO_PIXELS))
    return style


SIDES = ("top", "right", "bottom", "left")


def _declared(rules: Iterable[Rule]) -> dict[str | None, Declared]:
    """The declarations of rules put together, from those of little weight on; None has those for the element itself."""
    together: dict[str | None, Declared] = {}
    for rule in rules:
        _add(together.setdefault(rule.pseudo, {}), rule.declarations, rule.origin, rule.layer, rule.specificity)
    return together


def _own(element: Element) -> Declared:
    """What an element declares itself."""
    found: Declared = {}
    alone = Element(element.tag, {name: value for name in OWN if (value := element.get(name))})
    for specificity, _, declarations, base in find_style_attributes(alone, base_url=BASE):
        _add(found, preprocess_declarations(base, declarations), "author", inf, specificity)
    return found


def _add(into: Declared, declarations: Iterable[Any], origin: str, layer: float, specificity: Any) -> None:
    for name, values, importance in declarations:
        weight = (declaration_precedence(origin, importance), layer, specificity)
        if name not in into or into[name][1] <= weight:
            into[name] = values, weight


def _over(own: Declared, matched: Declared) -> Declared:
    """What holds of what an element declares itself and what rules declare for it; rules come later."""
    return {**own, **{name: said for name, said in matched.items() if name not in own or own[name][1] <= said[1]}}
