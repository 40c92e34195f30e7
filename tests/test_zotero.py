"""Citations and the reference list as Zotero's fields: what it reads is there, and what one sees is the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from diptych import press
from diptych.cli import main
from diptych.document import Options
from diptych.workspace import Workspace
from projects import write
from validators import openxml
from word.reader import Docx, Field, W, faults, text, walked

REVIEW = """
title: Birds
authors: [{name: Ada Lark}]
citation-style: STYLE
sections:
  - heading: One
    text: "Sung [see @falk, pp. 3-5 for this; -@bird]. So @falk and @crow [chap. 2] sang.^[A note [@dove, p. 1].]"
bibliography: references.yaml
annotations: {falk: {importance: 2, text: "Better than [@bird]."}}
"""
PREFIX, LIST = "ADDIN ZOTERO_ITEM CSL_CITATION ", "ADDIN ZOTERO_BIBL "
CUSTOM = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"


@cache
def made(style: str = "springer-vancouver-brackets", template: str = "manuscript", zotero: bool = True) -> Docx:
    """The review, printed."""
    with TemporaryDirectory() as folder:
        review = REVIEW.replace("^[A note [@dove, p. 1].]", " [@dove, p. 1]") if "notes" in style else REVIEW
        file = write(Path(folder), review.replace("STYLE", style))
        built = press.build(Workspace(Path(folder)), file, [template], ["docx"], Options(zotero=zotero))
    assert built.diagnostics == ()
    return Docx(built.outputs[0].data)


def fields(docx: Docx, prefix: str) -> list[Field]:
    found = [field for root in docx.parts().values() for field in walked(root)[0]]
    return [field for field in found if field.code.strip().startswith(prefix)]


def code(field: Field) -> dict[str, Any]:
    """The JSON of a field's code."""
    read: dict[str, Any] = json.loads(field.code[field.code.index("{") : field.code.rindex("}") + 1])
    return read


def properties(docx: Docx) -> dict[str, str]:
    root = etree.fromstring(docx.files["docProps/custom.xml"])
    return {one.get("name"): one[0].text for one in root.iter(CUSTOM)}


def test_every_field_goes_from_begin_to_end() -> None:
    for style in ("springer-vancouver-brackets", "apa", "nature", "chicago-notes-bibliography"):
        assert faults(made(style)) == []


def test_a_field_has_which_works_it_cites_and_how() -> None:
    first, second, third, fourth = (code(field) for field in fields(made(), PREFIX))
    see, bare = first["citationItems"]
    assert (see["id"], see["prefix"], see["locator"], see["label"], see["suffix"]) == (
        *("falk", "see", "3-5", "page", "for this"),
    )
    assert (bare["id"], bare["suppress-author"]) == ("bird", True)
    assert second["citationItems"][0]["suppress-author"]
    assert (third["citationItems"][0]["locator"], third["citationItems"][0]["label"]) == ("2", "chapter")
    assert [one["properties"]["noteIndex"] for one in (first, second, third, fourth)] == [0, 0, 0, 1]
    assert first["schema"].endswith("csl-citation.json")


def test_a_field_brings_its_works_along() -> None:
    item = code(fields(made(), PREFIX)[0])["citationItems"][0]
    assert item["itemData"] == {
        "id": "falk",
        "type": "article-journal",
        "title": "Larks",
        "author": [{"family": "Falk", "given": "Ada"}],
        "issued": {"date-parts": [[2015]]},
        "DOI": "10.5555/1",
    }
    assert item["uris"] == ["https://doi.org/10.5555/1"]


def test_works_and_citations_are_told_apart() -> None:
    read = [code(field) for field in fields(made(), PREFIX)]
    assert len({one["citationID"] for one in read}) == len(read)
    by_key = {item["id"]: item["uris"][0] for one in read for item in one["citationItems"]}
    assert len(set(by_key.values())) == len(by_key) == 4


@pytest.mark.parametrize("style", ["springer-vancouver-brackets", "apa", "american-medical-association"])
def test_what_a_field_shows_is_what_it_says_it_shows(style: str) -> None:
    for field in fields(made(style), PREFIX):
        assert code(field)["properties"]["plainCitation"] == field.result


def test_names_in_the_sentence_stand_before_their_field() -> None:
    shown = [field.result for field in fields(made(), PREFIX)]
    assert shown == ["[see 1, pp. 3–5 for this, 2]", "[1]", "[3, chap. 2]", "[4, p. 1]"]
    assert "So Falk [1] and Crow [3, chap. 2] sang." in "".join(text(one) for one in made().paragraphs())
    assert [field.result for field in fields(made("apa"), PREFIX)][1:3] == ["(2015)", "(2017, Chapter 2)"]


def test_a_raised_number_is_raised_in_rtf_too() -> None:
    read = [code(field)["properties"]["formattedCitation"] for field in fields(made("nature"), PREFIX)]
    assert read[1] == "\\super 1\\nosupersub{}"


@pytest.mark.parametrize("template", ["article", "manuscript", "handout"])
def test_the_words_are_those_without_zotero(template: str) -> None:
    live, plain = made(template=template), made(template=template, zotero=False)
    assert {name: text(root) for name, root in live.parts().items()} == {
        name: text(root) for name, root in plain.parts().items()
    }


def test_the_list_is_one_field_with_the_annotations_in_it() -> None:
    (field,) = fields(made(), LIST)
    assert code(field) == {"uncited": [], "omitted": [], "custom": []}
    assert field.code.strip().endswith("CSL_BIBLIOGRAPHY")
    assert field.result.startswith("1.") and "Better than [2]." in field.result and "Owls" in field.result


def test_no_field_stands_within_the_list() -> None:
    (field,) = fields(made(), LIST)
    cited = [item["id"] for one in fields(made(), PREFIX) for item in code(one)["citationItems"]]
    assert cited == ["falk", "bird", "falk", "crow", "dove"]  # and not the bird of the annotation
    assert PREFIX not in field.result


def test_a_handout_without_citations_has_no_fields_of_zotero() -> None:
    docx = made(template="handout")
    assert fields(docx, "ADDIN") == []
    assert list(properties(docx)) == ["Source SHA-256"]


def test_the_style_stands_in_pieces_that_word_keeps() -> None:
    pieces = {name: value for name, value in properties(made()).items() if name.startswith("ZOTERO_PREF_")}
    assert list(pieces) == [f"ZOTERO_PREF_{number}" for number in range(1, len(pieces) + 1)]
    assert max(map(len, pieces.values())) <= 255
    data = etree.fromstring("".join(pieces.values()))
    assert data.get("data-version") == "3" and data.find("session").get("id")
    assert dict(data.find("style").attrib) == {
        "id": "http://www.zotero.org/styles/springer-vancouver-brackets",
        "locale": "en-US",
        "hasBibliography": "1",
        "bibliographyStyleHasBeenSet": "1",
    }
    assert {one.get("name"): one.get("value") for one in data.iter("pref")}["fieldType"] == "Field"


@pytest.mark.parametrize(("template", "kind"), [("manuscript", "1"), ("article", "2")])
def test_a_style_of_notes_says_that_citations_stand_in_footnotes_or_end_notes(template: str, kind: str) -> None:
    data = etree.fromstring(
        "".join(
            value
            for name, value in properties(made("chicago-notes-bibliography", template)).items()
            if name.startswith("ZOTERO_PREF_")
        )
    )
    assert {one.get("name"): one.get("value") for one in data.iter("pref")}["noteType"] == kind


def test_what_people_keep_for_themselves_stays_at_home(tmp_path: Path) -> None:
    file = write(tmp_path, REVIEW.replace("STYLE", "apa"))
    works = file.with_name("references.yaml")
    works.write_text(works.read_text().replace("title: Larks", "title: Larks, note: SECRET, keyword: SECRET"))
    built = press.build(Workspace(tmp_path), file, ["manuscript"], ["docx"], Options(zotero=True, blind=True))
    docx = Docx(built.outputs[0].data)
    assert fields(docx, PREFIX)
    assert [name for name, data in docx.files.items() if b"SECRET" in data or b"Ada Lark" in data] == []


def test_citations_are_no_fields_unless_asked_for() -> None:
    plain = made(zotero=False)
    assert fields(plain, "ADDIN") == []
    assert any(link.get(f"{W}anchor", "").startswith("ref") for link in plain.body.iter(f"{W}hyperlink"))


def test_flat_files_have_no_fields_for_zotero(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, REVIEW.replace("STYLE", "apa"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "--flat", "--zotero"])
    assert result.exit_code == 2
    assert "--zotero or --flat, not both" in result.output


@pytest.mark.validator
@pytest.mark.parametrize("template", ["article", "manuscript"])
def test_a_file_with_fields_for_zotero_is_valid(tmp_path: Path, template: str) -> None:
    docx = made(template=template)
    with TemporaryDirectory() as folder:
        file = write(Path(folder), REVIEW.replace("STYLE", "apa"))
        built = press.build(Workspace(Path(folder)), file, [template], ["docx"], Options(zotero=True))
    (tmp_path / "birds.docx").write_bytes(built.outputs[0].data)
    assert openxml.failures(tmp_path / "birds.docx") == []
    assert faults(docx) == []
