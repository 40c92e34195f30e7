"""What is remembered of computed styles from one document to the next: elements that match the same rules look alike.

WeasyPrint computes a property when it is asked for it, which takes longer than all else that a printer asks. A style is
known by the values that are declared for it, what is around it, and its language. Values that cannot be compared are
known by their identity: the parsed stylesheets live as long as the process.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from diptych.style.looks import BoxStyle, TextStyle

MOST = 20_000  # styles of one set of stylesheets: some hundred documents with declarations of their own


@dataclass
class Remembered:
    """What was read of one style: how its text looks, and its box by the measure around it."""

    number: int
    declared: dict[str, Any]  # kept, so that no other declaration gets the identity of one of these
    text: TextStyle | None = None
    boxes: dict[float, BoxStyle] = field(default_factory=dict)


class Memory:
    """The styles of one set of stylesheets."""

    def __init__(self) -> None:
        self._styles: dict[Hashable, Remembered] = {}
        self._count = 0

    def of(self, style: Any, around: Remembered | None) -> Remembered:
        """What is remembered of a computed style; `around` is that of the style it inherits from."""
        declared = tuple((name, _comparable(value)) for name, (value, _) in style.cascaded.items())
        key = (around.number if around else 0, style.pseudo_type, style["lang"], declared)
        found = self._styles.get(key)
        if found is None:
            if len(self._styles) >= MOST:
                self._styles.clear()
            self._count += 1
            found = self._styles[key] = Remembered(self._count, style.cascaded)
        return found


def _comparable(value: Hashable) -> Hashable:
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value
