"""Memory that WeasyPrint leaves behind for each text with font features."""

from __future__ import annotations

import subprocess
import sys

import pytest

GROWTH = """
import sys
import psutil
from weasyprint import HTML
from weasyprint.text import line_break
from diptych.printers.features import free_features

if sys.argv[1] == "freed":
    free_features()
pages = HTML(string="<p style='font-variant-numeric: tabular-nums'>1.5</p>").render().pages
style = next(box.style for box in pages[0]._page_box.descendants() if hasattr(box, "text"))

def set_texts(count):
    for _ in range(count):
        line_break.Layout(style).set_text("1.5")
    return psutil.Process().memory_info().rss // 1024

before = set_texts(2_000)
print(set_texts(60_000) - before)
"""


@pytest.mark.parametrize(("how", "grows"), [("freed", False), ("left", True)])
def test_memory_does_not_grow_with_the_texts_that_are_set(how: str, *, grows: bool) -> None:
    answer = subprocess.run([sys.executable, "-c", GROWTH, how], capture_output=True, text=True, check=True)
    assert (int(answer.stdout) > 5_000) == grows, answer.stdout  # kilobytes
