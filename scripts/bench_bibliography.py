"""How long references take to load, beside the parsers underneath, in one run.

    .venv/bin/python scripts/bench_bibliography.py [entries]

Each line: a format, the seconds of the bare parser, the seconds of `library.read`, and the second by the first. Times
are the best of three, taken in turns, so that a busy machine slows both. PubMed's format is read by Diptych itself and
compared with the package nbib; EndNote XML is compared with lxml building the tree, which is C alone.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbib
import rispy
from lxml import etree
from pybtex.database.input import bibtex

from diptych.bibliography import library
from diptych.workspace import Workspace

ABSTRACT = "We looked at ropes and found that they were there. " * 12
ROUNDS = 3


def bibtex_entry(number: int) -> str:
    """An entry with accents, emphasis, a macro for the month and the usual fields."""
    return rf"""@article{{key{number},
  author = {{M{{\"u}}ller, J{{\"o}}rg A. and Garc{{\'\i}}a-L{{\'o}}pez, Mar{{\'i}}a and van den Berg, Anna and others}},
  title = {{Strength of {{DNA}} strands in \emph{{in vitro}} knots of kind {number}}},
  journal = {{Journal of Invented Knots {number % 50}}},
  volume = {{{number % 90}}}, number = {{{number % 12}}}, pages = {{{number}--{number + 10}}},
  year = {{{2000 + number % 25}}}, month = mar,
  doi = {{10.5555/knot.{number}}}, issn = {{0936-6555}}, url = {{https://example.org/{number}}},
  abstract = {{{ABSTRACT}}}, keywords = {{rope, hemp}},
}}
"""


def ris_entry(number: int) -> str:
    """An entry as publishers write it."""
    return f"""TY  - JOUR
AU  - Müller, Jörg A.
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
SN  - 0936-6555
UR  - https://example.org/{number}
AB  - {ABSTRACT}
KW  - rope
ER  -{" "}

"""


def medline_entry(number: int) -> str:
    """An entry as PubMed writes it."""
    return f"""PMID- {30_000_000 + number}
OWN - NLM
IS  - 0936-6555 (Print)
VI  - {number % 90}
IP  - {number % 12}
DP  - {2000 + number % 25} Mar 15
TI  - Strength of strands in knots of kind {number}.
PG  - {number}-{number + 10}
AB  - {ABSTRACT}
FAU - Muller, Jorg A
AU  - Muller JA
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
    """An entry as EndNote exports it."""
    return (
        f'<record><ref-type name="Journal Article">17</ref-type><contributors><authors>'
        f"<author><style>Müller, Jörg A.</style></author><author><style>van den Berg, Anna</style></author></authors>"
        f"</contributors><titles><title><style>Strength of strands in knots of kind {number}</style></title>"
        f"<secondary-title>Journal of Invented Knots</secondary-title></titles><pages>{number}-{number + 10}</pages>"
        f"<volume>{number % 90}</volume><dates><year>{2000 + number % 25}</year></dates><isbn>0936-6555</isbn>"
        f"<electronic-resource-num>10.5555/knot.{number}</electronic-resource-num><abstract>{ABSTRACT}</abstract>"
        f"<urls><related-urls><url>https://example.org/{number}</url></related-urls></urls></record>\n"
    )


Parse = Callable[[str], object]

FORMATS: dict[str, tuple[str, Callable[[int], str], tuple[str, str], Parse]] = {
    "BibTeX": ("refs.bib", bibtex_entry, ("", ""), lambda text: bibtex.Parser().parse_stream(io.StringIO(text))),
    "RIS": ("refs.ris", ris_entry, ("", ""), rispy.loads),
    "PubMed": ("refs.nbib", medline_entry, ("", ""), nbib.read),
    "EndNote XML": (
        "refs.xml",
        endnote_entry,
        ("<xml><records>", "</records></xml>"),
        lambda text: etree.fromstring(text.encode()),
    ),
}


def measure(name: str, count: int) -> tuple[float, float]:
    """Seconds of the bare parser and of Diptych for a file of `count` entries."""
    file, entry, (before, after), parse = FORMATS[name]
    text = before + "".join(map(entry, range(count))) + after
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / file).write_text(text)
        pairs = [(timed(lambda: parse(text)), timed(lambda: _load(root, file, count))) for _ in range(ROUNDS)]
    return min(bare for bare, _ in pairs), min(ours for _, ours in pairs)


def _load(root: Path, file: str, count: int) -> None:
    found, problems = library.read(Workspace(root), root, [file])
    if len(found.items) != count or problems:
        raise SystemExit(f"{file}: {len(found.items)} of {count} references; {problems[:3]}")


def timed(work: Callable[[], object]) -> float:
    """The seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(count: int) -> Iterator[str]:
    """A line for each format."""
    yield f"{count} entries     parser   Diptych   ratio"
    for name in FORMATS:
        bare, ours = measure(name, count)
        yield f"{name:<14} {bare:8.3f}  {ours:8.3f}  {ours / bare:6.2f}"


if __name__ == "__main__":
    for line in report(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):
        sys.stdout.write(f"{line}\n")
