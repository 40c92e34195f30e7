"""The inline content of a paragraph → runs, links, fields, bookmarks, formulas and pictures.

White space is collapsed as CSS does (Text 3, 4.1.1); a run holds how it differs from its paragraph, so that character
styles can be found for all runs of the document before any is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from diptych.diagnostics import Diagnostic, warning
from diptych.printers.word.links import Links
from diptych.printers.word.model import Inline, Paragraph
from diptych.printers.word.properties import Properties, difference, run_properties
from diptych.printers.word.vocabulary import NamedStyle
from diptych.style import BoxStyle, Cascade, Piece, TextStyle

SPACES = re.compile("[ \t\r\n\f]+")
UNKNOWN_PAGE = "0"  # until Word, which alone knows its pages, fills it in
TAB, BREAK = "\t", "\n"  # in a run's text, where HTML's own have been collapsed


@dataclass
class Run:
    """Text in one style; `role` is the character style it asks for, `context` what it stands in."""

    text: str
    properties: Properties
    role: str = ""
    context: str = ""


@dataclass
class Formula:
    """A formula in LaTeX; displayed ones stand on a line of their own, aligned as their paragraph."""

    tex: str
    display: bool
    align: str = "center"


@dataclass
class Picture:
    """A picture, by its element."""

    element: Element
    measure: float


@dataclass(frozen=True)
class Comment:
    """A comment: what it says, who says it, and the day, where it is known.

    It is about the place where it stands, or about the `whole` element that it is the last in.
    """

    text: str
    author: str
    date: str
    whole: bool = False


@dataclass
class NoteCall:
    """The call of a footnote or an end note, by the note's element, with the comments on the note."""

    element: Element
    text: TextStyle
    kind: str = "footnote"
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Cited:
    """Which works the citation that it ends cites, and how, for Zotero: as `document.cited` has it."""

    citations: tuple[dict[str, str], ...]
    whole = True


@dataclass
class Group:
    """Items with something around them: a link (to a bookmark or address), a bookmark, a field with its result …

    … or what is said of them, by a comment or for Zotero.
    """

    kind: str  # link, address, bookmark, field or said
    value: str
    items: list[Item] = field(default_factory=list)
    said: Comment | Cited | None = None


SAID = (Comment, Cited)
Item = Run | Formula | Picture | NoteCall | Comment | Cited | Group


@dataclass
class _Line:
    """What is known while a paragraph is read: the items so far, and whether the last character was a space."""

    paragraph: Paragraph
    items: list[Item]
    at_space: bool = True
    reached: float | None = None  # how far boxes of fixed width have come; None once text has begun
    language: str = ""


@dataclass(frozen=True)
class _Look:
    """How text looks where the walk is: its style, the character style asked for, the one outside that."""

    text: TextStyle
    role: str = ""
    context: str = ""
    preformatted: bool = False
    together: bool = False  # on one line


class Inlines:
    """Reads paragraphs; `ends` are Word's own end notes by their ids; `problems` holds what Word cannot show."""

    def __init__(
        self,
        cascade: Cascade,
        styles: dict[Element, tuple[NamedStyle | None, str | None]],
        links: Links,
        ends: Mapping[str, Element],
    ) -> None:
        self.cascade = cascade
        self.links = links
        self.ends = ends
        self.problems: dict[Diagnostic, None] = {}  # in order, each once
        self._styles = styles
        self._differences: dict[tuple[int, int], Properties] = {}
        self._lifted: dict[tuple[int, str, float], TextStyle] = {}

    def read(self, paragraph: Paragraph) -> list[Item]:
        """The items of a paragraph; tab stops found on the way are added to it."""
        box = paragraph.box
        line = _Line(paragraph, [], reached=paragraph.left + box.indent)
        look = _Look(paragraph.text, context=paragraph.style.name, preformatted=box.preformatted)
        if paragraph.level is None or paragraph.level.kind != "heading":  # whose number Word writes
            self._generated(paragraph.element, "before", line, look)
        for part in paragraph.content:
            self._part(part, line, look, line.items)
        self._generated(paragraph.element, "after", line, look)
        _enclose(line.items, 0)
        _trim(line.items)
        return _joined(line.items)

    def _part(self, part: Inline, line: _Line, look: _Look, items: list[Item]) -> None:
        if isinstance(part, str):
            self._text(part, line, look, items)
        else:
            HANDLERS.get(_kind(part), Inlines._element)(self, part, line, look, items)

    def _text(self, text: str, line: _Line, look: _Look, items: list[Item]) -> None:
        if look.preformatted:
            shown = text.replace("\r", "").expandtabs(4)
        else:
            shown = SPACES.sub(" ", text)
            shown = shown[1:] if line.at_space and shown[:1] == " " else shown
        if not shown:
            return
        if look.together:
            shown = shown.replace(" ", "\u00a0")
        line.at_space = shown[-1] in " \n" and not look.preformatted
        line.reached = None
        items.append(Run(shown, self._difference(look.text, line.paragraph.text), look.role, look.context))

    def _difference(self, text: TextStyle, around: TextStyle) -> Properties:
        key = (id(text), id(around))
        if key not in self._differences:
            self._differences[key] = difference(run_properties(text, around), run_properties(around))
        return self._differences[key]

    # Elements

    def _element(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """Any element without a handler: its style, and what stands in it."""
        display = self.cascade.display(element)
        if display == "none":
            return
        inner = self._look(element, look)
        name = self.links.bookmark(element.get("id"))
        start = items
        if name:
            marked = Group("bookmark", name)
            items.append(marked)
            start = marked.items
        box = self.cascade.box(element, line.paragraph.measure) if display == "inline-block" else None
        if box is not None and box.width is not None and line.reached is not None:
            self._fixed(element, line, inner, box, start)
        else:
            self._inside(element, line, inner, start)

    def _look(self, element: Element, look: _Look) -> _Look:
        role = self._styles[element][1] or ""
        context = look.role or look.context if role else look.context
        together = look.together or self.cascade.keeps_together(element)
        return _Look(
            self._raised(self.cascade.text(element), look.text), role or look.role, context, look.preformatted, together
        )

    def _raised(self, text: TextStyle, around: TextStyle) -> TextStyle:
        """The style of an element within raised text: raised with it, though CSS does not inherit that."""
        if (around.position, around.raised) == ("baseline", 0.0) or (text.position, text.raised) != ("baseline", 0.0):
            return text
        key = (id(text), around.position, around.raised)
        if key not in self._lifted:
            self._lifted[key] = replace(text, position=around.position, raised=around.raised)
        return self._lifted[key]

    def _inside(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        start = len(items)
        self._generated(element, "before", line, look, items)
        if element.text:
            self._text(element.text, line, look, items)
        for child in element:
            if isinstance(child.tag, str):
                self._part(child, line, look, items)
            if child.tail:
                self._text(child.tail, line, look, items)
        self._generated(element, "after", line, look, items)
        _enclose(items, start)

    def _fixed(self, element: Element, line: _Line, look: _Look, box: BoxStyle, items: list[Item]) -> None:
        """A box of fixed width at the head of a paragraph: its text, then a tab to where the box ends."""
        reached = line.reached or 0.0
        end = reached + box.margin.left + box.padding.left + (box.width or 0.0) + box.padding.right + box.margin.right
        plain = Run(TAB, {}, "", "")
        words = "".join(element.itertext()).strip()
        if words and box.align in ("right", "center"):
            inner = end - box.margin.right - box.padding.right
            _stop(line.paragraph, inner if box.align == "right" else inner - (box.width or 0.0) / 2, box.align)
            items.append(plain)
        line.at_space = True
        self._inside(element, line, look, items)
        _trim(items)
        _stop(line.paragraph, end, "left")
        items.append(plain)
        line.at_space, line.reached = True, end

    def _fraction(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """What begins with a number's decimal point: Word aligns the point on a decimal tab stop, without a tab.

        In a table cell that is set to the left (ISO/IEC 29500-1, 17.18.84).
        """
        paragraph = line.paragraph
        width = self.cascade.box(element, paragraph.measure).width or 0.0
        if width < paragraph.measure:
            paragraph.box = replace(paragraph.box, align="left")
            _stop(paragraph, paragraph.measure - width, "decimal")
        line.reached = None
        self._element(element, line, look, items)

    def _comment(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        items.append(Comment(**json.loads(element.get("data-said") or "")))

    def _cited(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        items.append(Cited(tuple(json.loads(element.get("data-said") or "")["citations"])))

    def _generated(
        self, element: Element, side: str, line: _Line, look: _Look, items: list[Item] | None = None
    ) -> None:
        """What `::before` and `::after` say, where it is words."""
        pieces = self.cascade.content(element, side)
        if not pieces:
            return
        inner = _Look(self.cascade.text(element, side), look.role, look.context, look.preformatted)
        for piece in pieces:
            self._piece(piece, side, line, inner, line.items if items is None else items)

    def _piece(self, piece: Piece, side: str, line: _Line, look: _Look, items: list[Item]) -> None:
        if piece.kind == "text":
            self._text(piece.value, line, look, items)
        else:
            self._report(
                "word-generated-content", f"Word cannot show “{piece.value.split()[0]}” that the CSS puts in ::{side}"
            )

    def _break(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        _trim(items)
        items.append(Run(BREAK, {}, "", ""))
        line.at_space = True

    def _picture(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        items.append(Picture(element, line.paragraph.measure))
        line.at_space, line.reached = False, None

    def _formula(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        tex = element.get("data-tex") or "".join(element.itertext())
        classes = (line.paragraph.element.get("class") or "").split()
        displayed = "equation" in classes and "numbered" not in classes
        if "numbered" in classes:
            line.paragraph.box = replace(line.paragraph.box, align="left")
            _tab(line, line.paragraph.measure / 2, "center", items)
        items.append(Formula(tex, displayed, line.paragraph.box.align))
        line.at_space, line.reached = False, None

    def _note(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        items.append(NoteCall(element, self.cascade.text(element, "footnote-call")))
        line.at_space, line.reached = False, None

    def _end_note(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """The call of an end note; where notes are a list in the text, a link."""
        note = self.ends.get((element.get("href") or "")[1:])
        if note is None:
            self._link(element, line, look, items)
            return
        items.append(NoteCall(note, self.cascade.text(element), "endnote"))
        line.at_space, line.reached = False, None

    # Links and labels

    def _link(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        group = self._linked(element.get("href") or "", "".join(element.itertext()))
        self._element(element, line, look, group.items if group else items)
        if group:
            items.append(group)

    def _linked(self, address: str, words: str) -> Group | None:
        if not address.startswith("#"):
            return Group("address", address) if address else None
        name = self.links.bookmark(address[1:])
        if name is None:
            self._report("word-dangling-link", f"there is nothing with the id “{address[1:]}” to link to")
            return None
        return Group("link", name)

    def _crossref(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """A field that Word can renew where its result is the text at the target; else a link."""
        target = (element.get("href") or "")[1:]
        name, words = self.links.bookmark(target), self.links.words(target)
        said = "".join(element.itertext())
        if name is not None and words.isdigit() and said.endswith(words):  # a number, with a word of its own before it
            read: list[Item] = []
            self._element(element, line, look, read)
            items.extend(_ending_in_field(read, words, f"REF {name} \\h"))
            return
        if name is None or _plain(said) != _plain(words):
            self._link(element, line, look, items)
            return
        group = Group("field", f"REF {name} \\h")
        self._element(element, line, look, group.items)
        items.append(group)

    def _page(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """The page of a target, in a field that Word fills in; in a table of contents at the right margin."""
        name = self.links.bookmark((element.get("href") or "")[1:])
        if name is None:
            return
        if line.paragraph.style.name.startswith("TOC "):
            _tab(line, line.paragraph.measure, "right", items)
        inner = self._look(element, look)
        number = Run(UNKNOWN_PAGE, self._difference(inner.text, line.paragraph.text), inner.role, inner.context)
        items.append(Group("field", f"PAGEREF {name} \\h", [number]))
        line.at_space, line.reached = False, None

    def _label(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """“Figure 1”: the word, then a sequence field; both in the bookmark that cross-references point to."""
        kind, number = element.get("data-kind") or "", element.get("data-number") or ""
        read: list[Item] = []
        self._element(element, line, look, read)
        instruction = self.links.sequence(kind, number)
        if instruction:
            read = _ending_in_field(read, number, instruction)
        name = self.links.label_bookmark(element)
        items.extend([Group("bookmark", name, read)] if name else read)

    def _equation_number(self, element: Element, line: _Line, look: _Look, items: list[Item]) -> None:
        """“(1)” at the right margin: a sequence field, in the bookmark that cross-references point to."""
        read: list[Item] = []
        self._inside(element, line, self._look(element, look), read)
        number, whole = element.get("data-number") or "", read[0]
        instruction, name = self.links.sequence("Equation", number), self.links.label_bookmark(element)
        if not isinstance(whole, Run) or not instruction:
            items.extend(read)
            return
        before, _, after = whole.text.partition(number)
        field = Group("field", instruction, [replace(whole, text=number)])
        _tab(line, line.paragraph.measure, "right", items)
        items += [replace(whole, text=before), Group("bookmark", name, [field]) if name else field]
        items.append(replace(whole, text=after))

    def _report(self, code: str, message: str) -> None:
        self.problems.setdefault(warning(code, message))


Handler = Callable[[Inlines, Element, _Line, _Look, list[Item]], None]

HANDLERS: dict[str, Handler] = {
    "br": Inlines._break,
    "img": Inlines._picture,
    "math": Inlines._formula,
    "footnote": Inlines._note,
    "note-ref": Inlines._end_note,
    "a": Inlines._link,
    "crossref": Inlines._crossref,
    "label": Inlines._label,
    "page-ref": Inlines._page,
    "equation-number": Inlines._equation_number,
    "fraction": Inlines._fraction,
    "comment": Inlines._comment,
    "cited": Inlines._cited,
}
"""What becomes more than styled text, by tag or class."""

CLASSES = HANDLERS.keys() - {"br", "img", "math", "a"}


def _kind(element: Element) -> str:
    if element.get("data-tex"):
        return "math"
    for name in (element.get("class") or "").split():
        if name in CLASSES:
            return name
    return str(element.tag)


def _ending_in_field(read: list[Item], number: str, instruction: str) -> list[Item]:
    """The items with the number that the last of them ends with as the result of a field."""
    last = read[-1] if read else None
    if not isinstance(last, Run) or not last.text.endswith(number):
        return read
    before = replace(last, text=last.text.removesuffix(number))
    return [*read[:-1], *([before] if before.text else []), Group("field", instruction, [replace(last, text=number)])]


def _plain(words: str) -> str:
    return " ".join(words.replace("\u00a0", " ").split())


def _stop(paragraph: Paragraph, place: float, kind: str) -> None:
    """Add a tab stop, unless the hanging indent is one there already."""
    if kind == "left" and abs(place - paragraph.left) < 0.1 and paragraph.box.indent < 0:
        return
    if (place, kind) not in paragraph.tabs:
        paragraph.tabs.append((place, kind))


def _enclose(items: list[Item], start: int) -> None:
    """Put what is said of a whole element around its items, which begin at `start`."""
    for said in [item for item in items[start:] if isinstance(item, SAID) and item.whole]:
        end = items.index(said, start)
        items[start : end + 1] = [Group("said", "", items[start:end], said)]


def _tab(line: _Line, place: float, kind: str, items: list[Item]) -> None:
    """Go on at a tab stop, without the space before it."""
    _trim(items)
    _stop(line.paragraph, place, kind)
    items.append(Run(TAB, {}, "", ""))
    line.at_space = True


def _trim(items: list[Item]) -> None:
    """Take the space off the end, before comments there too."""
    end = len(items)
    while end:
        end -= 1
        last = items[end]
        if isinstance(last, Comment):
            continue
        if isinstance(last, Group):
            _trim(last.items)
            return
        if not isinstance(last, Run):
            return
        last.text = last.text.rstrip(" ")
        if last.text:
            return
        items.pop(end)


def _joined(items: list[Item]) -> list[Item]:
    """The items with runs that look alike made one."""
    joined: list[Item] = []
    for item in items:
        last = joined[-1] if joined else None
        if isinstance(item, Run) and isinstance(last, Run) and replace(item, text=last.text) == last:
            joined[-1] = replace(last, text=last.text + item.text)
            continue
        if isinstance(item, Group):
            item.items = _joined(item.items)
        joined.append(item)
    return joined


def runs(items: list[Item]) -> list[Run]:
    """All runs among the items, however deep."""
    found: list[Run] = []
    for item in items:
        if isinstance(item, Run):
            found.append(item)
        elif isinstance(item, Group):
            found.extend(runs(item.items))
    return found


def comments_apart(items: list[Item]) -> tuple[list[Item], list[Comment]]:
    """The items without the comments on them, and these."""
    kept: list[Item] = []
    comments: list[Comment] = []
    for item in items:
        if isinstance(item, Comment):
            comments.append(item)
        elif isinstance(item, Group):
            inner, found = comments_apart(item.items)
            comments += [*found, item.said] if isinstance(item.said, Comment) else found
            kept += inner if isinstance(item.said, Comment) else [replace(item, items=inner)]
        else:
            kept.append(item)
    return kept, comments
