"""What a style asks of Pango is put together once, not for every text.

WeasyPrint 70 makes a context, a description of the font and a list of features for each text that it measures or draws,
thousands in an article of some hundred styles. And for each text of a justified line it makes a layout that it throws
away before anything is asked of it; one that draws makes it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle
from weasyprint.layout import inline
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.line_break import Layout

MEMORY = "_diptych_shaping"
OF_DOCUMENTS = (ComputedStyle, AnonymousStyle)  # the styles of texts in pictures are others, and change

Create = Callable[..., Any]
SetUp = Callable[[Any, Any], None]


def share_shaping() -> None:
    """Makes WeasyPrint set up Pango once for each style."""
    if not hasattr(inline.create_layout, "__wrapped__"):
        ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *src);")
        inline.create_layout = _unshaped(inline.create_layout, Layout.setup)
        Layout.setup = _sharing(Layout.setup)


def _sharing(setup: SetUp) -> SetUp:
    """WeasyPrint's `Layout.setup`, which copies what it has set up for the style before.

    A copy has the context of the first, which nothing changes, and features and font of its own. It is kept with the
    style, and goes with it.
    """

    @wraps(setup)
    def sharing(layout: Any, style: Any) -> None:
        if type(style) not in OF_DOCUMENTS:
            setup(layout, style)
            return
        layout.__dict__.update(_set_up(setup, style))
        layout.style = style
        layout.layout = ffi.gc(pango.pango_layout_copy(layout.layout), gobject.g_object_unref)

    return sharing


def _set_up(setup: SetUp, style: Any) -> dict[str, Any]:
    """All that `setup` says of a layout with this style but the style itself, which would refer to itself."""
    kept: dict[str, Any] | None = style.__dict__.get(MEMORY)
    if kept is None:
        first = Layout.__new__(Layout)
        setup(first, style)
        kept = style.__dict__[MEMORY] = {name: value for name, value in first.__dict__.items() if name != "style"}
    return kept


def _unshaped(create: Create, setup: SetUp) -> Create:
    """WeasyPrint's `create_layout`, as justified lines ask for it: they want nothing of Pango before they are drawn."""

    @wraps(create)
    def create_layout(text: str, style: Any, context: Any, max_width: None, justification_spacing: float) -> Any:
        if "\n" in text or style["word_spacing"] or type(style) not in OF_DOCUMENTS:
            return create(text, style, context, max_width, justification_spacing)
        layout = Layout.__new__(Layout)
        layout.__dict__.update(_set_up(setup, style))
        layout.style, layout.text = style, text
        layout.justification_spacing, layout.max_width = justification_spacing, max_width
        return layout

    return create_layout
