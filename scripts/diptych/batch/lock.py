"""One build of an output folder at a time."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

POLL = 0.1  # seconds


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Holds the lock while the block runs, if it is free; raises OSError where there can be none.

    The lock is the system's (flock(2)): it goes with the process that holds it, however that ends. What is written in
    the file is only for those who wait.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        while not _take(handle):
            time.sleep(POLL)
        with suppress(OSError):
            os.truncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(file: Path) -> str | None:
    """Who holds the lock, None where nobody does: “process 4711 on anvil”."""
    with suppress(OSError):
        handle = os.open(file, os.O_RDWR)
        try:
            if not _take(handle):
                return os.pread(handle, 200, 0).decode("utf-8", "replace") or "another process"
        finally:
            os.close(handle)
    return None


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
