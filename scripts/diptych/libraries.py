"""The versions of the system's libraries that lay out text."""

from __future__ import annotations

import ctypes
import sys

LIBRARIES = {
    "pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "hb_version_string"),
}
"""Their names on Linux and macOS, and the function that says the version."""


def loads(name: str) -> bool:
    """Whether the system has the library under that name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def versions() -> dict[str, str]:
    """The versions of `LIBRARIES`; empty for one that is not found, as then WeasyPrint says."""
    found = {}
    for name, (linux, macos, function) in LIBRARIES.items():
        try:
            ask = getattr(ctypes.CDLL(macos if sys.platform == "darwin" else linux), function)
            ask.restype = ctypes.c_char_p
            found[name] = ask().decode()
        except (OSError, AttributeError):
            found[name] = ""
    return found
