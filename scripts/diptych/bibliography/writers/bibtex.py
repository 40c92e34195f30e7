"""References as BibTeX, with the fields of BibLaTeX where BibTeX has none.

The annotation stands under `annote`, which JabRef shows and Zotero makes a note of, and the grade among the keywords
(“importance: 2”), which both keep and no bibliography style prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diptych.bibliography.shelf import Item

Data = Mapping[str, Any]

TYPES: Mapping[str, str] = {
    "article": "misc",
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "dataset": "dataset",
    "document": "misc",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "report": "techreport",
    "software": "software",
    "thesis": "phdthesis",
    "webpage": "online",
}
"""Types of BibTeX and BibLaTeX that are read back as the same type of CSL; others are `@misc` with a `csltype`."""
EXACT = frozenset(TYPES) - {"article"}
OF_SOME_GENRE = frozenset(["thesis", "report"])
"""Types for which BibTeX’s own names say more than is known: `@phdthesis`, `@techreport`; BibLaTeX has plain ones."""

JOURNALS = frozenset(["article-journal", "article-magazine", "article-newspaper", "review", "periodical"])

FIELDS: tuple[tuple[str, str], ...] = (
    ("title-short", "shorttitle"),
    ("container-title-short", "shortjournal"),
    ("collection-title", "series"),
    ("event-title", "eventtitle"),
    ("event-place", "venue"),
    ("volume", "volume"),
    ("number-of-volumes", "volumes"),
    ("part-number", "part"),
    ("chapter-number", "chapter"),
    ("page", "pages"),
    ("number-of-pages", "pagetotal"),
    ("edition", "edition"),
    ("version", "version"),
    ("publisher-place", "address"),
    ("language", "language"),
    ("status", "pubstate"),
    ("abstract", "abstract"),
    ("ISBN", "isbn"),
    ("ISSN", "issn"),
    ("PMID", "pmid"),
    ("PMCID", "pmcid"),
    ("note", "note"),
)
NAMES = {"author": "author", "editor": "editor", "translator": "translator", "container-author": "bookauthor"}
PUBLISHERS = {"thesis": "school", "report": "institution"}
ADDRESSES = {"DOI": "doi", "CAS": "cas", "URL": "url"}
DATES = {"accessed": "urldate", "original-date": "origdate", "event-date": "eventdate"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def write_bibtex(items: Sequence[Item]) -> str:
    """A BibTeX file in UTF-8; fields of CSL that have no counterpart are left out."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Item) -> str:
    kind = str(item.data["type"])
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(item, kind))
    entry_type = kind if kind in OF_SOME_GENRE and not item.data.get("genre") else TYPES.get(kind, "misc")
    return f"@{entry_type}{{{item.key},\n{fields}}}\n"


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    """The fields, each with its value as BibTeX has it, braces included."""
    data = item.data
    if kind not in EXACT:
        yield "csltype", f"{{{kind}}}"
    for name, field in NAMES.items():
        if data.get(name):
            yield field, f"{{{' and '.join(map(_name, data[name]))}}}"
    if data.get("title"):
        yield "title", f"{{{_protected(str(data['title']))}}}"
    if data.get("container-title"):
        yield "journal" if kind in JOURNALS else "booktitle", f"{{{latex(data['container-title'])}}}"
    yield from _date(data.get("issued"))
    for name, field in FIELDS:
        if data.get(name):
            yield field, f"{{{latex(data[name])}}}"
    yield from _special(data, kind)
    yield from _remarks(item)


def _special(data: Data, kind: str) -> Iterator[tuple[str, str]]:
    """Fields whose name or form depends on the type, addresses and further dates."""
    if data.get("publisher"):
        yield PUBLISHERS.get(kind, "publisher"), f"{{{latex(data['publisher'])}}}"
    number = next((data[name] for name in ("number", "collection-number", "issue") if data.get(name)), "")
    if number:
        yield "number", f"{{{latex(number)}}}"
    if data.get("genre"):
        yield "type", f"{{{latex(data['genre'])}}}"
    if data.get("archive") == "arXiv" and data.get("archive_location"):
        yield from (("archiveprefix", "{arXiv}"), ("eprint", f"{{{_address(data['archive_location'])}}}"))
    for name, field in ADDRESSES.items():
        if data.get(name):
            yield field, f"{{{_address(data[name])}}}"
    for name, field in DATES.items():
        if data.get(name):
            yield field, f"{{{_edtf(data[name])}}}"


def _remarks(item: Item) -> Iterator[tuple[str, str]]:
    words = [str(item.data["keyword"])] if item.data.get("keyword") else []
    words += [f"importance: {item.importance}"] if item.importance else []
    if words:
        yield "keywords", f"{{{latex(', '.join(words))}}}"
    annotation = item.annotation or item.data.get("annote")
    if annotation:
        yield "annote", f"{{{latex(str(annotation), markup=False)}}}"


# Names and dates


def _name(person: Mapping[str, Any]) -> str:
    """“von Family, Suffix, Given”; in braces what BibTeX would take apart."""
    if "family" not in person:
        literal = latex(person.get("literal", ""), markup=False)
        return literal if literal == "others" else f"{{{literal}}}"
    family, given = (latex(person.get(part, ""), markup=False) for part in ("family", "given"))
    particle = " ".join(person[part] for part in ("dropping-particle", "non-dropping-particle") if person.get(part))
    if re.search(r",|\band\b", family) or (not particle and family[:1].islower()):
        family = f"{{{family}}}"
    parts = [f"{latex(particle, markup=False)} {family}".strip(), latex(person.get("suffix", ""), markup=False), given]
    return ", ".join(part for index, part in enumerate(parts) if part or (index == 2 and parts[1]))


def _date(date: Any) -> Iterator[tuple[str, str]]:
    """`year`, `month` and `day`; in BibLaTeX's `date` what they cannot say."""
    if not date:
        return
    parts = date.get("date-parts")
    if not parts:
        yield "year", f"{{{latex(date.get('literal', ''))}}}"
    elif len(parts) > 1 or "season" in date or "circa" in date or not 0 < parts[0][0] < 10_000:
        yield "date", f"{{{_edtf(date)}}}"
    else:
        year, *rest = parts[0]
        yield "year", f"{{{year:04}}}"
        yield from (
            zip(("month", "day"), (MONTHS[rest[0] - 1], *(f"{{{day}}}" for day in rest[1:])), strict=False)
            if (rest)
            else ()
        )


def _edtf(date: Data) -> str:
    """The date as ISO 8601-2 and BibLaTeX have it: `2015-03/2015-04`, `2015-21` for spring, `2015~` for about 2015."""
    if "date-parts" not in date:
        return latex(date.get("literal", ""))
    season = f"-2{date['season']}" if "season" in date else ""
    ends = [
        "-".join(f"{part:0{4 if index == 0 else 2}}" for index, part in enumerate(end)) for end in date["date-parts"]
    ]
    return "/".join(ends) + season + ("~" if date.get("circa") else "")


# LaTeX

ESCAPES = {
    **{char: f"\\{char}" for char in "%&$#_"},
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "`": "\\textasciigrave{}",
}
MARKUP = {
    "<i>": "\\emph{",
    "<b>": "\\textbf{",
    "<sub>": "\\textsubscript{",
    "<sup>": "\\textsuperscript{",
    '<span style="font-variant:small-caps;">': "\\textsc{",
    '<span class="nocase">': "{",
}
TAG = re.compile(r"<(?:i|b|sub|sup|span [^<>]*)>|</(?:i|b|sub|sup|span)>")


def latex(text: str, markup: bool = True) -> str:
    """The text as LaTeX, CSL's markup as commands; paragraphs stay apart."""
    tags = TAG.findall(text) if markup else []
    if sum(tag in MARKUP for tag in tags) * 2 != len(tags) or not _is_nested(tags):
        tags = []
    pieces = TAG.split(text) if tags else [text]
    out = [_escaped(pieces[0])]
    for tag, piece in zip(tags, pieces[1:], strict=True):
        out += [MARKUP.get(tag, "}"), _escaped(piece)]
    return "".join(out)


def _is_nested(tags: Sequence[str]) -> bool:
    depth = 0
    for tag in tags:
        depth += -1 if tag.startswith("</") else 1
        if depth < 0:
            return False
    return depth == 0


def _escaped(text: str) -> str:
    """The text with LaTeX's own characters escaped, and hyphens and apostrophes kept from joining."""
    escaped = "".join(ESCAPES.get(char, char) for char in text)
    return re.sub(r"(?<=-)-|(?<=')'", lambda found: f"{{}}{found[0]}", escaped)


def _protected(title: str) -> str:
    """The title with braces round words that have capitals, which bibliography styles would lower."""
    written = latex(title)
    first, blank, rest = written.partition(" ")
    return first + blank + CAPITALS.sub(lambda found: f"{{{found[0]}}}", rest)


CAPITALS = re.compile(r"(?<![\\\w{])[^\W\d_]*[A-Z][\w-]*(?![\w}])")


def _address(text: str) -> str:
    """An address with the characters escaped that would end the field; LaTeX's own are left to \\url."""
    return re.sub(r"[{}]", lambda found: f"%{ord(found[0]):X}", text)
