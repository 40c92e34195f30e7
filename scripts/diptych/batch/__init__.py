"""Many reviews: find them, build what is out of date, write what comes out; each file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from diptych.batch.find import find_project, find_reviews, find_templates, looked_into, review_name, root_for
from diptych.batch.orders import Event, Limits, Order, Plan, Planned, Result, Started, Waiting, Written
from diptych.batch.run import How, build_all, plan
from diptych.batch.writing import write, write_whole
from diptych.built import Built
from diptych.cache import user_cache
from diptych.workspace import Workspace

__all__ = [
    "Event",
    "How",
    "Limits",
    "Order",
    "Plan",
    "Planned",
    "Result",
    "Started",
    "Waiting",
    "Written",
    "build_all",
    "check_all",
    "find_project",
    "find_reviews",
    "find_templates",
    "looked_into",
    "plan",
    "review_name",
    "write",
    "write_whole",
]


def check_all(files: Sequence[Path], root: Path) -> Iterator[Built]:
    """What is to be said of each review."""
    from diptych import press  # noqa: PLC0415 # the engines, which a build leaves to its workers

    for file in files:
        yield press.check(Workspace(root_for(file, root), user_cache()), file.resolve())
