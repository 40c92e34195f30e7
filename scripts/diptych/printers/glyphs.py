"""Lines of glyphs that were drawn before are drawn from what is known of them.

WeasyPrint 70 works out for each glyph on a page what it reads as, how wide it is and how far the next is moved for
kerning and justification. In a text of forty thousand letters these are the same few hundred over and over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from struct import Struct
from typing import Any

from weasyprint.draw import text
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango

GLYPH = Struct("IiiiI")  # PangoGlyphInfo: the glyph, its width, how far it is moved right and down, and its attributes
MEMORY = "_diptych_glyphs"

Known = dict[tuple[int, int, int], str]
"""How PDF shows a glyph of a width that stands so far to the right."""

Draw = Callable[..., list[Any]]


def remember_glyphs() -> None:
    """Makes WeasyPrint look at each glyph of a font once for each width."""
    if not hasattr(text.draw_first_line, "__wrapped__"):
        ffi.cdef("gpointer g_object_ref (gpointer object);")
        text.draw_first_line = _remembering(text.draw_first_line)


def _remembering(draw: Draw) -> Draw:
    """WeasyPrint's `draw_first_line`, left to it where there is anything new or out of the way in the line."""

    @wraps(draw)
    def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> list[Any]:
        is_plain = textbox.text.strip() and text_overflow != "ellipsis" and block_ellipsis == "none"
        parts = _parts(stream, textbox) if is_plain and textbox.style["font_size"] >= 1e-6 else None
        if parts is None:
            return draw(stream, textbox, text_overflow, block_ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        for font, size, glyphs in parts:
            stream.set_font_size(font.hash, size)
            stream.show_text(glyphs)
        return []

    return draw_first_line


def _parts(stream: Any, textbox: Any) -> list[tuple[Any, float, str]] | None:
    """The parts of a line in one font each: the font, its size, and the glyphs as PDF shows them; None if not known."""
    layout = textbox.pango_layout
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    run = layout.get_first_line()[0].runs
    fonts = stream.__dict__.setdefault(MEMORY, {})
    parts: list[tuple[Any, float, str]] = []
    previous = None
    while run != ffi.NULL:
        item, run = run.data, run.next
        pango_font = item.item.analysis.font
        if pango_font != previous:
            font, size, known, _ = fonts.get(pango_font) or _added(stream, pango_font)
            parts.append((font, size, ""))
            previous = pango_font
        shown = _shown(item.glyphs, font, size, known)
        if shown is None:
            return None
        parts[-1] = (font, size, parts[-1][2] + shown)
    return parts or None


def _added(stream: Any, pango_font: Any) -> tuple[Any, float, Known | None, Any]:
    """WeasyPrint's font, its size, what is known of its glyphs, if outlines are all that it has, and the Pango font.

    That is held, so that no other comes to stand at its address.
    """
    font, size = stream.add_font(pango_font)
    plain = not (font.bitmap or font.png or font.svg or font.colr)
    known = font.__dict__.setdefault(MEMORY, {}).setdefault(size, {}) if plain else None
    held = ffi.gc(gobject.g_object_ref(pango_font), gobject.g_object_unref)
    stream.__dict__[MEMORY][pango_font] = font, size, known, held
    return font, size, known, held


def _shown(glyphs: Any, font: Any, size: float, known: Known | None) -> str | None:
    """The glyphs of a run in angle brackets, and numbers between these; None where one is new or not on the line."""
    if known is None:
        return None
    shown = []
    for glyph, width, right, down, _ in GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, glyphs.num_glyphs * GLYPH.size)):
        one = known.get((glyph, width, right))
        if one is None or down:
            if down or glyph not in font.to_unicode or glyph not in font.widths:
                return None
            one = known[glyph, width, right] = _placed(glyph, font.widths[glyph], width, right, size)
        shown.append(one)
    line = f"<{''.join(shown)}"
    return line[:-1] if line[-1] == "<" else f"{line}>"


def _placed(glyph: int, usual: int, width: int, right: int, size: float) -> str:
    """A glyph with how far it, and then the next, is moved from where it would stand."""
    offset = right / size
    kerning = usual + offset - width * 1000 * FROM_UNITS / size
    before = f">{-offset}<" if offset else ""
    behind = f">{int(kerning)}<" if kerning else ""
    return f"{before}{glyph:04x}{behind}"
