"""Pandoc's readers as a child process: a file's bytes in, its document as JSON out.

The sandbox keeps Pandoc from reading any other file; the environment is empty, memory and time are bounded.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from diptych.bibliography.pandoc import MEMORY_LIMIT, PandocError, executable

TIME_LIMIT = 60.0
LONGEST_ANSWER = 256 * 1024 * 1024

Json = Any
"""A node of Pandoc's JSON, `{"t": …, "c": …}`, or a list of them."""


def read(data: bytes, form: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """The document that Pandoc reads from `data`, with `meta` and `blocks`; raises PandocError."""
    command = (executable(), "--sandbox", f"--from={form}", "--to=json", "--data-dir=.", *options)
    with tempfile.TemporaryDirectory(prefix="diptych-") as folder:
        try:
            done = subprocess.run(
                (*command, "+RTS", f"-M{MEMORY_LIMIT}", "-RTS"),
                input=data,
                capture_output=True,
                cwd=folder,
                env={},
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PandocError(f"Pandoc was still at it after {TIME_LIMIT:g} seconds") from None
        except OSError as problem:
            raise PandocError(f"Pandoc could not be started: {problem.strerror}") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise PandocError(f"Pandoc says: {said or f'nothing (exit code {done.returncode})'}")
    if len(done.stdout) > LONGEST_ANSWER:
        raise PandocError("the paper is too large")
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except RecursionError:
        raise PandocError("the paper nests too deeply") from None
    return document


def formulas(mathml: Sequence[str]) -> list[str | None]:
    """The LaTeX of each formula in MathML, None for one that Pandoc cannot read; raises PandocError."""
    if not mathml:
        return []
    page = "".join(f"<div id='f{number}'><p>{markup}</p></div>" for number, markup in enumerate(mathml))
    found: dict[str, str] = {}
    for block in read(page.encode(), "html")["blocks"]:
        if block["t"] == "Div":
            tex = next(_math(block["c"][1]), None)
            if tex:
                found[block["c"][0][0]] = tex
    return [found.get(f"f{number}") for number in range(len(mathml))]


def _math(node: Json) -> Iterator[str]:
    """The LaTeX of every formula within a node."""
    if isinstance(node, dict):
        if node.get("t") == "Math":
            yield node["c"][1]
        else:
            yield from _math(node.get("c"))
    elif isinstance(node, list):
        for child in node:
            yield from _math(child)
