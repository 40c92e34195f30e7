"""`diptych import` and `diptych export`: what goes out comes back, and nothing that is there is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych import exchange
from diptych.bibliography import library
from diptych.bibliography.shelf import Item, Shelf
from diptych.bibliography.writers import WRITERS
from diptych.cli import main
from projects import REFERENCES, write

FILES = Path(__file__).parent / "references"
ENDINGS = {"csl-yaml": "yaml", "csl-json": "json", "bibtex": "bib", "ris": "ris"}


def run(root: Path, *arguments: str | Path) -> Result:
    before = Path.cwd()
    os.chdir(root)
    try:
        return CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    finally:
        os.chdir(before)


def loaded(name: str, text: str) -> dict[str, Item]:
    """The items in a text, without a complaint but of what it lacks."""
    shelf = Shelf(("annote", "annotation"))
    shelf.add_file(name, name, text.encode())
    assert [problem for problem in shelf.problems if problem.code not in ("missing-title", "bad-identifier")] == []
    return shelf.items


def bare(item: Item) -> tuple[Any, ...]:
    """All of an item but its place."""
    return (dict(item.data), item.annotation, item.importance)


# What goes out comes back

WORDS = st.text(alphabet="abcdeÄßéλ山 019.,:;-&%$#_{}~^\\'\"!?()[]*@<>=|/+`", min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)
TEXT = WORDS.filter(bool)
SCALARS = TEXT | st.sampled_from(
    ["no", "1:30", "2015", "2015-01-02", "0x1F", "1e5", "~", "- a", "a: b", "#", "true", "007"]
)
FAMILY = st.from_regex(r"[A-ZÉŁ][a-zöß]{1,8}(-[A-Z][a-z]{1,5})?", fullmatch=True)
GIVEN = st.from_regex(r"[A-ZÉ][a-zé]{1,8}( [A-Z]\.)?", fullmatch=True)
PERSON = st.builds(
    lambda family, given, particle, suffix: {
        "family": family,
        "given": given,
        **({"non-dropping-particle": particle} if particle else {}),
        **({"suffix": suffix} if suffix else {}),
    },
    FAMILY,
    GIVEN,
    st.sampled_from(["", "", "van", "de la"]),
    st.sampled_from(["", "", "Jr.", "III"]),
)
INSTITUTION = st.from_regex(r"[A-Z][a-z]{2,8} (Knot|Rope) Group(, UK)?", fullmatch=True).map(
    lambda text: {"literal": text}
)
PEOPLE = st.lists(PERSON | INSTITUTION | st.just({"literal": "others"}), min_size=1, max_size=3)
DATES = st.one_of(
    st.integers(1000, 2099).map(lambda year: {"date-parts": [[year]]}),
    st.tuples(st.integers(1000, 2099), st.integers(1, 12)).map(lambda parts: {"date-parts": [list(parts)]}),
    st.dates()
    .filter(lambda day: 999 < day.year < 2100)
    .map(lambda day: {"date-parts": [[day.year, day.month, day.day]]}),
    st.just({"literal": "in press"}),
)
RARE_DATES = st.sampled_from(
    [
        {"date-parts": [[2015]], "season": "1"},
        {"date-parts": [[1850]], "circa": True},
        {"date-parts": [[2015, 3], [2016]]},
    ]
)
ANNOTATIONS = st.none() | st.lists(TEXT, min_size=1, max_size=2).map("\n\n".join)
GRADES = st.sampled_from([None, 1, 2])


def item(data: dict[str, Any], annotation: str | None, importance: Any) -> Item:
    return Item("key1", {"id": "key1", **data}, None, annotation, importance)


CSL_ITEMS = st.builds(
    item,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["article-journal", "book", "broadcast"]), "title": SCALARS},
        optional={
            "author": st.lists(
                st.builds(lambda family, given: {"family": family, "given": given}, SCALARS, SCALARS),
                min_size=1,
                max_size=2,
            ),
            "CAS": st.just("1:CAS:528:DC%2BC2MXjsVagur0%3D"),
            "container-title": SCALARS,
            "volume": SCALARS,
            "publisher": SCALARS,
            "issued": DATES | RARE_DATES,
            "note": TEXT.filter(lambda text: ":" not in text),
            "keyword": SCALARS,
        },
    ),
    ANNOTATIONS,
    GRADES,
)


@given(CSL_ITEMS)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_what_is_written_as_csl_is_read_back_the_same(written: Item) -> None:
    for form in ("csl-yaml", "csl-json"):
        read = loaded(f"a.{ENDINGS[form]}", WRITERS[form]([written]))
        assert bare(read["key1"]) == bare(written)


@given(CSL_ITEMS)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_text_is_text_to_a_reader_of_yaml_1_1_as_well(written: Item) -> None:
    (read,) = yaml.safe_load(WRITERS["csl-yaml"]([written]))
    for name, value in written.data.items():
        assert read[name] == value


FOREIGN_TEXT = st.text(alphabet="abcÄßé山 019.,:;&%$#_{}~^\\!?()<>=|/+", min_size=1, max_size=30).map(
    lambda text: " ".join(f"A{text}".split())
)
FOREIGN_ITEMS = st.builds(
    item,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["article-journal", "chapter", "paper-conference", "webpage", "document"]),
            "title": FOREIGN_TEXT.filter(lambda text: "&" not in text),
        },
        optional={
            "author": PEOPLE,
            "editor": PEOPLE,
            "container-title": st.sampled_from(["Ropes & Knots", "Seilblatt"]),
            "volume": st.sampled_from(["12", "S3", "007"]),
            "page": st.sampled_from(["12-19", "S1-S9", "e123", "12-19, 23"]),
            "issued": DATES,
            "DOI": st.sampled_from(["10.5555/a_b(c)1", "10.5555/x%y"]),
            "URL": st.just("https://example.org/a_b?c=1&d=%20#e~f"),
            "ISSN": st.just("0936-6555"),
            "PMID": st.just("123"),
            "PMCID": st.just("PMC45"),
            "CAS": st.just("1:CAS:528:DC%2BC2MXjsVagur0%3D"),
            "note": st.just("A note."),
            "keyword": st.sampled_from(["rope", "rope, hemp"]),
        },
    ),
    st.none() | st.lists(FOREIGN_TEXT, min_size=1, max_size=2).map("\n\n".join),
    GRADES,
)


@given(FOREIGN_ITEMS)
@settings(derandomize=True, deadline=None, max_examples=300)
def test_what_is_written_for_other_programs_is_read_back_the_same(written: Item) -> None:
    for form in ("bibtex", "ris"):
        assert bare(loaded(f"a.{ENDINGS[form]}", WRITERS[form]([written]))["key1"]) == bare(written), form


@pytest.mark.parametrize("form", ["csl-yaml", "csl-json", "bibtex", "ris"])
def test_markup_in_a_title_survives(form: str) -> None:
    title = "Growth of <i>C. sativa</i> in H<sub>2</sub>O: 1 < 2 & 10<sup>3</sup>"
    text = WRITERS[form]([item({"type": "article-journal", "title": title}, None, None)])
    assert loaded(f"a.{ENDINGS[form]}", text)["key1"].data["title"] == title


@pytest.mark.parametrize("name", sorted(file.name for file in FILES.glob("*.yaml")))
def test_a_written_file_is_written_the_same_again(name: str) -> None:
    text = (FILES / name).read_text()
    assert WRITERS["csl-yaml"](list(loaded(name, text).values())) == text


def test_bibtex_has_annotation_and_grade_where_jabref_and_zotero_look() -> None:
    text = WRITERS["bibtex"](
        [item({"type": "book", "title": "The DNA of Ropes", "keyword": "rope"}, "It *matters*.", 2)]
    )
    assert "annote = {It *matters*.}" in text
    assert "keywords = {rope, importance: 2}" in text
    assert "title = {The {DNA} of {Ropes}}" in text


def test_ris_has_annotation_and_grade_where_every_program_looks() -> None:
    lines = WRITERS["ris"]([item({"type": "book", "title": "T"}, "One.\n\nER  - two", 1)]).splitlines()
    assert [line for line in lines if line.startswith(("N1", "KW", "ER"))] == [
        "KW  - importance: 1",
        "N1  - Annotation: One.",
        "ER  - ",
    ]


def test_csl_json_has_the_grade_in_the_note_that_zotero_keeps() -> None:
    (data,) = json.loads(WRITERS["csl-json"]([item({"type": "book", "title": "T", "note": "N"}, "Why.", 2)]))
    assert (data["annote"], data["note"]) == ("Why.", "N\nimportance: 2")


def test_the_cas_id_stands_where_programs_keep_it_and_no_style_prints_it() -> None:
    cas = "1:CAS:528:DC%2BC2MXjsVagur0%3D"
    one = item({"type": "book", "title": "T", "note": "N", "CAS": cas}, None, 2)
    (data,) = json.loads(WRITERS["csl-json"]([one]))
    assert data == {"id": "key1", "type": "book", "title": "T", "note": f"N\nCAS: {cas}\nimportance: 2"}
    assert f"  cas = {{{cas}}},\n" in WRITERS["bibtex"]([one])
    assert f"N1  - CAS: {cas}\n" in WRITERS["ris"]([one])
    assert f"  CAS: {cas}\n" in WRITERS["csl-yaml"]([one])


# diptych import

BIB = "@book{rope, title={Rope}, author={Ash, C.}, year=2001, annote={Read it.}}\n"
AS_YAML = """\
- id: rope
  type: book
  title: Rope
  author:
    - {family: Ash, given: C.}
  issued: {date-parts: [[2001]]}
  annote: Read it.
"""


def test_import_prints_unless_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    result = run(tmp_path, "import", "a.bib")
    assert (result.exit_code, result.stdout, result.stderr) == (0, AS_YAML, "")


def test_import_writes_several_files_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.ris").write_text("TY  - BOOK\nTI  - Hemp\nER  - \n")
    result = run(tmp_path, "import", "a.bib", "sub/b.ris", "-o", "out/references.yaml", "-q")
    assert (result.exit_code, result.output) == (0, "")
    written = (tmp_path / "out" / "references.yaml").read_text()
    assert written == AS_YAML + "\n- id: hemp\n  type: book\n  title: Hemp\n"


def test_import_replaces_a_file_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB)
    (tmp_path / "out.yaml").write_text("precious")
    refused = run(tmp_path, "import", "a.bib", "-o", "out.yaml")
    assert (refused.exit_code, (tmp_path / "out.yaml").read_text()) == (2, "precious")
    assert "error[file-exists]" in refused.stderr
    forced = run(tmp_path, "import", "a.bib", "-o", "out.yaml", "--force")
    assert (forced.exit_code, (tmp_path / "out.yaml").read_text()) == (0, AS_YAML)


def test_import_writes_what_it_can_read_and_says_what_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB + "@book{open, title={Never closed\n")
    result = run(tmp_path, "import", "a.bib", "missing.ris", "-o", "out.yaml")
    assert result.exit_code == 2
    assert "a.bib:2:1: error[broken-bibtex]" in result.stderr
    assert "there is no file “missing.ris”" in result.stderr
    assert (tmp_path / "out.yaml").read_text().startswith(AS_YAML)


def test_import_of_a_file_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("\n")
    result = run(tmp_path, "import", "a.bib", "-o", "out.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error[no-references]: there is nothing in “a.bib”\n"
    assert not (tmp_path / "out.yaml").exists()


def test_import_of_a_broken_file_is_a_problem_of_content(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text(BIB + "@book{open, title={Never closed\n")
    assert run(tmp_path, "import", "a.bib").exit_code == 1


REVIEW = "title: Birds\nbibliography: references.yaml\n"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (REFERENCES, "\n"),
        ("# Ours\n- id: falk # keep\n  type:   book\n  title: 'Larks'\n# and this\n", "\n"),
        ("- {id: falk, type: book, title: Larks}", "\n\n"),
        ("---\nnocite: x\nreferences:\n  - id: falk\n    type: book\n    title: Larks\n", "\n"),
        ("\ufeff- id: falk\r\n  type: book\r\n  title: Larks\r\n", "\r\n"),
        ("# Nothing yet\n", "\n"),
        ("", ""),
    ],
)
def test_import_into_a_review_touches_no_byte_of_what_is_there(tmp_path: Path, start: str, end: str) -> None:
    write(tmp_path, REVIEW)
    file = tmp_path / "content" / "birds" / "references.yaml"
    file.write_bytes(start.encode())
    before, _ = library.read(library.Workspace(tmp_path), tmp_path, ["content/birds/references.yaml"])
    (tmp_path / "a.bib").write_text(BIB)
    result = run(tmp_path, "import", "a.bib", "--into", "content/birds")
    assert (result.exit_code, result.stdout) == (0, "content/birds/references.yaml  1 reference added, 0 left out\n")
    data = file.read_bytes().decode()
    assert data.startswith(start + end)
    assert [line.strip() for line in data[len(start) :].split()] == AS_YAML.split()
    after, problems = library.read(library.Workspace(tmp_path), tmp_path, ["content/birds/references.yaml"])
    assert (list(after.items), problems) == ([*before.items, "rope"], [])
    again = run(tmp_path, "import", "a.bib", "--into", "content/birds")
    assert (again.exit_code, file.read_bytes().decode()) == (0, data)


def test_import_into_a_review_leaves_out_works_that_it_has(tmp_path: Path) -> None:
    write(tmp_path, REVIEW)
    (tmp_path / "a.bib").write_text(
        "@article{other, title={Other title}, doi={10.5555/1}}\n"
        "@article{bird, title={Wrens}, author={Bird, Bo}, year=2016}\n"
        "@book{crow, title={Quite another book}, author={Crow, C.}, year=2020}\n"
    )
    result = run(tmp_path, "import", "a.bib", "--into", "content/birds")
    assert result.stdout == "content/birds/references.yaml  1 reference added, 2 left out\n"
    assert "a.bib:1:1: warning[same-work]: the review has the work “other” under the key “falk”" in result.stderr
    assert "cite it as [@falk]" in result.stderr
    assert "a.bib:3:1: warning[key-taken]" in result.stderr
    assert "“crowa”" in result.stderr
    assert (tmp_path / "content/birds/references.yaml").read_text().count("id: crowa") == 1


@pytest.mark.parametrize(
    "start",
    [
        "[{id: falk, type: book, title: Larks}]\n",
        "references:\n- {id: falk, type: book, title: Larks}\nother: 1\n",
        "- {id: falk, type: book, title: Larks}\n...\n",
    ],
)
def test_import_into_a_file_that_cannot_be_added_to_is_refused(tmp_path: Path, start: str) -> None:
    write(tmp_path, REVIEW)
    file = tmp_path / "content" / "birds" / "references.yaml"
    file.write_text(start)
    (tmp_path / "a.bib").write_text(BIB)
    result = run(tmp_path, "import", "a.bib", "--into", "content/birds")
    assert (result.exit_code, file.read_text()) == (1, start)
    assert "error[cannot-append]" in result.stderr


def test_import_into_a_review_without_yaml_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "title: Birds\nbibliography: a.bib\n", a_bib=BIB)
    result = run(tmp_path, "import", "content/birds/a.bib", "--into", "content/birds")
    assert result.exit_code == 1
    assert "error[cannot-append]" in result.stderr


@pytest.mark.parametrize("arguments", [("import",), ("import", "a.bib", "-o", "x.yaml", "--into", "content/birds")])
def test_wrong_use_is_an_error_of_use(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write(tmp_path, REVIEW)
    (tmp_path / "a.bib").write_text(BIB)
    assert run(tmp_path, *arguments).exit_code == 2


# diptych export


def test_export_writes_the_review_s_annotations_before_those_of_its_files(tmp_path: Path) -> None:
    annotations = "annotations: {rope: {importance: 2}, falk: {text: Ours.}}"
    write(tmp_path, f"title: Birds\nbibliography: [references.yaml, a.bib]\n{annotations}\n", a_bib=BIB)
    result = run(tmp_path, "export", "content/birds", "--to", "csl-json")
    found = {data["id"]: (data.get("annote"), data.get("note")) for data in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert (found["rope"], found["falk"], found["bird"]) == (
        ("Read it.", "importance: 2"),
        ("Ours.", None),
        (None, None),
    )


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json", "csl-yaml"])
def test_an_export_comes_back_with_annotations_and_grades(tmp_path: Path, form: str) -> None:
    annotations = "{falk: {importance: 2, text: 'Why *Larks* matter, 50% & more [@bird].'}, dove: {importance: 1}}"
    write(tmp_path, f"title: Birds\nbibliography: references.yaml\nannotations: {annotations}\n")
    name = f"out.{ENDINGS[form]}"
    assert run(tmp_path, "export", "content/birds", "--to", form, "-o", name).exit_code == 0
    found = loaded(name, (tmp_path / name).read_text())
    assert list(found) == ["falk", "bird", "crow", "dove"]
    assert (found["falk"].annotation, found["falk"].importance) == ("Why *Larks* matter, 50% & more [@bird].", 2)
    assert (found["dove"].annotation, found["dove"].importance) == (None, 1)


def test_export_refuses_what_is_no_review(tmp_path: Path) -> None:
    assert run(tmp_path, "export", "nowhere", "--to", "ris").exit_code == 2
    assert run(tmp_path, "export", "nowhere", "--to", "word").exit_code == 2


@pytest.mark.parametrize("kind", ["thesis", "report"])
def test_a_work_of_no_stated_genre_has_none_when_it_comes_back_from_bibtex(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.yaml").write_text(f"- id: a\n  type: {kind}\n  title: Knots\n  publisher: Rope School\n")
    items, _ = exchange.read_files([tmp_path / "a.yaml"])
    (tmp_path / "a.bib").write_text(WRITERS["bibtex"](items))
    again, problems = exchange.read_files([tmp_path / "a.bib"])
    assert ([one.data for one in again], problems) == ([one.data for one in items], [])
