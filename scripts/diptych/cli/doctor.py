"""`diptych doctor`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from diptych import doctor


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="What was found as JSON.")
def command(as_json: bool) -> None:
    """Say what is installed, what is missing, and the line that installs it; the exit status is 2 if anything is.

    \b
    diptych doctor
    diptych doctor --json
    """
    found = doctor.examine()
    missing = [one for one in found if not one.found]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{'ok' if one.found else 'MISSING':<8} {one.name:<18} {one.detail}")
        click.echo()
        for one in missing:
            click.echo(f"{one.name.strip()}: {one.install}" if one.install else f"{one.name.strip()}: see above")
        click.echo("All that Diptych needs is there." if not missing else "Then run `diptych doctor` again.")
    sys.exit(2 if missing else 0)
