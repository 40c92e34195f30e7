"""Fonts travel with the Word file: those it uses, whole, hidden as the standard says, and nobody's that forbids it."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

import pytest

import libreoffice
from diptych import fontfiles
from diptych.document import Options
from diptych.printers.word.fonts import obfuscated
from diptych.workspace import Workspace, font_files, read_font
from validators import openxml
from word.reader import Docx, R, W, faults, printed

FACES = """
@font-face { font-family: "Source Serif Pro"; src: url(font:SourceSerifPro-Regular.ttf) }
@font-face { font-family: "Source Serif Pro"; font-style: italic; src: url(font:SourceSerifPro-It.ttf) }
@font-face { font-family: "Source Serif Pro"; font-weight: 600; src: url(font:SourceSerifPro-Semibold.ttf) }
@font-face { font-family: "Source Serif Pro"; font-weight: 700; src: url(font:SourceSerifPro-Bold.ttf) }
body { font-family: "Source Serif Pro" }
"""
EMBEDDED = ("embedRegular", "embedBold", "embedItalic", "embedBoldItalic")


def embedded(docx: Docx) -> dict[tuple[str, str], bytes]:
    """The font files in a .docx by family and place in it, as anyone who has the keys reads them."""
    related = docx.relationships("fontTable")
    found = {}
    for font in docx.part("fontTable"):
        for place in EMBEDDED:
            for one in font.iter(f"{W}{place}"):
                kind, target = related[one.get(f"{R}id")]
                assert kind == "font"
                key = one.get(f"{W}fontKey")
                assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", key)
                data = docx.files[f"word/{target}"]
                found[font.get(f"{W}name"), place] = obfuscated(data, re.sub(r"\W", "", key))
    return found


def test_the_faces_that_the_text_uses_are_embedded_and_no_others() -> None:
    docx = Docx(printed("<p>a <em>b</em></p>", FACES).data)
    assert embedded(docx) == {
        ("Source Serif Pro", "embedRegular"): read_font("SourceSerifPro-Regular.ttf"),
        ("Source Serif Pro", "embedItalic"): read_font("SourceSerifPro-It.ttf"),
    }


def test_a_semibold_is_a_family_of_its_own() -> None:
    docx = Docx(printed("<h2>a</h2><p><b>c</b></p>", FACES + "h2 { font-weight: 600 } b { font-weight: 700 }").data)
    assert sorted(embedded(docx)) == [
        ("Source Serif Pro", "embedBold"),
        ("Source Serif Pro", "embedRegular"),
        ("Source Serif Pro Semibold", "embedRegular"),
    ]


def test_the_face_of_a_running_head_is_embedded() -> None:
    css = FACES + "@page { @top-left { content: 'x'; font-style: italic; font-family: 'Source Serif Pro' } }"
    assert ("Source Serif Pro", "embedItalic") in embedded(Docx(printed("<p>a</p>", css).data))


def test_the_head_of_a_font_file_is_hidden_by_the_key_read_from_its_end() -> None:
    """ISO/IEC 29500-1, 17.8.1: the last byte of the key hides the first of the file."""
    key = "00112233445566778899AABBCCDDEEFF"
    hidden = obfuscated(bytes(40), key)
    assert hidden == bytes.fromhex(key)[::-1] * 2 + bytes(8)
    assert obfuscated(hidden, key) == bytes(40)


def test_the_settings_say_that_fonts_are_embedded_and_stay_whole() -> None:
    settings = Docx(printed("<p>a</p>", FACES).data).part("settings")
    assert settings.find(f"{W}embedTrueTypeFonts") is not None
    assert settings.find(f"{W}saveSubsetFonts") is None


def test_without_fonts_the_file_is_small_and_still_names_them() -> None:
    made = printed("<p>a</p>", FACES, options=Options(embed_fonts=False))
    docx = Docx(made.data)
    assert len(made.data) < 20_000
    assert embedded(docx) == {}
    assert docx.part("settings").find(f"{W}embedTrueTypeFonts") is None
    assert [font.get(f"{W}name") for font in docx.part("fontTable")] == ["Source Serif Pro"]


def test_a_font_whose_licence_forbids_it_is_left_out_and_reported(tmp_path: Path) -> None:
    data = bytearray(read_font("SourceSerifPro-Regular.ttf"))
    place = next(
        struct.unpack_from(">I", data, 12 + 16 * number + 8)[0]
        for number in range(struct.unpack_from(">H", data, 4)[0])
        if data[12 + 16 * number : 16 + 16 * number] == b"OS/2"
    )
    struct.pack_into(">H", data, place + 8, 0x0002)  # restricted licence embedding
    (tmp_path / "mine.ttf").write_bytes(data)
    css = '@font-face { font-family: "Mine"; src: url(https://project.invalid/mine.ttf) } body { font-family: Mine }'
    made = printed("<p>a</p>", css, workspace=Workspace(tmp_path))
    assert [problem.code for problem in made.diagnostics] == ["word-font-not-embedded"]
    assert embedded(Docx(made.data)) == {}


@pytest.mark.parametrize(
    ("licence", "allowed"), [(0, True), (2, False), (4, False), (8, True), (12, True), (0x108, True), (0x208, False)]
)
def test_the_least_restriction_of_a_licence_holds(licence: int, allowed: bool) -> None:
    assert fontfiles.allows_embedding(licence) == allowed


def test_every_house_font_may_be_embedded() -> None:
    fonts = {name: fontfiles.read(file.read_bytes()) for name, file in font_files().items()}
    assert [name for name, font in fonts.items() if font is None or not font.embeddable] == []


@pytest.mark.parametrize("data", [b"", b"\0\1\0\0", b"\0\1\0\0\0\1", b"OTTO" + bytes(300), b"wOF2" + b"\xff" * 300])
def test_what_is_no_font_is_none(data: bytes) -> None:
    assert fontfiles.read(data) is None


@pytest.mark.validator
def test_libreoffice_shows_the_embedded_fonts_where_they_are_not_installed(tmp_path: Path) -> None:
    docx = tmp_path / "fonts.docx"
    docx.write_bytes(printed("<h2>Hand</h2><p>one <em>two</em></p>", FACES + "h2 { font-weight: 600 }").data)
    (pdf,) = libreoffice.convert([docx], "pdf", tmp_path / "pdf", house_fonts=False)
    listed = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True, timeout=60).stdout
    names = {line.split()[0].partition("+")[2] for line in listed.splitlines()[2:]}
    assert names == {"SourceSerifPro-Regular", "SourceSerifPro-It", "SourceSerifPro-Semibold"}


@pytest.mark.validator
@pytest.mark.parametrize("options", [Options(), Options(embed_fonts=False)])
def test_the_file_is_valid_with_and_without_fonts(options: Options, tmp_path: Path) -> None:
    file = tmp_path / "fonts.docx"
    file.write_bytes(printed("<h2>a</h2><p>b <em>c</em></p>", FACES, options=options).data)
    assert openxml.failures(file) == []
    assert faults(Docx(file.read_bytes())) == []
