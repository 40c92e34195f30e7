"""Figures and tables wait for the head of a page or column, while the text goes on; nothing is lost or out of order."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from weasyprint import HTML

from diptych.printers import pdf
from diptych.printers.losses import losses
from diptych.printers.reading import tag_in_reading_order
from panels import pdf_panel

assert pdf  # which lets floats wait
STYLE = """@page { size: 220px 200px; margin: 10px; @bottom-right { content: counter(page) } }
html { font: 10px/10px serif } body, p, div, h2 { margin: 0; font: 10px/10px serif; orphans: 2; widows: 2 }
.columns { columns: 2; column-gap: 10px } h2 { break-after: avoid; color: teal }
.wide { column-span: all; margin: 10px 0 } .narrow, .wide { break-inside: avoid; --float: top }
.long { break-inside: auto } .stop { column-span: all }
i { float: footnote; font: 10px/10px serif } i::footnote-call { content: '*' } i::footnote-marker { content: none }"""


class Text:
    """A document in columns, made block by block; each line has a word of its own that says which it is."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.words: list[str] = []

    def add(self, name: str, lines: int, kind: str = "p", note: bool = False) -> Text:
        """With a block of so many lines."""
        number = len(self.blocks)
        words = [f"{name}{number}.{line}" for line in range(lines)]
        noted = f"<i>note{number}</i>" if note else ""
        tag = kind if kind in ("p", "h2") else "div"
        self.blocks.append(f"<{tag} class='{kind}' id='b{number}'>{'<br>'.join(words)}{noted}</{tag}>")
        self.words += words
        return self

    @property
    def html(self) -> str:
        """The document; with text behind the columns."""
        inside = "".join(self.blocks)
        return f"<html lang=en><style>{STYLE}</style><body><div class=columns>{inside}</div><p>behind</p></body></html>"


def pages_of(html: str) -> list[list[tuple[float, float, str]]]:
    """The words of each page with their place, from the top of the left column to the foot of the right."""
    laid_out = HTML(string=html).render()
    assert losses(laid_out) == []
    return [list(_words(page._page_box)) for page in laid_out.pages]


def _words(box: Any) -> Iterator[tuple[float, float, str]]:
    for one in box.descendants():
        for word in getattr(one, "text", "").split():
            if not word.isdecimal() and word != "*":
                yield one.position_x, one.position_y, word


def at_head(page: Sequence[tuple[float, float, str]]) -> set[str]:
    """The words in the first line of a page's columns."""
    return {word for _, y, word in page if y == min(y for _, y, _ in page)}


def test_a_wide_float_waits_for_the_head_of_the_next_page_while_the_text_goes_on() -> None:
    text = Text().add("a", 6).add("float", 3, "wide").add("b", 40).add("c", 10)
    first, second, *_ = pages_of(text.html)
    assert len(first) == 2 * 18
    assert at_head(second) == {"float1.0"}
    assert [word for _, _, word in second][:3] != ["float1.0", "float1.1", "float1.2"] or second[0][1] == 10


def test_a_float_behind_a_paragraph_that_is_broken_stands_at_the_head_of_the_page_on_which_that_goes_on() -> None:
    text = Text().add("a", 50).add("float", 3, "wide").add("b", 40)
    _, second, *_ = pages_of(text.html)
    assert at_head(second) == {"float1.0"}


def test_a_float_in_a_paragraph_of_many_pages_is_printed_once() -> None:
    text = Text().add("a", 150).add("float", 3, "wide").add("one", 3, "narrow").add("b", 5)
    found = [word for page in pages_of(text.html) for _, _, word in page]
    assert sorted(found) == sorted([*text.words, "behind"])


def test_a_narrow_float_that_does_not_fit_waits_for_the_next_column() -> None:
    text = Text().add("a", 15).add("float", 6, "narrow").add("b", 30).add("c", 30)
    first, *_ = pages_of(text.html)
    assert len(first) == 2 * 18
    assert at_head(first) == {"a0.0", "float1.0"}


def test_floats_stand_where_they_fit() -> None:
    text = Text().add("a", 5).add("float", 6, "narrow").add("b", 40)
    first, *_ = pages_of(text.html)
    assert [word for _, _, word in first[:12]] == text.words[:12]


def test_a_wide_float_at_the_end_of_the_text_stands_under_it() -> None:
    text = Text().add("a", 6).add("float", 2, "wide").add("b", 6)
    (page,) = pages_of(text.html)
    places = {word: y for _, y, word in page}
    assert places["float1.0"] > places["b2.5"] > places["a0.0"]
    assert places["behind"] > places["float1.1"]


def test_a_wide_float_that_leaves_no_room_for_the_end_of_the_text_stands_at_the_foot() -> None:
    text = Text().add("a", 20).add("float", 4, "wide").add("b", 14)
    first, second = pages_of(text.html)
    assert max(first, key=lambda word: word[1])[2] == "float1.3"
    assert {word for _, _, word in second} <= {*text.words, "behind"}
    assert sum(word.startswith("float") for _, _, word in first) == 4


def test_a_float_larger_than_a_page_goes_on_over_the_pages() -> None:
    text = Text().add("a", 6).add("table", 45, "wide long").add("b", 60)
    found = [word for page in pages_of(text.html) for _, _, word in page]
    assert sorted(found) == sorted([*text.words, "behind"])
    assert [word for word in found if word.startswith("table")] == text.words[6:51]


def test_no_float_stands_under_one_that_goes_on_over_the_page() -> None:
    text = Text().add("a", 2).add("x", 22, "wide long").add("y", 28, "wide long").add("z", 1, "wide")
    found = [word for page in pages_of(text.html) for _, _, word in page]
    assert [word for word in found if word[0] in "xyz"] == text.words[2:]


def test_a_heading_that_ends_full_columns_stays_though_what_follows_does_not_fit() -> None:
    text = Text().add("a", 16).add("b", 7, "narrow").add("c", 23).add("x", 21, "wide long").add("d", 6, "narrow")
    text.add("y", 4, "wide long").add("end", 1, "h2")
    found = [word for page in pages_of(text.html) for _, _, word in page]
    assert sorted(found) == sorted([*text.words, "behind"])
    assert found[-2:] == ["end6.0", "behind"]


def test_floats_do_not_pass_what_stands_across_the_columns() -> None:
    text = Text().add("a", 6).add("float", 2, "wide").add("b", 6).add("end", 1, "stop").add("c", 6)
    (page,) = pages_of(text.html)
    places = {word: y for _, y, word in page}
    assert places["float1.0"] < places["end3.0"] < places["c4.0"]


def test_without_the_property_columns_are_as_weasyprint_sets_them() -> None:
    text = Text().add("a", 6).add("float", 3, "wide").add("b", 40)
    first, *_ = pages_of(text.html.replace("--float: top", "--float: none"))
    assert {word: y for _, y, word in first}["float1.0"] < 60


def test_blocks_close_up_behind_floats_that_are_elsewhere() -> None:
    text = Text().add("a", 6).add("float", 3, "wide").add("b", 40)
    html = text.html.replace("id='b0'", "data-before=float style='margin-bottom: 9px'")
    first, *_ = pages_of(html)
    places = {word: (x, y) for x, y, word in first}
    assert places["b2.0"] == (places["a0.5"][0], places["a0.5"][1] + 10)


KINDS = ("p", "p", "p", "p", "h2", "narrow", "narrow", "wide", "wide", "wide long", "stop")


def any_text(chance: random.Random, blocks: int, *, notes: bool = False) -> Text:
    """Paragraphs, headings, floats of all kinds and blocks across the columns."""
    text = Text().add("first", chance.randint(1, 20))
    for _ in range(blocks):
        kind = chance.choice(KINDS)
        highest = {"h2": 1, "stop": 2, "p": 60, "wide long": 40}.get(kind, 17)
        text.add(kind[0], chance.randint(1, highest), kind, notes and kind in ("p", "narrow") and chance.random() < 0.3)
    return text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 14))
def test_all_is_printed_once_and_the_text_and_the_floats_keep_their_order(seed: int, blocks: int) -> None:
    text = any_text(random.Random(seed), blocks)
    found = [word for page in pages_of(text.html) for _, _, word in page if word != "behind"]
    assert sorted(found) == sorted(text.words)
    for kind in ("[fphs]", "w", "n"):
        ours = re.compile(kind)
        assert [word for word in found if ours.match(word)] == [word for word in text.words if ours.match(word)]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 10))
def test_notes_of_columns_with_floats_are_printed_once(seed: int, blocks: int) -> None:
    text = any_text(random.Random(seed), blocks, notes=True)
    found = [word for page in pages_of(text.html) for _, _, word in page if word != "behind"]
    noted = re.findall("<i>(note[0-9]+)", text.html)
    assert sorted(found) == sorted([*text.words, *noted])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.integers(1, 14))
def test_tags_are_in_the_order_of_the_document(tmp_path: Path, seed: int, blocks: int) -> None:
    text = any_text(random.Random(seed), blocks)
    laid_out = HTML(string=text.html).render(pdf_tags=True)
    file = tmp_path / f"{seed}-{blocks}.pdf"
    laid_out.write_pdf(file, pdf_tags=True, finisher=tag_in_reading_order(laid_out.pages))
    assert pdf_panel(file).body.split() == [*text.words, "behind"]
