"""Raised numbers and calls of notes behind commas and stops, as copy editors of English journals have them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

import projects
from diptych import press, prose
from diptych.compose.stops import Call, behind_stops
from diptych.document import Options
from diptych.workspace import Workspace
from word.reader import Docx, text

NOTES = "chicago-notes-bibliography"


@cache
def page(style: str, prose: str, lang: str = "en", more: str = "", template: str = "article") -> html.HtmlElement:
    review = (
        f"title: Birds\nlang: {lang}\ncitation-style: {style}\nbibliography: references.yaml\n{more}"
        f"sections:\n  - heading: One\n    id: a\n    text: |\n      {prose}\n"
    )
    with TemporaryDirectory() as folder:
        built = projects.built(Path(folder), review, template)
    assert [problem for problem in built.diagnostics if problem.severity == "error"] == []
    return html.document_fromstring(built.outputs[0].data)


def said(element: html.HtmlElement) -> str:
    """The words, what is raised in `^…^`."""
    for raised in element.xpath(".//sup[not(ancestor::sup)] | .//a[@class='note-ref']"):
        raised.text = f"^{raised.text or ''}"
        raised.tail = f"^{raised.tail or ''}"
    return re.sub(r"\s+", " ", element.text_content()).replace("^^", "").strip()


def shown(style: str, prose: str, lang: str = "en") -> str:
    """The first paragraph of the text."""
    root = html.document_fromstring(html.tostring(page(style, prose, lang)))
    return said(root.xpath("//div[contains(@class, 'text')]//p")[0])


RAISED = {
    "Many agree [@falk; @bird], and others do not [@crow].": "Many agree,^1,2^ and others do not.^3^",
    "Sung [@falk]; heard [@bird]: so [@crow]! Is it [@dove]?": "Sung^1^; heard^2^: so^3^! Is it^4^?",
    "@falk, who sang.": "Falk,^1^ who sang.",
    "So did @falk.": "So did Falk.^1^",
    "So did @falk [p. 3], and @bird.": "So did Falk,^1, p. 3^ and Bird.^2^",
    "Sung [@falk, p. 3].": "Sung.^1, p. 3^",
    "Sung (as shown [@falk]).": "Sung (as shown^1^).",
    "(As shown [@falk].) So.": "(As shown.^1^) So.",
    "He said “so [@falk].” He said “so [@falk]”.": "He said “so.^1^” He said “so^1^”.",
    "By Elm et al. [@falk].": "By Elm et al.^1^.",
    "By Elm et al. [@falk], who.": "By Elm et al.,^1^ who.",
    "Really? [@falk]. So ... [@falk].": "Really?^1^. So …^1^.",
    "Sung [@falk]... So [@bird].,": "Sung^1^… So^2^.,",
    "Sung [@falk] [@bird]. So [@falk][@bird], and.": "Sung.^1,2^ So,^1,2^ and.",
    "Sung [@falk], [@bird], [@crow].": "Sung.^1^,^2^,^3^",
    "[@falk], [@bird].": "^1^,^2^.",
    "So ([@falk], [@bird]).": "So (^1^,^2^).",
    "Sung [@falk]–and so [@bird]—on.": "Sung^1^–and so^2^—on.",
    "*So sung [@falk]*, and **so [@bird]**. **So [@crow].** So.": "So sung,^1^ and so.^2^ So.^3^ So.",
    "***So [@falk]***, and [there](https://example.org) [@bird].": "So,^1^ and there.^2^",
    "*Turdus merula* [@falk], `code` [@bird], @sec-a [@crow].": "Turdus merula,^1^ code,^2^ “One”.^3^",
    "So it [@falk]<!-- said -->. And <!-- here --> [@bird].": "So it.^1^ And.^2^",
    "So [als ob [@falk], und]{lang=de}, and [@bird].": "So als ob^1^, und, and.^2^",
    "So [wie [@falk]]{lang=de}, and.": "So wie,^1^ and.",
    "Sung [@falk]\n      [@bird], and\n      on [@crow].": "Sung,^1,2^ and on.^3^",
    "- One [@falk].\n      - Two [@bird], and": "One.^1^",
}


@pytest.mark.parametrize("style", ["nature", "nlm-citation-sequence-superscript", "the-lancet"])
@pytest.mark.parametrize("prose", RAISED)
def test_raised_numbers_stand_behind_commas_and_stops_alone(prose: str, style: str) -> None:
    if prose.startswith("- "):
        root = page(style, prose)
        assert root.xpath("//main//li[not(@class)]")[0].text_content() == "One.1"
    else:
        assert shown(style, prose) == RAISED[prose]


def test_american_medical_association() -> None:
    prose = "Sung [@falk, p. 3], so @bird [p. 4]; on [@crow]."
    assert shown("american-medical-association", prose) == "Sung,^1(p3)^ so Bird^2(p4)^; on.^3^"


CALLS = {
    "Many agree [@falk; @bird], and others do not [@crow].": "Many agree,^1^ and others do not.^2^",
    "Sung [@falk]; heard [@bird]: so [@crow]! Is it [@dove]?": "Sung;^1^ heard:^2^ so!^3^ Is it?^4^",
    "@falk, who sang [@falk] and on.": "Ada Falk,^1^ who sang^2^ and on.",
    "Sung (as shown [@falk]).": "Sung (as shown^1^).",
    "Sung [@falk]–and so [@bird] — on.": "Sung^1^–and so^2^ — on.",
    "Sung [@falk] [@bird].": "Sung.^1,2^",
    "By Elm et al. [@falk].": "By Elm et al.^1^.",
    "Really [@falk]?! So.": "Really?!^1^ So.",
    "*So sung [@falk]*, and.": "So sung,^1^ and.",
}


@pytest.mark.parametrize("prose", CALLS)
def test_calls_of_notes_stand_behind_all_but_dashes(prose: str) -> None:
    assert shown(NOTES, prose) == CALLS[prose]


@pytest.mark.parametrize("lang", ["de", "fr", "es"])
@pytest.mark.parametrize("style", ["nature", NOTES])
def test_other_languages_keep_the_mark_before_the_stop(style: str, lang: str) -> None:
    assert shown(style, "Sung [@falk], and on [@bird].", lang) == "Sung^1^, and on^2^."


@pytest.mark.parametrize(
    ("style", "expected"),
    [("apa", "Sung (Falk, 2015), and on (Bird, 2016)."), ("nlm-citation-sequence-brackets", "Sung [1], and on [2].")],
)
def test_what_is_not_raised_stays(style: str, expected: str) -> None:
    assert shown(style, "Sung [@falk], and on [@bird].") == expected


def test_footnotes_stay_where_their_author_put_them() -> None:
    assert shown("nature", "Sung^[A note.], on [@falk]^[More.].") == "Sung^1^, on^1,2^."
    assert shown("nature", "Sung [@falk].^[A note.] Or^[Note.] [@bird].") == "Sung.^1,1^ Or^2,2^."
    assert shown(NOTES, "Sung^[[@falk]], on^[See [@bird], and [@falk].].") == "Sung^1^, on^2^."


def test_numbers_within_an_authors_note_have_the_rule_too() -> None:
    root = page("nature", "Sung.^[As shown [@falk], or [@bird].]")
    assert root.xpath("//li[@class='note']/p")[0].text_content().startswith("As shown,1 or.2")


MORE = """
abstract: "In short [@falk], so."
key-points: ["First [@falk], so [@bird]."]
figures: {}
tables:
  t:
    caption: "Birds [@falk], so [@bird]."
    columns: [A, B]
    rows: [["So [@crow], and", "[@falk], [@bird]"]]
    notes: "Of [@falk]."
annotations: {falk: {importance: 2, text: "Better [@bird], and so [@crow]."}}
"""


def test_every_kind_of_prose_has_the_rule() -> None:
    root = html.document_fromstring(html.tostring(page("nature", "See @tbl-t.", more=MORE)))
    words = said(root)
    assert "In short,^" in words and "First,^" in words and "Birds,^" in words and "Better,^" in words
    cells = [re.sub("[0-9]+", "n", cell.text_content()) for cell in root.xpath("//td")]
    assert cells == ["So,^n^ and", "^n^,^n^"]
    assert "so.^" in words and "Of.^" in words


def test_marks_travel_with_their_numbers() -> None:
    more = "marks-in-text: true\nannotations: {falk: {importance: 2, text: So.}}\n"
    root = page("nature", "Sung [@falk; @bird], and on [@falk].", more=more)
    assert root.xpath("//div[contains(@class, 'text')]//p")[0].text_content() == "Sung,1••,2 and on.1••"


def test_names_are_in_the_text_and_the_number_alone_is_raised_behind_them() -> None:
    root = page("nature", "So @falk, who.")
    (citation,) = root.xpath("//span[@class='citation']")
    assert (citation.text, citation[0].tag, citation.tail) == ("Falk,", "sup", " who.")


WORD = """
title: Birds
citation-style: STYLE
sections: [{heading: One, text: "Many agree [@falk; @bird], so @crow, others not [@dove, p. 3]."}]
bibliography: references.yaml
"""


@pytest.mark.parametrize("zotero", [False, True])
@pytest.mark.parametrize("blind", [False, True])
def test_word_has_the_same(zotero: bool, blind: bool) -> None:
    with TemporaryDirectory() as folder:
        file = projects.write(Path(folder), WORD.replace("STYLE", "nature"))
        options = Options(zotero=zotero, blind=blind)
        built = press.build(Workspace(Path(folder)), file, ["manuscript"], ["docx"], options)
    words = "".join(text(one) for one in Docx(built.outputs[0].data).paragraphs())
    assert "Many agree,1,2 so Crow,3 others not.4, p. 3" in words


def test_the_preview_knows_the_paragraph_still() -> None:
    with TemporaryDirectory() as folder:
        file = projects.write(Path(folder), WORD.replace("STYLE", "nature"))
        built = press.build(Workspace(Path(folder)), file, ["article"], ["html"], Options(preview=True))
    root = html.document_fromstring(built.outputs[0].data)
    (paragraph,) = root.xpath("//p[contains(., 'Many agree')]")
    assert "review.yaml:4" in html.tostring(paragraph, encoding="unicode").split(">")[0]


PIECES = st.sampled_from(
    [
        "[@a]",
        "[@b]",
        "@c",
        "so",
        "et al.",
        *".,;:?!…()“”’–",
        " ",
        "*",
        "**",
        "^[n [@a].]",
        "`x`",
        "[so [@a]]{lang=de}",
        "<!-- c -->",
    ]
)


def words(nodes: tuple[prose.Node, ...], signs: dict[int, str]) -> str:
    """All that is printed but blanks, without citations and the commas between them."""
    found = ""
    for node in nodes:
        if isinstance(node.mention, prose.Cluster):
            found += signs.get(node.mention.index, "")
        elif node.kind not in ("sup", "comment"):
            found += "".join(node.text.split()) + words(node.children, signs)
    return found


def clusters(nodes: tuple[prose.Node, ...]) -> list[int]:
    own = [
        [node.mention.index] if isinstance(node.mention, prose.Cluster) else clusters(node.children) for node in nodes
    ]
    return [index for one in own for index in one]


@given(st.lists(PIECES, max_size=14).map("".join), st.booleans())
def test_no_sign_is_lost_and_none_is_doubled(written: str, note: bool) -> None:
    passage, _ = prose.parse(written, "en")
    nodes, signs = behind_stops(passage.nodes, lambda cluster: Call("", note), english=True)
    assert words(nodes, dict(signs)) == words(passage.nodes, {})
    assert clusters(nodes) == clusters(passage.nodes)
    assert all(sign in ".,;:" or set(sign) <= set("?!") for sign in signs.values())


@pytest.mark.parametrize(
    ("style", "expected"),
    [("nature", "Many agree,1,2 so Crow,3 others not.4, p. 3"), (NOTES, "Many agree,1 so Cy Crow,2 others not.3")],
)
def test_the_pdf_reads_text_then_number(style: str, expected: str) -> None:
    with TemporaryDirectory() as folder:
        made = projects.built(Path(folder), WORD.replace("STYLE", style), "manuscript", ("pdf",))
    with pypdfium2.PdfDocument(made.outputs[0].data) as pdf:
        read = " ".join(page.get_textpage().get_text_range() for page in pdf)
    assert expected in " ".join(read.split())
