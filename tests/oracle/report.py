"""differences.md: every difference from citeproc-js under the heading of its cause, with the reason why it stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from oracle.comparison import Difference
from oracle.engines import FOLDER

FILE = FOLDER / "differences.md"
UNEXPLAINED = "Not yet explained"


@dataclass
class Cause:
    """A heading, what stands beneath it, and the differences that it explains."""

    title: str
    words: str
    differences: list[Difference] = field(default_factory=list)


def read(text: str) -> tuple[str, list[Cause]]:
    """What the file says before its first heading of the second level, and the causes."""
    preface, *parts = text.split("\n## ")
    return preface, [_cause(part) for part in parts]


def _cause(part: str) -> Cause:
    title, _, rest = part.partition("\n")
    words, *items = rest.split("\n- ")
    return Cause(title.strip(), words.strip(), [_difference(item) for item in items])


def _difference(item: str) -> Difference:
    where, ours, theirs = item.strip().split("\n")
    style, _, what = where.partition(" · ")
    return Difference(style, what, ours.strip().removeprefix("- ours: "), theirs.strip().removeprefix("- theirs: "))


def write(preface: str, causes: Iterable[Cause]) -> str:
    """The file's text; causes without differences are left out."""
    return preface.rstrip() + "\n" + "".join(_section(cause) for cause in causes if cause.differences)


def _section(cause: Cause) -> str:
    items = sorted(cause.differences, key=lambda one: (one.what, one.style))
    lines = (f"- {one.style} · {one.what}\n  - ours: {one.ours}\n  - theirs: {one.theirs}\n" for one in items)
    return f"\n## {cause.title}\n\n{cause.words}\n\n{''.join(lines)}"


def sorted_in(causes: list[Cause], found: Iterable[Difference]) -> list[Cause]:
    """The causes with the differences found: each where it stood, or unexplained."""
    known = {(one.style, one.what): index for index, cause in enumerate(causes) for one in cause.differences}
    sections = [Cause(cause.title, cause.words) for cause in causes if cause.title != UNEXPLAINED]
    unexplained = Cause(UNEXPLAINED, "Find the cause and write it down.")
    for one in found:
        index = known.get((one.style, one.what))
        at_home = index is not None and index < len(sections)
        (sections[index] if at_home else unexplained).differences.append(one)
    return [*sections, unexplained]
