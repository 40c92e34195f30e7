"""What the two panels say: the text of a PDF in its logical order, and of a Word file as LibreOffice reads it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pikepdf
from lxml import etree

CONTEXT = 60  # characters shown on both sides of a difference


@dataclass(frozen=True)
class Panel:
    """A document's text in reading order, its footnotes apart, since each panel has its own place for them."""

    body: str
    notes: tuple[str, ...]


def letters(text: str) -> str:
    """The text without white space, which the two panels break at different places."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)


def words(text: str) -> list[str]:
    """The words of a text, hyphens at the ends of lines healed; a break after a hyphen, dash or slash parts words."""
    healed = re.sub(r"\u2010\s+", "", text)
    return [word for word in re.split(r"\s+|(?<=[-–—/])", healed) if word]


def difference(one: str, other: str) -> str:
    """Where two texts first part, as `…before [one | other] after…`; empty when they are equal."""
    if one == other:
        return ""
    for kind, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind != "equal":
            parted = f"[{one[start:end][:CONTEXT]} | {other[other_start:other_end][:CONTEXT]}]"
            return f"…{one[max(0, start - CONTEXT) : start]}{parted}{one[end : end + CONTEXT]}…"
    return ""


# The PDF, by poppler: `pdfinfo -struct-text` prints the structure tree, an element or a quoted text a line, indented.


def pdf_panel(file: Path) -> Panel:
    """The text of a tagged PDF in the order of its structure tree, which leaves running heads and line numbers out.

    List labels are left out too: Word numbers its lists itself.
    """
    tree = _run("pdfinfo", "-struct-text", str(file))
    body: list[str] = []
    notes: list[str] = []
    for path, text in _texts(tree):
        if "Lbl" in path:
            continue
        if path[1:2] in (("NonStruct",), ("Note",)):  # the area of footnotes, one element a page
            notes.append(text)
        else:
            body.append(text)
    return Panel(_joined(body), tuple(_footnotes(notes)))


def _texts(tree: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text with the names of the elements that hold it, outermost first."""
    path: list[tuple[int, str]] = []
    for line in tree.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        while path and path[-1][0] >= indent:
            path.pop()
        found = re.fullmatch(r'\s*"(.*)"', line)
        if found:
            yield tuple(name for _, name in path), found[1]
        elif line.strip():
            path.append((indent, re.split(r"[\s(:<]", line.strip())[0]))


def _joined(texts: list[str]) -> str:
    """The texts of lines and parts of lines, without the hyphens that hyphenation put at their ends."""
    return "".join(text.removesuffix("\u2010") if text.endswith("\u2010") else f"{text} " for text in texts)


def _footnotes(texts: list[str]) -> Iterator[str]:
    """The footnotes among the texts of their areas; each begins with its number and a full stop."""
    note: list[str] = []
    for text in texts:
        if re.fullmatch(r"\d+\.\s*", text):
            if note:
                yield _joined(note)
            note = []
        else:
            note.append(text)
    if note:
        yield _joined(note)


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
    """The page and the number of each piece of marked content in a structure element, list labels left out."""
    kids = [] if element.get("/S") == "/Lbl" else element.get("/K", [])
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
SILENT = {f"{TEXT}{name}" for name in ("number", "sequence-decls", "tracked-changes", "bookmark-start")} | {
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}frame"
}
SPACES = {f"{TEXT}{name}" for name in ("s", "tab", "line-break", "soft-page-break")}
PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}


def word_panel(file: Path) -> Panel:
    """The text of a flat OpenDocument file made from a Word file; formulas and pictures are silent."""
    body = etree.parse(file).getroot().find(f"{OFFICE}body/{OFFICE}text")
    assert body is not None
    notes = ["".join(_spoken(note)) for note in body.iter(f"{TEXT}note-body")]
    return Panel("".join(_spoken(body, skip=f"{TEXT}note-body")), tuple(notes))


def _spoken(element: etree._Element, skip: str = "") -> Iterator[str]:
    if element.tag in SPACES or element.tag in PARAGRAPHS:
        yield " "
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SILENT and child.tag != skip:
            yield from _spoken(child, skip)
        yield child.tail or ""
