"""Writers of reference files, one module a format, each from items to the text of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from diptych.bibliography.shelf import Item
from diptych.bibliography.writers.bibtex import write_bibtex
from diptych.bibliography.writers.csl_json import write_json
from diptych.bibliography.writers.csl_yaml import write_yaml
from diptych.bibliography.writers.ris import write_ris

Writer = Callable[[Sequence[Item]], str]

WRITERS: Mapping[str, Writer] = {
    "bibtex": write_bibtex,
    "ris": write_ris,
    "csl-json": write_json,
    "csl-yaml": write_yaml,
}
"""The formats that `diptych export` writes, by the names it knows them by."""
