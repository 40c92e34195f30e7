"""References as CSL-JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from diptych.bibliography.readers.csl_yaml import NO_LIST
from diptych.bibliography.records import Record, at
from diptych.diagnostics import Diagnostic, Span, error, warning


def read_json(file: str, text: str) -> tuple[list[Record], list[Diagnostic]]:
    """CSL-JSON: a list of references, one alone, or a map with the list under `references` or `items`.

    Problems stand where their reference begins.
    """
    try:
        root = _decoder().decode(text)
    except json.JSONDecodeError as problem:
        span = Span(file, problem.lineno, problem.colno)
        return [], [error("broken-json", f"this is not JSON: {problem.msg.lower()}", span)]
    except RecursionError:
        return [], [error("broken-json", "the JSON is nested too deep", Span(file))]
    references = root
    if isinstance(root, dict):
        inner = [root[name] for name in ("references", "items") if isinstance(root.get(name), list)]
        references = inner[0] if inner else [root]
    if not isinstance(references, list):
        return [], [error("wrong-shape", NO_LIST, Span(file))]
    starts = _json_starts(text) if references is root else []
    spans = [_span(file, text, start) for start in starts] or [Span(file)] * len(references)
    pairs = list(zip(references, spans, strict=True))
    problems = [_repeated(data.repeated, span) for data, span in pairs if isinstance(data, _Repeating)]
    return [Record(_without_lists(_json_data(data)), at(span)) for data, span in pairs], problems


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)


class _Repeating(dict[str, Any]):
    """A map with a key that is there more than once."""

    repeated = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The map of the pairs."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    repeating.repeated = Counter(name for name, _ in pairs).most_common(1)[0][0]
    return repeating


def _repeated(name: str, span: Span) -> Diagnostic:
    return warning("repeated-field", f"the reference has “{name}” more than once; the last is kept", span)


def _json_data(value: Any) -> Any:
    """The value as texts, lists and maps; half characters (lone surrogates) become question marks."""
    if isinstance(value, list):
        return [_json_data(part) for part in value]
    if isinstance(value, dict):
        return {_json_data(name): _json_data(part) for name, part in value.items()}
    if isinstance(value, bool):
        return str(value).lower()
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _without_lists(data: Any) -> Any:
    """The reference with texts where Crossref, which answers for DOIs, has lists of them: ISSNs, one title or none."""
    if not isinstance(data, dict):
        return data
    return {name: _joined(name, value) if isinstance(value, list) else value for name, value in data.items()}


def _joined(name: str, value: list[Any]) -> Any:
    """The list as a text where that is meant; other lists as they are."""
    if not value:
        return ""
    if all(isinstance(part, str) for part in value) and (len(value) == 1 or name in NUMBERS):
        return ", ".join(value)
    return value


NUMBERS = frozenset(["ISSN", "ISBN"])


def _json_starts(text: str) -> list[int]:
    """Where each value of the list that is the whole text begins."""
    decoder, starts = _decoder(), []
    at = text.index("[") + 1
    while (found := re.compile(r"[\s,]*").match(text, at)) and text[found.end()] != "]":
        starts.append(found.end())
        at = decoder.raw_decode(text, found.end())[1]
    return starts


def _span(file: str, text: str, start: int) -> Span:
    line_start = text.rfind("\n", 0, start) + 1
    return Span(file, text.count("\n", 0, start) + 1, start - line_start + 1)
