"""`diptych build`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from diptych import batch, press
from diptych.cli.shared import complain, exit_code, relative, split
from diptych.diagnostics import Diagnostic, as_data, in_order
from diptych.document import Options
from diptych.paper import SIZES


def _formats(context: click.Context, option: click.Parameter, values: Sequence[str]) -> list[str]:
    chosen = split(context, option, values)
    for name in chosen:
        if name not in press.FORMATS:
            raise click.BadParameter(f"there is no format “{name}”; there are: {', '.join(press.FORMATS)}")
    return chosen


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("-t", "--template", "templates", multiple=True, callback=split, help="Template; all unless said.")
@click.option(
    "-f", "--format", "formats", multiple=True, callback=_formats, help="pdf, docx, html; pdf,docx unless said."
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder; build unless said.")
@click.option("--embed-fonts/--no-embed-fonts", default=True, help="Whether fonts travel with Word files; they do.")
@click.option("--blind", is_flag=True, help="Leave out who wrote it, for blind review; files are named …-blind.")
@click.option("--comments", is_flag=True, help="Notes among the prose as comments in Word files.")
@click.option("--flat", is_flag=True, help="Word files without fields, page numbers apart.")
@click.option("--paper", type=click.Choice([*SIZES]), help="Size of the pages; the review's or template's unless said.")
@click.option("--crop-marks", is_flag=True, help="PDF on larger sheets, with marks that say where to cut.")
@click.option("--draft", is_flag=True, help="PDF made quickly: no hyphenation, no tags; it says so, and so does its name.")
@click.option("--attach-source", is_flag=True, help="The review's files within the PDF, which is then PDF/A-3a.")
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
    paper: str | None,
    crop_marks: bool,
    draft: bool,
    attach_source: bool,
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
        complain(problems)
    results = []
    if imposition and n_up:
        raise click.UsageError("give --booklet or --n-up, not both")
    if crop_marks and (imposition or n_up):
        raise click.UsageError("crop marks are for single pages: give --crop-marks or sheets to fold, not both")
    if attach_source and blind:
        raise click.UsageError("the source says who wrote it: give --attach-source or --blind, not both")
    sheets = f"{n_up}-up" if n_up else imposition
    options = Options(
        embed_fonts,
        comments=comments,
        flat=flat,
        blind=blind,
        paper=SIZES.get(paper or "", ""),
        crop_marks=crop_marks,
        draft=draft,
        attach_source=attach_source,
        imposition=sheets,
    )
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
    complain(result.diagnostics)
    if quiet:
        return
    for item in result.written:
        output = item.output
        pages = f"{output.pages} pages" if output.pages else ""
        size = f"{len(output.data) / 1024:.0f} kB"
        click.echo(f"{relative(item.path)}  {pages:>9}  {output.words:>6} words  {size:>8}  {output.seconds:.2f} s")


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
