"""Templates of any kind: each prints something or ends in a diagnostic, and none in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import projects
from diptych import press
from diptych.workspace import Workspace

PIECES = st.sampled_from(
    [
        *("{{ review.title }}", "{{ nothing }}", "{{ nothing.at.all }}", "{{ content.body }}", "{{ 1 / 0 }}"),
        *("{% for one in references %}", "{% endfor %}", "{% if words %}", "{% endif %}", "{% macro m() %}"),
        *("{{", "}}", "{%", "%}", "{#", "<html>", "<head>", "<body>", "<main class='text'>", "<p class='x'>", "</p>"),
        *("<title>", "&", "&#0;", "<!--", "-->", "]]>", "<li>", "<div class='floats'>", "{% extends 'base.html.j2' %}"),
        *("{{ words | int }}", "{{ review | length }}", "{% set x = 1 %}", "{{ comment(review, 'x') }}"),
        *("{{ m() }}", "{{ [][1] }}", "<table>", "\x00", "\u202e"),
    ]
)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A review in a project with a template of its own."""
    root = tmp_path_factory.mktemp("free")
    (root / "templates" / "mine").mkdir(parents=True)
    (root / "templates" / "mine" / "template.yaml").write_text("description: M\nstylesheets: []\n", encoding="utf-8")
    return projects.write(root, "title: T\nsections: [{heading: A, text: Words.}]\n")


@given(st.lists(PIECES | st.text(max_size=4), max_size=12).map("".join))
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_template_prints_or_ends_in_a_diagnostic(review: Path, text: str) -> None:
    root = review.parents[2]
    (root / "templates" / "mine" / "document.html.j2").write_text(text, encoding="utf-8", errors="replace")
    built = press.build(Workspace(root), review, ["mine"], ["html"])
    assert built.outputs or built.diagnostics


@pytest.mark.parametrize("text", ["", "  ", "<!-- nothing -->", "\x00"])
def test_a_template_without_elements_says_so(review: Path, text: str) -> None:
    root = review.parents[2]
    (root / "templates" / "mine" / "document.html.j2").write_text(text, encoding="utf-8")
    built = press.build(Workspace(root), review, ["mine"], ["html"])
    assert [problem.code for problem in built.diagnostics] == ["template"]
