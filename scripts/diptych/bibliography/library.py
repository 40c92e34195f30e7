"""Files of references → the items that a review can cite, every problem at its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from diptych.bibliography.items import Data, Findings, read_item
from diptych.diagnostics import Diagnostic, Span, error, with_source_line
from diptych.prose import Cluster
from diptych.source import places as marks
from diptych.source import yaml12
from diptych.source.places import Places
from diptych.workspace import RefusedError, Workspace


@dataclass(frozen=True)
class Item:
    """A reference: its citation key, its CSL-JSON and where it stands."""

    key: str
    data: Mapping[str, Any]
    span: Span | None


@dataclass(frozen=True)
class Library:
    """The references by citation key, in the order of the files."""

    items: Mapping[str, Item] = field(default_factory=dict)

    def cited(self, clusters: Iterable[Cluster]) -> list[Data]:
        """The CSL-JSON of the references that `clusters` cite, in the order of first citation."""
        keys = dict.fromkeys(citation.key for cluster in clusters for citation in cluster.citations)
        return [dict(self.items[key].data) for key in keys if key in self.items]


@dataclass(frozen=True)
class Record:
    """A reference as a file has it: texts, lists and maps, numbers as written; `place` finds a path within it."""

    data: Any
    place: Callable[[tuple[str | int, ...], bool], Span | None]


Reader = Callable[[str, str], tuple[list[Record], list[Diagnostic]]]
"""From a file's name in messages and its text to its records and problems."""


@dataclass(frozen=True)
class Format:
    """A format of references: its name, its files' endings, how its text begins, and its reader where there is one."""

    name: str
    endings: tuple[str, ...]
    beginning: str
    reader: Reader | None = None


def read(
    workspace: Workspace, folder: Path, files: Sequence[str], places: Places | None = None
) -> tuple[Library, list[Diagnostic]]:
    """The references of all `files` (relative to `folder`), and every problem in them.

    A wrong field is left out and the reference loads, so that one slip is one message. `places` are those of the review
    that names the files, for the file that cannot be read.
    """
    items: dict[str, Item] = {}
    problems: list[Diagnostic] = []
    for index, file in enumerate(files):
        try:
            data = workspace.read_bytes(folder / file)
        except RefusedError as refused:
            named_at = places.span(("bibliography", index)) if places else None
            problems.append(error(refused.code, f"the references “{file}” cannot be read: {refused}", named_at))
        else:
            problems += _read_file(items, file, workspace.name(folder / file), data)
    return Library(items), problems


def _read_file(items: dict[str, Item], file: str, name: str, data: bytes) -> list[Diagnostic]:
    """Add the references of one file to `items`; every problem in it, with the line it stands on."""
    text, flaws = yaml12.decode(data)
    if flaws:
        problems = _flaws(flaws, marks.of(name, text))
    elif text.strip():
        records, problems = _format_reader(file, text)(name, text)
        problems += [problem for record in records for problem in _add(items, record)]
    else:
        problems = []
    return [with_source_line(problem, text) for problem in problems]


def _flaws(flaws: Iterable[yaml12.Flaw], at: Places) -> list[Diagnostic]:
    return [error(flaw.code, flaw.message, at.at(flaw.start, flaw.end), flaw.hint) for flaw in flaws]


def _add(items: dict[str, Item], record: Record) -> list[Diagnostic]:
    """Add the reference to `items`, unless it has no key or one that is taken; what is wrong with it."""
    if not isinstance(record.data, Mapping):
        return [error("wrong-shape", "a reference must be a map of fields", record.place((), False))]
    found = Findings(record.place)
    data = read_item(record.data, found)
    if data is not None and data["id"] in items:
        first = items[data["id"]].span
        where = f" ({first.file}, line {first.line})" if first else ""
        message = f"there is already a reference “{data['id']}”{where}"
        return [error("duplicate-reference", message, record.place(("id",), False))]
    if data is not None:
        items[data["id"]] = Item(data["id"], data, record.place(("id",), False))
    return found.problems


def _format_reader(file: str, text: str) -> Reader:
    """The reader for the file, by its ending or else by how its text begins."""
    ending = PurePosixPath(file).suffix.lower()
    for form in FORMATS:
        if ending in form.endings:
            return form.reader or _unread(form.name)
    for form in FORMATS:
        if form.beginning and re.match(form.beginning, text.lstrip(), re.IGNORECASE):
            return form.reader or _unread(form.name)
    return _unread(f"“{ending or file}” files")


def _unread(name: str) -> Reader:
    def refuse(file: str, _text: str) -> tuple[list[Record], list[Diagnostic]]:
        hint = "save them as CSL JSON or CSL YAML; Zotero and JabRef export both"
        return [], [error("unknown-format", f"references as {name} cannot be read", Span(file), hint)]

    return refuse


# CSL-YAML


def read_yaml(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """CSL-YAML as Pandoc and Zotero write it: a list of references, or a map with that list under `references`."""
    root, flaws = yaml12.compose(text)
    at = marks.of(file, text, root)
    problems = _flaws(flaws, at)
    if root is None:
        return [], problems
    found, path = _reference_list(root)
    if found is None:
        return [], [*problems, error("wrong-shape", NO_LIST, at.span(()), NO_LIST_HINT)]
    records = [Record(_data(node), _within(at, (*path, index))) for index, node in enumerate(found)]
    return records, problems


NO_LIST = "there is no list of references in the file"
NO_LIST_HINT = "begin each reference with “- id: …”, or put the list under “references:”"


def _reference_list(root: yaml12.Node) -> tuple[Sequence[yaml12.Node] | None, yaml12.YamlPath]:
    if isinstance(root, yaml12.Mapping):
        for name, value in root.entries:
            if name.text == "references" and isinstance(value, yaml12.Sequence):
                return value.items, ("references",)
    return (root.items, ()) if isinstance(root, yaml12.Sequence) else (None, ())


def _within(at: Places, start: yaml12.YamlPath) -> Callable[[tuple[str | int, ...], bool], Span | None]:
    return lambda path, key: at.span((*start, *path), key=key)


def _data(node: yaml12.Node) -> Any:
    """The node as texts, lists and maps; numbers stay as written (`volume: 007`), nothing is None."""
    match node:
        case yaml12.Scalar():
            return None if node.value is None else node.text
        case yaml12.Sequence():
            return [_data(item) for item in node.items]
        case yaml12.Mapping():
            return {name.text: _data(value) for name, value in node.entries}


# CSL-JSON


def read_json(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """CSL-JSON: a list of references, one alone, or a map with the list under `references` or `items`.

    Problems stand where their reference begins.
    """
    try:
        root = _decoder().decode(text)
    except json.JSONDecodeError as problem:
        span = Span(file, problem.lineno, problem.colno)
        return [], [error("broken-json", f"this is not JSON: {problem.msg.lower()}", span)]
    except RecursionError:
        return [], [error("broken-json", "the JSON is nested too deep", Span(file))]
    references = root
    if isinstance(root, dict):
        inner = [root[name] for name in ("references", "items") if isinstance(root.get(name), list)]
        references = inner[0] if inner else [root]
    if not isinstance(references, list):
        return [], [error("wrong-shape", NO_LIST, Span(file))]
    starts = _json_starts(text) if references is root else []
    spans = [_span(file, text, start) for start in starts] or [Span(file)] * len(references)
    return [Record(_json_data(data), _at(span)) for data, span in zip(references, spans, strict=True)], []


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)


def _json_data(value: Any) -> Any:
    """The value as texts, lists and maps; half characters (lone surrogates) become question marks."""
    if isinstance(value, list):
        return [_json_data(part) for part in value]
    if isinstance(value, dict):
        return {_json_data(name): _json_data(part) for name, part in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _json_starts(text: str) -> list[int]:
    """Where each value of the list that is the whole text begins."""
    decoder, starts = _decoder(), []
    at = text.index("[") + 1
    while (found := re.compile(r"[\s,]*").match(text, at)) and text[found.end()] != "]":
        starts.append(found.end())
        at = decoder.raw_decode(text, found.end())[1]
    return starts


def _span(file: str, text: str, start: int) -> Span:
    line_start = text.rfind("\n", 0, start) + 1
    return Span(file, text.count("\n", 0, start) + 1, start - line_start + 1)


def _at(span: Span) -> Callable[[tuple[str | int, ...], bool], Span | None]:
    return lambda _path, _key: span


FORMATS = (
    Format("CSL JSON", (".json", ".csljson"), r"\[|\{", read_json),
    Format("CSL YAML", (".yaml", ".yml"), r"---|- |references:", read_yaml),
    Format("BibTeX", (".bib", ".bibtex"), r"@\w+\s*\{"),
    Format("RIS", (".ris",), r"TY  -"),
    Format("PubMed text", (".nbib",), r"PMID-"),
    Format("EndNote", (".enw", ".enl", ".xml"), r"%0 |<\?xml"),
)
"""All formats we know of; those without a reader are told apart from what is no list of references."""
