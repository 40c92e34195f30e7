"""Lines that are set once are not set again, and pages are the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.layout import inline

from diptych.printers.lines import remember_lines

TEXT = " ".join(["Hyphenation of <em>considerable words</em> in narrow columns is a matter of taste."] * 30)
CASES = {
    "text": f"<p>{TEXT}</p>" * 3,
    "a text of few words": "<p>Two words</p><p> </p><p></p><p>one<br>two</p>",
    "notes": f"<p>{TEXT}<i>A note.</i> {TEXT}<i>Another.</i></p>",
    "a note in a block in a line": "<style>body { columns: auto }</style>"
    f"<p>{TEXT} <q>in a block<i>A note.</i></q> {TEXT}</p>",
    "blocks in lines": f"<p><q>1.</q>{TEXT}</p><p>{TEXT}<q>{TEXT}</q></p>",
    "floats": f"<p>{TEXT}</p><u>To one side.</u><p>{TEXT}<u>And again.</u>{TEXT}</p>",
    "boxes at their place": f"<p>{TEXT}<b>At its place.</b>{TEXT}</p>",
    "a first letter": f"<section><p>{TEXT}</p></section><p>{TEXT}</p>",
    "raised and lowered": f"<p>{TEXT}<sup>1</sup> {TEXT}<sub>2</sub> <small>{TEXT}</small></p>",
    "a table with its head on each page": f"<table><thead><tr><td>{TEXT[:80]}</table>"
    f"<table><thead><tr><th>Head</th></tr></thead><tr><td>{TEXT}</td></tr><tr><td>{TEXT}</td></tr></table>",
    "boxes around words": f"<p><s>{TEXT}</s>{TEXT}</p>",
    "right to left": f'<p dir="rtl" style="direction: rtl">{TEXT}</p>',
    "numbers of pages": f'<p>{TEXT} <a href="#end"></a> {TEXT}</p><p id="end">{TEXT}</p>',
    "leaders": f"<p><var>A heading</var></p><p>{TEXT}</p>",
    "lines of their own": f"<pre>{TEXT}\n\tone\n  two</pre>",
}


def page(case: str) -> str:
    """A document of A6 pages in two columns."""
    return f"""<html lang="en"><style>
    @page {{ size: A6; margin: 8mm 5mm; @bottom-left {{ content: counter(page) " of " counter(pages) }} }}
    body {{ columns: 2; font: 8pt serif }} p {{ text-align: justify; hyphens: auto; text-indent: 1em; margin: 0 }}
    i {{ float: footnote }} b {{ position: absolute; right: 0 }} u {{ float: right; width: 15mm }}
    q {{ display: inline-block; width: 6em; quotes: none }} s {{ border: 1pt solid; padding: 0 2pt }}
    section p::first-letter {{ font-size: 2em }} section p::first-line {{ font-variant: small-caps }}
    a::after {{ content: target-counter(attr(href), page) }} var::after {{ content: leader(dotted) "9" }}
    </style><body>{CASES[case]}</body></html>"""


@pytest.fixture
def plain() -> Iterator[Any]:
    """What leaves the lines to WeasyPrint for the rest of a test."""
    remember_lines()
    remembering = inline.get_next_linebox

    def leave() -> None:
        inline.get_next_linebox = remembering.__wrapped__

    yield leave
    inline.get_next_linebox = remembering


@pytest.mark.parametrize("case", CASES)
def test_pages_are_the_same_whether_lines_are_remembered_or_not(case: str, plain: Any) -> None:
    remembered = HTML(string=page(case)).write_pdf()
    plain()
    assert HTML(string=page(case)).write_pdf() == remembered


def test_lines_are_broken_once(plain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[Any] = []
    split = inline.split_inline_box

    def counting(context: Any, box: Any, *rest: Any) -> Any:
        broken.append(box)
        return split(context, box, *rest)

    monkeypatch.setattr(inline, "split_inline_box", counting)
    HTML(string=page("notes")).render()
    remembered = len(broken)
    plain()
    HTML(string=page("notes")).render()
    assert remembered < 0.75 * (len(broken) - remembered)


def test_weasyprint_is_told_to_remember_once() -> None:
    remember_lines()
    once = inline.get_next_linebox
    remember_lines()
    assert inline.get_next_linebox is once
