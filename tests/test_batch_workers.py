"""Workers that crash, hang or want too much; builds that meet, are interrupted, or find no room."""

from __future__ import annotations

import functools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from batches import CITED, TEMPLATES, build, built, digests, harm, leftovers, problems, project, write
from conftest import DIPTYCH
from diptych import batch, press
from diptych.batch import lock, pool
from diptych.batch.orders import Job, Limits
from diptych.batch.pool import Done, Pool
from diptych.batch.run import _batch, _jobs
from diptych.workspace import Workspace

EVERYTHING = {f"{name}-{template}.html" for name in CITED for template in TEMPLATES}


def run(
    jobs: Sequence[Job], start: Callable[[int], pool.Worker] = pool.forked, size: int = 2, **limits: float
) -> list[Done]:
    """How the jobs end, in their order."""
    with Pool(size, Limits(**limits), start) as workers:  # type: ignore[arg-type]
        done = [one for one in workers.run(jobs) if isinstance(one, Done)]
    assert workers.workers == []
    return sorted(done, key=lambda one: one.number)


def job(root: Path, name: str, form: str = "html") -> Job:
    return Job(str(root), str(root / f"content/{name}/review.yaml"), {"leaf": (form,)})


def codes(done: Done) -> list[str]:
    found = list(done.built.diagnostics if done.built else ())
    return [one.code for one in [*found, *([done.problem] if done.problem else [])]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path)


# One review that does harm


@pytest.fixture
def harmful(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes workers do something when they come to the review “bees”."""

    def give(deed: str) -> None:
        serve = functools.partial(harm, "import ctypes, os, time\n" + deed)
        monkeypatch.setattr("diptych.batch.run.forked", functools.partial(pool.forked, serve=serve))

    return give


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("os._exit(3)", "worker-crashed"),
        ("os.kill(os.getpid(), 11)", "worker-crashed"),
        ("ctypes.string_at(0)", "worker-crashed"),
        ("1 / 0", "program-error"),
        ("time.sleep(60)", "too-slow"),
        ("bytearray(10 ** 10)", "too-much-memory"),
        ("[bytes(10 ** 6).replace(bytes(1), b'x') for _ in range(10 ** 4)]", "too-much-memory"),
    ],
)
def test_a_review_that_does_harm_stops_no_other(
    root: Path, deed: str, code: str, harmful: Callable[[str], None]
) -> None:
    harmful(deed)
    events = build(root, limits=Limits(seconds=4 if code == "too-slow" else 60, megabytes=400))
    assert built(events) == {name for name in EVERYTHING if not name.startswith("bees")}
    assert problems(events) == [code]
    assert leftovers(root / "build") == []


def test_a_worker_that_is_lost_once_costs_nothing(root: Path, harmful: Callable[[str], None], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    harmful(f"os.path.exists({str(mark)!r}) or (open({str(mark)!r}, 'w').close(), os._exit(9))")
    assert built(build(root)) == EVERYTHING
    assert mark.exists()


def test_workers_that_have_become_large_are_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(pool, "RECYCLED", 1)
    jobs = [job(root, name) for name in CITED]
    done = run(jobs, lambda megabytes: started.append(1) or pool.forked(megabytes), size=1)  # type: ignore[func-returns-value]
    assert [len(one.built.outputs) for one in done if one.built] == [1, 1, 1]
    assert len(started) == 3


def test_workers_end_with_the_one_who_started_them(root: Path) -> None:
    program = (
        "import os, sys, time; from diptych.batch import pool; w = pool.forked(2048); w.connection.send(None)\n"
        "print(w.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        number = int(parent.stdout.readline())
        parent.kill()
    assert ends(number)


def ends(number: int) -> bool:
    """Whether a process is gone within some seconds."""
    for _ in range(100):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_the_longest_reviews_of_last_time_are_begun_first(root: Path) -> None:
    build(root)
    file = root / "build/manifest.json"
    found = json.loads(file.read_text())
    for path, entry in found["outputs"].items():
        entry["seconds"] = {"ants": 1, "bees": 9, "cows": 5}[path.split("/")[0]]
    file.write_text(json.dumps(found))
    events = build(root, everything=True, workers=1)
    assert [one.name for one in events if isinstance(one, batch.Started)] == ["bees", "cows", "ants"]


# More workers than reviews


def test_several_workers_share_a_review_which_is_told_of_once(root: Path) -> None:
    formats = ("html", "docx")
    alone, shared = (build(root, f"by{workers}", formats, workers=workers) for workers in (1, 7))
    assert told(shared) == told(alone)
    assert len([one for one in shared if isinstance(one, batch.Started)]) == len(CITED)
    assert digests(root / "by7") == digests(root / "by1")
    for name in CITED:
        write(root / f"content/{name}/review.yaml", (root / f"content/{name}/review.yaml").read_text() + "lang: [\n")
    alone, shared = (build(root, f"by{workers}", formats, workers=workers) for workers in (1, 7))
    assert told(shared) == told(alone)
    assert problems(shared).count("stale-output") == len(CITED)


def told(events: Sequence[batch.Event]) -> dict[str, tuple[list[str], list[str]]]:
    """The outputs and problems of each review, in their order."""
    results = [one for one in events if isinstance(one, batch.Result) and one.name]
    assert len({one.name for one in results}) == len(results)
    codes = {one.name: [problem.code for problem in one.diagnostics] for one in results}
    return {one.name: ([item.path.name for item in one.written], codes[one.name]) for one in results}


def test_outputs_are_shared_out_by_the_time_that_they_took(root: Path) -> None:
    formats = ("html", "pdf", "docx")
    build(root, formats=formats)
    file = root / "build/manifest.json"
    found = json.loads(file.read_text())
    for path, entry in found["outputs"].items():
        entry["seconds"] = {".html": 1, ".docx": 2, ".pdf": 9}[Path(path).suffix]
    file.write_text(json.dumps(found))
    files, _ = batch.find_reviews([root / "content/bees"])
    order = batch.Order(["leaf"], formats)
    made, _ = _batch(files, root, order, root / "build")
    planned = batch.plan(files, root, order, root / "build", everything=True).outputs
    assert [one.wanted for one in _jobs(planned, made, 2)] == [{"leaf": ("pdf",)}, {"leaf": ("html", "docx")}]
    assert [one.wanted for one in _jobs(planned, made, 1)] == [{"leaf": formats}]
    assert len(_jobs(planned, made, 8)) == 3


def test_a_mistake_of_the_program_is_told_once_by_all_who_share_a_review(
    root: Path, harmful: Callable[[str], None]
) -> None:
    harmful("1 / 0")
    events = build(root, workers=6)
    assert built(events) == {name for name in EVERYTHING if not name.startswith("bees")}
    assert problems(events) == ["program-error"]


# The same bytes


def test_one_worker_several_and_none_give_the_same_bytes(root: Path) -> None:
    formats = ("html", "pdf", "docx")
    build(root, "serial", formats, workers=1)
    build(root, "parallel", formats, workers=3)
    assert digests(root / "serial") == digests(root / "parallel")
    assert len(digests(root / "serial")) == 18
    for name in CITED:
        here = press.build(Workspace(root), root / f"content/{name}/review.yaml", TEMPLATES, ("pdf", "docx"))
        for one in here.outputs:
            assert (root / "serial" / name / f"{name}-{one.template}.{one.format}").read_bytes() == one.data


# Two builds at once


def test_the_second_build_waits_for_the_first_and_says_for_whom(root: Path) -> None:
    build(root)
    with lock.held(root / "build/.diptych/lock"):
        second = start(root, "-f", "html")
        assert second.stderr
        said = second.stderr.readline()
        assert f"process {os.getpid()}" in said
        assert "waiting" in said
        assert second.poll() is None
    out, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert out == "Nothing to be done: every output is up to date.\n"


def test_builds_that_meet_do_not_collide(root: Path) -> None:
    builds = [start(root, "-f", "html,docx") for _ in range(3)]
    outs = [one.communicate(timeout=120)[0] for one in builds]
    assert [one.returncode for one in builds] == [0, 0, 0]
    assert sum(line.startswith("build/") for out in outs for line in out.splitlines()) == 12
    assert leftovers(root / "build") == []


def start(root: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """`diptych build` of the project's own templates, running."""
    command = [str(DIPTYCH), "build", "-t", ",".join(TEMPLATES), *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=root, text=True, **{**pipes, **options})  # type: ignore[call-overload, no-any-return]


# A build that is stopped


@pytest.fixture
def slow(root: Path) -> Path:
    """The project with a review that takes long."""
    text = "\\n\\n".join(f"Word {number} after word, and so on. " * 60 for number in range(300))
    write(root / "content/bees/review.yaml", f'title: Long\nsections: [{{heading: H, text: "{text}"}}]\n')
    return root


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C is heard by what is started, as on a terminal; a shell has it ignored by what runs behind it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_stops_within_a_second_or_so_and_leaves_what_was_built(slow: Path) -> None:
    running = start(slow, "-f", "pdf", "-j", "1", "--events", start_new_session=True)
    assert running.stdout
    for line in running.stdout:
        if json.loads(line)["event"] == "output":
            break
    began = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=20)
    assert running.returncode == 130, said
    assert time.monotonic() - began < 5  # a second on a machine that does nothing else
    assert "Traceback" not in said
    assert len(digests(slow / "build")) >= 1
    assert not workers_of(slow)


def workers_of(root: Path) -> list[str]:
    """Processes that have files of the project open or stand in it."""
    found = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if str(root) in line]


@pytest.mark.long
def test_what_a_killed_build_had_finished_is_not_built_again(root: Path) -> None:
    running = start(root, "-f", "html", "-j", "1", "--events")
    assert running.stdout
    done = set()
    for line in running.stdout:
        event = json.loads(line)
        if event["event"] == "output":
            done.add(Path(event["file"]).name)
        if event["event"] == "finished":
            break
    running.kill()
    running.communicate()
    again = json.loads(output_of(start(root, "-f", "html", "--json")))
    assert {Path(one["file"]).name for one in again["outputs"] if not one["built"]} >= done
    assert leftovers(root / "build") == []


def output_of(process: subprocess.Popen[str]) -> str:
    out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return out


# No room


@pytest.mark.long
@pytest.mark.parametrize("answers", ["kept", "asked"])
def test_a_disk_that_is_full_keeps_what_was_there_and_says_so(
    root: Path, answers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "cache"))
    build(root)
    before = digests(root / "build")
    manifest = (root / "build/manifest.json").read_bytes()
    for name in CITED:
        write(root / f"content/{name}/review.yaml", (root / f"content/{name}/review.yaml").read_text() + "lang: de\n")
    if answers == "kept":  # else Pandoc's questions are the first files that find no room
        build(root, "elsewhere")

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    _, said = (full := start(root, "-f", "html", preexec_fn=small)).communicate(timeout=60)
    assert full.returncode == 2
    assert "error[cannot-write]" in said
    assert "warning[stale-output]" in said
    assert digests(root / "build") == before
    assert (root / "build/manifest.json").read_bytes() == manifest
    assert built(build(root)) == EVERYTHING
    assert leftovers(root / "build") == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount; the test above needs no root")
def test_a_real_disk_that_is_full_stops_the_build(root: Path) -> None:
    (root / "build").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120k", "none", root / "build"], check=True)
    try:
        events = build(root, formats=("docx",), workers=1)
        assert "cannot-write" in problems(events)
        assert leftovers(root / "build") == []
        subprocess.run(["mount", "-o", "remount,size=64m", root / "build"], check=True)
        build(root, formats=("docx",))
        here = digests(root / "build")
    finally:
        subprocess.run(["umount", root / "build"], check=True)
    build(root, "whole", ("docx",))
    assert here == digests(root / "whole")


def test_a_folder_that_cannot_be_written_is_reported_once_and_nothing_is_lost(root: Path) -> None:
    build(root)
    before = digests(root / "build")
    write(root / "content/ants/review.yaml", (root / "content/ants/review.yaml").read_text() + "lang: de\n")
    events = build(root, "content/references.yaml")  # a file where the folder should be
    assert problems(events) == ["cannot-write"]
    if os.getuid() == 0:
        shutil.rmtree(root / "build/.diptych")
        subprocess.run(["mount", "--bind", "-o", "ro", root / "build", root / "build"], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", root / "build"], check=True)
    else:
        (root / "build").chmod(0o555)
    try:
        assert problems(build(root)) == ["cannot-write"]
    finally:
        if os.getuid() == 0:
            subprocess.run(["umount", root / "build"], check=True)
        (root / "build").chmod(0o755)
    assert digests(root / "build") == before


def test_a_review_that_vanishes_is_reported_and_its_outputs_stay(root: Path) -> None:
    build(root)
    files, _ = batch.find_reviews([root / "content"])
    before = digests(root / "build")
    shutil.rmtree(root / "content/bees")
    events = list(batch.build_all(files, root, batch.Order(TEMPLATES, ("html",)), root / "build"))
    assert sorted(set(problems(events))) == ["no-such-file", "stale-output"]
    assert digests(root / "build") == before


def test_the_clock_tells_nothing(root: Path) -> None:
    build(root)
    for moment in (0, 4_000_000_000):
        for file in [*root.rglob("content/**/*"), *root.rglob("build/*/*.html")]:
            os.utime(file, (moment, moment))
        assert built(build(root)) == set()
    file = root / "content/ants/review.yaml"
    state = file.stat()
    file.write_text(file.read_text().replace("Up", "Ab"))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert built(build(root)) == {"ants-leaf.html", "ants-page.html"}


# Killed at any moment


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(root: Path) -> None:
    build(root, "whole")
    whole = digests(root / "whole")
    began = time.monotonic()
    start(root, "-f", "html", "-o", "other").communicate()
    takes = min(3.0, time.monotonic() - began)
    wanted = random.Random(20261124)
    for number in range(200):
        if number % 8 == 7:
            shutil.rmtree(root / "build", ignore_errors=True)
        before = digests(root / "build")
        running = start(root, "-f", "html", "--force", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wanted.uniform(0.0, takes))
        running.kill()
        running.wait()
        there = digests(root / "build")
        assert before.items() <= there.items(), f"a lost file after kill {number}"
        assert there.items() <= whole.items(), f"a torn file after kill {number}"
    build(root)
    assert digests(root / "build") == whole
    assert leftovers(root / "build") == []
    assert built(build(root)) == set()
