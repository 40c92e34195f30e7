"""`diptych new`: a review to begin with that builds at once, and a project around it."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import DIPTYCH
from diptych import press, profiles, starting
from diptych.cli import main
from diptych.starting import Wishes
from diptych.workspace import Workspace

PROJECT = [
    "Makefile",
    "README.md",
    "content/my-review/references.yaml",
    "content/my-review/review.yaml",
    "content/review.schema.json",
]


def run(folder: Path, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(main, ["new", *arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_in_an_empty_folder_it_begins_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, "my-review", monkeypatch=monkeypatch)
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(files(tmp_path)) == PROJECT
    assert "diptych check content/my-review" in result.stdout


def test_in_a_project_it_adds_the_review_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, "my-review", monkeypatch=monkeypatch)
    before = files(tmp_path)
    assert run(tmp_path, "content/another/", monkeypatch=monkeypatch).exit_code == 0
    after = files(tmp_path)
    assert {name: after[name] for name in before} == before
    assert sorted(after.keys() - before.keys()) == ["content/another/references.yaml", "content/another/review.yaml"]


def test_what_is_there_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Makefile").write_text("mine")
    run(tmp_path, "my-review", monkeypatch=monkeypatch)
    before = files(tmp_path)
    assert before["Makefile"] == b"mine"
    result = run(tmp_path, "my-review", monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert "error[file-exists]" in result.stderr
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["../outside", "a b", "x/y", ".hidden", "", "ä"])
def test_a_name_that_cannot_be_a_folder_s_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    made, (problem,) = starting.begun(Wishes(name), Workspace(tmp_path / "project"))
    assert (made, problem.code) == ({}, "bad-name")


def test_wishes_that_cannot_be_are_all_reported_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = ("--template", "artcle", "--style", "natur", "--journal", "icmj")
    result = run(tmp_path, "my-review", *wishes, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert [line for line in result.stderr.splitlines() if "did you mean" in line] == [
        "  = help: did you mean “icmje”?",
        "  = help: did you mean “nature”?",
        "  = help: did you mean “article”?",
    ]
    assert files(tmp_path) == {}


def test_without_a_terminal_it_asks_nothing_and_needs_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(tmp_path, monkeypatch=monkeypatch)
    assert result.exit_code == 2
    assert "diptych new my-review" in result.stderr
    assert files(tmp_path) == {}


def on_a_terminal(folder: Path, answers: bytes, *arguments: str, status: int = 0) -> str:
    """What the screen shows when the command is answered so."""
    ours, theirs = os.openpty()
    command = [DIPTYCH, "new", *arguments]
    with subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, answers)
        shown = b""
        with suppress(OSError):  # Linux ends a terminal with an error
            while piece := os.read(ours, 4096):
                shown += piece
        assert process.wait(60) == status
    os.close(ours)
    return shown.decode()


def test_on_a_terminal_it_asks_for_what_was_not_said(tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, b"lung\nLung Cancer\nicmje\n")
    assert [word in shown for word in ("folder [my-review]", "Title [Lung]", "Journal")] == [True] * 3
    review = (tmp_path / "content" / "lung" / "review.yaml").read_text("utf-8")
    assert 'title: "Lung Cancer"' in review
    assert "\njournal: icmje\n" in review


def test_on_a_terminal_nothing_is_asked_that_was_said(tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, b"", "lung", "--title", "Lung", "--journal", "icmje")
    assert "Title" not in shown
    assert "Journal" not in shown


def begun(root: Path, wishes: Wishes) -> press.Built:
    """What `check` says of the review begun so."""
    made, problems = starting.begun(wishes, Workspace(root))
    assert problems == []
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return press.check(Workspace(root), root / "content" / wishes.name / "review.yaml")


@pytest.mark.parametrize("journal", ["", *profiles.names(Workspace(Path("/nowhere")))])
def test_of_a_new_review_check_says_nothing_but_what_is_to_be_replaced(journal: str, tmp_path: Path) -> None:
    found = begun(tmp_path, Wishes("my-review", journal=journal)).diagnostics
    lengths = {"abstract-words", "text-words", "figures-and-tables-count"}
    assert {one.code for one in found} - lengths == {"placeholder"}
    assert len(found) > 10


AWKWARD = 'On "Quotes": # and {{ braces }} \\ [@nobody] — ü'


def test_any_title_is_the_title(tmp_path: Path) -> None:
    begun(tmp_path, Wishes("my-review", title=AWKWARD.replace("[@nobody]", "")))
    collected = press.collect(Workspace(tmp_path), tmp_path / "content/my-review/review.yaml")
    assert collected.material is not None
    assert collected.material.review.title == " ".join(AWKWARD.replace("[@nobody]", "").split())


def test_what_was_wished_for_is_in_the_review(tmp_path: Path) -> None:
    begun(tmp_path, Wishes("talk", style="nature", template="handout"))
    collected = press.collect(Workspace(tmp_path), tmp_path / "content/talk/review.yaml")
    assert collected.material is not None
    assert collected.material.review.citation_style == "nature"
    assert collected.material.review.title == "Talk"
    assert "build --template handout" in (tmp_path / "Makefile").read_text("utf-8")


def test_the_examples_say_that_they_are(tmp_path: Path) -> None:
    begun(tmp_path, Wishes("my-review"))
    text = (tmp_path / "content/my-review/references.yaml").read_text("utf-8")
    assert text.count("to be replaced") == text.count("- id:") + 1
    assert "10.5555/" in text


def test_an_author_is_told_which_of_the_examples_are_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, "my-review", monkeypatch=monkeypatch)
    said = CliRunner().invoke(main, ["check"]).stderr
    assert "“Ada Example” is an example" in said
    assert "“Example: Department, Institution, City, Country” is an example" in said


def test_a_style_may_be_named_as_in_a_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tmp_path, "my-review", "--style", "ama", monkeypatch=monkeypatch).exit_code == 0
    assert 'citation-style: "ama"' in (tmp_path / "content" / "my-review" / "review.yaml").read_text(encoding="utf-8")


def test_on_a_terminal_an_answer_that_cannot_be_is_asked_for_again(tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, b"My Title\nspringer-curent\n\namaa\nama\n", "my-review")
    assert "did you mean “springer-current-reports”?" in shown and "did you mean “ama”?" in shown
    written = (tmp_path / "content" / "my-review" / "review.yaml").read_text(encoding="utf-8")
    assert 'title: "My Title"' in written and 'citation-style: "ama"' in written


def test_on_a_terminal_nothing_is_asked_for_a_review_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "content" / "my-review").mkdir(parents=True)
    shown = on_a_terminal(tmp_path, b"", "my-review", status=2)
    assert "error[file-exists]" in shown and "Title" not in shown
