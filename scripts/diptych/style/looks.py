"""What is known of how an element looks, as data: lengths in points, colours as RRGGBB."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Edges:
    """Four lengths in points, clockwise from the top."""

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0


@dataclass(frozen=True)
class Border:
    """One border line: width in points, CSS style (`solid`, `dashed` …), colour as RRGGBB."""

    width: float
    style: str
    color: str


@dataclass(frozen=True)
class Borders:
    """The four border lines of a box; None where there is none."""

    top: Border | None = None
    right: Border | None = None
    bottom: Border | None = None
    left: Border | None = None


@dataclass(frozen=True)
class Face:
    """A face as office software names it: its family name (name table, ID 1) and whether it is that family's bold."""

    name: str
    bold: bool
    generic: str = "auto"  # roman, swiss, modern or auto, for substitution where the face is missing
    address: str = field(default="", compare=False)  # of its file, empty where the stylesheets bring none
    ascent: float = field(default=0.95, compare=False)  # ems above and below the baseline that a line of it takes
    descent: float = field(default=0.3, compare=False)


@dataclass(frozen=True)
class TextStyle:
    """How the characters of an element look; lengths in points, colours as RRGGBB."""

    face: Face
    size: float
    weight: int
    italic: bool
    color: str
    background: str | None
    small_caps: bool
    uppercase: bool
    letter_spacing: float
    underline: bool
    strike: bool
    position: str  # baseline, super or sub
    raised: float  # points above the baseline, 0 for super and sub
    language: str


@dataclass(frozen=True)
class BoxStyle:
    """How the box of an element stands on the page; lengths in points, percentages already resolved."""

    display: str  # none, inline, inline-block, block, list-item, table, table-cell …
    margin: Edges
    centered: bool  # margins left and right are both auto
    padding: Edges
    borders: Borders
    background: str | None
    width: float | None
    max_width: float | None
    align: str  # left, right, center or justify
    vertical_align: str
    indent: float  # of the first line
    line_height: float | None  # None: as the face has it
    preformatted: bool
    hyphens: bool
    break_before: str
    break_after: str
    break_inside: str
    page: str
    columns: int
    column_gap: float
    column_width: float | None
    balanced: bool
    spans_columns: bool
    widows: int
    list_style: str
    floats: str
    positioned: bool  # out of the flow, or moved from its place in it
    beside: float | None  # left edge of a box that stands beside the text, from the left edge of the box around it
    line_numbers: str


@dataclass(frozen=True)
class Piece:
    """A part of generated content and its value.

    Its kind is `text`, `string` (by name), `page`, `pages`, `counter` (its name and how it is written) or `unknown`.
    """

    kind: str
    value: str = ""


@dataclass(frozen=True)
class MarginBox:
    """One box in a page's margin, such as `top-left`, with what it says and how."""

    content: tuple[Piece, ...]
    text: TextStyle
    box: BoxStyle


@dataclass(frozen=True)
class PageStyle:
    """A page: size and margins in points, and its margin boxes by position."""

    width: float
    height: float
    margin: Edges
    boxes: dict[str, MarginBox] = field(compare=False, hash=False)

    @property
    def measure(self) -> float:
        """The width of the text area."""
        return self.width - self.margin.left - self.margin.right
