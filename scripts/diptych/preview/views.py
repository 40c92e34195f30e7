"""What can be looked at, and what there is to be seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from diptych import batch, press
from diptych.cache import user_cache
from diptych.diagnostics import Diagnostic, as_data, has_errors, in_order
from diptych.document import Options
from diptych.workspace import Workspace

PAPERS = ("", "A4", "Letter", "A5")
"""Sizes of pages to choose from; the first is the template's own."""

PdfState = Literal["none", "building", "ready", "failed"]


@dataclass(frozen=True)
class View:
    """A review in a template, on paper of a size."""

    review: str
    template: str
    paper: str = ""


@dataclass
class Shown:
    """What there is of a view: the last page without errors, the last PDF, and what is wrong with the source now.

    `remarks` are what a careful editor says; those before last stay until there are new ones.

    Revisions count from 1; 0 is for what there is not yet. `fresh` says that the page is of the source as it is.
    """

    page: bytes = b""
    page_revision: int = 0
    fresh: bool = False
    pdf: bytes = b""
    pdf_revision: int = 0
    pdf_state: PdfState = "none"
    problems: Sequence[Mapping[str, object]] = ()
    remarks: Sequence[Mapping[str, object]] = ()
    pdf_problems: Sequence[Mapping[str, object]] = ()
    built: int = 0
    reads: frozenset[Path] = field(default_factory=frozenset)

    def state(self) -> dict[str, object]:
        """What browsers are told of it."""
        return {
            "page": self.page_revision,
            "fresh": self.fresh,
            "pdf": self.pdf_revision,
            "pdf-state": self.pdf_state,
            "problems": _once([*self.problems, *self.remarks, *self.pdf_problems]),
            "built": self.built,
        }


def as_shown(problems: Sequence[Diagnostic]) -> list[Mapping[str, object]]:
    """The problems as data, each with the line that it is about."""
    return [{**as_data(one), "source-line": one.source_line} for one in in_order(problems)]


def set_page(shown: Shown, root: Path, file: Path, view: View) -> None:
    """Sets the page of a view anew; where there are errors the last one stays."""
    workspace = Workspace(root, user_cache())
    made = press.build(workspace, file, [view.template], ["html"], Options(preview=True))
    shown.reads = frozenset(_paths(workspace))
    shown.fresh = bool(made.outputs) and not has_errors(made.diagnostics)
    shown.built += 1
    shown.problems = as_shown(made.diagnostics)
    if shown.fresh and made.outputs[0].data != shown.page:
        shown.page, shown.page_revision = made.outputs[0].data, shown.page_revision + 1


def look_again(shown: Shown, root: Path, file: Path) -> None:
    """Has what a careful editor would look at again among the problems of a view."""
    shown.remarks = as_shown(press.check(Workspace(root, user_cache()), file).diagnostics)


def _once(problems: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """The problems, each once."""
    return list({(one["code"], one["message"], one["file"], one["line"]): one for one in problems}.values())


def _paths(workspace: Workspace) -> list[Path]:
    """The files that were read; those of templates are watched with their folders."""
    return [workspace.root / name for name in workspace.reads if not name.startswith("templates:")]


def reviews(root: Path, paths: Sequence[Path]) -> dict[str, Path]:
    """The reviews there are by name, the files that they stand in resolved."""
    found, _ = batch.find_reviews(paths or [root / "content"])
    return {batch.review_name(file): file.resolve() for file in found}
