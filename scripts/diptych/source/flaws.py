"""What is wrong with the notation of a YAML file, in an author's words."""

from __future__ import annotations

import re
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
        "begin the text on the next line, indented",
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
STARTS_SPECIALLY = re.compile(r"[ ]*(?:-[ ]+)*(?:[\w-]+:[ ]+)?(?P<mark>[\[{*&'\"])")


def broken(text: str, problem: yaml.MarkedYAMLError) -> Flaw:
    """The parser's complaint as a flaw, where an author will look for it."""
    words = problem.problem or "unreadable"
    mark: Any = problem.context_mark if words in AT_ITS_START and problem.context_mark else problem.problem_mark
    at = min(mark.index, len(text)) if mark else 0
    special = _special_start(text, at) if words == "did not find expected key" else None
    if special is not None:
        message = f"text that starts with “{text[special]}” means something else in YAML"
        return Flaw(special, special + 1, "broken-yaml", message, QUOTE_OR_BLOCK)
    char = text[at : at + 1]
    message, hint = A_TAB if char == "\t" else COMPLAINTS.get(words, (f"this is not YAML: {words}", None))
    code = "tab" if hint == A_TAB[1] else "broken-yaml"
    return Flaw(at, at + 1, code, message.replace("{}", char), hint)


def _special_start(text: str, at: int) -> int | None:
    """Where the text of the line begins, if with a character that is notation: “[@key] says” is read as a list."""
    line = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    found = STARTS_SPECIALLY.match(text, line, at)
    return found.start("mark") if found else None
