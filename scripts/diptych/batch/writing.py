"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from diptych.diagnostics import Diagnostic, error

UNFINISHED = ".diptych-"
"""How the name of a file begins that is not yet whole."""

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
"""What the system says when a disk takes no more (errno(3))."""


def write(path: Path, data: bytes) -> list[Diagnostic]:
    """Writes the file as `write_whole` does; the problem, if it cannot be written."""
    try:
        write_whole(path, data)
    except OSError as problem:
        return [cannot_write(path, problem)]
    return []


def cannot_write(path: Path, problem: OSError) -> Diagnostic:
    """What is wrong with a place that nothing can be written to."""
    return error("cannot-write", f"cannot write “{path}”: {problem.strerror or 'the disk refused'}")


def write_whole(path: Path, data: bytes, through: Path | None = None) -> None:
    """Writes the file elsewhere and renames it to its place, so that a reader never sees half of it; raises OSError.

    It is written in the folder `through` of the same disk, or else beside its place. Both the bytes and the new name
    are on the disk when this returns, so that a failure of power loses neither.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=through or path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Puts a folder's list of names on the disk; where the system has no such thing, it is done already."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
