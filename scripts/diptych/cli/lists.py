"""`diptych schema` and `diptych templates`: what there is to write with."""

from __future__ import annotations

from pathlib import Path

import click

from diptych import batch, compose, source
from diptych.workspace import Workspace


@click.command()
def schema() -> None:
    """Print the JSON Schema of review.yaml, for editors."""
    click.echo(source.schema(), nl=False)


@click.command()
def templates() -> None:
    """List the templates."""
    workspace = Workspace(batch.find_project(Path.cwd()))
    for name in workspace.template_names():
        template, _ = compose.find_template(name, workspace)
        click.echo(f"{name:<12} {template.settings.description if template else '(its template.yaml has problems)'}")
