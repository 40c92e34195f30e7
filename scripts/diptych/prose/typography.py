"""Smart punctuation: quotation marks by language, dashes, the ellipsis, and spaces that must not break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

QUOTES: dict[str, tuple[str, str, str, str]] = {
    # Outer and inner quotation marks, after the delimiters of the Unicode CLDR.
    "bg": ("„", "“", "„", "“"),
    "ca": ("«", "»", "“", "”"),
    "cs": ("„", "“", "‚", "‘"),
    "da": ("“", "”", "‘", "’"),
    "de": ("„", "“", "‚", "‘"),
    "de-CH": ("«", "»", "‹", "›"),
    "el": ("«", "»", "“", "”"),
    "en": ("“", "”", "‘", "’"),
    "es": ("«", "»", "“", "”"),
    "et": ("„", "“", "«", "»"),
    "fi": ("”", "”", "’", "’"),
    "fr": ("«\N{NO-BREAK SPACE}", "\N{NO-BREAK SPACE}»", "“", "”"),
    "fr-CH": ("«", "»", "‹", "›"),
    "hr": ("„", "“", "‚", "‘"),
    "hu": ("„", "”", "»", "«"),
    "it": ("«", "»", "“", "”"),
    "it-CH": ("«", "»", "‹", "›"),
    "lt": ("„", "“", "„", "“"),
    "lv": ("“", "”", "‘", "’"),
    "nb": ("«", "»", "‘", "’"),
    "nl": ("“", "”", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"),
    "pt": ("“", "”", "‘", "’"),
    "pt-PT": ("«", "»", "“", "”"),
    "ro": ("„", "”", "«", "»"),
    "ru": ("«", "»", "„", "“"),
    "sk": ("„", "“", "‚", "‘"),
    "sl": ("„", "“", "‚", "‘"),
    "sv": ("”", "”", "’", "’"),
    "tr": ("“", "”", "‘", "’"),
    "uk": ("«", "»", "„", "“"),
}

# fmt: off
UNITS = (
    "Gy", "cGy", "mGy", "Sv", "mSv", "µSv", "Bq", "kBq", "MBq", "GBq",
    "km", "m", "cm", "mm", "µm", "nm", "kg", "g", "mg", "µg", "ng", "pg",
    "L", "dL", "mL", "µL", "mol", "mmol", "µmol", "nmol", "IU",
    "yr", "mo", "wk", "d", "h", "min", "s", "ms", "Hz", "kHz", "MHz",
    "Pa", "kPa", "mmHg", "kJ", "kcal", "V", "kV", "MV", "eV", "keV", "MeV", "T", "mT",
    "°C", "%", "‰",
)
# fmt: on
"""A number and one of these stay on one line. Words (months, patients) do not belong here, abbreviations do."""

_DECADE = re.compile(r"(?<!\w)'(?=\d0s\b)")
_DASHES_AND_DOTS = (
    (re.compile(r"(?<!-)---(?!-)"), "—"),
    (re.compile(r"(?<!-)--(?!-)"), "–"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
)
_UNIT = "|".join(re.escape(unit).replace("µ", "[µμ]") for unit in sorted(UNITS, key=len, reverse=True))
_NUMBER = r"[-−]?\.?\d"
_KEPT = (
    rf"(?<=\d)BLANK(?=(?:{_UNIT})(?!\w))",  # 5 Gy
    rf"(?<=[=<>≤≥≈±×])BLANK(?={_NUMBER})",  # p < 0.05, n = 12, ± 3: the sign with its number
    rf"(?<!\w\w\w\w)BLANK(?=[=<>≤≥≈][ \u00a0]{_NUMBER})",  # and the symbol before it, which is short
)
_FRENCH_SPACE = re.compile(r"(?<=«) | (?=[;:!?»](?!\S))")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def kept_spaces(blank: str) -> re.Pattern[str]:
    """Where a `blank` keeps a number with its unit, or with the sign and the symbol before it."""
    return re.compile("|".join(_KEPT).replace("BLANK", blank))


_SPACES = kept_spaces(" ")


def quotes(lang: str) -> tuple[str, str, str, str]:
    """Outer and inner quotation marks of a language (BCP 47 tag); those of English where it is not in the table."""
    return QUOTES.get(lang) or QUOTES.get(lang.partition("-")[0]) or QUOTES["en"]


def dashes_and_dots(text: str) -> str:
    """The text with `--` as en dash, `---` as em dash and `...` as ellipsis."""
    for pattern, sign in _DASHES_AND_DOTS:
        text = pattern.sub(sign, text)
    return text


def spare_addresses(state: StateCore) -> None:
    """Core rule, before all others here: an address in angle brackets is printed as it is written."""
    for block in state.tokens:
        for before, token in pairwise(block.children or ()):
            if before.type == "link_open" and before.info == "auto" and token.type == "text":
                token.type = "text_special"


def set_dashes(state: StateCore) -> None:
    """Core rule, before `smartquotes`: dashes and ellipses, and the apostrophe of a decade, which opens nothing."""
    for token in _words(state):
        token.content = _DECADE.sub("’", dashes_and_dots(token.content))


def set_apostrophes(state: StateCore) -> None:
    """Core rule, after `smartquotes`: a single quote that found no partner is an apostrophe."""
    for token in _words(state):
        token.content = token.content.replace("'", "’")


def set_spaces(state: StateCore) -> None:
    """Core rule: spaces that keep a number with its unit or sign, also where the author began a new line there."""
    for token in _words(state):
        token.content = _SPACES.sub(_NO_BREAK_SPACE, token.content)
    for block in state.tokens:
        _join_lines(block.children or [])


def set_french_spaces(state: StateCore) -> None:
    """Core rule for French: where the author typed a space at high punctuation or guillemets, it does not break."""
    for token in _words(state):
        token.content = _FRENCH_SPACE.sub(_NO_BREAK_SPACE, token.content)


def _words(state: StateCore) -> Iterator[Token]:
    """The words of the text: neither code nor formulas nor characters that the author escaped."""
    for block in state.tokens:
        for token in block.children or ():
            if token.type == "text":
                yield token


def _join_lines(tokens: Sequence[Token]) -> None:
    for before, between, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if between.type == "softbreak" and _SPACES.match(f"{before.content} {after.content}", len(before.content)):
            between.type, between.content = "text", _NO_BREAK_SPACE
