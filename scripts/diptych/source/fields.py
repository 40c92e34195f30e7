"""From nodes to the model, field by field; what is wrong with a field in an author's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from diptych.diagnostics import did_you_mean, nearest
from diptych.review import Review
from diptych.source import expected, yaml12
from diptych.source.flaws import YamlPath
from diptych.source.places import Finding


@dataclass(frozen=True)
class Checked:
    """Plain data as the model takes it, the review it makes, or none and what is wrong."""

    data: dict[str, Any]
    review: Review | None
    findings: list[Finding]


def check(root: yaml12.Mapping) -> Checked:
    """The review under the root node; where the model wants text, a plain scalar is the text as written."""
    data = _data(root)
    review, wrong = _model(data)
    written = frozenset(one.path for one in wrong if one.type in WRONG_TYPE and _may_be_text(one))
    if written:
        data = _data(root, (), written)
        review, wrong = _model(data)
    return Checked(data, review, _findings(wrong))


def without(data: Mapping[str, Any], keys: AbstractSet[str]) -> Review | None:
    """The review without some of its top-level keys, for rules that read others; None where it is still wrong."""
    return _model({"title": "?", **{key: value for key, value in data.items() if key not in keys}})[0]


def kind_of(node: yaml12.Node) -> str:
    """What a node is, as messages call it."""
    return _kind(_data(node))


def _data(node: yaml12.Node, path: YamlPath = (), written: frozenset[YamlPath] = frozenset()) -> Any:
    """Dicts, tuples and core schema values; the scalars at the paths `written` as text. An explicit null stays null."""
    match node:
        case yaml12.Mapping():
            return {key.text: _data(value, (*path, key.text), written) for key, value in node.entries}
        case yaml12.Sequence():
            return tuple(_data(item, (*path, position), written) for position, item in enumerate(node.items))
        case _:
            value = node.value
            return node.text if path in written and (value is not None or not node.text) else value


@dataclass(frozen=True)
class _Wrong:
    """An error of pydantic: its type, the path of the value that is wrong, the last step of pydantic's own path."""

    type: str
    path: YamlPath
    last: str
    value: Any


def _model(data: Mapping[str, Any]) -> tuple[Review | None, list[_Wrong]]:
    """The review that `data` makes, or the errors of pydantic."""
    try:
        return Review.model_validate(data, strict=True, by_alias=True, by_name=False), []
    except ValidationError as problem:
        errors = problem.errors(include_url=False)[:MOST_ERRORS]
        return None, [_wrong(data, one["type"], one["loc"]) for one in errors]


MOST_ERRORS = 200
"""Errors that are looked into; a file that is something else than a review has one for each of its lines."""


def _wrong(data: Any, kind: str, location: tuple[str | int, ...]) -> _Wrong:
    """An error with its path in the YAML: pydantic's, without the steps that only say which alternative it tried."""
    path: list[str | int] = []
    for step in location:
        if step in (data if isinstance(data, dict) else range(len(data)) if isinstance(data, tuple) else ()):
            path.append(step)
            data = data[step]
    return _Wrong(kind, tuple(path), str(location[-1]), data)


WRONG_TYPE = frozenset(("string_type", "bool_type", "tuple_type", "dict_type", "model_type"))
WHOLE_VALUE = WRONG_TYPE | {"too_short"}  # said of a value that is not even looked into, or loses its wrong items


def _may_be_text(wrong: _Wrong) -> bool:
    scalar = wrong.value is None or isinstance(wrong.value, bool | int | float)
    return scalar and "text" in _wanted(wrong.path)


def _findings(wrong: list[_Wrong]) -> list[Finding]:
    """What is wrong, once: of an alternative only what fits best, and a misspelt key is not missing as well."""
    holders = {one.path[:length] for one in wrong for length in range(len(one.path))}
    decided = {one.path for one in wrong if one.type not in WRONG_TYPE and one.last != KEY}
    clear = [one for one in wrong if one.type not in WHOLE_VALUE or one.path not in holders]
    clear = [one for one in clear if one.type not in WRONG_TYPE or one.path not in decided]
    misspelt = {(*one.path[:-1], meant(one.path)) for one in clear if one.type == "extra_forbidden"}
    told = (one for one in clear if one.type != "missing" or (*one.path, one.last) not in misspelt)
    return list(dict.fromkeys(FINDINGS.get(one.type, _bad_value)(one) for one in told))


# An author's words for the errors of pydantic.


def _missing(wrong: _Wrong) -> Finding:
    path = (*wrong.path, wrong.last)
    said = _explained(path)
    hint = f"add “{wrong.last}: …”" + (f" ({said})" if said else "")
    return Finding(path, "missing-key", f"{_name(wrong.path)} has no “{wrong.last}”", hint)


def _unknown_key(wrong: _Wrong) -> Finding:
    near = meant(wrong.path)
    hint = f"did you mean “{near}”?" if near else f"known here: {', '.join(expected.keys(wrong.path[:-1]))}"
    return Finding(wrong.path, "unknown-key", f"unknown key “{wrong.path[-1]}”", hint, key=True)


def meant(path: YamlPath) -> str | None:
    """The key that a misspelt one at the end of `path` was probably meant to be."""
    word = str(path[-1]).strip().lower().replace("_", "-").replace(" ", "-")
    return nearest(word, expected.keys(path[:-1]))


def _wrong_type(wrong: _Wrong) -> Finding:
    wanted = _wanted(wrong.path)
    must_be = f"{_name(wrong.path)} must be {_either(wanted)}"
    if wrong.value is None:
        return Finding(wrong.path, "wrong-type", f"{must_be}, but nothing is there", FILL_IN)
    hint = HOW_TO_WRITE.get(wanted[-1]) if wanted else None
    return Finding(wrong.path, "wrong-type", f"{must_be}, not {_kind(wrong.value)}", hint)


FILL_IN = "fill it in, or leave the line out; “~” and “null” are text only in quotes"


def _bad_choice(wrong: _Wrong) -> Finding:
    choices = [one for found in expected.alternatives(wrong.path) for one in found.get("enum", ())]
    message = f"{_name(wrong.path)} must be {_either([str(one) for one in choices])}, not {_shown(wrong.value)}"
    return Finding(wrong.path, "bad-value", message, _choice_hint(wrong.value, choices) or _explained(wrong.path))


def _choice_hint(value: Any, choices: list[Any]) -> str | None:
    if not isinstance(value, str):
        return None
    if yaml12.core_value(value) in choices:
        return "write it without quotes"
    return did_you_mean(value.lower(), [one for one in choices if isinstance(one, str)])


def _bad_form(wrong: _Wrong) -> Finding:
    if wrong.last == KEY:
        message = f"“{wrong.path[-1]}” cannot be a key of {_name(wrong.path[:-1])}"
        return Finding(wrong.path, "bad-key", message, _explained(wrong.path[:-1]), key=True)
    message = f"{_name(wrong.path)} cannot be {_shown(wrong.value)}"
    return Finding(wrong.path, "bad-value", message, _explained(wrong.path))


def _empty(wrong: _Wrong) -> Finding:
    if wrong.last == KEY:
        return Finding(wrong.path, "bad-key", f"a key of {_name(wrong.path[:-1])} is empty", None, key=True)
    return Finding(wrong.path, "empty-value", f"{_name(wrong.path)} is empty", _to_fill_in(wrong.path))


def _to_fill_in(path: YamlPath) -> str:
    """What the model says of a value, and why one that was written may not be seen."""
    return " ".join(filter(None, (_explained(path), "What belongs to it must be indented further than its key.")))


def _bad_value(wrong: _Wrong) -> Finding:
    return Finding(wrong.path, "bad-value", f"{_name(wrong.path)} is not as it should be", _explained(wrong.path))


KEY = "[key]"  # the last step of pydantic's path where the key of a map is wrong
FINDINGS: Mapping[str, Callable[[_Wrong], Finding]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    **dict.fromkeys(WRONG_TYPE, _wrong_type),
    "literal_error": _bad_choice,
    "string_pattern_mismatch": _bad_form,
    "string_too_short": _empty,
    "too_short": _empty,
}
KINDS: Mapping[str, str] = {"string": "text", "boolean": "true or false", "array": "a list", "object": "a map"}
HOW_TO_WRITE: Mapping[str, str] = {
    "text": "text that starts with [ or { needs quotes, or goes under “|” on lines of its own",
    "true or false": "write true or false, without quotes",
    "a list": "write each item on a line of its own, after “- ”",
    "a map": "write “key: value” on lines of their own, indented",
}


def _wanted(path: YamlPath) -> list[str]:
    """The kinds of value that may stand at `path`, as messages call them."""
    types = [found.get("type", "") for found in expected.alternatives(path)]
    names = [KINDS.get(one if isinstance(one, str) else one[0]) for one in types]
    return list(dict.fromkeys(name for name in names if name))


def _kind(value: Any) -> str:
    """What a value is, as messages call it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case tuple():
            return "a list"
        case _:
            return "a map"


def _shown(value: Any) -> str:
    """A value in a message: short text in quotation marks, else its kind."""
    if isinstance(value, tuple | dict) or value is None:
        return _kind(value)
    text = (str(value).lower() if isinstance(value, bool) else str(value)).strip()
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _name(path: YamlPath) -> str:
    """A value in a message: “title”, item 2 of “authors”."""
    if not path:
        return "the review"
    return f"item {path[-1] + 1} of {_name(path[:-1])}" if isinstance(path[-1], int) else f"“{path[-1]}”"


def _explained(path: YamlPath) -> str | None:
    """What the model says of the nearest key on the way to `path`."""
    return next((said for length in range(len(path), 0, -1) if (said := expected.description(path[:length]))), None)


def _either(words: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
