"""Pictures in the PDF, as viewers show them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from diptych.document import Document, Stylesheet
from diptych.printers.pdf import print_pdf
from diptych.workspace import Workspace, house_templates

SHAPES = "".join(
    f'<text x="{50 + place / 7}" y="{20 + 12 * place}" text-anchor="{anchor}">8</text>'
    for place, anchor in enumerate(["end", "middle"] * 6)
)
PICTURE = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="170" font-size="9">{SHAPES}</svg>'


def ink(page: Image.Image, row: int, scale: float) -> float:
    """How much of the row's band is ink, in square points."""
    top = round((12 + 12 * row) * scale)
    band = page.crop((0, top, page.width, top + round(11 * scale)))
    return sum(255 - value for value in band.tobytes()) / 255 / scale**2


@pytest.mark.parametrize("scale", [1.0, 1.33])
def test_anchored_text_of_a_picture_is_whole_on_a_coarse_screen(tmp_path: Path, scale: float) -> None:
    (tmp_path / "a.svg").write_text(PICTURE)
    common = (house_templates() / "common.css").read_text(encoding="utf-8")
    css = "@page { size: 100pt 170pt; margin: 0 } body { margin: 0 } img { display: block; width: 100pt }"
    page = '<html lang="en"><head><title>T</title></head><body><img src="a.svg" alt="x"></body></html>'
    sheets = (Stylesheet("common.css", common), Stylesheet("a.css", css))
    printed = print_pdf(Document(page, sheets, Workspace(tmp_path).address(tmp_path)), Workspace(tmp_path))
    with pypdfium2.PdfDocument(printed.data) as pdf:
        coarse, fine = (pdf[0].render(scale=times).to_pil().convert("L") for times in (scale, 8 * scale))
    shares = [ink(coarse, row, scale) / ink(fine, row, 8 * scale) for row in range(12)]
    assert max(shares) < 1.05 * min(shares)  # a digit that was cut has 0.84 of the ink
