"""LaTeX → Office Math (OMML), all formulas of a document in one call of Pandoc."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lxml import etree

from diptych.bibliography.pandoc import API_VERSION, MEMORY_LIMIT, PandocError, executable
from diptych.diagnostics import Diagnostic, warning
from diptych.printers.word.markup import NAMESPACES

TIME_LIMIT = 60.0  # seconds; a hundred formulas need a tenth of one
M, W = f"{{{NAMESPACES['m']}}}", f"{{{NAMESPACES['w']}}}"

_known: dict[tuple[str, bool], str | None] = {}


def convert(formulas: Iterable[tuple[str, bool]]) -> list[Diagnostic]:
    """Make sure that `omml` knows the formulas (LaTeX, whether displayed); what cannot be converted comes back."""
    wanted = list(dict.fromkeys(formulas))
    new = [formula for formula in wanted if formula not in _known]
    if new:
        try:
            _known.update(zip(new, _ask(tuple(new)), strict=True))
        except (PandocError, ValueError) as problem:
            return [warning("word-formula", f"formulas are printed as LaTeX: {problem}")]
    return [
        warning("word-formula", f"the formula “{tex[:80]}” cannot be set in Word; its LaTeX is printed")
        for tex, display in wanted
        if _known[tex, display] is None
    ]


def omml(tex: str, display: bool) -> str | None:
    """The `m:oMath` of a converted formula as XML; None where there is none."""
    return _known.get((tex, display))


@lru_cache(maxsize=8)
def _ask(formulas: Sequence[tuple[str, bool]]) -> list[str | None]:
    blocks = [
        {"t": "Para", "c": [{"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, tex]}]}
        for tex, display in formulas
    ]
    document = json.dumps({"pandoc-api-version": API_VERSION, "meta": {}, "blocks": blocks})
    command = [executable(), "--sandbox", "--from=json", "--to=docx", "--output=-", "+RTS", f"-M{MEMORY_LIMIT}", "-RTS"]
    try:
        done = subprocess.run(
            command, input=document.encode(), capture_output=True, env={}, timeout=TIME_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise PandocError("Pandoc could not be run") from None
    if done.returncode != 0:
        raise PandocError(f"Pandoc failed (exit code {done.returncode})")
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as package:
        body = etree.fromstring(package.read("word/document.xml"))[0]
    return [_formula(paragraph) for paragraph in body.iterchildren(f"{W}p")]


def _formula(paragraph: etree._Element) -> str | None:
    found = next(paragraph.iter(f"{M}oMath"), None)
    if found is None:
        return None
    for properties in found.iter(*ORDERS):
        order = ORDERS[str(properties.tag)]
        properties[:] = sorted(properties, key=lambda child: _position(str(child.tag), order))
    for properties in found.iter(f"{M}rPr"):
        _plain_text(properties)
    _join_words(found)
    return re.sub(r' xmlns:\w+="[^"]*"', "", etree.tostring(found, encoding="unicode", with_tail=False))


def _join_words(found: etree._Element) -> None:
    """Pandoc gives each letter of an upright word a run of its own."""
    for run in list(found.iter(f"{M}r")):
        before = run.getprevious()
        if before is None or not (_is_upright_word(before) and _is_upright_word(run)):
            continue
        run[-1].text = (before[-1].text or "") + (run[-1].text or "")
        parent = run.getparent()
        if parent is not None:
            parent.remove(before)


def _is_upright_word(run: etree._Element) -> bool:
    style = run.find(f"{M}rPr/{M}sty")
    words = run.findtext(f"{M}t") or ""
    return run.tag == f"{M}r" and style is not None and style.get(f"{M}val") == "p" and words.isalpha()


def _plain_text(properties: etree._Element) -> None:
    """Text in a formula is either normal or styled (CT_RPR); Pandoc says both."""
    normal, style = properties.find(f"{M}nor"), properties.find(f"{M}sty")
    if normal is not None and style is not None:
        properties.remove(style)


ORDERS = {
    f"{M}mcPr": ("count", "mcJc"),
    f"{M}rPr": ("lit", "nor", "scr", "sty", "brk", "aln"),
    f"{M}dPr": ("begChr", "sepChr", "endChr", "grow", "shp", "ctrlPr"),
    f"{M}naryPr": ("chr", "limLoc", "grow", "subHide", "supHide", "ctrlPr"),
}
"""The order that the schema demands of some properties and Pandoc does not keep (ISO/IEC 29500-1, 22.1)."""


def _position(tag: str, order: Sequence[str]) -> int:
    name = tag.removeprefix(M)
    return order.index(name) if name in order else len(order)
