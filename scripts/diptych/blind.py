"""A review without its authors, for reviewers who are not to know them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.diagnostics import Diagnostic, warning
from diptych.review import Review
from diptych.source import Places

LEFT_OUT = "left-out-blind"
IDENTIFYING: dict[str, object] = {"authors": (), "affiliations": {}, "published": None}
IDENTIFYING_STATEMENTS = ("acknowledgments", "author_contributions", "funding", "conflicts_of_interest")
SHORTEST_NAME = 3  # letters; “Li” is in too many words to be looked for

Path = tuple[str | int, ...]


def blinded(review: Review, places: Places) -> tuple[Review, list[Diagnostic]]:
    """The review without what says who wrote it; what was left out, as information, and names that are still there.

    Left out are the authors with their affiliations and addresses, the published article, and the statements that
    speak of persons and money. The text itself stays as it is, and pictures lose what their files say of who made them
    when they are printed (`printers.files`).
    """
    statements = review.statements
    dropped = [name for name in IDENTIFYING if getattr(review, name)]
    if statements:
        dropped += [name for name in IDENTIFYING_STATEMENTS if getattr(statements, name)]
        statements = statements.model_copy(update=dict.fromkeys(IDENTIFYING_STATEMENTS))
    anonymous = review.model_copy(update={**IDENTIFYING, "statements": statements})
    said = ", ".join(name.replace("_", "-") for name in dropped) or "nothing, because nothing says who wrote it"
    told = Diagnostic("info", LEFT_OUT, f"left out for blind review: {said}")
    return anonymous, [told, *_names(review, anonymous, places)]


def _names(review: Review, anonymous: Review, places: Places) -> Iterator[Diagnostic]:
    """A warning for each author whose family name, address or ORCID the review still has, at the first place."""
    texts = list(_texts(anonymous.model_dump(by_alias=True), ()))
    for kind, name in dict.fromkeys(_identifying(review)):
        found = [path for path, text in texts if re.search(rf"(?<!@)\b{re.escape(name)}\b", text)]
        if found and len(name) >= SHORTEST_NAME:
            message = f"the review still has the {kind} “{name}”, in {len(found)} of its texts"
            hint = "speak of your own work as of others’, “Fold et al. showed”, or leave it out"
            yield warning("blind-name", message, places.span(found[0]), hint)


def _identifying(review: Review) -> Iterator[tuple[str, str]]:
    """What tells who an author is, with what it is called."""
    for author in review.authors:
        yield "name", author.name.split()[-1]
        yield "address", author.email or ""
        yield "ORCID", author.orcid or ""


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text among the data, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from _texts(inside, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inside in enumerate(value):
            yield from _texts(inside, (*path, index))
