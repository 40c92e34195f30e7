"""Computed styles → Word's paragraph and run properties, as dictionaries that can be compared and subtracted.

A key is an element's name, with its attribute where Word inherits attribute by attribute (`spacing before`), or with
its child (`pBdr/top`); the value is what stands in it. Every property is always present, so that the difference of two
dictionaries is exactly what a style must say over the one it is based on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from diptych.printers.word.markup import escape, twips
from diptych.style import Border, TextStyle

Properties = dict[str, str]

LARGEST_SPACE = 31  # points between text and border (ISO/IEC 29500-1, 17.3.4)


Rule = tuple[Border, float]
"""A border line and its distance from the text, in points."""


@dataclass(frozen=True)
class Frame:
    """The rules and the ground of a paragraph."""

    top: Rule | None = None
    left: Rule | None = None
    bottom: Rule | None = None
    right: Rule | None = None
    fill: str | None = None


@dataclass(frozen=True)
class ParagraphFormat:
    """How a paragraph stands: lengths in points from the edges of the column, `first` relative to `left`."""

    align: str = "left"
    left: float = 0.0
    right: float = 0.0
    first: float = 0.0
    before: float = 0.0
    after: float = 0.0
    line: float | None = None
    forced: bool = False  # lines have their height whatever stands in them
    keep_next: bool = False
    keep_lines: bool = False
    widow_control: bool = True
    hyphens: bool = True
    numbered: bool = True
    tabs: tuple[tuple[float, str], ...] = ()
    frame: Frame = Frame()

    def with_spacing(self, before: float, after: float) -> ParagraphFormat:
        """The same format with other space above and below."""
        return replace(self, before=before, after=after)


PARAGRAPH_ORDER = (
    *(
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "framePr",
        "widowControl",
        "numPr",
        "suppressLineNumbers",
        "pBdr",
        "shd",
    ),
    *("tabs", "suppressAutoHyphens", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr", "sectPr"),
)
"""The order the schema demands (CT_PPr)."""

RUN_ORDER = (
    *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "noProof", "color", "spacing", "kern"),
    *("position", "sz", "szCs", "u", "shd", "vertAlign", "rtl", "lang"),
)
"""The order the schema demands (CT_RPr)."""

TOGGLES = ("b", "bCs", "i", "iCs", "caps", "smallCaps", "strike")
"""Run properties that cancel out when paragraph style and character style both have them (17.7.3)."""

ALIGNMENT = {"left": "left", "right": "right", "center": "center", "justify": "both"}
RULES = {"solid": "single", "dashed": "dashed", "dotted": "dotted", "double": "double"}


@lru_cache(maxsize=4096)
def paragraph_properties(style: ParagraphFormat) -> Properties:
    """Every paragraph property of a format; shared, so not to be changed."""
    edges = ("top", "left", "bottom", "right")
    return {
        "keepNext": _switch(style.keep_next),
        "keepLines": _switch(style.keep_lines),
        "widowControl": _switch(style.widow_control),
        "suppressLineNumbers": _switch(not style.numbered),
        **{f"pBdr/{edge}": _rule(getattr(style.frame, edge)) for edge in edges},
        "shd": _ground(style.frame.fill),
        "tabs": ";".join(f"{kind}@{twips(place)}" for place, kind in style.tabs),
        "suppressAutoHyphens": _switch(not style.hyphens),
        "spacing before": str(max(0, twips(style.before))),
        "spacing after": str(max(0, twips(style.after))),
        **_line(style),
        "ind": _indents(style),
        "jc": f'w:val="{ALIGNMENT[style.align]}"',
    }


def frame_beside(place: tuple[float, float] | None) -> Properties:
    """A text frame, level with the paragraph that follows (ISO/IEC 29500-1, 17.3.1.11).

    A paragraph says it itself: LibreOffice overlooks a frame in a style.
    """
    if place is None:
        return {}
    left, width = place
    anchor = 'w:wrap="around" w:vAnchor="text" w:hAnchor="margin"'
    return {"framePr": f'w:w="{twips(width)}" {anchor} w:x="{twips(left)}" w:y="1"'}


def _line(style: ParagraphFormat) -> Properties:
    if style.line is None:
        return {"spacing line": "240", "spacing lineRule": "auto"}
    rule = "exact" if style.forced else "atLeast"
    return {"spacing line": str(max(1, twips(style.line))), "spacing lineRule": rule}


def _indents(style: ParagraphFormat) -> str:
    first = twips(style.first)
    line = f'w:firstLine="{first}"' if first >= 0 else f'w:hanging="{-first}"'
    return f'w:left="{twips(style.left)}" w:right="{twips(style.right)}" {line}'


def _switch(on: bool) -> str:
    return "" if on else 'w:val="0"'


def border_attributes(border: Border | None, space: float = 0.0) -> str:
    """The attributes of a rule: width in eighths of a point, distance in whole points."""
    if border is None:
        return 'w:val="nil"'
    width = min(96, max(2, round(border.width * 8)))
    kept = min(LARGEST_SPACE, max(0, round(space)))
    return f'w:val="{RULES.get(border.style, "single")}" w:sz="{width}" w:space="{kept}" w:color="{border.color}"'


def _rule(rule: Rule | None) -> str:
    return border_attributes(*rule) if rule else border_attributes(None)


def _ground(fill: str | None) -> str:
    return f'w:val="clear" w:color="auto" w:fill="{fill or "auto"}"'


@lru_cache(maxsize=4096)
def run_properties(text: TextStyle, surrounding: TextStyle | None = None) -> Properties:
    """Every run property of a text style; raised text is small by itself in Word, so it keeps the size around it."""
    size, position, raised = text.size, text.position, text.raised
    if surrounding is not None and raised and size < surrounding.size * 0.9:
        position, raised = ("super" if raised > 0 else "sub"), 0.0
    if surrounding is not None and position != "baseline":
        size = surrounding.size
    name = escape(text.face.name)
    return {
        **{f"rFonts {script}": name for script in ("ascii", "hAnsi", "eastAsia", "cs")},
        **dict.fromkeys(("b", "bCs"), _switch(text.face.bold)),
        **dict.fromkeys(("i", "iCs"), _switch(text.italic)),
        "caps": _switch(text.uppercase),
        "smallCaps": _switch(text.small_caps),
        "strike": _switch(text.strike),
        "color": f'w:val="{text.color}"',
        "spacing": f'w:val="{twips(text.letter_spacing)}"',
        "position": f'w:val="{round(raised * 2)}"',
        **dict.fromkeys(("sz", "szCs"), f'w:val="{max(2, round(size * 2))}"'),
        "u": 'w:val="single"' if text.underline else 'w:val="none"',
        "shd": _ground(text.background),
        "vertAlign": f'w:val="{VERTICAL[position]}"',
        **_language(text.language),
    }


VERTICAL = {"baseline": "baseline", "super": "superscript", "sub": "subscript"}


def _language(tag: str) -> Properties:
    """The language, in the place of its script too: Word has one for each of three (17.3.2.20)."""
    if not tag:
        return {}
    place = SCRIPTS.get(tag.partition("-")[0].lower(), "")
    return {"lang": f'w:val="{escape(tag)}"' + (f' w:{place}="{escape(tag)}"' if place else "")}


SCRIPTS = {
    **dict.fromkeys(("ja", "ko", "zh", "yue"), "eastAsia"),
    **dict.fromkeys(("ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"), "bidi"),
}
"""Languages whose letters Word takes for East Asian or for written from the right."""


def difference(wanted: Mapping[str, str], inherited: Mapping[str, str]) -> Properties:
    """What must be said to get from `inherited` to `wanted`."""
    said = {key: value for key, value in wanted.items() if inherited.get(key) != value}
    if not said.keys().isdisjoint(LINE):  # LibreOffice takes one without the other for nothing
        said |= {key: wanted[key] for key in LINE}
    if "tabs" in said and inherited.get("tabs"):
        kept = {tab.partition("@")[2] for tab in said["tabs"].split(";")}
        places = (tab.partition("@")[2] for tab in inherited["tabs"].split(";"))
        cleared = [f"clear@{place}" for place in places if place not in kept]
        said["tabs"] = ";".join(filter(None, [*cleared, said["tabs"]]))
    return said


LINE = ("spacing line", "spacing lineRule")


def properties_xml(properties: Mapping[str, str], order: tuple[str, ...]) -> str:
    """The properties as XML in the schema's order, without the element around them."""
    return _in_order(tuple(properties.items()), order)


@lru_cache(maxsize=4096)
def _in_order(properties: tuple[tuple[str, str], ...], order: tuple[str, ...]) -> str:
    elements: dict[str, list[tuple[str, str]]] = {}
    for key, value in properties:
        element, _, attribute = key.partition(" ")
        element, _, child = element.partition("/")
        elements.setdefault(element, []).append((attribute or child, value))
    return "".join(_element(name, elements[name]) for name in order if name in elements)


def _element(name: str, parts: list[tuple[str, str]]) -> str:
    if name == "pBdr":
        inside = dict(parts)
        return f"<w:pBdr>{''.join(f'<w:{edge} {inside[edge]}/>' for edge in FRAME_ORDER if edge in inside)}</w:pBdr>"
    if name in WHOLE:
        return parts[0][1]
    if name == "tabs":
        return _tabs(parts[0][1])
    attributes = " ".join(f'w:{attribute}="{value}"' if attribute else value for attribute, value in parts)
    return f"<w:{name} {attributes}/>" if attributes else f"<w:{name}/>"


def _tabs(value: str) -> str:
    stops = sorted((int(place), kind) for kind, _, place in (tab.partition("@") for tab in value.split(";") if tab))
    inside = "".join(f'<w:tab w:val="{kind}" w:pos="{place}"/>' for place, kind in stops)
    return f"<w:tabs>{inside}</w:tabs>" if inside else ""


FRAME_ORDER = ("top", "left", "bottom", "right")
WHOLE = ("numPr", "rPr", "sectPr")
"""Elements whose value is their whole XML."""

INITIAL_PARAGRAPH: Mapping[str, str] = paragraph_properties(ParagraphFormat())
"""What a paragraph is in Word before any style has spoken."""
