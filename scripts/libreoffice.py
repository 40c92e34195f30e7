"""LibreOffice as a converter, apart from the user's own profile and with the house's fonts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from diptych.workspace import font_files

SECONDS = 300
TAGGED_PDF = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'


def convert(files: Iterable[Path], to: str, folder: Path, house_fonts: bool = True) -> list[Path]:
    """The files converted to a format (`pdf`, `fodt` …, or TAGGED_PDF), in `folder`, by one run.

    Raises RuntimeError where one could not be. The profile is fresh, and beside the system's fonts there are those of
    the font packages, so that one machine sees what another does; without `house_fonts` only what the files bring.
    """
    sources = list(files)
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"{source.stem}.{to.partition(':')[0]}" for source in sources]
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", to]
    result = subprocess.run(
        [*command, "--outdir", str(folder), *map(str, sources)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "FONTCONFIG_FILE": str(_font_config(folder, house_fonts)), "LC_ALL": "C.UTF-8"},
    )
    _complain(made, result)
    return made


def _complain(made: Sequence[Path], result: subprocess.CompletedProcess[str]) -> None:
    missing = [file.name for file in made if not file.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice did not make {', '.join(missing)}: {result.stdout}{result.stderr}")


def _font_config(folder: Path, house_fonts: bool) -> Path:
    """A fontconfig file that adds the folders of the house's fonts to the system's."""
    folders = sorted({file.parent for file in font_files().values()}) if house_fonts else []
    dirs = "".join(f"<dir>{found}</dir>" for found in folders)
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{dirs}<cachedir>{folder / 'font-cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return path
