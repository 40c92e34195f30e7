"""What every output depends on, for make: a rule for each output that the manifest knows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from diptych.batch.manifest import Data
from diptych.batch.store import Store
from diptych.batch.writing import write_whole
from diptych.workspace import house_templates

AWKWARD: dict[str, str | int | None] = dict.fromkeys(" \t$%:;|#=\\*?[](){}~'\"", "?")
"""Characters of a file's name that make would misread, each replaced by a wildcard for itself."""


def write(path: Path, store: Store, root: Path, up_to_date: Iterable[str]) -> None:
    """Write the rules of all outputs to `path`, as the manifest has them; raises OSError.

    Those that are up to date are given the time of now where something that they were made from is newer: make goes by
    times, and would ask again and again.
    """
    text = rules(store, root)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_whole(path, text.encode())
    newest = {name: _newest(layer, root) for name, layer in store.manifest.inputs.items()}
    for output in up_to_date:
        file, inputs = store.folder / output, store.manifest.outputs[output]["inputs"]
        if file.stat().st_mtime <= max((newest[name] for name in inputs), default=0.0):
            os.utime(file)


def _newest(layer: Data, root: Path) -> float:
    """When a file among some inputs, or its folder, was last changed."""
    return max((path.stat().st_mtime for path in _paths(layer, root) if path.exists()), default=0.0)


def rules(store: Store, root: Path) -> str:
    """`KNOWN/OUTPUT` says that there is a rule for the output; inputs that are shared are variables."""
    here = Path.cwd()
    inputs = store.manifest.inputs
    names = {
        name: f"INPUTS_{name}" for name in sorted({one for e in store.manifest.outputs.values() for one in e["inputs"]})
    }
    lines = ["# Written by diptych build --depfile; what the outputs that it knows depend on."]
    for name, variable in names.items():
        lines.append(f"{variable} :={''.join(_prerequisites(inputs[name], root, here))}")
    for path, entry in sorted(store.manifest.outputs.items()):
        target = escaped(os.path.relpath(store.folder / path, here))
        lines += [f"KNOWN/{target} := yes", f"{target}:{''.join(f' $({names[name]})' for name in entry['inputs'])}"]
    return "\n".join(lines) + "\n"


def _prerequisites(layer: Data, root: Path, here: Path) -> Iterator[str]:
    """The files of some inputs; one that is not there is none, and its folder tells when it comes or goes."""
    for path in dict.fromkeys(_paths(layer, root)):
        name = escaped(os.path.relpath(path, here))
        yield f" $(if $(wildcard {name}),{name})"


def _paths(layer: Data, root: Path) -> Iterable[Path]:
    for name in (*layer.get("files", {}), *layer.get("references", {}).get("files", {})):
        if name.startswith("templates:"):
            yield root / "templates" / name.removeprefix("templates:")
            yield house_templates() / name.removeprefix("templates:")
        else:
            yield root / name
            yield (root / name).parent


def escaped(path: str) -> str:
    """The path as a pattern for make."""
    return path.translate(str.maketrans(AWKWARD))
