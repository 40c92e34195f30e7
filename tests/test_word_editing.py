"""What people do with a Word file: change a style, write in it, save it in another program."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

import glyphs
import libreoffice
import parity
from conftest import ROOT, Outputs
from diptych import press
from diptych.document import Options
from diptych.workspace import Workspace
from word.editing import write_in
from word.reader import WP, Docx, M, W, text, value, walked

Chosen = tuple[str, str]

# Direct formatting

STANDS = {
    "pStyle": "which style",
    "numPr": "which list, and where it begins anew",
    "keepNext": "what follows it is a figure or table, not a matter of its style",
    "keepLines": "it is in something that is kept together",
    "pageBreakBefore": "it is the first of what begins a page",
    "sectPr": "a section ends with it",
    "suppressLineNumbers": "it is in something that is not counted",
    "framePr": "LibreOffice overlooks a frame in a style",
}
READS = {"rStyle": "which style", "lang": "in which language it is"}
FURNITURE = {"spacing", "tabs", "jc", "suppressAutoHyphens"}
"""What headers and footers of other pages have otherwise than those that the style Header is made of."""


def test_nothing_is_formatted_directly_that_a_style_can_say(outputs: Outputs, output: Chosen) -> None:
    docx = Docx(outputs.file(*output, "docx").read_bytes())
    found = [
        (name, said) for name, root in docx.parts().items() for said in root.iter(f"{W}pPr") if _is_odd(name, said)
    ]
    assert [etree.tostring(said)[-300:] for _, said in found] == []
    runs = [said for root in docx.parts().values() for said in root.iter(f"{W}rPr")]
    assert {_tag(child) for said in runs for child in said} <= {*READS}


def _is_odd(part: str, said: etree._Element) -> bool:
    tags = {_tag(child) for child in said} - {*STANDS}
    if part.startswith(("header", "footer")):
        return bool(tags - FURNITURE)
    # The lines of pictures and formulas are as high as these; what holds nothing is as low as can be.
    paragraph = said.getparent()
    drawn = next(paragraph.iter(f"{M}oMath", f"{W}drawing"), None) is not None
    return bool(tags - {"spacing"} if drawn or not text(paragraph) else tags)


def _tag(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def test_cells_say_their_width_and_what_the_table_style_cannot(outputs: Outputs, output: Chosen) -> None:
    docx = Docx(outputs.file(*output, "docx").read_bytes())
    said = {_tag(child) for cell in docx.body.iter(f"{W}tcPr") for child in cell}
    assert said <= {"tcW", "gridSpan", "vMerge", "tcMar"}  # LibreOffice overlooks the padding of a part of a table


# Changing a style


def _with_style(file: Path, name: str, run: str, target: Path) -> None:
    """A copy of a Word file in which the style of that name says `run` too."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as changed:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "word/styles.xml":
                root = etree.fromstring(data)
                style = next(one for one in root.iter(f"{W}style") if value(one, "name") == name)
                said = style.find(f"{W}rPr")
                if said is None:
                    said = etree.SubElement(style, f"{W}rPr")
                said.append(etree.fromstring(f'<w:color xmlns:w="{W[1:-1]}" w:val="{run}"/>'))
                data = etree.tostring(root)
            changed.writestr(entry, data)


def _is_based_on(docx: Docx, identifier: str | None, name: str) -> bool:
    while identifier is not None:
        if value(docx.styles[identifier], "name") == name:
            return True
        identifier = value(docx.styles[identifier], "basedOn")
    return False


@pytest.mark.validator
def test_who_changes_body_text_changes_the_text(outputs: Outputs, tmp_path: Path) -> None:
    changed = tmp_path / "changed.docx"
    _with_style(outputs.file("tour", "manuscript", "docx"), "Body Text", "C00000", changed)
    (pdf,) = libreoffice.convert([changed], libreoffice.TAGGED_PDF, tmp_path)
    docx, blocks = Docx(changed.read_bytes()), parity.blocks(changed)
    by_name = {value(style, "name"): identifier for identifier, style in docx.styles.items()}
    colours: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for block, letters in zip(blocks, parity.place(blocks, glyphs.read(pdf)), strict=True):
        based = _is_based_on(docx, by_name.get(block.style, by_name.get(block.style.lower())), "Body Text")
        colours[based].update(glyph.color for glyph in letters)
    assert set(colours[True]) == {"C00000"}
    assert colours[True]["C00000"] > 2000
    assert "C00000" not in colours[False]


# Writing in it elsewhere


def _fields(docx: Docx) -> list[str]:
    codes = [code.text or "" for root in docx.parts().values() for code in root.iter(f"{W}instrText")]
    return sorted(" ".join(code.replace(r"\* ARABIC", "").split()) for code in codes if code.strip())


def _styles(docx: Docx) -> list[str]:
    return [name.lower() for name in docx.style_names()]


def _words(docx: Docx) -> list[str]:
    return [text(paragraph).strip() for paragraph in docx.paragraphs()]


def _notes(docx: Docx) -> list[str]:
    return [text(note).strip() for note in docx.part("footnotes") if note.get(f"{W}type") is None]


def _comments(docx: Docx) -> list[tuple[str | None, str]]:
    return [(one.get(f"{W}author"), text(one)) for one in docx.part("comments")]


def _targets(docx: Docx) -> list[bool]:
    names = {mark.get(f"{W}name") for mark in docx.body.iter(f"{W}bookmarkStart")}
    return [link.get(f"{W}anchor") in names for link in docx.body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]


def _formulas(docx: Docx) -> list[str]:
    """The letters of each formula: LibreOffice makes fractions of slashes."""
    said = ("".join(node.text or "" for node in math.iter(f"{M}t")) for math in docx.body.iter(f"{M}oMath"))
    return [re.sub(r"\W", "", one) for one in said]


def _pictures(docx: Docx) -> int:
    return sum(1 for _ in docx.body.iter(f"{W}drawing"))


def _sections(docx: Docx) -> list[tuple[str | None, str | None]]:
    return [(value(one, "pgSz", "w"), value(one, "pgMar", "left")) for one in docx.body.iter(f"{W}sectPr")]


def _results(docx: Docx) -> list[tuple[str, str]]:
    """What each field shows but those of page numbers, which LibreOffice counts anew, and the list of references."""
    fields = [field for root in docx.parts().values() for field in walked(root)[0]]
    found = [(" ".join(field.code.split()[:3]), field.result) for field in fields]
    return sorted(one for one in found if not one[0].startswith(("PAGE", "NUMPAGES", "ADDIN ZOTERO_BIBL")))


def _tables(docx: Docx) -> list[list[tuple[bool, int]]]:
    """For each row of each table whether it heads the pages, and its cells."""
    return [
        [(row.find(f"{W}trPr/{W}tblHeader") is not None, len(row.findall(f"{W}tc"))) for row in table.iter(f"{W}tr")]
        for table in docx.body.iter(f"{W}tbl")
    ]


def _heads(docx: Docx) -> list[str]:
    """Headers and footers, without numbers of pages."""
    found = [text(root) for name, root in docx.parts().items() if name.startswith(("header", "footer"))]
    return sorted(re.sub(r"\d+$", "", one) for one in found)


def _alternatives(docx: Docx) -> list[str | None]:
    return [one.get("descr") for one in docx.body.iter(f"{WP}docPr")]


def _languages(docx: Docx) -> list[tuple[str, str]]:
    """Words in a language of their own; LibreOffice adds a country."""
    found = [(text(run), (value(run, "rPr/lang") or "")[:2]) for run in docx.body.iter(f"{W}r")]
    return [one for one in found if one[1] not in ("", "en")]


def _properties(docx: Docx) -> list[str]:
    own = etree.fromstring(docx.files["docProps/custom.xml"])
    return sorted(f"{one.get('name')}: {''.join(one.itertext())}" for one in own)


def _lists(docx: Docx) -> list[tuple[str, str | None, str | None]]:
    """What stands before each paragraph of a list, by its first words."""
    root = docx.part("numbering")
    definitions = {one.get(f"{W}abstractNumId"): one for one in root.iter(f"{W}abstractNum")}
    lists = {one.get(f"{W}numId"): definitions[value(one, "abstractNumId")] for one in root.iter(f"{W}num")}
    found = []
    for paragraph in docx.paragraphs():
        number, level = _place_in_list(docx, paragraph)
        if number in lists:
            shown = next(one for one in lists[number].iter(f"{W}lvl") if one.get(f"{W}ilvl") == level)
            found.append((text(paragraph)[:10], value(shown, "numFmt"), value(shown, "lvlText")))
    return found


def _place_in_list(docx: Docx, paragraph: etree._Element) -> tuple[str | None, str]:
    number, level = value(paragraph, "pPr/numPr/numId"), value(paragraph, "pPr/numPr/ilvl")
    style = docx.styles.get(value(paragraph, "pPr/pStyle"))
    while style is not None and number is None:
        number, level = value(style, "pPr/numPr/numId"), level or value(style, "pPr/numPr/ilvl")
        style = docx.styles.get(value(style, "basedOn"))
    return number, level or "0"


def _line_numbers(docx: Docx) -> tuple[list[str | None], int]:
    """Every how many lines of each section are counted, and how many paragraphs are not."""
    said = [value(one, "lnNumType", "countBy") for one in docx.body.iter(f"{W}sectPr")]
    return said, sum(1 for _ in docx.body.iter(f"{W}suppressLineNumbers"))


KEPT: dict[str, Callable[[Docx], object]] = {
    "styles": _styles,
    "words": _words,
    "fields, Zotero's too": _fields,
    "what fields show": _results,
    "footnotes": _notes,
    "comments": _comments,
    "tables": _tables,
    "lists": _lists,
    "headers and footers": _heads,
    "alternative texts": _alternatives,
    "languages": _languages,
    "properties": _properties,
    "line numbers": _line_numbers,
    "links": _targets,
    "formulas": _formulas,
    "pictures": _pictures,
    "pages": _sections,
}


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Docx, Docx]:
    """A Word file with everything in it, and the same after someone wrote in it with LibreOffice."""
    folder = tmp_path_factory.mktemp("edited")
    for name in ("templates", "content/tour"):
        shutil.copytree(ROOT / name, folder / name)
    review = folder / "content" / "tour" / "review.yaml"
    said = review.read_text(encoding="utf-8")
    review.write_text(said.replace(NOTED, f"{NOTED} <!-- note: Is it? -->"), encoding="utf-8")
    options = Options(comments=True, zotero=True)
    built = press.build(Workspace(folder), review, ["manuscript"], ["docx"], options)
    (output,) = built.outputs
    file = folder / "tour.docx"
    file.write_bytes(output.data)
    return Docx(output.data), Docx(write_in(file, "Fold the wings", WRITTEN, folder).read_bytes())


NOTED, WRITTEN = "Paragraphs are set apart by an empty line.", " and mind the tail"


@pytest.mark.validator
@pytest.mark.parametrize("what", KEPT)
def test_what_libreoffice_saves_after_an_edit_has_everything_still(edited: tuple[Docx, Docx], what: str) -> None:
    before, after = (KEPT[what](docx) for docx in edited)
    assert before
    assert str(after).replace(WRITTEN, "") == str(before)


@pytest.mark.validator
def test_the_edit_was_made(edited: tuple[Docx, Docx]) -> None:
    assert [WRITTEN in "".join(_words(docx)) for docx in edited] == [False, True]
