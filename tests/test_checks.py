from pathlib import Path

from diptych import press
from diptych.workspace import Workspace
from projects import write

REFERENCES = """
- {id: falk, type: book, title: Larks, author: [{family: Falk}], publisher: Nest, issued: 2015}
- {id: bird, type: book, title: Wrens, author: [{family: Bird}], publisher: Nest, issued: 2016}
- {id: crow, type: book, title: Rooks, author: [{family: Crow}], publisher: Nest, issued: 2017}
- {id: dove, type: book, title: Owls, author: [{family: Dove}], publisher: Nest, issued: 2018}
"""
CITED = "sections: [{heading: One, text: '[@falk] [@bird] [@crow] [@dove]'}]\n"


def checked(root: Path, review: str) -> press.Built:
    """What `check` gives for a review with complete references."""
    return press.check(Workspace(root), write(root, review, references_yaml=REFERENCES))


def found(root: Path, review: str) -> list[str]:
    """What `check` says of a review that cites all its references, as `severity[code] line: message`."""
    made = checked(root, f"title: Birds\nbibliography: references.yaml\n{CITED}{review}")
    return [f"{one.severity}[{one.code}] {one.span.line if one.span else 0}: {one.message}" for one in made.diagnostics]


def test_a_sound_review_has_nothing_said_of_it(tmp_path: Path) -> None:
    assert found(tmp_path, "annotations:\n  dove: {importance: 1, text: Says why.}\ndate: 2020\n") == []


def test_a_grade_needs_an_annotation(tmp_path: Path) -> None:
    assert found(tmp_path, "annotations:\n  dove: {importance: 1}\n") == [
        "warning[grade-without-annotation] 5: “dove” has a grade but no annotation that says why it matters"
    ]


def test_an_annotation_without_a_grade_is_information(tmp_path: Path) -> None:
    assert found(tmp_path, "annotations:\n  dove: {text: Why.}\n") == [
        "info[annotation-without-grade] 5: “dove” is annotated but has no grade, so it is printed without a mark"
    ]


def test_a_graded_work_should_be_recent(tmp_path: Path) -> None:
    review = "date: 2019-05\nannotations:\n  falk: {importance: 1, text: Why.}\n  bird: {importance: 2, text: Why.}\n"
    assert found(tmp_path, review) == [
        "warning[graded-long-ago] 6: “falk” is graded, but of 2015: more than 3 years before this review"
    ]


def test_how_recent_is_for_the_journal_to_say(tmp_path: Path) -> None:
    review = "date: 2019\nannotation-limits: {window-years: 4}\nannotations:\n  falk: {importance: 1, text: Why.}\n"
    assert found(tmp_path, review) == []


def test_a_review_without_a_date_has_no_window(tmp_path: Path) -> None:
    assert found(tmp_path, "annotations:\n  falk: {importance: 1, text: Why.}\n") == []


def test_more_graded_works_than_allowed_are_counted(tmp_path: Path) -> None:
    review = "annotation-limits: {most-graded: 1}\nannotations:\n  falk: {importance: 1, text: A.}\n"
    assert found(tmp_path, review + "  bird: {importance: 1, text: B.}\n") == [
        "warning[too-many-graded] 5: 2 references are graded, 1 are allowed"
    ]


def test_an_annotation_should_not_repeat_the_title(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "title: T\nbibliography: [references.yaml, more.yaml]\nsections: [{heading: A, text: '[@wren]'}]\n"
        "annotations:\n  wren: {importance: 1, text: 'In *How wrens build their nests* we learn how.'}\n",
        more_yaml="- {id: wren, type: book, title: How Wrens <i>Build</i> Their Nests, issued: 2020}\n",
    )
    codes = [problem.code for problem in press.check(Workspace(tmp_path), file).diagnostics]
    assert "annotation-repeats-title" in codes


def test_a_title_of_a_word_or_two_may_stand_in_an_annotation(tmp_path: Path) -> None:
    assert found(tmp_path, "annotations:\n  dove: {importance: 1, text: The classic on owls.}\n") == []


def test_an_annotation_should_be_short(tmp_path: Path) -> None:
    words = "one two three four five six seven"
    review = f"annotation-limits: {{most-words: 6}}\nannotations:\n  dove: {{importance: 1, text: {words}}}\n"
    assert found(tmp_path, review) == [
        "warning[annotation-too-long] 6: the annotation of “dove” has 7 words, 6 are enough"
    ]


def test_references_that_nothing_cites_are_counted_once(tmp_path: Path) -> None:
    made = checked(tmp_path, "title: T\nbibliography: references.yaml\nsections: [{heading: A, text: '[@crow]'}]\n")
    assert [(one.severity, one.message) for one in made.diagnostics] == [
        ("info", "3 of 4 references are not cited: falk, bird, dove")
    ]


def test_an_annotation_that_came_with_its_reference_is_found_there(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "title: T\nbibliography: more.yaml\nsections: [{heading: A, text: '[@wren]'}]\n",
        more_yaml="# one\n- {id: wren, type: book, title: Wrens, issued: 2020, annote: A classic.}\n",
    )
    (problem, _) = press.check(Workspace(tmp_path), file).diagnostics
    assert problem.code == "annotation-without-grade"
    assert problem.span is not None
    assert (problem.span.file, problem.span.line) == ("content/birds/more.yaml", 2)
