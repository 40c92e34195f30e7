"""The rules that the dialect adds to markdown-it: citations, cross-references, footnotes and spans.

An inline rule is `(state, silent) -> bool`, as markdown-it has them. Tokens note in `meta["offset"]` where they stand
in the content of their block; `places.py` makes that a place in the text. A token of type `problem` prints nothing:
its `meta` says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as markdown_link
from markdown_it.token import Token

from diptych.prose import citations
from diptych.prose.citations import Locator, Part
from diptych.prose.passage import Mode


class Fault(NamedTuple):
    """What is wrong at an offset in the content."""

    code: str
    message: str
    hint: str
    offset: int
    length: int


def words(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule for words, but within the range that is being read (its own goes on to the next sign)."""
    sign = state.md.inline.terminator_re.search(state.src, state.pos, state.posMax)
    end = sign.start() if sign else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


# Brackets: spans in another language, and citations


def link(state: StateInline, silent: bool) -> bool:
    """markdown-it's rule, where a bracket has an end at all."""
    return state.src[state.pos] == "[" and _may_end(state, state.pos) and markdown_link(state, silent)


def _label_end(state: StateInline, start: int) -> int:
    """Where the bracket at `start` ends, or -1."""
    return parseLinkLabel(state, start) if _may_end(state, start) else -1


def _may_end(state: StateInline, start: int) -> bool:
    """False where no bracket closes behind `start`: looking for its end goes through the whole paragraph."""
    return state.src.find("]", start, state.posMax) >= 0


def bracket(state: StateInline, silent: bool) -> bool:
    """`[texte]{lang=fr}`, `[see @a, p. 3; @b]` or `[@fig-a; @fig-b]`."""
    if state.src[state.pos] != "[" or state.linkLevel:
        return False
    end = _label_end(state, state.pos)
    if end < 0:
        return _unclosed_citation(state, silent)
    return _language(state, end, silent) or _cited_in_bracket(state, end, silent)


_LANGUAGE = re.compile(r"\{\s*lang=(?P<quote>[\"']?)(?P<tag>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)(?P=quote)\s*\}")


def _language(state: StateInline, end: int, silent: bool) -> bool:
    match = _LANGUAGE.match(state.src, end + 1, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("language_open", "span", 1).info = match["tag"]
        _tokenize(state, state.pos + 1, end)
        state.push("language_close", "span", -1)
    state.pos = match.end()
    return True


_CITATION_BEGINS = re.compile(r"\[\s*-?@[\w{]")


def _unclosed_citation(state: StateInline, silent: bool) -> bool:
    if not _CITATION_BEGINS.match(state.src, state.pos, state.posMax):
        return False
    if not silent:
        state.append_pending("[")
        hint = "close it with ] in the same paragraph, or write \\[ for a bracket that is text"
        _problem(state, Fault("unclosed-citation", "this bracket is never closed", hint, state.pos, 1))
    state.pos += 1
    return True


def _cited_in_bracket(state: StateInline, end: int, silent: bool) -> bool:
    start = state.pos + 1
    if state.src.find("@", start, end) < 0:
        return False
    found = list(citations.parts(_visible(state, start, end), start, end))
    if not any(part.keys for part in found):
        return False
    if not silent:
        _push_bracket(state, found)
    state.pos = end + 1
    return True


_HIDES = frozenset("`$\\<[!&^")


def _visible(state: StateInline, start: int, end: int) -> str:
    """The content up to `end`, with code, formulas, links, escapes and notes after `start` blanked out."""
    pieces, here = [state.src[:start]], state.pos
    state.pos = start
    while state.pos < end:
        before = state.pos
        state.md.inline.skipToken(state)
        hidden = state.src[before] in _HIDES and state.pos > before + 1
        pieces.append("\0" * (state.pos - before) if hidden else state.src[before : state.pos])
    state.pos = here
    return "".join(pieces)


def _push_bracket(state: StateInline, found: Sequence[Part]) -> None:
    kinds = {citations.crossref(key) is None for part in found for key in part.keys}
    for fault in _faults(state.src, found, mixed=len(kinds) > 1):
        _problem(state, fault)
    if True in kinds:
        _push_cluster(state, found)
    if False in kinds:
        _push_crossrefs(state, found, affixes=len(kinds) == 1)


def _faults(text: str, found: Sequence[Part], mixed: bool) -> Iterator[Fault]:
    if mixed:
        message, hint = "citations and cross-references share a bracket", "give each kind brackets of its own"
        yield Fault("mixed-citation", message, hint, found[0].start, found[-1].end - found[0].start)
    for part in found:
        words = _shortened(text[part.start : part.end])
        if not part.keys:
            message = f"“{words}” stands among citations but has no @key"
            hint = "after a semicolon comes another @key; a remark follows a comma. Write \\@ for an @ that is text"
            yield Fault("citation-without-key", message, hint, part.start, max(1, part.end - part.start))
        if len(part.keys) > 1:
            message = f"two citations without a semicolon: “{words}”"
            hint = "put a semicolon between citations: [@a; @b]"
            yield Fault("citation-without-semicolon", message, hint, part.keys[1].start(), len(part.keys[1][0]))


def _shortened(words: str) -> str:
    return words if len(words) <= 40 else f"{words[:39]}…"


def _push_cluster(state: StateInline, found: Sequence[Part]) -> None:
    """The citations of a bracket; quotation marks beside them see a bracket."""
    state.push("citation_open", "", 1).content = "["
    for part in found:
        _push_part(state, part)
    state.push("citation_close", "", -1).content = "]"


def _push_part(state: StateInline, part: Part) -> None:
    """A citation with what stands around it; of several that no semicolon divides, the keys alone."""
    keys = [key for key in part.keys if citations.crossref(key) is None]
    if len(part.keys) > 1:
        for key in keys:
            _push_key(state, key, "normal", Locator("", "", part.end))
    elif keys:
        key = keys[0]
        locator = citations.locator(state.src, key.end(), part.end)
        _push_affix(state, "prefix", part.start, key.start())
        _push_key(state, key, "suppress-author" if key["minus"] else "normal", locator)
        _push_affix(state, "suffix", locator.end, part.end)


def _push_affix(state: StateInline, kind: str, start: int, end: int) -> None:
    if start < end:
        state.push(f"{kind}_open", "", 1)
        _tokenize(state, start, end)
        state.push(f"{kind}_close", "", -1)


def _push_key(state: StateInline, key: re.Match[str], mode: Mode, locator: Locator) -> None:
    token = state.push("citation_key", "", 0)
    token.meta = {
        "offset": citations.at(key),
        "key": citations.name(key),
        "mode": mode,
        "label": locator.label,
        "locator": locator.numbers,
    }


def _push_crossrefs(state: StateInline, found: Sequence[Part], affixes: bool) -> None:
    """Cross-references from a bracket, which is not printed: “see Figure 1, Figure 2”."""
    keys = [(part, key) for part in found for key in part.keys if citations.crossref(key)]
    for count, (part, key) in enumerate(keys):
        if count:
            state.append_pending(", ")
        alone = affixes and len(part.keys) == 1
        _tokenize(state, part.start, key.start() if alone else part.start)
        _push_crossref(state, key)
        _tokenize(state, key.end() if alone else part.end, part.end)


def _push_crossref(state: StateInline, key: re.Match[str]) -> None:
    kind, name = citations.crossref(key) or ("fig", "")
    token = state.push("crossref", "", 0)
    token.content = key[0]
    token.meta = {"offset": citations.at(key), "kind": kind, "name": name}


# Citations in the run of the text


def mention(state: StateInline, silent: bool) -> bool:
    """`@fig-x`, `@a` or `@a [p. 3; @b]`, unless it is part of an e-mail address or a web address."""
    if state.src[state.pos] != "@" or state.linkLevel or _in_address(state.src, state.pos):
        return False
    key = citations.KEY.match(state.src, state.pos, state.posMax)
    if key is None:
        return False
    is_crossref = citations.crossref(key) is not None
    remark, end = ([], key.end()) if is_crossref else _remark(state, key.end())
    if not silent and is_crossref:
        _push_crossref(state, key)
    elif not silent:
        _push_author_in_text(state, key, remark)
    state.pos = end
    return True


LONGEST_ADDRESS = 200


def _in_address(text: str, pos: int) -> bool:
    words = text[max(0, pos - LONGEST_ADDRESS) : pos].split()
    return pos > 0 and not text[pos - 1].isspace() and "://" in words[-1]


_OPENING = re.compile(r"[ \t]*(?:\n[ \t]*)?\[(?!\^)")


def _remark(state: StateInline, pos: int) -> tuple[list[Part], int]:
    """The parts of the bracket that belongs to a citation in the text, and its end; nothing and `pos` without one."""
    opening = _OPENING.match(state.src, pos, state.posMax)
    end = _label_end(state, opening.end() - 1) if opening else -1
    if opening is None or end < 0 or state.src[end + 1 : end + 2] in ("(", "[", "{"):
        return [], pos
    found = list(citations.parts(_visible(state, opening.end(), end), opening.end(), end))
    is_remark = all(part.keys for part in found[1:])
    is_remark = is_remark and not any(citations.crossref(key) for part in found for key in part.keys)
    return (found, end + 1) if is_remark else ([], pos)


def _push_author_in_text(state: StateInline, key: re.Match[str], remark: Sequence[Part]) -> None:
    """A citation in the text with the bracket after it: its own locator or remark, if any, then further citations."""
    own = remark[0] if remark and not remark[0].keys else Part(key.end(), key.end(), ())
    others = [part for part in remark if part is not own]
    for fault in _faults(state.src, others, mixed=False):
        _problem(state, fault)
    state.push("citation_open", "", 1).content = key[0]
    locator = citations.locator(state.src, own.start, own.end)
    _push_key(state, key, "author-in-text", locator)
    _push_affix(state, "suffix", locator.end, own.end)
    for part in others:
        _push_part(state, part)
    state.push("citation_close", "", -1).content = "]" if remark else key[0]


# Footnotes


def footnote(state: StateInline, silent: bool) -> bool:
    """`^[text of the note]`."""
    if not state.src.startswith("^[", state.pos, state.posMax) or state.linkLevel:
        return False
    end = _label_end(state, state.pos + 1)
    start = state.pos
    if not silent:
        _push_footnote(state, end)
    state.pos = end + 1 if end >= 0 else start + 1
    return True


def _push_footnote(state: StateInline, end: int) -> None:
    if end < 0:
        state.append_pending("^")
        hint = "close it with ] in the same paragraph, or write \\^ for a caret that is text"
        _problem(state, Fault("unclosed-footnote", "this footnote is never closed", hint, state.pos, 2))
        return
    token = state.push("note_open", "", 1)
    token.content, token.meta = "^[", {"offset": state.pos}
    _tokenize(state, state.pos + 2, end)
    state.push("note_close", "", -1).content = "]"


_CALL = re.compile(r"\[\^(?P<label>[^\]\[\s\\]{1,100})\]")


def footnote_call(state: StateInline, silent: bool) -> bool:
    """`[^label]`, whether or not the footnote is defined."""
    match = None if state.linkLevel else _CALL.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("note_call", "", 0)
        token.content, token.meta = match[0], {"offset": state.pos, "label": match["label"]}
    state.pos = match.end()
    return True


def image(state: StateInline, silent: bool) -> bool:
    """`![words](address)` is refused, whatever the address; the words stay."""
    if not state.src.startswith("![", state.pos, state.posMax):
        return False
    start, end = state.pos, parseLinkLabel(state, state.pos + 1)
    address = _ADDRESS.match(state.src, end + 1, state.posMax) if end >= 0 else None
    if address is None:
        return False
    if not silent:
        hint = "declare the picture in `figures` and refer to it as @fig-NAME"
        _problem(state, Fault("image-in-prose", "prose has no pictures", hint, start, address.end() - start))
        _tokenize(state, start + 2, end)
    state.pos = address.end()
    return True


_ADDRESS = re.compile(r"\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]*\]")


# Parts of rules


def _tokenize(state: StateInline, start: int, end: int) -> None:
    """Reads the content from `start` to `end` into the same tokens, so that places and nesting hold."""
    here, limit = state.pos, state.posMax
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = here, limit


def _problem(state: StateInline, fault: Fault) -> None:
    state.push("problem", "", 0).meta = fault._asdict()


def limit_depth(state: StateCore) -> None:
    """Core rule: inlines that nest deeper than blocks may (markdown-it has no limit for emphasis) stay as written."""
    deepest = state.md.options.maxNesting
    for block in state.tokens:
        if any(token.level > deepest for token in block.children or ()):
            message = "emphasis, brackets or quotations nest too deeply here"
            hint = "use fewer levels, or a backslash before characters that are text"
            fault = Fault("too-deeply-nested", message, hint, 0, 1)
            problem = Token("problem", "", 0, meta=fault._asdict())
            block.children = [problem, Token("text", "", 0, content=block.content)]
