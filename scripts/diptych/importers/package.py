"""A Word file as a package: opened within bounds, its parts checked, what Pandoc would lose put where it keeps it.

Nothing is written by the names in the package: pictures get names of our own.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from diptych.diagnostics import Diagnostic, Span, error
from diptych.importers.paper import Losses, shortened
from diptych.importers.wordfields import W, drop, fields, gather

MOST_PARTS = 5_000
LARGEST_PART = 96 * 1024 * 1024
LARGEST = 256 * 1024 * 1024
DEEPEST = 200
"""Bounds: parts, bytes of one and of all when unpacked, levels of XML."""

DOCUMENT = "word/document.xml"
NOTES = ("word/footnotes.xml", "word/endnotes.xml")


@dataclass(frozen=True)
class Package:
    """The parts of a Word file by name, and the CSL-JSON that its citations carry."""

    parts: Mapping[str, bytes]
    works: tuple[Mapping[str, Any], ...] = ()

    def packed(self) -> bytes:
        """The parts as a Word file again."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), data)
        return written.getvalue()

    def picture(self, name: str) -> bytes | None:
        """The picture that the document names, `media/image1.png`."""
        return self.parts.get(f"word/{name}") or self.parts.get(name)


def opened(file: str, data: bytes, losses: Losses) -> tuple[Package | None, list[Diagnostic]]:
    """The package, or what is wrong with it."""
    try:
        _look_at_beginning(data)
        parts = dict(_parts(data))
        if DOCUMENT not in parts:
            raise _RefusedError("it holds no document")
        roots = _checked(parts)
    except _RefusedError as refused:
        return None, [error("unreadable-paper", f"this Word file is not read: {refused}", Span(file), SAVE_AGAIN)]
    _look_at(parts, losses)
    works: dict[str, Mapping[str, Any]] = {}
    for name in (DOCUMENT, *NOTES):
        if name in roots:
            root = roots[name]
            gather(root, works, losses)
            _unfield_lists(root)
            _empty_boxes(root, losses)
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Package(parts, tuple(works.values())), []


SAVE_AGAIN = "open it in Word or LibreOffice and save it as a new .docx, without a password"
OLDER = bytes.fromhex("d0cf11e0a1b11ae1")
"""How Compound Files begin [MS-CFB, 2.2]: Word files before 2007, and those with a password."""


class _RefusedError(Exception):
    """A package that is not read."""


def _look_at_beginning(data: bytes) -> None:
    """Raises for what is no package at all."""
    if data.startswith(OLDER):
        raise _RefusedError("it is of an older kind (.doc), or has a password")
    if not data.startswith(b"PK"):
        raise _RefusedError("there is no Word file in it")


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each part, read no further than the bounds say, whatever the directory claims."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS:
                raise _RefusedError(f"it has more than {MOST_PARTS:,} parts")
            for info in infos:
                if info.is_dir():
                    continue
                if info.flag_bits & 1:
                    raise _RefusedError("it is encrypted")
                with archive.open(info) as part:
                    content = part.read(LARGEST_PART + 1)
                total += len(content)
                if len(content) > LARGEST_PART or total > LARGEST:
                    raise _RefusedError(f"it unpacks to more than {LARGEST // 1024 // 1024} MB")
                yield info.filename, content
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, RuntimeError) as problem:
        raise _RefusedError(f"it is broken ({problem})") from None
    except Exception as problem:  # zlib.error and others of the decompressors
        if isinstance(problem, _RefusedError):
            raise
        raise _RefusedError(f"it is broken ({problem})") from None


def _checked(parts: Mapping[str, bytes]) -> dict[str, etree._Element]:
    """The roots of the parts of XML by name; raises where a part of XML is broken, has a DTD or nests too deeply."""
    found: dict[str, etree._Element] = {}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            if re.search(rb"<!(DOCTYPE|ENTITY)", data) or b"\0" in data[:4096]:
                raise _RefusedError(f"“{name}” has a DTD, or is in UTF-16")
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            try:
                found[name] = etree.fromstring(data, parser)
            except etree.XMLSyntaxError as problem:
                raise _RefusedError(f"“{name}” is broken: {shortened(str(problem))}") from None
    return found


def _look_at(parts: Mapping[str, bytes], losses: Losses) -> None:
    """Reports what a Word file can have and a review has not."""
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        losses.add("macros", "the file has macros; they are left out")
    if any(name.startswith("word/embeddings/") for name in parts):
        losses.add("lost-part", "the file has other files embedded; they are left out")
    for name in parts:
        if name.startswith("word/_rels/"):
            for found in re.finditer(rb"<Relationship\b[^>]*>", parts[name]):
                if b'TargetMode="External"' in found[0] and b"/hyperlink" not in found[0]:
                    target = re.search(rb'Target="([^"]*)"', found[0])
                    said = shortened(target[1].decode("utf-8", "replace")) if target else ""
                    losses.add("lost-part", f"what stands elsewhere is not fetched: “{said}”")
    for mark, what in ((b"<c:chart", "charts"), (b"<dgm:relIds", "diagrams")):
        if mark in parts[DOCUMENT]:
            losses.add("lost-part", f"the file has {what}; compare what has become of them")


# Lists of references

LISTS = re.compile(r"ADDIN (ZOTERO_BIBL|Mendeley Bibliography|EN\.REFLIST)")


def _unfield_lists(root: etree._Element) -> None:
    """Takes the fields from around lists of references, whose results Pandoc leaves out."""
    for code, own in list(fields(root)):
        if LISTS.match(code):
            drop(own)


# Text boxes

COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def _empty_boxes(root: etree._Element, losses: Losses) -> None:
    """Puts what stands in text boxes behind the paragraph that holds them; Pandoc keeps the one or the other."""
    for fallback in list(root.iter(f"{COMPATIBLE}Fallback")):
        if next(fallback.iter(f"{W}txbxContent"), None) is not None:
            drop([fallback])  # the same again, for old versions of Word
    for box in list(root.iter(f"{W}txbxContent")):
        holder = next(reversed(list(box.iterancestors(f"{W}p"))), None)
        behind = holder.getparent() if holder is not None else None
        if holder is None or behind is None:
            continue
        losses.add("text-box", f"a text box stands behind its paragraph now: “{shortened(_words(box))}”")
        drop([box])
        for content in reversed(box):
            behind.insert(behind.index(holder) + 1, content)


def _words(box: etree._Element) -> str:
    return " ".join("".join(map(str, text.itertext())) for text in box.iter(f"{W}p"))
