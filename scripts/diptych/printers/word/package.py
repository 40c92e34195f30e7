"""The parts → one .docx whose bytes depend on nothing but the parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package

from diptych.printers.word.markup import escape
from diptych.printers.word.writer import Relations

FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say
PERMISSIONS = 0o644 << 16
APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Diptych</Application></Properties>"
)

CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
CUSTOM_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
CUSTOM_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
CUSTOM_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
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
    saved = io.BytesIO()
    package.save(saved)
    return _rezipped(saved.getvalue())


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


def _rezipped(data: bytes) -> bytes:
    """The same files in the same order with a fixed date, so that equal parts give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, PERMISSIONS, 3
            target.writestr(entry, source.read(name), compresslevel=6)
    return packed.getvalue()
