"""Fonts small enough to travel inside a page: the letters that it needs, in WOFF2."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from functools import lru_cache

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from diptych.cache import Cache, key

ENDINGS = frozenset({".ttf", ".otf", ".woff", ".woff2"})
COMMON = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100)))) | set("‐‑–—‘’“”„†‡•…\u202f′″−≤≥≈↩")
"""Letters of western Europe and common signs: in every page, so that an edit seldom asks for other fonts."""
FEATURES = ("kern", "liga", "lnum", "pnum", "tnum", "smcp", "mark", "ccmp", "locl")
"""What the stylesheets make use of (OpenType 1.9, “Registered features”); each costs time and room."""
METHOD = b"woff2 subset 1"


def woff2(data: bytes, characters: frozenset[str], kept: Cache | None) -> bytes | None:
    """The font with no glyphs but those of `characters` and of common ones, as WOFF2; None for what is no font."""
    return _small(data, "".join(sorted(COMMON.union(*({*_block(one)} for one in characters - COMMON)))), kept)


@lru_cache(maxsize=128)
def _small(data: bytes, letters: str, kept: Cache | None) -> bytes | None:
    """The font with those letters, from what is kept where it is."""
    name = key((METHOD, hashlib.sha256(data).digest(), letters.encode("utf-8", "surrogatepass")))
    known = kept.get(name) if kept else None
    if known:
        return known
    made = _made(data, letters)
    if made and kept:
        kept.put(name, made)
    return made


def _block(character: str) -> Iterator[str]:
    """The 128 characters that it stands among, so that one more of an alphabet asks for nothing new."""
    first = ord(character) & ~0x7F
    return map(chr, range(first, first + 0x80))


def _made(data: bytes, letters: str) -> bytes | None:
    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.layout_features = list(FEATURES)
    try:
        font = TTFont(io.BytesIO(data), recalcTimestamp=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=letters)
        subsetter.subset(font)
        font.flavor = "woff2"
        file = io.BytesIO()
        font.save(file)
    except (TTLibError, AssertionError, KeyError, ValueError, subset.Subsetter.SubsettingError):
        return None
    return file.getvalue()
