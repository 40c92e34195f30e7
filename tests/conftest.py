"""The reviews of content/, built once for all tests that look at them."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from oracle import summary

ROOT = Path(__file__).parents[1]
REVIEWS = sorted(file.parent.name for file in ROOT.glob("content/*/review.yaml"))
TEMPLATES = sorted(file.parent.name for file in ROOT.glob("templates/*/template.yaml"))
DIPTYCH = Path(sys.executable).with_name("diptych")


pytest_terminal_summary = summary.pytest_terminal_summary


@dataclass(frozen=True)
class Outputs:
    """Where the outputs of content/ stand."""

    folder: Path

    def file(self, review: str, template: str, form: str) -> Path:
        """One output; it is there, or the build failed."""
        return self.folder / review / f"{review}-{template}.{form}"

    def files(self, form: str) -> list[Path]:
        """The outputs of one format, of every review and template."""
        return [self.file(review, template, form) for review in REVIEWS for template in TEMPLATES]


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all the processes that test."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Answers of earlier runs are not seen."""
    os.environ["XDG_CACHE_HOME"] = str(shared_folder(tmp_path_factory) / "cache")


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Every review of content/ in every template, as PDF and Word; built once, also when several workers test."""
    shared = shared_folder(tmp_path_factory)
    folder, done = shared / "outputs", shared / "outputs-are-built"
    with (shared / "outputs-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            build(ROOT, "--output", str(folder), XDG_CACHE_HOME=os.environ["XDG_CACHE_HOME"])
            done.touch()
    return Outputs(folder)


def build(folder: Path, *arguments: str, umask: int = -1, **environment: str) -> None:
    """Runs `diptych build` in a folder; fails with what it said where it finds an error."""
    result = subprocess.run(
        [DIPTYCH, "build", *arguments],
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": os.devnull, **environment},  # no answers of earlier runs
        umask=umask,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.fixture(autouse=True)
def fonts_of_pages_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making fonts small takes seconds, so pages in HTML that tests build themselves have them whole."""
    monkeypatch.setattr("diptych.printers.web.printer.woff2", lambda *_: None)


@pytest.fixture(params=[f"{review}-{template}" for review in REVIEWS for template in TEMPLATES])
def output(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Each review with each template."""
    return next(
        (review, template) for review in REVIEWS for template in TEMPLATES if f"{review}-{template}" == request.param
    )
