"""Lines with authors and institutions, as a first page prints them, → authors and affiliations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from diptych.importers.nodes import words_of
from diptych.prose import Node

DEGREES = re.compile(
    r"(?:MD|DO|PhD|DPhil|ScD|DSc|Dr\.?|Prof\.?|MBBS|MBChB|MB|BCh|BS|BSc|BA|MA|MS|MSc|MSN|MPH|MPhil|MBA|MRCP|FRCP|FRCR|FRCS|FACP"
    r"|FACS|FACR|FASTRO|RN|PharmD|JD|LLM|DDS|DMD|DVM|EdD|PsyD|MEd|MHS|MStat|MRes|Dr\. med\.?|PD)(?:\s*\([^)]*\))?"
)
ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b")
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}")
SIGNS = re.compile(r"[\d,\s*†‡§¶#a-z]*")


def authors_of(
    bylines: Sequence[tuple[Node, ...]], institutions: Sequence[tuple[Node, ...]], correspondence: Sequence[str]
) -> dict[str, Any]:
    """`authors` and `affiliations`; signs raised behind names say to which institutions they belong."""
    named = [_institution(nodes) for nodes in institutions]
    equal = {sign for sign, words in named if sign and not sign.isdigit() and re.search(r"equal|gleich|égal", words)}
    kept = [(sign, words) for sign, words in named if sign not in equal]
    names = {sign or str(index): f"a{index}" for index, (sign, _) in enumerate(kept, 1)}
    affiliations = {names[sign or str(index)]: words for index, (sign, words) in enumerate(kept, 1)}
    authors = [author for nodes in bylines for author in _authors(nodes, names, equal)]
    alone = len(kept) == 1 and not kept[0][0]
    for author in authors:
        if alone:
            author["affiliations"] = list(affiliations)
    for line in correspondence:
        _correspond(line, authors)
    return {
        "authors": [{name: value for name, value in one.items() if value} for one in authors],
        "affiliations": affiliations,
    }


def _institution(nodes: tuple[Node, ...]) -> tuple[str, str]:
    """The sign before an institution, and the institution."""
    if nodes and nodes[0].kind == "sup":
        return words_of(nodes[:1]), words_of(nodes[1:])
    words = words_of(nodes)
    found = re.match(r"(\d+|[*†‡§])\s+(?=\S)", words)
    return (found[1], words[found.end() :]) if found else ("", words)


def _authors(nodes: tuple[Node, ...], names: dict[str, str], equal: set[str]) -> list[dict[str, Any]]:
    authors: list[dict[str, Any]] = []
    for words, signs in _pieces(nodes):
        if authors and DEGREES.fullmatch(words):
            degrees = authors[-1].get("degrees")
            authors[-1]["degrees"] = f"{degrees}, {words}" if degrees else words
        elif words:
            authors.append({"name": words})
        if authors and signs:
            found = [sign for sign in re.split(r"[,\s]+", signs) if sign]
            authors[-1]["corresponding"] = any("*" in sign for sign in found)
            authors[-1]["equal"] = bool(equal & set(found))
            authors[-1]["affiliations"] = [names[sign] for sign in found if sign in names]
    order = ("name", "degrees", "orcid", "email", "corresponding", "equal", "affiliations")
    return [{name: author[name] for name in order if name in author} for author in authors]


def _pieces(nodes: Iterable[Node]) -> list[tuple[str, str]]:
    """What stands between commas, and the signs raised behind it."""
    found: list[tuple[str, str]] = [("", "")]
    for node in nodes:
        if node.kind == "sup":
            found[-1] = (found[-1][0], found[-1][1] + words_of([node]))
            continue
        for index, piece in enumerate(re.split(r",|;|\band\b|\bund\b|\bet\b|&", _text(node))):
            found += [("", "")] if index else []
            found[-1] = (" ".join(f"{found[-1][0]} {piece}".split()), found[-1][1])
    return [piece for piece in found if any(piece)]


def _text(node: Node) -> str:
    return node.text + "".join(map(_text, node.children))


def _correspond(line: str, authors: list[dict[str, Any]]) -> None:
    """Adds e-mail address and ORCID iD to the author that the line names."""
    named = [author for author in authors if author["name"] in " ".join(line.split())]
    author = named[0] if named else authors[0] if len(authors) == 1 else None
    email, orcid = EMAIL.search(line), ORCID.search(line)
    if author is None:
        return
    author["corresponding"] = True
    if email:
        author["email"] = email[0]
    if orcid:
        author["orcid"] = orcid[1]
