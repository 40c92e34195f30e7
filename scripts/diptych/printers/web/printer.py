"""The document as one page: its styles, script, pictures and fonts inside, links between all that belongs together."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from lxml import html as lxml_html

from diptych.diagnostics import Diagnostic, error
from diptych.document import DEFAULTS, Document, Options, Printed, tree
from diptych.printers.files import fetch
from diptych.printers.web.css import for_browsers
from diptych.printers.web.drawings import Face, faces_in, with_faces
from diptych.printers.web.fonts import ENDINGS, woff2
from diptych.printers.web.formulas import set_mathml
from diptych.printers.web.passes import PASSES
from diptych.prose import PLACE
from diptych.workspace import RefusedError, Workspace

SCREEN, SCRIPT = "web.css", "web.js"
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
NOTHING = "data:,"


def print_web(document: Document, workspace: Workspace, options: Options = DEFAULTS) -> Printed:
    """The page as UTF-8 bytes; it refers to nothing outside itself but the links a reader follows.

    On paper it has the template's own look; on a screen `templates/web.css` comes over it, whatever its selectors,
    since the template's rules stand in a layer (CSS Cascade 5, §6.4.3). A preview's page links to the house's fonts.
    """
    root = tree(document.html)
    if options.preview:
        _show_places(root)
    _without_comments(root)
    problems = set_mathml(root)
    for apply in PASSES:
        apply(root)
    characters = frozenset(str(root.xpath("string()")))
    faces = tuple(face for sheet in document.stylesheets for face in faces_in(sheet.text))
    files = _Files(workspace, document.base, characters, faces, options.preview, options.blind)
    for image in root.iter("img"):
        image.set("src", files.embedded(image.get("src", "")))
    try:
        screen, script = workspace.read_template(SCREEN), workspace.read_template(SCRIPT)
    except RefusedError as problem:
        return Printed(b"", diagnostics=(error("no-such-file", f"{SCREEN} or {SCRIPT} cannot be read: {problem}"),))
    sheets = "\n".join(for_browsers(sheet.text) for sheet in document.stylesheets)
    _furnish(root, files.with_addresses(f"@layer template {{\n{sheets}\n}}\n{screen}"), script, options)
    page = lxml_html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
    return Printed(page.encode("utf-8"), diagnostics=(*problems, *files.problems))


def _show_places(root: Any) -> None:
    """Places of blocks as their attribute `data-source`."""
    for comment in root.iter(etree.Comment):
        if (comment.text or "").startswith(PLACE):
            comment.getparent().set("data-source", unquote(comment.text.removeprefix(PLACE)))


def _without_comments(root: Any) -> None:
    for comment in list(root.iter(etree.Comment)):
        comment.drop_tree()


@dataclass
class _Files:
    """Puts what a page refers to into the page; `characters` are all that fonts are needed for."""

    workspace: Workspace
    base: str
    characters: frozenset[str]
    faces: tuple[Face, ...]
    link_fonts: bool
    blind: bool
    problems: list[Diagnostic] = field(default_factory=list)

    def with_addresses(self, css: str) -> str:
        """The CSS with its files inside."""
        return ADDRESS.sub(lambda match: f"url({self.embedded(match[1])})", css)

    def embedded(self, address: str) -> str:
        """The file at an address as a `data:` address; one that may not be read is a problem."""
        url = urljoin(self.base, address)
        if url.startswith("data:"):
            return url
        if self.link_fonts and url.startswith("font:"):
            return "/font/" + url.removeprefix("font:")
        try:
            data = fetch(self.workspace, url, self.blind)
        except RefusedError as problem:
            self.problems.append(error("refused-address", f"{url[:200]}: {problem}"))
            return NOTHING
        kind, data = self._as_sent(url, data)
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"

    def font(self, address: str) -> str:
        """A font of the stylesheets as a `data:` address, in a preview too."""
        kind, data = self._as_sent(address, fetch(self.workspace, urljoin(self.base, address)))
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"

    def _as_sent(self, url: str, data: bytes) -> tuple[str, bytes]:
        """The file's media type and bytes: fonts are made small, drawings have theirs inside, all else stays."""
        name = PurePosixPath(urlsplit(url).path)
        if name.suffix.lower() == ".svg":
            letters = self.characters | frozenset(unescape(data.decode("utf-8", "ignore")))
            return "image/svg+xml", with_faces(data, self.faces, replace(self, characters=letters).font)
        small = woff2(data, self.characters, self.workspace.cache) if name.suffix.lower() in ENDINGS else None
        return (
            ("font/woff2", small) if small else (mimetypes.guess_type(name.name)[0] or "application/octet-stream", data)
        )


def _furnish(root: Any, css: str, script: str, options: Options) -> None:
    """The head's style, script and policy: what the page is made of, and that a browser shall load nothing else."""
    head = root.find("head")
    if head is None:  # a template may leave it out
        head = etree.Element("head")
        root.insert(0, head)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    own = "'self'" if options.preview else ""
    policy = (
        f"default-src 'none'; img-src data:; font-src data: {own}; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    make: Callable[..., Any] = lxml_html.Element
    style, code = make("style"), make("script")
    style.text, code.text = css.replace("</", "<\\/"), script.replace("</", "<\\/")
    head.insert(min(1, len(head)), make("meta", {"http-equiv": "Content-Security-Policy", "content": policy}))
    head.extend(
        [
            make("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            make("meta", {"name": "color-scheme", "content": "light dark"}),
            style,
        ]
    )
    root.find("body").append(code)
