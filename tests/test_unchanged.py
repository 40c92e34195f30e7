"""What a build leaves that had nothing to do: the next one knows at once, and never where anything changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from batches import REVIEW, TEMPLATES, project, write
from diptych import batch, engines, libraries, unchanged
from diptych.cli import main
from diptych.workspace import Workspace

ARGUMENTS = ["build", "-t", ",".join(TEMPLATES), "-f", "html"]
NOTHING_TO_DO = "Nothing to be done: every output is up to date.\n"
QUIET = 50_000_000  # nanoseconds: many ticks of the clock


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program stays the same, whoever works on it meanwhile; and files settle sooner."""
    monkeypatch.setattr(engines, "_program", lambda _: "the same")
    monkeypatch.setattr(unchanged, "_program", list)
    monkeypatch.setattr(unchanged, "SETTLED", QUIET)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built."""
    root = project(tmp_path_factory.mktemp("once"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_program", lambda _: "the same")
        patch.chdir(root)
        assert CliRunner().invoke(main, ARGUMENTS).exit_code == 0
    return root


@pytest.fixture
def known(once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, of which it is known that there is nothing to do."""
    root = Path(shutil.copytree(once, tmp_path / "known", ignore=shutil.ignore_patterns(".diptych")))
    monkeypatch.chdir(root)
    settle(monkeypatch)
    assert unchanged.recall(ARGUMENTS) == (0, NOTHING_TO_DO, "")
    return root


def settle(monkeypatch: pytest.MonkeyPatch, code: int = 0) -> None:
    """Builds twice, some time after the last change: the first time, the manifest may be written."""
    for _ in range(2):
        time.sleep(2 * QUIET / 1e9)
        monkeypatch.setattr(unchanged, "BEGUN", time.time_ns())
        assert CliRunner().invoke(main, ARGUMENTS).exit_code == code


def planned() -> int:
    """How many outputs are to be built."""
    root = Path.cwd()
    files, _ = batch.find_reviews([root / "content"])
    plan = batch.plan(files, root, batch.Order(TEMPLATES, ("html",)), root / "build")
    return sum(bool(one.reasons) for one in plan.outputs)


def in_place(path: str, old: str, new: str) -> None:
    """A change that leaves the file's size and time as they were."""
    file, status = Path(path), Path(path).stat()
    assert len(old) == len(new)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def new_review(name: str) -> None:
    write(Path(f"content/{name}/review.yaml"), REVIEW.format(name=name, key="falk"))


CHANGES: dict[str, tuple[Callable[[], object], int]] = {
    "a review": (lambda: in_place("content/ants/review.yaml", "Up it", "Go it"), 2),
    "a reference": (lambda: in_place("content/references.yaml", "Wrens", "Finch"), 2),
    "a stylesheet": (lambda: in_place("templates/leaf/style.css", "112233", "112244"), 3),
    "a new review": (lambda: new_review("dogs"), 2),
    "a review that has gone": (lambda: shutil.rmtree("content/ants"), 0),
    "a template of the house replaced": (lambda: write(Path("templates/words.yaml"), "en: {references: Works}\n"), 6),
    "an output that has gone": (lambda: Path("build/ants/ants-leaf.html").unlink(), 1),
    "an output that is another": (lambda: in_place("build/ants/ants-leaf.html", "<html", "<HTML"), 1),
    "a manifest that has gone": (lambda: Path("build/manifest.json").unlink(), 6),
    "a journal of a build that was killed": (lambda: write(Path("build/.diptych/journal"), "{"), 0),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_is_never_answered_from_memory(known: Path, what: str) -> None:
    change, outdated = CHANGES[what]
    change()
    assert unchanged.recall(ARGUMENTS) is None
    assert planned() == outdated


def test_a_folder_that_becomes_a_review_is_noticed(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("content/dogs").mkdir()
    Path("templates/tree").mkdir()
    settle(monkeypatch)
    assert unchanged.recall(ARGUMENTS) is not None
    for file in ("content/dogs/review.yaml", "templates/tree/template.yaml"):
        Path(file).touch()
        assert unchanged.recall(ARGUMENTS) is None
        Path(file).unlink()
        assert unchanged.recall(ARGUMENTS) is not None


@pytest.mark.parametrize("name", unchanged.ENVIRONMENT)
def test_the_environment_is_part_of_the_question(known: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "1000000000")
    assert unchanged.recall(ARGUMENTS) is None


def test_another_question_has_another_answer(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arguments in ([*ARGUMENTS, "--force"], ARGUMENTS[:-1], [*ARGUMENTS, "content/ants"], []):
        assert unchanged.recall(arguments) is None
    monkeypatch.setattr(libraries, "versions", lambda: {"pango": "another"})
    assert unchanged.recall(ARGUMENTS) is None


def test_another_folder_is_another_project(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = known.rename(known.with_name("moved"))
    monkeypatch.chdir(moved)
    assert unchanged.recall(ARGUMENTS) is None


def test_what_was_touched_is_looked_at_once_more_and_then_known(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime("content/ants/review.yaml")
    assert unchanged.recall(ARGUMENTS) is None
    settle(monkeypatch)
    assert unchanged.recall(ARGUMENTS) == (0, NOTHING_TO_DO, "")


def test_what_was_written_just_now_is_not_relied_on(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(unchanged.RECORD).unlink()
    for file in ("content/ants/review.yaml", "content", "build/ants/ants-leaf.html"):
        os.utime(file)
        monkeypatch.setattr(unchanged, "BEGUN", time.time_ns())
        assert CliRunner().invoke(main, ARGUMENTS).output == NOTHING_TO_DO
        assert not Path(unchanged.RECORD).exists()
        time.sleep(2 * QUIET / 1e9)


def test_warnings_are_said_again_with_the_same_exit_code(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(Path("content/ants/review.yaml"), "lang: fi\n" + REVIEW.format(name="ants", key="falk"))
    strict = [*ARGUMENTS, "--strict"]
    monkeypatch.setattr(sys.modules[__name__], "ARGUMENTS", strict)
    settle(monkeypatch, code=1)
    settle(monkeypatch, code=1)
    said = CliRunner().invoke(main, strict)
    assert "language-without-words" in said.stderr
    assert unchanged.recall(strict) == (said.exit_code, said.stdout, said.stderr)


def test_reviews_that_links_lead_to_are_left_to_the_build(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree("content", "elsewhere")
    shutil.rmtree("content/ants")
    Path("content/ants").symlink_to("../elsewhere/ants")
    settle(monkeypatch)
    assert CliRunner().invoke(main, ARGUMENTS).output == NOTHING_TO_DO
    assert unchanged.recall(ARGUMENTS) is None


@pytest.mark.parametrize("damage", [b"", b"9", b"x\n", b"-1\n", b"99999999\nabc", b"3\na\0b"])
def test_a_record_that_is_none_says_nothing(known: Path, damage: bytes) -> None:
    Path(unchanged.RECORD).write_bytes(damage)
    assert unchanged.recall(ARGUMENTS) is None


def test_a_record_cut_short_says_nothing(known: Path) -> None:
    whole = Path(unchanged.RECORD).read_bytes()
    for end in range(0, len(whole), 97):
        Path(unchanged.RECORD).write_bytes(whole[:end])
        assert unchanged.recall(ARGUMENTS) is None


def test_every_file_that_a_review_was_made_from_is_looked_at(known: Path) -> None:
    kept = Path(unchanged.RECORD).read_bytes()
    inputs = {"content", "content/ants/review.yaml", "content/references.yaml", "templates", "templates/leaf/style.css"}
    built = {"build/ants/ants-leaf.html", "build/manifest.json", "build/.diptych/journal"}
    text = kept.decode("utf-8", "replace").split("\0")
    assert inputs | built <= {os.path.relpath(path) for path in text[4:] if path}
    assert os.fspath(Workspace(known).find_template("words.yaml")) in text


# The command itself


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.undo()
    yield


def test_the_command_answers_without_loading_the_program(once: Path, tmp_path: Path, real: None) -> None:
    root = Path(shutil.copytree(once, tmp_path / "real", ignore=shutil.ignore_patterns(".diptych")))
    command = [sys.executable, "-m", "diptych", *ARGUMENTS]
    for pause in (0, unchanged.SETTLED / 1e9 + 0.2):
        time.sleep(pause)
        assert subprocess.run(command, cwd=root, capture_output=True, timeout=120, check=False).returncode == 0
    assert (root / unchanged.RECORD).exists()
    told = subprocess.run([command[0], "-v", *command[1:]], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout == NOTHING_TO_DO
    assert "import 'diptych.unchanged'" in told.stderr
    assert "import 'click'" not in told.stderr


def test_the_record_tells_another_program_from_this(real: None) -> None:
    looked = unchanged._program()
    package = Path(unchanged.__file__).parent
    assert {str(package), str(package / "press.py"), str(package / "cli/build.py"), str(package / "cli")} <= set(looked)
    assert {folder or "." for folder in sys.path} <= set(looked)
