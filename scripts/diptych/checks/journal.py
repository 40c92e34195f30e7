"""Rules of the review's journal, as its profile has them."""

from __future__ import annotations

from collections.abc import Iterator

from diptych import prose
from diptych.checks.abbreviations import SHORT
from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject
from diptych.profiles import Profile, Read


@rule(
    "abstract-headings",
    "warning",
    "The abstract has the parts that the journal asks for.",
    why="Journals with structured abstracts return others.",
    passing="""
        journal: springer-current-reports
        abstract:
          - {heading: Purpose of Review, text: Darts are studied nowhere.}
          - {heading: Recent Findings, text: A sharper nose flies farther.}
          - {heading: Summary, text: Fold with care.}
    """,
    failing="""
        journal: springer-current-reports
        abstract:
          - {heading: Background, text: Darts are studied nowhere.}
          - {heading: Summary, text: Fold with care.}
    """,
)
def abstract_headings(subject: Subject) -> Iterator[Remark]:
    """An abstract with other headings than the journal's."""
    profile, abstract = _profile(subject), subject.review.abstract
    wanted = profile.abstract_headings
    if wanted is None or abstract is None:
        return
    parts = abstract if isinstance(abstract, tuple) else ()
    headings = [
        prose.plain(subject.material.passages.by_key["abstract", index, "heading"]) for index in range(len(parts))
    ]
    if [one.casefold() for one in headings] != [one.casefold() for one in wanted.headings]:
        has = ", ".join(headings) or "none"
        message = f"the headings of the abstract are: {has}; the journal’s are: {', '.join(wanted.headings)}"
        yield Remark(message, subject.at("abstract"), _source(profile, wanted))


@rule(
    "title-abbreviation",
    "warning",
    "The title has no abbreviations, where the journal wants none.",
    why="Titles are read, and searched, by people who do not know them.",
    passing="""
        title: The flight of paper darts
        journal: elsevier-current-opinion
    """,
    failing="""
        title: The flight of PDs
        journal: elsevier-current-opinion
    """,
)
def title_abbreviation(subject: Subject) -> Iterator[Remark]:
    """An abbreviation in the title."""
    profile = _profile(subject)
    for one in subject.prose if profile.no_title_abbreviations else ():
        if one.key == ("title",):
            for _, found, span in subject.matches(SHORT, [one]):
                message = f"“{found[0]}” in the title is an abbreviation"
                yield Remark(message, span, _source(profile, profile.no_title_abbreviations))


@rule(
    "title-page",
    "warning",
    "Authors have what the journal wants on the title page.",
    why="Degrees, institutions and whom to write are asked for by most journals.",
    passing="""
        journal: icmje
        authors:
          - {name: Ada Fold, degrees: PhD, corresponding: true, email: ada@example.org, affiliations: [paper]}
        affiliations: {paper: Institute of Folded Paper}
        statements: {funding: None.}
    """,
    failing="""
        journal: icmje
        authors: [{name: Ada Fold, corresponding: true, email: ada@example.org}]
        statements: {funding: None.}
    """,
)
def title_page(subject: Subject) -> Iterator[Remark]:
    """An author without what the title page needs."""
    profile, authors = _profile(subject), subject.review.authors
    page = profile.title_page
    for name in page.needs if page and authors else ():
        field = name.replace("-", "_")
        lacking = [index for index, one in enumerate(authors) if not getattr(one, field, True)]
        for index in lacking:
            message = f"{authors[index].name} has no {name}, which the journal wants on the title page"
            yield Remark(message, subject.at("authors", index, "name"), _source(profile, page))
        if name == "corresponding-author" and not any(one.corresponding for one in authors):
            yield Remark("no author is the corresponding one", subject.at("authors"), _source(profile, page))


@rule(
    "needed-statement",
    "warning",
    "The statements are there that the journal asks for.",
    why="Manuscripts without them are returned before they are read.",
    passing="""
        journal: icmje
        statements: {funding: None.}
    """,
    failing="""
        journal: icmje
        statements: {ethics: No window was opened without consent.}
    """,
)
def needed_statement(subject: Subject) -> Iterator[Remark]:
    """A statement of the journal's that is missing."""
    profile = _profile(subject)
    given = subject.review.statements
    for name in profile.statements.names if profile.statements else ():
        if given is None or getattr(given, name.replace("-", "_")) is None:
            message = f"the journal asks for a statement “{name}”"
            yield Remark(message, subject.at("statements"), _source(profile, profile.statements))


NO_PROFILE = Profile(name="none")


def _profile(subject: Subject) -> Profile:
    """The journal's profile; one without rules where the review names no journal."""
    return subject.journal.profile if subject.journal else NO_PROFILE


def _source(profile: Profile, rule: Read | None) -> str | None:
    return f"see {profile.said_by(rule.source)}" if rule else None
