"""How paragraphs of the PDF end: with a whole word, and with more than a few letters on their last line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree

from diptych.printers.breaks import INLINES, NO_BREAK_SPACE

PARAGRAPHS = ("p", "li", "figcaption")
APART = {"footnote", "math"}  # classes of what is set elsewhere, or as a picture
FILLED = 60  # characters; a text of fewer may have one line alone
FEW = 5  # characters that look lost on a line, such as “[6].”
LAST_WORD = re.compile(r"[^\W\d_]{5,20}[^\w\s]{0,3}\s*$")


class Piece(NamedTuple):
    """A text of a paragraph: the `text` or the `tail` of an element."""

    element: Any
    place: str

    @property
    def words(self) -> str:
        """The text."""
        return getattr(self.element, self.place) or ""

    def put(self, words: str) -> None:
        """Write other words there."""
        setattr(self.element, self.place, words)


def keep_endings(root: Any) -> None:
    """Keeps a short last word of a paragraph with the word before it, and a longer one free of hyphens."""
    for block in root.iter(*PARAGRAPHS):
        pieces = list(_pieces(block))
        text = "".join(piece.words for piece in pieces).rstrip()
        if len(text) < FILLED:
            continue
        for place in _too_late(text):
            _replace(pieces, place, NO_BREAK_SPACE)
        _spare_hyphens([piece for piece in pieces if piece.words.strip()][-1])


def _pieces(block: Any) -> Iterator[Piece]:
    """The texts of a block in their order; none where it holds other blocks."""
    if any(kid.tag not in INLINES and kid.tag not in ("img", "br", etree.Comment) for kid in block):
        return
    yield Piece(block, "text")
    for kid in block:
        if kid.tag in INLINES and kid.get("class") not in APART:
            yield from _pieces(kid)
        yield Piece(kid, "tail")


def _too_late(text: str) -> Iterator[int]:
    """The blanks at which a line would leave too few letters to the last one."""
    for found in re.finditer(r"\s", text[-FEW - 1 :]):
        yield len(text) - FEW - 1 + found.start()


def _replace(pieces: list[Piece], place: int, character: str) -> None:
    """Puts a character at a place of the whole text."""
    for piece in pieces:
        words = piece.words
        if place < len(words):
            piece.put(words[:place] + character + words[place + 1 :])
            return
        place -= len(words)


def _spare_hyphens(piece: Piece) -> None:
    """Puts the word at the end of a text into an element that is not hyphenated."""
    found = LAST_WORD.search(piece.words)
    if found is None:
        return
    word = etree.Element("span", {"style": "hyphens: none"})
    word.text = found[0]
    piece.put(piece.words[: found.start()])
    holder = piece.element if piece.place == "text" else piece.element.getparent()
    holder.insert(0 if piece.place == "text" else holder.index(piece.element) + 1, word)
