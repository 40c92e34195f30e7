"""Prints what it takes to start: `diptych --help` and `diptych check` on one review, beside `python -c pass`.

The three are run in turn, so that a busy machine slows them alike; the medians of wall and processor time are printed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
DIPTYCH = Path(sys.executable).with_name("diptych")
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("python -c pass", (sys.executable, "-c", "pass")),
    ("diptych --help", (str(DIPTYCH), "--help")),
    ("diptych check content/tour", (str(DIPTYCH), "check", "content/tour")),
)


def timed(command: tuple[str, ...]) -> tuple[float, float]:
    """Wall and processor seconds of one run; a run that finds warnings is a run too."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used


@click.command()
@click.option("--rounds", default=7, help="How often each is run, after one run that does not count.")
def main(rounds: int) -> None:
    """Print a line for each command."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in COMMANDS}
    for _ in range(rounds + 1):
        for name, command in COMMANDS:
            runs[name].append(timed(command))
    click.echo("\nStart\n")
    base = 0.0
    for name, found in runs.items():
        wall, used = (statistics.median(one[index] for one in found[1:]) for index in (0, 1))
        base = base or used
        click.echo(f"{name:<28} {wall:6.2f} s  {used:6.2f} s of processor  {used / base:5.1f} ×")


if __name__ == "__main__":
    main()
