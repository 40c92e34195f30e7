"""The `diptych` command: parse, call, print, exit code (0 fine; 1 content; 2 usage or files; 3 rendering failed)."""

from __future__ import annotations

import click

from diptych import __version__
from diptych.cli.build import build
from diptych.cli.check import check
from diptych.cli.lists import schema, templates
from diptych.cli.references import export, import_

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="diptych")
def main() -> None:
    """Review articles with annotated references, from one YAML source to PDF and native Word."""


VERBS = (build, check, import_, export, schema, templates)

for verb in VERBS:
    main.add_command(verb)
