"""Articles in JATS, the XML of PubMed Central and of publishers → a review.

Our own mapping, since Pandoc's reader leaves out what annotated references are made of: the labels of references, the
notes in them, and all references that are tagged within their text (`mixed-citation`).
"""

from __future__ import annotations

from typing import Any

from diptych.diagnostics import Diagnostic
from diptych.importers import marks
from diptych.importers.figures import Pictures
from diptych.importers.jats import body, front
from diptych.importers.jats.references import CITATIONS, Listed, read_list
from diptych.importers.jats.tree import Element, parsed, words
from diptych.importers.nodes import without_prefix
from diptych.importers.paper import Imported, Losses, Source
from diptych.importers.pen import Pen
from diptych.prose import Node


def read_jats(source: Source) -> tuple[Imported | None, list[Diagnostic]]:
    """The review that an article in JATS is."""
    article, problems = parsed(source.name, source.data)
    if article is None:
        return None, problems
    losses = Losses(source.name)
    listed = read_list(article, losses)
    reader = body.Reader(source, article, losses, Pen(losses), listed, Pictures(losses))
    reader.prepare()
    review = front.front(reader)
    reader.pen.lang = review.get("lang", "en-US")
    text = article.find("body")
    sections = reader.sections(text) if text is not None else []
    body.floats(reader)
    behind = front.back(reader)
    review |= {
        "sections": sections + behind.pop("sections"),
        "figures": reader.figures,
        "tables": reader.tables,
        **behind,
    }
    review |= _references(reader, listed)
    filled = {name: value for name, value in review.items() if value}
    return Imported(filled, tuple(listed.items.values()), reader.pictures.files), losses.found


def _references(reader: body.Reader, listed: Listed) -> dict[str, Any]:
    """What the review says of its references: the file, annotations with their grades, the marks that are explained."""
    annotations: dict[str, dict[str, Any]] = {}
    for key in listed.items:
        said = _said(reader, listed.notes.get(key, []))
        grade = listed.grades.get(key)
        if grade or said:
            annotations[key] = {**({"importance": grade} if grade else {}), **({"text": said} if said else {})}
    lines = [words(element) for element in _legends(reader.article)]
    legends = (marks.legend(one) for one in [*lines, " ".join(lines)])
    return {
        "bibliography": "references.yaml" if listed.items else None,
        "annotations": annotations,
        "marks": next((found for found in legends if found), None),
    }


def _legends(article: Element) -> list[Element]:
    return [
        element
        for listing in article.iter("ref-list")
        for element in listing
        if element.tag in ("p", "title", "sec", "list")
    ]


def _said(reader: body.Reader, notes: list[Element | str]) -> str:
    """The annotation, without the mark before it."""
    nodes: list[Node] = []
    for note in notes:
        if isinstance(note, str):
            nodes.append(Node("p", (Node("text", text=note),)))
        elif note.tag in ("p", "comment", *CITATIONS):
            nodes.append(Node("p", reader.inlines(note)))
        else:
            inner = [child for child in note if isinstance(child.tag, str) and child.tag != "label"]
            nodes += [node for child in inner for node in reader.blocks(child)] or [Node("p", reader.inlines(note))]
    if nodes and nodes[0].kind == "p":
        nodes[0] = Node("p", without_prefix(nodes[0].children, marks.LEADING))
    return reader.pen.blocks(nodes, None)
