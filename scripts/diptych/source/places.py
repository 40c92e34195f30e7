"""Where each value of a YAML file stands, down to the character of a prose text, so that messages can point at it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from diptych.diagnostics import LINE_BREAK, Diagnostic, Span
from diptych.source import yaml12
from diptych.source.flaws import YamlPath
from diptych.source.yaml12 import Node, Scalar, Sequence


@dataclass(frozen=True)
class Finding:
    """A problem of the value at `path`, or of its key; `code`, `message` and `hint` as in Diagnostic."""

    path: YamlPath
    code: str
    message: str
    hint: str | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Offsets of a value in the text, and of its key where it has one; a scalar's style and its text without blanks."""

    start: int
    end: int
    key: tuple[int, int] | None
    style: str | None = None
    value: str = ""


@dataclass(frozen=True)
class Places:
    """The places of all values of one file; `text` is the file's, `file` its name in messages."""

    file: str
    text: str
    marks: Mapping[YamlPath, Mark] = field(default_factory=dict, repr=False)
    line_starts: tuple[int, ...] = field(default=(0,), repr=False)
    last: int = 0  # where the text ends, but for blanks: no place is behind it

    def span(
        self, path: YamlPath, line: int = 0, column: int = 0, length: int | None = None, key: bool = False
    ) -> Span:
        """The place of the value at `path`, of its key, or of `length` characters at `line` and `column` within it.

        `path` is in YAML's keys and list positions: ("sections", 2, "text"). `line` and `column` count from 0 in the
        value as the model holds it (without blanks around it) and are exact for every style of scalar. Of a value over
        several lines the first is meant. For a path that the file has not, the place is that of what would hold it.
        """
        mark = self.marks.get(path)
        if mark is None:
            return self.span(path[:-1], key=True) if path else Span(self.file)
        if mark.key and (key or mark.start == mark.end):
            return self.at(*mark.key)
        whole = (line, column, length) == (0, 0, None)
        if mark.style is None or not mark.value or (whole and mark.style not in ("|", ">")):
            return self.at(mark.start, mark.end)
        index = _index(mark.value, line, column)
        return self._within(mark, index, len(mark.value) if whole else index + (length or 0))

    def _within(self, mark: Mark, index: int, end: int) -> Span:
        """The place of the characters of a value from `index` up to `end` or the end of the line."""
        line_end = mark.value.find("\n", index)
        last = min(end, len(mark.value) if line_end < 0 else line_end)
        start = self._offset(mark, index)
        return self.at(start, self._offset(mark, last - 1) + 1 if last > index else start)

    def _offset(self, mark: Mark, index: int) -> int:
        """The offset in the file of a character of the value.

        The visible characters of a scalar stand in the file in the same order, whatever its style does to the blanks
        between them; so the n-th of the value is the n-th of the file. A blank stands beside the one before it.
        """
        solids = _visible(self.text[mark.start : mark.end], mark.style or "")
        before = mark.value[:index]
        rank = len("".join(before.split()))
        if index < len(mark.value) and not mark.value[index].isspace() and rank < len(solids):
            return mark.start + solids[rank]
        blanks = len(before) - len(before.rstrip())
        return min(mark.end, mark.start + (solids[rank - 1] + 1 + blanks if 0 < rank <= len(solids) else 0))

    def shown(self, problem: Diagnostic) -> Diagnostic:
        """The same problem, holding the line that its span points at."""
        if problem.span is None or problem.span.line > len(self.line_starts):
            return problem
        first = self.line_starts[problem.span.line - 1]
        return replace(problem, source_line=self.text[first : self._line_end(first)])

    def _line_end(self, offset: int) -> int:
        found = LINE_BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def at(self, start: int, end: int) -> Span:
        """The span between two offsets of the text, cut at the end of its first line; always inside the text."""
        start = min(start, self.last)
        line = bisect_right(self.line_starts, start)
        first = self.line_starts[line - 1]
        end = min(end, self._line_end(start))
        end = start + len(self.text[start:end].rstrip())
        return Span(self.file, line, start - first + 1, end - first + 1 if end > start else None)


def of(file: str, text: str, root: Node | None = None) -> Places:
    """The places of the nodes under `root`, which `yaml12.compose` made of `text`."""
    starts = (0, *(found.end() for found in LINE_BREAK.finditer(text)))
    return Places(file, text, dict(_marks(root, (), None)) if root else {}, starts, len(text.rstrip()))


def _marks(node: Node, path: YamlPath, key: tuple[int, int] | None) -> Iterator[tuple[YamlPath, Mark]]:
    match node:
        case Scalar():
            yield path, Mark(node.start, node.end, key, node.style, node.text.strip())
        case Sequence():
            yield path, Mark(node.start, node.end, key)
            for position, item in enumerate(node.items):
                yield from _marks(item, (*path, position), None)
        case yaml12.Mapping():
            yield path, Mark(node.start, node.end, key)
            for name, value in node.entries:
                yield from _marks(value, (*path, name.text), (name.start, name.end))


def _index(value: str, line: int, column: int) -> int:
    """The position in `value` of a line and column; the nearest there is."""
    start = 0
    for _ in range(line):
        found = value.find("\n", start)
        if found < 0:
            break
        start = found + 1
    end = value.find("\n", start)
    return min(start + column, len(value) if end < 0 else end)


PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
BLOCK_HEADER = re.compile(r"[|>][^\r\n]*")
DOUBLE_QUOTED = re.compile(r"\\(?:x..|u.{4}|U.{8}|\r\n|.)|\S", re.DOTALL)
SINGLE_QUOTED = re.compile(r"''|\S")
UNQUOTED = re.compile(r"\S")
BLANK_ESCAPES = frozenset("\t\n\r\x85\u2028\u2029 NLP_tnvf")  # the letters and characters that escape a blank


@lru_cache(maxsize=512)
def _visible(source: str, style: str) -> tuple[int, ...]:
    """Offsets in the notation of a scalar of the characters of its value that are not blank, in order."""
    start, end = _after(PROPERTIES, source, 0), len(source)
    if style in ("'", '"'):
        start, end = start + 1, end - 1
    elif style:
        start = _after(BLOCK_HEADER, source, start)
    pattern = {"'": SINGLE_QUOTED, '"': DOUBLE_QUOTED}.get(style, UNQUOTED)
    return tuple(found.start() for found in pattern.finditer(source, start, end) if not _is_blank_escape(found[0]))


def _after(pattern: re.Pattern[str], source: str, start: int) -> int:
    found = pattern.match(source, start)
    return found.end() if found else start


def _is_blank_escape(notation: str) -> bool:
    """True for the notation, in double quotes, of a blank: `\\n`, `\\ `, `\\u00A0`."""
    if notation[0] != "\\" or len(notation) == 1:
        return False
    digits = notation[2:].strip()
    return chr(int(digits, 16)).isspace() if notation[1] in "xuU" else notation[1] in BLANK_ESCAPES
