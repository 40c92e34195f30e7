"""Lines that are broken once are not broken again, and pages are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from weasyprint import HTML
from weasyprint.layout import inline, preferred

from diptych.printers.lines import remember_lines, remembering

TEXT = " ".join(["Hyphenation of considerable words in narrow columns is a matter of taste."] * 40)
PAGE = f"""<html lang="en"><style>
@page {{ size: A6; margin: 5mm }} p {{ text-align: justify; hyphens: auto }}
body {{ columns: 2 }} i {{ float: footnote }}
</style><body>
<p>{TEXT}<i>A note.</i></p><table><tr><td>{TEXT}</td><td>one</td></tr></table><p>{TEXT}</p>
</body></html>"""


@pytest.fixture
def plain() -> Iterator[Callable[..., Any]]:
    """WeasyPrint's own function, in its place while a test runs."""
    remember_lines()
    before = inline.split_first_line
    inline.split_first_line = preferred.split_first_line = before.__wrapped__
    yield before.__wrapped__
    inline.split_first_line = preferred.split_first_line = before


@pytest.mark.long
def test_pages_are_the_same_whether_lines_are_remembered_or_not(plain: Callable[..., Any]) -> None:
    without = HTML(string=PAGE).write_pdf()
    asked: list[object] = []

    def counting(*arguments: Any, **options: Any) -> Any:
        asked.append(arguments)
        return plain(*arguments, **options)

    inline.split_first_line = preferred.split_first_line = counting
    assert HTML(string=PAGE).write_pdf() == without
    every = len(asked)
    inline.split_first_line = preferred.split_first_line = remembering(counting)
    assert HTML(string=PAGE).write_pdf() == without
    assert len(asked) - every < 0.75 * every


@pytest.mark.long
def test_lines_are_forgotten_when_there_are_too_many(
    plain: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = HTML(string=PAGE).write_pdf()
    monkeypatch.setattr("diptych.printers.lines.MOST", 3)
    inline.split_first_line = preferred.split_first_line = remembering(plain)
    assert HTML(string=PAGE).write_pdf() == without


def test_weasyprint_is_told_to_remember_once() -> None:
    remember_lines()
    once = inline.split_first_line
    remember_lines()
    assert inline.split_first_line is once
    assert preferred.split_first_line is once
