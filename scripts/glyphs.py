"""The letters of a tagged PDF in the order of its structure tree, each with where it stands and how it looks.

Running heads, line numbers, the labels of lists and the words in drawings and formulas are left out: they are none of
the text, or no panel can set them as the other does.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

SILENT = {"/Lbl", "/Figure", "/Formula"}
BLANK = re.compile("[\\s\u200b]")
HYPHEN = re.compile("[\u2010\u00ad\ufffe\u0002-]")  # the panels part words at different places


@dataclass(frozen=True)
class Glyph:
    """A letter: its page from 0, and its left end, right end and baseline in points from the page's upper left corner.

    Size in points, colour as RRGGBB. A face is known by how wide it makes its letters: names get lost on the way.
    """

    letter: str
    page: int
    left: float
    right: float
    baseline: float
    size: float
    color: str

    @property
    def advance(self) -> float:
        """How far it moves the pen, in ems."""
        return (self.right - self.left) / self.size


def read(file: Path) -> list[Glyph]:
    """All letters of the text of a tagged PDF, those of footnotes last."""
    with pikepdf.open(file) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        marks = list(_marks(pdf.Root.StructTreeRoot))
    order = [(pages[page], mark) for page, mark, _ in sorted(marks, key=lambda found: found[2])]
    found: dict[tuple[int, int], list[Glyph]] = {mark: [] for mark in order}
    with pypdfium2.PdfDocument(file) as document:
        for number in range(len(document)):
            for mark, glyph in _letters(document[number], number):
                if (number, mark) in found:
                    found[number, mark].append(glyph)
    return [glyph for mark in order for glyph in found[mark]]


def _marks(element: Any, around: Any = None, note: bool = False) -> Iterator[tuple[Any, int, bool]]:
    """The page and number of each piece of marked content below a structure element; whether it is in a footnote."""
    kind = str(element.get("/S"))
    if kind in SILENT:
        return
    page, note = element.get("/Pg", around), note or kind == "/Note"
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield page.objgen, kid, note
        elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            yield kid.get("/Pg", page).objgen, int(kid.MCID), note
        elif isinstance(kid, pikepdf.Dictionary):
            yield from _marks(kid, page, note)


def _letters(page: Any, number: int) -> Iterator[tuple[int, Glyph]]:
    """Every letter of a page with the number of the marked content it is in, as the page prints them."""
    text, height = page.get_textpage(), page.get_height()
    looks: dict[int, tuple[int, float, str]] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(text)):
        letter = chr(pdfium.FPDFText_GetUnicode(text, index))
        if BLANK.match(letter) or pdfium.FPDFText_IsGenerated(text, index):
            continue
        thing = pdfium.FPDFText_GetTextObject(text, index)
        address = ctypes.addressof(thing.contents)
        if address not in looks:
            looks[address] = pdfium.FPDFPageObj_GetMarkedContentID(thing), *_look(text, index, thing)
        mark, size, color = looks[address]
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        yield mark, Glyph(letter, number, x.value, box.right, height - y.value, size, color)


def _look(text: Any, index: int, thing: Any) -> tuple[float, str]:
    """The size of a letter, and its colour."""
    matrix, size = pdfium.FS_MATRIX(), ctypes.c_float()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    pdfium.FPDFTextObj_GetFontSize(thing, size)
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFText_GetFillColor(text, index, *parts)
    return size.value * abs(matrix.d), "".join(f"{part.value:02X}" for part in parts[:3])
