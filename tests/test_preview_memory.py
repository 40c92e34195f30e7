"""The preview remembers what an edit leaves as it was; its pages are those of a process that remembers nothing."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from diptych import press
from diptych.cache import Cache
from diptych.compose.templates import _Compiled
from diptych.document import Options
from diptych.preview import desk as desks
from diptych.preview.desk import Desk
from diptych.preview.server import states
from diptych.preview.views import View, look_again
from diptych.preview.worker import Sheet, Worker
from diptych.workspace import Workspace
from projects import write

FILES = {
    "review.yaml": """
title: Birds
lang: en-GB
authors: [{name: Ada Falk, degrees: PhD, affiliations: [a]}]
affiliations: {a: The Aviary}
citation-style: vancouver
abstract: Larks [@falk] and wrens [@bird, p. 3].
key-points: [They sing.]
sections:
  - heading: Song
    id: song
    text: |
      They sing [@falk; @crow], see @fig-map and @tbl-kinds.[^n]

      As @bird says, $x^2$ is more than \\(y\\).

      [^n]: A note, with @dove in it.
  - heading: Flight
    text: |
      Fast as in @eq-speed and @sec-song.

      $$v = s/t$$ {#eq-speed}
figures:
  map: {src: map.svg, alt: A map, caption: 'Where they are [@dove].'}
tables:
  kinds: {caption: Kinds, columns: [Kind, {heading: Length, align: decimal}], csv: kinds.csv}
bibliography: references.yaml
annotations: {falk: {importance: 2, text: The first of all.}}
""",
    "kinds.csv": "kind,length\nLark,18.5\nWren,9\n",
    "map.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">'
    '<text font-family="Source Sans Pro" x="1" y="9">North</text></svg>',
}

EDITS = (
    ("review.yaml", "title: Birds", "title: Birds of the *North*"),
    ("review.yaml", "title: Birds", "# a line more\ntitle: Birds"),
    ("review.yaml", "They sing [", "They sing and sing [@dove; "),
    ("review.yaml", "@bird says", "@crow says"),
    ("review.yaml", "$x^2$", "$x^3$ (\u03b1\u03b2)"),
    ("review.yaml", "heading: Song", "heading: Songs"),
    ("review.yaml", "vancouver", "apa"),
    ("review.yaml", "lang: en-GB", "lang: de"),
    ("review.yaml", "importance: 2", "importance: 1"),
    ("review.yaml", "caption: Kinds,", "caption: Kinds, wide: true,"),
    ("references.yaml", "title: Larks", "title: Skylarks"),
    ("references.yaml", "{family: Bird, given: Bo}", "{family: Falk, given: Bo}"),
    ("references.yaml", "issued: 2018", "issued: 2021"),
    ("kinds.csv", "9\n", "9.25\nGull,60\n"),
    ("map.svg", ">North<", ' font-weight="700">Süd<'),
    ("templates/article/style.css", "body", "/* mine */ body"),
    ("templates/article/document.html.j2", "parts.byline()", "parts.byline(degrees=true)"),
    ("templates/article/template.yaml", "description:", "qr-codes: true\ndescription:"),
    ("review.yaml", "@dove in it", "@dave in it"),
)
"""Each a file, words in it, and what they become; the last is an error."""

ERROR = frozenset([len(EDITS) - 1])


def page(root: Path, template: str, cache: Cache | None = None) -> tuple[bytes, object]:
    """The preview's page, and what is said of it."""
    file = root / "content" / "birds" / "review.yaml"
    made = press.build(Workspace(root, cache), file, [template], ["html"], Options(preview=True))
    return made.outputs[0].data if made.outputs else b"", made.diagnostics


def project(root: Path) -> dict[str, str]:
    """A project with templates of its own; its files by their names, as the edits have them."""
    write(root, FILES["review.yaml"], kinds_csv=FILES["kinds.csv"], map_svg=FILES["map.svg"])
    shutil.copytree(ROOT / "templates" / "article", root / "templates" / "article")
    return {name: place(root, name).read_text(encoding="utf-8") for name, _, _ in EDITS}


def place(root: Path, name: str) -> Path:
    return root / name if name.startswith("templates/") else root / "content" / "birds" / name


def edited(root: Path, files: dict[str, str], edits: frozenset[int]) -> None:
    """Writes all files, with those edits."""
    for name, text in files.items():
        own = [EDITS[number][1:] for number in edits if EDITS[number][0] == name]
        changed = functools.reduce(lambda said, edit: said.replace(*edit), own, text)
        place(root, name).write_text(changed, encoding="utf-8")


def forget() -> None:
    """Empties all that the program remembers in this process."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("diptych"):
            one.cache_clear()
    _Compiled.codes.clear()


def histories(seed: int) -> Iterator[frozenset[int]]:
    """What edits there are after each of a day's, most of which do or undo one."""
    chance, edits = random.Random(seed), frozenset[int]()
    for _ in range(16):
        edits ^= frozenset(chance.sample(range(len(EDITS) - 1), chance.choice([1, 1, 1, 2])))
        yield edits | ERROR if chance.random() < 0.15 else edits


@pytest.mark.parametrize(("seed", "template"), [(1, "article"), (2, "manuscript"), (3, "article")])
def test_a_page_after_edits_has_the_bytes_of_one_made_anew(seed: int, template: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    files, cache, warm = project(root), Cache(tmp_path / "cache"), {}
    for edits in histories(seed):
        edited(root, files, edits)
        warm[edits] = page(root, template, cache)
    assert 0 < sum(1 for data, _ in warm.values() if not data) < len(warm) // 2
    for edits, shown in reversed(warm.items()):
        forget()
        edited(root, files, edits)
        assert page(root, template) == shown, [EDITS[number] for number in edits]


def test_each_edit_is_one_that_changes_the_page_or_what_is_said_of_it(tmp_path: Path) -> None:
    files = project(tmp_path)
    before = page(tmp_path, "article")
    assert before[0]
    for number, edit in enumerate(EDITS):
        edited(tmp_path, files, frozenset([number]))
        assert page(tmp_path, "article") != before, edit


def test_readers_are_told_of_a_page_before_it_is_looked_at_again_and_before_its_pdf_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "title: Birds\nsections: [{heading: Song, text: 'It is the the lark.'}]\n")
    done: list[str] = []

    async def printed(*_: object) -> Sheet:
        done.append("printed")
        return Sheet(b"", ())

    def looked(*given: Any) -> None:
        done.append("looked")
        look_again(*given)

    monkeypatch.setattr(Worker, "print", printed)
    monkeypatch.setattr(desks, "look_again", looked)
    desk, view = Desk(tmp_path), View("birds", "article")

    async def go() -> None:
        setting = asyncio.create_task(desk.set_pages())
        async for line in states(desk, view, True):
            told = json.loads(line.removeprefix("data: "))
            done.append("told")
            if {"printed", "looked"} <= set(done) and [one["code"] for one in told["problems"]] == ["doubled-word"]:
                break
        setting.cancel()

    asyncio.run(asyncio.wait_for(go(), 60))
    assert done[0] == "told"
