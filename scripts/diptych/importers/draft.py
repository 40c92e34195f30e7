"""What a paper's blocks come to on the way: sections, figures, tables, entries and lines, each put where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from diptych.importers import headings
from diptych.importers.entries import Entries
from diptych.importers.figures import identifier
from diptych.importers.nodes import text, trimmed, words_of
from diptych.importers.paper import Losses, shortened
from diptych.importers.statements import statement
from diptych.importers.stream import Block
from diptych.prose import Node


@dataclass
class Floating:
    """A figure or table on the way: its name, its picture or cells, its caption and what stands beneath."""

    kind: str
    name: str
    value: Any
    caption: tuple[Node, ...] = ()
    beneath: list[Node] = field(default_factory=list)
    number: int = 0


@dataclass
class Section:
    """A section on the way."""

    level: int
    heading: tuple[Node, ...]
    id: str
    nodes: list[Node] = field(default_factory=list)
    inner: list[Section] = field(default_factory=list)


@dataclass
class Draft:
    """What has been met so far on the way through a paper."""

    losses: Losses
    part: str = ""
    """The part of the paper that is being read; empty for the text."""
    lines: dict[str, list[tuple[Node, ...]]] = field(default_factory=dict)
    """Paragraphs of the front matter and of other parts, by role."""
    root: Section = field(default_factory=lambda: Section(0, (), ""))
    floats: list[Floating] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    """Captions that wait for their figure or table."""
    entries: Entries = field(default_factory=Entries)
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Kind and name of what links may point at, by its id in the paper."""
    last_was_float: bool = False
    """True behind a figure or table, and what stands beneath it."""
    taken: dict[str, set[str]] = field(default_factory=lambda: {"fig": set(), "tbl": set(), "sec": set(), "eq": set()})

    def take(self, block: Block) -> None:
        """Puts a block where it belongs."""
        handler = HANDLERS.get(block.role)
        if block.role in ("text", "heading", "entry"):
            was_float, self.last_was_float = self.last_was_float, False
            self.last_was_float = was_float and block.role == "text" and _is_caption(self, block)
            if self.last_was_float:
                return
        if handler:
            handler(self, block)
        elif block.role != "nothing":
            self.lines.setdefault(block.role, []).append(block.nodes)

    def section(self) -> Section:
        """The section that is being read, which may be the text before all headings."""
        found = self.root
        while found.inner:
            found = found.inner[-1]
        return found

    def open_section(self, block: Block) -> None:
        """Opens a section at the level of a heading."""
        parent = self.root
        while parent.inner and parent.inner[-1].level < block.level:
            parent = parent.inner[-1]
        parent.inner.append(Section(block.level, block.nodes, block.id))


def headed(nodes: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The bold heading that a paragraph begins with, and the rest; nothing and all of it where it begins otherwise."""
    inner = nodes[0].children if len(nodes) == 1 and nodes[0].kind == "p" else tuple(nodes)
    inner = tuple(node for node in inner if node.kind != "anchor")
    if inner and inner[0].kind in ("run-in", "strong") and len(inner) > 1:
        return inner[0].children, trimmed(inner[1:])
    return (), inner


def cell_inlines(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The inlines of a cell of one paragraph; else its blocks."""
    return nodes[0].children if len(nodes) == 1 and nodes[0].kind in ("p", "line") else tuple(nodes)


# What each block is for

Handler = Callable[[Draft, Block], None]


def _heading(draft: Draft, block: Block) -> None:
    words = words_of(block.nodes)
    part = headings.part(words)
    named = headings.known_statement(words) or (statement(words) if block.level <= 2 else "")
    inside = draft.part == "abstract" and block.level > 1
    if inside:
        draft.lines.setdefault("abstract", []).append((Node("p", (Node("strong", block.nodes),)),))
        return
    part = "" if part == "floats" else part  # a section that is left out when it turns out to hold no text
    draft.part = part or (f"statement {named}" if named and named != "ethics" else "")
    if not draft.part:
        draft.open_section(block)
    if block.id:
        draft.targets[block.id] = ("sec", identifier(block.id, draft.taken["sec"], "section"))


def _text(draft: Draft, block: Block) -> None:
    part = draft.part
    if not part and _is_table_caption(draft, block):
        return
    if part in ("references", "recommended"):
        draft.entries.read(block, draft.losses, draft.lines)
    elif part == "key-points":
        _points(draft, block)
    elif part == "statements":
        _statement(draft, block)
    elif part == "abbreviations":
        draft.lines.setdefault("abbreviation", []).append(block.nodes)
    elif part == "abstract" and headings.keywords().match(words_of(block.nodes)):
        draft.lines.setdefault("keywords", []).append(block.nodes)
    elif part == "abstract" or part.startswith("statement "):
        draft.lines.setdefault(part, []).append(block.nodes)
    elif part == "notes":
        return
    elif not draft.root.inner and headings.keywords().match(words_of(block.nodes)):
        draft.lines.setdefault("keywords", []).append(block.nodes)
    else:
        draft.section().nodes += block.nodes


def _is_caption(draft: Draft, block: Block) -> bool:
    """True for a paragraph that is the caption of the figure or table right before it; it is then taken."""
    label = headings.label().match(words_of(block.nodes))
    last = draft.floats[-1] if draft.floats else None
    if not label or last is None or last.caption or len(block.nodes) != 1 or block.nodes[0].kind != "p":
        return False
    if last.kind != ("fig" if label["figure"] else "tbl"):
        return False
    _caption_to(draft, last, replace(block, nodes=block.nodes[0].children))
    return True


def _is_table_caption(draft: Draft, block: Block) -> bool:
    """True for a paragraph “Table 1. Trials”, which the table follows; it is then kept for that."""
    words = words_of(block.nodes)
    label = headings.label().match(words)
    if not label or not label["table"] or len(block.nodes) != 1 or block.nodes[0].kind != "p":
        return False
    if not words[label.end() : label.end() + 1].isupper() or block.nodes[0].children[0].kind == "jump":
        return False
    _table_caption(draft, replace(block, nodes=block.nodes[0].children))
    return True


def _points(draft: Draft, block: Block) -> None:
    for node in block.nodes:
        if node.kind in ("ul", "ol"):
            draft.lines.setdefault("item", []).extend(tuple(item.children) for item in node.children)
        else:
            draft.lines.setdefault("item", []).append((node,))


def _statement(draft: Draft, block: Block) -> None:
    """A statement under the heading that stands in its line."""
    heading, rest = headed(block.nodes)
    said = words_of(heading)
    name = headings.known_statement(said) or statement(said)
    if name:
        draft.lines.setdefault(f"statement {name}", []).append((Node("p", rest),))
        return
    last = next((role for role in reversed(draft.lines) if role.startswith("statement ")), None)
    if last and not said:
        draft.lines[last].append(block.nodes)
    else:
        draft.losses.add(
            "lost-part", f"this statement is of no kind that there is: “{shortened(words_of(block.nodes))}”"
        )


def _figure(draft: Draft, block: Block) -> None:
    number = sum(one.kind == "fig" for one in draft.floats) + 1
    waiting = next((one for one in draft.captions if one.role == "caption"), None)
    place = block.id or (waiting.id if waiting else "")
    name = identifier(_unmangled(place), draft.taken["fig"], f"figure-{number}")
    one = Floating("fig", name, block.value, number=number)
    draft.floats.append(one)
    if place:
        draft.targets[place] = ("fig", name)
    if waiting:
        draft.captions.remove(waiting)
        _caption_to(draft, one, waiting)
    draft.last_was_float = True


def _caption(draft: Draft, block: Block) -> None:
    """The caption of the figure before it, or of one that is still to come."""
    if headings.label().fullmatch(words_of(block.nodes)):
        return  # beneath a picture whose caption stands elsewhere
    label = headings.label().match(words_of(block.nodes))
    if label and label["table"]:
        _table_caption(draft, block)
        return
    last = draft.floats[-1] if draft.floats else None
    if last is not None and last.kind == "fig" and not last.caption and draft.last_was_float:
        _caption_to(draft, last, block)
    else:
        draft.captions.append(replace(block, role="caption"))


def _table_caption(draft: Draft, block: Block) -> None:
    draft.captions.append(replace(block, role="table-caption"))


def _caption_to(draft: Draft, one: Floating, block: Block) -> None:
    one.caption = block.nodes
    label = headings.label().match(words_of(block.nodes))
    one.number = int(label["number"]) if label else one.number
    if block.id:
        draft.targets.setdefault(block.id, (one.kind, one.name))
    if block.value:
        one.beneath += block.value


def _table(draft: Draft, block: Block) -> None:
    waiting = next((one for one in draft.captions if one.role == "table-caption"), None)
    if waiting is None and draft.part == "abbreviations":
        for row in (*block.value.head, *block.value.body):
            cells = [words_of(cell.nodes) for cell in row]
            draft.lines.setdefault("abbreviation", []).append((text(": ".join(cells[:2])),))
        return
    if waiting is None and not block.id:
        draft.section().nodes.append(_in_prose(block))
        return
    number = sum(one.kind == "tbl" for one in draft.floats) + 1
    place = block.id or (waiting.id if waiting else "")
    name = identifier(_unmangled(place), draft.taken["tbl"], f"table-{number}")
    one = Floating("tbl", name, block.value, number=number)
    draft.floats.append(one)
    if place:
        draft.targets[place] = ("tbl", name)
    if waiting:
        draft.captions.remove(waiting)
        _caption_to(draft, one, waiting)
    draft.last_was_float = True


def _unmangled(name: str) -> str:
    """The id that a bookmark was made of; Word's bookmarks have no hyphens."""
    return name.replace("_", "-") if re.match(r"(fig|tbl)_", name) else name


def _in_prose(block: Block) -> Node:
    """A table without a caption, as prose has them."""
    parts = [
        Node(
            part,
            tuple(
                Node("tr", tuple(Node(kind, cell_inlines(cell.nodes), value=cell.align) for cell in row))
                for row in rows
            ),
        )
        for part, kind, rows in (("thead", "th", block.value.head), ("tbody", "td", block.value.body))
    ]
    return Node("table", tuple(parts))


def _beneath(draft: Draft, block: Block) -> None:
    """A note or credit of the figure or table before it."""
    if draft.captions and block.role == "credit":
        waiting = draft.captions[-1]
        draft.captions[-1] = replace(waiting, value=[*(waiting.value or []), *block.nodes])
    elif draft.floats:
        one = draft.floats[-1]
        one.beneath += [Node("p", block.nodes)] if block.role == "table-note" else block.nodes


def _entry(draft: Draft, block: Block) -> None:
    draft.entries.add(block)
    if draft.part == "recommended":
        draft.entries.recommend()


def _annotation(draft: Draft, block: Block) -> None:
    draft.entries.annotate((Node("p", block.nodes),))


def _equation(draft: Draft, block: Block) -> None:
    """A displayed formula, with its name where something points at it."""
    name = ""
    if block.id:
        name = identifier(re.sub(r"^eq[-_:]", "", block.id), draft.taken["eq"], "equation")
        draft.targets[block.id] = ("eq", name)
    formulas = [node for node in block.nodes if node.kind in ("math", "equation", "display")]
    if len(formulas) == 1:
        _text(draft, Block("text", (Node("equation", text=formulas[0].text, value=name),)))
    else:
        _text(draft, Block("text", (Node("p", block.nodes),)))


HANDLERS: dict[str, Handler] = {
    "equation": _equation,
    "heading": _heading,
    "text": _text,
    "figure": _figure,
    "caption": _caption,
    "table": _table,
    "table-caption": _table_caption,
    "table-note": _beneath,
    "credit": _beneath,
    "entry": _entry,
    "annotation": _annotation,
    "note": lambda _draft, _block: None,
}
"""Roles that are not among these are lines of the front matter."""
