"""Both engines on the same document: ours (Pandoc, with repairs) and citeproc-js (with none)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from diptych.bibliography import csl, library, style_repairs, style_tree, styles
from diptych.prose import Citation, Cluster, parse
from diptych.workspace import Workspace, read_style

FOLDER = Path(__file__).parent
LANG = "en-US"

STYLES = (
    "american-medical-association",
    "annals-of-oncology",
    "apa",
    "bmj",
    "cell",
    "chicago-author-date",
    "chicago-notes-bibliography",
    "elsevier-harvard",
    "elsevier-vancouver",
    "elsevier-with-titles",
    "frontiers-medical-journals",
    "harvard-cite-them-right",
    "ieee",
    "jama",
    "journal-of-clinical-oncology",
    "karger-journals",
    "multidisciplinary-digital-publishing-institute",
    "nature",
    "nlm-citation-sequence",
    "plos",
    "springer-basic-author-date",
    "springer-basic-brackets",
    "springer-vancouver-brackets",
    "the-lancet",
    "the-new-england-journal-of-medicine",
)
"""The styles that medical authors use most."""

DELIBERATE_REPAIRS = (style_repairs.set_number_apart, style_repairs.print_locators)
"""Repairs that change what a style means to print; citeproc-js gets them too."""


@dataclass(frozen=True)
class Document:
    """The items, the clusters that are compared, and those that only cite the rest."""

    items: list[dict[str, Any]]
    compared: tuple[Cluster, ...]
    others: tuple[Cluster, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        return self.compared + self.others


@dataclass(frozen=True)
class Answer:
    """Clusters as HTML in the document's order; entries as (key, HTML) in the order of the list."""

    clusters: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]


def document() -> Document:
    """The clusters of clusters.md, then every reference of references.yaml that they leave out."""
    items, problems = library.read(Workspace(FOLDER), FOLDER, ["references.yaml"])
    passage, flaws = parse((FOLDER / "clusters.md").read_text(encoding="utf-8"), LANG)
    assert not problems and not flaws
    compared = tuple(mention for mention in passage.mentions if isinstance(mention, Cluster))
    met = {citation.key for cluster in compared for citation in cluster.citations}
    rest = [key for key in items.items if key not in met]
    others = tuple(Cluster((Citation(key),), len(compared) + index) for index, key in enumerate(rest))
    return Document(items.cited(compared + others), compared, others)


def style(name: str) -> styles.Style:
    """The style as the product has it, but in the one language that citeproc-js is asked in."""
    found, problems = styles.find_style(name, Workspace(FOLDER), FOLDER)
    assert found is not None, problems
    return replace(found, locale=None)


def ours(name: str, asked: Document) -> Answer:
    """What Diptych makes of the document."""
    cited, problems = csl.cite(style(name), asked.items, asked.clusters, LANG)
    assert not problems
    entries = ((entry.key, f"{entry.number} {entry.html}".strip()) for entry in cited.entries)
    return Answer(cited.clusters, tuple(entries))


def theirs(names: Sequence[str], asked: Document) -> list[Answer]:
    """What citeproc-js makes of the document in each of the styles."""
    node = shutil.which("node")
    assert node is not None, "the oracle needs Node: make validators"
    jobs = [_job(name, asked) for name in names]
    command = [node, str(FOLDER / "citeproc.js")]
    done = subprocess.run(
        command, input=json.dumps(jobs), capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[:2000]
    return [
        Answer(tuple(answer["clusters"]), tuple((key, text) for key, text in answer["entries"]))
        for answer in json.loads(done.stdout)
    ]


def _job(name: str, asked: Document) -> dict[str, Any]:
    kind = style(name).kind
    clusters = [
        {
            "items": [_cite_item(citation, kind) for citation in cluster.citations],
            "mode": "composite" if kind == "author-date" and _in_text(cluster) else None,
            "note": index + 1 if kind == "note" else 0,
        }
        for index, cluster in enumerate(asked.clusters)
    ]
    return {"style": _source(name, kind), "items": asked.items, "clusters": clusters}


def _source(name: str, kind: style_tree.Kind) -> str:
    """The style as its authors wrote it, but for the deliberate repairs; a dependent style is its parent."""
    root = etree.fromstring(read_style(name))
    parent = root.find(f"{style_tree.CSL}info/{style_tree.CSL}link[@rel='independent-parent']")
    if parent is not None:
        root = etree.fromstring(read_style(parent.get("href", "").rsplit("/", 1)[-1]))
    for repair in DELIBERATE_REPAIRS:
        repair(root, kind)
    return etree.tostring(root, encoding="unicode")


def _in_text(cluster: Cluster) -> bool:
    return cluster.citations[0].mode == "author-in-text"


def _cite_item(citation: Citation, kind: style_tree.Kind) -> dict[str, Any]:
    """The citation for citeproc-js, which does not set a prefix off from what follows it."""
    item: dict[str, Any] = {"id": citation.key, "suffix": citation.suffix}
    if citation.prefix:
        item["prefix"] = f"{citation.prefix} "
    if citation.locator:
        item |= {"locator": citation.locator, "label": (citation.label or "page").replace("-", " ")}
    if citation.mode == "suppress-author" or (citation.mode == "author-in-text" and kind == "note"):
        item["suppress-author"] = True
    return item
