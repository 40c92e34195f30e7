"""Pages of what is referred to: found by laying out again, and never at the cost of a footnote."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import html

from diptych import press
from diptych.document import Options
from diptych.printers import pagenumbers
from diptych.workspace import Workspace
from projects import write

SENTENCE = "A dart that is thrown from the third floor flies over the yard and lands beside the bicycles. "
TEMPLATE = """
{% extends "base.html.j2" %}
{% block body %}
{{ parts.title_block() }}
{{ parts.contents() }}
<main class="text">
{{ parts.text() }}
{{ parts.floats() }}
</main>
{% endblock %}
"""
SETTINGS = """
description: A long text with a table of contents
stylesheets: [common.css, long/style.css]
page-references: {references}
"""
STYLE = """
@page { size: A5; margin: 20mm; @bottom-right { content: "Page " counter(page) } }
html { font-size: 11pt; line-height: 15pt }
.text h2 { break-before: page }
.footnote { float: footnote; font-size: 9pt; line-height: 11pt }
"""


def project(root: Path, sections: int = 8, notes: int = 8, references: str = "true") -> Path:
    """A review whose sections mention each other and have notes, and a template with contents and pages."""
    texts = []
    for number in range(1, sections + 1):
        many = notes // sections
        words = "".join(f"{SENTENCE * 4}^[Note {number}-{note} ends.] " for note in range(many)) or SENTENCE * 9
        other = sections + 1 - number
        texts.append(
            f"  - heading: Part {number}\n    id: part{number}\n    text: |\n"
            f"      See @sec-part{other} (and @sec-part{number}). {words}\n"
        )
    folder = root / "templates" / "long"
    folder.mkdir(parents=True)
    (folder / "document.html.j2").write_text(TEMPLATE, encoding="utf-8")
    (folder / "template.yaml").write_text(SETTINGS.format(references=references), encoding="utf-8")
    (folder / "style.css").write_text(STYLE, encoding="utf-8")
    return write(root, "title: Leaves\nlang: en\nsections:\n" + "".join(texts))


def printed(root: Path, file: Path, form: str = "pdf", options: Options = Options()) -> bytes:  # noqa: B008
    built = press.build(Workspace(root), file, ["long"], [form], options)
    assert built.diagnostics == ()
    return built.outputs[0].data


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as pdf:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def test_pages_are_those_that_are_printed_and_no_footnote_is_lost(tmp_path: Path) -> None:
    found = pages(printed(tmp_path, project(tmp_path, sections=8, notes=32)))
    place = {}
    for text in found:
        page = re.search(r"Page (\d+)", text)
        heading = re.search(r"(?<!See “)\bPart (\d) See", text)
        if page and heading:
            place[heading[1]] = page[1]
    assert len(place) == 8
    said = re.findall(r"See “Part (\d)” \(p\. (\d+)\) \(and “Part (\d)”, p\. (\d+)\)", " ".join(found))
    assert len(said) == 8
    for other, page, own, here in said:
        assert (place[other], place[own]) == (page, here)
    contents = re.findall(r"Part (\d) (\d+)", found[0])
    assert dict(contents) == place
    notes = [re.findall(r"Note \d-\d ends", text) for text in found]
    assert sum(map(len, notes)) == 32


@pytest.mark.parametrize(("references", "contents", "layouts"), [("true", True, 2), ("false", False, 1)])
def test_pages_are_laid_out_again_only_where_there_is_something_to_fill_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, references: str, contents: bool, layouts: int
) -> None:
    file = project(tmp_path, sections=2, notes=2, references=references)
    if not contents:
        template = tmp_path / "templates" / "long" / "document.html.j2"
        template.write_text(TEMPLATE.replace("{{ parts.contents() }}", ""), encoding="utf-8")
    counted: list[Any] = []
    pages_of = pagenumbers.pages_of
    monkeypatch.setattr(pagenumbers, "pages_of", lambda document: counted.append(document) or pages_of(document))
    printed(tmp_path, file)
    assert len(counted) == layouts


class _Restless:
    """A document that moves its target whenever a page is printed in another way."""

    def __init__(self, root: Any) -> None:
        self.page = 3 if root.find(".//a").text == "2" else 2

    @property
    def pages(self) -> list[Any]:
        return [type("Page", (), {"anchors": {"x": ()} if number == self.page else {}}) for number in range(1, 5)]


def test_numbers_that_never_settle_are_told_after_three_layouts() -> None:
    root = html.fromstring('<p><a class="page-ref" href="#x"></a></p>')
    made: list[_Restless] = []
    _, problems = pagenumbers.laid_out(root, lambda root: made.append(_Restless(root)) or made[-1])
    assert len(made) == 3
    assert [one.code for one in problems] == ["page-numbers"]


# Word


def body(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml").decode("utf-8")


def test_word_has_fields_for_pages_and_says_that_they_are_out_of_date(tmp_path: Path) -> None:
    document = body(printed(tmp_path, project(tmp_path, 2, 2), "docx"))
    assert document.count(" PAGEREF sec_part1 \\h ") == 3  # two references and the contents
    assert document.count('w:dirty="true"') == document.count(" PAGEREF ") == 6
    assert document.count('<w:pStyle w:val="Toc1') == 2


def test_word_files_without_fields_and_pages_for_screens_speak_of_no_pages(tmp_path: Path) -> None:
    file = project(tmp_path, 2, 2)
    flat = body(printed(tmp_path, file, "docx", Options(flat=True)))
    assert "PAGEREF" not in flat
    assert "p.\N{NO-BREAK SPACE}" not in flat
    screen = printed(tmp_path, file, "html").decode()
    assert "page-ref" not in screen.partition("<body")[2]


def test_references_in_headings_have_no_pages(tmp_path: Path) -> None:
    file = project(tmp_path, 2, 2)
    file.write_text(file.read_text(encoding="utf-8").replace("heading: Part 1", "heading: As @sec-part2"), "utf-8")
    found = pages(printed(tmp_path, file))
    assert any("As “Part 2” See" in text for text in found)
