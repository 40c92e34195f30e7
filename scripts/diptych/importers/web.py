"""Reviews as HTML by Diptych → a review: the vocabulary of ARCHITECTURE.md read back, as pages for screens have it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from lxml import etree
from lxml import html as lxml_html

from diptych.diagnostics import Diagnostic, Span, error
from diptych.importers.assemble import Assembler
from diptych.importers.figures import Pictures
from diptych.importers.nodes import as_blocks, text
from diptych.importers.paper import Imported, Losses, Source, shortened
from diptych.importers.pen import Pen
from diptych.importers.stream import ROLES, Block, Grid, Paper, Picture
from diptych.importers.tables import Cell
from diptych.prose import Node

Element = Any
Nodes = list[Node]

DEEPEST = 200
UNREAD = frozenset(["script", "style", "nav", "svg", "template", "button", "head"])
FACES = re.compile(rb'<style class="faces">[^<]*</style>')
"""The fonts that the printer of pages puts into drawings."""
UNREAD_CLASSES = frozenset(["back", "cited-at", "skip", "label-stop", "links", "qr"])


def read_web(source: Source) -> tuple[Imported | None, list[Diagnostic]]:
    """The review that a page by Diptych is."""
    losses = Losses(source.name)
    try:
        root = lxml_html.document_fromstring(
            source.data, parser=lxml_html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (etree.ParserError, ValueError) as problem:
        return None, [error("unreadable-paper", f"this page cannot be read: {problem}", Span(source.name))]
    title = root.find(".//h1[@class='title']")
    if title is None:
        hint = "pages of other programs are best saved as Word or Markdown"
        return None, [
            error("unknown-format", "this page is not by Diptych: it has no h1.title", Span(source.name), hint)
        ]
    if _depth(root) > DEEPEST:
        return None, [error("unreadable-paper", f"the page nests deeper than {DEEPEST} levels", Span(source.name))]
    page = _Page(losses)
    page.note_texts = {note.get("id", ""): note for note in root.iter("li") if "note" in _classes(note)}
    blocks = list(page.stream(root.find("body")))
    notes = {name: tuple(page.prose(note)) for name, note in page.note_texts.items()}
    paper = Paper(blocks, {}, notes)
    pictures = Pictures(losses)
    assembler = Assembler(paper, losses, Pen(losses), page.picture(source), pictures)
    lang = root.get("lang") or "en-US"
    assembler.pen.lang = lang
    assembler.fields = {"lang": lang}
    return assembler.review(), losses.found


def _depth(root: Element) -> int:
    """Levels of the tree, counted without recursion."""
    deepest = level = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        level += 1 if event == "start" else -1
        deepest = max(deepest, level)
    return deepest


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


ROLE_OF: dict[tuple[str, str], str] = {
    tuple(selector.split(".", 1)): role  # type: ignore[misc]
    for role, _, selector in ROLES
    if re.fullmatch(r"\w+\.[\w-]+", selector)
}


@dataclass
class _Page:
    """Reads a page; `data` are pictures within it, by a name."""

    losses: Losses
    data: dict[str, bytes] = field(default_factory=dict)
    note_texts: dict[str, Element] = field(default_factory=dict)

    def picture(self, source: Source) -> Callable[[str], bytes | None]:
        """From the name of a picture to its bytes: within the page, or else a file beside it."""
        return lambda name: self.data[name] if name in self.data else source.beside(unquote(name))

    # A stream

    def stream(self, parent: Element) -> Iterator[Block]:
        """The blocks within an element, in order."""
        for element in parent:
            if isinstance(element.tag, str) and element.tag not in UNREAD and not UNREAD_CLASSES & {*_classes(element)}:
                yield from self._block(element)

    def _block(self, element: Element) -> Iterator[Block]:
        tag, classes = element.tag, _classes(element)
        role = next((ROLE_OF[tag, name] for name in classes if (tag, name) in ROLE_OF), "")
        if role == "note":
            return
        if role == "caption" and tag == "figcaption":
            return
        if role == "equation":
            tex = next((tex for one in element.iter("math", "span") if (tex := _tex(one))), "")
            yield Block("equation", (Node("equation", text=tex),), element.get("id") or "")
            return
        if role:
            nodes = self.inlines(element)
            place = element.get("id") or (element.getparent().get("id") if role == "entry" else "") or ""
            yield Block(role, tuple(nodes), place)
        elif re.fullmatch(r"h[1-6]", tag):
            yield Block("heading", tuple(self.inlines(element)), element.get("id") or "", int(tag[1]) - 1)
        elif tag == "figure":
            yield from self._figure(element)
        elif tag == "div" and "table-block" in classes:
            yield from self._table(element)
        elif "reference-list" in classes or "reference" in classes or (tag in CONTAINERS and "equation" not in classes):
            yield from self.stream(element)
        else:
            yield Block("text", tuple(self.blocks(element)), element.get("id") or "")

    def _figure(self, element: Element) -> Iterator[Block]:
        image = element.find(".//img")
        if image is not None:
            width = re.search(r"width:\s*(\d+(?:\.\d+)?%)", image.get("style") or "")
            picture = Picture(self._source(image.get("src") or ""), image.get("alt") or "", width[1] if width else "")
            yield Block("figure", (), element.get("id") or "", 0, picture)
        caption = element.find(".//figcaption")
        if caption is not None:
            credits_ = [one for one in element.iter("p") if "credit" in _classes(one)]
            said = [node for node in self.inlines(caption) if node.kind != "p"]
            yield Block("caption", tuple(said), element.get("id") or "")
            for one in credits_:
                yield Block("credit", tuple(self.inlines(one)))

    def _source(self, address: str) -> str:
        """The name of a picture; one within the page is kept by a name of its own."""
        head, comma, body = address.partition(",")
        if not address.startswith("data:") or not comma:
            return address
        name = f"picture {len(self.data) + 1}"
        try:
            data = base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
            self.data[name] = FACES.sub(b"", data)
        except (binascii.Error, ValueError):
            self.losses.add("lost-picture", "a picture within the page is broken")
        return name

    def _table(self, element: Element) -> Iterator[Block]:
        grid = element.find(".//table")
        caption = element.find(".//caption")
        place = element.get("id") or ""
        if caption is not None:
            yield Block("table-caption", tuple(self.inlines(caption)), place)
        head = tuple(self._row(row) for row in grid.iterfind("./thead/tr"))
        body = tuple(self._row(row) for row in grid.iterfind("./tbody/tr"))
        yield Block("table", (), place, 0, Grid(head, body))
        for note in element.iter("p"):
            if "table-note" in _classes(note):
                yield Block("table-note", tuple(self.inlines(note)))

    def _row(self, row: Element) -> tuple[Cell, ...]:
        return tuple(self._cell(cell) for cell in row if cell.tag in ("td", "th"))

    def _cell(self, cell: Element) -> Cell:
        align = next((one.removeprefix("align-") for one in _classes(cell) if one.startswith("align-")), "")
        return Cell(tuple(self.inlines(cell)), align)

    # Prose

    def prose(self, element: Element) -> Nodes:
        """The blocks within an element; words that stand there by themselves are a paragraph."""
        return as_blocks(self.inlines(element))

    def blocks(self, element: Element) -> Nodes:
        """What a block says."""
        handler = BLOCKS.get(element.tag)
        if element.tag == "div" and "equation" in _classes(element):
            tex = next((tex for one in element.iter("math", "span") if (tex := _tex(one))), "")
            return [Node("equation", text=tex)]
        if handler:
            return handler(self, element)
        return as_blocks(self.inlines(element))

    def inlines(self, element: Element) -> Nodes:
        """What stands within an element."""
        found: Nodes = [text(element.text)] if element.text else []
        for child in element:
            if isinstance(child.tag, str) and child.tag not in UNREAD and not UNREAD_CLASSES & {*_classes(child)}:
                found += self._inline(child)
            if child.tail:
                found.append(text(child.tail))
        return found

    def _inline(self, element: Element) -> Nodes:
        classes = _classes(element)
        kind = next((SPANS[name] for name in classes if name in SPANS), "")
        if kind:
            return [Node(kind, tuple(self.inlines(element)))]
        if "credit" in classes:
            return []
        if element.tag in BLOCKS:
            return self.blocks(element)
        handler = INLINES.get(element.tag)
        return handler(self, element) if handler else self.inlines(element)


CONTAINERS = frozenset(["body", "main", "section", "header", "div", "aside", "article"])

SPANS: Mapping[str, str] = {
    "citation": "cited",
    "cite-mark": "nothing",
    "label": "label",
    "number": "number",
    "mark": "mark",
    "legend-mark": "mark",
    "run-in": "run-in",
    "small-caps": "small-caps",
}
"""Classes of inlines, and the nodes they become."""


def _tex(element: Element) -> str:
    """The LaTeX of a formula."""
    written = element.get("data-tex")
    if written:
        return str(written)
    return next(
        (one.text or "" for one in element.iter("annotation") if one.get("encoding") == "application/x-tex"), ""
    )


def _math(page: _Page, element: Element) -> Nodes:
    tex = _tex(element)
    if not tex:
        page.losses.add("lost-formula", f"this formula has no LaTeX: “{shortened(''.join(element.itertext()), 40)}”")
        return [text("".join(element.itertext()))]
    return [Node("math", text=tex)]


def _anchor(page: _Page, element: Element) -> Nodes:
    address, inner = element.get("href") or "", tuple(page.inlines(element))
    if address.startswith("#"):
        return [Node("jump", inner, value=unquote(address[1:]))]
    return [Node("a", inner, value=address)]


def _span(page: _Page, element: Element) -> Nodes:
    if "math" in _classes(element):
        return _math(page, element)
    inner = page.inlines(element)
    lang = element.get("lang") or ""
    return [Node("language", tuple(inner), value=lang)] if lang else inner


def _format(kind: str) -> Callable[[_Page, Element], Nodes]:
    return lambda page, element: [Node(kind, tuple(page.inlines(element)))]


def _items(kind: str) -> Callable[[_Page, Element], Nodes]:
    return lambda page, element: [
        Node(
            kind,
            tuple(Node("li", tuple(page.prose(item))) for item in element if item.tag == "li"),
            value=start if (start := element.get("start", "")).isdecimal() else "",
        )
    ]


def _small_table(page: _Page, element: Element) -> Nodes:
    parts = [
        Node(part.tag, tuple(_table_row(page, row) for row in part if row.tag == "tr"))
        for part in element
        if part.tag in ("thead", "tbody")
    ]
    return [Node("table", tuple(parts))]


def _table_row(page: _Page, row: Element) -> Node:
    cells = [(cell.tag, page._cell(cell)) for cell in row if cell.tag in ("td", "th")]  # one reading of cells
    return Node("tr", tuple(Node(tag, cell.nodes, value=cell.align) for tag, cell in cells))


BLOCKS: dict[str, Callable[[_Page, Element], Nodes]] = {
    "p": lambda page, element: as_blocks(page.inlines(element)),
    "ul": _items("ul"),
    "ol": _items("ol"),
    "blockquote": lambda page, element: [Node("blockquote", tuple(page.prose(element)))],
    "pre": lambda _page, element: [Node("pre", text="".join(element.itertext()).strip("\n"))],
    "hr": lambda _page, _element: [Node("hr")],
    "table": _small_table,
}

INLINES: dict[str, Callable[[_Page, Element], Nodes]] = {
    "em": _format("em"),
    "i": _format("em"),
    "strong": _format("strong"),
    "b": _format("strong"),
    "s": _format("s"),
    "sub": _format("sub"),
    "sup": _format("sup"),
    "u": _format("underline"),
    "code": lambda _page, element: [Node("code", text="".join(element.itertext()))],
    "br": lambda _page, _element: [Node("br")],
    "a": _anchor,
    "span": _span,
    "math": _math,
}
