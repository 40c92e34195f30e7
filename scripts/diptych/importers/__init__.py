"""Papers in foreign formats → reviews.

`FORMATS` lists what can be read, `UNREAD` what to do with others; `read` reads one file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from diptych.diagnostics import Diagnostic, error
from diptych.importers.paper import LARGEST_FILE, Imported, Importer, Source, TrackChanges

__all__ = ["FORMATS", "Format", "Imported", "Source", "format_of", "read", "refused"]


@dataclass(frozen=True)
class Format:
    """A format of papers: its name, its files' endings, how its bytes begin, and where its importer is."""

    name: str
    endings: tuple[str, ...]
    beginning: bytes
    importer: str

    def load(self) -> Importer:
        """The importer; loaded when it is wanted, because lxml loads slowly."""
        module, _, name = self.importer.partition(":")
        found: Importer = getattr(import_module(module), name)
        return found


FORMATS = (
    Format("JATS", (".xml", ".jats", ".nxml"), rb"<article[\s>]", "diptych.importers.jats:read_jats"),
    Format("Word", (".docx", ".docm"), rb"\APK\x03\x04", "diptych.importers.word:read_word"),
    Format("Markdown", (".md", ".markdown"), rb"\Z\A", "diptych.importers.markdown:read_markdown"),
    Format("HTML by Diptych", (".html", ".htm"), rb"<html[\s>]", "diptych.importers.web:read_web"),
)
"""Formats of papers. Of formats whose endings references have too, the beginning decides."""

SNIFFED = 65536
SHARED_ENDINGS = frozenset([".xml"])


def format_of(file: Path) -> Format | None:
    """The format of a paper, by its ending and, where references share it, its content; None for what is no paper."""
    ending = file.suffix.lower()
    form = next((form for form in FORMATS if ending in form.endings), None)
    if form is None or ending not in SHARED_ENDINGS:
        return form
    try:
        with file.open("rb") as opened:
            head = opened.read(SNIFFED)
    except OSError:
        return None
    return form if re.search(form.beginning, head) else None


SAVE_AS_WORD = "open it in Word or LibreOffice, save it as .docx and import that"
BY_PANDOC = "make Markdown of it, `pandoc FILE -o paper.md`, and import that"
UNREAD = {
    ".pdf": "import the Word file that it was made from, or the article as PubMed Central has it (JATS)",
    **dict.fromkeys((".doc", ".dot", ".odt", ".rtf", ".pages", ".wpd"), SAVE_AS_WORD),
    **dict.fromkeys((".tex", ".rst", ".org", ".typ", ".ipynb", ".epub"), BY_PANDOC),
}
"""What to do instead, by the ending of papers that are not read."""


def refused(file: Path) -> Diagnostic | None:
    """The error for a paper in a format that is not read; None for any other file."""
    instead = UNREAD.get(file.suffix.lower())
    return error("unknown-format", f"papers as {file.suffix} are not read: “{file}”", hint=instead) if instead else None


def read(file: Path, form: Format, track_changes: TrackChanges = "accept") -> tuple[Imported | None, list[Diagnostic]]:
    """The review that the paper in `file` is, and what could not be carried over."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            return None, [error("too-large", f"“{file}” has more than {LARGEST_FILE // 1024 // 1024} MB")]
        data = file.read_bytes()
    except OSError as problem:
        return None, [error("cannot-read", f"“{file}” cannot be read: {problem.strerror}")]
    try:
        imported, problems = form.load()(Source(file.name, data, _Beside(file.resolve().parent), track_changes))
    except RecursionError:
        imported, problems = None, [_too_deep(file)]
    if imported is not None and _is_deeper(imported.review, DEEPEST):
        return None, [_too_deep(file)]
    return imported, problems


DEEPEST = 60
"""Levels of a review's data; sections take two each."""


def _too_deep(file: Path) -> Diagnostic:
    return error("too-deeply-nested", f"“{file.name}” nests too deeply to be read")


def _is_deeper(value: Any, levels: int) -> bool:
    """True for a value with more levels of lists and maps than these."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inner)


LARGEST_BESIDE = 32 * 1024 * 1024


@dataclass(frozen=True)
class _Beside:
    """Reads files in the paper's folder and below, and nothing else."""

    folder: Path

    def __call__(self, name: str) -> bytes | None:
        if "\\" in name or "\0" in name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            return None
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.folder) and path.is_file() and path.stat().st_size <= LARGEST_BESIDE
            return path.read_bytes() if inside else None
        except (OSError, ValueError):
            return None
