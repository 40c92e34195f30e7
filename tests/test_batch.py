"""What a build rebuilds: what it must, and nothing else; and what it writes down of it."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batches import CITED, REVIEW, SHARED, STYLE, TEMPLATES, build, built, digests, leftovers, problems, project, write
from conftest import DIPTYCH, ROOT
from diptych import batch, engines
from diptych.batch import manifest, run
from diptych.document import Options

EVERYTHING = {f"{name}-{template}.html" for name in CITED for template in TEMPLATES}


@pytest.fixture(autouse=True, scope="module")
def program() -> Iterator[None]:
    """The program stays the same, whoever works on it meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_program", lambda _: "the same")
        yield


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built."""
    root = project(tmp_path_factory.mktemp("once"))
    assert built(build(root)) == EVERYTHING
    return root


@pytest.fixture
def ready(once: Path, tmp_path: Path) -> Path:
    """A copy of it, as a fresh clone with a restored `build/` is: other times, other places on the disk."""
    return Path(shutil.copytree(once, tmp_path / "clone", ignore=shutil.ignore_patterns(".diptych")))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_second_build_builds_nothing(ready: Path) -> None:
    before = (ready / "build/manifest.json").read_bytes()
    events = build(ready)
    assert built(events) == set()
    assert {item.path.name for one in events if isinstance(one, batch.Result) for item in one.written} == EVERYTHING
    assert (ready / "build/manifest.json").read_bytes() == before


def test_what_is_touched_and_not_changed_is_not_rebuilt(ready: Path) -> None:
    for file in ready.rglob("*.*"):
        os.utime(file, (1, 1))
    assert built(build(ready)) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "rebuilt"),
    [
        ("content/ants/review.yaml", "Up it", "Down it", {"ants-leaf.html", "ants-page.html"}),
        ("templates/leaf/style.css", "#112233", "#112244", {f"{name}-leaf.html" for name in CITED}),
        ("templates/page/document.html.j2", "<h2>", "<h3>", {f"{name}-page.html" for name in CITED}),
        ("content/references.yaml", "Wrens", "Wrens II", {"bees-leaf.html", "bees-page.html"}),
        ("content/references.yaml", "Rooks", "Rooks II", set()),
        ("content/references.yaml", "\n- {id: crow", "\n# a remark\n- {id: crow", set()),
    ],
)
def test_a_change_rebuilds_what_uses_it_and_nothing_else(
    ready: Path, file: str, old: str, new: str, rebuilt: set[str]
) -> None:
    replace(ready / file, old, new)
    assert built(build(ready)) == rebuilt
    assert built(build(ready)) == set()


def test_references_that_nobody_uses_are_read_anew_once_and_not_again(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace(ready / "content/references.yaml", "Rooks", "Rooks II")
    assert built(build(ready)) == set()
    monkeypatch.setattr("diptych.batch.now.used", lambda *_: pytest.fail("read again"))
    assert built(build(ready)) == set()


def test_a_mistake_among_references_stops_all_that_read_them_and_its_repair_rebuilds_nothing(ready: Path) -> None:
    (ready / "content/references.yaml").write_text(SHARED + SHARED.replace("Rooks", "Ravens"), encoding="utf-8")
    events = build(ready)
    assert built(events) == set()
    assert problems(events).count("duplicate-reference") == len(CITED)
    assert problems(events).count("stale-output") == len(CITED)
    (ready / "content/references.yaml").write_text(SHARED, encoding="utf-8")
    assert built(build(ready)) == set()


def test_warnings_of_references_are_said_again_each_time_and_rebuild_nothing(ready: Path) -> None:
    more = "- {id: rook, type: book, title: Rooks, author: [{family: Crow, given: Cy}], issued: 2017}\n"
    (ready / "content/references.yaml").write_text(SHARED + more, encoding="utf-8")
    for _ in range(2):
        events = build(ready)
        assert built(events) == set()
        assert set(problems(events)) == {"same-work"}


def test_warnings_of_a_review_are_said_again_each_time(ready: Path) -> None:
    replace(ready / "content/ants/review.yaml", "title:", "lang: fi\ntitle:")
    first, second = build(ready), build(ready)
    assert (built(first), built(second)) == ({"ants-leaf.html", "ants-page.html"}, set())
    assert set(problems(first)) == set(problems(second)) == {"language-without-words"}
    said = [one for event in second if isinstance(event, batch.Result) for one in event.diagnostics]
    assert said[0].source_line == "lang: fi"


def test_an_output_that_is_gone_or_was_changed_is_built_again(ready: Path) -> None:
    (ready / "build/ants/ants-leaf.html").unlink()
    (ready / "build/bees/bees-page.html").write_text("mine")
    assert built(build(ready)) == {"ants-leaf.html", "bees-page.html"}


def test_a_template_of_the_house_that_the_project_replaces_rebuilds(tmp_path: Path) -> None:
    root = project(tmp_path)
    build(root)
    words = Path(engines.__file__).parents[2] / "templates/words.yaml"
    shutil.copy(words, root / "templates/words.yaml")
    assert built(build(root)) == set()  # the same words
    replace(root / "templates/words.yaml", "References", "Works")
    assert built(build(root)) == EVERYTHING


def test_options_rebuild_the_formats_that_they_matter_to(ready: Path) -> None:
    build(ready, formats=("html", "docx"))
    assert built(build(ready, formats=("html", "docx"), options=Options(flat=True))) == {
        name.replace("html", "docx") for name in EVERYTHING
    }


def test_the_moment_that_outputs_carry_rebuilds_those_that_carry_it(
    ready: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(ready, formats=("html", "docx"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert built(build(ready, formats=("html", "docx"))) == {name.replace("html", "docx") for name in EVERYTHING}


@pytest.mark.parametrize("name", ["weasyprint", "pango", "diptych", "font-source-serif-pro"])
def test_another_version_of_an_engine_rebuilds_everything(
    ready: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = engines.versions
    monkeypatch.setattr(run.engines, "versions", lambda digest_of: {**versions(digest_of), name: "another"})
    plan = batch.plan([ready / "content/ants/review.yaml"], ready, batch.Order(["leaf"], ["html"]), ready / "build")
    assert [len(one.reasons) for one in plan.outputs] == [1]
    assert plan.outputs[0].reasons[0].endswith("became another")


def test_every_package_that_diptych_needs_is_an_engine_or_prints_nothing() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[>=<\[; ]", one)[0].lower().replace("_", "-") for one in needed}
    nothing_to_print = {"click", "rich", "starlette", "uvicorn", "watchfiles", "websockets"}
    assert names - nothing_to_print - engines.PACKAGES == set()


def test_two_reviews_of_the_same_name_are_not_written_over_each_other(ready: Path) -> None:
    shutil.copytree(ready / "content", ready / "more")
    files = [ready / "content/ants/review.yaml", ready / "more/ants/review.yaml"]
    events = list(batch.build_all(files, ready, batch.Order(["leaf"], ["html"]), ready / "build"))
    assert problems(events) == ["same-output"]


# Why


def reasons(root: Path) -> dict[str, tuple[str, ...]]:
    files, _ = batch.find_reviews([root / "content"])
    plan = batch.plan(files, root, batch.Order(TEMPLATES, ("html",)), root / "build")
    return {one.target.path.split("/")[1]: one.reasons for one in plan.outputs if one.reasons}


def test_a_plan_says_why_and_writes_nothing(ready: Path) -> None:
    replace(ready / "content/references.yaml", "Wrens", "Wrens II")
    replace(ready / "templates/page/style.css", "#112233", "#445566")
    (ready / "build/ants/ants-leaf.html").unlink()
    before = sorted((file, file.stat().st_mtime_ns) for file in ready.rglob("*"))
    said = reasons(ready)
    assert said["bees-leaf.html"] == ("content/references.yaml changed: bird",)
    assert said["bees-page.html"] == ("content/references.yaml changed: bird", "templates/page/style.css changed")
    assert said["ants-leaf.html"] == ("it is not there",)
    assert set(said) == {"ants-leaf.html", "ants-page.html", "bees-leaf.html", "bees-page.html", "cows-page.html"}
    assert sorted((file, file.stat().st_mtime_ns) for file in ready.rglob("*")) == before


# The manifest


def test_the_manifest_follows_its_schema_and_its_own_order(ready: Path) -> None:
    build(ready, formats=("html", "docx", "pdf"))
    text = (ready / "build/manifest.json").read_text()
    found = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(manifest.schema())
    jsonschema.validate(found, manifest.schema())
    assert all(list(found[table]) == sorted(found[table]) for table in ("engines", "inputs", "libraries", "outputs"))
    tables = manifest.read(text.encode())
    assert manifest.text(tables, {}) == manifest.text(tables, manifest.rows(tables)) == text
    output = found["outputs"]["bees/bees-leaf.pdf"]
    assert (output["pages"], output["review"], output["template"]) == (1, "content/bees/review.yaml", "leaf")
    assert found["engines"][output["engines"]]["weasyprint"]
    files = [name for layer in output["inputs"] for name in found["inputs"][layer].get("files", {})]
    assert {"content/bees/review.yaml", "templates:leaf/style.css"} <= set(files)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"manifest": 1}', '{"manifest": 2}', "\0", "[" * 9999, '{"manifest'])
def test_a_manifest_that_is_none_means_that_nothing_is_known(ready: Path, text: str) -> None:
    (ready / "build/manifest.json").write_text(text)
    assert built(build(ready)) == EVERYTHING


def test_nothing_is_left_beside_outputs_and_manifest(ready: Path) -> None:
    build(ready)
    assert leftovers(ready / "build") == []


# What is rebuilt is what differs

COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
WORDS = st.text("abcdefghijklmnop", min_size=3, max_size=9)
EDITS = st.one_of(
    st.tuples(st.just("review"), st.sampled_from(sorted(CITED)), WORDS),
    st.tuples(st.just("reference"), st.sampled_from(["falk", "bird", "crow"]), WORDS),
    st.tuples(st.just("style"), st.sampled_from(TEMPLATES), COLORS),
    st.tuples(st.just("page"), st.sampled_from(TEMPLATES), WORDS),
    st.tuples(st.just("cites"), st.sampled_from(sorted(CITED)), st.sampled_from(["falk", "bird", "crow"])),
    st.tuples(st.just("delete"), st.sampled_from(sorted(EVERYTHING)), st.just("")),
)


def edit(root: Path, what: str, which: str, new: str) -> None:
    """A change that the pages show, or none."""
    if what == "review":
        file = root / f"content/{which}/review.yaml"
        write(file, "".join(f"title: {new}\n" if line.startswith("title") else line for line in lines(file)))
    elif what == "reference":
        file = root / "content/references.yaml"
        changed = [
            f"- {{id: {which}, type: book, title: {new}, issued: 2011}}\n" if f"id: {which}," in line else line
            for line in lines(file)
        ]
        write(file, "".join(changed))
    elif what == "style":
        write(root / f"templates/{which}/style.css", STYLE.replace("#112233", new))
    elif what == "page":
        file = root / f"templates/{which}/document.html.j2"
        write(file, "".join(lines(file)).replace("</body>", f"<p>{new}</p></body>"))
    elif what == "cites":
        write(root / f"content/{which}/review.yaml", REVIEW.format(name=which, key=new))
    else:
        (root / "build" / which.split("-", maxsplit=1)[0] / which).unlink(missing_ok=True)


def lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines(keepends=True)


ROUNDS = st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=2)
Rounds = list[list[tuple[str, str, str]]]


@settings(max_examples=2, deadline=None, derandomize=True)
@given(ROUNDS)
def test_what_is_rebuilt_is_what_differs_in_a_full_build(
    tmp_path_factory: pytest.TempPathFactory, rounds: Rounds
) -> None:
    compare(project(tmp_path_factory.mktemp("edited")), rounds)


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(ROUNDS)
def test_what_is_rebuilt_is_what_differs_in_a_full_build_whatever_is_edited(
    tmp_path_factory: pytest.TempPathFactory, rounds: Rounds
) -> None:
    compare(project(tmp_path_factory.mktemp("edited")), rounds)


def compare(root: Path, rounds: Rounds) -> None:
    """Builds after each round of edits, and again in full elsewhere."""
    build(root)
    for edits in rounds:
        before = digests(root / "build")
        for one in edits:
            edit(root, *one)
        there = {name for name in before if (root / "build" / name.split("-")[0] / name).exists()}
        rebuilt = built(build(root))
        build(root, "whole", everything=True)
        whole = digests(root / "whole")
        assert digests(root / "build") == whole
        assert rebuilt == {name for name in whole if name not in there or whole[name] != before[name]}
    shutil.rmtree(root)


# What the command says


def command(root: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    wanted = [str(DIPTYCH), "build", "-t", ",".join(TEMPLATES), "-f", "html", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(wanted, cwd=root, text=True, **{**pipes, **options})  # type: ignore[call-overload, no-any-return]


def test_a_dry_run_says_what_would_be_built_and_why(tmp_path: Path) -> None:
    root = project(tmp_path)
    said, _ = command(root, "--dry-run").communicate(timeout=60)
    assert said.splitlines()[0] == "build/ants/ants-leaf.html: it is not there"
    assert said.splitlines()[-1] == "6 outputs would be built, 0 are up to date"
    assert not (root / "build").exists()


def test_a_dry_run_tells_programs_what_would_be_built_and_what_is_wrong(tmp_path: Path) -> None:
    root = project(tmp_path)
    whole, _ = command(root, "content/ants", "content/none", "--dry-run", "--json").communicate(timeout=60)
    events, _ = command(root, "content/ants", "content/none", "--dry-run", "--events").communicate(timeout=60)
    planned = {"file": "ants/ants-leaf.html", "reasons": ["it is not there"]}
    found, lines = json.loads(whole), [json.loads(line) for line in events.splitlines()]
    assert (found["plan"]["build"][0], found["plan"]["up-to-date"], found["outputs"]) == (planned, 0, [])
    assert [one["code"] for one in found["diagnostics"]] == ["no-review"]
    assert [one["event"] for one in lines] == ["diagnostic", "plan", "end"]
    assert (lines[1]["build"], lines[2]["exit-code"]) == (found["plan"]["build"], 2)
    assert not (root / "build").exists()


def test_a_terminal_gets_a_bar_and_a_program_gets_events(tmp_path: Path) -> None:
    root = project(tmp_path)
    ours, theirs = pty.openpty()
    running = command(root, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"})
    os.close(theirs)
    shown = "".join(terminal(ours))
    out, _ = running.communicate(timeout=120)
    assert len(out.splitlines()) == len(EVERYTHING)
    assert "3/3" in shown or "2/3" in shown
    assert "a minute" in shown
    out, said = command(root, "--events", "--force", "-j", "1").communicate(timeout=120)
    events = [json.loads(line) for line in out.splitlines()]
    assert [one["event"] for one in events if one["event"] != "output"] == ["plan", *["started", "finished"] * 3, "end"]
    assert {Path(one["file"]).name for one in events if one["event"] == "output"} == EVERYTHING
    assert said == ""


def terminal(handle: int) -> Iterator[str]:
    """What is written to a terminal until the writer ends, which Linux tells by an error."""
    with suppress(OSError):
        while data := os.read(handle, 4096):
            yield data.decode("utf-8", "replace")
    os.close(handle)
