"""The cache: what it keeps, what it forgets, and that nothing which happens to it does harm."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import projects
from diptych import cache, engines, press
from diptych.bibliography import csl, pandoc, styles
from diptych.cache import Cache
from diptych.prose import Citation, Cluster
from diptych.workspace import Workspace

NAME = cache.key([b"a question"])


def aged(path: Path, seconds: float) -> None:
    """Make the file last used that long ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_an_answer_is_kept_and_found_again(tmp_path: Path) -> None:
    Cache(tmp_path / "new" / "folder").put(NAME, b"the answer")
    assert Cache(tmp_path / "new" / "folder").get(NAME) == b"the answer"


def test_what_was_never_kept_is_not_there(tmp_path: Path) -> None:
    assert Cache(tmp_path / "nowhere").get(NAME) is None


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
@settings(derandomize=True, deadline=None)
def test_different_questions_have_different_names(one: list[bytes], other: list[bytes]) -> None:
    assert (cache.key(one) == cache.key(other)) == (one == other)


@pytest.mark.parametrize("cut", [0, 1, 10, 20, 60, -12])
def test_a_damaged_entry_is_asked_for_again(tmp_path: Path, cut: int) -> None:
    kept = Cache(tmp_path)
    kept.put(NAME, b"the answer" * 100)
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[:cut])
    assert kept.get(NAME) is None
    kept.put(NAME, b"the answer")
    assert kept.get(NAME) == b"the answer"


@pytest.mark.parametrize("place", [0, 20, 60])
def test_an_altered_entry_is_not_believed(tmp_path: Path, place: int) -> None:
    kept = Cache(tmp_path)
    kept.put(NAME, b"the answer" * 100)
    data = bytearray((tmp_path / NAME).read_bytes())
    data[place] ^= 255
    (tmp_path / NAME).write_bytes(data)
    assert kept.get(NAME) is None


def test_a_folder_in_the_place_of_an_entry_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    kept = Cache(tmp_path)
    assert kept.get(NAME) is None
    kept.put(NAME, b"the answer")
    assert kept.get(NAME) is None
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_cache_that_cannot_be_written_keeps_nothing_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = Cache(tmp_path / "file" / "below")
    kept.put(NAME, b"the answer")
    assert kept.get(NAME) is None


def test_the_answers_used_longest_ago_are_forgotten_first(tmp_path: Path) -> None:
    kept = Cache(tmp_path, most=3)
    for age, name in enumerate("abc"):
        kept.put(name, b"x")
        aged(tmp_path / name, 100 - age)
    assert kept.get("a") == b"x"
    kept.put("d", b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c", "d"]


def test_a_cache_never_grows_beyond_its_size(tmp_path: Path) -> None:
    kept = Cache(tmp_path, largest=3000)
    for index in range(10):
        name = f"n{index}"
        kept.put(name, os.urandom(900))
        aged(tmp_path / name, 100 - index)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000
    assert kept.get("n9") is not None


def test_files_that_were_never_finished_are_swept_away_once_they_are_old(tmp_path: Path) -> None:
    (tmp_path / ".unfinished-old").write_bytes(b"x")
    (tmp_path / ".unfinished-new").write_bytes(b"x")
    aged(tmp_path / ".unfinished-old", 2 * cache.ABANDONED)
    Cache(tmp_path, most=1).put(NAME, b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".unfinished-new", NAME]


def _busy(folder: str, seed: int) -> int:
    """Keep and ask for the same few answers many times; how many came back wrong."""
    kept, wrong = Cache(Path(folder), most=4), 0
    for index in range(60):
        name = f"n{(index + seed) % 6}"
        kept.put(name, name.encode() * 500)
        wrong += kept.get(name) not in (None, name.encode() * 500)
    return wrong


def test_several_processes_may_use_one_cache(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.starmap(_busy, [(str(tmp_path), 0), (str(tmp_path), 3)]) == [0, 0]
    assert len(list(tmp_path.iterdir())) <= 5


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("/some/where", "/some/where/diptych"), ("", "/me/.cache/diptych"), ("rel", "/me/.cache/diptych")],
)
def test_the_cache_stands_where_users_caches_stand(monkeypatch: pytest.MonkeyPatch, chosen: str, expected: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", chosen)
    monkeypatch.setenv("HOME", "/me")
    assert cache.user_cache() == Cache(Path(expected) / "citations")


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "expanduser", homeless)
    assert cache.user_cache() is None


# Citations


ITEMS = [
    {"id": "a", "type": "book", "title": "Larks", "author": [{"family": "Ash", "given": "Mo"}]},
    {"id": "b", "type": "book", "title": "Wrens", "author": [{"family": "Bell", "given": "Jo"}]},
]
CLUSTERS = [Cluster((Citation("a"), Citation("b")), 0), Cluster((Citation("a", locator="3", label="page"),), 1)]


def as_in_a_new_process() -> None:
    pandoc._ask.cache_clear()
    csl._answered.cache_clear()


def cite(kept: Cache | None, name: str = "apa", items: list = ITEMS, clusters: list = CLUSTERS, lang: str = "en-US"):
    style, _ = styles.find_style(name, Workspace(Path("/")), Path("/"))
    assert style is not None
    as_in_a_new_process()
    cited, problems = csl.cite(style, items, clusters, lang, kept)
    assert problems == []
    return cited


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one each time that Pandoc is started."""
    started: list[int] = []
    run = pandoc._run
    monkeypatch.setattr(pandoc, "_run", lambda *given: started.append(1) or run(*given))
    return started


@pytest.mark.parametrize("name", ["apa", "nature", "chicago-notes-bibliography"])
def test_pandoc_is_not_started_when_nothing_has_changed(tmp_path: Path, runs: list[int], name: str) -> None:
    clusters = [*CLUSTERS, Cluster((Citation("b", mode="author-in-text"),), 2)]
    first = cite(Cache(tmp_path), name, clusters=clusters)
    assert cite(Cache(tmp_path), name, clusters=clusters) == first == cite(None, name, clusters=clusters)
    assert len(runs) == 2  # the first, and the one without a cache


def test_what_another_installation_kept_is_asked_anew(
    tmp_path: Path, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cite(Cache(tmp_path))
    monkeypatch.setattr(engines, "installed", lambda: "another")
    cite(Cache(tmp_path))
    assert len(runs) == 2


CHANGES = {
    "style": {"name": "nature"},
    "a reference": {"items": [ITEMS[0], {**ITEMS[1], "title": "Wren"}]},
    "a citation": {"clusters": [CLUSTERS[0], Cluster((Citation("a", locator="4", label="page"),), 1)]},
    "the order": {"clusters": [Cluster((Citation("b"), Citation("a")), 0), CLUSTERS[1]]},
    "the language": {"lang": "de-DE"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_asked_anew(tmp_path: Path, runs: list[int], change: str) -> None:
    cite(Cache(tmp_path))
    changed = cite(Cache(tmp_path), **CHANGES[change])
    assert len(runs) == 2
    assert changed == cite(None, **CHANGES[change])


def test_another_pandoc_is_asked_anew(tmp_path: Path, runs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    cite(Cache(tmp_path))
    monkeypatch.setattr(pandoc, "identity", lambda: b"another")
    cite(Cache(tmp_path))
    assert len(runs) == 2


def test_a_damaged_answer_is_asked_for_again(tmp_path: Path, runs: list[int]) -> None:
    first = cite(Cache(tmp_path))
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(b"{}")
    assert cite(Cache(tmp_path)) == first
    assert len(runs) == 2


def test_a_review_built_again_does_not_start_pandoc(tmp_path: Path, runs: list[int]) -> None:
    text = "title: Birds\ndate: 2026-11-23\nbibliography: references.yaml\n"
    text += "sections: [{heading: A, text: 'Larks [@falk].'}]\n"
    file = projects.write(tmp_path / "project", text)
    built = []
    for review in (text, text.replace("Larks", "Wrens"), text.replace("@falk", "@bird")):
        as_in_a_new_process()
        file.write_text(review, encoding="utf-8")
        built.append(
            press.build(Workspace(tmp_path / "project", Cache(tmp_path / "kept")), file, ["article"], ["html"])
        )
    assert all(len(one.outputs) == 1 for one in built)
    assert len(runs) == 2  # for the first, and for the third, which cites another work


def test_what_pandoc_refuses_is_not_kept(tmp_path: Path, runs: list[int]) -> None:
    style, _ = styles.find_style("apa", Workspace(Path("/")), Path("/"))
    assert style is not None
    odd = [{"id": "a", "type": "book", "author": "no list"}]
    _, (problem,) = csl.cite(style, odd, CLUSTERS[1:], "en-US", Cache(tmp_path))
    assert problem.code == "refused-reference"
    assert list(tmp_path.iterdir()) == []
