"""What templates print: the review's prose as HTML, numbered and cited, and its references with their annotations."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urljoin

from markupsafe import Markup

from diptych import pictures, prose
from diptych.bibliography import annotations as annotated
from diptych.bibliography import csl, library
from diptych.bibliography.shelf import Item
from diptych.compose import decimals, stops
from diptych.compose.passages import RECOMMENDED, Key, Passages, cell_key, column_key, gather
from diptych.compose.places import place_of
from diptych.compose.words import Words, words_for
from diptych.diagnostics import Diagnostic, Span, did_you_mean, error, has_errors
from diptych.document import Works, cited, comment
from diptych.pictures import FlawedError
from diptych.prose import Cluster, CrossReference, Passage
from diptych.review import Annotation, Column, Figure, Review, Section, Table
from diptych.source import Places
from diptych.workspace import RefusedError, Workspace


class Commented(Protocol):
    """A part of a review of which authors can say something to one another."""

    @property
    def comment(self) -> str | None:
        """What they say."""


@dataclass(frozen=True)
class SectionHead:
    """A heading of the text with the prose beneath it; sections are flat, `level` says how deep (2 and more)."""

    level: int
    id: str
    heading: Markup
    text: Markup
    plain: str = ""
    """The words of the heading."""


@dataclass(frozen=True)
class FigureView:
    """A figure as printed."""

    id: str
    number: int
    src: str
    alt: str
    caption: Markup
    credit: Markup | None
    width: str | None
    wide: bool


@dataclass(frozen=True)
class ColumnView:
    """A column's heading and alignment."""

    heading: Markup
    align: str


@dataclass(frozen=True)
class TableView:
    """A table as printed."""

    id: str
    number: int
    caption: Markup
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[Markup, ...], ...]
    notes: Markup | None
    wide: bool
    handout: bool


@dataclass(frozen=True)
class ReferenceView:
    """An entry of the reference list with what the author says of it."""

    key: str
    id: str
    number: str
    title: str
    entry: Markup
    importance: int | None
    annotation: Markup | None
    links: tuple[annotated.Link, ...]
    section: str
    """Heading of the section in which it is first cited; empty for one that the text does not cite."""
    year: int | None

    @property
    def annotated(self) -> bool:
        """True when the author graded the reference or wrote why it matters."""
        return self.importance is not None or self.annotation is not None


@dataclass(frozen=True)
class Headed:
    """A headed piece of prose: a part of the abstract, a statement, an abbreviation."""

    heading: Markup
    text: Markup


@dataclass(frozen=True)
class Content:
    """All that a template may print."""

    review: Review
    words: Words
    base: str
    title: Markup
    plain_title: str
    running_title: str
    subtitle: Markup | None
    abstract: tuple[Headed, ...]
    """Parts of the abstract; one without a heading where the abstract is not structured."""
    key_points: tuple[Markup, ...]
    sections: tuple[SectionHead, ...]
    section_headings: tuple[str, ...]
    """Headings of the top-level sections, without markup."""
    figures: tuple[FigureView, ...]
    tables: tuple[TableView, ...]
    statements: tuple[Headed, ...]
    abbreviations: tuple[Headed, ...]
    references: tuple[ReferenceView, ...]
    """The works that the review cites, in the order of the style."""
    items: Mapping[str, Item]
    """The works that are cited, in the text or as recommended reading, as the review's files have them."""
    recommended: tuple[ReferenceView, ...]
    """The works of the list of recommended reading, in the author's order; their numbers follow the cited ones."""
    works: Works
    """What Zotero needs to know of the works."""
    word_reference: str
    """Address of the Word file whose styles and pages win; empty unless the review names one."""
    source: str = ""
    """The version of the source: a SHA-256 of what the content was made from."""

    def comment(self, part: Commented) -> Markup:
        """What the authors say to one another of a part of the review, as the last thing in its element."""
        return _said(self.review, part)


@dataclass(frozen=True)
class Material:
    """What a review is made of, read and parsed, before any of it is set."""

    review: Review
    """With the annotations that came with its references."""
    words: Words
    passages: Passages
    library: library.Library
    style: csl.Style | None
    placed: bool = False
    """Paragraphs say where they are written."""


def collect(review: Review, places: Places, folder: Path, workspace: Workspace) -> tuple[Material, list[Diagnostic]]:
    """The review's prose, references and style, and every problem in them.

    `folder` is the review's own; files that the review names are relative to it.
    """
    words, problems = words_for(review.lang, places, workspace)
    items, trouble = library.read(workspace, folder, review.bibliography, places, review.annotations_from)
    passages, found = gather(review, items.items, places, folder, workspace)
    problems += found + trouble + _picture_problems(review, places, folder, workspace)
    problems += _unknown_citations(passages, items)
    problems += _annotation_problems(review, passages, items, places)
    problems += _group_problems(review, items, places)
    style, trouble = csl.find_style(review.citation_style, workspace, folder)
    problems += _at(places, ("citation-style",), trouble)
    return Material(_with_annotations_of(items, review, passages), words, passages, items, style), problems


def prepare(
    material: Material, places: Places, folder: Path, workspace: Workspace
) -> tuple[Content | None, list[Diagnostic]]:
    """The content that all templates of a review share, or None where its citations cannot be set."""
    passages, items, review = material.passages, material.library, material.review
    if material.style is None:
        return None, []
    clusters = [cluster for _, cluster in passages.clusters]
    cited, trouble = csl.cite(material.style, items.cited(clusters), clusters, review.lang, workspace.cache)
    problems = _at(places, ("bibliography",), trouble)
    if has_errors(problems):
        return None, problems
    return _Composer(material, cited).content(workspace.address(folder)), problems


def _with_annotations_of(items: library.Library, review: Review, passages: Passages) -> Review:
    """The review with annotations and grades from its files too, for the works that it cites and says nothing of."""
    found = dict(review.annotations)
    for key in dict.fromkeys(citation.key for _, cluster in passages.clusters for citation in cluster.citations):
        item, own = items.items.get(key), found.get(key, Annotation())
        if item and (item.annotation or item.importance):
            found[key] = Annotation(importance=own.importance or item.importance, text=own.text or item.annotation)
    return review.model_copy(update={"annotations": found})


def _at(places: Places, key: Key, problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The problems, those without a place put where the review says what they are about."""
    return [
        problem
        if problem.span
        else Diagnostic(problem.severity, problem.code, problem.message, places.span(key), problem.hint)
        for problem in problems
    ]


def _picture_problems(review: Review, places: Places, folder: Path, workspace: Workspace) -> list[Diagnostic]:
    return [
        problem
        for name, figure in review.figures.items()
        for problem in _picture_problem(figure.src, places.span(("figures", name, "src")), folder, workspace)
    ]


def _picture_problem(src: str, span: Span | None, folder: Path, workspace: Workspace) -> list[Diagnostic]:
    """Why a picture cannot be printed, if it cannot."""
    try:
        pictures.check(workspace.read_bytes(folder / src))
    except RefusedError as problem:
        missing = problem.code == "no-such-file"
        message = f"there is no picture “{src[:80]}”" if missing else f"cannot read “{src[:80]}”: {problem}"
        return [error(problem.code, message, span, _where_to_put(src) if missing else None)]
    except FlawedError as problem:
        return [error("bad-picture", f"the picture “{src[:80]}” cannot be printed: {problem}", span, SAVE_PICTURE)]
    return []


def _where_to_put(src: str) -> str:
    if re.match(r"[a-z]+://", src):
        return "save it in the review's folder, as figures/…; nothing is fetched"
    if re.match(r"[A-Za-z]:|[/\\~]", src) or "\\" in src:
        return "put it in the review's folder, and write where it is from there: figures/…"
    return "put it there, or mend its name; capitals count"


SAVE_PICTURE = "save it as PNG, JPEG or plain SVG, with everything in it that it shows"


MOST_UNKNOWN = 100
"""Citations of no reference that are reported; a hundred mean that the bibliography is another review's."""


def _unknown_citations(passages: Passages, items: library.Library) -> list[Diagnostic]:
    found = (
        error(
            "unknown-citation",
            f"no reference has the key “{citation.key}”",
            passages.span_of(key, citation.line, citation.column, len(citation.key) + 1),
            did_you_mean(citation.key, items.items),
        )
        for key, cluster in passages.clusters
        for citation in cluster.citations
        if citation.key not in items.items and items.is_whole
    )
    return list(islice(found, MOST_UNKNOWN))


def _annotation_problems(
    review: Review, passages: Passages, items: library.Library, places: Places
) -> list[Diagnostic]:
    cited = {citation.key for _, cluster in passages.clusters for citation in cluster.citations}
    problems = annotated.check(review.annotations, cited, items.items)
    return [
        Diagnostic(
            problem.severity,
            problem.code,
            problem.message,
            places.span(("annotations", problem.key), key=True),
            problem.hint,
        )
        for problem in problems
        if items.is_whole or problem.severity != "error"
    ]


def _group_problems(review: Review, items: library.Library, places: Places) -> list[Diagnostic]:
    return [
        error(
            "unknown-citation",
            f"no reference has the key “{key}”",
            places.span(("reference-groups", heading, index)),
            did_you_mean(key, items.items),
        )
        for heading, keys in review.reference_groups.items()
        for index, key in enumerate(keys)
        if key not in items.items
    ]


CLOSING = "</span>"


def _as_data(cluster: Cluster) -> list[dict[str, str]]:
    """Each citation's key and what else is said of it."""
    names = ("key", "prefix", "suffix", "locator", "label", "mode")
    return [{name: value for name in names if (value := getattr(one, name))} for one in cluster.citations]


RAISED = re.compile(r'<span class="citation">(?P<names>(?:(?!<sup>).)*)<sup>.*</sup></span>', re.DOTALL)
"""A citation that is a raised number, with the names before it, if there are any."""


class _Composer:
    """Turns passages into HTML: what a prose.Resolver does for one passage after another."""

    def __init__(self, material: Material, cited: csl.Cited) -> None:
        self.review = material.review
        self.passages = passages = material.passages
        self.placed = material.placed
        self.words = material.words
        self.items = material.library
        self.style = material.style
        self.cited = cited
        self.raises = cited.notes or (material.style is not None and material.style.superscript)
        order = [(key, cluster.index) for key, cluster in passages.clusters]
        leads = cited.leads or ("",) * len(order)
        self.citations = dict(zip(order, zip(leads, cited.clusters, strict=True), strict=True))
        self.headings = dict(self._headings(self.review.sections, ("sections",)))
        self.section_headings = self._section_headings()

    def _headings(self, sections: Sequence[Section], at: Key) -> Iterator[tuple[str, str]]:
        for index, section in enumerate(sections):
            here = (*at, index)
            if section.id:
                yield section.id, prose.plain(self.passages.by_key[*here, "heading"])
            yield from self._headings(section.sections, (*here, "sections"))

    def inline(self, *key: str | int) -> Markup:
        return Markup(prose.inline(*self._set(key)))

    def blocks(self, *key: str | int) -> Markup:
        return Markup(prose.blocks(*self._set(key)))

    def _set(self, key: Key) -> tuple[Passage, _Resolver]:
        """The passage, stops and commas before the raised numbers and calls of notes in it, and what resolves it."""
        passage = self.passages.by_key[key]
        if not (self.raises and passage.mentions):
            return passage, _Resolver(self, key, {})
        nodes, signs = stops.behind_stops(
            passage.nodes, lambda cluster: self._call(key, cluster), stops.is_english(self.review.lang)
        )
        return replace(passage, nodes=nodes), _Resolver(self, key, signs)

    def _call(self, key: Key, cluster: Cluster) -> stops.Call | None:
        lead, citation = self.citations[key, cluster.index]
        if self.cited.notes:
            return stops.Call(_words_of(lead), note=True) if citation and cluster.place == "text" else None
        found = RAISED.fullmatch(citation)
        if found is None or (found["names"] and cluster.citations[0].mode != "author-in-text"):
            return None
        return stops.Call(_words_of(found["names"]), note=False)

    def maybe(self, *key: str | int) -> Markup | None:
        return self.inline(*key) if key in self.passages.by_key else None

    def content(self, base: str) -> Content:
        review = self.review
        title = prose.plain(self.passages.by_key["title",])
        entries = {entry.key: self._reference(entry) for entry in self.cited.entries}
        cited = self._cited()
        return Content(
            review=review,
            words=self.words,
            base=base,
            title=self.inline("title"),
            plain_title=title,
            running_title=review.short_title or title,
            subtitle=self.maybe("subtitle"),
            abstract=tuple(self._abstract()),
            key_points=tuple(self.inline("key-points", index) for index in range(len(review.key_points))),
            sections=tuple(self._sections(review.sections, ("sections",), 2)),
            section_headings=self.section_headings,
            figures=tuple(self._figure(name, review.figures[name]) for name in self.passages.figures),
            tables=tuple(self._table(name, review.tables[name]) for name in self.passages.tables),
            statements=tuple(self._statements()),
            abbreviations=tuple(
                Headed(Markup.escape(short), self.inline("abbreviations", short))
                for short in sorted(review.abbreviations, key=str.casefold)
            ),
            references=tuple(one for key, one in entries.items() if key in cited),
            items={key: self.items.items[key] for key in self._keys()},
            recommended=tuple(entries[key] for key in review.recommended_reading),
            works=self._works(),
            word_reference=urljoin(base, quote(review.word_reference)) if review.word_reference else "",
        )

    def _works(self) -> Works:
        style, lang = self.style, self.review.lang
        works = {key: self.items.items[key].data for key in self._keys()}
        return Works(works, style.identifier if style else "", self.cited.notes, (style and style.locale) or lang)

    def _keys(self) -> Iterator[str]:
        """The keys of all citations, recommended reading too."""
        return (citation.key for _, cluster in self.passages.clusters for citation in cluster.citations)

    def _cited(self) -> set[str]:
        """The keys that the review itself cites."""
        clusters = [cluster for key, cluster in self.passages.clusters if key[0] != RECOMMENDED]
        return {citation.key for cluster in clusters for citation in cluster.citations}

    def _abstract(self) -> Iterator[Headed]:
        if isinstance(self.review.abstract, str):
            yield Headed(Markup(""), self.blocks("abstract"))
        for index, part in enumerate(self.review.abstract if isinstance(self.review.abstract, tuple) else ()):
            text = self.inline("abstract", index, "text") + _said(self.review, part)
            yield Headed(self.inline("abstract", index, "heading"), text)

    def _sections(self, sections: Sequence[Section], at: Key, level: int) -> Iterator[SectionHead]:
        for index, section in enumerate(sections):
            here = (*at, index)
            text = self.blocks(*here, "text") if section.text else Markup("")
            name = f"sec-{section.id}" if section.id else "sec-" + "-".join(str(part) for part in here[1::2])
            words = prose.plain(self.passages.by_key[*here, "heading"])
            yield SectionHead(level, name, self.inline(*here, "heading") + _said(self.review, section), text, words)
            yield from self._sections(section.sections, (*here, "sections"), level + 1)

    def _section_headings(self) -> tuple[str, ...]:
        count = len(self.review.sections)
        return tuple(prose.plain(self.passages.by_key["sections", index, "heading"]) for index in range(count))

    def _figure(self, name: str, figure: Figure) -> FigureView:
        return FigureView(
            id=f"fig-{name}",
            number=self.passages.figures.index(name) + 1,
            src=figure.src,
            alt=figure.alt,
            caption=self.inline("figures", name, "caption") + _said(self.review, figure),
            credit=self.maybe("figures", name, "credit"),
            width=figure.width,
            wide=figure.wide,
        )

    def _table(self, name: str, table: Table) -> TableView:
        aligns = [column.align if isinstance(column, Column) else "left" for column in table.columns]
        return TableView(
            id=f"tbl-{name}",
            number=self.passages.tables.index(name) + 1,
            caption=self.inline("tables", name, "caption") + _said(self.review, table),
            columns=tuple(
                ColumnView(self.inline(*column_key(name, index, column)), aligns[index])
                for index, column in enumerate(table.columns)
            ),
            rows=self._rows(name, table, aligns),
            notes=self.maybe("tables", name, "notes"),
            wide=table.wide,
            handout=table.handout,
        )

    def _rows(self, name: str, table: Table, aligns: Sequence[str]) -> tuple[tuple[Markup, ...], ...]:
        rows = [
            [self.inline(*cell_key(name, table, row, column)) for column in range(len(cells))]
            for row, cells in enumerate(self.passages.rows[name])
        ]
        columns = [
            decimals.align(cells, self.words.decimal) if how == "decimal" else cells
            for cells, how in zip(zip(*rows, strict=True), aligns, strict=False)
        ]
        return tuple(zip(*columns, strict=True))

    def _statements(self) -> Iterator[Headed]:
        given = self.review.statements.model_dump(by_alias=True, exclude_none=True) if self.review.statements else {}
        for name in given:
            yield Headed(Markup.escape(self.words.statements[name]), self.inline("statements", name))

    def _reference(self, entry: csl.Entry) -> ReferenceView:
        annotation = self.review.annotations.get(entry.key)
        section = self.passages.sections.get(entry.key)
        text, said = self.maybe("annotations", entry.key, "text"), _said(self.review, annotation)
        return ReferenceView(
            key=entry.key,
            id=csl.anchor(entry.key),
            number=entry.number,
            title=str(self.items.items[entry.key].data.get("title") or ""),
            entry=Markup(entry.html) + (said if text is None else ""),
            importance=annotation.importance if annotation else None,
            annotation=None if text is None else text + said,
            links=annotated.links(self.items.items[entry.key].data),
            section="" if section is None else self.section_headings[section],
            year=_year(self.items.items[entry.key].data),
        )


def _year(item: Mapping[str, Any]) -> int | None:
    """The year that a CSL-JSON item was issued; None where that is not given in parts."""
    parts = (item.get("issued") or {}).get("date-parts") or [[None]]
    return int(parts[0][0]) if parts[0] and str(parts[0][0]).lstrip("-").isdigit() else None


def _words_of(text: str) -> str:
    """The words of what a citation says, without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)).strip()


UNNAMED = "Author"
"""Who speaks in a comment where the review names no authors."""


def _comment(review: Review, words: str, whole: bool = False) -> str:
    """What the first author says to the others, on the day of the review; without a day where that is not known."""
    day = _day(review.date) if review.date else ""
    return comment(words, review.authors[0].name if review.authors else UNNAMED, day, whole)


def _day(written: str) -> str:
    """A date that has its day; empty for a month or a year, and for a day that no calendar has."""
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        return ""


def _said(review: Review, part: Commented | None) -> Markup:
    """What the authors say to one another of a part, about the element that it ends."""
    return Markup(_comment(review, part.comment, whole=True) if part and part.comment else "")


class _Resolver:
    """Answers prose.Resolver for the passage at `key`."""

    def __init__(self, composer: _Composer, key: Key, signs: Mapping[int, str]) -> None:
        self.composer = composer
        self.key = key
        self.signs = signs  # before raised numbers and calls, by the index of the cluster

    def citation(self, cluster: Cluster) -> str:
        lead, citation = self.composer.citations[self.key, cluster.index]
        sign = self.signs.get(cluster.index, "")
        names = RAISED.fullmatch(citation) if sign else None
        if names and names["names"]:
            citation = citation[: names.end("names")] + sign + citation[names.end("names") :]
            sign = ""
        citation = citation.removesuffix(CLOSING) + cited(_as_data(cluster)) + CLOSING if citation else ""
        apart = self.composer.cited.notes and cluster.place == "text"
        return lead + sign + (self.footnote(citation) if apart else citation)

    def crossref(self, reference: CrossReference) -> str:
        text = html.escape(self._crossref_text(reference))
        return f'<a class="crossref" href="#{reference.kind}-{reference.name}">{text}</a>'

    def _crossref_text(self, reference: CrossReference) -> str:
        words, passages = self.composer.words, self.composer.passages
        if reference.kind == "sec":
            return words.quote(self.composer.headings[reference.name])
        kinds: Mapping[str, tuple[str, tuple[str, ...]]] = {
            "fig": (words.figure, passages.figures),
            "tbl": (words.table, passages.tables),
            "eq": (words.equation, passages.equations),
        }
        label, order = kinds[reference.kind]
        return f"{label}\N{NO-BREAK SPACE}{order.index(reference.name) + 1}"

    def equation_number(self, name: str) -> str:
        number = self.composer.passages.equations.index(name) + 1
        return f'<span class="equation-number" data-number="{number}">({number})</span>'

    def place(self, line: int) -> str:
        return place_of(self.composer.passages, self.key, line) if self.composer.placed else ""

    def comment(self, words: str) -> str:
        return _comment(self.composer.review, words)

    def footnote(self, content: str) -> str:
        return f'<span class="footnote">{content}</span>'
