"""Whether two passages say the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from diptych.importers.nodes import paragraphs, trimmed
from diptych.prose import CrossReference, Node
from diptych.prose.rendering import BLOCKS

WEB = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)
"""Addresses that the dialect takes."""

_QUOTES = re.compile("[„“”»«›‹‚‘’'\"]")
_LOOKS_ALIKE = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\n": " "})


def canonical(nodes: Iterable[Node]) -> str:
    """What the nodes say, in a form in which quotation marks and blanks of all kinds are the same."""
    said = "".join(map(_said, paragraphs(nodes) if any(node.kind in BLOCKS for node in nodes) else trimmed(nodes)))
    return re.sub(r" +", " ", _QUOTES.sub("'", said.translate(_LOOKS_ALIKE))).replace("<p></p>", "")


def _said(node: Node) -> str:
    if node.mention is not None:
        return _mentioned(node)
    if node.kind in SAID:
        return SAID[node.kind](node)
    if node.kind == "a" and not WEB.fullmatch(node.value):
        return _inner(node)
    inner = " ".join(node.text.split()) + "".join(map(_said, trimmed(node.children)))
    kind = SAME.get(node.kind, node.kind)
    return (
        f"<{kind}{' ' + node.value if kind in ('a', 'language', 'equation') else ''}>{inner}</{kind}>"
        if kind
        else inner
    )


def _mentioned(node: Node) -> str:
    if isinstance(node.mention, CrossReference):
        return f"<@{node.mention.kind}-{node.mention.name}>"
    works = node.mention.citations if node.mention else ()
    return f"<{[(one.key, one.prefix.strip(), one.suffix.strip(), one.locator, one.mode) for one in works]}>"


def _inner(node: Node) -> str:
    return "".join(map(_said, node.children))


SAID: dict[str, Callable[[Node], str]] = {
    "comment": lambda _node: "",  # it moves to the next paragraph, and is not printed
    "text": lambda node: node.text,
    "cite": lambda node: node.text,
    "names": lambda node: node.text,
    "table": lambda node: f"<table>{_inner(node)}</table>",
}
SAME = {"line": "p", "td": "cell", "th": "cell", "small-caps": "", "underline": "", "thead": "", "tbody": ""}
"""Kinds that are compared as another, or as what is in them."""
