"""The parts → one .docx whose bytes depend on nothing but the parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package

from diptych.printers.word.archive import archive
from diptych.printers.word.markup import escape
from diptych.printers.word.writer import Relations

FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
BY_ENDING = {"rels": CT.OPC_RELATIONSHIPS, "xml": CT.XML, "png": CT.PNG, "jpg": CT.JPEG}
APPLICATION = (
    HEAD.encode() + b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Diptych</Application></Properties>"
)

CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CUSTOM_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
CUSTOM_HEAD = (
    HEAD + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
)


@dataclass(frozen=True)
class Properties:
    """What the file says about the document."""

    title: str
    authors: str
    subject: str
    keywords: str
    description: str
    language: str
    custom: tuple[tuple[str, str], ...] = ()
    """Names and values of those that Word has no names for."""


@dataclass(frozen=True)
class Extra:
    """A part beside the body: its name in /word/, content type, relationship, bytes, own relationships and parts."""

    name: str
    kind: str
    relationship: str
    data: bytes
    identifier: str
    relations: Relations = field(default_factory=Relations)
    parts: tuple[Extra, ...] = ()


def pack(body: bytes, relations: Relations, extras: Iterable[Extra], properties: Properties, moment: datetime) -> bytes:
    """The bytes of the .docx."""
    package = Package()
    main = Part(PackURI("/word/document.xml"), CT.WML_DOCUMENT_MAIN, body, package)
    package.relate_to(main, RT.OFFICE_DOCUMENT)
    media: dict[str, Part] = {}
    for extra in extras:
        _add(extra, main, media)
    _relate(main, relations, media)
    application = Part(PackURI("/docProps/app.xml"), CT.OFC_EXTENDED_PROPERTIES, APPLICATION, package)
    package.relate_to(application, RT.EXTENDED_PROPERTIES)
    _describe(package, properties, moment)
    if properties.custom:
        custom = Part(PackURI("/docProps/custom.xml"), CUSTOM_TYPE, _custom(properties.custom), package)
        package.relate_to(custom, CUSTOM_RELATIONSHIP)
    return archive(_files(package))


def _files(package: Package) -> Iterator[tuple[str, bytes]]:
    """The files of the package as they stand in it: each part behind what it is, before what it refers to."""
    parts = list(package.iter_parts())
    yield "[Content_Types].xml", _content_types(parts)
    yield "_rels/.rels", package.rels.xml
    for one in parts:
        yield one.partname.membername, one.blob
        if one.rels:
            yield one.partname.rels_uri.membername, one.rels.xml


def _content_types(parts: Iterable[Part]) -> bytes:
    """What each part is, by its ending where that says it (ISO/IEC 29500-2, 7.2.3)."""
    named = {one.partname: one.content_type for one in parts}
    said = {name: kind for name, kind in named.items() if BY_ENDING.get(name.ext) != kind}
    endings = {"rels", "xml", *(name.ext for name in named.keys() - said.keys())}
    inside = [f'<Default Extension="{ending}" ContentType="{BY_ENDING[ending]}"/>' for ending in sorted(endings)]
    inside += [f'<Override PartName="{name}" ContentType="{said[name]}"/>' for name in sorted(said)]
    return f'{HEAD}<Types xmlns="{CONTENT_TYPES}">{"".join(inside)}</Types>'.encode()


def _add(extra: Extra, owner: Part, media: dict[str, Part]) -> None:
    """Make a part that `owner` refers to, and the parts that it refers to itself."""
    made = Part(PackURI(f"/word/{extra.name}"), extra.kind, extra.data, owner.package)
    owner.load_rel(extra.relationship, made, extra.identifier)
    _relate(made, extra.relations, media)
    for inner in extra.parts:
        _add(inner, made, media)


def _relate(part: Part, relations: Relations, media: dict[str, Part]) -> None:
    """Give a part its links and its media; media of the same bytes are one file."""
    for address, identifier in relations.links.items():
        part.load_rel(RT.HYPERLINK, address, identifier, is_external=True)
    for name, (identifier, file) in relations.media.items():
        if name not in media:
            media[name] = Part(PackURI(f"/word/media/{name}"), file.kind, file.data, part.package)
        part.load_rel(RT.IMAGE, media[name], identifier)


def _describe(package: Package, properties: Properties, moment: datetime) -> None:
    core = package.core_properties
    core.title, core.author, core.subject = properties.title[:255], properties.authors[:255], properties.subject[:255]
    core.keywords, core.comments, core.language = (
        properties.keywords[:255],
        properties.description[:255],
        properties.language,
    )
    core.category = core.subject  # the type of the article, by which Windows and SharePoint sort
    core.last_modified_by = core.author
    core.created = core.modified = moment.replace(tzinfo=None)
    core.revision = 1


def _custom(named: Iterable[tuple[str, str]]) -> bytes:
    """The part that holds the properties without names of Word's own (ISO/IEC 29500-1, 22.3)."""
    inside = "".join(
        f'<property fmtid="{CUSTOM_FORMAT}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(named, 2)  # 0 and 1 are reserved
    )
    return f"{CUSTOM_HEAD}{inside}</Properties>".encode()
