"""Journal profiles: what a journal asks for, each rule with the page it was read from, and what a review takes of it.

A profile is `templates/journals/NAME.yaml`, the project's before the house's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from diptych.diagnostics import Diagnostic, Span, did_you_mean, error
from diptych.review import Identifier, Limits, Marks, MarksPreset, Part, Review, Text
from diptych.workspace import RefusedError, Workspace

FOLDER = "journals"
StatementName = Literal[
    "acknowledgments", "author-contributions", "funding", "conflicts-of-interest", "ethics", "data-availability"
]
TitlePagePart = Literal["degrees", "affiliations", "corresponding-author"]


class Source(Part):
    """A page that rules were read from."""

    where: Text
    """Its address, or what it is."""
    read: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day on which it was read, or the stored copy of it."""


class Read(Part):
    """Something that was read."""

    source: Identifier
    """One of the profile's `sources`."""


class AbstractHeadings(Read):
    """The parts that the abstract must have."""

    headings: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Their headings, in order."""


class NeededStatements(Read):
    """The statements that a review must have."""

    names: Annotated[tuple[StatementName, ...], Field(min_length=1)]
    """Keys of `statements`."""


class TitlePage(Read):
    """What the title page says of authors."""

    needs: Annotated[tuple[TitlePagePart, ...], Field(min_length=1)]
    """What each author, or one of them, must have."""


class CitationStyle(Read):
    """The citation style."""

    style: Text
    """A CSL style by name."""


class JournalMarks(Read):
    """How annotated references are marked."""

    preset: MarksPreset | Marks
    """A preset of marks and legend, or marks of the journal's own."""


class Window(Read):
    """How recent graded works are."""

    years: Annotated[int, Field(ge=0)]
    """Years before the review's date."""


class Layout(Read):
    """What pages for submission must be like; templates with `for-submission: true` follow it."""

    stylesheets: tuple[Text, ...] = ()
    """CSS files in `templates/`, after those of the template."""
    no_fields: bool = False
    """True where a Word file must have no field functions."""


class Profile(Part):
    """A journal's `NAME.yaml`."""

    name: Text
    """The journal or family of journals."""
    extends: Identifier | None = None
    """A profile whose rules hold too, where this one has none of the kind."""
    sources: dict[Identifier, Source] = Field(default_factory=dict)
    """The pages that the rules were read from, by a short name."""
    limits: Limits = Limits()
    """How long things may be."""
    abstract_headings: AbstractHeadings | None = None
    """The parts that the abstract must have."""
    no_title_abbreviations: Read | None = None
    """Where it is said that the title has no abbreviations."""
    statements: NeededStatements | None = None
    """The statements that a review must have."""
    title_page: TitlePage | None = None
    """What the title page says of authors."""
    citation_style: CitationStyle | None = None
    """The citation style, where the review names none."""
    marks: JournalMarks | None = None
    """Marks of annotated references, where the review has none."""
    annotation_window: Window | None = None
    """How recent graded works are, where the review does not say."""
    layout: Layout | None = None
    """What pages for submission must be like."""

    def said_by(self, source: str | None) -> str:
        """The page that a rule was read from, for the reader of a message."""
        found = self.sources.get(source or "")
        return f"{found.where}, read {found.read}" if found else ""


@dataclass(frozen=True)
class Journal:
    """A profile by name."""

    name: str
    profile: Profile = field(repr=False)


def names(workspace: Workspace) -> list[str]:
    """The profiles there are, the house's and the project's."""
    return workspace.template_files(FOLDER, ".yaml")


def find(name: str, workspace: Workspace) -> tuple[Journal | None, list[Diagnostic]]:
    """The profile of that name, with what it takes from those it extends; or what is wrong with it."""
    return _find(name, workspace, ())


def _find(name: str, workspace: Workspace, below: tuple[str, ...]) -> tuple[Journal | None, list[Diagnostic]]:
    file = f"templates/{FOLDER}/{name}.yaml"
    if name in below:
        return None, [error("journal-profile", f"“{name}” extends itself", Span(file))]
    profile, problems = _read(name, file, workspace)
    if profile is None or profile.extends is None:
        return Journal(name, profile) if profile else None, problems
    base, problems = _find(profile.extends, workspace, (*below, name))
    return Journal(name, _joined(base.profile, profile)) if base else None, problems


def _read(name: str, file: str, workspace: Workspace) -> tuple[Profile | None, list[Diagnostic]]:
    try:
        data = yaml.safe_load(workspace.read_template(f"{FOLDER}/{name}.yaml"))
        profile = Profile.model_validate(data)
    except RefusedError:
        known = names(workspace)
        hint = did_you_mean(name, known) or f"there are: {', '.join(known)}"
        return None, [error("unknown-journal", f"there is no profile of a journal “{name}”", hint=hint)]
    except RecursionError:
        return None, [error("too-deep", "this file nests too deeply", Span(file))]
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        span = Span(file, mark.line + 1, mark.column + 1) if mark else Span(file)
        return None, [error("broken-yaml", getattr(problem, "problem", None) or "not YAML", span)]
    except ValidationError as problem:
        said = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in problem.errors()]
        return None, [error("journal-profile", one, Span(file)) for one in said]
    unread = [source for source in _sources(profile.model_dump()) if source not in profile.sources]
    problems = [error("journal-profile", f"there is no source “{one}”", Span(file)) for one in unread]
    return None if problems else profile, problems


def _sources(data: Any) -> Iterable[str | None]:
    """The source of each rule among the data; None for a limit without one."""
    for key, value in data.items():
        if key == "source" or (key == "least" and "source" not in data):
            yield value
        elif isinstance(value, dict) and key != "sources":
            yield from _sources(value)


def _joined(base: Profile, own: Profile) -> Profile:
    """The profile with the rules of the one that it extends where it has none."""
    return _over(base, own).model_copy(
        update={"sources": {**base.sources, **own.sources}, "limits": _over(base.limits, own.limits)}
    )


Kind = TypeVar("Kind", bound=BaseModel)


def _over(base: Kind, own: Kind) -> Kind:
    """The first with whatever the second says itself."""
    return base.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def applied(review: Review, journal: Journal) -> Review:
    """The review with the journal's limits, citation style, marks and window where it does not say its own."""
    profile, said = journal.profile, review.model_fields_set
    taken: dict[str, object] = {"limits": _over(profile.limits, review.limits)}
    if profile.citation_style and "citation_style" not in said:
        taken["citation_style"] = profile.citation_style.style
    if profile.marks and review.marks is None:
        taken["marks"] = profile.marks.preset
    if profile.annotation_window and "window_years" not in review.annotation_limits.model_fields_set:
        years = {"window_years": profile.annotation_window.years}
        taken["annotation_limits"] = review.annotation_limits.model_copy(update=years)
    return review.model_copy(update=taken)
