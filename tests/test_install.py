"""`pip install .` gives the same program outside the repository, templates included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, TEMPLATES

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package alone, installed from a copy of the repository that is gone afterwards."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("scripts", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    folder = tmp_path_factory.mktemp("installed")
    command = [*PIP, "install", "--no-deps", "--no-build-isolation", "--target", str(folder), str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.rmtree(copy)
    return folder


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command, run in another folder; the packages that it needs are those of this environment."""
    return subprocess.run(
        [sys.executable, installed / "bin" / "diptych", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_installed_command_runs_from_the_installed_package(installed: Path, tmp_path: Path) -> None:
    code = "import diptych.workspace as w; print(w.__file__); print(w.house_templates())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert all(Path(line).is_relative_to(installed) for line in found.stdout.splitlines())


def test_the_installed_command_has_every_template(installed: Path, tmp_path: Path) -> None:
    result = run(installed, tmp_path, "templates")
    assert result.returncode == 0, result.stderr
    assert [line.split()[0] for line in result.stdout.splitlines()] == TEMPLATES


def test_the_installed_command_builds_a_review_anywhere(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content" / "tour", tmp_path / "my" / "tour")
    result = run(installed, tmp_path, "build", "my/tour", "-t", "handout")
    assert result.returncode == 0, result.stderr
    made = sorted(file.name for file in (tmp_path / "build" / "tour").iterdir())
    assert made == ["tour-handout.docx", "tour-handout.pdf"]


def test_a_project_begun_elsewhere_is_built_by_its_own_makefile(installed: Path, tmp_path: Path) -> None:
    begun = run(installed, tmp_path, "new", "my-review", "--template", "handout", "--journal", "icmje")
    assert begun.returncode == 0, begun.stderr
    made = subprocess.run(
        ["make", f"DIPTYCH={sys.executable} {installed / 'bin' / 'diptych'}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed), "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    outputs = {file.name for file in (tmp_path / "build" / "my-review").iterdir()}
    assert {"my-review-handout.pdf", "my-review-handout.docx"} <= outputs
    assert {name for name in outputs if "handout" not in name and not name.startswith((".", "manifest"))} == set()
