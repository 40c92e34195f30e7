"""What editors and other programs take from Diptych: the schema of a review, and the hook that runs before a commit."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from conftest import REVIEWS, ROOT
from diptych import source, starting
from diptych.cli import main
from diptych.source.expected import EXAMPLES, STYLES
from diptych.starting import Wishes
from diptych.workspace import Workspace, style_names
from projects import write

SCHEMA = json.loads((ROOT / "content" / "review.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
BAD = sorted((ROOT / "tests" / "bad").glob("*.yaml"))


def as_editors_read(text: str) -> Any:
    """The review as an editor's YAML parser gives it to the validator; dates stay as they are written."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("review", REVIEWS)
def test_the_reviews_of_the_house_are_valid(review: str) -> None:
    text = (ROOT / "content" / review / "review.yaml").read_text("utf-8")
    assert [one.message for one in VALIDATOR.iter_errors(as_editors_read(text))] == []


def test_a_new_review_is_valid(tmp_path: Path) -> None:
    for journal in ("", "icmje"):
        files, _ = starting.begun(Wishes("one", journal=journal), Workspace(tmp_path))
        text = files[Path("content", "one", "review.yaml")]
        assert [one.message for one in VALIDATOR.iter_errors(as_editors_read(text))] == []


GOOD: dict[str, Any] = {
    "title": "Birds",
    "journal": "icmje",
    "limits": {"abstract-words": {"most": 250}},
    "checks": {"skip": ["lone-subsection"]},
    "tables": {"a": {"caption": "A", "columns": ["One", {"heading": "Two", "align": "right"}], "rows": [[1, "b"]]}},
    "annotations": {"falk2015": {"importance": 2, "text": "Why."}},
}

WRONG: tuple[tuple[str, Any], ...] = (
    ("title", None),
    ("titel", "Birds"),
    ("lang", "English"),
    ("date", "November"),
    ("keywords", "birds"),
    ("limits", {"abstract": {"most": 250}}),
    ("limits", {"abstract-words": {"most": -1}}),
    ("limits", {"abstract-words": 250}),
    ("checks", {"on": ["lone-subsection"]}),
    ("annotations", {"falk2015": {"importance": 3}}),
    ("authors", [{"degrees": "MD"}]),
    ("authors", [{"name": "A", "orcid": "0000"}]),
    ("sections", [{"heading": "A", "txt": "B"}]),
    ("tables", {"a b": {"caption": "A", "columns": ["One"]}}),
    ("figures", {"a": {"src": "a.svg", "caption": "A"}}),
    ("published", {"doi": "https://doi.org/10.1000/1"}),
    ("marks", "springer"),
)


def test_a_good_review_is_valid_and_may_name_a_journal_of_the_project() -> None:
    assert [one.message for one in VALIDATOR.iter_errors(GOOD)] == []
    assert VALIDATOR.is_valid({**GOOD, "journal": "annals-of-folded-paper", "citation-style": "own.csl"})


@pytest.mark.parametrize(("key", "value"), WRONG, ids=json.dumps)
def test_a_mistake_is_one_to_the_schema_and_to_the_program(key: str, value: Any, tmp_path: Path) -> None:
    review = {**copy.deepcopy(GOOD), key: value}
    assert not VALIDATOR.is_valid(review)
    (tmp_path / "review.yaml").write_text(json.dumps(review), encoding="utf-8")
    found, _, problems = source.read(Workspace(tmp_path), Path("review.yaml"))
    assert found is None
    assert problems


@pytest.mark.parametrize("name", ["bad-value", "missing-key", "unknown-key", "wrong-type", "everything-at-once"])
def test_files_that_are_bad_to_the_program_are_bad_to_the_schema(name: str) -> None:
    text = (ROOT / "tests" / "bad" / f"{name}.yaml").read_text("utf-8")
    assert not VALIDATOR.is_valid(as_editors_read(text))


def test_editors_offer_journals_styles_and_what_else_has_names() -> None:
    offered = {key: SCHEMA["properties"][key]["anyOf"][0]["enum"] for key in ("journal", "citation-style")}
    assert "springer-current-reports" in offered["journal"]
    assert offered["citation-style"] == list(STYLES)
    assert [name for name in STYLES if name not in style_names()] == []


@pytest.mark.parametrize("key", EXAMPLES)
def test_the_examples_that_editors_show_are_good_ones(key: str, tmp_path: Path) -> None:
    assert SCHEMA["properties"][key]["examples"] == list(EXAMPLES[key])
    for example in EXAMPLES[key]:
        review = {"title": "Birds", key: example}
        assert VALIDATOR.is_valid(review)
        (tmp_path / "review.yaml").write_text(json.dumps(review), encoding="utf-8")
        assert source.read(Workspace(tmp_path), Path("review.yaml"))[2] == []


def test_every_key_that_may_be_left_out_has_its_default_in_the_schema() -> None:
    optional = SCHEMA["properties"].keys() - set(SCHEMA["required"])
    computed = {"affiliations", "figures", "tables", "annotations", "reference-groups", "abbreviations"}  # empty maps
    assert {key for key in optional if "default" not in SCHEMA["properties"][key]} == computed


@pytest.mark.parametrize("what", ["template", "journal"])
def test_templates_and_profiles_have_a_schema_that_those_of_the_house_follow(what: str) -> None:
    validator = Draft202012Validator(json.loads(CliRunner().invoke(main, ["schema", "--of", what]).stdout))
    pattern = "*/template.yaml" if what == "template" else "journals/*.yaml"
    files = sorted((ROOT / "templates").glob(pattern))
    assert files
    for file in files:
        assert [one.message for one in validator.iter_errors(yaml.safe_load(file.read_text("utf-8")))] == []


# The hook


def test_the_hook_s_command_stops_a_commit_with_warnings_and_lets_others_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, *arguments = hook["entry"].split()
    assert (program, hook["language"], hook["pass_filenames"]) == ("diptych", "python", False)
    file = write(tmp_path, "title: Birds\nsections: [{heading: A, text: They sang.}]\n")
    for text, status in ((file.read_text("utf-8"), 0), ("title: Birds\nsections: [{heading: A}]\n", 1)):
        file.write_text(text, encoding="utf-8")
        assert CliRunner().invoke(main, arguments).exit_code == status
