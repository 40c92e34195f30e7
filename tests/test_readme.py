"""What README shows works: its YAML is built, its commands run, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from conftest import DIPTYCH, ROOT, build

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ARCHITECTURE.md")


def blocks(language: str) -> list[str]:
    """The fenced blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(program: str) -> list[str]:
    """The commands of the console blocks that start with a program's name."""
    lines = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    return [line for line in lines if line.split()[0] == program]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the files that README shows; each names its place in its first line."""
    folder = tmp_path_factory.mktemp("readme")
    for block in blocks("yaml"):
        file = folder / block.splitlines()[0].removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block, encoding="utf-8")
    return folder


EVERYTHING = "diptych build"


@pytest.mark.parametrize("command", [command for command in commands("diptych") if command != EVERYTHING])
def test_every_diptych_command_in_readme_runs(project: Path, command: str) -> None:
    result = subprocess.run(
        [DIPTYCH, *shlex.split(command)[1:]], cwd=project, capture_output=True, text=True, timeout=120, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout


def test_readme_s_review_becomes_every_template_in_both_panels(project: Path) -> None:
    assert EVERYTHING in commands("diptych")
    build(project)
    made = sorted(file.name for file in (project / "build" / "darts").iterdir())
    names = ("article", "handout", "manuscript")
    assert made == [f"darts-{name}.{form}" for name in names for form in ("docx", "pdf")]


def test_every_make_command_in_readme_and_contributing_has_a_rule() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z]+)`", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) | {"articles", "handouts", "manuscripts"}
    assert targets <= rules
    assert [command for command in commands("make") if command not in ("make", "make test")] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_relative_link_leads_to_a_file(guide: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / guide).read_text(encoding="utf-8"))
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_readme_names_every_template(project: Path) -> None:
    result = subprocess.run([DIPTYCH, "templates"], cwd=project, capture_output=True, text=True, timeout=60, check=True)
    names = [line.split()[0] for line in result.stdout.splitlines()]
    assert names
    assert [name for name in names if f"make {name}s" not in README] == []
