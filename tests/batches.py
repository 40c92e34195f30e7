"""Projects with several small reviews, and builds of them, for tests of batches."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from diptych import batch, press
from diptych.batch import worker
from diptych.document import DEFAULTS, Options
from diptych.workspace import Workspace

SHARED = """
- {id: falk, type: article-journal, title: Larks, author: [{family: Falk, given: Ada}], issued: 2015}
- {id: bird, type: article-journal, title: Wrens, author: [{family: Bird, given: Bo}], issued: 2016}
- {id: crow, type: book, title: Rooks, author: [{family: Crow, given: Cy}], issued: 2017}
"""
REVIEW = """title: All about {name}
bibliography: ../references.yaml
sections:
  - {{heading: What, text: "Up it goes [@{key}]."}}
"""
PAGE = """<!DOCTYPE html>
<html lang="{{ review.lang }}"><head><meta charset="utf-8"><title>{{ content.plain_title }}</title></head>
<body><h1 class="title">{{ content.title }}</h1>
<main class="text">{% for one in content.sections %}<h2>{{ one.heading }}</h2>{{ one.text }}{% endfor %}</main>
{% for one in content.references %}<p class="entry">{{ one.entry }}</p>{% endfor %}
</body></html>
"""
TEMPLATE = "description: A test's.\nstylesheets: [{name}/style.css]\n"
STYLE = """@font-face { font-family: "Source Serif Pro"; src: url("font:SourceSerifPro-Regular.ttf") }
html { font-family: "Source Serif Pro" }
p { color: #112233 }
"""
TEMPLATES = ("leaf", "page")
CITED = {"ants": "falk", "bees": "bird", "cows": "falk"}


def write(file: Path, text: str) -> None:
    """Writes a file, and its folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def project(root: Path) -> Path:
    """Three reviews that share their references, in two plain templates of their own."""
    write(root / "content/references.yaml", SHARED)
    for name, key in CITED.items():
        write(root / f"content/{name}/review.yaml", REVIEW.format(name=name, key=key))
    for name in TEMPLATES:
        write(root / f"templates/{name}/template.yaml", TEMPLATE.format(name=name))
        write(root / f"templates/{name}/document.html.j2", PAGE)
        write(root / f"templates/{name}/style.css", STYLE)
    return root


def build(
    root: Path,
    into: str = "build",
    formats: Sequence[str] = ("html",),
    options: Options = DEFAULTS,
    **how: object,
) -> list[batch.Event]:
    """What happens in a build of all reviews of a project, in its own templates."""
    files, problems = batch.find_reviews([root / "content"])
    assert problems == []
    order = batch.Order(TEMPLATES, formats, options)
    return list(batch.build_all(files, root, order, root / into, batch.How(**{"workers": 2, **how})))  # type: ignore[arg-type]


def built(events: Sequence[batch.Event]) -> set[str]:
    """The names of the outputs that were built: `ants-leaf.html`."""
    results = [event for event in events if isinstance(event, batch.Result)]
    return {item.path.name for result in results for item in result.written if item.built}


def problems(events: Sequence[batch.Event]) -> list[str]:
    """The codes of all problems."""
    return [one.code for event in events if isinstance(event, batch.Result) for one in event.diagnostics]


def digests(folder: Path) -> dict[str, str]:
    """The outputs of a folder by their names, each with what it holds."""
    files = [file for file in folder.glob("*/*") if file.parent.name != ".diptych"]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def leftovers(folder: Path) -> list[str]:
    """What a build has left that is neither an output nor of use to the next build."""
    kept = {"manifest.json", "lock", "index", "unchanged", "manifest.d"}
    names = [os.path.relpath(file, folder) for file in folder.rglob("*") if file.is_file()]
    return sorted(
        name for name in names if Path(name).name not in kept and Path(name).suffix not in (".html", ".pdf", ".docx")
    )


def harm(deed: str, connection: Connection, megabytes: int) -> None:
    """What a worker does that comes to harm: a `deed` in Python when the review is “bees”."""
    make = press.make

    def harmful(workspace: Workspace, file: Path, *others: Any) -> press.Built:
        if file.parent.name == "bees":
            exec(deed)
        return make(workspace, file, *others)

    press.make = harmful
    worker.serve(connection, megabytes)
