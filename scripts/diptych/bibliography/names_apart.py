"""Who is who in citations: given names where two first authors share a family name, found here and not by Pandoc.

By the rules “primary-name” and “primary-name-with-initials” (CSL 1.0.2, givenname-disambiguation-rule) the first author
of a citation gets initials, or a given name, where another one has the same family name. Pandoc compares all first
authors with all others anew for each reference: 12 s for 600 of them. Here each is compared once. The style cites
authors by a variable of their own, in which a name that is not alone has its given name in it, and does not look for
such names itself; the list of references keeps the names as they are. Where it is not certain that the outcome is
Pandoc's, letter by letter, Pandoc does it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from lxml import etree

from diptych.bibliography.items import NAMES, words
from diptych.bibliography.style_tree import CSL, children, citation_layout, macros, prints, reachable
from diptych.bibliography.works import year


@dataclass(frozen=True)
class NamesApart:
    """A style that cites authors by the names in `variable`, and looks for no given names.

    `is_taken` says that the style as it is prints `variable` too, which is free then where no work has it. `types` are
    those of works that it cites by authors. `initials` is what it sets behind each initial, None where it has given
    names in full; `in_full` says whether it prints given names in full, in the list too, where initials do not tell
    persons apart. `dated` says whether citations of different years differ.
    """

    xml: bytes
    variable: str
    is_taken: bool
    types: frozenset[str]
    initials: str | None
    in_full: bool
    dated: bool


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
AUTHORED = words(
    "article article-journal article-magazine article-newspaper book chapter paper-conference report thesis"
)
"""Types of works that styles cite by their authors, most of them all."""


# The style


def names_apart(style: etree._Element) -> NamesApart | None:
    """The style with authors apart, None for one that has no such rule or prints names in citations otherwise."""
    root = deepcopy(style)
    citation = next(root.iterfind(f"{CSL}citation"))
    rule = citation.attrib.pop("givenname-disambiguation-rule", "")
    mentioned = {name for element in root.iter(f"{CSL}*") for name in element.get("variable", "").split()}
    variable = next((name for name in SPARE if name not in mentioned), SPARE[-1])
    if rule not in RULES or citation.attrib.pop("disambiguate-add-givenname", "") != "true":
        return None
    if variable in mentioned:
        _rename(variable, NOBODY, root)
    shown = [element for element in _own_elements(root) if _is_short(element)]
    looks = {_look(names, citation, root) for names in shown}
    if len(looks) != 1 or None in looks:
        return None
    layout = citation_layout(style)
    types = frozenset(kind for kind in AUTHORED if _is_cited_by_author(layout, kind, macros(style)))
    for names in shown:
        named = names.get("variable", "").split()
        names.set("variable", " ".join(variable if name == "author" else name for name in named))
    (look,) = looks
    assert look is not None
    is_taken, dated = variable in mentioned, prints(layout, "issued")
    return NamesApart(etree.tostring(root, encoding="utf-8"), variable, is_taken, types, look[0], RULES[rule], dated)


def _rename(variable: str, name: str, root: etree._Element) -> None:
    """Give a variable another name wherever the style has it."""
    for element in root.iter(f"{CSL}*"):
        mentioned = element.get("variable", "").split()
        if variable in mentioned:
            element.set("variable", " ".join(name if one == variable else one for one in mentioned))


def _own_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Give the layouts macros of their own, apart from those that sort: the elements that print authored works."""
    starts, known = [*root.iter(f"{CSL}layout")], macros(root)
    called = {element.get("macro", "") for layout in starts for element in reachable(layout)} & known.keys()
    for name in sorted(called):
        own = deepcopy(known[name])
        own.set("name", f"{name}, printed")
        known[name].addnext(own)
        starts.append(own)
    for element in (element for start in starts for element in start.iter(f"{CSL}*")):
        if element.get("macro") in called:
            element.set("macro", f"{element.get('macro')}, printed")
    for layout in root.iter(f"{CSL}layout"):
        yield from _reached(layout, macros(root))


def _reached(start: etree._Element, uncalled: dict[str, etree._Element]) -> Iterator[etree._Element]:
    """The elements that works of the types `AUTHORED` reach, macros included, each macro once."""
    to_visit = [start]
    while to_visit:
        element = to_visit.pop()
        if not _is_for_others(element):
            yield element
            macro = uncalled.pop(element.get("macro", ""), None)
            to_visit += [*children(element), *([] if macro is None else [macro])]


def _is_for_others(element: etree._Element) -> bool:
    """True for a condition that no work of the types `AUTHORED` meets."""
    types = element.get("type")
    if types is None or not AUTHORED.isdisjoint(types.split()):
        return False
    match = element.get("match", "all")
    return match == "all" or (match == "any" and set(element.keys()) == {"match", "type"})


def _is_cited_by_author(start: etree._Element, kind: str, uncalled: dict[str, etree._Element]) -> bool:
    """True where works of that type reach an element that prints authors by their family names only."""
    to_visit = [start]
    while to_visit:
        element = to_visit.pop()
        if _is_short(element):
            return True
        macro = uncalled.pop(element.get("macro", ""), None)
        inner = _open(element, kind) if element.tag == f"{CSL}choose" else children(element)
        to_visit += [*inner, *([] if macro is None else [macro])]
    return False


def _open(choose: etree._Element, kind: str) -> Iterator[etree._Element]:
    """The branches that a work of that type may take: those up to one that it takes in any case."""
    for branch in children(choose):
        met = _meets(branch, kind)
        if met is not False:
            yield branch
        if met:
            return


def _meets(branch: etree._Element, kind: str) -> bool | None:
    """Whether works of that type meet a condition, None where it depends on what else they are."""
    types, match = branch.get("type"), branch.get("match", "all")
    if types is None:
        return None
    is_one, is_sole = kind in types.split(), set(branch.keys()) <= {"match", "type"}
    if match == "none":
        return False if is_one else is_sole or None
    if not is_one:
        return False if match == "all" or is_sole else None
    return True if match == "any" or (is_sole and types == kind) else None


def _name(names: etree._Element) -> etree._Element | None:
    """The `name` that says how `names` are printed: their own or, for a substitute without one, their parent's."""
    own, parent = names.find(f"{CSL}name"), names.getparent()
    if own is not None or parent is None or parent.tag != f"{CSL}substitute":
        return own
    above = parent.getparent()
    return None if above is None else _name(above)


def _is_short(names: etree._Element) -> bool:
    """True for an element that prints the authors by their family names only."""
    if names.tag != f"{CSL}names" or "author" not in names.get("variable", "").split():
        return False
    name = _name(names)
    return name is not None and name.get("form") == "short"


def _look(names: etree._Element, citation: etree._Element, root: etree._Element) -> tuple[str | None] | None:
    """What stands behind initials, None for given names in full; no tuple where names have a look besides."""
    name = _name(names)
    assert name is not None
    above = (name, citation, root)
    usual = {"name-as-sort-order": "", "initialize": "true", "initialize-with-hyphen": "true"}
    is_usual = all(element.get(key, value) == value for element in above for key, value in usual.items())
    if not is_usual or len(name) or names.find(f"{CSL}label") is not None:
        return None
    return (next((text for element in above if (text := element.get("initialize-with")) is not None), None),)


# The names

Person = tuple[tuple[str, str], ...]
"""A name as its parts, in order."""


def with_names_apart(items: Sequence[Mapping[str, Any]], apart: NamesApart) -> list[dict[str, Any]] | None:
    """The CSL-JSON items with their authors as they are cited; None where that is for Pandoc to find out."""
    if apart.is_taken and any(apart.variable in item for item in items):
        return None
    bearers: defaultdict[str, set[Person]] = defaultdict(set)
    years: defaultdict[Person, set[str]] = defaultdict(set)
    unclear: set[str] = set()
    for item in items:
        published = year(item) if apart.dated and "status" not in item else ""
        for variable, names in item.items():
            first = names[0] if isinstance(names, list) and names else None
            if isinstance(first, Mapping):
                families = _families(first)
                years[_person(first)].add(published)
                for family in families:
                    bearers[family].add(_person(first))
                if variable != "author" or item.get("type") not in apart.types or not OTHER_NAMES.isdisjoint(item):
                    unclear.update(families)
    texts: dict[Person, str] = {}
    for family, people in bearers.items():
        if len(people) > 1:
            told = None if family in unclear else _told({person: years[person] for person in sorted(people)}, apart)
            if told is None:
                return None
            texts |= told
    return [_with_cited(item, apart.variable, texts) for item in items]


OTHER_NAMES = NAMES - {"author", "editor", "translator", "collection-editor"}
"""Names that styles may print before the authors."""


def _person(name: Mapping[str, Any]) -> Person:
    return tuple(sorted((part, str(text)) for part, text in name.items()))


def _families(name: Mapping[str, Any]) -> list[str]:
    """What Pandoc may take for the family name: it takes particles off."""
    text = str(name.get("family") or name.get("literal") or "").replace("'", "’")
    return [text, *(text[found.end() :] for found in re.finditer(r"[\W_]", text))]


LETTERS = r"[^\W\d_]"
FAMILY = re.compile(rf"{LETTERS}+(?:[ -]{LETTERS}+)*")
GIVEN = re.compile(rf"{LETTERS}+\.?(?:(?: |-|(?<=\.)){LETTERS}+\.?)*")
WORD = re.compile(rf"(-?)({LETTERS}+)")


def _told(people: Mapping[Person, set[str]], apart: NamesApart) -> dict[Person, str] | None:
    """What is printed for persons of one family name, those left out who are printed as they are; None if uncertain.

    `people` has the years of each one's works, an empty one where none is printed. Pandoc tells works of one year apart
    by initials that it does not print, which cannot be done here.
    """
    names = {person: dict(person) for person in people}
    if not all(name.keys() == {"family", "given"} and _is_plain(name) for name in names.values()):
        return None
    initials = {person: _initials(name["given"], "") for person, name in names.items()}
    twins = {person for person in people if list(initials.values()).count(initials[person]) > 1}
    alike = {(published, initials[person]) for person in twins for published in people[person]}
    pairs = combinations(sorted(alike), 2)
    if (twins and apart.in_full) or any(_meet(one[0], other[0]) and one[1] != other[1] for one, other in pairs):
        return None
    if apart.initials is None:
        initials = {person: name["given"] for person, name in names.items()}
    else:
        initials = {person: _initials(name["given"], apart.initials) for person, name in names.items()}
    return {person: f"{initials[person]} {name['family']}" for person, name in names.items() if person not in twins}


def _meet(one: str, other: str) -> bool:
    """True for years that citations do not tell apart."""
    return one == other or not one or not other


def _is_plain(name: Mapping[str, str]) -> bool:
    """True for a name of words with a capital each, such as nobody takes particles or initials from."""
    parts = re.findall(rf"{LETTERS}+", f"{name['given']} {name['family']}")
    is_capital = all(part[0].isupper() and (len(part) == 1 or part[1:].islower()) for part in parts)
    return bool(FAMILY.fullmatch(name["family"]) and GIVEN.fullmatch(name["given"]) and is_capital)


def _initials(given: str, behind: str) -> str:
    """The initials of plain given names, each with what stands `behind` it, as Pandoc sets them: `J.-P. K.`."""
    text = "".join(f"{hyphen}{word[0]}{behind}" for hyphen, word in WORD.findall(given))
    return text.replace(" -", "-").strip(" ")


def _with_cited(item: Mapping[str, Any], variable: str, texts: Mapping[Person, str]) -> dict[str, Any]:
    found = {name: value for name, value in item.items() if name != variable}
    authors = item.get("author")
    if not authors:
        return found
    first, *rest = authors
    text = texts.get(_person(first)) if isinstance(first, Mapping) else None
    return found | {variable: [{"literal": text} if text else first, *rest]}
