"""The process that loads the engines while the command is loaded and plans."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from batches import project
from diptych.__main__ import needs_engines

ENGINES = ("weasyprint", "docx", "pydantic", "jinja2", "diptych.press")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("build", True),
        ("build content/a -t article", True),
        ("build --dry-run", False),
        ("build --scheduler=tcp://there", False),
        ("build --help", False),
        ("check", False),
        ("", False),
    ],
)
def test_the_engines_are_loaded_for_commands_that_may_need_them(line: str, wanted: bool) -> None:
    assert needs_engines(line.split()) is wanted


def test_the_engines_are_not_loaded_by_who_only_gives_out_the_work(tmp_path: Path) -> None:
    program = (
        "import sys; from diptych.__main__ import main\n"
        "try: main()\n"
        f"finally: print([name for name in {ENGINES} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, "build", "-q", "-t", "leaf", "-f", "pdf,docx"]
    found = subprocess.run(command, cwd=project(tmp_path), capture_output=True, text=True, timeout=120, check=True)
    assert found.stdout == "[]\n"


def test_engines_that_nobody_needs_are_not_loaded_to_the_end() -> None:
    program = (
        "import os; from multiprocessing import forkserver; from diptych import nursery\n"
        "with nursery.ready(): pass\n"
        "print(os.waitpid(forkserver._forkserver._forkserver_pid, 0)[1])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert int(found.stdout) == signal.SIGKILL
