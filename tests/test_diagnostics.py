"""Problems as values: how they print, sort, travel and turn into data."""

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.diagnostics import (
    LONGEST_LINE,
    Diagnostic,
    Span,
    as_data,
    as_text,
    did_you_mean,
    error,
    has_errors,
    in_order,
    line_of,
    nearest,
    warning,
    with_source_line,
)


def caret(line: str, column: int, end_column: int | None = None) -> list[str]:
    """What is shown of the line, and the carets beneath it."""
    problem = with_source_line(error("code", "message", Span("f", 1, column, end_column)), line)
    _, _, shown, carets = as_text(problem).splitlines()
    return [shown.removeprefix("  1 | "), carets.removeprefix("    | ")]


def test_a_problem_prints_as_place_code_message_line_caret_and_hint() -> None:
    problem = warning("odd-word", "this word is odd", Span("a/b.yaml", 12, 3, 6), "write another")
    assert as_text(with_source_line(problem, "\n" * 11 + "a odd word\n")) == (
        "a/b.yaml:12:3: warning[odd-word]: this word is odd\n"
        "     |\n"
        "  12 | a odd word\n"
        "     |   ^^^\n"
        "  = help: write another"
    )


def test_a_problem_without_a_place_prints_in_one_line() -> None:
    assert as_text(error("no-such-file", "there is no file")) == "error[no-such-file]: there is no file"


def test_a_problem_without_its_line_prints_the_place_alone() -> None:
    assert as_text(error("code", "message", Span("f", 2, 3))) == "f:2:3: error[code]: message"


def test_the_caret_stands_under_the_place_behind_tabs() -> None:
    assert caret("\t\ta b", 5, 6) == ["  a b", "    ^"]


def test_the_caret_stands_under_the_place_behind_wide_characters() -> None:
    assert caret("横書 ab", 4, 6) == ["横書 ab", "     ^^"]


def test_the_caret_is_as_wide_as_wide_characters() -> None:
    assert caret("a 横書", 3, 5) == ["a 横書", "  ^^^^"]


def test_combining_marks_take_no_room() -> None:
    assert caret("e\u0301e\u0301 ab", 6, 8) == ["e\u0301e\u0301 ab", "   ^^"]


def test_control_characters_are_shown_as_blanks() -> None:
    assert caret("a\x1b[31m\x00b", 8, 9) == ["a [31m b", "       ^"]


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    shown, carets = caret("x" * 500 + "here" + "y" * 500, 501, 505)
    assert len(shown) == LONGEST_LINE
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "here"


def test_a_place_at_the_end_of_a_line_has_a_caret_behind_it() -> None:
    assert caret("title:", 7) == ["title:", "      ^"]


def test_carets_end_with_the_line() -> None:
    assert caret("title: x", 8, 50) == ["title: x", "       ^"]


def test_a_place_behind_the_text_has_a_line_of_its_own() -> None:
    assert with_source_line(error("c", "m", Span("f", 2)), "a\n").source_line == ""
    assert with_source_line(error("c", "m", Span("f", 3)), "a\n").source_line is None


def test_lines_end_where_editors_end_them() -> None:
    text = "one\x0c\u2028still one\r\ntwo\rthree\nfour"
    assert with_source_line(error("c", "m", Span("f", 2)), text).source_line == "two"
    assert line_of(text, text.index("four")) == 4
    assert line_of(text, 0) == 1


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=200), st.integers(1, 300), st.none() | st.integers(1, 300))
def test_any_place_in_any_line_prints(line: str, column: int, end_column: int | None) -> None:
    problem = Diagnostic("error", "code", "message", Span("f", 1, column, end_column), None, line)
    assert as_text(problem).count("^") >= 1


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    late, early = error("b", "m", Span("f", 10, 2, 5)), error("a", "m", Span("f", 9, 30))
    nowhere = error("c", "m")
    assert in_order([late, early, late, nowhere]) == [nowhere, early, late]


def test_errors_alone_stop_a_build() -> None:
    assert not has_errors([warning("a", "m")])
    assert has_errors([warning("a", "m"), error("b", "m")])


@pytest.mark.parametrize(("word", "hint"), [("titel", "did you mean “title”?"), ("xyz", None)])
def test_the_hint_names_a_known_word_that_is_near(word: str, hint: str | None) -> None:
    assert did_you_mean(word, ["title", "text"]) == hint
    assert nearest(word, []) is None


def test_a_problem_is_ready_for_json() -> None:
    problem = error("code", "message", Span("f", 2, 3, 5), "hint")
    assert json.loads(json.dumps(as_data(problem))) == {
        "severity": "error",
        "code": "code",
        "message": "message",
        "hint": "hint",
        "file": "f",
        "line": 2,
        "column": 3,
        "end-column": 5,
    }
    assert as_data(error("code", "message"))["file"] is None


def test_a_problem_travels_between_processes() -> None:
    problem = with_source_line(error("code", "message", Span("f", 1, 3, 5), "hint"), "some text")
    assert pickle.loads(pickle.dumps(problem)) == problem


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    problem = error("no-such-file", "there is no “\x1b]0;owned\x07\u202egnp.exe”", Span("\x1b[2J.yaml"), "see \x9b1m")
    assert as_text(problem) == (
        "\\x1b[2J.yaml:1:1: error[no-such-file]: there is no “\\x1b]0;owned\\x07\\u202egnp.exe”\n  = help: see \\x9b1m"
    )
