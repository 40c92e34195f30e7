"""Bytes of files that other programs wrote → text, in whatever encoding they come."""

from __future__ import annotations

import codecs

from diptych.diagnostics import Diagnostic, Span, warning


def decode(file: str, data: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of a file that is not UTF-8, and a warning that says so at the first line concerned.

    UTF-16 is known by its byte order mark. Otherwise lines that are not UTF-8 are taken for Windows-1252, as WHATWG's
    Encoding Standard takes Latin-1 too; other lines of the file may be UTF-8, since people join files.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), []
    lines = data.removeprefix(codecs.BOM_UTF8).split(b"\n")
    read: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        try:
            read.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            read.append("".join(WINDOWS_1252[byte] for byte in line))
            first = first or number
    message = "the file is not UTF-8; lines such as this one are read as Windows-1252"
    return "\n".join(read), [warning("old-encoding", message, Span(file, first), SAVE_AS_UTF8)] if first else []


SAVE_AS_UTF8 = "look at the accents; save the file as UTF-8 to be sure of them"
WINDOWS_1252 = [bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)]
