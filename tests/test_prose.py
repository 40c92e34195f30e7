"""The Markdown dialect: what it prints, where it says things stand, what it refuses, and that nothing makes it fall."""

from __future__ import annotations

import pickle
import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from diptych import prose
from diptych.prose import Citation, Cluster, CrossReference, Passage, Problem

NBSP = "\N{NO-BREAK SPACE}"
MARKS = {"normal": "", "suppress-author": "-", "author-in-text": "@"}


class Shorthand:
    """Prints citations as ‹prefix|key|locator|suffix›, or ‹key› where there is nothing else."""

    def citation(self, cluster: Cluster) -> str:
        return "".join(f"‹{escape(shorthand(citation))}›" for citation in cluster.citations)

    def crossref(self, reference: CrossReference) -> str:
        return f"«{reference.kind} {escape(reference.name)}»"

    def comment(self, words: str) -> str:
        return f"[{escape(words)}]"

    def place(self, line: int) -> str:
        return ""

    def footnote(self, content: str) -> str:
        return f'<span class="footnote">{content}</span>'


def shorthand(citation: Citation) -> str:
    key = MARKS[citation.mode] + citation.key
    locator = f"{citation.label} {citation.locator}".strip()
    around = (citation.prefix, key, locator, citation.suffix)
    return "|".join(around) if any((citation.prefix, locator, citation.suffix)) else key


def printed(text: str, lang: str = "en-US") -> str:
    """The blocks of a text that has no problems."""
    passage, problems = prose.parse(text, lang)
    assert problems == ()
    return prose.blocks(passage, Shorthand())


def line(text: str, lang: str = "en-US") -> str:
    passage, problems = prose.parse(text, lang)
    assert problems == ()
    return prose.inline(passage, Shorthand())


def problems(text: str) -> list[Problem]:
    return list(prose.parse(text, "en-US")[1])


def codes(text: str) -> list[str]:
    return [problem.code for problem in problems(text)]


def places(text: str) -> list[tuple[str, int, int]]:
    """Every key and name mentioned with its line and column, in order of reading."""
    found: list[tuple[str, int, int]] = []
    for mention in prose.parse(text, "en-US")[0].mentions:
        if isinstance(mention, Cluster):
            found += [(citation.key, citation.line, citation.column) for citation in mention.citations]
        else:
            found.append((f"{mention.kind}-{mention.name}", mention.line, mention.column))
    return found


BLOCKS = {
    "One.\n\nTwo\nlines.": "<p>One.</p>\n<p>Two\nlines.</p>",
    "a\\\nb  \nc": "<p>a<br>b<br>c</p>",
    "- a\n- b": "<ul><li>a</li><li>b</li></ul>",
    "- a\n\n- b": "<ul><li><p>a</p></li><li><p>b</p></li></ul>",
    "1. a\n   - b": "<ol><li>a<ul><li>b</li></ul></li></ol>",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "0. a": '<ol start="0"><li>a</li></ol>',
    "> a\n> b": "<blockquote><p>a\nb</p></blockquote>",
    "```python\na < b @c\n```": "<pre><code>a &lt; b @c</code></pre>",
    "    a & b": "<pre><code>a &amp; b</code></pre>",
    "a\n\n---\n\nb": "<p>a</p>\n<hr>\n<p>b</p>",
    "$$\nx < 1\n$$": '<div class="equation"><span class="math" data-tex="x &lt; 1">x &lt; 1</span></div>',
    "a $$x$$ b": '<p>a</p>\n<div class="equation"><span class="math" data-tex="x">x</span></div>\n<p>b</p>',
    "|a|b|c|\n|-|:-:|-:|\n|1|2|3|": '<div class="table-block"><table><thead><tr><th scope="col">a</th>'
    '<th scope="col" class="align-center">b</th><th scope="col" class="align-right">c</th></tr></thead>'
    '<tbody><tr><td>1</td><td class="align-center">2</td><td class="align-right">3</td></tr></tbody></table></div>',
    "|a|\n|:-|": '<div class="table-block"><table><thead><tr><th scope="col">a</th></tr></thead></table></div>',
    "- a $$x$$": '<ul><li><p>a</p><div class="equation"><span class="math" data-tex="x">x</span></div></li></ul>',
    "": "",
    " \n": "",
}


@pytest.mark.parametrize(("text", "expected"), BLOCKS.items())
def test_blocks_are_printed_in_the_vocabulary(text: str, expected: str) -> None:
    assert printed(text) == expected


INLINES = {
    "*a* **b** ~~c~~ `d`": "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>",
    "H~2~O and x^2^": "H<sub>2</sub>O and x<sup>2</sup>",
    '$\\alpha < "b"$': '<span class="math" data-tex="\\alpha &lt; &quot;b&quot;">\\alpha &lt; "b"</span>',
    "$5 and $10, or 5 $ and $ 3": "$5 and $10, or 5 $ and $ 3",
    "<b onclick='x'>a</b> <!-- c -->": "&lt;b onclick=‘x’&gt;a&lt;/b&gt;",
    "a<!-- one\ntwo -->b <!-- note: for Ada -->c": "ab [for Ada]c",
    "`<!-- a -->` \\<!-- b -->": "<code>&lt;!-- a --&gt;</code> &lt;!– b –&gt;",
    "<!-- never closed": "&lt;!– never closed",
    "$a<!-- note: b -->c$": '<span class="math" data-tex="ac">ac</span>',
    "&lt;i&gt; &amp;c.": "&lt;i&gt; &amp;c.",
    '[a](https://x.org/?b&c "title")': '<a href="https://x.org/?b&amp;c">a</a>',
    "[a](#fig-x) [b](mailto:c@d.org)": '<a href="#fig-x">a</a> <a href="mailto:c@d.org">b</a>',
    "<https://x.org/a--b'c>": '<a href="https://x.org/a--b&#x27;c">https://x.org/a--b\'c</a>',
    "<me@x.org>": '<a href="mailto:me@x.org">me@x.org</a>',
    "[a][r]\n\n[r]: https://x.org": '<a href="https://x.org">a</a>',
    "[a](javascript:alert(1))": "[a](javascript:alert(1))",
    "[a](JaVaScript:b) <vbscript:c>": "[a](JaVaScript:b) &lt;vbscript:c&gt;",
    "[a](data:text/html,b) [c](file:///d)": "[a](data:text/html,b) [c](file:///d)",
    "[a](//b) [c](d.md)": "[a](//b) [c](d.md)",
    "[a]()": "a",
    '[le *mot*]{lang=fr} [x]{lang="de-CH"}': '<span lang="fr">le <em>mot</em></span> <span lang="de-CH">x</span>',
    '[a]{lang="x onclick=1"} [b]{.c}': "[a]{lang=“x onclick=1”} [b]{.c}",
    "[1] and [a; b]": "[1] and [a; b]",
}


@pytest.mark.parametrize(("text", "expected"), INLINES.items())
def test_inlines_are_printed_in_the_vocabulary(text: str, expected: str) -> None:
    assert line(text) == expected


TYPOGRAPHY = {
    ("en-US", "\"a 'b' c\""): "“a ‘b’ c”",
    ("en", "it's the '90s, the patients' \"own\""): "it’s the ’90s, the patients’ “own”",
    ("de", "\"a 'b' c\""): "„a ‚b‘ c“",
    ("de-CH", '"a"'): "«a»",
    ("fr", '"l\'a" ; b ? 10:30'): f"«{NBSP}l’a{NBSP}»{NBSP}; b{NBSP}? 10:30",
    ("fr-CA", '"a"'): f"«{NBSP}a{NBSP}»",
    ("es", '"a"'): "«a»",
    ("it", '"a"'): "«a»",
    ("nl", '"a"'): "“a”",
    ("sv", '"a"'): "”a”",
    ("xx", '"a"'): "“a”",
    ("en", "a--b, 3--5 -- c---d ---- e..."): "a–b, 3–5 – c—d ---- e…",
    ("en", '\\"a\\" \\-- \\... `--` $--$'): '"a" -- ... <code>--</code> <span class="math" data-tex="--">--</span>',
    ("en", "(c) +- ?????"): "(c) +- ?????",
    ("en", '"[@a]" and @b\'s "^[n]"'): '“‹a›” and ‹@b›’s “<span class="footnote">n</span>”',
    ("en", "50 Gy in 3 min, 5 % of 2 mg/kg, 4 µg, 37 °C"): "50~Gy in 3~min, 5~% of 2~mg/kg, 4~µg, 37~°C".replace(
        "~", NBSP
    ),
    ("en", "12 months, 3 metastases, 5 gyri, a Gy"): "12 months, 3 metastases, 5 gyri, a Gy",
    ("en", "50\nGy, 12\nmonths"): f"50{NBSP}Gy, 12\nmonths",
    ("en", "p < 0.05, *P* = .03, n\n= 12"): f"p{NBSP}&lt;{NBSP}0.05, <em>P</em>{NBSP}={NBSP}.03, n{NBSP}={NBSP}12",
    ("en", "survival = 12, 5 ± 3, HR > x"): f"survival ={NBSP}12, 5 ±{NBSP}3, HR &gt; x",
}


def test_a_note_between_paragraphs_goes_to_the_head_of_the_next_or_to_the_end_of_the_last() -> None:
    assert printed("<!-- note: a -->\n\nb\n\n<!-- note: c -->") == "<p>[a]b[c]</p>"
    assert printed("a\n\n<!-- nothing -->\n\nb") == "<p>a</p>\n<p>b</p>"


def test_words_alone_are_without_comments() -> None:
    passage, _ = prose.parse("a <!-- note: b --> c <!-- d -->", "en")
    assert prose.plain(passage) == "a c"


def test_what_stands_behind_a_comment_has_its_place() -> None:
    assert [place[1:] for place in places("<!-- note: a\nb --> [@c] <!-- d --> [@e]")] == [(1, 7), (1, 23)]


@pytest.mark.parametrize(("source", "expected"), TYPOGRAPHY.items())
def test_punctuation_is_set_as_the_language_has_it(source: tuple[str, str], expected: str) -> None:
    lang, text = source
    assert line(text, lang) == expected


CITATIONS = {
    "[@a]": "‹a›",
    "[@a; @b, p. 3]": "‹a›‹|b|page 3|›",
    "[see @a, pp. 33-35; also @b, chap. 2 and elsewhere]": "‹see|a|page 33-35|›‹also|b|chapter 2| and elsewhere›",
    "[-@a]": "‹-a›",
    "[see -@a, 3]": "‹see|-a|page 3|›",
    "@a says": "‹@a› says",
    "@a [p. 3] says": "‹|@a|page 3|› says",
    "@a\n[p. 3; @b, 4] says": "‹|@a|page 3|›‹|b|page 4|› says",
    "@a [in the appendix]": "‹|@a|| in the appendix›",
    "@a [@b; see -@c, 3]": "‹@a›‹b›‹see|-c|page 3|›",
    "@a [b](https://x.org)": '‹@a› <a href="https://x.org">b</a>',
    "@a [b]{lang=fr}": '‹@a› <span lang="fr">b</span>',
    "@a. (@b) “@c”, @d's pre-@e": "‹@a›. (‹@b›) “‹@c›”, ‹@d›’s pre-‹@e›",
    "@doe99: and @a:b/c.d_e-f; @x--y": "‹@doe99›: and ‹@a:b/c.d_e-f›; ‹@x›–y",
    "[@https://x.org/a?b=c]": "‹https://x.org/a?b=c›".replace("=c", "|| =c").replace("‹", "‹|"),
    "@{any key}. [@{a; b}, 3]": "‹@any key›. ‹|a; b|page 3|›",
    "@müller2020": "‹@müller2020›",
    '[*see* "b" @a, `c` -- d]': "‹see “b”|a||, c – d›",
    "[@a, {p. 3; x}, w]": "‹|a|page 3; x|, w›",
    "[@a{ii, A, D-Z}, with b]": "‹|a|page ii, A, D-Z|, with b›",
    "[@a{}, 99 years later]": "‹|a||, 99 years later›",
    "[@a, 33, 35--37, and no more]": "‹|a|page 33, 35–37|, and no more›",
    "[@a, p.e1234] [@b, S12–S15]": "‹|a|page e1234|› ‹|b|page S12–S15|›",
    "[@a, sec. iv-vi, b] [@c, § 3.2]": "‹|a|section iv-vi|, b› ‹|c|section 3.2|›",
    "[@a, Fig. 2] [@b, vol. 3] [@c, Chapter 4]": "‹|a|figure 2|› ‹|b|volume 3|› ‹|c|chapter 4|›",
    "[@a, page-turner] [@b, vivid] [@c, p. vital]": "‹|a||, page-turner› ‹|b||, vivid› ‹|c||, p. vital›",
    "[see [1] in @a]": "‹see [1] in|a||›",
    "*@a* **[@b]** ~~@c~~": "<em>‹@a›</em> <strong>‹b›</strong> <s>‹@c›</s>",
    "[@a\n; @b]": "‹a›‹b›",
    "[@a 1, and x ; see y @b, z;@c]": "‹|a|page 1|, and x›‹see y|b||, z›‹c›",
    "[@a, x &amp; y; @b]": "‹|a||, x &amp; y›‹b›",
}


@pytest.mark.parametrize(("text", "expected"), CITATIONS.items())
def test_citations_are_read_as_pandoc_reads_them(text: str, expected: str) -> None:
    assert line(text) == expected


CROSS_REFERENCES = {
    "@fig-x, @tbl-y. (@sec-z)": "«fig x», «tbl y». («sec z»)",
    "[@fig-x]": "«fig x»",
    "[@fig-a; @tbl-b]": "«fig a», «tbl b»",
    "[see @fig-a, left; @fig-b]": "see «fig a», left, «fig b»",
    "@fig-a [b]": "«fig a» [b]",
    "@fig-a--@fig-b": "«fig a»–«fig b»",
    "@figure-x @fig @tbl-": "‹@figure-x› ‹@fig› ‹@tbl›-",
}


@pytest.mark.parametrize(("text", "expected"), CROSS_REFERENCES.items())
def test_cross_references_are_told_from_citations_by_their_kind(text: str, expected: str) -> None:
    assert line(text) == expected


TEXT = {
    "a@b.org, first.last+tag@b.org": "a@b.org, first.last+tag@b.org",
    "\\@a and [\\@a]": "@a and [@a]",
    "`@a` and [`@a`]": "<code>@a</code> and [<code>@a</code>]",
    "$@a$": '<span class="math" data-tex="@a">@a</span>',
    "[@a](https://x.org) [b @c *@d*](https://x.org)": '<a href="https://x.org">@a</a> '
    '<a href="https://x.org">b @c <em>@d</em></a>',
    "https://x.org/@a": "https://x.org/@a",
    "<https://x.org/@a>": '<a href="https://x.org/@a">https://x.org/@a</a>',
    "@ a, @, @@ and @-": "@ a, @, @@ and @-",
    "[a@b.org; c@d.org]": "[a@b.org; c@d.org]",
}


@pytest.mark.parametrize(("text", "expected"), TEXT.items())
def test_an_at_sign_that_cites_nothing_stays_text(text: str, expected: str) -> None:
    passage, found = prose.parse(text, "en")
    assert (prose.inline(passage, Shorthand()), passage.mentions, found) == (expected, (), ())


FOOTNOTES = {
    "a^[b *c* @d]": '<p>a<span class="footnote">b <em>c</em> ‹@d›</span></p>',
    "a[^1].\n\n[^1]: b\n    c\n\n    d": '<p>a<span class="footnote">b\nc<br>d</span>.</p>',
    "- a[^x]\n\n[^x]: b": '<ul><li>a<span class="footnote">b</span></li></ul>',
    "a^[[b](https://x.org) `]`]": '<p>a<span class="footnote"><a href="https://x.org">b</a> <code>]</code></span></p>',
    "a^[b $$x$$]": '<p>a<span class="footnote">b <span class="math" data-tex="x">x</span></span></p>',
}


@pytest.mark.parametrize(("text", "expected"), FOOTNOTES.items())
def test_footnotes_are_printed_at_their_calls(text: str, expected: str) -> None:
    assert printed(text) == expected


def test_mentions_are_in_order_of_reading_and_clusters_count_from_zero() -> None:
    passage, _ = prose.parse("@b[^n] [@c; @d] ^[@fig-e @f] @g\n\n[^n]: [@a]", "en")
    keys = [
        [citation.key for citation in mention.citations] if isinstance(mention, Cluster) else mention.name
        for mention in passage.mentions
    ]
    indices = [mention.index for mention in passage.mentions if isinstance(mention, Cluster)]
    assert keys == [["b"], ["a"], ["c", "d"], "e", ["f"], ["g"]]
    assert indices == [0, 1, 2, 3, 4]


PLACES = {
    "@a [@b; see -@c] ^[n @d] @fig-e": [("a", 0, 0), ("b", 0, 4), ("c", 0, 13), ("d", 0, 21), ("fig-e", 0, 25)],
    "x\n\n  y @a\n z @b": [("a", 2, 4), ("b", 3, 3)],
    "- x @a\n  @b\n\n  1. @c\n     @d\n  lazy @e": [
        ("a", 0, 4), ("b", 1, 2), ("c", 3, 5), ("d", 4, 5), ("e", 5, 7),
    ],
    "> @a\n>@b\nlazy @c\n> > @d": [("a", 0, 2), ("b", 1, 1), ("c", 2, 5), ("d", 3, 4)],
    "-\t@a\n\t@b\n\n\t>\t@c": [("a", 0, 2), ("b", 1, 1), ("c", 3, 3)],
    "| x @a | @b |\n|--|--|\n| y \\| z \\| @c | @d \\| @e |\n  @f | `\\|` @g": [
        ("a", 0, 4), ("b", 0, 9), ("c", 2, 12), ("d", 2, 17), ("e", 2, 23), ("f", 3, 2), ("g", 3, 12),
    ],
    "> - |@a|\n>   |--|\n>   |@b|": [("a", 0, 5), ("b", 2, 5)],
    "x[^1]\n\n[^1]: @a\n    @b\n\n    - @c\n": [("a", 2, 6), ("b", 3, 4), ("c", 5, 6)],
    "@a [p. 3; @b]\n[see\n@c; x @d]": [("a", 0, 0), ("b", 0, 10), ("c", 2, 0), ("d", 2, 6)],
    "@a @a\n@a": [("a", 0, 0), ("a", 0, 3), ("a", 1, 0)],
    "# @a # x #\n\nx @b\n====": [("a", 0, 2), ("b", 2, 2)],
    "x\r\ny @a\r\n\r\n@b\rz @c": [("a", 1, 2), ("b", 3, 0), ("c", 4, 2)],
    "\x00x\u202e @a\n\ufeff\x01@b": [("a", 0, 4), ("b", 1, 2)],
    "\N{GRINNING FACE}é @a": [("a", 0, 3)],
    "*x **y** @a* \\[ &amp; `@` @b": [("a", 0, 9), ("b", 0, 26)],
    "![x @a](y)": [("a", 0, 4)],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLACES.items())
def test_the_place_of_a_mention_is_that_of_its_at_sign(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert places(text) == expected


PROBLEMS = {
    # text: (code, line, column, length) of each problem
    "a\n\n# b": [("heading-in-prose", 2, 0, 3)],
    "a\n---": [("heading-in-prose", 0, 0, 1)],
    "a ![b](c.png)": [("image-in-prose", 0, 2, 11)],
    "a ![b](data:image/png;base64,AA==)": [("image-in-prose", 0, 2, 32)],
    "a ![b][c]": [("image-in-prose", 0, 2, 7)],
    "a [@b": [("unclosed-citation", 0, 2, 1)],
    "a ^[b": [("unclosed-footnote", 0, 2, 2)],
    "[@a; b c]": [("citation-without-key", 0, 5, 3)],
    "[@a;]": [("citation-without-key", 0, 4, 1)],
    "[@a, @b]": [("citation-without-semicolon", 0, 5, 2)],
    "[@a; @fig-b]": [("mixed-citation", 0, 1, 10)],
    "[see [@a] @b]": [("nested-in-citation", 0, 6, 1)],
    "[@a, b^[c]]": [("nested-in-citation", 0, 6, 1)],
    "^[a ^[b]]": [("nested-in-footnote", 0, 4, 1)],
    "a[^b]": [("undefined-footnote", 0, 1, 4)],
    "a[^b][^b]\n\n[^b]: c": [("repeated-footnote", 0, 5, 4)],
    "a[^b]\n\n[^b]: c\n\n[^b]: d": [("duplicate-footnote", 4, 0, 7)],
    "a[^b]\n\n[^b]: c\n\n    - d": [("footnote-with-blocks", 2, 0, 7)],
    "a[^b]\n\n[^b]: c[^d]\n\n[^d]: e": [("nested-in-footnote", 2, 7, 1), ("unused-footnote", 4, 0, 7)],
    "a[^b]\n\n[^b]: c[^b]": [("nested-in-footnote", 2, 7, 1)],
    "$$\n$$": [("empty-formula", 0, 0, 2)],
    "a\n\n  40000. b": [("list-start", 2, 2, 8)],
    "a\x00\x01b\u202e": [("unprintable-character", 0, 1, 2), ("unprintable-character", 0, 4, 1)],
    "- " * 11 + "a": [("too-deeply-nested", 0, 0, 23)],
    "> " * 21 + "a": [("too-deeply-nested", 0, 0, 43)],
    "*" * 60 + "a" + "*" * 60: [("too-deeply-nested", 0, 0, 1)],
}


@pytest.mark.parametrize(("text", "expected"), PROBLEMS.items())
def test_what_prose_cannot_hold_is_reported_where_it_stands(
    text: str, expected: list[tuple[str, int, int, int]]
) -> None:
    assert [(found.code, found.line, found.column, found.length) for found in problems(text)] == expected


def test_every_problem_is_reported_at_once_and_in_order() -> None:
    assert codes("# a\n\n[@b\n\n![c](d)\n\ne[^f]") == [
        "heading-in-prose",
        "unclosed-citation",
        "image-in-prose",
        "undefined-footnote",
    ]


def test_problems_that_change_nothing_said_are_warnings() -> None:
    warned = {found.code for found in problems("40000. a\x00\n\n[^b]: c") if found.severity == "warning"}
    assert warned == {"list-start", "unprintable-character", "unused-footnote"}


def test_a_footnote_that_is_not_defined_brings_the_nearest_label_to_mind() -> None:
    assert "did you mean “dose”?" in (problems("a[^dsoe] b[^dose]\n\n[^dose]: c")[0].hint or "")


RECOVERED = {
    "# a @b": "<p>a ‹@b›</p>",
    "![a *b*](c.png) d": "<p>a <em>b</em> d</p>",
    "[@a; see b]": "<p>‹a›</p>",
    "[see @a, @b; @c]": "<p>‹a›‹b›‹c›</p>",
    "[@a; @fig-b]": "<p>‹a›«fig b»</p>",
    "a[^1] b[^1]\n\n[^1]: c": '<p>a<span class="footnote">c</span> b</p>',
    "a\x00b\u202ec &#x202E;&#0;d \ud800": "<p>abc \ufffdd</p>",
    "*" * 60 + "<" + "*" * 60: f"<p>{'*' * 60}&lt;{'*' * 60}</p>",
}


@pytest.mark.parametrize(("text", "expected"), RECOVERED.items())
def test_a_passage_with_errors_holds_what_could_be_understood(text: str, expected: str) -> None:
    assert prose.blocks(prose.parse(text, "en")[0], Shorthand()) == expected


def test_a_footnote_is_printed_once_however_often_it_is_called() -> None:
    definitions = "\n\n".join(f"[^{number}]: x[^{number + 1}][^{number + 1}]" for number in range(60))
    passage, _ = prose.parse(f"a[^0]\n\n{definitions}", "en")
    assert prose.blocks(passage, Shorthand()) == '<p>a<span class="footnote">x</span></p>'


def test_a_passage_that_is_too_long_is_refused() -> None:
    passage, found = prose.parse("a" * 100_001, "en")
    assert (passage, [problem.code for problem in found]) == (Passage(), ["passage-too-long"])


def test_beyond_fifty_problems_the_rest_is_counted() -> None:
    found = problems("[@a\n\n" * 60)
    assert (len(found), found[-1].code, found[-1].severity) == (51, "more-problems", "error")
    assert found[-1].message.startswith("10 more")


def test_inline_joins_paragraphs_and_blocks_with_line_breaks() -> None:
    assert line("a *b*\n\nc\n\n- d\n\n$$x$$\n\n|e|\n|-|") == (
        'a <em>b</em><br>c<br>d<br><span class="math" data-tex="x">x</span><br>e'
    )


LINES = {
    "1. Methods": "1. Methods",
    "> 50 Gy": f"&gt;{NBSP}50{NBSP}Gy",
    "-": "-",
    "* *p* < 0.05 [@a]^[b]": '* <em>p</em>\xa0&lt;\xa00.05 ‹a›<span class="footnote">b</span>',
    "# 1\n---\n    a | b\n-|-": "# 1\n—\na | b\n-|-",
    "a\n\n$$b$$": 'a<br><span class="math" data-tex="b">b</span>',
}


@pytest.mark.parametrize(("text", "expected"), LINES.items())
def test_a_line_has_no_blocks_but_paragraphs(text: str, expected: str) -> None:
    passage, found = prose.parse_line(text, "en")
    assert (prose.inline(passage, Shorthand()), found) == (expected, ())


def test_mentions_in_a_line_are_placed() -> None:
    passage, _ = prose.parse_line("> x\n1. @fig-a", "en")
    assert passage.mentions == (CrossReference("fig", "a", 1, 3),)


PLAIN = {
    "*a* **b** `c` $x$ [d](https://x.org) H~2~O": "a b c x d H2O",
    "a [@b], c [see @d, p. 3]. @e says^[f] g (@fig-h).": "a, c. says g ().",
    "a\nb\\\nc\n\n- d\n- e\n\n|f|g|\n|-|-|": "a b c d e f g",
    '"a" -- <b> & c 5 %': f"“a” – <b> & c 5{NBSP}%",
    "a[^1]\n\n[^1]: b": "a",
}


@pytest.mark.parametrize(("text", "expected"), PLAIN.items())
def test_plain_keeps_the_words_alone(text: str, expected: str) -> None:
    assert prose.plain(prose.parse(text, "en")[0]) == expected


def test_a_passage_survives_the_way_to_another_process() -> None:
    parsed = prose.parse("*a* [@b; @fig-c] ^[d @e]\n\n# f", "en")
    assert pickle.loads(pickle.dumps(parsed)) == parsed


HOSTILE = [
    *(sign * 3000 for sign in "[]()*_$`~^\"'<>&!\\@#-|{};:"),
    *(piece * 600 for piece in ("![", "^[", "[^", "[@a", "[@a;", "@a [", "@{", "*a ", "~a ", "$a", "- ", "> ", "[a](")),
    *(
        piece * 300
        for piece in ("[^a]: x\n\n", "- a\n", "| a ", "a**b", "$$\n", "[[@a]] ", "**_a_", "1) a\n\n", "```\n")
    ),
    "[" * 1500 + "@a" + "]" * 1500,
    "^[" * 1000 + "]" * 1000,
    "*a " * 800 + "a*" * 800,
    "[@a" + " " * 3000 + "b]",
    "[@a, p. " + "i," * 1500 + "z]",
    "@a" + " " * 3000 + "[b",
    "\n".join("  " * level + "- a" for level in range(60)),
    "\n".join(">" * level for level in range(60)),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    check(text)


# Whatever the text

ATTRIBUTES = {
    "a": {"href"},
    "div": {"class"},
    "span": {"class", "lang", "data-tex"},
    "th": {"scope", "class"},
    "td": {"class"},
}
CLASSES = {None, "equation", "table-block", "math", "footnote", "align-right", "align-center"}
BLOCKS_ALLOWED = {"p", "ul", "ol", "li", "blockquote", "pre", "hr", "div", "table", "thead", "tbody", "tr", "th", "td"}
INLINES_ALLOWED = {"em", "strong", "s", "sub", "sup", "code", "br", "a", "span"}
LINE_BREAK = re.compile(r"\r\n|\r|\n")


def check(text: str) -> None:
    """What holds for any text: it is read, prints well-formed HTML of known elements, and places are in it."""
    lines = LINE_BREAK.split(text)
    for passage, found in (prose.parse(text, "en-US"), prose.parse_line(text, "fr")):
        check_fragment(prose.blocks(passage, Shorthand()))
        check_fragment(prose.inline(passage, Shorthand()))
        assert "\n" not in prose.plain(passage)
        for mention in passage.mentions:
            for citation in mention.citations if isinstance(mention, Cluster) else (mention,):
                check_place(lines, citation)
        for problem in found:
            assert problem.line < len(lines)
            assert problem.column <= len(lines[problem.line])
            assert problem.length >= 1


def check_fragment(fragment: str) -> None:
    root = etree.fromstring(f"<body>{fragment.replace('<br>', '<br/>').replace('<hr>', '<hr/>')}</body>")
    for element in root.iterdescendants():
        assert element.tag in BLOCKS_ALLOWED | INLINES_ALLOWED
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
        assert element.get("class") in CLASSES
        assert re.match(r"(https?://|mailto:|#).", element.get("href", "#x"), re.IGNORECASE)


def check_place(lines: list[str], mention: Citation | CrossReference) -> None:
    key = mention.key if isinstance(mention, Citation) else f"{mention.kind}-{mention.name}"
    written = lines[mention.line][mention.column :]
    assert re.match(rf"@(\{{\s*)?{re.escape(key)}", re.sub("[\x00\u202e]", "", written)), (key, written)


ALPHABET = "[]@^$*_~`|:-#>!()\\{}<&;,.'\"/ \n\tab1é"
PIECES = st.sampled_from(
    [
        "[@a]", "[@b, p. 3; see @c]", "@d ", "@e [p. 4]", "@fig-x ", "^[", "[^1]", "[^1]: ", "\n\n", "\n> ", "\n- ",
        "\n    ", "\n1. ", "\n| @t | ", "|--|--|", " \\| ", "](https://x.org)", "]{lang=fr}", "$$", "$x$", "**", "~~",
        "```\n", "@{f g}", "&amp;", "&#x202e;", "\x00", "\u202e", "\r\n", "\r", "\t", "[r]: #x", "<https://x.org>",
        "![", "---", "50 Gy",
    ]
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=400)
@given(st.text(ALPHABET, max_size=80))
def test_any_text_is_read_and_printed(text: str) -> None:
    check(text)


@settings(derandomize=True, deadline=None, max_examples=600)
@given(st.lists(PIECES | st.text(ALPHABET, max_size=6), max_size=25).map("".join))
def test_any_mixture_of_markup_is_read_and_printed(text: str) -> None:
    check(text)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(st.characters(), max_size=60))
def test_any_characters_are_read_and_printed(text: str) -> None:
    check(text)


CONTAINERS = st.sampled_from(["", "> ", "- ", "1. ", "   ", "\t", "[^n]: ", "| "])
WORDS = st.sampled_from(["x", "*y*", "\\|", "`z`", "$m$", "é", "&amp;", "\\[", "[a](#b)"])


@st.composite
def lines_with_keys(draw: st.DrawFn) -> str:
    """Lines in containers, each citing keys that occur nowhere else."""
    lines, count = [], 0
    for _ in range(draw(st.integers(1, 6))):
        words = [*draw(st.lists(WORDS, max_size=3)), f"@k{count}k", f"[w @k{count + 1}k, 3]", f"^[n @k{count + 2}k]"]
        lines.append("".join(draw(st.lists(CONTAINERS, max_size=3))) + " ".join(draw(st.permutations(words))))
        count += 3
    return draw(st.sampled_from(["\n", "\n\n", "\r\n"])).join(lines)


@settings(derandomize=True, deadline=None, max_examples=400)
@given(lines_with_keys())
def test_each_key_is_placed_where_it_occurs(text: str) -> None:
    lines = LINE_BREAK.split(text)
    for key, number, column in places(text):
        assert lines[number].index(f"@{key}") == column
