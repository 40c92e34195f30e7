"""What a worker does: one review after another, from the job to the bytes, within its limits.

A worker is a process of its own, so that nothing a review does to it (a crash of a library, memory without end) does
harm to the others. It ends when whoever started it is no longer there.
"""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from diptych import bindings, press
from diptych.batch.orders import Job
from diptych.batch.writing import FULL, cannot_write
from diptych.built import Built
from diptych.diagnostics import Diagnostic, error
from diptych.printers import pdf
from diptych.workspace import Workspace

ENGINES = (bindings, pdf)
"""Loaded before the first worker is started, so that none has to load them; others when a job needs them."""

MEGABYTE = 1024 * 1024
WATCH = 250  # milliseconds between two looks at the memory
OUT_OF_MEMORY = 71
"""The exit status of a worker that had more memory than it may."""


def work(job: Job) -> Built:
    """What building the review gives; a failure of the program itself is a diagnostic too."""
    _set(job.environment)
    try:
        workspace = Workspace(Path(job.root), job.cache)
        return press.make(workspace, Path(job.file), job.wanted, job.options)
    except MemoryError:
        raise
    except OSError as problem:
        return Built((), (_no_room(problem) if problem.errno in FULL else _bug(job, problem),))
    except Exception as problem:  # whatever it is, the other reviews are built
        return Built((), (_bug(job, problem),))


def _set(environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


def _no_room(problem: OSError) -> Diagnostic:
    """That what the engines write on their way cannot be written."""
    return cannot_write(Path(problem.filename or tempfile.gettempdir()), problem)


def _bug(job: Job, problem: Exception) -> Diagnostic:
    """That the program failed, and where."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    said = f"{type(problem).__name__}: {problem}"[:300]
    message = f"{Path(job.file).parent.name} cannot be built: {said} ({Path(last.filename).name}, line {last.lineno})"
    return error("program-error", message, hint="this is a mistake of Diptych: please report it with the review")


def serve_at(handle: int, megabytes: int) -> None:
    """As `serve`, on a socket that this process was given."""
    serve(Connection(handle), megabytes)


def serve(connection: Connection, megabytes: int) -> None:
    """Answers each job that comes with what it gives and the megabytes that this process has had; until there is none.

    A job that needs more than `megabytes` ends the process.
    """
    with suppress(PermissionError):  # it leads its own group already
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it says when to stop
    _bound(megabytes)
    threading.Thread(target=_watch, args=(connection.fileno(), megabytes), daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            job: Job = connection.recv()
            _load(job)
            tempfile.tempdir = job.scratch
            connection.send((_within(job), footprint()))
    os._exit(0)


def _load(job: Job) -> None:
    """Loads what prints the formats of the job. What is loaded with the first job stays.

    To look through it for what may go would take a third of a Word file's time.
    """
    for form in {form for formats in job.wanted.values() for form in formats}:
        press.printer(form)
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _within(job: Job) -> Built:
    try:
        return work(job)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def footprint() -> int:
    """The most memory that this process has had at once, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) counts bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // MEGABYTE


def _bound(megabytes: int) -> None:
    """The system refuses more memory than that, where it can; Pandoc's is bounded apart."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE, resource.RLIM_INFINITY))


def _watch(connection: int, megabytes: int) -> None:
    """Ends this process when the other end of the connection has gone, or when it has too much memory."""
    poll = select.poll()
    poll.register(connection, 0)  # nothing but the end of it
    while True:
        if poll.poll(WATCH):
            os.killpg(0, signal.SIGKILL)  # Pandoc too
        if footprint() > megabytes:
            os._exit(OUT_OF_MEMORY)
