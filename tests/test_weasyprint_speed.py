"""What makes WeasyPrint faster leaves its files as they are, byte for byte."""

from __future__ import annotations

import subprocess
import sys

import pytest
from weasyprint.draw import text
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

from conftest import ROOT
from diptych.printers.glyphs import remember_glyphs
from diptych.printers.shaping import share_shaping
from diptych.printers.stylewise import remember_by_style
from diptych.printers.writing import write_once

TEXT = " ".join(["Hyphenation of <em>considerable words</em> in narrow columns is a matter of taste."] * 30)
PAGE = f"""<html lang="en"><title>Words</title><style>
@page {{ size: A6; margin: 8mm 5mm; @bottom-left {{ content: counter(page) " of " counter(pages) }} }}
body {{ columns: 2; font: 8pt serif }} p {{ text-align: justify; hyphens: auto; text-indent: 1em; margin: 0 0 5% }}
i {{ float: footnote }} h2 {{ letter-spacing: 1pt; word-spacing: 2pt }} sup {{ font-variant-position: super }}
u {{ border: 1pt solid; padding: 0 2% }} table {{ border-collapse: collapse; width: 100% }} td {{ border: 1pt solid }}
li::before {{ content: "§"; display: list-item }} pre {{ tab-size: 4 }} b {{ font-variant-numeric: tabular-nums }}
div {{ width: 5em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }}
</style><body><h2>Words set apart</h2><p>{TEXT}<i>A note of <b>2025</b>.</i> <u>{TEXT}</u> e<sup>x</sup></p>
<ol><li>one</li><li>{TEXT[:90]}</li></ol><ul style="list-style-position: inside"><li>two</li></ul>
<table><tr><td>{TEXT[:200]}<td>1.5<tr><td>fine<td>2.5</table><pre>one\ttwo\n\tthree</pre><div>{TEXT[:99]}</div>
<p dir="rtl" style="direction: rtl">{TEXT[:300]}</p>
<p>A\u0301 \u2028 line, soft\u00adhyphens, \u200b none, a\u00a0b.</p>
<p lang="de"><s>{TEXT[:300]}</s> <a href="#there">there</a></p><p id="there" style="text-align: right">{TEXT}</p>
<svg width="99" height="40" xmlns="http://www.w3.org/2000/svg">
<text x="50" y="20" text-anchor="middle">Drawn</text></svg>
</body></html>"""

SETTING = f"""
import sys
from weasyprint import HTML
for name in sys.argv[1:]:
    module, function = name.split(":")
    getattr(__import__("diptych.printers." + module, fromlist=[function]), function)()
page = {PAGE!r}
for variant in (None, "pdf/a-2a"):
    for _ in range(2):
        sys.stdout.buffer.write(HTML(string=page).write_pdf(pdf_variant=variant, pdf_tags=bool(variant)))
"""
EACH = (
    "features:free_features",
    "glyphs:remember_glyphs",
    "lines:remember_lines",
    "shaping:share_shaping",
    "stylewise:remember_by_style",
    "writing:write_once",
)


def written(*names: str) -> bytes:
    """The page as WeasyPrint writes it with these, twice in one process, untagged and as PDF/A."""
    done = subprocess.run(
        [sys.executable, "-c", SETTING, *names], capture_output=True, check=True, cwd=ROOT / "scripts"
    )
    return done.stdout


@pytest.fixture(scope="module")
def unmended() -> bytes:
    """The page as WeasyPrint alone writes it."""
    return written()


@pytest.mark.parametrize("names", [*[(one,) for one in EACH], EACH], ids=[*EACH, "all"])
def test_files_are_weasyprints_own(names: tuple[str, ...], unmended: bytes) -> None:
    assert unmended.count(b"%PDF-") == 4
    assert written(*names) == unmended


def test_nothing_is_wrapped_twice() -> None:
    def wrapped() -> tuple[object, ...]:
        for tell in (remember_glyphs, share_shaping, remember_by_style, write_once):
            tell()
        return Layout.setup, inline.create_layout, inline.strut, text.draw_first_line

    assert wrapped() == wrapped()
