"""Pictures as Word takes them: PNG and JPEG as they are, SVG with a PNG beside it for readers that do not know SVG."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from urllib.parse import unquote_to_bytes, urljoin
from xml.etree.ElementTree import Element

import resvg_py

from diptych import pictures
from diptych.cache import Cache, key
from diptych.diagnostics import Diagnostic, error
from diptych.printers import files
from diptych.printers.word.markup import NAMESPACES, emu, escape
from diptych.style import POINTS, Cascade
from diptych.workspace import RefusedError, Workspace, font_digest, font_files

RESOLUTION = 300  # dots per inch of the PNG beside an SVG
MOST_PIXELS = 6000  # of its width, and as many squared of the whole
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

    def __init__(self, cascade: Cascade, workspace: Workspace, base: str, blind: bool = False) -> None:
        self.problems: list[Diagnostic] = []
        self._cascade, self._workspace, self._base, self._blind = cascade, workspace, base, blind
        self._count = 0

    def place(self, element: Element, measure: float) -> Placed | None:
        """The picture of an `img`, sized as CSS says; None where it cannot be had."""
        address = element.get("src") or ""
        try:
            data = _data_address(address) if address.startswith("data:") else None
            data = data if data is not None else files.fetch(self._workspace, urljoin(self._base, address), self._blind)
            natural = pictures.size(data)
        except (RefusedError, ValueError) as problem:
            self.problems.append(error("word-picture", f"the picture “{address[:80]}” cannot be printed: {problem}"))
            return None
        width, height = self._size(element, natural, measure)
        kind = pictures.kind(data)
        if kind == "image/svg+xml":
            return self._vector(data, width, height, address)
        return Placed(_media(data, kind), None, width, height)

    def _vector(self, data: bytes, width: float, height: float, address: str) -> Placed | None:
        try:
            shown = _png(data, _pixels(width, height), self._workspace.cache)
        except ValueError as problem:
            self.problems.append(error("word-picture", f"the picture “{address[:80]}” cannot be drawn: {problem}"))
            return None
        return Placed(_media(shown, "image/png"), _media(data, "image/svg+xml"), width, height)

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


def _pixels(width: float, height: float) -> int:
    """The width of the PNG beside an SVG of a size in points; a high one is drawn less finely."""
    wanted = min(MOST_PIXELS, max(1, round(width / 72 * RESOLUTION)))
    return max(1, min(wanted, int(MOST_PIXELS * (width / height) ** 0.5)))


def _png(data: bytes, pixels: int, kept: Cache | None) -> bytes:
    """The PNG of an SVG, so many pixels wide; to draw it takes longer than all else that is done for a page."""
    if kept is None:
        return _raster(data, pixels)
    name = key((_drawn_by(), str(pixels).encode(), data))
    known = kept.get(name)
    if known is None:
        known = _raster(data, pixels)
        kept.put(name, known)
    return known


@cache
def _drawn_by() -> bytes:
    """What a PNG depends on beside its SVG: the program that draws it and the fonts."""
    program = resvg_py.__version__, resvg_py.__resvg_version__
    return " ".join(("png 1", *program, *map(font_digest, sorted(font_files())))).encode()


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
