"""Named files → one ZIP archive whose bytes depend on nothing but the files.

What recurs from one Word file to the next, its fonts above all, is compressed once a process: Python's own archives
compress it each time, which took longer than to write the document.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

LEVEL = 6
RECURS = (
    32_768  # bytes, from which on a file is likely to be a font or picture; parts of the text are not worth keeping
)
PACKED = (".png", ".jpg", ".jpeg")  # compressed already
STORED, DEFLATED = 0, 8
VERSION = 20  # of the format, which knows folders and deflate
UNIX = 3 << 8  # what the permissions are of
UTF8 = 0x0800  # names of files are in it
DATE, TIME = 0x21, 0  # 1 January 1980, the earliest that an archive can say
PERMISSIONS = 0o644 << 16


def archive(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The archive with the files in their order (APPNOTE.TXT 6.3.10, 4.3)."""
    body, directory = bytearray(), bytearray()
    count = 0
    for name, data in files:
        method, check, packed = _packed(name, data)
        encoded = name.encode()
        flags = 0 if name.isascii() else UTF8
        said = struct.pack("<4HIII2H", flags, method, TIME, DATE, check, len(packed), len(data), len(encoded), 0)
        directory += struct.pack("<4s2H", b"PK\1\2", UNIX | VERSION, VERSION) + said
        directory += struct.pack("<3H2I", 0, 0, 0, PERMISSIONS, len(body)) + encoded
        body += struct.pack("<4sH", b"PK\3\4", VERSION) + said + encoded + packed
        count += 1
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _packed(name: str, data: bytes) -> tuple[int, int, bytes]:
    """How the file is packed, its checksum, and what of it stands in the archive."""
    if name.endswith(PACKED):
        return STORED, zlib.crc32(data), data
    check, packed = _kept(data) if len(data) >= RECURS and not name.endswith(".xml") else _deflated(data)
    return DEFLATED, check, packed


def _deflated(data: bytes) -> tuple[int, bytes]:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return zlib.crc32(data), packer.compress(data) + packer.flush()


_kept = lru_cache(maxsize=32)(_deflated)
