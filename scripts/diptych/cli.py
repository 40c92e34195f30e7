"""The `diptych` command: parse, call, print, exit code (0 fine; 1 content; 2 usage or files; 3 rendering failed)."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from diptych import __version__, batch, compose, exchange, press, source
from diptych.bibliography.library import Item
from diptych.bibliography.writers import WRITERS
from diptych.diagnostics import Diagnostic, as_data, as_text, has_errors, in_order
from diptych.document import Options
from diptych.workspace import Workspace

CONTENT, USAGE, RENDERING = 1, 2, 3
FILE_PROBLEMS = {"no-review", "cannot-read", "cannot-write", "file-exists", "unknown-template"}
RENDERING_PROBLEMS = {"weasyprint", "refused-address", "template", "template-syntax", "no-such-template-file"}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="diptych")
def main() -> None:
    """Review articles with annotated references, from one YAML source to PDF and native Word."""


def _split(_: click.Context, option: click.Parameter, values: Sequence[str]) -> list[str]:
    """Options that may be repeated or hold several values with commas between them."""
    return list(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


def _formats(context: click.Context, option: click.Parameter, values: Sequence[str]) -> list[str]:
    chosen = _split(context, option, values)
    for name in chosen:
        if name not in press.FORMATS:
            raise click.BadParameter(f"there is no format “{name}”; there are: {', '.join(press.FORMATS)}")
    return chosen


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-t", "--template", "templates", multiple=True, callback=_split, help="Template; all unless said.")
@click.option(
    "-f", "--format", "formats", multiple=True, callback=_formats, help="pdf, docx, html; pdf,docx unless said."
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder; build unless said.")
@click.option("--embed-fonts/--no-embed-fonts", default=True, help="Whether fonts travel with Word files; they do.")
@click.option("--blind", is_flag=True, help="Leave out who wrote it, for blind review; files are named …-blind.")
@click.option("--comments", is_flag=True, help="Notes among the prose as comments in Word files.")
@click.option("--flat", is_flag=True, help="Word files without fields, page numbers apart.")
@click.option("--booklet", "imposition", flag_value="booklet", default="", help="PDF as sheets to fold into a booklet.")
@click.option("--n-up", type=click.Choice(["2"]), help="PDF with two pages side by side.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--json", "as_json", is_flag=True, help="Results and problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def build(
    paths: Sequence[Path],
    templates: list[str],
    formats: list[str],
    output: Path | None,
    embed_fonts: bool,
    blind: bool,
    comments: bool,
    flat: bool,
    imposition: str,
    n_up: str | None,
    quiet: bool,
    as_json: bool,
    strict: bool,
) -> None:
    """Build reviews: folders, review.yaml files or folders of reviews; the project's content/ unless said.

    \b
    diptych build
    diptych build content/my-review -t handout -f pdf
    diptych build content/my-review/review.yaml -o /tmp/proofs
    """
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    names, unknown = batch.find_templates(templates, root)
    problems += unknown
    if not as_json:
        _complain(problems)
    results = []
    if imposition and n_up:
        raise click.UsageError("give --booklet or --n-up, not both")
    sheets = f"{n_up}-up" if n_up else imposition
    options = Options(embed_fonts, comments=comments, flat=flat, blind=blind, imposition=sheets)
    order = batch.Order(names, formats or ["pdf", "docx"], options)
    for result in batch.build_all(files, root, order, output or root / "build"):
        results.append(result)
        problems += result.diagnostics
        if not as_json:
            _tell(result, quiet)
    if as_json:
        click.echo(json.dumps(_as_json(results, problems), ensure_ascii=False, indent=2))
    sys.exit(exit_code(problems, strict))


def _tell(result: batch.Result, quiet: bool) -> None:
    _complain(result.diagnostics)
    if quiet:
        return
    for item in result.written:
        output = item.output
        pages = f"{output.pages} pages" if output.pages else ""
        size = f"{len(output.data) / 1024:.0f} kB"
        click.echo(f"{_relative(item.path)}  {pages:>9}  {output.words:>6} words  {size:>8}  {output.seconds:.2f} s")


def _complain(problems: Sequence[Diagnostic]) -> None:
    for problem in in_order(problems):
        click.echo(as_text(problem), err=True)


def _relative(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _as_json(results: Sequence[batch.Result], problems: Sequence[Diagnostic]) -> dict[str, object]:
    return {
        "outputs": [
            {
                "review": result.name,
                "file": str(item.path),
                "template": item.output.template,
                "format": item.output.format,
                "pages": item.output.pages,
                "words": item.output.words,
                "bytes": len(item.output.data),
                "seconds": round(item.output.seconds, 3),
            }
            for result in results
            for item in result.written
        ],
        "diagnostics": [as_data(problem) for problem in in_order(problems)],
    }


def exit_code(problems: Sequence[Diagnostic], strict: bool = False) -> int:
    """0 fine; 1 the content has problems; 2 usage or files; 3 rendering failed: the worst of them."""
    if strict and any(problem.severity == "warning" for problem in problems):
        return CONTENT
    codes = {problem.code for problem in problems if problem.severity == "error"}
    if codes & RENDERING_PROBLEMS:
        return RENDERING
    if codes & FILE_PROBLEMS:
        return USAGE
    return CONTENT if has_errors(problems) else 0


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def check(paths: Sequence[Path], as_json: bool, strict: bool) -> None:
    """Say what is wrong with reviews, and what a careful editor would look at again; nothing is written.

    \b
    diptych check
    diptych check content/my-review --strict
    """
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    for built in batch.check_all(files, root):
        problems += built.diagnostics
    if as_json:
        click.echo(json.dumps([as_data(problem) for problem in in_order(problems)], ensure_ascii=False, indent=2))
    else:
        _complain(problems)
        click.echo(_counted(files, problems))
    sys.exit(exit_code(problems, strict))


def _counted(files: Sequence[Path], problems: Sequence[Diagnostic]) -> str:
    """What was checked and found, in a line: “2 reviews checked: 1 error, 3 warnings”."""
    kinds = [(word, sum(one.severity == word for one in problems)) for word in ("error", "warning")]
    found = ", ".join(_number(count, word) for word, count in kinds if count)
    return f"{_number(len(files), 'review')} checked: {found or 'no problems'}"


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="CSL-YAML file to write.")
@click.option("--into", "review", type=click.Path(path_type=Path), help="Review whose references they are added to.")
@click.option("--force", is_flag=True, help="Replace the output if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
def import_(files: Sequence[Path], output: Path | None, review: Path | None, force: bool, quiet: bool) -> None:
    """Read references in BibTeX, RIS, PubMed, EndNote XML or CSL and write them as CSL-YAML.

    \b
    diptych import refs.bib -o content/my-review/references.yaml
    diptych import pubmed.nbib zotero.ris --into content/my-review
    """
    if output and review:
        raise click.UsageError("give -o or --into, not both")
    items, problems = exchange.read_files(files)
    if review:
        _add(items, problems, review, quiet)
    _write_out(WRITERS["csl-yaml"](items) if items else None, problems, output, force, quiet)


def _add(items: Sequence[Item], problems: list[Diagnostic], path: Path, quiet: bool) -> None:
    """Add the references to the review and end."""
    reviews, trouble = batch.find_reviews([path])
    problems += trouble
    if len(reviews) > 1:
        raise click.UsageError(f"there are {len(reviews)} reviews at “{path}”; name one")
    addition, trouble = exchange.add_to_review(reviews[0], items) if reviews else (None, [])
    problems += trouble
    if addition:
        problems += batch.write(addition.path, addition.data)
    _complain(problems)
    if not quiet and not has_errors(problems):
        count = len(addition.added) if addition else 0
        where = _relative(addition.path) if addition else str(path)
        click.echo(f"{where}  {count} references added, {len(items) - count} left out")
    sys.exit(exit_code(problems))


@main.command()
@click.argument("review", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, type=click.Choice(sorted(WRITERS)), help="Format.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File; printed unless said.")
@click.option("--force", is_flag=True, help="Replace the output if it is there.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
def export(review: Path, form: str, output: Path | None, force: bool, quiet: bool) -> None:
    """Write a review's references, annotations and grades for another program.

    \b
    diptych export content/my-review --to bibtex -o my-review.bib
    """
    reviews, problems = batch.find_reviews([review])
    if len(reviews) > 1:
        raise click.UsageError(f"there are {len(reviews)} reviews at “{review}”; name one")
    text, trouble = exchange.export(reviews[0], form) if reviews else (None, [])
    _write_out(text, problems + trouble, output, force, quiet)


def _write_out(text: str | None, problems: list[Diagnostic], output: Path | None, force: bool, quiet: bool) -> NoReturn:
    """Write the text to the file or print it, say what was wrong, and end."""
    if text is not None and output:
        refused = exchange.may_write(output, force) or batch.write(output, text.encode())
        problems = [*problems, *refused]
        if not refused and not quiet:
            click.echo(f"{output}  {len(text.encode()) / 1024:.0f} kB")
    elif text is not None:
        click.echo(text, nl=False)
    _complain(problems)
    sys.exit(exit_code(problems))


@main.command()
def schema() -> None:
    """Print the JSON Schema of review.yaml, for editors."""
    click.echo(source.schema(), nl=False)


@main.command()
def templates() -> None:
    """List the templates."""
    workspace = Workspace(batch.find_project(Path.cwd()))
    for name in workspace.template_names():
        template, _ = compose.find_template(name, workspace)
        click.echo(f"{name:<12} {template.settings.description if template else '(its template.yaml has problems)'}")
