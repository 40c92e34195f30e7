"""Coverage-guided fuzzing with atheris, `targets.py TARGET -max_total_time=60`; any traceback is a bug."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["diptych"]):
    from diptych import importers, pictures
    from diptych.bibliography import shelf, styles
    from diptych.importers import folder
    from diptych.pictures import FlawedError
    from diptych.prose import parse
    from diptych.source import fields, yaml12
    from diptych.workspace import Workspace


def source(data: bytes) -> None:
    """A review's YAML."""
    text, _ = yaml12.decode(data)
    root, _ = yaml12.compose(text)
    if isinstance(root, yaml12.Mapping):
        fields.check(root)


def prose(data: bytes) -> None:
    """A passage."""
    parse(data.decode("utf-8", "replace"), "en-US")


def picture(data: bytes) -> None:
    """A picture."""
    with contextlib.suppress(FlawedError):
        size = pictures.check(data)
        assert pictures.check(pictures.bare(data)) == size


def jats(data: bytes) -> None:
    """An article in JATS, as far as the files of the review that it becomes."""
    form = next(form for form in importers.FORMATS if form.name == "JATS")
    found, _ = form.load()(importers.Source("a.xml", data, lambda _: None))
    if found:
        folder.files_of(found)


class _OneFile(Workspace):
    """A workspace in which every file has the same bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Path())
        self.data = data

    def read_bytes(self, path: Path | str) -> bytes:
        """The bytes."""
        return self.data


def style(data: bytes) -> None:
    """A citation style, as far as it is made ready for Pandoc."""
    styles.find_style("a.csl", _OneFile(data), Path())


def references(ending: str) -> Callable[[bytes], None]:
    """The reader of a format of references."""
    return lambda data: shelf.Shelf(("annote",)).add_file(f"a.{ending}", f"a.{ending}", data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "source": source,
    "prose": prose,
    "picture": picture,
    "jats": jats,
    "csl": style,
    **{ending: references(ending) for ending in ("bib", "ris", "nbib", "xml", "json", "yaml")},
}

if __name__ == "__main__":
    name, *options = sys.argv[1:] or ["?"]
    if name not in TARGETS:
        sys.exit(f"targets: {' '.join(TARGETS)}")
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()
