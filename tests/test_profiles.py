"""Journal profiles: what they say and where it was read, and what a review takes of them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from diptych import press, profiles
from diptych.diagnostics import Diagnostic
from diptych.document import Options
from diptych.workspace import Workspace, house_templates, style_names
from projects import write

HOUSE = sorted(file.stem for file in (house_templates() / "journals").glob("*.yaml"))
GOOD = "title: Birds\nbibliography: references.yaml\nsections: [{heading: One, text: 'Up [@dove].'}]\n"


def collected(root: Path, review: str, **profile: str) -> press.Collected:
    """A review read in a project with profiles of its own."""
    for name, text in profile.items():
        file = root / "templates" / "journals" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return press.collect(Workspace(root), write(root, GOOD + review))


def said(found: press.Collected) -> list[str]:
    return [shown(problem) for problem in found.diagnostics]


def shown(one: Diagnostic) -> str:
    place = f"{one.span.file}:{one.span.line}:{one.span.column}" if one.span else "-"
    return f"{place} {one.code}: {one.message} ({one.hint})"


@pytest.mark.parametrize("name", HOUSE)
def test_every_rule_of_a_profile_of_the_house_names_the_page_it_was_read_from(name: str, tmp_path: Path) -> None:
    journal, problems = profiles.find(name, Workspace(tmp_path))
    assert problems == []
    assert journal is not None
    data = journal.profile.model_dump(exclude_defaults=True, exclude={"name", "extends", "sources"})
    rules = [*data.pop("limits", {}).values(), *data.values()]
    assert rules
    assert all(rule["source"] in journal.profile.sources for rule in rules)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", source.read) for source in journal.profile.sources.values())


@pytest.mark.parametrize("name", HOUSE)
def test_the_citation_style_and_stylesheets_of_a_profile_are_there(name: str, tmp_path: Path) -> None:
    journal, _ = profiles.find(name, Workspace(tmp_path))
    assert journal is not None
    profile = journal.profile
    assert profile.citation_style is None or profile.citation_style.style in style_names()
    for sheet in profile.layout.stylesheets if profile.layout else ():
        assert (house_templates() / sheet).is_file()


def test_a_journal_that_there_is_not_is_reported_with_the_nearest(tmp_path: Path) -> None:
    hint = "did you mean “springer-current-reports”?"
    assert said(collected(tmp_path, "journal: springer-curent-reports\n")) == [
        "content/birds/review.yaml:4:10 unknown-journal: there is no profile of a journal “springer-curent-reports” "
        f"({hint})"
    ]


def test_the_review_takes_style_marks_and_limits_of_its_journal(tmp_path: Path) -> None:
    found = collected(tmp_path, "journal: elsevier-current-opinion\n")
    assert found.material is not None
    review = found.material.review
    assert (review.citation_style, review.marks) == ("current-opinion", "elsevier-current-opinion")
    assert review.annotation_limits.window_years == 2
    assert review.limits.references
    assert review.limits.references.most == 50


def test_what_the_review_says_itself_wins(tmp_path: Path) -> None:
    own = (
        "journal: elsevier-current-opinion\ncitation-style: nature\nmarks: springer-current\n"
        "limits: {references: {most: 10}}\nannotation-limits: {window-years: 5}\n"
    )
    found = collected(tmp_path, own)
    assert found.material is not None
    review = found.material.review
    assert (review.citation_style, review.marks) == ("nature", "springer-current")
    assert review.annotation_limits.window_years == 5
    assert review.limits.references
    assert review.limits.references.most == 10
    assert review.limits.title_words
    assert review.limits.title_words.most == 8


def test_a_project_adds_profiles_and_extends_those_of_the_house(tmp_path: Path) -> None:
    profile = """
name: Annals of Folded Paper
extends: springer
sources: {page: {where: https://example.org/authors, read: "2026-11-24"}}
limits: {keywords: {most: 3, source: page}}
"""
    found = collected(tmp_path, "journal: folded-paper\n", **{"folded-paper": profile})
    assert said(found) == []
    assert found.material is not None
    limits = found.material.review.limits
    assert limits.keywords
    assert (limits.keywords.least, limits.keywords.most) == (None, 3)
    assert limits.abstract_words
    assert limits.abstract_words.least == 150
    assert "folded-paper" in profiles.names(Workspace(tmp_path))


BAD = {
    "limits: {keywords: {most: 3}}": "journal-profile: there is no source “None”",
    "limits: {keywords: {most: 3, source: page}}": "journal-profile: there is no source “page”",
    "limits: {keyword: {most: 3}}": "journal-profile: limits.keyword: Extra inputs are not permitted",
    "limits: [": "broken-yaml:",
    "extends: bad": "journal-profile: “bad” extends itself",
    "extends: nowhere": "unknown-journal: there is no profile of a journal “nowhere”",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text)
def test_a_profile_with_a_mistake_is_reported_and_nothing_is_built(text: str, tmp_path: Path) -> None:
    found = collected(tmp_path, "journal: bad\n", bad=f"name: Bad\n{text}\n")
    (problem,) = found.diagnostics
    assert BAD[text] in shown(problem)
    assert problem.severity == "error"


def test_a_limit_says_where_it_was_read(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD + "journal: methodist-debakey\n")
    found = {one.code: one.hint for one in press.check(Workspace(tmp_path), file).diagnostics}
    assert found["text-words"] == "see https://journal.houstonmethodist.org/about/submissions, read 2026-11-24"


def test_about_so_many_lets_a_tenth_more_pass(tmp_path: Path) -> None:
    words = " ".join(["word, and then"] * 7)
    for most, expected in ((20, False), (18, True)):
        root = tmp_path / str(most)
        review = f"title: T\nsections: [{{heading: A, text: '{words}'}}]\n"
        file = write(root, review + f"limits: {{text-words: {{most: {most}, about: true}}}}\n")
        codes = [one.code for one in press.check(Workspace(root), file).diagnostics]
        assert ("text-words" in codes) is expected


@pytest.mark.parametrize(("template", "follows"), [("manuscript", True), ("article", False)])
def test_pages_for_submission_follow_the_journal_s_layout(template: str, follows: bool, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD + "journal: icmje\nstatements: {funding: None.}\n")
    (output,) = press.build(Workspace(tmp_path), file, [template], ["html"]).outputs
    rule = re.search(r"\.statements\s*\{\s*break-before:\s*page", output.data.decode())
    assert (rule is not None) is follows


@pytest.mark.parametrize(("journal", "has_fields"), [("springer", False), ("icmje", True)])
def test_a_word_file_for_a_journal_that_forbids_fields_has_none(journal: str, has_fields: bool, tmp_path: Path) -> None:
    review = f"{GOOD}journal: {journal}\nstatements: {{funding: See @tbl-a.}}\n"
    file = write(tmp_path, review + "tables: {a: {caption: A table, columns: [One], rows: [[2]]}}\n")
    (output,) = press.build(Workspace(tmp_path), file, ["manuscript"], ["docx"]).outputs
    with zipfile.ZipFile(io.BytesIO(output.data)) as package:
        text = package.read("word/document.xml").decode()
    assert (" REF " in text) is has_fields


def test_fields_may_be_had_all_the_same(tmp_path: Path) -> None:
    review = f"{GOOD}journal: springer\nstatements: {{funding: See @tbl-a.}}\n"
    file = write(tmp_path, review + "tables: {a: {caption: A table, columns: [One], rows: [[2]]}}\n")
    (output,) = press.build(Workspace(tmp_path), file, ["manuscript"], ["docx"], Options(fields=True)).outputs
    with zipfile.ZipFile(io.BytesIO(output.data)) as package:
        assert " REF " in package.read("word/document.xml").decode()
