"""WeasyPrint's cascade with two differences that only time can tell: each set of rules is read once, and late.

WeasyPrint puts the declarations of all rules together for every element and each of its pseudo-elements (its own
stylesheet has four for any element), and then finds out which elements are alike. Here elements that match the same
rules share what was put together, and a pseudo-element is looked at when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML
from weasyprint.css import (
    ComputedStyle,
    InitialStyle,
    StyleFor,
    declaration_precedence,
    find_style_attributes,
    find_stylesheets,
)
from weasyprint.css.counters import CounterStyle
from weasyprint.css.validation import preprocess_declarations
from weasyprint.text.fonts import FontConfiguration

Declared = dict[str, tuple[Any, Any]]
"""What is declared for a property, and its weight: later and greater weights win (CSS Cascade 4, 6.1)."""
Matched = dict[str | None, Declared]
"""The declarations for an element (None) and its pseudo-elements, by name."""


class Styles(StyleFor):
    """The computed styles of a document's elements, and of its pages as WeasyPrint has them."""

    def __init__(self, html: HTML, elements: Iterable[Any], sheets: Sequence[CSS], fonts: FontConfiguration) -> None:
        origins = (("user agent", html._ua_stylesheets()), ("author", _within(html, fonts)), ("user", sheets))
        self._sheets = [(sheet, origin, None) for origin, found in origins for sheet in found]
        self.font_config = fonts
        self.initial_page_sizes = {"box": None, "area": None}
        self._cascaded_styles: dict[Any, Declared] = {}  # of pages alone
        self._computed_styles: dict[Any, Any] = {}
        self._pseudos: dict[Element, Matched] = {}
        self._late: dict[tuple[int, int, str], Any] = {}
        self._html = html
        self._compute(elements)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """The style of an element, page or pseudo-element; None for a pseudo-element that no rule is for."""
        if pseudo_type and element in self._pseudos and (element, pseudo_type) not in self._computed_styles:
            self._computed_styles[element, pseudo_type] = self._pseudo(element, pseudo_type)
        return super().__call__(element, pseudo_type)

    def _compute(self, elements: Iterable[Any]) -> None:
        inline = _inline(self._html)
        known: dict[tuple[tuple[int, int], ...], Matched] = {}
        shared: dict[tuple[int, int], Any] = {}
        for wrapper in elements:
            element = wrapper.etree_element
            above = self._computed_styles[wrapper.parent.etree_element, None] if wrapper.parent else None
            found = [
                (number, match)
                for number, sheet in enumerate(self._sheets)
                for match in sheet[0].matcher.match(wrapper)
            ]
            key = tuple((number, match[1]) for number, match in found)
            matched = known.get(key)
            if matched is None:
                matched = known[key] = self._declared(found)
            if element in inline:
                declared = _over(inline[element], matched.get(None, {}))
                matched = {**matched, None: declared}
            self._pseudos[element] = matched
            alike = (id(above), id(matched))
            if alike not in shared:
                shared[alike] = self._style(above, matched.get(None, {}), None)
            self._computed_styles[element, None] = shared[alike]

    def _declared(self, found: Sequence[tuple[int, Any]]) -> Matched:
        """The declarations of rules put together, from those of little weight on."""
        together: Matched = {}
        for number, (specificity, _, pseudo, (declarations, layer)) in found:
            sheet, origin, _ = self._sheets[number]
            order = inf if layer is None else sheet.layers.index(layer)
            _add(together.setdefault(pseudo, {}), declarations, origin, order, specificity)
        return together

    def _style(self, above: Any, declared: Declared, pseudo: str | None) -> Any:
        root = self._computed_styles.get((self._html.etree_element, None))
        return ComputedStyle(
            above,
            declared,
            pseudo,
            InitialStyle(self.font_config) if root is None else root,
            self._html.base_url,
            self.font_config,
            self.initial_page_sizes,
        )

    def _pseudo(self, element: Element, name: str) -> Any:
        """The style of a pseudo-element, the same for elements of one style that match the same rules."""
        matched, above = self._pseudos[element], self._computed_styles[element, None]
        if name not in matched:
            return None
        key = (id(above), id(matched), name)
        if key not in self._late:
            self._late[key] = self._style(above, matched[name], name)
        return self._late[key]


def _within(html: HTML, fonts: FontConfiguration) -> Iterable[CSS]:
    """The stylesheets that the document brings itself; looking for them takes as long as writing a page."""
    if next(html.etree_element.iter("style"), None) is None and next(html.etree_element.iter("link"), None) is None:
        return ()
    where = html.wrapper_element, html.media_type, html.url_fetcher, html.base_url
    found: Iterable[CSS] = find_stylesheets(*where, fonts, CounterStyle(), None, None, None)
    return found


def _inline(html: HTML) -> dict[Element, Declared]:
    """What elements declare themselves, by `style` and `lang`."""
    found: dict[Element, Declared] = {}
    for specificity, element, declarations, base in find_style_attributes(html.etree_element, base_url=html.base_url):
        _add(found.setdefault(element, {}), preprocess_declarations(base, declarations), "author", inf, specificity)
    return found


def _add(into: Declared, declarations: Iterable[Any], origin: str, layer: float, specificity: Any) -> None:
    for name, values, importance in declarations:
        weight = (declaration_precedence(origin, importance), layer, specificity)
        if name not in into or into[name][1] <= weight:
            into[name] = values, weight


def _over(own: Declared, matched: Declared) -> Declared:
    """What holds of what an element declares itself and what rules declare for it; rules come later."""
    return {**own, **{name: said for name, said in matched.items() if name not in own or own[name][1] <= said[1]}}
