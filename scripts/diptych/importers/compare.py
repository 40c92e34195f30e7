"""Whether two passages say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from diptych.importers.nodes import paragraphs, trimmed
from diptych.prose import Cluster, CrossReference, Node
from diptych.prose.rendering import BLOCKS

WEB = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)
"""Addresses that the dialect takes."""

_QUOTES = re.compile("[„“”»«›‹‚‘’'\"]")
_LOOKS_ALIKE = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\n": " "})


def canonical(nodes: Iterable[Node]) -> str:
    """What the nodes say, in a form in which quotation marks and blanks of all kinds are the same."""
    said = "".join(map(_said, paragraphs(nodes) if any(node.kind in BLOCKS for node in nodes) else trimmed(nodes)))
    return re.sub(r" +", " ", _QUOTES.sub("'", said.translate(_LOOKS_ALIKE)))


def _said(node: Node) -> str:
    if node.kind in ("text", "cite"):
        return node.text
    if isinstance(node.mention, Cluster):
        cited = [
            (one.key, one.prefix.strip(), one.suffix.strip(), one.locator, one.mode) for one in node.mention.citations
        ]
        return f"<{cited}>"
    if isinstance(node.mention, CrossReference):
        return f"<@{node.mention.kind}-{node.mention.name}>"
    if node.kind == "a" and not WEB.fullmatch(node.value):
        return "".join(map(_said, node.children))
    inner = " ".join(node.text.split()) + "".join(
        map(_said, trimmed(node.children) if node.kind != "table" else node.children)
    )
    kind = "p" if node.kind == "line" else node.kind
    kind = "cell" if kind in ("td", "th") else kind
    if kind in ("small-caps", "underline", "thead", "tbody"):
        return inner
    return f"<{kind}{' ' + node.value if kind in ('a', 'language') else ''}>{inner}</{kind}>"
