"""The font features of a text are freed with it.

WeasyPrint 70 keeps an attribute of Pango for each set of features, and never frees the lists that it puts them into,
nor the attributes that it makes and does not need: 2 MB for a review of a dozen pages. Here each text has its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.text.ffi import ffi, pango
from weasyprint.text.line_break import Layout


def free_features() -> None:
    """Makes WeasyPrint free the font features of each text."""
    if not hasattr(Layout.setup, "__wrapped__"):
        Layout.setup = _freeing(Layout.setup)


class _NotShared(dict[bytes, Any]):
    """Attributes by their features, each asked for once and then its list's own."""

    def setdefault(self, _features: bytes, attribute: Any = None) -> Any:
        """The new attribute, which is not kept."""
        return attribute


def _freeing(setup: Callable[..., None]) -> Callable[..., None]:
    """WeasyPrint's `Layout.setup`, which leaves the list of attributes to the layout alone."""

    @wraps(setup)
    def freeing(layout: Any, style: Any) -> None:
        if not isinstance(style.font_config.font_features, _NotShared):
            style.font_config.font_features = _NotShared()
        setup(layout, style)
        attributes = pango.pango_layout_get_attributes(layout.layout)
        if attributes != ffi.NULL:
            pango.pango_attr_list_unref(attributes)  # the layout holds it, too

    return freeing
