"""The references of files in any format, read one file after the other, every problem at its line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple

from diptych.bibliography import decoding, remarks, works
from diptych.bibliography.items import INVISIBLE, Data, Findings, read_item
from diptych.bibliography.readers.bibtex import read_bibtex
from diptych.bibliography.readers.csl_json import read_json
from diptych.bibliography.readers.csl_yaml import read_yaml
from diptych.bibliography.readers.endnote import read_endnote
from diptych.bibliography.readers.medline import read_medline
from diptych.bibliography.readers.ris import read_ris
from diptych.bibliography.records import LONGEST_FILE, Reader, Record
from diptych.bibliography.remarks import Remarks
from diptych.diagnostics import Diagnostic, Span, error, warning
from diptych.source import places as marks
from diptych.source import yaml12
from diptych.source.places import Places

Importance = Literal[1, 2]


@dataclass(frozen=True)
class Item:
    """A reference: its citation key, its CSL-JSON, where it stands, and what its file says of why it matters."""

    key: str
    data: Mapping[str, Any]
    span: Span | None
    annotation: str | None = None
    importance: Importance | None = None

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all that a review can print of it."""
        said = json.dumps([self.data, self.annotation, self.importance], sort_keys=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Format:
    """A format of references: its name, its files' endings, how its text begins, and its reader where there is one.

    Of a `foreign` format, which programs write, the encoding may be an old one.
    """

    name: str
    endings: tuple[str, ...]
    beginning: str
    reader: Reader | None = None
    foreign: bool = False


class Entry(NamedTuple):
    """A reference as its file has it, with its key; what its author says of it apart."""

    key: str
    data: Mapping[str, Any]
    said: Remarks
    found: Findings
    foreign: bool


def _own_keys(records: Sequence[Record]) -> Iterator[str]:
    """The keys that the references have in their file."""
    for record in records:
        key = record.data.get("id") if isinstance(record.data, Mapping) else None
        if isinstance(key, str) and key:
            yield key


@dataclass
class Shelf:
    """The references read so far, and every problem found on the way."""

    annotations_from: Sequence[str]
    items: dict[str, Item] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    doubles: list[Diagnostic] = field(default_factory=list)
    """The same work under two keys, at the second."""
    keys: set[str] = field(default_factory=set)
    """Keys that are taken, as the files have them."""
    known: dict[str, str] = field(default_factory=dict)
    """Keys by what no two works share."""

    def add_file(self, file: str, name: str, data: bytes) -> None:
        """Add the references of one file; problems hold the line they stand on."""
        text, flaws = yaml12.decode(data)
        form = _format(file, text)
        problems: list[Diagnostic] = []
        if flaws and form and form.foreign:
            text, problems = decoding.decode(name, data)
        elif flaws:
            at = marks.of(name, text)
            self.problems += [at.shown(_of_flaw(flaw, at)) for flaw in flaws]
            return
        if len(text) > LONGEST_FILE:
            message = f"the file has more than {LONGEST_FILE // 1024 // 1024} million characters"
            self.problems.append(error("too-large", message, Span(name), "divide it, or leave out what is not cited"))
        elif text.strip():
            records, found = (form.reader if form and form.reader else _unread(form, file))(name, text)
            broken = {problem.span for problem in found if problem.code not in WHOLE_BESIDES}
            if isinstance(records, Sequence):  # EndNote's, which are read as they are asked for, have no keys
                self.keys.update(_own_keys(records))
            added = [problem for batch in _batches(records) for problem in self.add(batch)]
            problems = [*problems, *found, *(problem for problem in added if problem.span not in broken)]
            self.problems += map(marks.of(name, text).shown, problems) if problems else ()

    def add(self, records: Sequence[Record]) -> list[Diagnostic]:
        """Add references, but those without a key or with one that is taken; what is wrong with them.

        Each step is taken with all of them before the next: that is faster by a fifth than one after the other.
        """
        entries = [self._entry(record) for record in records]
        keyed = [entry for entry in entries if isinstance(entry, Entry)]
        read = [read_item(entry.key, entry.data, entry.found) for entry in keyed]
        items = [self._item(data, entry) for data, entry in zip(read, keyed, strict=True)]
        problems = [problem for item, entry in zip(items, keyed, strict=True) for problem in self._add(item, entry)]
        return [*(entry for entry in entries if isinstance(entry, Diagnostic)), *problems]

    def _entry(self, record: Record) -> Entry | Diagnostic:
        """The reference with a key: its own or, where a program wrote it, one made for it; else what is wrong."""
        data, place, foreign = record
        if not isinstance(data, Mapping):
            return error("wrong-shape", "a reference must be a map of fields", place((), False))
        data, said = remarks.apart(data)
        if said.texts:
            data = {name: value for name, value in data.items() if name not in self.annotations_from}
        key = data.get("id")
        if foreign and not key:
            key = works.key_for(data, self.keys)
        if not isinstance(key, str) or not key.strip():
            return error("missing-id", "the reference has no “id”, the key by which it is cited", place((), False))
        self.keys.add(key)
        return Entry(key, data, said, Findings(place), foreign)

    def _item(self, read: Data, entry: Entry) -> Item:
        """The reference with its annotation, which is not printed by the style as well, and its grade."""
        said, found = entry.said, entry.found
        if said.importance is not None and said.importance not in GRADES:
            found.warning("bad-importance", f"the importance “{said.importance}” is neither 1 nor 2", ("importance",))
        annotation = said.annotation(self.annotations_from) if said.texts else None
        if annotation and INVISIBLE.search(annotation):
            found.warning("bad-character", "invisible characters in the annotation are left out", ("id",))
            annotation = INVISIBLE.sub("", annotation)
        return Item(read["id"], read, found.place(("id",), False), annotation, GRADES.get(said.importance))

    def _add(self, item: Item, entry: Entry) -> list[Diagnostic]:
        """Put the reference with the others, unless its key is taken; what is wrong with it."""
        old = self.items.setdefault(item.key, item)
        if old is not item:
            return [_duplicate(item, old)]
        if first := works.same(item.key, item.data, self.known):
            self.doubles.append(_double(item, self.items[first]))
        problems = entry.found.problems
        return [replace(one, severity="warning") for one in problems] if entry.foreign and problems else problems


BATCH = 256
"""References read together: few enough for the processor to have them at hand."""


def _batches(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    """The records, some at a time, read when they are asked for."""
    left = iter(records)
    while batch := list(islice(left, BATCH)):
        yield batch


WHOLE_BESIDES = frozenset(["stray-text", "repeated-field"])
"""Problems of a reader that explain nothing else that is wrong with a reference."""

GRADES: Mapping[str | None, Importance] = {"1": 1, "2": 2}


def _duplicate(new: Item, old: Item) -> Diagnostic:
    """A second reference with a key; the first stays."""
    if (new.data, new.annotation, new.importance) == (old.data, old.annotation, old.importance):
        return warning("repeated-reference", f"the reference “{new.key}” is here a second time{_at(old)}", new.span)
    return error("duplicate-reference", f"there is already a reference “{new.key}”{_at(old)}", new.span)


ONE_KEY = "cite it by one of the two keys, and delete the other entry"


def _double(second: Item, first: Item) -> Diagnostic:
    message = f"“{second.key}” is the same work as “{first.key}”{_at(first)}"
    return warning("same-work", message, second.span, ONE_KEY)


def _at(item: Item) -> str:
    return f" ({item.span.file}, line {item.span.line})" if item.span else ""


def _of_flaw(flaw: yaml12.Flaw, at: Places) -> Diagnostic:
    return error(flaw.code, flaw.message, at.at(flaw.start, flaw.end), flaw.hint)


def _format(file: str, text: str) -> Format | None:
    """The format of the file, by its ending or else by how its text begins; None for one that is not known."""
    ending = PurePosixPath(file).suffix.lower()
    by_ending = [form for form in FORMATS if ending in form.endings]
    start = text[:SNIFFED].lstrip()
    by_start = [form for form in FORMATS if form.beginning and re.search(form.beginning, start, SNIFFING)]
    return next(iter([*by_ending, *by_start]), None)


SNIFFED = 4096
SNIFFING = re.IGNORECASE | re.MULTILINE


def _unread(form: Format | None, file: str) -> Reader:
    """The reader of files that cannot be read: it says so."""
    name = form.name if form else f"“{PurePosixPath(file).suffix or file}” files"

    def refuse(file: str, _text: str) -> tuple[list[Record], list[Diagnostic]]:
        return [], [error("unknown-format", f"references as {name} cannot be read", Span(file), SAVE_AS)]

    return refuse


SAVE_AS = "save them as BibTeX, RIS, CSL JSON or EndNote XML; every reference manager exports one of these"


FORMATS = (
    Format("CSL JSON", (".json", ".csljson"), r"\A[\[{]", read_json),
    Format("CSL YAML", (".yaml", ".yml"), r"\A(---|- |references:)", read_yaml),
    Format("BibTeX", (".bib", ".bibtex", ".biblatex"), r"^@\w+\s*[{(]", read_bibtex, foreign=True),
    Format("RIS", (".ris",), r"^TY {1,2}- ?\w", read_ris, foreign=True),
    Format("PubMed text", (".nbib", ".medline"), r"^PMID ?- ?\d", read_medline, foreign=True),
    Format("EndNote XML", (".xml",), r"\A(<\?xml|<xml)", read_endnote, foreign=True),
    Format("EndNote", (".enw", ".enl"), r"\A%0 "),
)
"""All formats we know of, in the order in which a text without an ending is tried; one of them has no reader."""
