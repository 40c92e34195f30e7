"""Reviews at random: honest ones, in which whatever the source format has stands within and beside whatever else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

KEYS = tuple(f"work{number}" for number in range(9))
WORDS = (
    *("paper", "dart", "of", "the", "a", "wing", "flies", "long", "stairwell", "and", "fold", "in", "é", "Kraft"),
    *("crease-resistant", "10--20 m", "*far*", "**very** far", "`code`", "H~2~O", "m^2^", "~~not~~", "'so'", "(twice)"),
    *("50 %", "5 g", "p < 0.05", "1,234", "…", "Ωμέγα", "Жар", "[pli]{lang=fr}", "[Falte]{lang=de}", '"quoted"'),
    *("https://example.org/a/very/long/address/of/darts", "[a link](https://example.org/)", "end.", "So?", "{{ x }}"),
    "aerodynamically-self-compensating-superlightweight-constructions",
)
SHORT = tuple(word for word in WORDS if len(word) < 10)  # for cells, which no line of a column may be too long for
FORMULAS = (r"v^2", r"\frac{C_L}{C_D}", r"\sqrt{1+x}", r"\sum_{i=1}^{n} x_i", r"\alpha \leq \beta", r"\text{if } x")
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}"><path d="M0 0L{0} {1}" stroke="#345"/></svg>'
STYLES = ("springer-vancouver-brackets", "apa", "nature", "chicago-notes-bibliography", "american-medical-association")


class Writer:
    """Writes a review; equal seeds give equal reviews."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.figures = [f"f{number}" for number in range(self.chance.randint(0, 3))]
        self.tables = [f"t{number}" for number in range(self.chance.randint(0, 3))]
        self.equations = 0

    def some(self, least: int, most: int) -> range:
        """As many as chance has it."""
        return range(self.chance.randint(least, most))

    # Prose

    def words(self, least: int = 3, most: int = 30, among: Sequence[str] = WORDS) -> str:
        """Words with what may stand among them."""
        return " ".join(self.chance.choice(among) for _ in self.some(least, most))

    def sentence(self, notes: bool = True) -> str:
        """A sentence with what may stand in one."""
        parts = [self.words()]
        inlines = [self.citation, self.formula, *((self.footnote,) if notes else ())]
        parts += [self.chance.choice(inlines)() + " " + self.words(0, 8) for _ in self.some(0, 3)]
        if self.chance.random() < 0.2 and (named := self.mention()):
            parts.append(named)
        return " ".join(parts).strip() + "."

    def citation(self) -> str:
        """A citation of one of the kinds that there are."""
        keys = [self.chance.choice(KEYS) for _ in self.some(1, 4)]
        kinds = [
            "[" + "; ".join(f"@{key}" for key in keys) + "]",
            f"[see @{keys[0]}, pp. 3--5, for more]",
            f"@{keys[0]}",
            f"[-@{keys[0]}]",
        ]
        return self.chance.choice(kinds)

    def formula(self) -> str:
        """A formula in the line."""
        return f"${self.chance.choice(FORMULAS)}$"

    def footnote(self) -> str:
        """A note at its call."""
        return f"^[{self.sentence(notes=False)}]"

    def mention(self) -> str:
        """A cross-reference to what there is."""
        named = [f"@fig-{name}" for name in self.figures] + [f"@tbl-{name}" for name in self.tables]
        named += [f"@eq-e{number}" for number in range(self.equations)]
        return self.chance.choice(named) if named else ""

    def paragraph(self) -> list[str]:
        """A paragraph's lines."""
        return [" ".join(self.sentence() for _ in self.some(1, 6))]

    def items(self, depth: int) -> list[str]:
        """A list, loose or tight, with blocks and lists in it."""
        marker = self.chance.choice(["-", "1.", "3."])
        loose, lines = self.chance.random() < 0.3, []
        for _ in self.some(1, 4):
            blocks = [self.paragraph()]
            if depth < 3 and self.chance.random() < 0.35:
                blocks.append(self.block(depth + 1))
            lines += _within([line for block in blocks for line in (*block, *([""] if loose else []))], marker)
        return lines

    def quotation(self, depth: int) -> list[str]:
        """A quotation of blocks."""
        return [f"> {line}".rstrip() for line in self.block(depth + 1)]

    def prose_table(self) -> list[str]:
        """A table in the prose."""
        columns = self.chance.randint(1, 4)
        rules = [self.chance.choice(["---", ":--", "--:", ":-:"]) for _ in range(columns)]
        rows = [[self.words(0, 4, SHORT) for _ in range(columns)] for _ in self.some(1, 6)]
        return ["| " + " | ".join(row) + " |" for row in ([self.words(1, 2, SHORT)] * columns, rules, *rows)]

    def equation(self) -> list[str]:
        """A displayed formula, with a number or without."""
        if self.chance.random() < 0.5:
            return [f"$$ {self.chance.choice(FORMULAS)} $$"]
        self.equations += 1
        return [f"$$ {self.chance.choice(FORMULAS)} $$ {{#eq-e{self.equations - 1}}}"]

    def block(self, depth: int = 0) -> list[str]:
        """A block of any kind."""
        kinds: list[Callable[[], list[str]]] = [self.paragraph] * 3
        if depth < 3:
            kinds += [lambda: self.items(depth), lambda: self.quotation(depth)]
        kinds += [lambda: ["```", "fold --twice", "  <b> &amp;", "```"], lambda: ["***"]]
        if not depth:
            kinds += [self.prose_table, self.equation]
        return self.chance.choice(kinds)()

    def text(self) -> str:
        """Some blocks."""
        return "\n\n".join("\n".join(self.block()) for _ in self.some(1, 7))

    # The review

    def section(self, depth: int = 1) -> dict[str, Any]:
        """A section with sections in it."""
        made: dict[str, Any] = {"heading": self.words(1, 9), "text": self.text()}
        if depth < 4 and self.chance.random() < 0.4:
            made["sections"] = [self.section(depth + 1) for _ in self.some(1, 2)]
        return made

    def table(self) -> dict[str, Any]:
        """A table of any length; one of many columns is wide."""
        count, aligns = self.chance.randint(1, 7), ("left", "right", "center", "decimal")
        columns = [{"heading": self.words(1, 3, SHORT), "align": self.chance.choice(aligns)} for _ in range(count)]
        rows = [[self.cell() for _ in range(count)] for _ in self.some(1, 25)]
        made = {"caption": self.sentence(notes=False), "columns": columns, "rows": rows}
        extras = {"notes": self.sentence(notes=False), "wide": True, "handout": True}
        return made | {name: extras[name] for name in extras if count > 3 or self.chance.random() < 0.4}

    def cell(self) -> Any:
        """A number or words."""
        return self.chance.choice(
            [self.words(0, 6, SHORT), self.chance.randint(0, 999), f"{self.chance.random():.2f}", "–"]
        )

    def figure(self) -> dict[str, Any]:
        """A figure."""
        made = {"src": "figures/a.svg", "alt": "Lines", "caption": self.sentence(notes=False)}
        return made | ({"width": f"{self.chance.randint(20, 100)}%"} if self.chance.random() < 0.5 else {})

    def annotations(self) -> dict[str, Any]:
        """Some works annotated, some graded."""
        chosen = self.chance.sample(KEYS, self.chance.randint(0, 6))
        return {key: {"importance": self.chance.randint(1, 2), "text": self.sentence(notes=False)} for key in chosen}

    def review(self) -> dict[str, Any]:
        """The whole review."""
        made: dict[str, Any] = {
            "title": self.words(2, 14),
            "lang": self.chance.choice(["en-US", "en-GB", "de", "fr", "es"]),
            "authors": [{"name": "Ada Fold", "email": "ada@example.org", "corresponding": True, "affiliations": ["a"]}],
            "affiliations": {"a": "Institute of Folded Paper"},
            "abstract": [{"heading": self.words(1, 3), "text": self.sentence(notes=False)} for _ in self.some(1, 3)],
            "key-points": [self.sentence(notes=False) for _ in self.some(0, 4)],
            "sections": [self.section() for _ in self.some(1, 4)],
            "figures": {name: self.figure() for name in self.figures},
            "tables": {name: self.table() for name in self.tables},
            "bibliography": "references.json",
            "citation-style": self.chance.choice(STYLES),
            "annotations": self.annotations(),
            "marks-in-text": self.chance.random() < 0.5,
            "statements": {"funding": "None."},
            "abbreviations": {"CSL": "citation style language"},
        }
        return {name: value for name, value in made.items() if value or value is False}


def _within(lines: list[str], marker: str) -> list[str]:
    """The lines as an item of a list."""
    indent = " " * (len(marker) + 1)
    return [f"{marker} {lines[0]}", *(f"{indent}{line}".rstrip() for line in lines[1:])]


def _work(number: int) -> Mapping[str, Any]:
    return {
        "id": KEYS[number],
        "type": "article-journal",
        "title": f"Dart number {number} & its <i>wings</i>",
        "author": [{"family": f"Crease{number % 4}", "given": "Bruno"}, {"family": "Gust", "given": "Clara"}],
        "container-title": "Annals of Folded Paper",
        "issued": {"date-parts": [[2015 + number % 5]]},
        "volume": str(number + 1),
        "page": f"{number + 1}-{number + 9}",
        "DOI": f"10.5555/dart.{number}",
    }


def write(folder: Path, seed: int) -> Path:
    """Writes the review of a seed with its files as a project; gives its `review.yaml`."""
    home = folder / "content" / f"chance{seed}"
    (home / "figures").mkdir(parents=True)
    writer = Writer(seed)
    made = writer.review()
    size = (writer.chance.randint(20, 900), writer.chance.randint(20, 900))
    (home / "figures/a.svg").write_text(PICTURE.format(*size), encoding="utf-8")
    (home / "references.json").write_text(json.dumps([_work(number) for number in range(len(KEYS))]), encoding="utf-8")
    file = home / "review.yaml"
    file.write_text(yaml.safe_dump(made, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file
