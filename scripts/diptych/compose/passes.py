"""What is done to a filled template before it is printed: one function a pass, in one visible list.

A pass takes the document's root element and changes it in place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree, html

from diptych.diagnostics import Diagnostic, Span, warning
from diptych.document import keep_whole, tree
from diptych.prose.source import UNPRINTABLE
from diptych.vocabulary import strangers

NoteStyle = Literal["footnotes", "endnotes"]
Root = Any  # lxml.html.HtmlElement, whose methods the type stubs leave out


@dataclass(frozen=True)
class CitedMark:
    """A work's number in the reference list, and its mark or nothing."""

    number: str
    mark: str


def finish(
    text: str, template: str, notes: NoteStyle, marks: Mapping[str, CitedMark], page_word: str = ""
) -> tuple[str, list[Diagnostic]]:
    """The filled template after all passes, as HTML text; what is not in the vocabulary is reported.

    `marks`, by the id of the work's entry, are printed beside citation numbers; `page_word`, such as “p.”, before the
    pages of what is referred to, which are left out where it is empty.
    """
    left_out = "".join(UNPRINTABLE.findall(text))  # by fields that are no prose, whose texts nothing else cleans
    root = tree(UNPRINTABLE.sub("", text) if left_out else text)
    mark_citations(root, marks)
    for apply in PASSES:
        apply(root)
    if page_word:
        refer_to_pages(root, page_word)
    if notes == "endnotes":
        collect_endnotes(root)
    drop_empty(root)
    span = Span(f"templates/{template}/document.html.j2")
    problems = [
        warning("not-in-vocabulary", f"printers may not know {name}", span, "see the vocabulary in ARCHITECTURE.md")
        for name in strangers(root, template)
    ]
    if left_out:
        names = ", ".join(sorted({f"U+{ord(char):04X}" for char in left_out}))
        message = f"characters that cannot be printed are left out: {names}"
        problems.append(warning("unprintable-character", message, None, "delete them from the review"))
    return str(html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")), problems


def place_floats(root: Root) -> None:
    """Figures and tables out of `div.floats`, each behind the block that mentions it first; the rest at the end."""
    holder = root.find(".//div[@class='floats']")
    text = root.find(".//main")
    if holder is None or text is None:
        return
    for block in list(holder):
        place = _first_mention(text, block.get("id", ""))
        if place is None:
            text.append(block)
        else:
            _behind(place).addnext(block)
    holder.getparent().remove(holder)


def _first_mention(text: Root, name: str) -> Root | None:
    """The child of `text` that holds the first cross-reference to `name`."""
    for link in text.iterfind(".//a[@class='crossref']"):
        if link.get("href") == f"#{name}":
            block = link
            while block.getparent() is not text:
                block = block.getparent()
            return block
    return None


def _behind(block: Root) -> Root:
    """The last of the floats that stand behind `block` already, so that floats keep their order."""
    following = block.getnext()
    while following is not None and _is_float(following):
        block, following = following, following.getnext()
    return block


def _is_float(block: Root) -> bool:
    return (block.get("id") or "").startswith(("fig-", "tbl-"))


def name_what_follows(root: Root) -> None:
    """`data-before` on the blocks of the text that stand before a heading or float, for the space between them.

    Before floats, it says what follows behind them, too. CSS has `:has(+ h2)` for that, but its cost grows with the
    square of the document in WeasyPrint 70.
    """
    for block in root.iterfind(".//main/*"):
        following, names = block.getnext(), []
        while following is not None and (following.get("class") or "").startswith(("table-block", "figure")):
            following, names = following.getnext(), ["float"]
        if following is not None and following.tag in HEADINGS:
            names.append(following.tag)
        if names:
            block.set("data-before", " ".join(names))


HEADINGS = ("h2", "h3", "h4", "h5")


def unlink_absent_targets(root: Root) -> None:
    """Links to what this template does not print become plain text."""
    present = {element.get("id") for element in root.iter() if element.get("id")}
    for link in list(root.iter("a")):
        target = link.get("href", "")
        if target.startswith("#") and target[1:] not in present:
            link.drop_tag()


def close_up_superscripts(root: Root) -> None:
    """A citation set as a superscript follows its word without a space."""
    for citation in root.iterfind(".//span[@class='citation']"):
        if citation.text or len(citation) == 0 or citation[0].tag != "sup":
            continue
        before = citation.getprevious()
        if before is not None:
            before.tail = (before.tail or "").rstrip()
        elif citation.getparent().text:
            citation.getparent().text = citation.getparent().text.rstrip()


RESOLVER = re.compile(r"\Ahttps://doi\.org/")


def keep_resolver_whole(root: Root) -> None:
    """A DOI in the reference list may be broken behind the resolver's address, not within it."""
    for link in root.iterfind(".//p[@class='entry']//a"):
        keep_whole(link, RESOLVER)


RANGE = re.compile(r"[^\s–]*\d–[+−-]?\d[^\s–]*")


def keep_ranges_whole(root: Root) -> None:
    """A range of numbers in a cell is not broken behind its dash: “(6–34)”."""
    for cell in root.iter("td", "th"):
        keep_whole(cell, RANGE)


PASSES: tuple[Callable[[Root], None], ...] = (
    place_floats,
    name_what_follows,
    unlink_absent_targets,
    close_up_superscripts,
    keep_resolver_whole,
    keep_ranges_whole,
)


def refer_to_pages(root: Root, word: str) -> None:
    """“(p. 4)” behind references to figures, tables, sections and equations; “, p. 4” where brackets are open already.

    The number is empty: the printer knows it. Headings and cells of tables have no room for it.
    """
    for link in root.iterfind(".//a[@class='crossref']"):
        if any(one.tag in (*HEADINGS, "td", "th") for one in link.iterancestors()):
            continue
        before = _text_before(link)
        opening, closing = (", ", "") if before.count("(") > before.count(")") else (" (", ")")
        behind = etree.Element("span", {"class": "on-page"})
        behind.text = f"{opening}{word}\N{NO-BREAK SPACE}"
        number = etree.SubElement(behind, "a", {"class": "page-ref", "href": link.get("href")})
        number.tail = closing
        behind.tail, link.tail = link.tail, None
        link.addnext(behind)


def _text_before(element: Root) -> str:
    """The text of the element's parent that stands before it."""
    parts = [element.getparent().text or ""]
    for sibling in element.itersiblings(preceding=True):
        parts += [str(sibling.xpath("string()")), sibling.tail or ""]
    return "".join(parts)


def mark_citations(root: Root, marks: Mapping[str, CitedMark]) -> None:
    """Puts marks behind the numbers of citations: `[12••, 15•]`; a range gives way to a marked number within it."""
    if not marks:
        return
    for citation in root.iterfind(".//span[@class='citation']"):
        for link in list(citation.iterfind(".//a[@class='cite']")):
            _open_range(link, marks)
        for link in citation.iterfind(".//a[@class='cite']"):
            found = marks.get(link.get("href", "")[1:])
            shown = NUMBER.match(link.text or "")
            if found and found.mark and shown and shown["number"] == found.number:
                mark = etree.Element("span", {"class": "cite-mark"})
                mark.text, mark.tail = found.mark, link.text[shown.end("number") :]
                link.text = link.text[: shown.end("number")]
                link.insert(0, mark)


NUMBER = re.compile(r"(?P<before>[\[(]?)(?P<number>\d+)(?P<after>[\])]?)")
"""A citation's number as styles link it: `12`, `[12]`, or with a locator behind it, `12, p. 3`."""


def _open_range(link: Root, marks: Mapping[str, CitedMark]) -> None:
    """Sets `10–14` as `10–12, 13, 14` where 13, between the first and the last, has a mark."""
    last = link.getnext()
    if link.tail not in RANGES or last is None:
        return
    first_shown, last_shown = NUMBER.fullmatch(link.text or ""), NUMBER.fullmatch(last.text or "")
    if first_shown is None or last_shown is None:
        return
    by_number = {int(found.number): (anchor, found.mark) for anchor, found in marks.items()}
    numbers = range(int(first_shown["number"]), int(last_shown["number"]) + 1)
    marked = [number for number in numbers[1:-1] if by_number[number][1]]
    if not marked:
        return
    to, separator = link.tail, _separator(link)
    shown = [pair for run in _runs(numbers, marked) for pair in _shortened(run, to, separator)]
    link.tail = shown[0][1]
    for number, tail in shown[1:-1]:
        inserted = etree.Element("a", {"class": "cite", "href": f"#{by_number[number][0]}"})
        inserted.text, inserted.tail = f"{first_shown['before']}{number}{first_shown['after']}", tail
        last.addprevious(inserted)


def _runs(numbers: range, marked: Sequence[int]) -> Iterator[range]:
    """The numbers before, at and after each marked one."""
    start = numbers.start
    for number in marked:
        yield range(start, number)
        yield range(number, number + 1)
        start = number + 1
    yield range(start, numbers.stop)


def _shortened(run: range, to: str, separator: str) -> list[tuple[int, str]]:
    """The numbers of a run that are printed, each with what stands behind it: three and more as a range."""
    if len(run) > 2:
        return [(run[0], to), (run[-1], separator)]
    return [(number, separator) for number in run]


RANGES = ("–", "-")


def _separator(link: Root) -> str:
    """What stands between numbers of the same citation, a comma where it has no other."""
    tails = [one.tail for one in link.getparent() if one.tag == "a" and (one.tail or "").startswith((",", ";"))]
    return tails[0] if tails else ","


def collect_endnotes(root: Root) -> None:
    """Footnotes into `section.notes`, in order of their calls; each call becomes a link to its note."""
    notes = root.findall(".//span[@class='footnote']")
    holder = root.find(".//ol[@class='note-list']")
    if holder is None:
        return
    for number, note in enumerate(notes, 1):
        item = etree.SubElement(holder, "li", {"class": "note", "id": f"note-{number}"})
        paragraph = etree.SubElement(item, "p")
        paragraph.text = note.text
        paragraph.extend(deepcopy(child) for child in note)
        call = etree.Element("a", {"class": "note-ref", "href": f"#note-{number}"})
        call.text = str(number)
        call.tail = note.tail
        note.getparent().replace(note, call)


def drop_empty(root: Root) -> None:
    """Sections that turned out to have nothing but a heading are not printed."""
    for holder in root.findall(".//section[@class='notes']"):
        if holder.find(".//li") is None:
            holder.drop_tree()
