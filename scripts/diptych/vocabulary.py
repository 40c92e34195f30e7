"""The elements and classes of a document: the contract between templates and printers (see ARCHITECTURE.md)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

ELEMENTS: dict[str, str] = {
    # element: the classes it may have, besides none
    "html": "",
    "head": "",
    "meta": "",
    "title": "",
    "body": "",
    "header": "front",
    "main": "text columns",
    "nav": "contents",
    "section": "abstract statements abbreviations references notes tables legends figures columns",
    "aside": "key-points",
    "div": "columns equation numbered table-block wide front-page",
    "h1": "title",
    "h2": "",
    "h3": "",
    "h4": "",
    "h5": "",
    "p": "kicker subtitle byline affiliation correspondence published history keywords legend references-note entry "
    "annotation links table-note credit figure-legend abbreviation page-break qr toc-1 toc-2",
    "ul": "",
    "ol": "reference-list marked wide-marks note-list",
    "li": "reference note",
    "blockquote": "",
    "pre": "",
    "hr": "",
    "figure": "figure wide",
    "figcaption": "",
    "table": "",
    "caption": "",
    "colgroup": "",
    "col": "",
    "thead": "",
    "tbody": "",
    "tr": "",
    "th": "align-right align-center align-decimal",
    "td": "align-right align-center align-decimal",
    "em": "",
    "strong": "run-in",
    "b": "label-stop",
    "i": "",
    "s": "",
    "u": "",
    "sub": "",
    "sup": "",
    "code": "",
    "br": "",
    "a": "cite crossref page-ref note-ref link",
    "img": "math",
    "span": "citation cite-mark on-page annotation-text label equation-number footnote fraction math "
    "number mark legend-mark small-caps nowrap",
}


def strangers(root: etree._Element, template: str) -> Iterator[str]:
    """What of the document is not in the vocabulary, once each: `<video>`, `<p class="poem">`.

    `body` may also have the name of the document's own template as its class.
    """
    kinds = dict.fromkeys((element.tag, element.get("class")) for element in root.iter(etree.Element))
    yield from dict.fromkeys(name for kind in kinds for name in _unknown(*kind, template))


def _unknown(tag: str, classes: str | None, template: str) -> Iterator[str]:
    if tag not in ELEMENTS:
        yield f"<{tag}>"
        return
    known = {*ELEMENTS[tag].split(), *([template] if tag == "body" else [])}
    for name in (classes or "").split():
        if name not in known:
            yield f'<{tag} class="{name}">'
