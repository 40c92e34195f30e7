"""Pandoc's document → a stream of blocks: what its readers of Word and Markdown say, in our nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from diptych.importers.nodes import as_blocks, joined, text, words_of
from diptych.importers.paper import Losses, TrackChanges, shortened
from diptych.importers.stream import Block, Grid, Picture, role_of_style
from diptych.importers.tables import Cell
from diptych.prose import Citation, Cluster, Node
from diptych.prose.citations import locator

Json = Any
Nodes = list[Node]

CROSSREF = re.compile(r"(fig|tbl|tab|sec|eq)[-:](.+)")


@dataclass
class Tree:
    """Reads Pandoc's nodes; `keys` turns the ids of works into citation keys."""

    losses: Losses
    track_changes: TrackChanges = "accept"
    keys: Mapping[str, str] = field(default_factory=dict)
    left_comments: int = 0

    # A stream

    def stream(self, blocks: Iterable[Json]) -> list[Block]:
        """The blocks in order, with their roles."""
        found: list[Block] = []
        for block in blocks:
            found += self._block(block)
        return found

    def _block(self, block: Json, style: str = "") -> list[Block]:
        sort, content = block["t"], block.get("c")
        if sort in ("Para", "Plain"):
            return self._styled(content, style) if style else self._paragraph(content)
        reader = {"Div": self._division, "Header": self._heading, "Figure": self._figure, "Table": self._table}.get(
            sort
        )
        return reader(content) if reader else [Block("text", tuple(self.nodes([block])))]

    def _heading(self, content: Json) -> list[Block]:
        level, attributes, inlines = content
        nodes = tuple(self.inlines(inlines))
        self.losses.where = words_of(nodes)
        return [Block("heading", nodes, attributes[0], level)]

    def _division(self, content: Json) -> list[Block]:
        (identity, classes, pairs), blocks = content
        style = dict(pairs).get("custom-style", "")
        role = role_of_style(style)
        if identity == "refs" or "csl-bib-body" in classes:
            return []
        if style and role != "text":
            return [one for block in blocks for one in self._block(block, style)]
        if style.startswith("Block Text"):
            return [Block("text", tuple(self.nodes(blocks)))]
        if "equation" in classes:
            inner = [one for node in self.nodes(blocks) for one in (node.children if node.kind == "p" else (node,))]
            return [Block("equation", tuple(inner), identity)]
        return [*_callout_title(pairs), *self.stream(blocks)]

    def _styled(self, inlines: Json, style: str) -> list[Block]:
        nodes = self.inlines(inlines)
        role = role_of_style(style)
        if role == "break":
            return [Block("text", (Node("hr"),))]
        if role == "equation":
            return [Block("equation", tuple(nodes), _anchor(nodes))]
        images = [node for node in nodes if node.kind == "image"]
        if images and not words_of(node for node in nodes if node.kind != "image"):
            return [_pictured(image, "") for image in images]
        return [Block(role, tuple(nodes), _anchor(nodes))] if words_of(nodes) else []

    def _paragraph(self, inlines: Json) -> list[Block]:
        """A paragraph; of nothing but a picture a figure."""
        nodes = self.inlines(inlines)
        images = [node for node in nodes if node.kind == "image"]
        if images and not words_of(node for node in nodes if node.kind != "image"):
            return [_pictured(image, _anchor(nodes)) for image in images]
        if not nodes:
            return []
        return [Block("text", tuple(as_blocks(nodes)), _anchor(nodes))]

    def _figure(self, content: Json) -> list[Block]:
        (identity, _, _), (_, caption), blocks = content
        images = [node for block in blocks for node in _images(self.nodes([block]))]
        said = [replace(block, id=identity or block.id) for block in self.stream(caption)]
        place = identity or next((block.id for block in said if block.id), "")
        found = [_pictured(image, place) for image in images[:1]]
        if len(images) > 1:
            self.losses.add("lost-picture", f"“{shortened(images[1].value)}” is left out: figures have one picture")
        rest = [block for block in self.stream(blocks) if block.role in ("credit", "caption")]
        captions = [_as_caption(block) for block in said if words_of(block.nodes)]
        before = captions if captions and all(block.role == "credit" for block in captions) else []
        return [*before, *found, *([] if before else captions), *rest]

    def _table(self, content: Json) -> list[Block]:
        (identity, _, _), (_, caption), columns, head, bodies, foot = content
        aligns = [_align(column[0]) for column in columns]
        rows = [row for body in bodies for part in body[2:4] for row in part] + foot[1]
        grid = Grid(tuple(self._row(row, aligns) for row in head[1]), tuple(self._row(row, aligns) for row in rows))
        words = [one for block in self.stream(caption) for one in _flat(block.nodes)]
        place = identity or _anchor(words)
        table = Block("table", (), place, 0, grid)
        return [Block("table-caption", tuple(words), place), table] if words_of(words) else [table]

    def _row(self, row: Json, aligns: Sequence[str]) -> tuple[Cell, ...]:
        return tuple(
            self._cell(cell, aligns[index] if index < len(aligns) else "") for index, cell in enumerate(row[1])
        )

    def _cell(self, cell: Json, align: str) -> Cell:
        _, own, down, across, blocks = cell
        styles = " ".join(dict(block["c"][0][2]).get("custom-style", "") for block in blocks if block["t"] == "Div")
        said = next((word for end, word in ALIGNED.items() if re.search(rf"\b{end}\b", styles)), "")
        nodes = [node for block in self.nodes(blocks) for node in [block]]
        return Cell(tuple(nodes), said or _align(own) or align, across, down)

    # Prose

    def nodes(self, blocks: Iterable[Json]) -> Nodes:
        """Blocks of prose."""
        found: Nodes = []
        for block in blocks:
            handler = BLOCKS.get(block["t"])
            if handler:
                found += handler(self, block.get("c"))
            else:
                self.losses.add("lost-part", f"“{block['t']}” is not carried over")
        return found

    def inlines(self, inlines: Iterable[Json]) -> Nodes:
        """Inlines."""
        found: Nodes = []
        for inline in inlines:
            handler = INLINES.get(inline["t"])
            if handler:
                found += handler(self, inline.get("c"))
            else:
                self.losses.add("lost-part", f"“{inline['t']}” is not carried over")
        return list(joined(found))


def _callout_title(pairs: Json) -> list[Block]:
    """The title of a callout of Quarto's."""
    title = dict(pairs).get("title", "")
    return [Block("text", (Node("p", (Node("strong", (text(title),)),)),))] if title else []


def titled(blocks: list[Block], meta: Mapping[str, Any], tree: Tree) -> list[Block]:
    """The blocks with the title that Word's style gave, or else the only heading above all others."""
    for name, role in (("title", "title"), ("subtitle", "subtitle")):
        said = meta.get(name)
        if said and not any(block.role == role for block in blocks):
            blocks = [Block(role, tuple(tree.inlines(said["c"] if said["t"] == "MetaInlines" else []))), *blocks]
    if any(block.role == "title" for block in blocks):
        return blocks
    top = [block for block in blocks if block.role == "heading" and block.level == 1]
    if len(top) == 1 and blocks[0] is top[0] and any(block.level > 1 for block in blocks):
        return [_raised(block, top[0]) for block in blocks]
    return blocks


def _raised(block: Block, title: Block) -> Block:
    if block is title:
        return Block("title", block.nodes)
    return Block("heading", block.nodes, block.id, block.level - 1) if block.role == "heading" else block


ALIGNED = {"Right": "right", "Centered": "center", "Decimal": "decimal"}
"""How the names of our styles of cells end."""


def _align(said: Json) -> str:
    return {"AlignRight": "right", "AlignCenter": "center"}.get(said["t"], "")


def _anchor(nodes: Iterable[Node]) -> str:
    """The first bookmark within the nodes."""
    for node in nodes:
        if node.kind == "anchor":
            return node.value
        if found := _anchor(node.children):
            return found
    return ""


def _images(nodes: Iterable[Node]) -> Nodes:
    return [found for node in nodes for found in ([node] if node.kind == "image" else _images(node.children))]


def _flat(nodes: Iterable[Node]) -> Nodes:
    """The inlines of paragraphs."""
    return [inner for node in nodes for inner in (node.children if node.kind == "p" else (node,))]


def _as_caption(block: Block) -> Block:
    """The block as a caption, but for a credit; one alone belongs to what stands before the figure."""
    return block if block.role == "credit" else Block("caption", tuple(_flat(block.nodes)), block.id)


def _pictured(image: Node, place: str) -> Block:
    return Block("figure", (), place, 0, Picture(image.value, words_of(image.children), image.text))


# Blocks

BlockHandler = Callable[[Tree, Json], Nodes]


def _paragraph(tree: Tree, content: Json) -> Nodes:
    inner = tree.inlines(content)
    return as_blocks(inner) if inner else []


def _division(tree: Tree, content: Json) -> Nodes:
    style = dict(content[0][2]).get("custom-style", "")
    if role_of_style(style) == "break":
        return [Node("hr")]
    return tree.nodes(content[1])


def _bullets(tree: Tree, content: Json) -> Nodes:
    return [Node("ul", tuple(Node("li", tuple(tree.nodes(item))) for item in content))]


def _numbers(tree: Tree, content: Json) -> Nodes:
    (start, _, _), items = content
    first = "" if start == 1 else str(start)
    return [Node("ol", tuple(Node("li", tuple(tree.nodes(item))) for item in items), value=first)]


def _definitions(tree: Tree, content: Json) -> Nodes:
    items = []
    for term, definitions in content:
        said = [node for definition in definitions for node in tree.nodes(definition)]
        opening = said[0].children if said and said[0].kind == "p" else ()
        head = Node("strong", tuple(tree.inlines(term)))
        items.append(Node("li", (Node("p", (head, text(" "), *opening)), *said[1 if opening else 0 :])))
    return [Node("ul", tuple(items))]


def _lines(tree: Tree, content: Json) -> Nodes:
    inner = [node for line in content for node in (*tree.inlines(line), Node("br"))]
    return [Node("p", tuple(inner[:-1]))]


def _heading(tree: Tree, content: Json) -> Nodes:
    return [Node("p", (Node("strong", tuple(tree.inlines(content[2]))),))]


def _raw_block(tree: Tree, content: Json) -> Nodes:
    return [Node("p", tuple(inner))] if (inner := _raw_inline(tree, content)) else []


def _table(tree: Tree, content: Json) -> Nodes:
    """A table in prose, without merged cells."""
    for block in tree._table(content):  # one reading of tables
        if block.role == "table":
            head = [_node_row(row, "th") for row in block.value.head]
            body = [_node_row(row, "td") for row in block.value.body]
            return [Node("table", (Node("thead", tuple(head)), Node("tbody", tuple(body))))]
    return []


def _node_row(row: Sequence[Cell], kind: str) -> Node:
    return Node("tr", tuple(Node(kind, tuple(_flat(cell.nodes)), value=cell.align) for cell in row))


def _figure(tree: Tree, content: Json) -> Nodes:
    return [node for block in content[2] for node in tree.nodes([block])]


BLOCKS: dict[str, BlockHandler] = {
    "Para": _paragraph,
    "Plain": _paragraph,
    "Div": _division,
    "BulletList": _bullets,
    "OrderedList": _numbers,
    "DefinitionList": _definitions,
    "LineBlock": _lines,
    "BlockQuote": lambda tree, content: [Node("blockquote", tuple(tree.nodes(content)))],
    "CodeBlock": lambda _tree, content: [Node("pre", text=content[1])],
    "HorizontalRule": lambda _tree, _content: [Node("hr")],
    "Header": _heading,
    "RawBlock": _raw_block,
    "Table": _table,
    "Figure": _figure,
    "Null": lambda _tree, _content: [],
}


# Inlines

InlineHandler = Callable[[Tree, Json], Nodes]


def _format(kind: str) -> InlineHandler:
    return lambda tree, content: [Node(kind, tuple(tree.inlines(content)))]


def _plainer(said: str) -> InlineHandler:
    def handle(tree: Tree, content: Json) -> Nodes:
        inner = tree.inlines(content)
        tree.losses.add("lost-look", f"{said} are not kept: “{shortened(words_of(inner), 40)}”")
        return inner

    return handle


def _quoted(tree: Tree, content: Json) -> Nodes:
    opening, closing = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
    return [text(opening), *tree.inlines(content[1]), text(closing)]


def _math(_tree: Tree, content: Json) -> Nodes:
    display = content[0]["t"] == "DisplayMath"
    return [Node("equation" if display else "math", text=content[1].strip())]


def _link(tree: Tree, content: Json) -> Nodes:
    inner, address = tree.inlines(content[1]), content[2][0]
    return [Node("jump" if address.startswith("#") else "a", tuple(inner), value=address.removeprefix("#"))]


def _image(tree: Tree, content: Json) -> Nodes:
    (identity, _, pairs), alt, (src, _) = content
    said = dict(pairs)
    width, described = said.get("width", ""), said.get("fig-alt") or said.get("alt")
    image = Node(
        "image",
        (text(described),) if described else tuple(tree.inlines(alt)),
        text=width if width.endswith("%") else "",
        value=src,
    )
    return [Node("anchor", value=identity), image] if identity else [image]


def _note(tree: Tree, content: Json) -> Nodes:
    return [Node("note", tuple(tree.nodes(content)))]


def _raw_inline(tree: Tree, content: Json) -> Nodes:
    note = re.fullmatch(r"<!--\s*note\b:?\s*(.*?)\s*-->", content[1].strip(), re.DOTALL | re.IGNORECASE)
    if note:
        return [Node("comment", text=note[1])]
    if not content[1].strip().startswith("<!--"):
        tree.losses.add("lost-part", f"{content[0]} code is left out: “{shortened(content[1], 40)}”")
    return []


def _span(tree: Tree, content: Json) -> Nodes:
    (identity, classes, pairs), inlines = content
    said = dict(pairs)
    change = next((one for one in classes if one in CHANGES), None)
    if change:
        return CHANGES[change](tree, said, inlines)
    inner = tree.inlines(inlines)
    anchor = [Node("anchor", value=identity)] if identity and "anchor" in classes else []
    style = said.get("custom-style", "")
    kind = next((kind for prefix, kind in SPANS if style == prefix or style.startswith(f"{prefix} ")), "")
    if kind == "code":
        return [*anchor, Node("code", text=words_of(inner))]
    if kind:
        return [*anchor, Node(kind, tuple(inner))]
    if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", said.get("lang", "")) and inner:
        return [*anchor, Node("language", tuple(inner), value=said["lang"])]
    return [*anchor, *inner]


SPANS = (
    ("Emphasis", "em"),
    ("Strong", "strong"),
    ("Run-in Heading", "run-in"),
    ("Strikethrough", "s"),
    ("Subscript", "sub"),
    ("Superscript", "sup"),
    ("HTML Code", "code"),
    ("Source Text", "code"),
    ("Verbatim Char", "code"),
    ("Citation Mark", "nothing"),
    ("Citation", "cited"),
    ("Caption Label", "label"),
    ("Equation Number", "nothing"),
    ("Cross-reference", "referred"),
    ("Reference Number", "number"),
    ("Reference Mark", "mark"),
    ("Underline", "underline"),
    ("Small Caps", "small-caps"),
)
"""Character styles, also with more words behind, and the nodes they become; `assemble.py` reads kinds like `label`."""


def _cite(tree: Tree, content: Json) -> Nodes:
    citations, inlines = content
    keys = [one["citationId"] for one in citations]
    crossref = CROSSREF.fullmatch(keys[0]) if len(keys) == 1 else None
    if crossref and keys[0] not in tree.keys:
        return [Node("jump", tuple(tree.inlines(inlines)), value=keys[0])]
    if not any(keys):
        return tree.inlines(inlines)
    return [Node("citation", mention=Cluster(tuple(_citation(tree, one) for one in citations), 0))]


MODES: dict[str, Any] = {"SuppressAuthor": "suppress-author", "AuthorInText": "author-in-text"}


def _citation(tree: Tree, one: Json) -> Citation:
    prefix, suffix = (words_of(tree.inlines(one[name])) for name in ("citationPrefix", "citationSuffix"))
    suffix = re.sub(r"\s+([,;])", r"\1", suffix)
    place = locator(suffix, 0, len(suffix))
    rest = suffix[place.end :]
    mode = MODES.get(one["citationMode"]["t"], "normal")
    key = tree.keys.get(one["citationId"], one["citationId"])
    return Citation(key, prefix, f" {rest}" if rest and rest[0].isalnum() else rest, place.numbers, place.label, mode)


INLINES: dict[str, InlineHandler] = {
    "Str": lambda _tree, content: [text(content)],
    "Space": lambda _tree, _content: [text(" ")],
    "SoftBreak": lambda _tree, _content: [text(" ")],
    "LineBreak": lambda _tree, _content: [Node("br")],
    "Emph": _format("em"),
    "Strong": _format("strong"),
    "Strikeout": _format("s"),
    "Superscript": _format("sup"),
    "Subscript": _format("sub"),
    "SmallCaps": _plainer("small capitals"),
    "Underline": _plainer("underlined words"),
    "Quoted": _quoted,
    "Code": lambda _tree, content: [Node("code", text=content[1])],
    "Math": _math,
    "Link": _link,
    "Image": _image,
    "Note": _note,
    "RawInline": _raw_inline,
    "Span": _span,
    "Cite": _cite,
}


# Tracked changes and comments

ChangeHandler = Callable[[Tree, Mapping[str, str], Json], Nodes]


def _inserted(tree: Tree, said: Mapping[str, str], inlines: Json) -> Nodes:
    if tree.track_changes == "reject":
        return []
    inner = tree.inlines(inlines)
    if tree.track_changes == "notes" and words_of(inner):
        return [*inner, Node("comment", text=f"inserted by {_who(said)}: “{words_of(inner)}”")]
    return inner


def _deleted(tree: Tree, said: Mapping[str, str], inlines: Json) -> Nodes:
    inner = tree.inlines(inlines)
    if tree.track_changes == "reject":
        return inner
    if tree.track_changes == "notes" and words_of(inner):
        return [Node("comment", text=f"deleted by {_who(said)}: “{words_of(inner)}”")]
    return []


def _commented(tree: Tree, said: Mapping[str, str], inlines: Json) -> Nodes:
    words = words_of(tree.inlines(inlines))
    if tree.track_changes == "notes" and words:
        return [Node("comment", text=f"{_who(said)}: {words}")]
    tree.left_comments += 1
    return []


def _who(said: Mapping[str, str]) -> str:
    return said.get("author") or "somebody"


def _unseen(tree: Tree, said: Mapping[str, str], inlines: Json) -> Nodes:
    """The mark of a paragraph that was inserted or deleted; paragraphs stay as they are."""
    if tree.track_changes != "accept":
        message = f"a paragraph was parted or joined by {_who(said)}; it is as the change made it"
        tree.losses.add("lost-change", message)
    return tree.inlines(inlines)


CHANGES: dict[str, ChangeHandler] = {
    "insertion": _inserted,
    "deletion": _deleted,
    "comment-start": _commented,
    "comment-end": lambda _tree, _said, _inlines: [],
    "paragraph-insertion": _unseen,
    "paragraph-deletion": _unseen,
}
