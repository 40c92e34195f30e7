"""Line numbers in the margin of the PDF, where the stylesheet asks for them with `--line-numbers`.

WeasyPrint has no line numbers, so they are set as a document of their own and stamped on the pages as artifacts, which
readers that listen do not hear. The lines counted are those that Word counts: not those of tables, notes and running
heads (ECMA-376-1, 17.6.8).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration

GAP = 5 * 96 / 25.4  # CSS pixels between a number and the text: 5 mm
SIZE = 7 * 96 / 72  # of the digits, 7 pt in CSS pixels
UNCOUNTED = (boxes.MarginBox, boxes.FootnoteAreaBox, boxes.TableBox, boxes.InlineTableBox)
STYLE = f"""
@page {{ margin: 0 }}
p {{ position: absolute; margin: 0; font: {SIZE}px/{SIZE}px "Source Sans Pro"; color: #4d4d4d; text-align: right }}
div {{ break-after: page; font: 1px "Source Sans Pro" }}
"""


def number_lines(pages: Sequence[Any], data: bytes, fonts: FontConfiguration) -> bytes:
    """The PDF `data` of WeasyPrint's laid-out `pages` with its numbered lines numbered; unchanged if there are none."""
    lines = [sorted({round(y, 1) for y in _numbered(page._page_box)}) for page in pages]
    if not any(lines):
        return data
    numbers = HTML(string=_numbers(pages, lines)).render(stylesheets=[CSS(string=STYLE)], font_config=fonts)
    return _stamp(data, numbers.write_pdf())


def _numbered(box: Any) -> Iterator[float]:
    """The baselines of the lines to number, in CSS pixels from the page's top."""
    if isinstance(box, UNCOUNTED):
        return
    if isinstance(box, boxes.LineBox):
        if _asks_for_numbers(box) and _has_content(box):
            yield box.position_y + box.baseline
        return
    for child in getattr(box, "children", ()):
        yield from _numbered(child)


def _asks_for_numbers(box: Any) -> bool:
    tokens = box.style["__line_numbers"] or ()
    return any(getattr(token, "value", None) == "continuous" for token in tokens)


def _has_content(line: Any) -> bool:
    return any(
        isinstance(part, boxes.ReplacedBox) or (isinstance(part, boxes.TextBox) and part.text.strip())
        for part in line.descendants()
    )


def _numbers(pages: Sequence[Any], lines: Sequence[Sequence[float]]) -> str:
    """The HTML of pages that hold nothing but the numbers of their lines."""
    number = 0
    sheets = []
    for page, baselines in zip(pages, lines, strict=True):
        width = page._page_box.margin_left - GAP
        marks = []
        for baseline in baselines:
            number += 1
            marks.append(f'<p style="top:{baseline - 0.85 * SIZE:.1f}px;width:{width:.1f}px">{number}</p>')
        sheets.append(f"<div>{''.join(marks)}&nbsp;</div>")
    size = f"@page {{ size: {pages[0].width}px {pages[0].height}px }}"
    return f'<html lang="en"><head><title>Line numbers</title><style>{size}</style></head>{"".join(sheets)}</html>'


def _stamp(data: bytes, numbers: bytes) -> bytes:
    import pikepdf  # noqa: PLC0415 # a twentieth of the time that the engines take to load, and few need it

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as base, pikepdf.open(io.BytesIO(numbers)) as overlay:
        for index, (page, sheet) in enumerate(zip(base.pages, overlay.pages, strict=True)):
            # Pages share their resources, so each stamp has a name of its own.
            form = base.copy_foreign(sheet.as_form_xobject())
            name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/LineNumbers{index}"))
            page.contents_add(b"q", prepend=True)
            page.contents_add(f"Q /Artifact <</Type /Layout>> BDC q {name} Do Q EMC".encode())
        base.save(out, deterministic_id=True)
    return out.getvalue()
