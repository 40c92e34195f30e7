"""`diptych build`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from diptych import batch, unchanged
from diptych.cli import INTERRUPTED
from diptych.cli.batching import how_options
from diptych.cli.reporting import Lines, reporter
from diptych.cli.shared import exit_code, split
from diptych.document import FORMATS, Options
from diptych.paper import SIZES


def _formats(context: click.Context, option: click.Parameter, values: Sequence[str]) -> list[str]:
    chosen = split(context, option, values)
    for name in chosen:
        if name not in FORMATS:
            raise click.BadParameter(f"there is no format “{name}”; there are: {', '.join(FORMATS)}")
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
@click.option("--comments", is_flag=True, help="What authors say to one another as comments in Word files.")
@click.option("--zotero", is_flag=True, help="Citations in Word files as fields that Zotero goes on with.")
@click.option(
    "--flat/--fields",
    default=None,
    help="Word files without fields, page numbers apart; as the journal has it.",
)
@click.option("--paper", type=click.Choice([*SIZES]), help="Size of the pages; the review's or template's unless said.")
@click.option("--crop-marks", is_flag=True, help="PDF on larger sheets, with marks that say where to cut.")
@click.option(
    "--draft", is_flag=True, help="PDF made quickly: no hyphenation, no tags; it says so, and so does its name."
)
@click.option("--attach-source", is_flag=True, help="The review's files within the PDF, which is then PDF/A-3a.")
@click.option("--booklet", "imposition", flag_value="booklet", default="", help="PDF as sheets to fold into a booklet.")
@click.option("--n-up", type=click.Choice(["2"]), help="PDF with two pages side by side.")
@how_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but problems.")
@click.option("--json", "as_json", is_flag=True, help="Results and problems as JSON, at the end.")
@click.option("--events", "as_events", is_flag=True, help="What happens, as it happens, a line of JSON each.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_obj
def build(
    arguments: list[str],
    paths: Sequence[Path],
    templates: list[str],
    formats: list[str],
    output: Path | None,
    embed_fonts: bool,
    blind: bool,
    comments: bool,
    zotero: bool,
    flat: bool | None,
    paper: str | None,
    crop_marks: bool,
    draft: bool,
    attach_source: bool,
    imposition: str,
    n_up: str | None,
    how: batch.How,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    as_events: bool,
    strict: bool,
) -> None:
    """Build reviews: folders, review.yaml files or folders of reviews; the project's content/ unless said.

    \b
    diptych build
    diptych build content/my-review -t handout -f pdf
    diptych build content/my-review/review.yaml -o /tmp/proofs
    diptych build --dry-run
    """
    if imposition and n_up:
        raise click.UsageError("give --booklet or --n-up, not both")
    if crop_marks and (imposition or n_up):
        raise click.UsageError("crop marks are for single pages: give --crop-marks or sheets to fold, not both")
    if attach_source and blind:
        raise click.UsageError("the source says who wrote it: give --attach-source or --blind, not both")
    if zotero and flat:
        raise click.UsageError("Zotero lives in fields, and --flat leaves them out: give --zotero or --flat, not both")
    sheets = f"{n_up}-up" if n_up else imposition
    options = Options(
        embed_fonts,
        comments=comments,
        zotero=zotero,
        flat=bool(flat),
        fields=flat is False,
        blind=blind,
        paper=SIZES.get(paper or "", ""),
        crop_marks=crop_marks,
        draft=draft,
        attach_source=attach_source,
        imposition=sheets,
    )
    report = reporter(quiet, as_json, as_events)
    root = batch.find_project(Path.cwd())
    files, problems = batch.find_reviews(paths or [root / "content"])
    names, unknown = batch.find_templates(templates, root)
    problems += unknown
    report.tell(batch.Result("", (), tuple(problems)))
    order, into = batch.Order(names, formats or ["pdf", "docx"], options), output or root / "build"
    if dry_run:
        report.intend(batch.plan(files, root, order, into, how.everything), into)
        code = exit_code(problems, strict)
        report.end(problems, code)
        sys.exit(code)
    try:
        for event in batch.build_all(files, root, order, into, how):
            report.tell(event)
            problems += event.diagnostics if isinstance(event, batch.Result) else ()
    except KeyboardInterrupt:
        report.end(problems, INTERRUPTED)
        sys.exit(INTERRUPTED)
    code = exit_code(problems, strict)
    report.end(problems, code)
    if isinstance(report, Lines) and not output and not how.depfile:
        _remember(arguments, report, code, paths or [root / "content"], root)
    sys.exit(code)


def _remember(arguments: list[str], report: Lines, code: int, paths: Sequence[Path], root: Path) -> None:
    """Leave a record of a build that had nothing to do, so that the same question is answered at once next time."""
    if report.looked is None or root != Path.cwd() or not (root / "content").is_dir():
        return
    folders, missing = batch.looked_into(paths, root)
    looked = {**report.looked, **dict.fromkeys(missing, unchanged.NOTHING)}
    out, err = ("".join(f"{line}\n" for line in lines) for lines in (report.out, report.err))
    kept = unchanged.record(arguments, (code, out, err), looked, [str(root / "content"), *folders])
    if kept is not None:
        with suppress(OSError):  # then it is not remembered
            batch.write_whole(root / unchanged.RECORD, kept)
