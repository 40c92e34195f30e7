"""YAML text → nodes that know where they stand, by the core schema of YAML 1.2; every flaw of the notation found.

PyYAML parses, and no more: its constructors follow YAML 1.1, where `no` is false, `1:30` is 90 and of two equal keys
one silently wins. Scalars keep the text as written beside the value that the core schema gives them (YAML 1.2.2,
chapter 10.3), so that a title “2020” and a cell “1.10” stay what the author wrote.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from diptych.diagnostics import line_of
from diptych.source.flaws import Flaw, YamlPath, broken

__all__ = ["Flaw", "Mapping", "Node", "Scalar", "Sequence", "YamlPath", "compose", "core_value", "decode"]

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser is ten times as fast, where there is one
DEEPEST = 64  # levels of nesting; a review needs about ten
MOST_NODES = 200_000  # values after aliases are expanded; a thousand references have about 25,000
MOST_CHARACTERS = 32_000_000  # of the file, and of its texts after aliases are expanded
MOST_BAD_CHARACTERS = 10  # reported one by one; a binary file has thousands


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, truth value or nothing: `text` as written, `style` one of "", "'", '"', "|" and ">"."""

    start: int
    end: int
    text: str
    style: str

    @property
    def value(self) -> str | int | float | bool | None:
        """What the core schema makes of it; only plain scalars are anything but text."""
        return self.text if self.style else core_value(self.text)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    start: int
    end: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A map; keys are text as written, each once."""

    start: int
    end: int
    entries: tuple[tuple[Scalar, Node], ...]


Node = Scalar | Sequence | Mapping


# The core schema. A decimal number of more than 300 digits is a float: Python refuses to make an int of thousands.
CORE: tuple[tuple[re.Pattern[str], Callable[[str], int | float | bool | None]], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda text: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text[0] in "tT"),
    (re.compile(r"[-+]?[0-9]{1,300}"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), lambda text: float(text.replace(".", ""))),
)
MAY_NOT_BE_TEXT = frozenset("nN~tTfF-+.0123456789")


def core_value(text: str) -> str | int | float | bool | None:
    """What a plain scalar is by the core schema: nothing, a truth value, a number, else the text itself."""
    if text and text[0] not in MAY_NOT_BE_TEXT:
        return text
    for pattern, convert in CORE:
        if pattern.fullmatch(text):
            return convert(text)
    return text


def decode(data: bytes) -> tuple[str, list[Flaw]]:
    """The text of a file without byte order mark, and a flaw where it is not UTF-8 (from there on it holds U+FFFD)."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as problem:
        text = data.decode("utf-8", errors="replace")
        start = len(data[: problem.start].decode("utf-8"))
        message = f"the file is not UTF-8: the byte 0x{data[problem.start]:02X} cannot stand here"
        return text, [Flaw(start, start + 1, "bad-encoding", message, SAVE_AS_UTF8)]


SAVE_AS_UTF8 = "save the file again and choose “UTF-8” as its encoding"


def compose(text: str, nodes: int = MOST_NODES, characters: int = MOST_CHARACTERS) -> tuple[Node | None, list[Flaw]]:
    """The root node of `text`, or None where the text is empty or cannot be read on, and the flaws.

    `nodes` and `characters` are the most that it may have.
    """
    if len(text) > characters:
        message = f"the file has {len(text):,} characters, and {characters:,} is the most"
        return None, [Flaw(0, 0, "too-large", message, "divide it")]
    flaws = bad_characters(text)
    if flaws:
        return None, flaws
    composer = _Composer(text, (nodes, characters))
    try:
        root = composer.document()
    except _UnreadableError as stop:
        return None, [*composer.flaws, stop.flaw]
    return root, composer.flaws


BAD_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def bad_characters(text: str) -> list[Flaw]:
    """A flaw for each character that YAML does not allow (YAML 1.2.2, rule 1, `c-printable`), up to ten."""
    found = islice(BAD_CHARACTER.finditer(text), MOST_BAD_CHARACTERS)
    return [Flaw(bad.start(), bad.end(), "bad-character", _not_allowed(bad[0]), DELETE_CHARACTER) for bad in found]


DELETE_CHARACTER = "delete it; such characters come along with text copied from a PDF or a terminal"


def _not_allowed(char: str) -> str:
    name = unicodedata.name(char, "control character").lower()
    return f"the invisible character U+{ord(char):04X} ({name}) is not allowed in YAML"


class _UnreadableError(Exception):
    """The parser cannot go on."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


@dataclass
class _Composer:
    """Builds nodes from the parser's events; recursion ends at `DEEPEST`."""

    text: str
    most: tuple[int, int]  # nodes and characters
    flaws: list[Flaw] = field(default_factory=list)
    nodes: int = 0
    characters: int = 0
    anchors: dict[str, tuple[Node, int, int]] = field(default_factory=dict)  # with the nodes and characters in it

    def __post_init__(self) -> None:
        self.events: Iterator[Any] = _events(self.text)

    def document(self) -> Node | None:
        """The one document of the text; None for a text with nothing but comments."""
        next(self.events)  # stream start
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            return None
        root = self.node(next(self.events), ())
        next(self.events)  # document end
        more = next(self.events)
        if isinstance(more, yaml.DocumentStartEvent):
            self.flaw(more, "second-document", "a second document begins here", (), ONE_DOCUMENT)
        nothing = isinstance(root, Scalar) and not root.style and not root.text
        return None if nothing else root

    def node(self, event: Any, path: YamlPath) -> Node:
        """The node that begins with `event`."""
        self.charge(event, 1)
        if len(path) > DEEPEST:
            raise _UnreadableError(Flaw(*_range(event), "too-deep", TOO_DEEP, FEWER_LEVELS))
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path)
        nodes, characters = self.nodes, self.characters
        if event.tag is not None:
            self.tag(event, path)
        node = self.build(event, path)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, self.nodes - nodes + 1, self.characters - characters)
        return node

    def tag(self, event: Any, path: YamlPath) -> None:
        """A flaw: the model alone says what a value is."""
        found = TAG.search(self.text, *_range(event))
        start, end = found.span() if found else _range(event)
        message = f"tags such as “{self.text[start:end]}” are not allowed"
        self.flaws.append(Flaw(start, end, "tag", message, DELETE_TAG, path))

    def build(self, event: Any, path: YamlPath) -> Node:
        """A scalar, a list or a map."""
        if isinstance(event, yaml.ScalarEvent):
            self.charge(event, 0, len(event.value))
            return Scalar(*_range(event), event.value, event.style or "")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, path)
        return self.mapping(event, path)

    def sequence(self, event: Any, path: YamlPath) -> Sequence:
        """The list up to its end event."""
        items: list[Node] = []
        while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(inner, (*path, len(items))))
        return Sequence(event.start_mark.index, _range(inner)[1], tuple(items))

    def mapping(self, event: Any, path: YamlPath) -> Mapping:
        """The map up to its end event; of two equal keys the first stays, and the second is a flaw."""
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            key = self.node(inner, (*path, "?"))
            name = key.text if isinstance(key, Scalar) else "?"
            value = self.node(next(self.events), (*path, name))
            if self.is_key(key, path) and isinstance(key, Scalar) and self.is_new(key, entries, path):
                entries[name] = (key, value)
        return Mapping(event.start_mark.index, _range(inner)[1], tuple(entries.values()))

    def is_key(self, key: Node, path: YamlPath) -> bool:
        """False, with a flaw, for a key that is no text, and for `<<`, which YAML 1.2 has not."""
        if not isinstance(key, Scalar):
            self.flaws.append(Flaw(key.start, key.end, "bad-key", "a key must be text", KEY_AND_VALUE, (*path, "?")))
            return False
        if key.text == "<<" and not key.style:
            self.flaws.append(Flaw(key.start, key.end, "merge-key", "“<<” does not merge maps", WRITE_OUT, path))
            return False
        return True

    def is_new(self, key: Scalar, entries: dict[str, tuple[Scalar, Node]], path: YamlPath) -> bool:
        """False, with a flaw, for a key that the map already has."""
        if key.text not in entries:
            return True
        line = line_of(self.text, entries[key.text][0].start)
        message = f"“{key.text}” is here a second time; it is already on line {line}"
        hint = "give one of the two another name, or delete it"
        self.flaws.append(Flaw(key.start, key.end, "duplicate-key", message, hint, (*path, key.text)))
        return False

    def alias(self, event: Any, path: YamlPath) -> Node:
        """The node that an alias repeats; it counts as often as it is repeated."""
        if event.anchor not in self.anchors:
            message = f"“*{event.anchor}” can only repeat what stands complete before it as “&{event.anchor}”"
            raise _UnreadableError(Flaw(*_range(event), "broken-yaml", message, QUOTE_STAR))
        node, nodes, characters = self.anchors[event.anchor]
        self.charge(event, nodes, characters)
        if len(path) + _height(node) > DEEPEST:
            raise _UnreadableError(Flaw(*_range(event), "too-deep", f"with what it repeats {TOO_DEEP}", FEWER_LEVELS))
        return node

    def charge(self, event: Any, nodes: int, characters: int = 0) -> None:
        """Count nodes and characters; a few lines of aliases can stand for more than a computer holds."""
        self.nodes += nodes
        self.characters += characters
        if self.nodes > self.most[0] or self.characters > self.most[1]:
            most = f"{self.most[0]:,} values" if self.nodes > self.most[0] else f"{self.most[1]:,} characters"
            message = f"more than {most}, repetitions by “*” counted"
            raise _UnreadableError(Flaw(*_range(event), "too-large", message, "repeat less by “*”, or divide the file"))

    def flaw(self, event: Any, code: str, message: str, path: YamlPath, hint: str) -> None:
        self.flaws.append(Flaw(*_range(event), code, message, hint, path))


def _range(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _height(node: Node) -> int:
    match node:
        case Sequence():
            return 1 + max(map(_height, node.items), default=0)
        case Mapping():
            return 1 + max((_height(value) for _, value in node.entries), default=0)
        case _:
            return 0


TOO_DEEP = f"nested more than {DEEPEST} levels deep"
FEWER_LEVELS = "a review needs about ten levels: take some out"
TAG = re.compile(r"!\S*")
ONE_DOCUMENT = "a file holds one: delete the “---”"
DELETE_TAG = "delete the tag; to make a number text, put it in quotes"
KEY_AND_VALUE = "write “key: value”; text that starts with [ or { needs quotes"
WRITE_OUT = "YAML 1.2 has no merge keys: write the lines out"
QUOTE_STAR = "text that starts with * needs quotes, or goes under “|”"


def _events(text: str) -> Iterator[Any]:
    """The parser's events; its complaint comes as _UnreadableError."""
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as problem:
        raise _UnreadableError(broken(text, problem)) from None
