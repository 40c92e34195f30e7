"""Words of WordprocessingML as text: elements, attributes and the values they take."""

from __future__ import annotations

import re

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
DECLARATIONS = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())

_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text without the characters that XML 1.0 forbids."""
    return _UNPRINTABLE.sub("", text)


def escape(text: str) -> str:
    """The text as it stands in XML, in content and in double quotes."""
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def part(root: str, content: str) -> bytes:
    """A whole XML part: the root element with every namespace declared, around `content`."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{root} {DECLARATIONS}>{content}</{root}>'.encode()
    )


def twips(points: float) -> int:
    """Twentieths of a point."""
    return round(points * 20)


def emu(points: float) -> int:
    """English Metric Units, 12,700 to the point."""
    return round(points * 12700)
