"""Answers of slow programs, kept between runs under the hash of the question.

Nothing depends on it but the time a build takes: the folder may be deleted at any moment, an entry that is damaged or
missing is asked for again, and one that cannot be written is not. Entries are data, never code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
LARGEST_ANSWER = 64 * MEGABYTE  # what a damaged entry may blow up to
ABANDONED = 3600.0  # seconds after which a file that was never finished is nobody's
HEADER = b"diptych answer 1\n"
UNFINISHED = ".unfinished-"


def key(parts: Iterable[bytes]) -> str:
    """The name of a question: SHA-256 of its parts, each with its length, so that no two questions run together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True)
class Cache:
    """A folder of answers; those not asked for longest go when there are too many or they are too large (in bytes).

    It holds those of a thousand reviews, each with two or three answers of a hundred kilobytes at most.
    """

    folder: Path
    most: int = 4000
    largest: int = 256 * MEGABYTE

    def get(self, name: str) -> bytes | None:
        """The answer kept under that name; None where there is none, or none that is whole."""
        path = self.folder / name
        try:
            data = path.read_bytes()
        except OSError:
            return None
        answer = _unpacked(data)
        if answer is not None:
            with suppress(OSError):
                os.utime(path)
        return answer

    def put(self, name: str, answer: bytes) -> None:
        """Keep the answer under that name: whole or not at all, whatever other processes do."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_packed(answer))
                Path(temporary).replace(self.folder / name)
            except OSError:
                Path(temporary).unlink(missing_ok=True)
            self._trim()

    def _trim(self) -> None:
        """Remove what is beyond the bounds, and what other processes left unfinished long ago."""
        count = size = 0
        for used, length, name in sorted(self._entries(), reverse=True):
            unfinished = name.startswith(UNFINISHED)
            count += not unfinished
            size += length
            excess = count > self.most or size > self.largest
            if used < time.time() - ABANDONED if unfinished else excess:
                with suppress(OSError):
                    (self.folder / name).unlink()

    def _entries(self) -> list[tuple[float, int, str]]:
        """When each file was last used, its size, and its name; without a `Path` for each, in half of the time."""
        found = []
        with os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    status = entry.stat()
                    found.append((status.st_mtime, status.st_size, entry.name))
        return found


def _packed(answer: bytes) -> bytes:
    return HEADER + hashlib.sha256(answer).digest() + zlib.compress(answer, 1)


def _unpacked(data: bytes) -> bytes | None:
    digest, packed = data[len(HEADER) : len(HEADER) + 32], data[len(HEADER) + 32 :]
    if not data.startswith(HEADER):
        return None
    try:
        answer = zlib.decompressobj().decompress(packed, LARGEST_ANSWER)
    except zlib.error:
        return None
    return answer if hashlib.sha256(answer).digest() == digest else None


def user_cache() -> Cache | None:
    """The cache of whoever runs this, in XDG_CACHE_HOME or ~/.cache (XDG Base Directory Specification).

    None for a user without a home, as in some containers.
    """
    chosen = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        base = chosen if chosen.is_absolute() else Path("~/.cache").expanduser()
    except RuntimeError:
        return None
    return Cache(base / "diptych" / "citations")
