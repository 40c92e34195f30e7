"""From text to `Passage`: parse, turn tokens into nodes, put footnotes at their calls, and say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from diptych.diagnostics import Severity, did_you_mean
from diptych.prose import source
from diptych.prose.dialect import DEEPEST, line_parser, parser
from diptych.prose.passage import Citation, Cluster, CrossReference, Equation, Node, Passage, Place, Problem
from diptych.prose.rendering import is_sentences, plain
from diptych.prose.source import SIGNS, UNPRINTABLE, Source

LONGEST_PASSAGE = 100_000
"""Characters; about 15,000 words."""

MOST_PROBLEMS = 50
"""More than these in one passage are counted, not listed."""


@lru_cache(maxsize=1024)  # more than a long review has; what a batch leaves behind stays within some 30 MB
def parse(text: str, lang: str) -> tuple[Passage, tuple[Problem, ...]]:
    """The passage that `text` says in the language `lang` (BCP 47), and all that is wrong with it, in order of place.

    Never raises, whatever the text. Where there are errors, the passage holds what could be understood.
    """
    return _parse(text, parser(lang))


@lru_cache(maxsize=4096)
def parse_line(text: str, lang: str) -> tuple[Passage, tuple[Problem, ...]]:
    """As `parse`, for a title, a heading or a cell of a table: “1. Methods”, “> 50” and “-” are words, not blocks."""
    return _parse(text, line_parser(lang))


def _parse(text: str, dialect: MarkdownIt) -> tuple[Passage, tuple[Problem, ...]]:
    if len(text) > LONGEST_PASSAGE:
        return Passage(), (_too_long(text),)
    clean, problems = source.read(text)
    reader = _Reader(clean)
    passage = reader.passage(dialect.parse(clean.text, {}))
    found = sorted({*problems, *reader.problems}, key=lambda problem: (problem.line, problem.column, problem.code))
    return passage, _listed(found)


def _too_long(text: str) -> Problem:
    message = f"the text has {len(text):,} characters, and {LONGEST_PASSAGE:,} is the most"
    return Problem("passage-too-long", message, "divide it into sections", 0, 0, 1)


def _listed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    rest = problems[MOST_PROBLEMS:]
    severity: Severity = "error" if any(problem.severity == "error" for problem in rest) else "warning"
    message = f"{len(rest)} more problems in this text are not listed"
    return (
        *problems[:MOST_PROBLEMS],
        Problem("more-problems", message, None, rest[0].line, rest[0].column, 1, severity),
    )


@dataclass
class _Definition:
    """A footnote's text, which stands elsewhere than its call."""

    node: SyntaxTreeNode
    called: bool = False


@dataclass
class _Reader:
    """What has been met so far on the way through a passage, in order of reading."""

    source: Source
    definitions: dict[str, _Definition] = field(default_factory=dict)
    mentions: list[Cluster | CrossReference] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    clusters: int = 0
    within: list[Literal["footnote", "citation"]] = field(default_factory=list)

    @contextmanager
    def inside(self, what: Literal["footnote", "citation"]) -> Iterator[None]:
        """While this lasts, what is read belongs to a footnote or to a citation."""
        self.within.append(what)
        yield
        self.within.pop()

    def passage(self, tokens: Sequence[Token]) -> Passage:
        """What the tokens say."""
        self._check_depth(tokens)
        root = SyntaxTreeNode(tokens)
        self._find_definitions(root)
        nodes = self.nodes(root)
        self._check_calls()
        return Passage(nodes, tuple(self.mentions), tuple(self.equations))

    def nodes(self, parent: SyntaxTreeNode) -> tuple[Node, ...]:
        """What the children of a markdown-it node say."""
        found = [self.placed(node, child) for child in parent.children for node in HANDLERS[child.type](self, child)]
        return tuple(_settled(found))

    def placed(self, node: Node, written: SyntaxTreeNode) -> Node:
        """The node, a paragraph with the line that it begins on, unless it belongs to a footnote."""
        if node.kind not in PLACED or node.line is not None or not written.map or self.within:
            return node
        return replace(node, line=self.source.place(self.source.line(written.map[0])[0])[0])

    def problem(self, node: SyntaxTreeNode, code: str, message: str, hint: str, length: int = 1) -> None:
        """Reports an error at an inline node that knows its place."""
        line, column = self.source.place(node.meta["offset"])
        self.problems.append(Problem(code, message, hint, line, column, length))

    def block_problem(
        self, lines: Sequence[int] | None, code: str, message: str, hint: str, severity: Severity = "error"
    ) -> None:
        """Reports a problem with the block that takes these lines, at the first of them."""
        offset, length = self.source.line(lines[0] if lines else 0)
        line, column = self.source.place(offset)
        self.problems.append(Problem(code, message, hint, line, column, length, severity))

    def _check_depth(self, tokens: Iterable[Token]) -> None:
        """Reports containers so deep that markdown-it leaves out what is in them."""
        deep = (token for token in tokens if token.type in CONTAINERS and token.level >= DEEPEST - 1)
        for token in deep:
            self.block_problem(token.map, *TOO_DEEP)

    def _find_definitions(self, root: SyntaxTreeNode) -> None:
        for node in [node for node in root.walk() if node.type == "footnote_reference"]:
            label = node.meta["label"]
            if label in self.definitions:
                message = f"footnote “{label}” is defined more than once"
                self.block_problem(node.map, "duplicate-footnote", message, "give each footnote a label of its own")
            self.definitions.setdefault(label, _Definition(node))

    def _check_calls(self) -> None:
        for label, definition in self.definitions.items():
            if not definition.called:
                message, hint = f"footnote “{label}” is never called", f"write [^{label}] where it belongs"
                self.block_problem(definition.node.map, "unused-footnote", message, hint, "warning")


PLACED = frozenset({"p", "line"})


def _settled(nodes: list[Node]) -> Iterator[Node]:
    """The nodes; notes that stand between paragraphs go to the head of the next, or else to the end of the last."""
    if not any(node.kind == "p" for node in nodes):
        yield from nodes
        return
    waiting: list[Node] = []
    last = max(index for index, node in enumerate(nodes) if node.kind == "p")
    trailing = tuple(node for node in nodes[last + 1 :] if node.kind == "comment")
    for index, node in enumerate(nodes):
        if node.kind == "comment":
            waiting.append(node)
        elif node.kind == "p":
            yield replace(node, children=(*waiting, *node.children, *(trailing if index == last else ())))
            waiting = []
        else:
            yield node


TOO_DEEP = ("too-deeply-nested", "this is nested too deeply, and what is in it is left out", "use fewer levels")

CONTAINERS = frozenset({"list_item_open", "blockquote_open", "footnote_reference_open"})

Handler = Callable[[_Reader, SyntaxTreeNode], Iterable[Node]]


# Blocks


def _paragraph(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    """A paragraph; formulas displayed in the midst of it stand between its parts, and notes alone are none."""
    inlines = reader.nodes(node)
    notes = [inline for inline in inlines if inline.kind == "comment"]
    if notes and not any(_is_printed(inline) for inline in inlines):
        return notes
    if not reader.within and any(inline.kind == "display" for inline in inlines):
        return _divided(inlines)
    return [Node("line" if node.hidden else "p", inlines)] if inlines else []


def _is_printed(inline: Node) -> bool:
    return inline.kind != "comment" and (inline.kind != "text" or bool(inline.text.strip(" \n")))


def _divided(inlines: Iterable[Node]) -> Iterator[Node]:
    for is_display, group in groupby(inlines, key=lambda inline: inline.kind == "display"):
        if is_display:
            yield from (Node("equation", text=inline.text, value=inline.value) for inline in group)
        elif part := _trimmed(list(group)):
            yield Node("p", part)


def _trimmed(inlines: list[Node]) -> tuple[Node, ...]:
    """The inlines without spaces at either end."""
    inlines[0] = replace(inlines[0], text=inlines[0].text.lstrip(" \n"))
    inlines[-1] = replace(inlines[-1], text=inlines[-1].text.rstrip(" \n"))
    return tuple(inline for inline in inlines if inline.kind != "text" or inline.text)


def _heading(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    hint = "give the text a section of its own, with a heading, in `sections`"
    if node.markup == "-":
        hint = f"put a blank line before the hyphens for a break, or {hint}"
    reader.block_problem(node.map, "heading-in-prose", "prose has no headings", hint)
    return _paragraph(reader, node)


def _container(kind: str) -> Handler:
    return lambda reader, node: [Node(kind, reader.nodes(node))]


def _quotation(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    inside = reader.nodes(node)
    return [Node("blockquote", inside)] if inside else []


def _numbered_list(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    first = int(node.attrs.get("start", 1))
    if first > LARGEST_START:
        message = f"this list is written to begin with {first}, and is printed from 1"
        reader.block_problem(node.map, "list-start", message, f"Word counts to {LARGEST_START}", "warning")
        first = 1
    return [Node("ol", reader.nodes(node), value="" if first == 1 else str(first))]


LARGEST_START = 32_767
"""Word’s bound on the numbers of lists."""


def _verbatim(_reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("pre", text=SIGNS.sub("", node.content.removesuffix("\n")))]


def _break(_reader: _Reader, _node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("hr")]


def _equation(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    tex = SIGNS.sub("", node.content).strip()
    if is_too_much(tex):
        reader.block_problem(node.map, *TOO_MUCH)
        return []
    if not tex:
        reader.block_problem(node.map, "empty-formula", "this formula is empty", "write LaTeX between the $$")
        return []
    name = node.meta.get("label", "")
    if name:
        reader.equations.append(Equation(name, *reader.source.place(reader.source.line((node.map or (0, 0))[0])[0])))
    return [Node("equation", text=tex, value=name)]


def _cell(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    alignment = str(node.attrs.get("style", "")).removeprefix("text-align:")
    return [Node(node.tag, reader.nodes(node), value=alignment)]


def _nothing(_reader: _Reader, _node: SyntaxTreeNode) -> Iterable[Node]:
    """Footnotes are printed at their calls."""
    return []


# Inlines


def _transparent(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    return reader.nodes(node)


def _text(reader: _Reader, node: SyntaxTreeNode) -> Iterator[Node]:
    """Words, and the notes that stand among them."""
    words = UNPRINTABLE.sub("", node.content)  # written as entities: &#x202E;
    here = 0
    for sign in SIGNS.finditer(words):
        yield from _words(words[here : sign.start()])
        yield from (Node("comment", text=note) for note in reader.source.note(sign[0]))
        here = sign.end()
    yield from _words(words[here:])


def _words(words: str) -> list[Node]:
    return [Node("text", text=words)] if words else []


def _line_end(_reader: _Reader, _node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("text", text="\n")]


def _line_break(_reader: _Reader, _node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("br")]


def _code(_reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("code", text=SIGNS.sub("", node.content))]


LONGEST_FORMULA = 2_000  # characters
DEEPEST_FORMULA = 8  # groups in one another; what sets formulas takes twice the time for each level
TOO_MUCH = (
    "formula-too-long",
    f"this formula has more than {LONGEST_FORMULA:,} characters or {DEEPEST_FORMULA} levels of groups",
    "divide it",
)


def is_too_much(tex: str) -> bool:
    """True for LaTeX that would take what sets it forever: its time can grow with the power of the depth."""
    levels = accumulate(LEVELS.get(sign, 0) for sign in GROUPS.findall(tex))
    return len(tex) > LONGEST_FORMULA or max(levels, default=0) > DEEPEST_FORMULA


GROUPS = re.compile(r"\\(?:left|right|begin|end)(?![a-zA-Z])|\\.|[{}]", re.DOTALL)
LEVELS = {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}


def _lines(node: SyntaxTreeNode) -> Sequence[int] | None:
    """The lines of the block that holds an inline node."""
    parent = node.parent
    while parent is not None and not parent.is_root and not parent.map:
        parent = parent.parent
    return parent.map if parent is not None and not parent.is_root else None


def _formula(kind: str) -> Handler:
    def handle(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
        tex = SIGNS.sub("", node.content).strip()
        if is_too_much(tex):
            reader.block_problem(_lines(node), *TOO_MUCH)
            return []
        return [Node(kind, text=tex) if tex else Node("text", text=node.markup + node.content + node.markup)]

    return handle


def _display(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    """A displayed formula in the run of the text, perhaps with a name behind it."""
    found = list(_formula("display")(reader, node))
    name = node.meta.get("label", "")
    if name and reader.within:
        return [*found, *_nested(reader, node, "a numbered equation")]
    if name and found[0].kind == "display":
        reader.equations.append(Equation(name, *reader.source.place(node.meta["offset"])))
    return [replace(one, value=name) for one in found]


def _link(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    address, inside = str(node.attrs.get("href", "")), reader.nodes(node)
    return [Node("a", inside, value=address)] if address and inside else inside


def _language(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    return [Node("language", reader.nodes(node), value=node.info)]


def _problem(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    meta = node.meta
    reader.problem(node, meta["code"], meta["message"], meta["hint"], meta["length"])
    return []


def _citation(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    if "citation" in reader.within:
        key = next(child for child in node.children if child.type == "citation_key")
        return _nested(reader, key, "a citation")
    index, reader.clusters = reader.clusters, reader.clusters + 1
    with reader.inside("citation"):
        cluster = Cluster(_citations(reader, node), index, _place(reader, node))
    reader.mentions.append(cluster)
    return [Node("citation", mention=cluster)]


def _place(reader: _Reader, node: SyntaxTreeNode) -> Place:
    if "footnote" not in reader.within:
        return "text"
    holder = node.parent
    paragraph = holder.parent if holder and holder.type == "inline" else None
    before = node.previous_sibling or (paragraph and paragraph.previous_sibling)
    behind = node.next_sibling or (paragraph and paragraph.next_sibling)
    if before:
        return "note-middle" if behind else "note-end"
    return "note-begin" if behind else "note"


def _citations(reader: _Reader, node: SyntaxTreeNode) -> tuple[Citation, ...]:
    """The citations of a cluster: each a key, perhaps with a prefix before it and a suffix after it."""
    found: list[Citation] = []
    prefix = ""
    for child in node.children:
        if child.type == "prefix":
            prefix = _affix(reader, child)
        elif child.type == "citation_key":
            found.append(_key(reader, child, prefix))
            prefix = ""
        elif child.type == "suffix":
            found[-1] = replace(found[-1], suffix=_set_off(_affix(reader, child)))
    return tuple(found)


def _key(reader: _Reader, node: SyntaxTreeNode, prefix: str) -> Citation:
    line, column = reader.source.place(node.meta["offset"])
    written = {name: node.meta[name] for name in ("key", "locator", "label", "mode")}
    return Citation(**written, prefix=prefix, line=line, column=column)


def _affix(reader: _Reader, node: SyntaxTreeNode) -> str:
    return plain(Passage(reader.nodes(node)))


def _set_off(suffix: str) -> str:
    return f" {suffix}" if suffix and suffix[0] not in ",.;:?!)" else suffix


def _crossref(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    if "citation" in reader.within:
        return _nested(reader, node, "a cross-reference")
    line, column = reader.source.place(node.meta["offset"])
    reference = CrossReference(node.meta["kind"], node.meta["name"], line, column)
    reader.mentions.append(reference)
    return [Node("crossref", mention=reference)]


def _note(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    if reader.within:
        return _nested(reader, node, "a footnote")
    with reader.inside("footnote"):
        return [Node("note", (Node("p", reader.nodes(node)),))]


def _note_call(reader: _Reader, node: SyntaxTreeNode) -> Iterable[Node]:
    label = node.meta["label"]
    definition = reader.definitions.get(label)
    if definition is None:
        hint = f"write a paragraph [^{label}]: with its text" + _similar(label, reader.definitions)
        reader.problem(node, "undefined-footnote", f"there is no footnote “{label}”", hint, len(node.content))
        return []
    if reader.within:
        return _nested(reader, node, "a footnote")
    if definition.called:
        hint = "give each call a footnote of its own"
        reader.problem(node, "repeated-footnote", f"footnote “{label}” is called again", hint, len(node.content))
        return []
    definition.called = True
    with reader.inside("footnote"):
        inside = reader.nodes(definition.node)
    if not is_sentences(inside):
        message, hint = "a footnote holds paragraphs only", "put lists, tables and quotations into the text"
        reader.block_problem(definition.node.map, "footnote-with-blocks", message, hint)
    return [Node("note", inside)]


def _similar(label: str, known: Iterable[str]) -> str:
    near = did_you_mean(label, known)
    return f"; {near}" if near else ""


def _nested(reader: _Reader, node: SyntaxTreeNode, what: str) -> Iterable[Node]:
    outer = reader.within[-1]
    hint = f"take it out of the {outer}, or write the {outer} without it"
    reader.problem(node, f"nested-in-{outer}", f"{what} stands within a {outer}", hint)
    return []


HANDLERS: dict[str, Handler] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _container("ul"),
    "ordered_list": _numbered_list,
    "list_item": _container("li"),
    "blockquote": _quotation,
    "code_block": _verbatim,
    "fence": _verbatim,
    "hr": _break,
    "math_block": _equation,
    "table": _container("table"),
    "thead": _container("thead"),
    "tbody": _container("tbody"),
    "tr": _container("tr"),
    "th": _cell,
    "td": _cell,
    "footnote_reference": _nothing,
    "inline": _transparent,
    "text": _text,
    "softbreak": _line_end,
    "hardbreak": _line_break,
    "code_inline": _code,
    "em": _container("em"),
    "strong": _container("strong"),
    "s": _container("s"),
    "sub": _container("sub"),
    "sup": _container("sup"),
    "link": _link,
    "language": _language,
    "math_inline": _formula("math"),
    "math_inline_double": _display,
    "problem": _problem,
    "citation": _citation,
    "crossref": _crossref,
    "note": _note,
    "note_call": _note_call,
}
