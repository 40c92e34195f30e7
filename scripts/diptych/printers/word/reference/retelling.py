"""What fields in headers show, once the styles are another's: what our document says, and not what the old one said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from diptych.printers.word.furniture import asked
from diptych.printers.word.reference.aliases import candidates, plain
from diptych.printers.word.reference.names import Tree, W, all_of, drop, value
from diptych.printers.word.reference.styles import Merged

ASKS_FOR_STYLE = re.compile(r'\s*STYLEREF\s+(?:"([^"]*)"|(\S+))(.*)', re.IGNORECASE | re.DOTALL)
NOT_WORDS = re.compile(r"\\[nprsw]\b")
"""Switches of STYLEREF that ask for the number or the place of a paragraph (ISO/IEC 29500-1, 17.16.5.59)."""


@dataclass
class _Field:
    """A field: its marks with their code, and the words that it shows."""

    marks: list[Tree] = field(default_factory=list)
    words: list[Tree] = field(default_factory=list)
    code: str = ""
    shows: bool = False


def retell(root: Tree, document: Tree, merged: Merged, properties: Mapping[str, str]) -> None:
    """Let fields of a header of theirs show what the document says; those that would show nothing go.

    `properties` are what fields that are called so show: `TITLE` …
    """
    for one in _fields(root):
        request = ASKS_FOR_STYLE.fullmatch(one.code)
        if request is None:
            name = one.code.split(maxsplit=1)[0].upper() if one.code.strip() else ""
            words = properties.get(name)
        else:
            words = _asked(one, request, document, merged)
        if words:
            _show(one, words)
        elif words is not None:
            for element in (*one.marks, *one.words):
                drop(element)


def _asked(one: _Field, request: re.Match[str], document: Tree, merged: Merged) -> str | None:
    """What a field shows that asks for a style, which it does in any language then; None where it shows a number."""
    wanted = plain(_name(request))
    for style in merged.root.iter(f"{W}style"):
        name = value(style, "name")
        words = _first(document, style) if wanted in candidates(name) else ""
        if words:
            if asked(name).isdecimal():
                _recode(one, f" STYLEREF {asked(name)}{request[3]}")
            return None if NOT_WORDS.search(request[3]) else words
    return ""


def _recode(one: _Field, code: str) -> None:
    first, *others = (mark for mark in one.marks if mark.tag != f"{W}fldChar")
    if first.tag == f"{W}fldSimple":
        first.set(f"{W}instr", code)
        return
    first.text = code
    for other in others:
        other.text = ""


def follow(root: Tree, merged: Merged, ours: Mapping[str, str]) -> None:
    """Let fields of a header of ours ask for styles by the names they have now; `ours` are identifiers by name."""
    for code in all_of(root, "instrText"):
        request = ASKS_FOR_STYLE.fullmatch(code.text or "")
        identifier = ours.get(_name(request)) if request else None
        if identifier:
            code.text = f" STYLEREF {asked(value(_style(merged.root, merged.renamed[identifier]), 'name'))} "


def _name(request: re.Match[str] | None) -> str:
    """The name of the style that a field asks for; headings may be called by their number alone."""
    said = (request[1] or request[2] or "") if request else ""
    return f"heading {said}" if re.fullmatch("[1-9]", said) else said


def _style(styles: Tree, identifier: str) -> Tree | None:
    return next((one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == identifier), None)


def _first(document: Tree, style: Tree) -> str:
    """The words of the first paragraph, or run, of a style."""
    use, holder = ("pStyle", "p") if style.get(f"{W}type") == "paragraph" else ("rStyle", "r")
    for one in document.iter(f"{W}{use}"):
        if value(one) == style.get(f"{W}styleId"):
            words = "".join(text.text or "" for text in next(one.iterancestors(W + holder)).iter(f"{W}t"))
            if words.strip():
                return words.strip()
    return ""


def _show(one: _Field, words: str) -> None:
    for text in one.words[1:]:
        drop(text)
    if one.words:
        one.words[0].text = words
        return
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}t").text = words
    last = one.marks[-1]
    end = last.getparent()
    if last.tag == f"{W}fldSimple" or end is None:
        last.append(run)
    else:
        end.addprevious(run)


def _fields(root: Tree) -> Iterator[_Field]:
    """The fields of a part that do not stand in another, and hold none."""
    for simple in all_of(root, "fldSimple"):
        yield _Field([simple], list(simple.iter(f"{W}t")), simple.get(f"{W}instr", ""))
    opened: list[_Field] = []
    for node in all_of(root, "fldChar", "instrText", "t"):
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append(_Field())
        if not opened:
            continue
        last = opened[-1]
        if node.tag == f"{W}t":
            last.words += [node] if last.shows else []
            continue
        last.marks.append(node)
        last.code += node.text or "" if kind is None else ""
        last.shows |= kind == "separate"
        if kind == "end":
            opened.pop()
            yield last
