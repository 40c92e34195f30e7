"""Pictures of a paper: those that may be printed go into the review's folder, all others are reported."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diptych import pictures
from diptych.importers.paper import Losses
from diptych.pictures import FlawedError

ENDINGS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
LARGEST = 32 * 1024 * 1024
MOST_PICTURES = 200


@dataclass
class Pictures:
    """The pictures taken so far, by their paths in the review's folder."""

    losses: Losses
    files: dict[str, bytes] = field(default_factory=dict)

    def take(self, name: str, data: bytes | None, called: str, line: int | None = None) -> str:
        """The path of the picture in the review's folder; where it may not be printed, where one must be put."""
        wanted = f"figures/{name}.png"
        if data is None:
            message = f"the picture “{called}” is not there"
            self.losses.add("lost-picture", message, line, f"put it beside the review as {wanted}")
            return wanted
        flaw = self._flaw(data)
        if flaw:
            message = f"the picture “{called}” is left out: {flaw}"
            self.losses.add("lost-picture", message, line, f"save it as PNG, JPEG or SVG and put it there as {wanted}")
            return wanted
        path = f"figures/{name}.{ENDINGS[pictures.kind(data)]}"
        self.files[path] = data
        return path

    def _flaw(self, data: bytes) -> str:
        if len(data) > LARGEST or len(self.files) >= MOST_PICTURES:
            return f"it is too large, or there are more than {MOST_PICTURES}"
        try:
            pictures.check(data)
        except FlawedError as flaw:
            return str(flaw)
        return ""


def identifier(text: str, taken: set[str], otherwise: str) -> str:
    """A name for cross-references from an id in a paper, without “fig-” and the like; added to those `taken`."""
    bare = re.sub(r"^(?:fig(?:ure)?|tbl|tab(?:le)?|sec(?:tion)?)[-_:.]?(?=[A-Za-z])", "", text, flags=re.IGNORECASE)
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", bare).strip("-")
    base = plain if plain[:1].isalpha() else otherwise
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name
