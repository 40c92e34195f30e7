"""Citations and cross-references as the Markdown dialect writes them."""

from __future__ import annotations

import re

from diptych.importers.signs import escaped
from diptych.prose import Citation, Cluster, CrossReference, Node
from diptych.prose.citations import KEY, LOCATOR_TERMS


def citation(cluster: Cluster, behind: Node | None) -> str:
    """The works cited, in brackets; `behind` is the node that follows."""
    first = cluster.citations[0]
    if len(cluster.citations) == 1 and first.mode == "author-in-text":
        rest = _place(first).removeprefix(", ") + _affix(first.suffix)
        follows = _next_sign(behind)
        key = _key(first.key, follows if not rest else " ")
        return f"{key} [{rest}]" if rest else key + ("\\ " if re.match(r"\s*\[", follows) else "")
    return f"[{'; '.join(_in_bracket(one) for one in cluster.citations)}]"


def _next_sign(behind: Node | None) -> str:
    if behind is None:
        return ""
    if behind.kind == "text":
        return behind.text[:2]
    return "[" if behind.kind in ("citation", "a", "language") else ""


def _key(key: str, follows: str = " ") -> str:
    bare = KEY.fullmatch(f"@{key}") and not re.match(r"[\w:.#$%&+?<>~/-]\w|\w", follows)
    return f"@{key}" if bare else f"@{{{key}}}"


def _in_bracket(one: Citation) -> str:
    prefix = f"{_affix(one.prefix)} " if one.prefix else ""
    minus = "-" if one.mode == "suppress-author" else ""
    return f"{prefix}{minus}{_key(one.key)}{_place(one)}{_affix(one.suffix)}"


def _place(one: Citation) -> str:
    if not one.locator:
        return ""
    term = LOCATOR_TERMS[one.label or "page"]
    abbreviated = [word for word in term if word.endswith(".")] or [*term]
    several = re.search(r"[-–,&]", one.locator) and len(abbreviated) > 1
    return f", {abbreviated[1 if several else 0]} {one.locator}"


def _affix(words: str) -> str:
    return re.sub(r"([;{}])", r"\\\1", escaped(words)) if words else ""


def crossref(mention: CrossReference, behind: Node | None) -> str:
    """The cross-reference; `behind` is the node that follows."""
    return _key(f"{mention.kind}-{mention.name}", _next_sign(behind))
