"""How far the Word panel is from the PDF, block by block: a table, worst first.

LibreOffice sets the Word file; then each paragraph is looked up in both PDFs, and its face, size, colour, alignment,
indents and line pitch are compared, and the space to what stands above it. Lines may break at other places.
"""

from __future__ import annotations

import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import docx
from docx.oxml.ns import qn

import glyphs
import libreoffice
from glyphs import Glyph

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
TOLERANCE = 0.5  # points
WHAT = ("face", "size", "colour", "word", "align", "line", "first", "left", "above")
OTHER_FACE = 0.1  # the share of letters that may have another width (ligatures, fractions) before it is another face
LINES = 6  # that a block must have for its alignment to be seen: fewer ragged lines may end at one place by chance
LEVEL = 2.5  # points within which lines end that are set to end at one place; some are set a little wide
RAISED = 0.7  # ems, more than which no letter stands above its line
CALL = "\0"  # stands for a note's number
CALLS = (qn("w:footnoteReference"), qn("w:endnoteReference"))
SLACK = 1.0  # points, of edges that are the same


@dataclass(frozen=True)
class Column:
    """What the text of a section stands in: left and right edge in points from the page's left one."""

    left: float
    right: float


@dataclass
class Block:
    """A paragraph of the Word file: its style, its letters (as a pattern), the columns that it may stand in."""

    style: str
    words: str
    letters: str
    columns: Sequence[Column]
    drawn: bool = False  # it holds a formula or picture, which every program makes as high as it likes
    behind: bool = False  # a picture stands above: LibreOffice gives its line no depth, Word and CSS do
    closest: bool = False  # Word adds no space above it
    open: bool = False  # nor below it
    row: int | None = None  # equal for all cells of one row
    note: bool = False
    elsewhere: bool = False  # an end note: LibreOffice 7.4 sets them on a page of their own, without columns


@dataclass(frozen=True)
class Line:
    """A line of a block: its page, column (from 0) and baseline; its ends in points from the column's edges."""

    page: int
    column: int
    baseline: float
    left: float
    right: float


@dataclass(frozen=True)
class Difference:
    """Where the panels differ: the block, what of it, what each has, how many times the tolerance lies between."""

    output: str
    style: str
    words: str
    what: str
    pdf: str
    word: str
    weight: float

    def row(self) -> str:
        """The difference as a line of the table."""
        said = f"{self.what:<8}{self.pdf:>10}{self.word:>12}"
        return f"{self.output:<30}{self.style:<26}{said}  {self.words}"


@dataclass
class Compared:
    """The outcome for one output: how many blocks were compared, what was found, which blocks were not.

    `closest` are spaces that Word cannot make as small as the PDF has them: it knows no negative space.
    """

    blocks: int = 0
    found: list[Difference] = field(default_factory=list)
    closest: list[Difference] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def differences(self) -> list[Difference]:
        """What is beyond the tolerance."""
        return [one for one in self.found if one.weight > 1]

    @property
    def measured(self) -> Counter[str]:
        """How often each thing was compared."""
        return Counter(one.what for one in self.found)


# The Word file


def blocks(file: Path) -> list[Block]:
    """The paragraphs of a Word file that have letters, in order, notes last."""
    document = docx.Document(str(file))
    styles = {style.style_id: style for style in document.styles}
    found: list[Block] = []
    waiting: list[Block] = []
    rows: dict[object, int] = {}
    for paragraph in document.element.body.iter(qn("w:p")):
        row = next(paragraph.iterancestors(qn("w:tr")), None)
        block = _block(paragraph, styles)
        if row is not None:
            block.row = rows.setdefault(row, len(rows))
        if block.letters and waiting and waiting[-1].drawn and not waiting[-1].letters:
            block.behind = True
        waiting.append(block)
        section = paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
        if section is not None:
            found += _placed(waiting, section)
            waiting = []
    found += _placed(waiting, document.element.body.sectPr)
    return [block for block in [*found, *_notes(document, styles)] if block.letters]


def _block(paragraph: Any, styles: dict[str, Any]) -> Block:
    said = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    text = "".join(CALL if node.tag in CALLS else node.text or "" for node in _spoken(paragraph))
    style = styles[said.get(qn("w:val"))] if said is not None else styles["Normal"]
    drawn = any(True for _ in paragraph.iter(qn("m:oMath"), qn("w:drawing")))
    before, after = (_space(paragraph, style, side) for side in ("before", "after"))
    words = text.replace(CALL, "").strip()
    return Block(style.name, words, pattern(text), (), drawn, closest=not before, open=not after)


def _spoken(paragraph: Any) -> Iterator[Any]:
    return paragraph.iter(qn("w:t"), *CALLS)


def _space(paragraph: Any, style: Any, side: str) -> int:
    """The space above or below a paragraph in twips: as it says itself, or the nearest of its styles that says it."""
    while True:
        spacing = paragraph.find(f"{qn('w:pPr')}/{qn('w:spacing')}")
        said = None if spacing is None else spacing.get(qn(f"w:{side}"))
        if said is not None or style is None:
            return int(said or 0)
        paragraph, style = style.element, style.base_style


def pattern(text: str) -> str:
    """The letters of a text; where a note is called, its number may stand or not."""
    letters = (letter for letter in text if not glyphs.BLANK.match(letter) and not glyphs.HYPHEN.match(letter))
    return "".join("[0-9]*" if letter == CALL else re.escape(letter.lower()) for letter in letters)


def _placed(found: list[Block], section: Any) -> list[Block]:
    columns = _columns(section)
    for block in found:
        block.columns = columns
    return found


def _columns(section: Any) -> list[Column]:
    size, margins, columns = (section.find(qn(f"w:{name}")) for name in ("pgSz", "pgMar", "cols"))
    left = int(margins.get(qn("w:left"))) / 20
    measure = int(size.get(qn("w:w"))) / 20 - left - int(margins.get(qn("w:right"))) / 20
    count = int(columns.get(qn("w:num"), "1"))
    gap = int(columns.get(qn("w:space"), "0")) / 20
    width = (measure - gap * (count - 1)) / count
    return [Column(left + number * (width + gap), left + number * (width + gap) + width) for number in range(count)]


def _notes(document: Any, styles: dict[str, Any]) -> Iterator[Block]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            root = docx.oxml.parse_xml(relation.target_part.blob)
            columns = _columns(document.element.body.sectPr)
            for paragraph in root.iter(qn("w:p")):
                block = _block(paragraph, styles)
                block.columns, block.note = columns, True
                block.elsewhere = relation.reltype.endswith("/endnotes")
                yield block


# A block on the page


def place(found: Sequence[Block], panel: list[Glyph]) -> list[list[Glyph]]:
    """The glyphs of each block; empty where it is not there."""
    spoken = [index for index, glyph in enumerate(panel) if not glyphs.HYPHEN.match(glyph.letter)]
    stream = "".join(panel[index].letter for index in spoken).lower()
    position, placed = 0, []
    for block in found:
        pattern = re.compile(block.letters)
        match = pattern.search(stream, position) or pattern.search(stream)
        if match is None:
            placed.append([])
            continue
        position = max(position, match.end())
        placed.append(panel[spoken[match.start()] : spoken[match.end() - 1] + 1])
    return placed


def lines(block: Block, letters: Sequence[Glyph]) -> list[Line]:
    """The lines that a block's letters stand in."""
    runs: list[list[Glyph]] = []
    for glyph in letters:
        last = runs[-1][-1] if runs else None
        if last is None or glyph.page != last.page or glyph.left < last.left - SLACK or _stands_apart(glyph, last):
            runs.append([])
        runs[-1].append(glyph)
    return [_line(block, run) for run in runs]


def _stands_apart(glyph: Glyph, last: Glyph) -> bool:
    """True where two letters cannot be on one line, even if one is raised."""
    return abs(glyph.baseline - last.baseline) > max(glyph.size, last.size) * RAISED


def _line(block: Block, run: Sequence[Glyph]) -> Line:
    baseline = Counter(round(glyph.baseline, 1) for glyph in run).most_common(1)[0][0]
    middle = (run[0].left + run[-1].right) / 2
    number, column = min(enumerate(block.columns), key=lambda one: abs((one[1].left + one[1].right) / 2 - middle))
    return Line(run[0].page, number, baseline, run[0].left - column.left, column.right - run[-1].right)


def align(found: Sequence[Line]) -> str:
    """How the lines are aligned; empty where that cannot be seen."""
    if len(found) < LINES:
        return ""
    body = found[1:]
    lefts, rights = ([getattr(line, side) for line in part] for side, part in (("left", body), ("right", found[:-1])))
    level = _level(lefts), _level(rights)
    return {(True, True): "justify", (True, False): "left", (False, True): "right"}.get(level, "center")


def _level(ends: Sequence[float]) -> bool:
    """Whether the lines end at the same place."""
    middle = statistics.median(ends)
    return all(abs(end - middle) < LEVEL for end in ends)


def pitch(found: Sequence[Line]) -> float | None:
    """From one line to the next, in points; None where the block has one alone."""
    steps = [b.baseline - a.baseline for a, b in pairwise(found) if (a.page, a.column) == (b.page, b.column)]
    return statistics.median(steps) if steps else None


# Comparison


@dataclass
class _Pair:
    """A block in both panels."""

    block: Block
    glyphs: tuple[list[Glyph], list[Glyph]]
    lines: tuple[list[Line], list[Line]]


def compare(output: str, word: Path, pdf: Path, set_by_word: Path) -> Compared:
    """The two panels of one output; `set_by_word` is the PDF that was made of the Word file."""
    result = Compared()
    found = blocks(word)
    sides = [place(found, glyphs.read(file)) for file in (pdf, set_by_word)]
    pairs = []
    for block, ours, theirs in zip(found, *sides, strict=True):
        if ours and theirs:
            pairs.append(_pair(block, ours, theirs))
        else:
            result.missing.append(f"{output}: {block.style}: {block.words[:50]}: not in {'PDF' if theirs else 'Word'}")
    result.blocks = len(pairs)
    for pair in pairs:
        for what, ours, theirs, weight in _measures(pair):
            result.found.append(Difference(output, pair.block.style, pair.block.words[:40], what, ours, theirs, weight))
    rows = _rows(pairs)
    for above, below in pairwise(rows):
        gaps = None if _is_parted(above, below, rows) else _gap(above, below)
        if gaps:
            (ours, theirs), weight = _lengths(*gaps)
            block, kind = below[0].block, result.closest if _is_closest(above, below, *gaps) else result.found
            kind.append(Difference(output, block.style, block.words[:40], "above", ours, theirs, weight))
    return result


def differing(block: Block, ours: list[Glyph], theirs: list[Glyph]) -> list[str]:
    """What of a block is beyond the tolerance, but for the space above it."""
    return [what for what, *_, weight in _measures(_pair(block, ours, theirs)) if weight > 1]


def _pair(block: Block, ours: list[Glyph], theirs: list[Glyph]) -> _Pair:
    return _Pair(block, (ours, theirs), (lines(block, ours), lines(block, theirs)))


def _lengths(ours: float, theirs: float) -> tuple[tuple[str, str], float]:
    return (f"{ours:.2f}", f"{theirs:.2f}"), abs(ours - theirs) / TOLERANCE


def _measures(pair: _Pair) -> Iterator[tuple[str, str, str, float]]:
    """Each thing compared: its name, what the PDF has, what Word has, how many tolerances lie between."""
    (ours, theirs), (here, there) = pair.glyphs, pair.lines
    other = _other_widths(ours, theirs)
    yield "face", "", f"{other:.0%} other", other / OTHER_FACE
    sizes = tuple(Counter(round(glyph.size, 1) for glyph in side).most_common(1)[0][0] for side in (ours, theirs))
    yield "size", f"{sizes[0]}", f"{sizes[1]}", abs(sizes[0] - sizes[1]) / TOLERANCE
    colors = tuple(Counter(glyph.color for glyph in side).most_common(1)[0][0] for side in (ours, theirs))
    yield "colour", *colors, 0.0 if colors[0] == colors[1] else 100.0
    if len(here) == 1 and len(pair.block.words.split()) == 1:  # one that just fits its column may be broken
        yield "word", "1 line", f"{len(there)} lines", 100.0 if len(there) > 1 else 0.0
    aligned = align(here), align(there)
    if all(aligned):
        yield "align", *aligned, 0.0 if aligned[0] == aligned[1] else 100.0
    steps = pitch(here), pitch(there)
    if pair.block.drawn:
        return
    if steps[0] is not None and steps[1] is not None:
        said, weight = _lengths(steps[0], steps[1])
        yield "line", *said, weight
    if pair.block.elsewhere:
        return
    for name, one, other_one in _indents(here, there):
        if name != "first" or not pair.block.note:  # a note's number, which comes first, is set by each program
            said, weight = _lengths(one, other_one)
            yield name, *said, weight


def _other_widths(ours: Sequence[Glyph], theirs: Sequence[Glyph]) -> float:
    """The share of letters that are not as wide in one panel as in the other; digits are set tabular or not."""
    sides = ([glyph for glyph in side if glyph.letter.isalpha()] for side in (ours, theirs))
    pairs = list(zip(*sides, strict=True))
    return sum(abs(one.advance - other.advance) > 0.008 for one, other in pairs) / max(1, len(pairs))


def _indents(here: Sequence[Line], there: Sequence[Line]) -> Iterator[tuple[str, float, float]]:
    """The first line's indent, and that of the others; a single line's is seen at the end that is aligned."""
    ends = [(one.left, other.left) for one, other in ((here[0], there[0]),)]
    if len(here) == len(there) == 1:
        middle = tuple((line[0].left - line[0].right) / 2 for line in (here, there))
        ends += [(here[0].right, there[0].right), (middle[0], middle[1])]
    yield "first", *min(ends, key=lambda pair: abs(pair[0] - pair[1]))
    if len(here) > 1 and len(there) > 1:
        yield "left", min(line.left for line in here[1:]), min(line.left for line in there[1:])


def _rows(pairs: Sequence[_Pair]) -> list[list[_Pair]]:
    """Blocks that stand below one another; the cells of a table's row count as one."""
    found: list[list[_Pair]] = []
    for pair in pairs:
        if found and pair.block.row is not None and found[-1][0].block.row == pair.block.row:
            found[-1].append(pair)
        elif not pair.block.note:
            found.append([pair])
    return found


def _is_closest(above: list[_Pair], below: list[_Pair], ours: float, theirs: float) -> bool:
    """True where Word has nothing left to take away: it knows no negative space."""
    return theirs > ours and above[-1].block.open and below[0].block.closest


def _is_parted(above: list[_Pair], below: list[_Pair], rows: Sequence[list[_Pair]]) -> bool:
    """True where a line is printed between the two in the PDF, in which floats wait for the head of a page."""
    last, first = above[-1].lines[0][-1], below[0].lines[0][0]
    lines = (line for row in rows for pair in row for line in pair.lines[0])
    beside = (line for line in lines if (line.page, line.column) == (first.page, first.column))
    return any(last.baseline + 1 < line.baseline < first.baseline - 1 for line in beside)


def _gap(above: list[_Pair], below: list[_Pair]) -> tuple[float, float] | None:
    """From the last baseline above to the first one below in each panel; None where a page or column lies between."""
    if any(pair.block.drawn for pair in (*above, *below)) or below[0].block.behind:
        return None
    gaps = []
    for side in (0, 1):
        last = [pair.lines[side][-1] for pair in above]
        first = [pair.lines[side][0] for pair in below]
        gap = min(line.baseline for line in first) - max(line.baseline for line in last)
        if gap <= 0 or last[0].page != first[0].page or last[0].column != first[0].column:
            return None
        gaps.append(gap)
    return gaps[0], gaps[1]


# The table


def compare_all(outputs: Sequence[tuple[Path, Path]], folder: Path) -> list[Compared]:
    """Every output, given as its PDF and its Word file; LibreOffice works in `folder`."""
    made = libreoffice.convert([word for _, word in outputs], libreoffice.TAGGED_PDF, folder)
    return [compare(pdf.stem, word, pdf, other) for (pdf, word), other in zip(outputs, made, strict=True)]


@click.command()
@click.option("-n", "--rows", default=10, show_default=True, help="Rows to print of each kind; 0 prints all.")
def main(rows: int) -> None:
    """Print how far the Word panel of what stands in build/ is from the PDF."""
    pdfs = sorted(BUILD.glob("*/*.pdf"))
    if not pdfs:
        raise click.ClickException("there is nothing in build/; `make parity` builds it first")
    with tempfile.TemporaryDirectory() as name:
        found = compare_all([(pdf, pdf.with_suffix(".docx")) for pdf in pdfs], Path(name))
    everything = [one for output in found for one in output.found]
    for one in sorted(everything, key=lambda one: -one.weight)[: rows or None]:
        click.echo(one.row())
    for missing in (line for output in found for line in output.missing):
        click.echo(f"not found: {missing}")
    click.echo(f"\n{sum(output.blocks for output in found)} blocks, {len(everything)} comparisons")
    for what in WHAT:
        alike = [one for one in everything if one.what == what]
        beyond = sum(one.weight > 1 for one in alike)
        click.echo(f"  {what:<8}{len(alike):>6} compared{beyond:>6} beyond half a point, or other than in the PDF")
    closest = [one for output in found for one in output.closest]
    click.echo(f"{len(closest)} spaces that Word cannot make smaller:")
    for one in sorted(closest, key=lambda one: -one.weight)[: rows or None]:
        click.echo(one.row())


if __name__ == "__main__":
    main()
