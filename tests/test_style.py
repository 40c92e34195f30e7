"""The cascade without the layout: computed values in points, and what is used of WeasyPrint's private parts."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import weasyprint
from hypothesis import given, settings
from hypothesis import strategies as st
from weasyprint.css import get_all_computed_styles
from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.layout.page import PageType, set_page_type_computed_styles
from weasyprint.text.fonts import FontConfiguration

from diptych.document import Document, Stylesheet
from diptych.style import Border, Cascade, Piece, read_tree
from diptych.style.kinds import Kinds
from diptych.workspace import Workspace

FACES = """
@font-face { font-family: "Source Sans Pro"; src: url(font:SourceSansPro-Regular.ttf); }
@font-face { font-family: "Source Sans Pro"; font-weight: 600; src: url(font:SourceSansPro-Semibold.ttf); }
@font-face { font-family: "Source Sans Pro"; font-weight: 700; src: url(font:SourceSansPro-Bold.ttf); }
"""


def cascade(html: str, css: str) -> Cascade:
    document = Document(f'<html lang="en">{html}</html>', (Stylesheet("t.css", css),), "https://project.invalid/")
    return Cascade(document, Workspace(Path(__file__).parent))


def element(found: Cascade, path: str) -> Element:
    chosen = found.root.find(f".//{path}")
    assert chosen is not None
    return chosen


def test_lengths_come_out_in_points() -> None:
    found = cascade("<p>x</p>", "p { margin: 10mm 1em 12px 0.5in; font-size: 10pt }")
    margin = found.box(element(found, "p"), 400).margin
    assert (margin.top, margin.right, margin.bottom, margin.left) == pytest.approx((28.346, 10, 9, 36), abs=0.01)


def test_percentages_are_of_the_measure() -> None:
    found = cascade("<p>x</p>", "p { margin-left: 10%; width: 50% }")
    box = found.box(element(found, "p"), 400)
    assert (box.margin.left, box.width) == pytest.approx((40, 200))


@pytest.mark.parametrize(("css", "points"), [("1.5", 15), ("14pt", 14), ("150%", 15), ("normal", None)])
def test_the_line_height_is_a_length_or_the_faces_own(css: str, points: float | None) -> None:
    found = cascade("<p>x</p>", f"p {{ font-size: 10pt; line-height: {css} }}")
    assert found.box(element(found, "p"), 400).line_height == (None if points is None else pytest.approx(points))


def test_real_context_decides() -> None:
    found = cascade("<main><p>a</p><p id='b'>b</p></main>", "p + p { text-indent: 4mm }")
    first, second = found.root.iter("p")
    assert (found.box(first, 400).indent, found.box(second, 400).indent) == pytest.approx((0, 11.34), abs=0.01)


@pytest.mark.parametrize(
    ("weight", "name", "bold"),
    [(400, "Source Sans Pro", False), (600, "Source Sans Pro Semibold", False), (700, "Source Sans Pro", True)],
)
def test_a_face_has_the_name_that_office_software_gives_it(weight: int, name: str, bold: bool) -> None:
    found = cascade("<p>x</p>", FACES + f'p {{ font-family: "Source Sans Pro"; font-weight: {weight} }}')
    face = found.text(element(found, "p")).face
    assert (face.name, face.bold, face.generic) == (name, bold, "swiss")


def test_a_face_that_the_stylesheet_does_not_bring_is_taken_by_its_family_name() -> None:
    found = cascade("<p>x</p>", "p { font-family: Georgia, serif; font-weight: bold }")
    face = found.text(element(found, "p")).face
    assert (face.name, face.bold, face.generic) == ("Georgia", True, "roman")


def test_a_face_whose_file_is_missing_is_taken_by_its_family_name() -> None:
    rule = "@font-face { font-family: Gone; src: url(font:Gone.ttf) }"
    found = cascade("<p>x</p>", rule + "p { font-family: Gone }")
    assert found.text(element(found, "p")).face.name == "Gone"


def test_colours_are_laid_on_white() -> None:
    found = cascade("<p>x</p>", "p { color: rgb(0 0 0 / 50%); background: #eef4f5 }")
    assert found.text(element(found, "p")).color == "808080"
    assert found.box(element(found, "p"), 400).background == "EEF4F5"


def test_a_transparent_ground_is_none() -> None:
    found = cascade("<p>x</p>", "p { background: transparent }")
    assert found.box(element(found, "p"), 400).background is None


def test_a_border_without_a_colour_has_that_of_the_text() -> None:
    found = cascade("<p>x</p>", "p { color: #0b5563; border-left: 2pt solid; border-top: 1pt hidden }")
    borders = found.box(element(found, "p"), 400).borders
    assert (borders.left, borders.top) == (Border(pytest.approx(2), "solid", "0B5563"), None)


def test_variables_are_resolved_and_a_custom_property_is_inherited() -> None:
    css = ":root { --accent: #112233 } body { --line-numbers: continuous } p { color: var(--accent) }"
    found = cascade("<body><p>x</p></body>", css)
    assert found.text(element(found, "p")).color == "112233"
    assert found.box(element(found, "p"), 400).line_numbers == "continuous"


def test_generated_content_is_read_in_pieces() -> None:
    found = cascade("<p data-x='y'>x</p>", 'p::before { content: "Fig. " attr(data-x) counter(n) }')
    pieces = found.content(element(found, "p"), "before")
    assert pieces == (Piece("text", "Fig. "), Piece("text", "y"), Piece("counter", "n decimal"))
    assert found.content(element(found, "p"), "after") == ()


def test_a_page_has_its_size_its_margins_and_its_margin_boxes() -> None:
    css = """@page { size: A4; margin: 20mm 10%;
               @top-left { content: string(head) " " counter(page) "/" counter(pages) } }
             @page :first { margin-top: 10mm; @top-left { content: none } }"""
    found = cascade("<p>x</p>", css)
    page, first = found.page(), found.page(first=True)
    assert (page.width, page.height) == pytest.approx((595.28, 841.89), abs=0.01)
    assert (page.margin.top, page.margin.left, page.measure) == pytest.approx((56.69, 59.53, 476.22), abs=0.01)
    kinds = [piece.kind for piece in page.boxes["top-left"].content]
    assert kinds == ["string", "text", "page", "text", "pages"]
    assert first.margin.top == pytest.approx(28.35, abs=0.01)
    assert first.boxes == {}


def test_left_and_named_pages_are_told_apart() -> None:
    css = """@page { size: A5 } @page :left { @bottom-left { content: "L" } } @page wide { size: A5 landscape }"""
    found = cascade("<p>x</p>", css)
    assert list(found.page(left=True).boxes) == ["bottom-left"]
    assert not found.page().boxes
    assert found.page("wide").width > found.page("wide").height


def test_named_strings_are_read_off_the_elements_that_set_them() -> None:
    css = "body { string-set: head attr(data-head) } h2 { string-set: part content() }"
    found = cascade("<body data-head='H'><h2>One</h2><h2>Two <em>x</em></h2></body>", css)
    strings = {name: [text for _, text in values] for name, values in found.strings().items()}
    assert strings == {"head": ["H"], "part": ["One", "Two x"]}


def test_what_stands_behind_a_comment_is_kept() -> None:
    root = read_tree("<html><body><p>a<!-- n -->b<b>c</b><!-- m -->d</p></body></html>")
    assert "".join(root.itertext()) == "abcd"


def test_a_stylesheet_cannot_make_it_fetch() -> None:
    found = cascade("<p>x</p>", "@import url(https://example.org/x.css); p { color: red; background: url(x.png) }")
    assert found.text(element(found, "p")).color == "FF0000"


def test_no_font_is_loaded_to_read_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(weasyprint.text.fonts.FontConfiguration, "add_font_face", refuse)
    found = cascade("<p>x</p>", FACES + "p { font-family: 'Source Sans Pro'; color: #010203 }")
    assert found.text(element(found, "p")).color == "010203"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_any_text_gives_a_tree_and_styles(text: str) -> None:
    document = Document(text, (), "https://project.invalid/")
    found = Cascade(document, Workspace(Path(__file__).parent))
    assert all(found.box(node, 100).display for node in found.root.iter())


# What the module uses of WeasyPrint beside its documented interface. Where one of these fails, read style.py again.


def test_the_private_parts_of_weasyprint_are_as_they_were() -> None:
    assert weasyprint.__version__.startswith("70.")
    assert list(inspect.signature(get_all_computed_styles).parameters)[:2] == ["html", "user_stylesheets"]
    assert list(inspect.signature(set_page_type_computed_styles).parameters) == ["page_type", "html", "style_for"]
    assert PageType._fields == ("side", "blank", "name", "index", "groups")
    html = weasyprint.HTML(string="<p>")
    assert hasattr(html, "etree_element")
    assert hasattr(html.wrapper_element, "iter_subtree")
    assert "font_config" in inspect.signature(weasyprint.CSS).parameters


def test_computed_styles_have_the_keys_and_forms_that_are_read() -> None:
    html = weasyprint.HTML(string="<p style='margin: 1px 5%; border: 1px solid red; --line-numbers: page'>x")
    style = get_all_computed_styles(html)(next(html.etree_element.iter("p")))
    assert (style["margin_top"].value, style["margin_top"].unit) == (1, "px")
    assert (style["margin_left"].value, style["margin_left"].unit) == (5, "%")
    assert style["border_left_width"] == 1
    assert style["border_left_color"].to("srgb").coordinates == (1, 0, 0)
    assert [token.value for token in style["__line_numbers"] if token.type == "ident"] == ["page"]
    assert style["display"] == ("block", "flow")
    assert style["string_set"] == "none"


EVERYTHING = """<html lang="en"><head><style>em { color: teal }</style></head><body class="a">
<h2 id="one">One</h2><p class="a b" style="color: red; margin: 1px">x <em lang="fr">y</em><em>z</em></p>
<p class="b">x</p><ul><li>1<ul><li lang="de">2</li></ul></li><li>3</li></ul><table><tr><td>c</td></tr></table>
<p><a href="https://example.org/">a</a><a>b</a><a lang="fr" href="#one">c</a><i id="two" data-x="1">d</i><i>e</i></p>
<dl><dt>a</dt><dd><p>b</p></dd></dl><dl data-x="2"><dt>a</dt><dd><p>b</p></dd></dl>
<dl data-x="3"><dt>a</dt><dd><p>b</p></dd></dl><p class="b"></p>
<span class="footnote">n</span></body></html>"""
RULES = """@layer low, high; @layer high { .b { color: blue } } @layer low { .b { color: green; width: 3em } }
p { font-size: 120%; color: #123 !important } p::before { content: "–" counter(p) } .a.b::before { color: red }
h2 + p { text-indent: 2em } li::marker { content: "* " } li li { line-height: 1.5 } td { border: 1px solid }
#one { display: none } a[href^="https:"] { color: olive } :lang(fr) { letter-spacing: 1px } [data-x] i { color: red }
i[data-x] { color: lime } #two + i { color: navy } dl[data-x="3"] dd p { orphans: 5 } p:empty { color: aqua }
.a ~ .b { widows: 3 } li:last-child { orphans: 3 } ul:has(> li:nth-child(2)) { line-height: 2 } body > p { widows: 4 }
P.B { hyphens: auto } dd:not([data-x] dd) { text-indent: 1px }
@page { margin: 1cm; @top-left { content: "x" } } @page :first { margin: 2cm }"""


def test_computed_styles_are_those_of_weasyprint_in_one_document_after_another() -> None:
    sheet, within = weasyprint.CSS(string=RULES), weasyprint.CSS(string="em { color: teal }")
    agents = weasyprint.HTML(string="<p>")._ua_stylesheets()
    kinds = Kinds([*((one, "user agent") for one in agents), (within, "author"), (sheet, "user")], FontConfiguration())
    for text in (EVERYTHING, EVERYTHING.replace('<h2 id="one">One</h2>', "").replace("<li>3</li>", ""), EVERYTHING):
        html = weasyprint.HTML(string=text)
        assert _different(html, get_all_computed_styles(html, [sheet]), kinds) == []


def _different(html: weasyprint.HTML, theirs: Any, kinds: Kinds) -> list[tuple[str, str | None, str]]:
    """Where our styles are not those of WeasyPrint: element, pseudo-element, property."""
    found = kinds.of(html.wrapper_element.iter_subtree())

    def ours(element: Element, pseudo: str | None) -> Any:
        kind = kinds.pseudo(found[element], pseudo) if pseudo else found[element]
        return kind and kind.style

    return [
        (element.tag, pseudo, name)
        for element in html.etree_element.iter()
        for pseudo in (None, "before", "after", "marker", "footnote-call", "footnote-marker")
        for name in ("", *(INITIAL_VALUES.keys() - {"anchor"}))  # which is for links in a PDF
        if _said(theirs(element, pseudo), name) != _said(ours(element, pseudo), name)
    ]


def _said(style: Any, name: str) -> str:
    return str(style is None) if style is None or not name else repr(style[name])


# What is remembered from one document to the next


def test_styles_are_read_once_for_documents_of_the_same_stylesheets(monkeypatch: pytest.MonkeyPatch) -> None:
    css = "p { margin: 3pt; color: #123456 } em { font-size: 7pt }"
    first = cascade("<p>a <em>b</em></p>", css)
    looks = [(first.text(one), first.box(one, 300.0)) for one in first.root.iter()]
    monkeypatch.setattr("diptych.style.cascade._read_box", None)
    monkeypatch.setattr(Cascade, "_read_text", None)
    second = cascade("<p>c <em>d</em></p>", css)
    assert [(second.text(one), second.box(one, 300.0)) for one in second.root.iter()] == looks


def test_what_is_remembered_is_told_apart_by_all_that_it_depends_on() -> None:
    css = "p { margin: 2em; line-height: 1.5 } i { font-size: 50% } p:lang(de) { hyphens: auto } :root { --w: 3pt }"
    seen = []
    for html in ("<p>x <i>y</i></p>", "<p style='font-size: 20pt'>x <i>y</i></p>", "<p style='font-size: 30pt'>x</p>"):
        found = cascade(html, css + "p { padding: var(--w) }")
        paragraph = element(found, "p")
        box = found.box(paragraph, 300.0)
        inner = [found.text(one).size for one in paragraph]
        seen.append((found.text(paragraph).size, box.margin.top, box.line_height, box.padding.top, *inner))
    assert seen[0] == pytest.approx((12, 24, 18, 3, 6))
    assert seen[1] == pytest.approx((20, 40, 30, 3, 10))
    assert seen[2] == pytest.approx((30, 60, 45, 3))
    one = cascade("<p>x</p>", "p { margin-left: 10% }")
    assert [one.box(element(one, "p"), measure).margin.left for measure in (100.0, 300.0)] == pytest.approx([10, 30])


def test_the_language_is_told_apart_too() -> None:
    found = [cascade(f"<p lang='{lang}'>x</p>", "p { margin: 0 }") for lang in ("de", "fr", "de")]
    assert [one.text(element(one, "p")).language for one in found] == ["de", "fr", "de"]
