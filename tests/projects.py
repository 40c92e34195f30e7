"""A small project for tests: a folder with one review, its references and whatever files a test adds."""

from __future__ import annotations

from pathlib import Path

from diptych import press
from diptych.workspace import Workspace

REFERENCES = """
- {id: falk, type: article-journal, title: Larks, author: [{family: Falk, given: Ada}], issued: 2015, DOI: 10.5555/1}
- {id: bird, type: article-journal, title: Wrens, author: [{family: Bird, given: Bo}], issued: 2016}
- {id: crow, type: book, title: Rooks, author: [{family: Crow, given: Cy}], issued: 2017}
- {id: dove, type: book, title: Owls, author: [{family: Dove, given: Di}], issued: 2018}
"""


def write(root: Path, review: str, **files: str) -> Path:
    """Writes `content/birds/` under `root`; `files` are further files of it, `_` in a name for a dot."""
    folder = root / "content" / "birds"
    folder.mkdir(parents=True)
    (folder / "review.yaml").write_text(review, encoding="utf-8")
    (folder / "references.yaml").write_text(REFERENCES, encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder / "review.yaml"


def built(
    root: Path, review: str, template: str = "article", formats: tuple[str, ...] = ("html",), **files: str
) -> press.Built:
    """What building that review gives."""
    file = write(root, review, **files)
    return press.build(Workspace(root), file, [template], formats)
