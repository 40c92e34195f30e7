"""The front and back of a JATS article: title, authors, abstract, dates; statements, abbreviations, appendices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from diptych.importers.figures import identifier
from diptych.importers.jats.body import Reader
from diptych.importers.jats.published import published
from diptych.importers.jats.tree import XLINK, XML, Element, first, kind, name_of, pieces, words
from diptych.importers.paper import shortened
from diptych.importers.statements import statement

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


def front(reader: Reader) -> dict[str, Any]:
    """What `review.yaml` says before the text."""
    meta = reader.article.find("front/article-meta")
    if meta is None:
        reader.lose("no-front-matter", "the article has no front matter", reader.article)
        return {"title": reader.source.name}
    title = reader.line(first(meta, "title-group/article-title"))
    if not title:
        reader.lose("no-title", "the article has no title; its file's name stands for it", meta, "give it one")
    data: dict[str, Any] = {"title": title or reader.source.name}
    data["subtitle"] = reader.line(first(meta, "title-group/subtitle"))
    data["short-title"] = reader.line(_running_head(meta))
    data["article-type"] = words(first(meta, "article-categories/subj-group[@subj-group-type='heading']/subject"))
    data["lang"] = _language(reader.article)
    data |= _dates(meta) | {"published": published(reader, meta)}
    data["licence"] = _licence(meta)
    data["keywords"] = [reader.line(word) for group in _keyword_groups(reader, meta) for word in group.findall("kwd")]
    authors, affiliations = _authors(reader, meta)
    data |= {"authors": authors, "affiliations": affiliations} | _abstracts(reader, meta)
    _left_out(reader, meta)
    return {name: value for name, value in data.items() if value}


def _running_head(meta: Element) -> Element | None:
    for title in meta.iterfind("title-group/alt-title"):
        if kind(title, "alt-title-type") in ("running-head", "short", "running", "right-running", "left-running"):
            return title
    return None


def _language(article: Element) -> str:
    lang = (article.get(f"{XML}lang") or "").strip()
    head, _, rest = lang.partition("-")
    tag = f"{head.lower()}-{rest}" if rest else head.lower()
    return tag if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else ""


def _dates(meta: Element) -> dict[str, Any]:
    """The date of the text and the history."""
    dates: dict[str, str] = {}
    for element in [*meta.iterfind("history/date"), *meta.iterfind("pub-history/event/date")]:
        name = {"received": "received", "accepted": "accepted", "rev-recd": "revised", "revised": "revised"}.get(
            kind(element, "date-type")
        )
        if name and (day := _day(element)):
            dates[name] = day
    published = sorted(day for element in meta.iterfind("pub-date") if (day := _day(element)))
    whole = [day for day in published if len(day) > 4] or published
    if whole:
        dates["published"] = whole[0]
    return {"date": dates.get("published"), "dates": dates if len(dates) > 1 else {}}


def _day(element: Element) -> str:
    parts = [words(element.find(name)) for name in ("year", "month", "day")]
    if not re.fullmatch(r"\d{4}", parts[0]):
        iso = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", element.get("iso-8601-date") or "")
        return iso[0] if iso else ""
    found = parts[0]
    for part in parts[1:]:
        if not part.isdigit():
            break
        found += f"-{int(part):02}"
    return found


def _licence(meta: Element) -> str:
    licence = first(meta, "permissions/license")
    if licence is None:
        return ""
    address = licence.get(f"{XLINK}href") or words(
        next(licence.iter("{http://www.niso.org/schemas/ali/1.0/}license_ref", "license_ref"), None)
    )
    known = re.search(r"creativecommons\.org/(?:licenses/(by[a-z-]*)/([\d.]+)|publicdomain/zero)", address)
    if known:
        return f"CC {known[1].upper()} {known[2]}" if known[1] else "CC0"
    return words(first(licence, "license-p", "p")) or address


def _keyword_groups(reader: Reader, meta: Element) -> Iterator[Element]:
    for group in meta.iterfind("kwd-group"):
        if kind(group, "kwd-group-type") in ("abbreviations", "abbreviation"):
            reader.lose("lost-part", f"these are not carried over: “{shortened(words(group))}”", group)
        else:
            yield group


# Authors


def _authors(reader: Reader, meta: Element) -> tuple[list[dict[str, Any]], dict[str, str]]:
    names: dict[str, str] = {}
    affiliations: dict[str, str] = {}
    taken: set[str] = set()
    for aff in reader.article.iterfind("front/article-meta//aff"):
        said = _affiliation(aff)
        if said:
            name = identifier(aff.get("id") or "", taken, f"a{len(taken) + 1}")
            names[aff.get("id") or f"\0{id(aff)}"] = name
            affiliations[name] = said
    authors = []
    for group in meta.iterfind("contrib-group"):
        for contributor in group.findall("contrib"):
            if kind(contributor, "contrib-type") in ("author", ""):
                authors.append(_author(reader, contributor, group, names))
            else:
                message = f"“{shortened(_name(contributor))}” is no author ({contributor.get('contrib-type')})"
                reader.lose("lost-contributor", message, contributor)
    authors = [author for author in authors if author.get("name")]
    for aff in reader.article.iterfind("front/article-meta//aff"):
        _addresses(reader, aff, [one for one in authors if _key(aff, names) in one.get("affiliations", ())])
    return authors, affiliations


def _key(aff: Element, names: dict[str, str]) -> str | None:
    return names.get(aff.get("id") or f"\0{id(aff)}")


def _addresses(reader: Reader, aff: Element, members: list[dict[str, Any]]) -> None:
    """Gives an e-mail address within an affiliation to its only author; any other is listed."""
    known = {author.get("email") for author in members}
    for element in aff.iter("email"):
        email = words(element)
        if len(members) == 1 and "email" not in members[0] and EMAIL.fullmatch(email):
            members[0]["email"] = email
        elif email and email not in known:
            hint = "write it as the `email` of an author"
            reader.lose("lost-part", f"it is not said whose address “{shortened(email)}” is", element, hint)
        known.add(email)


BEFORE_EMAIL = re.compile(r"(?i)[\s,;.]*\be-?mail( address)?\s*:?\s*$")


def _affiliation(aff: Element) -> str:
    """The institution as printed, without its label."""
    parts = []
    for piece in pieces(aff):
        if isinstance(piece, str):
            parts.append(piece)
        elif name_of(piece) == "email":
            parts.append(BEFORE_EMAIL.sub("", parts.pop() if parts else ""))
        elif name_of(piece) not in ("label", "sup", "institution-id", "institution-wrap"):
            parts.append(words(piece))
        elif name_of(piece) == "institution-wrap":
            parts.append(", ".join(words(one) for one in piece.findall("institution")))
    said = " ".join("".join(parts).split())
    if not any(isinstance(piece, str) and piece.strip(" ,;\n\t") for piece in pieces(aff)):
        said = ", ".join(part.strip() for part in parts if part.strip(" ,;\n\t"))
    return re.sub(r"\s+([,;.])", r"\1", said).strip(" ,;")


def _author(reader: Reader, contributor: Element, group: Element, names: dict[str, str]) -> dict[str, Any]:
    author: dict[str, Any] = {"name": _name(contributor)}
    degrees = words(contributor.find("degrees"))
    orcid = next((found[1] for one in contributor.iter("contrib-id") if (found := ORCID.fullmatch(words(one)))), "")
    corresponding = contributor.get("corresp") == "yes" or _points(contributor, "corresp")
    email = words(next(contributor.iter("email"), None)) or (_email(reader, contributor) if corresponding else "")
    author |= {
        "degrees": degrees,
        "orcid": orcid,
        "email": email if EMAIL.fullmatch(email) else "",
    }
    author |= {"corresponding": bool(corresponding), "equal": contributor.get("equal-contrib") == "yes"}
    author["roles"] = [words(role) for role in contributor.findall("role") if words(role)]
    targets = [target for xref in contributor.iter("xref") for target in (xref.get("rid") or "").split()]
    own = [f"\0{id(aff)}" for aff in [*contributor.iter("aff"), *group.findall("aff")]] + [
        aff.get("id") or "" for aff in contributor.iter("aff")
    ]
    author["affiliations"] = list(dict.fromkeys(names[one] for one in [*targets, *own] if one in names))
    return {name: value for name, value in author.items() if value}


def _name(contributor: Element) -> str:
    name = first(
        contributor,
        "name",
        "name-alternatives/name",
        "string-name",
        "name-alternatives/string-name",
        "collab",
        "anonymous",
    )
    if name is None:
        return ""
    if name_of(name) == "anonymous":
        return "Anonymous"
    parts = [words(name.find(part)) for part in ("prefix", "given-names", "surname")]
    if not any(parts):
        return words(name)
    ordered = parts[:2] + parts[2:] if name.get("name-style") != "eastern" else [parts[0], parts[2], parts[1]]
    suffix = words(name.find("suffix"))
    return " ".join(part for part in [*ordered, suffix] if part)


def _points(contributor: Element, sort: str) -> bool:
    return any(kind(xref, "ref-type") == sort for xref in contributor.iter("xref"))


def _email(reader: Reader, contributor: Element) -> str:
    """The address in the note of correspondence that the author points at, or in the only one."""
    notes = list(reader.article.iterfind("front/article-meta/author-notes/corresp"))
    wanted = {target for xref in contributor.iter("xref") for target in (xref.get("rid") or "").split()}
    mine = [note for note in notes if note.get("id") in wanted] or (notes if len(notes) == 1 else [])
    return words(next((email for note in mine for email in note.iter("email")), None))


# Abstracts


def _abstracts(reader: Reader, meta: Element) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for abstract in meta.iterfind("abstract"):
        sort = kind(abstract, "abstract-type")
        if sort in ("key-points", "highlights", "author-highlights", "executive-summary") and "key-points" not in data:
            data["key-points"] = _points_of(reader, abstract)
        elif sort in ("", "section", "structured") and "abstract" not in data:
            data["abstract"] = _abstract(reader, abstract)
        else:
            reader.lose(
                "lost-abstract", f"a second abstract is not carried over: “{shortened(words(abstract))}”", abstract
            )
    return data


def _abstract(reader: Reader, abstract: Element) -> Any:
    parts = [
        {"heading": reader.line(sec.find("title")).rstrip(".:"), "text": reader.prose(_inside(sec))}
        for sec in abstract.findall("sec")
    ]
    before = reader.prose(_inside(abstract))
    if parts and all(part["heading"] and part["text"] for part in parts) and not before:
        return parts
    whole = [before, *(f"**{part['heading']}.** {part['text']}" if part["heading"] else part["text"] for part in parts)]
    return "\n\n".join(one for one in whole if one)


def _inside(element: Element) -> list[Element]:
    return [child for child in element if name_of(child) and name_of(child) not in ("title", "label", "sec")]


def _points_of(reader: Reader, abstract: Element) -> list[str]:
    items = list(abstract.iter("list-item")) or _inside(abstract)
    return [said for item in items if (said := reader.prose(_inside(item) if name_of(item) == "list-item" else [item]))]


LOST = (
    *("trans-abstract", "title-group/trans-title-group", "supplement", "related-article", "product", "conference"),
    *("volume-id", "volume-series", "issue-id", "issue-title", "issue-sponsor", "issue-part", "isbn"),
)


def _left_out(reader: Reader, meta: Element) -> None:
    """Reports what front matter has that a review has not."""
    for path in LOST:
        for element in meta.iterfind(path):
            reader.lose_part(element)
    for element in reader.article:
        if name_of(element) in ("sub-article", "response"):
            reader.lose_part(element)


# What stands behind the text


def back(reader: Reader) -> dict[str, Any]:
    """Statements, abbreviations, and the sections that stand behind the text."""
    statements: dict[str, str] = {}
    abbreviations: dict[str, str] = {}
    sections: list[dict[str, Any]] = []
    for element in _parts_behind(reader):
        name, title = name_of(element), first(element, "title", ".//title")
        wanted = (
            "acknowledgments"
            if name == "ack"
            else statement(words(title), kind(element, "notes-type", "sec-type", "fn-type"))
        )
        if name == "glossary":
            abbreviations |= _glossary(reader, element)
        elif wanted:
            said = reader.prose(_all_inside(element))
            statements[wanted] = "\n\n".join(filter(None, (statements.get(wanted), said)))
        elif name in ("sec", "app", "notes", "bio"):
            sections.append(reader.section(element))
        elif name == "fn":
            said = words(element)
            reader.lose("lost-note", f"this note is not called in the text: “{shortened(said)}”", element)
    _funding(reader, statements)
    return {"statements": statements, "abbreviations": abbreviations, "sections": sections}


def _all_inside(element: Element) -> list[Element]:
    return [child for child in element if name_of(child) and name_of(child) not in ("title", "label")]


def _parts_behind(reader: Reader) -> Iterator[Element]:
    for parent in (reader.article.find("front/article-meta/author-notes"), reader.article.find("back")):
        for child in parent if parent is not None else ():
            name = name_of(child)
            if name in ("fn-group", "app-group"):
                yield from (
                    one for one in child if name_of(one) in ("fn", "app") and one.get("id") not in reader.used_notes
                )
            elif (
                name == "fn"
                and child.get("id") not in reader.used_notes
                and kind(child, "fn-type") not in ("equal", "current-aff", "corresp")
            ) or name in ("ack", "glossary", "sec", "notes", "bio"):
                yield child


def _glossary(reader: Reader, element: Element) -> dict[str, str]:
    found = {}
    for item in element.iter("def-item"):
        term, said = words(item.find("term")), words(item.find("def"))
        if term and said:
            found[term] = said
    return found


def _funding(reader: Reader, statements: dict[str, str]) -> None:
    """The funding as the front matter states it, where the text has no statement of its own."""
    said = [reader.line(one) for one in reader.article.iterfind("front/article-meta/funding-group/funding-statement")]
    if said and "funding" not in statements:
        statements["funding"] = "\n\n".join(said)
    if not said and "funding" not in statements:
        for award in reader.article.iterfind("front/article-meta/funding-group/award-group"):
            reader.lose(
                "lost-part",
                f"the funding is not in a sentence: “{shortened(words(award))}”",
                award,
                "write it in `statements`",
            )
