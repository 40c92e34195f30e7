"""The objects of a PDF that is being made."""

from __future__ import annotations


def number_of(reference: str | bytes) -> int:
    """The number of the object that a reference such as `12 0 R` stands for."""
    return int(reference.split()[0])
