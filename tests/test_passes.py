from pathlib import Path

from lxml import html

from diptych.compose.passes import finish
from diptych.vocabulary import ELEMENTS


def finished(body: str, notes: str = "footnotes") -> html.HtmlElement:
    text, problems = finish(f"<html><head><title>T</title></head><body>{body}</body></html>", "article", notes, {})
    assert problems == []
    return html.document_fromstring(text).body


def inner(element: html.HtmlElement) -> list[str]:
    return [child.get("id") or child.tag for child in element]


MENTION = '<p><a class="crossref" href="#{}">x</a></p>'


def floats(*names: str) -> str:
    return (
        '<div class="floats">' + "".join(f'<figure class="figure" id="{name}"></figure>' for name in names) + "</div>"
    )


def test_a_figure_stands_behind_the_block_that_mentions_it_first() -> None:
    body = finished(
        f'<main class="text"><p>a</p>{MENTION.format("fig-b")}<p>c</p>{MENTION.format("fig-b")}{floats("fig-b")}</main>'
    )
    assert inner(body[0]) == ["p", "p", "fig-b", "p", "p"]


def test_figures_mentioned_in_one_block_keep_their_order() -> None:
    both = '<p><a class="crossref" href="#tbl-b">x</a> <a class="crossref" href="#fig-a">y</a></p>'
    body = finished(f'<main class="text">{both}<p>z</p>{floats("tbl-b", "fig-a")}</main>')
    assert inner(body[0]) == ["p", "tbl-b", "fig-a", "p"]


def test_a_figure_that_is_never_mentioned_stands_at_the_end() -> None:
    body = finished(f'<main class="text">{floats("fig-a")}<p>z</p></main>')
    assert inner(body[0]) == ["p", "fig-a"]


def test_a_mention_inside_a_list_puts_the_figure_behind_the_list() -> None:
    body = finished(f'<main class="text"><ul><li>{MENTION.format("fig-a")}</li></ul><p>z</p>{floats("fig-a")}</main>')
    assert inner(body[0]) == ["ul", "fig-a", "p"]


def test_blocks_know_the_heading_or_float_that_follows() -> None:
    body = finished(f'<main class="text"><p>a</p><h2>b</h2>{MENTION.format("fig-a")}<p>c</p>{floats("fig-a")}</main>')
    assert [child.get("data-before") for child in body[0]] == ["h2", None, "float", None, None]


def test_blocks_before_floats_know_the_heading_that_follows_those() -> None:
    text = f"{MENTION.format('fig-a')}<h3>b</h3><p>c</p>{floats('fig-a')}"
    body = finished(f'<main class="text">{text}</main>')
    assert [child.get("data-before") for child in body[0]] == ["float h3", "h3", None, None]


def test_a_table_in_the_prose_counts_as_a_float() -> None:
    body = finished('<main class="text"><p>a</p><div class="table-block"><table></table></div><p>b</p></main>')
    assert [child.get("data-before") for child in body[0]] == ["float", None, None]


def test_a_link_to_what_is_not_printed_becomes_text() -> None:
    body = finished(
        '<p>see <a class="cite" href="#ref-x">3</a>, <a class="cite" href="#ref-y">4</a></p><p id="ref-y">y</p>'
    )
    assert html.tostring(body[0]) == b'<p>see 3, <a class="cite" href="#ref-y">4</a></p>'


def test_a_superscript_citation_follows_its_word_without_a_space() -> None:
    body = finished('<p>seen <span class="citation"><sup>3</sup></span> and <span class="citation">[4]</span></p>')
    assert body[0].text_content() == "seen3 and [4]"


def test_a_doi_may_be_broken_behind_its_resolver_only() -> None:
    body = finished('<p class="entry">x <a href="https://doi.org/10.1/x">https://doi.org/10.1/x</a></p>')
    assert body[0].text_content() == "x https://doi.org/10.1/x"
    assert body[0].findtext(".//span[@class='nowrap']") == "https://doi.org/"


def test_endnotes_are_collected_in_the_order_of_their_calls() -> None:
    body = finished(
        '<p>a<span class="footnote">first <em>note</em></span> b<span class="footnote">second</span></p>'
        '<section class="notes"><h2>Notes</h2><ol class="note-list"></ol></section>',
        "endnotes",
    )
    assert body[0].text_content() == "a1 b2"
    assert [item.text_content() for item in body.iter("li")] == ["first note", "second"]
    assert [link.get("href") for link in body.iter("a")] == ["#note-1", "#note-2"]


def test_a_notes_section_without_notes_is_not_printed() -> None:
    body = finished('<p>a</p><section class="notes"><h2>Notes</h2><ol class="note-list"></ol></section>', "endnotes")
    assert inner(body) == ["p"]


def test_what_is_not_in_the_vocabulary_is_reported_once() -> None:
    page = '<html><head></head><body><video></video><video></video><p class="poem">x</p></body></html>'
    _, problems = finish(page, "article", "footnotes", {})
    assert [problem.message for problem in problems] == [
        "printers may not know <video>",
        'printers may not know <p class="poem">',
    ]


def test_architecture_names_every_class_of_the_vocabulary() -> None:
    written = Path(__file__).parents[1].joinpath("ARCHITECTURE.md").read_text(encoding="utf-8")
    classes = {name for names in ELEMENTS.values() for name in names.split()}
    assert [name for name in sorted(classes) if name not in written] == []


def test_a_range_of_numbers_in_a_cell_is_kept_whole() -> None:
    body = finished("<table><tr><td>at 5 y 17.7% (6–34), <b>−2–4</b>, a–b – 3, 1.5–2</td></tr></table><p>6–34</p>")
    assert [span.text for span in body.findall(".//span[@class='nowrap']")] == ["(6–34),", "−2–4", "1.5–2"]
    assert body.text_content() == "at 5 y 17.7% (6–34), −2–4, a–b – 3, 1.5–26–34"
