"""What readers of foreign formats share: names, dates and pages as people and databases write them."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from diptych.bibliography.dates import days_in
from diptych.bibliography.identifiers import cas_in_address
from diptych.bibliography.identifiers import doi as normal_doi
from diptych.bibliography.records import LONGEST_NAME, CleanNames

OTHERS = {"literal": "others"}
"""Stands for the authors that a source leaves out; styles print it as “et al.”."""

Name = dict[str, str]


# Names


SUFFIXES = frozenset(["jr", "sr", "2nd", "3rd", "ii", "iii", "iv", *(f"{number}th" for number in range(1, 10))])
AND_OTHERS = frozenset(["others", "et al", "et al."])


def person(text: str) -> Name | None:
    """The name in “Family, Given, Suffix”; text without a comma is an institution, and an empty one None.

    Two commas in a row stand for one in the name of an institution, as EndNote has it.
    """
    if len(text) > LONGEST_NAME:
        return _read_person(text)
    name = _remembered_person(text)
    return name.copy() if name else None


def _read_person(text: str) -> Name | None:
    text = " ".join(text.split())
    family, _, given = text.partition(",")
    family, given, suffix = family.rstrip(), given.lstrip(), ""
    if "," in given:
        if ",," in text.rstrip(", "):
            return {"literal": " ".join(text.replace(",,", ",", 1).split())}
        given, *rest = (part.strip() for part in given.split(","))
        suffix = ", ".join(filter(None, rest))
    if family.lower() in AND_OTHERS:
        return dict(OTHERS)
    if not given:
        return _initials_last(family) or ({"literal": family} if family else None)
    but_last, _, last = given.rpartition(" ")
    if but_last and not suffix and is_suffix(last):
        given, suffix = but_last, last
    return full_name(family, given, suffix)


_remembered_person = lru_cache(maxsize=4096)(_read_person)
"""The same persons are in files again and again."""


def is_suffix(word: str) -> bool:
    """True for “Jr”, “III” and the like, with a stop or without."""
    return word.removesuffix(".").lower() in SUFFIXES


INITIALS_LAST = re.compile(
    r"((?:(?:[a-z]+|D[aeiou]|D[eo]l|Della|Dos|El|L[aeo]|Mac|St|Ten|V[ao]n) ){0,3}\S+) ([A-Z]{1,3})"
    r"|(\S+(?: \S+){0,2}) ((?:[A-Z]\.[ -]?){1,4})"
)
COUNTRIES = frozenset(["UK", "US", "USA", "EU", "UAE"])


def _initials_last(text: str) -> Name | None:
    """“Smith J”, “van den Berg J.A.”, “King ML Jr”: databases leave out the comma; None for an institution."""
    but_last, _, suffix = text.rpartition(" ")
    bare, suffix = (but_last, suffix) if is_suffix(suffix) else (text, "")
    found = INITIALS_LAST.fullmatch(bare)
    family, initials = (found[1] or found[3], found[2] or found[4]) if found else ("", "")
    if not any(char.islower() for char in family) or initials in COUNTRIES:
        return None
    return full_name(family, initials, suffix)


def people(texts: Sequence[str]) -> list[Name]:
    """The names in `texts`, each by `person`; a text may hold several, “Smith J, Doe K” as in a list of references."""
    written = "".join(texts)
    if written.count(",") > len(texts) or len(texts) == 1:
        texts = [name for text in texts for name in names_in_a_row(text.split(","))]
    if len(written) > LONGEST_NAME or not written.isprintable():
        return [name for text in texts if (name := person(text))]
    return CleanNames([name.copy() for name in map(_remembered_person, texts) if name])


def names_in_a_row(parts: Sequence[str]) -> list[str]:
    """The names whose parts commas divide: several of “Smith J, Doe K” and of “Smith, J., Doe, K.”, or else one."""
    if len(parts) == 1 or any(len(part) > LONGEST_NAME for part in parts):
        return [",".join(parts)]
    found = [DATABASE_NAME.fullmatch(part.strip()) for part in parts]
    if all(found):
        return [f"{match[1]}, {match[2]}" for match in found if match]
    families, initials = parts[::2], [part.strip() for part in parts[1::2]]
    if len(initials) > 1 and len(families) == len(initials) and all(map(ONLY_INITIALS.fullmatch, initials)):
        return [f"{family.strip()}, {given}" for family, given in zip(families, initials, strict=True)]
    return [",".join(parts)]


ONLY_INITIALS = re.compile(r"(?:[A-Z]\.?[ -]?){1,4}")
DATABASE_NAME = re.compile(r"(\S*[a-z]\S*(?: \S+){0,2}) ([A-Z]{1,3})")


def full_name(family: str, given: str, suffix: str = "") -> Name:
    """A person's name with the particle (“van den”) apart; initials are spaced, so that styles can tell them."""
    particles, family = _particles(family) if family[:1].islower() else ("", family)
    name = {"family": family} if family else {}
    if given:
        name["given"] = spaced_initials(given)
    if particles:
        name["non-dropping-particle"] = particles
    if suffix:
        name["suffix"] = suffix
    return name


def _particles(family: str) -> tuple[str, str]:
    """The words in small letters at the head of a family name, and the rest, which has one word at least."""
    words = family.split()
    count = next((index for index, word in enumerate(words[:-1]) if not word[0].islower()), len(words) - 1)
    return " ".join(words[:count]), " ".join(words[count:])


def spaced_initials(given: str) -> str:
    """“J.-B.” as it is, “J.B.” and “JB” as “J. B.”: styles would take either for one name."""
    if given.isupper() and JOINED_INITIALS.fullmatch(given):
        return " ".join(f"{letter}." for letter in given)
    return JOINED_STOP.sub(". ", given) if "." in given[:-1] else given


JOINED_INITIALS, JOINED_STOP = re.compile(r"[A-Z]{2,3}"), re.compile(r"\.(?=[^\W\d_])")


# Dates


MONTHS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen",
            "feb fev",
            "mar mae",
            "apr avr abr",
            "may mai mag",
            "jun juin giu",
            "jul juil lug",
            "aug aou ago",
            "sep set",
            "oct okt ott out",
            "nov",
            "dec dez dic",
        ),
        1,
    )
    for name in names.split()
}
"""How the names of months begin, without accents, in English, German, French, Spanish, Italian and Portuguese."""

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
UNPRINTED_YEARS = frozenset(["", "n.d.", "nd", "n. d.", "no date", "undated", "????", "0000"])
NUMBER = re.compile(r"\d+")
DASH = re.compile(r"\s*[-\u2010-\u2014]\s*")
YEAR = re.compile(r"(?<!\d)(1[0-9]|20|21)\d\d(?!\d)")
COMPACT = re.compile(r"((?:1[0-9]|20|21)\d\d)(\d\d)(\d\d)?")
FIGURES = re.compile(r"((?:1[0-9]|20|21)\d\d)(?:[-/](0?[1-9]|1[0-2])(?:[-/](\d\d?))?)?")
"""Dates as most programs write them."""
YEAR_FIRST = re.compile(r"((?:1[0-9]|20|21)\d\d)/(\d\d?)?/(?:(\d\d?)(?:/.*)?)?")
"""RIS: year, month and day, each of which may be missing, and any other words."""
EDTF = re.compile(r"\d{4}-2[1-4]|\d{4}(-\d\d){0,2}[~?%]|\d{4}(-\d\d){0,2}[~?%]?/\d{4}(-\d\d){0,2}[~?%]?")
"""Seasons, uncertain dates and ranges of ISO 8601-2."""
ABOUT = re.compile(r"(?:c|ca|circa)\.?\s*(\d{4})", re.IGNORECASE)


def date(text: str) -> str | dict[str, str] | None:
    """A date in words or figures as ISO 8601 (`2015-03-15`, a season as `2015-21`, a range as `2015-03/2015-04`).

    Text without a year is printed as it stands (“in press”); None for words that say there is no date. A month or day
    that cannot be is left out.
    """
    return _dated(text) or _undated(text)


def _undated(text: str) -> dict[str, str] | None:
    """A text without a year as it stands."""
    bare = _bare(text)
    if bare.lower() in UNPRINTED_YEARS or f"{bare.lower()}." in UNPRINTED_YEARS:
        return None
    return {"literal": bare}


def _bare(text: str) -> str:
    return " ".join(text.split()).strip("./")


@lru_cache(maxsize=4096)
def _dated(text: str) -> str | None:
    """The date in a text, None where it has no year; kept, since files have the same dates again and again."""
    bare = _bare(text)
    figures = FIGURES.fullmatch(bare) or COMPACT.fullmatch(bare) or YEAR_FIRST.fullmatch(bare)
    if figures:
        return iso(*figures.groups(default=""))
    if EDTF.fullmatch(bare):
        return bare
    about = ABOUT.fullmatch(bare)
    if about:
        return f"{about[1]}~"
    year = YEAR.search(bare)
    if not year:
        return None
    first, *last = DASH.split(bare)
    if len(last) == 1 and (begin := _dated(first)) and (end := _dated(last[0])):
        return f"{begin}/{end}"
    return _rest_of_date(year[0], f"{bare[: year.start()]} {bare[year.end() :]}", year_first=year.start() == 0)


def _rest_of_date(year: str, rest: str, year_first: bool) -> str:
    months = month_names(rest)
    if len(months) > 1:
        return f"{iso(year, str(months[0]))}/{iso(year, str(months[-1]))}"
    numbers = NUMBER.findall(rest)
    if months:
        return iso(year, str(months[0]), numbers[0] if numbers else "")
    season = next((SEASONS[word] for word in re.findall(r"[a-z]+", rest.lower()) if word in SEASONS), None)
    if season:
        return f"{year}-{season}"
    return iso(year, *(numbers if year_first else numbers[::-1])[:2])


def iso(year: str, month: str = "", day: str = "") -> str:
    """`year-month-day` as far as there is such a day."""
    if not month or not 1 <= int(month) <= 12:
        return year
    if not day or not 1 <= int(day) <= days_in(int(year), int(month)):
        return f"{year}-{int(month):02}"
    return f"{year}-{int(month):02}-{int(day):02}"


def month_names(text: str) -> list[int]:
    """The months that `text` names, in any of the languages of `MONTHS`."""
    words = re.findall(r"[a-z]+", folded(text).lower())
    found = [MONTHS.get(word[:4]) or MONTHS.get(word[:3]) for word in words if len(word) >= 3]
    return [month for month in found if month]


# Pages and plain text


PLAIN_PAGES = re.compile(r"\w+(?:-\w+)?")
PAGE_WORD = re.compile(r"^(?:pp?|pages?|s|seiten?)\.?\s+", re.IGNORECASE)
RANGE = re.compile(r"\s*(?:-{1,3}|[\u2010-\u2015\u2212])\s*")


def pages(text: str) -> str:
    """Pages with a hyphen for “from … to”, as CSL has them: `S1-S9`; commas between ranges stay."""
    if PLAIN_PAGES.fullmatch(text):
        return text
    bare = PAGE_WORD.sub("", text.strip())
    return RANGE.sub("-", bare).strip("-")


def from_to(first: str, last: str) -> str:
    """Pages from a first and a last one, either of which may be missing or a range already."""
    if not first or not last or first == last or (not first.isalnum() and RANGE.search(first)):
        return pages(first or last)
    return pages(f"{first}-{last}")


def ordinal(edition: str) -> str:
    """“20th” and “20th ed.” as “20”, which styles print in the words of their language; any other text as it is."""
    found = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?\.?(?:\s+ed(?:ition|n)?\.?)?", edition.strip(), re.IGNORECASE)
    return found[1] if found else edition


LANGUAGES = {
    "english": "en",
    "american": "en-US",
    "usenglish": "en-US",
    "british": "en-GB",
    "ukenglish": "en-GB",
    "german": "de",
    "ngerman": "de",
    "deutsch": "de",
    "austrian": "de-AT",
    "naustrian": "de-AT",
    "french": "fr",
    "francais": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "brazilian": "pt-BR",
    "dutch": "nl",
    "danish": "da",
    "swedish": "sv",
    "norwegian": "nb",
    "finnish": "fi",
    "polish": "pl",
    "czech": "cs",
    "russian": "ru",
    "japanese": "ja",
    "chinese": "zh",
    "korean": "ko",
    "turkish": "tr",
    "greek": "el",
    "eng": "en",
    "ger": "de",
    "deu": "de",
    "fre": "fr",
    "fra": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "jpn": "ja",
    "chi": "zh",
    "rus": "ru",
    "dut": "nl",
    "pol": "pl",
    "kor": "ko",
    "tur": "tr",
}
"""Names of languages in Babel and codes of ISO 639-2, and the codes of BCP 47 that CSL takes."""


def language(text: str) -> str:
    """The code of a language, from its name or code; text that is neither as it is."""
    return LANGUAGES.get(text.strip().lower(), text)


def folded(text: str) -> str:
    """The text without accents, letters that have none of their own spelt out: “Łódź” as “Lodz”, “Groß” as “Gross”."""
    if text.isascii():
        return text
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(SPELT_OUT)))
    return plain if plain.isascii() else "".join(char for char in plain if not unicodedata.combining(char))


ACCENTS = re.compile("[\u0300-\u036f]+")
"""The combining marks of European languages."""


SPELT_OUT = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d", "Đ": "D"}
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H"}
)


GENRES_OF_ALL = frozenset(
    [
        "article",
        "article in press",
        "journal article",
        "journal: article",
        "original article",
        "research article",
        "research-article",
        "review",
        "review article",
        "short survey",
    ]
)
"""What databases say of articles in journals; styles that print a genre want what is out of the ordinary."""


def genre(kind: str, text: str) -> str:
    """The genre of a work of a type of CSL; empty where it says no more than the type does."""
    return "" if kind == "article-journal" and text.strip().lower() in GENRES_OF_ALL else text


AHEAD = re.compile(
    r"(?:e-?pub|publish(?:ed)?|online)?,? ?ahead of print|on-?line first|(?:articles? )?in press", re.IGNORECASE
)
"""What databases write for the volume of an article that has none yet."""


def without_volume_ahead(item: dict[str, Any]) -> dict[str, Any]:
    """The item with what its volume says in `status`, where that is no volume but that there is none yet."""
    if AHEAD.fullmatch(item.get("volume") or ""):
        volume = item.pop("volume")
        item["status"] = item.get("status") or volume
    return item


def journal(whole: str, short: str) -> dict[str, str]:
    """What a work stands in, whole and short, empty where unknown: the longer one is whole, which databases mix up."""
    if len(short) > len(whole):
        whole, short = short, whole
    return {"container-title": whole, "container-title-short": "" if short == whole else short}


ADDRESS_OF_DOI = re.compile(r"https?://(?:dx\.|www\.)?doi\.org/10\.", re.IGNORECASE)
ON_THE_WEB = re.compile("(?:https?|ftp):", re.IGNORECASE)
HOST = re.compile(r"www\.\S+\.\S+|[\w-]+(?:\.[\w-]+)+/\S*")
"""An address without “https://”, as one copies it."""


def addresses(doi: str, texts: Iterable[str]) -> dict[str, str]:
    """`DOI` and `URL` of a work, empty where there is none, and its `CAS` id if any.

    A text may hold several addresses, one that of the DOI.
    """
    words = [word for text in texts for word in text.split()]
    found = [word if ON_THE_WEB.match(word) else f"https://{word}" for word in words if is_address(word)]
    doi = doi or next(filter(ADDRESS_OF_DOI.match, found), "")
    cas = {word: number for word in found if (number := cas_in_address(word))}
    others = (
        word
        for word in found
        if word not in cas and not (ADDRESS_OF_DOI.match(word) and normal_doi(word) == normal_doi(doi))
    )
    return known({"CAS": next(iter(cas.values()), "")}) | {"DOI": doi, "URL": next(others, "")}


def is_address(word: str) -> bool:
    """True for an address on the web, with “https://” or without."""
    return bool(ON_THE_WEB.match(word) or HOST.fullmatch(word))


def unescaped(text: str) -> str:
    """The text on one line, `&amp;` and its like resolved: databases leave them in."""
    if text.isprintable() and "&" not in text and "  " not in text:
        return text.strip()
    return " ".join((html.unescape(text) if "&" in text else text).split())


HTML = re.compile(r"\s*<(?:p|div|span|h\d|ul|ol|br)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"</?([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
PROSE_OF = {"em": "*", "i": "*", "strong": "**", "b": "**", "sub": "~", "sup": "^"}
PROSE_OF |= dict.fromkeys(("p", "div", "br", "ul", "ol", "h1", "h2", "h3", "blockquote"), "\n\n") | {"li": "\n\n"}
"""Elements of HTML, and what stands for their tags in our prose; tags of all others are left out."""


def from_html(note: str) -> str:
    """A note as our prose: Zotero keeps notes as HTML. Text that does not begin with an element is as it was."""
    if not HTML.match(note):
        return note
    text = html.unescape(TAG.sub(lambda found: PROSE_OF.get(found[1].lower(), ""), note))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in text.split("\n\n"))))


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that hold something."""
    return {name: value for name, value in fields.items() if value}
