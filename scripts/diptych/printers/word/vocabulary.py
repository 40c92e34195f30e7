"""Which element becomes which Word style: the HTML vocabulary of ARCHITECTURE.md as a readable table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2


@dataclass(frozen=True)
class NamedStyle:
    """A style as Word lists it: its name, the style it is based on, the one that follows, its place in the outline."""

    name: str
    based_on: str = "Normal"
    next: str = ""
    outline: int | None = None  # 0 is the highest level


FIRST_PARAGRAPH = NamedStyle("First Paragraph", "Body Text", "Body Text")

PARAGRAPHS: tuple[tuple[str, NamedStyle], ...] = (
    ("p, div", NamedStyle("Body Text")),
    ("h2 + p, h3 + p, h4 + p, h5 + p, h6 + p", FIRST_PARAGRAPH),
    ("h1", NamedStyle("Title", next="Body Text")),
    ("h2", NamedStyle("Heading 1", next="First Paragraph", outline=0)),
    ("h3", NamedStyle("Heading 2", "Heading 1", "First Paragraph", 1)),
    ("h4", NamedStyle("Heading 3", "Heading 2", "First Paragraph", 2)),
    ("h5", NamedStyle("Heading 4", "Heading 3", "First Paragraph", 3)),
    ("h6", NamedStyle("Heading 5", "Heading 4", "First Paragraph", 4)),
    ("p.kicker", NamedStyle("Kicker", next="Title")),
    ("p.subtitle", NamedStyle("Subtitle", next="Body Text")),
    ("p.byline", NamedStyle("Author", next="Affiliation")),
    ("p.affiliation", NamedStyle("Affiliation")),
    ("p.correspondence", NamedStyle("Correspondence", "Affiliation")),
    ("p.published", NamedStyle("Published")),
    ("p.history", NamedStyle("History", "Published")),
    ("section.abstract h2", NamedStyle("Abstract Heading", "Heading 1", "Abstract", 0)),
    ("section.abstract p", NamedStyle("Abstract", "Body Text")),
    ("p.keywords", NamedStyle("Keywords")),
    ("aside.key-points h2", NamedStyle("Key Points Heading", "Heading 1", "Key Points", 0)),
    ("aside.key-points p, aside.key-points li", NamedStyle("Key Points", "Body Text")),
    ("blockquote, blockquote p", NamedStyle("Block Text", "Body Text")),
    ("pre", NamedStyle("Source Code")),
    ("hr", NamedStyle("Break", next="Body Text")),
    ("div.equation", NamedStyle("Equation", "Body Text", "Body Text")),
    ("figure", NamedStyle("Figure", next="Caption")),
    ("figcaption, figcaption p", NamedStyle("Caption", next="Body Text")),
    ("p.figure-legend", NamedStyle("Figure Legend", "Caption")),
    ("p.credit", NamedStyle("Credit", "Caption", "Body Text")),
    ("caption, caption p", NamedStyle("Table Caption", "Caption", "Table Text")),
    ("th, th p", NamedStyle("Table Heading", "Table Text", "Table Text")),
    ("td, td p", NamedStyle("Table Text")),
    ("p.table-note", NamedStyle("Table Note", next="Body Text")),
    ("nav.contents h2", NamedStyle("TOC Heading", "Heading 1", "TOC 1")),
    ("p.toc-1", NamedStyle("TOC 1")),
    ("p.toc-2", NamedStyle("TOC 2")),
    ("section.statements p", NamedStyle("Statement", "Body Text")),
    ("p.abbreviation", NamedStyle("Abbreviation", "Body Text")),
    ("p.legend", NamedStyle("Legend", next="Bibliography")),
    ("p.references-note", NamedStyle("References Note", next="Bibliography")),
    ("p.entry", NamedStyle("Bibliography")),
    ("p.annotation", NamedStyle("Annotation", next="Bibliography")),
    ("p.links", NamedStyle("Reference Links", next="Bibliography")),
    ("li.note, li.note p", NamedStyle("Endnote Text")),
    ("span.footnote", NamedStyle("Footnote Text")),
    ("p.qr", NamedStyle("QR Code", next="Bibliography")),
    ("li", NamedStyle("List")),
)
"""Selector → paragraph style; where several match, the more specific wins, then the later."""

LISTS: dict[str, str] = {
    "bullet": "List Bullet",
    "number": "List Number",
    "plain": "List",
    "continued": "List Continue",
}
"""What stands in a list, by kind; levels 2 to 5 have their number after the name."""

CHARACTERS: tuple[tuple[str, str], ...] = (
    ("em, i", "Emphasis"),
    ("strong, b", "Strong"),
    ("strong.run-in", "Run-in Heading"),
    ("code", "HTML Code"),
    ("sup", "Superscript"),
    ("sub", "Subscript"),
    ("s", "Strikethrough"),
    ("u", "Underline"),
    ("span.small-caps", "Small Caps"),
    ("a", "Hyperlink"),
    ("a.link", "Reference Link"),
    ("a.cite, span.citation", "Citation"),
    ("span.cite-mark", "Citation Mark"),
    ("span.annotation-text", "Annotation Text"),
    ("a.crossref", "Cross-reference"),
    ("a.page-ref", "Page Reference"),
    ("span.on-page", "Page Reference"),
    ("a.note-ref", "Endnote Reference"),
    ("span.label, .label-stop", "Caption Label"),
    ("span.equation-number", "Equation Number"),
    ("span.number", "Reference Number"),
    ("span.mark, span.legend-mark", "Reference Mark"),
    ("span.footnote", "Footnote Reference"),
)
"""Selector → character style."""

BUILT_IN: dict[str, str] = {
    "Normal": "Normal",
    "Title": "Title",
    "Subtitle": "Subtitle",
    "Body Text": "Body Text",
    "Block Text": "Block Text",
    "Caption": "caption",
    "Bibliography": "Bibliography",
    "Footnote Text": "footnote text",
    "Endnote Text": "endnote text",
    "Footnote Reference": "footnote reference",
    "Endnote Reference": "endnote reference",
    "Line Number": "line number",
    "TOC Heading": "TOC Heading",
    "TOC 1": "toc 1",
    "TOC 2": "toc 2",
    "Comment Text": "annotation text",
    "Comment Reference": "annotation reference",
    "Header": "header",
    "Footer": "footer",
    "Emphasis": "Emphasis",
    "Strong": "Strong",
    "Hyperlink": "Hyperlink",
    "HTML Code": "HTML Code",
    **{f"Heading {level}": f"heading {level}" for level in range(1, 10)},
    **{f"{name}{level}": f"{name}{level}" for name in LISTS.values() for level in ("", " 2", " 3", " 4", " 5")},
}
"""The styles that Word knows by itself, with the names they have in files (ISO/IEC 29500-1, 17.7.4.9)."""

QUICK = {
    *(
        "Title",
        "Subtitle",
        "Body Text",
        "First Paragraph",
        "Heading 1",
        "Heading 2",
        "Heading 3",
        "Abstract",
        "Caption",
    ),
    *("Block Text", "Bibliography", "Annotation", "List Bullet", "List Number", "Table Text", "Emphasis", "Strong"),
}
"""The styles shown in Word's gallery."""


@cache
def _matcher() -> Any:
    matcher = cssselect2.Matcher()
    for kind, rows in (("paragraph", PARAGRAPHS), ("character", CHARACTERS)):
        for selectors, style in rows:
            for selector in cssselect2.compile_selector_list(selectors):
                matcher.add_selector(selector, (kind, style))
    return matcher


Styles = tuple[NamedStyle | None, str | None]


def styles_in(wrapped: Iterable[Any]) -> dict[Element, Styles]:
    """The styles of elements in document order, as `styles_of` has them.

    The selectors above ask for tags and classes, of an element and of those around it, and for the tag of its
    neighbour: where these are the same, so are the styles, and they are looked up once.
    """
    found: dict[Element, Styles] = {}
    likes: dict[Any, int] = {}  # what an element is like → a number for it
    known: list[Styles] = []
    numbers: dict[Element | None, int] = {None: -1}
    for one in wrapped:
        element = one.etree_element
        above = one.parent.etree_element if one.parent else None
        before = one.previous.etree_element.tag if one.previous else None
        like = numbers[above], element.tag, element.get("class"), before
        number = numbers[element] = likes.setdefault(like, len(likes))
        if number == len(known):
            known.append(styles_of(one))
        found[element] = known[number]
    return found


def styles_of(wrapped: Any) -> Styles:
    """The paragraph style and the character style for an element (wrapped by cssselect2); None where it has none."""
    found: dict[str, Any] = {}
    for _, _, _, (kind, style) in _matcher().match(wrapped):  # in order of specificity, then of the table
        found[kind] = style
    return found.get("paragraph"), found.get("character")
