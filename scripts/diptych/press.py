"""One review from YAML to bytes."""

from __future__ import annotations

import json
import posixpath
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from diptych import blind, compose, profiles, source
from diptych.bibliography import library
from diptych.bibliography.shelf import Item
from diptych.built import Built, Common, Output
from diptych.diagnostics import Diagnostic, error, has_errors, in_order, warning, with_source_line
from diptych.document import DEFAULTS, Document, Options, Overhang, Printed, Printer, as_chosen, tree
from diptych.paper import SIZES, on_paper
from diptych.profiles import Journal
from diptych.workspace import RefusedError, Workspace, digest


def build(
    workspace: Workspace, file: Path, templates: Sequence[str], formats: Sequence[str], options: Options = DEFAULTS
) -> Built:
    """The review in `file`, set in each of `templates` and printed in each of `formats`.

    Nothing is written. Where any diagnostic is an error there are no outputs of what it concerns. What is information
    and no problem, and what an editor would look at again, is left to `check`.
    """
    return make(workspace, file, dict.fromkeys(templates, formats), options)


def make(workspace: Workspace, file: Path, wanted: Mapping[str, Sequence[str]], options: Options = DEFAULTS) -> Built:
    """As `build`; `wanted` are the formats of each template."""
    collected = collect(workspace, file, options)
    content, problems = _composed(collected, workspace, file)
    problems = [problem for problem in problems if problem.severity != "info" or problem.code == blind.LEFT_OUT]
    common, outputs = Common(), []
    if content is not None:
        common = _common(workspace, file, content, _shown(problems, collected.places))
        content = replace(content, source=_version(common, workspace.name(file.parent)))
        for name, formats in wanted.items():
            apart = workspace.apart()
            document, chosen, said = _document(name, content, collected.journal, apart, options)
            problems += said
            if document is None:
                continue
            if options.attach_source and not options.blind:
                document = replace(document, attached=_own_files(common))
            filled = apart.uses()
            for format_name in formats:
                own = apart.apart()
                output, printed, found = _print(document, name, format_name, own, chosen)
                found = [_at_reference(one, content, collected.places) for one in found]
                unfitting = _unfitting(printed, f"{name}.{format_name}", collected.places, content.items)
                found += [_with_line(one, workspace) for one in unfitting]
                problems += found
                if output:
                    shown = _shown([*said, *found], collected.places)
                    outputs.append(replace(output, uses=(filled, own.uses()), diagnostics=shown))
    uses = workspace.uses()
    return Built(tuple(outputs), _shown(problems, collected.places), uses.files, common, uses.answers)


def _common(workspace: Workspace, file: Path, content: compose.Content, said: Sequence[Diagnostic]) -> Common:
    """What was used so far. Of the files of references that is what the review takes from them, if they say no more."""
    review, uses = content.review, workspace.uses()
    keys = {*content.items, *review.annotations, *(key for keys in review.reference_groups.values() for key in keys)}
    used = library.used(workspace, file.parent, review.bibliography, review.annotations_from, keys)
    own = tuple(one for one in said if one not in used.diagnostics)
    if not used.files or any(one.span and one.span.file in used.files for one in own):
        return Common(uses, diagnostics=own)
    files = {name: hashed for name, hashed in uses.files.items() if name not in used.files}
    return Common(replace(uses, files=files), used, own)


def _version(common: Common, folder: str) -> str:
    """A SHA-256 of what the author wrote: the review's files by their places from its `folder`, and the works cited."""
    files = {name: hashed for name, hashed in common.uses.files.items() if not name.startswith("templates:")}
    said = {posixpath.relpath(name, folder): hashed for name, hashed in files.items()}
    works = dict(common.references.items) if common.references else {}
    return digest(json.dumps([said, works], sort_keys=True).encode())


def _own_files(common: Common) -> tuple[str, ...]:
    """The review's files, without templates; the same whichever outputs were printed before."""
    references = common.references.files if common.references else ()
    return tuple(sorted(name for name in (*common.uses.files, *references) if not name.startswith("templates:")))


def _document(
    name: str, content: compose.Content, journal: Journal | None, workspace: Workspace, options: Options
) -> tuple[Document | None, Options, list[Diagnostic]]:
    """The content in the template of that name, None where an error stops it, and the options that hold for it."""
    template, problems = compose.find_template(name, workspace)
    if template is None:
        return None, options, problems
    template, chosen = _for_journal(template, options, journal)
    document, found = compose.fill(template, content, workspace)
    if document is not None:
        size = options.paper or SIZES.get(content.review.paper or "", "")
        document = on_paper(as_chosen(document, chosen), size)
        document = compose.with_entry_places(document, content.items) if options.preview else document
    return document, chosen, [*problems, *found]


def check(workspace: Workspace, file: Path) -> Built:
    """What is to be said of the review in `file`, a careful editor's remarks too; nothing is printed: no outputs."""
    from diptych import checks
    from diptych.checks.subject import Subject

    collected = collect(workspace, file)
    _, problems = _composed(collected, workspace, file)
    if collected.material is not None:
        subject = Subject(collected.material, collected.places, collected.journal)
        problems = checks.kept(problems + checks.run(subject), collected.material.review.checks.skip)
    shown = _shown(problems, collected.places)
    return Built((), tuple(_with_line(one, workspace) for one in shown), dict(workspace.reads))


def _with_line(problem: Diagnostic, workspace: Workspace) -> Diagnostic:
    """The problem with the line that it stands on, in whichever file of the project that is."""
    if problem.source_line is not None or problem.span is None:
        return problem
    try:
        return with_source_line(problem, workspace.read_bytes(problem.span.file).decode("utf-8"))
    except (RefusedError, UnicodeDecodeError):
        return problem


def prepare(
    workspace: Workspace, file: Path, options: Options = DEFAULTS
) -> tuple[compose.Content | None, source.Places, list[Diagnostic]]:
    """The content of the review in `file`, None where an error stops the build, and all there is to say of it."""
    collected = collect(workspace, file, options)
    content, problems = _composed(collected, workspace, file)
    return content, collected.places, problems


@dataclass(frozen=True)
class Collected:
    """A review read, with all that it names; no material where its file cannot be understood."""

    material: compose.Material | None
    places: source.Places
    journal: Journal | None
    diagnostics: tuple[Diagnostic, ...]


def collect(workspace: Workspace, file: Path, options: Options = DEFAULTS) -> Collected:
    """The review in `file`, as its journal has it, with its prose and references; nothing is set yet."""
    review, places, problems = source.read(workspace, file)
    if review is None:
        return Collected(None, places, None, tuple(problems))
    if options.blind:
        review, told = blind.blinded(review, places)
        problems += told
    journal, found = profiles.find(review.journal, workspace) if review.journal else (None, [])
    problems += [one if one.span else replace(one, span=places.span(("journal",))) for one in found]
    review = profiles.applied(review, journal) if journal else review
    material, found = compose.collect(review, places, file.parent, workspace)
    material = replace(material, placed=options.preview)
    return Collected(material, places, journal, (*problems, *found))


def _composed(
    collected: Collected, workspace: Workspace, file: Path
) -> tuple[compose.Content | None, list[Diagnostic]]:
    """The content, None where an error stops the build, and all there is to say."""
    problems = list(collected.diagnostics)
    if collected.material is None or has_errors(problems):
        return None, problems
    content, found = compose.prepare(collected.material, collected.places, file.parent, workspace)
    return content, problems + found


def _for_journal(
    template: compose.Template, options: Options, journal: Journal | None
) -> tuple[compose.Template, Options]:
    """The template and the options as the journal wants pages for submission; others stay as they are."""
    layout = journal.profile.layout if journal and template.settings.for_submission else None
    if layout is None:
        return template, options
    sheets = {"stylesheets": (*template.settings.stylesheets, *layout.stylesheets)}
    settings = template.settings.model_copy(update=sheets)
    flat = options.flat or (layout.no_fields and not options.zotero and not options.fields)
    return template.model_copy(update={"settings": settings}), replace(options, flat=flat)


def _print(
    document: Document, template: str, format_name: str, workspace: Workspace, options: Options
) -> tuple[Output | None, Printed, list[Diagnostic]]:
    """The output, None where an error stops it; what the printer gave; what it had to say."""
    start = time.perf_counter()
    printed: Printed = printer(format_name)(document, workspace, options)
    seconds = time.perf_counter() - start
    if printed.missing or has_errors(printed.diagnostics):
        return None, printed, _about(printed, template, format_name)
    words = 0 if options.preview else word_count(document)
    output = Output(template, format_name, printed.data, printed.pages, words, seconds)
    return output, printed, _about(printed, template, format_name)


def word_count(document: Document) -> int:
    """The words of the document's body."""
    return len(str(tree(document.html).xpath("string(//body)")).split())


def _about(printed: Printed, template: str, format_name: str) -> list[Diagnostic]:
    """The printer's problems, each saying which output it is about."""
    return [replace(problem, message=f"{template}.{format_name}: {problem.message}") for problem in printed.diagnostics]


def _at_reference(problem: Diagnostic, content: compose.Content, places: source.Places) -> Diagnostic:
    """What is to be said of the journal's Word file, where the review names it."""
    if problem.span or not (problem.code.startswith("word-reference") and content.word_reference):
        return problem
    return replace(problem, span=places.span(("word-reference",)))


def _unfitting(printed: Printed, output: str, places: source.Places, items: Mapping[str, Item]) -> list[Diagnostic]:
    """What the fonts have no glyphs for, and what no column holds, each at its place."""
    lacking = [_without_glyph(one, output, places, items) for one in printed.missing]
    return lacking + [_over_margin(one, output, places) for one in printed.overhangs]


TABLE_HINT = "give it “wide: true” where the page has two columns, or fewer columns, or shorter words"


def _over_margin(over: Overhang, output: str, places: source.Places) -> Diagnostic:
    """That a table or line is wider than its column: at the table in the review's file, or where it has the words."""
    kind, _, key = over.anchor.partition("-")
    offset = places.text.find(over.words) if over.words else -1
    span = places.at(offset, offset + len(over.words)) if offset >= 0 else None
    if over.is_table and kind == "tbl":
        span = places.span(("tables", key), key=True)
    what = (over.words or "a table") if over.is_table else f"“{over.words[:60]}”"
    return warning(
        "over-margin",
        f"{output}: {what} reaches {over.millimetres:g} mm over its column on page {over.page}",
        span,
        TABLE_HINT if over.is_table else "shorten it, or write it so that it can be broken",
    )


def _without_glyph(character: str, output: str, places: source.Places, items: Mapping[str, Item]) -> Diagnostic:
    """That no font has the character, where the review's file has it first, or else at the work that brings it."""
    offset = places.text.find(character)
    bringing = (one.span for one in items.values() if character in f"{one.annotation}{one.data}")
    name = unicodedata.name(character, "without a name")
    return error(
        "missing-glyph",
        f"{output}: no font has the character “{character}” ({name}, U+{ord(character):04X})",
        places.at(offset, offset + 1) if offset >= 0 else next(bringing, None),
        "write it otherwise, or give the template's stylesheet an @font-face with a font that has it",
    )


def _shown(problems: Sequence[Diagnostic], places: source.Places) -> tuple[Diagnostic, ...]:
    """The problems in order, those in the review's file with the line they stand on."""
    here = [one.span is not None and one.span.file == places.file for one in problems]
    shown = [with_source_line(one, places.text) if own else one for one, own in zip(problems, here, strict=True)]
    return tuple(in_order(shown))


def printer(format_name: str) -> Printer:
    """The printer of a format; imported when first needed, because the engines are slow to load."""
    if format_name == "pdf":
        from diptych import bindings  # noqa: F401 # before WeasyPrint loads them
        from diptych.printers.pdf import print_pdf

        return print_pdf
    if format_name == "docx":
        from diptych.printers.word import print_word

        return print_word
    from diptych.printers.web import print_web

    return print_web
