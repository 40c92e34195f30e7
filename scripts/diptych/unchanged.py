"""Whether anything was touched since a build that had nothing to do; the answer comes before the program is loaded.

A build of the whole project that finds every output up to date leaves a record: what it was asked, all that it looked
at with the marks that a change leaves (see `marks`), and what it said. The same question has the same answer as long
as all marks are the same. As `batch.index` it is a shortcut and never the truth: it may be deleted at any moment, and
whatever is not exactly as it was is left to the build. Only what Python has loaded anyway is imported here.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from array import array

from diptych import libraries

RECORD = "build/.diptych/unchanged"
"""Where the record is, from the project's root."""

BEGUN = time.time_ns()
"""When this process began, or soon after."""

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone: one written in the same tick of the clock looks untouched."""

ENVIRONMENT = ("SOURCE_DATE_EPOCH", "DIPTYCH_TIME_LIMIT", "DIPTYCH_MEMORY_LIMIT", "_DIPTYCH_COMPLETE")
"""Variables that change what a build does or says."""

NOTHING = (0, 0, 0, 0)
"""The marks of what is not there."""

Marks = tuple[int, int, int, int]
Said = tuple[int, str, str]
"""The exit code, what was written to the output, what was written to the error stream."""


def marks(path: str) -> Marks:
    """What changes with a file or a folder's list: the times of its last change and of its record's, its size, its
    number on the disk; `NOTHING` where nothing can be found."""
    try:
        status = os.stat(path)  # noqa: PTH116 # pathlib takes longer to load than a thousand of these
    except (OSError, ValueError):  # a name with a NUL is no name
        return NOTHING
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def settled(found: Marks, moment: int) -> bool:
    """Whether it had been left alone for a while at that moment, in nanoseconds; then its marks tell its content."""
    return max(found[:2]) < moment - SETTLED


def question(arguments: list[str]) -> str:
    """All that the answer depends on and that is no file."""
    program = (os.path.dirname(__file__), sys.version, sys.path, zlib.ZLIB_RUNTIME_VERSION, libraries.versions())  # noqa: PTH120
    return repr((arguments, os.getcwd(), program, [os.environ.get(name) for name in ENVIRONMENT]))  # noqa: PTH109


def recall(arguments: list[str]) -> Said | None:
    """What a build with these arguments says that has nothing to do; None where it may have, or it is not known."""
    try:
        with open(RECORD, "rb") as file:  # noqa: PTH123
            length, _, kept = file.read().partition(b"\n")
        text, before = kept[: int(length)], kept[int(length) :]
        asked, code, out, err, *paths = text.decode("utf-8", "surrogateescape").split("\0")
        if asked == question(arguments) and before == _packed([marks(path) for path in paths]):
            return int(code), out, err
    except (OSError, ValueError, OverflowError):
        pass
    return None


def record(arguments: list[str], said: Said, looked: dict[str, Marks], folders: list[str]) -> bytes | None:
    """The record; None where it cannot be known that all is as it was when it was looked at.

    `looked` are the marks of files when they were looked at, `folders` those whose lists were; nobody may have touched
    these since before this process began.
    """
    top = f"{os.getcwd()}/"  # noqa: PTH109
    own = {path: marks(path) for path in (*folders, *_program())}
    if not all(settled(found, BEGUN) for found in own.values()):
        return None
    seen = {path.removeprefix(top): found for path, found in {**own, **looked}.items()}
    text = "\0".join((question(arguments), *map(str, said), *seen)).encode("utf-8", "surrogateescape")
    if text.count(b"\0") != len(seen) + 3:  # something has one in its name
        return None
    try:
        return b"%d\n" % len(text) + text + _packed(list(seen.values()))
    except OverflowError:  # a number that no file should have
        return None


def _packed(rows: list[Marks]) -> bytes:
    return array("q", [mark for row in rows for mark in row]).tobytes()


def _program() -> list[str]:
    """The files and folders of this program, and the folders in which Python finds it and its engines."""
    found = [folder or "." for folder in sys.path]
    for folder, folders, files in os.walk(os.path.dirname(__file__)):  # noqa: PTH120
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [folder, *(f"{folder}/{name}" for name in files)]
    return found
