"""Styles that tell authors of one family name apart by given names, made such that Pandoc need not look for them.

By the rules “primary-name” and “primary-name-with-initials” (CSL 1.0.2, givenname-disambiguation-rule) the first author
of a citation gets initials, or a given name, where another one has the same family name. Pandoc looks for such names
anew for each reference, in all citations and among all first authors: 12 s for 600 references. So it is asked about
these authors alone, in a small document (`namesakes`), and the style cites authors by a variable of their own, in which
they have their names as Pandoc prints them; the list of references keeps the names as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from diptych.bibliography.items import NAMES, TYPES
from diptych.bibliography.style_tree import CSL, children, citation_layout, macros, prints, reachable


@dataclass(frozen=True)
class NamesApart:
    """A style that cites authors by the names in `variable`, and looks for no given names.

    `is_taken` says that the style as it is prints `variable` too, which is free then where no work has it. `types` are
    those of works that it cites by the names of their authors and no others. `one_name` is a style whose citations are
    nothing but an author's name, as this style cites it where others have the family name. `in_full` says that given
    names are printed in full where initials do not tell persons apart, `in_full_in_list` that they then are so in the
    list of references too, which has initials otherwise. `is_woven` says that how a work is cited or listed hangs on
    what stands before it, `changes_case` that names may get a capital at the beginning of a note, or other letters.
    """

    xml: bytes
    variable: str
    is_taken: bool
    types: frozenset[str]
    one_name: bytes
    in_full: bool
    in_full_in_list: bool
    is_woven: bool
    changes_case: bool


RULES = {"primary-name": True, "primary-name-with-initials": False}
"""The rules, and whether given names are printed in full where initials do not tell persons apart."""
SPARE = (
    "original-author",
    "reviewed-author",
    "container-author",
    "recipient",
    "interviewer",
    "illustrator",
    "composer",
)
"""Variables for names that Pandoc knows and styles seldom print; the last is one that works seldom have."""
NOBODY = "nobody"
"""A variable that Pandoc does not know: no work has it."""
Types = frozenset[str]
NO_TYPES: Types = frozenset()
OTHER_NAMES = NAMES - {"author", "editor", "translator", "collection-editor"}
"""Names that styles may print before the authors, and works seldom have."""
BIBLIOGRAPHY_LAYOUT = f"{CSL}bibliography/{CSL}layout"


def names_apart(style: etree._Element) -> NamesApart | None:
    """The style with authors apart, None for one that has no such rule or cites articles otherwise."""
    citation = next(style.iterfind(f"{CSL}citation"))
    rule = citation.get("givenname-disambiguation-rule", "")
    if rule not in RULES or citation.get("disambiguate-add-givenname") != "true":
        return None
    cited, cited_types = _names_printed(citation_layout(style))
    listed, _ = _names_printed(next(style.iterfind(BIBLIOGRAPHY_LAYOUT), None))
    others = [kinds for names, kinds in cited if names.get("variable") != "author" or not _is_short(names)]
    types = cited_types.difference(*others, *(kinds for names, kinds in listed if _is_short(names)))
    looks = {_look(names, citation, style) for names, kinds in cited if kinds & types}
    if "article-journal" not in types:
        return None
    if len(looks) != 1 or None in looks or any(element.get("name-form") for element in style.iter(f"{CSL}*")):
        return None
    (look,) = looks
    assert look is not None
    mentioned = {name for element in style.iter(f"{CSL}*") for name in element.get("variable", "").split()}
    variable = next((name for name in SPARE if name not in mentioned), SPARE[-1])
    has_initials = any(_has_initials(names, style) for names, kinds in listed if kinds & types)
    return NamesApart(
        xml=etree.tostring(_citing_by(variable, style), encoding="utf-8"),
        variable=variable,
        is_taken=variable in mentioned,
        types=types,
        one_name=etree.tostring(_of_one_name(style, look), encoding="utf-8"),
        in_full=RULES[rule],
        in_full_in_list=RULES[rule] and has_initials,
        is_woven=_is_woven(style),
        changes_case=style.get("class") == "note" or any(map(_changes_case, reachable(citation_layout(style)))),
    )


def _has_initials(names: etree._Element, style: etree._Element) -> bool:
    """True for an element of the list of references that makes initials of given names."""
    above = (_name(names), style.find(f"{CSL}bibliography"), style)
    return _inherited("initialize-with", *above) is not None and _inherited("initialize", *above) != "false"


def _inherited(key: str, *elements: etree._Element | None) -> str | None:
    """The attribute of the first element that has it."""
    return next((text for element in elements if element is not None and (text := element.get(key)) is not None), None)


def _is_woven(style: etree._Element) -> bool:
    """True for notes, “ibid.”, numbers, and dashes for the author of the entry before."""
    listed = style.find(f"{CSL}bibliography")
    conditions = any(element.get("position") for element in reachable(citation_layout(style)))
    has_dashes = listed is not None and listed.get("subsequent-author-substitute") is not None
    has_numbers = listed is not None and prints(listed, "citation-number")
    return style.get("class") == "note" or conditions or has_dashes or has_numbers


def _changes_case(element: etree._Element) -> bool:
    """True for an element of a citation that prints names in capitals or small letters."""
    return element.get("text-case") is not None and (element.tag in WITH_NAMES or element.get("macro") is not None)


WITH_NAMES = frozenset(f"{CSL}{tag}" for tag in ("layout", "group", "names", "name"))


# How works are cited


@dataclass(frozen=True)
class _Reading:
    """A layout as it is read: the style's macros, what was found, and for which types each macro is sure to have names.

    `printed` has the elements that may print names, each with the types of works it may do so for.
    """

    known: dict[str, etree._Element]
    printed: list[tuple[etree._Element, Types]]
    called: dict[tuple[str, Types], Types]


def _names_printed(layout: etree._Element | None) -> tuple[list[tuple[etree._Element, Types]], Types]:
    """The elements that may print names, each with the types of works it may do so for; the types that have names.

    That is said of works that have authors and none of `OTHER_NAMES`.
    """
    if layout is None:
        return [], NO_TYPES
    reading = _Reading(macros(layout.getroottree().getroot()), [], {})
    types = _named(layout, TYPES, reading)
    return reading.printed, types


def _named(element: etree._Element, kinds: Types, reading: _Reading) -> Types:
    """Those of the types for which the element is sure to print names."""
    if not kinds:
        return kinds
    if element.tag == f"{CSL}choose":
        return _named_by_choice(element, kinds, reading)
    if element.tag == f"{CSL}names":
        return _named_by_names(element, kinds, reading)
    found = [_named(child, kinds, reading) for child in children(element)]
    return _named_by_macro(element.get("macro", ""), kinds, reading).union(*found)


def _named_by_macro(name: str, kinds: Types, reading: _Reading) -> Types:
    if name not in reading.known:
        return NO_TYPES
    if (name, kinds) not in reading.called:
        reading.called[name, kinds] = _named(reading.known[name], kinds, reading)
    return reading.called[name, kinds]


def _named_by_names(names: etree._Element, kinds: Types, reading: _Reading) -> Types:
    if not OTHER_NAMES.issuperset(names.get("variable", "").split()):
        reading.printed.append((names, kinds))
        return kinds
    left = kinds
    for child in names.iterfind(f"{CSL}substitute/{CSL}*"):
        left -= _named(child, left, reading)
    return kinds - left


def _named_by_choice(choose: etree._Element, kinds: Types, reading: _Reading) -> Types:
    unsure, left = NO_TYPES, kinds
    for branch in children(choose):
        may, must = _takers(branch, left)
        unsure |= may - _named(branch, may, reading)
        left -= must
    return kinds - unsure - left


def _takers(branch: etree._Element, kinds: Types) -> tuple[Types, Types]:
    """Those of the types whose works may meet a condition, and those whose works are sure to."""
    asked = {str(key): str(text) for key, text in branch.items() if key != "match"}
    tests = [_meeting(key, value, kinds) for key, text in asked.items() for value in text.split()]
    match = branch.get("match", "all")
    if not tests or match == "all":
        return kinds.intersection(*(may for may, _ in tests)), kinds.intersection(*(must for _, must in tests))
    may, must = NO_TYPES.union(*(may for may, _ in tests)), NO_TYPES.union(*(must for _, must in tests))
    return (may, must) if match == "any" else (kinds - must, kinds - may)


def _meeting(key: str, value: str, kinds: Types) -> tuple[Types, Types]:
    """Those of the types whose works may be of that kind, and those that are sure to be."""
    if key == "type":
        return kinds & {value}, kinds & {value}
    if key == "variable" and value in OTHER_NAMES:
        return NO_TYPES, NO_TYPES
    return kinds, kinds if (key, value) == ("variable", "author") else NO_TYPES


def _names_above(names: etree._Element) -> Iterator[etree._Element]:
    """The element, and those that it takes the look of names from: those that it substitutes."""
    yield names
    parent = names.getparent()
    above = None if parent is None or parent.tag != f"{CSL}substitute" else parent.getparent()
    if above is not None:
        yield from _names_above(above)


def _name(names: etree._Element) -> etree._Element:
    """What says how the element prints a name; an empty one where nothing does."""
    found = (one.find(f"{CSL}name") for one in _names_above(names))
    return next((name for name in found if name is not None), etree.Element(f"{CSL}name"))


def _is_short(names: etree._Element) -> bool:
    """True for an element that prints family names only."""
    return _name(names).get("form") == "short"


LOOK = {
    "initialize": "true",
    "initialize-with": None,
    "initialize-with-hyphen": "true",
    "name-as-sort-order": None,
    "sort-separator": ", ",
}
"""What says how one author's name looks, inherited from the citation and the style, and what holds where none does."""


Look = tuple[tuple[str, str | None], ...]


def _look(names: etree._Element, citation: etree._Element, style: etree._Element) -> Look | None:
    """How the name of the first author looks; None where it has parts that look different, a label, or is left out."""
    name = _name(names)
    is_left_out = _inherited("et-al-use-first", name, citation, style) == "0"
    if is_left_out or len(name) or any(one.find(f"{CSL}label") is not None for one in _names_above(names)):
        return None
    found = {key: _inherited(key, name, citation, style) for key in LOOK}
    return tuple((key, usual if found[key] is None else found[key]) for key, usual in LOOK.items())


# The styles made of it


def _citing_by(variable: str, style: etree._Element) -> etree._Element:
    """The style as it is, but that it cites authors by another variable, and looks for no given names."""
    root = deepcopy(style)
    citation = next(root.iterfind(f"{CSL}citation"))
    del citation.attrib["disambiguate-add-givenname"], citation.attrib["givenname-disambiguation-rule"]
    _rename(variable, NOBODY, root.iter(f"{CSL}*"))
    _rename("author", variable, [names for names in _own_elements(citation) if names.tag == f"{CSL}names"])
    return root


def _rename(variable: str, name: str, elements: Iterable[etree._Element]) -> None:
    """Give a variable another name wherever the elements have it."""
    for element in elements:
        mentioned = element.get("variable", "").split()
        if variable in mentioned:
            element.set("variable", " ".join(name if one == variable else one for one in mentioned))


def _own_elements(citation: etree._Element) -> Iterator[etree._Element]:
    """Give the layout macros of its own, apart from those that sort and list: all elements that print citations."""
    root, layout = citation.getroottree().getroot(), next(citation.iterfind(f"{CSL}layout"))
    known = macros(root)
    called = {element.get("macro", "") for element in reachable(layout)} & known.keys()
    starts = [layout]
    for name in sorted(called):
        own = deepcopy(known[name])
        own.set("name", f"{name}, cited")
        known[name].addnext(own)
        starts.append(own)
    for element in (element for start in starts for element in start.iter(f"{CSL}*")):
        if element.get("macro") in called:
            element.set("macro", f"{element.get('macro')}, cited")
        yield element


def _of_one_name(style: etree._Element, look: Look) -> etree._Element:
    """A style that cites a work by the name of its first author alone, as the style has it where others share it."""
    root = deepcopy(style)
    root.set("class", "in-text")
    for element in root.findall(f"{CSL}macro") + root.findall(f"{CSL}bibliography"):
        root.remove(element)
    citation = next(root.iterfind(f"{CSL}citation"))
    for key in set(citation.keys()) - {*LOOK, "disambiguate-add-givenname", "givenname-disambiguation-rule"}:
        del citation.attrib[key]
    citation[:] = [etree.Element(f"{CSL}layout")]
    author = etree.SubElement(citation[0], f"{CSL}names", variable="author")
    etree.SubElement(author, f"{CSL}name", {"form": "short", **{key: text for key, text in look if text is not None}})
    return root
