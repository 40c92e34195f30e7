"""References as CSL-YAML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from diptych.bibliography.records import Place, Record
from diptych.diagnostics import Diagnostic, error
from diptych.source import places as marks
from diptych.source import yaml12
from diptych.source.places import Places


def read_yaml(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """CSL-YAML as Pandoc and Zotero write it: a list of references, or a map with that list under `references`."""
    root, flaws = yaml12.compose(text)
    at = marks.of(file, text, root)
    problems = [error(flaw.code, flaw.message, at.at(flaw.start, flaw.end), flaw.hint) for flaw in flaws]
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


def _within(at: Places, start: yaml12.YamlPath) -> Place:
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
