"""The parser: which of markdown-it's rules the dialect has, and which it adds."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt, rules_block
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote.index import footnote_def
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from diptych.prose import equations, places, rules, typography

DEEPEST = 20
"""Levels of nesting: nine lists in one another, as many as Word has, with their items and paragraphs."""

_WEB_ADDRESS = re.compile(r"(?:https?://|mailto:|#)[^\s]", re.IGNORECASE)


class _Dialect(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        """True for addresses that mean something in print: web, mail, and places in the document."""
        return _WEB_ADDRESS.match(url) is not None


@cache
def line_parser(lang: str) -> MarkdownIt:
    """The parser for texts in a language that have no blocks but paragraphs; built once."""
    dialect = _dialect(lang)
    dialect.block.ruler.enableOnly(["footnote_def", "reference", "paragraph"])
    return dialect


@cache
def parser(lang: str) -> MarkdownIt:
    """The parser for texts in a language, built once."""
    return _dialect(lang)


def _dialect(lang: str) -> MarkdownIt:
    options = {"html": False, "typographer": True, "quotes": typography.quotes(lang), "maxNesting": DEEPEST}
    dialect = _Dialect("commonmark", options)
    dialect.enable(["table", "strikethrough", "smartquotes"])
    dialect.disable(["html_block", "html_inline"])
    _add_inlines(dialect)
    _add_blocks(dialect)
    _add_passes(dialect, lang)
    return dialect


def _add_blocks(dialect: MarkdownIt) -> None:
    ruler = dialect.block.ruler
    ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    ruler.at("paragraph", places.with_line_places(rules_block.paragraph))
    ruler.at("heading", places.with_line_places(rules_block.heading), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("lheading", places.with_line_places(rules_block.lheading))
    ruler.before(
        "math_block", "equation", equations.labelled, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    ruler.at("table", places.with_cell_places(rules_block.table), {"alt": ["paragraph", "reference"]})


def _add_inlines(dialect: MarkdownIt) -> None:
    dialect.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    dialect.use(sub_plugin)
    dialect.use(superscript_plugin)
    ruler = dialect.inline.ruler
    ruler.at("text", rules.words)
    ruler.at("image", rules.image)
    ruler.at("link", rules.link)
    ruler.before("link", "footnote_call", rules.footnote_call)
    ruler.before("sup", "footnote", rules.footnote)
    ruler.after("link", "bracket", rules.bracket)
    ruler.after("bracket", "mention", rules.mention)
    ruler.after("mention", "equation_label", equations.label)


def _add_passes(dialect: MarkdownIt, lang: str) -> None:
    ruler = dialect.core.ruler
    ruler.before("smartquotes", "depth", rules.limit_depth)
    ruler.before("smartquotes", "places", places.set_places)
    ruler.before("smartquotes", "addresses", typography.spare_addresses)
    ruler.before("smartquotes", "dashes", typography.set_dashes)
    ruler.after("smartquotes", "apostrophes", typography.set_apostrophes)
    ruler.after("apostrophes", "spaces", typography.set_spaces)
    if lang.partition("-")[0] == "fr":
        ruler.after("spaces", "french_spaces", typography.set_french_spaces)
