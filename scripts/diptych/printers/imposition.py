"""Pages of a PDF put on larger sheets: booklets to fold, and pages side by side.

The sheets are for a printer and no longer tagged: their text can be selected, but a screen reader should be given the
file that they were made from.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

Sheet = tuple[int | None, int | None]
"""The pages, from 0, on the left and right half of one side of a sheet; None where the half is empty."""


def booklet_order(pages: int) -> list[Sheet]:
    """The sides of a booklet's sheets, front and back by turns, to be printed on both sides and folded together.

    The pages are filled up to a multiple of four. The outermost sheet holds the first two and the last two pages.
    """
    total = -(-pages // 4) * 4
    sides = []
    for front in range(0, total // 2, 2):
        sides += [(total - 1 - front, front), (front + 1, total - 2 - front)]
    return [(_kept(left, pages), _kept(right, pages)) for left, right in sides]


def side_by_side(pages: int) -> list[Sheet]:
    """Two pages a side, in reading order."""
    return [(page, _kept(page + 1, pages)) for page in range(0, pages, 2)]


def _kept(page: int, pages: int) -> int | None:
    return page if page < pages else None


ORDERS = {"booklet": booklet_order, "2-up": side_by_side}
"""The order of pages by the name of an imposition."""


def impose(data: bytes, sides: Sequence[Sheet]) -> bytes:
    """The PDF whose pages are those sides: as large as a page of `data` turned a quarter, the pages scaled to halves.

    On A4 sheets pages become A5. The same input gives the same bytes.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as target:
        height, width = (float(edge) for edge in source.pages[0].mediabox[2:])
        for side in sides:
            sheet = target.add_blank_page(page_size=(width, height))
            halves = [(page, half * width / 2) for half, page in enumerate(side) if page is not None]
            for page, left in halves:
                _place(target.copy_foreign(source.pages[page].as_form_xobject()), sheet, (left, width / 2, height))
        _keep_description(source, target)
        target.save(out, deterministic_id=True)
    return out.getvalue()


def _place(page: pikepdf.Object, sheet: pikepdf.Page, half: tuple[float, float, float]) -> None:
    """Sets the page, a form XObject, in the middle of a half of the sheet: left edge, width and height in points."""
    left, width, height = half
    page_width, page_height = (float(edge) for edge in list(page.BBox)[2:])
    scale = min(width / page_width, height / page_height)
    right, up = left + (width - scale * page_width) / 2, (height - scale * page_height) / 2
    # The name is ours: pikepdf's own are random.
    name = sheet.add_resource(page, pikepdf.Name.XObject, pikepdf.Name("/Left" if left == 0 else "/Right"))
    sheet.contents_add(f"q {scale:.5f} 0 0 {scale:.5f} {right:.3f} {up:.3f} cm {name} Do Q".encode())


def _keep_description(source: pikepdf.Pdf, target: pikepdf.Pdf) -> None:
    """Takes over the title, the authors and the language, but no promise of a standard."""
    for key, value in source.docinfo.items():
        target.docinfo[key] = str(value)
    if "/Lang" in source.Root:
        target.Root.Lang = str(source.Root.Lang)
