"""The text of a passage as the parser takes it, and where each of its characters stands in what the author wrote."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from diptych.prose.passage import Problem

UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+"
)
"""Characters left out of the text: none has a meaning in print, and XML 1.0 (section 2.2) forbids many of them."""

_LEFT_OUT = re.compile(rf"\r(?=\n)|{UNPRINTABLE.pattern}")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Source:
    """`text` is the passage without unprintable characters, its lines ending in a line feed."""

    text: str
    line_starts: tuple[int, ...]
    """Where each line of the author's text begins."""
    _gaps: tuple[int, ...]
    """Offsets in `text` before which characters were left out, in order."""
    _left_out: tuple[int, ...]
    """How many characters were left out up to and with each gap; one more entry than gaps, the first 0."""
    _starts: tuple[int, ...]
    """Where each line of `text` begins."""
    notes: tuple[str, ...] = ()
    """What the comments `<!-- note: … -->` say; in `text` each is one character, NOTE or one of those behind it."""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 0 in the author's text, of the character at `offset` of `text`."""
        there = offset + self._left_out[bisect_right(self._gaps, offset)]
        line = bisect_right(self.line_starts, there) - 1
        return line, there - self.line_starts[line]

    def note(self, sign: str) -> tuple[str, ...]:
        """What the note says that `sign` stands for; nothing where the author wrote that character."""
        return self.notes[ord(sign) - NOTE : ord(sign) - NOTE + 1]

    def line(self, number: int) -> tuple[int, int]:
        """Where the words of a line (from 0) begin in `text`, and how many characters they are; at least 1."""
        start = self._starts[min(number, len(self._starts) - 1)]
        match = _WORDS.match(self.text, start)
        return (match.start(1), max(1, len(match[1].rstrip()))) if match else (start, 1)


_WORDS = re.compile(r"[ \t]*([^\n]*)")


def read(text: str) -> tuple[Source, list[Problem]]:
    """The text made ready for the parser, and a warning for each run of characters that was left out."""
    marked, hidden, notes = _without_comments(text)
    covered = "".join(_kept(marked, hidden, "."))
    removed = sorted([*hidden, *(match.span() for match in _LEFT_OUT.finditer(covered))])
    left_out = tuple(accumulate((end - start for start, end in removed), initial=0))
    gaps = tuple(start - before for (start, _), before in zip(removed, left_out, strict=False))
    clean = "".join(_kept(marked, removed)).replace("\r", "\n")
    clear = Source(clean, _line_starts(text), gaps, left_out, _line_starts(clean), notes)
    return clear, list(_unprintable(text, Source(text, clear.line_starts, (), (0,), clear.line_starts)))


def _kept(text: str, removed: Sequence[tuple[int, int]], cover: str = "") -> Iterator[str]:
    """What stands between the spans that are removed, and `cover` for each of their characters."""
    here = 0
    for start, end in removed:
        yield text[here:start] + cover * (end - start)
        here = end
    yield text[here:]


NOTE = 0xF0000
"""The character that stands for a note: the first of a plane that Unicode leaves to private use."""

_MOST_NOTES = 0xFFFD
_SIGN = re.compile(r"\\.|`+|<!--", re.DOTALL)
_NOTE = re.compile(r"\s*note\b:?\s*(.*?)\s*", re.DOTALL | re.IGNORECASE)


SIGNS = re.compile(f"[{chr(NOTE)}-{chr(NOTE + _MOST_NOTES)}]")
"""The characters that stand for notes."""


def _without_comments(text: str) -> tuple[str, list[tuple[int, int]], tuple[str, ...]]:
    """The text, a note's first character exchanged for its sign; the spans to remove; what the notes say."""
    hidden: list[tuple[int, int]] = []
    notes: list[str] = []
    pieces, here = [], 0
    for start, end in _comments(text):
        note = _NOTE.fullmatch(text, start + 4, end - 3)
        if note and note[1] and len(notes) < _MOST_NOTES:
            pieces += [text[here:start], chr(NOTE + len(notes))]
            here = start + 1
            notes.append(note[1])
        hidden.append((start + 1 if here == start + 1 else start, end))
    return "".join([*pieces, text[here:]]), hidden, tuple(notes)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Where HTML comments stand, but not those in code or behind a backslash."""
    here, last = 0, text.rfind("-->")
    while here <= last and (sign := _SIGN.search(text, here)):
        here = sign.end()
        if sign[0][0] == "`":
            closing = re.compile(f"(?<!`){sign[0]}(?!`)").search(text, here)
            here = closing.end() if closing else here
        elif sign[0] == "<!--" and here <= last:
            here = text.index("-->", here) + 3
            yield sign.start(), here


def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(match.end() for match in _LINE_BREAK.finditer(text)))


def _unprintable(text: str, whole: Source) -> Iterator[Problem]:
    for match in UNPRINTABLE.finditer(text):
        line, column = whole.place(match.start())
        names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in match[0][:8]))
        message = f"characters that cannot be printed are left out: {names}"
        yield Problem("unprintable-character", message, "delete them", line, column, len(match[0]), "warning")
