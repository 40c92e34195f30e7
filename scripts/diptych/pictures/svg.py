"""SVG: its size, and why it may not be printed. Nothing is mended: an SVG is printed as it is or not at all."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from lxml import etree

from diptych.pictures import raster
from diptych.pictures.flaw import FlawedError

SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
BASE = "{http://www.w3.org/XML/1998/namespace}base"

LARGEST = 8 * 1024 * 1024  # bytes
MOST_ELEMENTS = 100_000  # as drawn: what is used n times counts n times
LONGEST_SIDE = 100_000.0  # pixels
MOST_OCTAVES = 10  # of feTurbulence; more cannot be seen, and each costs time for every pixel
ACTIVE = frozenset(["script", "foreignObject", "handler", "listener", "iframe", "audio", "video", "include"])
"""Elements that run something, or hold or fetch what is no SVG."""

REFERS_OUT = "it refers to “{}”; a picture may refer to nothing outside itself"


def check(data: bytes) -> tuple[float, float]:
    """Width and height in pixels; raises FlawedError."""
    root = tree(data)
    sheets = "\n".join("".join(map(str, style.itertext())) for style in root.iter(f"{SVG}style"))
    _check_css(sheets)
    for element in root.iter():
        if isinstance(element.tag, str):
            _check_element(element)
    around = (root, *root.itersiblings(preceding=True), *root.itersiblings())
    if any(isinstance(found, etree._ProcessingInstruction) for one in around for found in one.iter()):
        raise FlawedError("it has instructions for programs, which may take its looks from another file")
    _check_drawn(root, _styled(sheets))
    return _size(root)


def tree(data: bytes) -> etree._Element:
    """The root element; raises FlawedError for what is no SVG, or declares entities."""
    if len(data) > LARGEST:
        raise FlawedError(f"it is an SVG of more than {LARGEST // 1024 // 1024} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise FlawedError("it is not well-formed SVG") from None
    document = root.getroottree().docinfo
    if (document.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise FlawedError("it is not in UTF-8")
    declared: Any = document.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise FlawedError("it declares entities; save it as plain SVG")
    if next(root.iter(etree.Entity), None) is not None:
        raise FlawedError("it uses entities; save it as plain SVG")
    if root.tag != f"{SVG}svg":
        raise FlawedError("it is not SVG")
    return root


# What it refers to


def _check_element(element: etree._Element) -> None:
    name = etree.QName(element).localname
    if name in ACTIVE:
        raise FlawedError(f"it has an element “{name}”, which does not belong in a picture")
    for key, value in element.attrib.items():
        _check_attribute(str(key), str(value))
    if name == "feTurbulence" and (element.get("numOctaves") or "1").strip() not in OCTAVES:
        raise FlawedError(f"it asks for turbulence of more than {MOST_OCTAVES} octaves")


OCTAVES = frozenset(map(str, range(MOST_OCTAVES + 1)))


def _check_attribute(name: str, value: str) -> None:
    if name in HREFS or name == BASE:
        _check_address(value)
    elif name.lower().startswith("on"):
        raise FlawedError(f"it has a script, “{name}”")
    elif name == "attributeName" and (value.strip().endswith("href") or value.strip().lower().startswith("on")):
        raise FlawedError("it changes what it refers to")
    else:
        _check_css(value, name == "style")


def _check_css(text: str, whole: bool = True) -> None:
    """Raises FlawedError where a style sheet, or (not `whole`) one value, fetches something."""
    plain = ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)) if found[1] else found[2], text)
    plain = re.sub(r"/\*.*?\*/", "", plain, flags=re.DOTALL) if "*/" in plain else plain
    if whole and re.search(r"@import|image-set|image\(|src\(|expression\(|-moz-binding", plain, re.IGNORECASE):
        raise FlawedError("it takes its looks from elsewhere (@import and the like)")
    for found in ADDRESS.finditer(plain):
        _check_address(found[1])


ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)


def _check_address(address: str) -> None:
    """Raises FlawedError for an address that is neither a place in the picture nor a PNG or JPEG within it."""
    address = re.sub(r"[\t\r\n]", "", address.strip())
    if not address or address.startswith("#"):
        return
    head, _, body = address.partition(",")
    if not re.fullmatch(r"data:image/(png|jpe?g)(;[^,]*)?", head, re.IGNORECASE):
        raise FlawedError(REFERS_OUT.format(address[:80]))
    try:
        data = base64.b64decode(unquote_to_bytes(body)) if head.endswith(";base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise FlawedError("a picture within it is broken") from None
    if data.startswith(raster.PNG):
        raster.check_png(data)
    elif data.startswith(raster.JPEG):
        raster.check_jpeg(data)
    else:
        raise FlawedError("a picture within it is neither PNG nor JPEG")


# What it costs to draw: an element that is used is drawn again at each place, and what it uses with it


def _check_drawn(root: etree._Element, styled: Mapping[str, list[str]]) -> None:
    named = {name: element for element in root.iter(f"{SVG}*") if (name := element.get("id"))}
    try:
        drawn = _drawn(root, named, styled, {})
    except RecursionError:
        raise FlawedError("its parts use one another too deeply") from None
    if drawn > MOST_ELEMENTS:
        raise FlawedError(f"it draws more than {MOST_ELEMENTS:,} elements")


def _drawn(
    element: etree._Element,
    named: Mapping[str, etree._Element],
    styled: Mapping[str, list[str]],
    known: dict[str, int],
) -> int:
    """The elements that are drawn for `element`; raises FlawedError where one uses itself."""
    uses: Counter[str] = Counter()
    count = 0
    for inner in element.iter(f"{SVG}*"):
        count += 1
        uses.update(name for name in _used(inner, styled) if name in named)
    for name, times in uses.items():
        if name not in known:
            known[name] = USES_ITSELF
            known[name] = _drawn(named[name], named, styled, known)
        if known[name] == USES_ITSELF:
            raise FlawedError(f"“{name}” in it uses itself")
        count += times * known[name]
    return count


USES_ITSELF = -1


def _used(element: etree._Element, styled: Mapping[str, list[str]]) -> Iterator[str]:
    """The ids that an element refers to, by address or by style."""
    for key, value in element.attrib.items():
        if key in HREFS and str(value).strip().startswith("#"):
            yield str(value).strip()[1:]
        elif key not in HREFS:
            yield from LOCAL.findall(str(value))
    tag = etree.QName(element).localname
    if tag not in UNPAINTED:
        for name in ("", tag, *(f".{name}" for name in (element.get("class") or "").split())):
            yield from styled.get(name, ())


UNPAINTED = frozenset(["defs", "desc", "linearGradient", "metadata", "radialGradient", "stop", "style", "title"])
LOCAL = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)", re.IGNORECASE)


def _styled(sheets: str) -> dict[str, list[str]]:
    """The ids that style sheets refer to, by tag or `.class`; under "" those of rules with other selectors."""
    found: dict[str, list[str]] = {}
    for rule in sheets.split("}"):
        selectors, _, body = rule.rpartition("{")
        names = LOCAL.findall(body)
        for selector in selectors.split(",") if names else ():
            simple = re.fullmatch(r"\.?[\w-]+", selector.strip())
            found.setdefault(simple[0] if simple else "", []).extend(names)
    return found


# How large it is


def _size(root: etree._Element) -> tuple[float, float]:
    """Width and height in pixels, by the attributes or else the viewBox (SVG 2, 8.2)."""
    box = [_number(word) for word in (root.get("viewBox") or "").replace(",", " ").split()]
    width, height = (_length(root.get(name)) for name in ("width", "height"))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        width = width or (height * box[2] / box[3] if height else box[2])
        height = height or width * box[3] / box[2]
    if not width or not height:
        raise FlawedError("the SVG has neither a size nor a viewBox")
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise FlawedError(f"its sides are {width:g} and {height:g} pixels long")
    return width, height


UNITS = {"pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "px": 1.0, "": 1.0}


def _length(text: str | None) -> float | None:
    value = (text or "").strip()
    unit = next(unit for unit in UNITS if value.endswith(unit))
    number = _number(value.removesuffix(unit))
    return number * UNITS[unit] if number else None


def _number(text: str) -> float:
    """The number that a text is; 0 for what is none, or not finite."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0
