"""How a build is done: the options that say so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from diptych import batch

OPTIONS = (
    click.option("-j", "--jobs", type=click.IntRange(1), help="Workers; as many as there are processors unless said."),
    click.option("--force", is_flag=True, help="Build everything, what is up to date too."),
    click.option("--dry-run", is_flag=True, help="Say what would be built, and why; build nothing."),
    click.option("--depfile", type=click.Path(path_type=Path, dir_okay=False), help="Where to write rules for make."),
    click.option("--scheduler", default="", help="Address of a Dask cluster that does the work (diptych[cluster])."),
    click.option(
        "--time-limit",
        type=click.FloatRange(0, min_open=True),
        default=batch.Limits.seconds,
        envvar="DIPTYCH_TIME_LIMIT",
        show_default=True,
        help="Seconds that one review may take.",
    ),
    click.option(
        "--memory-limit",
        type=click.IntRange(256),
        default=batch.Limits.megabytes,
        envvar="DIPTYCH_MEMORY_LIMIT",
        show_default=True,
        help="Megabytes of memory that one review may take.",
    ),
)


def how_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with these options, which come to it as `how` and `dry_run`."""

    @functools.wraps(command)
    def run(**given: Any) -> Any:
        limits = batch.Limits(given.pop("time_limit"), given.pop("memory_limit"))
        names = {"workers": "jobs", "everything": "force", "depfile": "depfile", "scheduler": "scheduler"}
        chosen = {name: value for name, option in names.items() if (value := given.pop(option))}
        return command(how=batch.How(limits=limits, **chosen), **given)

    return functools.reduce(lambda made, option: option(made), reversed(OPTIONS), run)
