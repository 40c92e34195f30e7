"""The process that workers are forked from; it loads the engines while the command itself is loaded and plans.

Only what is needed to start it is imported here.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess

PRELOADED = ["diptych.preloaded"]


def begin() -> None:
    """Starts the process, if it is not there; it loads the engines while others do something else."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    with _no_main(), _undisturbed():
        forkserver.ensure_running()


@contextmanager
def ready() -> Iterator[None]:
    """The process is there while the block runs; at its end nobody needs it any more, whatever it is at."""
    begin()
    try:
        yield
    finally:
        number = getattr(forkserver._forkserver, "_forkserver_pid", None)
        if number is not None:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def fork(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """A process forked from the one that has loaded the engines, in which it calls `target` with the arguments."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=target, args=arguments, daemon=True)
    with _no_main(), _undisturbed():
        process.start()
    return process


@contextmanager
def _no_main() -> Iterator[None]:
    """A worker needs nothing of the main program, which `multiprocessing` would load again in it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What is started meanwhile does not hear Ctrl-C, which is for the one who started it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
