"""Rules on sections, headings, keywords and what was left unfinished."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Prose, Subject
from diptych.compose.passages import Key
from diptych.prose import Cluster
from diptych.review import Section

DEEPEST = 4  # levels of headings that templates set, h2 to h5


@rule(
    "empty-section",
    "warning",
    "Each section has a text, or sections within it.",
    why="A heading with nothing beneath it was forgotten, or belongs to what follows.",
    passing="sections: [{heading: Folds, text: The folds are old.}]",
    failing="sections: [{heading: Folds}, {heading: Noses, text: Sharp noses fly farther.}]",
)
def empty_section(subject: Subject) -> Iterator[Remark]:
    """A heading and nothing beneath it."""
    for path, section, _ in _all(subject.review.sections):
        if not section.text and not section.sections:
            message = f"there is nothing beneath the heading “{section.heading}”"
            yield Remark(message, subject.places.span((*path, "heading")), "write its text, or leave the heading out")


@rule(
    "lone-subsection",
    "info",
    "A section is divided into two or more, or not at all.",
    why="What is divided has at least two parts.",
    passing="""
        sections:
          - heading: Noses
            sections: [{heading: Sharp, text: They fly.}, {heading: Blunt, text: They dive.}]
    """,
    failing="""
        sections:
          - heading: Noses
            text: Two kinds were thrown.
            sections: [{heading: Sharp, text: They fly.}]
    """,
)
def lone_subsection(subject: Subject) -> Iterator[Remark]:
    """A section with a single one in it."""
    for path, section, _ in _all(subject.review.sections):
        if len(section.sections) == 1:
            message = f"“{section.sections[0].heading}” is the only section within “{section.heading}”"
            yield Remark(
                message, subject.places.span((*path, "sections", 0, "heading")), "divide it in two, or not at all"
            )


@rule(
    "deep-heading",
    "warning",
    f"Sections nest no deeper than {DEEPEST} levels.",
    why="Templates have no look for more, and readers lose their way.",
    passing="""
        sections: [{heading: A, text: Text., sections: [{heading: B, text: Text.}, {heading: C, text: Text.}]}]
    """,
    failing="""
        sections:
          - heading: A
            sections:
              - heading: B
                sections: [{heading: C, sections: [{heading: D, sections: [{heading: E, text: Text.}]}]}]
    """,
)
def deep_heading(subject: Subject) -> Iterator[Remark]:
    """A heading of a level that templates do not set."""
    for path, section, level in _all(subject.review.sections):
        if level == DEEPEST + 1:
            message = f"“{section.heading}” is {level} levels deep; {DEEPEST} can be told apart"
            yield Remark(message, subject.places.span((*path, "heading")))


@rule(
    "numbered-heading",
    "info",
    "Headings have no typed numbers.",
    why="Journals number headings themselves, and typed numbers are wrong as soon as a section moves.",
    passing="sections: [{heading: Noses, text: Sharp noses fly farther.}]",
    failing="sections: [{heading: 2.1 Noses, text: Sharp noses fly farther.}]",
)
def numbered_heading(subject: Subject) -> Iterator[Remark]:
    """“2.1 Noses”."""
    for one, found, span in subject.matches(TYPED_NUMBER, _headings(subject)):
        message = f"the heading “{one.written}” has the number “{found[0].strip()}” typed before it"
        yield Remark(message, span, "leave it out; refer to the section by `@sec-ID`")


TYPED_NUMBER = re.compile(r"\A(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}\.|[IVX]{1,5}\.)\s+(?=\S)")


@rule(
    "heading-stop",
    "info",
    "Headings end without a full stop.",
    why="A heading is no sentence.",
    passing="sections: [{heading: Noses, text: Sharp noses fly farther.}]",
    failing="sections: [{heading: Noses., text: Sharp noses fly farther.}]",
)
def heading_stop(subject: Subject) -> Iterator[Remark]:
    """A heading that ends like a sentence."""
    for one, _, span in subject.matches(STOP_AT_END, _headings(subject)):
        if not one.written.endswith(("sp.", "spp.", "al.", "etc.", "Inc.", "Jr.")):
            yield Remark(f"the heading “{one.written}” ends with a full stop", span, "leave it out")


STOP_AT_END = re.compile(r"(?<=\w\w)\.\Z")


@rule(
    "citation-in-heading",
    "info",
    "Titles and headings cite nothing.",
    why="They are printed where no reference list is: in contents pages, running heads and databases.",
    passing="sections: [{heading: Noses, text: 'Sharp noses fly farther [@fold2021].'}]",
    failing="sections: [{heading: 'Noses [@fold2021]', text: Sharp noses fly farther.}]",
    references="- {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}",
)
def citation_in_heading(subject: Subject) -> Iterator[Remark]:
    """A citation in the title or a heading."""
    keys = [("title",), ("subtitle",), *(one.key for one in _headings(subject))]
    for one in subject.prose:
        if one.key in keys and _cites(subject, one.key):
            yield Remark(f"“{one.written}” cites", subject.places.span(one.key), "cite in the text beneath it")


@rule(
    "citation-in-abstract",
    "warning",
    "The abstract cites nothing.",
    why="It is printed without the reference list, in PubMed for one.",
    passing="abstract: Sharp noses fly farther.",
    failing="abstract: Sharp noses fly farther [@fold2021].",
    references="- {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}",
)
def citation_in_abstract(subject: Subject) -> Iterator[Remark]:
    """A citation in the abstract."""
    for one in subject.prose:
        if one.key[0] == "abstract" and _cites(subject, one.key):
            hint = "name the study in words, or leave the citation to the text"
            yield Remark("the abstract cites", subject.places.span(one.key), hint)


@rule(
    "repeated-keyword",
    "warning",
    "Each keyword is one, and is given once.",
    why="Databases index them one by one.",
    passing="keywords: [paper dart, stairwell]",
    failing="keywords: [paper dart; folding, Paper Dart, paper dart]",
)
def repeated_keyword(subject: Subject) -> Iterator[Remark]:
    """A keyword that is there already, or is two."""
    seen: set[str] = set()
    for index, word in enumerate(subject.review.keywords):
        if ";" in word:
            message, hint = f"“{word}” seems to be several keywords", "make each an item of the list"
            yield Remark(message, subject.places.span(("keywords", index)), hint)
        if word.casefold() in seen:
            yield Remark(f"the keyword “{word}” is given twice", subject.places.span(("keywords", index)), "delete one")
        seen.add(word.casefold())


@rule(
    "placeholder",
    "warning",
    "Nothing is left to be filled in.",
    why="What stood for something to come is printed like everything else.",
    passing="sections: [{heading: Folds, text: The folds are old.}]",
    failing="sections: [{heading: Folds, text: The folds are TODO years old.}]",
)
def placeholder(subject: Subject) -> Iterator[Remark]:
    """TODO, XXX, lorem ipsum; an example's reference."""
    for _, found, span in subject.matches(PLACEHOLDER):
        yield Remark(f"“{found[0]}” is still there", span, "fill it in, or make it a note: <!-- note: … -->")
    for index, word in enumerate(subject.review.keywords):
        if PLACEHOLDER.search(word):
            yield Remark(f"“{word}” is still there", subject.places.span(("keywords", index)), "fill it in")
    for key, name in _examples(subject):
        yield Remark(f"“{name}” is an example", subject.places.span(key), "fill in who wrote the review")
    for work in subject.works:
        if EXAMPLE.match(work.title):
            message = f"“{work.key}” is an example of a reference"
            yield Remark(message, subject.item_span(work), "replace it by a work that you read")


def _examples(subject: Subject) -> Iterator[tuple[Key, str]]:
    """The authors and affiliations that `diptych new` writes."""
    for index, author in enumerate(subject.review.authors):
        if author.name == EXAMPLE_AUTHOR:
            yield ("authors", index, "name"), author.name
    for name, said in subject.review.affiliations.items():
        if isinstance(said, str) and said.startswith("Example: "):
            yield ("affiliations", name), said


EXAMPLE_AUTHOR = "Ada Example"
PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|TBC|FIXME|XXX+)\b|\?\?\?+|(?i:\blorem ipsum\b|\[citation needed\]|\[ref\])")
EXAMPLE = re.compile(r"\[?example\b.*\breplace", re.IGNORECASE)


@rule(
    "text-behind-hash",
    "warning",
    "No text is cut off at “ #”.",
    why="In YAML a “#” behind a blank begins a remark: of “Patient #3 died” without quotes “Patient” is printed.",
    passing="""
        title: "Dart #3 flew"
        lang: en-US  # a remark has a blank behind its sign
    """,
    failing="title: Dart #3 flew",
)
def text_behind_hash(subject: Subject) -> Iterator[Remark]:
    """“#” with a letter or digit behind it, right after a value without quotes."""
    for mark in subject.places.marks.values():
        found = BEHIND_HASH.match(subject.places.text, mark.end) if mark.style == "" else None
        if found:
            span = subject.places.at(found.start(1), found.end(1))
            hint = "put the whole text in quotes; in a remark leave a blank behind “#”"
            yield Remark(f"“{found[1][:40].rstrip()}” is a remark, and not printed", span, hint)


BEHIND_HASH = re.compile(r"[ \t]+(#\w[^\r\n]*)")


def _all(sections: Sequence[Section], at: Key = ("sections",), level: int = 1) -> Iterator[tuple[Key, Section, int]]:
    """Every section with its place and how deep it is."""
    for index, section in enumerate(sections):
        yield (*at, index), section, level
        yield from _all(section.sections, (*at, index, "sections"), level + 1)


def _headings(subject: Subject) -> list[Prose]:
    """The headings of sections."""
    return [one for one in subject.prose if one.key[0] == "sections" and one.key[-1] == "heading"]


def _cites(subject: Subject, key: Key) -> bool:
    return any(isinstance(one, Cluster) for one in subject.material.passages.by_key[key].mentions)
