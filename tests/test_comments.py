"""Notes among the prose: comments in Word if one asks for them, nothing anywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from diptych import press
from diptych.document import Options
from diptych.workspace import Workspace
from projects import write
from validators import openxml
from word.reader import Docx, W, faults, text

REVIEW = """
title: Birds
date: 2026-11-23
authors: [{name: Ada Lark}]
tables: {one: {caption: "A <!-- note: table -->caption", columns: [C], rows: [["cell <!-- note: cell -->"]]}}
sections:
  - heading: 'One <!-- note: head -->'
    text: |
      Larks <!-- note: really -- <so>? --> sing.^[A note.<!-- note: foot -->] See @tbl-one. <!-- hidden -->
"""


def made(root: Path, comments: bool, *formats: str) -> list[bytes]:
    built = press.build(Workspace(root), write(root, REVIEW), ["article"], formats, Options(comments=comments))
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


@pytest.mark.validator
def test_a_file_with_comments_is_valid(tmp_path: Path) -> None:
    (tmp_path / "birds.docx").write_bytes(made(tmp_path, True, "docx")[0])
    assert openxml.failures(tmp_path / "birds.docx") == []


def test_nothing_is_seen_of_notes_unless_asked_for(tmp_path: Path) -> None:
    word, web = made(tmp_path, False, "docx", "html")
    assert "word/comments.xml" not in Docx(word).files
    assert [secret for secret in ("really", "hidden", "comment:") if secret in web.decode()] == []


def test_comments_change_no_word_of_the_text(tmp_path: Path) -> None:
    (plain,), (commented,) = made(tmp_path / "a", False, "docx"), made(tmp_path / "b", True, "docx")
    assert [text(one) for one in Docx(commented).paragraphs()] == [text(one) for one in Docx(plain).paragraphs()]
