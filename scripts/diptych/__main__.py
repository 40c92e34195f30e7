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
            _run()
        else:
            _say(*said)
    except KeyboardInterrupt:
        sys.exit(130)  # `diptych.cli.INTERRUPTED`


def _run() -> None:
    """Load the command and run it; the engines are loaded beside, where it is one that may need them."""
    from diptych import nursery  # noqa: PLC0415 # it takes longer than most answers

    if nursery.is_wanted(sys.argv[1:]):
        nursery.begin()
    from diptych.cli import main as command  # noqa: PLC0415 # a tenth of a second

    try:
        command()
    finally:
        nursery.end()
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
