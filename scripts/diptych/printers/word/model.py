"""What stands between the HTML and the file: paragraphs and tables in a flat list, each with its place on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from diptych.printers.word.properties import ParagraphFormat
from diptych.printers.word.vocabulary import NamedStyle
from diptych.style import Borders, BoxStyle, Edges, TextStyle

Inline = str | Element


@dataclass(frozen=True)
class Section:
    """What Word keeps in a section: the page's name and the columns; the gap in points."""

    page: str = ""
    columns: int = 1
    gap: float = 0.0
    balanced: bool = True
    flow: int = 0  # tells one set of columns from the next


@dataclass(frozen=True)
class ListLevel:
    """A list and how deep it is nested, from 1; `key` tells lists apart, `hang` the room behind its markers in points.

    Headings that are numbered are a list too; their marker is what Word writes before one, such as `%1.%2`.
    """

    key: int
    kind: str  # bullet, number, plain or heading
    marker: str  # CSS list-style-type
    start: int
    depth: int
    edge: float  # where the list's indent starts, in points
    hang: float = 0.0


@dataclass
class Panel:
    """A box with a ground or rules around one or more blocks; its space is known when its last block is."""

    box: BoxStyle
    left: float  # from the column's left edge to the outside of the box, in points
    right: float
    space_top: float = 0.0
    space_bottom: float = 0.0
    blocks: list[Paragraph | Table] = field(default_factory=list)


@dataclass
class Spaced:
    """What paragraphs and tables share: the element, the section, the space around in points, the breaks and keeps."""

    element: Element
    box: BoxStyle
    section: Section
    measure: float
    left: float
    right: float
    before: float = 0.0
    after: float = 0.0
    gap: float = 0.0  # between the block above and this one, as CSS has it
    page_break: bool = False
    keep_next: bool = False
    keep_lines: bool = False
    panel: Panel | None = None
    place: str = ""  # First or Last in its container, for the names of variants
    above: str = ""  # what stands there, for the same
    below: str = ""
    anchors: list[str] = field(default_factory=list)


@dataclass
class Paragraph(Spaced):
    """A paragraph to be: what it says, the style it asks for, its list level and its format."""

    content: list[Inline] = field(default_factory=list)
    style: NamedStyle = field(kw_only=True)
    text: TextStyle = field(kw_only=True)
    level: ListLevel | None = None
    tall: bool = False  # holds a picture or formula
    counted: bool = True  # among the numbered lines
    tabs: list[tuple[float, str]] = field(default_factory=list)
    beside: tuple[float, float] | None = None  # left edge and width of a frame beside the text, in points
    format: ParagraphFormat = field(default_factory=ParagraphFormat)


@dataclass
class Cell:
    """A table cell: its element, the column it starts at, the columns and rows it covers, and its blocks."""

    element: Element
    column: int
    width: int
    height: int
    header: bool = False
    borders: Borders = field(default_factory=Borders)
    padding: Edges = field(default_factory=Edges)
    background: str | None = None
    vertical: str = "baseline"
    blocks: list[Paragraph | Table] = field(default_factory=list)


@dataclass
class Table(Spaced):
    """A table to be: its rows of cells, the widths of its columns in points, how many rows head it."""

    rows: list[list[Cell]] = field(default_factory=list)
    columns: list[float] = field(default_factory=list)
    header_rows: int = 0
    caption: str = ""


Block = Paragraph | Table
