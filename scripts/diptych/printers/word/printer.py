"""One document from HTML and CSS to the bytes of a .docx; reads from top to bottom as it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from xml.etree.ElementTree import Element

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT

from diptych.diagnostics import has_errors
from diptych.document import DEFAULTS, Document, Options, Printed, without_page_references
from diptych.printers.word import endnotes, equations, fonts, notes, reference, settings, theme, zotero
from diptych.printers.word.comments import comments_part
from diptych.printers.word.endnotes import EndNote
from diptych.printers.word.flow import Flow
from diptych.printers.word.furniture import Furnisher, Furniture, changes
from diptych.printers.word.inlines import Formula, Group, Inlines, Item, NoteCall, comments_apart, runs
from diptych.printers.word.links import Links
from diptych.printers.word.markup import part, printable
from diptych.printers.word.model import Block, Paragraph, Table
from diptych.printers.word.numbering import Numbering
from diptych.printers.word.package import FIXED_DATE, Extra, Properties, pack
from diptych.printers.word.page import Pages, Sections, balanced, line_numbering
from diptych.printers.word.pictures import Pictures
from diptych.printers.word.settings import Switches
from diptych.printers.word.spacing import Habits, give_formats
from diptych.printers.word.styles import StyleSheet
from diptych.printers.word.writer import SPACER, Bookmarks, Relations, Writer
from diptych.style import Cascade, TextStyle
from diptych.workspace import Workspace


@dataclass
class _Read:
    """The document read: its blocks, every paragraph with its items, its notes."""

    blocks: list[Block]
    paragraphs: list[Paragraph] = field(default_factory=list)
    items: dict[int, list[Item]] = field(default_factory=dict)
    notes: list[Paragraph] = field(default_factory=list)  # footnotes
    end_notes: list[EndNote] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    calls: list[NoteCall] = field(default_factory=list)


def print_word(document: Document, workspace: Workspace, options: Options = DEFAULTS) -> Printed:
    """The document as the bytes of a .docx; what Word cannot show comes back as diagnostics."""
    journals, trouble = reference.find(document, workspace)
    if has_errors(trouble):
        return Printed(b"", diagnostics=tuple(trouble))
    document = reference.on_its_pages(document, journals) if journals else document
    document = without_page_references(document) if options.flat else document
    cascade = Cascade(document, workspace)
    pages = Pages(cascade)
    flow = Flow(cascade, pages.measure)
    links = Links(cascade.root)
    body = _body(cascade.root)
    blocks, end_notes = endnotes.apart(cascade.root, flow.walk(body))
    ends = {note.element.get("id", ""): note.element for note in end_notes}
    inlines = Inlines(cascade, flow.styles, links, ends)
    read = _read(flow, inlines, blocks, end_notes)
    problems = equations.convert(_formulas(read))
    habits = _habits(read)
    give_formats([*read.blocks, *read.notes, *_within(read.end_notes)], habits)
    strings = cascade.strings()
    asked = frozenset(flow.style_name(one) for values in strings.values() if changes(values) for one, _ in values)
    sheet = _sheet(cascade, body, read, habits, asked)
    numbering = Numbering(sheet)
    numbering.learn(read.paragraphs)
    pictures = Pictures(cascade, workspace, document.base, options.blind)
    writer = Writer(sheet, numbering, pictures, links, Bookmarks(), read.items, read.numbers, flat=options.flat)
    if options.zotero and document.works:
        writer.live = zotero.live(document.works, cascade.root, read.blocks)
    length = pages.count([*read.blocks, *_within(read.end_notes)])
    furnisher = Furnisher(strings, sheet, flow.style_name, length, options.flat)
    if habits.numbers_lines:
        furnisher.line_numbers(pages.style(""))
    numbering_of_notes = next((note.numbering for note in read.end_notes), "")
    sections = Sections(pages, furnisher, line_numbering(read.blocks), numbering_of_notes).cut(read.blocks)
    content = part("w:document", _content(sections, writer, bool(read.end_notes)))
    embedded, refused = fonts.embed(cascade.faces() if options.embed_fonts else (), workspace)
    switches = Switches(
        habits.hyphenates,
        pages.mirrored(read.blocks),
        bool(read.notes),
        numbering_of_notes,
        bool(embedded),
        _language(cascade.root),
        _decimal(cascade.root),
        options.blind,
    )
    text = cascade.text(body)
    extras = [_fonts(cascade, embedded), *_extras(read, writer, furnisher.made, switches, text)]
    properties = replace(_properties(cascade.root), custom=_custom(document, writer.live))
    if journals:
        content, extras = reference.dress(content, extras, journals, _shown(properties), options.flat)
    data = pack(content, writer.relations, extras, properties, workspace.now() or FIXED_DATE)
    found = [*trouble, *problems, *flow.problems, *inlines.problems, *furnisher.problems, *pictures.problems, *refused]
    return Printed(data, None, tuple(dict.fromkeys(found)))


def _custom(document: Document, live: zotero.Live | None) -> tuple[tuple[str, str], ...]:
    """The properties of the file that Word has no names for."""
    version = [(VERSION, document.source)] if document.source else []
    return (*version, *(zotero.preferences(live) if live else ()))


def _shown(properties: Properties) -> dict[str, str]:
    """What the fields show that ask for properties of the file."""
    return {
        "TITLE": properties.title,
        "AUTHOR": properties.authors,
        "SUBJECT": properties.subject,
        "KEYWORDS": properties.keywords,
    }


VERSION = "Source SHA-256"


def _body(root: Element) -> Element:
    found = root.find("body")
    return root if found is None else found


def _read(flow: Flow, inlines: Inlines, blocks: list[Block], end_notes: Iterable[EndNote]) -> _Read:
    """Every paragraph's inline content, in tables and notes too; notes are numbered as their calls are met."""
    read = _Read(blocks)
    ends = {id(note.element): note for note in end_notes}
    called: dict[int, NoteCall] = {}  # by the identity of a note's paragraph
    waiting = list(_paragraphs(blocks))
    while waiting:
        paragraph = waiting.pop(0)
        read.paragraphs.append(paragraph)
        items = inlines.read(paragraph)
        if id(paragraph) in called:
            items, comments = comments_apart(items)
            called[id(paragraph)].comments += comments
        read.items[id(paragraph)] = items
        for call in _calls(items):
            read.calls.append(call)
            own = _note(read, call, flow, paragraph.measure, ends)
            called |= {id(one): call for one in own}
            waiting += own
    return read


def _note(read: _Read, call: NoteCall, flow: Flow, measure: float, ends: Mapping[int, EndNote]) -> list[Paragraph]:
    """The paragraphs of a note, which gets its number here."""
    if call.kind == "endnote":
        note = ends[id(call.element)]
        read.end_notes.append(note)
        read.numbers[id(call.element)] = len(read.end_notes)
        return note.paragraphs
    read.notes.append(flow.note(call.element, measure))
    read.numbers[id(call.element)] = len(read.notes)
    return read.notes[-1:]


def _within(end_notes: Iterable[EndNote]) -> list[Paragraph]:
    return [paragraph for note in end_notes for paragraph in note.paragraphs]


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from _paragraphs(cell.blocks)


def _calls(items: Iterable[Item]) -> Iterator[NoteCall]:
    for item in items:
        if isinstance(item, NoteCall):
            yield item
        elif isinstance(item, Group):
            yield from _calls(item.items)


def _formulas(read: _Read) -> Iterator[tuple[str, bool]]:
    waiting = [item for items in read.items.values() for item in items]
    for item in waiting:
        if isinstance(item, Formula):
            yield item.tex, item.display
        elif isinstance(item, Group):
            waiting.extend(item.items)


def _habits(read: _Read) -> Habits:
    hyphenates = any(paragraph.box.hyphens for paragraph in read.paragraphs)
    return Habits(hyphenates, bool(line_numbering(read.blocks)))


def _sheet(cascade: Cascade, body: Element, read: _Read, habits: Habits, asked: frozenset[str]) -> StyleSheet:
    text = cascade.text(body)
    sheet = StyleSheet(text, cascade.box(body, 0.0), habits.hyphenates, asked)
    sheet.learn(read.paragraphs)
    for kind, call in {call.kind: call for call in reversed(read.calls)}.items():
        sheet.character(f"{kind.title()} Reference", notes.call_style(call, text))
    sheet.learn_runs(run for items in read.items.values() for run in runs(items))
    return sheet


def _content(sections: list[tuple[list[Block], str]], writer: Writer, goes_on: bool) -> str:
    """The body: blocks, each section's properties in its last paragraph, the last section's after all.

    It `goes_on` where end notes follow, in the columns of the last section.
    """
    written: list[str] = []
    for number, (run, properties) in enumerate(sections):
        last = number == len(sections) - 1
        written += _run(run, writer, "" if last else properties)
        if last:
            written.append(properties if goes_on else _end(run, properties))
    return f"<w:body>{''.join(written)}</w:body>"


def _end(run: list[Block], properties: str) -> str:
    """The last section's properties; before them the empty line that columns and a table at the end need."""
    if run and run[-1].section.columns > 1 and run[-1].section.balanced:
        return balanced(properties)
    ends_open = not run or isinstance(run[-1], Table)
    return (f"<w:p><w:pPr>{SPACER}</w:pPr></w:p>" if ends_open else "") + properties


def _run(run: list[Block], writer: Writer, properties: str) -> Iterator[str]:
    """The blocks of a section; tables that follow one another are kept apart, or Word would make them one."""
    for block, below in zip_longest(run, run[1:]):
        yield writer.block(block, properties if below is None else "", isinstance(below, Table))


def _fonts(cascade: Cascade, embedded: list[fonts.Embedded]) -> Extra:
    """The table of fonts, with the files that travel along."""
    table = fonts.fonts_part(cascade.faces(), embedded)
    files = tuple(one.extra for one in embedded)
    return Extra("fontTable.xml", CT.WML_FONT_TABLE, RT.FONT_TABLE, table, "rId_fonts", parts=files)


def _extras(
    read: _Read, writer: Writer, furniture: list[Furniture], switches: Switches, text: TextStyle
) -> list[Extra]:
    """The parts beside the body, whose text looks like `text`."""
    said = settings.settings_part(switches)
    extras = [Extra("settings.xml", CT.WML_SETTINGS, RT.SETTINGS, said, "rId_settings")]
    if read.notes:
        apart = replace(writer, relations=Relations())
        data = notes.footnotes_part(read.notes, apart)
        extras.append(Extra("footnotes.xml", CT.WML_FOOTNOTES, RT.FOOTNOTES, data, "rId_notes", apart.relations))
    if read.end_notes:
        apart = replace(writer, relations=Relations())
        data = notes.endnotes_part([note.paragraphs for note in read.end_notes], apart)
        extras.append(Extra("endnotes.xml", CT.WML_ENDNOTES, RT.ENDNOTES, data, "rId_endnotes", apart.relations))
    if writer.comments:
        data = comments_part(writer.comments, writer.sheet, text)
        extras.append(Extra("comments.xml", CT.WML_COMMENTS, RT.COMMENTS, data, "rId_comments"))
    numbered = writer.numbering.part()
    if numbered:
        extras.append(Extra("numbering.xml", CT.WML_NUMBERING, RT.NUMBERING, numbered, "rId_numbering"))
    extras += [Extra(one.name, *FURNITURE[one.edge], one.data, one.relation) for one in furniture]
    look = theme.theme_part(writer.sheet)
    extras.append(Extra("theme/theme1.xml", CT.OFC_THEME, RT.THEME, look, "rId_theme"))
    styles = writer.sheet.part(switches.language, writer.tables.xml())
    return [*extras, Extra("styles.xml", CT.WML_STYLES, RT.STYLES, styles, "rId_styles")]


FURNITURE = {"header": (CT.WML_HEADER, RT.HEADER), "footer": (CT.WML_FOOTER, RT.FOOTER)}


def _language(root: Element) -> str:
    return root.get("lang") or "en-US"


def _decimal(root: Element) -> str:
    """The decimal sign of the document's numbers, as the first that is aligned on it has it."""
    fractions = (span.text for span in root.iter("span") if span.get("class") == "fraction")
    return next((text[0] for text in fractions if text), ".")


def _properties(root: Element) -> Properties:
    """What the head of the document says."""
    said: dict[str, list[str]] = {}
    for meta in root.iter("meta"):
        said.setdefault(meta.get("name") or "", []).append(meta.get("content") or "")
    title = printable(" ".join((root.findtext("head/title") or "").split()))
    words = {
        name: printable("; ".join(said.get(name, []))) for name in ("author", "subject", "keywords", "description")
    }
    return Properties(
        title, words["author"], words["subject"], words["keywords"], words["description"], _language(root)
    )
