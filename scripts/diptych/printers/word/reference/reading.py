"""What a journal's Word file says of styles and pages; its text is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from urllib.parse import unquote

from lxml import etree

from diptych.diagnostics import Diagnostic, error, warning
from diptych.document import Document, Stylesheet
from diptych.printers.word.markup import NAMESPACES
from diptych.printers.word.pictures import Media
from diptych.printers.word.reference.cleaning import clean
from diptych.printers.word.reference.files import Files, Relationship, UnusableError
from diptych.printers.word.reference.names import R, Tree, W, all_of
from diptych.workspace import RefusedError, Workspace

PICTURES = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/x-emf": "emf",
    "image/x-wmf": "wmf",
}
"""Pictures that a header may show, and their endings; SVG may ask for files elsewhere."""

PAGE = ("pgSz", "pgMar", "pgBorders", "lnNumType", "pgNumType", "vAlign", "titlePg", "docGrid")
SETTINGS = ("defaultTabStop", "evenAndOddHeaders", "clrSchemeMapping")
EDGES = ("header", "footer")
SILENT = ("hyperlink", "attachedTemplate")  # what loses nothing that one sees
TWIPS = 20
LARGEST_PAGE, LEAST_TEXT = 1584.0, 72.0  # points; Word has no pages of more than 22 inches
OURS = 1_000_000  # more than a document has drawings
WP = f"{{{NAMESPACES['wp']}}}"


@dataclass(frozen=True)
class Part:
    """A part of the file, cleaned, and the pictures that it shows by the identifiers of their relationships."""

    root: Tree
    media: dict[str, Media] = field(default_factory=dict)


@dataclass(frozen=True)
class Furniture:
    """A header or footer for a kind of page: default, even or first."""

    edge: str
    kind: str
    part: Part


@dataclass(frozen=True)
class Reference:
    """What of a Word file is taken over: elements as they are in it."""

    styles: Tree | None = None
    numbering: Part | None = None
    theme: Part | None = None
    fonts: Tree | None = None
    furniture: tuple[Furniture, ...] = ()
    page: dict[str, Tree] = field(default_factory=dict)
    settings: dict[str, Tree] = field(default_factory=dict)


def find(document: Document, workspace: Workspace) -> tuple[Reference | None, list[Diagnostic]]:
    """The Word file that the document names; None where it names none, or one that cannot be used."""
    if not document.word_reference:
        return None, []
    name = unquote(document.word_reference.rsplit("/", 1)[-1])
    try:
        data = workspace.fetch(document.word_reference)
    except RefusedError as problem:
        return None, [error(f"word-reference-{problem.code}", f"cannot read the Word file “{name}”: {problem}")]
    try:
        return read(data, name)
    except UnusableError as problem:
        return None, [error(problem.code, f"the Word file “{name}” {problem}", hint=problem.hint)]


def read(data: bytes, name: str) -> tuple[Reference, list[Diagnostic]]:
    """What is taken over from a Word file; raises UnusableError."""
    reader = _Reader(Files(data))
    reference, problems = reader.read(), []
    if reader.outside:
        message = f"the Word file “{name}” refers to files elsewhere; what shows them is left out"
        problems.append(warning("word-reference-outside", message, hint="put pictures into the file itself"))
    if not _has_room(reference.page):
        message = f"the pages of the Word file “{name}” have no room for text; the template's are taken"
        problems.append(warning("word-reference-page", message, hint="set its page and margins in Word"))
        reference = replace(reference, page={})
    return reference, problems


def _has_room(page: Mapping[str, Tree]) -> bool:
    """Whether a page is one that Word makes, with an inch of text or more in each direction."""
    for side, margins, usual in (("w", ("left", "right"), 612.0), ("h", ("top", "bottom"), 792.0)):
        length = _points(page.get("pgSz"), side) if "pgSz" in page else usual
        taken = [_points(page.get("pgMar"), margin) if "pgMar" in page else 72.0 for margin in margins]
        if length is None or None in taken or not length <= LARGEST_PAGE:
            return False
        if length - sum(abs(one) for one in taken if one is not None) < LEAST_TEXT:
            return False
    return True


class _Reader:
    """Reads one file; `outside` is true once something in it referred to a file elsewhere."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.outside = False
        self._related = files.relationships(files.main)
        self._drawings = OURS

    def read(self) -> Reference:
        styles, fonts = self._part("styles"), self._part("fontTable")
        settings = self._part("settings")
        document = self.files.tree(self.files.main)
        sections = [] if document is None else list(all_of(document, "sectPr"))
        return Reference(
            styles=styles.root if styles else None,
            numbering=self._part("numbering"),
            theme=self._part("theme"),
            fonts=fonts.root if fonts else None,
            furniture=tuple(self._furniture(sections)),
            page=_children(sections[-1] if sections else None, PAGE),
            settings=_children(settings.root if settings else None, SETTINGS),
        )

    def _part(self, kind: str) -> Part | None:
        """The part that the document refers to in that way."""
        return next((self._cleaned(one) for one in self._related.values() if one.kind == kind), None)

    def _cleaned(self, relationship: Relationship) -> Part | None:
        if relationship.outside:
            self.outside = True
            return None
        root = self.files.tree(relationship.target)
        if root is None:
            return None
        related = self.files.relationships(relationship.target)
        self.outside |= any(one.outside and one.kind not in SILENT for one in related.values())
        media = {key: found for key, one in related.items() if (found := self._picture(one))}
        clean(root, media)
        used = {str(said) for one in root.iter() for name, said in one.attrib.items() if str(name).startswith(R)}
        return Part(root, {key: one for key, one in media.items() if key in used})

    def _picture(self, relationship: Relationship) -> Media | None:
        kind = self.files.kind(relationship.target)
        data = None if relationship.outside or kind not in PICTURES else self.files.data(relationship.target)
        if relationship.kind != "image" or not data:
            return None
        return Media(f"reference-{sha256(data).hexdigest()[:16]}.{PICTURES[kind]}", kind, data)

    def _settle(self, root: Tree) -> None:
        """Give a header's pictures numbers that ours do not have, and its lines none."""
        for drawing in root.iter(f"{WP}docPr"):
            self._drawings += 1
            drawing.set("id", str(self._drawings))
        for paragraph in root.iter(f"{W}p"):
            _unnumber_lines(paragraph)

    def _furniture(self, sections: Sequence[Tree]) -> Iterator[Furniture]:
        """The headers and footers of the last section, those too that it has from the sections before it."""
        named: dict[tuple[str, str], str] = {}
        for section in sections:
            for edge in EDGES:
                for one in section.findall(f"{W}{edge}Reference"):
                    named[edge, one.get(f"{W}type", "default")] = one.get(f"{R}id", "")
        for (edge, kind), identifier in sorted(named.items(), key=lambda one: (EDGES.index(one[0][0]), one[0][1])):
            related = self._related.get(identifier)
            part = self._cleaned(related) if related and related.kind == edge else None
            if part:
                self._settle(part.root)
            if part and kind in ("default", "even", "first"):
                yield Furniture(edge, kind, part)


def _unnumber_lines(paragraph: Tree) -> None:
    """LibreOffice would number the lines of headers too."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    if properties.find(f"{W}suppressLineNumbers") is None:
        place = sum(one.tag in BEFORE_LINE_NUMBERS for one in properties)
        properties.insert(place, etree.Element(f"{W}suppressLineNumbers"))


BEFORE_LINE_NUMBERS = {
    W + name for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr")
}


def _children(parent: Tree | None, names: Sequence[str]) -> dict[str, Tree]:
    return {name: found for name in names if parent is not None and (found := parent.find(W + name)) is not None}


def on_its_pages(document: Document, reference: Reference) -> Document:
    """The document set on the pages of the file, so that tables and pictures fit their text area."""
    size, margin = (reference.page.get(name) for name in ("pgSz", "pgMar"))
    said = [*_size(size), *_margins(margin)]
    sheet = Stylesheet("word-reference", f"@page {{ {'; '.join(said)} }}")
    return replace(document, stylesheets=(*document.stylesheets, sheet)) if said else document


def _size(size: Tree | None) -> Iterator[str]:
    lengths = [_points(size, side) for side in ("w", "h")]
    if all(length and length > 0 for length in lengths):
        yield f"size: {lengths[0]}pt {lengths[1]}pt"


def _margins(margin: Tree | None) -> Iterator[str]:
    for side in ("top", "right", "bottom", "left"):
        length = _points(margin, side)
        if length is not None:
            yield f"margin-{side}: {abs(length)}pt"  # a negative one keeps headers from moving the text


def _points(element: Tree | None, name: str) -> float | None:
    said = element.get(W + name, "") if element is not None else ""
    return int(said) / TWIPS if said.removeprefix("-").isdecimal() else None
