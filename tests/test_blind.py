"""Copies for blind review: nothing that the program adds says who wrote them, in any format."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from lxml import etree, html
from PIL import Image, PngImagePlugin

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


def test_an_address_that_is_left_in_the_text_is_warned_of_too(tmp_path: Path) -> None:
    found = [
        problem for problem in blind(tmp_path, "Write to ada@lark.example.").diagnostics if problem.code == "blind-name"
    ]
    assert ["address “ada@lark.example”" in problem.message for problem in found] == [True]


def _drawn(folder: Path) -> None:
    """Three pictures whose files say who made them, in every way that programs write it."""
    picture = Image.new("RGB", (30, 20), (10, 90, 90))
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Lovelark")
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Lovelark</x:xmpmeta>", zip=True)
    picture.save(folder / "a.png", pnginfo=words, dpi=(150, 150))
    said = Image.Exif()
    said[ARTIST], said[ORIENTATION] = "Lovelark", 6
    picture.save(folder / "b.jpg", exif=said, comment=b"Lovelark", dpi=(150, 150))
    inside = base64.b64encode((folder / "a.png").read_bytes()).decode()
    (folder / "c.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape" width="100"'
        ' height="60" viewBox="0 0 100 60" i:export-filename="/home/Lovelark/c.png"><!-- Lovelark --><title>Lovelark'
        '</title><metadata><i:by>Lovelark</i:by></metadata><text x="1" y="9">Kept<i:view/> too</text>'
        f'<image width="9" height="9" href="data:image/png;base64,{inside}"/></svg>'
    )


ARTIST, ORIENTATION = 0x013B, 0x0112
FIGURES = """figures:
  a: {src: a.png, caption: A, alt: A}
  b: {src: b.jpg, caption: B, alt: B}
  c: {src: c.svg, caption: C, alt: C}
"""


def _pictures(options: Options, root: Path) -> list[bytes]:
    """The pictures in a Word file, PNG, JPEG and SVG, without the PNG beside the SVG."""
    file = write(root, REVIEW.replace("TEXT", "See @fig-a, @fig-b, @fig-c.") + FIGURES)
    _drawn(file.parent)
    built = press.build(Workspace(root), file, ["article"], ["docx", "html", "pdf"], options)
    word, page, pdf = (output.data for output in built.outputs)
    if options.blind:
        embedded = [base64.b64decode(data) for data in re.findall(rb"data:image/[a-z+]+;base64,([^\"')]+)", page)]
        assert len(embedded) == 3 and not any(b"Lovelark" in data for data in embedded)
        assert b"Lovelark" not in pdf
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        found = {name.rpartition(".")[2]: package.read(name) for name in sorted(package.namelist()) if "media" in name}
        return [found["jpg"], found["svg"], *(data for name, data in _pngs(package) if b"pHYs" in data)]


def _pngs(package: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    return [(name, package.read(name)) for name in package.namelist() if name.endswith(".png")]


def test_pictures_do_not_say_who_made_them_and_look_as_before(tmp_path: Path) -> None:
    open_, blind_ = (_pictures(Options(blind=one), tmp_path / str(one)) for one in (False, True))
    assert [b"Lovelark" in data for data in open_] == [True] * 3
    assert [b"Lovelark" in data for data in blind_] == [False] * 3
    for before, after in ((open_[0], blind_[0]), (open_[2], blind_[2])):
        one, other = (Image.open(io.BytesIO(data)) for data in (before, after))
        assert one.tobytes() == other.tobytes()
        assert one.info["dpi"] == other.info["dpi"]
        assert one.getexif().get(ORIENTATION) == other.getexif().get(ORIENTATION)
    assert Image.open(io.BytesIO(blind_[0])).getexif()[ORIENTATION] == 6
    text = etree.fromstring(blind_[1]).find("{*}text")
    assert "".join(text.itertext()) == "Kept too"


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
