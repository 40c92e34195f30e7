"""What Word and screen readers ask of a file beside its words: languages, headings, pictures, properties."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from conftest import Outputs
from diptych import press
from diptych.document import DEFAULTS, Options
from diptych.workspace import Workspace
from projects import write
from word.reader import Docx, W, text, value, word

REVIEW = """
title: Birds
article-type: Systematic Review
keywords: [larks]
sections: [{heading: One, text: "As @falk."}]
bibliography: references.yaml
"""
CORE = {"title": "Birds", "category": "Systematic Review", "subject": "Systematic Review", "keywords": "larks"}
CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"


def printed(root: Path, review: str = REVIEW, options: Options = DEFAULTS) -> Docx:
    file = write(root, review)
    return Docx(press.build(Workspace(root), file, ["manuscript"], ["docx"], options).outputs[0].data)


def version(docx: Docx) -> str:
    """The version of the source that a file says it is of."""
    (found,) = etree.fromstring(docx.files["docProps/custom.xml"]).iter(CUSTOM)
    assert found.get("name") == "Source SHA-256"
    return str(found[0].text)


def test_a_language_stands_where_word_looks_for_its_script() -> None:
    docx = word('<p>a <span lang="ja">紙飛行機</span> <span lang="he">נייר</span> <span lang="fr">avion</span></p>')
    said = [run.find(f"{W}rPr/{W}lang") for run in docx.body.iter(f"{W}r")]
    read = [{key.removeprefix(W): name for key, name in one.attrib.items()} for one in said if one is not None]
    assert read == [{"val": "ja", "eastAsia": "ja"}, {"val": "he", "bidi": "he"}, {"val": "fr"}]


def test_what_is_written_from_the_right_is_marked_so_with_what_stands_between_its_words() -> None:
    docx = word("<p>a <em>שלום, עולם!</em> b مرحبا ٣ بالعالم. 12 – é</p>")
    runs = [("".join(one.itertext()), one.find(f"{W}rPr/{W}rtl") is not None) for one in docx.body.iter(f"{W}r")]
    assert [words for words, marked in runs if marked] == ["שלום, עולם", "مرحبا ٣ بالعالم"]
    assert "".join(words for words, _ in runs) == "a שלום, עולם! b مرحبا ٣ بالعالم. 12 – é"
    emphasised = [one.find(f"{W}rPr/{W}rStyle") is not None for one in docx.body.iter(f"{W}r")]
    assert emphasised == [False, True, True, False, False, False]


def test_a_picture_without_words_is_marked_as_decoration() -> None:
    described, bare = word('<p><img src="dot.png" alt="A dot"></p><p><img src="dot.png" alt=""></p>').body.iter(
        "{*}docPr"
    )
    assert described.get("descr") == "A dot" and described.find(f".//{DECORATIVE}") is None
    assert bare.find(f".//{DECORATIVE}").get("val") == "1"


def test_no_level_of_headings_is_left_out(outputs: Outputs, output: tuple[str, str]) -> None:
    docx = Docx(outputs.file(*output, "docx").read_bytes())
    levels = [level for paragraph in docx.paragraphs() if (level := _level(docx, paragraph)) is not None]
    assert levels and levels[0] == 0
    assert [(above, below) for above, below in pairwise(levels) if below > above + 1] == []


def _level(docx: Docx, paragraph: etree._Element) -> int | None:
    style = docx.styles.get(value(paragraph, "pPr/pStyle"))
    while style is not None:
        found = value(style, "pPr/outlineLvl")
        if found is not None:
            return int(found)
        style = docx.styles.get(value(style, "basedOn"))
    return None


def test_tables_begin_with_a_row_that_is_their_head(outputs: Outputs, output: tuple[str, str]) -> None:
    docx = Docx(outputs.file(*output, "docx").read_bytes())
    captioned = [one for one in docx.body.iter(f"{W}tbl") if len(list(one.iter(f"{W}tr"))) > 1]
    bare = [text(one)[:40] for one in captioned if one.find(f"{W}tr/{W}trPr/{W}tblHeader") is None]
    assert bare == []


def test_the_properties_say_what_the_review_says(tmp_path: Path) -> None:
    core = etree.fromstring(printed(tmp_path).files["docProps/core.xml"])
    said = {child.tag.rpartition("}")[2]: child.text for child in core}
    assert {name: said.get(name) for name in CORE} == CORE


def test_the_version_is_that_of_what_the_author_wrote(tmp_path: Path) -> None:
    first = version(printed(tmp_path / "a"))
    assert len(first) == hashlib.sha256().digest_size * 2
    assert version(printed(tmp_path / "b")) == first
    assert version(printed(tmp_path / "c", options=Options(flat=True, blind=True))) == first
    assert version(printed(tmp_path / "d", REVIEW.replace("As @falk", "As @bird"))) != first


@pytest.mark.parametrize(("old", "new", "same"), [("Larks", "Owls", False), ("Rooks", "Jays", True)])
def test_a_work_counts_where_it_is_cited(tmp_path: Path, old: str, new: str, same: bool) -> None:
    first = version(printed(tmp_path / "a"))
    file = write(tmp_path / "b", REVIEW)
    works = file.with_name("references.yaml")
    works.write_text(works.read_text().replace(old, new))
    built = press.build(Workspace(tmp_path / "b"), file, ["manuscript"], ["docx"])
    assert (version(Docx(built.outputs[0].data)) == first) == same
