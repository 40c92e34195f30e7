from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.cli import main
from diptych.printers.imposition import booklet_order, impose, side_by_side
from projects import write

PAGES = st.integers(1, 24)


def folded(sides: list[tuple[int | None, int | None]]) -> list[int | None]:
    """The pages as they are leafed through when the sheets are laid on each other, front side out, and folded."""
    fronts, backs = sides[::2], sides[1::2]
    first_half = [page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])]
    second_half = [page for front, back in zip(fronts[::-1], backs[::-1], strict=True) for page in (back[1], front[0])]
    return first_half + second_half


@given(PAGES)
@settings(derandomize=True, deadline=None)
def test_a_folded_booklet_is_leafed_through_in_order(pages: int) -> None:
    leaves = folded(booklet_order(pages))
    assert leaves[:pages] == list(range(pages))
    assert leaves[pages:] == [None] * (-pages % 4)


@given(PAGES)
@settings(derandomize=True, deadline=None)
def test_pages_side_by_side_are_in_order(pages: int) -> None:
    halves = [page for side in side_by_side(pages) for page in side]
    assert halves == [*range(pages), *[None] * (pages % 2)]


@given(PAGES)
@settings(derandomize=True, deadline=None, max_examples=24)
def test_text_on_sheets_can_be_selected(pages: int) -> None:
    sides = booklet_order(pages)
    with pypdfium2.PdfDocument(impose(numbered(pages), sides)) as pdf:
        assert len(pdf) == len(sides)
        for sheet, side in zip(pdf, sides, strict=True):
            text = sheet.get_textpage()
            middle, height = sheet.get_width() / 2, sheet.get_height()
            assert round(middle * 2) == 842
            for half, page in enumerate(side):
                shown = text.get_text_bounded(left=half * middle, right=(half + 1) * middle, bottom=0, top=height)
                assert shown.strip() == ("" if page is None else f"Page {page + 1}")


def numbered(pages: int) -> bytes:
    """A PDF on A4 whose pages say which they are."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        )
        for number in range(1, pages + 1):
            page = pdf.add_blank_page(page_size=(595.28, 841.89))
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = pdf.make_stream(f"BT /F 20 Tf 100 700 Td (Page {number}) Tj ET".encode())
        pdf.docinfo["/Title"] = "Leaves"
        pdf.save(out)
    return out.getvalue()


def test_sheets_keep_the_title_and_promise_no_standard() -> None:
    data = impose(numbered(3), side_by_side(3))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Leaves"
        assert "/Metadata" not in pdf.Root
        assert "/StructTreeRoot" not in pdf.Root
    assert data == impose(numbered(3), side_by_side(3))


@pytest.mark.parametrize(("option", "name"), [("--booklet", "booklet"), ("--n-up=2", "2-up")])
def test_sheets_are_written_beside_the_pages(tmp_path: Path, option: str, name: str) -> None:
    file = write(tmp_path, "title: Leaves\nabstract: Words.\n")
    arguments = ["build", str(file), "-t", "handout", "-f", "pdf", "-o", str(tmp_path / "out"), option]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert [one.name for one in (tmp_path / "out" / "birds").iterdir()] == [f"birds-handout-{name}.pdf"]
    with pypdfium2.PdfDocument(tmp_path / "out" / "birds" / f"birds-handout-{name}.pdf") as pdf:
        assert [round(edge) for edge in pdf[0].get_size()] == [842, 595]


def test_sheets_are_imposed_in_one_way(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["build", str(tmp_path), "--booklet", "--n-up", "2"])
    assert result.exit_code == 2
    assert "not both" in result.stderr
