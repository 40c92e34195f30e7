"""Words as the Markdown dialect takes them: escaped where they would mean something, and in lines."""

from __future__ import annotations

import re

from diptych.importers.nodes import words_of
from diptych.prose import Node
from diptych.prose.typography import kept_spaces

HELD = "\ue000"
"""Stands for a blank at which no line may end."""


def escaped(words: str, before: str = "", behind: Node | None = None) -> str:
    """The words with a backslash before each character that would mean something; `before` is what stands before."""
    words = _KEPT_SPACE.sub(" ", words)
    return _SPECIAL.sub(lambda match: _escape(match, words, before, behind), words)


_KEPT_SPACE = kept_spaces("\N{NO-BREAK SPACE}")
"""A space that does not break is set there by the dialect."""

_SPECIAL = re.compile(r"[\\`*_\[\]<~^$@&'\"]|--+|\.\.\.")


def _escape(match: re.Match[str], words: str, before: str, behind: Node | None) -> str:
    sign, start, end = match[0], match.start(), match.end()
    last = words[start - 1] if start else before[-1:]
    following = words[end] if end < len(words) else ("x" if behind is not None else " ")
    if len(sign) > 1:
        return "".join(f"\\{one}" for one in sign)
    return f"\\{sign}" if _means(sign, last, following, words[start:]) else sign


def _means(sign: str, last: str, following: str, rest: str) -> bool:
    """True for a sign that means something between these characters."""
    if sign in "'\"":
        return last.isdigit()  # a prime; elsewhere quotation marks are set by the dialect
    if sign == "_":
        return not (last.isalnum() and following.isalnum())
    if sign == "<":
        return bool(re.match(r"[A-Za-z/!?]", following))
    if sign == "@":
        return not last.isalnum() and bool(re.match(r"[\w{]", following))
    return sign != "&" or bool(re.match(r"&(#?\w+);", rest))


_BLOCK_START = re.compile(r"(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|(?:-{3,}|={2,}|_{3,})\s*$|\|)")
_NUMBER_START = re.compile(r"(\d{1,9})([.)])(?=\s|$)")


def line_start(line: str) -> str:
    """The paragraph with its first characters escaped where they would begin another block."""
    if found := _NUMBER_START.match(line):
        return f"{found[1]}\\{line[found.end(1) :]}"
    return f"\\{line}" if _BLOCK_START.match(line) else line


def wrapped(line: str, width: int) -> str:
    """The paragraph in lines of at most `width` characters; none begins with what would begin another block."""
    lines: list[str] = []
    for part in line.split("\n"):
        current = ""
        for word in part.split(" "):
            fits = not current or len(current) + 1 + len(word) <= width
            if fits or _BLOCK_START.match(word) or _NUMBER_START.match(word) or word in ("=", "-"):
                current = f"{current} {word}" if current else word
            else:
                lines.append(current)
                current = word
        lines.append(current)
    return "\n".join(lines).replace(HELD, " ")


def raised(node: Node) -> str:
    """Raised or lowered words: every blank and sign of Markdown behind a backslash."""
    return (
        re.sub(r"([\\`*_\[\]<>~^$@&!\"'. -])", r"\\\1", words_of(node.children))
        .replace("\\.", ".")
        .replace("\\-", "-")
        .replace("\\ ", "\\" + HELD)
    )


def fence(words: str, sign: str, least: int) -> str:
    """A run of `sign` longer than any in the words, and at least `least` long."""
    longest = max((len(run) for run in re.findall(f"{sign}+", words)), default=0)
    return sign * max(least, longest + 1)


def code(words: str) -> str:
    """Words as code, on one line."""
    ticks = fence(words, "`", 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{ticks}{pad}{words}{pad}{ticks}".replace(" ", HELD).replace("\n", HELD)


def tex(tex: str) -> str:
    """LaTeX as it stands between dollar signs."""
    return " ".join(re.sub(r"(?<!\\)\$", r"\\$", tex).split()).replace(" ", HELD)


def comment(words: str) -> str:
    """What a comment can say: no “--”."""
    return re.sub(r"-(?=-)", "- ", " ".join(words.split())).removesuffix("-")
