"""Reviews at random, in every template and format, before the outside judges."""

from __future__ import annotations

from pathlib import Path

import pytest

import libreoffice
from conftest import TEMPLATES
from diptych import press
from diptych.document import FORMATS
from diptych.workspace import Workspace
from fuzz import reviews
from panels import difference, letters, pdf_panel, word_panel
from validators import openxml, verapdf
from word.reader import Docx, faults

pytestmark = [pytest.mark.validator, pytest.mark.long]
NAMES = [f"{template}.{form}" for template in TEMPLATES for form in FORMATS]


@pytest.fixture(scope="module", params=range(7))
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the outputs of a review at random."""
    folder = tmp_path_factory.mktemp("chance")
    file = reviews.write(folder, request.param)
    built = press.build(Workspace(folder), file, TEMPLATES, FORMATS)
    assert [problem.code for problem in built.diagnostics if problem.severity == "error"] == []
    assert "over-margin" not in {
        problem.code for problem in built.diagnostics
    }  # what is off the page is not in its text
    for output in built.outputs:
        (folder / f"{output.template}.{output.format}").write_bytes(output.data)
    return folder


def test_it_is_printed_in_every_template_and_format(printed: Path) -> None:
    assert sorted(file.name for file in printed.iterdir() if file.is_file()) == sorted(NAMES)


@pytest.mark.parametrize("flavour", ["PDFUA_1", "PDFA_2_A"])
def test_verapdf_accepts_it(printed: Path, flavour: str) -> None:
    files = sorted(printed.glob("*.pdf"))
    assert verapdf.failures(files, flavour) == {file: [] for file in files}


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_open_xml_sdk_accepts_it(printed: Path, template: str) -> None:
    assert openxml.failures(printed / f"{template}.docx") == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_dangles_in_its_word_files(printed: Path, template: str) -> None:
    assert faults(Docx((printed / f"{template}.docx").read_bytes())) == []


def test_both_panels_say_the_same(printed: Path, tmp_path: Path) -> None:
    libreoffice.convert(sorted(printed.glob("*.docx")), "fodt", tmp_path)
    for template in TEMPLATES:
        pdf, word = pdf_panel(printed / f"{template}.pdf"), word_panel(tmp_path / f"{template}.fodt")
        assert difference(letters(pdf.body), letters(word.body)) == ""
        assert [letters(note) for note in pdf.notes] == [letters(note) for note in word.notes]
        assert pdf.drawings == word.drawings
