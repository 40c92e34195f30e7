"""The space between blocks: margins that meet collapse, in CSS (2.2, 8.3.1) as in Word (the larger one counts).

Word knows paragraphs only, so what containers add is handed down: a margin to the first or last paragraph in the
container, a frame to all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby, pairwise

from diptych.printers.word.baselines import is_forced, lowered
from diptych.printers.word.model import Block, Panel, Paragraph, Table
from diptych.printers.word.properties import Frame, ParagraphFormat, Rule
from diptych.style import Border

HAIR = 0.25  # points, the thinnest rule Word has
NOTICED = 0.3  # points; for smaller differences paragraphs of a kind need not differ


class Gap:
    """The space between two blocks: of the margins that meet the largest counts, the most negative is subtracted."""

    def __init__(self) -> None:
        self._fixed = self._most = self._least = 0.0

    def begin(self, margin: float, padding: float = 0.0) -> None:
        """A box begins: its top margin, then its padding, in points."""
        self._add(margin)
        self._part(padding)

    def end(self, margin: float, padding: float = 0.0) -> None:
        """A box ends: its padding, then its bottom margin, in points."""
        self._part(padding)
        self._add(margin)

    def _add(self, margin: float) -> None:
        self._most, self._least = max(self._most, margin), min(self._least, margin)

    def _part(self, padding: float) -> None:
        """What came before the padding no longer meets what comes after it."""
        if padding:
            self._fixed, self._most, self._least = self.value + padding, 0.0, 0.0

    @property
    def value(self) -> float:
        """The space so far, in points."""
        return self._fixed + self._most + self._least


def settle(blocks: list[Block]) -> None:
    """Set the space above and below every block so that the larger of the two that meet is what CSS has between them.

    A paragraph keeps the margins of its own box where those give that space, whatever containers begin or end there,
    so that paragraphs of a kind stay alike.
    """
    blocks = [block for block in blocks if not (isinstance(block, Paragraph) and block.beside)]
    for above, below in pairwise(blocks):
        below.gap = max(0.0, below.gap + _below(above) + _above(below))
    for block in blocks:
        block.before, block.after = block.box.margin.top, block.box.margin.bottom
    for block in blocks[:1]:
        block.before = block.gap
    for above, below in pairwise(blocks):
        if isinstance(below, Table):
            above.after = below.gap
        elif isinstance(above, Table):
            below.before = below.gap
        elif abs(max(above.after, below.before) - below.gap) > NOTICED:
            below.before = below.gap
            above.after = above.after if above.after < below.gap + NOTICED else below.gap
    _hand_down(blocks)
    _level([block for block in blocks if isinstance(block, Paragraph)])
    for above, below in pairwise(blocks):
        above.below, below.above = _kind(below), _kind(above)


def _hand_down(blocks: list[Block]) -> None:
    """Let the lower of two blocks have the space between them, where the upper one has more than others of its kind.

    A paragraph of text is then like any other, whatever comes next; Word leaves out the space above what begins a page.
    """
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    least: dict[tuple[str, int], float] = {}
    for one in paragraphs:
        key = _kind_of(one)
        least[key] = min(one.after, least.get(key, one.after))
    for above, below in pairwise(blocks):
        if not isinstance(above, Paragraph) or not isinstance(below, Paragraph) or above.panel is not below.panel:
            continue
        own = least[_kind_of(above)]
        if own < above.after - NOTICED and own < below.gap + NOTICED:
            above.after = own
            if abs(max(own, below.before) - below.gap) > NOTICED:
                below.before = below.gap


def _kind(block: Block) -> str:
    """What a block is called in the names of styles for what stands beside it."""
    return "Table" if isinstance(block, Table) else block.style.name.rstrip(" 123456789")


def _level(paragraphs: list[Paragraph]) -> None:
    """Give paragraphs of a kind the space that most of them have, where nobody would notice."""
    kinds: dict[tuple[str, int], list[Paragraph]] = {}
    for one in paragraphs:
        kinds.setdefault(_kind_of(one), []).append(one)
    for alike in kinds.values():
        _level_edge(alike, "before")
        _level_edge(alike, "after")


def _level_edge(alike: list[Paragraph], edge: str) -> None:
    lengths = [round(getattr(one, edge), 2) for one in alike]
    usual = [length for length, _ in Counter(lengths).most_common()] if len(alike) > 1 else lengths
    for one in alike:
        own = getattr(one, edge)
        setattr(one, edge, next((length for length in usual if abs(own - length) <= NOTICED), own))


def _kind_of(paragraph: Paragraph) -> tuple[str, int]:
    """What tells paragraphs of one kind from others: their style and how their text looks."""
    return paragraph.style.name, id(paragraph.text)


def _below(block: Block) -> float:
    """What the space below a block must be wider by, for the baselines to be as far apart as in CSS."""
    panel = block.panel
    if panel is None or not isinstance(block, Paragraph) or panel.blocks[-1] is not block:
        return lowered(block)
    wanted = panel.space_bottom + lowered(block)
    return wanted - _reach(_rule(panel, panel.box.borders.bottom, wanted))


def _above(block: Block) -> float:
    """The same above it; a frame's distance from its text is in whole points, the rest is made up for outside."""
    panel = block.panel
    if panel is None or not isinstance(block, Paragraph) or panel.blocks[0] is not block:
        return -lowered(block)
    wanted = panel.space_top - lowered(block)
    return wanted - _reach(_rule(panel, panel.box.borders.top, wanted))


def _reach(rule: Rule | None) -> float:
    """How far a frame reaches from its text; rules that CSS has too are left out."""
    if rule is None:
        return 0.0
    line, space = rule
    return round(space) + (HAIR if line.width == HAIR else 0.0)


def give_formats(blocks: list[Block], habits: Habits) -> None:
    """Put together every paragraph's format, once all spaces and panels are known."""
    for block in blocks:
        if isinstance(block, Paragraph):
            frame = _frame(block, block.panel) if block.panel else Frame()
            block.format = _format(block, frame, habits)
            continue
        _keep_rows(block)
        for row in block.rows:
            for cell in row:
                give_formats(cell.blocks, habits)


def _keep_rows(table: Table) -> None:
    """Word keeps a row with the next where all its paragraphs are kept with theirs."""
    for number, row in enumerate(table.rows):
        last = number == len(table.rows) - 1
        if table.keep_next if last else table.keep_lines:
            for cell in row:
                for block in cell.blocks:
                    block.keep_next = True


@dataclass(frozen=True)
class Habits:
    """What the whole document does somewhere; only then must the paragraphs that do not say so."""

    hyphenates: bool
    numbers_lines: bool


def _format(block: Paragraph, frame: Frame, habits: Habits) -> ParagraphFormat:
    before, after = _apart(block)
    return ParagraphFormat(
        align=block.box.align,
        left=block.left,
        right=block.right,
        first=_first(block),
        before=before,
        after=after,
        line=block.box.line_height,
        forced=is_forced(block),
        keep_next=block.keep_next,
        keep_lines=block.keep_lines,
        widow_control=block.box.widows > 1,
        hyphens=block.box.hyphens or not habits.hyphenates,
        numbered=(block.counted and block.box.line_numbers in NUMBERED) or not habits.numbers_lines,
        tabs=tuple(block.tabs),
        frame=frame,
    )


def _first(block: Paragraph) -> float:
    """The indent of the first line: a list marker hangs."""
    return -block.level.hang if block.level and block.level.hang else block.box.indent


NUMBERED = ("continuous", "page")
"""The values of `--line-numbers` that number lines."""


def _apart(block: Paragraph) -> tuple[float, float]:
    """The space above and below; none where a frame in the panel's colour carries it."""
    panel = block.panel
    if panel is None or not panel.box.background:
        return block.before, block.after
    groups = _groups(panel)
    number, group = _group_of(groups, block)
    starts, ends = group[0] is block and number > 0, group[-1] is block and number < len(groups) - 1
    return (0.0 if starts else block.before), (0.0 if ends else block.after)


def _groups(panel: Panel) -> list[list[Paragraph]]:
    """The panel's paragraphs, those with the same edges together: Word draws one frame around them (17.3.1.24)."""
    paragraphs = (block for block in panel.blocks if isinstance(block, Paragraph))
    return [list(group) for _, group in groupby(paragraphs, key=lambda block: (_start(block), round(block.right, 1)))]


def _group_of(groups: list[list[Paragraph]], block: Paragraph) -> tuple[int, list[Paragraph]]:
    return next((number, group) for number, group in enumerate(groups) if any(other is block for other in group))


def _start(block: Paragraph) -> float:
    return round(block.left + min(0.0, _first(block)), 1)


def _frame(block: Paragraph, panel: Panel) -> Frame:
    """The panel's rules and ground for one of its paragraphs, at the panel's edges whatever the paragraph's indents."""
    lines = panel.box.borders
    left = _start(block) - panel.left - (lines.left.width if lines.left else 0.0)
    right = block.right - panel.right - (lines.right.width if lines.right else 0.0)
    top, bottom = _above_and_below(block, panel)
    return Frame(top, _rule(panel, lines.left, left), bottom, _rule(panel, lines.right, right), panel.box.background)


def _above_and_below(block: Paragraph, panel: Panel) -> tuple[Rule | None, Rule | None]:
    """The rules above and below, the same for all paragraphs of a group.

    Groups get a frame each. So that the ground has no gaps, the space between two groups belongs to the upper frame.
    """
    groups = _groups(panel)
    number, group = _group_of(groups, block)
    top = _rule(panel, panel.box.borders.top, panel.space_top - lowered(groups[0][0])) if number == 0 else None
    if number == len(groups) - 1:
        return top, _rule(panel, panel.box.borders.bottom, panel.space_bottom + lowered(group[-1]))
    return top, _rule(panel, None, groups[number + 1][0].gap)


def _rule(panel: Panel, line: Border | None, space: float) -> Rule | None:
    """The panel's own rule; where it has only a ground, a hairline in its colour, which carries the ground along."""
    if line is not None:
        return line, space
    if panel.box.background and round(space - HAIR) > 0:
        return Border(HAIR, "solid", panel.box.background), space - HAIR
    return None
