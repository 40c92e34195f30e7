"""The output folder: outputs in their places, the manifest of them, and what keeps both whole when a build is killed.

build/manifest.json      what every output was made from
build/.diptych/lock      held while a build runs
build/.diptych/journal   what this build has finished; becomes part of the manifest at the end, or the next time
build/.diptych/index     see `index`
build/.diptych/unchanged see `unchanged`
build/.diptych/scratch/  files not yet whole, and the workers' own; emptied when a build starts and ends
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from diptych.batch import manifest as manifests
from diptych.batch.index import Index
from diptych.batch.manifest import Manifest
from diptych.batch.now import Now
from diptych.batch.writing import write_whole

MANIFEST = "manifest.json"
STATE = ".diptych"


class Store:
    """An output folder, with the manifest that it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / STATE
        self.scratch = self.state / "scratch"
        self.index = Index(self.state / "index")
        self.journal = self.state / "journal"
        for file in (folder / MANIFEST, self.journal):
            self.index.look(str(file))
        self.manifest = manifests.read(_bytes(folder / MANIFEST))
        self.unsaved = self._replay()
        self._rows: dict[str, str] = {}

    @property
    def lock(self) -> Path:
        """The file to lock."""
        return self.state / "lock"

    def _replay(self) -> bool:
        """Take over what a build finished that came to no end; the last line may be half of one."""
        lines = _bytes(self.journal).splitlines()
        for line in lines:
            self.manifest.merge(manifests.read(line))
        return bool(lines)

    def prepare(self) -> None:
        """Make the folder, and remove what a build that was killed left unfinished; raises OSError."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.scratch)
        self.scratch.mkdir(parents=True)

    def holds(self, path: str) -> str:
        """The SHA-256 of an output that is there; empty for one that is not, or cannot be read."""
        try:
            return self.index.digest_of(f"{self.folder}/{path}")
        except OSError:
            return ""

    def put(self, path: str, data: bytes) -> None:
        """Put an output in its place; raises OSError, and then what was there before still is."""
        write_whole(self.folder / path, data, self.scratch)

    def note(self, made: Manifest) -> None:
        """Note what outputs in their places were made from; raises OSError."""
        self.manifest.merge(made)
        self.unsaved = True
        for path in made.outputs:
            self._rows.pop(path, None)
        with self.journal.open("ab") as file:
            file.write(manifests.line(made).encode())
            file.flush()
            os.fsync(file.fileno())

    def refresh(self, now: Now) -> None:
        """Take note of files of references that changed in what no output uses: they need not be read again."""
        renamed = {}
        for name, layer in list(self.manifest.inputs.items()):
            references = layer.get("references")
            library = now.reread.get(manifests.library_key(references)) if references else None
            if references and library:
                fresh = {**layer, "references": {**references, "files": library["files"]}}
                renamed[name] = manifests.key(fresh)
                self.manifest.inputs[renamed[name]] = fresh
                self.manifest.libraries[manifests.library_key(fresh["references"])] = library
        for entry in self.manifest.outputs.values() if renamed else ():
            entry["inputs"] = [renamed.get(name, name) for name in entry["inputs"]]
        self.unsaved = self.unsaved or bool(renamed)

    def rehearse(self) -> None:
        """Do what can be done of saving while workers are busy: it need not be done at the end."""
        self.index.save()
        self._rows = manifests.rows(self.manifest)

    def save(self, wanted: Iterable[str]) -> None:
        """Write the manifest, without outputs that are gone and were not `wanted`; raises OSError."""
        kept = set(wanted)
        for path in [path for path in self.manifest.outputs if path not in kept]:
            if not (self.folder / path).exists():
                del self.manifest.outputs[path]
                self.unsaved = True
        if self.unsaved:
            write_whole(self.folder / MANIFEST, manifests.text(self.manifest, self._rows).encode())
            self.journal.unlink(missing_ok=True)
        self.index.save()
        with suppress(OSError):
            shutil.rmtree(self.scratch)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
