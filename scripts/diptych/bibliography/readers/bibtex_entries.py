"""BibTeX's notation → entries with their lines; pybtex parses one entry at a time, so that a broken one stays alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, UndefinedMacro, month_names
from pybtex.scanner import Pattern, PrematureEOF, PybtexSyntaxError, Token
from pybtex.utils import CaseInsensitiveDict

from diptych.bibliography.records import LONGEST_RECORD, too_long, too_many
from diptych.diagnostics import Diagnostic, Span, error, warning
from diptych.source import places

MOST_EXPANDED = 64 * 1024 * 1024
"""Characters that the values of a file may have once `@string` is put in: each can repeat others."""


@dataclass(frozen=True)
class Entry:
    """An entry: its type and key as written, its fields by name in lower case as LaTeX, and where it stands.

    The key is empty in `@misc{,`.
    """

    kind: str
    key: str
    fields: dict[str, str]
    span: Span


@dataclass
class Notation:
    """The entries of a file in its order, and what is wrong with its notation."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)


COMMAND = re.compile(r"@[ \t]*(?=[A-Za-z]+\s*[{(])")
BEGIN = "a reference in BibTeX begins with a line such as “@article{key,”"


def _begins(text: str, at: int) -> bool:
    """True where a command can begin: at the head of a line, or behind the end of another."""
    before = at - 1
    while before >= 0 and text[before] in " \t\xa0\ufeff":
        before -= 1
    return before < 0 or text[before] in "\n\r})"


def read_entries(file: str, text: str) -> Notation:
    """The entries of a BibTeX file, `@string` put in and `#` joined; one problem for each that is not right."""
    found = Notation()
    where = places.of(file, text)
    starts = [match.end() for match in COMMAND.finditer(text) if _begins(text, match.start())]
    if not starts:
        found.problems.append(error("no-references", "no line of the file begins an entry", Span(file), BEGIN))
        return found
    found.problems += too_many(file, len(starts))
    if found.problems:
        return found
    parser = _Parser()
    found.problems += _lost(text, 0, starts[0] - 1, where)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        span = where.at(start - 1, end)
        if end - start > LONGEST_RECORD:
            found.problems.append(too_long(span))
        elif parser.expanded > MOST_EXPANDED:
            found.problems.append(error("too-large", "what “@string” repeats makes the file too large", span))
            break
        else:
            entry = parser.read(text[start:end], span)
            found.entries += [entry] if entry else []
            is_comment = text[start : start + 7].lower() == "comment"
            found.problems += parser.problems
            if not parser.problems and not is_comment:
                found.problems += _lost(text, start + parser.pos, end - 1, where)
    return found


HEAD = r"@[ \t]*[A-Za-z]+(?:\s*[{(]\s*|\s+)|^[ \t]*[A-Za-z]+[ \t]*[{(]\s*"
LOST = re.compile(rf"(?:{HEAD})[^\s,{{}}()=@]+\s*,", re.MULTILINE)


def _lost(text: str, start: int, end: int, where: places.Places) -> list[Diagnostic]:
    """The problem of what looks like an entry between entries; behind “%” nobody misses it."""
    for found in LOST.finditer(text, start, end):
        if not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip().startswith("%"):
            return [warning("stray-text", NO_ENTRY, where.at(found.start(), found.end()), BEGIN)]
    return []


NO_ENTRY = "this looks like an entry, but none begins here; it is left out"


MOST_FIELDS = 500
DEEPEST = 100
"""Levels of braces in a value; LaTeX itself gives up at 255."""
BRACES, BRACES_AND_QUOTES = re.compile(r"[{}]"), re.compile(r'[{}"]')
FIELD_AHEAD = re.compile(r"[A-Za-z][\w-]*\s*=\s*[{\"\w]")


class _Parser(LowLevelParser):
    """pybtex's parser for one command after another; texts of `@string` stay from one to the next."""

    current_field_name: str | None = None

    def __init__(self) -> None:
        super().__init__("", macros=CaseInsensitiveDict(month_names))
        self.expanded = 0
        self.problems: list[Diagnostic] = []
        self.span = Span("")

    def read(self, text: str, span: Span) -> Entry | None:
        """The entry in `text`, which begins behind its “@”, as far as it can be read; None for other commands."""
        self.text, self.pos, self.end_pos, self.lineno = text, 0, len(text), span.line
        self.command_start, self.problems, self.span = 0, [], span
        try:
            kind, body = self.parse_command()
        except PybtexSyntaxError as problem:
            self.handle_error(problem)
            return None
        except SkipEntry:
            return None
        if kind.lower() in ("string", "preamble") or body[0] is None:
            return None
        fields: dict[str, str] = {}
        for name, parts in body[1]:
            value = "".join(parts)
            if fields.setdefault(name.lower(), value) != value:
                message = f"{self.entry()} has “{name}” twice; the first is kept"
                self.note(warning("repeated-field", message, span))
        return Entry(kind.lower(), body[0], fields, span)

    def handle_error(self, error_found: PybtexSyntaxError) -> None:
        """Note the problem; what was read before it stays."""
        if isinstance(error_found, UndefinedMacro):
            message = f"{self.entry()} uses “{error_found.args[0]}”, {UNDEFINED}"
            self.note(warning("undefined-string", message, self.span))
        else:
            message = f"{self.entry()} cannot be read beyond line {error_found.lineno}: {self.reason(error_found)}"
            self.note(error("broken-bibtex", message, self.span, BRACES_HINT))

    def note(self, problem: Diagnostic) -> None:
        """Keep the problem, if it is the entry’s first, since others follow from it, but for those of `@string`."""
        is_followed = any(known.code != "undefined-string" for known in self.problems)
        if problem not in self.problems and (problem.code == "undefined-string" or not is_followed):
            self.problems.append(problem)

    def entry(self) -> str:
        """The entry, as messages call it."""
        return f"the entry “{self.current_entry_key}”" if self.current_entry_key else "the entry"

    def reason(self, problem: PybtexSyntaxError) -> str:
        """pybtex's complaint in plain words."""
        if isinstance(problem, PrematureEOF):
            return "it is never closed"
        if self.current_entry_key is None:
            return "it has no key"
        return str(problem.args[0])

    def parse_entry_body(self, body_end: Pattern) -> None:
        """Key and fields of an entry; where a comma stands for the key it is empty."""
        self.eat_whitespace()
        if not self.text.startswith(",", self.pos):
            super().parse_entry_body(body_end)
            return
        self.current_entry_key = ""
        self.parse_entry_fields()

    def parse_entry_fields(self) -> None:
        """The fields of an entry; where only a comma is missing, it is read on with a warning."""
        while True:
            self.current_field_name, self.current_value = None, []
            self.parse_field()
            if self.current_field_name and self.current_value:
                self.current_fields.append((self.current_field_name, self.current_value))
            if len(self.current_fields) > MOST_FIELDS:
                raise PybtexSyntaxError(f"it has more than {MOST_FIELDS} fields", self)
            if self.optional([self.COMMA]):
                continue
            if not self.current_field_name or not FIELD_AHEAD.match(self.text, self.pos):
                return
            message = f"{self.entry()} lacks a comma behind “{self.current_field_name}” (before line {self.lineno})"
            self.note(warning("missing-comma", message, self.span))

    def parse_field(self) -> None:
        """A name and its value; Web of Science has blanks in names, “Early Access Date”."""
        words = []
        while word := self.optional([self.NAME]):
            words.append(word.value)
        if words:
            self.current_field_name = "-".join(words)
            self.required([self.EQUALS])
            self.parse_value()

    def parse_value(self) -> None:
        """A value, its parts joined by `#`; it stays where the file ends behind it."""
        self.current_value = [self.parse_value_part()]
        while not self._at_end() and self.optional([self.HASH]):
            self.current_value.append(self.parse_value_part())

    def _at_end(self) -> bool:
        self.eat_whitespace()
        return bool(self.eof())

    def parse_value_part(self) -> str:
        """One part of a value joined by `#`; raises a syntax error where they add up to more than a reference has."""
        part: str = super().parse_value_part()
        self.expanded += len(part)
        if len(part) + sum(map(len, self.current_value)) > LONGEST_RECORD:
            raise PybtexSyntaxError("its value is too long", self)
        return part

    def parse_string(self, string_end: Pattern, level: int = 0, max_level: int = DEEPEST) -> list[Token]:
        """The value up to its closing brace or quotation mark, in one pass; pybtex's own takes one a level."""
        depth, closing = level, "}" if string_end is self.RBRACE else '"'
        for found in (BRACES if closing == "}" else BRACES_AND_QUOTES).finditer(self.text, self.pos):
            if found[0] == closing and depth == 0:
                value = self.text[self.pos : found.end()]
                self.pos = found.end()
                self.update_lineno(value)
                return [Token(value, string_end)]
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if not 0 <= depth <= max_level:
                raise PybtexSyntaxError("unbalanced braces" if depth < 0 else "too many nested braces", self)
        raise PrematureEOF(self)


UNDEFINED = "which no “@string” before it defines; it is left out"
BRACES_HINT = "look for a brace, quotation mark or comma that is missing, or one too many"
