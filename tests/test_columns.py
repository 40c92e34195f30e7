"""Columns that are laid out once are not laid out again, and pages are the same."""

from __future__ import annotations

from inspect import unwrap
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.layout import block, inline

from diptych.printers.columns import remember_columns

TEXT = " ".join(["Hyphenation of considerable words in narrow columns is a matter of taste."] * 40)
NOTE, ASIDE, FLOAT = "<i>A note.</i>", "<b>At its place.</b>", "<u>To one side.</u>"
ACROSS = "<h2>Across the columns</h2>"
TABLE = f"<table><tr><td>{TEXT}</td><td>one</td></tr></table>"
CASES = {
    "text": f"<p>{TEXT}</p>" * 4,
    "text and a table": f"<p>{TEXT}</p>{TABLE}<p>{TEXT}</p>{TABLE}",
    "blocks across": f"{ACROSS}<p>{TEXT}</p>{ACROSS}<p>{TEXT}</p>{ACROSS}<p>{TEXT}</p>",
    "notes": f"<p>{TEXT}{NOTE} {TEXT}</p><p>{NOTE}{TEXT}</p><p>{TEXT}{NOTE}</p>",
    "floats": f"<p>{TEXT}</p>{FLOAT}<p>{TEXT}</p><p>{FLOAT}{TEXT}</p>",
    "boxes at their place": f"<p>{TEXT}</p>{ASIDE}<p>{TEXT}{ASIDE}</p><p>{TEXT}</p>",
    "running heads": f"<h6>One</h6><p>{TEXT}</p><h6>Two</h6><p>{TEXT}</p><p>{TEXT}</p><h6>Three</h6>",
    "columns within columns": f"<p>{TEXT}</p><div><p>{TEXT}</p></div><p>{TEXT}</p>",
    "a box kept whole": f"<p>{TEXT}</p><section><p>{TEXT}</p></section><p>{TEXT}</p>",
}


def page(case: str, *, columns: int = 2) -> str:
    """A document of A6 pages in columns."""
    return f"""<html lang="en"><style>
    @page {{ size: A6; margin: 8mm 5mm; @top-left {{ content: element(head) }} }}
    p {{ text-align: justify; hyphens: auto; margin: 0 0 4pt }} h2 {{ column-span: all }}
    h6 {{ position: running(head) }}
    body {{ columns: {columns}; font: 8pt serif }} div {{ columns: 2 }} section {{ break-inside: avoid }}
    i {{ float: footnote }} b {{ position: absolute; right: 0 }} u {{ float: right; width: 20mm }}
    </style><body>{CASES[case]}</body></html>"""


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The lines that WeasyPrint has set so far, with what it is made to remember or without."""
    remember_columns()
    lines: list[Any] = []
    set_line = inline.get_next_linebox

    def counting(*arguments: Any) -> Any:
        lines.append(arguments)
        return set_line(*arguments)

    monkeypatch.setattr(inline, "get_next_linebox", counting)
    return lines


def without_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave columns to WeasyPrint for the rest of a test."""
    monkeypatch.setattr(block, "block_box_layout", unwrap(block.block_box_layout))


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("case", CASES)
def test_pages_are_the_same_whether_columns_are_remembered_or_not(
    case: str, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember_columns()
    remembered = HTML(string=page(case, columns=columns)).write_pdf()
    without_memory(monkeypatch)
    assert HTML(string=page(case, columns=columns)).write_pdf() == remembered


def test_full_columns_are_set_once(laid_out: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    HTML(string=page("text")).render()
    remembered = len(laid_out)
    without_memory(monkeypatch)
    HTML(string=page("text")).render()
    assert remembered < 0.75 * (len(laid_out) - remembered)


def test_weasyprint_is_told_to_remember_columns_once() -> None:
    remember_columns()
    once = block.block_box_layout, block.columns_layout
    remember_columns()
    assert (block.block_box_layout, block.columns_layout) == once
