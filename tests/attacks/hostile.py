"""A review whose every text does harm wherever something takes it for more than text."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TOUR = Path(__file__).parents[2] / "content" / "tour"

CODES = (
    'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"',
    'INCLUDETEXT "/etc/passwd"',
    "INCLUDEPICTURE http://hostile.example/x.png",
    'HYPERLINK "file:///etc/passwd"',
    "{ DATE }",
    '<w:fldSimple w:instr="DDEAUTO cmd"/>',
    '<w:r><w:instrText xml:space="preserve">DDEAUTO cmd</w:instrText></w:r>',
)
MARKUP = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "</title></style><svg onload=alert(3)>",
    "<iframe src=javascript:alert(4)></iframe>",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "]]><!--",
    "\\input{/etc/passwd}",
    "\\@import url(http://hostile.example/x.css)",
)
LINKS = (
    "[go](javascript:alert(5))",
    "[go](vbscript:x)",
    "[go](data:text/html,x)",
    "[go](file:///etc/passwd)",
    "<a href='javascript:x' onclick=alert(6)>go</a>",
    "<javascript:alert(7)>",
)
OVERRIDE = "\u202e"
"""What turns the direction of all that follows."""
FORMULA = "=cmd|' /C calc'!A0"
NAME = "DDEAUTO cmd { DATE } <script>alert(8)</script> {{ 7*7 }} <w:instrText>"
"""For names, which are bounded."""
HARM = " ".join((*CODES, *MARKUP, *LINKS, f"{OVERRIDE}exe.fdp", FORMULA))

NO_TEXT = frozenset(
    [
        *("id", "src", "csv", "lang", "date", "doi", "journal", "paper", "orcid", "email", "bibliography", "width"),
        *("citation-style", "align", "color", "skip", "dates", "DOI", "issued", "type", "equation", "PMID", "PMCID"),
        *("recommended-reading", "reference-groups", "URL", "volume", "issue", "page", "number"),
    ]
)
"""Keys whose values are no text: names, files, numbers."""


@dataclass
class Spoiler:
    """Puts harm, each time with a number of its own, behind every text in data; `fields` are where they stand."""

    fields: list[str] = field(default_factory=list)

    def spoil(self, value: Any, path: str = "") -> Any:
        """The value with harm in it."""
        if isinstance(value, Mapping):
            return {
                key: inner if self._kept(path, key) else self.spoil(inner, f"{path}.{key}")
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.spoil(inner, f"{path}.{n}") for n, inner in enumerate(value)]
        return self.harmed(value, path) if isinstance(value, str) else value

    def _kept(self, path: str, key: str) -> bool:
        return key in NO_TEXT - ({"journal"} if path.endswith(".published") else set()) or (
            key == "affiliations" and bool(path)
        )

    def harmed(self, text: str, path: str) -> str:
        """The text, with harm behind it."""
        self.fields.append(path)
        harm = NAME if path.endswith((".family", ".given")) else HARM
        return f"{text.rstrip()} HARM{len(self.fields)}X {harm}"


def plant(root: Path) -> tuple[Path, list[str]]:
    """Writes the tour under `root` with harm in every text; the review, and where the harm numbered from 1 stands."""
    folder = root / "content" / "tour"
    shutil.copytree(TOUR, folder)
    spoiler = Spoiler()
    for name in ("review.yaml", "references.yaml"):
        data = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        text = yaml.safe_dump(spoiler.spoil(data), allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    cell = spoiler.harmed("glides", "csv").replace('"', '""')
    (folder / "data" / "papers.csv").write_text(
        f'Paper,Weight,Verdict\n"{FORMULA}",80,"{cell}"\n+SUM(1+1)*cmd,+80,-2+3\n', encoding="utf-8"
    )
    return folder / "review.yaml", spoiler.fields
