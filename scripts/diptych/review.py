"""The model of a review article: frozen data, checked where YAML enters, and nothing else.

Field descriptions become the JSON Schema that editors show while an author types. Keys are kebab-case in YAML.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Cell = Annotated[str, StringConstraints(strip_whitespace=True)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
CitationKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_:.#$%&+?<>~/-]*$")]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Alignment = Literal["left", "center", "right", "decimal"]


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, str) else value


OneOrMany = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many, json_schema_input_type=Text | list[Text])]


def _bare_orcid(value: object) -> object:
    return re.sub(r"^https?://orcid\.org/", "", value.strip()) if isinstance(value, str) else value


WrittenOrcid = Annotated[str, StringConstraints(pattern=r"^(https?://orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]
Orcid = Annotated[
    str,
    BeforeValidator(_bare_orcid, json_schema_input_type=WrittenOrcid),
    StringConstraints(pattern=r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$"),
]


def _only_int(value: object) -> object:
    return value if type(value) is int else str(value)  # to Python, true and 1.0 equal 1


Importance = Annotated[Literal[1, 2], BeforeValidator(_only_int, json_schema_input_type=Literal[1, 2])]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Part(BaseModel):
    """What all parts of a review share: frozen, kebab-case keys, unknown keys refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_kebab, populate_by_name=True, use_attribute_docstrings=True
    )


Said = Annotated[
    Text | None,
    Field(description="What authors say to one another of it: a comment in Word with `--comments`, else nothing."),
]


class Affiliation(Part):
    """An institution that authors belong to."""

    name: Text
    """Department, institution, city and country, as printed."""
    comment: Said = None


class Author(Part):
    """One author, as the byline and the title page need it."""

    name: Text
    """Full name, given name first."""
    degrees: Text | None = None
    """Academic degrees, as printed after the name: “MD, PhD”."""
    orcid: Orcid | None = None
    """ORCID iD, four groups of four: 0000-0002-1825-0097."""
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    """E-mail address, name@example.org; printed for a corresponding author."""
    corresponding: bool = False
    """True for an author who answers letters."""
    equal: bool = False
    """True for each of the authors who contributed equally."""
    roles: tuple[Text, ...] = ()
    """Contributions, in the words of the CRediT taxonomy."""
    affiliations: tuple[Identifier, ...] = ()
    """Names of entries in `affiliations`."""
    comment: Said = None


class AbstractPart(Part):
    """One headed part of a structured abstract."""

    heading: Text
    """The heading, set run-in: “Purpose of Review”."""
    text: Text
    """Prose."""
    comment: Said = None


class Section(Part):
    """A headed section of the text; sections nest."""

    heading: Text
    """The heading; emphasis and sub/superscript may be marked as in prose."""
    id: Identifier | None = None
    """Name for cross-references, `@sec-ID` in prose: a letter, then letters, digits, “-” and “_”."""
    text: Text | None = None
    """Prose."""
    sections: tuple[Section, ...] = ()
    """Sections within this one."""
    comment: Said = None


class Figure(Part):
    """A picture with its caption; the key in `figures` names it for `@fig-KEY`."""

    src: Text
    """Picture file (SVG, PNG or JPEG), relative to the review's folder."""
    alt: Text
    """What the picture shows, in words, for readers who cannot see it."""
    caption: Text
    """Prose beneath the picture; may cite."""
    credit: Text | None = None
    """Prose: who made the picture, or where it is from and under which licence."""
    width: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?%$")] | None = None
    """Width as a share of the measure: “80%”. All of it unless said."""
    wide: bool = False
    """True to span both columns of a two-column page."""
    comment: Said = None


class Column(Part):
    """A column of a table."""

    heading: Text
    """Column heading; prose."""
    align: Alignment = "left"
    """Alignment of the column's cells; “decimal” sets numbers one beneath the other by their decimal points."""


class Table(Part):
    """A table with its caption; the key in `tables` names it for `@tbl-KEY`."""

    caption: Text
    """Prose above the table; may cite."""
    columns: Annotated[tuple[Column | Text, ...], Field(min_length=1)]
    """The columns: a heading, or a map with `heading` and `align`."""
    rows: tuple[tuple[Cell, ...], ...] | None = None
    """Rows of cells, each prose; a row has as many cells as there are columns. Or give `csv`."""
    csv: Text | None = None
    """A CSV file with the rows (first line: headings, left out), relative to the review's folder."""
    notes: Text | None = None
    """Prose beneath the table: abbreviations, sources, cautions."""
    wide: bool = False
    """True to span both columns of a two-column page."""
    handout: bool = False
    """True to print the table in the handout (the evidence table)."""
    comment: Said = None


class Annotation(Part):
    """Why a reference matters; the key in `annotations` is its citation key."""

    importance: Importance | None = None
    """1 “of importance” (•), 2 “of major importance” (••); left out: annotated without a grade."""
    text: Text | None = None
    """Prose beneath the entry in the reference list; may cite."""
    comment: Said = None


class Grade(Part):
    """A grade of importance as a reference list shows it."""

    importance: Importance
    """1 or 2, as annotations give it."""
    mark: Text
    """The mark before the entry: “•”."""
    words: Text
    """What the legend says the mark means: “Of importance”."""
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    """Colour of the mark, “#0b5563”; the template's unless given."""


class Marks(Part):
    """How annotated references are marked, and the legend that explains it."""

    intro: Text
    """First words of the legend."""
    grades: Annotated[tuple[Grade, ...], Field(min_length=1, max_length=2)]
    """The grades."""


class AnnotationLimits(Part):
    """What the checks hold annotations to; journals differ."""

    window_years: Annotated[int, Field(ge=0)] = 3
    """Years before the review's date in which a graded work should have appeared."""
    most_graded: Annotated[int, Field(ge=0)] | None = None
    """How many works may be graded."""
    most_words: Annotated[int, Field(ge=1)] = 120
    """How many words an annotation may have."""


class Limit(Part):
    """How much of something there may be."""

    least: Annotated[int, Field(ge=0)] | None = None
    """At least so many."""
    most: Annotated[int, Field(ge=0)] | None = None
    """At most so many."""
    about: bool = False
    """True where the journal says “about”: a tenth more or less is let pass."""
    source: Text | None = None
    """Where the limit was read; messages say it."""


class Limits(Part):
    """What the checks hold the review to: your own limits, which win over the journal's."""

    title_words: Limit | None = None
    """Words of the title."""
    short_title_words: Limit | None = None
    """Words of `short-title`, the running head."""
    abstract_words: Limit | None = None
    """Words of the abstract, headings included."""
    keywords: Limit | None = None
    """How many keywords."""
    text_words: Limit | None = None
    """Words of the text, without abstract, figures, tables and references."""
    section_words: Limit | None = None
    """Words of each section at the top level, with those within it."""
    references: Limit | None = None
    """How many references are cited."""
    figures_and_tables: Limit | None = None
    """How many figures and tables together."""


class Checks(Part):
    """Which rules of `diptych check` hold for this review."""

    skip: tuple[Identifier, ...] = ()
    """Codes of rules that are left out, as messages show them in brackets; `diptych check --explain` lists all."""


AnnotationField = Literal["annote", "annotation", "note", "extra"]
MarksPreset = Literal["springer-current", "elsevier-current-opinion"]


class Published(Part):
    """The published article that this review is or presents."""

    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    """DOI without a resolver's address: 10.1000/182."""
    pmid: Annotated[str, StringConstraints(pattern=r"^\d{1,8}$")] | None = None
    """PubMed identifier: up to eight digits."""
    journal: Text | None = None
    """Journal, as printed in the running head."""
    citation: Text | None = None
    """How to cite it, as printed."""
    comment: Said = None


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class Dates(Part):
    """When an article was received, revised, accepted and published, as its first page says."""

    received: Day | None = None
    """When the journal received it: 2026-11-23, 2026-11 or 2026."""
    revised: Day | None = None
    """When the revised version came in."""
    accepted: Day | None = None
    """When it was accepted."""
    published: Day | None = None
    """When it was published."""


class Statements(Part):
    """The statements that journals ask for, each prose, printed in this order where given."""

    acknowledgments: Text | None = None
    """Thanks to people who are not authors."""
    author_contributions: Text | None = None
    """Who did what."""
    funding: Text | None = None
    """Who paid; “None.” where no one did."""
    conflicts_of_interest: Text | None = None
    """Interests of the authors that readers should know."""
    ethics: Text | None = None
    """Human and animal rights, informed consent."""
    data_availability: Text | None = None
    """Where the data are."""


class Review(Part):
    """A review article, one `review.yaml`."""

    title: Text
    """Title; emphasis and sub/superscript may be marked as in prose."""
    subtitle: Text | None = None
    """Subtitle."""
    short_title: Text | None = None
    """Running head; the title unless given."""
    article_type: Text = "Review"
    """Kicker above the title."""
    lang: LanguageTag = "en-US"
    """Language of the text (BCP 47), such as en-US or de: hyphenation, quotation marks, words such as “Figure”."""
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    """Date of the text: 2026, 2026-11 or 2026-11-23."""
    licence: Text | None = None
    """Licence of the text, as printed."""
    published: Published | None = None
    """The published article that this review is or presents."""
    dates: Dates | None = None
    """When it was received, revised, accepted and published, for a journal's first page."""
    paper: Literal["a4", "letter"] | None = None
    """The size of the pages, in all templates; a template's own unless given."""
    keywords: tuple[Text, ...] = ()
    """Keywords."""
    authors: tuple[Author, ...] = ()
    """Authors in byline order; may be left out."""
    affiliations: dict[Identifier, Affiliation | Text] = Field(default_factory=dict)
    """Institutions by a short name of your choice: a letter, then letters, digits, “-” and “_”."""
    abstract: Text | tuple[AbstractPart, ...] | None = None
    """Prose, or a list of headed parts."""
    key_points: tuple[Text, ...] = ()
    """Three to six sentences, each prose."""
    sections: tuple[Section, ...] = ()
    """The text."""
    figures: dict[Identifier, Figure] = Field(default_factory=dict)
    """Figures by name (a letter, then letters, digits, “-” and “_”); printed where first mentioned."""
    tables: dict[Identifier, Table] = Field(default_factory=dict)
    """Tables by name (a letter, then letters, digits, “-” and “_”); printed where first mentioned."""
    bibliography: OneOrMany = ()
    """File or files with the references (CSL, BibTeX, RIS, PubMed or EndNote XML), relative to the review's folder."""
    citation_style: Text = "springer-vancouver-brackets"
    """A CSL style by name, or a .csl file relative to the review's folder."""
    annotations: dict[CitationKey, Annotation] = Field(default_factory=dict)
    """Annotated references by citation key, as in `bibliography` and in `[@key]`, without “@”."""
    annotations_from: tuple[AnnotationField, ...] = ("annote", "annotation")
    """Fields of `bibliography` that hold annotations, best first; for works that have none in `annotations`."""
    marks: MarksPreset | Marks | None = None
    """A preset of marks and legend, or your own; the template's unless given."""
    marks_in_text: bool | None = None
    """True to print the marks beside citation numbers too, “[12••]”; as the template has it unless given."""
    annotation_limits: AnnotationLimits = AnnotationLimits()
    """What the checks hold annotations to."""
    journal: Text | None = None
    """The journal that it is for, by the name of its profile, such as springer-current-reports: its limits are checked,
    and its citation style, marks and pages are taken where the review does not say. `diptych journals` lists all."""
    limits: Limits = Limits()
    """How long things may be; these win over the journal's."""
    checks: Checks = Checks()
    """Rules of `diptych check` to leave out."""
    reference_groups: dict[Text, tuple[CitationKey, ...]] = Field(default_factory=dict)
    """Headings of your choice → citation keys, for templates that group the reference list; a work stands in the first
    that names it."""
    recommended_reading: tuple[CitationKey, ...] = ()
    """Works for a list of recommended reading, cited or not."""
    statements: Statements | None = None
    """Funding, conflicts of interest and the like."""
    word_reference: Text | None = None
    """A Word file (.docx, .dotx), relative to the review's folder: a journal's template, whose styles, headers, footers
    and pages win in the Word files; its text is left out."""
    abbreviations: dict[Text, Text] = Field(default_factory=dict)
    """Short form → long form, printed as a list where the template has one."""
