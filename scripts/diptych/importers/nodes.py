"""Prose as a tree: making nodes, bringing them into the order that Markdown can say, and reading their words.

The nodes are those of `diptych.prose`. While a paper is read there are three more: `cite` (a mention of a reference:
`text` as printed, `value` its key), `small-caps` and `underline`, which the dialect has not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from diptych.prose import Node
from diptych.prose.rendering import BLOCKS
from diptych.prose.source import UNPRINTABLE

BLANKS = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
FORMATS = frozenset(["em", "strong", "s", "sub", "sup"])


def text(words: str) -> Node:
    """A node of words, each run of blanks one space, without characters that cannot be printed."""
    return Node("text", text=BLANKS.sub(" ", UNPRINTABLE.sub("", words)))


def words_of(nodes: Iterable[Node]) -> str:
    """All words of the nodes, citations as printed, on one line; notes are left out."""
    return " ".join("".join(map(_words, nodes)).split())


def _words(node: Node) -> str:
    if node.kind in ("note", "comment"):
        return ""
    inner = node.text + "".join(map(_words, node.children))
    return f" {inner} " if node.kind in BLOCKS or node.kind == "br" else inner


def mapped(nodes: Iterable[Node], change: Callable[[Node], Iterable[Node]]) -> tuple[Node, ...]:
    """The tree with every node exchanged, from the leaves up, for what `change` makes of it."""
    return tuple(
        new
        for node in nodes
        for new in change(replace(node, children=mapped(node.children, change)) if node.children else node)
    )


def tidy(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Inlines as Markdown can say them: words joined, like formats joined and not nested, no blanks at their edges."""
    return joined(_tidied(nodes, frozenset()))


def _tidied(nodes: Iterable[Node], within: frozenset[str]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node.kind in FORMATS:
            found += _format(node, within)
        elif node.children and node.kind != "note":
            found.append(replace(node, children=joined(_tidied(node.children, within))))
        else:
            found.append(node)
    return found


def _format(node: Node, within: frozenset[str]) -> list[Node]:
    """A format without blanks at its edges and not within its like; raised and lowered text has no formats in it."""
    inner = joined(_tidied(node.children, within | {node.kind}))
    if node.kind in within or within & {"sub", "sup"} or not inner:
        return list(inner)
    if any(child.kind == "cite" for child in inner):
        return [replace(node, children=inner)]  # raised mentions; `clusters` takes them down
    if node.kind in ("sub", "sup") and any(child.kind != "text" for child in inner):
        return _plain_parts(node, inner)
    before, inner, after = _edges(inner)
    return [*before, replace(node, children=inner), *after] if inner else [*before, *after]


def _plain_parts(node: Node, inner: Sequence[Node]) -> list[Node]:
    """The words of `inner` each raised or lowered; citations and notes in it stand for themselves."""
    parts: list[Node] = []
    for child in inner:
        if child.kind in FORMATS or child.kind in ("a", "language", "small-caps", "underline"):
            parts += _format(node, frozenset()) if child is node else _plain_parts(node, child.children)
        elif child.kind == "text" and child.text.strip():
            parts.append(replace(node, children=(child,)))
        else:
            parts.append(child)
    return parts


def _edges(inner: tuple[Node, ...]) -> tuple[list[Node], tuple[Node, ...], list[Node]]:
    """The blank before, what stands between, and the blank after."""
    parts = list(inner)
    before, after = [], []
    if parts and parts[0].kind == "text" and parts[0].text[:1] == " ":
        before = [text(" ")]
        parts[0] = replace(parts[0], text=parts[0].text.lstrip(" "))
    if parts and parts[-1].kind == "text" and parts[-1].text[-1:] == " ":
        after = [text(" ")]
        parts[-1] = replace(parts[-1], text=parts[-1].text.rstrip(" "))
    return before, tuple(part for part in parts if part.kind != "text" or part.text), after


def joined(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The nodes, neighbours of words or of the same format made one."""
    found: list[Node] = []
    for node in nodes:
        if node.kind == "text" and not node.text:
            continue
        last = found[-1] if found else None
        if last is not None and last.kind == node.kind == "text":
            found[-1] = text(last.text + node.text)
        elif last is not None and last.kind == node.kind == "code":
            found[-1] = replace(last, text=last.text + node.text)
        elif last is not None and last.kind == node.kind and node.kind in FORMATS:
            found[-1] = replace(last, children=joined([*last.children, *node.children]))
        else:
            found.append(node)
    return tuple(found)


def trimmed(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The inlines without blanks at either end."""
    parts = list(tidy(nodes))
    if parts and parts[0].kind == "text":
        parts[0] = replace(parts[0], text=parts[0].text.lstrip())
    if parts and parts[-1].kind == "text":
        parts[-1] = replace(parts[-1], text=parts[-1].text.rstrip())
    return tuple(part for part in parts if part.kind != "text" or part.text)


def without_prefix(nodes: Sequence[Node], pattern: re.Pattern[str]) -> tuple[Node, ...]:
    """The inlines without the words at their head that `pattern` matches, within formats too."""
    for index, node in enumerate(nodes):
        if node.kind == "text":
            match = pattern.match(node.text)
            return (
                *nodes[:index],
                replace(node, text=node.text[match.end() :] if match else node.text),
                *nodes[index + 1 :],
            )
        if node.kind in FORMATS:
            return (*nodes[:index], replace(node, children=without_prefix(node.children, pattern)), *nodes[index + 1 :])
        if node.kind not in ("comment",):
            break
    return tuple(nodes)


def paragraphs(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The blocks, inlines between them made paragraphs; those that say nothing are left out."""
    found: list[Node] = []
    for is_block, group in groupby(nodes, key=lambda node: node.kind in BLOCKS):
        if is_block:
            found += [replace(node, children=tuple(_within(node))) for node in group]
        elif inner := trimmed(group):
            found.append(Node("p", inner))
    return tuple(node for node in found if node.children or node.text or node.kind == "hr")


def _within(node: Node) -> Iterable[Node]:
    if node.kind in ("p", "line", "td", "th"):
        return trimmed(inlines(node.children))
    if node.kind in ("li", "blockquote"):
        return paragraphs(node.children)
    return (replace(child, children=tuple(_within(child))) for child in node.children)


def inlines(nodes: Iterable[Node]) -> list[Node]:
    """The nodes without blocks: what was in paragraphs, line breaks between them."""
    found: list[Node] = []
    for node in nodes:
        if node.kind not in BLOCKS:
            found.append(node)
            continue
        inner = [Node("display", text=node.text)] if node.kind == "equation" else inlines(node.children)
        inner = [Node("code", text=node.text)] if node.kind == "pre" else inner
        found += [Node("br"), *inner] if found and inner else inner
    return found


def as_blocks(nodes: Iterable[Node]) -> list[Node]:
    """Inlines with blocks between them, such as displayed formulas, as blocks."""
    found: list[Node] = []
    for is_block, run in groupby(nodes, key=lambda node: node.kind in BLOCKS):
        group = list(run)
        found += group if is_block else [Node("p", tuple(group))]
    return found
