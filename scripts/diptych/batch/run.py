"""A build of many reviews, from what is out of date to the files in their places; reads from top to bottom."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from diptych import engines, nursery
from diptych.batch import depfile, lock, manifest
from diptych.batch.find import find_project
from diptych.batch.manifest import Data, Manifest
from diptych.batch.now import Now, library
from diptych.batch.orders import (
    Event,
    Job,
    Limits,
    Order,
    Plan,
    Planned,
    Result,
    Review,
    Started,
    Target,
    Waiting,
    Written,
    targets_of,
)
from diptych.batch.pool import Begun, Done, Pool, forked
from diptych.batch.store import Store
from diptych.batch.writing import FULL, cannot_write
from diptych.built import Built, Output, Used
from diptych.cache import user_cache
from diptych.diagnostics import Diagnostic, error, warning
from diptych.unchanged import Marks
from diptych.workspace import Uses, digest


class Hands(Protocol):
    """Who does the work: a pool of workers here, or a cluster."""

    def run(self, jobs: Sequence[Job], meanwhile: Callable[[], None]) -> Iterator[Begun | Done]:
        """What happens with the jobs, as it happens; `meanwhile` is called once while they are done."""


@dataclass(frozen=True)
class How:
    """How a batch is built: by so many workers, within which limits; all of it, or what is out of date.

    `depfile` is where to write the dependencies for make, `scheduler` the address of a cluster that does the work.
    """

    workers: int = 0
    limits: Limits = field(default_factory=Limits)
    everything: bool = False
    depfile: Path | None = None
    scheduler: str = ""


@dataclass
class Batch:
    """The reviews of a build by their files, what is wanted of them, and what is known of their outputs."""

    root: Path
    store: Store
    order: Order
    targets: Mapping[str, Target]
    engines: dict[str, str]
    engines_key: str
    now: Mapping[Path, Now]


def build_all(files: Sequence[Path], root: Path, order: Order, into: Path, how: How = How()) -> Iterator[Event]:
    """What happens, as it happens: the plan, each review begun, each review's result.

    Outputs are `into/<review>/<review>-<template>.<format>`; what is up to date is left as it is.
    """
    with ExitStack() as stack:
        yield from _enter(stack, into)
        if not how.scheduler:
            nursery.begin()
        batch, problems = _batch(files, root, order, into)
        planned = [_planned(target, batch, how.everything) for target in batch.targets.values()]
        for now in batch.now.values():
            batch.store.refresh(now)
        yield Plan(tuple(planned), None if any(one.reasons for one in planned) else _looked(batch))
        jobs = _jobs(planned, batch, 1 if how.scheduler else how.workers or cores())
        problems += _prepared(batch.store) if jobs else []
        yield Result("", (), tuple(problems))
        yield from _fresh(planned, batch)
        if jobs and not problems:
            yield from _done(jobs, batch, how, stack)
        yield from _saved(batch, how, [one.target.path for one in planned if not one.reasons])


def plan(files: Sequence[Path], root: Path, order: Order, into: Path, everything: bool = False) -> Plan:
    """What `build_all` would build, and why; nothing is written."""
    batch, _ = _batch(files, root, order, into)
    return Plan(tuple(_planned(target, batch, everything) for target in batch.targets.values()))


def _enter(stack: ExitStack, into: Path) -> Iterator[Event]:
    """Take the lock of the output folder; who holds it, if somebody does. A folder that cannot be written has none."""
    file = into / ".diptych" / "lock"
    holder = lock.holder(file)
    if holder:
        yield Waiting(holder)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        stack.enter_context(lock.held(file))


def _batch(files: Sequence[Path], root: Path, order: Order, into: Path) -> tuple[Batch, list[Diagnostic]]:
    """The outputs that are wanted, and which of them two reviews would write."""
    root = root.resolve()
    store = Store(into)
    targets: dict[str, Target] = {}
    problems = []
    for file in files:
        found = targets_of(_review(file, root), order)
        if any(target.path in targets for target in found):
            message = f"“{file}” and “{targets[found[0].path].review.given}” would be written to the same files"
            problems.append(error("same-output", message, hint="build them into two folders, with --output"))
        targets |= {target.path: target for target in found if target.path not in targets}
    now = {one: Now(one, store.index) for one in {target.review.root for target in targets.values()}}
    versions = engines.versions(store.index.digest_of)
    return Batch(root, store, order, targets, versions, manifest.key(versions), now), problems


def _review(file: Path, root: Path) -> Review:
    """The review in a file, by string functions: a thousand take a tenth of the time that pathlib needs."""
    real, top = _real(str(file)), str(root)
    folder, _, _ = real.rpartition("/")
    if real.startswith(f"{top}/"):
        return Review(folder.rpartition("/")[2], real, file, root, real[len(top) + 1 :])
    own = find_project(Path(folder))
    path = Path(real).relative_to(own).as_posix()
    return Review(folder.rpartition("/")[2], real, file, own, path, os.path.relpath(own, root))


def _real(file: str) -> str:
    """The file's path without links; what the folders of reviews have in common is looked at once."""
    folder, _, name = file.rpartition("/")
    above, _, own = folder.rpartition("/")
    if not above or name == ".." or own == ".." or os.path.islink(folder) or os.path.islink(file):  # noqa: PTH114
        return os.path.realpath(file)
    return f"{_real_folder(above)}/{own}/{name}"


@cache
def _real_folder(path: str) -> str:
    return os.path.realpath(path)


def _looked(batch: Batch) -> dict[str, Marks] | None:
    """As `Index.looked`; None too where a review is given by a link, or is another project's."""
    reviews = {target.review for target in batch.targets.values()}
    straight = all(one.file == os.path.abspath(one.given) and one.root == batch.root for one in reviews)  # noqa: PTH100
    return batch.store.index.looked() if straight else None


# What is out of date


def _planned(target: Target, batch: Batch, everything: bool) -> Planned:
    """The output with the reasons to build it."""
    entry = batch.store.manifest.outputs.get(target.path)
    held = batch.store.holds(target.path)
    if entry is None or not held:
        return Planned(target, ("it is not known what it was made from" if held else "it is not there",))
    reasons = ["--force"] if everything else []
    if held != entry["sha256"]:
        reasons.append("it is not what was built")
    reasons += _other_choices(target, entry)
    if entry["engines"] != batch.engines_key:
        reasons += _other_engines(batch.store.manifest.engines[entry["engines"]], batch.engines)
    for name in entry["inputs"]:
        reasons += batch.now[target.review.root].changes(name, batch.store.manifest.inputs[name])
    return Planned(target, tuple(dict.fromkeys(reasons)))


def _other_choices(target: Target, entry: Data) -> list[str]:
    """What the builder wants otherwise."""
    if entry["options"] == target.options and (entry["review"], entry.get("root", ".")) == _where(target):
        return []
    known = {**entry["options"], "review": (entry["review"], entry.get("root", "."))}
    wanted = {**target.options, "review": _where(target)}
    differing = [name for name in {**known, **wanted} if known.get(name) != wanted.get(name)]
    return [f"--{name.replace('_', '-')} is another" for name in sorted(differing)]


def _where(target: Target) -> tuple[str, str]:
    return target.review.path, target.review.way


def _other_engines(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    differing = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    return [f"{name} {was.get(name, '–')} became {now.get(name, '–')}" for name in differing]


def _jobs(planned: Sequence[Planned], batch: Batch, workers: int) -> list[Job]:
    """Jobs for what is to be built, those that took longest last time first.

    One for each review, or several where there are more workers than reviews.
    """
    wanted: dict[Review, list[Target]] = {}
    for one in planned:
        if one.reasons:
            wanted.setdefault(one.target.review, []).append(one.target)
    most = max(1, workers // len(wanted)) if wanted else 1
    shares = [share for targets in wanted.values() for share in _shares(targets, batch.store.manifest, most)]
    return [_job(share.targets, batch) for share in sorted(shares, key=lambda share: -share.seconds)]


@dataclass
class Share:
    """Outputs of a review that are made together, and the seconds that they took last time."""

    targets: list[Target] = field(default_factory=list)
    seconds: float = 0.0


def _shares(targets: Sequence[Target], known: Manifest, most: int) -> list[Share]:
    """The outputs of a review in so many shares at most, which took about as long as one another."""
    seconds = [known.outputs.get(one.path, {}).get("seconds", UNKNOWN) for one in targets]
    shares = [Share() for _ in range(min(most, len(targets)))]
    for taken, target in sorted(zip(seconds, targets, strict=True), key=lambda one: -one[0]):
        least = min(shares, key=lambda share: (share.seconds, len(share.targets)))
        least.targets.append(target)
        least.seconds += taken
    for share in shares:
        share.targets.sort(key=targets.index)
    return shares


UNKNOWN = 60.0
"""Seconds that an output is taken to need which was never built: more than most, so that it is begun early."""


def _job(targets: Sequence[Target], batch: Batch) -> Job:
    review = targets[0].review
    wanted: dict[str, tuple[str, ...]] = {}
    for target in targets:
        wanted[target.template] = (*wanted.get(target.template, ()), target.format)
    environment = {name: os.environ.get(name, "") for name in ("SOURCE_DATE_EPOCH",)}
    scratch = str(batch.store.scratch.absolute())
    return Job(str(review.root), review.file, wanted, batch.order.options, user_cache(), scratch, environment)


# What was up to date before


def _fresh(planned: Sequence[Planned], batch: Batch) -> Iterator[Result]:
    """What there is of each review that need not be built, and what was said of it when it was."""
    reviews: dict[str, list[Target]] = {}
    for one in planned:
        if not one.reasons:
            reviews.setdefault(one.target.review.name, []).append(one.target)
    for name, targets in reviews.items():
        entries = [batch.store.manifest.outputs[target.path] for target in targets]
        written = tuple(_written(target, entry, batch, False) for target, entry in zip(targets, entries, strict=True))
        said = [problem for entry in entries for problem in _said_of(entry, batch.store.manifest)]
        yield Result(name, written, tuple(dict.fromkeys(said)))


def _written(target: Target, entry: Data, batch: Batch, built: bool) -> Written:
    facts = (entry["pages"], entry["words"], entry["bytes"], entry["seconds"])
    return Written(batch.store.folder / target.path, target.template, target.format, *facts, built)


def _said_of(entry: Data, known: Manifest) -> Iterator[Diagnostic]:
    """The diagnostics of an output, those of its files of references too."""
    yield from map(manifest.from_kept, entry["diagnostics"])
    for name in entry["inputs"] if known.libraries else ():
        references = known.inputs[name].get("references")
        library = known.libraries.get(manifest.library_key(references)) if references else None
        yield from map(manifest.from_kept, library["diagnostics"] if library else ())


# What is built


def _prepared(store: Store) -> list[Diagnostic]:
    try:
        store.prepare()
    except OSError as problem:
        return [cannot_write(store.folder, problem)]
    return []


def _done(jobs: Sequence[Job], batch: Batch, how: How, stack: ExitStack) -> Iterator[Event]:
    """What becomes of the jobs; all of them wait for another time where there is nobody to do them."""
    try:
        hands = stack.enter_context(_hands(how, len(jobs)))
    except (OSError, ImportError, ValueError) as problem:
        hint = "is it running? `pip install diptych[cluster]` brings what is needed"
        yield Result("", (), (error("no-cluster", f"there is no cluster at “{how.scheduler}”: {problem}", hint=hint),))
    else:
        yield from _made(jobs, batch, hands)


def _hands(how: How, most: int) -> AbstractContextManager[Hands]:
    """The cluster, if one is to do the work; raises OSError where it cannot be reached."""
    if how.scheduler:
        from diptych.batch.cluster import Cluster  # noqa: PLC0415 # it needs the extra

        return Cluster(how.scheduler, how.limits)
    return Pool(min(how.workers or cores(), most), how.limits, forked)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class Outcome:
    """What has become so far of a review: of its outputs that are `wanted`, in their order, those that are `written`.

    `left` is how many of its jobs are not done.
    """

    wanted: list[Target] = field(default_factory=list)
    left: int = 0
    begun: bool = False
    written: dict[str, Written] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def _made(jobs: Sequence[Job], batch: Batch, hands: Hands) -> Iterator[Event]:
    """What becomes of each review; nothing more is begun when the disk takes no more."""
    outcomes = _outcomes(jobs, batch)
    for happening in hands.run(jobs, batch.store.rehearse):
        job = jobs[happening.number]
        outcome = outcomes[job.file]
        if isinstance(happening, Begun):
            if not outcome.begun:
                yield Started(_name(job))
            outcome.begun = True
            continue
        full = _keep(happening, batch, outcome)
        if full or not outcome.left:
            del outcomes[job.file]
            yield _result(_name(job), outcome, batch)
        if full:
            message = f"the disk takes no more: {len(outcomes)} reviews were not built"
            yield Result("", (), (error("cannot-write", message),) if outcomes else ())
            return


def _outcomes(jobs: Sequence[Job], batch: Batch) -> dict[str, Outcome]:
    """What is wanted of each review, by its file."""
    found = {job.file: Outcome() for job in jobs}
    wanted = {(job.file, template, form) for job in jobs for template, forms in job.wanted.items() for form in forms}
    for target in batch.targets.values():
        if (target.review.file, target.template, target.format) in wanted:
            found[target.review.file].wanted.append(target)
    for job in jobs:
        found[job.file].left += 1
    return found


def _name(job: Job) -> str:
    return Path(job.file).parent.name


def _keep(done: Done, batch: Batch, outcome: Outcome) -> bool:
    """Put the outputs in their places and in the manifest, and take note of it; whether the disk is full."""
    outcome.left -= 1
    outcome.problems += [*(done.built.diagnostics if done.built else ()), *([done.problem] if done.problem else [])]
    targets = {(one.template, one.format): one for one in outcome.wanted}
    made, full = Manifest(), False
    for output in done.built.outputs if done.built else ():
        target = targets[output.template, output.format]
        try:
            batch.store.put(target.path, output.data)
        except OSError as problem:
            outcome.problems.append(cannot_write(batch.store.folder / target.path, problem))
            full = full or problem.errno in FULL
        else:
            part = _part(target, output, done.built, batch) if done.built else Manifest()
            made.merge(part)
            outcome.written[target.path] = _written(target, part.outputs[target.path], batch, True)
    with suppress(OSError):  # then it is built again next time
        batch.store.note(made)
    return full


def _result(name: str, outcome: Outcome, batch: Batch) -> Result:
    """What became of the review."""
    paths = [one.path for one in outcome.wanted]
    written = tuple(outcome.written[path] for path in paths if path in outcome.written)
    stale = _stale([batch.store.folder / path for path in paths if path not in outcome.written])
    return Result(name, written, (*dict.fromkeys(outcome.problems), *stale))


def _stale(files: Sequence[Path]) -> list[Diagnostic]:
    """That these files, those of them that are there, are not what the review is now."""
    there = [file for file in files if file.exists()]
    names = ", ".join(file.name for file in there)
    message = (
        f"{len(there)} of its files in “{there[0].parent.name}” are from an earlier build: {names}" if there else ""
    )
    return (
        [warning("stale-output", message, hint="they are as they were; mend the errors and build again")]
        if there
        else []
    )


def _part(target: Target, output: Output, built: Built, batch: Batch) -> Manifest:
    """What the manifest says of an output."""
    common = built.common
    entry = {
        "review": target.review.path,
        **({} if target.review.way == "." else {"root": target.review.way}),
        "template": target.template,
        "format": target.format,
        "options": dict(target.options),
        "sha256": digest(output.data),
        "bytes": len(output.data),
        "pages": output.pages,
        "words": output.words,
        "seconds": round(output.seconds, 3),
        "diagnostics": [manifest.as_kept(one) for one in dict.fromkeys((*common.diagnostics, *output.diagnostics))],
    }
    layers = [_layer(common.uses, common.references), *map(_layer, output.uses)]
    known = library(common.references) if common.references and common.references.diagnostics else None
    return manifest.part(target.path, entry, batch.engines, layers, known)


def _layer(uses: Uses, references: Used | None = None) -> Data:
    """Inputs as the manifest has them."""
    found: Data = {"files": dict(sorted(uses.files.items())), "answers": dict(sorted(uses.answers.items()))}
    if references:
        found["references"] = {
            "files": dict(references.files),
            "annotations-from": list(references.annotations_from),
            "items": dict(references.items),
        }
    return {name: value for name, value in found.items() if value}


def _saved(batch: Batch, how: How, up_to_date: Sequence[str]) -> Iterator[Result]:
    """Write down what is known now; what cannot be written."""
    store = batch.store
    try:
        store.save(batch.targets)
        if how.depfile:
            depfile.write(how.depfile, store, batch.root, up_to_date)
    except OSError as problem:
        yield Result("", (), (cannot_write(store.folder, problem),))
