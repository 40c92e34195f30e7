"""What checks look at."""

from __future__ import annotations

from dataclasses import dataclass

from diptych.compose import Content
from diptych.diagnostics import Span
from diptych.source import Places


@dataclass(frozen=True)
class Subject:
    """A review that can be composed: its content, and where things stand."""

    content: Content
    places: Places

    def annotation_span(self, key: str) -> Span:
        """Where the annotation of a work stands: in the review, or with the reference in its file."""
        path = ("annotations", key)
        item = self.content.items.get(key)
        if path not in self.places.marks and item is not None and item.span is not None:
            return item.span
        return self.places.span(path, key=True)
