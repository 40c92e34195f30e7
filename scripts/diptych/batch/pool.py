"""Workers, and which job each is given: longest first, the next as soon as one is done.

A worker that crashes, hangs or takes too much is ended, and costs one review; the others go on.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Protocol

from diptych import nursery
from diptych.batch.orders import Job, Limits
from diptych.built import Built
from diptych.diagnostics import Diagnostic, error

TRIES = 2  # a worker that crashes may have been the victim of something else
RECYCLED = 700
"""Megabytes of memory beyond which a worker is replaced when its review is done."""


class Process(Protocol):
    """A process as `multiprocessing` and `subprocess` have it, in what they share under the same name."""

    @property
    def pid(self) -> int | None:
        """Its number."""

    def kill(self) -> None:
        """End it."""


@dataclass(frozen=True)
class Begun:
    """A worker has begun with the job of that number."""

    number: int


@dataclass(frozen=True)
class Done:
    """What the job of that number gave; or that it could not be finished, and why."""

    number: int
    built: Built | None
    problem: Diagnostic | None = None


@dataclass
class Worker:
    """A process, the connection to it, and the job that it has; `status` waits for its end, a second at most."""

    process: Process
    connection: Connection
    status: Callable[[], int | None]
    number: int | None = None
    deadline: float = 0.0


Start = Callable[[int], Worker]
"""Starts a worker that may have so many megabytes."""


@dataclass
class Pool:
    """So many workers at most, and the limits of each job; a context that ends them all."""

    size: int
    limits: Limits
    start: Start
    workers: list[Worker] = field(default_factory=list)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            _end(worker)
        self.workers.clear()

    def run(self, jobs: Sequence[Job], meanwhile: Callable[[], None] | None = None) -> Iterator[Begun | Done]:
        """What happens, as it happens; jobs are begun in their order, and then `meanwhile` is called."""
        waiting = deque(range(len(jobs)))
        tried = [0] * len(jobs)
        while waiting or any(worker.number is not None for worker in self.workers):
            while waiting and (idle := self._idle()):
                number = waiting.popleft()
                tried[number] += 1
                if not self._give(idle, number, jobs[number]):
                    waiting.appendleft(number)
                    tried[number] -= 1
                    continue
                yield Begun(number)
            if meanwhile:
                meanwhile()
                meanwhile = None
            for done in self._finished(jobs):
                if done.built is None and done.problem is None and tried[done.number] < TRIES:
                    waiting.append(done.number)
                else:
                    yield done if done.built or done.problem else Done(done.number, None, _crashed(jobs[done.number]))

    def _idle(self) -> Worker | None:
        """A worker without a job, a new one if there may be more."""
        found = next((worker for worker in self.workers if worker.number is None), None)
        if found is None and len(self.workers) < self.size:
            found = self.start(self.limits.megabytes)
            self.workers.append(found)
        return found

    def _give(self, worker: Worker, number: int, job: Job) -> bool:
        """Whether the worker took the job; one that has ended meanwhile cannot."""
        try:
            worker.connection.send(job)
        except OSError:
            self._dismiss(worker)
            return False
        worker.number, worker.deadline = number, time.monotonic() + self.limits.seconds
        return True

    def _finished(self, jobs: Sequence[Job]) -> list[Done]:
        """What has come to an end when something has; a job whose time is up among it."""
        busy = [worker for worker in self.workers if worker.number is not None]
        nearest = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.connection for worker in busy], timeout=max(0.0, nearest))
        done = [self._receive(worker, jobs) for worker in busy if worker.connection in ready]
        late = [worker for worker in busy if worker.number is not None and worker.deadline <= time.monotonic()]
        return done + [self._stop(worker, jobs) for worker in late if worker.connection not in ready]

    def _receive(self, worker: Worker, jobs: Sequence[Job]) -> Done:
        """What the worker sent, or that it has ended: a job without result and problem is one to try again."""
        number = worker.number
        assert number is not None
        try:
            built, megabytes = worker.connection.recv()
        except (EOFError, OSError):
            status = worker.status()
            self._dismiss(worker)
            return Done(number, None, _too_large(jobs[number], self.limits) if status == OUT_OF_MEMORY else None)
        worker.number = None
        if megabytes > min(RECYCLED, self.limits.megabytes * 3 // 4):
            self._dismiss(worker)
        return Done(number, built)

    def _stop(self, worker: Worker, jobs: Sequence[Job]) -> Done:
        number = worker.number
        assert number is not None
        self._dismiss(worker)
        return Done(number, None, _too_slow(jobs[number], self.limits))

    def _dismiss(self, worker: Worker) -> None:
        _end(worker)
        self.workers.remove(worker)


OUT_OF_MEMORY = 71  # as `worker` has it, which loads the engines


def _end(worker: Worker) -> None:
    """Ends the worker, and what it has started."""
    if worker.process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.kill()
    worker.connection.close()
    worker.status()


def _name(job: Job) -> str:
    return os.path.basename(os.path.dirname(job.file))  # noqa: PTH119, PTH120 # pathlib is not loaded otherwise


def _too_slow(job: Job, limits: Limits) -> Diagnostic:
    message = f"{_name(job)} was not built within {limits.seconds:g} seconds"
    return error("too-slow", message, hint="give it longer with --time-limit, if it is meant to be so long")


def _too_large(job: Job, limits: Limits) -> Diagnostic:
    message = f"{_name(job)} needs more than {limits.megabytes} MB of memory"
    return error("too-much-memory", message, hint="give it more with --memory-limit, if it is meant to be so large")


def _crashed(job: Job) -> Diagnostic:
    message = f"{_name(job)} ended its worker {TRIES} times, without a word"
    return error("worker-crashed", message, hint="build it alone; please report it with the review")


# How workers are started


def _serve(connection: Connection, megabytes: int) -> None:
    from diptych.batch.worker import serve  # noqa: PLC0415 # the engines, which this process need not load

    serve(connection, megabytes)


def forked(megabytes: int, serve: Callable[[Connection, int], None] = _serve) -> Worker:
    """A worker forked from a process that has loaded the engines, in which it calls `serve`."""
    ours, theirs = Pipe()
    process = nursery.fork(serve, theirs, megabytes)
    theirs.close()

    def status() -> int | None:
        process.join(1)
        return process.exitcode

    return Worker(process, ours, status)


def spawned(megabytes: int) -> Worker:
    """A worker that loads the engines itself, for where no process may be forked."""
    ours, theirs = socket.socketpair()
    work = f"worker.serve_at({theirs.fileno()}, {megabytes})"
    program = f"from diptych import preloaded; from diptych.batch import worker; {work}"
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            stdin=subprocess.DEVNULL,
        )

    def status() -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(1)
        return None

    return Worker(process, Connection(ours.detach()), status)
