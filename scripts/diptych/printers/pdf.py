"""The PDF panel: WeasyPrint sets the document as tagged PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

import logging
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html as lxml_html
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from diptych.diagnostics import Diagnostic, error, warning
from diptych.document import DEFAULTS, Document, Options, Printed, Stylesheet, tree
from diptych.printers import files, pagenumbers
from diptych.printers.anchors import free_anchored_text
from diptych.printers.attachments import File, attach
from diptych.printers.breaks import begin_lists, keep_hyphens, keep_numbers_with_stops, move_spaces
from diptych.printers.columns import remember_columns
from diptych.printers.endings import keep_endings
from diptych.printers.faces import faces_of, foreign_characters, missing_characters
from diptych.printers.features import free_features
from diptych.printers.floats import let_floats_wait
from diptych.printers.formulas import set_formulas
from diptych.printers.glyphs import remember_glyphs
from diptych.printers.languages import note_languages
from diptych.printers.leftovers import keep_leftovers
from diptych.printers.linenumbers import number_lines
from diptych.printers.lines import remember_lines
from diptych.printers.losses import losses, watch_text
from diptych.printers.overhangs import overhangs
from diptych.printers.proofs import set_bleed, with_marks
from diptych.printers.reading import tag_in_reading_order
from diptych.printers.shaping import share_shaping
from diptych.printers.stylewise import remember_by_style
from diptych.printers.tagging import complete, declare_ua
from diptych.printers.writing import write_once
from diptych.workspace import RefusedError, Workspace

ADD_A_FACE = "give the stylesheet an @font-face with a file of the project"
VARIANT = "pdf/a-2a"  # ISO 19005-2, level A, as WeasyPrint names it; `tagging` makes it PDF/UA-1 too
WITH_FILES = "pdf/a-3a"  # ISO 19005-3, which differs in nothing but files of any kind within

free_features()
share_shaping()
remember_by_style()
remember_glyphs()
remember_lines()
remember_columns()
keep_numbers_with_stops()
keep_leftovers()
let_floats_wait()
watch_text()
write_once()
note_languages()


class ProjectFetcher(URLFetcher):
    """Hands WeasyPrint the files of the project and the fonts of the house; refuses all else and remembers that."""

    def __init__(self, workspace: Workspace, blind: bool = False) -> None:
        super().__init__(allowed_protocols=("data", "font", "https"), allow_redirects=False)
        self.workspace, self.blind = workspace, blind
        self.fetched: list[str] = []
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The response for `url`; raises FatalURLFetchingError, which stops the rendering."""
        if url[:5].lower() == "data:":
            return super().fetch(url, headers)
        try:
            data = files.fetch(self.workspace, url, self.blind)
        except RefusedError as problem:
            self.refused.append(f"{url[:200]}: {problem}")
            raise FatalURLFetchingError(f"{url[:200]}: {problem}") from None
        self.fetched.append(url)
        kind = mimetypes.guess_type(Path(urlsplit(url).path).name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def print_pdf(document: Document, workspace: Workspace, options: Options = DEFAULTS) -> Printed:
    """The document as PDF bytes; what WeasyPrint warns of comes back as diagnostics."""
    fetcher = ProjectFetcher(workspace, options.blind)
    document = with_marks(document, options)
    with _messages() as messages:
        try:
            laid_out, unset = lay_out(document, workspace, fetcher, "" if options.draft else VARIANT)
            data = _write(laid_out, document, workspace, options)
            data = number_lines(laid_out.pages, data, laid_out.font_config)
        except FatalURLFetchingError as problem:
            return Printed(b"", diagnostics=(error("refused-address", str(problem)),))
    refused = [error("refused-address", text) for text in fetcher.refused]
    found = (*_foreign(laid_out), *losses(laid_out))
    problems = tuple(dict.fromkeys((*unset, *refused, *found, *messages)))  # some are laid out more than once
    count = len(laid_out.pages)
    if options.imposition:
        from diptych.printers.imposition import ORDERS, impose  # noqa: PLC0415 # pikepdf, as in `linenumbers`

        sheets = ORDERS[options.imposition](count)
        data, count = impose(data, sheets), len(sheets)
    return Printed(data, count, problems, missing_characters(laid_out.fonts), overhangs(laid_out.pages))


def _write(laid_out: Any, document: Document, workspace: Workspace, options: Options) -> bytes:
    """The PDF of the laid-out document: as PDF/UA and PDF/A, or, as a draft, for the eye alone."""
    files = [File(name, workspace.read_bytes(name)) for name in document.attached]
    finishers = [
        free_anchored_text,
        *([] if options.draft else [tag_in_reading_order(laid_out.pages), complete]),
        *([set_bleed] if options.crop_marks else []),
        *([attach(files, workspace.now())] if files else []),
    ]

    def finish(pages: Any, pdf: Any) -> None:
        for apply in finishers:
            apply(pages, pdf)

    if options.draft:
        return bytes(laid_out.write_pdf(finisher=finish))
    declare_ua(laid_out.metadata)
    return bytes(laid_out.write_pdf(pdf_variant=WITH_FILES if files else VARIANT, pdf_tags=True, finisher=finish))


def lay_out(
    document: Document, workspace: Workspace, fetcher: ProjectFetcher, variant: str = VARIANT
) -> tuple[Any, list[Diagnostic]]:
    """WeasyPrint's laid-out document, whose `pages` hold every box; formulas and page numbers that could not be set.

    Without a `variant` of PDF, it is made for none and without tags.
    """
    root = tree(document.html)
    unset = set_formulas(root)
    keep_endings(root)
    keep_hyphens(root)
    move_spaces(root)
    begin_lists(root)
    sheets, addresses = _parsed(document.stylesheets, workspace.root)
    for address in addresses:
        workspace.fetch(address)  # recorded as read every time, though parsed once
    faces = faces_of(document.stylesheets, workspace.root)

    def set_pages(root: Any) -> Any:
        html = str(lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))
        page = HTML(string=html, base_url=document.base, url_fetcher=fetcher)
        return page.render(stylesheets=sheets, font_config=faces, pdf_variant=variant, pdf_tags=bool(variant))

    pages, unsettled = pagenumbers.laid_out(root, set_pages)
    return pages, [*unset, *unsettled]


@lru_cache(maxsize=16)
def _parsed(stylesheets: tuple[Stylesheet, ...], root: Path) -> tuple[list[CSS], list[str]]:
    """The parsed stylesheets, and the addresses of what they had fetched."""
    workspace = Workspace(root)
    fetcher = ProjectFetcher(workspace)
    faces = faces_of(stylesheets, root)
    bases = [workspace.address(root / "templates" / sheet.name).rstrip("/") for sheet in stylesheets]
    sheets = [
        CSS(string=sheet.text, base_url=base, url_fetcher=fetcher, font_config=faces)
        for sheet, base in zip(stylesheets, bases, strict=True)
    ]
    return sheets, fetcher.fetched


def _foreign(laid_out: Any) -> list[Diagnostic]:
    return [
        error("foreign-font", f"“{characters[:80]}” is set in {family}, which no stylesheet brings", hint=ADD_A_FACE)
        for family, characters in foreign_characters(laid_out.fonts, laid_out.font_config).items()
    ]


@contextmanager
def _messages() -> Iterator[list[Diagnostic]]:
    """WeasyPrint's warnings and errors, logged while the block runs, as diagnostics."""
    found: list[Diagnostic] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if MISSING_GLYPH not in record.getMessage():  # told character by character
                found.append(_diagnostic(record))

    logger = logging.getLogger("weasyprint")
    handler = Collect(logging.WARNING)
    before, outward = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield found
    finally:
        logger.handlers, logger.propagate = before, outward


MISSING_GLYPH = ".notdef"
FATAL_MESSAGES = ("no required alt description", "Missing required")
"""Messages that mean the PDF is not PDF/UA-1: a picture without words, no language."""


def _diagnostic(record: logging.LogRecord) -> Diagnostic:
    message = record.getMessage()
    make = error if any(sign in message for sign in FATAL_MESSAGES) else warning
    return make("weasyprint", message)
