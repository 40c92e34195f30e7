"""First authors who share a family name: who they are, and works with their names as they are cited."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any
from unicodedata import normalize

from diptych.bibliography.names_apart import OTHER_NAMES, NamesApart

Item = Mapping[str, Any]
Person = str
"""A name in CSL-JSON, as JSON."""


def namesakes(items: Sequence[Item], apart: NamesApart) -> list[Person] | None:
    """The first authors who may share a family name with another one; None where that is for Pandoc to find out.

    That is so where a name may meet one of a work that the style may cite otherwise than by its authors, where one
    person may be written in two ways (“Jr.” as part of the given name and apart from it), where somebody has no family
    name, where Pandoc may capitalise a particle, and where entries of persons with the same initials hang together with
    others.
    """
    if apart.is_taken and any(apart.variable in item for item in items):
        return None
    bearers: defaultdict[str, set[Person]] = defaultdict(set)
    unclear: set[str] = set()
    for item in items:
        is_clear = _is_cited_by_author(item, apart)
        for name in [_first_author(item)] if is_clear else _first_names(item):
            for family in families(name):
                bearers[family].add(person(name))
                if not is_clear:
                    unclear.add(family)
    shared = {family for family, people in bearers.items() if len(people) > 1}
    if "" in bearers or not unclear.isdisjoint(shared):
        return None
    found = sorted({one for family in shared for one in bearers[family]})
    is_written_twice = any(len(set(map(_words, bearers[family]))) < len(bearers[family]) for family in shared)
    is_capitalised = apart.changes_case and any(map(_begins_small, found))
    is_listed_with_others = apart.in_full_in_list and apart.is_woven and bool(_twins(found))
    return None if is_written_twice or is_capitalised or is_listed_with_others else found


def _is_cited_by_author(item: Item, apart: NamesApart) -> bool:
    return bool(_first_author(item)) and item.get("type") in apart.types and OTHER_NAMES.isdisjoint(item)


def _first_author(item: Item) -> Mapping[str, Any]:
    """The first author's name, an empty one where there is none."""
    authors = item.get("author")
    return authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], Mapping) else {}


def _first_names(item: Item) -> Iterator[Mapping[str, Any]]:
    """The first name of each list of names."""
    for names in item.values():
        if isinstance(names, list) and names and isinstance(names[0], Mapping):
            yield names[0]


def person(name: Mapping[str, Any]) -> Person:
    """The name as a person, whoever wrote it.

    Parts may be in any order, apostrophes straight or curly, and “van” a part of the family name or apart from it.
    """
    parts = {part: APOSTROPHE.sub("’", text) if isinstance(text, str) else text for part, text in name.items()}
    found = WITH_PARTICLE.fullmatch(str(parts.get("family", "")))
    if found and not any(part.endswith("particle") for part in parts):
        parts |= {"non-dropping-particle": found[1], "family": found[2]}
    return json.dumps(parts, sort_keys=True)


APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
WITH_PARTICLE = re.compile(r"([a-z]+(?: [a-z]+)*) ([A-Z].*)")


def families(name: Mapping[str, Any]) -> list[str]:
    """What Pandoc may take for the family name, which takes particles off; an empty one where there is none."""
    text = normalize("NFC", str(name.get("family") or name.get("literal") or "").replace("'", "’"))
    return [text, *(text[found.end() :] for found in re.finditer(r"[\W_](?=.)", text))]


def _words(one: Person) -> tuple[str, ...]:
    """All words of a name, in whatever parts of it."""
    texts = " ".join(str(text) for text in json.loads(one).values())
    return tuple(sorted(re.findall(r"[^\s,\"“”]+", texts)))


def _begins_small(one: Person) -> bool:
    """True for a name that may be printed with a particle in front, which Pandoc knows from its small letter."""
    name = json.loads(one)
    return any(part.endswith("particle") or str(text)[:1].islower() for part, text in name.items())


def _twins(people: Collection[Person]) -> set[Person]:
    """Those whose family name and initials may be another one's."""
    groups: defaultdict[str, list[tuple[Person, str]]] = defaultdict(list)
    for one in people:
        name = json.loads(one)
        for family in families(name):
            groups[family].append((one, _first_letter(str(name.get("given", "")))))
    pairs = (pair for group in groups.values() for pair in combinations(group, 2))
    return {one for (first, a), (other, b) in pairs if a == b or not a or not b for one in (first, other)}


def _first_letter(given: str) -> str:
    """The first letter as a capital, nothing for a given name that does not begin with one."""
    return given[:1].upper() if given[:1].isalpha() else ""


def works_of_twins(items: Sequence[Item], people: Collection[Person]) -> set[str]:
    """The ids of works by, or edited by, persons whose given names may be printed in full in the list of references.

    All works whose first authors may have the family name of one of theirs are among them: which of these look alike in
    citations says what is added to tell them apart, and entries have it too.
    """
    twins = {family for one in _twins(people) for family in families(json.loads(one))}
    theirs = [item for item in items if any(not twins.isdisjoint(families(name)) for name in _first_names(item))]
    shared = {family for item in theirs for family in families(_first_author(item))}
    return {str(item["id"]) for item in items if not shared.isdisjoint(families(_first_author(item)))}


def one_work_each(people: Sequence[Person]) -> list[dict[str, Any]]:
    """A work by each of them alone."""
    return [{"id": f"p{at}", "type": "article-journal", "author": [json.loads(one)]} for at, one in enumerate(people)]


def with_cited_names(
    items: Sequence[Item], variable: str, cited: Mapping[Person, tuple[str, str]]
) -> list[dict[str, Any]]:
    """The works with their authors, in `variable`, as they are cited.

    `cited` has for each person what is printed, and a class: persons of one class look alike in citations. Pandoc
    prints the `literal` of a name and compares the rest: all of it where it asks whether two authors are one, all but
    the given name where it asks whether citations look alike.
    """
    return [_with_cited(item, variable, cited) for item in items]


def _with_cited(item: Item, variable: str, cited: Mapping[Person, tuple[str, str]]) -> dict[str, Any]:
    found = {name: value for name, value in item.items() if name != variable}
    authors = item.get("author")
    if not authors:
        return found
    first = _first_author(item)
    one = person(first)
    if one not in cited:
        return found | {variable: authors}
    text, looks = cited[one]
    others = {part: value for part, value in first.items() if part != "given"}
    return found | {variable: [{"literal": text, "given": one, "suffix": looks + person(others)}, *authors[1:]]}


INITIALS = b"""<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"
 initialize-with-hyphen="false">
<info><title>Initials</title><id>initials</id><updated>2026-01-01T00:00:00Z</updated></info>
<citation><layout><names variable="author"><name form="long" initialize-with=""/></names></layout></citation></style>"""
"""A style whose citations are the first author's name, with initials."""
