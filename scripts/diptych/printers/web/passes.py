"""What is done to a document to make it a page for screens: one function a pass, in one visible list.

A pass takes the page's root element and changes it in place. Roles are those of WAI-ARIA 1.2 and DPUB-ARIA 1.1. Words
that the page adds come from attributes of `body`, so that they are in the language of the review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import html

Root = Any  # lxml.html.HtmlElement, whose methods the type stubs leave out
WORDS = {
    "contents": "Contents",
    "skip": "Skip to the text",
    "notes": "Notes",
    "table": "Table",
    "in-text": "In the text",
    "in-list": "Show in the list",
    "close": "Close",
}
"""The words that the page adds, as they are where the template gives no others."""


def _word(root: Root, name: str) -> str:
    return root.find("body").get(f"data-{name}") or WORDS[name]


def _make(tag: str, text: str = "", **attributes: str) -> Root:
    made = html.Element(tag, {name.replace("_", "-").strip("-"): value for name, value in attributes.items()})
    made.text = text or None
    return made


def _with_class(root: Root, tag: str, name: str) -> Iterator[Root]:
    return (one for one in list(root.iter(tag)) if name in (one.get("class") or "").split())


def collect_notes(root: Root) -> None:
    """Footnotes into a section of notes before the references; each call becomes a link to its note."""
    notes = list(_with_class(root, "span", "footnote"))
    if not notes:
        return
    section = _make("section", _class="notes")
    section.append(_make("h2", _word(root, "notes")))
    items = _make("ol", _class="note-list")
    section.append(items)
    for number, note in enumerate(notes, 1):
        call = _make("a", str(number), _class="note-ref", href=f"#note-{number}")
        call.tail, note.tail = note.tail, None
        note.getparent().replace(note, call)
        note.tag = "p"
        del note.attrib["class"]
        item = _make("li", _class="note", id=f"note-{number}")
        item.append(note)
        items.append(item)
    _before_references(root, section)


def _before_references(root: Root, section: Root) -> None:
    references = next(_with_class(root, "section", "references"), None)
    if references is None:
        root.find("body").append(section)
    else:
        references.addprevious(section)


def link_notes(root: Root) -> None:
    """Each call of a note has an id, and the note a link back to it."""
    for call in _with_class(root, "a", "note-ref"):
        number = call.get("href").removeprefix("#note-")
        call.set("id", f"call-{number}")
        call.set("role", "doc-noteref")
        note = root.find(f".//li[@id='note-{number}']")
        if note is None or len(note) == 0:
            continue
        back = _make("a", "↩", _class="back", href=f"#call-{number}", role="doc-backlink")
        back.set("aria-label", f"{_word(root, 'in-text')}: {number}")
        last = note[-1]
        if len(last):
            last[-1].tail = (last[-1].tail or "") + " "
        else:
            last.text = (last.text or "") + " "
        last.append(back)


def link_citations(root: Root) -> None:
    """Each citation has an id, and each entry of the reference list links back to those that lead to it."""
    citing: dict[str, list[str]] = {}
    for number, link in enumerate(_with_class(root, "a", "cite"), 1):
        link.set("id", f"cite-{number}")
        link.set("role", "doc-biblioref")
        citing.setdefault(link.get("href", ""), []).append(f"cite-{number}")
    for entry in _with_class(root, "li", "reference"):
        back = citing.get(f"#{entry.get('id')}", [])
        if back:
            entry.append(_back_links(root, back))


def _back_links(root: Root, back: list[str]) -> Root:
    """“In the text: 1 2 3”."""
    word = _word(root, "in-text")
    line = _make("p", f"{word}: ", _class="cited-at")
    for number, target in enumerate(back, 1):
        link = _make("a", str(number), href=f"#{target}", role="doc-backlink")
        link.set("aria-label", f"{word}: {number}")
        link.tail = " "
        line.append(link)
    line[-1].tail = None
    return line


def name_headings(root: Root) -> None:
    """Each heading of the second level has an id to be led to."""
    for number, heading in enumerate(root.iter("h2"), 1):
        if not heading.get("id"):
            heading.set("id", f"part-{number}")


SECTION_ROLES = {"references": "doc-bibliography", "notes": "doc-endnotes", "abstract": "doc-abstract"}


def name_sections(root: Root) -> None:
    """Sections have their headings as names, and the roles that screen readers know; key points are a section too."""
    for section in list(root.iter("section", "aside")):
        heading = section.find("h2")
        section.tag = "div" if heading is None else "section"
        role = SECTION_ROLES.get(section.get("class") or "")
        if heading is not None:
            section.set("aria-labelledby", heading.get("id"))
        if role and heading is not None:
            section.set("role", role)


def wrap_tables(root: Root) -> None:
    """A table wider than the screen is moved within its own box, which the keyboard reaches."""
    for number, table in enumerate(list(root.iter("table")), 1):
        box = _make("div", _class="table-scroll", role="group", tabindex="0")
        caption = table.find("caption")
        if caption is not None:
            caption.set("id", f"caption-{number}")
            box.set("aria-labelledby", f"caption-{number}")
        else:
            box.set("aria-label", _word(root, "table"))
        box.tail, table.tail = table.tail, None
        table.getparent().replace(table, box)
        box.append(table)


def credit_in_caption(root: Root) -> None:
    """A figure's credit is part of its caption: HTML has nothing behind a `figcaption`."""
    for credit in _with_class(root, "p", "credit"):
        caption = credit.getparent().find("figcaption")
        if caption is not None:
            credit.tail = None
            caption.append(credit)


def one_main(root: Root) -> None:
    """All that the template prints stands in one `main`, what navigates before it."""
    body = root.find("body")
    for text in list(root.iter("main")):
        text.tag = "div"
    main = _make("main", id="main")
    main.extend(list(body))
    body.text = None
    body.append(main)
    contents = _contents(root)
    if contents is not None:
        body.insert(0, contents)
    body.insert(0, _make("a", _word(root, "skip"), _class="skip", href="#main"))


def _contents(root: Root) -> Root | None:
    """The headings of the second level as links; nothing for a page with fewer than three."""
    headings = list(root.iter("h2"))
    if len(headings) < 3:
        return None
    nav, fold, items = (
        _make("nav", _class="contents", aria_label=_word(root, "contents")),
        _make("details"),
        _make("ul"),
    )
    fold.set("open", "")
    fold.append(_make("summary", _word(root, "contents")))
    fold.append(items)
    nav.append(fold)
    for heading in headings:
        item = _make("li")
        item.append(_make("a", _words_of(heading), href=f"#{heading.get('id')}"))
        items.append(item)
    return nav


def _words_of(heading: Root) -> str:
    """The heading's words, without calls of notes and citations in it."""
    left_out = {*_with_class(heading, "span", "citation"), *_with_class(heading, "a", "note-ref")}
    return " ".join("".join(_texts(heading, left_out)).split())


def _texts(element: Root, left_out: set[Root]) -> Iterator[str]:
    if element not in left_out and element.tag != "annotation":
        yield element.text or ""
        for child in element:
            yield from _texts(child, left_out)
            yield child.tail or ""


def leave_pages_to_paper(root: Root) -> None:
    """A page for screens has no pages to refer to, and a list of contents of its own."""
    found = [*_with_class(root, "span", "on-page"), *_with_class(root, "nav", "contents")]
    for element in found:
        element.drop_tree()


PASSES: tuple[Callable[[Root], None], ...] = (
    leave_pages_to_paper,
    collect_notes,
    link_notes,
    link_citations,
    name_headings,
    name_sections,
    wrap_tables,
    credit_in_caption,
    one_main,
)
