"""The `diptych` command; one that has nothing to do is answered without loading the program."""

from __future__ import annotations

import gc
import os
import sys

from diptych import unchanged


def main() -> None:
    """Runs the command, and ends with its exit code."""
    try:
        said = unchanged.recall(sys.argv[1:])
        if said is None:
            _run(sys.argv[1:])
        else:
            _say(*said)
    except KeyboardInterrupt:
        sys.exit(130)  # `diptych.cli.INTERRUPTED`


IN_VAIN = ("--dry-run", "--scheduler", "-h", "--help")
"""Options with which `diptych build` builds nothing here."""


def needs_engines(arguments: list[str]) -> bool:
    """Whether a command with these arguments may build something here."""
    return arguments[:1] == ["build"] and not any(one.startswith(IN_VAIN) for one in arguments)


def _run(arguments: list[str]) -> None:
    """Load the command and run it; engines that it may need are loaded beside."""
    if not needs_engines(arguments):
        _command()
        return
    from diptych import nursery  # noqa: PLC0415 # it takes as long as most answers

    with nursery.ready():
        _command()


def _command() -> None:
    from diptych.cli import main as command  # noqa: PLC0415 # a tenth of a second

    try:
        command()
    finally:
        gc.freeze()  # all goes with the process: to look through it for what may go takes a tenth of a second


def _say(code: int, out: str, err: str) -> None:
    """What was said before, and the exit code; 1 where nobody reads it any more."""
    try:
        print(err, end="", file=sys.stderr, flush=True)  # noqa: T201
        print(out, end="", flush=True)  # noqa: T201
    except BrokenPipeError:
        os._exit(1)
    sys.exit(code)


if __name__ == "__main__":
    main()
