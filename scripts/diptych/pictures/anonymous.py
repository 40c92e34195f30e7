"""Pictures without what cameras and drawing programs write into them: who made them, when, where, with what."""

from __future__ import annotations

import base64
import re
import struct
import zlib

from lxml import etree

from diptych.pictures import raster, svg

PIXELS = frozenset(
    [
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD"),
        *(b"hIST", b"pHYs", b"sPLT"),
    ]
)
"""The chunks of a PNG that make what one sees (PNG, third edition, 11)."""

APPLICATIONS = range(0xE0, 0xF0)
COMMENT = 0xFE
SEEN = ((0xE0, b"JFIF"), (0xE2, b"ICC_PROFILE"), (0xEE, b"Adobe"))
"""Segments of applications that change how the picture looks, by marker and beginning."""

EXIF = b"Exif\0\0"
ORIENTATION = 0x0112
SPOKEN = frozenset(f"{svg.SVG}{name}" for name in ("metadata", "title", "desc"))
KEPT_NAMES = (*svg.HREFS, svg.BASE, *(f"{{http://www.w3.org/XML/1998/namespace}}{name}" for name in ("space", "lang")))
DATA = re.compile(r"data:(image/(?:png|jpe?g));base64,(.*)", re.DOTALL)


def png(data: bytes) -> bytes:
    """The PNG with what makes its pixels alone."""
    kept = ((name, body) for name, body in raster.chunks(data) if name in PIXELS)
    return raster.PNG + b"".join(_chunk(name, body) for name, body in kept)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def jpeg(data: bytes) -> bytes:
    """The JPEG without comments and what applications say, but for how it is turned, and without what follows it."""
    kept, last, turned, scanned = bytearray(), 2, b"", False
    for marker, start, end in raster.spans(data):
        body = data[start + 4 : end]
        kept += data[last:start] if scanned else b""
        if marker != COMMENT and (marker not in APPLICATIONS or _is_seen(marker, body)):
            kept += data[start:end]
        elif body.startswith(EXIF):
            turned = turned or _turned(body[len(EXIF) :])
        last = len(data) if marker == raster.END else end
        scanned |= marker == raster.SCAN
    return data[:2] + turned + bytes(kept) + data[last:]


def _is_seen(marker: int, body: bytes) -> bool:
    return any(marker == one and body.startswith(head) for one, head in SEEN)


def _turned(tiff: bytes) -> bytes:
    """A segment that says how the picture is turned, where the first folder of tags in it does (Exif 2.32, 4.6.4)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return b""
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    count = struct.unpack_from(f"{order}H", tiff, at)[0] if at + 2 <= len(tiff) else 0
    for number in range(count):
        entry = tiff[at + 2 + 12 * number :][:12]
        if len(entry) == 12 and struct.unpack(f"{order}H", entry[:2])[0] == ORIENTATION:
            (value,) = struct.unpack(f"{order}H", entry[8:10])
            said = EXIF + struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, 3, 1, value, 0, 0)
            return struct.pack(">BBH", 0xFF, 0xE1, len(said) + 2) + said
    return b""


def drawing(data: bytes) -> bytes:
    """The SVG without titles, descriptions, comments, and what is in no namespace of SVG; pictures in it likewise."""
    root = svg.tree(data)
    for element in list(root.iter()):
        tag = element.tag
        if element is not root and (not isinstance(tag, str) or not tag.startswith(svg.SVG) or tag in SPOKEN):
            _drop(element)
            continue
        for name, said in element.attrib.items():
            if str(name).startswith("{") and name not in KEPT_NAMES:
                del element.attrib[name]
            elif name in svg.HREFS:
                element.set(name, DATA.sub(_inside, str(said)))
    etree.cleanup_namespaces(root)
    written: bytes = etree.tostring(root)
    return written


def _drop(element: etree._Element) -> None:
    """Take an element out, and leave the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _inside(found: re.Match[str]) -> str:
    try:
        picture = base64.b64decode(found[2])
    except ValueError:
        return found[0]
    bare = png(picture) if picture.startswith(raster.PNG) else jpeg(picture)
    return f"data:{found[1]};base64,{base64.b64encode(bare).decode()}"
