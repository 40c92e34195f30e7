"""A paper as a stream: its blocks in order, each with the part that it plays, as Word's styles and HTML's classes say.

Word, Markdown and our own HTML are read into a stream; `assemble.py` makes a review of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diptych.importers.tables import Row
from diptych.prose import Node


@dataclass(frozen=True)
class Block:
    """A block: its role, its inlines (of `text`, blocks of prose), and what its id and level are.

    Roles are those of `ROLES`, and `heading`, `text`, `figure`, `table` and `item` (of the key points).
    """

    role: str
    nodes: tuple[Node, ...] = ()
    id: str = ""
    level: int = 0
    value: Any = None
    """Of a `figure` its `Picture`, of a `table` its `Grid`."""


@dataclass(frozen=True)
class Picture:
    """A picture as the paper names it, with its alternative text and its width in percent of the measure."""

    src: str
    alt: str
    width: str = ""


@dataclass(frozen=True)
class Grid:
    """A table's rows of headings and of cells."""

    head: tuple[Row, ...]
    body: tuple[Row, ...]


@dataclass
class Paper:
    """A paper as a stream, with the items that its citations carry and the notes that are called by a link."""

    blocks: list[Block]
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


ROLES: tuple[tuple[str, str, str], ...] = (
    # role, Word style (also with more words behind), classes of HTML
    ("kicker", "Kicker", "p.kicker"),
    ("title", "Title", "h1.title"),
    ("subtitle", "Subtitle", "p.subtitle"),
    ("byline", "Author", "p.byline"),
    ("affiliation", "Affiliation", "p.affiliation"),
    ("correspondence", "Correspondence", "p.correspondence"),
    ("published", "Published", "p.published"),
    ("history", "History", "p.history"),
    ("abstract", "Abstract", "section.abstract p"),
    ("keywords", "Keywords", "p.keywords"),
    ("item", "Key Points", "section.key-points li"),
    ("caption", "caption", "figcaption"),
    ("caption", "Image Caption", ""),
    ("caption", "Figure Legend", "p.figure-legend"),
    ("table-caption", "Table Caption", "caption"),
    ("table-note", "Table Note", "p.table-note"),
    ("credit", "Credit", "p.credit"),
    ("abbreviation", "Abbreviation", "p.abbreviation"),
    ("legend", "Legend", "p.legend"),
    ("nothing", "References Note", "p.references-note"),
    ("entry", "Bibliography", "p.entry"),
    ("entry", "EndNote Bibliography", ""),
    ("annotation", "Annotation", "p.annotation"),
    ("nothing", "Reference Links", "p.links"),
    ("nothing", "QR Code", "p.qr"),
    ("note", "endnote text", "li.note"),
    ("break", "Break", "hr"),
    ("equation", "Equation", "div.equation"),
)
"""What our styles and classes mean."""


def role_of_style(name: str) -> str:
    """The role of a paragraph in a Word style; `text` for any other."""
    lower = name.lower()
    found = [
        (len(style), role)
        for role, style, _ in ROLES
        if lower == style.lower() or lower.startswith(f"{style.lower()} ")
    ]
    return max(found)[1] if found else "text"
