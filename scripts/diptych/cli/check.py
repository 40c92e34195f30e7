"""`diptych check`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from diptych import batch
from diptych.checks import BY_CODE, RULES, Rule
from diptych.cli.shared import complain, counted_noun, exit_code
from diptych.diagnostics import Diagnostic, as_data, did_you_mean, in_order

ALL = "all"


def _codes(_context: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """The codes of rules that begin so, for the shell."""
    return [CompletionItem(rule.code, help=rule.summary) for rule in RULES if rule.code.startswith(begun)]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Problems, or rules, as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option(
    "--explain",
    "code",
    is_flag=False,
    flag_value=ALL,
    metavar="[CODE]",
    shell_complete=_codes,
    help="Say what a rule wants and why, with examples; without a code, list the rules.",
)
def check(paths: Sequence[Path], as_json: bool, strict: bool, code: str | None) -> None:
    """Say what is wrong with reviews, and what a careful editor would look at again; nothing is written.

    Rules that do not fit a review are left out there: `checks: {skip: [lone-subsection]}`.

    \b
    diptych check
    diptych check content/my-review --strict
    diptych check --explain
    diptych check --explain doubled-word
    """
    if code is not None:
        _explain(code, as_json)
        return
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    for built in batch.check_all(files, root):
        problems += built.diagnostics
    if as_json:
        click.echo(json.dumps([as_data(problem) for problem in in_order(problems)], ensure_ascii=False, indent=2))
    else:
        complain(problems)
        click.echo(_counted(files, problems))
    sys.exit(exit_code(problems, strict))


NOUNS = (("error", "error"), ("warning", "warning"), ("info", "remark"))


def _counted(files: Sequence[Path], problems: Sequence[Diagnostic]) -> str:
    """What was checked and found, in a line: “2 reviews checked: 1 error, 3 warnings”."""
    kinds = [(noun, sum(one.severity == severity for one in problems)) for severity, noun in NOUNS]
    found = ", ".join(counted_noun(count, noun) for noun, count in kinds if count)
    return f"{counted_noun(len(files), 'review')} checked: {found or 'no problems'}"


def _explain(code: str, as_json: bool) -> None:
    """Print what one rule wants and why, or a line on each."""
    if code != ALL and code not in BY_CODE:
        hint = did_you_mean(code, BY_CODE) or "`diptych check --explain` lists all"
        raise click.UsageError(f"there is no rule “{code}”; {hint}")
    rules = RULES if code == ALL else (BY_CODE[code],)
    if as_json:
        click.echo(json.dumps([_data(rule) for rule in rules], ensure_ascii=False, indent=2))
    elif code == ALL:
        width = max(len(rule.code) for rule in RULES)
        for rule in RULES:
            click.echo(f"{rule.code:<{width}}  {rule.severity:<7}  {rule.summary}")
    else:
        click.echo(_text(rules[0]))


def _data(rule: Rule) -> dict[str, str]:
    names = ("code", "severity", "summary", "why", "passing", "failing")
    return {name: getattr(rule, name) for name in names}


def _text(rule: Rule) -> str:
    """The rule in full."""
    examples = [
        f"{title}:\n\n" + "\n".join(f"    {line}" for line in example.splitlines())
        for title, example in (("This passes", rule.passing), ("This does not", rule.failing))
    ]
    off = f"Where it does not fit, leave it out in review.yaml:\n\n    checks: {{skip: [{rule.code}]}}"
    return "\n\n".join([f"{rule.code} ({rule.severity})", f"{rule.summary}\n{rule.why}", *examples, off])
