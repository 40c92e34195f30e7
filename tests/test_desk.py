"""What a clinician asks of the command besides pages: help, numbers, what is installed, completion, and no waiting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

from conftest import ROOT
from diptych import doctor, press, stats
from diptych.checks import RULES
from diptych.checks.subject import Subject
from diptych.cli import VERBS, main
from diptych.workspace import Workspace
from projects import write

REVIEW = """
title: Birds
abstract: One two three.
key-points: [Four five.]
bibliography: references.yaml
sections:
  - heading: Not counted
    text: Six seven [@falk]. Eight.^[A note is not counted.]
    sections: [{heading: Within, text: 'Nine ten [@bird; @dove].'}]
  - {heading: Second, text: 'Eleven @tbl-a.'}
tables: {a: {caption: Twelve, columns: [Thirteen], rows: [[14]]}}
annotations: {dove: {importance: 2, text: Why.}}
"""


def counted(root: Path) -> stats.Stats:
    collected = press.collect(Workspace(root), write(root, REVIEW))
    assert collected.material is not None
    return stats.count("birds", Subject(collected.material, collected.places))


def test_words_are_counted_by_section_without_citations_notes_and_headings(tmp_path: Path) -> None:
    found = counted(tmp_path)
    assert [(one.heading, one.level, one.words) for one in found.sections] == [
        ("Not counted", 1, 5),
        ("Within", 2, 2),
        ("Second", 1, 1),
    ]
    assert (found.abstract_words, found.key_point_words, found.text_words) == (3, 2, 6)
    assert (found.caption_and_table_words, found.reading_minutes) == (3, 1)


def test_references_are_counted_by_year_and_type_and_by_grade(tmp_path: Path) -> None:
    found = counted(tmp_path)
    assert found.by_year == {"2015": 1, "2016": 1, "2018": 1}
    assert found.by_type == {"article-journal": 2, "book": 1}
    assert (found.references, found.citations, found.annotated, found.graded) == (3, 3, 1, {2: 1})
    assert found.annotated_share == 0.333
    assert (found.figures, found.tables) == (0, 1)


def test_stats_are_a_table_or_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, REVIEW)
    monkeypatch.chdir(tmp_path)
    table = CliRunner().invoke(main, ["stats"])
    assert table.exit_code == 0
    assert re.search(r"Not counted\s+│\s+5 │", table.stdout)
    assert "References 3, cited 3 times; 1 annotated (33%): •• 1" in table.stdout
    (data,) = json.loads(CliRunner().invoke(main, ["stats", "--json"]).stdout)
    assert data["text-words"] == 6
    assert data["sections"][0] == {"heading": "Not counted", "level": 1, "words": 5}


def test_the_numbers_of_a_review_with_errors_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, REVIEW.replace("@bird", "@bard"))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["stats"])
    assert result.exit_code == 1
    assert "error[unknown-citation]" in result.stderr
    assert "Not counted" in result.stdout


def test_the_doctor_finds_everything_here() -> None:
    result = CliRunner().invoke(main, ["doctor", "--json"])
    found = json.loads(result.stdout)
    assert [one for one in found if not one["found"]] == []
    assert result.exit_code == 0
    assert {"Python", "Diptych", "Packages", "Pango", "PDF", "Word", "Citations", "Styles", "Fonts", "Templates"} <= {
        one["name"] for one in found
    }


def test_the_doctor_names_what_is_missing_and_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", ("no-such-library",))
    monkeypatch.setattr(doctor.shutil, "which", lambda program: program if program == "dnf" else None)
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "FONTS", (("no_such_module", "no-such-package"),))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 2
    assert "MISSING  Pango" in result.stdout
    assert "Pango: sudo dnf install -y pango" in result.stdout
    assert "Fonts: pip install --force-reinstall no-such-package" in result.stdout


def test_the_doctor_comes_where_a_package_is_missing(tmp_path: Path) -> None:
    (tmp_path / "font_source_sans_pro.py").write_text("raise ImportError('broken')")
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "from diptych.cli import main; main()", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (result.returncode, result.stderr) == (2, "")
    assert "WeasyPrint does not load: cannot load library" in result.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    result = CliRunner().invoke(main, [verb, "--help"])
    assert result.exit_code == 0
    assert f"\n  diptych {verb}" in result.stdout


def test_the_list_of_verbs_says_what_each_does() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert all(f"\n  {verb} " in result.stdout for verb in VERBS)


def test_a_verb_that_there_is_not_is_told_the_nearest() -> None:
    result = CliRunner().invoke(main, ["chek"])
    assert result.exit_code == 2
    assert "No such command “chek”; did you mean “check”?" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_the_shell(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert "_DIPTYCH_COMPLETE" in result.stdout


def test_the_shell_completes_verbs_and_codes_of_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    def completed(words: str, at: int) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(at))
        result = CliRunner(env={"_DIPTYCH_COMPLETE": "bash_complete"}).invoke(main, prog_name="diptych")
        return [line.partition(",")[2] for line in result.stdout.splitlines()]

    assert completed("diptych ch", 1) == ["check"]
    assert completed("diptych check --explain page", 3) == ["page-sanity"]


def test_explain_lists_every_rule_and_says_all_of_one() -> None:
    listed = CliRunner().invoke(main, ["check", "--explain"]).stdout.splitlines()
    assert [line.split()[:2] for line in listed] == [[rule.code, rule.severity] for rule in RULES]
    text = CliRunner().invoke(main, ["check", "--explain", "doubled-word"]).stdout
    assert "The nose is sharp." in text
    assert "The the nose is sharp." in text
    assert "checks: {skip: [doubled-word]}" in text
    wrong = CliRunner().invoke(main, ["check", "--explain", "double-word"])
    assert wrong.exit_code == 2
    assert "did you mean “doubled-word”?" in wrong.stderr


def test_journals_are_listed_and_explained_with_their_sources() -> None:
    listed = CliRunner().invoke(main, ["journals"]).stdout
    assert re.search(r"^icmje +ICMJE", listed, re.MULTILINE)
    text = CliRunner().invoke(main, ["journals", "methodist-debakey"]).stdout
    assert "references: at most 80\n    https://journal.houstonmethodist.org/about/submissions, read 2026-" in text
    assert CliRunner().invoke(main, ["journals", "icmj"]).exit_code == 2


# Cold start

HEAVY = ("weasyprint", "docx", "ziamath", "pikepdf", "segno", "ssl", "starlette", "uvicorn", "distributed")


def loaded(*arguments: str) -> set[str]:
    """Which heavy modules the command has loaded when it ends."""
    program = (
        "import sys\nfrom diptych.cli import main\n"
        f"try: main({list(arguments)!r})\nexcept SystemExit: pass\n"
        "print('LOADED', *sys.modules, file=sys.stderr)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(result.stderr.rpartition("LOADED")[2].split())


def test_help_loads_no_part_of_the_program() -> None:
    found = loaded("--help")
    assert found & {*HEAVY, "pydantic", "lxml", "jinja2", "diptych.press"} == set()


def test_check_loads_no_engine() -> None:
    assert loaded("check", "content/tour") & set(HEAVY) == set()


@pytest.mark.parametrize("verb", ["preview", "stats"])
def test_where_there_is_no_project_the_next_command_is_named(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, [verb])
    assert result.exit_code == 2
    assert "`diptych new` begins a review" in result.stderr and "counted-in-part" not in result.stderr


def test_the_message_that_the_guide_shows_is_what_an_author_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = (ROOT / "content" / "guide" / "review.yaml").read_text(encoding="utf-8")
    shown = next(dedent(block) for block in re.findall(r"```\n(.*?)```", guide, re.DOTALL) if "error[" in block)
    (tmp_path / "content" / "rays").mkdir(parents=True)
    broken = re.search(r"1 \| (.*)", shown)
    assert broken
    (tmp_path / "content" / "rays" / "review.yaml").write_text(broken[1] + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["check"]).stderr.splitlines()
    assert [line for line in said if "|" not in line or "Rays" in line] == shown.strip().splitlines()
