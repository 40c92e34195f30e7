"""Where everything stands on the laid-out pages of a document: frames, lines and blocks, in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from weasyprint.formatting_structure import boxes

from diptych.document import Document, Stylesheet
from diptych.printers.pdf import ProjectFetcher, lay_out
from diptych.workspace import Workspace, house_templates

POINTS = 0.75  # in a CSS pixel
BODY, TABLE, FOOTNOTES, MARGIN = "body", "table", "footnotes", "margin"
HEADINGS = {"h1", "h2", "h3", "h4", "h5"}


@dataclass(frozen=True)
class Frame:
    """What text is set in: a page's content area, a column of it, or a margin box.

    Columns of one `group` stand beside each other; those of one `flow` hold the same text, which goes on over pages.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float
    group: int = 0
    flow: int = 0

    @property
    def is_column(self) -> bool:
        """True for one of several columns, or the only one of what is set in several."""
        return self.flow != 0


@dataclass(frozen=True)
class Line:
    """One line: the frame it stands in, the block it belongs to, and the tags and classes around it."""

    frame: Frame
    part: str
    block: int
    tag: str
    around: tuple[str, ...]
    whole: int  # the outermost block around it that may not be broken, 0 where there is none
    owner: int  # the figure or table that it is part of, 0 where there is none
    left: float
    top: float
    right: float
    bottom: float
    text: str
    parts_word: bool  # its hyphen was put there, and is not one that the author wrote

    @property
    def page(self) -> int:
        """The page it stands on, from 1."""
        return self.frame.page

    @property
    def is_heading(self) -> bool:
        """True for a line of a heading."""
        return self.tag in HEADINGS

    @property
    def is_hyphenated(self) -> bool:
        """True where a word goes on in the next line."""
        return self.text.endswith(("-", "\u2010"))


@dataclass(frozen=True)
class Context:
    """What is known of a box from those around it."""

    frame: Frame
    part: str = BODY
    around: tuple[str, ...] = ()
    whole: int = 0
    owner: int = 0


def of_small_page(root: Path, body: str, css: str) -> list[Line]:
    """The lines of a page of our own, with the house's faces."""
    common = (house_templates() / "common.css").read_text(encoding="utf-8")
    sheets = (Stylesheet("common.css", common), Stylesheet("own.css", css))
    page = f'<html lang="en"><head><title>T</title></head><body>{body}</body></html>'
    document = Document(page, sheets, "https://project.invalid/")
    return lines(lay_out(document, Workspace(root), ProjectFetcher(Workspace(root)))[0].pages)


def lines(pages: Sequence[Any]) -> list[Line]:
    """All lines of WeasyPrint's laid-out pages that hold text or pictures, in reading order, page by page."""
    found: list[Line] = []
    for number, page in enumerate(pages, 1):
        box = page._page_box
        content = _frame(box, number)
        for child in box.children:
            found += _lines(child, Context(_frame(child, number) if isinstance(child, boxes.MarginBox) else content))
    return found


def _frame(box: Any, page: int, group: int = 0, flow: int = 0) -> Frame:
    left, top = box.content_box_x(), box.content_box_y()
    bottom = top + box.height
    return Frame(page, *(POINTS * edge for edge in (left, top, left + box.width, bottom)), group, flow)


def _lines(box: Any, around: Context) -> Iterator[Line]:
    if isinstance(box, boxes.LineBox):
        if _has_content(box):
            yield _line(box, around)
        return
    inside = _inside(box, around)
    for child in getattr(box, "children", ()):
        yield from _lines(child, _column(box, child, inside) if getattr(child, "is_column", False) else inside)


def _inside(box: Any, around: Context) -> Context:
    element = box.element
    names = (box.element_tag or "", *(element.get("class") or "").split()) if element is not None else ()
    avoids = box.style["break_inside"] in ("avoid", "avoid-page", "avoid-column")
    whole = around.whole or (id(element) if avoids and element is not None else 0)
    owner = around.owner or (id(element) if {"figure", "table-block"} & set(names) else 0)
    return Context(around.frame, _part(box) or around.part, (*around.around, *names), whole, owner)


def _part(box: Any) -> str:
    kinds = ((boxes.MarginBox, MARGIN), (boxes.FootnoteAreaBox, FOOTNOTES), (boxes.TableBox, TABLE))
    return next((name for kind, name in kinds if isinstance(box, kind)), "")


def _column(parent: Any, column: Any, inside: Context) -> Context:
    # Columns that begin at one height belong together; a block that spans them all begins others below it.
    group = hash((id(parent), round(column.position_y)))
    return replace(inside, frame=_frame(column, inside.frame.page, group, id(parent.element)))


def _has_content(line: Any) -> bool:
    return any(
        isinstance(part, boxes.ReplacedBox) or (isinstance(part, boxes.TextBox) and part.text.strip())
        for part in line.descendants()
    )


def _line(line: Any, around: Context) -> Line:
    parts = [part for part in line.descendants() if isinstance(part, (boxes.TextBox, boxes.ReplacedBox)) and part.width]
    shown = "".join(part.text for part in parts if isinstance(part, boxes.TextBox)).strip()
    left = min(part.position_x for part in parts)
    right = max(part.position_x + part.width - _blank_at_end(part) for part in parts)
    top = line.position_y
    edges = (POINTS * edge for edge in (left, top, right, top + line.height))
    tag = str(line.element_tag).partition("::")[0]
    known = (around.frame, around.part, id(line.element), tag, around.around, around.whole, around.owner)
    return Line(*known, *edges, shown, _parts_word(shown, line.element))


def _parts_word(shown: str, element: Any) -> bool:
    return shown.endswith("-") and shown.rsplit(maxsplit=1)[-1] not in "".join(element.itertext())


def _blank_at_end(part: Any) -> float:
    """The width of a box that is nothing but a blank, which hangs over the line's end."""
    return float(part.width) if isinstance(part, boxes.TextBox) and not part.text.strip() else 0.0


def by_frame(found: Sequence[Line]) -> list[list[Line]]:
    """The lines of each frame."""
    ordered = sorted(found, key=lambda line: (line.page, line.frame.group, line.frame.left))
    return [list(group) for _, group in groupby(ordered, key=lambda line: line.frame)]


def pieces(found: Sequence[Line]) -> list[list[list[Line]]]:
    """Each paragraph or other block of lines as its pieces, one a frame that it stands in."""
    blocks: dict[int, dict[Frame, list[Line]]] = {}
    for line in found:
        blocks.setdefault(line.block, {}).setdefault(line.frame, []).append(line)
    return [list(frames.values()) for frames in blocks.values()]
