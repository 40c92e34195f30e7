"""The files within a Word file from elsewhere: nothing too large, no macros, no entities; ISO 29500's two dialects."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from diptych.printers.word.reference.names import Tree, W, all_of

LARGEST_PART = 24 * 1024 * 1024  # bytes; the longest real styles.xml has one
LARGEST_PACKAGE = 256 * 1024 * 1024  # bytes unpacked, of all parts together
MOST_PARTS = 4096
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
MAIN = re.compile(r"application/vnd\.openxmlformats-officedocument\.wordprocessingml\.(document|template)\.main\+xml")
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"


class UnusableError(Exception):
    """Why a file cannot be used; `code` is for programs, `hint` what to do."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.hint = f"word-reference-{code}", hint


SAVE_AS = "open it in Word and save it as .docx"


@dataclass(frozen=True)
class Relationship:
    """From a part to another, by the last word of its type: `header`, `image`; outside the file or not."""

    kind: str
    target: str
    outside: bool


class Files:
    """The parts of a Word file."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(OLE):
            raise UnusableError("encrypted", "is encrypted, or older than Word 2007", f"{SAVE_AS} without a password")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UnusableError("broken", "is not a Word file", SAVE_AS) from None
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_PACKAGE:
            raise UnusableError("too-large", "is too large when unpacked", "delete its text and pictures")
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnusableError("encrypted", "is encrypted", f"{SAVE_AS} without a password")
        self._entries = {entry.filename.lstrip("/").lower(): entry for entry in entries}
        self._types = self._content_types()
        self.main = self._find_main()

    def _content_types(self) -> dict[str, str]:
        """The content type of each part, by its name, and of endings."""
        root = self.tree("[Content_Types].xml")
        if root is None:
            raise UnusableError("broken", "is not a Word file", SAVE_AS)
        named = {one.get("PartName", "").lstrip("/").lower(): one for one in root.iter(f"{TYPES}Override")}
        endings = {f".{one.get('Extension', '')}".lower(): one for one in root.iter(f"{TYPES}Default")}
        return {name: one.get("ContentType", "") for name, one in {**endings, **named}.items()}

    def _find_main(self) -> str:
        name = next((one.target for one in self.relationships("").values() if one.kind == "officeDocument"), "")
        kind = self.kind(name)
        if "macroEnabled" in kind or any(name.endswith("vbaproject.bin") for name in self._entries):
            raise UnusableError("macros", "has macros", "save it as .docx or .dotx, without macros")
        if not MAIN.fullmatch(kind):
            raise UnusableError("broken", "is not a Word document or template", SAVE_AS)
        return name

    def kind(self, name: str) -> str:
        """The content type of a part."""
        low = name.lower()
        return self._types.get(low, self._types.get(posixpath.splitext(low)[1], ""))

    def data(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is no such part."""
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        try:
            with self._zip.open(entry) as part:
                found = part.read(LARGEST_PART + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
            raise UnusableError("broken", f"has a part “{name}” that cannot be unpacked", SAVE_AS) from None
        except Exception as problem:  # what unpackers raise of their own: zlib.error, lzma.LZMAError
            if type(problem).__module__ not in ("zlib", "_lzma", "lzma"):
                raise
            raise UnusableError("broken", f"has a part “{name}” that cannot be unpacked", SAVE_AS) from None
        if len(found) > LARGEST_PART:
            raise UnusableError("too-large", f"has a part “{name}” that is too large", "delete its text and pictures")
        return found

    def tree(self, name: str) -> Tree | None:
        """The root of a part, in the transitional dialect; None where there is no such part."""
        data = self.data(name)
        if data is None:
            return None
        root = _parsed(data, name)
        text: bytes = etree.tostring(root)
        if STRICT in text:
            root = _parsed(_renamed(text), name)
            _measure_in_numbers(root)
        _name_sides(root)
        return root

    def relationships(self, name: str) -> dict[str, Relationship]:
        """The relationships of a part by their identifiers; those of the package for no name."""
        folder, file = posixpath.split(name)
        root = self.tree(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {} if root is None else {one.get("Id", ""): _relationship(one, folder) for one in _all(root)}


def _all(root: Tree) -> Iterator[Tree]:
    return root.iter(RELATIONSHIP)


def _relationship(one: Tree, folder: str) -> Relationship:
    outside = one.get("TargetMode") == "External"
    target = one.get("Target", "")
    inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relationship(one.get("Type", "").rsplit("/", 1)[-1], target if outside else inside, outside)


def _parsed(data: bytes, name: str) -> Tree:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnusableError("broken", f"has a part “{name}” that is not XML", SAVE_AS) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnusableError("broken", f"has a part “{name}” with a DTD, which Word never writes", SAVE_AS)
    return root


# The strict dialect of ISO/IEC 29500-1 has other addresses for its names, and lengths with units.

STRICT = b"http://purl.oclc.org/ooxml/"
RENAMED = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi)")
POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "pc": 12.0, "pi": 12.0}
HALVES = ("sz", "szCs", "kern", "position")
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def _renamed(text: bytes) -> bytes:
    """`http://purl.oclc.org/ooxml/drawingml/…` → `http://schemas.openxmlformats.org/drawingml/2006/…`."""
    return RENAMED.sub(rb"http://schemas.openxmlformats.org/\1/2006/", text)


def _measure_in_numbers(root: Tree) -> None:
    """Lengths in twentieths of a point, those of letters in halves, shares in fiftieths of a percent."""
    for element in root.iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(W):
            continue
        parts = 2 if element.tag.removeprefix(W) in HALVES else 20
        for name, said in element.attrib.items():
            length, share = LENGTH.fullmatch(str(said)), PERCENT.fullmatch(str(said))
            if length:
                element.set(name, str(round(float(length[1]) * POINTS[length[2]] * parts)))
            elif share and element.get(f"{W}type") == "pct":
                element.set(name, str(round(float(share[1]) * 50)))


SIDES = {"start": "left", "end": "right"}
SIDED = ("tblBorders", "tcBorders", "tblCellMar", "tcMar")


def _name_sides(root: Tree) -> None:
    """`left` and `right` for `start` and `end`, which the first edition does not know."""
    for element in all_of(root, "jc", "lvlJc", "ind"):
        for old, new in SIDES.items():
            if element.get(f"{W}val") == old:
                element.set(f"{W}val", new)
            if element.get(W + old) is not None:
                element.set(W + new, element.attrib.pop(W + old))
    for element in all_of(root, *SIDED):
        for child in element:
            name = str(child.tag).removeprefix(W)
            child.tag = W + SIDES.get(name, name)
