"""The reviews of content/, built once for all tests that look at them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
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


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Every review of content/ in every template, as PDF and Word."""
    folder = tmp_path_factory.mktemp("outputs")
    result = subprocess.run(
        [DIPTYCH, "build", "--output", folder], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return Outputs(folder)


@pytest.fixture(params=[f"{review}-{template}" for review in REVIEWS for template in TEMPLATES])
def output(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Each review with each template."""
    return next(
        (review, template) for review in REVIEWS for template in TEMPLATES if f"{review}-{template}" == request.param
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Gives the tests that look at `outputs` to one worker, so that they are built once."""
    for item in items:
        if "outputs" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("outputs"))
