"""What may be asked of a PDF beside its pages: another paper, marks for cutting, a draft, the source within."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner

from conftest import TEMPLATES
from diptych import compose, press
from diptych.cli import main
from diptych.document import Document, Options, Stylesheet
from diptych.paper import on_paper
from diptych.style import Cascade
from diptych.workspace import Workspace
from projects import REFERENCES, write
from validators import verapdf

REVIEW = """
title: Larks
lang: en
authors: [{name: Ada Falk}]
bibliography: references.yaml
sections:
  - heading: Birds
    text: Larks rise early [@falk]. They sing on the wing, and internationalisation is of no concern to them at all.
tables:
  birds: {caption: Birds, columns: [Bird, Song], csv: birds.csv}
"""
BIRDS = "Bird,Song\nLark,long\n"
SIZES = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}  # points (ISO 216; ANSI/ASME Y14.1)


def pdf_of(root: Path, options: Options, template: str = "article", review: str = REVIEW) -> bytes:
    file = root / "content" / "birds" / "review.yaml"
    file = file if file.exists() else write(root, review, birds_csv=BIRDS)
    built = press.build(Workspace(root), file, [template], ["pdf"], options)
    assert [one for one in built.diagnostics if one.severity != "info"] == []
    return built.outputs[0].data


def text_of(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


# Paper


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", SIZES)
def test_both_panels_stand_on_the_paper_that_is_asked_for(tmp_path: Path, template: str, size: str) -> None:
    file = write(tmp_path, REVIEW, birds_csv=BIRDS)
    workspace = Workspace(tmp_path)
    content, _, _ = press.prepare(workspace, file)
    chosen, _ = compose.find_template(template, workspace)
    assert content
    assert chosen
    document, _ = compose.fill(chosen, content, workspace)
    assert document
    page = Cascade(on_paper(document, size), workspace).page()
    assert (page.width, page.height) == pytest.approx(SIZES[size], abs=0.01)
    with pypdfium2.PdfDocument(pdf_of(tmp_path, Options(paper=size), template)) as pdf:
        assert pdf[0].get_size() == pytest.approx(SIZES[size], abs=0.01)


@pytest.mark.parametrize(("said", "option", "width"), [("letter", "", 612), ("letter", "A4", 595), ("a4", "", 595)])
def test_the_command_wins_over_the_review(tmp_path: Path, said: str, option: str, width: int) -> None:
    review = f"title: Larks\npaper: {said}\nabstract: Words.\n"
    with pypdfium2.PdfDocument(pdf_of(tmp_path, Options(paper=option), "handout", review)) as pdf:
        assert round(pdf[0].get_width()) == width


def test_pages_on_their_side_stay_so(tmp_path: Path) -> None:
    css = "@page { size: Letter } @page broad { margin: 1in; size: letter landscape } table { page: broad }"
    document = Document("<html><body>", (Stylesheet("own.css", css),), "https://project.invalid/")
    cascade = Cascade(on_paper(document, "A4"), Workspace(tmp_path))
    assert [round(cascade.page(name).width) for name in ("", "broad")] == [595, 842]


# Crop marks


def test_pages_with_crop_marks_say_where_to_cut(tmp_path: Path) -> None:
    plain, marked = pdf_of(tmp_path, Options()), pdf_of(tmp_path, Options(crop_marks=True))
    with pikepdf.open(io.BytesIO(marked)) as pdf:
        media, bleed, trim = (
            [float(edge) for edge in pdf.pages[0][box]] for box in ("/MediaBox", "/BleedBox", "/TrimBox")
        )
    millimetre = 72 / 25.4
    assert trim == pytest.approx([0, 0, *SIZES["A4"]], abs=0.01)
    assert bleed == pytest.approx(
        [-3 * millimetre, -3 * millimetre, trim[2] + 3 * millimetre, trim[3] + 3 * millimetre]
    )
    assert media[0] < bleed[0]
    assert media[3] > bleed[3]
    assert text_of(marked) == text_of(plain)


@pytest.mark.long
@pytest.mark.validator
def test_pages_with_crop_marks_and_files_keep_the_standards(tmp_path: Path) -> None:
    file = tmp_path / "birds.pdf"
    file.write_bytes(pdf_of(tmp_path, Options(crop_marks=True, attach_source=True), "manuscript"))
    assert {flavour: verapdf.failures([file], flavour)[file] for flavour in ("PDFUA_1", "PDFA_3_A")} == {
        "PDFUA_1": [],
        "PDFA_3_A": [],
    }


# Drafts


def test_a_draft_says_so_on_every_page_and_promises_nothing(tmp_path: Path) -> None:
    review = REVIEW.replace("lang: en", "lang: de")
    data = pdf_of(tmp_path, Options(draft=True), "manuscript", review)
    with pypdfium2.PdfDocument(data) as pdf:
        assert all("Entwurf" in page.get_textpage().get_text_bounded() for page in pdf)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert "/OutputIntents" not in pdf.Root
    assert "Entwurf" not in text_of(pdf_of(tmp_path, Options(), "manuscript"))


def test_a_draft_is_not_hyphenated(tmp_path: Path) -> None:
    words = "internationalisation incomprehensibilities " * 40
    review = f"title: Larks\nsections: [{{heading: Birds, text: {words}}}]\n"
    hyphen = "\x02"  # a hyphen at the end of a line, as pdfium reads it
    assert hyphen in text_of(pdf_of(tmp_path, Options(), review=review))
    assert hyphen not in text_of(pdf_of(tmp_path, Options(draft=True)))


# The source within


def test_a_pdf_carries_the_files_it_was_made_from(tmp_path: Path) -> None:
    data = pdf_of(tmp_path, Options(attach_source=True))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        attached = {name: pdf.attachments[name] for name in pdf.attachments}
        found = {name: file.get_file().read_bytes() for name, file in attached.items()}
        assert {str(one.AFRelationship) for one in pdf.Root.AF} == {"/Source"}
        assert {name: file.get_file().mime_type for name, file in attached.items()} == {
            "content/birds/birds.csv": "text/csv",
            "content/birds/references.yaml": "application/yaml",
            "content/birds/review.yaml": "application/yaml",
        }
    assert found == {
        "content/birds/birds.csv": BIRDS.encode(),
        "content/birds/references.yaml": REFERENCES.encode(),
        "content/birds/review.yaml": REVIEW.encode(),
    }


def test_a_pdf_with_its_source_is_the_same_every_time(tmp_path: Path) -> None:
    one, other = (hashlib.sha256(pdf_of(tmp_path, Options(attach_source=True))).hexdigest() for _ in range(2))
    assert one == other


def test_what_a_pdf_carries_is_enough_to_make_it_again(tmp_path: Path) -> None:
    first = pdf_of(tmp_path / "one", Options(attach_source=True))
    with pikepdf.open(io.BytesIO(first)) as pdf:
        for name in pdf.attachments:
            file = tmp_path / "other" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(pdf.attachments[name].get_file().read_bytes())
    assert pdf_of(tmp_path / "other", Options(attach_source=True)) == first


def test_a_blind_pdf_carries_no_file_and_no_name(tmp_path: Path) -> None:
    data = pdf_of(tmp_path, Options(attach_source=True, blind=True))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert not pdf.attachments
        assert "/AF" not in pdf.Root
        streams = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
        described = [str(thing) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary | pikepdf.String)]
    assert not any(b"Ada Falk" in stream for stream in streams)
    assert not any("Ada Falk" in text for text in described)


# The command


@pytest.mark.parametrize(
    ("options", "name"),
    [(["--draft"], "birds-handout-draft.pdf"), (["--crop-marks"], "birds-handout-crop-marks.pdf")],
)
def test_proofs_are_written_beside_the_pages(tmp_path: Path, options: list[str], name: str) -> None:
    file = write(tmp_path, "title: Leaves\nabstract: Words.\n")
    arguments = ["build", str(file), "-t", "handout", "-f", "pdf", "-o", str(tmp_path / "out"), "--paper", "letter"]
    result = CliRunner().invoke(main, [*arguments, *options])
    assert (result.exit_code, result.stderr) == (0, "")
    assert [one.name for one in (tmp_path / "out" / "birds").iterdir()] == [name]
    with pikepdf.open(tmp_path / "out" / "birds" / name) as pdf:
        assert [float(edge) for edge in pdf.pages[0].TrimBox] == pytest.approx([0, 0, *SIZES["Letter"]])


@pytest.mark.parametrize("options", [["--attach-source", "--blind"], ["--crop-marks", "--booklet"], ["--paper", "a5"]])
def test_what_excludes_each_other_is_refused(tmp_path: Path, options: list[str]) -> None:
    assert CliRunner().invoke(main, ["build", str(tmp_path), *options]).exit_code == 2
