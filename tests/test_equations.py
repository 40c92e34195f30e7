"""Displayed formulas with numbers, and references to them, in all panels."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement

from diptych import press
from diptych.prose import Equation, parse
from diptych.workspace import Workspace
from projects import built, write
from test_typography import in_template

REVIEW = """
title: Lift
lang: {lang}
sections:
  - heading: Flight
    text: |
      As @eq-drag says, and [@eq-lift; @eq-drag] together. {more}

      $$ L = C_L q $$ {{#eq-lift}}

      $$ a = b $$

      $$
      D = q
      - C_D
      $$ {{#eq-drag}}

      And then $$ x $$ {{#eq-last}} in the run of the text.
"""


def review(lang: str = "en", more: str = "") -> str:
    return REVIEW.format(lang=lang, more=more)


def page(root: Path, text: str) -> HtmlElement:
    made = built(root, text)
    assert made.diagnostics == ()
    return html.document_fromstring(made.outputs[0].data)


def test_only_equations_with_names_are_numbered(tmp_path: Path) -> None:
    found = page(tmp_path, review()).xpath("//div[contains(@class, 'equation')]")
    assert [one.get("id") for one in found] == ["eq-lift", None, "eq-drag", "eq-last"]
    assert [one.xpath("string(span[@class='equation-number'])") for one in found] == ["(1)", "", "(2)", "(3)"]


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "Equation"), ("de", "Gleichung"), ("fr", "Équation"), ("es", "Ecuación")]
)
def test_references_to_equations_speak_the_language(tmp_path: Path, lang: str, word: str) -> None:
    links = page(tmp_path, review(lang)).xpath("//a[@class='crossref']")
    assert [" ".join(link.text.split()) for link in links] == [f"{word} {number}" for number in (2, 1, 2)]
    assert [link.get("href") for link in links] == ["#eq-drag", "#eq-lift", "#eq-drag"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$$ a $$ {#eq-x}", [Equation("x", 0, 0)]),
        ("Words.\n\n$$\na\n= b\n$$ {#eq-x}\n\nWords.", [Equation("x", 2, 0)]),
        ("Words\n$$ a $$ {#eq-x}\nmore words", [Equation("x", 1, 0)]),
        ("- $$ a $$ {#eq-x}", [Equation("x", 0, 0)]),
        ("$$ a $$", []),
        ("$a$ {#eq-x}", []),
        ("`$$ a $$ {#eq-x}`", []),
    ],
)
def test_a_name_stands_behind_a_displayed_formula(text: str, expected: list[Equation]) -> None:
    passage, problems = parse(text, "en")
    assert problems == ()
    assert list(passage.equations) == expected


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("See @eq-lfit.", "unknown-equation"),
        ("$$ a $$ {#eq-lift}", "duplicate-equation"),
        ("$$ a $$ {#lift}", "equation-name"),
        ("^[A note: $$ a $$ {#eq-x}]", "nested-in-footnote"),
    ],
)
def test_what_is_wrong_with_names_is_said(tmp_path: Path, more: str, code: str) -> None:
    assert [one.code for one in built(tmp_path, review(more=more)).diagnostics] == [code]


def test_an_equation_in_a_caption_is_not_numbered(tmp_path: Path) -> None:
    text = review() + "tables: {birds: {caption: 'Where $$ a $$ {#eq-a}', columns: [A], rows: [[b]]}}\n"
    assert [one.code for one in built(tmp_path, text).diagnostics] == ["equation-not-in-text"]


@pytest.mark.parametrize("template", ["article", "manuscript"])
def test_numbers_stand_at_the_right_margin_and_formulas_in_the_middle(tmp_path: Path, template: str) -> None:
    write(tmp_path, review())
    found = [line for line in in_template(tmp_path, "birds", template)[1] if "numbered" in line.around]
    assert [line.text for line in found] == ["(1)", "(2)", "(3)"]
    for line in found:
        assert line.right == pytest.approx(line.frame.right, abs=0.1)


# Word


def word(root: Path, template: str = "manuscript") -> str:
    made = press.build(Workspace(root), write(root, review()), [template], ["docx"])
    assert made.diagnostics == ()
    with zipfile.ZipFile(io.BytesIO(made.outputs[0].data)) as package:
        return package.read("word/document.xml").decode("utf-8")


def test_word_counts_equations_and_refers_to_them_with_fields(tmp_path: Path) -> None:
    document = word(tmp_path)
    assert document.count(" SEQ Equation \\* ARABIC ") == 3
    for name, number in (("lift", 1), ("drag", 2)):
        start = document.index(f'w:name="eq_{name}"')
        within = document[start : document.index("<w:bookmarkEnd", start)]
        assert " SEQ Equation " in within
        assert f">{number}</w:t>" in within
        assert "(" not in html.fromstring(f"<p>{within[within.index('>') + 1 :]}</p>").text_content()
    assert document.count(" REF eq_drag \\h ") == 2
    assert document.count(" REF eq_lift \\h ") == 1


def test_word_sets_numbers_on_a_tab_stop_at_the_right_margin(tmp_path: Path) -> None:
    made = press.build(Workspace(tmp_path), write(tmp_path, review()), ["manuscript"], ["docx"])
    with zipfile.ZipFile(io.BytesIO(made.outputs[0].data)) as package:
        both = package.read("word/document.xml").decode() + package.read("word/styles.xml").decode()
    measure = (8.5 * 72 - 2 * 72) * 20  # Letter with margins of an inch, in twentieths of a point
    assert f'<w:tab w:val="center" w:pos="{measure / 2:.0f}"/>' in both
    assert f'<w:tab w:val="right" w:pos="{measure:.0f}"/>' in both
