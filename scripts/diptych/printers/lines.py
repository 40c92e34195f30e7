"""Lines that WeasyPrint has broken once are not broken again.

It lays a column out up to four times: to see whether its text fits, to balance it, for the height of its footnotes, and
in its place. Breaking lines is most of that time, and the same text in the same width always breaks at the same place.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any

from weasyprint.layout import inline, preferred

MOST = 5000  # lines remembered; a page in two columns has some two hundred
MEMORY = "_diptych_lines"

Split = Callable[..., tuple[Any, ...]]


def remembering(split: Split) -> Split:
    """WeasyPrint 70's `split_first_line`, which remembers its answers as long as a document is being laid out.

    The memory belongs to the layout's context and goes with it. Each answer holds its style, so that no other style
    can come to stand at the same address. The Pango objects are gone from an answer when it is given (`deactivate`).
    """

    @wraps(split)
    def split_first_line(text: str, style: Any, context: Any, *rest: Any, **options: Any) -> tuple[Any, ...]:
        if context is None:  # text in a picture
            return split(text, style, context, *rest, **options)
        memory = context.__dict__.setdefault(MEMORY, {})
        key = (text, id(style), rest, *options.items())
        if key not in memory:
            if len(memory) >= MOST:
                memory.clear()
            memory[key] = (style, *split(text, style, context, *rest, **options))
        _, layout, *measures = memory[key]
        return copy(layout), *measures

    return split_first_line


def remember_lines() -> None:
    """Makes WeasyPrint remember the lines it breaks."""
    if not hasattr(inline.split_first_line, "__wrapped__"):
        inline.split_first_line = preferred.split_first_line = remembering(inline.split_first_line)
