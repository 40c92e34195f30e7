"""The document that printers set: one HTML page in a fixed vocabulary, its stylesheets and its base address."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lxml import etree, html

from diptych.diagnostics import Diagnostic
from diptych.workspace import Workspace


@dataclass(frozen=True)
class Stylesheet:
    """A stylesheet's text and the name that messages give it."""

    name: str
    text: str


@dataclass(frozen=True)
class Works:
    """The cited works as CSL-JSON by their keys, and how they are set: the style's identifier and kind, the locale."""

    items: Mapping[str, Mapping[str, Any]]
    style: str
    note_style: bool
    locale: str


@dataclass(frozen=True)
class Document:
    """A whole HTML document in the vocabulary of ARCHITECTURE.md; relative addresses in it start at `base`."""

    html: str
    stylesheets: tuple[Stylesheet, ...]
    base: str
    attached: tuple[str, ...] = ()
    """The files of the project, by their paths from its root, that the document is to carry."""
    word_reference: str = ""
    """Address of the Word file whose styles and pages win in Word, as stylesheets do elsewhere; empty for none."""
    works: Works | None = None
    """What Zotero needs to know of the works that are cited."""
    source: str = ""
    """The version of the source: a SHA-256 of what the content was made from."""


@dataclass(frozen=True)
class Overhang:
    """What reaches over the right edge of its column on a page, by so many `millimetres`."""

    anchor: str
    """The id of the element that it is, or stands in: `tbl-trials`; empty for none."""
    page: int
    words: str
    """How a table is called, “Table 3”, or what the line says."""
    millimetres: float
    is_table: bool


@dataclass(frozen=True)
class Printed:
    """What a printer made: the file's bytes, its pages where it has any, and what it could not print.

    `missing` are the characters for which there is no glyph in any font that it may use.
    """

    data: bytes
    pages: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: str = ""
    overhangs: tuple[Overhang, ...] = ()


FORMATS = ("pdf", "docx", "html")


@dataclass(frozen=True)
class Options:
    """What the one who builds may choose, for printers that have to do with it."""

    embed_fonts: bool = True
    """Fonts travel with a Word file."""
    comments: bool = False
    """What authors say to one another stands in a Word file as comments."""
    zotero: bool = False
    """Citations in a Word file are fields that Zotero takes for its own."""
    fields: bool = False
    """A Word file has fields, although the journal wants none."""
    flat: bool = False
    """A Word file has no fields but page numbers; of all others it has what they show."""
    blind: bool = False
    """Nothing that the program adds says who wrote the review."""
    preview: bool = False
    """Blocks of a page say where they stand in the source; it is for `diptych preview` alone."""
    paper: str = ""
    """The size of the pages as CSS names it (`A4`, `Letter`); the template's where empty."""
    crop_marks: bool = False
    """The pages of a PDF stand on larger sheets with marks that say where to cut."""
    draft: bool = False
    """A PDF is made quickly, for the eye alone, and says on every page that it is a draft."""
    attach_source: bool = False
    """A PDF carries the files that it was made from; never where it is blind."""
    imposition: str = ""
    """How pages of a PDF are put on sheets, a name of `printers.imposition.ORDERS`; each on its own where empty."""


DEFAULTS = Options()

COMMENT = "comment:"
"""What begins an HTML comment that Word shows; behind it stand its `text`, `author` and `date` as JSON."""


CITED = "cited:"
"""What begins an HTML comment at the end of a citation; behind it stands which works it cites, and how, as JSON."""


def tree(text: str) -> Any:
    """The root element of an HTML document, an lxml.html.HtmlElement; raises ParserError where it has no elements."""
    return html.document_fromstring(text, parser=_parser())


@cache
def _parser() -> html.HTMLParser:
    """Makes every element a plain one: lxml.html's own parser asks Python, for each, whether it is one of a form."""
    parser = html.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment))
    return parser


WHOLE = "nowrap"  # the class of what is not broken at the end of a line


def keep_whole(root: Any, words: re.Pattern[str]) -> list[Any]:
    """The elements into which those words below `root` were put, so that they are not broken."""
    kept = []
    for element in list(root.iter(etree.Element)):
        if element.text and words.search(element.text):
            element.text, spans = _wrapped(element.text, words)
            element[:0] = spans
            kept += spans
        if element is not root and element.tail and words.search(element.tail):
            element.tail, spans = _wrapped(element.tail, words)
            holder, place = element.getparent(), element.getparent().index(element) + 1
            holder[place:place] = spans
            kept += spans
    return kept


def _wrapped(text: str, words: re.Pattern[str]) -> tuple[str, list[Any]]:
    """What stands before the first of the words, and an element for each of them with what stands behind it."""
    found = list(words.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    spans = []
    for match, end in zip(found, ends, strict=True):
        span = etree.Element("span", {"class": WHOLE})
        span.text, span.tail = match[0], text[match.end() : end]
        spans.append(span)
    return text[: found[0].start()], spans


def as_chosen(document: Document, options: Options) -> Document:
    """The document without what the options leave out: what authors say to one another, what Zotero is told."""
    left_out = [COMMENT] * (not options.comments) + [CITED] * (not options.zotero)
    if not left_out:
        return document
    return replace(document, html=re.sub(f"<!--(?:{'|'.join(left_out)}).*?-->", "", document.html, flags=re.DOTALL))


PAGE_REFERENCES = re.compile(r'<span class="on-page">.*?</span>|<a class="page-ref"[^>]*></a>', re.DOTALL)


def without_page_references(document: Document) -> Document:
    """The document without numbers of pages that are referred to, for where pages have none."""
    return replace(document, html=PAGE_REFERENCES.sub("", document.html))


def comment(text: str, author: str, date: str, whole: bool = False) -> str:
    """What an author says to the others, as an HTML comment; `date` is a day, 2026-11-23, or empty.

    It is about the place where it stands, or about the `whole` element that it is the last in.
    """
    return _aside(COMMENT, {"text": text, "author": author, "date": date, "whole": whole})


def cited(citations: Sequence[Mapping[str, str]]) -> str:
    """Which works a citation cites, each with its `key` and what of `prefix`, `suffix`, `locator`, `label`, `mode`."""
    return _aside(CITED, {"citations": list(citations)})


def _aside(kind: str, said: Mapping[str, object]) -> str:
    return f"<!--{kind}{json.dumps(said).replace('-', chr(92) + 'u002d')}-->"


Printer = Callable[[Document, Workspace, Options], Printed]
