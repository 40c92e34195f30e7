"""HTML and CSS → computed styles in points: what a printer without a layout engine of its own asks of the design.

WeasyPrint's cascade runs without its layout: every element of the document gets its computed style, every page type
its margin boxes. This folder, `measure` and the PDF printer alone touch WeasyPrint's private parts; a contract test
guards them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
from lxml import html as lxml_html
from weasyprint import CSS, HTML
from weasyprint.css import find_stylesheets
from weasyprint.css.counters import CounterStyle
from weasyprint.layout.page import PageType
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetchingError

from diptych import fontfiles, measure
from diptych.document import CITED, COMMENT, Document
from diptych.style.kinds import Kind, Kinds
from diptych.style.looks import Border, Borders, BoxStyle, Edges, Face, MarginBox, PageStyle, Piece, TextStyle
from diptych.workspace import RefusedError, Workspace

POINTS = 0.75  # a CSS pixel in points (CSS Values 4, §6.2)
BOLD = 600  # from this weight on, a face without a name of its own counts as bold
SIDES = ("top", "right", "bottom", "left")


class _Refuse(URLFetcher):
    """The cascade needs no file; a document that asks for one is told no."""

    def fetch(self, url: str, headers: object = None) -> Any:
        """Never a response; always raises."""
        raise URLFetchingError(url)


class _FontFaces:
    """Stands where WeasyPrint expects its font configuration and only notes the `@font-face` rules."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, bool, str]] = []  # family, weight, italic, address
        self.rules: list[dict[str, Any]] = []  # as WeasyPrint has them

    def add_font_face(self, rule: dict[str, Any], _: object) -> None:
        """Note one rule: the family it names, its weight and slant, and its first address."""
        self.rules.append(rule)
        addresses = [value for kind, value in rule["src"] if kind == "external"]
        weight = {"normal": 400, "bold": 700}.get(rule.get("font_weight", 400), rule.get("font_weight", 400))
        italic = rule.get("font_style", "normal") != "normal"
        if addresses:
            self.found.append((str(rule["font_family"]), int(weight), italic, str(addresses[0])))


@lru_cache(maxsize=64)
def _parsed(text: str) -> tuple[CSS, _FontFaces]:
    faces = _FontFaces()
    sheet = CSS(string=text, base_url="https://project.invalid/", url_fetcher=_Refuse(), font_config=faces)
    return sheet, faces


@lru_cache(maxsize=16)
def _faces(texts: tuple[str, ...], root: Path) -> measure.Faces:
    """The faces of these stylesheets, loaded at most once a process."""
    return measure.Faces([rule for text in texts for rule in _parsed(text)[1].rules], root)


@lru_cache(maxsize=16)
def _kinds(texts: tuple[str, ...], root: Path) -> Kinds:
    """The kinds of elements that these stylesheets make."""
    return _new_kinds((), texts, root)


def _new_kinds(within: Iterable[CSS], texts: tuple[str, ...], root: Path) -> Kinds:
    """The same with the stylesheets that a document brings itself."""
    origins = (("user agent", _agents()), ("author", within), ("user", [_parsed(text)[0] for text in texts]))
    return Kinds([(sheet, name) for name, found in origins for sheet in found], _faces(texts, root).configuration)


@cache
def _agents() -> Sequence[CSS]:
    """How HTML looks where no stylesheet says anything, as WeasyPrint has it."""
    found: Sequence[CSS] = HTML(string="<p>", url_fetcher=_Refuse())._ua_stylesheets()
    return found


def _within(wrapped: Any, base: str, fonts: FontConfiguration) -> list[CSS]:
    """The stylesheets that the document brings itself; looking for them takes as long as writing a page."""
    root = wrapped.etree_element
    if next(root.iter("style"), None) is None and next(root.iter("link"), None) is None:
        return []
    return list(find_stylesheets(wrapped, "print", _Refuse(), base, fonts, CounterStyle(), None, None, None))


def read_tree(text: str) -> Element:
    """The tree of an HTML document: read by libxml2, which takes a tenth of the time of a parser in Python."""
    root = lxml_html.document_fromstring(text) if text.strip() else lxml_html.Element("html")
    return _copied(root)


def _copied(node: Any) -> Element:
    """The standard library's element for one of lxml's; comments leave but their tails.

    One that says something to a printer becomes an empty `span[data-said]` of the class `comment` or `cited`.
    """
    copy = Element(node.tag, dict(node.attrib))
    copy.text, copy.tail = node.text, node.tail
    for child in node:
        if isinstance(child.tag, str):
            copy.append(_copied(child))
        elif (child.text or "").startswith((COMMENT, CITED)):
            copy.append(_aside(child))
        elif len(copy):
            copy[-1].tail = (copy[-1].tail or "") + (child.tail or "")
        else:
            copy.text = (copy.text or "") + (child.tail or "")
    return copy


def _aside(node: Any) -> Element:
    kind, _, said = node.text.partition(":")
    element = Element("span", {"class": kind, "data-said": said})
    element.tail = node.tail
    return element


class _Wrapped(cssselect2.ElementWrapper):
    """An element as cssselect2 wants it, with what it would find out for each, and in HTML is known."""

    namespace_url = ""

    def __init__(self, etree_element: Element, *place: Any, **more: Any) -> None:
        super().__init__(etree_element, *place, **more)
        self.local_name = etree_element.tag
        self.etree_children = list(etree_element)


class Cascade:
    """The computed styles of one document; ask by element."""

    def __init__(self, document: Document, workspace: Workspace) -> None:
        texts = tuple(sheet.text for sheet in document.stylesheets)
        self.root = read_tree(document.html)
        wrapped = _Wrapped.from_html_root(self.root, content_language=None)
        self._wrapped = list(wrapped.iter_subtree())
        self._offered = [face for text in texts for face in _parsed(text)[1].found]
        self._workspace = workspace
        self._loaded = _faces(texts, workspace.root)
        within = _within(wrapped, document.base, self._loaded.configuration)
        self._kinds = _new_kinds(within, texts, workspace.root) if within else _kinds(texts, workspace.root)
        self._kind = self._kinds.of(self._wrapped)
        self._texts: dict[Kind, TextStyle] = {}
        self._alike: dict[TextStyle, TextStyle] = {}
        self._faces: dict[tuple[tuple[str, ...], int, bool], Face] = {}

    def wrapped(self) -> Iterator[Any]:
        """Every element in document order, wrapped for cssselect2; its `.etree_element` is the element."""
        yield from self._wrapped

    def text(self, element: Element, pseudo: str | None = None) -> TextStyle:
        """How the characters of `element`, or of its pseudo-element, look; one object for all that look the same."""
        return self._text(self._kind_of(element, pseudo))

    def box(self, element: Element, measure: float, pseudo: str | None = None) -> BoxStyle:
        """How the box of `element` stands in a container whose content is `measure` points wide."""
        return _box(self._kind_of(element, pseudo), measure)

    def line_widths(self, element: Element, lines: Sequence[str]) -> list[float]:
        """How wide texts are in the face and size of `element`, in points; 0 where no stylesheet brings any face."""
        if not self._offered:
            return [0.0] * len(lines)
        self._loaded.load()
        return measure.line_widths(self._kind[element].style, lines)

    def faces(self) -> tuple[Face, ...]:
        """Every face that the styles asked for so far are set in, each file once."""
        return tuple({(face.name, face.address): face for face in self._faces.values()}.values())

    def display(self, element: Element) -> str:
        """The outer display type alone; see BoxStyle.display."""
        return self._kind[element].display

    def floats(self, element: Element) -> str:
        """Where an element floats: none, left, right or footnote."""
        return str(self._kind[element].style["float"])

    def keeps_together(self, element: Element) -> bool:
        """True where the words of an element stay on one line."""
        return bool(self._kind[element].style["white_space"] == "nowrap")

    def content(self, element: Element, pseudo: str) -> tuple[Piece, ...]:
        """What `::before` or `::after` of an element says; empty where there is none."""
        kind = self._kinds.pseudo(self._kind[element], pseudo)
        if kind is None or kind.display == "none":
            return ()
        return _pieces(kind.style["content"], element)

    def counts(self, element: Element) -> tuple[str, ...]:
        """The counters that an element counts on (CSS `counter-increment`)."""
        declared = self._kind[element].style["counter_increment"]
        return () if isinstance(declared, str) else tuple(name for name, _ in declared)

    def strings(self) -> dict[str, list[tuple[Element, str]]]:
        """Every named string (CSS `string-set`) with the elements that set it and the text each sets, in order."""
        found: dict[str, list[tuple[Element, str]]] = {}
        for element, kind in self._kind.items():
            declared = kind.style["string_set"]
            for name, content in declared if declared != "none" else ():
                text = "".join(piece.value for piece in _pieces(content, element))
                found.setdefault(name, []).append((element, text))
        return found

    def page(self, name: str = "", first: bool = False, left: bool = False) -> PageStyle:
        """The page of that name: size, margins and margin boxes; the document's first page, a left or a right one."""
        index = 0 if first else 2 - left
        page_type = PageType("left" if left else "right", False, name, index, ((name, index),) if name else ())
        kinds = self._kinds.page(self._kind[self.root], page_type)
        style = kinds[None].style
        width, height = (_points(length) for length in style["size"])
        margin = Edges(*(_resolve(style[f"margin_{side}"], width) for side in SIDES))
        found = ((position, kinds.get(f"@{position}")) for position in MARGIN_BOXES)
        boxes = {
            position: MarginBox(content, self._text(kind), _box(kind, width))
            for position, kind in found
            if kind is not None and (content := _pieces(kind.style["content"], self.root))
        }
        return PageStyle(width, height, margin, boxes)

    def _kind_of(self, element: Element, pseudo: str | None) -> Kind:
        """The kind of the element or its pseudo-element; the element's own where that has none."""
        kind = self._kind[element]
        return (self._kinds.pseudo(kind, pseudo) or kind) if pseudo else kind

    def _text(self, kind: Kind) -> TextStyle:
        known = self._texts.get(kind)
        if known is None:
            if kind.text is None:
                kind.text = self._read_text(kind.style)
            text = self._with_face(kind.text, kind.style)
            known = self._texts[kind] = self._alike.setdefault(text, text)
        return known

    def _with_face(self, text: TextStyle, style: Any) -> TextStyle:
        """The text style with the face as its file is now: the files of a document are read anew each time."""
        face = self._face(tuple(style["font_family"]), style["font_weight"], text.italic)
        return text if face == text.face else replace(text, face=face)

    def _read_text(self, style: Any) -> TextStyle:
        position, raised = _position(style["vertical_align"])
        lines = style["text_decoration_line"]
        spacing = style["letter_spacing"]
        italic = style["font_style"] != "normal"
        return TextStyle(
            face=self._face(tuple(style["font_family"]), style["font_weight"], italic),
            size=style["font_size"] * POINTS,
            weight=style["font_weight"],
            italic=italic,
            color=_color(style["color"]) or "000000",
            background=_color(style["background_color"]),
            small_caps="small-caps" in str(style["font_variant_caps"]),
            uppercase=style["text_transform"] == "uppercase",
            letter_spacing=0.0 if spacing == "normal" else spacing * POINTS,
            underline="underline" in lines,
            strike="line-through" in lines,
            position=position,
            raised=raised,
            language=style["lang"] or "",
        )

    def _face(self, families: tuple[str, ...], weight: int, italic: bool) -> Face:
        key = (families, weight, italic)
        if key not in self._faces:
            self._faces[key] = self._find_face(families, weight, italic)
        return self._faces[key]

    def _find_face(self, families: tuple[str, ...], weight: int, italic: bool) -> Face:
        generic = next((GENERIC[name] for name in families if name in GENERIC), "auto")
        offered = [face for face in self._offered if face[0].lower() == families[0].lower()]
        if not offered:
            return Face(families[0], weight >= BOLD, generic)
        _, _, _, address = min(offered, key=lambda face: (face[2] != italic, abs(face[1] - weight)))
        try:
            data = self._workspace.fetch(address)
        except RefusedError:
            return Face(families[0], weight >= BOLD, generic)
        return _face_in(data, address) or Face(families[0], weight >= BOLD, generic)


GENERIC = {"serif": "roman", "sans-serif": "swiss", "monospace": "modern"}

MARGIN_BOXES = tuple(
    f"{edge}-{place}"
    for edge, places in (
        ("top", ("left-corner", "left", "center", "right", "right-corner")),
        ("bottom", ("left-corner", "left", "center", "right", "right-corner")),
        ("left", ("top", "middle", "bottom")),
        ("right", ("top", "middle", "bottom")),
    )
    for place in places
)


def _face_in(data: bytes, address: str) -> Face | None:
    """What office software calls the face in a font file; None for any other file."""
    found = fontfiles.read(data)
    if found is None:
        return None
    generic = _generic(found.family, found.panose[1])
    return Face(found.family, found.bold, generic, address, found.ascent, found.descent)


def _generic(family: str, serif_style: int) -> str:
    """Roman or swiss: by PANOSE (serif styles 2–10 have serifs, 11–15 none), else by the family's name."""
    if serif_style >= 2:
        return "swiss" if serif_style >= 11 else "roman"
    return "roman" if "serif" in family.lower() else "swiss" if "sans" in family.lower() else "auto"


def _box(kind: Kind, measure: float) -> BoxStyle:
    known, key = kind.boxes, round(measure, 2)
    if key not in known:
        known[key] = _read_box(kind, measure)
    return known[key]


def _read_box(kind: Kind, measure: float) -> BoxStyle:
    style = kind.style
    count, gap, column_width = style["column_count"], style["column_gap"], style["column_width"]
    width, max_width = style["width"], style["max_width"]
    margins = [style[f"margin_{side}"] for side in SIDES]
    line = style["line_height"]
    return BoxStyle(
        display=kind.display,
        margin=Edges(*(_resolve(value, measure) for value in margins)),
        centered=margins[1] == "auto" and margins[3] == "auto",
        padding=Edges(*(_resolve(style[f"padding_{side}"], measure) for side in SIDES)),
        borders=Borders(*(_border(style, side) for side in SIDES)),
        background=_color(style["background_color"]),
        width=None if width == "auto" else _resolve(width, measure),
        max_width=None if _is_endless(max_width) else _resolve(max_width, measure),
        align=_align(style["text_align_all"], style["direction"]),
        vertical_align=str(style["vertical_align"]) if isinstance(style["vertical_align"], str) else "baseline",
        indent=_resolve(style["text_indent"], measure),
        line_height=_line_height(line, style["font_size"]),
        preformatted=style["white_space"].startswith("pre") or style["white_space"] == "break-spaces",
        hyphens=style["hyphens"] == "auto",
        break_before=style["break_before"],
        break_after=style["break_after"],
        break_inside=style["break_inside"],
        page=style["page"] or "",
        columns=1 if count == "auto" else int(count),
        column_gap=style["font_size"] * POINTS if gap == "normal" else _resolve(gap, measure),
        column_width=None if column_width == "auto" else _resolve(column_width, measure),
        balanced=style["column_fill"] != "auto",
        spans_columns=style["column_span"] == "all",
        widows=int(style["widows"]),
        list_style=_list_style(style["list_style_type"]),
        floats=style["float"] or "none",
        positioned=_is_moved(style),
        beside=_beside(style, measure),
        line_numbers=_custom(style, "line_numbers"),
    )


def _is_moved(style: Any) -> bool:
    """True for what CSS takes out of the flow or shifts; `relative` alone only says what others are placed by."""
    if style["position"] == "relative":
        return any(style[side] != "auto" for side in SIDES)
    return bool(style["position"] != "static")


def _beside(style: Any, measure: float) -> float | None:
    """Where a box with `position: absolute`, `right` and `width` begins; None for any other box."""
    right, width = style["right"], style["width"]
    if style["position"] != "absolute" or right == "auto" or width == "auto":
        return None
    return measure - _resolve(right, measure) - _resolve(width, measure)


def _is_endless(value: Any) -> bool:
    return value == "none" or math.isinf(getattr(value, "value", 0) or 0)


def _points(length: Any) -> float:
    return float(getattr(length, "value", length)) * POINTS


def _resolve(value: Any, base: float) -> float:
    """A computed length in points; percentages of `base`; what only layout could know counts as nothing."""
    if isinstance(value, (int, float)):
        return value * POINTS
    number, unit = getattr(value, "value", None), getattr(value, "unit", None)
    if not isinstance(number, (int, float)):
        return 0.0
    return number / 100 * base if unit == "%" else number * POINTS


def _line_height(value: Any, font_size: float) -> float | None:
    if value == "normal":
        return None
    if isinstance(value, (int, float)):
        return value * font_size * POINTS
    return _resolve(value, font_size * POINTS)


def _border(style: Any, side: str) -> Border | None:
    kind, width = style[f"border_{side}_style"], style[f"border_{side}_width"]
    color = style[f"border_{side}_color"]
    if kind in ("none", "hidden") or not width:
        return None
    shown = _color(style["color"] if color == "currentcolor" else color)
    return Border(_points(width), kind, shown) if shown else None


def _color(color: Any) -> str | None:
    """RRGGBB, laid on white where it is translucent; None where nothing would be seen."""
    if color is None or color == "currentcolor":
        return None
    converted = color.to("srgb")
    if not converted.alpha:
        return None
    opaque = (value * converted.alpha + 1 - converted.alpha for value in converted.coordinates)
    return "".join(f"{round(255 * min(1.0, max(0.0, value))):02X}" for value in opaque)


def _align(value: str, direction: str) -> str:
    start, end = ("right", "left") if direction == "rtl" else ("left", "right")
    return {"start": start, "end": end, "match-parent": start}.get(value, value)


def _position(value: Any) -> tuple[str, float]:
    if value in ("super", "sub"):
        return str(value), 0.0
    if isinstance(value, str):
        return "baseline", 0.0
    return "baseline", _resolve(value, 0.0)


def _list_style(value: Any) -> str:
    if isinstance(value, str):
        return value
    kind, said = value
    if kind == "symbols()":
        return "decimal" if said[0] == "numeric" else "disc"
    return f"“{said}”" if kind == "string" else "disc"


def _custom(style: Any, name: str) -> str:
    """The first word of a custom property; empty where it is not set."""
    tokens = style[f"__{name}"] or ()
    return next((str(token.value) for token in tokens if token.type == "ident"), "")


def _pieces(content: Any, element: Element) -> tuple[Piece, ...]:
    if isinstance(content, str):  # none, normal, inhibit
        return ()
    return tuple(_piece(kind, value, element) for kind, value in content)


def _piece(kind: str, value: Any, element: Element) -> Piece:
    if kind == "string":
        return Piece("text", value)
    if kind == "content()":
        return Piece("text", " ".join("".join(element.itertext()).split()))
    if kind == "attr()":
        return Piece("text", element.get(value[0]) or value[2] or "")
    if kind == "string()":
        return Piece("string", value[0])
    if kind == "counter()" and isinstance(value[1], str):
        return Piece(value[0]) if value[0] in ("page", "pages") else Piece("counter", f"{value[0]} {value[1]}")
    return Piece("unknown", kind)
