"""What WeasyPrint alone leaves out at the end of a page is printed on the next."""

from __future__ import annotations

from inspect import unwrap

import pytest
from weasyprint import HTML
from weasyprint.layout import block

from diptych.printers.leftovers import keep_leftovers
from diptych.printers.losses import losses, watch_text

PAGE = """@page { size: 200px 100px; margin: 0 }
body, p, div, h2 { margin: 0; font: 10px/10px serif; orphans: 2; widows: 2 }"""
IN_COLUMNS = (
    f"<style>{PAGE} body {{ columns: 2 }} .wide {{ column-span: all }} .whole {{ break-inside: avoid }}</style>"
)
WITH_NOTES = f"<style>{PAGE} span {{ float: footnote }} span::footnote-call {{ content: '*' }}</style>"


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint as it is, but that it counts."""
    watch_text()
    keep_leftovers()
    for name in ("columns_layout", "block_level_layout", "_linebox_layout"):
        monkeypatch.setattr(block, name, unwrap(getattr(block, name)))


@pytest.fixture
def mended() -> None:
    """WeasyPrint as the PDF printer has it."""
    watch_text()
    keep_leftovers()


def words(html: str) -> list[str]:
    """All words on all pages, the last of them with the notes."""
    pages = HTML(string=html).render().pages
    return [word for page in pages for box in page._page_box.descendants() for word in getattr(box, "text", "").split()]


def columns_to_the_foot(lines: int) -> str:
    """Blocks that do not break and cannot be balanced, a block across the columns, and more text."""
    tall = "<br>".join(f"tall{number}" for number in range(lines))
    return (
        f"{IN_COLUMNS}<div class=whole>{tall}</div><p>short</p><div class=wide>wide</div>"
        '<h2 id="sec-behind">behind</h2>'
    )


def notes_in_a_second_line(before: int) -> str:
    """A paragraph at the foot of a page whose first two lines have a note each."""
    above = "".join(f"<p>above{number}</p>" for number in range(before))
    note = "<br>".join(f"note{number}" for number in range(2))
    return f"{WITH_NOTES}{above}<p>one<span>{note}</span><br>two<span>late</span><br>three<br>four</p>"


def block_across(rows: int, notes: int) -> str:
    """A table and notes across the columns, which break over the page, between two texts."""
    before, behind = ("".join(f"<p>{place}{line}</p>" for line in range(6)) for place in ("above", "below"))
    table = "".join(f"<tr><td>row{row}</td></tr>" for row in range(rows))
    noted = "".join(f"<p>note{note}</p>" for note in range(notes))
    return f"{IN_COLUMNS}{before}<div class=wide><table>{table}</table>{noted}</div>{behind}<h2>end</h2>"


ACROSS = [(rows, notes) for rows in (1, 3, 5, 8, 20) for notes in (0, 1, 3, 30)]
COLUMNS = [columns_to_the_foot(lines) for lines in range(7, 13)]
NOTES = [notes_in_a_second_line(before) for before in range(3, 9)]


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(("documents", "word"), [(COLUMNS, "behind"), (NOTES, "late")])
def test_what_weasyprint_leaves_out_is_an_error(documents: list[str], word: str) -> None:
    kept = [word in words(html) for html in documents]
    assert not all(kept)
    assert [losses(HTML(string=html).render()) == [] for html in documents] == kept


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize("html", COLUMNS)
def test_what_follows_full_columns_is_printed_once(html: str) -> None:
    found = words(html)
    assert [found.count(word) for word in ("tall0", "short", "wide", "behind")] == [1, 1, 1, 1]


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize("html", NOTES)
def test_notes_of_the_last_line_of_a_page_are_printed_once(html: str) -> None:
    found = words(html)
    assert [found.count(word) for word in ("one", "two", "note0", "late", "four")] == [1, 1, 1, 1, 1]


@pytest.mark.usefixtures("plain")
def test_weasyprint_loses_what_follows_a_break_within_a_block_across_columns() -> None:
    assert any(losses(HTML(string=block_across(*size)).render()) for size in ACROSS)


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize(("rows", "notes"), ACROSS)
def test_a_block_across_columns_that_breaks_goes_on_where_it_broke(rows: int, notes: int) -> None:
    html = block_across(rows, notes)
    parts = (("above", 6), ("row", rows), ("note", notes), ("below", 6))
    assert words(html) == [*(f"{what}{number}" for what, count in parts for number in range(count)), "end"]
    assert losses(HTML(string=html).render()) == []


# What counts as lost


@pytest.mark.usefixtures("plain")
def test_the_error_names_the_words_and_pictures_that_are_missing() -> None:
    picture = "<img alt='A plot' src='data:image/svg+xml,&lt;svg xmlns=%22http://www.w3.org/2000/svg%22/&gt;'>"
    html = next(html for html in COLUMNS if "behind" not in words(html)).replace('<h2 id="sec-behind">behind</h2>', "")
    (problem,) = losses(HTML(string=f"{html}{picture}<p>{'long ' * 30}</p><p>more</p>").render())
    said = f"text is missing from the PDF: “wide”, “A plot”, “{('long ' * 30)[:59]} …” and 1 more"
    assert (problem.code, problem.severity, problem.message) == ("lost-text", "error", said)


TABLE = "<thead><tr><td>head</td></tr></thead>" + "".join(f"<tr><td>{row}</td></tr>" for row in range(30))
WHOLE = {
    "a head that is repeated": f"<table>{TABLE}</table>",
    "words that are broken": f"<p lang=en style='hyphens: auto; width: 30px'>{'considerable hyphenation ' * 40}</p>",
    "running heads": "<h6 style='position: running(top)'>head</h6><p>text</p>" * 20,
    "boxes at their place": "<p>text<b style='position: absolute'>aside</b><b style='position: fixed'>all</b></p>" * 9,
    "floats": "<p><b style='float: left'>left</b>text</p>" * 20,
    "what is not shown": "<p style='display: none'>none</p><p>shown</p>",
    "page numbers": "<style>a::after { content: target-counter(attr(href), page) }</style>"
    + "<p><a href='#end'>see page </a></p>" * 30
    + "<p id=end>end</p>",
    "notes": f"{WITH_NOTES}{'<p>text<span>a note<br>of two lines</span></p>' * 12}",
    "boxes within lines": "<p><b style='display: inline-block; width: 20px'>one two</b></p>" * 20,
    "capitals": "<p style='text-transform: uppercase'>straße ﬁ</p>",
}


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize("what", WHOLE)
def test_what_is_printed_whole_is_not_taken_for_lost(what: str) -> None:
    head = f"<style>{PAGE} @page {{ @top-left {{ content: element(top) }} }}</style>"
    assert losses(HTML(string=head + WHOLE[what]).render()) == []
