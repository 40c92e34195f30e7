"""What files held when they were last looked at, so that those nobody has touched since need not be read again.

It is to the content hashes what git's index is: a shortcut, never the truth. It may be deleted at any moment.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from diptych.batch.writing import write_whole
from diptych.workspace import digest

SETTLED = 2_000_000_000
"""Nanoseconds that a file must have been left alone: one written in the same tick of the clock looks untouched."""


class Index:
    """Digests by path, kept in `file`.

    A row has the times of the file's last change and of its record's, its size, its number on the disk, its SHA-256.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.rows: dict[str, list[int | str]] = _load(file)
        self.seen: dict[str, list[int | str]] = {}
        self.changed = False

    def digest(self, path: str, read: Callable[[], str]) -> str:
        """The digest of the file at `path`, which `read` finds out where the file is not as it was; raises OSError.

        What `read` gives for a file that cannot be read is not kept, if it is no SHA-256.
        """
        status = os.stat(path)  # noqa: PTH116 # a Path for each of ten thousand files takes longer than all the rest
        marks = [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]
        row = self.rows.get(path)
        if row is not None and row[:4] == marks:
            self.seen[path] = row
            return str(row[4])
        found = read()
        self.changed = True
        if len(found) == SHA256 and max(status.st_mtime_ns, status.st_ctime_ns) < time.time_ns() - SETTLED:
            self.seen[path] = [*marks, found]
        return found

    def digest_of(self, path: str) -> str:
        """The SHA-256 of the file at `path`; raises OSError."""
        return self.digest(path, lambda: digest(Path(path).read_bytes()))

    def save(self) -> None:
        """Keep what was seen this time and last time, unless nothing is new; where it cannot be kept, it is not."""
        if self.changed:
            with suppress(OSError):
                others = {path: row for path, row in self.rows.items() if path not in self.seen and Path(path).exists()}
                write_whole(self.file, json.dumps({**others, **self.seen}).encode())


SHA256 = 64  # digits


def _load(file: Path) -> dict[str, list[int | str]]:
    try:
        rows = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    sound = isinstance(rows, dict) and all(isinstance(row, list) and len(row) == 5 for row in rows.values())
    return rows if sound else {}
