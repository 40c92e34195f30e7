"""Prose as written with marks over all that is not words: citations, formulas, code, addresses, comments.

What is left has the length of what was written, so that a match in it has the place of its words. The patterns take
time in proportion to the text, whatever an author writes.
"""

from __future__ import annotations

import re

MARK = "\ufffc"
"""Stands for each character of what is printed but is no words."""

FENCE = r"(?m:^ {0,3}(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^ {0,3}(?P=fence)|\Z))"
COMMENT = r"<!--(?:(?!<!--)[\s\S])*?-->"
CODE = r"(?P<ticks>(?<!`)`+(?!`))[\s\S]+?(?<!`)(?P=ticks)(?!`)"
DISPLAY = r"\$\$[\s\S]+?\$\$"
MATH = r"\$(?=\S)[^$\n]*(?:\n[^$\n]+)*(?<=\S)\$(?!\d)"
CITATION = r"\[(?=[^\[\]]*?(?<![\w\\])@)[^\[\]]*\]"
MENTION = r"(?<![\w@\\])-?@[A-Za-z0-9_](?:[\w:.#$%&+?<>~/-]*\w)?"
FOREIGN = r"\[[^\[\]]*\]\{[^{}]*\}"
TARGET = r"(?<=\])\([^()\s]*\)"
NOTE_CALL = r"\[\^[^\]\s]+\]:?"
ADDRESS = r"https?://[^\s<>)\]]+|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"

NOT_WORDS = re.compile("|".join((FENCE, CODE, DISPLAY, MATH, CITATION, FOREIGN, TARGET, NOTE_CALL, ADDRESS, MENTION)))
SILENT = re.compile(COMMENT)


def masked(text: str) -> str:
    """The text with blanks for comments and MARK for each character of what is not words; lines stay lines."""
    if not re.search(r"[`$@\[<:~]", text):
        return text
    without = SILENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return NOT_WORDS.sub(lambda found: re.sub(r"[^\n]", MARK, found[0]), without)
