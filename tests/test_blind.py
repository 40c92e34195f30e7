"""Copies for blind review: nothing that the program adds says who wrote them, in any format."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from lxml import html

from diptych import press
from diptych.cli import main
from diptych.document import Options
from diptych.workspace import Workspace
from projects import write
from word.reader import Docx, W

REVIEW = """
title: Birds
authors:
  - {name: Ada Lovelark, email: ada@lark.example, orcid: 0000-0002-1825-0097, corresponding: true, affiliations: [nest]}
affiliations: {nest: Institute of Nests}
published: {doi: 10.5555/larks, journal: Journal of Larks}
statements:
  acknowledgments: We thank Wim Wren.
  funding: Seed Fund 12.
  data-availability: On request.
sections: [{heading: One, text: "As @falk showed. TEXT"}]
bibliography: references.yaml
"""
SECRETS = (
    "Lovelark",
    "ada@lark",
    "0000-0002",
    "Institute of Nests",
    "10.5555/larks",
    "Journal of Larks",
    "Wim Wren",
    "Seed Fund",
)


def blind(
    root: Path, text: str = "", formats: tuple[str, ...] = ("html",), template: str = "manuscript"
) -> press.Built:
    file = write(root, REVIEW.replace("TEXT", text))
    return press.build(Workspace(root), file, [template], formats, Options(blind=True))


def secrets(data: str) -> list[str]:
    return [secret for secret in SECRETS if secret in data]


@pytest.mark.parametrize("template", ["article", "manuscript", "handout"])
def test_no_template_says_who_wrote_it(tmp_path: Path, template: str) -> None:
    (output,) = blind(tmp_path, template=template).outputs
    assert secrets(output.data.decode()) == []
    assert "Birds" in html.document_fromstring(output.data.decode()).text_content()


def test_the_same_review_says_it_otherwise(tmp_path: Path) -> None:
    made = press.build(Workspace(tmp_path), write(tmp_path, REVIEW), ["manuscript"], ["html"])
    assert secrets(made.outputs[0].data.decode()) == list(SECRETS)


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    (told,) = blind(tmp_path).diagnostics
    assert (told.severity, told.code) == ("info", "left-out-blind")
    assert told.message == "left out for blind review: authors, affiliations, published, acknowledgments, funding"


def test_what_does_not_identify_stays(tmp_path: Path) -> None:
    assert "On request." in blind(tmp_path).outputs[0].data.decode()


def test_a_name_that_is_left_in_the_text_is_warned_of(tmp_path: Path) -> None:
    found = [problem for problem in blind(tmp_path, "Lovelark showed.").diagnostics if problem.severity == "warning"]
    assert [problem.code for problem in found] == ["blind-name"]
    assert "“Lovelark”, in 1 of" in found[0].message
    assert found[0].span is not None


def test_no_property_of_pdf_or_word_names_anyone(tmp_path: Path) -> None:
    pdf, word = blind(tmp_path, formats=("pdf", "docx")).outputs
    with pikepdf.open(io.BytesIO(pdf.data)) as opened:
        assert "/Author" not in opened.docinfo
        assert secrets(str(opened.open_metadata())) == []
    with zipfile.ZipFile(io.BytesIO(word.data)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.endswith((".xml", ".rels"))]
    assert secrets("".join(parts)) == []
    assert Docx(word.data).part("settings").find(f"{W}removePersonalInformation") is not None


def test_blind_copies_have_names_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, REVIEW)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "-t", "handout", "-f", "html", "--blind"])
    assert result.exit_code == 0
    assert "left out for blind review: authors" in result.output
    assert [file.name for file in (tmp_path / "build" / "birds").iterdir()] == ["birds-blind-handout.html"]
