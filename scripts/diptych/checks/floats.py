"""Rules on figures and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from diptych import prose
from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject

DART = "figures: {dart: {src: dart.svg, alt: A sheet of paper with its middle fold, caption: The folds.}}"
KINDS = (("figures", "fig"), ("tables", "tbl"))


@rule(
    "not-mentioned",
    "warning",
    "The text mentions each figure and each table.",
    why="Journals print them where they are mentioned, and return manuscripts where they are not.",
    passing=f"""
        sections: [{{heading: Folds, text: The folds are in @fig-dart.}}]
        {DART}
    """,
    failing=f"""
        sections: [{{heading: Folds, text: The folds are old.}}]
        {DART}
    """,
)
def not_mentioned(subject: Subject) -> Iterator[Remark]:
    """A figure or table that nothing else mentions."""
    for kind, short in KINDS:
        mentions = {one.name for key, one in subject.crossrefs() if one.kind == short and key[:2] != (kind, one.name)}
        for name in getattr(subject.review, kind):
            if name not in mentions:
                message = f"nothing mentions the {kind[:-1]} “{name}”"
                yield Remark(message, subject.at(kind, name), f"write @{short}-{name} where the text speaks of it")


@rule(
    "mention-order",
    "info",
    "Figures and tables stand in the file in the order in which they are mentioned.",
    why="They are numbered as they are mentioned; where the file has them otherwise, one of the two was not meant.",
    passing="""
        sections: [{heading: Trials, text: First @tbl-a and then @tbl-b.}]
        tables:
          a: {caption: Trials, columns: [Darts], rows: [[12]]}
          b: {caption: Papers, columns: [Weight], rows: [[80]]}
    """,
    failing="""
        sections: [{heading: Trials, text: First @tbl-b and then @tbl-a.}]
        tables:
          a: {caption: Trials, columns: [Darts], rows: [[12]]}
          b: {caption: Papers, columns: [Weight], rows: [[80]]}
    """,
)
def order(subject: Subject) -> Iterator[Remark]:
    """A figure or table that is mentioned after one that follows it in the file."""
    passages, words = subject.material.passages, subject.material.words
    for kind, numbered, label in (
        ("figures", passages.figures, words.figure),
        ("tables", passages.tables, words.table),
    ):
        place = {name: index for index, name in enumerate(getattr(subject.review, kind))}
        for before, after in pairwise(numbered):
            if place[after] < place[before]:
                number = numbered.index(after) + 1
                message = f"“{after}” stands before “{before}” here, but is mentioned after it: it is {label} {number}"
                yield Remark(message, subject.at(kind, after), "put them in the order of their numbers")


@rule(
    "typed-number",
    "warning",
    "Figures and tables are mentioned by name, not by typed numbers.",
    why="“Figure 1” typed by hand stays what it is when figures move; @fig-NAME is numbered and linked.",
    passing=f"""
        sections: [{{heading: Folds, text: The folds are in @fig-dart.}}]
        {DART}
    """,
    failing=f"""
        sections: [{{heading: Folds, text: The folds are in Figure 1. See also @fig-dart.}}]
        {DART}
    """,
)
def typed_number(subject: Subject) -> Iterator[Remark]:
    """“Figure 1” in the text of a review that has figures; those of others’ papers are left alone."""
    words = subject.material.words
    for kind, names in (("figures", (words.figure, "Fig")), ("tables", (words.table, "Tab"))):
        if getattr(subject.review, kind):
            for _, found, span in subject.matches(_typed(names), subject.text):
                yield Remark(f"“{found[0]}” is typed", span, f"mention it by name: @{dict(KINDS)[kind]}-NAME")


def _typed(names: Iterable[str]) -> re.Pattern[str]:
    """One of the names with a number; with a small letter (“figure 1”) where nothing is counted: “figure 8 knots”."""
    capital = "|".join(map(re.escape, names))
    small = "|".join(re.escape(name.lower()) for name in names)
    return re.compile(rf"{OURS}(?:(?:{capital}){NUMBERED}(?! (?:of|in|from) )|(?:{small}){NUMBERED}{SAYS})")


OURS = r"\b(?<!upplementary )(?<!upplemental )(?<!\ba )"
NUMBERED = r"\.?[ \n\N{NO-BREAK SPACE}]?\d+[A-Ha-h]?\b(?![.,]\d)"
SAYS = r"(?=[).,;:]|\s*\Z| (?:and|depicts?|illustrates?|lists?|or|presents?|shows?|summari[sz]es?)\b)"


@rule(
    "alt-text",
    "warning",
    "The alternative text says in words what the picture shows.",
    why="Readers who cannot see the picture have nothing else; caption, file name or “image” do not help them.",
    passing=f"""
        sections: [{{heading: Folds, text: The folds are in @fig-dart.}}]
        {DART}
    """,
    failing="""
        sections: [{heading: Folds, text: The folds are in @fig-dart.}]
        figures: {dart: {src: dart.svg, alt: dart.svg, caption: The folds.}}
    """,
)
def alt_text(subject: Subject) -> Iterator[Remark]:
    """An alternative text that stands for none."""
    for name, figure in subject.review.figures.items():
        caption = prose.plain(subject.material.passages.by_key["figures", name, "caption"])
        if fault := _fault(figure.alt, caption, subject.language):
            message = f"the alternative text of “{name}” {fault}"
            span = subject.places.span(("figures", name, "alt"))
            yield Remark(message, span, "say in a sentence or two what the picture shows")


def _fault(alt: str, caption: str, language: str) -> str | None:
    if re.search(r"\.(?:svg|png|jpe?g|tiff?|gif)\Z", alt, re.IGNORECASE):
        return "is a file’s name"
    if alt.casefold().rstrip(".") == caption.casefold().rstrip("."):
        return "repeats the caption"
    if language == "en" and re.match(r"(?:an? |the )?(?:image|picture|graphic)\b", alt, re.IGNORECASE):
        return "says that it is a picture, which readers are told anyway"
    return "is too short to say anything" if len(alt.split()) < 3 and language not in UNSPACED else None


UNSPACED = ("ja", "ko", "th", "zh")


@rule(
    "caption-label",
    "warning",
    "Captions do not begin with “Figure 1”.",
    why="The label is printed before the caption, so it would stand there twice.",
    passing="""
        sections: [{heading: Trials, text: See @tbl-trials.}]
        tables: {trials: {caption: Trials of darts, columns: [Darts], rows: [[12]]}}
    """,
    failing="""
        sections: [{heading: Trials, text: See @tbl-trials.}]
        tables: {trials: {caption: 'Table 1. Trials of darts', columns: [Darts], rows: [[12]]}}
    """,
)
def caption_label(subject: Subject) -> Iterator[Remark]:
    """A caption with a label typed before it."""
    words = subject.material.words
    pattern = re.compile(
        rf"\A(?:{re.escape(words.figure)}|{re.escape(words.table)}|Fig\.|Tab\.)\s*\d*\s*[.:–-]?(?=\s|\Z)"
    )
    captions = [one for one in subject.prose if one.key[-1] == "caption"]
    for _, found, span in subject.matches(pattern, captions):
        if re.search(r"\d|[.:]\Z", found[0]):
            yield Remark(f"the caption begins with “{found[0]}”, which is printed before it anyway", span, "delete it")


@rule(
    "caption-stops",
    "info",
    "Captions all end with a full stop, or none does; of figures and of tables for themselves.",
    why="One of the two is the journal's way.",
    passing="""
        sections: [{heading: Trials, text: See @tbl-a and @tbl-b.}]
        tables:
          a: {caption: Trials, columns: [Darts], rows: [[12]]}
          b: {caption: Papers, columns: [Weight], rows: [[80]]}
    """,
    failing="""
        sections: [{heading: Trials, text: See @tbl-a and @tbl-b.}]
        tables:
          a: {caption: Trials, columns: [Darts], rows: [[12]]}
          b: {caption: Papers., columns: [Weight], rows: [[80]]}
    """,
)
def caption_stops(subject: Subject) -> Iterator[Remark]:
    """The captions that end otherwise than most do."""
    for kind, _ in KINDS:
        ends = {
            name: prose.plain(subject.material.passages.by_key[kind, name, "caption"]).endswith((".", "?", "!"))
            for name in getattr(subject.review, kind)
        }
        usual = sum(ends.values()) * 2 > len(ends)
        for name in [name for name, stopped in ends.items() if stopped != usual and len(set(ends.values())) > 1]:
            message = f"the caption of “{name}” ends {'without' if usual else 'with'} a full stop, unlike most"
            yield Remark(message, subject.places.span((kind, name, "caption")))
