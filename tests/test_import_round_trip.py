"""Every review in `content/`, built as Word and HTML and imported again, says what it said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from conftest import REVIEWS, ROOT, Outputs
from diptych import importers, press, prose, source
from diptych.bibliography import library
from diptych.diagnostics import Diagnostic
from diptych.document import Options
from diptych.importers import folder
from diptych.prose import Cluster, CrossReference, Node
from diptych.review import Column, Review, Section, Table
from diptych.workspace import Workspace

TEMPLATES = ("article", "manuscript")


@cache
def built(review: str, form: str, zotero: bool = False) -> dict[str, bytes]:
    """The outputs of a review in a format, by template."""
    file = ROOT / "content" / review / "review.yaml"
    wanted = TEMPLATES[-1:] if zotero else TEMPLATES
    made = press.build(Workspace(ROOT), file, wanted, (form,), Options(zotero=zotero))
    return {one.template: one.data for one in made.outputs}


def imported(data: bytes, form: str, to: Path) -> tuple[Review, set[str], list[Diagnostic]]:
    """The review that the output is, read from its folder; the keys of its references; what was lost."""
    file = to / f"paper.{form}"
    file.write_bytes(data)
    found = importers.format_of(file)
    assert found is not None
    paper, problems = importers.read(file, found)
    assert paper is not None, problems
    assert not folder.write(to / "content" / "again", folder.files_of(paper))
    review, _, flaws = source.read(Workspace(to), to / "content" / "again" / "review.yaml")
    assert review is not None and not flaws, flaws
    wrong = press.check(Workspace(to), (to / "content" / "again" / "review.yaml").resolve()).diagnostics
    assert not [one for one in wrong if one.severity == "error"]
    return review, {item.key for item in paper.references}, problems


# What a review says

Place = tuple[str, ...]


def sections(parents: Sequence[Section], above: Place = ()) -> Iterator[tuple[Place, str]]:
    """The texts of sections by the headings that they stand under."""
    for section in parents:
        here = (*above, words(section.heading))
        yield here, section.text or ""
        yield from sections(section.sections, here)


def words(text: str) -> str:
    """The words that a text prints, notes in their places; citations and cross-references left out."""
    passage, problems = prose.parse(text, "en-US")
    assert not [one for one in problems if one.severity == "error"], (text, problems)
    said = " ".join("".join(map(printed, passage.nodes)).split())
    return re.sub(r"\s+([,.;:)])", r"\1", re.sub(r"[„“”»«›‹‚‘’'\"]", "'", said))


def printed(node: Node) -> str:
    if node.kind in ("math", "equation", "display"):
        return re.sub(r"[{}\s]|\\(,|left|right|mathrm)", "", node.text)
    if node.kind == "comment" or node.mention is not None:
        return " "
    inner = node.text + "".join(map(printed, node.children))
    return f" {inner} " if node.kind in ("p", "line", "li", "td", "th", "pre", "br", "note") else inner


def mentions(text: str) -> list[object]:
    """Citations, each as its keys and the pages that they begin at; cross-references as their kinds."""
    passage, _ = prose.parse(text, "en-US")
    return [mention(one) for one in passage.mentions]


def mention(one: Cluster | CrossReference) -> object:
    if isinstance(one, CrossReference):
        return one.kind
    pages = [(cited.key, re.split(r"[-–]", cited.locator)[0], words(cited.prefix)) for cited in one.citations]
    return sorted(pages), one.citations[0].mode == "author-in-text"


def kinds(text: str) -> list[str]:
    """The blocks that a text is made of."""
    passage, _ = prose.parse(text, "en-US")
    return [node.kind for node in passage.nodes]


def headings(table: Table) -> list[str]:
    return [words(one.heading if isinstance(one, Column) else one) for one in table.columns]


def compared(texts: Iterable[str]) -> list[tuple[str, list[object]]]:
    return [(words(text), mentions(text)) for text in texts]


CASES = [(review, template, form) for review in REVIEWS for template in TEMPLATES for form in ("docx", "html")]


@pytest.mark.parametrize(("name", "template", "form"), CASES)
def test_a_review_that_was_built_and_imported_again_says_the_same(
    name: str, template: str, form: str, tmp_path: Path, outputs: Outputs
) -> None:
    before, _, _ = source.read(Workspace(ROOT), ROOT / "content" / name / "review.yaml")
    assert before is not None
    data = outputs.file(name, template, form).read_bytes() if form == "docx" else built(name, form)[template]
    after, keys, problems = imported(data, form, tmp_path)
    assert words(after.title) == words(before.title)
    old, new = list(sections(before.sections)), list(sections(after.sections))
    assert [place for place, _ in new] == [place for place, _ in old]
    for (_, said), (_, wanted) in zip(new, old, strict=True):
        assert words(said) == words(wanted)
        assert mentions(said) == mentions(wanted)
        assert kinds(said) == kinds(wanted)
    assert {key: (one.importance, words(one.text or "")) for key, one in after.annotations.items()} == {
        key: (one.importance, words(one.text or "")) for key, one in before.annotations.items() if key in keys
    }
    assert before.annotations.keys() <= keys
    assert {*after.figures} == {*before.figures} and {*after.tables} == {*before.tables}
    for key, figure in before.figures.items():
        assert compared([after.figures[key].caption]) == compared([figure.caption])
        assert after.figures[key].alt == figure.alt
    for key, table in before.tables.items():
        assert words(after.tables[key].caption) == words(table.caption)
        assert headings(after.tables[key]) == headings(table)
        if table.rows and after.tables[key].rows:
            assert [compared(row) for row in after.tables[key].rows or ()] == [compared(row) for row in table.rows]
    assert [author.name for author in after.authors] == [author.name for author in before.authors]
    assert compared(filter(None, vars(after.statements).values()) if after.statements else ()) == compared(
        filter(None, vars(before.statements).values()) if before.statements else ()
    )
    assert {one.code for one in problems} <= {"untagged-reference", "lost-part", "lost-comments"}


@pytest.mark.parametrize("name", REVIEWS)
def test_with_fields_of_zotero_the_references_come_back_field_by_field(name: str, tmp_path: Path) -> None:
    file = tmp_path / "paper.docx"
    file.write_bytes(built(name, "docx", zotero=True)["manuscript"])
    form = importers.format_of(file)
    assert form is not None
    paper, _ = importers.read(file, form)
    assert paper is not None
    before, _, _ = source.read(Workspace(ROOT), ROOT / "content" / name / "review.yaml")
    assert before is not None
    items = library.read(Workspace(ROOT), ROOT / "content" / name, before.bibliography)[0].items
    found = {item.key: dict(item.data) for item in paper.references if item.data["type"] != "document"}
    assert len(found) >= len(before.annotations)
    private = {"abstract", "note", "keyword", "annote"}
    for key, data in found.items():
        assert data == {field: value for field, value in items[key].data.items() if field not in private}
    assert {*paper.review["annotations"]} == {*before.annotations}
