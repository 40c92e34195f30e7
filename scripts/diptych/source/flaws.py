"""What is wrong with the notation of a YAML file, in an author's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

YamlPath = tuple[str | int, ...]
"""The way from the root to a value: keys as written, and positions in lists from 0."""


@dataclass(frozen=True)
class Flaw:
    """Something wrong with the notation between two offsets of the text; `path` where it does not stop the reading."""

    start: int
    end: int
    code: str
    message: str
    hint: str | None = None
    path: YamlPath = ()


QUOTE_OR_BLOCK = "put the text in quotes, or under “|” on lines of its own"
A_TAB = ("a tab where only spaces may stand", "indent with spaces")

# What libyaml says (its src/scanner.c and src/parser.c), and the same for an author; `{}` is the character there.
COMPLAINTS: dict[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "“: ” cannot stand here",
        "text with “: ” in it needs quotes; a key must stand exactly beneath the keys beside it",
    ),
    "found character that cannot start any token": ("text cannot start with “{}”", QUOTE_OR_BLOCK),
    "did not find expected alphabetic or numeric character": ("text cannot start with “{}”", QUOTE_OR_BLOCK),
    "did not find expected whitespace or line break": ("text cannot start with “{}”", QUOTE_OR_BLOCK),
    "found a tab character that violates indentation": A_TAB,
    "found a tab character where an indentation space is expected": A_TAB,
    "found unexpected end of stream": ("the quotation that begins here does not end", "close it with the same mark"),
    "could not find expected ':'": (
        "“: ” is missing, with a space after the colon",
        "write “key: value”; further lines of a text must be indented",
    ),
    "did not find expected key": (
        "this line does not fit those above it",
        "a key must stand exactly beneath the keys beside it; further lines of a text must be indented",
    ),
    "did not find expected '-' indicator": (
        "this line does not fit the list above it",
        "each item of a list begins with “- ”, exactly beneath the one before",
    ),
    "block sequence entries are not allowed in this context": (
        "“- ” cannot stand here",
        "begin the list on the next line; text that starts with “- ” needs quotes",
    ),
    "found unknown escape character": ("“\\” with a letter that has no meaning after it", "double it: “\\\\”"),
    "did not find expected ',' or '}'": ("the map that begins with “{” here does not end", "close it with “}”"),
    "did not find expected ',' or ']'": (
        "the list that begins with “[” here does not end",
        "close it with “]”; text that starts with “[” needs quotes",
    ),
    "did not find expected comment or line break": (
        "nothing may follow “|” or “>” on its line",
        "begin the text on the next line, indented; text that starts with “>” or “|” needs quotes",
    ),
    "did not find expected <document start>": ("something follows the end of the map", "delete it"),
    "did not find expected node content": ("a value is missing here", QUOTE_OR_BLOCK),
    "mapping keys are not allowed in this context": ("text cannot start with “? ”", QUOTE_OR_BLOCK),
}
# Of these the author sees the cause where the thing began, not where the parser gave up.
AT_ITS_START = frozenset(
    (
        "found unexpected end of stream",
        "did not find expected ',' or '}'",
        "did not find expected ',' or ']'",
        "could not find expected ':'",
        "did not find expected alphabetic or numeric character",
        "did not find expected whitespace or line break",
    )
)
BESIDE = frozenset(("did not find expected key", "did not find expected '-' indicator", "could not find expected ':'"))
"""What the parser says where something stands behind a value that was complete."""
STARTS_SPECIALLY = re.compile(r"[ ]*(?:-[ ]+)*(?:[\w-]+:[ ]+)?(?P<mark>[\[{*&'\"])")


def broken(text: str, problem: yaml.MarkedYAMLError) -> Flaw:
    """The parser's complaint as a flaw, where an author will look for it."""
    words = problem.problem or "unreadable"
    mark: Any = problem.context_mark if words in AT_ITS_START and problem.context_mark else problem.problem_mark
    at = min(mark.index, len(text)) if mark else 0
    where = min(problem.problem_mark.index, len(text)) if problem.problem_mark else at
    for look in CAUSES:
        cause = look(text, where, words)
        if cause is not None:
            return cause
    char = text[at : at + 1]
    message, hint = A_TAB if char == "\t" else COMPLAINTS.get(words, (f"this is not YAML: {words}", None))
    code = "tab" if hint == A_TAB[1] else "broken-yaml"
    return Flaw(at, at + 1, code, message.replace("{}", char), hint)


def _blank_that_is_none(text: str, at: int, _words: str) -> Flaw | None:
    """A blank of another kind in the indentation of the line or the one before, as text copied from Word has them."""
    line = _line_start(text, at)
    for start in (_line_start(text, line - 1) if line else 0, line):
        found = ODD_INDENT.match(text, start)
        if found:
            message = "a blank that is no space (as Word and web pages have them) where only spaces may stand"
            return Flaw(
                found.end() - 1, found.end(), "broken-yaml", message, "delete the blanks and indent with spaces"
            )
    return None


def _bare_dash(text: str, at: int, words: str) -> Flaw | None:
    """A dash without a space in the line before, which makes text of what should be an item."""
    if words != "mapping values are not allowed in this context":
        return None
    line = _line_start(text, at)
    found = BARE_DASH.match(text, _line_start(text, line - 1) if line else 0)
    if found is None:
        return None
    return Flaw(
        found.start(1), found.end(1), "broken-yaml", "“-” begins an item only with a space behind it", "write “- ”"
    )


def _quotation(text: str, at: int, words: str) -> Flaw | None:
    """A quotation that ends right before the place: it ends too early, or a mark is missing many lines above."""
    if words not in BESIDE:
        return None
    found = next((one for one in _quotations(text) if at - 2 <= one[1] <= at and not text[one[1] : at].strip()), None)
    if found is None:
        return None
    start, end = found
    line, first = text.count("\n", 0, end) + 1, text.count("\n", 0, start) + 1
    if line > first:
        message = f"the quotation that begins here goes on to line {line}"
        return Flaw(start, start + 1, "broken-yaml", message, f"close it in line {first}, with {text[start]}")
    message = "the quotation ends here, and words follow"
    return Flaw(end - 1, end, "broken-yaml", message, CURLY[text[start]])


CURLY = {
    '"': "write quotation marks within it as “ ”, or put the text under “|” on lines of its own",
    "'": "write the apostrophe as ’, or put the text under “|” on lines of its own",
}


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    """Where quoted texts begin and end, as far as the file can be read."""
    try:
        for token in yaml.scan(text, Loader=SCANNER):
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                yield token.start_mark.index, token.end_mark.index
    except yaml.YAMLError:
        return


def _special(text: str, at: int, words: str) -> Flaw | None:
    """Text that begins with a character that is notation: “[@key] says” is read as a list."""
    if words not in ("did not find expected key", "did not find expected '-' indicator"):
        return None
    found = STARTS_SPECIALLY.match(text, _line_start(text, at), at)
    if found is None:
        return None
    start = found.start("mark")
    message = f"text that starts with “{text[start]}” means something else in YAML"
    return Flaw(start, start + 1, "broken-yaml", message, QUOTE_OR_BLOCK)


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, max(at, 0)), text.rfind("\r", 0, max(at, 0))) + 1


CAUSES: tuple[Callable[[str, int, str], Flaw | None], ...] = (_blank_that_is_none, _bare_dash, _quotation, _special)
"""What is behind a complaint, from the place of the complaint and its words; the first that is found is told."""
ODD_INDENT = re.compile(r"[ ]*[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
BARE_DASH = re.compile(r"[ ]*(-)[A-Za-z][\w-]*:[ ]")
SCANNER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
