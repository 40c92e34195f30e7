"""What readers of reference files hand on: records as a file has them, with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from diptych.diagnostics import Diagnostic, Span, error, warning

Place = Callable[[tuple[str | int, ...], bool], Span | None]
"""From the path of a value within a record, and whether its key is meant, to where it stands."""


class Record(NamedTuple):
    """A reference as a file has it: texts, lists and maps, numbers as written; `place` finds a path within it.

    A record is `foreign` where a program wrote it, not the author: it may come without a key, and a field that is
    wrong is left out with a warning, because a database's slips should not stop a build.
    """

    data: Any
    place: Place
    foreign: bool = False


Reader = Callable[[str, str], tuple[Iterable[Record], list[Diagnostic]]]
"""From a file's name in messages and its text to its records, perhaps read as they are asked for, and problems."""


def at(span: Span) -> Place:
    """The place function of a record whose every problem stands at `span`."""
    return lambda _path, _key: span


def lines_of(text: str) -> list[str]:
    """The lines of a text, as editors count them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


class CleanNames(list[dict[str, str]]):
    """Names, each of a person or an institution, in whose parts nothing is to be cleaned and that are not too long."""


LONGEST_FILE = 32 * 1024 * 1024
LONGEST_RECORD = 256 * 1024
LONGEST_NAME = 500
"""Characters; ten thousand references with abstracts, of two thousand each, have twenty million; study groups' names
have a hundred."""


MOST_RECORDS = 50_000


def too_many(file: str, count: int) -> list[Diagnostic]:
    """The problem of a file with more references than any bibliography; none for other files."""
    if count <= MOST_RECORDS:
        return []
    message = f"the file has {count:,} references; no more than {MOST_RECORDS:,} are read"
    return [error("too-large", message, Span(file), "export only those that you cite")]


def too_long(span: Span) -> Diagnostic:
    """The problem of a record that is larger than any reference."""
    message = f"this entry has more than {LONGEST_RECORD // 1024} thousand characters; it is left out"
    return error("too-large", message, span, "look for a brace or tag that is never closed")


def stray_text(file: str, number: int, line: str) -> Diagnostic:
    """The problem of a line, its number from 0, that belongs to no reference, and of what stands behind it."""
    message = "what begins here belongs to no field of a reference; it is left out"
    return warning("stray-text", message, Span(file, number + 1, 1, len(line) + 1), NO_TAG)


NO_TAG = "give each reference its first line, and each field its tag; delete what is neither"
