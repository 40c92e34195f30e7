"""Every rule of `diptych check`: its failing example gets its code, its passing example does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from diptych import checks, press
from diptych.checks.rule import REFERENCES, Rule
from diptych.checks.subject import Subject
from diptych.diagnostics import Diagnostic
from diptych.workspace import Workspace

DART = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'


def found(root: Path, example: str) -> list[Diagnostic]:
    """What is said of an example, made a whole review: with a title, and citing its references, if it does not say."""
    review, _, references = example.partition(REFERENCES)
    keys = [one["id"] for one in yaml.safe_load(references) or ()]
    added = [] if re.search("^title:", review, re.MULTILINE) else ["title: Paper darts"]
    added += ["bibliography: references.yaml"] if keys else []
    if keys and "sections:" not in review:
        added.append(f"sections: [{{heading: Trials, text: '[{'; '.join(f'@{key}' for key in keys)}]'}}]")
    folder = root / "content" / "darts"
    folder.mkdir(parents=True)
    (folder / "review.yaml").write_text("\n".join([*added, review]) + "\n", encoding="utf-8")
    (folder / "references.yaml").write_text(references, encoding="utf-8")
    (folder / "dart.svg").write_text(DART, encoding="utf-8")
    collected = press.collect(Workspace(root), folder / "review.yaml")
    assert collected.material is not None, collected.diagnostics
    assert [one for one in collected.diagnostics if one.severity == "error"] == []
    subject = Subject(collected.material, collected.places, collected.journal)
    return [*collected.diagnostics, *checks.run(subject)]


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.code)
def test_a_rule_s_failing_example_gets_its_code_and_its_passing_example_gets_none(rule: Rule, tmp_path: Path) -> None:
    failing = [one for one in found(tmp_path / "failing", rule.failing) if one.code == rule.code]
    assert failing
    assert {one.severity for one in failing} == {rule.severity}
    assert all(one.span and one.span.line and one.span.column for one in failing)
    also = {one.code for one in found(tmp_path / "passing", rule.passing)}
    assert rule.code not in also
    assert "journal:" in rule.passing or also == set()
