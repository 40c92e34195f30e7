"""Markdown, as Pandoc, Quarto and MyST have it → a review: metadata, citations by keys, the bibliography beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from diptych.bibliography.items import words
from diptych.bibliography.pandoc import PandocError
from diptych.bibliography.remarks import DEFAULT_SOURCES
from diptych.bibliography.shelf import Item, Shelf
from diptych.diagnostics import Diagnostic, Span, error
from diptych.importers import flavours, headings, pandoc
from diptych.importers.assemble import Assembler
from diptych.importers.figures import Pictures
from diptych.importers.nodes import text, words_of
from diptych.importers.pandoctree import Tree, titled
from diptych.importers.paper import Imported, Losses, Source, shortened
from diptych.importers.pen import Pen
from diptych.importers.stream import Block, Paper
from diptych.prose import Node
from diptych.source import yaml12

READER = "markdown"
Json = Any


def read_markdown(source: Source) -> tuple[Imported | None, list[Diagnostic]]:
    """The review that a paper in Markdown is."""
    losses = Losses(source.name)
    written, flaws = yaml12.decode(source.data)
    if flaws:
        return None, [error(flaw.code, flaw.message, Span(source.name), flaw.hint) for flaw in flaws]
    try:
        document = pandoc.read(flavours.plain(written, losses).encode(), READER)
    except PandocError as problem:
        return None, [error("unreadable-paper", f"this Markdown cannot be read: {problem}", Span(source.name))]
    meta = document["meta"]
    tree = Tree(losses)
    works = _works(meta, source, losses, tree)
    tree.keys = {key: key for key in works}
    blocks = titled([*_front(meta, tree), *tree.stream(document["blocks"])], {}, tree)
    losses.where = ""
    paper = Paper(blocks)
    assembler = Assembler(paper, losses, Pen(losses), source.beside, Pictures(losses))
    assembler.draft.entries.plain_citations = not works and not _cited(blocks)
    assembler.fields = _fields(meta, tree, losses)
    assembler.pen.lang = assembler.fields.get("lang", "en-US")
    imported = assembler.review()
    return _with_works(imported, works, _cited(blocks) | _uncited(meta, tree), losses), losses.found


def _with_works(imported: Imported, works: Mapping[str, Item], cited: set[str], losses: Losses) -> Imported:
    """The review with those of the works that it cites."""
    items = [item for key, item in works.items() if key in cited or "*" in cited]
    if len(items) < len(works):
        message = f"references that are not cited are left out: {len(works) - len(items)} of {len(works)}"
        losses.add("uncited-references", message, hint="add them with: diptych import FILE --into REVIEW")
    known = {item.key for item in items}
    references = (*items, *(item for item in imported.references if item.key not in known))
    review = {**imported.review, **({"bibliography": "references.yaml"} if references else {})}
    return replace(imported, review=review, references=references)


def _cited(blocks: Iterable[Block]) -> set[str]:
    found: set[str] = set()
    for block in blocks:
        cells = (*block.value.head, *block.value.body) if block.role == "table" else ()
        for nodes in (block.nodes, *(cell.nodes for row in cells for cell in row)):
            found.update(_keys(nodes))
    return found


def _keys(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind == "citation":
            yield from (one.key for one in node.mention.citations)  # type: ignore[union-attr]
        yield from _keys(node.children)


def _uncited(meta: Mapping[str, Json], tree: Tree) -> set[str]:
    """The keys under `nocite`, “*” for all."""
    return set(_keys(_inlines(meta.get("nocite"), tree)))


# The bibliography


def _works(meta: Mapping[str, Json], source: Source, losses: Losses, tree: Tree) -> dict[str, Item]:
    """The references in the files that the metadata names; those in the metadata themselves are not read."""
    shelf = Shelf(DEFAULT_SOURCES)
    for name in _texts(meta.get("bibliography"), tree):
        data = source.beside(name)
        if data is None:
            losses.add("lost-bibliography", f"the bibliography “{name}” is not beside the paper", hint="put it there")
        else:
            shelf.add_file(PurePosixPath(name).name, PurePosixPath(name).name, data)
    if meta.get("references"):
        hint = "put them into a file of CSL-YAML and name it under “bibliography”"
        losses.add("lost-references", "the references in the paper's metadata are not read", hint=hint)
    losses.found += shelf.problems
    return shelf.items


# Metadata

KNOWN = words(
    """title subtitle author authors affiliations abstract keywords keyword date lang bibliography references nocite csl
    short-title running-head"""
)
"""Metadata that is carried over; all other is reported."""


def _front(meta: Mapping[str, Json], tree: Tree) -> list[Block]:
    """What the metadata says in prose."""
    found = [Block(role, tuple(nodes)) for role in ("title", "subtitle") if (nodes := _inlines(meta.get(role), tree))]
    abstract = meta.get("abstract")
    if abstract and abstract["t"] == "MetaBlocks":
        found += [Block("abstract", (node,)) for node in tree.nodes(abstract["c"])]
    elif nodes := _inlines(abstract, tree):
        found.append(Block("abstract", (Node("p", tuple(nodes)),)))
    for name, said in meta.items():
        if (statement := _statement(name)) and (nodes := _inlines(said, tree)):
            found.append(Block(f"statement {statement}", (Node("p", tuple(nodes)),)))
    return found


def _statement(name: str) -> str:
    """The statement that a key of the metadata announces; empty for any other key."""
    return headings.known_statement(ALSO_STATEMENTS.get(name, name).replace("-", " ").replace("_", " "))


ALSO_STATEMENTS = {"acknowledgements": "acknowledgments", "acknowledgement": "acknowledgments"}


def _fields(meta: Mapping[str, Json], tree: Tree, losses: Losses) -> dict[str, Any]:
    """What the metadata says in words."""
    authors, affiliations = _authors(
        meta.get("author") or meta.get("authors"), _named(meta.get("affiliations"), tree), tree
    )
    lang = _text(meta.get("lang"), tree)
    date = re.match(r"\d{4}(-\d{2}(-\d{2})?)?$", _text(meta.get("date"), tree))
    if meta.get("date") and not date:
        losses.add("lost-date", f"the date “{_text(meta['date'], tree)}” is not 2026, 2026-11 or 2026-11-23")
    said = {name for name in meta if _statement(name) and _inlines(meta[name], tree)}
    for name in sorted(meta.keys() - KNOWN - said):
        losses.add("lost-part", f"“{name}” of the metadata is not carried over: “{shortened(_text(meta[name], tree))}”")
    keywords = [
        word for one in _texts(meta.get("keywords") or meta.get("keyword"), tree) for word in re.split(r"[;,]\s*", one)
    ]
    found = {
        "short-title": _text(meta.get("short-title") or meta.get("running-head"), tree),
        "lang": lang if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", lang) else "",
        "date": date[0] if date else "",
        "keywords": [word for word in keywords if word],
        "citation-style": re.sub(r"^.*/|\.csl$", "", _text(meta.get("csl"), tree)),
        "authors": authors,
        "affiliations": affiliations,
    }
    return {name: value for name, value in found.items() if value}


def _inlines(said: Json, tree: Tree) -> list[Node]:
    if not said:
        return []
    if said["t"] == "MetaInlines":
        return tree.inlines(said["c"])
    if said["t"] == "MetaBlocks":
        return [inner for node in tree.nodes(said["c"]) for inner in node.children]
    return [text(said["c"])] if said["t"] == "MetaString" else []


def _text(said: Json, tree: Tree) -> str:
    if said and said["t"] in ("MetaList", "MetaMap"):
        inner = said["c"] if said["t"] == "MetaList" else said["c"].values()
        return ", ".join(_text(one, tree) for one in inner)
    return str(said["c"]).lower() if said and said["t"] == "MetaBool" else words_of(_inlines(said, tree))


def _texts(said: Json, tree: Tree) -> list[str]:
    if not said:
        return []
    return [_text(one, tree) for one in said["c"]] if said["t"] == "MetaList" else [_text(said, tree)]


def _authors(said: Json, named: Mapping[str, str], tree: Tree) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Authors as names or maps, and their affiliations, as Pandoc's and Quarto's users write them."""
    affiliations: dict[str, str] = {}
    authors = []
    for one in _listed(said):
        if one["t"] != "MetaMap":
            authors.append({"name": _text(one, tree)})
            continue
        fields = one["c"]
        author: dict[str, Any] = {
            name: _text(fields[name], tree) for name in ("name", "degrees", "orcid", "email") if name in fields
        }
        author |= {"name": _full_name(fields["name"], tree)} if "name" in fields else {}
        author["corresponding"] = _text(fields.get("corresponding"), tree) in ("true", "yes")
        wanted = fields.get("affiliation") or fields.get("affiliations") or fields.get("institute")
        institutions = [_institution(one, named, tree) for one in _listed(wanted)]
        author["affiliations"] = [
            _affiliation(institution, affiliations) for institution in institutions if institution
        ]
        authors.append({name: value for name, value in author.items() if value})
    return [author for author in authors if author.get("name")], affiliations


def _listed(said: Json) -> list[Json]:
    return list(said["c"]) if said and said["t"] == "MetaList" else [said] if said else []


def _full_name(said: Json, tree: Tree) -> str:
    """A name, which Quarto's users may give in parts."""
    if said["t"] != "MetaMap" or "literal" in said["c"]:
        return _text(said["c"]["literal"] if said["t"] == "MetaMap" else said, tree)
    parts = ("given", "dropping-particle", "non-dropping-particle", "family")
    return " ".join(filter(None, (_text(said["c"].get(part), tree) for part in parts)))


def _named(said: Json, tree: Tree) -> dict[str, str]:
    """Institutions that authors refer to, by their ids."""
    found = (one["c"] for one in _listed(said) if one["t"] == "MetaMap")
    return {_text(fields["id"], tree): _address(fields, tree) for fields in found if "id" in fields}


def _institution(said: Json, named: Mapping[str, str], tree: Tree) -> str:
    """An institution as an author has it: in words, in parts, or by its id."""
    if said["t"] != "MetaMap":
        words = _text(said, tree)
        return named.get(words, words)
    fields = said["c"]
    return named.get(_text(fields.get("ref"), tree), "") or _address(fields, tree)


ADDRESS = ("group", "department", "name", "institution", "address", "city", "region", "state", "postal-code", "country")


def _address(fields: Mapping[str, Json], tree: Tree) -> str:
    """The parts of an institution in the order in which they are printed."""
    return ", ".join(filter(None, (_text(fields.get(part), tree) for part in ADDRESS)))


def _affiliation(institution: str, affiliations: dict[str, str]) -> str:
    name = next((name for name, said in affiliations.items() if said == institution), f"a{len(affiliations) + 1}")
    affiliations[name] = institution
    return name
