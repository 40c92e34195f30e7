"""Pictures of the pages of outputs: of every page, of each output whole, and the one in README."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import pypdfium2
from PIL import Image

import libreoffice

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
DPI = 96
THUMBNAIL = 340  # pixels, a page's width on a sheet
GAP = 16  # pixels
PAPER, DESK = (255, 255, 255), (214, 218, 222)
README_PICTURE = ROOT / ".github" / "pages.png"
# The pages in README's picture: of which template, and a heading that stands on the page (the first page without one).
SHOWN = (("article", ""), ("article", "References"), ("manuscript", "Introduction"), ("handout", ""))


def page_images(pdf: Path, dpi: float = DPI) -> list[Image.Image]:
    """Each page of a PDF as a picture."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def sheet(rows: Sequence[Sequence[Image.Image]], width: int = THUMBNAIL) -> Image.Image:
    """Rows of pages on one picture, each page `width` pixels wide."""
    small = [[page.resize((width, width * page.height // page.width)) for page in row] for row in rows]
    across = max(len(row) for row in small)
    heights = [max(page.height for page in row) for row in small]
    size = (GAP + across * (width + GAP), GAP + sum(height + GAP for height in heights))
    picture = Image.new("RGB", size, DESK)
    top = GAP
    for row, height in zip(small, heights, strict=True):
        for index, page in enumerate(row):
            picture.paste(page, (GAP + index * (width + GAP), top))
        top += height + GAP
    return picture


def side_by_side(pdf: Sequence[Image.Image], word: Sequence[Image.Image], across: int = 3) -> Image.Image:
    """All pages of an output: PDF at the left, Word at the right, `across` pages of each in a row."""
    blank = Image.new("RGB", pdf[0].size, DESK)
    rows = []
    for start in range(0, max(len(pdf), len(word)), across):
        left, right = ([*panel[start : start + across]] for panel in (pdf, word))
        rows.append([*left, *[blank] * (across - len(left)), *right])
    return sheet(rows)


def word_as_pdf(pdfs: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """The Word files beside PDFs, as LibreOffice sets them: PDF → the PDF made of the Word file."""
    return dict(zip(pdfs, libreoffice.convert([pdf.with_suffix(".docx") for pdf in pdfs], "pdf", folder), strict=True))


def write_all(folder: Path) -> None:
    """Pictures of every page of every output in build/, and a sheet of each output."""
    pdfs = sorted(BUILD.glob("*/*.pdf"))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for pdf, word in word_as_pdf(pdfs, Path(name)).items():
            panels = {"pdf": page_images(pdf), "docx": page_images(word)}
            for form, pages in panels.items():
                for number, page in enumerate(pages, 1):
                    page.save(folder / f"{pdf.stem}-{form}-{number:02}.png")
            side_by_side(panels["pdf"], panels["docx"]).save(folder / f"{pdf.stem}.png")
            counts = f"{len(panels['pdf'])} pages as PDF, {len(panels['docx'])} as Word"
            click.echo(f"{folder.relative_to(ROOT)}/{pdf.stem}.png  {counts}")


def write_readme_picture(review: str) -> None:
    """Some pages of a review's outputs: PDF above, Word below."""
    pdfs = {template: BUILD / review / f"{review}-{template}.pdf" for template, _ in SHOWN}
    with tempfile.TemporaryDirectory() as name:
        words = word_as_pdf(list(pdfs.values()), Path(name))
        top = [page_with(pdfs[template], heading) for template, heading in SHOWN]
        bottom = [page_with(words[pdfs[template]], heading) for template, heading in SHOWN]
    README_PICTURE.parent.mkdir(exist_ok=True)
    picture = sheet([top, bottom], width=README_WIDTH).quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(README_PICTURE, optimize=True)
    click.echo(f"{README_PICTURE.relative_to(ROOT)}  {README_PICTURE.stat().st_size // 1024} kB")


README_WIDTH = 430  # pixels, a page's width
COLOURS = 32  # enough for text, one accent and its tint


def page_with(pdf: Path, heading: str) -> Image.Image:
    """The picture of the first page that has the heading as a line of its own; of the first page without a heading."""
    with pypdfium2.PdfDocument(pdf) as document:
        lines = [page.get_textpage().get_text_bounded().splitlines() for page in document]
    found = next((index for index, page in enumerate(lines) if not heading or heading in page), 0)
    return page_images(pdf)[found]


@click.command()
@click.option("--readme", help="Make README's picture instead, of the review of this name.")
def main(readme: str | None) -> None:
    """Make pictures of the pages of what stands in build/."""
    if readme:
        write_readme_picture(readme)
    else:
        write_all(BUILD / "pages")


if __name__ == "__main__":
    main()
