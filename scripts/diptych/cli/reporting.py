"""What a build says while it runs: lines, a bar on a terminal, or data for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import click

from diptych import batch
from diptych.cli.shared import counted_noun, relative
from diptych.diagnostics import Diagnostic, as_data, as_text, in_order
from diptych.unchanged import Marks

UP_TO_DATE = "Nothing to be done: every output is up to date."


class Reporter(Protocol):
    """Is told what happens."""

    def tell(self, event: batch.Event) -> None:
        """Say what has happened."""

    def intend(self, plan: batch.Plan, into: Path) -> None:
        """Say what would be built in the folder `into`, and why; nothing is."""

    def end(self, problems: Sequence[Diagnostic], code: int) -> None:
        """Say what there is to say at the end: of all problems, and the exit code."""


class Lines:
    """A line for each output that was built, and every problem once.

    `out` and `err` are what was said; `looked` is that of the plan where nothing was to be done or said before it.
    """

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.idle = False
        self.said: set[Diagnostic] = set()
        self.longest = 0
        self.out: list[str] = []
        self.err: list[str] = []
        self.looked: dict[str, Marks] | None = None

    def tell(self, event: batch.Event) -> None:
        """Print what concerns the reader: outputs, problems, that another build goes first."""
        if isinstance(event, batch.Waiting):
            self.complain(f"diptych: another build of this folder is running ({event.holder}); waiting for it")
        elif isinstance(event, batch.Plan):
            wanted = [one.target.path for one in event.outputs if one.reasons]
            self.idle = bool(event.outputs) and not wanted
            self.longest = max(map(len, wanted), default=0)
            self.looked = event.looked if self.idle and not self.err else None
        elif isinstance(event, batch.Result):
            for problem in in_order(event.diagnostics):
                if problem not in self.said:
                    self.said.add(problem)
                    self.complain(as_text(problem))
            for item in event.written if not self.quiet else ():
                if item.built:
                    self.print(_line(item, self.longest))

    def intend(self, plan: batch.Plan, into: Path) -> None:
        """Each output that would be built with the reasons, and how many are up to date."""
        for one in plan.outputs:
            if one.reasons:
                self.print(f"{relative(into / one.target.path)}: {'; '.join(one.reasons)}")
        stale = sum(bool(one.reasons) for one in plan.outputs)
        self.print(f"{counted_noun(stale, 'output')} would be built, {len(plan.outputs) - stale} are up to date")

    def end(self, problems: Sequence[Diagnostic], code: int) -> None:
        """That there was nothing to do."""
        if self.idle and not self.quiet:
            self.print(UP_TO_DATE)

    def print(self, text: str) -> None:
        """A line of the output."""
        self.out.append(text)
        self._echo(text, False)

    def complain(self, text: str) -> None:
        """A problem, on the error stream."""
        self.err.append(text)
        self._echo(text, True)

    def _echo(self, text: str, err: bool) -> None:
        click.echo(text, err=err)


def _line(item: batch.Written, longest: int) -> str:
    """The output in columns; `longest` is the length of the longest path in the output folder."""
    beyond = " " * (longest - len(f"{item.path.parent.name}/{item.path.name}"))
    pages = f"{item.pages} {'page ' if item.pages == 1 else 'pages'}" if item.pages else ""
    size = f"{item.bytes / 1024:.0f} kB"
    return f"{relative(item.path)}{beyond}  {pages:>9}  {item.words:>6} words  {size:>8}  {item.seconds:5.2f} s"


class Bar(Lines):
    """The same lines, and beneath them a bar: how many reviews are done, how fast, how long it will take, which run."""

    def __init__(self, quiet: bool) -> None:
        super().__init__(quiet)
        self.running: list[str] = []
        self.progress: Any = None

    def tell(self, event: batch.Event) -> None:
        """Move the bar, and print the lines above it."""
        if isinstance(event, batch.Plan):
            count = len({one.target.review.file for one in event.outputs if one.reasons})
            if count > 1:
                self._begin(count)
        elif isinstance(event, batch.Started) and self.progress:
            self.running.append(event.name)
            self._show()
        super().tell(event)
        if isinstance(event, batch.Result) and event.name in self.running:
            self.running.remove(event.name)
            self._show(1)

    def _begin(self, count: int) -> None:
        from rich.console import Console  # noqa: PLC0415 # loaded where there is a terminal
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
        running = TextColumn("[dim]{task.fields[running]}")
        self.progress = Progress(*columns, running, console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task("", total=count, rate="", running="")
        self.started = time.monotonic()
        self.progress.start()

    def _show(self, done: int = 0) -> None:
        self.progress.update(self.task, advance=done, running=", ".join(self.running))
        finished = self.progress.tasks[0].completed
        if finished:
            minutes = (time.monotonic() - self.started) / 60
            self.progress.update(self.task, rate=f"{finished / minutes:.1f} a minute")

    def _echo(self, text: str, err: bool) -> None:
        """The line above the bar, which is drawn again beneath."""
        if self.progress:
            self.progress.console.file.write("\r\x1b[2K")
        super()._echo(text, err)

    def end(self, problems: Sequence[Diagnostic], code: int) -> None:
        """The bar goes."""
        if self.progress:
            self.progress.stop()
        super().end(problems, code)


class Whole:
    """One JSON document at the end."""

    def __init__(self) -> None:
        self.results: list[batch.Result] = []
        self.plan: dict[str, object] = {}

    def tell(self, event: batch.Event) -> None:
        """Keep it for the end."""
        if isinstance(event, batch.Result):
            self.results.append(event)

    def intend(self, plan: batch.Plan, into: Path) -> None:
        """Keep it for the end."""
        self.plan = {"plan": _plan(plan)}

    def end(self, problems: Sequence[Diagnostic], code: int) -> None:
        """All outputs, those that were up to date too, and all problems; what would be built, in a dry run."""
        outputs = [_output(result.name, item) for result in self.results for item in result.written]
        found = {**self.plan, "outputs": outputs, "diagnostics": [as_data(one) for one in in_order(problems)]}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))


class Events:
    """A line of JSON for each thing that happens, when it happens; `event` says what."""

    def tell(self, event: batch.Event) -> None:
        """Print the event, or those that make it up."""
        for data in _events(event):
            click.echo(json.dumps(data, ensure_ascii=False))
            sys.stdout.flush()

    def intend(self, plan: batch.Plan, into: Path) -> None:
        """The plan is an event; no other follows but the end."""
        self.tell(plan)

    def end(self, problems: Sequence[Diagnostic], code: int) -> None:
        """The last event, with the exit code."""
        click.echo(json.dumps({"event": "end", "exit-code": code}))


def _plan(plan: batch.Plan) -> dict[str, object]:
    wanted = [{"file": one.target.path, "reasons": list(one.reasons)} for one in plan.outputs if one.reasons]
    return {"build": wanted, "up-to-date": len(plan.outputs) - len(wanted)}


def _events(event: batch.Event) -> Iterable[dict[str, object]]:
    if isinstance(event, batch.Plan):
        yield {"event": "plan", **_plan(event)}
    elif isinstance(event, batch.Waiting):
        yield {"event": "waiting", "for": event.holder}
    elif isinstance(event, batch.Started):
        yield {"event": "started", "review": event.name}
    else:
        yield from ({"event": "output", **_output(event.name, item)} for item in event.written)
        yield from ({"event": "diagnostic", **as_data(problem)} for problem in in_order(event.diagnostics))
        if event.name:
            yield {"event": "finished", "review": event.name}


def _output(review: str, item: batch.Written) -> dict[str, object]:
    return {
        "review": review,
        "file": str(item.path),
        "template": item.template,
        "format": item.format,
        "pages": item.pages,
        "words": item.words,
        "bytes": item.bytes,
        "seconds": round(item.seconds, 3),
        "built": item.built,
    }


def reporter(quiet: bool, as_json: bool, as_events: bool) -> Reporter:
    """Who is to be told: data where it is asked for, the bar on a terminal, else lines."""
    if as_events:
        return Events()
    if as_json:
        return Whole()
    return Bar(quiet) if sys.stderr.isatty() and not quiet else Lines(quiet)
