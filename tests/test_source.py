"""The source: what a YAML file means, where its values stand, and how its problems read."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diptych import profiles, source
from diptych.diagnostics import LINE_BREAK, Diagnostic, Span, as_text
from diptych.review import Column, Review
from diptych.source import Places, places, yaml12
from diptych.workspace import Workspace

BAD = Path(__file__).parent / "bad"
REPOSITORY = Path(__file__).parents[1]
Reader = Callable[[str | bytes], tuple[Review | None, Places, list[Diagnostic]]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Writes a file and reads it."""
    folder = tmp_path_factory.mktemp("project")

    def write_and_read(content: str | bytes) -> tuple[Review | None, Places, list[Diagnostic]]:
        data = content.encode() if isinstance(content, str) else content
        (folder / "review.yaml").write_bytes(data)
        return source.read(Workspace(folder), Path("review.yaml"))

    return write_and_read


def good(read: Reader, content: str) -> Review:
    review, _, problems = read(content)
    assert [as_text(problem) for problem in problems] == []
    assert review is not None
    return review


def codes(read: Reader, content: str | bytes) -> list[str]:
    return [problem.code for problem in read(content)[2]]


# Problems: each bad file has what must be said of it beside it.


@pytest.mark.parametrize("bad", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_gets_the_messages_beside_it(bad: Path) -> None:
    review, _, problems = source.read(Workspace(BAD), Path(bad.name))
    assert review is None
    assert "".join(as_text(problem) + "\n" for problem in problems) == bad.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("bad", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_bad_file_is_bad_to_the_parser_in_python_as_well(bad: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml12, "LOADER", yaml.SafeLoader)
    review, marked, problems = source.read(Workspace(BAD), Path(bad.name))
    assert review is None
    assert problems
    assert all(inside(problem.span, marked.text) for problem in problems)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    review, marked, problems = source.read(Workspace(tmp_path), Path("lung/review.yaml"))
    assert review is None
    assert marked.text == ""
    assert [as_text(one) for one in problems] == [
        "error[no-such-file]: lung/review.yaml cannot be read: no such file",
    ]


def test_bytes_that_are_not_utf8_are_pointed_at(read: Reader) -> None:
    review, _, problems = read("title: Röntgen\nsubtitle: Krebs für Ärzte\n".encode("cp1252"))
    assert review is None
    assert [as_text(one) for one in problems] == [
        "review.yaml:1:9: error[bad-encoding]: the file is not UTF-8: the byte 0xF6 cannot stand here\n"
        "    |\n"
        "  1 | title: R\ufffdntgen\n"
        "    |         ^\n"
        "  = help: save the file again and choose “UTF-8” as its encoding"
    ]


def test_the_column_of_a_bad_byte_counts_characters_not_bytes(read: Reader) -> None:
    [problem] = read("title: x\nsubtitle: äöü".encode() + b"\xff")[2]
    assert problem.span == Span("review.yaml", 2, 14, 15)


def test_a_utf16_file_is_a_matter_of_encoding(read: Reader) -> None:
    assert codes(read, "title: x\n".encode("utf-16")) == ["bad-encoding"]


def test_a_byte_order_mark_is_no_text(read: Reader) -> None:
    review, marked, problems = read(b"\xef\xbb\xbftitle: x\n")
    assert (review and review.title, problems) == ("x", [])
    assert marked.span(("title",), key=True) == Span("review.yaml", 1, 1, 6)


def test_control_characters_are_pointed_at_up_to_ten(read: Reader) -> None:
    _, _, problems = read("title: a\x00b\n" + "x\x1b" * 40)
    assert [problem.code for problem in problems] == ["bad-character"] * 10
    assert problems[0].span == Span("review.yaml", 1, 9, 10)
    assert "U+0000" in problems[0].message


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a:\n"])
def test_ten_thousand_levels_are_too_deep(read: Reader, opening: str) -> None:
    nested = "".join(" " * level + opening for level in range(1000)) if opening == "a:\n" else opening * 10_000
    assert codes(read, "title: x\nabstract:\n " + nested) in (["too-deep"], ["broken-yaml"], ["bad-key", "too-deep"])


def test_sixty_levels_are_not_too_deep(read: Reader) -> None:
    opening = "".join(f"{'  ' * level}sections:\n{'  ' * level}- heading: x\n" for level in range(30))
    assert good(read, "title: x\n" + opening).sections[0].sections[0].heading == "x"


def test_aliases_cannot_nest_what_is_not_nested(read: Reader) -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))
    assert codes(read, chain) == ["too-deep"]


def test_an_alias_repeats_a_value(read: Reader) -> None:
    review, marked, problems = read("title: &name Lung\nsubtitle: *name\n")
    assert (review and review.subtitle, problems) == ("Lung", [])
    assert marked.span(("subtitle",), 0, 1, 2) == Span("review.yaml", 1, 15, 17)


def test_a_sample_of_what_yaml_allows_is_never_a_python_object(read: Reader) -> None:
    assert "tag" in codes(read, "title: !!python/object/apply:os.getcwd []\n")


# The core schema of YAML 1.2, and what the model wants.


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("nUll", "nUll"),
        ("true", True),
        ("FALSE", False),
        ("no", "no"),
        ("On", "On"),
        ("y", "y"),
        ("017", 17),
        ("0o17", 15),
        ("0xfF", 255),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2026-11-23", "2026-11-23"),
        ("+12", 12),
        ("-1.5e3", -1500.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.inf", float("-inf")),
        ("+", "+"),
        ("9" * 5000, float("inf")),
        ("=", "="),
    ],
)
def test_plain_scalars_are_what_the_core_schema_says(written: str, value: object) -> None:
    found = yaml12.core_value(written)
    assert (type(found), found) == (type(value), value)


def test_where_text_is_wanted_a_plain_scalar_is_the_text_as_written(read: Reader) -> None:
    review = good(read, "title: 2020\nsubtitle: 0x10\nshort-title: true\ndate: 2026-11\npublished: {pmid: 012345}\n")
    assert (review.title, review.subtitle, review.short_title, review.date) == ("2020", "0x10", "true", "2026-11")
    assert review.published and review.published.pmid == "012345"


def test_words_that_were_once_truth_values_stay_words(read: Reader) -> None:
    assert good(read, "title: no\nkeywords: [on, yes, Off, n, 1:30]\n").keywords == ("on", "yes", "Off", "n", "1:30")


def test_cells_keep_the_form_they_are_written_in(read: Reader) -> None:
    table = "{caption: c, columns: [2019, {heading: 2020}], rows: [[1.10, 87.90], [0o17, no], ['', -]]}"
    found = good(read, f"title: x\ntables: {{t: {table}}}\n").tables["t"]
    assert found.rows == (("1.10", "87.90"), ("0o17", "no"), ("", "-"))
    assert found.columns == ("2019", Column(heading="2020"))


def test_an_empty_cell_is_an_empty_text(read: Reader) -> None:
    review = good(read, "title: x\ntables:\n  t:\n    caption: c\n    columns: [a, b]\n    rows:\n    - -\n      - 2\n")
    assert review.tables["t"].rows == (("", "2"),)


def test_keys_are_text_as_written(read: Reader) -> None:
    review = good(read, "title: x\nannotations:\n  2020: {text: a}\nabbreviations:\n  no: nitric oxide\n  1.10: x\n")
    assert list(review.annotations) == ["2020"]
    assert list(review.abbreviations) == ["no", "1.10"]


def test_optional_keys_may_be_left_empty(read: Reader) -> None:
    assert good(read, "title: x\nsubtitle:\nabstract: ~\nstatements:\n  funding: null\n").subtitle is None


def test_one_file_of_references_may_stand_without_a_list(read: Reader) -> None:
    assert good(read, "title: x\nbibliography: a.yaml\n").bibliography == ("a.yaml",)
    assert good(read, "title: x\nbibliography: [a.yaml, 2020]\n").bibliography == ("a.yaml", "2020")
    assert good(read, "title: x\nbibliography: 2020\n").bibliography == ("2020",)


def test_names_of_the_model_are_no_keys_where_they_differ(read: Reader) -> None:
    assert codes(read, "title: x\nshort_title: y\n") == ["unknown-key"]


def test_windows_line_ends_are_line_ends(read: Reader) -> None:
    review, marked, _ = read("title: x\r\nabstract: |\r\n  One.\r\n  Two [@a].\r\n")
    assert review and review.abstract == "One.\nTwo [@a]."
    assert marked.span(("abstract",), 1, 5, 2) == Span("review.yaml", 4, 8, 10)


def test_both_parsers_read_the_same(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    content = "title: é 𝒳\nabstract: >-\n  One\n  two.\nkeywords: [&a b, 'c ''d', *a]\nsubtitle: \"a\\n\n  b\"\n"
    fast = read(content)
    monkeypatch.setattr(yaml12, "LOADER", yaml.SafeLoader)
    assert read(content) == fast


# Rules look only at what is right.


def test_a_rule_waits_for_the_keys_that_it_reads(read: Reader) -> None:
    authors = "authors: [{name: Jo, affiliations: [uni]}]\n"
    assert codes(read, "title: x\n" + authors) == ["unknown-affiliation"]
    assert codes(read, authors) == ["missing-key", "unknown-affiliation"]
    assert codes(read, "title: x\naffilliations: {uni: University}\n" + authors) == ["unknown-key"]
    assert codes(read, "title: x\naffiliations: {uni: [a]}\n" + authors) == ["wrong-type"]
    assert codes(read, "title: x\naffiliations: {a: b}\naffiliations: {uni: c}\n" + authors) == ["duplicate-key"]


# Places.


EXAMPLE = """\
# A review
title:  "Röntgen \\"rays\\"\\u00a0\\tand 𝒳"
subtitle: 'the author''s
  own words'
abstract: |2 # keep

    Literal   text

  with [@cite].
keywords: [ plain text , b ]
key-points:
  - Plain over
      lines

    and more.
sections:
  - heading: >
      Folded
      text

      and more
    text: &anchor |-
      Last
tables:
  t: {caption: c, columns: [x], rows: [[1.10]]}
statements:
"""


def shown(marked: Places, span: Span) -> str:
    line = LINE_BREAK.split(marked.text)[span.line - 1]
    return line[span.column - 1 : (span.end_column or span.column + 1) - 1]


@pytest.mark.parametrize(
    ("path", "line", "column", "length", "text"),
    [
        (("title",), 0, 0, 7, "Röntgen"),
        (("title",), 0, 8, 6, '\\"rays\\'),
        (("title",), 0, 16, 3, "and"),
        (("title",), 0, 20, 1, "𝒳"),
        (("subtitle",), 0, 4, 8, "author''s"),
        (("subtitle",), 0, 13, 3, "own"),
        (("abstract",), 0, 10, 4, "text"),
        (("abstract",), 2, 5, 7, "[@cite]"),
        (("keywords", 0), 0, 6, 4, "text"),
        (("key-points", 0), 0, 11, 5, "lines"),
        (("key-points", 0), 1, 4, 5, "more."),
        (("sections", 0, "heading"), 0, 7, 4, "text"),
        (("sections", 0, "heading"), 1, 0, 3, "and"),
        (("sections", 0, "text"), 0, 0, 4, "Last"),
        (("tables", "t", "rows", 0, 0), 0, 0, 4, "1.10"),
    ],
)
def test_a_place_within_prose_is_exact_in_every_style(
    read: Reader, path: source.YamlPath, line: int, column: int, length: int, text: str
) -> None:
    _, marked, _ = read(EXAMPLE)
    assert shown(marked, marked.span(path, line, column, length)) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("title",), '"Röntgen \\"rays\\"\\u00a0\\tand 𝒳"'),
        (("subtitle",), "'the author''s"),
        (("abstract",), "Literal   text"),
        (("keywords",), "[ plain text , b ]"),
        (("keywords", 1), "b"),
        (("sections",), "- heading: >"),
        (("sections", 0), "heading: >"),
        (("sections", 0, "heading"), "Folded"),
        (("statements",), "statements"),
    ],
)
def test_the_place_of_a_whole_value_is_its_first_line(read: Reader, path: source.YamlPath, text: str) -> None:
    _, marked, _ = read(EXAMPLE)
    assert shown(marked, marked.span(path)) == text


def test_the_place_of_a_key_is_the_key(read: Reader) -> None:
    _, marked, _ = read(EXAMPLE)
    assert shown(marked, marked.span(("sections", 0, "text"), key=True)) == "text"
    assert shown(marked, marked.span(("keywords", 1), key=True)) == "b"


def test_a_path_that_is_not_there_has_the_place_of_what_would_hold_it(read: Reader) -> None:
    _, marked, _ = read(EXAMPLE)
    assert shown(marked, marked.span(("tables", "t", "notes"), 3, 4, 5)) == "t"
    assert shown(marked, marked.span(("sections", 0, "id"))) == "heading: >"
    assert marked.span(("figures", "x", "src")).line == 2
    assert places.of("x.yaml", "").span(("title",)) == Span("x.yaml")


def test_a_place_beyond_a_value_is_its_end(read: Reader) -> None:
    _, marked, _ = read(EXAMPLE)
    assert marked.span(("keywords", 0), 5, 50) == Span("review.yaml", 10, 23)
    assert shown(marked, marked.span(("keywords", 0), 0, 6, 50)) == "text"


def test_a_place_behind_the_text_is_where_the_text_ends() -> None:
    assert places.of("f", "a: b\n\n \n").at(7, 8) == Span("f", 1, 5)


PROSE = st.text("ab 'é\"\\:#-\n\t𝒳横\u00a0", max_size=60).filter(lambda text: text.strip())


@settings(
    derandomize=True, deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(PROSE, st.sampled_from(["", "'", '"', "|", ">"]), st.integers(4, 40), st.booleans())
def test_every_visible_character_is_found_in_the_file(text: str, style: str, width: int, unicode: bool) -> None:
    written = yaml.dump({"k": {"title": text}}, default_style=style or None, width=width, allow_unicode=unicode)
    root, flaws = yaml12.compose(written)
    assert not flaws
    marked = places.of("f", written, root)
    lines = LINE_BREAK.split(written)
    last = Span("f", 1, 1)
    for row, line in enumerate(text.strip().split("\n")):
        for column, char in enumerate(line):
            span = marked.span(("k", "title"), row, column, 1)
            if char.isspace():
                continue
            assert lines[span.line - 1][span.column - 1] in (char, "\\", "'")
            assert (span.line, span.column) > (last.line, last.column)
            last = span


# Whatever a file holds.


def inside(span: Span | None, text: str) -> bool:
    """True for a span that points at characters of the text, or just behind the last of a line."""
    if span is None:
        return False
    lines = LINE_BREAK.split(text)
    length = len(lines[span.line - 1])
    return 1 <= span.column <= length + 1 and span.column <= (span.end_column or span.column + 1) - 1 <= length + 1


FREE = settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NOTATION = st.text("ab:-[]{}\"'|>&*!#%@`\n \t,?~<0.é\x00\x85\u2028\ufeff\r", max_size=80)
WORDS = """
    title lang authors name affiliations abstract heading text sections id figures src tables columns rows csv align
    annotations importance published pmid bibliography abbreviations <<
"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("ab 1:\n-é", max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text("ab1 ", max_size=3), inner, max_size=4),
    max_leaves=25,
)


def all_is_well(found: tuple[Review | None, Places, list[Diagnostic]]) -> None:
    review, marked, problems = found
    assert (review is None) == bool(problems)
    assert all(inside(problem.span, marked.text) for problem in problems)
    assert all(inside(marked.span(path), marked.text) for path in marked.marks)
    assert all(problem.source_line is not None and as_text(problem) for problem in problems)


@settings(FREE, max_examples=300)
@given(NOTATION)
def test_any_text_is_read_or_refused_with_a_place(read: Reader, text: str) -> None:
    all_is_well(read(text.encode()))


@settings(FREE, max_examples=150)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_place(read: Reader, data: bytes) -> None:
    all_is_well(read(data))


@settings(FREE, max_examples=200)
@given(st.dictionaries(KEYS, VALUES, max_size=8), st.sampled_from([True, False, None]))
def test_any_yaml_is_read_or_refused_with_a_place(read: Reader, value: dict[str, Any], flow: bool | None) -> None:
    all_is_well(read(yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)))


def test_what_was_read_travels_between_processes(read: Reader) -> None:
    found = read(EXAMPLE.replace("statements:\n", "").replace("title:", "titel:"))
    assert found[2]
    assert pickle.loads(pickle.dumps(found)) == found
    whole = read(EXAMPLE)
    assert whole[0] is not None
    assert pickle.loads(pickle.dumps(whole)) == whole


# The JSON Schema.


def test_the_committed_schema_is_the_model_s() -> None:
    committed = (REPOSITORY / "content" / "review.schema.json").read_text("utf-8")
    made = source.schema(profiles.names(Workspace(REPOSITORY)))
    assert committed == made, "write it again: diptych schema > content/review.schema.json"


def maps(schema: Any) -> list[dict[str, Any]]:
    """All schemas of maps within a schema."""
    inner = list(schema.values()) if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    here = [schema] if isinstance(schema, dict) and schema.get("type") == "object" else []
    return here + [found for one in inner for found in maps(one)]


def test_the_schema_lets_nothing_unknown_pass() -> None:
    found = maps(json.loads(source.schema()))
    assert len(found) > 10
    assert all("additionalProperties" in one for one in found)


def test_the_schema_explains_every_key() -> None:
    found = [
        (name, field) for one in maps(json.loads(source.schema())) for name, field in one.get("properties", {}).items()
    ]
    assert [name for name, field in found if not field.get("description")] == []


def test_the_schema_takes_numbers_where_they_stand_for_text() -> None:
    schema = json.loads(source.schema())

    def text(name: str, field: str) -> Any:
        return schema["$defs"][name]["properties"][field]["anyOf"][0]["type"]

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["date"]["anyOf"][0]["type"] == ["string", "number"]
    assert text("Published", "pmid") == ["string", "number"]
    assert text("Published", "doi") == "string"
    assert schema["$defs"]["Table"]["properties"]["rows"]["anyOf"][0]["items"]["items"]["type"] == ["string", "number"]
