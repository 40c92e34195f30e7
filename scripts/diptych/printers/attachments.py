"""Files within a PDF: the review's source, associated with the document (ISO 19005-3, 6.8; PDF 2.0, 14.13)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pydyf

UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
"""The moment of files where outputs may carry none: PDF/A-3 wants one."""

KINDS = {
    ".bib": "text/x-bibtex",
    ".csl": "application/vnd.citationstyles.style+xml",
    ".csv": "text/csv",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".nbib": "text/plain",
    ".png": "image/png",
    ".ris": "application/x-research-info-systems",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
"""Media types by ending; the same on every machine."""


@dataclass(frozen=True)
class File:
    """A file to attach, by the name that it has in the project."""

    name: str
    data: bytes


def attach(files: Sequence[File], moment: datetime | None) -> Callable[[Any, pydyf.PDF], None]:
    """A `finisher` for WeasyPrint that puts the files into the PDF as what it was made from."""

    def finish(_: Any, pdf: pydyf.PDF) -> None:
        names = pydyf.Array()
        found = pydyf.Array()
        for file in sorted(files, key=lambda one: one.name.encode("utf-8")):
            specification = _specification(file, pdf, (moment or UNDATED).strftime("D:%Y%m%d%H%M%SZ"))
            names.extend([pydyf.String(file.name), specification.reference])
            found.append(specification.reference)
        tree = pydyf.Dictionary({"Names": names})
        pdf.add_object(tree)
        pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
        pdf.catalog["AF"] = found

    return finish


def _specification(file: File, pdf: pydyf.PDF, moment: str) -> pydyf.Dictionary:
    """The file specification of a file, which is added to the PDF with it."""
    kind = KINDS.get(PurePosixPath(file.name).suffix.lower(), "application/octet-stream")
    digest = hashlib.md5(file.data, usedforsecurity=False).hexdigest()
    stated = {"Size": len(file.data), "CheckSum": f"<{digest}>", "CreationDate": pydyf.String(moment)}
    parameters = pydyf.Dictionary({**stated, "ModDate": pydyf.String(moment)})
    extra = {"Type": "/EmbeddedFile", "Subtype": "/" + kind.replace("/", "#2f"), "Params": parameters}
    stream = pydyf.Stream([file.data], extra, compress=True)
    pdf.add_object(stream)
    name = pydyf.String(file.name)
    held = pydyf.Dictionary({"F": stream.reference, "UF": stream.reference})
    what = {"Type": "/Filespec", "F": name, "UF": name, "EF": held, "AFRelationship": "/Source"}
    specification = pydyf.Dictionary({**what, "Desc": pydyf.String("What this document was made from")})
    pdf.add_object(specification)
    return specification
