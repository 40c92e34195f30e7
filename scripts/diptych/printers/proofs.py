"""What is asked of a PDF beside its pages: marks for the guillotine, or a quick draft that says it is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pydyf

from diptych.document import Document, Options, Stylesheet

MARGIN = 9.0  # millimetres of the sheet around the page, for the marks
BLEED = 3.0  # millimetres of it that pictures may bleed into

CROP_MARKS = Stylesheet("crop-marks.css", f"@page {{ marks: crop cross; bleed: {MARGIN}mm }}")
DRAFT = Stylesheet(
    "draft.css",
    """
* { hyphens: manual !important }
@page {
  @top-right-corner {
    content: string(draft-word);
    font: 600 9pt/12pt "Source Sans Pro";
    color: #4d4d4d;
    text-align: center;
    vertical-align: middle;
  }
}
""",
)


def with_marks(document: Document, options: Options) -> Document:
    """The document with the stylesheets that crop marks and drafts need."""
    sheets = [CROP_MARKS] * options.crop_marks + [DRAFT] * options.draft
    return replace(document, stylesheets=(*document.stylesheets, *sheets)) if sheets else document


def set_bleed(_: Any, pdf: pydyf.PDF) -> None:
    """WeasyPrint's `finisher` for pages with crop marks: the box that may be printed to, around the trimmed page.

    WeasyPrint 70 puts it ten points outside the page, whatever the CSS says (PDF 1.7, 14.11.2).
    """
    room = BLEED * 72 / 25.4
    for reference in pdf.page_references:
        page = pdf.objects[int(reference.split()[0])]
        left, bottom, right, top = page["TrimBox"]
        page["BleedBox"] = pydyf.Array([left - room, bottom - room, right + room, top + room])
