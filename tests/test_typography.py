"""What a careful compositor looks for, measured on every page of every output."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
from lxml import html

import layout
from conftest import REVIEWS, ROOT
from diptych import compose, press
from diptych.document import Document
from diptych.paper import SIZES, on_paper
from diptych.printers.pdf import ProjectFetcher, lay_out
from diptych.workspace import Workspace, house_templates
from layout import FOOTNOTES, MARGIN, Line, of_small_page

pytestmark = pytest.mark.xdist_group("typography")  # one worker lays the pages out for all tests

SLACK = 0.5  # points; coordinates are sums of rounded ones
STEP = 3  # points; a quarter of a line, since columns with tables and figures in them differ by parts of lines
QR_REACH = 27 / 25.4 * 72  # points by which the codes of the handout stand out of its column


@pytest.fixture(params=SIZES.values())
def paper(request: pytest.FixtureRequest) -> str:
    """Each size of paper."""
    return str(request.param)


@cache
def laid_out(review: str, template: str, paper: str) -> tuple[Document, list[Line]]:
    """A review of content/ as a document, and its lines on the pages of the PDF."""
    return in_template(ROOT, review, template, paper)


def in_template(root: Path, review: str, template: str, paper: str = "") -> tuple[Document, list[Line]]:
    """A review of a project as a document, and its lines on the pages of the PDF; `paper` as CSS names it."""
    workspace = Workspace(root)
    content, _, _ = press.prepare(workspace, root / "content" / review / "review.yaml")
    chosen, _ = compose.find_template(template, workspace)
    assert content
    assert chosen
    document, _ = compose.fill(chosen, content, workspace)
    assert document
    document = on_paper(document, paper)
    return document, layout.lines(lay_out(document, workspace, ProjectFetcher(workspace))[0].pages)


def text_of(found: Sequence[Line]) -> list[Line]:
    """Those of the text and its tables, without notes and running heads."""
    return [line for line in found if line.part not in (FOOTNOTES, MARGIN)]


def shown(found: Sequence[Line]) -> list[str]:
    return [f"page {line.page}: {line.text[:60]}" for line in found]


# The measures: each gives the lines at fault.


def headings_left_behind(found: Sequence[Line]) -> list[Line]:
    """Headings and captions above tables that are the last of a column or page."""
    text = text_of(found)
    columns = [frame for frame in layout.by_frame(text) if frame[0].frame.is_column]
    pages = [[line for line in text if line.page == number] for number in {line.page for line in text}]
    followed = [line for line in text if line.is_heading or "caption" in line.around]
    return [group[-1] for group in (*columns, *pages) if group[-1] in followed]


def lines_over_the_margin(found: Sequence[Line]) -> list[Line]:
    return [line for line in found if _is_over(line, QR_REACH if "qr" in line.around else 0)]


def _is_over(line: Line, reach: float) -> bool:
    frame = line.frame
    sides = line.left < frame.left - SLACK or line.right > frame.right + reach + SLACK
    return sides or line.top < frame.top - SLACK or line.bottom > frame.bottom + SLACK


def unbalanced_columns(found: Sequence[Line]) -> list[Line]:
    """The last line of the longest of columns that could be nearer to each other in length."""
    columns = [frame for frame in layout.by_frame(text_of(found)) if frame[0].frame.is_column]
    faults = []
    for left, right in pairwise(columns):
        ended = left[0].frame.group == right[0].frame.group and not _goes_on(right, columns)
        longer, edge = (left, left[-1]) if left[-1].bottom > right[-1].bottom else (right, right[0])
        if ended and abs(left[-1].bottom - right[-1].bottom) > _unit(edge, longer) + STEP:
            faults.append(longer[-1])
    return faults


def lines_out_of_step(found: Sequence[Line]) -> list[Line]:
    """Lines of a second column that are not whole lines below the first of the one before it.

    Looked at as far as both hold nothing but text, headings and lists.
    """
    columns = [frame for frame in layout.by_frame(text_of(found)) if frame[0].frame.is_column]
    faults = []
    for left, right in pairwise(columns):
        beside = left[0].frame.group == right[0].frame.group
        first = _in_step(left)[:1] if beside else []
        faults += [line for line in _in_step(right) if first and _is_apart(line, first[0])]
    return faults


def _is_apart(line: Line, first: Line) -> bool:
    lines = (line.top - first.top) / (first.bottom - first.top)
    return abs(lines - round(lines)) * (first.bottom - first.top) > SLACK


def _in_step(column: Sequence[Line]) -> list[Line]:
    """The lines of the column before the first that is no text in the text's size."""
    height = column[0].bottom - column[0].top
    plain = {"p", "li", *layout.HEADINGS}
    return list(
        takewhile(lambda line: line.tag in plain and "text" in line.around and _is_as_high(line, height), column)
    )


def _is_as_high(line: Line, height: float) -> bool:
    return not line.owner and "blockquote" not in line.around and abs(line.bottom - line.top - height) < SLACK


def _goes_on(column: Sequence[Line], columns: Sequence[Sequence[Line]]) -> bool:
    """True where what stands in the columns goes on over the page, so that they are filled and not balanced."""
    last = column[-1]
    return any(one[0].page > last.page and one[0].frame.flow == last.frame.flow for one in columns)


def _unit(edge: Line, column: Sequence[Line]) -> float:
    """The height of what would have to move with the line at a column's edge: itself, a short paragraph, a block."""
    together = [line for line in column if edge.whole and line.whole == edge.whole]
    block = [line for line in column if line.block == edge.block]
    if not together:
        # Two lines stay with the one before and after them, and with the heading above.
        together = _under_its_heading(block, column) if len(block) <= 3 else [edge]
    if edge.is_heading:
        together = column[: len(block) + 1]
    return max(line.bottom for line in together) - min(line.top for line in together)


def _under_its_heading(block: Sequence[Line], column: Sequence[Line]) -> Sequence[Line]:
    start = next(place for place, line in enumerate(column) if line is block[0])
    while start and column[start - 1].is_heading:
        start -= 1
    end = next(place for place, line in enumerate(column) if line is block[-1])
    return column[start : end + 1]


def widows_and_orphans(found: Sequence[Line]) -> list[Line]:
    """Single lines of a broken paragraph at the edge of a column or page."""
    text = [line for line in text_of(found) if "thead" not in line.around]  # which is repeated, not broken
    broken = [piece for piece in layout.pieces(text) if len(piece) > 1]
    return [piece[edge][0] for piece in broken for edge in (0, -1) if len(piece[edge]) == 1]


def stacked_hyphens(found: Sequence[Line]) -> list[Line]:
    """Third and later lines in a row that end in a hyphen."""
    faults = []
    for block in layout.pieces(found):
        run = 0
        for line in (line for piece in block for line in piece):
            run = run + 1 if line.is_hyphenated else 0
            faults += [line] if run > 2 else []
    return faults


def short_parts(found: Sequence[Line]) -> list[Line]:
    """Lines whose hyphen leaves fewer than three letters of a word before or after it."""
    pairs = [pair for piece in layout.pieces(found) for pair in pairwise(line for part in piece for line in part)]
    return [line for line, following in pairs if line.parts_word and min(_parts(line, following)) < 3]


def _parts(line: Line, following: Line) -> tuple[int, int]:
    """The letters of a word before and after the hyphen that parts it."""
    return len(re.search(r"\w*\W$", line.text)[0]) - 1, len(re.match(r"\w*", following.text)[0])


def hyphenated_headings(found: Sequence[Line]) -> list[Line]:
    return [line for line in found if line.is_heading and line.text.endswith("\u2010")]


def overprinted(found: Sequence[Line]) -> list[Line]:
    """Lines that stand where another stands: notes over text, text over running heads, cells over cells."""
    pages = [[line for line in found if line.page == number] for number in {line.page for line in found}]
    return [one for page in pages for one, other in combinations(page, 2) if _meet(one, other)]


def _meet(one: Line, other: Line) -> bool:
    across = one.left < other.right - SLACK and other.left < one.right - SLACK
    return across and one.top < other.bottom - SLACK and other.top < one.bottom - SLACK


def touched_running_heads(found: Sequence[Line]) -> list[Line]:
    """Running heads and feet nearer than 6 pt to the text."""
    heads = [line for line in found if line.part == MARGIN]
    texts = [line for line in found if line.part != MARGIN and "qr" not in line.around]
    return [head for head in heads for line in texts if head.page == line.page and _gap(head, line) < 6]


def _gap(one: Line, other: Line) -> float:
    return max(other.top - one.bottom, one.top - other.bottom)


def lost_captions(found: Sequence[Line]) -> list[Line]:
    """Captions and notes that do not stand where their figure, or a row of their table, stands."""
    faults = []
    for owner in {line.owner for line in found if line.owner}:
        mine = [line for line in found if line.owner == owner]
        beside = [line for line in mine if {"caption", "figcaption", "table-note", "credit"} & set(line.around)]
        frames = {line.frame for line in mine if line not in beside}
        faults += [line for line in beside if frames and line.frame not in frames]
    return faults


def tables_without_a_head(found: Sequence[Line]) -> list[Line]:
    """The first rows of tables' later pages that stand there without the table's head."""
    rows: dict[tuple[int, layout.Frame], list[Line]] = {}
    for line in (line for line in found if line.owner and "tr" in line.around):
        rows.setdefault((line.owner, line.frame), []).append(line)
    headed = {owner for (owner, _), lines in rows.items() if any("thead" in line.around for line in lines)}
    return [lines[0] for (owner, _), lines in rows.items() if owner in headed and "thead" not in lines[0].around]


MEASURES: tuple[Callable[[Sequence[Line]], list[Line]], ...] = (
    headings_left_behind,
    lines_over_the_margin,
    unbalanced_columns,
    lines_out_of_step,
    widows_and_orphans,
    stacked_hyphens,
    short_parts,
    hyphenated_headings,
    overprinted,
    touched_running_heads,
    lost_captions,
    tables_without_a_head,
)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_no_page_of_any_output_has(
    output: tuple[str, str], paper: str, measure: Callable[[Sequence[Line]], list[Line]]
) -> None:
    assert shown(measure(laid_out(*output, paper)[1])) == []


def test_every_footnote_is_printed_once_and_whole(output: tuple[str, str], paper: str) -> None:
    document, found = laid_out(*output, paper)
    printed = squeezed("".join(line.text.removesuffix("\u2010") for line in found if line.part == FOOTNOTES))
    notes = [
        squeezed(str(note.xpath("string()")))
        for note in html.document_fromstring(document.html).iterfind(".//span[@class='footnote']")
        if note.find(".//span[@class='math']") is None  # formulas are pictures
    ]
    assert [note for note in notes if printed.count(note) != 1] == []


def squeezed(text: str) -> str:
    return "".join(text.split())


# The measures themselves: one that finds nothing anywhere measures nothing.

PAGE = "@page { size: 200pt 120pt; margin: 20pt } p, h2 { font: 10pt/12pt 'Source Serif Pro'; margin: 0 } "
WORDS = "Incomprehensibilities notwithstanding, extraordinarily disproportionate misunderstandings abound here. "


def faulty() -> Iterator[Any]:
    """A measure, the body and style of a page at fault, and how the line at fault begins."""
    filler = "<p>One.</p>" * 5
    yield (
        headings_left_behind,
        f"{filler}<p>Six</p><h2>Alone</h2><p>On.</p>",
        "p { height: 11pt } h2 { break-after: auto }",
        "Alone",
    )
    yield lines_over_the_margin, "<p style='white-space: nowrap'>Wide " + WORDS + "</p>", "", "Wide"
    yield (
        unbalanced_columns,
        "<main>" + "<p>Line</p>" * 4 + "</main>",
        "main { columns: 2; column-fill: auto; height: 40pt }",
        "Line",
    )
    yield (
        lines_out_of_step,
        "<main class='text'>" + "<p>Left</p>" * 3 + "<h2>Head</h2>" + "<p>Right</p>" * 3 + "</main>",
        "main { columns: 2 } h2 { margin-bottom: 3pt; break-before: column; break-inside: avoid }",
        "Right",
    )
    yield widows_and_orphans, f"{filler}<p>Left{'<br>On' * 2}</p>", "p { orphans: 1; widows: 1 }", "Left"
    yield (
        stacked_hyphens,
        f"<p lang='en'>{WORDS * 2}</p>",
        "p { hyphens: auto; width: 60pt } @page { size: 200pt 600pt }",
        "",
    )
    yield (
        short_parts,
        "<p lang='en'>Opportunistic opportunistic</p>",
        "p { hyphens: auto; hyphenate-limit-chars: 2 1 1; width: 86pt }",
        "Opportunistic op",
    )
    yield (
        hyphenated_headings,
        f"<h2 lang='en'>{WORDS}</h2>",
        "h2 { hyphens: auto; width: 70pt } @page { size: 200pt 600pt }",
        "",
    )
    yield overprinted, "<p>Under</p><p style='margin-top: -8pt'>Over</p>", "", "Under"
    yield (
        touched_running_heads,
        "<p>Text</p>",
        "@page { @top-left { content: 'Head'; vertical-align: bottom } }",
        "Head",
    )
    yield (
        lost_captions,
        "<figure class='figure'><p>Picture</p><figcaption>Far</figcaption></figure>",
        "figure { break-inside: auto } figcaption { break-before: page }",
        "Far",
    )
    table = "<table><thead><tr><th>Head</th></tr></thead>" + "<tr><td>Row</td></tr>" * 9 + "</table>"
    yield (
        tables_without_a_head,
        f"<div class='table-block'>{table}</div>",
        "thead { display: table-row-group }",
        "Row",
    )


@pytest.mark.parametrize(
    ("measure", "body", "css", "start"), list(faulty()), ids=lambda value: getattr(value, "__name__", "")
)
def test_a_page_at_fault_is_found(
    tmp_path: Path, measure: Callable[[Sequence[Line]], list[Line]], body: str, css: str, start: str
) -> None:
    found = measure(of_small_page(tmp_path, body, PAGE + css))
    assert found
    assert found[0].text.startswith(start)


# Footnotes over many pages

SENTENCE = "A dart that is thrown from the third floor flies over the yard and lands beside the bicycles. "
TWO_COLUMNS = (
    "@page { size: 130mm 120mm; margin: 15mm; @bottom-left { content: 'Page ' counter(page) ' of ' counter(pages) } }"
    "main { columns: 2; column-gap: 5mm } p { font-size: 11pt; line-height: 14pt; text-align: justify; hyphens: auto }"
    ".footnote { float: footnote; font-size: 9pt; line-height: 11pt }"
)


@pytest.mark.parametrize("columns", ["one", "two"])
def test_forty_footnotes_over_thirty_pages_are_each_printed_once(tmp_path: Path, columns: str) -> None:
    manuscript = (house_templates() / "manuscript" / "style.css").read_text(encoding="utf-8")
    paragraphs = "".join(
        f"<p>{SENTENCE * (14 if columns == 'one' else 4)}<span class='footnote'>Note number {number} says"
        f" {'so and ' * (number % 9)}ends {number}.</span> {SENTENCE * 4}</p>"
        for number in range(1, 41)
    )
    found = of_small_page(
        tmp_path, f"<main class='text'>{paragraphs}</main>", manuscript if columns == "one" else TWO_COLUMNS
    )
    notes = squeezed("".join(line.text.removesuffix("\u2010") for line in found if line.part == FOOTNOTES))
    assert max(line.page for line in found) >= 30
    assert [n for n in range(1, 41) if notes.count(f"Notenumber{n}says{'soand' * (n % 9)}ends{n}.") != 1] == []
    assert shown(overprinted(found)) == []


# Long tables


@pytest.mark.parametrize("rows", [10, 60])
def test_a_table_as_long_as_a_column_leaves_none_of_it_empty(tmp_path: Path, rows: int) -> None:
    article = (house_templates() / "article" / "style.css").read_text(encoding="utf-8")
    cells = "".join(f"<tr><td>Study {number}</td><td>{number}</td></tr>" for number in range(rows))
    head = "<caption>Table 1.</caption><thead><tr><th>Study</th><th>Darts</th></tr></thead>"
    table = f"<div class='table-block' id='tbl-a'><table>{head}<tbody>{cells}</tbody></table></div>"
    text = f"<main class='text columns'>{'<p>Line.</p>' * 30}{table}{'<p>Line.</p>' * 60}</main>"
    found = of_small_page(tmp_path, text, article)
    faults = {measure.__name__: shown(measure(found)) for measure in MEASURES}
    assert {name: lines for name, lines in faults.items() if lines} == {}
    first = layout.by_frame(text_of(found))[0]
    assert first[0].frame.bottom - first[-1].bottom < 30
    assert len({line.frame for line in found if line.owner}) == (1 if rows == 10 else 2)


# Large print


def large_print(root: Path, review: str) -> list[Line]:
    """The lines of the handout in large print, a template of two files that a project may have."""
    project = root / "project"
    shutil.copytree(ROOT / "content" / review, project / "content" / review)
    folder = project / "templates" / "handout-large"
    folder.mkdir(parents=True)
    settings = (ROOT / "templates" / "handout" / "template.yaml").read_text(encoding="utf-8")
    larger = settings.replace("handout/style.css", "handout/style.css, handout/large-print.css")
    (folder / "template.yaml").write_text(larger, encoding="utf-8")
    (folder / "document.html.j2").write_text('{% include "handout/document.html.j2" %}', encoding="utf-8")
    return in_template(project, review, "handout-large")[1]


@pytest.mark.parametrize("review", REVIEWS)
def test_large_print_is_large_and_keeps_the_rules(tmp_path: Path, review: str) -> None:
    found = large_print(tmp_path, review)
    faults = {measure.__name__: shown(measure(found)) for measure in MEASURES if measure is not lines_over_the_margin}
    assert {name: lines for name, lines in faults.items() if lines} == {}
    outside = [line for line in found if line.right > line.frame.right + SLACK or line.left < line.frame.left - SLACK]
    assert shown(outside) == []
    assert min(line.bottom - line.top for line in found) >= 19 - SLACK
