"""A review as a folder: its files from data, written whole or not at all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from diptych.bibliography.writers.csl_yaml import write_yaml
from diptych.diagnostics import Diagnostic, error
from diptych.importers.paper import Imported
from diptych.importers.yamltext import write_review


def files_of(imported: Imported) -> dict[str, bytes]:
    """The files of the review's folder, by their paths in it."""
    files = {"review.yaml": write_review(imported.review).encode()}
    if imported.references:
        files["references.yaml"] = write_yaml(imported.references).encode()
    return files | dict(imported.files)


def write(target: Path, files: Mapping[str, bytes]) -> list[Diagnostic]:
    """Writes the files into a new folder: first beside it, then by one rename; the problem, if it cannot be."""
    if target.exists() or target.is_symlink():
        hint = "choose another with -o content/NAME"
        return [error("file-exists", f"there is already a folder “{target}”", hint=hint)]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".diptych-", dir=target.parent) as temporary:
            whole = Path(temporary) / "review"
            for name, data in files.items():
                path = whole / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            whole.rename(target)
    except OSError as problem:
        return [error("cannot-write", f"cannot write “{target}”: {problem.strerror or 'the disk refused'}")]
    return []


def name_for(file: str) -> str:
    """The name of the review's folder, from the paper's: lower case, letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", Path(file).stem.lower()).strip("-")[:60] or "review"
