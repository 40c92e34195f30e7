"""References from and to other programs: what `diptych import` and `diptych export` do, short of writing files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diptych import batch, source
from diptych.bibliography import library, works
from diptych.bibliography.readers.csl_yaml import read_yaml
from diptych.bibliography.shelf import Item
from diptych.bibliography.writers import WRITERS
from diptych.bibliography.writers.csl_yaml import entry
from diptych.diagnostics import Diagnostic, error, has_errors, warning
from diptych.review import Annotation, Review
from diptych.source import yaml12
from diptych.workspace import RefusedError, Workspace


def read_files(files: Sequence[Path]) -> tuple[list[Item], list[Diagnostic]]:
    """The references in files of any format, wherever they are, and every problem in them."""
    there = [file for file in files if file.is_file()]
    problems = [error("cannot-read", f"there is no file “{file}”") for file in files if file not in there]
    if not there:
        return [], problems
    root = Path(os.path.commonpath([file.resolve().parent for file in there]))
    names = [file.resolve().relative_to(root).as_posix() for file in there]
    found, trouble = library.read(Workspace(root), root, names)
    if not found.items and not trouble:
        problems += [error("no-references", f"there is nothing in “{file}”") for file in there]
    return list(found.items.values()), [*problems, *trouble]


# Into a review


@dataclass(frozen=True)
class Addition:
    """A file of references as it is to be written, and what is new in it."""

    path: Path
    data: bytes
    added: tuple[Item, ...]


def add_to_review(review_file: Path, items: Sequence[Item]) -> tuple[Addition | None, list[Diagnostic]]:
    """The review's first CSL-YAML file with those of the `items` appended that are works the review has not.

    What is in the file stays as it is, byte for byte. None where there is nothing to write, or it cannot be done.
    """
    workspace, review, problems = _review(review_file)
    if review is None:
        return None, problems
    folder = review_file.resolve().parent
    file = next((name for name in review.bibliography if Path(name).suffix.lower() in (".yaml", ".yml")), None)
    if file is None:
        message = "the review has no references in CSL-YAML that could be added to"
        return None, [error("cannot-append", message, hint="name a .yaml file under “bibliography”")]
    here, trouble = library.read(workspace, folder, review.bibliography)
    new, taken = _new(items, here.items)
    if has_errors(trouble) or not new:
        return None, [*trouble, *taken]
    try:
        data = _appended(workspace.read_bytes(folder / file), new)
    except (_UnfitError, RefusedError) as problem:
        return None, [error("cannot-append", f"nothing can be added to “{file}”: {problem}", hint=APPENDABLE)]
    return Addition((folder / file).resolve(), data, tuple(new)), taken


APPENDABLE = "the list of references must come last in the file, each reference after “- ” on a line of its own"


def _review(file: Path) -> tuple[Workspace, Review | None, list[Diagnostic]]:
    resolved = file.resolve()
    workspace = Workspace(batch.find_project(resolved.parent))
    review, _places, problems = source.read(workspace, resolved)
    return workspace, review, problems


def _new(items: Sequence[Item], here: Mapping[str, Item]) -> tuple[list[Item], list[Diagnostic]]:
    """The items that are works not `here`; one whose key another work has gets a key of its own, and a warning."""
    known = {identity: item.key for item in here.values() for identity in works.identities(item.data)}
    taken = {*here, *(item.key for item in items)}
    new, problems = [], []
    for item in items:
        if item.key in here and here[item.key].data == item.data:
            continue
        same = next((known[identity] for identity in works.identities(item.data) if identity in known), None)
        if same is not None and same != item.key:
            message = f"the review has the work “{item.key}” under the key “{same}”; it is not added"
            problems.append(warning("same-work", message, item.span, f"cite it as [@{same}]"))
        elif same is None and item.key in here:
            key = works.free_key(item.key, taken)
            taken.add(key)
            message = f"the review has another work under the key “{item.key}”; this one is added as “{key}”"
            problems.append(warning("key-taken", message, item.span))
            new.append(replace(item, key=key, data={**item.data, "id": key}))
        elif same is None:
            new.append(item)
    return new, problems


class _UnfitError(Exception):
    """A file that nothing can be added to."""


def _appended(data: bytes, items: Sequence[Item]) -> bytes:
    """The file with the items at its end; raises _UnfitError unless it then holds what it held, and them."""
    text, flaws = yaml12.decode(data)
    root, more = (None, []) if flaws else yaml12.compose(text)
    if flaws or more:
        raise _UnfitError((flaws or more)[0].message)
    line_break = "\r\n" if "\r\n" in text else "\n"
    end = "" if not text or text.endswith("\n") else "\n"
    entries = "".join(f"\n{entry(item, _indent(text, root))}" for item in items)
    added = (end + (entries if text.strip() else entries.lstrip("\n"))).replace("\n", line_break)
    before, _ = read_yaml("", text) if text.strip() and root is not None else ([], [])
    after, problems = read_yaml("", text + added)
    wanted = [*(record.data for record in before), *(item.key for item in items)]
    found = [record.data if index < len(before) else record.data.get("id") for index, record in enumerate(after)]
    if problems or found != wanted:
        raise _UnfitError("its list of references is not at its end, or is written in brackets")
    return data + added.encode()


def _indent(text: str, root: yaml12.Node | None) -> str:
    """The blanks before the “-” of the file's references."""
    if isinstance(root, yaml12.Mapping):
        root = next((value for name, value in root.entries if name.text == "references"), None)
    if not isinstance(root, yaml12.Sequence):
        return ""
    return " " * (root.start - text.rfind("\n", 0, root.start) - 1)


# Out of a review


def export(review_file: Path, form: str) -> tuple[str | None, list[Diagnostic]]:
    """All references of a review in a format of `WRITERS`, with the annotations and grades that it gives them."""
    workspace, review, problems = _review(review_file)
    if review is None:
        return None, problems
    found, problems = library.read(
        workspace, review_file.resolve().parent, review.bibliography, annotations_from=review.annotations_from
    )
    items = [_annotated(item, review.annotations.get(key)) for key, item in found.items.items()]
    return WRITERS[form](items), problems


def _annotated(item: Item, own: Annotation | None) -> Item:
    """The item with the review's own annotation and grade, where it has them."""
    if own is None:
        return item
    return replace(item, annotation=own.text or item.annotation, importance=own.importance or item.importance)


# Writing


def may_write(path: Path, force: bool) -> list[Diagnostic]:
    """An error where the file is there already and is not to be replaced."""
    if force or not path.exists():
        return []
    return [error("file-exists", f"there is already a file “{path}”", hint="replace it with --force")]
