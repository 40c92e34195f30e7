"""How long references take to load, beside the parsers underneath, in one run.

    .venv/bin/python scripts/bench_bibliography.py [entries]

Each line: a format, the seconds of the bare parser, the seconds of `library.read` for a file that was never read, the
second by the first; then the same for a process that reads the file when another one has, as builds do. Times are those
of the processor, the best of three taken in turns. PubMed's format is read by Diptych itself and compared with the
package nbib. EndNote XML is compared with lxml twice: building the tree, which is C alone, and handing over the name
and text of each element as well, the least that any reader in Python asks of it and what the other parsers give.
"""

from __future__ import annotations

import gc
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import nbib
import rispy
from lxml import etree
from pybtex.database.input import bibtex

from diptych.bibliography import library
from diptych.cache import Cache
from diptych.workspace import Workspace

ABSTRACT = "We looked at ropes and found that they were there. " * 12
ROUNDS = 3


SYLLABLES = ("mül", "ler", "gar", "cía", "ber", "gen", "hol", "tö", "vas", "kin")


def family(number: int) -> str:
    """A family name; one in a thousand is the same."""
    return "".join(SYLLABLES[number // 10**place % 10] for place in range(3)).title()


def given(number: int) -> str:
    """Given names, others for namesakes and other rounds."""
    return f"Jörg {chr(ord('A') + number // 1000 % 26)}."


def issn(number: int) -> str:
    """The ISSN, check digit and all, of one of fifty journals; other fifties for other rounds."""
    digits = f"{number // 2000 * 50 + number % 50 + 1000:07}"
    last = -sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if last == 10 else last}"


def texts(text: str) -> list[tuple[str, str | None]]:
    """Name and text of each element."""
    return [(element.tag, element.text) for element in etree.fromstring(text.encode()).iter()]


def bibtex_entry(number: int) -> str:
    """An entry with accents, emphasis, a macro for the month and the usual fields."""
    return rf"""@article{{key{number},
  author = {{{family(number)}, J{{\"o}}rg A. and Garc{{\'\i}}a-L{{\'o}}pez, Mar{{\'i}}a and van den Berg, Anna
    and others}},
  title = {{Strength of {{DNA}} strands in \emph{{in vitro}} knots of kind {number}}},
  journal = {{Journal of Invented Knots {number % 50}}},
  volume = {{{number % 90}}}, number = {{{number % 12}}}, pages = {{{number}--{number + 10}}},
  year = {{{2000 + number % 25}}}, month = mar,
  doi = {{10.5555/knot.{number}}}, issn = {{{issn(number)}}}, url = {{https://example.org/{number}}},
  abstract = {{{ABSTRACT}}}, keywords = {{rope, hemp}},
}}
"""


def ris_entry(number: int) -> str:
    """An entry as publishers write it."""
    return f"""TY  - JOUR
AU  - {family(number)}, {given(number)}
AU  - García-López, María
AU  - van den Berg, Anna
TI  - Strength of strands in knots of kind {number}
JO  - Journal of Invented Knots {number % 50}
VL  - {number % 90}
IS  - {number % 12}
SP  - {number}
EP  - {number + 10}
PY  - {2000 + number % 25}/03/15/
DO  - 10.5555/knot.{number}
SN  - {issn(number)}
UR  - https://example.org/{number}
AB  - {ABSTRACT}
KW  - rope
ER  -{" "}

"""


def medline_entry(number: int) -> str:
    """An entry as PubMed writes it."""
    return f"""PMID- {30_000_000 + number}
OWN - NLM
IS  - {issn(number)} (Print)
VI  - {number % 90}
IP  - {number % 12}
DP  - {2000 + number % 25} Mar 15
TI  - Strength of strands in knots of kind {number}.
PG  - {number}-{number + 10}
AB  - {ABSTRACT}
FAU - {family(number)}, Jorg A
AU  - {family(number)} JA
FAU - van den Berg, Anna
AU  - van den Berg A
LA  - eng
PT  - Journal Article
TA  - J Inv Knots
JT  - Journal of invented knots
EDAT- 2015/03/15 06:00
PHST- 2015/03/15 06:00 [pubmed]
AID - 10.5555/knot.{number} [doi]

"""


def endnote_entry(number: int) -> str:
    """An entry from PubMed as EndNote exports it: nearly all texts in a style, and much besides that nobody reads."""
    names = (f"{family(number)}, {given(number)}", "García-López, M.", "van den Berg, A. C.")
    keywords = ("Hemp", "*Knots/classification", "Ropes", "Humans", "Tensile Strength")
    journal, short = f"Journal of Invented Knots {number % 50}", f"J Inv Knots {number % 50}"
    parts = [
        '<database name="Knots.enl" path="C:\\Users\\falk\\Knots.enl">Knots.enl</database>',
        f'<source-app name="EndNote" version="20.4">EndNote</source-app><rec-number>{number}</rec-number>',
        f'<foreign-keys><key app="EN" db-id="x9s0vrpvjfx5xle0dzo5tdx7w2zp0wvvrtpd" timestamp="{number}">{number}</key>',
        '</foreign-keys><ref-type name="Journal Article">17</ref-type>',
        f"<contributors><authors>{''.join(styled('author', name) for name in names)}</authors></contributors>",
        styled("auth-address", "Department of Ropes, University of Knots, 1 Quay, Port Town."),
        f"<titles>{styled('title', f'Strength of strands in knots of kind {number}')}",
        f"{styled('secondary-title', journal)}{styled('alt-title', short)}</titles>",
        f"<periodical>{styled('full-title', journal)}{styled('abbr-1', short)}</periodical>",
        styled("pages", f"{number}-{number + 10}") + styled("volume", number % 90) + styled("number", number % 12),
        f"<keywords>{''.join(styled('keyword', word) for word in keywords)}</keywords>",
        f"<dates>{styled('year', 2000 + number % 25)}<pub-dates>{styled('date', 'Mar 15')}</pub-dates></dates>",
        styled("isbn", f"{issn(number)} (Electronic)&#xD;{issn(number)} (Linking)"),
        styled("accession-num", 30_000_000 + number) + styled("abstract", ABSTRACT),
        f"<urls><related-urls>{styled('url', f'https://example.org/{number}')}</related-urls></urls>",
        styled("custom2", f"PMC{4_000_000 + number}") + styled("electronic-resource-num", f"10.5555/knot.{number}"),
        styled("remote-database-name", "Medline") + styled("language", "eng"),
    ]
    return f"<record>{''.join(parts)}</record>\n"


def styled(name: str, text: object) -> str:
    """An element of EndNote with its text in the style that stands for none."""
    return f'<{name}><style face="normal" font="default" size="100%">{text}</style></{name}>'


Parse = Callable[[str], object]

XML = ("<xml><records>", "</records></xml>")

FORMATS: dict[str, tuple[str, Callable[[int], str], tuple[str, str], Parse]] = {
    "BibTeX": ("refs.bib", bibtex_entry, ("", ""), lambda text: bibtex.Parser().parse_stream(io.StringIO(text))),
    "RIS": ("refs.ris", ris_entry, ("", ""), rispy.loads),
    "PubMed": ("refs.nbib", medline_entry, ("", ""), nbib.read),
    "EndNote XML": ("refs.xml", endnote_entry, XML, lambda text: etree.fromstring(text.encode())),
    "  with its texts": ("refs.xml", endnote_entry, XML, texts),
}


def measure(name: str, count: int) -> tuple[float, ...]:
    """Seconds of the bare parser, of Diptych for a file of `count` entries, and of Diptych again."""
    file, entry, (before, after), parse = FORMATS[name]
    rounds = []
    first = list(FORMATS).index(name) * ROUNDS * count
    for start in range(first, first + ROUNDS * count, count):
        text = before + "".join(map(entry, range(start, start + count))) + after
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / file).write_text(text)
            load = partial(_load, Workspace(root), file, count)
            load_kept = partial(_load, Workspace(root, Cache(root / "kept")), file, count)
            load_kept()
            rounds.append((timed(partial(parse, text)), timed(load), timed(load_kept)))
    return tuple(map(min, zip(*rounds, strict=True)))


def _load(workspace: Workspace, file: str, count: int) -> None:
    found, problems = library.read(workspace, workspace.root, [file])
    if len(found.items) != count or problems:
        raise SystemExit(f"{file}: {len(found.items)} of {count} references; {problems[:3]}")


def timed(work: Callable[[], object]) -> float:
    """The seconds of the processor that `work` takes, tidying up what it leaves but not what was there before."""
    library._shelved.cache_clear()
    gc.collect()
    _tidy()
    start = time.process_time()
    work()
    _tidy()
    return time.process_time() - start


def _tidy() -> None:
    """Have glibc join small pieces of memory that are free, as it does when it is asked for a large one."""
    bytes(1 << 20)


def report(count: int) -> Iterator[str]:
    """A line for each format."""
    yield f"{count} entries       parser   Diptych   ratio     again   ratio"
    for name in FORMATS:
        bare, first, again = measure(name, count)
        yield f"{name:<16} {bare:8.3f}  {first:8.3f}  {first / bare:6.2f}  {again:8.3f}  {again / bare:6.2f}"


if __name__ == "__main__":
    for line in report(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):
        sys.stdout.write(f"{line}\n")
