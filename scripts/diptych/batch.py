"""Many reviews: find them, build them, write what came out, each file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from diptych import press
from diptych.cache import user_cache
from diptych.diagnostics import Diagnostic, did_you_mean, error
from diptych.document import DEFAULTS, Options
from diptych.workspace import Workspace

REVIEW_FILE = "review.yaml"


@dataclass(frozen=True)
class Order:
    """What is to be made of each review: the templates, the formats, and the builder's choices."""

    templates: Sequence[str]
    formats: Sequence[str]
    options: Options = DEFAULTS


@dataclass(frozen=True)
class Written:
    """A file that was written, and the output in it."""

    path: Path
    output: press.Output


@dataclass(frozen=True)
class Result:
    """What became of one review."""

    name: str
    written: tuple[Written, ...]
    diagnostics: tuple[Diagnostic, ...]


def find_project(start: Path) -> Path:
    """The project's root: the nearest folder, from `start` upward, that has a `content/`; else `start` itself."""
    for folder in (start, *start.parents):
        if (folder / "content").is_dir():
            return folder
    return start


def find_reviews(paths: Sequence[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """The review files that `paths` name: a review.yaml, a review's folder, or a folder of reviews."""
    files: list[Path] = []
    problems: list[Diagnostic] = []
    for path in paths:
        found = _reviews_at(path)
        if not found:
            hint = f"name a folder with a {REVIEW_FILE}, the file itself, or a folder of such folders"
            problems.append(error("no-review", f"there is no review at “{path}”", hint=hint))
        files += found
    return list(dict.fromkeys(files)), problems


def _reviews_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / REVIEW_FILE).is_file():
        return [path / REVIEW_FILE]
    return sorted(path.glob(f"*/{REVIEW_FILE}"))


def find_templates(names: Sequence[str], root: Path) -> tuple[list[str], list[Diagnostic]]:
    """The templates to build, all of them where none is named; those there are not are reported."""
    known = Workspace(root).template_names()
    unknown = [
        error("unknown-template", f"there is no template “{name}”", hint=did_you_mean(name, known) or _listed(known))
        for name in names
        if name not in known
    ]
    return [name for name in names if name in known] if names else known, unknown


def _listed(names: Sequence[str]) -> str:
    return f"there are: {', '.join(names)}"


def review_name(file: Path) -> str:
    """The name that outputs take: that of the review's folder."""
    return file.resolve().parent.name


def build_all(files: Sequence[Path], root: Path, order: Order, into: Path) -> Iterator[Result]:
    """Each review's result as it is done; outputs are `into/<review>/<review>-<template>.<format>`."""
    for file in files:
        workspace = Workspace(_root_for(file, root), user_cache())
        built = press.build(workspace, file.resolve(), order.templates, order.formats, order.options)
        name = review_name(file)
        suffix = "-blind" if order.options.blind else ""  # the wrong copy must not be sent by mistake
        written, problems = _write(built.outputs, name + suffix, into / name, order.options.imposition)
        yield Result(name, tuple(written), (*built.diagnostics, *problems))


def check_all(files: Sequence[Path], root: Path) -> Iterator[press.Built]:
    """What is to be said of each review."""
    for file in files:
        yield press.check(Workspace(_root_for(file, root), user_cache()), file.resolve())


def _root_for(file: Path, root: Path) -> Path:
    """The project's root, or for a review outside it the root of the review's own project."""
    folder = file.resolve().parent
    return root if folder.is_relative_to(root.resolve()) else find_project(folder)


def _write(
    outputs: Sequence[press.Output], name: str, folder: Path, imposition: str = ""
) -> tuple[list[Written], list[Diagnostic]]:
    written: list[Written] = []
    for output in outputs:
        sheets = f"-{imposition}" if imposition and output.format == "pdf" else ""  # beside the pages, not over them
        path = folder / f"{name}-{output.template}{sheets}.{output.format}"
        problems = write(path, output.data)
        if problems:
            return written, problems
        written.append(Written(path, output))
    return written, []


def write(path: Path, data: bytes) -> list[Diagnostic]:
    """Writes the file as `write_whole` does; the problem, if it cannot be written."""
    try:
        write_whole(path, data)
    except OSError as problem:
        return [error("cannot-write", f"cannot write “{path}”: {problem.strerror or 'the disk refused'}")]
    return []


def write_whole(path: Path, data: bytes) -> None:
    """Writes the file beside its place and renames it there, so that a reader never sees half of it; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
