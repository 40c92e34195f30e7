"""What authors say to one another: comments in Word if one asks for them, nothing anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from diptych import press
from diptych.document import Options
from diptych.workspace import Workspace
from projects import write
from validators import openxml
from word.reader import Docx, W, faults, text, value

REVIEW = """
title: Birds
date: 2026-11-23
authors: [{name: Ada Lark}]
tables: {one: {caption: "A <!-- note: table -->caption", columns: [C], rows: [["cell <!-- note: cell -->"]]}}
sections:
  - heading: 'One <!-- note: head -->'
    text: |
      Larks <!-- note: really -- <so>? --> sing.^[A note.<!-- note: foot -->] See @tbl-one. <!-- unspoken -->
"""


def made(root: Path, comments: bool, *formats: str, template: str = "article") -> list[bytes]:
    built = press.build(Workspace(root), write(root, REVIEW), [template], formats, Options(comments=comments))
    assert built.diagnostics == ()
    return [output.data for output in built.outputs]


def test_a_note_is_a_comment_with_author_and_date(tmp_path: Path) -> None:
    (data,) = made(tmp_path, True, "docx")
    docx = Docx(data)
    comments = list(docx.part("comments"))
    assert sorted(text(one) for one in comments) == ["cell", "foot", "head", "really -- <so>?", "table"]
    assert {one.get(f"{W}author") for one in comments} == {"Ada Lark"}
    assert {one.get(f"{W}date") for one in comments} == {"2026-11-23T00:00:00Z"}
    marks = [mark.get(f"{W}id") for root in docx.parts().values() for mark in root.iter(f"{W}commentReference")]
    assert sorted(marks) == [one.get(f"{W}id") for one in comments]
    assert faults(docx) == []


@pytest.mark.parametrize(("written", "day"), [("2026-11-23", "2026-11-23"), ("2026-11", None), ("2026-02-30", None)])
def test_a_comment_has_the_day_of_the_review_and_none_that_nobody_wrote(
    tmp_path: Path, written: str, day: str | None
) -> None:
    file = write(tmp_path, REVIEW.replace("2026-11-23", f'"{written}"'))
    built = press.build(Workspace(tmp_path), file, ["article"], ["docx"], Options(comments=True))
    (dates,) = {one.get(f"{W}date") for one in Docx(built.outputs[0].data).part("comments")}
    assert dates == (f"{day}T00:00:00Z" if day else None)


@pytest.mark.validator
@pytest.mark.parametrize("template", ["article", "manuscript"])  # with end notes, with footnotes
def test_a_file_with_comments_is_valid(tmp_path: Path, template: str) -> None:
    (tmp_path / "birds.docx").write_bytes(made(tmp_path, True, "docx", template=template)[0])
    assert openxml.failures(tmp_path / "birds.docx") == []


@pytest.mark.parametrize(("template", "kind"), [("article", "endnote"), ("manuscript", "footnote")])
def test_a_comment_on_a_note_stands_behind_its_call(tmp_path: Path, template: str, kind: str) -> None:
    docx = Docx(made(tmp_path, True, "docx", template=template)[0])
    assert list(docx.part(f"{kind}s").iter(f"{W}commentReference")) == []
    call = next(run for run in docx.body.iter(f"{W}r") if run.find(f"{W}{kind}Reference") is not None)
    number = call.getnext().get(f"{W}id")
    assert [text(one) for one in docx.part("comments") if one.get(f"{W}id") == number] == ["foot"]


def test_nothing_is_seen_of_notes_unless_asked_for(tmp_path: Path) -> None:
    word, web = made(tmp_path, False, "docx", "html")
    assert "word/comments.xml" not in Docx(word).files
    assert [secret for secret in ("really", "unspoken", "comment:") if secret in web.decode()] == []


PARTS = """
title: Birds
authors: [{name: Ada Lark, comment: of Ada, affiliations: [a]}, {name: Bo Bird, affiliations: [a]}]
affiliations: {a: {name: Institute of Nests, comment: of nests}}
published: {doi: 10.5555/larks, comment: of print}
abstract: [{heading: Purpose, text: Birds sing., comment: of purpose}]
sections:
  - heading: One
    comment: of one
    text: "@falk @bird @tbl-one @fig-two"
    sections: [{heading: Sub, comment: of sub}]
tables: {one: {caption: Birds, columns: [C], rows: [["x"]], comment: of table}}
figures: {two: {src: dot.svg, alt: A dot, caption: A dot., comment: of figure}}
bibliography: references.yaml
annotations: {falk: {importance: 2, text: Good., comment: of Falk}, bird: {importance: 1, comment: of Bird}}
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'
ABOUT = {
    "of Ada": "Ada\u00a0Lark",
    "of nests": "Institute of Nests",
    "of print": "Published review: doi:10.5555/larks",
    "of purpose": "Purpose. Birds sing.",
    "of one": "One",
    "of sub": "Sub",
    "of table": "Table\u00a01. Birds",
    "of figure": "Figure\u00a01. A dot.",
    "of Falk": "Good.",
    "of Bird": "2.\t•\tBird B. Wrens. 2016.",
}


def about(docx: Docx) -> dict[str, str]:
    """What each comment says, and the words that it is about."""
    said = {one.get(f"{W}id"): text(one) for one in docx.part("comments")}
    found = dict.fromkeys(said.values(), "")
    opened: set[str] = set()
    for node in docx.body.iter():
        if node.tag == f"{W}commentRangeStart":
            opened.add(said[node.get(f"{W}id")])
        elif node.tag == f"{W}commentRangeEnd":
            opened.discard(said[node.get(f"{W}id")])
        elif node.tag in (f"{W}t", f"{W}tab") and node.getparent().tag == f"{W}r":
            for one in opened:
                found[one] += node.text or "\t"
    return found


def test_a_comment_of_a_part_is_about_its_words(tmp_path: Path) -> None:
    file = write(tmp_path, PARTS, dot_svg=DOT)
    built = press.build(Workspace(tmp_path), file, ["manuscript"], ["docx"], Options(comments=True))
    docx = Docx(built.outputs[0].data)
    assert about(docx) == ABOUT
    assert faults(docx) == []


def test_comments_of_parts_are_nowhere_unless_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path, PARTS, dot_svg=DOT)
    for options, kinds in ((Options(), ["docx", "html"]), (Options(comments=True), ["html"])):
        for output in press.build(Workspace(tmp_path), file, ["manuscript", "article"], kinds, options).outputs:
            page = output.data if output.format == "html" else b"".join(Docx(output.data).files.values())
            assert b"of purpose" not in page


def test_comments_have_the_styles_that_word_has_for_them(tmp_path: Path) -> None:
    docx = Docx(made(tmp_path, True, "docx")[0])
    for comment in docx.part("comments"):
        assert {docx.style_name(paragraph) for paragraph in comment} == {"annotation text"}
        assert comment.find(f".//{W}annotationRef") is not None
    calls = [mark.getparent() for mark in docx.body.iter(f"{W}commentReference")]
    assert {value(docx.styles[value(call, "rPr/rStyle")], "name") for call in calls} == {"annotation reference"}


def test_a_blind_copy_names_no_one_in_its_comments(tmp_path: Path) -> None:
    built = press.build(
        Workspace(tmp_path), write(tmp_path, REVIEW), ["article"], ["docx"], Options(comments=True, blind=True)
    )
    comments = list(Docx(built.outputs[0].data).part("comments"))
    assert {one.get(f"{W}author") for one in comments} == {"Author"}


def test_comments_change_no_word_of_the_text(tmp_path: Path) -> None:
    (plain,), (commented,) = made(tmp_path / "a", False, "docx"), made(tmp_path / "b", True, "docx")
    assert [text(one) for one in Docx(commented).paragraphs()] == [text(one) for one in Docx(plain).paragraphs()]
