"""The HTML panel: the document as one self-contained page, its styles, pictures and fonts inside."""

from __future__ import annotations

import base64
import mimetypes
import re
from urllib.parse import urljoin

from lxml import html as lxml_html

from diptych.diagnostics import Diagnostic, error
from diptych.document import DEFAULTS, Document, Options, Printed
from diptych.printers.formulas import set_formulas
from diptych.workspace import RefusedError, Workspace

SCREEN = """
@media screen {
  body { max-width: 44em; margin: 2em auto; padding: 0 1em; }
  .columns { columns: auto; }
  .footnote { font-size: 0.85em; }
  .footnote::before { content: " ["; }
  .footnote::after { content: "]"; }
}
"""
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")


def print_web(document: Document, workspace: Workspace, _: Options = DEFAULTS) -> Printed:
    """The page as UTF-8 bytes; it refers to nothing outside itself but the links a reader follows."""
    problems: list[Diagnostic] = []

    def embed(address: str) -> str:
        url = urljoin(document.base, address)
        if url.startswith("data:"):
            return url
        try:
            data = workspace.fetch(url)
        except RefusedError as problem:
            problems.append(error("refused-address", f"{url[:200]}: {problem}"))
            return "data:,"
        kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"

    root = lxml_html.document_fromstring(document.html)
    problems += set_formulas(root)
    for image in root.iter("img"):
        image.set("src", embed(image.get("src", "")))
    css = "".join(sheet.text for sheet in document.stylesheets) + SCREEN
    style = lxml_html.Element("style")
    style.text = ADDRESS.sub(lambda match: f"url({embed(match[1])})", css).replace("</", "<\\/")
    viewport = lxml_html.Element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    root[0].extend([viewport, style])
    page = lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return Printed(page.encode("utf-8"), diagnostics=tuple(problems))
