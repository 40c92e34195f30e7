"""The `diptych` command: parse, call, print, exit code (0 fine; 1 content; 2 usage or files; 3 rendering failed)."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from diptych import __version__, batch, compose, press, source
from diptych.diagnostics import Diagnostic, as_data, as_text, has_errors, in_order
from diptych.workspace import Workspace

CONTENT, USAGE, RENDERING = 1, 2, 3
FILE_PROBLEMS = {"no-review", "cannot-write", "unknown-template"}
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
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--json", "as_json", is_flag=True, help="Results and problems as JSON.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def build(
    paths: Sequence[Path],
    templates: list[str],
    formats: list[str],
    output: Path | None,
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
    for result in batch.build_all(files, root, names, formats or ["pdf", "docx"], output or root / "build"):
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


def _complain(problems: Sequence[Diagnostic], information: bool = False) -> None:
    for problem in in_order(problems):
        if information or problem.severity != "info":
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
        _complain(problems, information=True)
    sys.exit(exit_code(problems, strict))


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
