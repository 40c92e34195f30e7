"""Annotations and grades that come with the references are printed where the review has none of its own."""

from __future__ import annotations

import re
from pathlib import Path

from diptych import press
from projects import built

REVIEW = "title: Birds\nbibliography: refs.bib\nsections: [{{heading: Ropes, text: 'Of [@rope; @hemp].'}}]\n{extra}"
BIB = """\
@book{rope, title={Rope}, author={Ash, C.}, year=2001, annote={A \\emph{first}, see \\cite{knot}.}, importance=2}
@book{hemp, title={Hemp}, author={Bell, D.}, year=2002, note={Only a note.}, annotation={From annotation.}}
@book{knot, title={Knot}, author={Cole, E.}, year=2003, annote={Cited by an annotation alone.}}
@book{uncited, title={Uncited}, author={Doe, F.}, year=2004, annote={Nobody reads [@nothing].}}
"""


def printed(root: Path, extra: str = "", bib: str = BIB) -> tuple[str, press.Built]:
    """The HTML of the handout's kind, tags but for emphasis left out, and what building gave."""
    result = built(root, REVIEW.format(extra=extra), refs_bib=bib)
    text = result.outputs[0].data.decode() if result.outputs else ""
    return re.sub(r"<(?!/?em\b)[^>]*>", "", text), result


def codes(result: press.Built) -> list[tuple[str, str, int]]:
    return [
        (found.code, found.span.file, found.span.line)
        for found in result.diagnostics
        if found.span and found.severity != "info"
    ]


def test_annotations_and_marks_of_the_files_are_printed(tmp_path: Path) -> None:
    text, result = printed(tmp_path)
    assert codes(result) == []
    assert "A <em>first</em>, see [3]." in text
    assert "From annotation." in text
    assert "Only a note." not in text
    assert "1.••" in text


def test_works_that_only_an_annotation_cites_are_annotated_too(tmp_path: Path) -> None:
    text, _ = printed(tmp_path)
    assert "Cited by an annotation alone." in text
    assert "Nobody reads" not in text


def test_the_review_s_own_annotation_wins_part_by_part(tmp_path: Path) -> None:
    text, _ = printed(tmp_path, "annotations: {rope: {text: Ours.}, hemp: {importance: 1}}")
    assert "Ours." in text
    assert "<em>first</em>" not in text
    assert "1.••" in text
    assert "2.•" in text
    assert "From annotation." in text


def test_the_review_says_which_fields_are_annotations(tmp_path: Path) -> None:
    text, _ = printed(tmp_path, "annotations-from: [note]")
    assert "Only a note." in text
    assert "From annotation." not in text


def test_annotations_of_the_files_can_be_turned_off(tmp_path: Path) -> None:
    text, _ = printed(tmp_path, "annotations-from: []")
    assert "From annotation." not in text


def test_a_problem_in_such_an_annotation_stands_at_its_entry(tmp_path: Path) -> None:
    _, result = printed(tmp_path, bib=BIB.replace("From annotation.", "See [@nothing] there."))
    assert codes(result) == [("unknown-citation", "content/birds/refs.bib", 2)]
