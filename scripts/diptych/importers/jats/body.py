"""The text of a JATS article: elements → nodes of prose, sections, figures and tables.

Inline and block elements are handled by two tables at the end; what stands in neither is reported, and its words stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from diptych import prose
from diptych.bibliography.pandoc import PandocError
from diptych.importers import pandoc, tables
from diptych.importers.clusters import Gatherer, ungrouped
from diptych.importers.figures import Pictures, identifier
from diptych.importers.jats.references import Listed
from diptych.importers.jats.tree import MATH, XLINK, XML, Element, first, kind, line_of, name_of, pieces, words
from diptych.importers.nodes import as_blocks, text, words_of
from diptych.importers.paper import Losses, Source, shortened
from diptych.importers.pen import Pen
from diptych.prose import CrossReference, Node

Nodes = list[Node]


@dataclass
class Reader:
    """What is known of the article on the way through it."""

    source: Source
    article: Element
    losses: Losses
    pen: Pen
    listed: Listed
    pictures: Pictures
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Kind and name of figures, tables and sections by their ids in the file."""
    figures: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    tex: dict[Element, str] = field(default_factory=dict)
    used_notes: set[str] = field(default_factory=set)
    gatherer: Gatherer = field(default_factory=Gatherer)

    def prepare(self) -> None:
        """Names everything that may be referred to, and reads formulas in MathML all at once."""
        self.gatherer = Gatherer(self.listed.numbers)
        taken: dict[str, set[str]] = {"fig": set(), "tbl": set(), "sec": set(), "eq": set()}
        for formula in self.article.iter("disp-formula"):
            if formula.get("id") and words(formula.find("label")):
                self.names[formula.get("id") or ""] = (
                    "eq",
                    identifier(formula.get("id") or "", taken["eq"], "equation"),
                )
        for element in self.article.iter("fig", "table-wrap", "sec"):
            short, held = HELD[name_of(element)]
            wanted = element.get("id") or ""
            if wanted if short == "sec" else next(element.iter(held), None) is not None:
                number = len(taken[short]) + 1
                name = identifier(wanted, taken[short], f"{LONG[short]}-{number}")
                self.names[wanted or f"\0{id(element)}"] = (short, name)
        formulas = list(self.article.iter(MATH))
        try:
            found = pandoc.formulas([_markup(formula) for formula in formulas])
        except PandocError:
            found = [None] * len(formulas)
        self.tex = {formula: tex for formula, tex in zip(formulas, found, strict=True) if tex}

    def name(self, element: Element) -> str:
        """The name of a figure, table or section for cross-references; empty for a section without an id."""
        return self.names.get(element.get("id") or f"\0{id(element)}", ("", ""))[1]

    def lose(self, code: str, message: str, element: Element, hint: str | None = None) -> None:
        """Note what is lost, at the element's line."""
        self.losses.add(code, message, line_of(element), hint)

    def lose_part(self, element: Element) -> None:
        """Note that an element that says something is not carried over."""
        if said := words(element):
            self.lose("lost-part", f"“{name_of(element)}” is not carried over: “{shortened(said)}”", element)

    # Prose

    def line(self, element: Element | None) -> str:
        """The element's inlines as Markdown on one line."""
        return self.pen.line(self.inlines(element), line_of(element)) if element is not None else ""

    def prose(self, elements: Iterable[Element]) -> str:
        """Blocks as Markdown."""
        found = list(elements)
        nodes = [node for element in found for node in self.blocks(element)]
        return self.pen.blocks(nodes, line_of(found[0]) if found else None)

    def inlines(self, element: Element) -> tuple[Node, ...]:
        """The inlines within an element, its citations gathered."""
        return ungrouped(self.gatherer.gather(self.raw(element)))

    def raw(self, element: Element) -> Nodes:
        """The inlines within an element, mentions of references each for itself."""
        found: Nodes = []
        for piece in pieces(element):
            if isinstance(piece, str):
                found.append(text(piece))
            else:
                found += self._inline(piece, found)
        return found

    def _inline(self, element: Element, before: Nodes) -> Nodes:
        name = name_of(element)
        if name == "xref":
            return _xref(self, element, before)
        if name in FLOATS:
            self.block(element)
            return []
        handler = INLINES.get(name)
        if handler:
            return handler(self, element)
        if name in BLOCK_HANDLERS:
            return self.block(element)
        self.lose("unknown-element", f"“{name}” means nothing here; its words are kept", element)
        return self.raw(element)

    def blocks(self, element: Element) -> Nodes:
        """A block's nodes, its citations gathered."""
        return [_gathered(self, node) for node in self.block(element)]

    def block(self, element: Element) -> Nodes:
        """A block's nodes."""
        name = name_of(element)
        handler = BLOCK_HANDLERS.get(name)
        if handler:
            return handler(self, element)
        if name in INLINES:
            return [Node("p", tuple(INLINES[name](self, element)))]
        said = words(element)
        if said:
            message = f"“{name}” means nothing here; its words are kept: “{shortened(said, 40)}”"
            self.lose("unknown-element", message, element)
        return as_blocks(self.raw(element))

    # Sections

    def sections(self, parent: Element) -> list[dict[str, Any]]:
        """The sections of a body; text before the first stands in one whose heading says so."""
        loose = [child for child in parent if name_of(child) and name_of(child) not in ("sec", *NO_TEXT)]
        found = []
        before = self.prose(loose)
        if before:
            message = "the text before the first heading has none of its own; it stands under “Untitled”"
            self.lose("no-heading", message, loose[0], "give it a heading")
            found.append({"heading": "Untitled", "text": before})
        return found + [self.section(child) for child in parent if name_of(child) == "sec"]

    def section(self, element: Element) -> dict[str, Any]:
        """A section with those within it."""
        heading = self.line(element.find("title"))
        if not heading:
            self.lose("no-heading", "this section has no heading; it is called “Untitled”", element, "give it one")
        section: dict[str, Any] = {"heading": heading or "Untitled"}
        if self.name(element) and self._mentioned(element.get("id") or ""):
            section["id"] = self.name(element)
        inside = [child for child in element if name_of(child) and name_of(child) not in ("sec", *NO_TEXT)]
        if said := self.prose(inside):
            section["text"] = said
        inner = [self.section(child) for child in element if name_of(child) == "sec"]
        return {**section, "sections": inner} if inner else section

    def _mentioned(self, target: str) -> bool:
        return any(target in (link.get("rid") or "").split() for link in self.article.iter("xref"))


HELD = {"fig": ("fig", "graphic"), "table-wrap": ("tbl", "table"), "sec": ("sec", "")}
"""What may be referred to: its kind in cross-references, and the element without which it is left out."""
LONG = {"fig": "figure", "tbl": "table", "sec": "section"}
NO_TEXT = ("title", "label", "sec-meta")
FLOATS = ("fig", "fig-group", "table-wrap", "table-wrap-group", "supplementary-material", "media")


def _markup(formula: Element) -> str:
    """The MathML as HTML has it, without prefixes."""
    markup = etree.tostring(formula, encoding="unicode", with_tail=False)
    return re.sub(r"\sxmlns(:\w+)?=\"[^\"]*\"", "", re.sub(r"(</?)\w+:", r"\1", markup))


def _gathered(reader: Reader, node: Node) -> Node:
    (gathered,) = ungrouped(reader.gatherer.gather([node])) or (Node("p"),)
    return gathered


# Inlines

Handler = Callable[[Reader, Element], Nodes]


def _format(kind_: str) -> Handler:
    return lambda reader, element: [Node(kind_, tuple(reader.raw(element)))]


def _transparent(reader: Reader, element: Element) -> Nodes:
    return reader.raw(element)


def _nothing(_reader: Reader, _element: Element) -> Nodes:
    return []


def _plainer(reader: Reader, element: Element) -> Nodes:
    said = LOST_LOOKS.get(name_of(element), name_of(element))
    reader.lose("lost-look", f"{said} are not kept: “{shortened(words(element), 40)}”", element)
    return reader.raw(element)


LOST_LOOKS = {"sc": "small capitals", "underline": "underlined words", "overline": "overlined words"}


def _code(_reader: Reader, element: Element) -> Nodes:
    return [Node("code", text=words(element))]


def _link(reader: Reader, element: Element) -> Nodes:
    address = element.get(f"{XLINK}href") or words(element)
    if name_of(element) == "email":
        address = f"mailto:{words(element)}"
    if kind(element, "ext-link-type") == "doi" and "://" not in address:
        address = f"https://doi.org/{address}"
    inner = reader.raw(element) or [text(address)]
    return [Node("a", tuple(inner), value=address)]


def _formula(reader: Reader, element: Element) -> Nodes:
    """A formula: its LaTeX, or that of its MathML; the words where it has neither."""
    tex = _tex_of(reader, element)
    display = name_of(element) == "disp-formula"
    if tex is None:
        reader.lose(
            "lost-formula",
            f"this formula is neither LaTeX nor MathML that can be read: “{shortened(words(element), 40)}”",
            element,
        )
        return [text(words(element))]
    if display and words(element.find("label")) and not reader.name(element):
        reader.lose("lost-number", f"the number of a formula without an id: “{words(element.find('label'))}”", element)
    return [Node("equation", text=tex, value=reader.name(element)) if display else Node("math", text=tex)]


def _tex_of(reader: Reader, element: Element) -> str | None:
    written = next(element.iter("tex-math"), None)
    if written is not None:
        raw = "".join(piece if isinstance(piece, str) else words(piece) for piece in pieces(written))
        return _bare_tex(raw) or None
    formula = element if element.tag == MATH else next(element.iter(MATH), None)
    return reader.tex.get(formula) if formula is not None else None


TEX_DOCUMENT = re.compile(r"\\begin\{document\}(.*)\\end\{document\}", re.DOTALL)
TEX_DELIMITERS = (("$$", "$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"))


def _bare_tex(raw: str) -> str:
    """LaTeX without the document around it and the signs that begin and end a formula."""
    inside = TEX_DOCUMENT.search(raw)
    tex = " ".join((inside[1] if inside else raw).split())
    for opening, closing in TEX_DELIMITERS:
        if tex.startswith(opening) and tex.endswith(closing) and len(tex) >= len(opening) + len(closing):
            return tex[len(opening) : -len(closing)].strip()
    return tex


def _footnote(reader: Reader, element: Element) -> Nodes:
    inner = [node for child in element if name_of(child) not in ("label", "") for node in reader.block(child)]
    return [Node("note", tuple(inner))] if inner else []


def _graphic(reader: Reader, element: Element) -> Nodes:
    called = element.get(f"{XLINK}href") or ""
    reader.lose("lost-picture", f"the picture “{called}” stands in the text; only figures have pictures", element)
    return []


def _styled(reader: Reader, element: Element) -> Nodes:
    """A phrase in another language; any other named phrase is its words."""
    lang = element.get(f"{XML}lang")
    if lang and re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", lang):
        return [Node("language", tuple(reader.raw(element)), value=lang)]
    return reader.raw(element)


# Cross-references

CALLED = re.compile(
    r"\b(?:eq(?:uation)?s?|fig(?:ure)?s?|tab(?:le)?s?|sections?|sects?|secs?)\b\.?[\s\N{NO-BREAK SPACE}]*$",
    re.IGNORECASE,
)
SHOWN = re.compile(r"(?:[^\W\d]+\.?\s*)?S?\d+(?:\.\d+)*(?P<part>\s?\(?[A-Za-z](?:[,–-]\s?[A-Za-z])*\)?)?$")


def _xref(reader: Reader, element: Element, before: Nodes) -> Nodes:
    targets, sort = (element.get("rid") or "").split(), kind(element, "ref-type")
    keys = [key for target in targets for key in reader.listed.keys.get(target, ())]
    if keys:
        return [Node("cite", text=words(element), value=" ".join(keys))]
    named = [reader.names[target] for target in targets if target in reader.names]
    if named and not (named[0][0] == "eq" and before and words_of(before[-1:]).endswith("(")):
        return _crossref(element, named, before)
    if sort == "fn" and targets:
        return _called_note(reader, element, targets[0])
    if sort in ("table-fn", "aff", "corresp", "author-notes"):
        return [Node("sup", (text(words(element)),))] if element.find("sup") is None else reader.raw(element)
    if sort not in ("disp-formula", "app", "supplementary-material", "box", "boxed-text", "other", "list", ""):
        reader.lose("lost-link", f"“{shortened(words(element), 40)}” points at nothing that is here", element)
    return reader.raw(element)


def _crossref(element: Element, named: Sequence[tuple[str, str]], before: Nodes) -> Nodes:
    """Cross-references, for which the dialect prints the words: “Fig.” before the number is taken away."""
    if before and before[-1].kind == "text":
        shorter = CALLED.sub("", before[-1].text)
        if shorter != before[-1].text and re.match(r"[\sS]*\d", words(element)):
            before[-1] = text(shorter)
    found: Nodes = []
    for kind_, name in named:
        mention = CrossReference(kind_, name, 0, 0)  # type: ignore[arg-type]
        found += [text(", ")] if found else []
        found.append(Node("crossref", mention=mention))
    shown = SHOWN.match(words(element))
    part = (shown["part"] or "") if shown and named[0][0] in ("fig", "tbl") else ""
    return [*found, text(part)] if part else found


def _called_note(reader: Reader, element: Element, target: str) -> Nodes:
    note = next((one for one in reader.article.iter("fn") if one.get("id") == target), None)
    if note is None:
        reader.lose("lost-note", f"the footnote “{target}” is not there", element)
        return reader.raw(element)
    if target in reader.used_notes:
        reader.lose("repeated-note", f"the footnote “{shortened(words(note), 40)}” is called again", element)
        return []
    reader.used_notes.add(target)
    return _footnote(reader, note)


# Blocks


def _paragraph(reader: Reader, element: Element) -> Nodes:
    return as_blocks(reader.raw(element))


def _inner(reader: Reader, element: Element) -> Nodes:
    return [node for child in element if name_of(child) and name_of(child) != "label" for node in reader.block(child)]


def _list(reader: Reader, element: Element) -> Nodes:
    numbered = kind(element, "list-type") in ("order", "alpha-lower", "alpha-upper", "roman-lower", "roman-upper")
    items = [Node("li", tuple(_inner(reader, item))) for item in element if name_of(item) == "list-item"]
    before = [Node("p", (Node("strong", tuple(reader.raw(title))),)) for title in element.findall("title")]
    return [*before, Node("ol" if numbered else "ul", tuple(items))] if items else before


def _definitions(reader: Reader, element: Element) -> Nodes:
    items = []
    for item in element.iter("def-item"):
        term = first(item, "term")
        said = [node for definition in item.findall("def") for node in _inner(reader, definition)]
        head = Node("strong", tuple(reader.raw(term))) if term is not None else text("")
        opening = said[0].children if said and said[0].kind == "p" else ()
        items.append(Node("li", (Node("p", (head, text(" "), *opening)), *said[1 if opening else 0 :])))
    return [Node("ul", tuple(items))] if items else []


def _quotation(reader: Reader, element: Element) -> Nodes:
    return [Node("blockquote", tuple(_inner(reader, element)))]


def _verbatim(_reader: Reader, element: Element) -> Nodes:
    said = "".join(piece if isinstance(piece, str) else words(piece) for piece in pieces(element))
    return [Node("pre", text=said.strip("\n"))]


def _box(reader: Reader, element: Element) -> Nodes:
    """What stands in a box, as a quotation with its title in bold."""
    title = first(element, "caption/title", "title", "sec/title")
    reader.lose("lost-frame", f"the box “{shortened(words(title), 40)}” is set as a quotation", element)
    parts = [child for child in element.iter("p", "list", "def-list", "disp-formula") if _nearest(child, element)]
    head = [Node("p", (Node("strong", tuple(reader.raw(title))),))] if title is not None else []
    return [Node("blockquote", (*head, *(node for part in parts for node in reader.block(part))))]


def _nearest(element: Element, box: Element) -> bool:
    """True for a part of a box that is in no other part."""
    parent = element.getparent()
    while parent is not None and parent is not box:
        if name_of(parent) in ("p", "list", "def-list", "title", "caption"):
            return name_of(parent) == "caption" and name_of(element) == "p"
        parent = parent.getparent()
    return True


def _verse(reader: Reader, element: Element) -> Nodes:
    lines = [part for line in element.iter("verse-line") for part in (*reader.raw(line), Node("br"))]
    return [Node("blockquote", (Node("p", tuple(lines[:-1])),))]


def _floating(reader: Reader, element: Element) -> Nodes:
    for inner in element.iter("fig", "table-wrap"):
        reader.block(inner)
    return []


def _lost(reader: Reader, element: Element) -> Nodes:
    reader.lose("lost-part", f"“{name_of(element)}” is not carried over: “{shortened(words(element), 60)}”", element)
    return []


# Figures and tables


def _caption(reader: Reader, element: Element) -> str:
    """Title and paragraphs of a caption as one passage."""
    caption = element.find("caption")
    if caption is None:
        return ""
    nodes: Nodes = []
    for child in caption:
        if name_of(child) in ("title", "p"):
            inner = reader.raw(child)
            if nodes and words_of(nodes)[-1:] not in ".?!":
                nodes.append(text("."))
            nodes += [text(" "), *inner] if nodes else inner
    return reader.pen.line(ungrouped(reader.gatherer.gather(nodes)), line_of(element))


def _captioned(reader: Reader, element: Element, caption: str, called: str) -> str:
    """The caption, or what stands for it where there is none."""
    if not caption:
        reader.lose("no-caption", f"{called} has no caption; its name stands for it", element, "write a caption")
    return caption or called


def _figure(reader: Reader, element: Element) -> Nodes:
    label = words(element.find("label"))
    name = reader.name(element) or label
    caption = _caption(reader, element)
    graphics = [graphic for graphic in element.iter("graphic") if _is_best(graphic)]
    if not graphics:
        reader.lose(
            "lost-figure",
            f"{label or name} has no picture; it is left out with its caption “{shortened(caption)}”",
            element,
        )
        return []
    for graphic in graphics[1:]:
        reader.lose(
            "lost-picture",
            f"{label or name} has more than one picture; “{graphic.get(f'{XLINK}href')}” is left out",
            graphic,
        )
    called = graphics[0].get(f"{XLINK}href") or ""
    alt = words(first(element, "alt-text", "graphic/alt-text", ".//long-desc"))
    if not alt:
        message = f"{label or name} has no alternative text; its caption stands for it"
        reader.lose("no-alternative-text", message, element, "say in `alt` what the picture shows")
    figure = {
        "src": reader.pictures.take(name, picture_beside(reader.source, called), called, line_of(graphics[0])),
        "alt": alt or prose.plain(prose.parse_line(caption, reader.pen.lang)[0]) or label or name,
        "caption": _captioned(reader, element, caption, label or name),
    }
    credit = " ".join(filter(None, (reader.line(one) for one in element.findall("attrib"))))
    credit = credit or " ".join(
        filter(None, (words(one) for one in element.findall("permissions/copyright-statement")))
    )
    reader.figures[name] = {**figure, "credit": credit} if credit else figure
    return []


def _is_best(graphic: Element) -> bool:
    """True for a picture that is not one of alternatives, or the first of them."""
    parent = graphic.getparent()
    return name_of(parent) != "alternatives" or parent is None or graphic is parent.find("graphic")


def picture_beside(source: Source, called: str) -> bytes | None:
    """The picture that a file names, with or without its ending, in its folder or in one of pictures there."""
    for folder in ("", "figures/", "images/", "graphics/", "media/"):
        for ending in ("", ".svg", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".eps"):
            data = source.beside(f"{folder}{called}{ending}") if called else None
            if data is not None:
                return data
    return None


def _table(reader: Reader, element: Element) -> Nodes:
    name, label = reader.name(element), words(element.find("label"))
    grid = next(element.iter("table"), None)
    if grid is None:
        reader.lose(
            "lost-table",
            f"{label or name} is a picture or empty; it is left out",
            element,
            "write its cells in `tables`",
        )
        return []
    if len(list(element.iter("table"))) > 1:
        reader.lose("lost-table", f"{label or name} is made of several tables; the first is kept", element)
    head = [_row(reader, row) for part in grid.findall("thead") for row in part.iter("tr")]
    body = [row for row in grid.iter("tr") if name_of(row.getparent()) != "thead"]
    if not head and body and all(name_of(cell) == "th" for cell in body[0] if name_of(cell)):
        head, body = [_row(reader, body[0])], body[1:]
    found = tables.table(head, [_row(reader, row) for row in body], reader.pen, label or name, line_of(element))
    if found:
        notes = _table_notes(reader, element)
        reader.tables[name] = {
            "caption": _captioned(reader, element, _caption(reader, element), label or name),
            **found,
            **({"notes": notes} if notes else {}),
        }
    return []


def _row(reader: Reader, row: Element) -> list[tables.Cell]:
    return [_cell(reader, cell) for cell in row if name_of(cell) in ("td", "th")]


def _cell(reader: Reader, cell: Element) -> tables.Cell:
    said = re.search(r"text-align:\s*(\w+)", cell.get("style") or "")
    align = said[1] if said else cell.get("align") or ""
    spans = [int(value) if (value := cell.get(name) or "1").isdigit() else 1 for name in ("colspan", "rowspan")]
    return tables.Cell(
        reader.inlines(cell), "decimal" if align == "char" else align, max(1, spans[0]), max(1, spans[1])
    )


def _table_notes(reader: Reader, element: Element) -> str:
    """What stands beneath a table: each note in its paragraph, behind its sign."""
    nodes: Nodes = []
    for foot in element.findall("table-wrap-foot"):
        for child in foot.iter("fn", "p", "attrib"):
            if name_of(child) == "fn" or name_of(child.getparent()) == "table-wrap-foot":
                nodes += _table_note(reader, child)
    return reader.pen.blocks([_gathered(reader, node) for node in nodes], line_of(element))


def _table_note(reader: Reader, element: Element) -> Nodes:
    label = words(element.find("label"))
    inner = _inner(reader, element) if name_of(element) == "fn" else _paragraph(reader, element)
    if label and inner and inner[0].kind == "p":
        return [Node("p", (Node("sup", (text(label),)), text(" "), *inner[0].children)), *inner[1:]]
    return inner


INLINES: dict[str, Handler] = {
    "italic": _format("em"),
    "bold": _format("strong"),
    "strike": _format("s"),
    "sub": _format("sub"),
    "sup": _format("sup"),
    "monospace": _code,
    "code": _code,
    "sc": _plainer,
    "underline": _plainer,
    "overline": _plainer,
    "roman": _transparent,
    "sans-serif": _transparent,
    "named-content": _styled,
    "styled-content": _styled,
    "foreign": _styled,
    "abbrev": _transparent,
    "break": lambda _reader, _element: [Node("br")],
    "ext-link": _link,
    "uri": _link,
    "email": _link,
    "inline-formula": _formula,
    "tex-math": _formula,
    MATH: _formula,
    "chem-struct": _transparent,
    "fn": _footnote,
    "inline-graphic": _graphic,
    "inline-supplementary-material": _transparent,
    "related-article": _transparent,
    "related-object": _transparent,
    "target": _transparent,
    "milestone-start": _nothing,
    "milestone-end": _nothing,
    "index-term": _nothing,
    "label": _nothing,
    "alternatives": _transparent,
    "private-char": _transparent,
    "institution": _transparent,
    "fixed-case": _transparent,
    "title": _transparent,
}

BLOCK_HANDLERS: dict[str, Handler] = {
    "p": _paragraph,
    "title": lambda reader, element: [Node("p", (Node("strong", tuple(reader.raw(element))),))],
    "list": _list,
    "def-list": _definitions,
    "disp-quote": _quotation,
    "preformat": _verbatim,
    "disp-formula": _formula,
    "disp-formula-group": _inner,
    "boxed-text": _box,
    "verse-group": _verse,
    "statement": _inner,
    "speech": _inner,
    "attrib": _paragraph,
    "fig": _figure,
    "fig-group": _floating,
    "table-wrap": _table,
    "table-wrap-group": _floating,
    "graphic": _graphic,
    "media": _lost,
    "supplementary-material": _lost,
    "fn-group": _lost,
    "array": _lost,
    "sec": _inner,
}


def floats(reader: Reader) -> None:
    """Reads the figures and tables that stand apart from the text."""
    for group in reader.article.iterfind("floats-group"):
        for element in group:
            if name_of(element) in FLOATS:
                reader.block(element)
