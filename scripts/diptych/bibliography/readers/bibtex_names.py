"""Names as BibTeX and BibLaTeX write them → names of CSL (BibTeXing, section 4; biblatex manual, section 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.bibliography.readers import latex
from diptych.bibliography.readers.common import (
    AND_OTHERS,
    OTHERS,
    Name,
    full_name,
    is_suffix,
    known,
    names_in_a_row,
    spaced_initials,
)

AND = re.compile(r"\s+and(?=\s|$)\s*", re.IGNORECASE)
SEMICOLON = re.compile(r";\s+")
COMMA = re.compile(r"\s*,\s*")
BLANK = re.compile(r"[\s~]+")
PART = re.compile(r"\s*([a-z]+(?:-i)?)\s*=\s*(.*)", re.DOTALL)


def names(value: str) -> list[Name]:
    """The names in a field, “and” between them; “others” stands for those that are left out."""
    parts = _split(value, AND)
    if len(parts) == 1:
        parts = _without_and(parts[0])
    return [found for written in parts if (found := name(written))]


def _without_and(value: str) -> list[str]:
    """The names in a field without “and”: some write semicolons, or “Smith J, Doe K” as in a list of references."""
    by_semicolons, by_commas = _split(value, SEMICOLON), _split(value, COMMA)
    if len(by_semicolons) > 1 or len(by_commas) < 2:
        return by_semicolons
    found = names_in_a_row(by_commas)
    return found if len(found) > 1 else [value]


def name(written: str) -> Name | None:
    """One name; in braces as a whole it is an institution, and an empty one None."""
    bare = written.strip()
    if bare.lower() in AND_OTHERS:
        return dict(OTHERS)
    if _is_group(bare):
        literal = latex.text(bare, latex.PLAIN)
        return {"literal": literal} if literal else None
    parts = _split(bare, COMMA)
    if all(PART.fullmatch(part) for part in parts):
        return _extended(parts) or None
    last, given, suffix = _by_commas(parts)
    family = latex.text(last, latex.PLAIN)
    if not family:
        return None
    plain_given, plain_suffix = latex.text(given, latex.PLAIN), latex.text(suffix, latex.PLAIN)
    if _is_group(last):
        return known({"family": family, "given": spaced_initials(plain_given), "suffix": plain_suffix})
    return full_name(family, plain_given, plain_suffix)


def _by_commas(parts: list[str]) -> tuple[str, str, str]:
    """Family name with its particle, given names and suffix, by the number of commas between them."""
    if len(parts) == 1:
        return _family_last(_split(parts[0], BLANK))
    if len(parts) == 2 and is_suffix(parts[1].strip()):
        family, given, _ = _family_last(_split(parts[0], BLANK))
        return family, given, parts[1]
    return (parts[0], parts[1], "") if len(parts) == 2 else (parts[0], ", ".join(parts[2:]), parts[1])


def _family_last(words: list[str]) -> tuple[str, str, str]:
    """“First von Last Jr”: the family name begins at the first word in lower case, or is the last."""
    suffix = ""
    if len(words) > 2 and is_suffix(words[-1]):
        *words, suffix = words
    if len(words) > 1 and INITIALS.fullmatch(words[-1]) and all(WRITTEN_OUT.search(word) for word in words[:-1]):
        return " ".join(words[:-1]), words[-1], suffix
    start = next((index for index, word in enumerate(words[:-1]) if word[:1].islower()), len(words) - 1)
    return " ".join(words[start:]), " ".join(words[:start]), suffix


INITIALS, WRITTEN_OUT = re.compile(r"[A-Z]|(?:[A-Z]\.-?)+"), re.compile(r"[^\W\d_]{2}")
"""“Smith J.”: the family name first, as databases write it, though BibTeX wants a comma."""


def _extended(parts: list[str]) -> Name:
    """BibLaTeX's `family=…, given=…`; by `useprefix` the particle belongs to the family name or may be dropped."""
    found = {match[1]: latex.text(match[2], latex.PLAIN) for part in parts if (match := PART.fullmatch(part))}
    if not found.get("family"):
        return {}
    particle = "dropping-particle" if found.get("useprefix") == "false" else "non-dropping-particle"
    return known(
        {
            "family": found["family"],
            "given": found.get("given", ""),
            particle: found.get("prefix", ""),
            "suffix": found.get("suffix", ""),
        }
    )


def _is_group(text: str) -> bool:
    """True for text that one pair of braces encloses, and that is no accent: `{World Health Organization}`."""
    return text[:1] == "{" and text[1:2] != "\\" and _first_group_end(text) == len(text)


def _first_group_end(text: str) -> int:
    depth = 0
    for found in re.finditer(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return -1


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of `text` between separators that stand outside braces; empty ones left out."""
    if "{" not in text:
        return [part for part in separator.split(text) if part.strip()]
    return [part for part in _outside_braces(text, separator) if part.strip()]


def _outside_braces(text: str, separator: re.Pattern[str]) -> Iterator[str]:
    depth = start = at = 0
    pattern = re.compile(rf"\\.|[{{}}]|(?P<separator>{separator.pattern})", separator.flags | re.DOTALL)
    for found in pattern.finditer(text):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found["separator"] and depth == 0:
            yield text[start : found.start()]
            start = found.end()
        at = found.end()
    yield text[start : max(at, len(text))]
