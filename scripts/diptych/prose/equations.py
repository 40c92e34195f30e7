"""The names of displayed formulas: `$$ … $$ {#eq-x}`, as Quarto and pandoc-crossref have them."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_BLOCK = re.compile(
    r"\$\$(?P<tex>(?:\\.|[^$\\])*)\$\$[ \t]*\{#eq-(?P<name>[A-Za-z][A-Za-z0-9_-]*)\}[ \t]*(?:\n|\Z)", re.DOTALL
)
_NAME = re.compile(r"\{#(?P<written>[^}\s]*)\}")
_NAMED = re.compile(r"eq-([A-Za-z][A-Za-z0-9_-]*)")


def labelled(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a formula with a name on lines of its own; one without is left to the rule for all formulas."""
    if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]):
        return False
    last = start
    while last < end and not state.isEmpty(last) and (last == start or state.sCount[last] >= state.blkIndent):
        last += 1
    match = _BLOCK.match(state.getLines(start, last, state.blkIndent, False).lstrip())
    if match is None:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block, token.content, token.markup = True, match["tex"], "$$"
        token.map = [start, start + len(match[0].rstrip("\n").split("\n"))]
        token.meta = {"label": match["name"]}
        state.line = token.map[1]
    return True


def label(state: StateInline, silent: bool) -> bool:
    """Inline rule: the name behind a formula that is displayed in the run of the text."""
    match = _NAME.match(state.src, state.pos, state.posMax)
    formula = state.tokens[-1] if state.tokens else None
    if match is None or formula is None or formula.type != "math_inline_double" or state.pending.strip():
        return False
    named = _NAMED.fullmatch(match["written"])
    if not silent and named:
        state.pending = ""
        formula.meta = {**formula.meta, "label": named[1], "offset": state.pos}
    elif not silent:
        hint = "name an equation by {#eq-NAME}: a letter, then letters, digits, “-” and “_”"
        fault = {"code": "equation-name", "message": f"“{match[0]}” names no equation", "hint": hint}
        state.push("problem", "", 0).meta = {**fault, "offset": state.pos, "length": len(match[0])}
    state.pos = match.end()
    return True
