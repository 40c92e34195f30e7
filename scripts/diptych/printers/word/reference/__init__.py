"""A journal's Word template: read, cleaned, and put over what Diptych has made. Its styles and pages win."""

from diptych.printers.word.reference.dressing import dress
from diptych.printers.word.reference.reading import Reference, find, on_its_pages

__all__ = ["Reference", "dress", "find", "on_its_pages"]
