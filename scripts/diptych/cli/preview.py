"""`diptych preview`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from diptych import batch
from diptych.cli.shared import USAGE, complain
from diptych.preview.server import open_door, serve

PORT = 8642


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), help=f"Port; {PORT}, or any that is free, unless said.")
@click.option("--open/--no-open", "open_browser", default=True, help="Whether the browser is opened; it is.")
def preview(paths: Sequence[Path], port: int | None, open_browser: bool) -> None:
    """Look at reviews in the browser while writing: they are set anew whenever a file is saved.

    Nothing is written, and only this machine can look. Stop it with Ctrl-C.

    \b
    diptych preview
    diptych preview content/my-review --port 9000 --no-open
    """
    root = batch.find_project(Path.cwd())
    if paths or not (root / "content").is_dir():
        _, problems = batch.find_reviews(paths or [root / "content"])
        complain(problems)
        if problems:
            sys.exit(USAGE)
    try:
        door = open_door(PORT if port is None else port)
    except OSError as problem:
        if port is not None:
            click.echo(f"port {port} cannot be used: {problem.strerror}; leave --port out, and one is found", err=True)
            sys.exit(USAGE)
        door = open_door(0)
    click.echo(f"Preview at http://127.0.0.1:{door.getsockname()[1]}/  (stop it with Ctrl-C)")
    serve(root, paths, door, open_browser)
