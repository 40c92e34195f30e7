"""A process that prints, so that pages are set while it is busy, and that can be stopped when its work is out of date.

It reads orders from standard input, one line of JSON each, and writes to standard output a line of JSON and behind it
the bytes of the file, `size` of them.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diptych.preview.views import View

LONGEST_LINE = 64 * 1024 * 1024  # of JSON: a review can have many problems


@dataclass(frozen=True)
class Sheet:
    """A file that was printed, empty where an error stopped it, and the problems."""

    data: bytes
    problems: Sequence[Mapping[str, object]]


class Worker:
    """The process as the server sees it; started with the first order, and again after it was stopped."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._process: asyncio.subprocess.Process | None = None

    async def print(self, file: Path, view: View, form: str) -> Sheet | None:
        """The view in a format; None where the process was stopped meanwhile."""
        process = await self._started()
        order = {"file": str(file), "template": view.template, "paper": view.paper, "format": form}
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()
            answer = json.loads(await process.stdout.readline())
            return Sheet(await process.stdout.readexactly(answer["size"]), answer["problems"])
        except (OSError, ValueError, asyncio.IncompleteReadError):
            return None

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            command = (sys.executable, "-m", "diptych.preview.worker", str(self.root))
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LONGEST_LINE)
        return self._process

    async def stop(self) -> None:
        """Ends the process, whatever it is at."""
        process, self._process = self._process, None
        if process and process.returncode is None:
            process.kill()
            await process.wait()


def work(root: Path) -> None:
    """Carries out orders until there are no more."""
    from diptych import press  # noqa: PLC0415 # the server imports this module too, and needs no engines of it
    from diptych.cache import user_cache  # noqa: PLC0415
    from diptych.document import Options  # noqa: PLC0415
    from diptych.preview.views import as_shown  # noqa: PLC0415
    from diptych.workspace import Workspace  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server's to answer
    output = sys.stdout.buffer
    for line in sys.stdin.buffer:
        order: dict[str, Any] = json.loads(line)
        workspace, options = Workspace(root, user_cache()), Options(paper=order["paper"])
        made = press.build(workspace, Path(order["file"]), [order["template"]], [order["format"]], options)
        data = made.outputs[0].data if made.outputs else b""
        answer = {"size": len(data), "problems": as_shown(made.diagnostics)}
        output.write(json.dumps(answer).encode() + b"\n" + data)
        output.flush()


if __name__ == "__main__":
    work(Path(sys.argv[1]))
