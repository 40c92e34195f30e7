"""Word's own end notes: where a document ends with its list of notes, and where that stays a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from diptych import importers, press
from diptych.document import DEFAULTS, Options
from diptych.workspace import Workspace
from projects import write
from validators import audit, openxml
from word import references
from word.reader import Docx, R, W, faults, printed, text, value, word

CSS = """
@page { size: 400pt 600pt; margin: 50pt } body { font: 10pt/14pt Georgia } h2, p, ol { margin: 0; padding: 0 }
h2 { break-after: avoid }
.columns { columns: 2; column-gap: 20pt } .note { margin: 0 0 2pt 12pt } .note-list { list-style: decimal }
.note, .note p { font-size: 8pt; line-height: 10pt } .note-ref { color: red; vertical-align: super }
"""
TEXT = """<p>One<a class="note-ref" href="#note-1">1</a>, two<a class="note-ref" href="#note-2">2</a>.</p>
<h2 id="references">References</h2><div class="columns"><p class="entry">Falk A.</p></div>"""
NOTES = """<div class="columns"><section class="notes"><h2>Notes</h2><ol class="note-list">
<li class="note" id="note-1"><p>First, <em>so</em> <a href="https://example.org/1">there</a>,
<a href="#references">here</a> and <span lang="de">da</span>.</p></li>
<li class="note" id="note-2"><p>Second: <span class="math" data-tex="x^2">x^2</span></p></li></ol></section></div>"""
REVIEW = """
title: Birds
authors: [{name: Ada Lark}]
tables: {one: {caption: "Birds^[In a caption.]", columns: [C], rows: [["cell^[In a cell.]"]]}}
figures: {one: {src: dot.svg, caption: "A dot^[In a legend.]", alt: Dot}}
sections:
  - heading: One^[In a heading.]
    text: |
      Larks sing.^[In the text, by @falk.] See @tbl-one and @fig-one.
  - heading: Two
    text: Once more.^[And last.]
bibliography: references.yaml
annotations: {falk: {importance: 2, text: Good.}}
recommended-reading: [dove]
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>'
SAID = ["In a heading.", "In the text, by Falk [1].", "In a caption.", "In a cell.", "In a legend.", "And last."]


def built(
    folder: Path, options: Options = DEFAULTS, form: str = "docx", more: str = "", template: str = "article"
) -> bytes:
    made = press.build(Workspace(folder), write(folder, REVIEW + more, dot_svg=DOT), [template], [form], options)
    assert [one for one in made.diagnostics if one.severity != "info"] == []
    return made.outputs[0].data


def notes(docx: Docx) -> list[str]:
    """What the end notes say, without their numbers."""
    return [text(note).strip() for note in docx.part("endnotes") if note.get(f"{W}type") is None]


def test_a_list_of_notes_at_the_end_becomes_end_notes() -> None:
    docx = word(TEXT + NOTES, CSS)
    assert faults(docx) == []
    assert notes(docx) == ["First, so there, here and da.", "Second:"]
    assert docx.relationships()["rId_endnotes"] == ("endnotes", "endnotes.xml")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
    assert f'PartName="/word/endnotes.xml" ContentType="{kind}"'.encode() in docx.files["[Content_Types].xml"]
    calls = [run for run in docx.body.iter(f"{W}r") if run.find(f"{W}endnoteReference") is not None]
    assert [value(call, "endnoteReference", "id") for call in calls] == ["1", "2"]
    style = docx.styles[value(calls[0], "rPr/rStyle")]
    assert (value(style, "name"), value(style, "rPr/vertAlign")) == ("endnote reference", "superscript")
    assert value(style, "rPr/color") == "FF0000"


def test_their_numbers_hang_in_the_indent_that_the_list_has() -> None:
    docx = word(TEXT + NOTES, CSS)
    assert [docx.looks("endnote text", "pPr", "ind", one) for one in ("left", "hanging")] == ["240", "240"]
    assert docx.looks("endnote text", "rPr", "sz") == "16"
    (first, _) = [note[0] for note in docx.part("endnotes") if note.get(f"{W}type") is None]
    assert docx.style_name(first) == "endnote text"
    assert [child.tag for run in first.findall(f"{W}r")[:2] for child in run] == [
        *(f"{W}rPr", f"{W}endnoteRef", f"{W}tab"),
    ]
    assert "word/numbering.xml" not in docx.files


def test_notes_hold_links_and_formulas_and_languages_as_footnotes_do() -> None:
    docx = word(TEXT + NOTES, CSS)
    root = docx.part("endnotes")
    links = {
        link.get(f"{W}anchor") or docx.relationships("endnotes")[link.get(f"{R}id")][1]
        for link in root.iter(f"{W}hyperlink")
    }
    assert links == {"https://example.org/1", "references"}
    assert [one.get(f"{W}val") for one in root.iter(f"{W}lang")] == ["de"]
    assert len(list(root.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"))) == 1


def test_the_heading_ends_the_body_in_the_columns_of_the_notes() -> None:
    docx = word(TEXT + NOTES, CSS)
    *_, heading, section = docx.body
    assert (text(heading), docx.style_name(heading)) == ("Notes", "heading 1")
    assert value(section, "cols", "num") == "2"
    assert docx.style("heading 1").find(f"{W}pPr/{W}keepNext") is not None


@pytest.mark.parametrize(
    ("marker", "form"), [("decimal", "decimal"), ("lower-roman", "lowerRoman"), ("none", "decimal")]
)
def test_they_are_numbered_as_the_stylesheet_says(marker: str, form: str) -> None:
    docx = word(TEXT + NOTES, CSS + f".note-list {{ list-style: {marker} }}")
    found = [docx.part("settings").find(f"{W}endnotePr"), *docx.body.iter(f"{W}endnotePr")]
    assert {value(one, "numFmt") for one in found} == {form}
    assert len(found) == 1 + len(list(docx.body.iter(f"{W}sectPr")))


AGAIN = TEXT.replace("two<a", 'one again<a class="note-ref" href="#note-1">1</a>, two<a')
ONE = TEXT.replace('<a class="note-ref" href="#note-2">2</a>', "")
OTHER = TEXT.replace("#note-1", "#note-3").replace("#note-2", "#note-1").replace("#note-3", "#note-2")
APART = NOTES.replace("<ol", '</section></div><div class="columns"><section class="notes"><ol')


ELSEWHERE = {
    "first": NOTES + TEXT,
    "not last": TEXT + NOTES + "<p>more</p>",
    "not last in its section": TEXT + NOTES.replace("</ol>", "</ol><p>more</p>"),
    "called twice": AGAIN + NOTES,
    "in another order": OTHER + NOTES,
    "not called": TEXT.replace("#note-2", "#note-1") + NOTES,
    "called within": ONE + NOTES.replace("<p>Second", '<p>Second<a class="note-ref" href="#note-2">2</a>'),
    "columns of its own": TEXT + APART,
    "a table": TEXT + NOTES.replace("</p></li></ol>", "</p><table><tr><td>x</td></tr></table></li></ol>"),
}


@pytest.mark.parametrize("html", ELSEWHERE.values(), ids=ELSEWHERE)
def test_any_other_list_of_notes_stays_a_list_with_links(html: str) -> None:
    docx = Docx(printed(html, CSS).data)
    assert "word/endnotes.xml" not in docx.files
    assert faults(docx) == []
    assert "First, so there, here and da." in [text(one) for one in docx.paragraphs()]
    assert "note_1" in {link.get(f"{W}anchor") for link in docx.body.iter(f"{W}hyperlink")}


def test_in_the_article_notes_are_called_in_headings_captions_cells_and_legends(tmp_path: Path) -> None:
    docx = Docx(built(tmp_path))
    assert faults(docx) == []
    assert sorted(notes(docx)) == sorted(SAID)
    assert text(docx.paragraphs()[-1]) == "Notes"


def test_they_stand_behind_the_references_in_every_format(tmp_path: Path) -> None:
    page = built(tmp_path, form="html").decode()
    assert page.index('id="references"') < page.index('id="recommended-reading"') < page.index('class="note-list"')


FLAGS = [Options(flat=True), Options(blind=True), Options(zotero=True), Options(comments=True)]


@pytest.mark.validator
@pytest.mark.parametrize("options", [DEFAULTS, *FLAGS], ids=["none", "flat", "blind", "zotero", "comments"])
def test_files_with_end_notes_are_valid_whatever_is_asked_for(tmp_path: Path, options: Options) -> None:
    file = tmp_path / "birds.docx"
    file.write_bytes(built(tmp_path, options))
    assert [*openxml.failures(file), *audit.failures(file), *faults(Docx(file.read_bytes()))] == []
    assert sorted(notes(Docx(file.read_bytes()))) == sorted(SAID)


def test_they_come_back_as_notes_in_the_prose(tmp_path: Path) -> None:
    file = tmp_path / "paper.docx"
    file.write_bytes(built(tmp_path))
    form = importers.format_of(file)
    assert form is not None
    paper, _ = importers.read(file, form)
    assert paper is not None
    first, second = paper.review["sections"]
    assert "^[In the text, by" in first["text"] and second["text"].strip() == "Once more.^[And last.]"
    assert "Notes" not in [section["heading"] for section in paper.review["sections"]]


NOTE_STYLES = """<w:style w:type="paragraph" w:styleId="Endnotentext"><w:name w:val="endnote text"/><w:basedOn
w:val="Standard"/><w:pPr><w:ind w:left="77"/></w:pPr></w:style><w:style w:type="character" w:styleId="Endnotenzeichen">
<w:name w:val="endnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>"""
THEIRS = f'<w:endnotes xmlns:w="{W[1:-1]}"><w:endnote w:id="7"/></w:endnotes>'


@pytest.mark.validator
@pytest.mark.parametrize("name", ["endnote text", "Endnotentext"])
def test_in_a_journals_file_they_have_the_journals_styles(tmp_path: Path, name: str) -> None:
    styles = references.GERMAN + NOTE_STYLES.replace("endnote text", name)
    journal = references.german(styles, **{"word__endnotes.xml": THEIRS.encode()})
    file = write(tmp_path, REVIEW + "word-reference: journal.docx\n", dot_svg=DOT)
    (file.parent / "journal.docx").write_bytes(journal)
    made = press.build(Workspace(tmp_path), file, ["article"], ["docx"])
    (tmp_path / "birds.docx").write_bytes(made.outputs[0].data)
    docx = Docx(made.outputs[0].data)
    assert [*openxml.failures(tmp_path / "birds.docx"), *faults(docx)] == []
    assert sorted(notes(docx)) == sorted(SAID)
    paragraphs = [note[0] for note in docx.part("endnotes") if note.get(f"{W}type") is None]
    assert {value(one, "pPr/pStyle") for one in paragraphs} == {"Endnotentext"}
    assert [one for one in paragraphs if one.find(f"{W}pPr/{W}ind") is not None] == []
    assert {
        value(run, "rPr/rStyle") for run in docx.body.iter(f"{W}r") if run.find(f"{W}endnoteReference") is not None
    } == {"Endnotenzeichen"}


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("document", '<w:endnoteReference w:id="1"/>', ""),
        ("document", '<w:endnoteReference w:id="1"/>', '<w:endnoteReference w:id="2"/>'),
        ("document", '<w:endnoteReference w:id="1"/>', '<w:footnoteReference w:id="1"/>'),
        ("endnotes", '<w:endnote w:id="1">', '<w:endnote w:id="3">'),
        ("endnotes", "<w:endnoteRef/>", ""),
        ("endnotes", 'w:type="continuationSeparator"', 'w:type="separator"'),
        ("endnotes", 'w:type="separator" w:id="-1"', 'w:type="separator" w:id="-2"'),
        ("endnotes", 'w:anchor="references"', 'w:anchor="gone"'),
        ("endnotes", 'r:id="rIdL1"', 'r:id="rIdL9"'),
        ("endnotes", 'w:val="EndnoteText"', 'w:val="Nowhere"'),
        ("settings", '<w:endnote w:id="0"/>', ""),
    ],
)
def test_what_is_wrong_with_end_notes_is_seen(part: str, old: str, new: str) -> None:
    docx = word(TEXT + NOTES, CSS)
    name = f"word/{part}.xml"
    assert old.encode() in docx.files[name]
    docx.files[name] = docx.files[name].replace(old.encode(), new.encode(), 1)
    docx.body = docx.part("document")[0]
    assert faults(docx) != []
