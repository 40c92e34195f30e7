"""What a reader that listens is given: the structure of every PDF, and what outloud, an outside judge, says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import outloud
import pikepdf
import pytest

from conftest import ROOT, Outputs
from diptych.source import read
from diptych.workspace import Workspace

Chosen = tuple[str, str]


def running_head(review: str) -> set[str]:
    """The words of the running head of a review of content/."""
    model, _, _ = read(Workspace(ROOT), ROOT / "content" / review / "review.yaml")
    assert model
    return set((model.short_title or model.title).split())


@pytest.mark.validator
def test_outloud_finds_no_error_in_any_pdf(outputs: Outputs, output: Chosen) -> None:
    result = outloud.check(str(outputs.file(*output, "pdf")))
    assert result.error is None
    errors = [one for one in result.findings if one.severity == "error"]
    # A running head that stands on one page alone, in a document of two, is prose to the judge: it knows no other.
    pages = len(pikepdf.open(outputs.file(*output, "pdf")).pages)
    heads = [one for one in errors if one.rule == "TAG-002" and pages < 3 and one.count == 1]
    assert all(running_head(output[0]) <= set(str(one.evidence).split()) for one in heads)
    assert [(one.rule, one.message) for one in errors if one not in heads] == []


@pytest.mark.validator
def test_outloud_finds_an_error_where_a_picture_has_no_words(outputs: Outputs, tmp_path: Path) -> None:
    with pikepdf.open(outputs.file("tour", "article", "pdf")) as pdf:
        for element in structure(pdf):
            if element.S == "/Figure":
                del element.Alt
        pdf.save(tmp_path / "mute.pdf")
    errors = {one.rule for one in outloud.check(str(tmp_path / "mute.pdf")).findings if one.severity == "error"}
    assert {rule[:3] for rule in errors} >= {"FIG"}


# The structure tree


def structure(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """The elements of the structure tree, from the root downward."""
    waiting: list[Any] = [pdf.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if element.get("/Type") == "/StructElem":
            yield element
        kids = element.get("/K", pikepdf.Array())
        waiting += [kid for kid in (kids if isinstance(kids, pikepdf.Array) else [kids]) if _is_element(kid)]


def _is_element(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem"


def marked(page: pikepdf.Page) -> Iterator[tuple[str, pikepdf.Dictionary]]:
    """The marked content of a page that has properties: its tag and them."""
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        if str(operator) == "BDC":
            yield str(operands[0]), operands[1]


def numbers(rows: Any) -> dict[int, Any]:
    """A number tree of one level as a map."""
    return {int(rows[place]): rows[place + 1] for place in range(0, len(rows), 2)}


def test_what_is_marked_on_a_page_is_in_the_tree_or_an_artifact(outputs: Outputs, output: Chosen) -> None:
    with pikepdf.open(outputs.file(*output, "pdf")) as pdf:
        reached = {element.objgen for element in structure(pdf)}
        owners = numbers(pdf.Root.StructTreeRoot.ParentTree.Nums)
        for page in pdf.pages:
            tags = list(marked(page))
            for tag, properties in tags:
                if tag != "/Artifact":
                    assert owners[int(page.StructParents)][int(properties.MCID)].objgen in reached
        margins = [
            tag for page in pdf.pages for tag, properties in marked(page) if properties.get("/Type") == "/Pagination"
        ]
        assert len(margins) >= len(pdf.pages) - 1  # the first may be without


def test_nothing_in_the_tree_is_empty(outputs: Outputs, output: Chosen) -> None:
    with pikepdf.open(outputs.file(*output, "pdf")) as pdf:
        for element in structure(pdf):
            assert element.S != "/Span" or "/K" in element
            assert element.S != "/Link" or any(
                isinstance(kid, int) or "/MCID" in kid or _is_element(kid) for kid in element.K
            )


def test_a_change_of_language_is_tagged(outputs: Outputs) -> None:
    with pikepdf.open(outputs.file("tour", "manuscript", "pdf")) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert [str(element.Lang) for element in structure(pdf) if "/Lang" in element] == ["fr"]


def test_footnotes_are_notes_with_labels_and_names(outputs: Outputs) -> None:
    with pikepdf.open(outputs.file("tour", "manuscript", "pdf")) as pdf:
        notes = [element for element in structure(pdf) if element.S == "/Note"]
        assert [str(note.K[0].S) for note in notes] == ["/Lbl", "/Lbl"]
        names = pdf.Root.StructTreeRoot.IDTree.Kids[0].Names
        found = {str(names[place]): names[place + 1].objgen for place in range(0, len(names), 2)}
    assert found == {str(note.ID): note.objgen for note in notes}


def test_every_link_of_a_page_is_in_the_tree(outputs: Outputs, output: Chosen) -> None:
    with pikepdf.open(outputs.file(*output, "pdf")) as pdf:
        owners = numbers(pdf.Root.StructTreeRoot.ParentTree.Nums)
        reached = {element.objgen for element in structure(pdf)}
        links = [link for page in pdf.pages for link in page.get("/Annots", pikepdf.Array())]
        assert links
        assert {owners[int(link.StructParent)].objgen for link in links} <= reached
