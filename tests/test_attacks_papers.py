"""Papers that attack the importers: nothing is fetched, nothing outside is read, no traceback, and it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attacks.papers import PAPERS, Paper, packed
from attacks.watch import SECRET, Site, site, watched
from diptych import importers
from diptych.importers import folder
from test_attacks import filled

PATIENT = 45  # seconds of the processor, Pandoc's not included


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A folder with papers, and beside it a secret."""
    with site(tmp_path_factory.mktemp("papers")) as made:
        (made.root / "content" / "link.png").symlink_to(made.secret)
        for form in importers.FORMATS:
            form.load()
        yield made


def imported(file: Path) -> tuple[dict[str, bytes] | None, list[str]]:
    """The files of the review that a paper is, and the codes of what is said of it."""
    form = importers.format_of(file)
    assert form
    found, problems = importers.read(file, form)
    return folder.files_of(found) if found else None, [problem.code for problem in problems]


def written(paper: Paper, place: Site) -> bytes:
    """The paper with the addresses of this place in it."""
    if isinstance(paper, str):
        return filled(paper, place).encode()
    if isinstance(paper, bytes):
        return paper
    return packed({name: filled(part, place) if isinstance(part, str) else part for name, part in paper.items()})


@pytest.mark.parametrize("name", PAPERS)
def test_a_hostile_paper_is_refused_or_harmless(place: Site, name: str) -> None:
    data, code = PAPERS[name]
    file = place.root / "content" / f"paper.{name.partition(':')[0]}"
    file.write_bytes(written(data, place))
    seen = watched(place, lambda: imported(file))
    assert (seen.crash, seen.connections, seen.called, seen.touched, seen.opened) == ("", 0, [], 0, [])
    assert seen.seconds < PATIENT
    assert seen.answer
    files, codes = seen.answer
    assert code in codes if code else files is not None
    assert all(SECRET.encode() not in content and ".." not in path for path, content in (files or {}).items())
