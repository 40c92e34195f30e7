"""A review as long as a book: all of it printed, in bounded memory, without a word of complaint."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import specimen

MOST_MEMORY = 1.2e9  # bytes
SIZE = specimen.Size(words=9000, references=600, tables=60, figures=60, notes=300)


# One process, not the pool's: what a worker holds is not among what its parent has used.
PROGRAM = """
import sys
from pathlib import Path
from diptych import press
from diptych.diagnostics import as_text
from diptych.workspace import Workspace

root, template, target = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
built = press.build(Workspace(root), root / "content" / "long" / "review.yaml", [template], ["pdf"])
for problem in built.diagnostics:
    print(as_text(problem))
target.write_bytes(built.outputs[0].data)
"""


def build(folder: Path, template: str, target: Path) -> int:
    """Builds the PDF in a process of its own, which must say nothing; the most memory that it had, in bytes."""
    said = folder / "said"
    with said.open("wb") as stream:
        command = [sys.executable, "-c", PROGRAM, str(folder), template, str(target)]
        process = subprocess.Popen(command, stdout=stream, stderr=stream)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert said.read_text(encoding="utf-8") == ""
    assert process.returncode == 0
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def tool(*command: str | Path) -> str:
    """What a program says of a file; it must succeed."""
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.long
@pytest.mark.validator
@pytest.mark.parametrize("template", ["manuscript", "article"])
def test_a_review_of_600_references_60_tables_60_figures_and_300_notes_is_printed_whole(
    tmp_path: Path, template: str
) -> None:
    specimen.write(tmp_path, "long", SIZE)
    pdf = tmp_path / "long.pdf"
    memory = build(tmp_path, template, pdf)
    text = " ".join(tool("pdftotext", pdf, "-").split())
    pages = int(re.search(r"Pages:\s+(\d+)", tool("pdfinfo", pdf))[1])  # type: ignore[index]
    assert pages > (200 if template == "manuscript" else 60)
    assert memory < MOST_MEMORY
    missing = [number for number in range(1, 301) if f"Note {number} says a little more" not in text]
    assert missing == []
    unnumbered = [kind for kind in ("Figure 60.", "Table 60.", "600.") if kind not in text]
    assert unnumbered == []
    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", pdf)
