"""What there is to build: the project, its reviews and its templates."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from diptych.diagnostics import Diagnostic, did_you_mean, error, nearest
from diptych.workspace import Workspace, house_templates

REVIEW_FILE = "review.yaml"
TEMPLATE_FILE = "template.yaml"


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
            problems.append(error("no-review", f"there is no review at “{path}”", hint=_meant(path) or HOW_TO_NAME))
        files += found
    return list(dict.fromkeys(files)), problems


HOW_TO_NAME = f"name a folder with a {REVIEW_FILE}, or a folder of such folders; `diptych new` begins a review"


def _meant(path: Path) -> str | None:
    """The hint that names the project's review whose name is nearest to that of the path."""
    content = find_project(path.resolve().parent) / "content"
    known = {review_name(file): file.parent for file in _reviews_at(content)}
    near = nearest(path.stem, known)
    return f"did you mean “{os.path.relpath(known[near])}”?" if near else None


def _reviews_at(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if (path / REVIEW_FILE).is_file():
        return [path / REVIEW_FILE]
    found = [Path(one) for one in _candidates(str(path), REVIEW_FILE) if os.path.isfile(one)]  # noqa: PTH113
    return sorted(one for one in found if not one.parent.name.startswith("."))


def _candidates(folder: str, name: str) -> Iterator[str]:
    """`folder/*/name`, whether it is there or not; a tenth of the time of `Path.glob` for a thousand."""
    try:
        folders = os.listdir(folder)  # noqa: PTH208 # without a Path for each
    except OSError:
        return
    yield from (f"{folder}/{one}/{name}" for one in folders)


def looked_into(paths: Sequence[Path], root: Path) -> tuple[list[str], list[str]]:
    """The folders whose lists say which reviews and templates there are, and the files that would make one more."""
    groups = [(str(path), REVIEW_FILE) for path in paths if path.is_dir() and not (path / REVIEW_FILE).is_file()]
    groups += [(str(folder), TEMPLATE_FILE) for folder in (house_templates(), root / "templates")]
    missing = [file for folder, name in groups for file in _candidates(folder, name) if not os.path.isfile(file)]  # noqa: PTH113
    return [folder for folder, _ in groups], missing


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


def root_for(file: Path, root: Path) -> Path:
    """The project's root, or for a review outside it the root of the review's own project."""
    folder = file.resolve().parent
    return root if folder.is_relative_to(root.resolve()) else find_project(folder)
