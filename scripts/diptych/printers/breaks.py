"""Line breaks and lists that WeasyPrint gets wrong."""

from __future__ import annotations

import re
from functools import wraps
from typing import Any

from weasyprint.layout import inline

from diptych.document import WHOLE, keep_whole

INLINES = {"a", "b", "code", "em", "i", "s", "span", "strong", "sub", "sup", "u"}
LINED = {"s", "u"}  # a line through or under them would begin with the space
NO_BREAK_HYPHEN = "\N{NON-BREAKING HYPHEN}"
WITH_HYPHEN = re.compile(rf"[^\s]*{NO_BREAK_HYPHEN}[^\s]*")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
BLANKS = f" \n\t{NO_BREAK_SPACE}"
STOPS = frozenset(".,;:?!…")


def move_spaces(root: Any) -> None:
    """Moves the space before an inline element to its inside.

    A text that fits its line but for the space at its end is broken too early by WeasyPrint 70: `split_first_line`
    takes that space for an overflow and hyphenates the text's first word. No text ends with a space after this.
    """
    for element in root.iter(*(INLINES - LINED)):
        before = element.getprevious()
        text = (element.getparent().text if before is None else before.tail) or ""
        kept = text.rstrip(BLANKS)
        target = _first_text(element)
        if not kept or kept == text or target is None:
            continue
        if before is None:
            element.getparent().text = kept
        else:
            before.tail = kept
        blank = NO_BREAK_SPACE if NO_BREAK_SPACE in text[len(kept) :] else " "
        target.text = blank + target.text.lstrip(BLANKS)


def _first_text(element: Any) -> Any | None:
    """The innermost inline element whose text begins the element's; None where it stays on one line."""
    while element.get("class") != WHOLE:
        if element.text:
            return element
        if len(element) == 0 or element[0].tag not in INLINES:
            return None
        element = element[0]
    return None


def begin_lists(root: Any) -> None:
    """Says in CSS where lists begin that do not begin with 1; WeasyPrint reads `start` as a presentational hint."""
    for listing in root.iter("ol"):
        first = listing.get("start", "")
        if first.isdecimal():
            listing.set("style", f"counter-reset: list-item {int(first) - 1}")


def keep_hyphens(root: Any) -> None:
    """Puts words with a hyphen that does not break (U+2011) into elements that do not, with a plain hyphen.

    French page ranges have it, and text out of Word; few faces do.
    """
    for span in keep_whole(root.body, WITH_HYPHEN):
        span.text = span.text.replace(NO_BREAK_HYPHEN, "-")


def keep_numbers_with_stops() -> None:
    """Makes WeasyPrint keep the number of a note or work on the line of the full stop or comma before it.

    Pango would part the two, though UAX 14 (LB25) would not. WeasyPrint asks it where one element ends and the next
    begins; within a text Pango decides, and is left alone.
    """
    asked = inline.can_break_text
    if hasattr(asked, "__wrapped__"):
        return

    @wraps(asked)
    def can_break_text(text: str, lang: str | None) -> bool:
        is_number = len(text) == 2 and text[0] in STOPS and text[1].isdigit()
        return not is_number and bool(asked(text, lang))

    inline.can_break_text = can_break_text
