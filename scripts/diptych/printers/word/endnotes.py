"""End notes: which of a document's blocks are Word's own end notes.

Word prints them behind all else, in the columns of the last section. So they are its own where the document ends with
its list of notes, each called once; elsewhere the list stays a list, and its calls stay links.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from xml.etree.ElementTree import Element

from diptych.printers.word.model import Block, Paragraph
from diptych.printers.word.numbering import FORMATS


@dataclass(frozen=True)
class EndNote:
    """A note: its element in the list, its paragraphs, and how Word is to write its number."""

    element: Element
    paragraphs: list[Paragraph]
    numbering: str = "decimal"


def apart(root: Element, blocks: list[Block]) -> tuple[list[Block], list[EndNote]]:
    """The blocks before the end notes, and the notes; all blocks and none where Word's own would say something else."""
    holder = root.find(".//ol[@class='note-list']")
    items = [] if holder is None else holder.findall("li")
    owners = {element: number for number, item in enumerate(items) for element in item.iter()}
    count = sum(block.element in owners for block in blocks)
    before, last = blocks[: len(blocks) - count], blocks[len(blocks) - count :]
    paragraphs = [block for block in last if isinstance(block, Paragraph) and block.element in owners]
    groups = {number: list(found) for number, found in groupby(paragraphs, lambda one: owners[one.element])}
    links = (link for link in root.iter("a") if link.get("class") == "note-ref" and link not in owners)
    calls = [link.get("href") for link in links]
    if len(paragraphs) < len(last) or len(groups) < len(items) or calls != [f"#{item.get('id')}" for item in items]:
        return blocks, []
    if not paragraphs or not before or before[-1].section != paragraphs[0].section:
        return blocks, []
    paragraphs[0].before = paragraphs[-1].before  # not that from the heading, below which Word draws a rule
    return before, [_note(item, groups[number]) for number, item in enumerate(items)]


def _note(item: Element, paragraphs: list[Paragraph]) -> EndNote:
    level = paragraphs[0].level
    list_of_notes = level.key if level else None
    found = []
    for index, one in enumerate(paragraphs):
        own = None if one.level and one.level.key == list_of_notes else one.level
        box = one.box if index else replace(one.box, indent=-one.left)
        anchors = [anchor for anchor in one.anchors if anchor != item.get("id")]
        found.append(replace(one, level=own, box=box, anchors=anchors, place="", counted=False))
    return EndNote(item, found, FORMATS.get(level.marker if level else "", "decimal"))
