"""`diptych schema`, `diptych templates` and `diptych journals`: what there is to write with."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from diptych import batch, compose, profiles, source
from diptych.cli.shared import complain, exit_code
from diptych.diagnostics import did_you_mean
from diptych.profiles import Profile
from diptych.review import Limit
from diptych.workspace import Workspace


@click.command()
@click.option(
    "--of",
    "what",
    type=click.Choice(["review", "template", "journal"]),
    default="review",
    help="Of review.yaml, of a template.yaml, or of a journal's profile; review unless said.",
)
def schema(what: str) -> None:
    """Print the JSON Schema of review.yaml, for editors.

    The names of the project's journals are among what editors offer.

    \b
    diptych schema > content/review.schema.json
    diptych schema --of template > templates/template.schema.json
    """
    if what == "review":
        click.echo(source.schema(tuple(profiles.names(_workspace()))), nl=False)
    else:
        model = compose.Settings if what == "template" else Profile
        click.echo(json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False))


@click.command()
def templates() -> None:
    """List the templates, the project's among them.

    \b
    diptych templates
    diptych build --template handout
    """
    workspace = _workspace()
    for name in workspace.template_names():
        template, _ = compose.find_template(name, workspace)
        click.echo(f"{name:<12} {template.settings.description if template else '(its template.yaml has problems)'}")


@click.command()
@click.argument("name", required=False)
def journals(name: str | None) -> None:
    """List the journals that a review can be for, or say what one asks for and where that was read.

    \b
    diptych journals
    diptych journals springer-current-reports
    """
    workspace = _workspace()
    known = profiles.names(workspace)
    if name is not None and name not in known:
        hint = did_you_mean(name, known) or "`diptych journals` lists all"
        raise click.UsageError(f"there is no profile of a journal “{name}”; {hint}")
    problems = []
    for one in [name] if name else known:
        journal, found = profiles.find(one, workspace)
        problems += found
        if journal:
            click.echo(_in_full(journal.profile) if name else f"{one:<{max(map(len, known))}}  {journal.profile.name}")
    complain(problems)
    sys.exit(exit_code(problems))


def _workspace() -> Workspace:
    return Workspace(batch.find_project(Path.cwd()))


def _in_full(profile: Profile) -> str:
    """What a journal asks for, a line each, with the page it was read from beneath."""
    lines = [profile.name]
    for kind in Profile.model_fields:
        value = getattr(profile, kind)
        if kind == "limits":
            limits = {name: getattr(value, name) for name in type(value).model_fields}
            rows = [(name, _limit(limit), limit.source) for name, limit in limits.items() if limit]
        elif kind in ("name", "extends", "sources") or value is None:
            continue
        else:
            said = value.model_dump(by_alias=True, exclude={"source"}, exclude_defaults=True)
            texts = [name if one is True else _plain(one) for name, one in said.items()]
            rows = [(kind, "; ".join(texts) or "yes", value.source)]
        for name, text, origin in rows:
            lines += ["", f"{name.replace('_', '-')}: {text}", f"    {profile.said_by(origin)}"]
    return "\n".join(lines)


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _limit(limit: Limit) -> str:
    about = "about " if limit.about else ""
    parts = ((f"at least {limit.least}", limit.least), (f"at most {limit.most}", limit.most))
    return about + ", ".join(text for text, value in parts if value is not None)
