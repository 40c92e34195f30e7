"""A review's YAML file → the model and the places of its values; every problem of the file at once, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from diptych.diagnostics import Diagnostic, Span, error, in_order
from diptych.review import Review
from diptych.source import fields, yaml12
from diptych.source import places as marks
from diptych.source.expected import schema
from diptych.source.flaws import Flaw, YamlPath
from diptych.source.places import Finding, Places
from diptych.source.rules import RULES
from diptych.workspace import RefusedError, Workspace

__all__ = ["RULES", "Finding", "Places", "YamlPath", "read", "schema"]


MOST_VALUES = 50_000  # a long review has about five thousand
MOST_CHARACTERS = 4_000_000  # a long review has 200,000


def read(workspace: Workspace, path: Path) -> tuple[Review | None, Places, list[Diagnostic]]:
    """The review in a YAML file, the places of its values, and all problems in order; no review where there are any."""
    file = workspace.name(path)
    try:
        data = workspace.read_bytes(path)
    except RefusedError as refused:
        return None, marks.of(file, ""), [error(refused.code, f"{file} cannot be read: {refused}")]
    if len(data) > 4 * MOST_CHARACTERS:
        return None, marks.of(file, ""), [error("too-large", f"{file} is larger than a review can be", Span(file))]
    text, broken = yaml12.decode(data)
    root, flaws = (None, broken) if broken else yaml12.compose(text, MOST_VALUES, MOST_CHARACTERS)
    places = marks.of(file, text, root)
    review, findings = (None, []) if flaws and root is None else _review(root, flaws)
    problems = [error(one.code, one.message, places.at(one.start, one.end), one.hint) for one in flaws]
    problems += [error(one.code, one.message, places.span(one.path, key=one.key), one.hint) for one in findings]
    return None if problems else review, places, in_order(map(places.shown, problems))


def _review(root: yaml12.Node | None, flaws: list[Flaw]) -> tuple[Review | None, list[Finding]]:
    """The review under the root node, and what is wrong with its fields and between them."""
    if root is None:
        return None, [Finding((), "empty-file", "the file is empty", BEGIN)]
    if not isinstance(root, yaml12.Mapping):
        return None, [Finding((), "not-a-map", f"a review is a map, not {fields.kind_of(root)}", BEGIN)]
    checked = fields.check(root)
    merged = {flaw.path for flaw in flaws if flaw.code == "merge-key"}
    found = [one for one in checked.findings if one.code != "missing-key" or one.path[:-1] not in merged]
    suspect = _suspect(checked.findings) | {str(step) for flaw in flaws for step in flaw.path[:1]}
    sound = checked.review or fields.without(checked.data, suspect)
    rules = [rule for reads, rule in RULES if suspect.isdisjoint(reads)] if sound else []
    return checked.review, [*found, *(one for rule in rules if sound for one in rule(sound))]


BEGIN = "begin with a line “title: …”"


def _suspect(findings: Iterable[Finding]) -> set[str]:
    """The top-level keys under which something is wrong, and those that a misspelt one was meant to be.

    Rules that read them are left out: what they would find may be nothing but a consequence.
    """
    tops = {str(one.path[0]) for one in findings}
    return tops | {near for one in findings if one.code == "unknown-key" and (near := fields.meant(one.path[:1]))}
