"""What a passage prints: HTML in the vocabulary of ARCHITECTURE.md, or words alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from diptych.prose.passage import Cluster, CrossReference, Node, Passage, Resolver

Renderer = Callable[[Node, Resolver], str]


def blocks(passage: Passage, resolver: Resolver) -> str:
    """The passage as blocks, one a line: paragraphs, lists, tables, equations …"""
    return "\n".join(_render(node, resolver) for node in passage.nodes)


def inline(passage: Passage, resolver: Resolver) -> str:
    """The passage for a place that takes a line of text: what stands in its paragraphs, `<br>` between them."""
    return _on_one_line(passage.nodes, resolver)


def plain(passage: Passage) -> str:
    """The words alone, on one line, formulas as LaTeX: for metadata, alternative texts and counts.

    Citations, cross-references and footnotes are left out, with the space before them.
    """
    words = re.sub(r"[ \t\n]+", " ", "".join(_words(node) for node in passage.nodes))
    return re.sub(f" ?{_LEFT_OUT}", "", words).strip(" ")


def is_sentences(nodes: Iterable[Node]) -> bool:
    """True when there is nothing but paragraphs: `inline` then loses no structure."""
    return all(node.kind == "p" for node in nodes)


# HTML

PLACE = "at:"
"""What begins an HTML comment that says where the element that it stands in is written."""


def place(value: str) -> str:
    """The comment for a place, `content/x/review.yaml:12`."""
    return f"<!--{PLACE}{quote(value, safe='/:').replace('-', '%2D')}-->"


def _render(node: Node, resolver: Resolver) -> str:
    return RENDERERS[node.kind](node, resolver)


def _inner(node: Node, resolver: Resolver) -> str:
    place = "" if node.line is None else resolver.place(node.line)
    return place + "".join([_render(child, resolver) for child in node.children])


def _element(node: Node, resolver: Resolver) -> str:
    return f"<{node.kind}>{_inner(node, resolver)}</{node.kind}>"


def _numbered_list(node: Node, resolver: Resolver) -> str:
    start = f' start="{node.value}"' if node.value else ""
    return f"<ol{start}>{_inner(node, resolver)}</ol>"


def _text(node: Node, _resolver: Resolver) -> str:
    return html.escape(node.text, quote=False)


def _code(node: Node, _resolver: Resolver) -> str:
    return f"<code>{html.escape(node.text, quote=False)}</code>"


def _verbatim(node: Node, resolver: Resolver) -> str:
    return f"<pre>{_code(node, resolver)}</pre>"


def _math(node: Node, _resolver: Resolver) -> str:
    return f'<span class="math" data-tex="{html.escape(node.text)}">{html.escape(node.text, quote=False)}</span>'


def _equation(node: Node, resolver: Resolver) -> str:
    if not node.value:
        return f'<div class="equation">{_math(node, resolver)}</div>'
    number = resolver.equation_number(node.value)  # the spaces are what CSS stretches to set it at the margin
    return f'<div class="equation numbered" id="eq-{node.value}"> {_math(node, resolver)} {number}</div>'


def _link(node: Node, resolver: Resolver) -> str:
    return f'<a href="{html.escape(node.value)}">{_inner(node, resolver)}</a>'


def _language(node: Node, resolver: Resolver) -> str:
    return f'<span lang="{html.escape(node.value)}">{_inner(node, resolver)}</span>'


def _table(node: Node, resolver: Resolver) -> str:
    return f'<div class="table-block">{_element(node, resolver)}</div>'


def _heading_cell(node: Node, resolver: Resolver) -> str:
    return f'<th scope="col"{_alignment(node)}>{_inner(node, resolver)}</th>'


def _cell(node: Node, resolver: Resolver) -> str:
    return f"<td{_alignment(node)}>{_inner(node, resolver)}</td>"


def _alignment(node: Node) -> str:
    return f' class="align-{node.value}"' if node.value in ("right", "center") else ""


def _citation(node: Node, resolver: Resolver) -> str:
    return resolver.citation(node.mention) if isinstance(node.mention, Cluster) else ""


def _crossref(node: Node, resolver: Resolver) -> str:
    return resolver.crossref(node.mention) if isinstance(node.mention, CrossReference) else ""


def _comment(node: Node, resolver: Resolver) -> str:
    return resolver.comment(node.text)


def _note(node: Node, resolver: Resolver) -> str:
    return resolver.footnote(_on_one_line(node.children, resolver))


BLOCKS: dict[str, Renderer] = {
    "p": _element,
    "line": _inner,  # the paragraph of an item in a list without blank lines
    "ul": _element,
    "ol": _numbered_list,
    "li": _element,
    "blockquote": _element,
    "pre": _verbatim,  # text
    "hr": lambda _node, _resolver: "<hr>",
    "equation": _equation,  # text: LaTeX; value: its name, where it is numbered
    "table": _table,
    "thead": _element,
    "tbody": _element,
    "tr": _element,
    "th": _heading_cell,  # value: alignment
    "td": _cell,  # value: alignment
}

INLINES: dict[str, Renderer] = {
    "text": _text,  # text
    "em": _element,
    "strong": _element,
    "s": _element,
    "sub": _element,
    "sup": _element,
    "code": _code,  # text
    "br": lambda _node, _resolver: "<br>",
    "a": _link,  # value: address
    "language": _language,  # value: language tag
    "math": _math,  # text: LaTeX
    "display": _math,  # text: LaTeX; value: its name; a displayed formula where no block can stand
    "citation": _citation,  # mention: Cluster
    "crossref": _crossref,  # mention: CrossReference
    "note": _note,  # children: paragraphs
    "comment": _comment,  # text: what authors say to one another
}

RENDERERS = BLOCKS | INLINES

_HOLD_LINES = frozenset({"p", "line", "th", "td"})


def _on_one_line(nodes: Iterable[Node], resolver: Resolver) -> str:
    return "<br>".join(line for node in nodes for line in _lines(node, resolver) if line)


def _lines(node: Node, resolver: Resolver) -> Iterator[str]:
    """What a block says, as inlines, one for each paragraph in it."""
    if node.kind in _HOLD_LINES:
        yield _inner(node, resolver)
    elif node.kind == "equation":
        yield _math(node, resolver)
    elif node.kind == "pre":
        yield _code(node, resolver)
    for child in node.children if node.kind not in _HOLD_LINES else ():
        yield from _lines(child, resolver)


# Words

_LEFT_OUT = "\0"
_NOT_WORDS = frozenset({"citation", "crossref", "note", "comment"})


def _words(node: Node) -> str:
    if node.kind in _NOT_WORDS:
        return _LEFT_OUT
    inner = node.text + "".join(_words(child) for child in node.children)
    return f"{inner} " if node.kind in BLOCKS or node.kind == "br" else inner
