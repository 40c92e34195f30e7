"""Rules on abbreviations: spelled out once, where they are first used, and used afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Prose, Subject
from diptych.diagnostics import Span

SHORT = re.compile(r"(?<![\w/.@&*-])([A-Z]{2,5})(?=s?(?![\w/*-]|\.\w))(?! (?:trial|study|studies|registry|group)\b)")
"""Two to five capitals; not genes (in italics), names of trials, or parts of longer names."""

# fmt: off
KNOWN = frozenset((
    "AD", "AIDS", "AM", "AND", "ANOVA", "BC", "BMI", "CI", "CSS", "CT", "DNA", "DOI", "ECG", "ET", "EU", "EUR", "FDA",
    "HIV", "HTML", "ICMJE", "ICU", "ID", "IQ", "ISBN", "ISSN", "IU", "JSON", "MD", "MRI", "NOT", "OK", "OR", "PCR",
    "PDF", "PHD", "PM", "PMID", "RNA", "SD", "SE", "SI", "TBC", "TBD", "TNM", "TODO", "UK", "UN", "URL",
    "US", "USA", "USD", "UV", "WHO", "XML", "YAML",
    "II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XX",
))
# fmt: on
"""What readers of medical journals know, what is stressed or to be filled in, and Roman numerals."""


@rule(
    "abbreviation-unused",
    "warning",
    "Each entry of `abbreviations` is used in the review.",
    why="The list is printed; what is in it and nowhere else puzzles readers.",
    passing="""
        sections: [{heading: Wind, text: The IWS scale has nine degrees.}]
        abbreviations: {IWS: indoor wind speed}
    """,
    failing="""
        sections: [{heading: Wind, text: The scale has nine degrees.}]
        abbreviations: {IWS: indoor wind speed}
    """,
)
def unused(subject: Subject) -> Iterator[Remark]:
    """An abbreviation that is listed and not used."""
    texts = [one.words for one in subject.prose if one.key[0] != "abbreviations"]
    for short in subject.review.abbreviations:
        pattern = re.compile(rf"(?<!\w){re.escape(short)}(?:s|’s|'s)?(?!\w)")
        if not any(pattern.search(text) for text in texts):
            yield Remark(f"“{short}” is used nowhere", subject.at("abbreviations", short), "use it, or delete it here")


@rule(
    "abbreviation-undefined",
    "warning",
    "Each abbreviation is spelled out, in the text or in `abbreviations`; in the abstract, within it.",
    why="What is plain to the author is a riddle to the reader from the next field; abstracts are printed alone.",
    passing="""
        sections: [{heading: Wind, text: The indoor wind speed (IWS) rose. A high IWS helps.}]
    """,
    failing="""
        sections: [{heading: Wind, text: The IWS rose. A high IWS helps.}]
    """,
)
def undefined(subject: Subject) -> Iterator[Remark]:
    """An abbreviation of the text that is used twice and nowhere explained; one of the abstract that it leaves so."""
    everywhere = _explained([one for one in subject.prose if one.key[0] != "abstract"])
    listed = subject.review.abbreviations.keys()
    hint = "write “long form (SHORT)” at its first use, or add it to `abbreviations`"
    for short, uses in _by_name(subject, subject.text).items():
        if len(uses) > 1 and short not in everywhere and short not in listed:
            yield Remark(f"“{short}” is not spelled out", uses[0].span(subject), hint)
    abstract = [one for one in subject.prose if one.key[0] == "abstract"]
    within = _explained(abstract)
    for short, uses in _by_name(subject, abstract).items():
        if short not in within:
            hint = "write “long form (SHORT)”, or the long form alone"
            yield Remark(f"“{short}” is not spelled out in the abstract", uses[0].span(subject), hint)


@rule(
    "abbreviation-used-before",
    "warning",
    "An abbreviation is spelled out where the text first uses it.",
    why="Readers meet it before they are told what it is.",
    passing="""
        sections: [{heading: Wind, text: The indoor wind speed (IWS) rose. A high IWS helps.}]
    """,
    failing="""
        sections: [{heading: Wind, text: A high IWS helps. The indoor wind speed (IWS) rose.}]
    """,
)
def used_before(subject: Subject) -> Iterator[Remark]:
    """An abbreviation that the text spells out later than it uses it."""
    meanings = _meanings(subject)
    for short, uses in _by_name(subject, subject.text).items():
        first = meanings.get(short, [])[:1]
        if first and uses[0].place < first[0].place:
            span = first[0].span(subject)
            message = f"“{short}” is used here and spelled out later, in line {span.line}"
            yield Remark(message, uses[0].span(subject), "spell it out here")


@rule(
    "abbreviation-twice",
    "info",
    "The text spells an abbreviation out once.",
    why="Once is enough; the second time looks as if something else were meant.",
    passing="""
        sections: [{heading: Wind, text: The indoor wind speed (IWS) rose. A high IWS helps.}]
    """,
    failing="""
        sections:
          - {heading: Wind, text: The indoor wind speed (IWS) rose.}
          - {heading: Doors, text: The indoor wind speed (IWS) fell.}
    """,
)
def spelled_out_twice(subject: Subject) -> Iterator[Remark]:
    """An abbreviation that the text spells out again."""
    for short, found in _meanings(subject).items():
        for again in found[1:]:
            message = f"“{short}” was spelled out before, in line {found[0].span(subject).line}"
            yield Remark(message, again.span(subject), "use the short form alone")


@rule(
    "abbreviation-once",
    "info",
    "What is abbreviated is used again.",
    why="An abbreviation that is never used is only in the way.",
    passing="""
        sections: [{heading: Wind, text: The indoor wind speed (IWS) rose. A high IWS helps.}]
    """,
    failing="""
        sections: [{heading: Wind, text: The indoor wind speed (IWS) rose.}]
    """,
)
def not_used_again(subject: Subject) -> Iterator[Remark]:
    """An abbreviation that is introduced and not used."""
    texts = [one.words for one in subject.prose if one.key[0] not in ("abbreviations", "abstract")]
    uses = Counter(found[1] for text in texts for found in ANYWHERE.finditer(text))
    for short, found in _meanings(subject).items():
        if uses[short] == 1:
            message = f"“{short}” is introduced and not used again"
            yield Remark(message, found[0].span(subject), "write the long form alone")


@dataclass(frozen=True)
class _Use:
    """An abbreviation at a place: the number of its text in the order of reading, and its offset there."""

    short: str
    place: tuple[int, int]
    text: Prose

    def span(self, subject: Subject) -> Span:
        return subject.span(self.text, self.place[1], self.place[1] + len(self.short))


def _by_name(subject: Subject, texts: Sequence[Prose]) -> dict[str, list[_Use]]:
    """Where abbreviations are used and not spelled out; those that everybody knows are left out."""
    found: dict[str, list[_Use]] = {}
    for number, one in enumerate(texts):
        spelled_out = {start for _, start in _spelled_out(one.words)}
        for use in SHORT.finditer(one.words):
            if use[1] not in KNOWN and use.start() not in spelled_out:
                found.setdefault(use[1], []).append(_Use(use[1], (number, use.start()), one))
    return found


def _meanings(subject: Subject) -> dict[str, list[_Use]]:
    """Where the text spells abbreviations out, by abbreviation."""
    found: dict[str, list[_Use]] = {}
    for number, one in enumerate(subject.text):
        for short, start in _spelled_out(one.words):
            found.setdefault(short, []).append(_Use(short, (number, start), one))
    return found


def _explained(texts: Sequence[Prose]) -> set[str]:
    """Abbreviations that some of the texts explain; notes to tables do it as “OS, overall survival”."""
    spelled_out = {short for one in texts for short, _ in _spelled_out(one.words)}
    notes = [one for one in texts if one.key[0] in ("figures", "tables")]
    return spelled_out | {found[1] for one in notes for found in IN_NOTES.finditer(one.words)}


ANYWHERE = re.compile(r"(?<!\w)([A-Z]{2,5})(?:s\b|(?!\w))")
IN_NOTES = re.compile(r"(?:\A|[;.]\s)\s*([A-Z]{2,5})(?:,|:| =)\s+[a-z]")
BEHIND = re.compile(
    r"(?<![\w’'-])([^\W\d_][\w’'-]*(?:[\s*]+[\w’'-]+){0,9})[\s*]+[(\[](?:or |called |the )?([A-Z]{2,5})s?\s*[)\];,]"
)
BEFORE = re.compile(r"(?<![\w.@-])([A-Z]{2,5})s? \(([^\W\d_][^()]{2,120})\)")


WITHIN = re.compile(r"\(([^\W\d_][^()\[\],;]{2,120}), ([A-Z]{2,5})\)")


@lru_cache(maxsize=512)
def _spelled_out(text: str) -> tuple[tuple[str, int], ...]:
    """Abbreviations that the text spells out, each with where it stands.

    As “long form (LF)” or, within brackets, “long form [LF]”; “LF (long form)”; “(long form, LF)”.
    """
    behind = [(found[2], found.start(2)) for found in BEHIND.finditer(text) if _may_mean(found[2], found[1])]
    before = [(found[1], found.start(1)) for found in BEFORE.finditer(text) if _means(found[1], found[2])]
    within = [(found[2], found.start(2)) for found in WITHIN.finditer(text) if _initials(found[1]) == found[2]]
    return tuple(sorted({*behind, *before, *within}, key=lambda one: one[1]))


def _means(short: str, words: str) -> bool:
    """True for several words of which one begins with the abbreviation's first letter, and nothing else."""
    return len(words.split()) > 1 and not re.search(r"[^\w\s’'-]", words) and _may_mean(short, words)


def _initials(words: str) -> str:
    return "".join(word[:1] for word in re.split(r"[\s*-]+", words)).upper()


def _may_mean(short: str, words: str) -> bool:
    """True if one of the words near the abbreviation begins with its first letter."""
    near = re.split(r"[\s*-]+", words)[-len(short) - 3 :]
    return any(word[:1].casefold() == short[0].casefold() for word in near)
