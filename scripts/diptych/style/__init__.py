"""HTML and CSS → computed styles in points: what a printer without a layout engine of its own asks of the design."""

from diptych import bindings as bindings
from diptych.style.cascade import POINTS, Cascade, read_tree
from diptych.style.looks import Border, Borders, BoxStyle, Edges, Face, MarginBox, PageStyle, Piece, TextStyle

__all__ = [
    "POINTS",
    "Border",
    "Borders",
    "BoxStyle",
    "Cascade",
    "Edges",
    "Face",
    "MarginBox",
    "PageStyle",
    "Piece",
    "TextStyle",
    "read_tree",
]
