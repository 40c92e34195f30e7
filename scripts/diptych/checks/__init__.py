"""What a careful editor looks for: one function a rule, in one visible list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from diptych.checks import (
    abbreviations,
    annotated,
    floats,
    journal,
    lengths,
    numbers,
    reading,
    references,
    statements,
    structure,
    wording,
    works,
)
from diptych.checks.rule import Rule
from diptych.checks.subject import Subject
from diptych.diagnostics import Diagnostic, did_you_mean, warning

__all__ = ["BY_CODE", "RULES", "Rule", "kept", "run"]

RULES: tuple[Rule, ...] = (
    lengths.title_words,
    lengths.short_title_words,
    lengths.abstract_words,
    lengths.keywords_count,
    lengths.text_words,
    lengths.section_words,
    lengths.references_count,
    lengths.figures_and_tables_count,
    journal.abstract_headings,
    journal.title_abbreviation,
    journal.title_page,
    journal.needed_statement,
    statements.missing_statement,
    statements.corresponding_author,
    structure.empty_section,
    structure.lone_subsection,
    structure.deep_heading,
    structure.numbered_heading,
    structure.heading_stop,
    structure.citation_in_heading,
    structure.citation_in_abstract,
    structure.repeated_keyword,
    structure.placeholder,
    structure.text_behind_hash,
    abbreviations.unused,
    abbreviations.undefined,
    abbreviations.used_before,
    abbreviations.spelled_out_twice,
    abbreviations.not_used_again,
    floats.not_mentioned,
    floats.order,
    floats.typed_number,
    floats.alt_text,
    floats.caption_label,
    floats.caption_stops,
    numbers.unit_space,
    numbers.percent_spacing,
    numbers.range_hyphen,
    numbers.p_value,
    numbers.p_value_style,
    numbers.decimal_comma,
    numbers.typed_sign,
    numbers.number_first,
    wording.doubled_word,
    wording.stray_space,
    wording.missing_space,
    wording.doubled_mark,
    wording.spelling_variety,
    references.incomplete,
    references.near_duplicate,
    references.doi_form,
    references.preprint_published,
    references.year_sanity,
    references.page_sanity,
    works.retracted,
    works.author_form,
    works.title_capitals,
    annotated.grade_without_annotation,
    annotated.annotation_without_grade,
    annotated.graded_long_ago,
    annotated.too_many_graded,
    annotated.annotation_repeats_title,
    annotated.annotation_too_long,
    annotated.references_not_cited,
    reading.same_work,
    reading.repeated_reference,
    reading.missing_title,
    reading.bad_identifier,
    reading.name_as_text,
    reading.date_as_text,
    reading.uncited_annotation,
    reading.unused_footnote,
)

BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}


def run(subject: Subject) -> list[Diagnostic]:
    """What all rules find, and rules to be left out that there are not."""
    found = [problem for rule in RULES for problem in rule(subject)]
    for index, code in enumerate(subject.review.checks.skip):
        if code not in BY_CODE:
            hint = did_you_mean(code, BY_CODE) or "`diptych check --explain` lists all"
            span = subject.places.span(("checks", "skip", index))
            found.append(warning("unknown-rule", f"there is no rule “{code}”", span, hint))
    return found


def kept(problems: Iterable[Diagnostic], skip: Iterable[str]) -> list[Diagnostic]:
    """The problems without those of rules that the review leaves out; errors stay."""
    left_out = set(skip) & BY_CODE.keys()
    return [problem for problem in problems if problem.code not in left_out or problem.severity == "error"]
