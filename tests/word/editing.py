"""Someone who opens a Word file in LibreOffice, writes in it, and saves it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import libreoffice

MODULE_FILE = "user/basic/Standard/Module1.xba"  # in a user's profile
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MODULE = (
    f"{HEAD}<!DOCTYPE script:module PUBLIC '-//OpenOffice.org//DTD OfficeDocument 1.0//EN' 'module.dtd'>"
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">'
    "{}</script:module>"
)
MACRO = """
Sub Main
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden"
    hidden(0).Value = True
    document = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
    search = document.createSearchDescriptor()
    search.SearchString = "{after}"
    found = document.findFirst(search)
    found.Text.insertString(found.End, "{words}", False)
    Dim kind(0) As New com.sun.star.beans.PropertyValue
    kind(0).Name = "FilterName"
    kind(0).Value = "MS Word 2007 XML"
    document.storeToURL("{target}", kind())
    document.close(True)
End Sub
"""


def write_in(file: Path, after: str, words: str, folder: Path) -> Path:
    """The file as LibreOffice saves it in `folder`, with `words` behind the first place that says `after`."""
    target = folder / f"{file.stem}-edited.docx"
    _office(folder, "--terminate_after_init")  # makes the profile, with an empty module
    macro = MACRO.format(source=file.as_uri(), target=target.as_uri(), after=after, words=words)
    (folder / "profile" / MODULE_FILE).write_text(MODULE.format(escape(macro)), encoding="utf-8")
    said = _office(folder, "macro:///Standard.Module1.Main")
    assert target.exists(), said
    return target


def _office(folder: Path, order: str) -> str:
    """What LibreOffice says when it follows an order, with a profile in the folder."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    result = subprocess.run(
        ["soffice", profile, "--headless", order],
        capture_output=True,
        text=True,
        timeout=libreoffice.SECONDS,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    return result.stdout + result.stderr
