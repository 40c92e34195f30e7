"""One reference as an author wrote it → CSL-JSON as Pandoc takes it, every problem found.

Names of fields and types, and the shapes of names and dates, are those of CSL 1.0.2 (specification, appendices III and
IV, and its csl-data schema).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from diptych.bibliography.dates import BadDateError, read_date
from diptych.bibliography.identifiers import CHECK_DIGITS, IDENTIFIERS, cas_in_address
from diptych.bibliography.records import LONGEST_NAME, CleanNames
from diptych.diagnostics import Diagnostic, Span, did_you_mean, error, warning

Path = tuple[str | int, ...]
Data = dict[str, Any]


def words(text: str) -> frozenset[str]:
    """The words of `text`: long lists of names are easier to read without quotation marks."""
    return frozenset(text.split())


TYPES = words(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection
    dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview
    legal_case legislation manuscript map motion_picture musical_score pamphlet paper-conference patent
    performance periodical personal_communication post post-weblog regulation report review review-book
    software song speech standard thesis treaty webpage
    """
)

NAMES = words(
    """
    author chair collection-editor compiler composer container-author contributor curator director editor
    editorial-director executive-producer guest host illustrator interviewer narrator organizer
    original-author performer producer recipient reviewed-author script-writer series-creator translator
    """
)

DATES = frozenset(["accessed", "available-date", "event-date", "issued", "original-date", "submitted"])

TEXTS = words(
    """
    abstract annote archive archive-place archive_collection archive_location authority call-number
    chapter-number citation-key citation-label citation-number collection-number collection-title
    container-title container-title-short dimensions division edition event event-place event-title
    first-reference-note-number genre issue journalAbbreviation jurisdiction keyword language license locator
    medium note number number-of-pages number-of-volumes original-publisher original-publisher-place
    original-title page page-first part part-number part-title printing printing-number publisher
    publisher-place references reviewed-genre reviewed-title scale section shortTitle source status supplement
    supplement-number title title-short version volume volume-title volume-title-short year-suffix
    """
)

UNPRINTED = frozenset(["id", "type", "categories", "custom"])
"""Fields that are read elsewhere, or that programs keep for themselves."""

FIELDS = TEXTS | NAMES | DATES | UNPRINTED | frozenset(IDENTIFIERS)

OLD_NAMES = {"journalAbbreviation": "container-title-short", "shortTitle": "title-short", "event": "event-title"}
"""Names from before CSL 1.0.2, as reference managers still write them, and what they are now."""
KEPT = TEXTS | {"id", "type"}
"""Fields with which nothing need be done where their text is clean."""


@dataclass
class Findings:
    """Problems found in one reference: where they stand is asked of `place` by the path within the reference."""

    place: Callable[[Path, bool], Span | None]
    problems: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, message: str, path: Path, hint: str | None = None) -> None:
        """Note a problem with the value at `path` that stops the build."""
        self.problems.append(error(code, message, self.place(path, False), hint))

    def warning(self, code: str, message: str, path: Path, hint: str | None = None) -> None:
        """Note a problem with the value at `path` that the author should see."""
        self.problems.append(warning(code, message, self.place(path, False), hint))

    def unknown(self, message: str, path: Path, known: Iterable[str]) -> None:
        """Note that the last key of `path` means nothing, and which of the `known` was meant."""
        hint = did_you_mean(str(path[-1]), known)
        self.problems.append(warning("unknown-field", message, self.place(path, True), hint))


def read_item(key: str, record: Mapping[str, Any], found: Findings) -> Data:
    """The reference as CSL-JSON with `key` for its `id`, without the fields that are wrong.

    `record` holds texts, lists and maps, as the reader of a file makes them; numbers are text as written.
    """
    all_clean = is_clean([key, *[value for value in record.values() if type(value) is str]], LONGEST_TEXT)
    item: Data = {**record}  # a copy of all takes a tenth of the time of one field after the other
    readers = READERS_OF_CLEAN if all_clean else READERS
    for name, value in record.items():
        if all_clean and name in KEPT and type(value) is str:
            continue
        reader = readers.get(name)
        if reader and value and (read := reader(name, value, found)):
            item[name] = read
            continue
        del item[name]
        if reader is None and name not in UNPRINTED:
            found.unknown(f"“{name}” is no field of CSL; it is left out", (name,), FIELDS)
    for name, today in OLD_NAMES.items():
        if name in item:
            item.setdefault(today, item.pop(name))
    if "URL" in item and (cas := cas_in_address(item["URL"])):
        item.setdefault("CAS", cas)
        del item["URL"]
    item["id"] = key if all_clean else clean(key, ("id",), found)
    item["type"] = _type(key, record.get("type"), found)
    if not record.get("title"):
        found.warning("missing-title", f"the reference “{item['id']}” has no title", ("id",))
    return item


def _type(key: str, kind: Any, found: Findings) -> str:
    if isinstance(kind, str) and kind in TYPES:
        return kind
    if kind in (None, ""):
        found.error("missing-type", f"the reference “{key}” has no “type”", ("id",), COMMON_TYPES)
    else:
        found.error("unknown-type", f"“{kind}” is no type of CSL", ("type",), _meant_type(str(kind)))
    return "document"


def _meant_type(kind: str) -> str:
    """A hint: the type of CSL that was meant."""
    name = kind.lower().replace(" ", "-")
    elsewhere = FOREIGN_TYPES.get(name.replace("-", ""))
    return f"in CSL this is “{elsewhere}”" if elsewhere else did_you_mean(name, TYPES) or COMMON_TYPES


FOREIGN_TYPES = {
    "bookchapter": "chapter",
    "booksection": "chapter",
    "conferencepaper": "paper-conference",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "journalarticle": "article-journal",
    "magazinearticle": "article-magazine",
    "mastersthesis": "thesis",
    "newspaperarticle": "article-newspaper",
    "phdthesis": "thesis",
    "preprint": "article",
    "proceedingsarticle": "paper-conference",
    "techreport": "report",
    "website": "webpage",
}
"""What Crossref, Zotero and BibTeX call a type (without hyphens), and what CSL does."""

COMMON_TYPES = "most often “type: article-journal”, “book”, “chapter” or “webpage”"

FieldReader = Callable[[str, Any, Findings], Any]


def _text(name: str, value: Any, found: Findings) -> str | None:
    if isinstance(value, str):
        if len(value) <= LONGEST_TEXT:
            return clean(value, (name,), found)
        found.error("too-long", f"“{name}” has more than {LONGEST_TEXT:,} characters; it is left out", (name,))
        return None
    if name == "keyword" and isinstance(value, list):
        with suppress(TypeError):  # some word of it is none
            return clean(", ".join(value), (name,), found)
    found.error("wrong-shape", f"“{name}” must be text", (name,), "put text with “: ” or “[” in it in quotes")
    return None


LONGEST_TEXT = 50_000
"""Characters; the longest field is an abstract, of three thousand."""

INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Control characters, and those that turn the direction of all text behind them (Unicode, annex 9, 2.1–2.4)."""


def is_clean(texts: Iterable[str], longest: int) -> bool:
    """True for texts, no more than `longest` characters in all, that `clean` would leave as they are; none is empty."""
    joined = " ".join(texts)  # where a text is empty, or begins or ends with a blank, two come together
    if len(joined) > longest or TWO_BLANKS.search(joined) or joined != joined.strip():
        return False
    return not joined.encode().translate(None, PRINTED) if joined.isascii() else joined.isprintable()


TWO_BLANKS = re.compile("  ")
PRINTED = bytes(range(0x20, 0x7F))
"""The characters of ASCII that print; to take them out is twice as fast as `isprintable`."""


def clean(text: str, path: Path, found: Findings) -> str:
    """The text on one line, without invisible characters that would harm what is printed behind it."""
    if text.isprintable() and "  " not in text:
        return text.strip()  # nothing to do, as for most texts: three times as fast
    bad = INVISIBLE.search(text)
    if bad:
        what = f"the invisible character U+{ord(bad[0]):04X} in “{path[0]}” is left out"
        found.warning("bad-character", what, path)
        text = INVISIBLE.sub("", text)
    return " ".join(text.split())


# Names

NAME_PARTS = frozenset(["family", "given", "suffix", "dropping-particle", "non-dropping-particle", "literal"])
NAME_SWITCHES = frozenset(["comma-suffix", "static-ordering", "parse-names"])
PARTS_AND_SWITCHES = NAME_PARTS | NAME_SWITCHES
NAME_HINT = "write {family: Falk, given: Alexander T}, or {literal: …} for an institution"


def _names(name: str, value: Any, found: Findings) -> list[Data] | None:
    if type(value) is CleanNames:
        return list(value)
    if isinstance(value, str):
        found.error("wrong-shape", f"“{name}” must be a list of names", (name,), f"each: {NAME_HINT}")
        return None
    people = value if isinstance(value, list) or not isinstance(value, Mapping) else [value]
    read = [person if _is_plain(person) else _name(person, (name, index), found) for index, person in enumerate(people)]
    return [person for person in read if person is not None] or None


def _is_plain(person: Any) -> bool:
    """True for a name with which nothing need be done, as with most: twice as fast as looking at each part."""
    if type(person) is not dict or not NAME_PARTS.issuperset(person) or not ("family" in person or "literal" in person):
        return False
    try:
        return is_clean(person.values(), LONGEST_NAME)
    except TypeError:
        return False


def _name(value: Any, path: Path, found: Findings) -> Data | None:
    if isinstance(value, str):
        return _written_name(value, path, found)
    if not isinstance(value, Mapping):
        found.error("wrong-shape", "a name must be a map", path, NAME_HINT)
        return None
    person: Data = {}
    for part, text in value.items():
        if part not in PARTS_AND_SWITCHES:
            found.unknown(f"“{part}” is no part of a name; it is left out", (*path, part), NAME_PARTS)
        elif part in NAME_SWITCHES:
            person[part] = str(text).lower() in ("true", "1")
        elif isinstance(text, str) and len(text) > LONGEST_NAME:
            found.error("too-long", f"a name has more than {LONGEST_NAME} characters; it is left out", path)
            return None
        elif isinstance(text, str) and text.strip():
            person[part] = clean(text, path, found)
        elif text not in (None, ""):
            found.error("wrong-shape", f"“{part}” must be text", (*path, part))
    if "family" not in person and "literal" not in person:
        found.error("incomplete-name", "the name has neither “family” nor “literal”", path, NAME_HINT)
        return None
    return person


def _written_name(text: str, path: Path, found: Findings) -> Data | None:
    """“Falk, Alexander T” is a person; a text without a comma is printed as it stands."""
    family, comma, given = (" ".join(part.split()) for part in text.partition(","))
    if not family:
        found.error("incomplete-name", "the name is empty", path, NAME_HINT)
        return None
    if comma:
        return {"family": family, "given": given} if given else {"family": family}
    message = f"“{family}” is printed as it stands, like an institution"
    found.warning("name-as-text", message, path, NAME_HINT)
    return {"literal": family}


# Dates and identifiers

DATE_HINT = "write 2015, 2015-07 or 2015-07-03"


def _date(name: str, value: Any, found: Findings) -> Data | None:
    try:
        date = read_date(value)
    except BadDateError as problem:
        found.error("bad-date", f"“{name}” is not a date: {problem}", (name,), DATE_HINT)
        return None
    if "literal" in date:
        return {"literal": literal} if (literal := clean(date["literal"], (name,), found)) else None
    if "raw" not in date:
        return date
    found.warning("date-as-text", f"“{date['raw'][:60]}” is printed as it stands", (name,), DATE_HINT)
    return {"literal": clean(date["raw"], (name,), found)}


def _identifier(name: str, value: Any, found: Findings) -> str | None:
    text = _text(name, value, found)
    return _normal(name, text, found) if text else None


def _clean_identifier(name: str, value: Any, found: Findings) -> str | None:
    return _normal(name, value, found) if type(value) is str else _identifier(name, value, found)


def _normal(name: str, text: str, found: Findings) -> str | None:
    """The identifier as registries give it."""
    identifier = IDENTIFIERS[name]
    if normal := identifier.normal(text):
        return normal
    if name in CHECK_DIGITS:
        found.warning("bad-identifier", f"“{text}” is no {name}", (name,), identifier.hint)
        return text
    found.error("bad-identifier", f"“{text}” is no {name}", (name,), identifier.hint)
    return None


READERS: Mapping[str, FieldReader] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(NAMES, _names),
    **dict.fromkeys(DATES, _date),
    **dict.fromkeys(IDENTIFIERS, _identifier),
}
"""What reads the fields, where they hold something."""
READERS_OF_CLEAN = {**READERS, **dict.fromkeys(IDENTIFIERS, _clean_identifier)}
"""The same for a reference whose texts are clean."""
