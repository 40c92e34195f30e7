"""Writes reviews of any length for benches and long tests: text that says nothing, made from a number alone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

TEXT = """
the a of and in with after during without among under between patients trials cohorts response toxicity radiotherapy
stereotactic survival progression metastatic oligometastatic recurrence local control systemic therapy treatment
lesions pulmonary hepatic vertebral margin dose schedule consolidative palliative prospective retrospective randomised
analysis median follow-up months years evidence outcome selection criteria histology leiomyosarcoma liposarcoma synovial
immunotherapy doxorubicin pazopanib symptom burden quality life safety feasibility hypofractionated ablative
reported observed suggests remains improved delayed limited supports confirmed was were had showed included received
"""
WORDS = TEXT.split()
NAMES = ("Adler", "Brandt", "Castell", "Dorn", "Eklund", "Farrow", "Gruber", "Halvorsen", "Ivers", "Jansen", "Keller")
FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 {height}" width="400" height="{height}">
<rect width="400" height="{height}" fill="#eef3f4"/>{bars}</svg>
"""


@dataclass(frozen=True)
class Size:
    """How much a review has of everything."""

    words: int
    references: int = 60
    tables: int = 2
    figures: int = 2
    notes: int = 0


def write(root: Path, name: str, size: Size, seed: int = 1) -> Path:
    """Writes `content/<name>/` under `root`, the same for the same size and seed; the review's file."""
    chance = random.Random(seed)
    folder = root / "content" / name
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for number in range(size.figures):
        (folder / "figures" / f"f{number}.svg").write_text(_figure(chance), encoding="utf-8")
    keys = [f"work{number}" for number in range(size.references)]
    _dump(folder / "references.yaml", [_reference(key, chance) for key in keys])
    _dump(folder / "review.yaml", _review(name, size, keys, chance))
    return folder / "review.yaml"


def _dump(path: Path, data: object) -> None:
    text = yaml.dump(data, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _review(name: str, size: Size, keys: Sequence[str], chance: random.Random) -> dict[str, object]:
    return {
        "title": f"Review {name} of radiotherapy for metastatic disease",
        "short-title": f"Review {name}",
        "keywords": ["radiotherapy", "metastasis", "sarcoma"],
        "abstract": [{"heading": "Purpose of Review", "text": _paragraph(chance, 90)}],
        "key-points": [_sentence(chance) for _ in range(4)],
        "sections": _sections(size, keys, chance),
        "figures": {f"f{number}": _figure_entry(number, chance) for number in range(size.figures)},
        "tables": {f"t{number}": _table(chance) for number in range(size.tables)},
        "bibliography": "references.yaml",
        "annotations": {
            key: {"importance": 1 + number % 2, "text": _paragraph(chance, 35)} for number, key in enumerate(keys[::5])
        },
    }


def _sections(size: Size, keys: Sequence[str], chance: random.Random) -> list[dict[str, object]]:
    """Sections of about 600 words; works, figures, tables and notes are spread over their paragraphs."""
    paragraphs = max(size.words // 90, 1)
    marks = list(_mentions(size, keys))
    texts = [_paragraph(chance, 90) for _ in range(paragraphs)]
    for number, mark in enumerate(marks):
        place = number * paragraphs // len(marks)
        texts[place] = f"{texts[place]} {_sentence(chance)[:-1]}{mark}."
    return [
        {"heading": _sentence(chance)[:-1], "text": "\n\n".join(texts[start : start + 6])}
        for start in range(0, paragraphs, 6)
    ]


def _mentions(size: Size, keys: Sequence[str]) -> Iterator[str]:
    """Each work cited, each figure and table mentioned, each note, so that they come in turn."""
    kinds = [
        [f" [@{key}]" for key in keys],
        [f" (@fig-f{number})" for number in range(size.figures)],
        [f" (@tbl-t{number})" for number in range(size.tables)],
        [f"^[Note {number} says a little more on this.]" for number in range(1, size.notes + 1)],
    ]
    placed = [((index + 0.5) / len(kind), mark) for kind in kinds for index, mark in enumerate(kind)]
    return (mark for _, mark in sorted(placed, key=lambda pair: pair[0]))


def _sentence(chance: random.Random) -> str:
    words = chance.choices(WORDS, k=chance.randint(9, 19))
    return " ".join(words).capitalize() + "."


def _paragraph(chance: random.Random, words: int) -> str:
    sentences: list[str] = []
    while sum(len(one.split()) for one in sentences) < words:
        sentences.append(_sentence(chance))
    return " ".join(sentences)


def _table(chance: random.Random) -> dict[str, object]:
    rows = [[f"{chance.choice(NAMES)} {number}", str(chance.randint(9, 900)), _sentence(chance)] for number in range(6)]
    columns = ["Study", {"heading": "Patients", "align": "right"}, "Finding"]
    return {"caption": _sentence(chance), "columns": columns, "rows": rows, "notes": _sentence(chance)}


def _figure_entry(number: int, chance: random.Random) -> dict[str, object]:
    return {"src": f"figures/f{number}.svg", "alt": "Bars of different lengths.", "caption": _sentence(chance)}


def _figure(chance: random.Random) -> str:
    lengths = [chance.randint(40, 380) for _ in range(8)]
    bars = "".join(
        f'<rect x="10" y="{10 + 20 * row}" width="{length}" height="12" fill="#0b5563"/>'
        for row, length in enumerate(lengths)
    )
    return FIGURE.format(height=20 + 20 * len(lengths), bars=bars)


def _reference(key: str, chance: random.Random) -> dict[str, object]:
    year, page = chance.randint(1996, 2025), chance.randint(1, 900)
    return {
        "id": key,
        "type": "article-journal",
        "title": _sentence(chance)[:-1],
        "author": [{"family": chance.choice(NAMES), "given": chance.choice("ABCDEFGHIJKLM")} for _ in range(4)],
        "container-title": "Annals of Specimens",
        "issued": year,
        "volume": year - 1980,
        "page": f"{page}-{page + 8}",
        "DOI": f"10.5555/{key}",
    }
