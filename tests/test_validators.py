"""Every output of content/ before outside judges: veraPDF, qpdf, the Open XML SDK, LibreOffice."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

import libreoffice
from conftest import Outputs
from validators import openxml, verapdf

pytestmark = pytest.mark.validator
Chosen = tuple[str, str]


FLAVOURS = ("PDFUA_1", "PDFA_2_A")  # ISO 14289-1: for readers that listen; ISO 19005-2: for archives
Failures = dict[str, dict[Path, list[str]]]


@pytest.fixture(scope="session")
def pdf_failures(outputs: Outputs) -> Failures:
    """What veraPDF finds, by flavour and file."""
    return {flavour: verapdf.failures(outputs.files("pdf"), flavour) for flavour in FLAVOURS}


@pytest.fixture(scope="session")
def converted(outputs: Outputs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which LibreOffice has made every Word file a PDF."""
    folder = tmp_path_factory.mktemp("converted")
    libreoffice.convert(outputs.files("docx"), "pdf", folder)
    return folder


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_pdf_passes_verapdf(outputs: Outputs, pdf_failures: Failures, output: Chosen, flavour: str) -> None:
    assert pdf_failures[flavour][outputs.file(*output, "pdf")] == []


def test_qpdf_finds_nothing_wrong_with_any_pdf(outputs: Outputs, output: Chosen) -> None:
    file = outputs.file(*output, "pdf")
    result = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No syntax or stream encoding errors found" in result.stdout


def test_every_font_is_embedded(outputs: Outputs, output: Chosen) -> None:
    with pikepdf.open(outputs.file(*output, "pdf")) as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        fonts = [thing for thing in things if thing.get("/Type") == "/Font" and thing.Subtype != "/Type0"]
        assert fonts
        assert [str(font.BaseFont) for font in fonts if not _has_its_file(font)] == []


def _has_its_file(font: pikepdf.Dictionary) -> bool:
    descriptor = font.get("/FontDescriptor", {})
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_open_xml_sdk_finds_no_error_in_any_word_file(outputs: Outputs, output: Chosen) -> None:
    assert openxml.failures(outputs.file(*output, "docx")) == []


def test_libreoffice_opens_every_word_file(converted: Path, output: Chosen) -> None:
    with pypdfium2.PdfDocument(converted / f"{'-'.join(output)}.pdf") as pdf:
        assert len(pdf) > 0


# The judges themselves: one that lets everything pass is none.


def test_the_pdf_judge_refuses_an_untagged_pdf(tmp_path: Path) -> None:
    file = tmp_path / "untagged.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(file)
    assert any(failure.startswith("6.2-1 ") for failure in verapdf.failures([file])[file])


def test_the_word_judge_refuses_an_element_out_of_place(outputs: Outputs, tmp_path: Path) -> None:
    good, bad = outputs.files("docx")[0], tmp_path / "bad.docx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b"</w:body>", b"<w:b/></w:body>"))
    assert openxml.failures(bad)
