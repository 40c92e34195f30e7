"""The content of a review as YAML 1.2, laid out as a person writes it: keys in the model's order, prose in blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from diptych.review import Review, Statements
from diptych.source.yaml12 import core_value

HEAD = "# yaml-language-server: $schema=../review.schema.json\n\n"
APART = frozenset(
    [
        "authors",
        "abstract",
        "key-points",
        "sections",
        "figures",
        "tables",
        "bibliography",
        "annotations",
        "marks",
        "statements",
        "abbreviations",
    ]
)
"""Keys of the review that an empty line stands before."""

WIDEST = 100


def write_review(review: Mapping[str, Any]) -> str:
    """The text of `review.yaml`."""
    lines: list[str] = []
    for name in _keys(Review):
        if name in review:
            if name in APART and lines:
                lines.append("")
            lines += _entry(name, review[name], 0)
    return HEAD + "\n".join(lines) + "\n"


def _keys(model: type[BaseModel]) -> list[str]:
    return [name.replace("_", "-") for name in model.model_fields]


STATEMENTS = tuple(_keys(Statements))


def _entry(name: str, value: Any, indent: int) -> Iterator[str]:
    """The lines of `name: value`."""
    lead = f"{' ' * indent}{_scalar(str(name))}:"
    if isinstance(value, str):
        yield from _text(lead, value, indent)
    elif isinstance(value, Mapping):
        yield lead
        for key, inner in value.items():
            yield from _entry(key, inner, indent + 2)
    elif name == "rows":
        yield lead
        for row in value:
            yield from _row(row, indent + 2)
    elif isinstance(value, Sequence):
        yield from _sequence(lead, value, indent, name != "key-points")
    else:
        yield f"{lead} {_scalar(value)}"


def _text(lead: str, words: str, indent: int) -> Iterator[str]:
    """A text in one line where it fits, folded where it is one paragraph, as it stands where it is several."""
    if _is_block(words):
        yield f"{lead} |"
        yield from (f"{' ' * (indent + 2)}{line}" if line else "" for line in words.split("\n"))
        return
    flat = words.replace("\n", " ")
    short = f"{lead} {_scalar(flat)}"
    if len(short) <= WIDEST or not _may_fold(flat):
        yield short
        return
    yield f"{lead} >-"
    yield from (f"{' ' * (indent + 2)}{line}" for line in _folded(flat, WIDEST - indent - 2))


def _is_block(words: str) -> bool:
    """True for a text whose line breaks mean something: paragraphs, lists, tables, hard breaks."""
    return "\n" in words and bool(re.search(r"\n\n|\\\n|\n *([-*>|$#`]|\d+\.|\[\^)", words))


def _may_fold(words: str) -> bool:
    return "  " not in words and words == words.strip() and "\t" not in words


def _folded(words: str, width: int) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _row(cells: Sequence[str], indent: int) -> Iterator[str]:
    """A row of a table on one line where it fits; numbers stand without quotes, and are read as written."""
    flow = f"{' ' * indent}- [{', '.join(cell if NUMBER.fullmatch(cell) else _flow([cell])[1:-1] for cell in cells)}]"
    if len(flow) <= WIDEST + 20:
        yield flow
    else:
        yield from _item(list(cells), indent)


NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _sequence(lead: str, values: Sequence[Any], indent: int, in_line: bool = True) -> Iterator[str]:
    flow = f"{lead} {_flow(values)}"
    if in_line and all(not isinstance(value, (Mapping, list, tuple)) for value in values) and len(flow) <= WIDEST:
        yield flow
        return
    yield lead
    for value in values:
        yield from _item(value, indent + 2)


def _item(value: Any, indent: int) -> Iterator[str]:
    """The lines of `- value`."""
    dash = f"{' ' * indent}-"
    if isinstance(value, Mapping) and value.keys() == {"heading", "align"}:
        yield f"{dash} {_dump(dict(value))}"
    elif isinstance(value, Mapping):
        lines = [line for key, inner in value.items() for line in _entry(key, inner, indent + 2)]
        yield f"{dash} {lines[0].lstrip()}"
        yield from lines[1:]
    elif isinstance(value, (list, tuple)):
        flow = f"{dash} {_flow(value)}"
        lines = [flow] if len(flow) <= WIDEST else [line for inner in value for line in _item(inner, indent + 2)]
        yield flow if len(lines) == 1 else f"{dash} {lines[0].lstrip()}"
        yield from lines[1:]
    elif isinstance(value, str):
        yield from _text(dash, value, indent)
    else:
        yield f"{dash} {_scalar(value)}"


class _Dumper(yaml.SafeDumper):
    """Writes text in quotes only where a reader would take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """No `&` and `*`: the same text may stand twice."""
        return True


def _represented(dumper: yaml.SafeDumper, words: str) -> yaml.ScalarNode:
    style = '"' if "\n" in words else None if isinstance(core_value(words), str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _represented)


def _dump(value: Any) -> str:
    written = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return str(written).removesuffix("...\n").strip()


def _scalar(value: Any) -> str:
    return value if isinstance(value, str) and DAY.fullmatch(value) else _dump(value)


def _flow(values: Sequence[Any]) -> str:
    return _dump(list(values))
