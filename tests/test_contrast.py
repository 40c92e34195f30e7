"""Every page can be read by weak eyes and from a printer without colours: no colour is faint or says anything alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from conftest import REVIEWS, ROOT, TEMPLATES
from diptych import compose, press
from diptych.bibliography.annotations import PRESETS
from diptych.document import Document, Stylesheet
from diptych.style import Cascade
from diptych.workspace import Workspace

LEAST = 4.5  # WCAG 2.2, 1.4.3, level AA, for text of any size
WHITE = "ffffff"
MEASURE = 400.0  # points; colours do not depend on it


@cache
def document(review: str, template: str) -> Document:
    workspace = Workspace(ROOT)
    content, _, _ = press.prepare(workspace, ROOT / "content" / review / "review.yaml")
    chosen, _ = compose.find_template(template, workspace)
    assert content
    assert chosen
    filled, _ = compose.fill(chosen, content, workspace)
    assert filled
    return filled


def pairs(made: Document) -> set[tuple[str, str]]:
    """The colours of text with the colours of the ground they stand on, as RRGGBB, running heads too."""
    cascade = Cascade(made, Workspace(ROOT))
    margins = {(box.text.color, box.box.background or WHITE) for box in cascade.page().boxes.values()}
    return {*_within(cascade, cascade.root.find("body"), WHITE), *margins}


def _within(cascade: Cascade, element: Any, ground: str) -> Iterator[tuple[str, str]]:
    text = cascade.text(element)
    ground = text.background or cascade.box(element, MEASURE).background or ground
    if any((words or "").strip() for words in (element.text, *(child.tail for child in element))):
        yield text.color, ground
    for child in element:
        yield from _within(cascade, child, ground)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, “contrast ratio”)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(color: str) -> list[int]:
    return [int(color[place : place + 2], 16) for place in (0, 2, 4)]


def _luminance(color: str) -> float:
    parts = [channel / 255 for channel in _channels(color)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def grey(color: str) -> str:
    """The colour without colour, as printers and copiers see it (ITU-R BT.601, 2.5.1)."""
    level = round(sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), _channels(color), strict=True)))
    return f"{level:02x}" * 3


def too_faint(made: Document) -> list[tuple[str, str]]:
    """Pairs that contrast too little, in colour or in grey."""
    ratios = {pair: min(contrast(*pair), contrast(grey(pair[0]), grey(pair[1]))) for pair in pairs(made)}
    return sorted(pair for pair, ratio in ratios.items() if ratio < LEAST)


@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_all_text_contrasts_in_colour_and_in_grey(review: str, template: str) -> None:
    assert too_faint(document(review, template)) == []
    assert len(pairs(document(review, template))) > 1


def test_faint_text_is_found() -> None:
    css = "p { color: #999 } div { background: #0b5563; color: #0b5563 } b { color: #e00000; background: #00803f }"
    page = "<html><body><p>Faint</p><div>Hidden</div><b>Alike in grey</b></body></html>"
    made = Document(page, (Stylesheet("own.css", css),), "https://project.invalid/")
    assert {pair[0].lower() for pair in too_faint(made)} == {"999999", "0b5563", "e00000"}


def test_colours_contrast_as_the_recommendation_says() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("preset", PRESETS)
def test_grades_are_told_by_their_marks_and_not_by_colour_alone(preset: str) -> None:
    grades = PRESETS[preset].grades
    assert len({grade.mark for grade in grades}) == len({grade.words for grade in grades}) == len(grades)


@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_links_in_colour_say_where_they_lead(review: str, template: str) -> None:
    """In the run of the text they look like text; what is coloured is an address, or stands in a line of links."""
    cascade = Cascade(document(review, template), Workspace(ROOT))
    parents = {child: parent for parent in cascade.root.iter() for child in parent}
    for link in cascade.root.iter("a"):
        parent = parents[link]
        if cascade.text(link).color == cascade.text(parent).color:
            continue
        words = "".join(link.itertext())
        assert parent.get("class") == "links" or any(sign in words for sign in ("doi:", "@", "ORCID", "PubMed", "://"))
