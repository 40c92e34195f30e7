"""CSL styles: found by name or file, resolved to the style that does the work, and repaired for Pandoc.

Repairs change the style's tree, never its output where that was right. Each is one function in `REPAIRS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from lxml import etree

from diptych.diagnostics import Diagnostic, Span, did_you_mean, error
from diptych.workspace import RefusedError, Workspace, read_style, style_names

CSL = "{http://purl.org/net/xbiblio/csl}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

Kind = Literal["numeric", "author-date", "author", "label", "note"]

ALIASES = {
    "ama": "american-medical-association",
    "chicago": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "icmje": "nlm-citation-sequence",
    "lancet": "the-lancet",
    "mla": "modern-language-association",
    "nejm": "the-new-england-journal-of-medicine",
    "nlm": "nlm-citation-sequence",
    "vancouver": "nlm-citation-sequence",
    "vancouver-brackets": "nlm-citation-sequence-brackets",
    "vancouver-superscript": "nlm-citation-sequence-superscript",
}
"""Names that authors and journals use, and the CSL style each means."""

LOCATORS = (
    "book",
    "chapter",
    "column",
    "figure",
    "folio",
    "issue",
    "line",
    "note",
    "opus",
    "page",
    "paragraph",
    "part",
    "section",
    "sub-verbo",
    "verse",
    "volume",
)
"""The kinds of locator that Pandoc knows; CSL 1.0.2 has more."""

NAMES_ONLY = "number-of-pages"
"""The kind of locator that asks a style for the authors alone (`names_in_text`): Pandoc takes it, CSL has no such."""


@dataclass(frozen=True)
class Style:
    """A CSL style ready for Pandoc: `xml` is the repaired independent style, `title` that of the style asked for.

    `locale` is the language that the style insists on, if it does.
    """

    name: str
    title: str
    kind: Kind
    superscript: bool
    locale: str | None
    xml: bytes


def find_style(name: str, workspace: Workspace, folder: Path) -> tuple[Style | None, list[Diagnostic]]:
    """The style of that name, alias or `.csl` file relative to `folder`; None, and why, where there is none."""
    try:
        return (_from_file if name.endswith(".csl") else _from_package)(name, workspace, folder), []
    except _UnusableError as problem:
        return None, [error(problem.code, str(problem), problem.span, problem.hint)]


class _UnusableError(Exception):
    """A style that cannot be used; becomes a diagnostic."""

    def __init__(self, code: str, message: str, span: Span | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.hint = hint


def _from_package(name: str, _workspace: Workspace, _folder: Path) -> Style:
    wanted = ALIASES.get(_slug(name), _slug(name))
    try:
        return _prepare(name, read_style(wanted), None)
    except RefusedError:
        hint = did_you_mean(wanted, (*style_names(), *ALIASES))
        raise _UnusableError("unknown-style", f"there is no CSL style “{name}”", hint=hint) from None


def _slug(name: str) -> str:
    """The name as styles are filed: lower case, hyphens; also from a style's address or title."""
    return re.sub(r"[\s_]+", "-", name.strip().rsplit("/", 1)[-1].lower())


def _from_file(name: str, workspace: Workspace, folder: Path) -> Style:
    path = folder / name
    try:
        data = workspace.read_bytes(path)
    except RefusedError as problem:
        hint = did_you_mean(_slug(name.removesuffix(".csl")), style_names())
        raise _UnusableError("no-such-file", f"cannot read the style “{name}”: {problem}", hint=hint) from None
    return _prepare(name, data, workspace.name(path))


@lru_cache(maxsize=32)
def _prepare(name: str, data: bytes, file: str | None) -> Style:
    asked = _parse(name, data, file)
    root = _parent(name, asked, file)
    kind = _kind(root)
    for repair in REPAIRS:
        repair(root, kind)
    title = (asked.findtext(f"{CSL}info/{CSL}title") or name).strip()
    superscript = any(element.get("vertical-align") == "sup" for element in _reachable(_citation_layout(root)))
    return Style(name, title, kind, superscript, root.get("default-locale"), etree.tostring(root, encoding="utf-8"))


def _start(file: str | None) -> Span | None:
    return Span(file) if file else None


def _parse(name: str, data: bytes, file: str | None) -> etree._Element:
    """The style's root; no entities, no DTD, no network, no huge trees."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position
        span = Span(file, max(1, line), max(1, column)) if file else None
        raise _UnusableError("broken-style", f"the style “{name}” is not XML: {problem.msg}", span) from None
    if root.tag != f"{CSL}style":
        hint = 'a CSL style begins with <style xmlns="http://purl.org/net/xbiblio/csl">'
        raise _UnusableError("broken-style", f"the file “{name}” is not a CSL style", _start(file), hint)
    return root


def _parent(name: str, root: etree._Element, file: str | None) -> etree._Element:
    """The independent style that does the work: `root` itself, or the packaged style that it names as its parent.

    CSL 1.0.2, “Dependent Styles”; the dependent style's default-locale wins over its parent's.
    """
    links = root.findall(f"{CSL}info/{CSL}link[@rel='independent-parent']")
    if not links or root.find(f"{CSL}citation") is not None:
        return root
    wanted = links[0].get("href", "").rsplit("/", 1)[-1]
    try:
        parent = _parse(wanted, read_style(wanted), None)
    except RefusedError:
        message = f"the style “{name}” depends on “{wanted}”, which is not among the CSL styles"
        raise _UnusableError("broken-style", message, _start(file)) from None
    if root.get("default-locale"):
        parent.set("default-locale", root.get("default-locale", ""))
    return parent


def _kind(root: etree._Element) -> Kind:
    if root.get("class") == "note":
        return "note"
    named = {found.get("citation-format", "") for found in root.findall(f"{CSL}info/{CSL}category")}
    kinds: tuple[Kind, ...] = ("numeric", "author-date", "author", "label")
    for kind in kinds:
        if kind in named:
            return kind
    return "numeric" if _prints(_citation_layout(root), "citation-number") else "author-date"


# Reading a style's tree


def _citation_layout(root: etree._Element) -> etree._Element:
    layout = root.find(f"{CSL}citation/{CSL}layout")
    if layout is None:
        raise _UnusableError("broken-style", "the style has no layout for citations")
    return layout


def _reachable(start: etree._Element) -> Iterator[etree._Element]:
    """`start` and all elements beneath it, macros that they call included, each once."""
    macros = {macro.get("name"): macro for macro in start.getroottree().getroot().findall(f"{CSL}macro")}
    to_visit = [start]
    while to_visit:
        for element in to_visit.pop().iter(f"{CSL}*"):
            yield element
            macro = macros.pop(element.get("macro"), None)
            if macro is not None:
                to_visit.append(macro)


def _prints(start: etree._Element, variable: str) -> bool:
    """True when something beneath `start` prints the variable (a condition that asks for it does not)."""
    conditions = (f"{CSL}if", f"{CSL}else-if")
    return any(
        variable in element.get("variable", "").split() and element.tag not in conditions
        for element in _reachable(start)
    )


def _children(element: etree._Element) -> list[etree._Element]:
    return list(element.iterchildren(f"{CSL}*"))


def _is_number_alone(element: etree._Element) -> bool:
    """True when the element prints the citation number and nothing else."""
    printed = [found for found in _reachable(element) if found.tag in (f"{CSL}text", f"{CSL}number", f"{CSL}names")]
    shown = [found for found in printed if not found.get("macro")]
    return len(shown) == 1 and shown[0].get("variable") == "citation-number"


# Repairs


Repair = Callable[[etree._Element, Kind], None]


def drop_parent_link(root: etree._Element, _kind: Kind) -> None:
    """Pandoc would fetch an independent parent from the network, even in its sandbox."""
    for info in root.findall(f"{CSL}info"):
        for link in info.findall(f"{CSL}link[@rel='independent-parent']"):
            info.remove(link)


def put_name_before_label(root: etree._Element, _kind: Kind) -> None:
    """Pandoc prints a label first where `names` has no `name`; by CSL 1.0.2 a missing `name` comes first."""
    for names in root.iter(f"{CSL}names"):
        if names.find(f"{CSL}label") is not None and names.find(f"{CSL}name") is None:
            names.insert(0, etree.Element(f"{CSL}name"))


def set_number_apart(root: etree._Element, kind: Kind) -> None:
    """A numbered list sets its numbers apart (`second-field-align`), where the number is the first field."""
    bibliography = root.find(f"{CSL}bibliography")
    layout = root.find(f"{CSL}bibliography/{CSL}layout")
    if kind != "numeric" or bibliography is None or layout is None:
        return
    fields = _children(layout)
    if len(fields) > 1 and _is_number_alone(fields[0]):
        bibliography.set("second-field-align", "flush")
    else:
        bibliography.attrib.pop("second-field-align", "")


LOCATOR = (
    '<group xmlns="http://purl.org/net/xbiblio/csl" prefix=", " delimiter=" ">'
    '<label variable="locator" form="short"/><text variable="locator"/></group>'
)


def print_locators(root: etree._Element, _kind: Kind) -> None:
    """Most numeric styles forget the locator; what the author wrote is printed: `[3, p. 23]`."""
    layout = _citation_layout(root)
    if _prints(layout, "locator"):
        return
    target = layout
    while len(_children(target)) == 1 and _children(target)[0].tag == f"{CSL}group":
        target = _children(target)[0]
    locator = etree.fromstring(LOCATOR)
    if target.tag == f"{CSL}group" and target.get("delimiter"):
        del locator.attrib["prefix"]
    target.append(locator)


NAMES = """
    <names xmlns="http://purl.org/net/xbiblio/csl" variable="author">
      <name form="short" and="text" delimiter=", " delimiter-precedes-et-al="never" delimiter-precedes-last="never"
            et-al-min="3" et-al-use-first="1"/>
      <substitute>
        <names variable="editor"/>
        <names variable="translator"/>
        <text variable="title" form="short"/>
      </substitute>
    </names>
"""


def print_names_in_text(root: etree._Element, kind: Kind) -> None:
    """A style that cites by number or label has no names for “Falk et al. [3]”: print them for a NAMES_ONLY locator."""
    if kind not in ("numeric", "label"):
        return
    layout = _citation_layout(root)
    choose = etree.Element(f"{CSL}choose")
    names = etree.SubElement(choose, f"{CSL}if", {"locator": NAMES_ONLY})
    names.append(etree.fromstring(NAMES))
    as_before = etree.SubElement(choose, f"{CSL}else")
    as_before.extend(_children(layout))
    layout.append(choose)


def locator_word(label: str) -> str:
    """The word by which Pandoc recognises a kind of locator in any language (`name_locators`)."""
    return f"locator-{label}"


def name_locators(root: etree._Element, _kind: Kind) -> None:
    """Pandoc reads a locator's kind off the words of the style's language; these are the same in all languages.

    They are terms in a form that no style prints.
    """
    locale = etree.Element(f"{CSL}locale")
    terms = etree.SubElement(locale, f"{CSL}terms")
    for label in (*LOCATORS, NAMES_ONLY):
        etree.SubElement(terms, f"{CSL}term", {"name": label, "form": "verb-short"}).text = locator_word(label)
    root.insert(1 if root.find(f"{CSL}info") is not None else 0, locale)


REPAIRS: tuple[Repair, ...] = (
    drop_parent_link,
    put_name_before_label,
    set_number_apart,
    print_locators,
    print_names_in_text,
    name_locators,
)
