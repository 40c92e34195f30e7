"""The widths of a table's columns, as the PDF's layout gives them (CSS 2.2, 17.5.2.2).

Each column can use at least its longest word and at most its longest line; the table's width is shared out between
the two. The words are measured in their own faces, all of a table at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from diptych.printers.word.grid import Grid
from diptych.printers.word.model import Cell
from diptych.style import BoxStyle, Cascade

NARROW, WIDE = frozenset("iljtfr.,:;|!'’()[] "), frozenset("mwMW—%@ƒ")
BREAK = re.compile(
    r"[ \t\r\n\f]+"  # white space
    r"|(?<=[\u200b\u00ad–—])(?=\S)"  # where a line may break without one (UAX 14: BA, B2, ZW)
    r"|(?<=[^\W\d_]-)(?=\w)|(?<=\d-)(?=[^\W\d_])"  # HY: not between a hyphen and a number
)
SPACES = re.compile("[ \t\r\n\f]+")
LATEX = re.compile(r"\\[A-Za-z]+|[{}^_\\$]")  # a command is about as wide as a letter, braces are nothing


def column_widths(grid: Grid, cascade: Cascade, measure: float, box: BoxStyle) -> list[float]:
    """The width of each column in points: as its `col` says, else shared out by what stands in the columns."""
    least, most = _wanted(grid, cascade)
    for number, col in enumerate(grid.cols[: grid.width]):
        width = cascade.box(col, measure).width
        if width is not None:
            least[number] = most[number] = width
    available = box.width if box.width is not None else min(measure, sum(most))
    available = min(available, measure)
    if sum(most) <= available:
        spare, total = available - sum(most), sum(most) or 1.0
        return [width + spare * width / total for width in most]
    room, stretch = available - sum(least), sum(most) - sum(least)
    if room <= 0:
        return [width * available / (sum(least) or 1.0) for width in least]
    return [low + room * (high - low) / stretch for low, high in zip(least, most, strict=True)]


def _wanted(grid: Grid, cascade: Cascade) -> tuple[list[float], list[float]]:
    """The least and the most that each column can use; then what cells over several columns want beside that."""
    least, most = [0.0] * grid.width, [0.0] * grid.width
    sizes = _sizes(grid, cascade)
    for cell, low, high in sorted(sizes, key=lambda size: size[0].width):
        columns = range(cell.column, min(grid.width, cell.column + cell.width))
        for wanted, length in ((least, low), (most, high)):
            _stretch(wanted, columns, length, most)
    return [max(1.0, length) for length in least], [max(1.0, length) for length in most]


def _stretch(wanted: list[float], columns: range, length: float, most: list[float]) -> None:
    """Make columns as wide as a cell over them all needs, each by its share (CSS Tables 3, 4.3)."""
    missing = length - sum(wanted[number] for number in columns)
    shares = [most[number] for number in columns]
    for number, share in zip(columns, shares, strict=True):
        if missing > 0:
            wanted[number] += missing * (share / sum(shares) if sum(shares) else 1 / len(columns))


# What stands in a cell


@dataclass
class _Text:
    """The words of a cell, each in pieces that look alike; a piece is its element and its text, or a width."""

    words: list[list[tuple[Element, str]]] = field(default_factory=lambda: [[]])
    spaces: list[tuple[Element, int]] = field(default_factory=list)  # and after which word they stand


def _sizes(grid: Grid, cascade: Cascade) -> list[tuple[Cell, float, float]]:
    """Each cell with the width of its longest word and of all its words on one line, in points."""
    ruler = _Ruler(cascade)
    cells = [(cell, [ruler.note(line) for line in _read(cell.element, cascade)]) for row in grid.rows for cell in row]
    ruler.measure()
    return [_size(cell, [_widths(*line) for line in lines]) for cell, lines in cells]


def _size(cell: Cell, lines: list[tuple[float, float]]) -> tuple[Cell, float, float]:
    padding = cell.padding.left + cell.padding.right
    low, high = (max((line[end] for line in lines), default=0.0) for end in (0, 1))
    return cell, padding + low, padding + high


def _read(cell: Element, cascade: Cascade) -> list[_Text]:
    """The lines of a cell that end where it says so: by `br`, or as blocks."""
    lines = [_Text()]
    for element, text in _pieces(cell, cascade):
        if text is None:
            lines.append(_Text())
        else:
            _add(lines[-1], element, text, whole=cascade.keeps_together(element) and not SPACES.search(text))
    return lines


def _pieces(element: Element, cascade: Cascade) -> Iterator[tuple[Element, str | None]]:
    """The texts inside an element, each with the element whose look it has; None where a line ends."""
    if element.text:
        yield element, LATEX.sub("x", element.text) if element.get("data-tex") else element.text
    for child in element:
        if child.tag == "br" or child.tag in BLOCKS:
            yield child, None
        if cascade.display(child) != "none":
            yield from _pieces(child, cascade)
        if child.tag in BLOCKS:
            yield child, None
        if child.tail:
            yield element, child.tail


BLOCKS = ("p", "ul", "ol", "li", "div")


def _add(line: _Text, element: Element, text: str, *, whole: bool) -> None:
    """Add a text to a line, word by word; a `whole` one is not broken and belongs to the word before it.

    So does a fraction, which is as wide as CSS says, whatever its text.
    """
    if whole or element.get("class") == "fraction":
        line.words[-1].append((element, text))
        return
    position = 0
    for found in BREAK.finditer(text):
        if found.start() > position:
            line.words[-1].append((element, text[position : found.start()]))
        if found[0] and line.words[-1]:
            line.spaces.append((element, len(line.words)))
        if line.words[-1]:
            line.words.append([])
        position = found.end()
    if text[position:]:
        line.words[-1].append((element, text[position:]))


Widths = dict[str, float]


class _Ruler:
    """Measures pieces of text: first all are noted, then those that look alike are measured together."""

    def __init__(self, cascade: Cascade) -> None:
        self._cascade = cascade
        self._noted: dict[int, tuple[Element, Widths]] = {}  # by the identity of the text style

    def note(self, line: _Text) -> tuple[list[list[tuple[Widths, str]]], list[tuple[Widths, int]]]:
        """The words and spaces of a line, each piece with the widths in which it will be found."""
        words = [[(self._of(element, text), text) for element, text in word] for word in line.words]
        return words, [(self._of(element, " "), after) for element, after in line.spaces]

    def _of(self, element: Element, text: str) -> Widths:
        if element.get("class") == "fraction":
            return {text: self._cascade.box(element, 0.0).width or 0.0}
        widths = self._noted.setdefault(id(self._cascade.text(element)), (element, {}))[1]
        widths.setdefault(text, 0.0)
        return widths

    def measure(self) -> None:
        """Fill in the widths of all that was noted."""
        for element, widths in self._noted.values():
            size, lines = self._cascade.text(element).size, list(widths)
            for text, width in zip(lines, self._cascade.line_widths(element, lines), strict=True):
                widths[text] = width or text_width(text, size)


def _widths(words: list[list[tuple[Widths, str]]], spaces: list[tuple[Widths, int]]) -> tuple[float, float]:
    """The width of the longest word of a line, and of the whole line."""
    lengths = [sum(widths[text] for widths, text in word) for word in words]
    last = max((number for number, word in enumerate(words, 1) if word), default=0)
    inner = sum(widths[" "] for widths, after in spaces if after < last)
    return max(lengths, default=0.0), sum(lengths) + inner


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a text face, in points: where there is no face to measure it in."""
    return size * sum(
        0.3 if char in NARROW else 0.8 if char in WIDE else 0.6 if char.isupper() else 0.52 for char in text
    )
