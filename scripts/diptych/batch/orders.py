"""What is to be built, and what became of it, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from diptych.cache import Cache
from diptych.diagnostics import Diagnostic
from diptych.document import DEFAULTS, Options
from diptych.unchanged import Marks


@dataclass(frozen=True)
class Order:
    """What is to be made of each review: the templates, the formats, and the builder's choices."""

    templates: Sequence[str]
    formats: Sequence[str]
    options: Options = DEFAULTS


@dataclass(frozen=True)
class Limits:
    """What one review may take: seconds, and megabytes of memory."""

    seconds: float = 600.0
    megabytes: int = 2048


@dataclass(frozen=True)
class Review:
    """A review by its name: its file without links, as it was given, and from the root of its project.

    `way` leads from the project that is built to the review's own; it is “.” where that is the same.
    """

    name: str
    file: str
    given: Path
    root: Path
    path: str
    way: str = "."


@dataclass(frozen=True)
class Target:
    """One output: its path in the output folder, its review, and its choices.

    `options` are those that matter to its format.
    """

    path: str
    review: Review
    template: str
    format: str
    options: Mapping[str, object]


@dataclass(frozen=True)
class Job:
    """One review to build in a worker: the formats wanted of each template, and what the worker cannot know.

    `scratch` is a folder for temporary files, `environment` the variables that outputs may depend on.
    """

    root: str
    file: str
    wanted: Mapping[str, tuple[str, ...]]
    options: Options = DEFAULTS
    cache: Cache | None = None
    scratch: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """An output in its place; not `built` where it was up to date."""

    path: Path
    template: str
    format: str
    pages: int | None
    words: int
    bytes: int
    seconds: float
    built: bool = True


@dataclass(frozen=True)
class Planned:
    """An output and why it is to be built; no reasons where it is up to date."""

    target: Target
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Event: what is to be built, before any of it is.

    Where that is nothing, `looked` are the marks of all that was looked at; None where these do not tell all.
    """

    outputs: tuple[Planned, ...]
    looked: dict[str, Marks] | None = None


@dataclass(frozen=True)
class Waiting:
    """Event: another build of the same folder goes first; `holder` says who."""

    holder: str


@dataclass(frozen=True)
class Started:
    """Event: a worker has begun with a review."""

    name: str


@dataclass(frozen=True)
class Result:
    """Event: what became of one review."""

    name: str
    written: tuple[Written, ...]
    diagnostics: tuple[Diagnostic, ...]


Event = Plan | Waiting | Started | Result

# An option that is not listed matters to every format.
NO_MATTER = {
    "pdf": {"embed_fonts", "comments", "fields", "flat", "zotero"},
    "docx": {"imposition", "crop_marks", "draft", "attach_source"},
    "html": {"embed_fonts", "fields", "flat", "zotero", "imposition", "crop_marks", "draft", "attach_source"},
}


def targets_of(review: Review, order: Order) -> list[Target]:
    """The outputs ordered of one review, `name/name-template.format` in the output folder."""
    called = (
        f"{review.name}-blind" if order.options.blind else review.name
    )  # the wrong copy must not be sent by mistake
    ends = [(form, f"{beside(order.options, form)}.{form}", _chosen(order.options, form)) for form in order.formats]
    return [
        Target(f"{review.name}/{called}-{template}{end}", review, template, form, chosen)
        for template in order.templates
        for form, end, chosen in ends
    ]


@lru_cache(maxsize=8)
def _chosen(options: Options, form: str) -> Mapping[str, object]:
    """The options that matter to a format."""
    return {name: value for name, value in asdict(options).items() if name not in NO_MATTER.get(form, ())}


def beside(options: Options, form: str) -> str:
    """What the name of a PDF ends in that is not the plain one, so that it stands beside that and not over it."""
    if form != "pdf":
        return ""
    kinds = (options.draft and "draft", options.crop_marks and "crop-marks", options.imposition)
    return "".join(f"-{kind}" for kind in kinds if kind)
