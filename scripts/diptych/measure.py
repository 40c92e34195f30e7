"""How wide text is in the faces of a stylesheet: what a printer without a layout engine must know of columns.

Pango measures, as it does for the PDF; the faces are those of the stylesheets alone, whatever the machine has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout
from weasyprint.urls import URLFetcher, URLFetcherResponse, URLFetchingError

from diptych.workspace import RefusedError, Workspace

NO_FONTS = Path(__file__).with_name("fonts.conf")
FONTCONFIG = "FONTCONFIG_FILE"  # where Fontconfig reads which fonts there are (fonts.conf(5))
POINTS = 0.75  # a CSS pixel in points (CSS Values 4, §6.2)
UNITS = 1024 / POINTS  # Pango units in a point
AT_ONCE = 200  # lines in one layout, which finds a line by counting from the first


def bare_configuration() -> FontConfiguration:
    """WeasyPrint's configuration of fonts without any of the machine's."""
    before = os.environ.get(FONTCONFIG)
    os.environ[FONTCONFIG] = str(NO_FONTS)
    try:
        return FontConfiguration()
    finally:
        if before is None:
            del os.environ[FONTCONFIG]
        else:
            os.environ[FONTCONFIG] = before


class _FontFetcher(URLFetcher):
    """Hands WeasyPrint the font files of the project and of the house, and nothing else."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The font file at `url`; raises URLFetchingError where there is none."""
        try:
            return URLFetcherResponse(url, self._workspace.fetch(url))
        except RefusedError as problem:
            raise URLFetchingError(str(problem)) from None


class Faces:
    """The faces of some `@font-face` rules; they are loaded when they are first needed.

    `configuration` knows none of the machine's fonts.
    """

    def __init__(self, rules: Sequence[Mapping[str, Any]], root: Path) -> None:
        self.configuration = bare_configuration()
        self._waiting, self._root = list(rules), root

    def load(self) -> None:
        """Make sure that the faces are there."""
        fetcher = _FontFetcher(Workspace(self._root)) if self._waiting else None  # which takes longer than a short text
        while self._waiting:
            self.configuration.add_font_face(self._waiting.pop(0), fetcher)


def line_widths(style: Any, lines: Sequence[str]) -> list[float]:
    """How wide each line is in a computed style, in points; a line is a text without line breaks."""
    found: list[float] = []
    for start in range(0, len(lines), AT_ONCE):
        found += _widths(style, lines[start : start + AT_ONCE])
    return found


def _widths(style: Any, lines: Sequence[str]) -> list[float]:
    layout = Layout(style)
    pango.pango_layout_set_text(layout.layout, "\n".join(lines).encode(), -1)
    spacing = 0.0 if style["letter_spacing"] == "normal" else style["letter_spacing"] * POINTS
    extents = ffi.new("PangoRectangle *")
    found = []
    for number, line in enumerate(lines):
        pango.pango_layout_line_get_extents(
            pango.pango_layout_get_line_readonly(layout.layout, number), ffi.NULL, extents
        )
        found.append(extents.width / UNITS + spacing * len(line))
    return found
