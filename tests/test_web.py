"""The HTML panel: one page that needs nothing else, for every reader; what a link leads to opens beside it."""

from __future__ import annotations

import base64
import io
import re
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import html
from playwright.sync_api import Browser

from browsers import DESK, MODULES, PHONE, accessibility_problems, browser, page_in
from conftest import REVIEWS, ROOT, TEMPLATES
from diptych import press
from diptych.cache import Cache
from diptych.printers.web import drawings, fonts
from diptych.printers.web.css import for_browsers
from diptych.workspace import Workspace, read_font
from projects import built

assert browser

REVIEW = """
title: Birds
authors: [{name: Ada Falk}]
abstract: Larks [@falk] and wrens [@bird].
sections:
  - heading: Song
    text: |
      They sing [@falk; @crow] at $v^2 + \\mathrm{dB}$, and^[So says @falk.] they fly (@fig-lark).

      | bird | song |
      | --- | --- |
      | lark | long |
  - heading: Flight
    text: They fly [@falk].
figures:
  lark: {src: lark.svg, alt: A lark, caption: A lark, credit: Drawn}
bibliography: references.yaml
annotations:
  falk: {importance: 2, text: The *first* of all.}
"""
DESK_OF_PREVIEW = ROOT / "scripts" / "diptych" / "preview" / "desk.html"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page of every review in every template."""
    folder = tmp_path_factory.mktemp("web")
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(fonts, "FEATURES", ())  # kerning takes most of the time that a font takes
    found: dict[str, Path] = {}
    for review in REVIEWS:
        workspace = Workspace(ROOT, Cache(folder / "cache"))
        made = press.build(workspace, ROOT / "content" / review / "review.yaml", TEMPLATES, ["html"])
        for output in made.outputs:
            file = folder / f"{review}-{output.template}.html"
            file.write_bytes(output.data)
            found[file.stem] = file
    monkeypatch.undo()
    assert len(found) == len(REVIEWS) * len(TEMPLATES)
    return found


@pytest.fixture(scope="module")
def birds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a small review."""
    folder = tmp_path_factory.mktemp("birds")
    made = built(folder, REVIEW, "manuscript", lark_svg=SVG)
    assert [(one.code, one.message) for one in made.diagnostics if one.severity == "error"] == []
    (folder / "birds.html").write_bytes(made.outputs[0].data)
    return folder / "birds.html"


@pytest.mark.validator
def test_the_validator_of_the_w3c_finds_nothing(pages: dict[str, Path], birds: Path) -> None:
    command = ["java", "-jar", MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar", "--stdout", "--format", "gnu"]
    done = subprocess.run(
        [*command, *pages.values(), birds, DESK_OF_PREVIEW], capture_output=True, text=True, check=False, timeout=120
    )
    # It does not know that `data:` in a policy allows data addresses, nor what a hash does; the browser does (below).
    found = [line for line in done.stdout.splitlines() if "Content Security Policy" not in line]
    assert (found, done.returncode) == ([], 0)


@pytest.mark.validator
def test_axe_finds_nothing_on_any_page(pages: dict[str, Path], browser: Browser) -> None:
    with page_in(browser, viewport=DESK) as page:
        for file in pages.values():
            page.goto(file.as_uri())
            assert accessibility_problems(page) == [], file.stem


@pytest.mark.validator
def test_axe_finds_nothing_on_a_phone_in_the_dark(pages: dict[str, Path], birds: Path, browser: Browser) -> None:
    with page_in(browser, viewport=PHONE, color_scheme="dark") as page:
        for file in (pages["tour-article"], birds):
            page.goto(file.as_uri())
            assert accessibility_problems(page) == [], file.stem
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], file.stem


@pytest.mark.validator
def test_a_citation_opens_its_entry_in_place_and_gives_the_focus_back(birds: Path, browser: Browser) -> None:
    with page_in(browser) as page:
        page.goto(birds.as_uri())
        cite = page.locator("a.cite").first
        cite.focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        assert "Falk" in dialog.inner_text()
        assert "The first of all." in dialog.inner_text()
        assert "••" in dialog.inner_text()
        assert accessibility_problems(page) == []
        page.keyboard.press("Escape")
        assert not dialog.is_visible()
        assert page.evaluate("document.activeElement.id") == cite.get_attribute("id")
        assert "#" not in page.url


@pytest.mark.validator
def test_without_scripts_a_citation_leads_to_its_entry_and_the_entry_back(birds: Path, browser: Browser) -> None:
    with page_in(browser, java_script_enabled=False) as page:
        page.goto(birds.as_uri())
        page.locator("a.cite").first.click()
        assert page.url.endswith("#ref-falk")
        page.locator("#ref-falk .cited-at a").first.click()
        assert page.url.endswith("#cite-1")


@pytest.mark.validator
def test_a_printed_page_has_the_template_s_look_and_nothing_of_the_screen(birds: Path, browser: Browser) -> None:
    with page_in(browser) as page:
        page.goto(birds.as_uri())
        page.emulate_media(media="print")
        assert not page.locator(".contents, .skip, .cited-at").first.is_visible()
        style = "getComputedStyle(document.querySelector('.text p')).lineHeight"
        assert page.evaluate(style) == "32px"  # 24 pt, as the manuscript has it


def test_every_citation_has_a_link_back() -> None:
    made = press.build(Workspace(ROOT), ROOT / "content/tour/review.yaml", ["article"], ["html"])
    root = html.document_fromstring(made.outputs[0].data)
    cites = {cite.get("id"): cite.get("href") for cite in root.xpath("//a[@class='cite']")}
    back = {
        link.get("href")[1:]: f"#{link.getparent().getparent().get('id')}"
        for link in root.xpath("//p[@class='cited-at']/a")
    }
    assert cites
    assert back == cites


def test_footnotes_are_notes_with_a_way_back(birds: Path) -> None:
    root = html.document_fromstring(birds.read_bytes())
    (call,) = root.xpath("//a[@class='note-ref']")
    note = root.get_element_by_id(call.get("href")[1:])
    assert note.text_content().startswith("So says Falk")
    assert note.xpath(".//a[@role='doc-backlink']/@href") == [f"#{call.get('id')}"]


def test_formulas_are_mathml_with_their_latex_and_whole_words(birds: Path) -> None:
    root = html.document_fromstring(birds.read_bytes())
    (math,) = root.iter("math")
    assert math.findtext(".//annotation") == "v^2 + \\mathrm{dB}"
    assert [one.text for one in math.iter("mi")] == ["v", "dB"]
    assert root.xpath("//img[@class='math']") == []


def test_a_formula_that_cannot_be_set_stays_as_latex_with_a_warning(tmp_path: Path) -> None:
    made = built(tmp_path, REVIEW.replace("v^2", "\\nosuchthing"), "handout", lark_svg=SVG)
    assert not any(one.code == "formula" for one in made.diagnostics)  # the handout does not print it
    (tmp_path / "again").mkdir()
    made = built(tmp_path / "again", REVIEW.replace("v^2", "\\nosuchthing"), "article", lark_svg=SVG)
    assert [one.severity for one in made.diagnostics if one.code == "formula"] == ["warning"]
    assert "\\nosuchthing" in made.outputs[0].data.decode()


def test_the_page_refers_to_nothing_outside_itself(pages: dict[str, Path]) -> None:
    for file in pages.values():
        root = html.document_fromstring(file.read_bytes())
        sources = root.xpath("//@src | //link/@href | //script/@src")
        addresses = re.findall(r"url\(([^)]{0,30})", root.findtext(".//style"))
        assert [one for one in (*sources, *addresses) if not one.startswith("data:")] == [], file.stem
        assert len(root.xpath("//main")) == 1
        assert len(file.read_bytes()) < 500_000


def test_running_heads_and_footnotes_are_left_to_the_printers_of_pages() -> None:
    css = "@page { size: A5; @top-left { content: string(a) } } .footnote { float: footnote; color: red }"
    css += "p { float: left; content: leader('.') }"
    css += ".footnote::footnote-marker { content: counter(footnote) }"
    told = re.sub(r"\s+", "", for_browsers(css))
    assert told == "@page{size:A5;}.footnote{color:red;}p{float:left;}"


def test_fonts_have_the_page_s_letters_and_kerning_and_are_made_once(tmp_path: Path) -> None:
    data, kept = read_font("SourceSerifPro-Regular.ttf"), Cache(tmp_path)
    small = fonts.woff2(data, frozenset("α"), kept)
    assert small
    font = TTFont(io.BytesIO(small))
    assert {ord("α"), ord("ω"), ord("A")} <= font.getBestCmap().keys()
    assert ord("ж") not in font.getBestCmap()
    assert {"kern", "tnum"} <= {
        one.FeatureTag for table in ("GPOS", "GSUB") for one in font[table].table.FeatureList.FeatureRecord
    }
    assert len(small) < len(data) / 5
    assert [kept.get(one.name) for one in tmp_path.iterdir()] == [small]
    assert fonts.woff2(b"no font", frozenset(), kept) is None


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 9" data-x="a>b"><g font-family="Source Sans Pro, Arial">'
    '<text y="8">&#946; birds</text><text y="8" font-weight="600">ж</text></g></svg>'
)
RULE = re.compile(r'font-family:"([^"]+)";font-weight:(\d+);font-style:(\w+);src:url\(data:font/ttf;base64,')


def test_a_drawing_has_the_faces_of_its_letters_inside_since_it_sees_none_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[frozenset[str]] = []
    monkeypatch.setattr("diptych.printers.web.printer.woff2", lambda _data, letters, _kept: asked.append(letters))
    made = built(tmp_path, REVIEW, lark_svg=DRAWING)
    assert not [one for one in made.diagnostics if one.severity == "error"]
    (source,) = html.document_fromstring(made.outputs[0].data).xpath("//figure/img/@src")
    drawing = base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")).decode()
    assert RULE.findall(drawing) == [("Source Sans Pro", weight, "normal") for weight in ("400", "600")]
    assert sum({"β", "ж"} <= letters for letters in asked) == 2
    assert re.sub('<style class="faces">.*?</style>', "", drawing) == DRAWING


@pytest.mark.parametrize("svg", [SVG, DRAWING.replace("Source Sans Pro", "Elsewhere"), "<svg font-family='Birds'/>"])
def test_a_drawing_without_letters_in_the_faces_of_the_page_stays_as_it_is(svg: str) -> None:
    faces = drawings.faces_in('@font-face { font-family: "Birds"; src: url(birds.ttf) } @font-face { src: local(x) }')
    assert [face.family for face in faces] == ["Birds"]
    assert drawings.with_faces(svg.encode(), faces, lambda address: address) == svg.encode()
