"""Works: the key by which one is cited where its file has none, and the same work under two keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, count
from string import ascii_lowercase
from typing import Any

from diptych.bibliography.readers.common import folded

Data = Mapping[str, Any]


def key_for(item: Data, taken: Collection[str]) -> str:
    """A key from the first author's family name, or a word of the title, and the year: `falk2015`, then `falk2015a`."""
    name = _ascii(first_name(item)) or _title_word(str(item.get("title", ""))) or "ref"
    return free_key(name + year(item), taken)


def _title_word(title: str) -> str:
    """The first word with more than three letters."""
    return next((word for word in map(_ascii, title[:60].split()) if len(word) > 3), "")


def free_key(base: str, taken: Collection[str]) -> str:
    """`base`, or with the first letter behind it that makes a key of it which is not taken; numbers follow z."""
    if base not in taken:
        return base
    letters = (f"{base}{letter}" for letter in ascii_lowercase)
    numbers = (f"{base}-{number}" for number in count(len(taken)))
    return next(key for key in chain(letters, numbers) if key not in taken)


@lru_cache(maxsize=4096)
def _ascii(text: str) -> str:
    """The text in lower-case ASCII letters and digits."""
    return NOT_ASCII.sub("", folded(text).lower())[:40]


NOT_ASCII = re.compile(r"[^a-z0-9]")
YEAR = re.compile(r"\d{4}")
TAG, NOT_WORD = re.compile(r"<[^<>]*>"), re.compile(r"[\W_]+")


def first_name(item: Data) -> str:
    """The family name of the first author, or else editor; what stands for an institution; empty for none."""
    people = item.get("author") or item.get("editor")
    first = people[0] if people and isinstance(people, (list, tuple)) else {}  # what Word files carry is unchecked
    return str(first.get("family") or first.get("literal") or "") if isinstance(first, dict) else ""


def year(item: Data) -> str:
    """The year of publication as digits, from a date as CSL-JSON has it or as ISO 8601; empty for none."""
    issued = item.get("issued") or ""
    if isinstance(issued, str):
        return found[0] if (found := YEAR.match(issued)) else ""
    try:
        return str(issued["date-parts"][0][0])
    except (LookupError, TypeError):
        return ""


# The same work


def identities(item: Data) -> Iterator[str]:
    """What no two works share: DOI, PMID and PMCID, and title with year and first author."""
    yield from _numbers(item)
    yield from _title(item, _origin(item))


def _numbers(item: Data) -> list[str]:
    return [f"{name} {str(item[name]).lower()}" for name in ("DOI", "PMID", "PMCID") if item.get(name)]


def _origin(item: Data) -> str:
    """Year, first author and whether it is a whole book; empty where one of them or the title is missing."""
    published, name = year(item), first_name(item)
    if not published or not name or not item.get("title"):
        return ""
    return f"{published} {_ascii(name)} {item.get('type') in CONTAINERS}"


def _title(item: Data, origin: str) -> list[str]:
    """The title without accents, markup, blanks and punctuation, in small letters, with its origin."""
    plain = folded(str(item.get("title", ""))) if origin else ""
    letters = _letters(TAG.sub("", plain) if "<" in plain else plain)
    return [f"title {letters} {origin}"] if letters else []


def _letters(text: str) -> str:
    """The letters and digits of a text, in small letters."""
    if text.isascii():
        return text.encode().translate(None, PUNCTUATION).lower().decode()  # six times as fast
    return NOT_WORD.sub("", text).casefold()


PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())


CONTAINERS = frozenset(["book", "collection", "periodical", "report"])


def doubles(items: Iterable[tuple[str, Data]]) -> Iterator[tuple[str, str]]:
    """The keys of works that are there twice: the second, and the first."""
    described = [(key, item, _origin(item)) for key, item in items]
    alike = Counter(origin for _, _, origin in described)
    first: dict[str, str] = {}
    for key, item, origin in described:
        found = _numbers(item)
        if alike[origin] > 1:
            found += _title(item, origin)
        same = next((first[identity] for identity in found if identity in first), None)
        if same:
            yield key, same
        for identity in found:
            first.setdefault(identity, key)
