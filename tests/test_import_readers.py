"""References from other programs: messy files load, bad entries are reported alone, hostile ones do no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.bibliography import library
from diptych.bibliography.library import Library
from diptych.bibliography.readers import latex
from diptych.bibliography.readers.bibtex_names import names
from diptych.bibliography.readers.common import date, pages, person
from diptych.bibliography.shelf import Shelf
from diptych.bibliography.writers import WRITERS
from diptych.diagnostics import Diagnostic, has_errors
from diptych.workspace import Workspace

FILES = Path(__file__).parent / "references"
NAMES = sorted(file.name for file in FILES.iterdir() if file.suffix in (".bib", ".ris", ".nbib", ".xml"))


def read(folder: Path, name: str, content: str | bytes, **options: Any) -> tuple[Library, list[Diagnostic]]:
    """The library of one file with that content."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return library.read(Workspace(folder), folder, [name], **options)


def codes(problems: list[Diagnostic]) -> list[tuple[str, int]]:
    return [(problem.code, problem.span.line if problem.span else 0) for problem in problems]


# Whole files: beside each stands what it gives as CSL-YAML, and what is said of it


@pytest.mark.parametrize("name", NAMES)
def test_a_messy_file_loads_as_expected(name: str) -> None:
    found, problems = library.read(Workspace(FILES), FILES, [name])
    complaints = FILES / f"{name}.txt"
    said = [
        f"{problem.span.line if problem.span else 0}: {problem.severity}[{problem.code}]: {problem.message}"
        for problem in problems
    ]
    assert said == (complaints.read_text().splitlines() if complaints.is_file() else [])
    assert WRITERS["csl-yaml"](list(found.items.values())) == (FILES / f"{name}.yaml").read_text()


@pytest.mark.parametrize("suffix", [".bib", ".ris", ".nbib", ".xml"])
def test_there_are_three_messy_files_of_each_format(suffix: str) -> None:
    assert len([name for name in NAMES if name.endswith(suffix)]) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_known_by_its_content_where_the_ending_says_nothing(tmp_path: Path, name: str) -> None:
    data = (FILES / name).read_bytes()
    by_ending, _ = read(tmp_path, name, data)
    by_content, _ = read(tmp_path, "references", data)
    assert {key: item.data for key, item in by_content.items.items()} == {
        key: item.data for key, item in by_ending.items.items()
    }


@pytest.mark.parametrize("name", ["accents.bib", "databases.ris", "journals.nbib", "styled.xml"])
def test_byte_order_marks_and_line_ends_make_no_difference(tmp_path: Path, name: str) -> None:
    text = (FILES / name).read_text()
    plain, _ = read(tmp_path, name, text)
    marked, _ = read(tmp_path, name, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [(item.data, item.annotation) for item in marked.items.values()] == [
        (item.data, item.annotation) for item in plain.items.values()
    ]


def test_utf_16_is_known_by_its_mark(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "a.ris", "TY  - BOOK\nAU  - Groß, Ä\nTI  - T\nER  - \n".encode("utf-16"))
    assert (found.items["gross"].data["author"], problems) == ([{"family": "Groß", "given": "Ä"}], [])


def test_old_encodings_are_read_line_by_line_with_one_warning(tmp_path: Path) -> None:
    mixed = "@book{a, title={Größe}}\n".encode() + "@book{b, title={Größe}}\n".encode("cp1252")
    found, problems = read(tmp_path, "a.bib", mixed)
    assert [item.data["title"] for item in found.items.values()] == ["Größe", "Größe"]
    assert codes(problems) == [("old-encoding", 2)]


def test_an_author_s_own_file_must_be_utf_8(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a.yaml", "- {id: ü}".encode("cp1252"))
    assert codes(problems) == [("bad-encoding", 1)]


# Keys


def test_entries_without_a_key_get_one_from_name_and_year(tmp_path: Path) -> None:
    record = "TY  - JOUR\nAU  - {name}\nTI  - {title}\nPY  - 2015\nER  - \n"
    text = "".join(
        record.format(name=name, title=f"Title {index}")
        for index, name in enumerate(["Müller-Łuk, A", "Müller-Łuk, B", "Müller-Łuk, C", "山田, 太", "de la Cruz, A"])
    )
    found, _ = read(tmp_path, "a.ris", text)
    assert list(found.items) == ["mullerluk2015", "mullerluk2015a", "mullerluk2015b", "title2015", "cruz2015"]


def test_a_key_in_ris_is_kept_if_it_is_one_and_the_only_one(tmp_path: Path) -> None:
    keys = ["rope2015", "4711", "twice", "twice", "https://example.org/x"]
    text = "".join(f"TY  - BOOK\nID  - {key}\nTI  - Title {index}\nER  - \n" for index, key in enumerate(keys))
    found, _ = read(tmp_path, "a.ris", text)
    assert list(found.items) == ["rope2015", "title", "titlea", "titleb", "titlec"]


def test_an_entry_of_bibtex_without_a_key_gets_one_as_in_ris(tmp_path: Path) -> None:
    fields = "author={Ash, C.}, title={Hemp}, year=2001"
    text = f"@misc{{,\n {fields}}}\n@misc( , title={{Sisal}})\n@book{{ash2001, title={{Rope}}, crossref={{ }}}}\n"
    found, problems = read(tmp_path, "a.bib", text)
    titles = {key: one.data["title"] for key, one in found.items.items()}
    assert titles == {"ash2001a": "Hemp", "sisal": "Sisal", "ash2001": "Rope"}
    assert [problem.code for problem in problems if problem.severity == "error"] == []


def test_a_key_that_is_made_is_not_one_that_a_later_reference_has(tmp_path: Path) -> None:
    text = "TY  - BOOK\nTI  - Rope\nER  - \nTY  - BOOK\nID  - rope\nTI  - Hemp\nER  - \n"
    found, problems = read(tmp_path, "a.ris", text)
    assert {key: one.data["title"] for key, one in found.items.items()} == {"ropea": "Rope", "rope": "Hemp"}
    assert problems == []


@pytest.mark.parametrize("entry", ["@misc{}", "@misc{title = {T}}", "@misc{, title=}"])
def test_what_can_be_no_key_is_still_an_error(tmp_path: Path, entry: str) -> None:
    _, problems = read(tmp_path, "a.bib", entry)
    assert codes(problems)[0] == ("broken-bibtex", 1)


def test_zotero_s_pinned_key_is_the_key(tmp_path: Path) -> None:
    note = "Citation Key: rope2015\\nPMID: 123"
    source = f'[{{"id": "http://zotero.org/1", "type": "book", "title": "T", "note": "{note}\\nRead it."}}]'
    found, problems = read(tmp_path, "a.json", source)
    assert problems == []
    assert found.items["rope2015"].data == {
        "id": "rope2015",
        "type": "book",
        "title": "T",
        "note": "Read it.",
        "PMID": "123",
    }


def test_every_string_that_is_not_defined_is_reported_once(tmp_path: Path) -> None:
    entry = "@article{a, title={T}, journal = jrope, publisher = knot # jrope, month = jan}"
    found, problems = read(tmp_path, "a.bib", entry)
    assert codes(problems) == [("undefined-string", 1), ("undefined-string", 1)]
    assert ["“jrope”" in problems[0].message, "“knot”" in problems[1].message] == [True, True]
    assert found.items["a"].data["title"] == "T"


def test_a_string_that_is_not_defined_hides_nothing_that_is_broken_behind_it(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a.bib", "@article{a, title={T}, journal = jrope, note = {never closed")
    assert codes(problems) == [("undefined-string", 1), ("broken-bibtex", 1)]


# Annotations and grades

REMARKS = "annote={From annote}, annotation={From annotation}, note={From note}, extra={From extra}"


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (("annote", "annotation"), "From annote"),
        (("annotation",), "From annotation"),
        (("note", "annote"), "From note"),
        (("extra",), "From extra"),
        ((), None),
    ],
)
def test_the_fields_that_hold_annotations_can_be_chosen(
    tmp_path: Path, sources: tuple[str, ...], expected: str | None
) -> None:
    found, _ = read(tmp_path, "a.bib", f"@book{{a, title={{T}}, {REMARKS}}}", annotations_from=sources)
    assert found.items["a"].annotation == expected


def test_an_annotation_is_not_also_a_field_that_the_style_prints(tmp_path: Path) -> None:
    source = f"@book{{a, title={{T}}, {REMARKS}}}"
    as_usual, _ = read(tmp_path, "a.bib", source)
    assert (as_usual.items["a"].data.get("annote"), as_usual.items["a"].data.get("note")) == (None, "From note")
    from_note, _ = read(tmp_path, "a.bib", source, annotations_from=("note",))
    assert (from_note.items["a"].data.get("annote"), from_note.items["a"].data.get("note")) == ("From annote", None)


@pytest.mark.parametrize(
    "field",
    [
        "importance={2}",
        "keywords={rope, importance: 2}",
        "note={importance: 2}",
        "note={PMID: 1 PMCID: PMC2 importance: 2}",
        "extra={PMID: 1\nimportance: 2\nmore}",
        "annote={Worth reading.\nimportance: 2}",
        "annotation={Importance: 2. Worth reading.}",
    ],
)
def test_a_grade_is_found_wherever_programs_keep_it(tmp_path: Path, field: str) -> None:
    found, problems = read(tmp_path, "a.bib", f"@book{{a, title={{T}}, {field}}}")
    assert (found.items["a"].importance, problems) == (2, [])
    assert "importance" not in str(found.items["a"].data)


def test_a_grade_that_is_none_is_a_warning(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "a.bib", "@book{a, title={T}, importance={high}}")
    assert (found.items["a"].importance, codes(problems)) == (None, [("bad-importance", 1)])


def test_a_number_named_in_the_middle_of_a_note_is_text(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "a.bib", "@book{a, title={T}, note={See PMID: 12 for the erratum}}")
    assert "PMID" not in found.items["a"].data
    assert found.items["a"].data["note"] == "See PMID: 12 for the erratum"


CAS = "1:CAS:528:DC%2BC2MXjsVagur0%3D"
CAS_ADDRESS = f"https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&coi={CAS}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("note.bib", f"@book{{a, title={{T}}, note={{CAS: {CAS}}}}}"),
        ("extra.bib", f"@book{{a, title={{T}}, extra={{CAS: {CAS}}}}}"),
        ("raw.bib", "@book{a, title={T}, note={CAS: 1:CAS:528:DC+C2MXjsVagur0=}}"),
        ("address in a note.bib", f"@book{{a, title={{T}}, note={{CAS: {CAS_ADDRESS}}}}}"),
        ("field.bib", f"@book{{a, title={{T}}, cas={{{CAS}}}}}"),
        ("address.bib", f"@book{{a, title={{T}}, url={{{CAS_ADDRESS}}}}}"),
        ("note.ris", f"TY  - BOOK\nID  - a\nTI  - T\nN1  - CAS: {CAS}\nER  - \n"),
        ("extra.ris", f"TY  - BOOK\nID  - a\nTI  - T\nM2  - CAS: {CAS}\nER  - \n"),
        ("address.ris", f"TY  - BOOK\nID  - a\nTI  - T\nUR  - {CAS_ADDRESS}\nER  - \n"),
        ("note.json", f'[{{"id": "a", "type": "book", "title": "T", "note": "CAS: {CAS}"}}]'),
        ("field.json", f'[{{"id": "a", "type": "book", "title": "T", "CAS": "{CAS}"}}]'),
        (
            "note.xml",
            "<xml><records><record><ref-type name='Book'>6</ref-type><titles><title>T</title></titles>"
            f"<notes>CAS: {CAS}</notes></record></records></xml>",
        ),
    ],
)
def test_the_cas_id_is_found_wherever_it_is_kept(tmp_path: Path, name: str, text: str) -> None:
    found, problems = read(tmp_path, name, text)
    (one,) = found.items.values()
    assert (one.data["CAS"], problems) == (CAS, [])
    assert not one.data.get("note") and "URL" not in one.data


def test_the_address_of_cas_is_not_taken_for_that_of_the_work(tmp_path: Path) -> None:
    text = f"TY  - BOOK\nTI  - T\nUR  - {CAS_ADDRESS}\nUR  - https://example.org/t\nER  - \n"
    found, _ = read(tmp_path, "a.ris", text)
    assert (found.items["ref"].data["CAS"], found.items["ref"].data["URL"]) == (CAS, "https://example.org/t")


def test_the_number_of_a_substance_in_a_note_is_text(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "a.bib", "@book{a, title={T}, note={CAS: 50-00-0}}")
    assert (found.items["a"].data["note"], "CAS" in found.items["a"].data) == ("CAS: 50-00-0", False)
    assert problems == []


# The same work twice


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("doi={10.5555/A}, title={One}", "doi={https://doi.org/10.5555/a}, title={Two}"),
        ("pmid={123}, title={One}", "note={PMID: 123}, title={Two}"),
        (
            r"title={The {DNA} of \emph{Ropes}!}, author={Gro{\ss}, A}, year=2001",
            "title={The DNA of ropes}, author={Gross, Ada}, year=2001",
        ),
    ],
)
def test_the_same_work_under_two_keys_is_a_warning_with_both_places(tmp_path: Path, first: str, second: str) -> None:
    found, (problem,) = read(tmp_path, "a.bib", f"@article{{a, {first}}}\n\n@article{{b, {second}}}")
    assert list(found.items) == ["a", "b"]
    assert codes([problem]) == [("same-work", 3)]
    assert "“a” (a.bib, line 1)" in problem.message


def test_works_of_one_author_and_year_with_other_titles_differ(tmp_path: Path) -> None:
    entries = "@article{a, title={One}, author={X, Y}, year=2001}\n@article{b, title={Two}, author={X, Y}, year=2001}"
    assert read(tmp_path, "a.bib", entries)[1] == []


def test_an_entry_that_is_there_twice_word_for_word_is_a_warning(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a.bib", "@book{a, title={T}}\n@book{a, title={T}}")
    assert [(problem.severity, problem.code) for problem in problems] == [("warning", "repeated-reference")]


# LaTeX, names, dates and pages


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            r"{\'E}cole d\'{\i}t t\^{o}t \c c \v{S} \u{g} \H{o} \k{a} \r a \=o \.z \d{h} \t{oo}",
            "École dít tôt ç Š ğ ő ą å ō ż ḥ o͡o",
        ),
        (r"\ss\ \o \L{}\ae{} {\AA}ngstr{\"o}m \aa", "ß øŁæ Ångström å"),
        (r"50\% of \$5 \& more\_less \#1 \{x\}", "50% of $5 & more_less #1 {x}"),
        (
            r"$\alpha_{1}$-rope at $10^{-3}$, $\frac{1}{2}$, $\sqrt{2}$, $p \leq 0.05$",
            "α<sub>1</sub>-rope at 10<sup>−3</sup>, 1/2, √(2), p ≤ 0.05",
        ),
        (r"\textsuperscript{18}F and CO\textsubscript{2}", "<sup>18</sup>F and CO<sub>2</sub>"),
        (
            r"\emph{in vitro}, {\it in vivo}, \textbf{b}, \textsc{sc}",
            '<i>in vitro</i>, <i>in vivo</i>, <b>b</b>, <span style="font-variant:small-caps;">sc</span>',
        ),
        ("``quoted'' and `single' -- a---b~c", "“quoted” and ‘single’ – a—b c"),
        ("O'Brien's", "O'Brien's"),
        (r"\unknown{kept} \noop{dropped}\cite{x}", "kept"),
        ("it costs $5", "it costs $5"),
        (r"{\noop{1973}}Rope {{DNA}} {M}ix", "Rope DNA Mix"),
        (r"{\textless}i{\textgreater}P. knot{\textless}/i{\textgreater} {\textgreater}50\%", "<i>P. knot</i> >50%"),
        (r"\textbeta-knots, \textalpha{} \textbar{} $\upmu$m", "β-knots, α | μm"),
        (r"37 $^\circ$C, 37$^{\circ}$C and 37~\textcelsius", "37 °C, 37°C and 37 °C"),
        (r"13{\textperiodcentered}5 months, $2\cdot3$", "13·5 months, 2·3"),
        (r"\enquote{Tied} in \foreignlanguage{german}{Bremen}", "“Tied” in Bremen"),
    ],
)
def test_latex_becomes_readable_text(written: str, expected: str) -> None:
    assert latex.text(written) == expected


def test_latex_in_an_annotation_becomes_our_prose() -> None:
    written = "A \\emph{first}, see \\citep{a, b} and $x^2$.\n\nSecond \\textbf{one}."
    assert latex.prose(written) == "A *first*, see [@a; @b] and $x^2$.\n\nSecond **one**."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"{$\geq$}2 lines and 10$^{-3}$5", "≥2 lines and 10^−3^5"),
        (r"$ x < 2 $ holds", "$x < 2$ holds"),
        (r"nothing in $ $ here", "nothing in here"),
    ],
)
def test_a_formula_that_markdown_would_not_take_for_one_is_none(written: str, expected: str) -> None:
    assert latex.prose(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Falk, Ada", [{"family": "Falk", "given": "Ada"}]),
        ("Ada B. Falk", [{"family": "Falk", "given": "Ada B."}]),
        ("A.B. Falk and C Doe", [{"family": "Falk", "given": "A. B."}, {"family": "Doe", "given": "C"}]),
        ("van den Berg, Anna", [{"family": "Berg", "given": "Anna", "non-dropping-particle": "van den"}]),
        ("Ludwig van Beethoven", [{"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"}]),
        ("{van den Berg}, Anna", [{"family": "van den Berg", "given": "Anna"}]),
        ("King, Jr., Martin", [{"family": "King", "given": "Martin", "suffix": "Jr."}]),
        ("Martin King, Jr.", [{"family": "King", "given": "Martin", "suffix": "Jr."}]),
        ("Martin King Jr.", [{"family": "King", "given": "Martin", "suffix": "Jr."}]),
        ("{World Knot Organization}", [{"literal": "World Knot Organization"}]),
        ("{Barnes and Noble} AND others", [{"literal": "Barnes and Noble"}, {"literal": "others"}]),
        (r"{\'E}mile Zola", [{"family": "Zola", "given": "Émile"}]),
        (
            "family=Berg, given=Anna, prefix=van den",
            [{"family": "Berg", "given": "Anna", "non-dropping-particle": "van den"}],
        ),
        (
            "family=Berg, given=Anna B., given-i={AB}, prefix=van den, useprefix=true",
            [{"family": "Berg", "given": "Anna B.", "non-dropping-particle": "van den"}],
        ),
        (
            "family=Humboldt, given=Alexander, prefix=von, useprefix=false and "
            "family=King, given=Martin, suffix=Jr., juniorcomma=true",
            [
                {"family": "Humboldt", "given": "Alexander", "dropping-particle": "von"},
                {"family": "King", "given": "Martin", "suffix": "Jr."},
            ],
        ),
        ("Plato", [{"family": "Plato"}]),
        ("Falk, Ada and", [{"family": "Falk", "given": "Ada"}]),
        ("Falk, A.; Doe, C.", [{"family": "Falk", "given": "A."}, {"family": "Doe", "given": "C."}]),
        ("{Knots; Ropes}; Doe, C.", [{"literal": "Knots; Ropes"}, {"family": "Doe", "given": "C."}]),
        ("Falk AB, Van Loo C", [{"family": "Falk", "given": "A. B."}, {"family": "Van Loo", "given": "C"}]),
        ("Falk, A. B., Doe, C.", [{"family": "Falk", "given": "A. B."}, {"family": "Doe", "given": "C."}]),
        ("Smith J. and Van Loo K.B.", [{"family": "Smith", "given": "J."}, {"family": "Van Loo", "given": "K. B."}]),
        ("Hao LI", [{"family": "LI", "given": "Hao"}]),
        (" and ", []),
    ],
)
def test_names_in_bibtex_are_taken_apart(written: str, expected: list[dict[str, str]]) -> None:
    assert names(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("O'Brien, J.B.", {"family": "O'Brien", "given": "J. B."}),
        ("Smith, JB", {"family": "Smith", "given": "J. B."}),
        ("King, Martin, Jr", {"family": "King", "given": "Martin", "suffix": "Jr"}),
        ("King, Martin Jr", {"family": "King", "given": "Martin", "suffix": "Jr"}),
        ("World Knot Organization", {"literal": "World Knot Organization"}),
        ("World Knot Organization,", {"literal": "World Knot Organization"}),
        ("et al.", {"literal": "others"}),
        ("Smith J", {"family": "Smith", "given": "J"}),
        ("Smith JB", {"family": "Smith", "given": "J. B."}),
        ("van den Berg J.B.", {"family": "Berg", "given": "J. B.", "non-dropping-particle": "van den"}),
        ("van den Berg JB", {"family": "Berg", "given": "J. B.", "non-dropping-particle": "van den"}),
        ("Le Roux A", {"family": "Le Roux", "given": "A"}),
        ("De Wit TM", {"family": "De Wit", "given": "T. M."}),
        ("O'Brien JB Jr", {"family": "O'Brien", "given": "J. B.", "suffix": "Jr"}),
        ("La Leche League", {"literal": "La Leche League"}),
        ("Knots UK", {"literal": "Knots UK"}),
        ("Ropes and Knots,, UK", {"literal": "Ropes and Knots, UK"}),
        ("WHO", {"literal": "WHO"}),
        ("Knot Study Group B", {"literal": "Knot Study Group B"}),
        ("", None),
    ],
)
def test_names_in_databases_are_taken_apart(written: str, expected: dict[str, str] | None) -> None:
    assert person(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015", "2015"),
        ("2015 Mar 3", "2015-03-03"),
        ("3 März 2015", "2015-03-03"),
        ("March 2015", "2015-03"),
        ("août 2015", "2015-08"),
        ("2015/07/03/", "2015-07-03"),
        ("2015///", "2015"),
        ("03/07/2015", "2015-07-03"),
        ("20150703", "2015-07-03"),
        ("2015 Mar-Apr", "2015-03/2015-04"),
        ("2015 Spring", "2015-21"),
        ("2015/03/05/Spring", "2015-03-05"),
        ("2015//05/", "2015"),
        ("1998 Dec-1999 Jan", "1998-12/1999-01"),
        ("1998-1999", "1998/1999"),
        ("2015-02-30", "2015-02"),
        ("2015-13-01", "2015"),
        ("c. 1850", "1850~"),
        ("2015-07/2016", "2015-07/2016"),
        ("in press", {"literal": "in press"}),
        ("n.d.", None),
        ("", None),
    ],
)
def test_dates_in_words_and_figures_become_iso_8601(written: str, expected: Any) -> None:
    assert date(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12--19", "12-19"),
        ("12 – 19", "12-19"),
        ("S1-S9", "S1-S9"),
        ("pp. 12-19, 23", "12-19, 23"),
        ("e1234", "e1234"),
        ("12-", "12"),
    ],
)
def test_pages_have_hyphens(written: str, expected: str) -> None:
    assert pages(written) == expected


def test_pubmed_files_are_read_as_the_package_nbib_reads_them(tmp_path: Path) -> None:
    text = (FILES / "journals.nbib").read_text().lstrip("\n")
    found, _ = read(tmp_path, "a.nbib", text)
    for item, expected in zip(found.items.values(), nbib.read(text), strict=True):
        assert item.data["PMID"] == str(expected["pubmed_id"])
        assert item.data["container-title"] == expected["journal"]
        assert item.data.get("DOI") == expected.get("doi")
        assert item.data.get("volume") == expected.get("journal_volume")
        for author, name in zip(item.data["author"], expected["authors"], strict=False):  # nbib knows full names only
            assert author["family"] in name["last_name"]


# Hostile files


def test_fifty_megabytes_of_nested_braces_end_in_a_diagnostic(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "a.bib", b"@article{x, title = " + b"{" * 50_000_000)
    assert (found.items, [problem.code for problem in problems]) == ({}, ["too-large"])


HOSTILE = {
    "one long entry.bib": "@article{x, title = {" + "a" * 1_000_000 + "}}",
    "deep braces.bib": "@article{x, title = " + "{" * 10_000 + "}" * 10_000 + "}",
    "many fields.bib": "@article(x, " + 't="a", ' * 30_000 + ")",
    "growing strings.bib": '@string{a0="xxxxxxxxxx"}\n'
    + "\n".join(f"@string{{a{n + 1} = a{n} # a{n}}}" for n in range(60))
    + "\n@article{x, title=a60}",
    "repeated strings.bib": '@string{a="'
    + "x" * 200_000
    + '"}\n'
    + "".join(f"@book{{x{n}, title=a}}\n" for n in range(999)),
    "long name.bib": "@article{x, title={T}, author={" + "a" * 200_000 + "}}",
    "many at signs.bib": "@" * 200_000,
    "many heads.bib": "@a{" * 200_000,
    "crossref chain.bib": "\n".join(f"@book{{x{n}, title={{T{n}}}, crossref={{x{n + 1}}}}}" for n in range(2_000)),
    "long name.ris": "TY  - JOUR\nTI  - T\nAU  - " + "x" * 200_000 + "\nER  - \n",
    "blank lines.ris": "TY  - JOUR\nAU  - a\n" + "\n" * 2_000_000,
    "short lines.ris": "TY  - JOUR\nAB  - a\n" + "b\n" * 250_000,
    "many records.ris": "TY  - JOUR\n" * 100_000,
    "long field.nbib": "PMID- 1\nTI  - a\n" + "      b\n" * 30_000,
    "short lines.nbib": "PMID- 1\nAB  - a\n" + " b\n" * 120_000,
    "many records.nbib": "PMID- 1\n" * 100_000,
    "laughs.xml": '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(97 + n + 1)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><xml><records><record><titles><title>&j;</title></titles></record></records></xml>",
    "nested.xml": "<xml>" + "<a>" * 1_000_000,
    "nested records.xml": "<xml><records>" + "<record>" * 10_000,
    "many records.xml": "<xml><records>" + "<record><a/></record>" * 60_000 + "</records></xml>",
    "junk.xml": "\x00\x01<xml>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_diagnostics(tmp_path: Path, name: str) -> None:
    _, problems = read(tmp_path, name, HOSTILE[name])
    assert problems


def test_a_file_outside_is_not_read_through_an_entity(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    dtd = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    record = "<xml><records><record><titles><title>&e;</title></titles></record></records></xml>"
    refused, problems = read(tmp_path, "a.xml", f'<?xml version="1.0"?>{dtd}{record}')
    assert (refused.items, codes(problems)) == ({}, [("xml-entities", 1)])
    external, _ = read(tmp_path, "b.xml", f'<!DOCTYPE x SYSTEM "file://{tmp_path}/secret">{record}')
    assert all("secret" not in str(item.data) for item in external.items.values())


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.bib", "@book{{a, title={{{}}}, author={{{}, A}}, annote={{{}}}}}"),
        ("a.ris", "TY  - BOOK\nID  - aa\nTI  - {}\nAU  - {}, A\nRN  - {}\nER  - \n"),
    ],
)
def test_characters_that_turn_or_hide_text_are_left_out_with_a_warning(tmp_path: Path, name: str, source: str) -> None:
    bad = "x\u202egnp\u2066\x07\x1by\ufeff"
    found, problems = read(tmp_path, name, source.format(bad, bad, bad))
    (item,) = found.items.values()
    assert (item.data["title"], item.data["author"][0]["family"], item.annotation) == ("xgnpy", "xgnpy", "xgnpy")
    assert {problem.code for problem in problems} == {"bad-character"}
    assert not has_errors(problems)


@given(st.sampled_from(NAMES), st.binary(max_size=12), st.floats(0, 1), st.integers(0, 40))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_damage_to_a_file_makes_a_traceback(name: str, put: bytes, where: float, cut: int) -> None:
    data = (FILES / name).read_bytes()
    at = int(where * len(data))
    shelf = Shelf(("annote", "note"))
    shelf.add_file(name, name, data[:at] + put + data[at + cut :])
    WRITERS["csl-yaml"](list(shelf.items.values()))


@given(st.sampled_from(["a.bib", "a.ris", "a.nbib", "a.xml", "a"]), st.binary(max_size=200) | st.text(max_size=200))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_no_bytes_make_a_traceback(name: str, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    for start in (b"", b"@book{a, title={", b"TY  - JOUR\nTI  - ", b"PMID- 1\nTI  - ", b"<xml><record><titles>"):
        Shelf(()).add_file(name, name, start + data)


@given(st.text(alphabet="\\{}$^_~`'\"-abAB %&#emphtxiou\n", max_size=60))
@settings(derandomize=True, deadline=None, max_examples=300)
def test_no_latex_makes_a_traceback(written: str) -> None:
    latex.text(written)
    latex.prose(written)
    names(written)


# Nothing is lost in silence


RIS = "TY  - JOUR\nAU  - Gull, A\nTI  - One\nPY  - 2015\nER  - \n"
SECOND = "TY  - BOOK\nAU  - Tern, B\nTI  - Two\nER  - \n"
MEDLINE = "PMID- 1\nAU  - Gull A\nTI  - One\nDP  - 2015\n\n"
BIBTEX = "@book{a, title={One}}\n"
RECORD = "<record><titles><title>One</title></titles></record>\n"


def titles(found: Library) -> list[str]:
    return [item.data.get("title", "") for item in found.items.values()]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("small.ris", RIS, SECOND.replace("TY", "ty").replace("AU", "au").replace("TI", "ti").replace("ER", "er")),
        ("capital.ris", RIS, SECOND.replace("TY  - BOOK", "Ty  - Book")),
        ("tight.ris", RIS, SECOND.replace("  - ", "-")),
        ("tabs.ris", RIS, SECOND.replace("  - ", "\t-\t")),
        ("hard blanks.ris", RIS, SECOND.replace("  - ", "\xa0\xa0-\xa0")),
        ("dashes.ris", RIS, SECOND.replace("-", "–")),
        ("indented.ris", RIS, "\n".join(f"    {line}" for line in SECOND.splitlines())),
        ("joined.ris", RIS, f"\ufeff{SECOND}"),
        ("returns.ris", RIS.replace("\n", "\r"), SECOND.replace("\n", "\r")),
        ("small.nbib", MEDLINE, "pmid- 2\nau  - Tern B\nti  - Two\n"),
        ("tight.nbib", MEDLINE, "PMID-2\nAU-Tern B\nTI-Two\n"),
        ("tabs.nbib", MEDLINE, "PMID\t- 2\nAU\t- Tern B\nTI\t- Two\n"),
        ("hard blanks.nbib", MEDLINE, "PMID-\xa02\nAU\xa0\xa0-\xa0Tern B\nTI\xa0\xa0-\xa0Two\n"),
        ("indented.nbib", MEDLINE, " PMID- 2\n AU  - Tern B\n TI  - Two\n"),
        ("joined.nbib", MEDLINE, "\ufeffPMID- 2\nAU  - Tern B\nTI  - Two\n"),
        ("hard blank.bib", BIBTEX, "\xa0@book{b, title={Two}, author={Tern, B}}"),
        ("joined.bib", BIBTEX, "\ufeff@book{b, title={Two}, author={Tern, B}}"),
    ],
)
def test_a_reference_is_read_however_its_tags_are_written(tmp_path: Path, name: str, first: str, second: str) -> None:
    found, problems = read(tmp_path, name, first + second)
    _, other = found.items.values()
    assert (titles(found), other.data["author"][0]["family"], problems) == (["One", "Two"], "Tern", [])


def test_text_that_looks_like_a_tag_stays_text(tmp_path: Path) -> None:
    text = "TY  - JOUR\nTI  - One\nAB  - Seen in\nT2-weighted pictures\nis - as we know -\nno matter.\nER  - \n"
    found, problems = read(tmp_path, "a.ris", text)
    (item,) = found.items.values()
    assert item.data["abstract"] == "Seen in T2-weighted pictures is - as we know - no matter."
    assert not problems


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("before the first.ris", "AU  - Tern, B\nTI  - Two\nER  - \n" + RIS, 1),
        ("between two.ris", RIS + "\nAU  - Tern, B\nTI  - Two\nER  - \n\n" + SECOND, 7),
        ("another word.ris", RIS + "TYPE - JOUR\nTI  - Two\nER  - \n", 6),
        ("no tag yet.ris", RIS + "TY  - JOUR\nsome text\nTI  - Two\nER  - \n", 7),
        ("before the first.nbib", "AU  - Tern B\nTI  - Two\n\n" + MEDLINE, 1),
        ("no PMID.nbib", MEDLINE + "OWN - NLM\nTI  - Two\nAU  - Tern B\n", 7),
        ("no tag.nbib", MEDLINE + "some text\n", 6),
        ("behind text.bib", BIBTEX + "see @book{b, title={Two}}\n", 2),
        ("behind another.bib", BIBTEX + "\n@book{b, title={Two}}, @book{c, title={C}}\n", 3),
        ("before the first.bib", "book{b, title={Two}}\n" + BIBTEX, 1),
        ("no brace.bib", BIBTEX + "@book b, title={Two}\n", 2),
        ("no at sign.bib", BIBTEX + "book{b, title={Two}}\n", 2),
        ("other case.xml", f"<xml><records>{RECORD}{RECORD.replace('record', 'Record')}</records></xml>", 2),
        ("text alone.xml", f"<xml><records>{RECORD}<record>Two</record></records></xml>", 2),
    ],
)
def test_what_is_no_reference_is_a_warning_at_its_line(tmp_path: Path, name: str, content: str, line: int) -> None:
    found, problems = read(tmp_path, name, content)
    assert codes(problems) == [("stray-text", line)]
    assert "One" in titles(found)
    assert not has_errors(problems)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("headed.ris", f"Provider: Birds\nDatabase: Gulls\nContent: text/plain\n\n{RIS}"),
        ("numbered.ris", f"Record #1 of 1\n{RIS}\n"),
        (
            "commented.bib",
            f"% @book{{b, title={{Two}}}}\n{BIBTEX}A word, or two.\n@comment{{@book{{c, title={{C}}}}}}\n",
        ),
        ("written to.bib", f"{BIBTEX}Written by gull@example.org, who knows.\n"),
    ],
)
def test_what_stands_between_references_by_custom_is_no_loss(tmp_path: Path, name: str, content: str) -> None:
    found, problems = read(tmp_path, name, content)
    assert (titles(found), problems) == (["One"], [])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bib", "@book{a, title={One}, title={Two}}"),
        ("a.json", '[{"id": "a", "type": "book", "title": "Two", "title": "One"}]'),
    ],
)
def test_a_field_that_is_there_twice_is_a_warning(tmp_path: Path, name: str, content: str) -> None:
    found, problems = read(tmp_path, name, content)
    assert (titles(found), codes(problems)) == (["One"], [("repeated-field", 1)])


def test_what_is_lost_beside_a_reference_hides_nothing_that_is_wrong_with_it(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a.xml", "<xml><records><Record><a/></Record><record><a/></record></records></xml>")
    assert codes(problems) == [("stray-text", 1), ("missing-title", 1)]
    _, problems = read(tmp_path, "a.json", '[{"id": "a", "type": "book", "volume": 1, "volume": 2}]')
    assert codes(problems) == [("repeated-field", 1), ("missing-title", 1)]


def test_a_list_of_endnote_s_without_its_parts_is_read_as_one(tmp_path: Path) -> None:
    record = "<record><contributors><authors>Tern, B</authors></contributors><titles><title>T</title></titles></record>"
    found, problems = read(tmp_path, "a.xml", f"<xml><records>{record}</records></xml>")
    assert [item.data["author"] for item in found.items.values()] == [[{"family": "Tern", "given": "B"}]]
    assert not problems


# What programs make of it


def test_what_stands_before_the_end_of_a_file_that_is_cut_off_is_kept(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "a.bib", "@article{a, title={T}, journal={Knots}, volume = 3")
    assert (found.items["a"].data["container-title"], found.items["a"].data["volume"]) == ("Knots", "3")
    assert codes(problems) == [("broken-bibtex", 1)]


def test_the_grade_in_an_annotation_is_no_part_of_it(tmp_path: Path) -> None:
    for annote in ("Worth reading.\nimportance: 2", "importance: 2; Worth reading."):
        found, _ = read(tmp_path, "a.bib", f"@book{{a, title={{T}}, annote={{{annote}}}}}")
        assert (found.items["a"].annotation, found.items["a"].importance) == ("Worth reading.", 2)
    found, _ = read(tmp_path, "a.bib", "@book{a, title={T}, annote={Knots of importance: 2 of them hold.}}")
    assert (found.items["a"].annotation, found.items["a"].importance) == ("Knots of importance: 2 of them hold.", None)


def test_an_address_that_an_entry_is_published_at_is_its_address(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "a.bib", r"@misc{a, title={T}, howpublished={\url{https://knots.example/a%20b_c}}}")
    assert found.items["a"].data == {
        "id": "a",
        "type": "document",
        "title": "T",
        "URL": "https://knots.example/a%20b_c",
    }
    found, _ = read(tmp_path, "b.bib", "@misc{a, title={T}, howpublished={Leaflet, www.knots.example}}")
    assert found.items["a"].data["publisher"] == "Leaflet, www.knots.example"


def test_a_doi_in_a_field_of_its_own_kind_is_no_genre(tmp_path: Path) -> None:
    found, _ = read(tmp_path, "a.ris", "TY  - JOUR\nTI  - T\nM3  - https://dx.doi.org/10.5555/a(1)\nER  - \n")
    (item,) = found.items.values()
    assert (item.data["DOI"], "genre" in item.data) == ("10.5555/a(1)", False)


def test_notes_in_html_are_read_as_the_prose_that_they_are(tmp_path: Path) -> None:
    note = "<p>Annotation: The <em>first</em> trial &amp; the best.</p>\n<p>Read it at p &lt; 0.05.</p>"
    found, _ = read(tmp_path, "a.ris", f"TY  - JOUR\nTI  - T\nN1  - {note}\nKW  - importance: 2\nER  - \n")
    (item,) = found.items.values()
    assert item.annotation == "The *first* trial & the best.\n\nRead it at p < 0.05."


def test_a_chapter_of_pubmed_without_a_type_names_its_book(tmp_path: Path) -> None:
    text = "PMID- 1\nTI  - Hitches\nBTI - KnotPearls\nPB  - Knot Press\nDP  - 2023\nAU  - Ash C\nPT  - Study Guide\n"
    (item,) = read(tmp_path, "a.nbib", text)[0].items.values()
    assert (item.data["type"], item.data["container-title"]) == ("chapter", "KnotPearls")


def test_a_journal_that_endnote_knows_in_full_is_printed_in_full_where_styles_want_it(tmp_path: Path) -> None:
    titles = "<titles><title>T</title><secondary-title>Ann Knots</secondary-title></titles>"
    journal = "<periodical><full-title>Annals of Knots</full-title><abbr-1>Ann Knots</abbr-1></periodical>"
    record = f'<record><ref-type name="Journal Article">17</ref-type>{titles}{journal}</record>'
    (item,) = read(tmp_path, "a.xml", f"<xml><records>{record}</records></xml>")[0].items.values()
    assert (item.data["container-title"], item.data["container-title-short"]) == ("Annals of Knots", "Ann Knots")


@pytest.mark.parametrize("key", ["m", "müller2019", "falk:2015/a"])
def test_a_citation_key_in_ris_is_kept(tmp_path: Path, key: str) -> None:
    found, _ = read(tmp_path, "a.ris", f"TY  - JOUR\nID  - {key}\nTI  - T\nER  - \n")
    assert list(found.items) == [key]


def test_a_type_of_ris_without_a_blank_before_it_is_a_type(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "refs.ris", "TY -JOUR\nTI  - Gulls\nER  - \n")
    assert [item.data["type"] for item in found.items.values()] == ["article-journal"]
    assert not problems


@pytest.mark.parametrize(
    "style", ["<style>Port</style> Town", "Port <style>Town</style>", "<style>Port <b>Town</b></style>"]
)
def test_all_words_of_an_endnote_field_are_read_however_it_is_styled(tmp_path: Path, style: str) -> None:
    record = f"<record><titles><title>Knots</title></titles><pub-location>{style}</pub-location></record>"
    (item,) = read(tmp_path, "a.xml", f"<xml><records>{record}</records></xml>")[0].items.values()
    assert item.data["publisher-place"] == "Port Town"


def endnote(folder: Path, kind: str, fields: str) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The data of a record of EndNote of that type, and what is said of it."""
    record = f'<record><ref-type name="{kind}">1</ref-type><titles><title>Knots</title></titles>{fields}</record>'
    found, problems = read(folder, "a.xml", f"<xml><records>{record}</records></xml>")
    return {**next(iter(found.items.values())).data}, problems


@pytest.mark.parametrize("day", ["20120516", "2012/05/16", "2012-05-16"])
def test_the_day_on_the_web_that_endnote_has_for_an_edition_is_none(tmp_path: Path, day: str) -> None:
    data, _ = endnote(tmp_path, "Journal Article", f"<edition>{day}</edition><dates><year>2013</year></dates>")
    assert ("edition" in data, data["issued"]) == (False, {"date-parts": [[2013]]})
    data, _ = endnote(tmp_path, "Journal Article", f"<edition>{day}</edition>")
    assert data["issued"] == {"date-parts": [[2012, 5, 16]]}
    assert endnote(tmp_path, "Book", "<edition>2nd ed.</edition>")[0]["edition"] == "2"


def test_the_longer_name_of_a_journal_is_the_whole_one(tmp_path: Path) -> None:
    titles = "<secondary-title>Knot Oncol</secondary-title>"
    journal = "<periodical><full-title>Knot Oncol</full-title><abbr-1>The Knot. Oncology</abbr-1></periodical>"
    data, _ = endnote(tmp_path, "Journal Article", f"<titles>{titles}</titles>{journal}")
    assert (data["container-title"], data["container-title-short"]) == ("The Knot. Oncology", "Knot Oncol")
    found, _ = read(tmp_path, "a.ris", "TY  - JOUR\nTI  - T\nJO  - Knot Oncol\nJ2  - The Knot. Oncology\nER  - \n")
    (item,) = found.items.values()
    assert (item.data["container-title"], item.data["container-title-short"]) == ("The Knot. Oncology", "Knot Oncol")


def test_what_endnote_numbers_a_web_page_with_is_when_it_was_seen(tmp_path: Path) -> None:
    data, _ = endnote(tmp_path, "Web Page", "<volume>2023</volume><number>15 June</number>")
    assert data["accessed"] == {"date-parts": [[2023, 6, 15]]}
    assert {"issue", "volume"}.isdisjoint(data)


def test_a_doi_that_endnote_has_as_an_address_is_the_doi(tmp_path: Path) -> None:
    url = "<urls><related-urls><url>https://doi.org/10.5555/knot.1</url></related-urls></urls>"
    data, problems = endnote(tmp_path, "Journal Article", url)
    assert (data["DOI"], "URL" in data, problems) == ("10.5555/knot.1", False, [])


@pytest.mark.parametrize("name", ["a.xml", "a.ris", "a.bib"])
def test_an_address_without_its_beginning_is_one(tmp_path: Path, name: str) -> None:
    address = "knots.example/study/NCT01"
    texts = {
        "a.xml": f"<records><record><titles><title>T</title></titles><urls>{address}</urls></record></records>",
        "a.ris": f"TY  - ELEC\nTI  - T\nUR  - {address}\nER  - \n",
        "a.bib": f"@online{{a, title={{T}}, url={{{address}}}}}",
    }
    found, problems = read(tmp_path, name, texts[name])
    assert [item.data["URL"] for item in found.items.values()] == [f"https://{address}"]
    assert problems == []


@pytest.mark.parametrize("said", ["Publish Ahead of Print", "Epub ahead of print", "Online First", "In Press"])
def test_a_volume_that_says_there_is_none_yet_is_the_status(tmp_path: Path, said: str) -> None:
    data, _ = endnote(tmp_path, "Journal Article", f"<volume>{said}</volume>")
    assert ("volume" in data, data["status"]) == (False, said)
    found, _ = read(tmp_path, "a.ris", f"TY  - JOUR\nTI  - T\nVL  - {said}\nER  - \n")
    assert [item.data["status"] for item in found.items.values()] == [said]
    found, _ = read(tmp_path, "a.bib", f"@article{{a, title={{T}}, volume={{{said}}}}}")
    assert found.items["a"].data["status"] == said


@pytest.mark.parametrize("written", ["Ash J, Bell K, Cole LM", "Ash, J., Bell, K., Cole, L. M."])
def test_authors_in_one_field_are_parted(tmp_path: Path, written: str) -> None:
    authors = f"<contributors><authors><author>{written}</author></authors></contributors>"
    data, _ = endnote(tmp_path, "Journal Article", authors)
    found, _ = read(tmp_path, "a.ris", f"TY  - JOUR\nTI  - T\nAU  - {written}\nER  - \n")
    for people in (data["author"], *(item.data["author"] for item in found.items.values())):
        assert [name["family"] for name in people] == ["Ash", "Bell", "Cole"]


def test_a_suffix_and_an_institution_with_commas_stay_one_name(tmp_path: Path) -> None:
    names = ("King, M. L., Jr", "Institute of Knots,, Department of Ropes, Port Town")
    authors = "".join(f"<author>{name}</author>" for name in names)
    data, _ = endnote(tmp_path, "Journal Article", f"<contributors><authors>{authors}</authors></contributors>")
    assert [name.get("suffix") or name["literal"] for name in data["author"]] == [
        "Jr",
        "Institute of Knots, Department of Ropes, Port Town",
    ]


def test_the_language_of_endnote_is_a_code(tmp_path: Path) -> None:
    assert endnote(tmp_path, "Journal Article", "<language>eng</language>")[0]["language"] == "en"


def test_issns_are_written_in_one_way(tmp_path: Path) -> None:
    isbn = "<isbn>14745488 (Electronic)&#13;1470-2045 (Linking)</isbn>"
    assert endnote(tmp_path, "Journal Article", isbn)[0]["ISSN"] == "1474-5488, 1470-2045"


def test_an_invisible_character_in_an_annotation_is_said_once(tmp_path: Path) -> None:
    entry = "TY  - JOUR\nTI  - T\nRN  - The \u202efirst.\nER  - \n"
    assert codes(read(tmp_path, "a.ris", entry)[1]) == [("bad-character", 1)]
    entry = "@book{a, title={T}, annote={The \u202efirst.}}"
    found, problems = read(tmp_path, "a.bib", entry)
    assert (codes(problems), found.items["a"].annotation) == ([("bad-character", 1)], "The first.")


def test_translators_of_both_of_endnote_s_groups_are_read(tmp_path: Path) -> None:
    groups = "".join(
        f"<{name}><author>{name}, A.</author></{name}>" for name in ("subsidiary-authors", "translated-authors")
    )
    record = f"<record><titles><title>Knots</title></titles><contributors>{groups}</contributors></record>"
    (item,) = read(tmp_path, "a.xml", f"<xml><records>{record}</records></xml>")[0].items.values()
    assert [name["family"] for name in item.data["translator"]] == ["subsidiary-authors", "translated-authors"]


def test_two_issns_of_endnote_on_lines_of_their_own_are_parted(tmp_path: Path) -> None:
    record = "<ref-type>17</ref-type><titles><title>Gulls</title></titles><isbn>0017-5749&#13;1468-3288</isbn>"
    found, problems = read(tmp_path, "refs.xml", f"<xml><records><record>{record}</record></records></xml>")
    assert [item.data["ISSN"] for item in found.items.values()] == ["0017-5749, 1468-3288"]
    assert not problems


def test_what_scopus_and_web_of_science_call_fields_of_bibtex_is_read(tmp_path: Path) -> None:
    scopus = (
        "@ARTICLE{a,\ntitle={T},\njournal={Annals of Knots},\nart_number={e91},\nabbrev_source_title={Ann. Knots},\n"
        "pubmed_id={28895107},\npage_count={12},\ndocument_type={Article},\n}\n"
    )
    (item,) = read(tmp_path, "a.bib", scopus)[0].items.values()
    named = ("page", "container-title-short", "PMID")
    assert [item.data.get(name) for name in named] == ["e91", "Ann. Knots", "28895107"]
    wos = "@article{ WOS:1,\nTitle = {{T}},\nEarly Access Date = {{SEP 2016}},\nJournal-ISO = {{Ann. Knots}},\n}\n"
    found, problems = read(tmp_path, "b.bib", wos)
    assert (found.items["WOS:1"].data["container-title-short"], problems) == ("Ann. Knots", [])


@pytest.mark.parametrize(
    ("written", "doi", "url"),
    [
        ("https://doi.org/10.5555/a", "10.5555/a", None),
        ("http://dx.doi.org/10.5555/a%28b%29", "10.5555/a(b)", None),
        (
            "http://dx.doi.org/10.5555/a https://link.example/retrieve/pii/S1",
            "10.5555/a",
            "https://link.example/retrieve/pii/S1",
        ),
        ("https://a.example/1 https://b.example/2", None, "https://a.example/1"),
    ],
)
def test_a_doi_among_the_addresses_is_the_doi(tmp_path: Path, written: str, doi: str | None, url: str | None) -> None:
    for name, content in (
        ("a.bib", f"@article{{a, title={{T}}, url={{{written}}}}}"),
        ("a.ris", f"TY  - JOUR\nTI  - T\nUR  - {written}\nER  - \n"),
    ):
        found, problems = read(tmp_path, name, content)
        (item,) = found.items.values()
        assert (item.data.get("DOI"), item.data.get("URL"), problems) == (doi, url, [])


@pytest.mark.parametrize("kind", ["Article", "Journal Article", "Journal: Article", "Review", "Article in Press"])
def test_that_an_article_is_an_article_is_no_genre_to_print(tmp_path: Path, kind: str) -> None:
    for name, content in (
        ("a.bib", f"@article{{a, title={{T}}, type={{{kind}}}}}"),
        ("a.ris", f"TY  - JOUR\nTI  - T\nM3  - {kind}\nER  - \n"),
    ):
        (item,) = read(tmp_path, name, content)[0].items.values()
        assert "genre" not in item.data
    found, _ = read(tmp_path, "b.ris", "TY  - JOUR\nTI  - T\nM3  - Meeting Abstract\nER  - \n")
    assert [item.data["genre"] for item in found.items.values()] == ["Meeting Abstract"]


def test_what_databases_of_medicine_write_in_ris_is_read(tmp_path: Path) -> None:
    content = (
        "TY  - JOUR\nTI  - Scopus\nC2  - 28895107\nDB  - Scopus\nER  - \n"
        "TY  - JOUR\nTI  - Embase\nAN  - PMID:35123456\nDB  - Embase\nER  - \n"
        "TY  - JOUR\nTI  - Central\nM3  - Journal: Article\nXR  - EMBASE 600667788\nXR  - PUBMED 25294887\n"
        "DOI - 10.5555/central\nUS  - https://central.example/CN-1/full\nER  - \n"
        "TY  - JOUR\nTI  - Web of Science\nT2  - ANNALS OF KNOTS\nJ9  - ANN KNOTS\nJI  - Ann. Knots\n"
        "DA  - NOV 10\nPY  - 2016\nSP  - 3898\nEP  - +\nAN  - WOS:000388923200008\nER  - \n"
    )
    found, problems = read(tmp_path, "a.ris", content)
    scopus, embase, central, wos = (item.data for item in found.items.values())
    assert [data.get("PMID") for data in (scopus, embase, central, wos)] == ["28895107", "35123456", "25294887", None]
    assert (central["DOI"], central["URL"]) == ("10.5555/central", "https://central.example/CN-1/full")
    assert (wos["container-title-short"], wos["page"]) == ("Ann. Knots", "3898+")
    assert wos["issued"] == {"date-parts": [[2016, 11, 10]]}
    assert not problems


@pytest.mark.parametrize(
    "written", ["DOI 10.5555/a", "doi.org/10.5555/a", "doi: 10.5555/a.", "10.5555/a;", "10.5555/a"]
)
def test_a_doi_is_known_however_it_is_written(tmp_path: Path, written: str) -> None:
    found, problems = read(tmp_path, "a.ris", f"TY  - JOUR\nTI  - T\nDO  - {written}\nER  - \n")
    assert ([item.data["DOI"] for item in found.items.values()], problems) == (["10.5555/a"], [])
