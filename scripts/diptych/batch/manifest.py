"""`manifest.json`: of every output, what it was made from and with, and what came out.

    {"manifest": 1,
     "engines": {ID: {name: version}},
     "inputs": {ID: {"files": {path: SHA-256}, "answers": {question: answer}, "references": {…}}},
     "libraries": {ID: {"files": {path: SHA-256}, "diagnostics": […]}},
     "outputs": {path: {"review": …, "engines": ID, "inputs": [ID, …], "sha256": …, "pages": …, …}}}

Inputs are kept apart from the outputs that share them: what a review's outputs have in common, what a template adds,
what a format adds. `schema()` has the whole of it. The order is that of the names, so that two manifests compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diptych.diagnostics import Diagnostic, Span
from diptych.workspace import digest

VERSION = 1

Data = dict[str, Any]
"""What JSON calls an object."""


@dataclass
class Manifest:
    """The manifest's tables."""

    engines: dict[str, dict[str, str]] = field(default_factory=dict)
    inputs: dict[str, Data] = field(default_factory=dict)
    libraries: dict[str, Data] = field(default_factory=dict)
    outputs: dict[str, Data] = field(default_factory=dict)

    def merge(self, other: Manifest) -> None:
        """Take over what another one has, the same outputs instead of those here."""
        self.engines |= other.engines
        self.inputs |= other.inputs
        self.libraries |= other.libraries
        self.outputs |= other.outputs


def part(
    name: str, outputs: Data, engines: Mapping[str, str], inputs: Iterable[Data], library: Data | None
) -> Manifest:
    """A manifest with one output: `outputs` are its own fields, the rest what it refers to."""
    layers = {key(layer): layer for layer in inputs if layer}
    entry = {**outputs, "engines": key(dict(engines)), "inputs": list(layers)}
    libraries = {library_key(library): library} if library else {}
    return Manifest({key(dict(engines)): dict(engines)}, layers, libraries, {name: entry})


def key(value: Data) -> str:
    """The name of a part that several outputs share: sixteen digits of its SHA-256."""
    return digest(json.dumps(value, sort_keys=True).encode())[:16]


def library_key(references: Data) -> str:
    """The name of files of references in the state that they were read in."""
    return key({"files": list(references["files"].items()), "annotations-from": references["annotations-from"]})


def read(data: bytes) -> Manifest:
    """The manifest in a file; an empty one for what is none, so that everything is built anew."""
    try:
        found = json.loads(data)
        if found["manifest"] != VERSION:
            return Manifest()
        tables = Manifest(found["engines"], found["inputs"], found["libraries"], found["outputs"])
        sound = all(entry["engines"] in tables.engines for entry in tables.outputs.values())
        layers = {layer for entry in tables.outputs.values() for layer in entry["inputs"]}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Manifest()
    return tables if sound and layers <= tables.inputs.keys() else Manifest()


def rows(manifest: Manifest) -> dict[str, str]:
    """The lines of inputs and outputs, by their names, as `text` has them."""
    return {name: _row(name, value) for name, value in {**manifest.inputs, **manifest.outputs}.items()}


def text(manifest: Manifest, known: Mapping[str, str]) -> str:
    """The manifest as JSON, a line for each part, in the order of the names, without parts that nothing refers to.

    Lines that are `known` are not made again.
    """
    outputs = manifest.outputs.values()
    layers = {layer for entry in outputs for layer in entry["inputs"]}
    engines = {entry["engines"] for entry in outputs}
    used = (manifest.inputs[layer].get("references") for layer in layers if manifest.libraries)
    libraries = {library_key(references) for references in used if references}
    tables = {
        "engines": _only(manifest.engines, engines),
        "inputs": _only(manifest.inputs, layers),
        "libraries": _only(manifest.libraries, libraries),
        "outputs": manifest.outputs,
    }
    parts = [f'"manifest": {VERSION}', *(_table(name, table, known) for name, table in tables.items())]
    return "{" + ",\n".join(parts) + "}\n"


def line(manifest: Manifest) -> str:
    """The manifest on one line, which `read` takes too."""
    return json.dumps({"manifest": VERSION, **vars(manifest)}, ensure_ascii=False) + "\n"


def _only(table: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name in wanted}


def _table(name: str, table: Mapping[str, Any], known: Mapping[str, str]) -> str:
    lines = (known.get(one) or _row(one, table[one]) for one in sorted(table))
    return f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "}"


def _row(name: str, value: Data) -> str:
    return f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


# Diagnostics


def as_kept(problem: Diagnostic) -> Data:
    """A diagnostic with all that is needed to print it again."""
    span = problem.span
    place = [span.file, span.line, span.column, span.end_column] if span else None
    fields = {"place": place, "hint": problem.hint, "source": problem.source_line}
    said = {"severity": problem.severity, "code": problem.code, "message": problem.message}
    return {**said, **{name: value for name, value in fields.items() if value is not None}}


def from_kept(data: Data) -> Diagnostic:
    """The diagnostic that was kept."""
    span = Span(*data["place"]) if "place" in data else None
    return Diagnostic(data["severity"], data["code"], data["message"], span, data.get("hint"), data.get("source"))


# The schema


def _map(values: Data) -> Data:
    return {"type": "object", "additionalProperties": values}


def _record(required: Data, optional: Data | None = None) -> Data:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def schema() -> Data:
    """The JSON Schema of the manifest."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    sha = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    name = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
    place = {"type": "array", "prefixItems": [text, count, count], "minItems": 4, "maxItems": 4}
    severity = {"enum": ["error", "warning", "info"]}
    problem = _record(
        {"severity": severity, "code": text, "message": text}, {"place": place, "hint": text, "source": text}
    )
    problems = {"type": "array", "items": problem}
    files, texts = _map(sha), {"type": "array", "items": text}
    references = _record({"files": files, "annotations-from": texts, "items": _map({"anyOf": [sha, {"const": ""}]})})
    output = _record(
        {
            "review": text,
            "template": text,
            "format": text,
            "options": {"type": "object"},
            "sha256": sha,
            "bytes": count,
            "pages": {"anyOf": [count, {"type": "null"}]},
            "words": count,
            "seconds": {"type": "number", "minimum": 0},
            "diagnostics": problems,
            "engines": name,
            "inputs": {"type": "array", "items": name},
        },
        {"root": text},
    )
    layer = _record({}, {"files": files, "answers": _map(text), "references": references})
    library = _record({"files": files, "annotations-from": texts, "diagnostics": problems})
    tables = {"engines": _map(_map(text)), "inputs": _map(layer), "libraries": _map(library), "outputs": _map(output)}
    found = _record({"manifest": {"const": VERSION}, **tables})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "What diptych build made", **found}
