"""What rules say, and where; and what they leave alone: a false alarm teaches authors to read no alarms at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import REVIEWS, ROOT
from diptych import checks, press
from diptych.checks.subject import Subject
from diptych.checks.unprinted import MARK, masked
from diptych.diagnostics import Diagnostic
from diptych.workspace import Workspace

REFERENCES = """
- {id: a, type: book, title: Larks, author: [{family: Falk}], publisher: Nest, issued: 2015}
- {id: b, type: book, title: Wrens, author: [{family: Bird}], publisher: Nest, issued: 2016}
"""


def found(root: Path, references: str = REFERENCES, **keys: Any) -> list[Diagnostic]:
    """What rules say of a review with these keys."""
    review = {"title": "Birds", "bibliography": "references.yaml", **keys}
    folder = root / "content" / "birds"
    folder.mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump({key.replace("_", "-"): value for key, value in review.items()}, allow_unicode=True)
    (folder / "review.yaml").write_text(written, encoding="utf-8")
    (folder / "references.yaml").write_text(references, encoding="utf-8")
    collected = press.collect(Workspace(root), folder / "review.yaml")
    assert collected.material is not None, collected.diagnostics
    run = checks.run(Subject(collected.material, collected.places, collected.journal))
    return [*collected.diagnostics, *run]


def codes(root: Path, text: str, lang: str = "en-US", **keys: Any) -> set[str]:
    sections = [{"heading": "Birds", "text": f"See [@a; @b].\n\n{text}"}]
    return {one.code for one in found(root, sections=sections, lang=lang, **keys)}


QUIET = {
    # wording
    "that that": "We know that that bird had had nests; the door, which is is open, is very very old.",
    "names": "From Walla Walla, the Bison bison and the Vulpes vulpes came to New York.",
    "end of a paragraph": "They sang, and it was the\n\nthe end.",
    "across a citation": "They sang to the [@a] the whole day, and $x$ x was it.",
    "code and formulas": "Write `the the ,, +/- 30mg` or $a <= b <= 10-20$, see https://example.org/the/the,,x.",
    "ellipsis": "They sang ... and sang… and e.g. 5 birds, i.e. 3.5 each, fig. 2 of theirs, Smith et al. 12 of them.",
    # numbers
    "units": "At 30 mg, 5 mL/min, 10 mm × 3 mm, 3T, 5G, 10k, COVID-19, 18F, PD-1, 2.5-fold, 16-year-old, H5N1.",
    "ranges": "10--20 or 10–20; on 2021-03-04, in 2021-03, NCT-0176, 1-2-3, 555-0123, ISBN 978-3-16, 5-4, day -2.",
    "p values": "*P* = .006, hazard ratio 0.345, *P* < .001; P. = 4 of them; the loop = 0.5.",
    "thousands": "There were 1,000 birds, 12,500 nests and 3,14159 of nothing.",
    "arrows": "Cells <-> nests, a <== b, 2 x is not a number, x 3 either.",
    "numbers within": "There were 12 birds. Twelve sang. In 2019 they left (12 of them). 3. is no sentence.",
    # abbreviations
    "known": "DNA, RNA and HIV; World War II, stage IV and type III; NOT all. DNA, RNA, HIV, IV, NOT.",
    "trials and genes": "SABR-COMET and KEYNOTE-189; the ORIOL trial, the ORIOL trial; *KRAS* and *KRAS*.",
    "defined": "The indoor wind speed (IWS) rose. IWS (indoor wind speed) is IWS, as IWSs are.",
    "defined within brackets": "Both rose (the indoor wind speed [IWS] and more). IWS fell.",
    "defined in brackets of its own": "It rose (Outdoor Wind-Speed Index, OWSI). The OWSI fell.",
    "once": "The RTOG wrote it.",
    # structure
    "initials": "A.F. and B.C. folded. U.S. and U.K. readers. St.Gallen, Ph.D. theses and M.Sc. ones.",
    "stops within words": "p.Val600Glu and c.35G>A, NM_000546.6:c.215C>G, e.g.Larks, v2.0.B, 3.5.Next, Node.JS,"
    " file.PDF, www.Larks.org, Larks.Com, pandas.DataFrame, https://doi.org/10.5555/abc.Def,"
    " doi:10.5555/lark-wren.Owls, x.Y.",
    "commas within numbers": "See 10,5 and [10,5]; in [0,1], coded 0,1 or (0,5), on days 0,5,10, i = 1,2,3,"
    " y = 0,1; HR 1,000; grades of 0,2 and 4; pages p 10,12; 1,250 of 12,500 and a ratio of 1,250 to 1.",
    "others' figures": "See Figure 2 of [@a].",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_right_is_left_alone(name: str, tmp_path: Path) -> None:
    found = codes(tmp_path, QUIET[name])
    allowed = {"abbreviation-twice"} if name == "defined" else set()
    assert found - allowed == set()


LANGUAGES = {
    "de": "Das ist das das Kind, die die Vögel sah. Es wog 3,5 mg. 12 Vögel sangen, und 40 % flogen.",
    "fr": "Nous nous voyons ; vous vous voyez : 40 % ! Il pesait 3,5 mg.",
    "fi": "Siinä oli oli kaksi lintua.",
    "ja": "鳥は鳥である。",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rules_of_english_are_for_english(lang: str, tmp_path: Path) -> None:
    assert codes(tmp_path, LANGUAGES[lang], lang) - {"language-without-words"} == set()


LOUD = (
    ("doubled-word", "They sang in the\nthe nest.", "en-US"),
    ("doubled-word", "Die Vögel sangen und und flogen.", "de"),
    ("unit-space", "A bird of 30mg and 2.5mL.", "en-US"),
    ("unit-space", "A drop of 10ml.", "en-US"),
    ("range-hyphen", "There were 10-20 of 0.5-0.9.", "en-US"),
    ("range-hyphen", "Es waren 10-20.", "de"),
    ("p-value", "Sharp (P = 0.000) noses.", "en-US"),
    ("p-value", "Sharp noses (P = 0.000, n = 3).", "en-US"),
    ("p-value-style", "(P = .03), (P = .04) and (p = .05).", "en-US"),
    ("decimal-comma", "A bird of 3,5 mg.", "en-GB"),
    ("decimal-comma", "Larks sang more (HR 0,5).", "en-GB"),
    ("decimal-comma", "Larks sang more, HR 0,5.", "en-US"),
    ("decimal-comma", "Larks sang more (HR = 1,25, 95% CI 1,05–1,50).", "en-US"),
    ("decimal-comma", "A hazard ratio of 0,7 and more.", "en-US"),
    ("decimal-comma", "It was so (*P* = 0,04).", "en-US"),
    ("decimal-comma", "It was so (P < 0,001).", "en-US"),
    ("decimal-comma", "It rose from 0,5 to 0.7.", "en-US"),
    ("decimal-comma", "Noses of 1.5 ± 0,5 inches.", "en-US"),
    ("decimal-comma", "An index near 0,05 is small.", "en-US"),
    ("missing-space", "Control was good.SBRT was used.", "en-US"),
    ("missing-space", "Control was good.The lark sang.", "en-US"),
    ("missing-space", "Control was long-term.The lark sang.", "en-US"),
    ("missing-space", "Control was good [@a].The lark sang.", "en-US"),
    ("missing-space", "Control was good (12 larks).The lark sang.", "en-US"),
    ("missing-space", "Es war gut.Die Lerche sang.", "de"),
    ("percent-spacing", "Of 40% and 50% and 60 %.", "en-US"),
    ("typed-sign", "Noses of 3 x 4 mm, <= 5.", "en-US"),
    ("number-first", "They sang. 12 birds flew.", "en-US"),
    ("stray-space", "They sang , and flew .", "en-US"),
    ("spelling-variety", "A tumour.", "en-US"),
    ("spelling-variety", "A tumor.", "en-GB"),
    ("abbreviation-undefined", "The IWS rose; IWS fell.", "en-US"),
    ("abbreviation-undefined", "The wind (as seen indoors, IWS) rose; IWS fell.", "en-US"),
    ("placeholder", "Add this ??? here.", "en-US"),
)


@pytest.mark.parametrize(("code", "text", "lang"), LOUD)
def test_what_is_wrong_is_found(code: str, text: str, lang: str, tmp_path: Path) -> None:
    assert code in codes(tmp_path, text, lang)


DART = {
    "figures": {"dart": {"src": "dart.svg", "alt": "A sheet of paper with a fold", "caption": "The folds."}},
    "tables": {"kinds": {"caption": "Kinds of birds", "columns": ["Kind"], "rows": [["Lark"]]}},
}


@pytest.mark.parametrize(
    "said",
    ["figure 1", "fig. 1", "fig 1A", "Figure 1", "Fig. 1b", "table 1", "Table 1", "tab. 1"],
)
@pytest.mark.parametrize("text", ["See {}.", "It is so ({}; twice).", "It is so, as {} shows.", "{} and more."])
def test_a_typed_number_of_a_figure_or_table_is_found_with_a_small_letter_too(
    said: str, text: str, tmp_path: Path
) -> None:
    assert "typed-number" in codes(tmp_path, text.format(said), **DART)


@pytest.mark.parametrize(
    "text",
    [
        "A figure 8 knot, a figure 8.",
        "In this figure 10 larks sing, and at the table 4 of them.",
        "See Figure 2 of [@a], [@a, fig. 2], supplementary figure 2 and Supplementary Table 3.",
        "Figure 1,000 and table 1.5 are none; stable 1, refig 2.",
    ],
)
def test_figures_that_are_none_of_ours_are_left_alone(text: str, tmp_path: Path) -> None:
    assert "typed-number" not in codes(tmp_path, text, **DART)


def test_british_and_american_words_that_look_alike_are_no_slips(tmp_path: Path) -> None:
    words = "The literature on colorectal laboratories is characteristic; Cancer Center, Colour Ltd."
    assert codes(tmp_path, words, "en-US") == set()
    assert codes(tmp_path, words + " They randomized and analyzed.", "en-GB") == set()


TEXT = """title: Birds
sections:
  - heading: Larks
    text: |
      They sang *in* `code` and $x$ in the the nest, and weighed
      30mg each; the Indoor Wind Speed (IWS) was not measured.
"""


def test_a_remark_points_at_the_very_words(tmp_path: Path) -> None:
    file = tmp_path / "content" / "birds" / "review.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, encoding="utf-8")
    places = {}
    for one in press.check(Workspace(tmp_path), file).diagnostics:
        assert one.span
        assert one.source_line
        end = one.span.end_column or one.span.column
        places[one.code] = (one.span.line, one.source_line[one.span.column - 1 : end - 1])
    assert places == {"doubled-word": (5, "the the"), "unit-space": (6, "30mg"), "abbreviation-once": (6, "IWS")}


def test_a_remark_on_a_reference_shows_its_line(tmp_path: Path) -> None:
    file = tmp_path / "content" / "birds" / "review.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("title: T\nbibliography: r.yaml\nsections: [{heading: A, text: '[@x]'}]\n", encoding="utf-8")
    (file.parent / "r.yaml").write_text("# one\n- {id: x, type: book, title: Larks}\n", encoding="utf-8")
    (problem,) = press.check(Workspace(tmp_path), file).diagnostics
    assert (problem.code, problem.source_line) == ("reference-incomplete", "- {id: x, type: book, title: Larks}")


def test_rules_are_left_out_by_their_codes_and_errors_stay(tmp_path: Path) -> None:
    sections = [{"heading": "A", "text": "the the [@nobody]"}]
    file = tmp_path / "content" / "birds" / "review.yaml"
    found(tmp_path, sections=sections, checks={"skip": ["doubled-word", "references-not-cited", "bad-identifier"]})
    codes = [one.code for one in press.check(Workspace(tmp_path), file).diagnostics]
    assert codes == ["unknown-citation"]


def test_a_rule_to_leave_out_that_there_is_not_is_reported(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, references="", checks={"skip": ["double-word"]})
    assert (problem.code, problem.severity, problem.hint) == ("unknown-rule", "warning", "did you mean “doubled-word”?")


DIFFERENT = """
- {id: a, type: article-journal, title: "Wind in stairwells: part 1", author: [{family: Gust}],
   container-title: J Breezes, issued: 2020, volume: 1, page: 1-9}
- {id: b, type: article-journal, title: "Wind in stairwells: part 2", author: [{family: Gust}],
   container-title: J Breezes, issued: 2020, volume: 1, page: 10-19}
- {id: c, type: article-journal, title: "Wind in stairwells: phase II trial", author: [{family: Eddy}],
   container-title: J Breezes, issued: 2020, volume: 2, page: e12-e19}
- {id: d, type: article-journal, title: "Wind in stairwells: phase III trial", author: [{family: Eddy}],
   container-title: J Breezes, issued: 2021, volume: 3, page: "9132359"}
- {id: e, type: article-journal, title: Retracted flight of darts, author: [{literal: Dart Group and Friends}],
   container-title: J Breezes, issued: 2021, volume: 4, page: S12–S19, DOI: 10.1016/S0140-6736(18)32487-5}
- {id: f, type: article-journal, title: Online first, author: [{family: Late}], container-title: J Breezes,
   issued: 2021, DOI: 10.5555/late}
"""


def test_works_that_are_different_and_whole_are_left_alone(tmp_path: Path) -> None:
    sections = [{"heading": "A", "text": "[@a; @b; @c; @d; @e; @f]"}]
    assert found(tmp_path, DIFFERENT, sections=sections, date="2021") == []


@pytest.mark.parametrize(
    "author",
    [
        {"family": "Fold A, Gust B"},
        {"family": "Fold A", "given": "Gust B"},  # what BibTeX makes of commas
        {"family": "Fold A", "suffix": "van der Gust BC", "given": "Eddy D"},
        {"literal": "Fold A.B., O'Gust C"},
        {"literal": "Fold A, Gust B, et al."},
        {"literal": "Fold A et al."},
        {"family": "Fold; Gust"},
    ],
    ids=str,
)
def test_several_authors_in_one_name_are_reported(tmp_path: Path, author: dict[str, str]) -> None:
    work = {"id": "a", "type": "book", "title": "Larks", "author": [author], "publisher": "Nest", "issued": 2015}
    said = found(tmp_path, yaml.safe_dump([work]), sections=[{"heading": "A", "text": "[@a]"}])
    assert [one.code for one in said] == ["author-form"]


@pytest.mark.parametrize(
    "author",
    [
        {"family": "Fold", "given": "A B", "suffix": "Jr"},
        {"family": "van der Gust", "given": "Clara D"},
        {"family": "Gust", "given": "C."},
        {"literal": "Department of Health, Region A"},
        {"literal": "Study Group A"},
        {"literal": "Paper, Scissors and Stone Ltd"},
        {"family": "Fold B", "given": "Ada"},
    ],
    ids=str,
)
def test_one_name_is_left_alone(tmp_path: Path, author: dict[str, str]) -> None:
    work = {"id": "a", "type": "book", "title": "Larks", "author": [author], "publisher": "Nest", "issued": 2015}
    assert found(tmp_path, yaml.safe_dump([work]), sections=[{"heading": "A", "text": "[@a]"}]) == []


@pytest.mark.parametrize(
    ("years", "late"),
    [
        ((2015, 2016, 2019, 2020, 2201), ["e"]),
        ((2015, 2016, 2019, 2020, 2021), []),
        ((1925, 1931, 1960, 1971, 2021), []),
        ((1895, 2201), []),  # too few to say
        ((2201, 2201, 2202, 2203, 2203), []),
    ],
)
def test_without_a_date_a_work_long_after_all_others_is_reported(
    tmp_path: Path, years: tuple[int, ...], late: list[str]
) -> None:
    works = [
        {"id": key, "type": "book", "title": f"{key} {year}", "author": [{"family": key}], "publisher": "N"}
        | {"issued": year}
        for key, year in zip("abcde", years, strict=False)
    ]
    text = "; ".join(f"@{work['id']}" for work in works)
    said = found(tmp_path, yaml.safe_dump(works), sections=[{"heading": "A", "text": f"[{text}]"}])
    assert [one.message[1] for one in said] == late


def test_without_a_date_the_last_of_the_review_s_history_counts(tmp_path: Path) -> None:
    works = "[{id: a, type: book, title: T, author: [{family: F}], publisher: N, issued: 2021}]"
    keys: dict[str, Any] = {"sections": [{"heading": "A", "text": "[@a]"}]}
    assert found(tmp_path, works, **keys, dates={"received": "2019-03-01", "accepted": "2020-01"}) == []
    (said,) = found(tmp_path, works, **keys, dates={"received": "2019-03-01"})
    assert said.message == "“a” is of 2021, and this review of 2019"


@pytest.mark.parametrize("review", REVIEWS)
def test_the_reviews_of_the_house_have_nothing_to_be_warned_of(review: str) -> None:
    said = press.check(Workspace(ROOT), ROOT / "content" / review / "review.yaml").diagnostics
    assert [one for one in said if one.severity != "info"] == []
    assert {one.code for one in said} <= {"annotation-without-grade", "references-not-cited"}


PIECES = [
    "the the ",
    "`",
    "$",
    "[@a]",
    "@fig-x",
    "<!--",
    "-->",
    "[x](y)",
    "30mg",
    "\n",
    "\n\n",
    "{lang=fr}",
    "[^1]",
    "ü ",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_is_no_words_is_covered_and_the_rest_keeps_its_place(text: str) -> None:
    shown = masked(text)
    assert len(shown) == len(text)
    assert all(new in (old, " ", MARK) for old, new in zip(text, shown, strict=True))
    assert [new for old, new in zip(text, shown, strict=True) if old == "\n"] == ["\n"] * text.count("\n")


HOSTILE = {
    "one long word": "a" * 90_000,
    "one long number": "1" * 90_000,
    "open brackets": "[" * 90_000,
    "at signs in a bracket": "[" + "@" * 90_000,
    "comments that do not end": "<!--" * 20_000,
    "hyphens in a bracket": "AB (a" + "-a" * 40_000,
    "capitals": "AB " * 30_000,
    "dollars": "$a " * 30_000,
    "ticks": "".join("`" * count + " " for count in range(400)),
    "blanks": "a" + " " * 90_000 + "a",
    "definitions": "".join(f"apple pie {a}{b}{c} (A{a}{b}{c}). " for a in "XYZ" for b in "PQRSTUVW" for c in "KLMNOP")
    * 10,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_rules_longer_than_its_length(name: str, tmp_path: Path) -> None:
    """Whatever took the square of the length would take minutes here."""
    text = HOSTILE[name]
    key = ("sections", 0, "text")
    collected = collected_with(tmp_path, "Birds.")
    assert collected.material is not None
    texts = {**collected.material.passages.texts, key: text}
    passages = replace(collected.material.passages, texts=texts)
    subject = Subject(replace(collected.material, passages=passages), collected.places)
    assert isinstance(checks.run(subject), list)


def collected_with(root: Path, text: str) -> press.Collected:
    file = root / "content" / "birds" / "review.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(f"title: Birds\nsections: [{{heading: A, text: {text}}}]\n", encoding="utf-8")
    return press.collect(Workspace(root), file)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_rules_take_any_text(tmp_path: Path, text: str) -> None:
    shown = text.strip() or "x"
    sections = [{"heading": "A", "text": shown}]
    try:
        found(tmp_path, sections=sections, abstract=shown, keywords=[shown], abbreviations={"AB": shown})
    except AssertionError:
        return  # YAML refuses the text, and says so
