"""Headings that CSS numbers by counters → one list in Word, with a level for each kind of heading."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from diptych.printers.word.model import ListLevel
from diptych.style import Cascade

DEPTHS = {"h2": 1, "h3": 2, "h4": 3, "h5": 4}


class Headings:
    """The numbers of a document's headings: each counter belongs to the kind of heading that counts it on."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._depths: dict[str, int] = {}
        for element in (element for element in cascade.root.iter() if element.tag in DEPTHS):
            for name in cascade.counts(element):
                self._depths.setdefault(name, DEPTHS[element.tag])

    def level(self, element: Element, edge: float) -> ListLevel | None:
        """The level of a heading before which CSS puts counters and words, and no other thing; None for any other."""
        if element.tag not in DEPTHS or not self._depths:
            return None
        pieces = self._cascade.content(element, "before")
        if not any(piece.kind == "counter" for piece in pieces):
            return None
        said = []
        for piece in pieces:
            name, _, written = piece.value.partition(" ")
            if piece.kind == "counter" and name in self._depths and written == "decimal":
                said.append(f"%{self._depths[name]}")
            elif piece.kind == "text":
                said.append(piece.value.replace("%", "%%"))
            else:
                return None
        return ListLevel(0, "heading", "".join(said), 1, DEPTHS[element.tag], edge)
