"""Pictures as Word takes them: PNG and JPEG as they are, SVG with a PNG beside it for readers that do not know SVG."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote_to_bytes, urljoin
from xml.etree.ElementTree import Element

import resvg_py
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from lxml import etree

from diptych.diagnostics import Diagnostic, error, warning
from diptych.printers.word.markup import NAMESPACES, emu, escape
from diptych.style import POINTS, Cascade
from diptych.workspace import RefusedError, Workspace, font_files

RESOLUTION = 300  # dots per inch of the PNG beside an SVG
MOST_PIXELS = 6000  # of its width
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"  # [MS-ODRAWXML] 2.3.2.5, svgBlip


@dataclass(frozen=True)
class Media:
    """A file for the package: its name without folder, content type and bytes."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Placed:
    """A picture ready to print: what Word shows, the SVG beside it, and the size in points."""

    shown: Media
    vector: Media | None
    width: float
    height: float


class Pictures:
    """Fetches and sizes pictures; `problems` holds what could not be had."""

    def __init__(self, cascade: Cascade, workspace: Workspace, base: str) -> None:
        self.problems: list[Diagnostic] = []
        self._cascade, self._workspace, self._base = cascade, workspace, base
        self._count = 0

    def place(self, element: Element, measure: float) -> Placed | None:
        """The picture of an `img`, sized as CSS says; None where it cannot be had."""
        address = element.get("src") or ""
        try:
            data = _data_address(address) if address.startswith("data:") else None
            data = data if data is not None else self._workspace.fetch(urljoin(self._base, address))
            natural = _natural_size(data)
        except (RefusedError, ValueError) as problem:
            self.problems.append(error("word-picture", f"the picture “{address[:80]}” cannot be printed: {problem}"))
            return None
        width, height = self._size(element, natural, measure)
        if _is_svg(data):
            return self._vector(data, width, height, address)
        kind = "image/jpeg" if data[:2] == b"\xff\xd8" else "image/png"
        return Placed(_media(data, kind), None, width, height)

    def _vector(self, data: bytes, width: float, height: float, address: str) -> Placed | None:
        clean, removed = _closed(data)
        if removed:
            self.problems.append(
                warning("word-picture", f"“{address[:80]}” refers to other files, which Word is not given")
            )
        try:
            shown = _raster(clean, min(MOST_PIXELS, max(1, round(width / 72 * RESOLUTION))))
        except ValueError as problem:
            self.problems.append(error("word-picture", f"the picture “{address[:80]}” cannot be drawn: {problem}"))
            return None
        return Placed(_media(shown, "image/png"), _media(clean, "image/svg+xml"), width, height)

    def _size(self, element: Element, natural: tuple[float, float], measure: float) -> tuple[float, float]:
        box = self._cascade.box(element, measure)
        width = box.width
        if width is None and (element.get("width") or "").isdigit():
            width = int(element.get("width", "0")) * POINTS
        if width is None:
            width = natural[0]
        width = min(width, box.max_width if box.max_width is not None else width, measure)
        return width, width * natural[1] / natural[0]

    def drawing(self, placed: Placed, alt: str, picture: str, vector: str | None) -> str:
        """The picture as DrawingML; `picture` and `vector` are the relationships of its files."""
        self._count += 1
        name = f'id="{self._count}" name="Picture {self._count}"'
        size = f'cx="{emu(placed.width)}" cy="{emu(placed.height)}"'
        return (
            f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr {name} descr="{escape(alt)}"{"/>" if alt else DECORATIVE}'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr><pic:cNvPr {name}/>'
            f'<pic:cNvPicPr/></pic:nvPicPr>{_fill(picture, vector)}<pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        )


def _fill(picture: str, vector: str | None) -> str:
    beside = ""
    if vector:
        beside = f'<a:extLst><a:ext uri="{SVG_EXTENSION}"><asvg:svgBlip r:embed="{vector}"/></a:ext></a:extLst>'
    blip = f'<a:blip r:embed="{picture}">{beside}</a:blip>'
    return f"<pic:blipFill>{blip}<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"


DECORATIVE = (
    '><a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst></wp:docPr>"
)
"""A picture without words is marked as decoration ([MS-ODRAWXML] 2.3.9)."""


def _media(data: bytes, kind: str) -> Media:
    extension = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}[kind]
    return Media(f"{sha256(data).hexdigest()[:16]}.{extension}", kind, data)


def _data_address(address: str) -> bytes:
    head, _, body = address.partition(",")
    return b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)


def _is_svg(data: bytes) -> bool:
    return b"<svg" in data[:4096]


def _tree(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise ValueError("it is not well-formed SVG") from None


def _natural_size(data: bytes) -> tuple[float, float]:
    """Width and height in points, a pixel being 1/96 inch; raises ValueError for what is no picture."""
    if _is_svg(data):
        return _svg_size(_tree(data))
    try:
        image = Image.from_blob(data)
    except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError):
        raise ValueError("it is neither PNG, JPEG nor SVG") from None
    if image.content_type not in ("image/png", "image/jpeg") or not image.px_width:
        raise ValueError("it is neither PNG, JPEG nor SVG")
    return image.px_width * POINTS, image.px_height * POINTS


UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "px": POINTS}


def _svg_size(root: etree._Element) -> tuple[float, float]:
    box = [float(number) for number in (root.get("viewBox") or "").replace(",", " ").split()]
    width, height = (_svg_length(root.get(name)) for name in ("width", "height"))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        width = width or (height * box[2] / box[3] if height else box[2] * POINTS)
        height = height or width * box[3] / box[2]
    if not width or not height:
        raise ValueError("the SVG has neither a size nor a viewBox")
    return width, height


def _svg_length(text: str | None) -> float | None:
    value = (text or "").strip()
    unit = next((unit for unit in UNITS if value.endswith(unit)), "")
    try:
        return float(value.removesuffix(unit)) * UNITS.get(unit or "px", POINTS)
    except ValueError:
        return None


def _closed(data: bytes) -> tuple[bytes, bool]:
    """The SVG without references to other files, and whether it had any."""
    root, removed = _tree(data), False
    for image in list(root.iter("{http://www.w3.org/2000/svg}image")):
        address = image.get("{http://www.w3.org/1999/xlink}href") or image.get("href") or ""
        parent = image.getparent()
        if parent is not None and not address.startswith(("data:", "#")):
            parent.remove(image)
            removed = True
    return (etree.tostring(root) if removed else data), removed


@lru_cache(maxsize=64)
def _raster(data: bytes, pixels: int) -> bytes:
    fonts = [str(path) for path in font_files().values()]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=data.decode("utf-8", "replace"),
            width=pixels,
            skip_system_fonts=True,
            font_files=fonts,
            serif_family="Source Serif Pro",
            sans_serif_family="Source Sans Pro",
        )
    )
