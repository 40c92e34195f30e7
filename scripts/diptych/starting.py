"""A review to begin with, and a project around it where there is none: the files, from `templates/new/`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment

from diptych import profiles, source
from diptych.bibliography import styles
from diptych.diagnostics import Diagnostic, did_you_mean, error
from diptych.workspace import Workspace

FOLDER = "new"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
OF_REVIEW = ("review.yaml", "references.yaml")
OF_PROJECT = ("Makefile", "README.md")
SCHEMA = Path("content", "review.schema.json")
STYLE = "springer-vancouver-brackets"
"""The citation style of a review for which none is asked."""
HEADINGS = ("Purpose of Review", "Recent Findings", "Summary")


@dataclass(frozen=True)
class Wishes:
    """What the author said of the new review; empty where nothing was said."""

    name: str
    title: str = ""
    template: str = ""
    style: str = ""
    journal: str = ""


def begun(wishes: Wishes, workspace: Workspace) -> tuple[Mapping[Path, str], list[Diagnostic]]:
    """The files to write, by their paths under the root; none of them is there. Or what is wrong with the wishes."""
    problems = refused(wishes, workspace)
    if problems:
        return {}, problems
    folder = Path("content", wishes.name)
    is_project = (workspace.root / "content").is_dir()
    texts = {folder / file: file for file in OF_REVIEW}
    texts |= {} if is_project else {Path(file): file for file in OF_PROJECT}
    files = {path: _filled(file, wishes, workspace) for path, file in texts.items()}
    files[SCHEMA] = source.schema(profiles.names(workspace))
    return {path: text for path, text in files.items() if not (workspace.root / path).exists()}, []


def refused(wishes: Wishes, workspace: Workspace) -> list[Diagnostic]:
    """What is wrong with the wishes: a name that cannot be, a review that is there, things that there are not."""
    if not NAME.fullmatch(wishes.name):
        hint = "use letters, digits, “-”, “_” and “.”: my-review"
        return [error("bad-name", f"“{wishes.name}” cannot be the name of a review’s folder", hint=hint)]
    folder = Path("content", wishes.name)
    if (workspace.root / folder).exists():
        hint = "choose another name; nothing was changed"
        return [error("file-exists", f"there is already something at “{folder.as_posix()}”", hint=hint)]
    choices = (
        ("template", wishes.template, workspace.template_names(), "`diptych templates` lists all"),
        ("journal", wishes.journal, profiles.names(workspace), "`diptych journals` lists all"),
    )
    style = styles.find_style(wishes.style, workspace, workspace.root)[1] if wishes.style else []
    return style + [
        error(f"unknown-{what}", f"there is no {what} “{wish}”", hint=did_you_mean(wish, known) or listed)
        for what, wish, known, listed in choices
        if wish and wish not in known
    ]


def title_of(name: str) -> str:
    """A title for a review of that name: “my-review” is “My review”."""
    words = " ".join(re.split(r"[-_.]+", name)).strip()
    return words[:1].upper() + words[1:]


def _filled(file: str, wishes: Wishes, workspace: Workspace) -> str:
    """A file of `templates/new/` with what the author wishes."""
    journal, _ = profiles.find(wishes.journal, workspace) if wishes.journal else (None, [])
    wanted = journal.profile.abstract_headings if journal else None
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.from_string(workspace.read_template(f"{FOLDER}/{file}")).render(
        name=wishes.name,
        title=" ".join((wishes.title or title_of(wishes.name)).split()),
        template=wishes.template,
        style=wishes.style,
        usual_style=STYLE,
        journal=wishes.journal,
        headings=wanted.headings if wanted else HEADINGS,
    )
