"""Writes prose in the Markdown dialect: what `diptych.prose` reads back is what the nodes say.

Each block is read back as it is written. Where the dialect cannot say something, such as emphasis that ends in a
bracket within a word, the emphasis goes, the words stay, and it is reported.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from diptych import prose
from diptych.importers import mentions
from diptych.importers.compare import WEB, canonical
from diptych.importers.nodes import FORMATS, inlines, mapped, paragraphs, tidy, trimmed, words_of
from diptych.importers.paper import Losses, shortened
from diptych.importers.signs import HELD, code, comment, escaped, fence, line_start, raised, tex, wrapped
from diptych.prose import Cluster, CrossReference, Node
from diptych.prose.rendering import BLOCKS

WIDTH = 94
"""Characters of a line; YAML indents it by four to eight."""


@dataclass
class Pen:
    """Writes passages in a language; what cannot be written is added to `losses`."""

    losses: Losses
    lang: str = "en-US"
    definitions: list[str] = field(default_factory=list)

    def blocks(self, nodes: Iterable[Node], line: int | None = None) -> str:
        """Blocks, and inlines between them as paragraphs, as a passage of prose."""
        self.definitions = []
        written: list[str] = []
        notes: list[str] = []
        for block in paragraphs(nodes):
            self.definitions = [""] * len(notes)
            written.append(self._checked((block,), line, self.blocks_in))
            notes += self.definitions[len(notes) :]
        return "\n\n".join(part for part in [*written, *notes] if part)

    def line(self, nodes: Iterable[Node], line: int | None = None) -> str:
        """Inlines as a passage on one line: a title, a heading, a cell. Blocks in it become inlines."""
        self.definitions = []
        return self._checked(trimmed(inlines(nodes)), line, self._one_line).replace(HELD, " ").strip(" ")

    def _one_line(self, nodes: Sequence[Node]) -> str:
        return self.inlines(nodes, alone=True).replace(HELD, " ")

    def _checked(self, nodes: tuple[Node, ...], line: int | None, write: Callable[[Sequence[Node]], str]) -> str:
        """What `write` makes of the nodes, without formats that do not come back."""
        before = len(self.definitions)
        for candidate in _ever_plainer(nodes):
            del self.definitions[before:]
            written = write(candidate)
            whole = "\n\n".join([written, *self.definitions[before:]])
            if not candidate or self._comes_back(candidate, whole):
                if candidate is not nodes:
                    message = f"emphasis within a word is lost in “{shortened(words_of(nodes))}”"
                    self.losses.add("lost-emphasis", message, line)
                return written
        message = f"this is not carried over exactly: “{shortened(words_of(nodes))}”"
        self.losses.add("inexact", message, line, "compare it with the paper")
        return written

    def _comes_back(self, nodes: Sequence[Node], written: str) -> bool:
        read = prose.parse if any(node.kind in BLOCKS for node in nodes) else prose.parse_line
        passage, problems = read(written, self.lang)
        wrong = any(problem.severity == "error" for problem in problems)
        found = passage.nodes
        if read is prose.parse_line and len(found) == 1 and found[0].kind == "p":
            found = found[0].children
        return not wrong and canonical(found) == canonical(nodes)

    def inlines(self, nodes: Sequence[Node], alone: bool = False) -> str:
        """The inlines as Markdown; HELD stands for blanks that must stay on the line."""
        nodes = trimmed(nodes) if alone else tidy(nodes)
        pieces: list[str] = []
        for index, node in enumerate(nodes):
            before = pieces[-1][-1:] if pieces else ""
            behind = nodes[index + 1] if index + 1 < len(nodes) else None
            pieces.append(self._inline(node, before, behind))
        return "".join(pieces)

    def _inline(self, node: Node, before: str, behind: Node | None) -> str:
        if isinstance(node.mention, Cluster):
            return mentions.citation(node.mention, behind)
        if isinstance(node.mention, CrossReference):
            return mentions.crossref(node.mention, behind)
        writer = INLINES.get(node.kind)
        if writer:
            return writer(self, node)
        return self.inlines(node.children) if node.children else escaped(node.text, before, behind)

    def blocks_in(self, nodes: Sequence[Node], width: int = WIDTH) -> str:
        """Blocks with empty lines between them."""
        return "\n\n".join(block for node in nodes if (block := self.block(node, width)))

    def block(self, node: Node, width: int) -> str:
        """One block in lines of at most `width` characters."""
        writer = BLOCK_WRITERS.get(node.kind)
        return writer(self, node, width) if writer else wrapped(self.inlines((node,), alone=True), width)


MOST_FORMATS = 50


def _ever_plainer(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    """The nodes, then without one of their formats each, then without more and more kinds of them."""
    yield nodes
    count = sum(1 for _ in _formats(nodes))
    for wanted in range(min(count, MOST_FORMATS)):
        seen = itertools.count()
        yield mapped(nodes, partial(_without_one, seen=seen, wanted=wanted))
    for kinds in (("em",), ("em", "strong", "s"), tuple(FORMATS)) if count else ():
        yield mapped(nodes, partial(_without_kinds, kinds=kinds))


def _without_one(node: Node, seen: Iterator[int], wanted: int) -> Sequence[Node]:
    return node.children if node.kind in FORMATS and next(seen) == wanted else [node]


def _without_kinds(node: Node, kinds: Sequence[str]) -> Sequence[Node]:
    return node.children if node.kind in kinds else [node]


def _formats(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from _formats(node.children)
        if node.kind in FORMATS:
            yield node


# Blocks

BlockWriter = Callable[[Pen, Node, int], str]


def _paragraph(pen: Pen, node: Node, width: int) -> str:
    return wrapped(line_start(pen.inlines(node.children, alone=True)), width)


def _list(pen: Pen, node: Node, width: int) -> str:
    tight = all(_is_tight(item) for item in node.children)
    apart = "\n" if tight else "\n\n"
    items = []
    for number, item in enumerate(node.children, int(node.value or 1)):
        lead = f"{number}. " if node.kind == "ol" else "- "
        pieces = [pen.block(child, width - len(lead)) for child in item.children]
        inner = apart.join(piece for piece in pieces if piece)
        items.append(lead + inner.replace("\n", "\n" + " " * len(lead)).rstrip())
    return re.sub(r"\n[ ]+(?=\n)", "\n", apart.join(items))


def _is_tight(item: Node) -> bool:
    first, *rest = item.children or (Node("p"),)
    return first.kind in ("p", "line") and all(child.kind in ("ul", "ol") for child in rest)


def _quotation(pen: Pen, node: Node, width: int) -> str:
    inner = pen.blocks_in(node.children, width - 2)
    return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))


def _verbatim(_pen: Pen, node: Node, _width: int) -> str:
    ticks = fence(node.text, "`", 3)
    return f"{ticks}\n{node.text}\n{ticks}"


def _equation(_pen: Pen, node: Node, _width: int) -> str:
    name = f" {{#eq-{node.value}}}" if node.value else ""
    return f"$$ {tex(node.text).replace(HELD, ' ')} $$" + name


def _table(pen: Pen, node: Node, _width: int) -> str:
    """A table of pipes; its first row is the heading."""
    rows = [row for part in node.children for row in part.children]
    cells = [[_cell(pen, cell) for cell in row.children] for row in rows]
    rule = [ALIGNMENTS.get(cell.value, "---") for cell in rows[0].children] if rows else []
    return "\n".join(f"| {' | '.join(row)} |" for row in [*cells[:1], rule, *cells[1:]])


ALIGNMENTS = {"right": "---:", "center": ":---:"}


def _cell(pen: Pen, cell: Node) -> str:
    said = pen.inlines(cell.children, alone=True).replace("|", "\\|").replace(HELD, " ")
    return said.replace("\\\n", " ").replace("\n", " ") or " "


BLOCK_WRITERS: dict[str, BlockWriter] = {
    "p": _paragraph,
    "line": _paragraph,
    "ul": _list,
    "ol": _list,
    "blockquote": _quotation,
    "pre": _verbatim,
    "hr": lambda _pen, _node, _width: "***",
    "equation": _equation,
    "table": _table,
}


# Inlines

InlineWriter = Callable[[Pen, Node], str]


def _around(signs: str) -> InlineWriter:
    return lambda pen, node: f"{signs}{pen.inlines(node.children)}{signs}"


def _link(pen: Pen, node: Node) -> str:
    words, address = pen.inlines(node.children), node.value.strip()
    if not WEB.fullmatch(address) or re.search(r"[<>\\]", address):
        message = f"the link of “{shortened(words, 40)}” is no address on the web: “{shortened(address)}”"
        pen.losses.add("lost-link", message)
        return words
    if words_of(node.children) == address:
        return f"<{address}>"
    return f"[{words}](<{address}>)" if re.search(r"[()]", address) else f"[{words}]({address})"


def _note(pen: Pen, node: Node) -> str:
    """A note in its place; one of several paragraphs is called there, and its text stands behind the passage."""
    parts = paragraphs(node.children)
    if len(parts) == 1 and parts[0].kind == "p":
        return f"^[{pen.inlines(parts[0].children, alone=True)}]"
    label = f"n{len(pen.definitions) + 1}"
    pen.definitions.append("")
    inner = pen.blocks_in(parts, WIDTH - 4).replace("\n", "\n    ")
    pen.definitions[int(label[1:]) - 1] = re.sub(r"\n[ ]+(?=\n)", "\n", f"[^{label}]: {inner}")
    return f"[^{label}]"


INLINES: dict[str, InlineWriter] = {
    "em": _around("*"),
    "strong": _around("**"),
    "s": _around("~~"),
    "sub": lambda _pen, node: f"~{raised(node)}~",
    "sup": lambda _pen, node: f"^{raised(node)}^",
    "code": lambda _pen, node: code(node.text),
    "br": lambda _pen, _node: "\\\n",
    "a": _link,
    "language": lambda pen, node: f"[{pen.inlines(node.children)}]{{lang={node.value}}}",
    "math": lambda _pen, node: f"${tex(node.text)}$",
    "display": lambda _pen, node: f"$${tex(node.text)}$$",
    "comment": lambda _pen, node: f"<!-- note: {comment(node.text)} -->".replace(" ", HELD),
    "note": _note,
}
"""Those with a mention, and words, are written by `Pen`."""
