"""What printers may take from the addresses in a document: pictures that may be printed, fonts, stylesheets."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from diptych import pictures
from diptych.pictures import FlawedError
from diptych.workspace import RefusedError, Workspace

FONTS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
"""How font files begin (OpenType 1.9, “Organization of an OpenType font”; WOFF 1 and 2)."""


def fetch(workspace: Workspace, url: str, blind: bool = False) -> bytes:
    """The bytes at an address; raises RefusedError for what is outside the project, or no such file.

    Where the copy is to be `blind`, pictures do not say who made them.
    """
    data = workspace.fetch(url)
    if data.startswith(FONTS) or PurePosixPath(urlsplit(url).path).suffix == ".css":
        return data
    try:
        pictures.check(data)
    except FlawedError as problem:
        raise RefusedError(str(problem), "bad-picture") from None
    return pictures.bare(data) if blind else data
