"""The Word panel: each kind of block and inline as Word itself would have it, looking as the CSS says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import cssselect2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from diptych.cache import Cache
from diptych.printers.word import equations, pictures
from diptych.printers.word.inlines import SPACES
from diptych.printers.word.vocabulary import CHARACTERS, PARAGRAPHS, styles_in, styles_of
from diptych.style import read_tree
from diptych.vocabulary import ELEMENTS
from diptych.workspace import Workspace
from word.reader import FOLDER, Docx, M, R, W, bookmark_names, faults, printed, text, value, word

LABEL = '<span class="label" data-kind="Figure" data-number="1">Figure&nbsp;1</span>'
FIGURE = (
    f'<figure class="figure" id="fig-x"><img src="plot.svg" '
    f'alt="A plot"><figcaption>{LABEL} Words</figcaption></figure>'
)
TABLE = """<div class="table-block" id="tbl-x"><table>
<caption><span class="label" data-kind="Table" data-number="1">Table 1</span> What was found</caption>
<thead><tr><th>Study</th><th class="align-right">Patients</th></tr></thead>
<tbody><tr><td>One</td><td class="align-right">52</td></tr><tr><td>Two</td><td class="align-right">7</td></tr></tbody>
</table><p class="table-note">A note.</p></div>"""


# Blocks and their styles


@pytest.mark.parametrize(
    ("html", "style"),
    [
        ('<h1 class="title">x</h1>', "Title"),
        ('<p class="subtitle">x</p>', "Subtitle"),
        ('<p class="kicker">x</p>', "Kicker"),
        ('<p class="byline">x</p>', "Author"),
        ('<p class="affiliation">x</p>', "Affiliation"),
        ('<p class="correspondence">x</p>', "Correspondence"),
        ('<section class="abstract"><h2>x</h2></section>', "Abstract Heading"),
        ('<section class="abstract"><p>x</p></section>', "Abstract"),
        ('<aside class="key-points"><h2>x</h2></aside>', "Key Points Heading"),
        ('<aside class="key-points"><ul><li>x</li></ul></aside>', "Key Points"),
        ("<h2>x</h2>", "heading 1"),
        ("<h3>x</h3>", "heading 2"),
        ("<h4>x</h4>", "heading 3"),
        ("<h5>x</h5>", "heading 4"),
        ("<p>x</p>", "Body Text"),
        ("<ul><li>x</li></ul>", "List Bullet"),
        ("<ol><li>x</li></ol>", "List Number"),
        ("<ol><li><p>x</p></li></ol>", "List Number"),
        ("<blockquote><p>x</p></blockquote>", "Block Text"),
        ("<pre><code>x</code></pre>", "Source Code"),
        ('<p class="legend">x</p>', "Legend"),
        ('<p class="entry">x</p>', "Bibliography"),
        ('<p class="annotation">x</p>', "Annotation"),
        ('<p class="links">x</p>', "Reference Links"),
        ('<p class="abbreviation">x</p>', "Abbreviation"),
        ('<li class="note"><p>x</p></li>', "endnote text"),
    ],
)
def test_a_block_has_the_style_that_the_vocabulary_gives_it(html: str, style: str) -> None:
    assert word(html).style_names() == [style]


def test_the_paragraph_after_a_heading_is_a_first_paragraph() -> None:
    docx = word("<h2>h</h2><p>a</p><p>b</p>", "p { margin: 0 }")
    assert docx.style_names() == ["heading 1", "First Paragraph", "Body Text"]


def test_headings_have_their_place_in_the_outline() -> None:
    docx = word("<h2>a</h2><h3>b</h3><h4>c</h4>")
    assert [docx.looks(f"heading {level}", "pPr", "outlineLvl") for level in (1, 2, 3)] == ["0", "1", "2"]


def test_styles_are_based_on_one_another_and_say_only_what_is_new() -> None:
    docx = word(
        "<h2>a</h2><p>a</p><p>b</p>", "body { font: 10pt/14pt Georgia } h2 { font-size: 15pt } h2 + p { margin: 0 }"
    )
    assert value(docx.style("First Paragraph"), "basedOn") == "BodyText"
    assert value(docx.style("Body Text"), "basedOn") == "Normal"
    assert docx.style("Body Text").find(f"{W}rPr") is None
    assert docx.looks("heading 1", "rPr", "sz") == "30"


def test_a_paragraph_says_nothing_that_its_style_says() -> None:
    docx = word(
        "<h2>h</h2><p>a</p><p>b</p><p>c</p>", "p { margin: 3pt; text-align: justify; color: red; line-height: 2 }"
    )
    said = [[child.tag for child in paragraph[0]] for paragraph in docx.paragraphs()]
    assert said == [[f"{W}pStyle"]] * 4


def test_words_list_of_styles_is_that_of_the_file() -> None:
    latent = word("<p>x</p>").part("styles").find(f"{W}latentStyles")
    assert [latent.get(f"{W}def{name}") for name in ("SemiHidden", "UnhideWhenUsed")] == ["1", "1"]


def test_letters_are_kerned_as_in_the_pdf() -> None:
    defaults = word("<p>a</p>").part("styles")
    assert value(defaults, "docDefaults/rPrDefault/rPr/kern") == "2"


def test_another_look_of_the_same_kind_becomes_a_style_based_on_the_common_one() -> None:
    css = "p { margin: 0 } .align-right { text-align: right }"
    docx = word(TABLE, css + "td { text-align: left }")
    assert docx.style_names() == [
        "Table Caption",
        "Table Heading",
        "Table Heading Right",
        *["Table Text", "Table Text Right"] * 2,
        "Table Note",
    ]
    assert value(docx.style("Table Text Right"), "basedOn") == "TableText"
    assert docx.looks("Table Text Right", "pPr", "jc") == "right"


def test_text_looks_like_other_text_whatever_comes_next() -> None:
    css = "p + p { text-indent: 9pt } .x { margin-bottom: 12pt } h2 { margin: 12pt 0 2pt } ul { margin: 3pt 0 }"
    more = "<p>a</p><p>b</p><p>c</p>"
    docx = word(f"<h2>x</h2>{more}<p class='x'>d</p><h2>x</h2>{more}<ul><li>e</li></ul><p>f</p><p>g</p>", css)
    names = ["heading 1", "First Paragraph", "Body Text", "Body Text"]
    assert docx.style_names() == [*names, "Body Text", *names, "List Bullet", "First Paragraph", "Body Text"]


def test_a_style_of_its_own_says_what_the_paragraph_stands_beside() -> None:
    css = "div.table-block { margin: 15pt 0 }"
    table = "<div class='table-block'><table><tr><td>1</td></tr></table></div>"
    docx = word(f"<h2>x</h2><p>a</p><h2>x</h2><p>a</p>{table}<p>b</p>", css)
    assert docx.style_names()[-1] == "First Paragraph After Table"
    assert "Variant" not in " ".join(docx.style_names())


def test_differences_that_nobody_sees_make_no_style() -> None:
    docx = word("<p>a</p><p>b</p><p>c</p><p style='margin-top: 6.2pt'>d</p>", "p { margin: 6pt 0 0 }")
    assert docx.style_names() == ["Body Text"] * 4


def test_a_style_keeps_with_the_next_what_most_of_its_paragraphs_keep() -> None:
    body = "<p class='entry' style='break-after: avoid'>a</p>" + "<p class='entry'>b</p>" * 3
    docx = word(body)
    assert docx.looks("Bibliography", "pPr", "keepNext", "val") is None
    assert docx.style("Bibliography").find(f"{W}pPr/{W}keepNext") is None
    assert [paragraph.find(f"{W}pPr/{W}keepNext") is not None for paragraph in docx.paragraphs()] == [True] + [
        False
    ] * 3


def test_text_between_blocks_is_a_paragraph_of_its_own() -> None:
    docx = word("<ul><li>one<ul><li>inner</li></ul>after</li></ul>")
    assert [text(paragraph) for paragraph in docx.paragraphs()] == ["one", "inner", "after"]
    assert docx.style_names() == ["List Bullet", "List Bullet 2", "List Continue"]


def test_what_css_does_not_display_is_not_printed() -> None:
    docx = word("<p>a <b>b</b> c</p><h2>d</h2>", "b, h2 { display: none }")
    assert [text(paragraph) for paragraph in docx.paragraphs()] == ["a c"]


def test_an_unknown_element_is_reported_and_its_text_printed() -> None:
    made = printed("<p>a <blink>b</blink></p><article><p>c</p></article>")
    assert [problem.code for problem in made.diagnostics] == ["word-unknown-element"] * 2
    assert [text(paragraph) for paragraph in Docx(made.data).paragraphs()] == ["a b", "c"]


def test_the_table_of_styles_knows_every_class_that_a_paragraph_may_have() -> None:
    told = {selector.strip() for selectors, _ in PARAGRAPHS for selector in selectors.split(",")}
    missing = [name for name in ELEMENTS["p"].split() if f"p.{name}" not in told]
    assert missing == ["page-break"]


def test_the_table_of_character_styles_knows_every_class_that_a_span_may_have() -> None:
    told = " ".join(selectors for selectors, _ in CHARACTERS)
    missing = [name for name in ELEMENTS["span"].split() if f".{name}" not in told]
    assert missing == ["fraction", "math", "nowrap"]


# Looks


def test_elements_that_are_alike_are_looked_up_once_and_none_is_taken_for_another() -> None:
    page = (
        f"<body>{FIGURE}{TABLE}<h2>x</h2><p>x</p><p>x</p><section class='abstract'><h2>x</h2><p>x</p></section>"
        "<aside class='key-points'><h2>x</h2><ul><li><p>x</p></li><li>x<ul><li>x</li></ul></li></ul></aside>"
        "<ul><li><p>x</p></li><li>x</li></ul><blockquote><p>x</p></blockquote><ol><li class='note'><p>x</p></li></ol>"
        "<h3>x</h3><p class='legend'>x</p><p>x <em>x</em><span class='citation'>x</span></p></body>"
    )
    root = cssselect2.ElementWrapper.from_html_root(read_tree(page))
    elements = list(root.iter_subtree())
    assert styles_in(elements) == {one.etree_element: styles_of(one) for one in elements}


def test_a_semibold_face_is_named_and_a_bold_one_is_switched_on() -> None:
    faces = "".join(
        (
            f"@font-face "
            f'{{ font-family: "Source Sans Pro"; font-weight: {weight}; src: url(font:SourceSansPro-{name}.ttf) }}'
        )
        for weight, name in ((400, "Regular"), (600, "Semibold"), (700, "Bold"))
    )
    css = faces + 'body { font-family: "Source Sans Pro" } h2 { font-weight: 600 } h3 { font-weight: 700 }'
    docx = word("<h2>a</h2><h3>b</h3><p>c</p>", css)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        assert docx.looks("heading 1", "rPr", "rFonts", script) == "Source Sans Pro Semibold"
        assert docx.looks("heading 2", "rPr", "rFonts", script) == "Source Sans Pro"
    assert docx.style("heading 1").find(f"{W}rPr/{W}b") is None
    assert docx.style("heading 2").find(f"{W}rPr/{W}b") is not None


def test_margins_that_meet_stay_as_they_are_because_word_takes_the_larger_too() -> None:
    docx = word("<p>a</p><h2>b</h2>", "p { margin: 0 0 6pt } h2 { margin: 12pt 0 3pt }")
    assert (
        docx.looks("Body Text", "pPr", "spacing", "after"),
        docx.looks("heading 1", "pPr", "spacing", "before"),
    ) == (
        "120",
        "240",
    )


def test_the_margin_of_a_container_goes_to_its_first_paragraph() -> None:
    docx = word("<p>a</p><blockquote><p>b</p><p>c</p></blockquote>", "p { margin: 2pt 0 } blockquote { margin: 9pt 0 }")
    assert docx.style_names() == ["Body Text", "Block Text", "Block Text Last"]
    spaces = [docx.looks(name, "pPr", "spacing", "before") for name in ("Block Text", "Block Text Last")]
    assert spaces == ["180", "40"]


def test_margins_of_containers_that_the_neighbours_outdo_change_nothing() -> None:
    docx = word(
        "<h2>x</h2><section class='statements'><p>a</p><p>b</p></section><h2>c</h2>",
        "section { margin: 3pt } p { margin: 1pt 0 } h2 { margin: 9pt 0 }",
    )
    assert docx.style_names() == ["heading 1", "Statement", "Statement", "heading 1"]


def test_indents_add_up_through_the_containers() -> None:
    docx = word(
        "<blockquote><p>a</p></blockquote>",
        "body { padding-left: 4pt } blockquote { margin: 0 10pt 0 20pt } p { padding: 0 1pt 0 3pt; text-indent: 8pt }",
    )
    indents = [docx.looks("Block Text", "pPr", "ind", side) for side in ("left", "right", "firstLine")]
    assert indents == ["540", "220", "160"]


@pytest.mark.parametrize(
    ("html", "style", "line", "rule"),
    [
        ("<p>a</p>", "Body Text", "14pt", "exact"),
        ("<p>a</p>", "Body Text", "20pt", "atLeast"),
        ("<h2>a</h2>", "heading 1", "20pt", "exact"),
    ],
)
def test_lines_are_forced_but_in_wide_set_text_that_people_go_on_writing(
    html: str, style: str, line: str, rule: str
) -> None:
    docx = word(html, f"p, h2 {{ font-size: 10pt; line-height: {line}; margin: 0 }}")
    assert docx.looks(style, "pPr", "spacing", "lineRule") == rule


def test_spaces_make_up_for_where_word_puts_the_baseline() -> None:
    # CSS has 15.9 pt of the heading's 24 above the baseline and 13.25 of the text's 20; Word has 19.2 and 17.
    css = (
        "h2 { font-size: 12pt; line-height: 24pt; margin: 0 0 9pt } p { font-size: 10pt; line-height: 20pt; margin: 0 }"
    )
    docx = word("<h2>a</h2><p>b</p><p>c</p>", css)
    assert docx.looks("First Paragraph", "pPr", "spacing", "before") == str(
        round(20 * (9 + (19.2 - 15.9) - (17 - 13.25)))
    )
    assert docx.looks("Body Text", "pPr", "spacing", "before") in (None, "0")


def test_a_forced_line_height_does_not_cut_off_a_formula() -> None:
    css = "p { font-size: 10pt; line-height: 11pt; margin: 0 }"
    docx = word('<p>a</p><p>b</p><p><span class="math" data-tex="x">x</span></p>', css)
    assert [value(paragraph, "pPr/spacing", "lineRule") for paragraph in docx.paragraphs()] == [None, None, "atLeast"]
    assert docx.looks("Body Text", "pPr", "spacing", "lineRule") == "exact"


def test_a_note_with_a_formula_does_not_say_how_notes_are_set() -> None:
    css = ".footnote { float: footnote; font-size: 8pt; line-height: 9pt }"
    formula = '<span class="math" data-tex="x">x</span>'
    docx = word(f'<p>a<span class="footnote">{formula}</span>b<span class="footnote">c</span></p>', css)
    assert docx.looks("footnote text", "pPr", "spacing", "lineRule") == "exact"


def test_a_panel_gives_its_ground_and_padding_to_its_paragraphs() -> None:
    css = "aside { background: #eef4f5; padding: 6pt 8pt } h2, p { margin: 0 }"
    docx = word('<aside class="key-points"><h2>a</h2><p>b</p></aside>', css)
    for name in ("Key Points Heading", "Key Points"):
        assert docx.looks(name, "pPr", "shd", "fill") == "EEF4F5"
        sides = [docx.looks(name, "pPr", f"pBdr/{side}", "space") for side in ("top", "left", "bottom", "right")]
        assert sides == ["6", "8", "6", "8"]
        assert docx.looks(name, "pPr", "ind", "left") == "160"


def test_a_panel_with_a_list_has_no_gap_between_heading_and_list() -> None:
    css = (
        "aside { background: #eef4f5; padding: 6pt } h2 { margin: 0 "
        "0 4pt } ul { margin: 0; padding: 0 } li { margin-left: 20pt }"
    )
    docx = word('<aside class="key-points"><h2>a</h2><ul><li>b</li><li>c</li></ul></aside>', css)
    heading, item = "Key Points Heading", "Key Points"
    assert docx.looks(heading, "pPr", "pBdr/bottom", "space") == "4"
    assert docx.looks(heading, "pPr", "spacing", "after") in (None, "0")
    assert docx.looks(item, "pPr", "pBdr/top") in (None, "nil")
    assert docx.looks(item, "pPr", "pBdr/bottom", "space") == "6"


def test_a_rule_above_a_panel_is_drawn_once() -> None:
    css = (
        "h2 { margin: 0 } aside { border-top: 0.8pt solid #0b5563; padding-top: "
        "5pt } ul { padding: 0; margin: 0 } li { margin: 0 0 0 9pt }"
    )
    docx = word('<aside class="key-points"><h2>a</h2><ul><li>b</li></ul></aside>', css)
    assert docx.looks("Key Points Heading", "pPr", "pBdr/top", "color") == "0B5563"
    assert docx.looks("Key Points Heading", "pPr", "pBdr/top", "space") == "5"
    assert docx.looks("Key Points", "pPr", "pBdr/top") in (None, "nil")


def test_breaks_and_keeps_are_words_own() -> None:
    css = (
        "h2 { break-after: avoid } .references { break-before: "
        "page } .reference { break-inside: avoid } p { margin: 0 }"
    )
    docx = word(
        (
            '<p>x</p><section class="references"><h2>h</h2><ol class="reference-list"><li '
            'class="reference"><p class="entry">a</p><p class="links">b</p></li></ol></section>'
        ),
        css,
    )
    heading, entry, links = docx.paragraphs()[1:]
    assert heading.find(f"{W}pPr/{W}pageBreakBefore") is not None
    assert docx.style("heading 1").find(f"{W}pPr/{W}keepNext") is not None
    assert docx.style("Bibliography").find(f"{W}pPr/{W}keepNext") is not None
    assert docx.style("Reference Links").find(f"{W}pPr/{W}keepNext") is None
    assert links.find(f"{W}pPr/{W}keepNext") is None
    assert entry is not links


@pytest.mark.parametrize(("css", "code"), [("float: right", "word-float"), ("position: absolute", "word-position")])
def test_what_stands_beside_the_flow_is_reported_and_printed_in_it(css: str, code: str) -> None:
    made = printed("<blockquote>a</blockquote>", f"blockquote {{ {css} }}")
    assert [problem.code for problem in made.diagnostics] == [code]
    assert text(Docx(made.data).body) == "a"


def test_a_table_that_css_keeps_with_its_note_is_kept_by_its_last_row() -> None:
    docx = word(TABLE, ".table-note { break-before: avoid }")
    kept = [docx_row.find(f".//{W}keepNext") is not None for docx_row in docx.body.iter(f"{W}tr")]
    assert kept == [False, False, True]


def test_hyphenation_is_switched_on_and_off_where_css_says_so() -> None:
    docx = word("<p>a</p><h2>b</h2>", "p { hyphens: auto }")
    assert docx.part("settings").find(f"{W}autoHyphenation") is not None
    assert docx.style("Body Text").find(f"{W}pPr/{W}suppressAutoHyphens").get(f"{W}val") == "0"
    assert word("<p>a</p>").part("settings").find(f"{W}autoHyphenation") is None


def test_words_before_and_after_an_element_are_printed() -> None:
    docx = word("<p class='keywords'>a</p>", "p::before { content: 'Keywords: ' } p::after { content: '.' }")
    assert text(docx.body) == "Keywords: a."


def test_generated_content_that_word_cannot_have_is_reported() -> None:
    made = printed("<p>a</p>", "p::before { content: counter(n) }")
    assert [problem.code for problem in made.diagnostics] == ["word-generated-content"]


# Inlines


def test_white_space_collapses_across_elements() -> None:
    docx = word("<p>\n a <em> b </em>\n c<br> d  </p>")
    assert text(docx.body) == "a b c\nd"


def test_words_that_css_keeps_together_are_joined_by_spaces_that_word_does_not_break() -> None:
    docx = word('<p>a b <span class="nowrap">Ann B. <sup>1</sup></span> c</p>', ".nowrap { white-space: nowrap }")
    assert text(docx.body) == "a b Ann\u00a0B.\u00a01 c"


def test_verbatim_text_keeps_its_spaces_and_lines() -> None:
    docx = word("<pre><code>a   b\n  c</code></pre>", "pre { white-space: pre-wrap }")
    assert text(docx.body) == "a   b\n  c"


@pytest.mark.parametrize(
    ("html", "style"),
    [
        ("<em>x</em>", "Emphasis"),
        ("<strong>x</strong>", "Strong"),
        ('<strong class="run-in">x</strong>', "Run-in Heading"),
        ("<code>x</code>", "HTML Code"),
        ("<sup>x</sup>", "Superscript"),
        ("<s>x</s>", "Strikethrough"),
        ("<u>x</u>", "Underline"),
        ('<span class="small-caps">x</span>', "Small Caps"),
        ('<span class="citation">x</span>', "Citation"),
    ],
)
def test_an_inline_has_a_character_style(html: str, style: str) -> None:
    css = ".small-caps { font-variant-caps: small-caps } .citation { color: red } .run-in { color: blue }"
    docx = word(f"<p>a {html}</p>", css)
    styles = [value(run, "rPr/rStyle") for run in docx.body.iter(f"{W}r")]
    assert [docx.styles[name].find(f"{W}name").get(f"{W}val") for name in styles if name] == [style]


def test_raised_text_is_small_by_word_and_not_twice() -> None:
    docx = word("<p>10<sup>5</sup></p>", "p { font-size: 10pt } sup { font-size: 7pt; vertical-align: 0.35em }")
    assert docx.looks("Superscript", "rPr", "vertAlign") == "superscript"
    assert docx.looks("Superscript", "rPr", "sz") is None


def test_strong_in_a_bold_heading_stays_bold() -> None:
    docx = word("<p>a <strong>b</strong></p><h2>c <strong>d</strong></h2>", "h2, strong { font-weight: bold }")
    heading = docx.paragraphs()[1]
    assert [value(run, "rPr/rStyle") for run in heading.iter(f"{W}r")] == [None, None]


def test_regular_text_in_a_bold_heading_is_switched_off_by_the_run_itself() -> None:
    docx = word("<h2>c <em>d</em></h2>", "h2 { font-weight: bold } em { font-weight: 400 }")
    assert value(list(docx.body.iter(f"{W}r"))[1], "rPr/b") == "0"


def test_another_language_is_marked() -> None:
    docx = word('<p>a <span lang="de">Zeitgeist</span></p>')
    assert [value(run, "rPr/lang") for run in docx.body.iter(f"{W}r")] == [None, "de"]
    assert value(docx.part("styles"), "docDefaults/rPrDefault/rPr/lang") == "en-GB"


def test_links_lead_out_and_in() -> None:
    docx = word('<p><a href="https://example.org/a?b=1&amp;c">x</a> <a href="#k">y</a></p><h2 id="k">z</h2>')
    out, inside = docx.body.iter(f"{W}hyperlink")
    assert docx.relationships()[out.get(f"{R}id")] == ("hyperlink", "https://example.org/a?b=1&c")
    assert inside.get(f"{W}anchor") == "k"
    assert faults(docx) == []


def test_a_link_to_nothing_is_reported_and_printed() -> None:
    made = printed('<p><a href="#gone">x</a></p>')
    assert [problem.code for problem in made.diagnostics] == ["word-dangling-link"]
    assert text(Docx(made.data).body) == "x"


def test_citations_link_to_their_entries() -> None:
    docx = word(
        '<p><span class="citation">[<a class="cite" href="#ref-x">1</a>]</span></p><ol '
        'class="reference-list"><li class="reference" id="ref-x"><p class="entry">X</p></li></ol>'
    )
    assert next(docx.body.iter(f"{W}hyperlink")).get(f"{W}anchor") == "ref_x"
    assert bookmark_names(docx) == ["ref_x"]


def test_bookmark_names_are_short_and_their_own() -> None:
    ids = ["ref-a.b", "ref-a_b", "1x", "x" * 60, "x" * 59 + "y", "ÄÖ"]
    body = "".join(f'<p><a href="#{name}">l</a></p>' for name in ids) + "".join(f'<p id="{name}">t</p>' for name in ids)
    names = bookmark_names(word(body))
    assert len({name.lower() for name in names}) == len(ids)
    assert all(len(name) <= 40 and name[0].isalpha() and name.replace("_", "a").isalnum() for name in names)


# Captions and cross-references


def test_a_caption_counts_itself_and_is_referred_to_by_a_field() -> None:
    docx = word(f'<p>See <a class="crossref" href="#fig-x">Figure 1</a>.</p>{FIGURE}')
    codes = [(code.text or "").strip() for code in docx.body.iter(f"{W}instrText")]
    assert codes == ["REF fig_x \\h", "SEQ Figure \\* ARABIC"]
    assert [text(paragraph) for paragraph in docx.paragraphs()] == ["See Figure 1.", "", "Figure\u00a01 Words"]
    assert faults(docx) == []


def test_a_reference_that_reads_otherwise_than_its_target_is_a_link() -> None:
    docx = word(f'<p><a class="crossref" href="#fig-x">Fig. 1</a></p>{FIGURE}')
    assert next(docx.body.iter(f"{W}hyperlink")).get(f"{W}anchor") == "fig_x"


def test_a_reference_to_a_heading_is_a_field() -> None:
    docx = word('<p><a class="crossref" href="#s">Methods</a></p><h2 id="s">Methods</h2>')
    assert next(docx.body.iter(f"{W}instrText")).text.strip() == "REF s \\h"


def test_a_number_out_of_turn_is_set() -> None:
    body = FIGURE.replace('data-number="1">Figure&nbsp;1', 'data-number="3">Figure&nbsp;3')
    assert next(word(body).body.iter(f"{W}instrText")).text.strip() == "SEQ Figure \\* ARABIC \\r 3"


def test_a_number_that_is_none_is_text() -> None:
    docx = word(FIGURE.replace('data-number="1">Figure&nbsp;1', 'data-number="S1">Figure&nbsp;S1'))
    assert list(docx.body.iter(f"{W}instrText")) == []
    assert text(docx.body) == "Figure\u00a0S1 Words"


# Lists


def test_each_numbered_list_begins_anew() -> None:
    docx = word("<ol><li>a</li><li>b</li></ol><ol><li>c</li></ol><ol start='4'><li>d</li></ol>")
    numbers = [value(paragraph, "pPr/numPr/numId") for paragraph in docx.paragraphs()]
    assert numbers[0] == numbers[1] is None
    assert len(set(numbers[1:])) == 3
    starts = {
        one.get(f"{W}numId"): value(one, "lvlOverride/startOverride") for one in docx.part("numbering").iter(f"{W}num")
    }
    assert [starts[number or ""] for number in numbers[2:]] == ["1", "4"]
    assert faults(docx) == []


def test_nested_lists_have_levels() -> None:
    docx = word("<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li></ul>")
    assert docx.style_names() == ["List Bullet", "List Bullet 2", "List Number 3"]
    levels = {value(one, "pStyle"): one.get(f"{W}ilvl") for one in docx.part("numbering").iter(f"{W}lvl")}
    assert levels == {"ListBullet": "0", "ListBullet2": "1", "ListNumber3": "2"}
    assert faults(docx) == []


def test_a_second_paragraph_of_an_item_has_no_marker() -> None:
    docx = word("<ol><li><p>a</p><p>b</p></li></ol>")
    assert docx.style_names() == ["List Number", "List Continue"]
    assert docx.looks("List Continue", "pPr", "numPr/numId") is None


def test_a_list_without_markers_has_none() -> None:
    docx = word(
        '<ol class="reference-list"><li class="reference"><p class="entry">a</p></li></ol>', "ol { list-style: none }"
    )
    assert "word/numbering.xml" not in docx.files


@pytest.mark.parametrize(
    ("css", "kind"), [("lower-alpha", "lowerLetter"), ("upper-roman", "upperRoman"), ("disc", "bullet")]
)
def test_the_kind_of_number_is_that_of_the_css(css: str, kind: str) -> None:
    docx = word("<ol><li>a</li></ol>", f"ol {{ list-style-type: {css} }}")
    assert value(docx.part("numbering"), "abstractNum/lvl/numFmt") == kind


# The reference list


@pytest.mark.parametrize(("css", "written"), [("upper-roman", "%1."), ("decimal", "%1."), ("'–– '", "––")])
def test_markers_end_at_one_place_however_wide_so_that_none_reaches_past_the_text(css: str, written: str) -> None:
    docx = word("<ol><li>x</li></ol>", f"ol {{ list-style-type: {css}; padding-left: 30pt; font-size: 10pt }}")
    level = docx.part("numbering").find(f".//{W}lvl")
    assert (value(level, "lvlText"), value(level, "lvlJc")) == (written, "right")
    assert [level.find(f"{W}pPr/{W}ind").get(W + name) for name in ("left", "hanging")] == ["600", "40"]


def test_the_padding_of_an_item_stands_between_its_marker_and_its_text() -> None:
    docx = word("<ul><li>x</li></ul>", "ul { padding-left: 30pt; font-size: 10pt } li { padding-left: 6pt }")
    indent = docx.part("numbering").find(f".//{W}lvl/{W}pPr/{W}ind")
    assert [indent.get(W + name) for name in ("left", "hanging")] == ["720", "160"]


def test_number_and_mark_stand_at_tab_stops_in_the_hanging_indent() -> None:
    css = """.entry { padding-left: 10mm; text-indent: -10mm; margin: 0 }
             .number, .mark { display: inline-block; text-indent: 0 }
             .number { width: 6mm } .mark { width: 4mm }"""
    body = '<p class="entry"><span class="number">1.</span><span class="mark">••</span>Author. <i>Title</i>.</p>'
    docx = word(body + body.replace("••", ""), css)
    assert [text(paragraph) for paragraph in docx.paragraphs()] == ["1.\t••\tAuthor. Title.", "1.\t\tAuthor. Title."]
    assert docx.style_names() == ["Bibliography"] * 2
    assert (
        docx.looks("Bibliography", "pPr", "ind", "hanging") == docx.looks("Bibliography", "pPr", "ind", "left") == "567"
    )
    assert docx.looks("Bibliography", "pPr", "tabs/tab", "pos") == "340"


def test_an_annotation_has_its_rule_and_indent() -> None:
    css = ".annotation { margin: 0 0 0 10pt; padding-left: 6pt; border-left: 1pt solid #0b5563 }"
    docx = word('<p class="annotation">a</p>', css)
    assert docx.looks("Annotation", "pPr", "ind", "left") == "340"
    assert [docx.looks("Annotation", "pPr", "pBdr/left", name) for name in ("sz", "space", "color")] == [
        "8",
        "6",
        "0B5563",
    ]


# Tables


def test_a_table_repeats_its_head_and_keeps_its_rows_whole() -> None:
    docx = word(TABLE)
    rows = list(docx.body.iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert value(docx.body, "tbl/tblPr/tblCaption") == "Table 1 What was found"
    caption = docx.paragraphs()[0]
    assert docx.style_name(caption) == "Table Caption"
    assert docx.style("Table Caption").find(f"{W}pPr/{W}keepNext") is not None


def test_the_rules_of_a_table_are_in_its_style() -> None:
    css = (
        "table { border-collapse: collapse; border-top: 0.8pt solid #111; border-bottom: "
        "0.8pt solid #111 } th { border-bottom: 0.4pt solid #222 } td { padding: 2pt 4pt }"
    )
    docx = word(TABLE, css + "th { padding: 2pt 4pt }")
    style = docx.style("Review Table")
    assert value(style, "tblPr/tblBorders/top", "sz") == value(style, "tblPr/tblBorders/bottom", "sz") == "6"
    assert value(style, "tblStylePr/tcPr/tcBorders/bottom", "color") == "222222"
    assert value(style, "tblPr/tblCellMar/left", "w") == "80"
    assert list(docx.body.iter(f"{W}tcBorders")) == []
    assert list(docx.body.iter(f"{W}tcMar")) == []


def test_a_cell_says_the_rules_that_it_alone_has() -> None:
    docx = word(
        TABLE.replace("<td>Two", "<td style='border-top: 1pt solid red'>Two"), "table { border-collapse: collapse }"
    )
    said = [value(cell, "tcPr/tcBorders/top", "color") for cell in docx.body.iter(f"{W}tc")]
    assert said == [None, None, None, None, "FF0000", None]


def test_cells_are_merged_across_and_down() -> None:
    body = "<table><tr><td rowspan='2'>a</td><td colspan='2'>b</td></tr><tr><td>c</td><td>d</td></tr></table><p>z</p>"
    docx = word(body)
    first, second = docx.body.iter(f"{W}tr")
    assert [value(cell, "tcPr/gridSpan") for cell in first.iter(f"{W}tc")] == [None, "2"]
    assert [value(cell, "tcPr/vMerge") for cell in second.iter(f"{W}tc")] == ["continue", None, None]
    assert len(list(docx.body.iter(f"{W}gridCol"))) == 3


def test_columns_share_the_measure() -> None:
    css = "@page { size: 400pt 400pt; margin: 50pt } table { width: 100%; border-collapse: collapse }"
    widths = [int(col.get(f"{W}w")) for col in word(TABLE, css).body.iter(f"{W}gridCol")]
    assert sum(widths) == pytest.approx(300 * 20, abs=2)


def test_col_elements_set_the_widths() -> None:
    body = TABLE.replace("<thead>", "<colgroup><col style='width: 30%'><col style='width: 70%'></colgroup><thead>")
    css = "@page { size: 400pt 400pt; margin: 50pt } table { width: 100% }"
    assert [col.get(f"{W}w") for col in word(body, css).body.iter(f"{W}gridCol")] == ["1800", "4200"]


def test_tables_that_follow_one_another_stay_two() -> None:
    table = "<table><tr><td>a</td></tr></table>"
    docx = word(table + table)
    assert [child.tag.removeprefix(W) for child in docx.body] == ["tbl", "p", "tbl", "p", "sectPr"]


def test_a_table_at_the_end_is_followed_by_a_paragraph() -> None:
    docx = word("<table><tr><td>a</td></tr></table>")
    assert [child.tag.removeprefix(W) for child in docx.body] == ["tbl", "p", "sectPr"]


# Figures


def test_a_drawing_comes_as_svg_with_a_png_beside_it() -> None:
    docx = word(FIGURE, "figure { margin: 0 } img { width: 50% } @page { size: 400pt 400pt; margin: 50pt }")
    media = [name for name in docx.files if name.startswith("word/media/")]
    assert sorted(Path(name).suffix for name in media) == [".png", ".svg"]
    assert docx.files[next(name for name in media if name.endswith(".svg"))] == (FOLDER / "plot.svg").read_bytes()
    extent = next(docx.body.iter("{*}extent"))
    assert (int(extent.get("cx")), int(extent.get("cy"))) == (150 * 12700, 75 * 12700)
    assert next(docx.body.iter("{*}docPr")).get("descr") == "A plot"
    assert docx.style("Figure").find(f"{W}pPr/{W}keepNext") is None or docx.style_names() == ["Figure", "caption"]
    assert faults(docx) == []


@pytest.mark.parametrize(("name", "size"), [("dot.png", (60, 30)), ("dot.jpg", (45, 30))])
def test_a_picture_in_pixels_goes_in_as_it_is(name: str, size: tuple[int, int]) -> None:
    docx = word(f'<p><img src="{name}" alt="x"></p>')
    [media] = [data for file, data in docx.files.items() if file.startswith("word/media/")]
    assert media == (FOLDER / name).read_bytes()
    extent = next(docx.body.iter("{*}extent"))
    assert (int(extent.get("cx")) / 12700, int(extent.get("cy")) / 12700) == size


def test_a_picture_is_never_wider_than_the_measure() -> None:
    docx = word('<p><img src="dot.png" alt="x"></p>', "@page { size: 50pt; margin: 10pt }")
    assert next(docx.body.iter("{*}extent")).get("cx") == str(30 * 12700)


def test_the_same_picture_is_kept_once() -> None:
    docx = word('<p><img src="dot.png" alt="x"></p><p><img src="dot.png" alt="y"></p>')
    assert len([name for name in docx.files if name.startswith("word/media/")]) == 1
    assert [props.get("id") for props in docx.body.iter("{*}docPr")] == ["1", "2"]


@pytest.mark.parametrize("source", ["gone.png", "https://example.org/x.png", "reader.py", "data:image/png;base64,AAAA"])
def test_a_picture_that_cannot_be_had_is_an_error_and_its_words_are_printed(source: str) -> None:
    made = printed(f'<p><img src="{source}" alt="The words"></p>')
    assert [(problem.severity, problem.code) for problem in made.diagnostics] == [("error", "word-picture")]
    assert text(Docx(made.data).body) == "The words"


def test_a_drawing_is_drawn_once_as_long_as_its_png_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[bytes] = []
    draw = pictures._raster.__wrapped__

    def counted(data: bytes, pixels: int) -> bytes:
        found.append(data)
        return bytes(draw(data, pixels))

    monkeypatch.setattr(pictures, "_raster", counted)
    made = [
        printed(FIGURE, workspace=Workspace(FOLDER, kept)).data for kept in (None, Cache(tmp_path), Cache(tmp_path))
    ]
    assert (len(set(made)), len(found)) == (1, 2)
    printed(FIGURE, "img { width: 10% }", workspace=Workspace(FOLDER, Cache(tmp_path)))
    assert len(found) == 3
    for entry in tmp_path.iterdir():
        entry.write_bytes(b"damaged")
    assert printed(FIGURE, workspace=Workspace(FOLDER, Cache(tmp_path))).data == made[0]


def test_an_svg_takes_nothing_from_elsewhere() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<image href="file:///etc/hostname" width="9" height="9"/></svg>'
    )
    made = printed(f"<p><img alt='x' src='data:image/svg+xml,{svg.replace('#', '%23')}'></p>".replace('"', "&quot;"))
    assert [(problem.severity, problem.code) for problem in made.diagnostics] == [("error", "word-picture")]
    assert not [name for name in Docx(made.data).files if name.startswith("word/media/")]


# Notes


def test_a_footnote_is_a_footnote() -> None:
    body = (
        '<p>a<span class="footnote">First <em>note</em>, <a href="https://example.org">'
        'link</a>.</span> b<span class="footnote">Second</span></p>'
    )
    docx = word(body, ".footnote { float: footnote; font-size: 8pt; line-height: 10pt }")
    notes = [note for note in docx.part("footnotes") if note.get(f"{W}type") is None]
    assert [text(note).strip() for note in notes] == ["First note, link.", "Second"]
    assert [mark.get(f"{W}id") for mark in docx.body.iter(f"{W}footnoteReference")] == ["1", "2"]
    assert text(docx.body) == "a b"
    assert docx.relationships("footnotes") == {"rIdL1": ("hyperlink", "https://example.org")}
    assert docx.looks("footnote text", "rPr", "sz") == "16"
    assert faults(docx) == []


def test_footnotes_in_tables_count_in_reading_order() -> None:
    note = '<span class="footnote">{}</span>'
    body = (
        f"<p>a{note.format('one')}</p><table><tr><td>"
        f"b{note.format('two')}</td></tr></table><p>c{note.format('three')}</p>"
    )
    docx = word(body, ".footnote { float: footnote }")
    assert [text(note).strip() for note in docx.part("footnotes")][2:] == ["one", "two", "three"]
    assert [mark.get(f"{W}id") for mark in docx.body.iter(f"{W}footnoteReference")] == ["1", "2", "3"]


# Formulas


def test_formulas_are_words_own() -> None:
    body = (
        r'<p>a <span class="math" data-tex="\frac{a}{b}">x</span></p><div '
        r'class="equation"><span class="math" data-tex="x^2">x</span></div>'
    )
    docx = word(body, "div { text-align: center }")
    assert len(list(docx.body.iter(f"{M}oMath"))) == 2
    assert [part.find(f"{M}oMathParaPr/{M}jc").get(f"{M}val") for part in docx.body.iter(f"{M}oMathPara")] == ["center"]
    assert text(docx.body) == "a "


def test_a_formula_that_cannot_be_converted_is_reported_and_its_latex_printed() -> None:
    made = printed(r'<p><span class="math" data-tex="\nosuch{x">x</span> <span class="math" data-tex="y">y</span></p>')
    assert [problem.code for problem in made.diagnostics] == ["word-formula"]
    docx = Docx(made.data)
    assert text(docx.body).strip() == r"\nosuch{x"
    assert len(list(docx.body.iter(f"{M}oMath"))) == 1


def test_an_upright_word_in_a_formula_is_one_run() -> None:
    equations.convert([(r"\mathrm{BED}=nd", False)])
    math = equations.omml(r"\mathrm{BED}=nd", False)
    assert math is not None
    assert "<m:t>BED</m:t>" in math


def test_without_pandoc_formulas_are_latex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equations, "executable", lambda: "/nowhere/pandoc")
    problems = equations.convert([("unheard-of", True)])
    assert [problem.code for problem in problems] == ["word-formula"]
    assert equations.omml("unheard-of", True) is None


# Pages


PAGE = """@page { size: A4; margin: 30mm 20mm 25mm;
@top-left { content: string(head); font: 8pt/10pt Georgia; vertical-align: bottom; padding-bottom: 4pt;
  border-bottom: 0.4pt solid #444 }
@top-right { content: "Page " counter(page) " of " counter(pages); font: 8pt/10pt Georgia } }
body { margin: 0; string-set: head attr(data-head) }"""


def test_a_header_has_its_words_fields_tab_and_rule() -> None:
    docx = word('<p class="kicker">x</p>', PAGE + "body { string-set: head 'Short' }")
    header = docx.part("header1")
    assert text(header) == "Short\tPage 1 of 1"
    assert [(code.text or "").strip() for code in header.iter(f"{W}instrText")] == ["PAGE", "NUMPAGES"]
    assert docx.looks("header", "pPr", "pBdr/bottom", "color") == "444444"
    assert docx.looks("header", "pPr", "tabs/tab", "pos") == "9638"
    assert faults(docx) == []


def test_a_page_has_the_size_and_margins_of_the_css() -> None:
    docx = word("<p>x</p>", PAGE)
    size, margins = docx.body.find(f".//{W}pgSz"), docx.body.find(f".//{W}pgMar")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    assert [margins.get(W + side) for side in ("top", "right", "bottom", "left")] == ["1701", "1134", "1417", "1134"]


def test_the_first_page_may_differ_even_in_its_margin() -> None:
    docx = word(
        "<p>x</p>", PAGE + "@page :first { margin-top: 20mm; @top-left { content: none } @top-right { content: none } }"
    )
    section = docx.body.find(f"{W}sectPr")
    assert section.find(f"{W}titlePg") is not None
    assert value(section, "pgMar", "top") == "1134"
    kinds = {
        one.get(f"{W}type"): docx.relationships()[one.get(f"{R}id")][1] for one in section.iter(f"{W}headerReference")
    }
    default, first = (docx.part(kinds[kind].removesuffix(".xml")) for kind in ("default", "first"))
    assert text(first) == ""
    header, line, rule = int(value(section, "pgMar", "header") or 0), 200, 8 + 80
    filled = header + line + rule + int(value(default, "p/pPr/spacing", "after") or 0)
    assert filled == pytest.approx(1701, abs=4)


def test_left_and_right_pages_may_differ() -> None:
    docx = word(
        "<p>x</p>",
        (
            "@page :left { @bottom-left { content: counter(page) } } "
            "@page :right { @bottom-right { content: counter(page) } }"
        ),
    )
    assert docx.part("settings").find(f"{W}evenAndOddHeaders") is not None
    kinds = [one.get(f"{W}type") for one in docx.body.iter(f"{W}footerReference")]
    assert sorted(kinds) == ["default", "even"]


def test_a_running_head_that_changes_is_a_field() -> None:
    css = "h2 { string-set: part content() } @page { @top-center { content: string(part) } }"
    docx = word("<h2>One</h2><p>x</p><h2>Two</h2>", css)
    assert next(docx.part("header1").iter(f"{W}instrText")).text.strip() == "STYLEREF 1"
    assert text(docx.part("header1")) == "One"


def test_what_a_running_head_asks_for_has_one_style_wherever_it_stands() -> None:
    css = """h2 { string-set: part content(); margin: 20pt 0 5pt } p + h2 { margin-top: 9pt } h2.odd { color: red }
    @page { @top-center { content: string(part) } }"""
    docx = word('<ul><li>a</li></ul><h2>One</h2><p>x</p><h2>Two</h2><h2>Three</h2><h2 class="odd">Red</h2>', css)
    headings = {text(one): one for one in docx.paragraphs() if text(one) in ("One", "Two", "Three", "Red")}
    styles = {words: docx.style_name(one) for words, one in headings.items()}
    assert styles["One"] == styles["Two"] == styles["Three"] == "heading 1" != styles["Red"]
    spaces = [value(headings[words], "pPr/spacing", "before") or "of its style" for words in ("One", "Two", "Three")]
    assert len(set(spaces)) == 2


def test_a_margin_box_that_word_has_no_place_for_is_reported() -> None:
    made = printed("<p>x</p>", "@page { @left-middle { content: 'side' } }")
    assert [problem.code for problem in made.diagnostics] == ["word-margin-box"]


def test_columns_begin_and_end_sections() -> None:
    css = "@page { size: 400pt 400pt; margin: 50pt } .columns { columns: 2; column-gap: 20pt }"
    docx = word('<h1 class="title">t</h1><main class="text columns"><p>a</p></main><h2>r</h2>', css)
    sections = list(docx.body.iter(f"{W}sectPr"))
    assert [value(one, "cols", "num") for one in sections] == [None, "2", None]
    assert [value(one, "type") for one in sections] == ["nextPage", "continuous", "continuous"]
    assert value(sections[1], "cols", "space") == "400"


def test_what_spans_the_columns_interrupts_them() -> None:
    css = ".columns { columns: 2 } .wide { column-span: all }"
    docx = word(
        f'<main class="text columns"><p>a</p>{TABLE.replace("table-block", "table-block wide")}<p>b</p></main>', css
    )
    assert [value(one, "cols", "num") for one in docx.body.iter(f"{W}sectPr")][:3] == ["2", None, "2"]


def test_the_last_columns_are_balanced_unless_css_fills_them() -> None:
    balanced = word('<main class="text columns"><p>a</p></main>', ".columns { columns: 2 }")
    filled = word('<main class="text columns"><p>a</p></main>', ".columns { columns: 2; column-fill: auto }")
    assert [len(list(docx.body.iter(f"{W}sectPr"))) for docx in (balanced, filled)] == [2, 1]


def test_a_named_page_is_a_section_of_its_own() -> None:
    css = "@page { size: A4 } @page across { size: A4 landscape } .wide { page: across }"
    docx = word('<p>a</p><div class="wide"><p>b</p></div><p>c</p>', css)
    assert [value(one, "pgSz", "orient") for one in docx.body.iter(f"{W}sectPr")] == [None, "landscape", None]
    assert [value(one, "type") for one in docx.body.iter(f"{W}sectPr")] == ["nextPage"] * 3


def test_lines_are_numbered_where_the_stylesheet_asks_for_it() -> None:
    css = (
        "body { --line-numbers: continuous } .legend { --line-numbers: none "
        "} @page { @top-right { content: counter(page); color: #4d4d4d } }"
    )
    docx = word("<p>a</p><p class='legend'>b</p>", css)
    assert value(docx.body, "sectPr/lnNumType", "restart") == "continuous"
    assert docx.style("Legend").find(f"{W}pPr/{W}suppressLineNumbers") is not None
    assert docx.style("Body Text").find(f"{W}pPr/{W}suppressLineNumbers") is None
    assert docx.looks("line number", "rPr", "color") == "4D4D4D"
    assert word("<p>a</p>").body.find(f".//{W}lnNumType") is None


# The file


def test_the_properties_are_those_of_the_head() -> None:
    head = (
        '<title>The  title</title><meta name="author" content="Ann"><meta name="author" '
        'content="Böb"><meta name="keywords" content="a, b"><meta name="subject" content="Review">'
    )
    core = etree.fromstring(word("<p>x</p>", head=head).files["docProps/core.xml"])
    said = {child.tag.rpartition("}")[2]: child.text for child in core}
    assert (said["title"], said["creator"], said["keywords"], said["subject"]) == (
        "The title",
        "Ann; Böb",
        "a, b",
        "Review",
    )
    assert (said["language"], said["created"], said["modified"]) == (
        "en-GB",
        "2000-01-01T00:00:00Z",
        "2000-01-01T00:00:00Z",
    )


def test_the_moment_is_taken_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert b"2023-11-14T22:13:20Z" in word("<p>x</p>").files["docProps/core.xml"]


def test_equal_documents_give_equal_bytes() -> None:
    body = f"<h2>h</h2>{FIGURE}{TABLE}<p>a</p>"
    first, second = printed(body), printed(body)
    assert first.data == second.data
    with zipfile.ZipFile(io.BytesIO(first.data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_empty_document_is_a_file_too() -> None:
    docx = word("")
    assert docx.body.find(f"{W}sectPr") is not None
    assert faults(docx) == []


EVERYTHING = f"""<h1 class="title">T</h1><h2 id="s">S <em>e</em></h2>
<p>a<span class="footnote">n <a href="#tbl-x">t</a></span>
<a class="crossref" href="#fig-x">Figure 1</a> <a class="crossref" href="#s">S e</a></p>
<ul><li>x<ol><li>y</li></ol></li></ul>{TABLE}{FIGURE}<p><span class="math" data-tex="x">x</span></p>"""


def test_nothing_dangles_in_a_document_with_everything() -> None:
    docx = word(EVERYTHING, PAGE + ".footnote { float: footnote } em { color: red }")
    assert faults(docx) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("document", '<w:fldChar w:fldCharType="end"/>', ""),
        ("document", '<w:fldChar w:fldCharType="separate"/>', ""),
        ("document", '<w:bookmarkEnd w:id="1"/>', ""),
        ("document", 'w:name="fig_x"', 'w:name="other"'),
        ("document", '<w:footnoteReference w:id="1"/>', ""),
        ("document", '<w:pStyle w:val="Title"/>', '<w:pStyle w:val="Nowhere"/>'),
        ("document", '<w:tblStyle w:val="ReviewTable"/>', '<w:tblStyle w:val="Title"/>'),
        ("document", 'r:embed="rIdM1"', 'r:embed="rIdM9"'),
        ("styles", '<w:numId w:val="1"/>', '<w:numId w:val="99"/>'),
        ("styles", '<w:basedOn w:val="Normal"/>', '<w:basedOn w:val="Nowhere"/>'),
        ("footnotes", 'w:anchor="tbl_x"', 'w:anchor="gone"'),
    ],
)
def test_what_no_validator_sees_is_seen_by_ours(part: str, old: str, new: str) -> None:
    docx = word(EVERYTHING, PAGE + ".footnote { float: footnote } em { color: red }")
    name = f"word/{part}.xml"
    assert old.encode() in docx.files[name]
    docx.files[name] = docx.files[name].replace(old.encode(), new.encode(), 1)
    docx.body = docx.part("document")[0]
    docx.styles = {style.get(f"{W}styleId"): style for style in docx.part("styles").iter(f"{W}style")}
    assert faults(docx) != []


WORDS = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="&<>"), max_size=40)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> str:
    """HTML in the vocabulary, nested in ways that no template would."""
    blocks = (
        "p",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "div",
        "section",
        "table",
        "tr",
        "td",
        "figure",
        "hr",
    )
    inlines = ("em", "strong", "sup", "code", "a", "span", "br")
    tag = draw(st.sampled_from(blocks if depth > 1 else inlines))
    inside = draw(st.lists(trees(depth - 1) if depth else WORDS, max_size=3))
    return f"{draw(WORDS)}<{tag}>{''.join(inside)}</{tag}>{draw(WORDS)}"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(trees())
def test_any_nesting_is_printed_whole(body: str) -> None:
    css = "ul, ol { padding-left: 1em } blockquote { background: #eee; padding: 4pt } section { columns: 2 }"
    made = printed(body, css)
    docx = Docx(made.data)
    assert faults(docx) == []
    shown = "".join(text(docx.body).split())
    tree = etree.fromstring(f"<x>{body.replace('<br></br>', '<br/>')}</x>".encode())
    said = "".join("".join(tree.itertext()).split())
    assert sorted(shown) == sorted(said)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_any_characters_go_into_a_well_formed_file(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    docx = Docx(printed(f"<p>x{escaped}</p>", head=f"<title>{escaped}</title>").data)
    assert SPACES.sub("", text(docx.body)).startswith("x")


def test_what_css_puts_beside_the_text_stands_in_a_frame_level_with_the_next_paragraph() -> None:
    css = "@page { size: 400pt 600pt; margin: 50pt 100pt 50pt 50pt } li { margin: 0 0 8pt; position: relative } "
    css += "p { margin: 0 } .qr { position: absolute; top: 0; right: -70pt; width: 40pt }"
    item = '<li class="reference"><p class="qr"><img src="dot.png" alt="Code"></p><p class="entry">Words</p></li>'
    made = word(f'<ol class="reference-list">{item}{item}</ol>', css)
    frames = made.body.findall(f".//{W}framePr")
    assert [(one.get(f"{W}w"), one.get(f"{W}x")) for one in frames] == [("800", "5600")] * 2  # 40 pt, 250 + 70 - 40
    assert [text(one) for one in made.paragraphs()] == ["", "Words", "", "Words"]
    assert printed(f'<ol class="reference-list">{item}</ol>', css).diagnostics == ()


def test_a_link_within_raised_text_is_raised_with_it() -> None:
    docx = word('<p id="a">One<sup>x<a href="#a">2</a></sup></p>', "sup { vertical-align: super; font-size: 0.7em }")
    (link,) = docx.body.iter(f"{W}hyperlink")
    style = docx.styles[value(next(link.iter(f"{W}r")), "rPr/rStyle")]
    assert value(style, "rPr/vertAlign") == "superscript"
