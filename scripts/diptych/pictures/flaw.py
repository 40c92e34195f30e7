"""What is wrong with a picture."""

from __future__ import annotations


class FlawedError(ValueError):
    """A picture that may not be printed; the message says why in words for the author: “it is …”."""
