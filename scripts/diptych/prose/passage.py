"""What a parsed passage of prose is: a tree of nodes, the citations and cross-references in it, and its problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from diptych.diagnostics import Severity

Mode = Literal["normal", "suppress-author", "author-in-text"]
Kind = Literal["fig", "tbl", "sec", "eq"]
Place = Literal["text", "note", "note-begin", "note-end", "note-middle"]
"""Where a citation stands: in the text, or in a footnote, which may say something before it and behind it."""


@dataclass(frozen=True)
class Citation:
    """One work cited, with what stands around its key; `line` and `column` (from 0) are those of the `@`.

    `label` is a locator's name in CSL (`page`, `chapter`), empty where there is no locator. `prefix` and `suffix` are
    plain text; a suffix begins with the space or comma that sets it off, a prefix ends without its space.
    """

    key: str
    prefix: str = ""
    suffix: str = ""
    locator: str = ""
    label: str = ""
    mode: Mode = "normal"
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Cluster:
    """Works cited together, in one pair of brackets; `index` counts the clusters of the passage from 0."""

    citations: tuple[Citation, ...]
    index: int
    place: Place = "text"


@dataclass(frozen=True)
class CrossReference:
    """A mention of a figure, table, section or equation by name; `line` and `column` (from 0) are those of the `@`."""

    kind: Kind
    name: str
    line: int
    column: int


Mention = Cluster | CrossReference


@dataclass(frozen=True)
class Equation:
    """A displayed formula that is numbered, by its name; `line` and `column` (from 0) are those of its beginning."""

    name: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """What is wrong with a passage; `line` and `column` count from 0 within its text."""

    code: str
    message: str
    hint: str | None
    line: int
    column: int
    length: int
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of prose. The kinds, and what they hold besides children, are the tables of `rendering.py`.

    `text` is what is printed or typeset (words, code, LaTeX); `value` is a link's address, a span's language, a cell's
    alignment, an equation's name, a list's first number where that is not 1; `mention` is what a citation or a
    cross-reference means.
    """

    kind: str
    children: tuple[Node, ...] = ()
    text: str = ""
    value: str = ""
    mention: Mention | None = None
    line: int | None = field(default=None, compare=False)
    """The line of the passage, from 0, that a paragraph begins on; None for one in a footnote."""


@dataclass(frozen=True)
class Passage:
    """A parsed text; `mentions` are in order of reading, those of a footnote at its call, and so are `equations`."""

    nodes: tuple[Node, ...] = ()
    mentions: tuple[Mention, ...] = ()
    equations: tuple[Equation, ...] = ()


class Resolver(Protocol):
    """Answers what a passage cannot know: how citations, cross-references and footnotes are printed, as HTML."""

    def citation(self, cluster: Cluster) -> str:
        """The citation as the style sets it."""

    def crossref(self, reference: CrossReference) -> str:
        """The words for it, linked: “Figure 1”."""

    def equation_number(self, name: str) -> str:
        """The number of an equation, as the element behind its formula."""

    def place(self, line: int) -> str:
        """Where the paragraph is written that begins on a line of the passage, where that is told; else nothing."""

    def comment(self, words: str) -> str:
        """What authors say to one another, where it is shown; else nothing."""

    def footnote(self, content: str) -> str:
        """The call, with the note whose HTML is `content`."""
