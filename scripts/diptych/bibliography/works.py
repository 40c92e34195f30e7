"""Works: the key by which one is cited where its file has none, and the same work under two keys."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import count
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
    for letter in ascii_lowercase:
        if (key := base + letter) not in taken:
            return key
    return next(key for number in count(len(taken)) if (key := f"{base}-{number}") not in taken)


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


def identities(item: Data) -> list[str]:
    """What no two works share: DOI, PMID and PMCID, and title with year and first author."""
    found = [f"{name} {str(item[name]).lower()}" for name in NUMBERS if item.get(name)]
    published, name, title = year(item), first_name(item), item.get("title")
    if published and name and title and (letters := _plain(str(title))):
        found.append(f"{letters} {published} {_ascii(name)} {item.get('type') in CONTAINERS}")
    return found


NUMBERS = ("DOI", "PMID", "PMCID")


def _plain(title: str) -> str:
    """The title without accents, markup, blanks and punctuation, in small letters."""
    plain = folded(title)
    return _letters(TAG.sub("", plain) if "<" in plain else plain)


def _letters(text: str) -> str:
    """The letters and digits of a text, in small letters."""
    if text.isascii():
        return text.encode().translate(None, PUNCTUATION).lower().decode()  # six times as fast
    return NOT_WORD.sub("", text).casefold()


PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())


CONTAINERS = frozenset(["book", "collection", "periodical", "report"])


def doubles(items: Iterable[tuple[str, Data]]) -> Iterator[tuple[str, str]]:
    """The keys of works that are there twice: the second, and the first."""
    known: dict[str, str] = {}
    for key, item in items:
        if first := same(key, item, known):
            yield key, first


def same(key: str, item: Data, known: dict[str, str]) -> str | None:
    """The key of the same work among the `known`, keys by what no two works share; the work is one of them then."""
    found = [first for identity in identities(item) if (first := known.setdefault(identity, key)) != key]
    return found[0] if found else None
