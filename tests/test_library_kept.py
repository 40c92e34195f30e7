"""References kept between runs: what is read again is what was read, and nothing that happens to it does harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from diptych import engines
from diptych.bibliography import keeping, library
from diptych.bibliography.library import Library
from diptych.bibliography.shelf import Shelf
from diptych.cache import Cache
from diptych.diagnostics import Diagnostic
from diptych.workspace import Workspace

MESSY = Path(__file__).parent / "references"
FILES = sorted(file.name for file in MESSY.iterdir() if file.suffix in (".bib", ".ris", ".nbib", ".xml"))
MANY = "".join(f"- {{id: k{number}, type: book, title: Knots {number}, issued: 2015-07}}\n" for number in range(900))
"""References in YAML, more than `keeping.SMALLEST`."""


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that are read, one after the other."""
    names: list[str] = []
    add_file = Shelf.add_file

    def add(shelf: Shelf, file: str, name: str, data: bytes) -> None:
        names.append(name)
        add_file(shelf, file, name, data)

    monkeypatch.setattr(Shelf, "add_file", add)
    return names


def read(folder: Path, kept: Path | None, *names: str, **options: list[str]) -> tuple[Library, list[Diagnostic]]:
    """The references of files, as another process reads them."""
    library._shelved.cache_clear()
    return library.read(Workspace(folder, Cache(kept) if kept else None), folder, names, **options)


@pytest.mark.parametrize("name", FILES)
def test_references_that_were_kept_are_those_of_the_file_and_so_are_its_problems(
    tmp_path: Path, name: str, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SMALLEST", 0)
    sources = {"annotations_from": ["annote", "annotation", "note"]}
    first = read(MESSY, tmp_path, name, **sources)
    assert read(MESSY, tmp_path, name, **sources) == first == read(MESSY, None, name, **sources)
    assert readings == [name, name]


def test_a_large_file_is_read_once(tmp_path: Path, readings: list[str]) -> None:
    (tmp_path / "references.yaml").write_text(MANY + "- {id: k1, type: book, title: Other}\n")
    first = read(tmp_path, tmp_path / "kept", "references.yaml")
    assert read(tmp_path, tmp_path / "kept", "references.yaml") == first
    assert (len(first[0].items), [one.code for one in first[1]]) == (900, ["duplicate-reference"])
    assert readings == ["references.yaml"]


def test_a_changed_file_is_read_anew(tmp_path: Path, readings: list[str]) -> None:
    for title in ("Knots", "Hitches"):
        (tmp_path / "references.yaml").write_text(f"{MANY}- {{id: last, type: book, title: {title}}}\n")
        found, _ = read(tmp_path, tmp_path / "kept", "references.yaml")
        assert found.items["last"].data["title"] == title
    assert len(readings) == 2


def test_other_fields_for_annotations_are_other_references(tmp_path: Path) -> None:
    entry = "- {id: noted, type: book, title: Knots, note: The first.}\n"
    (tmp_path / "references.yaml").write_text(MANY + entry)
    plain, _ = read(tmp_path, tmp_path / "kept", "references.yaml")
    noted, _ = read(tmp_path, tmp_path / "kept", "references.yaml", annotations_from=["note"])
    assert (plain.items["noted"].annotation, noted.items["noted"].annotation) == (None, "The first.")


def test_small_files_are_not_worth_keeping(tmp_path: Path) -> None:
    (tmp_path / "references.yaml").write_text("- {id: a, type: book, title: Knots}\n")
    read(tmp_path, tmp_path / "kept", "references.yaml")
    assert not (tmp_path / "kept").exists()


def test_what_another_installation_kept_is_not_taken(
    tmp_path: Path, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "references.yaml").write_text(MANY)
    read(tmp_path, tmp_path / "kept", "references.yaml")
    monkeypatch.setattr(engines, "installed", lambda: "another")
    read(tmp_path, tmp_path / "kept", "references.yaml")
    assert len(readings) == 2


def test_an_installation_is_told_by_its_files_and_packages() -> None:
    said = engines.installed()
    assert "/bibliography/readers/ris.py " in said
    assert "\nlxml " in said


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_what_is_damaged_or_gone_is_read_anew(tmp_path: Path, damage: str, readings: list[str]) -> None:
    (tmp_path / "references.yaml").write_text(MANY)
    first = read(tmp_path, tmp_path / "kept", "references.yaml")
    (entry,) = (tmp_path / "kept").iterdir()
    if damage == "cut":
        entry.write_bytes(entry.read_bytes()[:-9])
    else:
        entry.unlink()
    assert read(tmp_path, tmp_path / "kept", "references.yaml") == first
    assert len(readings) == 2
