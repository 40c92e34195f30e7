"""A template's settings, and content filled into it: sandboxed, autoescaped, every undefined name an error."""

from __future__ import annotations

import traceback
from dataclasses import replace
from functools import lru_cache
from types import CodeType
from typing import Any, ClassVar, Literal

import yaml
from jinja2 import BytecodeCache, FunctionLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import ParserError
from pydantic import BaseModel, ConfigDict, ValidationError

from diptych.compose.content import Content
from diptych.compose.passes import NoteStyle, finish
from diptych.compose.qrcodes import qr_code
from diptych.compose.references import Grouping, arrange, marks_by_anchor
from diptych.diagnostics import Diagnostic, Span, error
from diptych.document import Document, Stylesheet
from diptych.review import Marks, MarksPreset, Part
from diptych.workspace import RefusedError, Workspace

LinkKind = Literal["article", "cas", "pubmed", "pmc", "scholar"]


class Settings(Part):
    """A `template.yaml`."""

    description: str
    stylesheets: tuple[str, ...]
    """CSS files in `templates/`, in the order of the cascade."""
    notes: NoteStyle = "footnotes"
    """Where notes stand: at the foot of the page, or collected at the end."""
    references: Literal["all", "annotated"] = "all"
    """Which entries of the reference list are printed."""
    group_references: Grouping = "none"
    """By what the reference list is divided; numbers stay those of the whole list."""
    annotations: Literal["block", "run-in"] = "block"
    """Where an annotation stands: beneath its entry, or behind it on the same line."""
    marks: MarksPreset | Marks = "springer-current"
    """The preset of marks and legend, or marks of the template's own; a review's marks win."""
    marks_in_text: bool = False
    """True to print the marks beside citation numbers; what a review says wins."""
    links: tuple[LinkKind, ...] = ("article", "cas", "pubmed", "pmc", "scholar")
    """The links beneath an entry."""
    page_references: bool = False
    """True to print “(p. 4)” behind references to figures, tables, sections and equations."""
    qr_codes: bool = False
    """True to print a QR code, leading to the article, beside each entry."""
    word_reference: str = ""
    """A Word file in the project's `templates/` whose styles, headers, footers and pages win; a review's wins over
    it."""
    for_submission: bool = False
    """True for pages that go to a journal: they follow the layout of the review's journal."""


class Template(BaseModel):
    """A template by name with its settings."""

    model_config = ConfigDict(frozen=True)

    name: str
    settings: Settings


def find_template(name: str, workspace: Workspace) -> tuple[Template | None, list[Diagnostic]]:
    """The template `templates/<name>/`, the project's or the house's."""
    file = f"{name}/template.yaml"
    try:
        return Template(name=name, settings=_settings(workspace.read_template(file))), []
    except RefusedError:
        return None, [error("unknown-template", f"there is no template “{name}”")]
    except RecursionError:
        return None, [error("too-deep", "this file nests too deeply", Span(f"templates/{file}"))]
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        span = Span(f"templates/{file}", mark.line + 1, mark.column + 1) if mark else Span(f"templates/{file}")
        return None, [error("broken-yaml", getattr(problem, "problem", None) or "not YAML", span)]
    except ValidationError as problem:
        span = Span(f"templates/{file}")
        return None, [
            error("template-settings", f"{'.'.join(map(str, item['loc']))}: {item['msg']}", span)
            for item in problem.errors()
        ]


@lru_cache(maxsize=16)
def _settings(text: str) -> Settings:
    """What a `template.yaml` says."""
    return Settings.model_validate(yaml.safe_load(text))


def fill(template: Template, content: Content, workspace: Workspace) -> tuple[Document | None, list[Diagnostic]]:
    """The document that `template` makes of `content`; a template's error names its file and line."""
    settings = template.settings
    chosen = [one for one in content.references if settings.references == "all" or one.annotated]
    printed = arrange(content, chosen, settings.group_references, settings.marks)
    in_text = content.review.marks_in_text
    marked = settings.marks_in_text if in_text is None else in_text
    try:
        page = _environment(workspace).get_template(f"{template.name}/document.html.j2")
        html = page.render(
            template=template.name,
            content=content,
            review=content.review,
            words=content.words,
            settings=settings,
            references=printed,
            recommended=arrange(content, content.recommended, "none", settings.marks),
            qr_code=qr_code,
            comment=content.comment,
        )
        sheets = tuple(Stylesheet(name, workspace.read_template(name)) for name in settings.stylesheets)
    except RefusedError as problem:
        return None, [error("no-such-file", f"a stylesheet cannot be read: {problem}", _settings_span(template))]
    except TemplateNotFound as problem:
        message = f"the template needs “{problem}”, which is not there"
        return None, [error("no-such-template-file", message, _settings_span(template))]
    except (RecursionError, MemoryError):
        return None, [error("template", "the template needs more memory than there is", _settings_span(template))]
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as problem:
        return None, [_template_problem(problem, template)]
    page_word = content.words.page_short if settings.page_references else ""
    citation_marks = marks_by_anchor(content, printed) if marked else {}
    try:
        finished, problems = finish(html, template.name, settings.notes, citation_marks, page_word)
    except ParserError:
        return None, [error("template", "the template prints no elements", _settings_span(template))]
    reference = content.word_reference or workspace.template_address(settings.word_reference)
    document = Document(finished, sheets, content.base, works=content.works, source=content.source)
    return replace(document, word_reference=reference), problems


def _settings_span(template: Template) -> Span:
    return Span(f"templates/{template.name}/template.yaml")


class _Compiled(BytecodeCache):
    """Templates as Jinja compiled them, by their text, so that a process compiles each once."""

    codes: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self.codes) >= MOST_COMPILED:
            self.codes.clear()
        if bucket.code:
            self.codes[bucket.key, bucket.checksum] = bucket.code


MOST_COMPILED = 200


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox; what it lets templates see of an object depends on the object's type, and is asked once."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._safe: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """True where the template may have the attribute."""
        asked = type(obj), attr
        if asked not in self._safe:
            self._safe[asked] = super().is_safe_attribute(obj, attr, value)
        return self._safe[asked]


def _environment(workspace: Workspace) -> ImmutableSandboxedEnvironment:
    def load(name: str) -> str | None:
        try:
            return workspace.read_template(name)
        except RefusedError:
            return None

    return _Sandbox(
        loader=FunctionLoader(load),
        bytecode_cache=_Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template_problem(problem: Exception, template: Template) -> Diagnostic:
    """The error with the template and line it arose at: Jinja names templates as files in its tracebacks."""
    if isinstance(problem, TemplateSyntaxError):
        span = Span(f"templates/{problem.name}", problem.lineno)
        return error("template-syntax", problem.message or "not a Jinja template", span)
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == "<template>"]
    names = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.endswith(".j2")]
    place = (names or frames)[-1] if names or frames else None
    file = place.filename if place and names else f"{template.name}/document.html.j2"
    return error("template", str(problem), Span(f"templates/{file}", (place.lineno if place else None) or 1))
