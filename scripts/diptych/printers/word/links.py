"""What links point at: bookmarks with names that Word accepts, and the sequences that captions count in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from xml.etree.ElementTree import Element

LONGEST_NAME = 40  # characters (ISO/IEC 29500-1, 17.13.6.2)
EQUATION_NUMBER = "equation-number"
LABELLED = ("figure", "div", "p", "table")  # what a label names; a section has a heading instead


class Links:
    """The targets of a document's internal links; asks for nothing but its tree."""

    def __init__(self, root: Element) -> None:
        wanted = {address[1:] for element in root.iter("a") if (address := element.get("href") or "").startswith("#")}
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()  # names, in small letters
        self._words: dict[str, str] = {}
        self._labels: dict[Element, str] = {}
        self._counted: dict[str, int] = {}
        self.labelled: set[str] = set()  # ids whose bookmark stands around a label
        for element in root.iter():
            target = element.get("id")
            if target in wanted and target not in self._names:
                self._add(target, element)

    def _add(self, target: str, element: Element) -> None:
        name = self._names[target] = _unique(target, self._taken)
        self._taken.add(name.lower())
        label = next(_labels(element), None) if element.tag in LABELLED else None
        if label is not None and label not in self._labels:
            self._labels[label] = self._names[target]
            self.labelled.add(target)
        heading = label if label is not None else element
        if label is not None and label.get("class") == EQUATION_NUMBER:
            self._words[target] = label.get("data-number", "")
        elif label is not None or element.tag in ("h2", "h3", "h4", "h5", "h6"):
            self._words[target] = "".join(heading.itertext())

    def bookmark(self, target: str | None) -> str | None:
        """The name of the bookmark for an id that some link points at; None for any other."""
        return self._names.get(target or "")

    def words(self, target: str) -> str:
        """The text that a reference to the bookmark shows when Word renews it; empty where it should not."""
        return self._words.get(target, "")

    def label_bookmark(self, label: Element) -> str | None:
        """The name of the bookmark around a caption's label."""
        return self._labels.get(label)

    def anchors(self, targets: list[str]) -> list[str]:
        """The bookmarks that begin with a block: those of its ids that no label has."""
        return [self._names[target] for target in targets if target in self._names and target not in self.labelled]

    def sequence(self, kind: str, number: str) -> str:
        """The field that counts a caption, set to `number` where counting on would not give it; empty if it cannot."""
        if not kind.isalpha() or not number.isdigit():
            return ""
        expected = self._counted.get(kind, 0) + 1
        self._counted[kind] = int(number)
        return f"SEQ {kind} \\* ARABIC" + ("" if expected == int(number) else f" \\r {number}")


def _labels(element: Element) -> Iterator[Element]:
    return (
        span for span in element.iter("span") if {"label", EQUATION_NUMBER} & set((span.get("class") or "").split())
    )


def _unique(target: str, taken: set[str]) -> str:
    """A letter, then letters, digits and underscores; a hash keeps names apart that would otherwise be the same."""
    plain = re.sub(r"[^0-9A-Za-z_]", "_", target)
    name = plain if plain[:1].isalpha() else f"b{plain}"
    if len(name) > LONGEST_NAME or name.lower() in taken:
        name = f"{name[: LONGEST_NAME - 9]}_{sha256(target.encode()).hexdigest()[:8]}"
    return name
