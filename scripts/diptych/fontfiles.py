"""What a TrueType or OpenType file says of itself: its names as office software reads them, its licence and letters.

Offsets are those of the OpenType specification 1.9.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

STYLES = ("Regular", "Bold", "Italic", "Bold Italic")
"""What a face can be within a family (name table, ID 2): a family has these four and no others."""

RESTRICTED, PREVIEW_ONLY, BITMAPS_ONLY = 0x0002, 0x0004, 0x0200  # OS/2 fsType
EDITABLE = 0x0008


@dataclass(frozen=True)
class FontFile:
    """A font file's family (name table, ID 1), its style in it, and of its OS/2 table what others need to know."""

    family: str
    style: str
    panose: bytes
    signature: tuple[int, ...]  # four words of Unicode ranges, two of code pages
    embeddable: bool  # its licence bits allow that an editable document carries it, and its outlines are TrueType
    ascent: float = 0.95  # ems above the baseline that a line takes, and below it (hhea)
    descent: float = 0.3

    @property
    def bold(self) -> bool:
        """True for the bold of a family, upright or italic."""
        return "bold" in self.style.lower()


@lru_cache(maxsize=64)
def read(data: bytes) -> FontFile | None:
    """What the file says of itself; None for a file that is not a font."""
    try:
        tables = dict(_tables(data))
        names = dict(_names(tables[b"name"]))
        metrics = tables[b"OS/2"]
        (licence,) = struct.unpack_from(">H", metrics, 8)
        signature = struct.unpack_from(">4I", metrics, 42) + struct.unpack_from(">2I", metrics.ljust(86, b"\0"), 78)
        family, style = names[1], names.get(2, STYLES[0])
        (unit,) = struct.unpack_from(">H", tables[b"head"], 18)
        ascent, descent = (length / unit for length in struct.unpack_from(">hh", tables[b"hhea"], 4))
    except (KeyError, IndexError, ZeroDivisionError, struct.error, UnicodeDecodeError):
        return None
    embeddable = b"glyf" in tables and allows_embedding(licence)
    return FontFile(family, style, metrics[32:42], signature, embeddable, ascent, -descent)


def allows_embedding(licence: int) -> bool:
    """The least of the restrictions that are set holds (OS/2, fsType)."""
    if licence & BITMAPS_ONLY:
        return False
    return bool(licence & EDITABLE) or not licence & (RESTRICTED | PREVIEW_ONLY)


def _tables(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The tables of a font file by tag (“Organization of an OpenType Font”)."""
    (count,) = struct.unpack_from(">H", data, 4)
    for number in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        yield tag, data[offset : offset + length]


def _names(table: bytes) -> Iterator[tuple[int, str]]:
    """The English names of a font by name ID, as Windows reads them (platform 3, language 0x409)."""
    _, count, strings = struct.unpack_from(">HHH", table, 0)
    for number in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if (platform, language) == (3, 0x409):
            yield name, table[strings + offset : strings + offset + length].decode("utf-16-be")
