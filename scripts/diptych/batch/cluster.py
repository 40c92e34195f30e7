"""The same jobs on a cluster of Dask (the extra `diptych[cluster]`): many machines, one result.

What a review needs travels by its SHA-256, each content once, however many reviews need it; what a job turns out to
need besides is sent after it. A worker builds in a folder of its own, in a process of its own, within the same limits
as here. Outputs come back with their SHA-256 and the versions of all engines: those of a worker that has others are
refused. A job whose worker is lost is given to another.
"""

from __future__ import annotations

import importlib
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

from diptych import engines
from diptych.batch.index import Index
from diptych.batch.orders import Job, Limits
from diptych.batch.pool import TRIES, Begun, Done, Pool, spawned
from diptych.built import Built
from diptych.diagnostics import Diagnostic, error
from diptych.workspace import digest

ROUNDS = 20  # times that a job may find out that it needs another file
LARGEST = 256 * 1024 * 1024  # bytes that travel with one review


@dataclass(frozen=True)
class Answer:
    """What a worker gives back: what it built, the digest of each output, and its engines."""

    built: Built | None
    problem: Diagnostic | None
    digests: tuple[str, ...]
    engines: Mapping[str, str]


@dataclass
class Task:
    """A job under way: the files sent with it by their path from the project's root, and how often it was tried."""

    number: int
    files: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    rounds: int = 0


class Cluster:
    """A cluster by the address of its scheduler; a context, as a pool of workers is."""

    def __init__(self, address: str, limits: Limits) -> None:
        self.distributed: Any = importlib.import_module("distributed")  # the extra, and a second to load
        self.limits = limits
        self.client: Any = self.distributed.Client(address, timeout=10)
        self.engines = versions()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()

    def run(self, jobs: Sequence[Job], meanwhile: Callable[[], None] | None = None) -> Iterator[Begun | Done]:
        """What happens, as it happens; all jobs are the scheduler's at once, and then `meanwhile` is called."""
        waiting: dict[Any, Task] = {}
        futures: Any = self.distributed.as_completed([])
        for number, job in enumerate(jobs):
            task = Task(number, _files(Path(job.root), Path(job.file)))
            waiting[self._submit(job, task, futures).key] = task
            yield Begun(number)
        if meanwhile:
            meanwhile()
        for future in futures:
            task = waiting.pop(future.key)
            done = self._outcome(future, jobs[task.number], task)
            if done is None:
                waiting[self._submit(jobs[task.number], task, futures).key] = task
            else:
                yield done

    def _submit(self, job: Job, task: Task, futures: Any) -> Any:
        """Send the job, with the files that no worker has been sent yet."""
        root = Path(job.root)
        names = sorted(task.files)
        contents = [self._content(root / name, task.files[name]) for name in names]
        where = (names, [task.files[name] for name in names])
        plain = replace(job, root="", file=str(Path(job.file).relative_to(root)), scratch=None, cache=None)
        future = self.client.submit(build, plain, where, contents, self.limits, pure=False, retries=TRIES)
        futures.add(future)
        return future

    def _content(self, file: Path, sha: str) -> Any:
        """A file's content on the cluster, under its SHA-256; what is there already is not sent again."""
        return self.client.submit(bytes, file.read_bytes(), key=f"content-{sha}")

    def _outcome(self, future: Any, job: Job, task: Task) -> Done | None:
        """How the job ended; None where it is to be sent once more."""
        if future.status != "finished":
            task.tries += 1
            return None if task.tries < TRIES else Done(task.number, None, _lost(job))
        answer: Answer = future.result()
        if answer.engines != self.engines:
            return Done(task.number, None, _other_engines(job, self.engines, answer.engines))
        built = answer.built
        if built is None:
            return Done(task.number, None, answer.problem)
        more = _asked_for(built, Path(job.root), task.files)
        if more and task.rounds < ROUNDS:
            task.files |= more
            task.rounds += 1
            return None
        if [digest(output.data) for output in built.outputs] != list(answer.digests):
            return Done(task.number, None, error("cluster", f"the outputs of {_name(job)} were damaged on their way"))
        return Done(task.number, built)


def _files(root: Path, review: Path) -> dict[str, str]:
    """What is sent with every review: its folder, and the project's templates."""
    found: dict[str, str] = {}
    size = 0
    for folder in (review.parent, root / "templates"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.resolve().is_relative_to(root):
                size += file.stat().st_size
                if size <= LARGEST:
                    found[file.relative_to(root).as_posix()] = digest(file.read_bytes())
    return found


def _asked_for(built: Built, root: Path, sent: Mapping[str, str]) -> dict[str, str]:
    """Files that the job asked for, that were not sent, and that are there."""
    questions = (question.partition(":") for question in built.answers)
    names = {name for kind, _, name in questions if kind in ("file", "is-file") and name not in sent}
    files = [root / name for name in sorted(names)]
    there = [file for file in files if file.is_file() and file.resolve().is_relative_to(root)]
    return {file.relative_to(root).as_posix(): digest(file.read_bytes()) for file in there}


def _name(job: Job) -> str:
    return Path(job.file).parent.name


def _lost(job: Job) -> Diagnostic:
    return error("worker-crashed", f"the cluster lost {_name(job)} {TRIES} times", hint="look at its workers' logs")


def _other_engines(job: Job, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Diagnostic:
    differing = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    said = ", ".join(f"{name} {theirs.get(name, '–')} and not {ours.get(name, '–')}" for name in differing[:5])
    message = f"{_name(job)} was built with other versions than there are here: {said}"
    return error("cluster", message, hint="install the same on all machines")


def versions() -> dict[str, str]:
    """The engines of this machine."""
    return engines.versions(Index(Path()).digest_of)


# On the worker

LOCK = threading.Lock()
"""One review at a time: more workers with one thread each do more than one with several."""


@cache
def _pool(limits: Limits) -> Pool:
    """The process that builds for this worker, with the engines loaded; it ends with it."""
    return Pool(1, limits, spawned)


def build(job: Job, where: tuple[list[str], list[str]], contents: list[bytes], limits: Limits) -> Answer:
    """What the review gives, built from the contents alone in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="diptych-") as name:
        root = Path(name).resolve() / "project"
        for path, sha, content in zip(*where, contents, strict=True):
            if digest(content) != sha:
                return Answer(None, error("cluster", f"{path} was damaged on its way"), (), versions())
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        own = replace(job, root=str(root), file=str(root / job.file), scratch=name)
        with LOCK:
            done = next(iter([one for one in _pool(limits).run([own]) if isinstance(one, Done)]))
    made = tuple(digest(output.data) for output in done.built.outputs) if done.built else ()
    return Answer(done.built, done.problem, made, versions())
