"""The tagged fields of a citation in JATS → the fields of CSL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from diptych.bibliography.readers.common import (
    date,
    from_to,
    full_name,
    iso,
    known,
    month_names,
    pages,
    spaced_initials,
)
from diptych.importers import plainrefs
from diptych.importers.jats.tree import XLINK, Element, first, kind, name_of, pieces, words

TYPES: Mapping[str, str] = {
    "journal": "article-journal",
    "article": "article-journal",
    "book": "book",
    "book-chapter": "chapter",
    "chapter": "chapter",
    "bookchapter": "chapter",
    "edited-book": "book",
    "confproc": "paper-conference",
    "conf-proc": "paper-conference",
    "conference": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "gov": "report",
    "working-paper": "report",
    "web": "webpage",
    "website": "webpage",
    "webpage": "webpage",
    "data": "dataset",
    "dataset": "dataset",
    "database": "dataset",
    "software": "software",
    "preprint": "article",
    "eprint": "article",
    "patent": "patent",
    "newspaper": "article-newspaper",
    "magazine": "article-magazine",
    "standard": "standard",
    "letter": "personal_communication",
    "commun": "personal_communication",
    "other": "document",
}

MARKUP = {"italic": "i", "bold": "b", "sup": "sup", "sub": "sub", "sc": "sc"}
ROLES = {
    "author": "author",
    "editor": "editor",
    "guest-editor": "editor",
    "translator": "translator",
    "inventor": "author",
}
ROLES |= {
    "assignee": "author",
    "curator": "curator",
    "compiler": "compiler",
    "director": "director",
    "allauthors": "author",
}
IDENTIFIERS = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID", "pmc": "PMCID"}


def fields(citation: Element) -> dict[str, Any]:
    """The tagged fields as CSL has them."""
    kind_ = TYPES.get(kind(citation, "publication-type", "citation-type"), "")
    article = _marked(first(citation, ".//article-title", ".//data-title"))
    chapter, part = _marked(citation.find(".//chapter-title")), _marked(citation.find(".//part-title"))
    source = _marked(citation.find(".//source"))
    title, container = (article or chapter or part, source)
    if not title and kind_ == "article-journal" and citation.tag != "mixed-citation":
        title, container = "", source
    elif not title:
        title, container = source, _marked(citation.find(".//series"))
    if not kind_ or kind_ == "book":
        kind_ = ("chapter" if chapter or (article and kind_ == "book") else kind_) or _guessed(article, citation)
    data: dict[str, Any] = {"type": kind_, "title": title, **_people(citation)}
    place = (
        "container-title"
        if container != _marked(citation.find(".//series")) or article or chapter
        else "collection-title"
    )
    texts = {
        place: container,
        "volume": _one(citation, "volume"),
        "issue": _one(citation, "issue"),
        "page": _pages(citation),
        "edition": _one(citation, "edition"),
        "publisher": _one(citation, "publisher-name"),
        "publisher-place": _one(citation, "publisher-loc"),
        "event-title": _one(citation, "conf-name"),
        "event-place": _one(citation, "conf-loc"),
        "version": _one(citation, "version"),
        "supplement": _one(citation, "supplement"),
        "ISBN": _one(citation, "isbn"),
        "ISSN": _one(citation, "issn"),
        "number": _one(citation, "patent"),
        "original-title": _one(citation, "trans-title") and "",
    }
    return known({**data, **texts, "issued": _issued(citation), **_identifiers(citation), **_accessed(citation)})


def _guessed(article: str, citation: Element) -> str:
    """The type where none is said: what has an article's title and a volume or pages stood in a journal."""
    in_journal = article and (_one(citation, "volume") or _one(citation, "fpage"))
    return "article-journal" if in_journal else "document"


def _marked(element: Element | None) -> str:
    """The words of an element with CSL's markup."""
    return " ".join(_markup(element).split()).strip(" ,;") if element is not None else ""


def _markup(element: Element) -> str:
    inner = ""
    for piece in pieces(element):
        tag = "" if isinstance(piece, str) else MARKUP.get(name_of(piece), "")
        said = piece if isinstance(piece, str) else _markup(piece)
        inner += f"<{tag}>{said}</{tag}>" if tag else said
    return inner


def _one(citation: Element, name: str) -> str:
    return words(citation.find(f".//{name}")).strip(" ,;:")


def _pages(citation: Element) -> str:
    written = _one(citation, "page-range")
    number = _one(citation, "elocation-id")
    return pages(written) if written else from_to(_one(citation, "fpage"), _one(citation, "lpage")) or number


def _issued(citation: Element) -> Any:
    year = citation.find(".//year")
    if year is None:
        return date(words(citation.find(".//date"))) if citation.find(".//date") is not None else None
    written = words(year).strip(" ().,;")
    exact = year.get("iso-8601-date") or written
    plain = re.fullmatch(r"(\d{4})[a-z]?", written)
    month, day = _one(citation, "month"), _one(citation, "day")
    number = month if month.isdigit() else next((str(one) for one in month_names(month)), "")
    if plain and number:
        return iso(plain[1], number, day if day.isdigit() else "")
    return date(plain[1] if plain and exact == written else exact)


def _identifiers(citation: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in citation.iter("pub-id", "object-id"):
        name = IDENTIFIERS.get(kind(element, "pub-id-type"))
        if name:
            found.setdefault(name, words(element))
    for link in citation.iter("ext-link", "uri"):
        address = link.get(f"{XLINK}href") or words(link)
        name, value = plainrefs.of_address(address, kind(link, "ext-link-type"))
        if name:
            found.setdefault(name, value)
    return found


def _accessed(citation: Element) -> dict[str, Any]:
    element = citation.find(".//date-in-citation")
    if element is None or "access" not in kind(element, "content-type") + words(element).lower():
        return {}
    written = element.get("iso-8601-date") or re.sub(r"(?i)^.*?access\w*(?: on)?:?", "", words(element))
    return {"accessed": date(written)}


# People


def _people(citation: Element) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for group in citation.iter("person-group"):
        role = ROLES.get(kind(group, "person-group-type") or "author", "author")
        found.setdefault(role, []).extend(_names(group))
    loose = [child for child in citation if name_of(child) in PERSONS]
    if loose:
        found.setdefault("author", []).extend(name for child in loose for name in _name(child))
    return {role: people for role, people in found.items() if people}


PERSONS = ("name", "string-name", "collab", "etal")


def _names(group: Element) -> list[dict[str, str]]:
    return [name for child in group.iter(*PERSONS) if _is_first_form(child) for name in _name(child)]


def _is_first_form(person: Element) -> bool:
    """True but for further forms of a name, in another script."""
    parent = person.getparent()
    return name_of(parent) != "name-alternatives" or parent is None or person is parent[0]


def _name(element: Element) -> list[dict[str, str]]:
    if name_of(element) == "etal":
        return [{"literal": "others"}]
    if name_of(element) == "collab":
        return [{"literal": words(element).strip(" ,;")}] if words(element) else []
    family, given = _one(element, "surname"), words(element.find("given-names"))
    if not family:
        plain = words(element).strip(" ,;.")
        return [{"literal": plain}] if plain else []
    prefix = _one(element, "prefix")
    return [
        full_name(
            f"{prefix} {family}".strip() if prefix.islower() else family,
            spaced_initials(given),
            _one(element, "suffix"),
        )
    ]
