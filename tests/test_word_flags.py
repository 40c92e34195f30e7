"""Word files with every flag before two judges of Open XML, and before our own for what those do not look at."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from conftest import REVIEWS, ROOT, TEMPLATES, Outputs
from diptych import press
from diptych.document import DEFAULTS, Options
from diptych.workspace import Workspace
from validators import audit, openxml
from word import references
from word.reader import Docx, faults

pytestmark = pytest.mark.validator

FLAGS = {
    "no flag": DEFAULTS,
    "--no-embed-fonts": Options(embed_fonts=False),
    "--flat": Options(flat=True),
    "--blind": Options(blind=True),
    "--comments": Options(comments=True),
    "--zotero": Options(zotero=True),
    "all that go together": Options(embed_fonts=False, blind=True, comments=True, zotero=True),
    "word-reference": DEFAULTS,
    "word-reference with --comments and --zotero": Options(comments=True, zotero=True),
}


def made(folder: Path, flag: str, reviews: Sequence[str], templates: Sequence[str]) -> list[Path]:
    """The reviews in the templates, printed with that flag."""
    files = []
    shutil.copytree(ROOT / "content", folder / "content")
    for review in reviews:
        copy = folder / "content" / review
        if flag.startswith("word-reference"):
            (copy / "journal.docx").write_bytes(references.german())
            with (copy / "review.yaml").open("a") as file:
                file.write("\nword-reference: journal.docx\n")
        built = press.build(Workspace(folder), copy / "review.yaml", templates, ["docx"], FLAGS[flag])
        assert [one for one in built.diagnostics if one.severity == "error"] == []
        for output in built.outputs:
            files.append(folder / f"{review}-{output.template}.docx")
            files[-1].write_bytes(output.data)
    assert len(files) == len(reviews) * len(templates)
    return files


def found(file: Path) -> list[str]:
    return [*audit.failures(file), *faults(Docx(file.read_bytes()))]


@pytest.mark.parametrize("flag", FLAGS)
def test_a_flag_makes_no_faults_in_the_article_of_the_tour(tmp_path: Path, flag: str) -> None:
    (file,) = made(tmp_path, flag, ["tour"], ["article"])
    assert found(file) == []


@pytest.mark.long
@pytest.mark.parametrize("review", REVIEWS)
@pytest.mark.parametrize("flag", FLAGS)
def test_no_flag_makes_faults_in_any_review_or_template(tmp_path: Path, flag: str, review: str) -> None:
    files = made(tmp_path, flag, [review], TEMPLATES)
    assert {file.name: [*found(file), *openxml.failures(file)] for file in files} == {file.name: [] for file in files}


def test_no_output_has_faults_that_the_sdk_does_not_see(outputs: Outputs, output: tuple[str, str]) -> None:
    assert found(outputs.file(*output, "docx")) == []


def test_the_second_judge_refuses_an_element_out_of_place(tmp_path: Path) -> None:
    bad = references.german(content="<w:p><w:b/></w:p>")
    (tmp_path / "bad.docx").write_bytes(bad)
    assert audit.failures(tmp_path / "bad.docx")
