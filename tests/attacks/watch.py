"""Runs a job in a process of its own, bounded and watched: what it opens, whom it calls, what it takes.

Python's audit events tell of every file and socket that Python code opens. What native code and child processes do
(Pango, resvg, Pandoc) shows where it ends: a listener on loopback has its connections counted by the kernel, and a
secret beside the project is watched with inotify.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

SECONDS = 60  # of the processor; what a job takes that hangs. Honest reviews take one or two
MEGABYTES = 3000  # of data; what a job takes that is a bomb
PATIENCE = 150.0  # seconds on the clock, Pandoc's included

IN_OPEN, IN_ACCESS, IN_NONBLOCK = 0x20, 0x1, 0o4000  # linux/inotify.h


@dataclass
class Seen(Generic[T]):
    """What a job gave and did. `answer` is None where it did not end well, and `crash` then says how it ended."""

    answer: T | None = None
    crash: str = ""
    opened: list[str] = field(default_factory=list)
    """Files outside the project and the program's own folders that Python code opened, or tried to."""
    called: list[str] = field(default_factory=list)
    """Audit events of sockets, and of programs other than Pandoc."""
    connections: int = 0
    touched: int = 0
    """How often the secret was opened or read, by whatever code."""
    seconds: float = 0.0
    megabytes: float = 0.0


@dataclass(frozen=True)
class Site:
    """Where an attack takes place: the project's folder, a secret beside it, a listener that nobody may call."""

    root: Path
    secret: Path
    port: int
    listener: socket.socket
    inotify: int

    def connections(self) -> int:
        """How many have called since the last time one asked."""
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self.listener.accept()[0].close()
                count += 1
        return count

    def touched(self) -> int:
        """How often the secret was opened or read since the last time one asked."""
        try:
            return len(os.read(self.inotify, 65536)) // struct.calcsize("iIII")
        except BlockingIOError:
            return 0


SECRET = "the secret beside the project"


@contextlib.contextmanager
def site(folder: Path) -> Iterator[Site]:
    """A site under `folder`; what it holds is written by the test."""
    root, secret = folder / "project", folder / "secret.txt"
    (root / "content").mkdir(parents=True)
    secret.write_text(SECRET, encoding="utf-8")
    libc = ctypes.CDLL(None, use_errno=True)
    inotify = libc.inotify_init1(IN_NONBLOCK)
    watched = libc.inotify_add_watch(inotify, os.fsencode(secret), IN_OPEN | IN_ACCESS)
    assert min(inotify, watched) >= 0, os.strerror(ctypes.get_errno())
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        listener.setblocking(False)
        try:
            yield Site(root, secret, listener.getsockname()[1], listener, inotify)
        finally:
            os.close(inotify)


def watched(place: Site, job: Callable[[], T]) -> Seen[T]:
    """What `job` gives and does; the job runs in a fork, so engines that are loaded need not be loaded again."""
    report = place.root.parent / "report"
    report.unlink(missing_ok=True)
    place.connections(), place.touched()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        _in_child(place, job, report)
    status, usage = _wait(child, start + PATIENCE)
    seen: Seen[T] = pickle.loads(report.read_bytes()) if report.exists() else Seen(crash="")
    if status:
        number = os.waitstatus_to_exitcode(status)
        seen.crash = seen.crash or (signal.Signals(-number).name if number < 0 else f"exit code {number}")
    seen.connections, seen.touched = place.connections(), place.touched()
    seen.seconds, seen.megabytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return seen


def _wait(child: int, until: float) -> tuple[int, resource.struct_rusage]:
    while True:
        found, status, usage = os.wait4(child, os.WNOHANG)
        if found:
            return status, usage
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            return status, usage
        time.sleep(0.005)


def _in_child(place: Site, job: Callable[[], T], report: Path) -> None:
    """Does the job, writes what was seen, and leaves the process without returning."""
    code = 1
    try:
        os.setsid()
        seen: Seen[T] = Seen()
        temporary = place.root.parent / "temporary"
        temporary.mkdir(exist_ok=True)
        tempfile.tempdir = str(temporary)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
        recording = _record(seen, (place.root, temporary, report))
        try:
            seen.answer = job()
        except BaseException:
            seen.crash = traceback.format_exc()
        recording.clear()
        report.write_bytes(pickle.dumps(seen))
        code = 0
    finally:
        os._exit(code)


def _record(seen: Seen[Any], allowed: tuple[Path, ...]) -> list[bool]:
    """Has audit events recorded in `seen` until the list that comes back is empty."""
    recording, inside = [True], (EARLIER_FONTS, *(f"{folder}" for folder in (*allowed, *PROGRAM)))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not recording:
            return
        if event.startswith("socket.") or event in ("os.system", "os.exec", "os.posix_spawn", "webbrowser.open"):
            seen.called.append(f"{event} {arguments!r}"[:200])
        elif event == "subprocess.Popen" and Path(str(arguments[0])).name != "pandoc":
            seen.called.append(f"{event} {arguments[0]!r}"[:200])
        elif event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(inside) and path not in HARMLESS:
                seen.opened.append(path)

    sys.addaudithook(hook)
    return recording


PROGRAM = tuple(
    Path(os.path.realpath(found))
    for found in {
        sys.prefix,
        sys.base_prefix,
        *sysconfig.get_paths().values(),
        str(Path(__file__).parents[2] / "scripts"),
        str(Path(__file__).parents[2] / "templates"),
    }
)
EARLIER_FONTS = f"{os.path.realpath(tempfile.gettempdir())}/weasyprint-"
"""WeasyPrint's folders of fonts of documents before the fork, which it removes when it forgets them."""

HARMLESS = {os.devnull, "/etc/mime.types"}
