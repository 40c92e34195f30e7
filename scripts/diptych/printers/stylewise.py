"""What a style alone decides is worked out once for it, not for every box; and a style when it is asked for.

WeasyPrint 70 works out the margins, borders and widths of each text and inline element of each line, and how high a
line in its font is. There are some hundred styles in an article, and thousands of such boxes. And its own stylesheet
gives each element a marker, as if it stood in a list, and calls and marks as if it were a footnote and a note; nearly
all of those are never asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.css import StyleFor
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, inline

USED = "_diptych_used"
STRUT = "_diptych_strut"
WAITING = "_diptych_waiting"
SIDES = ("top", "right", "bottom", "left")
NAMES = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in SIDES),
    *(f"border_{side}_width" for side in SIDES),
    *(f"{limit}{size}" for limit in ("", "min_", "max_") for size in ("width", "height")),
)

Resolve = Callable[[Any, Any], None]
Set = Callable[..., None]
Ask = Callable[..., Any]
Strut = Callable[[Any], tuple[float, float]]


def remember_by_style() -> None:
    """Makes WeasyPrint remember with each style what it has worked out for boxes in lines."""
    if not hasattr(inline.strut, "__wrapped__"):
        inline.resolve_percentages = block.resolve_percentages = _resolving(inline.resolve_percentages)
        inline.strut = _measuring(inline.strut)
        StyleFor.__call__ = _asking(StyleFor.__call__, StyleFor.set_computed_styles)
        StyleFor.set_computed_styles = _waiting(StyleFor.set_computed_styles)


def _resolving(resolve: Resolve) -> Resolve:
    """WeasyPrint's `resolve_percentages`, as blocks and lines call it.

    Where borders collapse it heeds those that the box has already, and for pages it goes by their height.
    """

    @wraps(resolve)
    def resolve_percentages(box: Any, around: Any) -> None:
        is_plain = isinstance(around, boxes.Box) and not isinstance(box, boxes.PageBox)
        if not is_plain or box.style["border_collapse"] == "collapse":
            resolve(box, around)
            return
        known = box.style.__dict__.setdefault(USED, {})
        size = around.width, around.height
        if size not in known:
            resolve(box, around)
            known[size] = {name: getattr(box, name) for name in NAMES}
        box.__dict__.update(known[size])

    return resolve_percentages


def _measuring(strut: Strut) -> Strut:
    """WeasyPrint's `strut`: the height of a line and its baseline."""

    @wraps(strut)
    def measured(style: Any) -> tuple[float, float]:
        known: tuple[float, float] | None = style.__dict__.get(STRUT)
        if known is None:
            known = style.__dict__[STRUT] = strut(style)
        return known

    return measured


def _waiting(set_styles: Set) -> Set:
    """WeasyPrint's `StyleFor.set_computed_styles`, which lets pseudo-elements wait that are no target of links."""

    @wraps(set_styles)
    def set_computed_styles(
        style_for: Any, element: Any, parent: Any, root: Any = None, pseudo_type: str | None = None, **rest: Any
    ) -> None:
        declared = style_for.get_cascaded_styles().get((element, pseudo_type), {})
        if pseudo_type is None or pseudo_type[0] == "@" or "anchor" in declared:  # "@" are the margins of pages
            set_styles(style_for, element, parent, root, pseudo_type, **rest)
        else:
            style_for.__dict__.setdefault(WAITING, {})[element, pseudo_type] = declared, root, rest

    return set_computed_styles


def _asking(ask: Ask, set_styles: Set) -> Ask:
    """WeasyPrint's `StyleFor.__call__`, which sets the styles of a pseudo-element that waits."""

    @wraps(ask)
    def asking(style_for: Any, element: Any, pseudo_type: str | None = None) -> Any:
        waiting = style_for.__dict__.get(WAITING, {})
        if (element, pseudo_type) in waiting:
            declared, root, rest = waiting.pop((element, pseudo_type))
            style_for.get_cascaded_styles()[element, pseudo_type] = declared
            set_styles(style_for, element, element, root, pseudo_type, **rest)
            del style_for.get_cascaded_styles()[element, pseudo_type]
        return ask(style_for, element, pseudo_type)

    return asking
