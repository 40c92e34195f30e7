"""What building a review gives, as data; whoever is handed it need not load what made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diptych.diagnostics import Diagnostic
from diptych.workspace import Uses


@dataclass(frozen=True)
class Used:
    """The references that a review uses: the SHA-256 of each file that it names, in their order, and of each work.

    `items` has the digest of a work by its key, empty for one that is not there. `diagnostics` are those of the files,
    whatever of them is used.
    """

    files: Mapping[str, str]
    annotations_from: tuple[str, ...]
    items: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Output:
    """One file's worth of bytes, its pages where it has any, its words (0 in a preview), and the seconds of printing.

    `uses` is what it is made from beside what all outputs of the review are made from, `diagnostics` what is to be said
    of it alone.
    """

    template: str
    format: str
    data: bytes
    pages: int | None
    words: int
    seconds: float
    uses: tuple[Uses, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Common:
    """What all outputs of a review are made from, its references apart, and what is to be said of them all."""

    uses: Uses = field(default_factory=Uses)
    references: Used | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Built:
    """What building a review gave; `reads` maps each file read to its SHA-256, `answers` are `Workspace.answers`."""

    outputs: tuple[Output, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    common: Common = field(default_factory=Common)
    answers: Mapping[str, str] = field(default_factory=dict)
