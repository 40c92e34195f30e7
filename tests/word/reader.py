"""What a .docx says, for tests: its parts, styles, paragraphs, fields and bookmarks."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from diptych.document import DEFAULTS, Document, Options, Printed, Stylesheet
from diptych.printers.word import print_word
from diptych.workspace import Workspace

FOLDER = Path(__file__).parent
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def printed(
    body: str,
    css: str = "",
    head: str = "<title>T</title>",
    workspace: Workspace | None = None,
    options: Options = DEFAULTS,
) -> Printed:
    """A small document, printed; its pictures are those beside this file."""
    html = f'<!DOCTYPE html><html lang="en-GB"><head>{head}</head><body>{body}</body></html>'
    document = Document(html, (Stylesheet("t.css", f"body {{ margin: 0 }} {css}"),), "https://project.invalid/")
    return print_word(document, workspace or Workspace(FOLDER), options)


def word(body: str, css: str = "", head: str = "<title>T</title>") -> Docx:
    """The same, read again; nothing in it was unknown to Word."""
    made = printed(body, css, head)
    assert made.diagnostics == ()
    return Docx(made.data)


class Docx:
    """The parts of a .docx as trees."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.files = {name: package.read(name) for name in package.namelist()}
        self.body = self.part("document")[0]
        self.styles = {style.get(f"{W}styleId"): style for style in self.part("styles").iter(f"{W}style")}

    def part(self, name: str) -> etree._Element:
        """The root of word/<name>.xml."""
        return etree.fromstring(self.files[f"word/{name}.xml"])

    def parts(self) -> dict[str, etree._Element]:
        """The roots of all parts that hold paragraphs, by name."""
        names = [name.removeprefix("word/").removesuffix(".xml") for name in self.files if name.startswith("word/")]
        kinds = ("document", "footnotes", "endnotes", "header", "footer")
        return {name: self.part(name) for name in names if name.startswith(kinds) and "/" not in name}

    def paragraphs(self) -> list[etree._Element]:
        """The paragraphs of the body, in tables too."""
        return list(self.body.iter(f"{W}p"))

    def style_names(self) -> list[str]:
        """The name of each paragraph's style, in order."""
        return [self.style_name(paragraph) for paragraph in self.paragraphs()]

    def style_name(self, paragraph: etree._Element) -> str:
        """The name of a paragraph's style."""
        style = value(paragraph, "pPr/pStyle")
        return value(self.styles[style], "name") or "" if style else "Normal"

    def style(self, name: str) -> etree._Element:
        """The style of that name."""
        return next(style for style in self.styles.values() if value(style, "name") == name)

    def looks(self, name: str, group: str, element: str, attribute: str = "val") -> str | None:
        """What a style says, or the nearest one that it is based on says."""
        style: etree._Element | None = self.style(name)
        while style is not None:
            found = value(style, f"{group}/{element}", attribute)
            if found is not None:
                return found
            style = self.styles.get(value(style, "basedOn"))
        return None

    def relationships(self, part: str = "document") -> dict[str, tuple[str, str]]:
        """Identifier → kind and target of a part's relationships."""
        data = self.files.get(f"word/_rels/{part}.xml.rels", b"<none/>")
        return {
            one.get("Id"): (one.get("Type").rsplit("/", 1)[-1], one.get("Target"))
            for one in etree.fromstring(data).iter(RELATIONSHIP)
        }


def value(element: etree._Element, path: str, attribute: str = "val") -> str | None:
    """An attribute of the element at `path` (names in the w: namespace); None where there is none."""
    found = element.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + attribute)


def text(element: etree._Element) -> str:
    """The words in an element, tabs and breaks as characters."""
    marks = {f"{W}tab": "\t", f"{W}br": "\n"}
    read = (node.text or "" if node.tag == f"{W}t" else marks.get(node.tag, "") for node in runs_of(element))
    return "".join(read)


def runs_of(element: etree._Element) -> Iterator[etree._Element]:
    """What stands in runs: text, tabs and breaks; tab stops are none of them."""
    return (node for run in element.iter(f"{W}r") for node in run)


def faults(docx: Docx) -> list[str]:
    """What is wrong with a file in ways that validators do not look at; empty for a good one."""
    found = [*_fields(docx), *_bookmarks(docx), *_links(docx), *_notes(docx), *_lists(docx), *_styles(docx)]
    return found + _relationships(docx)


SPANNING = "ADDIN ZOTERO_BIBL"
"""The one field whose result is more than one paragraph."""


@dataclass
class Field:
    """A field: its code, what it shows, where it is in its way from begin to end, and its first paragraph."""

    paragraph: etree._Element
    code: str = ""
    result: str = ""
    separated: bool = False


def _fields(docx: Docx) -> list[str]:
    """Every field goes from begin through separate to end, in one paragraph, and has a code and a result."""
    found = []
    for name, root in docx.parts().items():
        fields, faults = walked(root)
        found += [f"{name}: {fault}" for fault in faults]
        found += [f"{name}: a field without its code" for field in fields if not field.code.strip()]
        found += [f"{name}: a field without a result" for field in fields if not field.result]
    return found


def walked(root: etree._Element) -> tuple[list[Field], list[str]]:
    """The fields of a part from begin to end, and what is wrong with them."""
    fields: list[Field] = []
    opened: list[Field] = []
    faults: list[str] = []
    for node in root.iter(f"{W}fldChar", f"{W}instrText", f"{W}t"):
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append(Field(_paragraph(node)))
            fields.append(opened[-1])
        elif node.tag == f"{W}t":
            for field in opened:
                field.result += node.text or "" if field.separated else ""
        elif not opened or opened[-1].separated != (kind == "end"):
            faults.append(f"field mark {kind or 'code'} out of place")
        elif kind is None:
            opened[-1].code += node.text or ""
        elif kind == "separate":
            opened[-1].separated = True
        else:
            faults += _end(opened.pop(), node)
    return fields, [*faults, *(f"a field without an end: {field.code}" for field in opened)]


def _end(field: Field, node: etree._Element) -> list[str]:
    whole = field.paragraph is _paragraph(node) or field.code.strip().startswith(SPANNING)
    return [] if whole else [f"a field in two paragraphs: {field.code}"]


def _paragraph(node: etree._Element) -> etree._Element:
    return next(node.iterancestors(f"{W}p"))


def _bookmarks(docx: Docx) -> list[str]:
    found, starts, ends = [], Counter[str](), Counter[str]()
    for root in docx.parts().values():
        starts.update(mark.get(f"{W}id") for mark in root.iter(f"{W}bookmarkStart"))
        ends.update(mark.get(f"{W}id") for mark in root.iter(f"{W}bookmarkEnd"))
    if starts != ends or set(starts.values()) - {1}:
        found.append(f"bookmarks begin {dict(starts)} and end {dict(ends)}")
    names = Counter(bookmark_names(docx))
    return found + [f"bookmark {name} is there {count} times" for name, count in names.items() if count > 1]


def bookmark_names(docx: Docx) -> list[str]:
    """The names of all bookmarks, in order."""
    return [mark.get(f"{W}name") for root in docx.parts().values() for mark in root.iter(f"{W}bookmarkStart")]


def _links(docx: Docx) -> list[str]:
    names, found = set(bookmark_names(docx)), []
    for name, root in docx.parts().items():
        anchors = [link.get(f"{W}anchor") for link in root.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
        codes = [(code.text or "").split() for code in root.iter(f"{W}instrText")]
        anchors += [code[1] for code in codes if code[0] in ("REF", "PAGEREF")]
        found += [f"{name}: nothing is called {anchor}" for anchor in anchors if anchor not in names]
        found += [
            f"{name}: no style is used that {' '.join(code)} asks for" for code in codes if _asks_in_vain(docx, code)
        ]
    return found


def _asks_in_vain(docx: Docx, code: list[str]) -> bool:
    """Whether a STYLEREF names a style, in English or by the number of a heading, that no text has."""
    if code[0] != "STYLEREF":
        return False
    asked = " ".join(code[1:]).partition("\\")[0].strip().strip('"').casefold()
    asked = f"heading {asked}" if asked.isdecimal() else asked
    used = {docx.styles.get(value(one, "pPr/pStyle")) for one in docx.paragraphs()}
    used |= {docx.styles.get(value(one, "rPr/rStyle")) for one in docx.body.iter(f"{W}r")}
    return asked not in {(value(one, "name") or "").casefold() for one in used if one is not None}


def _notes(docx: Docx) -> list[str]:
    """Every note is called once, in order; the rules above the notes are there, and the settings name them."""
    return [fault for kind in ("footnote", "endnote") for fault in _notes_of(docx, kind)]


def _notes_of(docx: Docx, kind: str) -> list[str]:
    calls = [mark.get(f"{W}id") for root in docx.parts().values() for mark in root.iter(f"{W}{kind}Reference")]
    asked = [mark.get(f"{W}id") for mark in docx.part("settings").iterfind(f"{W}{kind}Pr/{W}{kind}")]
    if f"word/{kind}s.xml" not in docx.files:
        return [f"no {kind}s, and calls {calls}"] if calls or asked else []
    root = docx.part(f"{kind}s")
    notes = [note.get(f"{W}id") for note in root if note.get(f"{W}type") is None]
    rules = {note.get(f"{W}type"): note.get(f"{W}id") for note in root if note.get(f"{W}type") is not None}
    found = [] if calls == notes and len(set(calls)) == len(calls) else [f"{kind}s {notes}, calls {calls}"]
    if [*rules] != ["separator", "continuationSeparator"] or asked != [*rules.values()]:
        found.append(f"{kind}s: rules {rules}, and the settings ask for {asked}")
    shown = [len(list(note.iter(f"{W}{kind}Ref"))) for note in root if note.get(f"{W}type") is None]
    return [*found, f"{kind}s show their numbers {shown} times"] if set(shown) - {1} else found


def _lists(docx: Docx) -> list[str]:
    levels: dict[str, set[str]] = {"0": set()}
    if "word/numbering.xml" in docx.files:
        root = docx.part("numbering")
        made = {one.get(f"{W}abstractNumId"): one for one in root.iter(f"{W}abstractNum")}
        for number in root.iter(f"{W}num"):
            definition = _followed(made[value(number, "abstractNumId") or ""], root)
            levels[number.get(f"{W}numId") or ""] = {lvl.get(f"{W}ilvl") or "" for lvl in definition.iter(f"{W}lvl")}
    found = []
    for root in (docx.body, docx.part("styles")):
        for use in root.iter(f"{W}numPr"):
            number, level = value(use, "numId") or "0", value(use, "ilvl") or "0"
            if number not in levels or (number != "0" and level not in levels[number]):
                found.append(f"no level {level} in list {number}")
    return found


def _followed(definition: etree._Element, root: etree._Element) -> etree._Element:
    """The list that has the levels: that of a numbering style, where a definition names one."""
    style = value(definition, "numStyleLink")
    others = (one for one in root.iter(f"{W}abstractNum") if style and value(one, "styleLink") == style)
    return next(others, definition)


def _styles(docx: Docx) -> list[str]:
    found = []
    names = Counter(value(style, "name") for style in docx.styles.values())
    found += [f"{count} styles are called {name}" for name, count in names.items() if count > 1]
    for style in docx.styles.values():
        for path in ("basedOn", "next"):
            if value(style, path) is not None and value(style, path) not in docx.styles:
                found.append(f"{value(style, 'name')}: no style {value(style, path)}")
    kinds = (("pStyle", "paragraph"), ("rStyle", "character"), ("tblStyle", "table"))
    for name, root in docx.parts().items():
        for tag, kind in kinds:
            for use in root.iter(f"{W}{tag}"):
                style = docx.styles.get(use.get(f"{W}val"))
                if style is None or style.get(f"{W}type") != kind:
                    found.append(f"{name}: no {kind} style {use.get(f'{W}val')}")
    return found


def _relationships(docx: Docx) -> list[str]:
    found = []
    for name, root in docx.parts().items():
        known = docx.relationships(name)
        used = {value for node in root.iter() for key, value in node.attrib.items() if key.startswith(R)}
        found += [f"{name}: no relationship {one}" for one in sorted(used - set(known))]
        media = [target for kind, target in known.values() if kind == "image"]
        found += [f"{name}: no file {target}" for target in media if f"word/{target}" not in docx.files]
    return found
