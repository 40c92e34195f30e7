"""Every piece of prose of a review, parsed once, and the order in which a reader meets what it mentions."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diptych.bibliography.shelf import Item
from diptych.diagnostics import Diagnostic, Span, did_you_mean, error
from diptych.prose import Citation, Cluster, CrossReference, Passage, parse, parse_line
from diptych.review import Column, Figure, Review, Section, Table
from diptych.source import Places
from diptych.workspace import RefusedError, Workspace

Key = tuple[str | int, ...]
"""Where a value stands in the YAML file: `("sections", 0, "text")`."""


@dataclass(frozen=True)
class Passages:
    """The parsed prose by place; clusters, figures, tables, equations and sections in the order a reader meets them."""

    by_key: dict[Key, Passage]
    clusters: tuple[tuple[Key, Cluster], ...]
    figures: tuple[str, ...]
    tables: tuple[str, ...]
    equations: tuple[str, ...]
    rows: dict[str, tuple[tuple[str, ...], ...]]
    """Rows of each table, from the review or from its CSV file."""
    sections: dict[str, int]
    """The top-level section, counted from 0, in which a reader first meets each citation key of the text."""
    span_of: SpanOf
    """The place of a character of a passage, in the review or in a CSV file: by key, line, column and length."""
    texts: dict[Key, str]
    """The prose as written, by place, in the order of reading."""


RECOMMENDED = "recommended-reading"

SpanOf = Callable[[Key, int, int, int | None], Span]


@dataclass
class _Walk:
    """What has been met so far on the way through the review."""

    review: Review
    span_of: SpanOf
    rows: dict[str, tuple[tuple[str, ...], ...]]
    by_key: dict[Key, Passage] = field(default_factory=dict)
    texts: dict[Key, str] = field(default_factory=dict)
    clusters: list[tuple[Key, Cluster]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)
    to_equations: list[tuple[Key, CrossReference]] = field(default_factory=list)
    section: int | None = None
    sections: dict[str, int] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def cited(self) -> list[str]:
        """The keys of the works that have been mentioned, in that order."""
        return list(dict.fromkeys(citation.key for _, cluster in self.clusters for citation in cluster.citations))


def gather(
    review: Review, items: Mapping[str, Item], places: Places, folder: Path, workspace: Workspace
) -> tuple[Passages, list[Diagnostic]]:
    """All prose of `review`, in reading order; figures and tables count where they are first mentioned.

    Annotations are the review's own and, of works that it mentions and does not annotate, those that came with `items`.
    Problems: what `prose.parse` reports, cross-references to nothing, CSV files that cannot be read. The order is that
    of the ICMJE Recommendations (IV.A.3.g): references cited only in tables or figure legends are numbered in
    accordance with the sequence established by the first identification in the text of the table or figure.
    """
    rows, csv_spans, problems = _all_rows(review, places, folder, workspace)
    own = {key: one.text for key, one in review.annotations.items() if one.text}
    brought = {key: item for key, item in items.items() if item.annotation and key not in own}
    elsewhere = {_annotation_key(key): item.span for key, item in brought.items()}
    elsewhere |= csv_spans

    def span_of(key: Key, line: int, column: int, length: int | None) -> Span:
        return elsewhere.get(key) or places.span(key, line, column, length)

    walk = _Walk(review, span_of, rows)
    for key, text in _front(review):
        _meet(walk, key, text)
    for key, text in _section_prose(review.sections, ("sections",)):
        walk.section = int(key[1])
        _meet(walk, key, text)
    walk.section = None
    for name in review.figures:
        _meet_figure(walk, name)
    for name in review.tables:
        _meet_table(walk, name)
    for key, text in _back(review):
        _meet(walk, key, text)
    for index, name in enumerate(review.recommended_reading):
        walk.clusters.append(((RECOMMENDED, index), Cluster((Citation(name),), 0)))
    _meet_annotations(walk, own, {key: item.annotation or "" for key, item in brought.items()})
    _check_equations(walk)
    passages = Passages(
        by_key=walk.by_key,
        clusters=tuple(walk.clusters),
        figures=tuple(walk.figures),
        tables=tuple(walk.tables),
        equations=tuple(walk.equations),
        rows=rows,
        sections=walk.sections,
        span_of=span_of,
        texts=walk.texts,
    )
    return passages, problems + walk.problems


def _front(review: Review) -> Iterator[tuple[Key, str]]:
    yield ("title",), review.title
    if review.subtitle:
        yield ("subtitle",), review.subtitle
    if isinstance(review.abstract, str):
        yield ("abstract",), review.abstract
    for index, part in enumerate(review.abstract if isinstance(review.abstract, tuple) else ()):
        yield ("abstract", index, "heading"), part.heading
        yield ("abstract", index, "text"), part.text
    for index, point in enumerate(review.key_points):
        yield ("key-points", index), point


def _section_prose(sections: Sequence[Section], at: Key) -> Iterator[tuple[Key, str]]:
    for index, section in enumerate(sections):
        here = (*at, index)
        yield (*here, "heading"), section.heading
        if section.text:
            yield (*here, "text"), section.text
        yield from _section_prose(section.sections, (*here, "sections"))


def _back(review: Review) -> Iterator[tuple[Key, str]]:
    statements = review.statements.model_dump(by_alias=True, exclude_none=True) if review.statements else {}
    for name, text in statements.items():
        yield ("statements", name), text
    for short, long in review.abbreviations.items():
        yield ("abbreviations", short), long


def _annotation_key(name: str) -> Key:
    return ("annotations", name, "text")


def _meet_annotations(walk: _Walk, own: Mapping[str, str], brought: Mapping[str, str]) -> None:
    """Annotations in the order of their works, then the review's others, then those of works that they mention."""
    met = walk.cited()
    texts = {key: text for key in met if (text := own.get(key) or brought.get(key))} | dict(own)
    while pending := [key for key in texts if _annotation_key(key) not in walk.by_key]:
        for key in pending:
            _meet(walk, _annotation_key(key), texts[key])
        texts |= {key: brought[key] for key in walk.cited() if key in brought}


def _meet(walk: _Walk, key: Key, text: str) -> None:
    passage, problems = (parse if has_blocks(key) else parse_line)(text, walk.review.lang)
    for problem in problems:
        span = walk.span_of(key, problem.line, problem.column, problem.length)
        walk.problems.append(Diagnostic(problem.severity, problem.code, problem.message, span, problem.hint))
    walk.by_key[key] = passage
    walk.texts[key] = text
    _number(walk, key, passage)
    for mention in passage.mentions:
        if isinstance(mention, Cluster):
            walk.clusters.append((key, mention))
            if walk.section is not None:
                for citation in mention.citations:
                    walk.sections.setdefault(citation.key, walk.section)
        else:
            _follow(walk, key, mention)


def _number(walk: _Walk, key: Key, passage: Passage) -> None:
    """Counts the equations of a passage that have names."""
    for one in passage.equations:
        span = walk.span_of(key, one.line, one.column, 2)
        if not has_blocks(key):
            message, hint = "an equation is numbered in the text alone", "leave out its name, or put it into the text"
            walk.problems.append(error("equation-not-in-text", message, span, hint))
        elif one.name in walk.equations:
            message = f"two equations have the name “{one.name}”"
            walk.problems.append(error("duplicate-equation", message, span, "give each a name of its own"))
        else:
            walk.equations.append(one.name)


def _check_equations(walk: _Walk) -> None:
    """Reports references to equations that there are not; they may be mentioned before they are printed."""
    for key, reference in walk.to_equations:
        if reference.name not in walk.equations:
            _unknown(walk, key, reference, "equation", walk.equations)


def _unknown(walk: _Walk, key: Key, reference: CrossReference, word: str, known: Sequence[str]) -> None:
    label = f"@{reference.kind}-{reference.name}"
    span = walk.span_of(key, reference.line, reference.column, len(label))
    hint = did_you_mean(reference.name, known)
    walk.problems.append(error(f"unknown-{word}", f"there is no {word} “{reference.name}”", span, hint))


def has_blocks(key: Key) -> bool:
    """True for prose that may hold lists, tables and the like: the text of sections and a plain abstract."""
    return key == ("abstract",) or (key[0] == "sections" and key[-1] == "text")


def _follow(walk: _Walk, key: Key, reference: CrossReference) -> None:
    if reference.kind == "eq":
        walk.to_equations.append((key, reference))
        return
    word, known = {
        "fig": ("figure", list(walk.review.figures)),
        "tbl": ("table", list(walk.review.tables)),
        "sec": ("section", section_ids(walk.review.sections)),
    }[reference.kind]
    if reference.name not in known:
        _unknown(walk, key, reference, word, known)
    elif reference.kind == "fig":
        _meet_figure(walk, reference.name)
    elif reference.kind == "tbl":
        _meet_table(walk, reference.name)


def section_ids(sections: Sequence[Section]) -> list[str]:
    """The ids of all sections, subsections included."""
    return [
        name for section in sections for name in ([section.id] if section.id else []) + section_ids(section.sections)
    ]


def _meet_figure(walk: _Walk, name: str) -> None:
    if name in walk.figures:
        return
    walk.figures.append(name)
    for key, text in figure_prose(name, walk.review.figures[name]):
        _meet(walk, key, text)


def figure_prose(name: str, figure: Figure) -> Iterator[tuple[Key, str]]:
    """The prose of a figure with its places."""
    yield ("figures", name, "caption"), figure.caption
    if figure.credit:
        yield ("figures", name, "credit"), figure.credit


def _meet_table(walk: _Walk, name: str) -> None:
    if name in walk.tables:
        return
    walk.tables.append(name)
    for key, text in table_prose(name, walk.review.tables[name], walk.rows[name]):
        _meet(walk, key, text)


def table_prose(name: str, table: Table, rows: Sequence[Sequence[str]]) -> Iterator[tuple[Key, str]]:
    """The prose of a table with its places, caption first, then row by row."""
    yield ("tables", name, "caption"), table.caption
    for index, column in enumerate(table.columns):
        yield column_key(name, index, column), column.heading if isinstance(column, Column) else column
    for row, cells in enumerate(rows):
        for column_index, cell in enumerate(cells):
            yield cell_key(name, table, row, column_index), cell
    if table.notes:
        yield ("tables", name, "notes"), table.notes


def column_key(name: str, index: int, column: Column | str) -> Key:
    """The place of a column's heading."""
    at: Key = ("tables", name, "columns", index)
    return (*at, "heading") if isinstance(column, Column) else at


def cell_key(name: str, table: Table, row: int, column: int) -> Key:
    """The place of a cell, in the review or in the table's CSV file."""
    return ("tables", name, "csv" if table.csv else "rows", row, column)


# Tables from CSV files


def _all_rows(
    review: Review, places: Places, folder: Path, workspace: Workspace
) -> tuple[dict[str, tuple[tuple[str, ...], ...]], dict[Key, Span], list[Diagnostic]]:
    rows: dict[str, tuple[tuple[str, ...], ...]] = {}
    spans: dict[Key, Span] = {}
    problems: list[Diagnostic] = []
    for name, table in review.tables.items():
        rows[name] = table.rows or ()
        if table.csv:
            found, lines, trouble = _csv_rows(folder / table.csv, len(table.columns), workspace)
            rows[name] = found
            file = workspace.name(folder / table.csv)
            for row, line in enumerate(lines):
                for column in range(len(table.columns)):
                    spans["tables", name, "csv", row, column] = Span(file, line)
            problems += trouble or []
            if trouble is None:
                span = places.span(("tables", name, "csv"))
                problems.append(error("no-such-file", f"cannot read the CSV file “{table.csv}”", span))
    return rows, spans, problems


MOST_CSV_CELLS = 20_000  # the longest tables of reviews have about two thousand
MOST_CSV_PROBLEMS = 100


def _csv_rows(
    path: Path, width: int, workspace: Workspace
) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...], list[Diagnostic] | None]:
    """The rows below the heading line, the file's line of each, and problems; None for those: no readable file."""
    try:
        text = workspace.read_bytes(path).decode("utf-8-sig")
    except (RefusedError, UnicodeDecodeError):
        return (), (), None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    problems: list[Diagnostic] = []
    name = workspace.name(path)
    try:
        for cells in reader:
            if reader.line_num == 1 or not cells:
                continue
            if len(rows) * width >= MOST_CSV_CELLS:
                message = f"the file has more than {MOST_CSV_CELLS:,} cells, more than a table can show"
                problems.append(error("too-large", message, Span(name, reader.line_num), "keep what readers need"))
                break
            if len(problems) >= MOST_CSV_PROBLEMS:
                break
            if len(cells) != width:
                message = f"the row has {len(cells)} cells, the table {width} columns"
                problems.append(error("uneven-row", message, Span(name, reader.line_num)))
                continue
            rows.append(tuple(cells))
            lines.append(reader.line_num)
    except csv.Error as problem:
        problems.append(error("broken-csv", f"not a CSV file: {problem}", Span(name, max(1, reader.line_num))))
    return tuple(rows), tuple(lines), problems
