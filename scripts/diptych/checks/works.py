"""Rules on how references are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject


@rule(
    "retracted",
    "warning",
    "No retracted work is cited as if it stood.",
    why="PubMed and publishers put “Retracted” before the title of a work that was withdrawn.",
    passing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: "RETRACTED: Noses", author: [{family: Fold}], publisher: Step, issued: 2021}
    """,
)
def retracted(subject: Subject) -> Iterator[Remark]:
    """A work whose title says that it was withdrawn."""
    for work in subject.works:
        if re.match(r"\W*(?:retracted|withdrawn)\b(?: article)?\W*[:\]]", work.title, re.IGNORECASE):
            hint = "leave it out, or say in the text that it was retracted"
            yield Remark(f"“{work.key}” was retracted, as its title says", subject.item_span(work), hint)


@rule(
    "author-form",
    "warning",
    "Each author is a name of its own.",
    why="Styles shorten lists of authors and turn names round; they cannot where two stand in one.",
    passing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold, given: Ada}, {family: Gust, given: Clara}],
           publisher: Step, issued: 2021}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{literal: "Fold A, Gust C"}], publisher: Step,
           issued: 2021}
    """,
)
def author_form(subject: Subject) -> Iterator[Remark]:
    """“et al.” or several people in one name."""
    for work in subject.works:
        for person in work.item.data.get("author") or ():
            family = str(person.get("family") or "")
            parts = [str(person[name]) for name in ("literal", "family", "suffix", "given") if person.get(name)]
            said = ", ".join(parts)
            if re.search(r";|&| and ", family) or re.search(r"\bet al\b", said) or SEVERAL.fullmatch(said):
                yield Remark(f"“{said}”, an author of “{work.key}”, is not one name", subject.item_span(work), APART)


APART = "give each author a map of its own; “{literal: others}” at the end prints as “et al.”"
NAMED = r"(?:[^\W\d_]+ ){0,2}[^\W\d_][\w'’-]+ (?:[A-Z]\.?[ -]?){1,3}"
SEVERAL = re.compile(rf"{NAMED}(?:, ?{NAMED})+(?:,? et al\.?)?")
"""Surnames with initials behind them, as in PubMed's lists; BibTeX takes “Fold A, Gust B” for one name with a comma."""


@rule(
    "title-capitals",
    "info",
    "Titles are not in capitals.",
    why="Styles print titles as they are; databases that give them in capitals lost which letters were small.",
    passing="""
        # references.yaml
        - {id: fold2021, type: book, title: Sharp against blunt noses, author: [{family: Fold}], publisher: Step,
           issued: 2021}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: SHARP AGAINST BLUNT NOSES, author: [{family: Fold}], publisher: Step,
           issued: 2021}
    """,
)
def title_capitals(subject: Subject) -> Iterator[Remark]:
    """A title of several words, all in capitals."""
    for work in subject.works:
        letters = [char for char in work.title if char.isalpha()]
        if len(work.title.split()) > 2 and letters and all(char.isupper() for char in letters):
            yield Remark(
                f"the title of “{work.key}” is in capitals", subject.item_span(work), "write it in small letters"
            )
