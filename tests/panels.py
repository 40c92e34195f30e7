"""What the two panels say: the text of a PDF in its logical order, and of a Word file as LibreOffice reads it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import pikepdf
from lxml import etree

CONTEXT = 60  # characters shown on both sides of a difference


@dataclass(frozen=True)
class Panel:
    """A document's text in reading order, its footnotes apart, since each panel has its own place for them."""

    body: str
    notes: tuple[str, ...]
    repeated: str = ""
    """The heads of tables that a PDF prints again where a table goes on; Word's file has them once."""
    drawings: int = 0
    """Pictures and formulas."""


HYPHENS = (
    "\u2010\u2011\u00ad-"  # in a PDF the hyphen of hyphenation has the glyph of any other, and cannot be told from it
)


def letters(text: str) -> str:
    """The text without white space and hyphens, which the two panels set at different places."""
    return re.sub(rf"[\s\u200b{HYPHENS}]+", "", text)


def words(text: str) -> list[str]:
    """The words and the punctuation marks of a text, parts on both sides of a hyphen joined."""
    return re.findall(r"\w+|[^\w\s]", re.sub(rf"[{HYPHENS}]\s*", "", text))


def difference(one: str, other: str) -> str:
    """Where two texts first part, as `…before [one | other]`; empty when they are equal."""
    if one == other:
        return ""
    pairs = enumerate(zip(one, other, strict=False))
    start = next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
    before = one[max(0, start - CONTEXT) : start]
    return f"…{before} [{one[start : start + CONTEXT]} | {other[start : start + CONTEXT]}]"


# The PDF, by poppler: `pdfinfo -struct-text` prints the structure tree, an element or a quoted text a line, indented.


@cache
def pdf_panel(file: Path) -> Panel:
    """The text of a tagged PDF in the order of its structure tree, which leaves running heads and line numbers out.

    List labels are left out too, because Word numbers its lists itself, and so are the words in drawings.
    """
    tree = _structure(file)
    texts = list(_texts(tree))
    spoken = [(path, text) for path, text in texts if _is_spoken(path)]
    once, repeated = _without_repeated_heads(spoken)
    body = " ".join(text for path, text in once if not _inside(path, "Note"))
    figures = len(re.findall(r"^ *Figure\b", tree, re.M))
    return Panel(body, tuple(_footnotes(texts)), " ".join(repeated), figures)


def _structure(file: Path) -> str:
    """What poppler prints of the structure tree, of a copy without its colour profile.

    Poppler reads the profile anew for each element, which takes a minute for an article.
    """
    with tempfile.TemporaryDirectory() as folder, pikepdf.open(file) as pdf:
        if "/OutputIntents" in pdf.Root:
            del pdf.Root["/OutputIntents"]
        pdf.save(Path(folder) / file.name)
        return _run("pdfinfo", "-struct-text", str(Path(folder) / file.name))


UNSPOKEN = {"Lbl", "Figure"}  # what numbers a list item, and the words in a drawing
Element = tuple[str, int]  # its name, and the line that it stands on
Place = tuple[Element, ...]  # the elements that hold a text, outermost first


def _is_spoken(path: Place) -> bool:
    return not UNSPOKEN & {name for name, _ in path}


def _inside(path: Place, name: str) -> Element | None:
    return next((element for element in path if element[0] == name), None)


def _without_repeated_heads(spoken: Sequence[tuple[Place, str]]) -> tuple[list[tuple[Place, str]], list[str]]:
    """The texts without the heads of tables that go on, and those heads: the same as the last one, with no caption."""
    captioned = {_inside(path, "Table") for path, _ in spoken if _inside(path, "Caption")}
    kept: list[tuple[Place, str]] = []
    repeated: list[str] = []
    last: list[str] = []
    for head, found in groupby(spoken, key=lambda item: _inside(item[0], "THead")):
        items = list(found)
        texts = [text for _, text in items]
        if head and texts == last and _inside(items[0][0], "Table") not in captioned:
            repeated += texts
        else:
            kept += items
        last = texts if head else last
    return kept, repeated


def _texts(tree: str) -> Iterator[tuple[Place, str]]:
    """Each text with the elements that hold it, outermost first."""
    path: list[tuple[int, Element]] = []
    for number, line in enumerate(tree.splitlines()):
        indent = len(line) - len(line.lstrip(" "))
        while path and path[-1][0] >= indent:
            path.pop()
        found = re.fullmatch(r'\s*"(.*)"', line)
        if found:
            yield tuple(element for _, element in path), found[1]
        elif line.strip():
            path.append((indent, (re.split(r"[\s(:<]", line.strip())[0], number)))


def _footnotes(texts: Sequence[tuple[Place, str]]) -> list[str]:
    """The footnotes; one that goes on over the page is two elements, of which the second has no label."""
    labelled = {_inside(path, "Note") for path, _ in texts if _inside(path, "Lbl")}
    notes: list[str] = []
    for note, found in groupby(texts, key=lambda item: _inside(item[0], "Note")):
        words = " ".join(text for path, text in found if _is_spoken(path))
        if note in labelled or not notes:
            notes += [words] if note else []
        elif note:
            notes[-1] += f" {words}"
    return notes


def pdf_words(file: Path, scratch: Path) -> list[str]:
    """The words that `pdftotext` finds in the PDF once what is not in its structure tree is taken out.

    That is running heads, page numbers and line numbers.
    """
    bare = scratch / f"{file.stem}-bare.pdf"
    with pikepdf.open(file) as pdf:
        tagged = set(_tagged(pdf.Root.StructTreeRoot))
        for page in pdf.pages:
            kept = _tagged_instructions(page, {mark for number, mark in tagged if number == page.objgen})
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(kept)))
        pdf.save(bare)
    return words(_run("pdftotext", "-raw", str(bare), "-"))


def _tagged(element: pikepdf.Object) -> Iterator[tuple[tuple[int, int], int]]:
    """The page and the number of each piece of marked content in a structure element that is spoken."""
    kids = [] if str(element.get("/S")).lstrip("/") in UNSPOKEN else element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield element.Pg.objgen, kid
        elif isinstance(kid, pikepdf.Dictionary):
            yield from _tagged(kid)


def _tagged_instructions(page: pikepdf.Page, marks: set[int]) -> Iterator[pikepdf.ContentStreamInstruction]:
    """The page's instructions without those that print text or forms outside these pieces of marked content."""
    inside: list[bool] = []
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator in ("BMC", "BDC"):
            inside.append(_mark(instruction) in marks)
        elif operator == "EMC":
            inside.pop()
        if any(inside) or operator not in ("Tj", "TJ", "Do"):
            yield instruction


def _mark(instruction: pikepdf.ContentStreamInstruction) -> int | None:
    properties = instruction.operands[-1]
    return int(properties.MCID) if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties else None


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode("utf-8")


# The Word file, by LibreOffice: as flat OpenDocument, which holds notes where they are called.

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
SILENT = {f"{TEXT}{name}" for name in ("number", "sequence-decls", "tracked-changes")}
SPACES = {f"{TEXT}{name}" for name in ("s", "tab", "line-break", "soft-page-break")}
PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}


@cache
def word_panel(file: Path) -> Panel:
    """The text of a flat OpenDocument file made from a Word file; formulas and pictures are silent.

    End notes stand where they are printed, behind all else.
    """
    body = etree.parse(file).getroot().find(f"{OFFICE}body/{OFFICE}text")
    assert body is not None
    notes = {"footnote": [], "endnote": []}
    for note in body.iter(f"{TEXT}note"):
        notes[note.get(f"{TEXT}note-class", "")] += ["".join(_spoken(part)) for part in note.iter(f"{TEXT}note-body")]
    drawings = sum(_is_drawing(frame) for frame in body.iter(f"{DRAWING}frame"))
    text = "".join([*_spoken(body, skip=f"{TEXT}note-body"), *notes["endnote"]])
    return Panel(text, tuple(notes["footnote"]), drawings=drawings)


def _spoken(element: etree._Element, skip: str = "") -> Iterator[str]:
    if element.tag in SPACES or element.tag in PARAGRAPHS:
        yield " "
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in {*SILENT, skip} and not _is_drawing(child):
            yield from _spoken(child, skip)
        yield child.tail or ""


def _is_drawing(element: etree._Element) -> bool:
    """True for the frame of a picture or a formula; other frames hold text."""
    return any(element.find(f"{DRAWING}{name}") is not None for name in ("image", "object"))
