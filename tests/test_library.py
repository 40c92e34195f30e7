"""Files of references: what is read, and what is said of what cannot be."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.bibliography import library
from diptych.bibliography.dates import BadDateError, read_date
from diptych.bibliography.identifiers import IDENTIFIERS, cas, doi, isbn, issn, pmcid, pmid
from diptych.bibliography.items import FIELDS, TYPES
from diptych.bibliography.library import Library
from diptych.bibliography.readers.csl_json import read_json
from diptych.bibliography.readers.csl_yaml import read_yaml
from diptych.bibliography.shelf import Shelf
from diptych.diagnostics import Diagnostic, Span
from diptych.prose import Citation, Cluster
from diptych.source import places, yaml12
from diptych.workspace import Workspace

FALK = """\
- id: falk2015
  type: article-journal
  title: Effect on survival
  author:
    - {family: Falk, given: Alexander T}
    - family: Bay
      given: Jacques-Olivier
  container-title: Clinical Oncology
  volume: 27
  issue: 01
  page: 48-55
  issued: 2015
  DOI: 10.1016/j.clon.2014.09.010
"""


def read(tmp_path: Path, **files: str | bytes) -> tuple[Library, list[Diagnostic]]:
    """The library of files; `references_yaml` names `references.yaml`."""
    names = [name.replace("_", ".") for name in files]
    for name, content in zip(names, files.values(), strict=True):
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return library.read(Workspace(tmp_path), tmp_path, names)


def one(tmp_path: Path, fields: str) -> tuple[dict[str, Any], list[Diagnostic]]:
    """The data of a reference with these YAML lines in it, and what is said of them."""
    found, problems = read(tmp_path, r_yaml=f"- id: x\n  type: book\n  title: T\n{fields}")
    return {**found.items["x"].data}, problems


def said(problems: list[Diagnostic]) -> list[tuple[str, int]]:
    return [(problem.code, problem.span.line if problem.span else 0) for problem in problems]


# Reading


def test_csl_yaml_becomes_csl_json(tmp_path: Path) -> None:
    found, problems = read(tmp_path, references_yaml=FALK)
    assert problems == []
    assert found.items["falk2015"].data == {
        "id": "falk2015",
        "type": "article-journal",
        "title": "Effect on survival",
        "author": [{"family": "Falk", "given": "Alexander T"}, {"family": "Bay", "given": "Jacques-Olivier"}],
        "container-title": "Clinical Oncology",
        "volume": "27",
        "issue": "01",
        "page": "48-55",
        "issued": {"date-parts": [[2015]]},
        "DOI": "10.1016/j.clon.2014.09.010",
    }


def test_references_may_stand_under_a_key_as_pandoc_writes_them(tmp_path: Path) -> None:
    indented = "".join(f"  {line}\n" for line in FALK.splitlines())
    found, problems = read(tmp_path, references_yaml=f"---\nnocite: '@*'\nreferences:\n{indented}...\n")
    assert (list(found.items), problems) == (["falk2015"], [])


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"items": items}, lambda items: items[0]])
def test_csl_json_gives_the_same_as_csl_yaml(tmp_path: Path, wrap: Any) -> None:
    from_yaml, _ = read(tmp_path, a_yaml=FALK)
    item = {**from_yaml.items["falk2015"].data, "volume": 27}
    found, problems = read(tmp_path, a_json=json.dumps(wrap([item])))
    assert problems == []
    assert found.items["falk2015"].data == from_yaml.items["falk2015"].data


def test_plain_scalars_keep_their_text(tmp_path: Path) -> None:
    data, problems = one(tmp_path, "  volume: 0x1F\n  number: 1.10\n  edition: yes\n  section: 1:30\n  page: 007\n")
    assert problems == []
    assert [data[name] for name in ("volume", "number", "edition", "section", "page")] == [
        "0x1F",
        "1.10",
        "yes",
        "1:30",
        "007",
    ]


def test_empty_fields_are_left_out(tmp_path: Path) -> None:
    data, problems = one(tmp_path, "  volume:\n  note: ''\n  author: []\n  issue: null\n")
    assert (set(data), problems) == ({"id", "type", "title"}, [])


def test_several_files_make_one_library(tmp_path: Path) -> None:
    found, problems = read(tmp_path, a_yaml=FALK, b_json='[{"id": "b", "type": "book", "title": "B"}]')
    assert (list(found.items), problems) == (["falk2015", "b"], [])


def test_an_empty_file_holds_no_references(tmp_path: Path) -> None:
    assert read(tmp_path, a_yaml="", b_json=" \n", c_yaml="# nothing yet\n") == (Library({}), [])


def test_cited_references_come_in_the_order_of_citation(tmp_path: Path) -> None:
    found, _ = read(tmp_path, a_yaml="".join(f"- {{id: {key}, type: book, title: T}}\n" for key in "abc"))
    clusters = [Cluster((Citation("c"), Citation("zz")), 0), Cluster((Citation("a"), Citation("c")), 1)]
    assert [item["id"] for item in found.cited(clusters)] == ["c", "a"]


def test_text_is_text_whatever_it_looks_like(tmp_path: Path) -> None:
    title = "A <i>b</i> <w:fldChar/> {\\field} <script>&amp;"
    found, problems = read(tmp_path, a_json=json.dumps([{"id": "x", "type": "book", "title": title}]))
    assert (found.items["x"].data["title"], problems) == (title, [])


def test_half_characters_in_json_do_no_harm(tmp_path: Path) -> None:
    found, _ = read(tmp_path, a_json='[{"id": "x", "type": "book", "title": "a\\ud83d b", "genre": "\\ud83d\\ude00"}]')
    assert (found.items["x"].data["title"], found.items["x"].data["genre"]) == ("a? b", "😀")


def test_names_from_before_csl_1_0_2_are_brought_up_to_date(tmp_path: Path) -> None:
    data, problems = one(tmp_path, "  shortTitle: S\n  journalAbbreviation: J\n  event: E\n")
    assert problems == []
    assert (data["title-short"], data["container-title-short"], data["event-title"]) == ("S", "J", "E")


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("genre", ["plain", "'two  blanks'"])
def test_the_name_of_today_wins_over_an_old_one(tmp_path: Path, order: int, genre: str) -> None:
    fields = [f"  genre: {genre}\n", "  shortTitle: Old\n", "  title-short: New\n"][::order]
    data, problems = one(tmp_path, "".join(fields))
    assert (data["title-short"], "shortTitle" in data, problems) == ("New", False, [])


@pytest.mark.parametrize("today", ["''", "null"])
def test_an_old_name_counts_where_that_of_today_is_empty(tmp_path: Path, today: str) -> None:
    data, problems = one(tmp_path, f"  title-short: {today}\n  shortTitle: Old\n")
    assert (data["title-short"], problems) == ("Old", [])


def test_fields_that_programs_keep_for_themselves_are_left_out(tmp_path: Path) -> None:
    data, problems = one(tmp_path, "  custom: {a: {b: c}}\n  categories: [x]\n")
    assert (set(data), problems) == ({"id", "type", "title"}, [])


# What is wrong with a reference


BAD_REFERENCES = {
    "missing id": ("- type: book\n  title: T\n", "error", "missing-id", 1, None),
    "missing type": ("- id: a\n  title: T\n", "error", "missing-type", 1, "most often"),
    "missing title": ("- id: a\n  type: book\n", "warning", "missing-title", 1, None),
    "unknown type": ("- id: a\n  type: journal-article\n  title: T\n", "error", "unknown-type", 2, "article-journal"),
    "type as written": (
        "- id: a\n  type: Article Journal\n  title: T\n",
        "error",
        "unknown-type",
        2,
        "article-journal",
    ),
    "type as list": ("- id: a\n  type: [book]\n  title: T\n", "error", "unknown-type", 2, None),
    "unknown field": ("- id: a\n  type: book\n  title: T\n  pages: 1-2\n", "warning", "unknown-field", 4, "“page”"),
    "field in capitals": ("- id: a\n  type: book\n  title: T\n  doi: x\n", "warning", "unknown-field", 4, None),
    "text as map": ("- id: a\n  type: book\n  title: {a: b}\n", "error", "wrong-shape", 3, "quotes"),
    "text as list": ("- id: a\n  type: book\n  title: T\n  volume: [1]\n", "error", "wrong-shape", 4, "quotes"),
    "author as text": ("- id: a\n  type: book\n  title: T\n  author: Falk\n", "error", "wrong-shape", 4, "family"),
    "name as list": ("- id: a\n  type: book\n  title: T\n  author:\n    - [x]\n", "error", "wrong-shape", 5, "family"),
    "given alone": (
        "- id: a\n  type: book\n  title: T\n  author:\n    - family: F\n    - given: Ann\n",
        "error",
        "incomplete-name",
        6,
        "family",
    ),
    "part of a name": (
        "- id: a\n  type: book\n  title: T\n  author:\n    - family: F\n      givne: Ann\n",
        "warning",
        "unknown-field",
        6,
        "“given”",
    ),
    "name without comma": (
        "- id: a\n  type: book\n  title: T\n  author:\n    - Ann Falk\n",
        "warning",
        "name-as-text",
        5,
        "family",
    ),
    "no such month": ("- id: a\n  type: book\n  title: T\n  issued: 2015-13\n", "error", "bad-date", 4, "2015-07"),
    "date in words": (
        "- id: a\n  type: book\n  title: T\n  issued: in press\n",
        "warning",
        "date-as-text",
        4,
        "2015-07",
    ),
    "DOI": ("- id: a\n  type: book\n  title: T\n  DOI: 11.1016/x\n", "error", "bad-identifier", 4, "10.1016"),
    "PMID": ("- id: a\n  type: book\n  title: T\n  PMID: PMC123\n", "error", "bad-identifier", 4, "digits"),
    "PMCID": ("- id: a\n  type: book\n  title: T\n  PMCID: none\n", "error", "bad-identifier", 4, "PMC7460150"),
    "CAS": ("- id: a\n  type: book\n  title: T\n  CAS: 50-00-0\n", "error", "bad-identifier", 4, "1:CAS:528:"),
    "URL": ("- id: a\n  type: book\n  title: T\n  URL: javascript:x\n", "error", "bad-identifier", 4, "https://"),
    "ISSN": ("- id: a\n  type: book\n  title: T\n  ISSN: 0936-6556\n", "warning", "bad-identifier", 4, "check digit"),
    "no map": ("- just text\n", "error", "wrong-shape", 1, None),
    "repeated key": ("- id: a\n  type: book\n  title: T\n  title: U\n", "error", "duplicate-key", 4, "name"),
}


@pytest.mark.parametrize("case", BAD_REFERENCES)
def test_a_problem_stands_at_its_line_and_the_other_references_load(tmp_path: Path, case: str) -> None:
    source, severity, code, line, hint = BAD_REFERENCES[case]
    found, (problem,) = read(tmp_path, references_yaml=source + "- id: other\n  type: book\n  title: Other\n")
    assert (problem.severity, problem.code) == (severity, code)
    assert problem.span is not None
    assert (problem.span.file, problem.span.line) == ("references.yaml", line)
    assert problem.source_line == source.splitlines()[line - 1]
    assert (hint or "") in (problem.hint or "")
    assert "other" in found.items


def test_all_problems_of_a_file_are_reported_at_once(tmp_path: Path) -> None:
    _, problems = read(tmp_path, a_yaml="".join(source for source, *_ in BAD_REFERENCES.values()))
    assert len(problems) >= len(BAD_REFERENCES)


def test_a_wrong_field_is_left_out_and_the_reference_loads(tmp_path: Path) -> None:
    data, problems = one(tmp_path, "  author: Falk\n  volume: 3\n")
    assert said(problems) == [("wrong-shape", 4)]
    assert data == {"id": "x", "type": "book", "title": "T", "volume": "3"}


def test_the_first_of_two_references_with_one_key_stays(tmp_path: Path) -> None:
    second = "- id: falk2015\n  type: book\n  title: Other\n"
    found, (problem,) = read(tmp_path, a_yaml=FALK, b_yaml=second)
    assert problem.code == "duplicate-reference"
    assert problem.span is not None
    assert (problem.span.file, problem.span.line) == ("b.yaml", 1)
    assert "(a.yaml, line 1)" in problem.message
    assert found.items["falk2015"].data["type"] == "article-journal"


def test_a_problem_in_json_stands_where_its_reference_begins(tmp_path: Path) -> None:
    source = '[\n  {"id": "a", "type": "book", "title": "A"},\n  {\n    "id": "b", "type": "bok", "title": "B"}\n]'
    _, (problem,) = read(tmp_path, a_json=source)
    assert problem.span is not None
    assert (problem.code, problem.span.line, problem.span.column) == ("unknown-type", 3, 3)


def test_every_field_and_type_of_csl_is_known() -> None:
    assert {"article-journal", "legal_case", "post-weblog", "performance"} <= TYPES
    assert {"author", "issued", "DOI", "archive_collection", "container-title-short", "part-number"} <= FIELDS
    assert len(TYPES) == 45


# What is wrong with a file


BAD_FILES = {
    "r.yaml": ("a: [\n", "broken-yaml"),
    "s.yaml": ("title: T\n", "wrong-shape"),
    "t.yaml": ("just text\n", "wrong-shape"),
    "u.yaml": ("references: {a: b}\n", "wrong-shape"),
    "v.json": ("[{]", "broken-json"),
    "w.json": ('"text"', "wrong-shape"),
    "x.json": ("[" * 100_000, "broken-json"),
    "y.json": ("[1]", "wrong-shape"),
    "b.docx": ("PK", "unknown-format"),
    "b.enw": ("%0 Journal Article\n", "unknown-format"),
    "b.ris": ("nothing\n", "no-references"),
    "b.nbib": ("nothing\n", "no-references"),
    "b.xml": ("<p>nothing</p>\n", "no-references"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_is_one_clear_problem(tmp_path: Path, name: str) -> None:
    content, code = BAD_FILES[name]
    (tmp_path / name).write_text(content)
    found, (problem,) = library.read(Workspace(tmp_path), tmp_path, [name])
    assert (found.items, problem.severity, problem.code) == ({}, "error", code)
    assert problem.span is not None
    assert problem.span.file == name


def test_bytes_that_are_not_utf_8_are_reported(tmp_path: Path) -> None:
    _, (problem,) = read(tmp_path, a_yaml=FALK.encode() + "- id: ü\n".encode("latin-1"))
    assert said([problem]) == [("bad-encoding", len(FALK.splitlines()) + 1)]


def test_a_missing_file_is_reported_where_the_review_names_it(tmp_path: Path) -> None:
    review = "title: T\nbibliography:\n  - a.yaml\n  - refs.yaml\n"
    (tmp_path / "a.yaml").write_text(FALK)
    at = places.of("review.yaml", review, yaml12.compose(review)[0])
    found, (problem,) = library.read(Workspace(tmp_path), tmp_path, ["a.yaml", "refs.yaml"], at)
    assert (problem.code, problem.span) == ("no-such-file", Span("review.yaml", 4, 5, 14))
    assert list(found.items) == ["falk2015"]


def test_a_file_outside_the_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text(FALK)
    folder = tmp_path / "project"
    folder.mkdir()
    found, (problem,) = library.read(Workspace(folder), folder, ["../outside.yaml"])
    assert (found.items, problem.code) == ({}, "outside-project")


def test_a_format_without_an_ending_is_known_by_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "references").write_text(FALK)
    found, problems = library.read(Workspace(tmp_path), tmp_path, ["references"])
    assert (list(found.items), problems) == (["falk2015"], [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(FIELDS)), JSON, max_size=6), max_size=3))
@settings(derandomize=True, deadline=None)
def test_no_json_makes_a_traceback_and_what_loads_has_csl_shapes(items: list[dict[str, Any]]) -> None:
    records, _ = read_json("a.json", json.dumps(items))
    shelf = Shelf(())
    shelf.add(records)
    for item in shelf.items.values():
        for name, value in item.data.items():
            assert isinstance(value, str | list | dict), name
            assert value not in ("", [], {})


@given(st.text(max_size=80))
@settings(derandomize=True, deadline=None)
def test_no_yaml_makes_a_traceback(text: str) -> None:
    read_yaml("a.yaml", text)
    read_yaml("a.yaml", f"- id: {text}\n  issued: {text}\n  author: [{text}]")


# Dates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2015", {"date-parts": [[2015]]}),
        ("2015-07", {"date-parts": [[2015, 7]]}),
        ("2020-09-01", {"date-parts": [[2020, 9, 1]]}),
        ("2015-07/2016", {"date-parts": [[2015, 7], [2016]]}),
        ("2015~", {"date-parts": [[2015]], "circa": True}),
        ("2015-21", {"date-parts": [[2015]], "season": "1"}),
        ("-44", {"date-parts": [[-44]]}),
        ("in press", {"raw": "in press"}),
        ("2015 Jul 3", {"raw": "2015 Jul 3"}),
        ({"date-parts": [["2015", "7"]]}, {"date-parts": [[2015, 7]]}),
        ({"date-parts": [["2015"]], "season": "Spring"}, {"date-parts": [[2015]], "season": "1"}),
        ({"date-parts": [["2015"]], "circa": "true"}, {"date-parts": [[2015]], "circa": True}),
        ({"date-parts": ["2015", "7"]}, {"date-parts": [[2015, 7]]}),
        ({"year": "2015", "month": "7"}, {"date-parts": [[2015, 7]]}),
        ([{"year": "2015"}, {"year": "2016"}], {"date-parts": [[2015], [2016]]}),
        ([["2015", "7", "3"]], {"date-parts": [[2015, 7, 3]]}),
        ({"raw": "2015-07"}, {"date-parts": [[2015, 7]]}),
        ({"literal": "forthcoming"}, {"literal": "forthcoming"}),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(written: Any, expected: dict[str, Any]) -> None:
    assert read_date(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "2015-13",
        "2015-02-30",
        "2015-00",
        {"date-parts": []},
        {"date-parts": [[]]},
        {"date-parts": [["2015", "x"]]},
        {"date-parts": "2015"},
        {"date-parts": [["1"], ["2"], ["3"]]},
        {"month": "7"},
        {"date-parts": [["2015"]], "season": "monsoon"},
        [{"year": "1"}, {"literal": "x"}],
        [],
        ["x"],
    ],
)
def test_dates_that_are_none_are_refused(written: Any) -> None:
    with pytest.raises(BadDateError):
        read_date(written)


# Identifiers


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.1016/j.clon.2014.09.010", "10.1016/j.clon.2014.09.010"),
        ("https://doi.org/10.1016/J.CLON", "10.1016/J.CLON"),
        ("http://dx.doi.org/10.1002/%28SICI%29", "10.1002/(SICI)"),
        ("doi: 10.1000.5/a%b", "10.1000.5/a%b"),
        ("10.1016/j.clon.2014.09.010 [doi]", "10.1016/j.clon.2014.09.010"),
        ("S0140-6736(12)60651-5 [pii] 10.1016/S0140-6736(12)60651-5", "10.1016/S0140-6736(12)60651-5"),
        ("10.1016", None),
        ("10.1016/a b", None),
        ("https://example.org/10.1016/x", None),
    ],
)
def test_a_doi_loses_its_resolver(written: str, expected: str | None) -> None:
    assert doi(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("32602007", "32602007"),
        ("PMID: 32602007", "32602007"),
        ("https://pubmed.ncbi.nlm.nih.gov/32602007/", "32602007"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/32602007", "32602007"),
        ("326020070", None),
        ("", None),
    ],
)
def test_a_pmid_is_digits(written: str, expected: str | None) -> None:
    assert pmid(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("PMC7460150", "PMC7460150"),
        ("7460150", "PMC7460150"),
        ("pmcid: PMC7460150.2", "PMC7460150"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC7460150/", "PMC7460150"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7460150/", "PMC7460150"),
        ("PMC", None),
    ],
)
def test_a_pmcid_begins_with_pmc(written: str, expected: str | None) -> None:
    assert pmcid(written) == expected


CAS = "1:CAS:528:DC%2BC2MXjsVagur0%3D"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (CAS, CAS),
        ("1:CAS:528:DC+C2MXjsVagur0=", CAS),
        ("1:CAS:528:DyaK1MXhs1Whsr4*", "1:CAS:528:DyaK1MXhs1Whsr4*"),
        ("1:STN:280:DC%2BD3c7ntVCqsA%3D%3D", "1:STN:280:DC%2BD3c7ntVCqsA%3D%3D"),
        (f"CAS: {CAS}", CAS),
        (f"https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&action=reflink&version=1.0&coi={CAS}&pissn=1", CAS),
        ("http://chemport.cas.org/cgi-bin/sdcgi?coi=1%3ACAS%3A528%3ADC%252BC2MXjsVagur0%253D#x", CAS),
        (f"https://www.nature.com/articles/cas-redirect/{CAS}", CAS),
        ("50-00-0", None),
        ("1:CAS:528:", None),
        ("1:CAS:528:A B", None),
        ('1:CAS:528:"><b>', None),
        ("https://example.org/?coi=unknown", None),
    ],
)
def test_a_cas_id_is_encoded_as_publishers_link_it(written: str, expected: str | None) -> None:
    assert cas(written) == expected


@pytest.mark.parametrize("text", ["https://a?coi=" + "a" * 50_000 + " b", "https://a?" + "&coi=" * 10_000 + " b"])
def test_an_address_that_is_very_long_is_looked_at_in_no_time(text: str) -> None:
    start = time.perf_counter()
    assert cas(text) is None
    assert time.perf_counter() - start < 0.2


@pytest.mark.parametrize("name", ["CAS", "URL"])
def test_the_address_of_cas_is_the_id_of_a_reference(tmp_path: Path, name: str) -> None:
    address = f"https://chemport.cas.org/cgi-bin/sdcgi?APP=ftslink&coi={CAS}"
    found, problems = read(tmp_path, a_yaml=f"- id: a\n  type: book\n  title: T\n  {name}: {address}\n")
    assert (dict(found.items["a"].data), problems) == ({"id": "a", "type": "book", "title": "T", "CAS": CAS}, [])


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("0936-6555", True),
        ("2434-561X", True),
        ("03603016 (print), 1879-355x", True),
        ("0936-6556", False),
        ("0936", False),
    ],
)
def test_the_check_digit_of_an_issn_is_checked(text: str, is_right: bool) -> None:
    assert (issn(text) is not None) is is_right


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("978-0-306-40615-7", True), ("0-8044-2957-X", True), ("978-0-306-40615-8", False), ("12345", False)],
)
def test_the_check_digit_of_an_isbn_is_checked(text: str, is_right: bool) -> None:
    assert (isbn(text) == text) is is_right


def test_an_issn_is_kept_although_its_check_digit_is_wrong(tmp_path: Path) -> None:
    data, _ = one(tmp_path, "  ISSN: 0936-6556\n")
    assert data["ISSN"] == "0936-6556"


@given(st.text(max_size=30))
@settings(derandomize=True, deadline=None)
def test_the_normal_form_of_an_identifier_is_stable(text: str) -> None:
    for identifier in IDENTIFIERS.values():
        normal = identifier.normal(text)
        assert normal is None or identifier.normal(normal) == normal


def test_lists_of_texts_as_crossref_has_them_are_texts(tmp_path: Path) -> None:
    reference = {"id": "a", "type": "article-journal", "title": ["Knots"], "container-title": ["Ropes"]}
    lists = {"ISSN": ["0140-6736", "1474-547X"], "short-title": [], "author": [{"family": "Falk"}]}
    (tmp_path / "a.json").write_text(json.dumps([reference | lists]))
    found, problems = library.read(Workspace(tmp_path), tmp_path, ["a.json"])
    data = found.items["a"].data
    assert (data["title"], data["container-title"], data["ISSN"]) == ("Knots", "Ropes", "0140-6736, 1474-547X")
    assert data["author"] == [{"family": "Falk"}]
    assert [one.code for one in problems] == ["unknown-field"]
