"""CSL styles: found by name, title or file, resolved to the style that does the work, and repaired for Pandoc."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from diptych.bibliography.names_apart import NamesApart, names_apart
from diptych.bibliography.style_repairs import REPAIRS
from diptych.bibliography.style_tree import CITATION_LAYOUT, CSL, Kind, citation_layout, is_endless, prints, reachable
from diptych.diagnostics import Diagnostic, Span, did_you_mean, error, nearest
from diptych.workspace import RefusedError, Workspace, read_style, style_names, style_titles

ALIASES = {
    "ama": "american-medical-association",
    "apa-7": "apa",
    "apa-7th": "apa",
    "apa7": "apa",
    "chicago": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "icmje": "nlm-citation-sequence",
    "jco": "journal-of-clinical-oncology",
    "karger": "karger-journals",
    "lancet": "the-lancet",
    "mdpi": "multidisciplinary-digital-publishing-institute",
    "mla": "modern-language-association",
    "nejm": "the-new-england-journal-of-medicine",
    "new-england-journal-of-medicine": "the-new-england-journal-of-medicine",
    "nlm": "nlm-citation-sequence",
    "vancouver": "nlm-citation-sequence",
    "vancouver-brackets": "nlm-citation-sequence-brackets",
    "vancouver-superscript": "nlm-citation-sequence-superscript",
}
"""Names that authors and journals use, and the CSL style each means."""


@dataclass(frozen=True)
class Style:
    """A CSL style ready for Pandoc: `xml` is the repaired independent style, `title` that of the style asked for.

    `locale` is the language that the style insists on, if it does. `initials` are the marks that its list sets between
    the initials of given names: stops, hyphens, both (“J.-L.”) or none (“JL”).
    """

    name: str
    title: str
    kind: Kind
    superscript: bool
    initials: frozenset[str]
    locale: str | None
    xml: bytes
    identifier: str = ""  # the address by which Zotero knows it
    apart: NamesApart | None = None  # with names found here that Pandoc would take long for


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
    slug = _slug(name)
    for wanted in (slug, ALIASES.get(slug, "")):
        with suppress(RefusedError):  # to ask for the file is faster than to list all eleven thousand
            return _prepare(name, read_style(wanted), None)
    titled = {title.casefold(): found for title, found in style_titles().items()}
    words = " ".join(name.split()).casefold()
    if words in titled:
        return _prepare(name, read_style(titled[words]), None)
    raise _UnusableError("unknown-style", f"there is no CSL style “{name}”", hint=_meant(slug, name))


def _meant(slug: str, name: str) -> str | None:
    """A hint: a style that differs by a slip, those of the publisher named, the parent, or any that is near."""
    names = (*style_names(), *ALIASES)
    family = sorted((one for one in names if one.startswith(f"{slug}-")), key=_by_length)
    slip = nearest(slug, names, SLIP if family else SLIPS)
    if family and not slip:
        more = " …" if len(family) > MOST_SHOWN else ""
        return f"did you mean one of {', '.join(f'“{one}”' for one in family[:MOST_SHOWN])}{more}?"
    parents = [one for one in names if slug.startswith(f"{one}-")]
    near = slip or max(parents, key=len, default=None)
    return f"did you mean “{near}”?" if near else did_you_mean(slug, names) or did_you_mean(name, style_titles())


SLIP, SLIPS = 0.88, 0.82
MOST_SHOWN = 4


def _by_length(name: str) -> tuple[int, str]:
    return len(name), name


def _slug(name: str) -> str:
    """The name as styles are filed: lower case, hyphens; also from a style's address."""
    return re.sub(r"[\s_]+", "-", name.strip().rsplit("/", 1)[-1].lower())


def _from_file(name: str, workspace: Workspace, folder: Path) -> Style:
    path = folder / name
    try:
        data = workspace.read_bytes(path)
    except RefusedError as problem:
        near = nearest(_slug(name.removesuffix(".csl")), style_names(), SLIP)
        hint = f"the style “{near}” is there without a file: leave out “.csl”" if near else None
        raise _UnusableError("no-such-file", f"cannot read the style “{name}”: {problem}", hint=hint) from None
    return _prepare(name, data, workspace.name(path))


@lru_cache(maxsize=32)
def _prepare(name: str, data: bytes, file: str | None) -> Style:
    asked = _parse(name, data, file)
    root = _parent(name, asked, file)
    if root.find(CITATION_LAYOUT) is None:
        raise _UnusableError("broken-style", f"the style “{name}” has no layout for citations", _start(file))
    if is_endless(root):
        raise _UnusableError(
            "broken-style", f"the macros of the style “{name}” call one another without end", _start(file)
        )
    kind = _kind(root)
    for repair in REPAIRS:
        repair(root, kind)
    title = (asked.findtext(f"{CSL}info/{CSL}title") or name).strip()
    superscript = any(element.get("vertical-align") == "sup" for element in reachable(citation_layout(root)))
    locale = root.get("default-locale")
    identifier = (asked.findtext(f"{CSL}info/{CSL}id") or "").strip()
    initials, apart = _initials(root), names_apart(root)
    xml = etree.tostring(root, encoding="utf-8")
    return Style(name, title, kind, superscript, initials, locale, xml, identifier, apart)


def _initials(root: etree._Element) -> frozenset[str]:
    """CSL 1.0.2, “initialize-with” and “initialize-with-hyphen”, which are inherited from the style."""
    listed = root.find(f"{CSL}bibliography")
    elements = [root, *([] if listed is None else reachable(listed))]
    bare = any(element.get("initialize-with", ".").strip() == "" for element in elements)
    joined = all(element.get("initialize-with-hyphen") != "false" for element in elements)
    return frozenset([*([] if bare else ["."]), *(["-"] if joined else [])])


def _start(file: str | None) -> Span | None:
    return Span(file) if file else None


LARGEST_STYLE = 4 * 1024 * 1024  # bytes; the largest of the ten thousand has 250,000


def _parse(name: str, data: bytes, file: str | None) -> etree._Element:
    """The style's root; no entities, no DTD, no network, no huge trees."""
    if len(data) > LARGEST_STYLE:
        raise _UnusableError("broken-style", f"the style “{name}” is larger than a style can be", _start(file))
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
    return "numeric" if prints(citation_layout(root), "citation-number") else "author-date"
