"""Pandoc's citeproc as a child process: a style, items and a document of citations in; the document cited out.

The sandbox lets Pandoc read the two files named on its command line and nothing else; the environment is empty, the
memory bounded, the time too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from diptych.cache import Cache
from diptych.cache import key as question

Json = dict[str, Any]
"""A node of Pandoc's JSON (`{"t": …, "c": …}`), or a CSL-JSON item."""

API_VERSION = (1, 23, 1)
"""The version of Pandoc's JSON that all of Pandoc 3 reads and writes."""

TIME_LIMIT = 120.0  # seconds; author-date styles need 18 s for 1,000 references
MEMORY_LIMIT = "1500m"


class PandocError(Exception):
    """Pandoc did not do it; the message says why in words for the author."""


class RefusedItemsError(PandocError):
    """Pandoc could not read the items."""


class TooSlowError(PandocError):
    """Pandoc was still at it when its time was up."""


def citeproc(
    style: bytes, items: Sequence[Mapping[str, Any]], blocks: Sequence[Json], lang: str, kept: Cache | None = None
) -> list[Json]:
    """The blocks of the document with its citations filled in and the reference list at its end; raises PandocError.

    Equal questions are asked once in a process, and once altogether where answers are `kept`.
    """
    switches = {name: {"t": "MetaBool", "c": True} for name in ("link-citations", "link-bibliography")}
    meta = {"lang": {"t": "MetaString", "c": lang}, **switches}
    document = {"pandoc-api-version": API_VERSION, "meta": meta, "blocks": blocks}
    answer = _answer(style, json.dumps(list(items)).encode(), json.dumps(document).encode(), kept)
    found: list[Json] = json.loads(answer)["blocks"]
    return found


def _answer(style: bytes, items: bytes, document: bytes, kept: Cache | None) -> bytes:
    """The answer that was kept, or Pandoc's own, kept from then on."""
    if kept is None:
        return _ask(style, items, document)
    name = question((identity(), " ".join(ARGUMENTS).encode(), style, items, document))
    known = kept.get(name)
    if known is not None:
        return known
    answer = _ask(style, items, document)
    kept.put(name, answer)
    return answer


def identity() -> bytes:
    """Tells one Pandoc from another without starting it: its place, size and time."""
    path = executable()
    try:
        status = Path(path).stat()
    except OSError:
        return path.encode()
    return f"{path}:{status.st_size}:{status.st_mtime_ns}".encode()


@cache
def executable() -> str:
    """Where Pandoc is: the one in the package before any other on the machine, so that all machines agree."""
    found = find_spec("pypandoc")
    for folder in (found.submodule_search_locations or ()) if found else ():
        for name in ("pandoc", "pandoc.exe"):
            if (Path(folder) / "files" / name).is_file():
                return str(Path(folder) / "files" / name)
    elsewhere = shutil.which("pandoc")
    if elsewhere is None:
        raise PandocError("Pandoc is not installed (the Python package pypandoc_binary brings it)")
    return elsewhere


ARGUMENTS = (
    *("--sandbox", "--from=json", "--to=json", "--data-dir=.", "--citeproc"),
    *("--csl=style.csl", "--bibliography=items.json"),
)


@lru_cache(maxsize=32)
def _ask(style: bytes, items: bytes, document: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="diptych-") as name:
        folder = Path(name)
        (folder / "style.csl").write_bytes(style)
        (folder / "items.json").write_bytes(items)
        return _run((executable(), *ARGUMENTS, "+RTS", f"-M{MEMORY_LIMIT}", "-RTS"), document, folder)


def _run(command: Sequence[str], document: bytes, folder: Path) -> bytes:
    try:
        done = subprocess.run(
            command, input=document, capture_output=True, cwd=folder, env={}, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooSlowError(f"Pandoc was still at it after {TIME_LIMIT:g} seconds") from None
    except OSError as problem:
        raise PandocError(f"Pandoc could not be started: {problem.strerror}") from None
    if done.returncode == UNREADABLE_ITEMS:
        raise RefusedItemsError(_reason(done).replace("Error reading bibliography file items.json: ", ""))
    if done.returncode != 0:
        raise PandocError(_reason(done))
    return done.stdout


UNREADABLE_ITEMS = 25  # Pandoc User's Guide, “Exit codes”: PandocBibliographyError


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Pandoc's own words."""
    said = " ".join(done.stderr.decode("utf-8", "replace").split())
    return "Pandoc says: " + (said[:300] or f"nothing (exit code {done.returncode})")
