"""Marks of importance as papers print them: “6••”, “•• A landmark trial”, “** Of considerable interest”.

A bullet is a mark where a blank or an end follows it: in “A•T” and “•OH” it is a base pair and a radical.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from diptych.bibliography.annotations import PRESETS

BULLETS = "•●∙⦁▪■◦⚫"
MARK = rf"[{BULLETS}](?:\s?[{BULLETS}])?|\*\*?|·{{1,2}}"
LABEL = re.compile(
    rf"\s*(?P<before>{MARK})?\s*\[?\(?\s*(?P<number>\d+)?[a-z]?\s*[.)\]]*\s*(?P<behind>{MARK})?[.)\]]*\s*"
)
LEADING = re.compile(rf"\s*(?P<mark>{MARK})(?![{BULLETS}*])(?=\s|$)\s*[:–—-]?\s*")


def grade(mark: str) -> int | None:
    """2 for two bullets or asterisks, 1 for one, None for none."""
    count = len(re.sub(r"\s", "", mark or ""))
    return min(count, 2) or None


def of_label(label: str) -> tuple[int | None, int | None]:
    """The number and the grade that a label in the list of references shows."""
    found = LABEL.fullmatch(label)
    if not found:
        return None, None
    return int(found["number"]) if found["number"] else None, grade(found["before"] or found["behind"])


def leading(text: str) -> tuple[int | None, str]:
    """The grade that the text begins with, and the text without it."""
    found = LEADING.match(text)
    return (grade(found["mark"]), text[found.end() :]) if found else (None, text)


LEGEND = re.compile(rf"(?<!\S)(?P<mark>{MARK})\s*(?P<words>[^{BULLETS}*·]+)")


def legend(text: str) -> Mapping[str, Any] | str | None:
    """The marks that a legend explains: a preset's name, or intro and grades; None where it explains none."""
    found = list(LEGEND.finditer(text))
    intro = " ".join(text[: found[0].start()].split()) if found else ""
    grades = [
        {
            "importance": grade(one["mark"]),
            "mark": "".join(one["mark"].split()),
            "words": one["words"].strip(" \t\n=:;,–—-"),
        }
        for one in found
    ]
    if not intro or not grades or len(grades) > 2 or not all(one["words"] for one in grades):
        return None
    return _preset(intro, grades) or {"intro": intro, "grades": grades}


def _preset(intro: str, grades: list[dict[str, Any]]) -> str | None:
    """The preset that says the same."""
    for name, preset in PRESETS.items():
        known = {one.importance: (one.mark, one.words.lower()) for one in preset.grades}
        same = all(known.get(one["importance"]) == (one["mark"], one["words"].lower().rstrip(".")) for one in grades)
        if same and intro == preset.intro:
            return name
    return None
