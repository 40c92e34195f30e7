"""What a PDF is made of is put into bytes once.

To find the identifier that PDF/A wants, pydyf 0.13 makes the bytes of every object a second time, and compresses the
pages again for it. And it lists all pages anew each time that WeasyPrint asks for one of them, for every tag.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pydyf

MEMORY = "_diptych_bytes"
KINDS = (pydyf.Dictionary, pydyf.Stream, pydyf.Array, pydyf.String)

Write = Callable[..., None]


def write_once() -> None:
    """Makes pydyf remember what it has made while it writes."""
    if not hasattr(pydyf.PDF.write, "__wrapped__"):
        pydyf.PDF.write = _remembering(pydyf.PDF.write)
        pydyf.PDF.page_references = property(_page_references)


def _remembering(write: Write) -> Write:
    """pydyf's `PDF.write`, for which each object of the file makes its bytes once."""

    @wraps(write)
    def remembering(pdf: pydyf.PDF, *arguments: Any, **options: Any) -> None:
        known: dict[int, bytes] = {}
        plain = {kind: kind.data for kind in KINDS}
        for kind, made in plain.items():
            kind.data = property(_once(made.fget, known))
        try:
            write(pdf, *arguments, **options)
        finally:
            for kind, made in plain.items():
                kind.data = made

    return remembering


def _once(make: Callable[[Any], bytes], known: dict[int, bytes]) -> Callable[[Any], bytes]:
    """What makes the bytes of an object, by its number in the file; what stands within another has none."""

    def data(thing: Any) -> bytes:
        if thing.number is None:
            return make(thing)
        if thing.number not in known:
            known[thing.number] = make(thing)
        return known[thing.number]

    return data


def _page_references(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    """pydyf's `PDF.page_references`, which are the same as long as there are as many pages."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = pdf.__dict__.get(MEMORY, ())
    if len(known) != len(numbers):
        known = pdf.__dict__[MEMORY] = tuple(f"{number} 0 R".encode("ascii") for number in numbers)
    return known
