"""A review with harm in every text, built once: in each output the harm stands as text, and as nothing else."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from lxml import html as lxml_html

from attacks import hostile
from diptych import press
from diptych.document import Options
from diptych.workspace import Workspace
from validators import openxml, verapdf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIELDS = {"REF", "SEQ", "PAGE", "PAGEREF", "NUMPAGES"}
LINK = re.compile(
    r"https://(doi\.org/10\.5555|orcid\.org|example\.org|scholar\.google\.com/scholar\?q=)|mailto:ada\.fold@"
)
NOT_PRINTED = re.compile(r"\.authors\.\d\.(degrees|roles\.\d)|\.given")
"""What the article does not show: degrees, roles, first names but for their initials."""


@dataclass(frozen=True)
class Harmed:
    """The outputs of the harmed review, and where in it the harm numbered from 1 stands."""

    folder: Path
    fields: list[str]

    def file(self, form: str) -> Path:
        """The output of a format."""
        return self.folder / f"tour.{form}"

    def missing(self, text: str) -> list[str]:
        """The fields of which nothing stands in a text that says all."""
        found = {int(number) for number in re.findall(r"HARM(\d+)X", text)}
        wanted = {number: name for number, name in enumerate(self.fields, 1) if not NOT_PRINTED.fullmatch(_last(name))}
        return [name for number, name in wanted.items() if number not in found]


def _last(name: str) -> str:
    return name if name.startswith(".authors") else f".{name.rpartition('.')[2]}"


@pytest.fixture(scope="module")
def harmed(tmp_path_factory: pytest.TempPathFactory) -> Harmed:
    """The review as PDF, Word with comments, and page."""
    folder = tmp_path_factory.mktemp("harmed")
    file, fields = hostile.plant(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diptych.printers.web.printer.woff2", lambda *_: None)
        built = press.build(Workspace(folder), file, ["article"], ["pdf", "docx", "html"], Options(comments=True))
    assert [problem for problem in built.diagnostics if problem.severity == "error"] == []
    for output in built.outputs:
        (folder / f"tour.{output.format}").write_bytes(output.data)
    return Harmed(folder, fields)


def _said(root: etree._Element) -> str:
    """All texts and attributes of a tree."""
    attributes = (str(value) for element in root.iter() for value in element.attrib.values())
    return " ".join([*map(str, root.itertext()), *attributes])


# Word


def _parts(file: Path, ending: str) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(ending):
                yield name, etree.fromstring(archive.read(name))


def test_in_word_all_harm_is_text(harmed: Harmed) -> None:
    parts = list(_parts(harmed.file("docx"), ".xml"))
    assert harmed.missing(" ".join(_said(root) for _, root in parts)) == []
    text = "".join(dict(parts)["word/document.xml"].itertext(f"{W}t"))
    assert hostile.OVERRIDE not in text
    assert all(harm in text for harm in ("DDEAUTO c:", "INCLUDETEXT", "{ DATE }", "<w:fldSimple", "{{ 7*7 }}"))
    assert hostile.FORMULA.replace("'", "’") in text.replace("‘", "’")


def test_word_has_no_fields_but_our_own(harmed: Harmed) -> None:
    codes = [
        element.text or element.get(f"{W}instr") or ""
        for _, root in _parts(harmed.file("docx"), ".xml")
        for element in root.iter(f"{W}instrText", f"{W}fldSimple")
    ]
    assert codes
    assert {code.split()[0] for code in codes} <= FIELDS
    assert not [code for code in codes if "HARM" in code or "DDE" in code]


def test_word_refers_to_nothing_outside_but_links(harmed: Harmed) -> None:
    outside = [
        (one.get("Type", "").rpartition("/")[2], one.get("Target", ""))
        for _, root in _parts(harmed.file("docx"), ".rels")
        for one in root
        if one.get("TargetMode") == "External"
    ]
    assert outside
    assert [one for one in outside if one[0] != "hyperlink" or not LINK.match(one[1])] == []


@pytest.mark.validator
def test_the_open_xml_sdk_accepts_the_harmed_file(harmed: Harmed) -> None:
    assert openxml.failures(harmed.file("docx")) == []


# The page


def _page(harmed: Harmed) -> etree._Element:
    root: etree._Element = lxml_html.document_fromstring(harmed.file("html").read_bytes())
    return root


def test_on_the_page_all_harm_is_text(harmed: Harmed) -> None:
    said = _said(_page(harmed))
    missing = harmed.missing(said)
    assert hostile.OVERRIDE not in said
    assert [name for name in missing if not name.endswith(".comment")] == []


def test_the_page_has_no_script_but_our_own(harmed: Harmed) -> None:
    page, code = _page(harmed), Workspace(harmed.folder).read_template("web.js")
    scripts = list(page.iter("script"))
    assert [script.text for script in scripts] == [code.replace("</", "<\\/")]
    assert [policy for policy in page.xpath("//meta/@content") if policy.startswith("default-src 'none'")]
    assert list(page.iter("iframe", "object", "embed", "form", "base", "link", "svg")) == []
    assert [name for element in page.iter() for name in element.attrib if str(name).startswith("on")] == []


def test_the_page_refers_to_nothing_but_links_and_itself(harmed: Harmed) -> None:
    addresses = [
        str(element.get(name, ""))
        for element in _page(harmed).iter()
        for name in ("href", "src", "action", "poster", "srcset")
        if element.get(name)
    ]
    assert addresses
    assert [one for one in addresses if not LINK.match(one) and not one.startswith(("#", "data:image/"))] == []


# The PDF


def test_in_the_pdf_all_harm_is_text(harmed: Harmed) -> None:
    with pypdfium2.PdfDocument(harmed.file("pdf")) as pdf:
        text = " ".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)
    running = (".short-title", ".published.journal", ".figures.dart.alt", ".authors.1.name")  # cut, or no text
    assert [one for one in harmed.missing(text) if one not in running and not one.endswith(".comment")] == []


def test_the_pdf_does_nothing_and_links_nowhere_else(harmed: Harmed) -> None:
    with pikepdf.open(harmed.file("pdf")) as pdf:
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        actions = [thing.get("/A") for thing in things if thing.get("/A") is not None]
        kinds = {str(action.S) for action in actions if "/S" in action}  # others say how an element is set out
        links = [str(action.URI) for action in actions if "/URI" in action]
        active = [key for thing in things for key in ("/JS", "/AA", "/OpenAction", "/EmbeddedFiles") if key in thing]
    assert links
    assert kinds <= {"/URI", "/GoTo"}
    assert [link for link in links if not LINK.match(link)] == []
    assert active == []


@pytest.mark.long
@pytest.mark.validator
def test_verapdf_accepts_the_harmed_file(harmed: Harmed) -> None:
    file = harmed.file("pdf")
    assert verapdf.failures([file]) == {file: []}


# The harm itself


def test_harm_stands_in_every_text_of_a_review(harmed: Harmed) -> None:
    names = {re.sub(r"\.\d+", "", name) for name in harmed.fields}
    assert {".title", ".authors.name", ".abstract.text", ".sections.text", ".figures.dart.alt", "csv"} <= names
    assert {".tables.trials.rows", ".tables.trials.notes", ".annotations.fold2021.text", ".keywords"} <= names
    assert {".statements.funding", ".abbreviations.CSL", ".sections.comment", ".author.family", ".publisher"} <= names
