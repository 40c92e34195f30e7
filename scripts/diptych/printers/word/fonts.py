"""The fonts that the file names, and their files within it, hidden from casual copying as the standard demands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from docx.opc.constants import RELATIONSHIP_TYPE as RT

from diptych import fontfiles
from diptych.diagnostics import Diagnostic, warning
from diptych.fontfiles import STYLES, FontFile
from diptych.printers.word.markup import escape, part
from diptych.printers.word.package import Extra
from diptych.style import Face
from diptych.workspace import Workspace

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
ELEMENTS = dict(zip(STYLES, ("embedRegular", "embedBold", "embedItalic", "embedBoldItalic"), strict=True))
HIDDEN = 32  # bytes at the head of the file

ALTERNATIVES = {"roman": "Cambria", "swiss": "Calibri", "modern": "Consolas", "auto": "Calibri"}
"""Faces that every Word has, by kind."""


@dataclass(frozen=True)
class Embedded:
    """A font file within the file: what it says of itself, its key, and its place in the package."""

    font: FontFile
    key: str
    extra: Extra


def embed(faces: Iterable[Face], workspace: Workspace) -> tuple[list[Embedded], list[Diagnostic]]:
    """The files of the faces, whole, so that what is not in the text yet can be written in them too.

    A face without a file is left out; one that must not or cannot be embedded is reported.
    """
    found: dict[str, Embedded] = {}
    problems = []
    for face in sorted(faces, key=lambda face: (face.name, face.address)):
        data = workspace.fetch(face.address) if face.address else b""
        font = fontfiles.read(data)
        if font is None or face.address in found:
            continue
        if font.embeddable and font.style in ELEMENTS:
            found[face.address] = _embedded(font, data, len(found) + 1)
        else:
            message = f"the licence or the form of the font “{font.family} {font.style}” keeps it out of Word files"
            hint = "readers without it will see another; --no-embed-fonts leaves all fonts out"
            problems.append(warning("word-font-not-embedded", message, hint=hint))
    return list(found.values()), problems


def _embedded(font: FontFile, data: bytes, number: int) -> Embedded:
    key, hidden = _hidden(data)
    extra = Extra(f"fonts/font{number}.odttf", CONTENT_TYPE, RT.FONT, hidden, f"rId{number}")
    return Embedded(
        font, "{" + "-".join(key[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))) + "}", extra
    )


@lru_cache(maxsize=32)
def _hidden(data: bytes) -> tuple[str, bytes]:
    """A font's key, and its file as it stands in the package; one object, which the archive knows again at once."""
    key = sha256(data).hexdigest()[:32].upper()
    return key, obfuscated(data, key)


def obfuscated(data: bytes, key: str) -> bytes:
    """The font file with its head hidden by a key of 32 hexadecimal digits (ISO/IEC 29500-1, 17.8.1).

    Each of the first 32 bytes is combined by exclusive or with a byte of the key, which is read from its end; doing it
    again gives the font back.
    """
    mask = bytes.fromhex(key)[::-1] * 2
    return bytes(byte ^ hidden for byte, hidden in zip(data[:HIDDEN], mask, strict=False)) + data[HIDDEN:]


def fonts_part(faces: Iterable[Face], embedded: Iterable[Embedded]) -> bytes:
    """The file's fontTable.xml: what may stand in for a face that is missing, and where the files of others are."""
    named = {face.name: face for face in faces}
    files: dict[str, list[Embedded]] = {}
    for one in embedded:
        files.setdefault(one.font.family, []).append(one)
    return part("w:fonts", "".join(_font(named[name], files.get(name, [])) for name in sorted(named)))


def _font(face: Face, files: list[Embedded]) -> str:
    ordered = sorted(files, key=lambda one: STYLES.index(one.font.style))
    panose = f'<w:panose1 w:val="{ordered[0].font.panose.hex().upper()}"/>' if ordered else ""
    return (
        f'<w:font w:name="{escape(face.name)}"><w:altName w:val="{ALTERNATIVES[face.generic]}"/>{panose}'
        f'<w:charset w:val="00"/><w:family w:val="{face.generic}"/><w:pitch w:val="variable"/>'
        f"{_signature(ordered[0].font) if ordered else ''}{''.join(_file(one) for one in ordered)}</w:font>"
    )


def _signature(font: FontFile) -> str:
    """The characters that the font has (17.8.3.13)."""
    names = ("usb0", "usb1", "usb2", "usb3", "csb0", "csb1")
    said = " ".join(f'w:{name}="{word:08X}"' for name, word in zip(names, font.signature, strict=True))
    return f"<w:sig {said}/>"


def _file(one: Embedded) -> str:
    return f'<w:{ELEMENTS[one.font.style]} r:id="{one.extra.identifier}" w:fontKey="{one.key}"/>'
