"""Changes of language within a PDF, which WeasyPrint 70 leaves out: readers that listen pronounce by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream

LANGUAGE = "Lang"


def note_languages() -> None:
    """Makes WeasyPrint write the language of every text beside its mark, for `taken_languages` to read."""
    if Stream.marked is not _marked_with_language:
        Stream.marked = _marked_with_language


_marked = Stream.marked


@contextmanager
def _marked_with_language(stream: Any, box: Any, tag: str) -> Iterator[None]:
    """As WeasyPrint's own, which writes the tag, a dictionary of properties and an operator."""
    with _marked(stream, box, tag):
        if stream._tags is not None and box.style["lang"]:
            stream.stream[-2][LANGUAGE] = box.style["lang"]
        yield


def taken_languages(operations: list[Any]) -> Iterator[tuple[int, str]]:
    """The numbers of marks on a page with the language of each; the page no longer has it afterwards."""
    for operand in operations:
        if isinstance(operand, pydyf.Dictionary) and LANGUAGE in operand:
            yield operand["MCID"], operand.pop(LANGUAGE)
