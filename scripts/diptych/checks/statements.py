"""Rules on authors and statements that hold for every journal."""

from __future__ import annotations

from collections.abc import Iterator

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject

ASKED = ("funding", "conflicts-of-interest")


@rule(
    "missing-statement",
    "info",
    "A review with authors states its funding and their conflicts of interest.",
    why="The ICMJE’s Recommendations want both disclosed, none included: “None.” is a statement.",
    passing="""
        authors: [{name: Ada Fold, corresponding: true, email: ada@example.org}]
        statements: {funding: None., conflicts-of-interest: A.F. owns a pair of scissors.}
    """,
    failing="""
        authors: [{name: Ada Fold, corresponding: true, email: ada@example.org}]
        statements: {funding: None.}
    """,
)
def missing_statement(subject: Subject) -> Iterator[Remark]:
    """No word on money or interests."""
    given = subject.review.statements
    needed = subject.journal.profile.statements if subject.journal else None
    for name in ASKED if subject.review.authors else ():
        stated = given is not None and getattr(given, name.replace("-", "_")) is not None
        if not stated and name not in (needed.names if needed else ()):
            message = f"there is no statement “{name}”"
            yield Remark(message, subject.at("statements"), f"add `{name}` to `statements`; “None.” if so")


@rule(
    "corresponding-author",
    "info",
    "One of the authors answers letters, and has an address.",
    why="Journals write to nobody else, and readers find the address on the first page.",
    passing="""
        authors: [{name: Ada Fold, corresponding: true, email: ada@example.org}]
        statements: {funding: None., conflicts-of-interest: None.}
    """,
    failing="""
        authors: [{name: Ada Fold}, {name: Bruno Crease}]
        statements: {funding: None., conflicts-of-interest: None.}
    """,
)
def corresponding_author(subject: Subject) -> Iterator[Remark]:
    """No corresponding author, or one without an e-mail address."""
    authors = subject.review.authors
    if authors and not any(one.corresponding for one in authors):
        yield Remark("no author is the corresponding one", subject.at("authors"), "give one `corresponding: true`")
    for index, author in enumerate(authors):
        if author.corresponding and author.email is None:
            message = f"{author.name} is the corresponding author and has no e-mail address"
            yield Remark(message, subject.at("authors", index, "name"), "add `email`")
