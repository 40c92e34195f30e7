"""Text of pictures that is anchored at its middle or its end, drawn so that every viewer shows all of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pydyf

from diptych.printers.objects import number_of


def free_anchored_text(_: object, pdf: pydyf.PDF) -> None:
    """WeasyPrint's `finisher`: takes anchored text of SVG out of transparency groups.

    WeasyPrint 70 draws such text as a group, to shift it once its width is known, though nothing in it is transparent.
    PDFium, which Chrome shows PDFs with, draws groups by whole pixels and cuts letters at their edge: 87.9 looks
    like 37.9.
    """
    for stream, forms in list(_with_forms(pdf)):
        for shift, drawing in pairwise(stream):
            if _is(shift, b" 0 cm") and _is(drawing, b" Do"):
                name = drawing.decode().removeprefix("/").removesuffix(" Do")
                pdf.objects[number_of(forms[name])].extra.pop("Group", None)


def _with_forms(pdf: pydyf.PDF) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """The operations of each page and form, and the forms that they may draw, by name."""
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and "Resources" in thing.extra:
            yield thing.stream, _forms(pdf, thing.extra["Resources"])
    for reference in pdf.page_references:
        page = pdf.objects[number_of(reference)]
        yield pdf.objects[number_of(page["Contents"])].stream, _forms(pdf, page["Resources"])


def _forms(pdf: pydyf.PDF, resources: str | bytes) -> dict[str, Any]:
    forms: dict[str, Any] = pdf.objects[number_of(resources)].get("XObject", {})
    return forms


def _is(operation: Any, ending: bytes) -> bool:
    return isinstance(operation, bytes) and operation.endswith(ending)
