"""How things are now: whether what an output was made from is still what it was, and if not, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diptych.batch.index import Index
from diptych.batch.manifest import Data, as_kept, library_key
from diptych.built import Used
from diptych.diagnostics import has_errors
from diptych.unchanged import ENVIRONMENT
from diptych.workspace import Workspace, font_files, house_templates


class Now:
    """The files of the project at `root` and of the house as they are at this moment, each looked at once.

    `reread` holds the files of references that changed in what the review does not use, by the name of their former
    state, as the manifest's table of libraries has them.
    """

    def __init__(self, root: Path, index: Index) -> None:
        self.workspace = Workspace(root)
        self.index = index
        self.reread: dict[str, Data] = {}
        self._root = str(self.workspace.root)
        self._known: dict[str, str] = {}
        self._changes: dict[str, list[str]] = {}

    def changes(self, name: str, layer: Data) -> list[str]:
        """What of the inputs under that name is not as it was, in words: “templates/article/style.css changed”."""
        if name not in self._changes:
            self._changes[name] = self._compared(layer)
        return self._changes[name]

    def _compared(self, layer: Data) -> list[str]:
        files = [name for name, was in layer.get("files", {}).items() if self._file(name) != was]
        answers = [name for name, was in layer.get("answers", {}).items() if self._answer(name) != was]
        said = [f"{_shown(name)} changed" for name in files] + [_said(question) for question in answers]
        return said + (self._references(layer["references"]) if "references" in layer else [])

    def _file(self, name: str) -> str:
        return self._answer(name if name.startswith("templates:") else f"file:{name}")

    def _answer(self, question: str) -> str:
        if question not in self._known:
            self._known[question] = self._look(question)
        return self._known[question]

    def _look(self, question: str) -> str:
        """The answer of the workspace, which need not be asked about a file that nobody has touched."""
        for path in self._places(question):
            try:
                return self.index.digest(path, lambda: self.workspace.ask(question))
            except OSError:
                continue
        self._note(question)
        return self.workspace.ask(question)

    def _note(self, question: str) -> None:
        """Take note in the index of a question that is not about what a file holds."""
        kind, _, name = question.partition(":")
        if kind == "is-file":
            self.index.look(f"{self._root}/{name}")
        elif kind == "link" or (kind == "environment" and name not in ENVIRONMENT):
            self.index.in_doubt()

    def _places(self, question: str) -> Iterator[str]:
        """Where the file is that a question is about, if it is about what a file holds."""
        kind, _, name = question.partition(":")
        if kind == "file":
            yield f"{self._root}/{name}"
        elif kind == "templates":
            yield from (f"{self._root}/templates/{name}", f"{house_templates()}/{name}")
        elif kind == "font" and name in font_files():
            yield str(font_files()[name])

    # References: a review uses some of a file's

    def _references(self, was: Data) -> list[str]:
        """Which works changed; a file that has errors now is a change for all that read it."""
        if all(self._file(name) == before for name, before in was["files"].items()):
            return []
        names = ", ".join(was["files"])
        found = used(self.workspace, self.workspace.root, tuple(was["files"]), was["annotations-from"], was["items"])
        if has_errors(found.diagnostics):
            return [f"{names} changed, and has errors"]
        changed = [name for name, before in was["items"].items() if found.items[name] != before]
        if changed:
            return [f"{names} changed: {', '.join(changed)}"]
        self.reread[library_key(was)] = library(found)
        return []


def used(*arguments: Any) -> Used:
    """As `library.used`, which is loaded when the first file of references has changed: it takes a while."""
    from diptych.bibliography import library  # noqa: PLC0415

    return library.used(*arguments)


def library(found: Used) -> Data:
    """What the manifest keeps of files of references, whatever of them is used."""
    problems = [as_kept(problem) for problem in found.diagnostics]
    return {"files": dict(found.files), "annotations-from": list(found.annotations_from), "diagnostics": problems}


def _shown(name: str) -> str:
    return name.replace("templates:", "templates/", 1) if name.startswith("templates:") else name


def _said(question: str) -> str:
    """That the answer to a question is another now, in words."""
    kind, _, name = question.partition(":")
    said = {"is-file": "is there or not, as it was not before", "link": "leads elsewhere", "font": "is another font"}
    return f"{_shown(f'templates:{name}' if kind == 'templates' else name)} {said.get(kind, 'changed')}"
