"""The same reviews on a cluster: a real scheduler and two workers, each a process, on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from batches import CITED, REVIEW, TEMPLATES, build, digests, leftovers, project, write
from conftest import DIPTYCH, ROOT

DASK = Path(sys.executable).with_name("dask")


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "scheduler.json"
        command = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
        self.processes = [self.run(*command)]
        while not file.exists() or not file.read_text():
            time.sleep(0.1)
        self.address = json.loads(file.read_text())["address"]

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen([DASK, *command], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        before = dict(os.environ)
        os.environ.update(environment)
        try:
            options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))
            self.processes.append(self.run("worker", self.address, *options))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return self.processes[-1]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    found = Cluster(folder)
    try:
        yield found
    finally:
        for process in reversed(found.processes):
            process.kill()
            process.wait()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with nine reviews."""
    found = project(tmp_path / "project")
    for number in range(6):
        write(found / f"content/more{number}/review.yaml", REVIEW.format(name=f"more {number}", key="crow"))
    return found


def start(root: Path, cluster: Cluster, *arguments: str) -> subprocess.Popen[str]:
    command = [str(DIPTYCH), "build", "-t", ",".join(TEMPLATES), "--scheduler", cluster.address, *arguments]
    return subprocess.Popen(command, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes_though_it_loses_a_worker(root: Path, cluster: Cluster) -> None:
    doomed = cluster.worker(TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="4711")
    cluster.worker(HOME=str(cluster.folder), LANG="tr_TR.UTF-8")
    events = []
    with start(root, cluster, "-f", "html,pdf,docx", "--events") as running:
        assert running.stdout
        for line in running.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "finished" and doomed.poll() is None:
                doomed.kill()
    assert [one["message"] for one in events if one["event"] == "diagnostic"] == []
    assert events[-1] == {"event": "end", "exit-code": 0}
    build(root, "here", ("html", "pdf", "docx"))
    assert digests(root / "build") == digests(root / "here")
    assert len(digests(root / "here")) == 6 * (len(CITED) + 6)
    assert leftovers(root / "build") == []


@pytest.mark.long
def test_a_worker_with_another_program_is_refused(root: Path, cluster: Cluster, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "scripts/diptych", other / "scripts/diptych")
    shutil.copytree(ROOT / "templates", other / "templates")
    write(other / "scripts/diptych/more.py", "# another")
    cluster.worker(PYTHONPATH=str(other / "scripts"))
    out, said = start(root, cluster, "-f", "html").communicate(timeout=120)
    assert "built with other versions than there are here: diptych" in said
    assert out == ""


@pytest.mark.long
def test_a_scheduler_that_is_not_there_is_reported(root: Path) -> None:
    command = [str(DIPTYCH), "build", "-f", "html", "--scheduler", "tcp://127.0.0.1:9"]
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "error[no-cluster]" in done.stderr
    assert "Traceback" not in done.stderr
