"""What importers take and give: a paper in a foreign format, the review that it becomes, and what was lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from diptych.bibliography.shelf import Item
from diptych.diagnostics import Diagnostic, Span, warning

TrackChanges = Literal["accept", "reject", "notes"]

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a paper, packed; a review with its pictures has ten million."""


@dataclass(frozen=True)
class Source:
    """A paper as it came: its name in messages, its bytes, and a way to the files beside it.

    `beside` gives the bytes of a file by a path relative to the paper's folder, None for one that is not there, is too
    large, or is elsewhere.
    """

    name: str
    data: bytes
    beside: Callable[[str], bytes | None]
    track_changes: TrackChanges = "accept"


@dataclass(frozen=True)
class Imported:
    """A review as data: the content of `review.yaml` by its keys, references, other files by their paths."""

    review: Mapping[str, Any]
    references: tuple[Item, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


Importer = Callable[[Source], tuple[Imported | None, list[Diagnostic]]]
"""From a paper to a review, None where it cannot be read, and all that could not be carried over, each at its place."""


@dataclass
class Losses:
    """What could not be carried over, gathered on the way through a file."""

    file: str
    found: list[Diagnostic] = field(default_factory=list)
    where: str = ""
    """The heading under which what is read stands, in files without lines."""

    def add(self, code: str, message: str, line: int | None = None, hint: str | None = None) -> None:
        """Note a loss, at a line of the file where it has lines."""
        said = f"{message} (under “{self.where}”)" if self.where and not line else message
        one = warning(code, said, Span(self.file, line) if line else Span(self.file), hint)
        if one not in self.found:
            self.found.append(one)


def shortened(words: str, most: int = 60) -> str:
    """The text on one line, cut to `most` characters, for messages."""
    plain = " ".join(words.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
