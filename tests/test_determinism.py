"""The same source gives the same bytes: in another place, another hour, under other settings."""

from __future__ import annotations

import shutil

import pytest

from conftest import ROOT, Outputs, build

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "4711"}


@pytest.fixture(scope="session")
def outputs_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """The same reviews, built in a copy of the project whose path has another length, blanks and letters."""
    project = tmp_path_factory.mktemp("elsewhere") / "a longer name" / "éloigné"
    for folder in ("content", "templates"):
        shutil.copytree(ROOT / folder, project / folder)
    build(project, umask=0o077, HOME=str(project), XDG_CACHE_HOME="", **ELSEWHERE)
    return Outputs(project / "build")


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_two_builds_give_identical_bytes(
    outputs: Outputs, outputs_elsewhere: Outputs, output: tuple[str, str], form: str
) -> None:
    here, there = outputs.file(*output, form), outputs_elsewhere.file(*output, form)
    assert here.read_bytes() == there.read_bytes()
