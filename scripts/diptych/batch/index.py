"""What files held when they were last looked at, so that those nobody has touched since need not be read again.

It is to the content hashes what git's index is: a shortcut, never the truth. It may be deleted at any moment.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from diptych.batch.writing import write_whole
from diptych.unchanged import NOTHING, Marks, marks, settled
from diptych.workspace import digest


class Index:
    """Digests by path, kept in `file`.

    A row has the file's marks (see `unchanged`) and its SHA-256.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.rows: dict[str, list[int | str]] = _load(file)
        self.seen: dict[str, list[int | str]] = {}
        self.changed = False
        self._glances: dict[str, Marks] = {}
        self._certain = True

    def digest(self, path: str, read: Callable[[], str]) -> str:
        """The digest of the file at `path`, which `read` finds out where the file is not as it was; raises OSError.

        What `read` gives for a file that cannot be read is not kept, if it is no SHA-256.
        """
        found = marks(path)
        if found == NOTHING:
            self._glances[path] = NOTHING
            raise FileNotFoundError(path)
        row = self.rows.get(path)
        if row is not None and tuple(row[:4]) == found:
            self.seen[path] = row
            return str(row[4])
        sha = read()
        self.changed = True
        if len(sha) == SHA256 and settled(found, time.time_ns()):
            self.seen[path] = [*found, sha]
        else:
            self._certain = False
        return sha

    def digest_of(self, path: str) -> str:
        """The SHA-256 of the file at `path`; raises OSError."""
        return self.digest(path, lambda: digest(Path(path).read_bytes()))

    def look(self, path: str) -> None:
        """Take note of the file at `path`, or of there being none, for `looked`."""
        self._glances[path] = found = marks(path)
        self._certain = self._certain and settled(found, time.time_ns())

    def in_doubt(self) -> None:
        """Take note that something was asked which no file's marks can tell."""
        self._certain = False

    def looked(self) -> dict[str, Marks] | None:
        """The marks of all that was asked for; None where these do not tell all."""
        seen = {path: (int(row[0]), int(row[1]), int(row[2]), int(row[3])) for path, row in self.seen.items()}
        same = all(seen.get(path, found) == found for path, found in self._glances.items())
        return {**seen, **self._glances} if self._certain and same else None

    def save(self) -> None:
        """Keep what was seen this time and last time, unless nothing is new; where it cannot be kept, it is not."""
        if self.changed:
            self.changed = False
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
