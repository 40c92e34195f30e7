"""The Markdown dialect of prose: `parse` and `parse_line` read it, `blocks`, `inline` and `plain` write what it says.

CommonMark without raw HTML, headings and pictures; with pipe tables, strikethrough, footnotes, formulas, sub- and
superscript, smart punctuation by language, spans in another language, and citations and cross-references as Pandoc and
Quarto have them.
"""

from diptych.prose.passage import Citation, Cluster, CrossReference, Equation, Node, Passage, Place, Problem, Resolver
from diptych.prose.reading import parse, parse_line
from diptych.prose.rendering import PLACE, blocks, inline, place, plain

__all__ = [
    "PLACE",
    "Citation",
    "Cluster",
    "CrossReference",
    "Equation",
    "Node",
    "Passage",
    "Place",
    "Problem",
    "Resolver",
    "blocks",
    "inline",
    "parse",
    "parse_line",
    "place",
    "plain",
]
