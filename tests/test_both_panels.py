"""What PDF and Word hold of a review with many annotated references, and of one whose references are hostile."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from lxml import etree

import projects
import test_switching as sixty
from diptych import press
from libreoffice import convert

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Panels:
    """The two files of one article, as text and as trees."""

    pdf: bytes
    word: bytes

    def pdf_text(self) -> str:
        with pypdfium2.PdfDocument(self.pdf) as pdf:
            pages = [page.get_textpage().get_text_bounded() for page in pdf]
        return " ".join("\r\n".join(pages).replace("\N{HYPHEN}\r\n", "").replace("\x02\r\n", "").split())

    def word_part(self, name: str) -> etree._Element:
        with zipfile.ZipFile(io.BytesIO(self.word)) as package:
            return etree.fromstring(package.read(name))

    def word_text(self) -> str:
        paragraphs = self.word_part("word/document.xml").iter(f"{W}p")
        return "\n".join(" ".join("".join(one.itertext(f"{W}t", f"{W}tab")).split()) for one in paragraphs)


def panels(built: press.Built) -> Panels:
    assert [problem for problem in built.diagnostics if problem.severity == "error"] == []
    data = {output.format: output.data for output in built.outputs}
    return Panels(data["pdf"], data["docx"])


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Panels:
    root = tmp_path_factory.mktemp("graded")
    review = sixty.review("springer-vancouver-brackets")
    return panels(projects.built(root, review, formats=("pdf", "docx"), works_yaml=sixty.references()))


def numbered_annotations(text: str) -> dict[str, tuple[str, str]]:
    """Number and mark in front of each annotated entry, by key: the annotation is the first one behind the entry."""
    entries = re.finditer(r"(?<!\d)(\d+)\. ?(••|•) ?Z?\w+elm A.*?Why (work\d+) matters", text, re.DOTALL)
    return {found[3]: (found[1], found[2]) for found in entries}


EXPECTED = {key: (str(sixty.KEYS.index(key) + 1), sixty.MARKS[grade]) for key, grade in sixty.GRADED.items()}


def test_the_pdf_holds_every_annotation_with_its_mark_and_number(graded: Panels) -> None:
    assert len(EXPECTED) == 13
    assert numbered_annotations(graded.pdf_text()) == EXPECTED


def test_the_word_file_holds_every_annotation_with_its_mark_and_number(graded: Panels) -> None:
    assert numbered_annotations(graded.word_text()) == EXPECTED


def test_every_citation_of_the_pdf_leads_to_a_place_in_it(graded: Panels) -> None:
    with pikepdf.open(io.BytesIO(graded.pdf)) as pdf:
        links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.get("/Dest") is not None]
        names = [str(name) for name in pdf.Root.Names.Dests.Names][::2]
    targets = [str(link.Dest) for link in links]
    assert {f"ref-{key}" for key in sixty.KEYS} <= set(names)
    assert len([target for target in targets if target.startswith("ref-")]) >= 57
    assert set(targets) <= set(names)


def test_every_citation_of_the_word_file_leads_to_a_bookmark_in_it(graded: Panels) -> None:
    body = graded.word_part("word/document.xml")
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    anchors = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink") if link.get(f"{W}anchor")]
    assert len(anchors) >= 57
    assert set(anchors) <= marks


# The link to CAS

CAS = "1:CAS:528:DC%2BC2MXjsVagur0%3D"
CHEMPORT = f"https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&action=reflink&version=1.0&coi={CAS}"
KNOWN_TO_CAS = f"""
- {{id: known, type: book, title: Larks, issued: 2020, DOI: 10.5555/1, CAS: {CAS!r}, PMID: '12', PMCID: PMC3}}
- {{id: other, type: book, title: Wrens, issued: 2021, DOI: 10.5555/2}}
"""


@pytest.fixture(scope="module")
def known_to_cas(tmp_path_factory: pytest.TempPathFactory) -> Panels:
    text = "sections: [{heading: One, text: 'A [@known; @other].'}]\n"
    review = f"title: T\nbibliography: references.yaml\n{text}"
    root = tmp_path_factory.mktemp("cas")
    return panels(projects.built(root, review, formats=("pdf", "docx"), references_yaml=KNOWN_TO_CAS))


def test_the_pdf_links_to_cas_where_an_id_is_known(known_to_cas: Panels) -> None:
    with pikepdf.open(io.BytesIO(known_to_cas.pdf)) as pdf:
        actions = [note["/A"] for page in pdf.pages for note in page.get("/Annots", []) if "/A" in note]
    assert [str(one.URI) for one in actions].count(CHEMPORT) == 1
    text = known_to_cas.pdf_text()
    assert "Article CAS PubMed PMC Google Scholar" in text
    assert "Article Google Scholar" in text
    assert "1:CAS" not in text


def test_the_word_file_links_to_cas_where_an_id_is_known(known_to_cas: Panels) -> None:
    body, relations = (known_to_cas.word_part(f"word/{name}") for name in ("document.xml", "_rels/document.xml.rels"))
    (identifier,) = [one.get("Id") for one in relations if one.get("Target") == CHEMPORT]
    (link,) = [one for one in body.iter(f"{W}hyperlink") if identifier in one.attrib.values()]
    assert "".join(link.itertext()) == "CAS"
    text = " ".join(known_to_cas.word_text().split())
    assert "Article CAS PubMed PMC Google Scholar" in text
    assert "1:CAS" not in text


# Marks of the author's own

WIDE = (
    "title: T\nbibliography: references.yaml\nsections: [{heading: One, text: 'A [@falk; @bird].'}]\n"
    "annotations: {falk: {importance: 1, text: Zeal.}, bird: {importance: 2, text: Zest.}}\n"
    "marks: {intro: As, grades: [{importance: 1, mark: •, words: see}, {importance: 2, mark: ■■, words: go}]}\n"
)
TEMPLATES = ("article", "handout", "manuscript")


@pytest.fixture(scope="module", params=TEMPLATES)
def wide(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Panels:
    root = tmp_path_factory.mktemp(request.param)
    return panels(projects.built(root, WIDE, request.param, formats=("pdf", "docx")))


def edges(pdf: bytes, wanted: str) -> list[tuple[float, float]]:
    """Where each `wanted` text of the document begins and ends on its line, in points."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for one in (page.get_textpage() for page in document):
            text = one.get_text_range()
            for match in re.finditer(wanted, text):
                boxes = [one.get_charbox(index, loose=True) for index in range(*match.span())]
                found.append((boxes[0][0], boxes[-1][2]))
    return found


def test_entries_stand_beside_a_wide_mark_and_beneath_one_another_in_the_pdf(wide: Panels) -> None:
    (narrow, _), (begin, end) = (edges(wide.pdf, mark)[1] for mark in ("•", "■■"))  # the first are in the legend
    falk, bird = (edges(wide.pdf, name)[0][0] for name in ("Falk A", "Bird B"))
    assert bird - end > 3
    assert falk - narrow == pytest.approx(bird - begin, abs=0.1)  # they may stand in two columns


@pytest.mark.validator
def test_entries_stand_in_the_word_file_where_they_do_in_the_pdf(wide: Panels, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(wide.word)
    printed = convert([tmp_path / "a.docx"], "pdf", tmp_path / "out")[0].read_bytes()
    for name in ("Falk A", "Bird B", "Zest", "■■"):
        ours, words = edges(wide.pdf, name), edges(printed, name)
        assert [start for start, _ in words] == pytest.approx([start for start, _ in ours], abs=1.0), name


# References that would do harm if they could

HOSTILE = """
- {id: script, type: book, title: "<script>alert(1)</script> and <img src=x onerror=alert(2)>", issued: 2020}
- {id: field, type: book, title: '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" } INCLUDETEXT', issued: 2021}
- {id: turned, type: book, title: "evil \\u202Egnp.exe\\u202C end", issued: 2022}
- {id: jinja, type: book, title: "{{ ''.__class__ }} {% raw %}", issued: 2023}
- {id: entity, type: book, title: "&lt;b&gt; &amp; <unclosed", issued: 2024}
- {id: long, type: book, title: "LONG", issued: 2025}
"""
LONG = "very " * 2000 + "long"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Panels:
    review = (
        "title: T\nbibliography: evil.yaml\n"
        "sections: [{heading: H, text: '[@script; @field; @turned; @jinja; @entity; @long]'}]\n"
    )
    references = HOSTILE.replace("LONG", LONG)
    return panels(
        projects.built(tmp_path_factory.mktemp("hostile"), review, formats=("pdf", "docx"), evil_yaml=references)
    )


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "DDEAUTO", "{{ ''", "<unclosed", "very long"])
def test_hostile_titles_are_harmless_text_in_both_panels(hostile: Panels, words: str) -> None:
    straight = str.maketrans("‘’“”", "''\"\"")
    assert words in hostile.pdf_text().translate(straight)
    assert words in " ".join(hostile.word_text().split()).translate(straight)


def test_hostile_titles_make_no_field_and_no_link_that_runs_anything(hostile: Panels) -> None:
    body = hostile.word_part("word/document.xml")
    instructions = {"".join(one.itertext()).split()[0] for one in body.iter(f"{W}instrText")}
    assert instructions <= {"PAGE", "NUMPAGES", "SEQ", "REF", "HYPERLINK"}
    relations = hostile.word_part("word/_rels/document.xml.rels")
    outside = [one.get("Target") for one in relations if one.get("TargetMode") == "External"]
    assert all(address.startswith("https://") for address in outside)
    with pikepdf.open(io.BytesIO(hostile.pdf)) as pdf:
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        assert all(str(note.A.URI).startswith("https://") for note in notes if "/A" in note)
        assert "/OpenAction" not in pdf.Root
        assert "/JavaScript" not in pdf.Root.get("/Names", {})


def test_a_title_cannot_turn_the_direction_of_the_text(hostile: Panels) -> None:
    for text in (hostile.pdf_text(), hostile.word_text()):
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert "gnp.exe" in text


LISTS = """title: T
sections:
  - heading: Steps
    text: |
      One:

      1. fold
      2. throw

      Two:

      3. fetch

         7. walk
         8. stoop

      4. rest
"""


LIST_ITEMS = ["1. fold", "2. throw", "3. fetch", "7. walk", "8. stoop", "4. rest"]


@pytest.mark.validator
def test_a_list_that_goes_on_with_3_is_numbered_so_in_both_panels(tmp_path: Path) -> None:
    both = panels(projects.built(tmp_path, LISTS, formats=("pdf", "docx")))
    assert sorted(re.findall(r"\d\.", both.pdf_text())) == ["1.", "2.", "3.", "4.", "7.", "8."]  # markers stand apart
    (tmp_path / "lists.docx").write_bytes(both.word)
    (converted,) = convert([tmp_path / "lists.docx"], "txt:Text (encoded):UTF8", tmp_path / "out")
    shown = re.findall(r"\d\.\s\w+", converted.read_text(encoding="utf-8-sig"))
    assert [" ".join(one.split()) for one in shown] == LIST_ITEMS


def test_the_number_of_a_footnote_is_raised_and_without_a_stop_as_word_has_it(tmp_path: Path) -> None:
    review = 'title: T\nsections: [{heading: One, text: "Text.^[Birds fold.]"}]\n'
    made = panels(projects.built(tmp_path, review, "manuscript", formats=("pdf", "docx")))
    assert "1 Birds fold." in made.pdf_text()
