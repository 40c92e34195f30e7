"""Rules between the fields of a review, in one list; each reads the review and yields what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from diptych.diagnostics import did_you_mean
from diptych.review import Review, Section
from diptych.source.flaws import YamlPath
from diptych.source.places import Finding


def unknown_affiliations(review: Review) -> Iterator[Finding]:
    """Each affiliation of an author is an entry of `affiliations`."""
    known = review.affiliations
    for position, author in enumerate(review.authors):
        for place, name in enumerate(author.affiliations):
            if name not in known:
                hint = did_you_mean(name, known) or "add it to “affiliations”"
                path = ("authors", position, "affiliations", place)
                yield Finding(path, "unknown-affiliation", f"there is no affiliation “{name}”", hint)


def orcid_check_digits(review: Review) -> Iterator[Finding]:
    """The last character of an ORCID iD fits the others (ISO/IEC 7064, MOD 11-2)."""
    for position, author in enumerate(review.authors):
        if author.orcid and author.orcid[-1] != _check_digit(author.orcid[:-1]):
            message = f"“{author.orcid}” is no ORCID iD: its last character does not fit the others"
            yield Finding(("authors", position, "orcid"), "bad-orcid", message, "copy it again from orcid.org")


def _check_digit(digits: str) -> str:
    total = 0
    for digit in digits.replace("-", ""):
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def one_source_of_rows(review: Review) -> Iterator[Finding]:
    """A table has its rows from `rows` or from `csv`."""
    for name, table in review.tables.items():
        if table.rows and table.csv:
            message = f"the table “{name}” has both “rows” and “csv”"
            yield Finding(("tables", name, "csv"), "rows-and-csv", message, "delete one of the two", key=True)
        if not table.rows and not table.csv:
            hint = "add “rows: …”, or “csv: …” with a file’s name"
            yield Finding(("tables", name), "no-rows", f"the table “{name}” has no rows", hint, key=True)


def even_rows(review: Review) -> Iterator[Finding]:
    """A row has as many cells as its table has columns."""
    for name, table in review.tables.items():
        wanted = len(table.columns)
        for position, row in enumerate(table.rows or ()):
            if len(row) != wanted:
                message = f"this row has {_cells(len(row))}, but the table has {wanted} columns"
                yield Finding(("tables", name, "rows", position), "row-length", message, ROW_HINT)


ROW_HINT = 'a cell with a comma in it needs quotes; an empty cell is ""'


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"


def section_ids_differ(review: Review) -> Iterator[Finding]:
    """No two sections share an `id`, at any depth."""
    first: dict[str, str] = {}
    for path, section in _sections(review.sections, ("sections",)):
        if section.id is None:
            continue
        if section.id in first:
            message = f"the id “{section.id}” is also that of the section “{first[section.id]}”"
            yield Finding((*path, "id"), "duplicate-id", message, "give each section an id of its own")
        first.setdefault(section.id, section.heading)


def _sections(sections: tuple[Section, ...], path: YamlPath) -> Iterator[tuple[YamlPath, Section]]:
    for position, section in enumerate(sections):
        yield (*path, position), section
        yield from _sections(section.sections, (*path, position, "sections"))


RULES: tuple[tuple[tuple[str, ...], Callable[[Review], Iterable[Finding]]], ...] = (
    (("authors", "affiliations"), unknown_affiliations),
    (("authors",), orcid_check_digits),
    (("tables",), one_source_of_rows),
    (("tables",), even_rows),
    (("sections",), section_ids_differ),
)
"""Each with the top-level keys that it reads: it is left out where one of them has problems of its own."""
