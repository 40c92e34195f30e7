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
from diptych.importers.draft import Draft, Floating, Section, cell_inlines, headed
from diptych.importers.figures import Pictures
from diptych.importers.looks import is_raised_citation, without_bold
from diptych.importers.named import Named, upright
from diptych.importers.nodes import mapped, text, tidy, trimmed, without_prefix, words_of
from diptych.importers.paper import Imported, Losses, shortened
from diptych.importers.pen import Pen
from diptych.importers.stream import Block, Paper, Picture
from diptych.prose import CrossReference, Node
from diptych.prose.rendering import BLOCKS

Fetch = Callable[[str], bytes | None]
"""From a picture's name in the paper to its bytes."""


@dataclass
class Assembler:
    """Makes a review of what the blocks of a paper come to."""

    paper: Paper
    losses: Losses
    pen: Pen
    fetch: Fetch
    pictures: Pictures
    fields: dict[str, Any] = field(default_factory=dict)
    gatherer: Gatherer = field(default_factory=Gatherer)
    named: Named | None = None
    """The entries by names and years, where the paper has no better citations."""
    linked_to: set[str] = field(default_factory=set)
    """Names that links within the paper point at."""

    def __post_init__(self) -> None:
        self.draft = Draft(self.losses)

    def review(self) -> Imported:
        """The review that the paper is."""
        for block in self.paper.blocks:
            self.draft.take(block)
        for left in self.draft.captions:
            self.losses.add("lost-caption", f"this caption has no figure: “{shortened(words_of(left.nodes))}”")
        self.draft.entries.settle(self.paper.items, self.losses)
        self.gatherer = Gatherer(self.draft.entries.numbers)
        if self.draft.entries.plain_citations and not self.draft.entries.numbers:
            self.named = Named(self.draft.entries.listed, self.gatherer.cluster, self.losses)
        self._name_targets()
        data = {
            **self.fields,
            **self._front(),
            "sections": self._sections(self.draft.root),
            **self._floats(),
            **self._back(),
        }
        filled = {name: value for name, value in data.items() if value}
        if "title" not in filled:
            self.losses.add("no-title", "the paper has no title; its file's name stands for it", hint="give it one")
            filled["title"] = self.losses.file
        return Imported(filled, tuple(self.draft.entries.items.values()), self.pictures.files)

    # What it comes to

    def prose(self, nodes: Iterable[Node]) -> str:
        """Blocks as Markdown."""
        return self.pen.blocks([one for node in nodes for one in self.resolved((node,))])

    def line(self, nodes: Sequence[Node]) -> str:
        """Inlines as Markdown on one line."""
        return self.pen.line(self.resolved(nodes))

    def resolved(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """The nodes with links within the paper as what they point at, and citations gathered."""
        linked = mapped(self._raised(upright(nodes) if self.named else nodes), self._linked)
        return ungrouped(self.gatherer.gather(linked))

    def _raised(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """The nodes, raised numbers as mentions of entries where the paper has no better citations."""
        entries = self.draft.entries
        if not entries.plain_citations:
            return tuple(nodes)
        found: list[Node] = []
        for node in nodes:
            if is_raised_citation(node, found, entries.numbers):
                self.losses.add("raised-citations", RAISED_CITATIONS, hint="compare them with the paper")
                found.append(replace(node, children=tuple(entries.mentioned(words_of([node])))))
            else:
                found.append(replace(node, children=self._raised(node.children)) if node.children else node)
        return tuple(found)

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
        key = self.draft.entries.key_of(node.value)
        if key:
            shown = "".join(one.text for one in node.children if one.kind not in ("nothing",)) or words_of(
                node.children
            )
            return (Node("cite", text=shown or words_of(node.children), value=key),)
        if node.value in self.draft.targets:
            kind, name = self.draft.targets[node.value]
            return (Node("crossref", mention=CrossReference(kind, name, 0, 0)),)  # type: ignore[arg-type]
        note = self.paper.notes.get(node.value)
        if note is not None:
            return (Node("note", mapped(note, self._linked)),)
        return node.children

    def mentions(self, node: Node) -> Iterable[Node]:
        """“Figure 1” in the text as a cross-reference, where the paper has no links to its figures and tables."""
        numbers = {(one.kind, one.number): one.name for one in self.draft.floats if one.number}
        said = self.named.cited_in(node) if self.named else self.draft.entries.cited_in(node.text)
        return _by_number(said, numbers if not self._has_links() else {})

    def _has_links(self) -> bool:
        return any(target in self.linked_to for target in self.draft.targets)

    def _name_targets(self) -> None:
        self.linked_to = set(_jumps(self.paper.blocks))
        for one in self.draft.floats:
            self.draft.targets.setdefault(one.name, (one.kind, one.name))

    def _front(self) -> dict[str, Any]:
        front: dict[str, Any] = {
            name: self.line(self.draft.lines[role][0]) for name, role in SINGLE if self.draft.lines.get(role)
        }
        if "byline" in self.draft.lines:
            correspondence = [words_of(one) for one in self.draft.lines.get("correspondence", [])]
            front |= authors_of(self.draft.lines["byline"], self.draft.lines.get("affiliation", []), correspondence)
        if "keywords" in self.draft.lines:
            said = words_of(self.draft.lines["keywords"][0])
            said = headings.keywords().sub("", said, count=1)
            front["keywords"] = [word.strip(" .") for word in re.split(r"[;·•]|,(?! \d)", said) if word.strip(" .")]
        if "abstract" in self.draft.lines:
            front["abstract"] = self._abstract(self.draft.lines["abstract"])
        front["key-points"] = [said for one in self.draft.lines.get("item", []) if (said := self.prose(one))]
        front["published"] = _published(self.draft.lines.get("published", []))
        for nodes in self.draft.lines.get("history", []):
            self.losses.add("lost-part", f"this line is not carried over: “{shortened(words_of(nodes))}”")
        return front

    def _abstract(self, parts: Sequence[tuple[Node, ...]]) -> Any:
        """Headed parts where each paragraph begins with a heading in bold; else prose."""
        pairs = [headed(trimmed(part)) for part in parts]
        if parts and all(heading for heading, _ in pairs):
            return [{"heading": self.line(heading).rstrip(".:"), "text": self.line(rest)} for heading, rest in pairs]
        return self.prose([one for part in parts for one in (part if _is_blocks(part) else (Node("p", part),))])

    def _sections(self, parent: Section) -> list[dict[str, Any]]:
        found = []
        if parent is self.draft.root and (before := self.prose(parent.nodes)):
            message = f"the text before the first heading has none; it stands under “Untitled”: “{shortened(before)}”"
            self.losses.add("no-heading", message, hint="give it a heading")
            found.append({"heading": "Untitled", "text": before})
        for section in parent.inner:
            self.losses.where = words_of(section.heading)
            data: dict[str, Any] = {"heading": self.line(section.heading) or "Untitled"}
            if self.draft.targets.get(section.id, ("", ""))[0] == "sec" and section.id in self.linked_to:
                data["id"] = self.draft.targets[section.id][1]
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
            "figures": {one.name: self._figure(one) for one in self.draft.floats if one.kind == "fig"},
            "tables": {
                one.name: found for one in self.draft.floats if one.kind == "tbl" and (found := self._table(one))
            },
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
        self._captioned(label, caption)
        credit = self.line(one.beneath)
        found = {"src": src, "alt": alt, "caption": caption or label, "credit": credit, "width": picture.width}
        return {name: value for name, value in found.items() if value}

    def _table(self, one: Floating) -> dict[str, Any]:
        label = f"Table {one.number or one.name}"
        resolved = [
            [[replace(cell, nodes=self.resolved(cell_inlines(cell.nodes))) for cell in row] for row in rows]
            for rows in (one.value.head, one.value.body)
        ]
        found = tables.table(resolved[0], resolved[1], self.pen, label)
        notes = self.prose(one.beneath)
        caption = self.line(_unlabelled(one.caption))
        if found:
            self._captioned(label, caption)
        return {"caption": caption or label, **found, **({"notes": notes} if notes else {})} if found else {}

    def _captioned(self, label: str, caption: str) -> None:
        if not caption:
            self.losses.add("no-caption", f"{label} has no caption; its number stands for it", hint="write a caption")

    def _back(self) -> dict[str, Any]:
        annotations: dict[str, Any] = {}
        for key, entry in self.draft.entries.annotated.items():
            said = self.prose(entry.annotation)
            annotations[key] = {name: value for name, value in (("importance", entry.grade), ("text", said)) if value}
        statements: dict[str, str] = {}
        for name, nodes in self.draft.lines.items():
            if name.startswith("statement "):
                statements[name.removeprefix("statement ")] = self.prose([one for part in nodes for one in part])
        return {
            "statements": statements,
            "abbreviations": self._abbreviations(),
            "annotations": {key: one for key, one in annotations.items() if one},
            "marks": self._marks(),
            "recommended-reading": [one.key for one in self.draft.entries.listed if one.recommended and one.key],
            "bibliography": "references.yaml" if self.draft.entries.items else None,
        }

    def _abbreviations(self) -> dict[str, str]:
        found = {}
        for nodes in self.draft.lines.get("abbreviation", []):
            heading, rest = headed(trimmed(nodes))
            short, long = words_of(heading), words_of(rest)
            if not short:
                short, _, long = (part.strip() for part in words_of(nodes).partition(":"))
            if short and long:
                found[short] = long
            else:
                self.losses.add("lost-part", f"this is not carried over: “{shortened(words_of(nodes))}”")
        return found

    def _marks(self) -> Any:
        said = (marks.legend(words_of(mapped(nodes, _shown_mark))) for nodes in self.draft.lines.get("legend", []))
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


RAISED_CITATIONS = "raised numbers behind words and stops are taken for citations where the list of references has them"

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
    return without_bold(without_prefix(bare, headings.label()))


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
