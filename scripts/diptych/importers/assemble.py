"""A stream of blocks → a review: front matter, sections, figures, tables, references and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from diptych import prose
from diptych.importers import headings, marks, plainrefs, tables
from diptych.importers.byline import authors_of
from diptych.importers.clusters import Gatherer, ungrouped
from diptych.importers.entries import Entries
from diptych.importers.figures import Pictures, identifier
from diptych.importers.nodes import mapped, text, tidy, trimmed, without_prefix, words_of
from diptych.importers.paper import Imported, Losses, shortened
from diptych.importers.pen import Pen
from diptych.importers.statements import statement
from diptych.importers.stream import Block, Paper, Picture
from diptych.prose import CrossReference, Node
from diptych.prose.rendering import BLOCKS

Fetch = Callable[[str], bytes | None]
"""From a picture's name in the paper to its bytes."""


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
class Assembler:
    """What has been met so far on the way through a paper."""

    paper: Paper
    losses: Losses
    pen: Pen
    fetch: Fetch
    pictures: Pictures
    part: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[tuple[Node, ...]]] = field(default_factory=dict)
    """Paragraphs of the front matter and of other parts, by role."""
    root: Section = field(default_factory=lambda: Section(0, (), ""))
    floats: list[Floating] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)
    """Captions that wait for their figure or table."""
    entries: Entries = field(default_factory=Entries)
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    gatherer: Gatherer = field(default_factory=Gatherer)
    linked_to: set[str] = field(default_factory=set)
    """Names that links within the paper point at."""
    last_was_float: bool = False
    """True behind a figure or table, and what stands beneath it."""
    taken: dict[str, set[str]] = field(default_factory=lambda: {"fig": set(), "tbl": set(), "sec": set(), "eq": set()})

    def review(self) -> Imported:
        """The review that the paper is."""
        for block in self.paper.blocks:
            self._take(block)
        for left in self.captions:
            self.losses.add("lost-caption", f"this caption has no figure: “{shortened(words_of(left.nodes))}”")
        self.entries.settle(self.paper.items, self.losses)
        self.gatherer = Gatherer(self.entries.numbers)
        self._name_targets()
        data = {**self.fields, **self._front(), "sections": self._sections(self.root), **self._floats(), **self._back()}
        filled = {name: value for name, value in data.items() if value}
        filled.setdefault("title", self.losses.file)
        return Imported(filled, tuple(self.entries.items.values()), self.pictures.files)

    # One block after the other

    def _take(self, block: Block) -> None:
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

    # What it comes to

    def prose(self, nodes: Iterable[Node]) -> str:
        """Blocks as Markdown."""
        return self.pen.blocks([one for node in nodes for one in self.resolved((node,))])

    def line(self, nodes: Sequence[Node]) -> str:
        """Inlines as Markdown on one line."""
        return self.pen.line(self.resolved(nodes))

    def resolved(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """The nodes with links within the paper as what they point at, and citations gathered."""
        linked = mapped(nodes, self._linked)
        return ungrouped(self.gatherer.gather(linked))

    def _linked(self, node: Node) -> Iterable[Node]:
        if node.kind in UNPRINTED:
            return ()
        change = CHANGES.get(node.kind)
        return change(self, node) if change else (node,)

    def lost_picture(self, node: Node) -> Iterable[Node]:
        """Reports a picture in the text."""
        self.losses.add("lost-picture", f"the picture “{node.value}” stands in the text; only figures have pictures")
        return ()

    def jump(self, node: Node) -> Iterable[Node]:
        """What a link within the paper means: a citation, a cross-reference, a note; else its words."""
        key = self.entries.key_of(node.value)
        if key:
            shown = "".join(one.text for one in node.children if one.kind not in ("nothing",)) or words_of(
                node.children
            )
            return (Node("cite", text=shown or words_of(node.children), value=key),)
        if node.value in self.targets:
            kind, name = self.targets[node.value]
            return (Node("crossref", mention=CrossReference(kind, name, 0, 0)),)  # type: ignore[arg-type]
        note = self.paper.notes.get(node.value)
        if note is not None:
            return (Node("note", mapped(note, self._linked)),)
        return node.children

    def mentions(self, node: Node) -> Iterable[Node]:
        """“Figure 1” in the text as a cross-reference, where the paper has no links to its figures and tables."""
        numbers = {(one.kind, one.number): one.name for one in self.floats if one.number}
        return _by_number(self.entries.cited_in(node.text), numbers if not self._has_links() else {})

    def _has_links(self) -> bool:
        return any(target in self.linked_to for target in self.targets)

    def _name_targets(self) -> None:
        self.linked_to = set(_jumps(self.paper.blocks))
        for one in self.floats:
            self.targets.setdefault(one.name, (one.kind, one.name))

    def _front(self) -> dict[str, Any]:
        front: dict[str, Any] = {name: self.line(self.lines[role][0]) for name, role in SINGLE if self.lines.get(role)}
        if "byline" in self.lines:
            correspondence = [words_of(one) for one in self.lines.get("correspondence", [])]
            front |= authors_of(self.lines["byline"], self.lines.get("affiliation", []), correspondence)
        if "keywords" in self.lines:
            said = words_of(self.lines["keywords"][0])
            said = headings.keywords().sub("", said, count=1)
            front["keywords"] = [word.strip(" .") for word in re.split(r"[;·•]|,(?! \d)", said) if word.strip(" .")]
        if "abstract" in self.lines:
            front["abstract"] = self._abstract(self.lines["abstract"])
        front["key-points"] = [said for one in self.lines.get("item", []) if (said := self.prose(one))]
        front["published"] = _published(self.lines.get("published", []))
        for nodes in self.lines.get("history", []):
            self.losses.add("lost-part", f"this line is not carried over: “{shortened(words_of(nodes))}”")
        return front

    def _abstract(self, parts: Sequence[tuple[Node, ...]]) -> Any:
        """Headed parts where each paragraph begins with a heading in bold; else prose."""
        headed = [_headed(trimmed(part)) for part in parts]
        if parts and all(heading for heading, _ in headed):
            return [{"heading": self.line(heading).rstrip(".:"), "text": self.line(rest)} for heading, rest in headed]
        return self.prose([one for part in parts for one in (part if _is_blocks(part) else (Node("p", part),))])

    def _sections(self, parent: Section) -> list[dict[str, Any]]:
        found = []
        if parent is self.root and (before := self.prose(parent.nodes)):
            message = f"the text before the first heading has none; it stands under “Untitled”: “{shortened(before)}”"
            self.losses.add("no-heading", message, hint="give it a heading")
            found.append({"heading": "Untitled", "text": before})
        for section in parent.inner:
            self.losses.where = words_of(section.heading)
            data: dict[str, Any] = {"heading": self.line(section.heading) or "Untitled"}
            if self.targets.get(section.id, ("", ""))[0] == "sec" and section.id in self.linked_to:
                data["id"] = self.targets[section.id][1]
            if said := self.prose(section.nodes):
                data["text"] = said
            if inner := self._sections(section):
                data["sections"] = inner
            if len(data) > 1 or headings.part(words_of(section.heading)) != "floats":
                found.append(data)
        self.losses.where = ""
        return found

    def _floats(self) -> dict[str, Any]:
        return {
            "figures": {one.name: self._figure(one) for one in self.floats if one.kind == "fig"},
            "tables": {one.name: found for one in self.floats if one.kind == "tbl" and (found := self._table(one))},
        }

    def _figure(self, one: Floating) -> dict[str, Any]:
        picture: Picture = one.value
        caption = self.line(_unlabelled(one.caption))
        label = f"Figure {one.number or one.name}"
        described = picture.alt and picture.alt != words_of(_unlabelled(one.caption))
        if not described:
            message = f"{label} has no alternative text; its caption stands for it"
            self.losses.add("no-alternative-text", message, hint="say in `alt` what the picture shows")
        src = self.pictures.take(one.name, self.fetch(picture.src), picture.src)
        alt = picture.alt if described else prose.plain(prose.parse_line(caption, self.pen.lang)[0]) or label
        credit = self.line(one.beneath)
        found = {"src": src, "alt": alt, "caption": caption or label, "credit": credit, "width": picture.width}
        return {name: value for name, value in found.items() if value}

    def _table(self, one: Floating) -> dict[str, Any]:
        label = f"Table {one.number or one.name}"
        resolved = [
            [[replace(cell, nodes=self.resolved(_cell(cell.nodes))) for cell in row] for row in rows]
            for rows in (one.value.head, one.value.body)
        ]
        found = tables.table(resolved[0], resolved[1], self.pen, label)
        notes = self.prose(one.beneath)
        caption = self.line(_unlabelled(one.caption)) or label
        return {"caption": caption, **found, **({"notes": notes} if notes else {})} if found else {}

    def _back(self) -> dict[str, Any]:
        annotations: dict[str, Any] = {}
        for key, entry in self.entries.annotated.items():
            said = self.prose(entry.annotation)
            annotations[key] = {name: value for name, value in (("importance", entry.grade), ("text", said)) if value}
        statements: dict[str, str] = {}
        for name, nodes in self.lines.items():
            if name.startswith("statement "):
                statements[name.removeprefix("statement ")] = self.prose([one for part in nodes for one in part])
        return {
            "statements": statements,
            "abbreviations": self._abbreviations(),
            "annotations": {key: one for key, one in annotations.items() if one},
            "marks": self._marks(),
            "recommended-reading": [one.key for one in self.entries.listed if one.recommended and one.key],
            "bibliography": "references.yaml" if self.entries.items else None,
        }

    def _abbreviations(self) -> dict[str, str]:
        found = {}
        for nodes in self.lines.get("abbreviation", []):
            heading, rest = _headed(trimmed(nodes))
            short, long = words_of(heading), words_of(rest)
            if not short:
                short, _, long = (part.strip() for part in words_of(nodes).partition(":"))
            if short and long:
                found[short] = long
            else:
                self.losses.add("lost-part", f"this is not carried over: “{shortened(words_of(nodes))}”")
        return found

    def _marks(self) -> Any:
        said = (marks.legend(words_of(mapped(nodes, _shown_mark))) for nodes in self.lines.get("legend", []))
        return next((found for found in said if found), None)


def _published(lines: Sequence[tuple[Node, ...]]) -> dict[str, str]:
    """The published article that the line names: how to cite it, and its DOI."""
    found: dict[str, str] = {}
    for nodes in lines:
        words = words_of(node for node in nodes if node.kind not in ("run-in", "strong"))
        known = plainrefs.identifiers(words)
        citation = re.sub(r"\s*doi:\s*\S+$", "", words, flags=re.IGNORECASE).strip()
        found |= {"doi": known["DOI"]} if "DOI" in known else {}
        found |= {"citation": citation} if citation else {}
    return found


UNPRINTED = frozenset(["anchor", "nothing", "number", "mark"])


def _plainer(assembler: Assembler, node: Node) -> Iterable[Node]:
    said = "small capitals" if node.kind == "small-caps" else "underlined words"
    assembler.losses.add("lost-look", f"{said} are not kept: “{shortened(words_of([node]), 40)}”")
    return node.children


CHANGES: dict[str, Callable[[Assembler, Node], Iterable[Node]]] = {
    "jump": lambda assembler, node: assembler.jump(node),
    "image": lambda assembler, node: assembler.lost_picture(node),
    "text": lambda assembler, node: assembler.mentions(node),
    "referred": lambda _assembler, node: _referred(node),
    "cited": lambda _assembler, node: _named(node),
    "label": lambda _assembler, node: node.children,
    "run-in": lambda _assembler, node: (replace(node, kind="strong"),),
    "small-caps": _plainer,
    "underline": _plainer,
}
"""What nodes become that only the whole paper explains."""

SINGLE = (("title", "title"), ("subtitle", "subtitle"), ("article-type", "kicker"))


def _shown_mark(node: Node) -> Iterable[Node]:
    return (text(f" {words_of(node.children)} "),) if node.kind == "mark" else (node,)


def _is_blocks(nodes: Sequence[Node]) -> bool:
    return any(node.kind in BLOCKS for node in nodes)


def _cell(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The inlines of a cell of one paragraph; else its blocks."""
    return nodes[0].children if len(nodes) == 1 and nodes[0].kind in ("p", "line") else tuple(nodes)


def _jumps(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        cells = (
            [cell.nodes for row in (*block.value.head, *block.value.body) for cell in row]
            if block.role == "table"
            else []
        )
        for nodes in (block.nodes, *cells):
            yield from _jumps_in(nodes)


def _jumps_in(nodes: Iterable[Node]) -> Iterable[str]:
    for node in nodes:
        if node.kind == "jump":
            yield node.value
        yield from _jumps_in(node.children)


def _headed(nodes: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The bold heading that a paragraph begins with, and the rest; nothing and all of it where it begins otherwise."""
    inner = nodes[0].children if len(nodes) == 1 and nodes[0].kind == "p" else tuple(nodes)
    inner = tuple(node for node in inner if node.kind != "anchor")
    if inner and inner[0].kind in ("run-in", "strong") and len(inner) > 1:
        return inner[0].children, trimmed(inner[1:])
    return (), inner


def _referred(node: Node) -> Iterable[Node]:
    """A cross-reference as printed, “Equation 1”, of which the number alone may be linked."""
    return [one for one in node.children if one.kind == "crossref"] or node.children


def _named(node: Node) -> Iterable[Node]:
    """A citation as printed; the names before its bracket, where it has some, are one node."""
    inner = list(tidy(node.children))
    if inner and inner[0].kind == "text":
        before, bracket, rest = re.match(r"([^\[(]*)([\[(]?)(.*)", inner[0].text, re.DOTALL).groups()  # type: ignore[union-attr]
        if bracket and re.search(r"[^\W\d_]", before) and inner:
            return (Node("names", text=before), text(bracket + rest), *inner[1:])
    return inner


def _unlabelled(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """A caption without “Figure 1.”."""
    bare = tuple(node for node in nodes if node.kind not in ("anchor", "label"))
    if len(bare) < len([node for node in nodes if node.kind != "anchor"]):
        return without_prefix(bare, re.compile(r"^[\s.:]+"))
    return without_prefix(bare, headings.label())


def _by_number(nodes: Iterable[Node], numbers: Mapping[tuple[str, int], str]) -> Iterable[Node]:
    """The nodes with “Figure 1” as cross-references."""
    for node in nodes:
        if node.kind != "text" or not numbers:
            yield node
            continue
        here = 0
        for found in headings.mention().finditer(node.text):
            kind = "fig" if found["figure"] else "tbl"
            name = numbers.get((kind, int(found["number"])))
            if name:
                yield text(node.text[here : found.start()])
                yield Node("crossref", mention=CrossReference(kind, name, 0, 0))  # type: ignore[arg-type]
                here = found.end()
        yield text(node.text[here:])


# What each block is for

Handler = Callable[[Assembler, Block], None]


def _heading(assembler: Assembler, block: Block) -> None:
    words = words_of(block.nodes)
    part = headings.part(words)
    named = headings.known_statement(words) or (statement(words) if block.level <= 2 else "")
    inside = assembler.part == "abstract" and block.level > 1
    if inside:
        assembler.lines.setdefault("abstract", []).append((Node("p", (Node("strong", block.nodes),)),))
        return
    part = "" if part == "floats" else part  # a section that is left out when it turns out to hold no text
    assembler.part = part or (f"statement {named}" if named and named != "ethics" else "")
    if not assembler.part:
        assembler.open_section(block)
    if block.id:
        assembler.targets[block.id] = ("sec", identifier(block.id, assembler.taken["sec"], "section"))


def _text(assembler: Assembler, block: Block) -> None:
    part = assembler.part
    if not part and _is_table_caption(assembler, block):
        return
    if part in ("references", "recommended"):
        assembler.entries.read(block, assembler.losses, assembler.lines)
    elif part == "key-points":
        _points(assembler, block)
    elif part == "statements":
        _statement(assembler, block)
    elif part == "abbreviations":
        assembler.lines.setdefault("abbreviation", []).append(block.nodes)
    elif part == "abstract" and headings.keywords().match(words_of(block.nodes)):
        assembler.lines.setdefault("keywords", []).append(block.nodes)
    elif part == "abstract" or part.startswith("statement "):
        assembler.lines.setdefault(part, []).append(block.nodes)
    elif part == "notes":
        return
    elif not assembler.root.inner and headings.keywords().match(words_of(block.nodes)):
        assembler.lines.setdefault("keywords", []).append(block.nodes)
    else:
        assembler.section().nodes += block.nodes


def _is_caption(assembler: Assembler, block: Block) -> bool:
    """True for a paragraph that is the caption of the figure or table right before it; it is then taken."""
    label = headings.label().match(words_of(block.nodes))
    last = assembler.floats[-1] if assembler.floats else None
    if not label or last is None or last.caption or len(block.nodes) != 1 or block.nodes[0].kind != "p":
        return False
    if last.kind != ("fig" if label["figure"] else "tbl"):
        return False
    _caption_to(assembler, last, replace(block, nodes=block.nodes[0].children))
    return True


def _is_table_caption(assembler: Assembler, block: Block) -> bool:
    """True for a paragraph “Table 1. Trials”, which the table follows; it is then kept for that."""
    words = words_of(block.nodes)
    label = headings.label().match(words)
    if not label or not label["table"] or len(block.nodes) != 1 or block.nodes[0].kind != "p":
        return False
    if not words[label.end() : label.end() + 1].isupper() or block.nodes[0].children[0].kind == "jump":
        return False
    _table_caption(assembler, replace(block, nodes=block.nodes[0].children))
    return True


def _points(assembler: Assembler, block: Block) -> None:
    for node in block.nodes:
        if node.kind in ("ul", "ol"):
            assembler.lines.setdefault("item", []).extend(tuple(item.children) for item in node.children)
        else:
            assembler.lines.setdefault("item", []).append((node,))


def _statement(assembler: Assembler, block: Block) -> None:
    """A statement under the heading that stands in its line."""
    heading, rest = _headed(block.nodes)
    said = words_of(heading)
    name = headings.known_statement(said) or statement(said)
    if name:
        assembler.lines.setdefault(f"statement {name}", []).append((Node("p", rest),))
        return
    last = next((role for role in reversed(assembler.lines) if role.startswith("statement ")), None)
    if last and not said:
        assembler.lines[last].append(block.nodes)
    else:
        assembler.losses.add(
            "lost-part", f"this statement is of no kind that there is: “{shortened(words_of(block.nodes))}”"
        )


def _figure(assembler: Assembler, block: Block) -> None:
    number = sum(one.kind == "fig" for one in assembler.floats) + 1
    waiting = next((one for one in assembler.captions if one.role == "caption"), None)
    place = block.id or (waiting.id if waiting else "")
    name = identifier(_unmangled(place), assembler.taken["fig"], f"figure-{number}")
    one = Floating("fig", name, block.value, number=number)
    assembler.floats.append(one)
    if place:
        assembler.targets[place] = ("fig", name)
    if waiting:
        assembler.captions.remove(waiting)
        _caption_to(assembler, one, waiting)
    assembler.last_was_float = True


def _caption(assembler: Assembler, block: Block) -> None:
    """The caption of the figure before it, or of one that is still to come."""
    if headings.label().fullmatch(words_of(block.nodes)):
        return  # beneath a picture whose caption stands elsewhere
    label = headings.label().match(words_of(block.nodes))
    if label and label["table"]:
        _table_caption(assembler, block)
        return
    last = assembler.floats[-1] if assembler.floats else None
    if last is not None and last.kind == "fig" and not last.caption and assembler.last_was_float:
        _caption_to(assembler, last, block)
    else:
        assembler.captions.append(replace(block, role="caption"))


def _table_caption(assembler: Assembler, block: Block) -> None:
    assembler.captions.append(replace(block, role="table-caption"))


def _caption_to(assembler: Assembler, one: Floating, block: Block) -> None:
    one.caption = block.nodes
    label = headings.label().match(words_of(block.nodes))
    one.number = int(label["number"]) if label else one.number
    if block.id:
        assembler.targets.setdefault(block.id, (one.kind, one.name))
    if block.value:
        one.beneath += block.value


def _table(assembler: Assembler, block: Block) -> None:
    waiting = next((one for one in assembler.captions if one.role == "table-caption"), None)
    if waiting is None and assembler.part == "abbreviations":
        for row in (*block.value.head, *block.value.body):
            cells = [words_of(cell.nodes) for cell in row]
            assembler.lines.setdefault("abbreviation", []).append((text(": ".join(cells[:2])),))
        return
    if waiting is None and not block.id:
        assembler.section().nodes.append(_in_prose(block))
        return
    number = sum(one.kind == "tbl" for one in assembler.floats) + 1
    place = block.id or (waiting.id if waiting else "")
    name = identifier(_unmangled(place), assembler.taken["tbl"], f"table-{number}")
    one = Floating("tbl", name, block.value, number=number)
    assembler.floats.append(one)
    if place:
        assembler.targets[place] = ("tbl", name)
    if waiting:
        assembler.captions.remove(waiting)
        _caption_to(assembler, one, waiting)
    assembler.last_was_float = True


def _unmangled(name: str) -> str:
    """The id that a bookmark was made of; Word's bookmarks have no hyphens."""
    return name.replace("_", "-") if re.match(r"(fig|tbl)_", name) else name


def _in_prose(block: Block) -> Node:
    """A table without a caption, as prose has them."""
    parts = [
        Node(
            part,
            tuple(Node("tr", tuple(Node(kind, _cell(cell.nodes), value=cell.align) for cell in row)) for row in rows),
        )
        for part, kind, rows in (("thead", "th", block.value.head), ("tbody", "td", block.value.body))
    ]
    return Node("table", tuple(parts))


def _beneath(assembler: Assembler, block: Block) -> None:
    """A note or credit of the figure or table before it."""
    if assembler.captions and block.role == "credit":
        waiting = assembler.captions[-1]
        assembler.captions[-1] = replace(waiting, value=[*(waiting.value or []), *block.nodes])
    elif assembler.floats:
        one = assembler.floats[-1]
        one.beneath += [Node("p", block.nodes)] if block.role == "table-note" else block.nodes


def _entry(assembler: Assembler, block: Block) -> None:
    assembler.entries.add(block)
    if assembler.part == "recommended":
        assembler.entries.recommend()


def _annotation(assembler: Assembler, block: Block) -> None:
    assembler.entries.annotate((Node("p", block.nodes),))


def _equation(assembler: Assembler, block: Block) -> None:
    """A displayed formula, with its name where something points at it."""
    name = ""
    if block.id:
        name = identifier(re.sub(r"^eq[-_:]", "", block.id), assembler.taken["eq"], "equation")
        assembler.targets[block.id] = ("eq", name)
    formulas = [node for node in block.nodes if node.kind in ("math", "equation", "display")]
    if len(formulas) == 1:
        _text(assembler, Block("text", (Node("equation", text=formulas[0].text, value=name),)))
    else:
        _text(assembler, Block("text", (Node("p", block.nodes),)))


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
    "note": lambda _assembler, _block: None,
}
"""Roles that are not among these are lines of the front matter."""
