"""Exit status 0 when the libraries that WeasyPrint loads are there, 1 when one is missing; needs no package.

The names are those of `weasyprint/text/ffi.py`, on Linux and on macOS.
"""

import ctypes
import ctypes.util
import sys

LIBRARIES = ("gobject-2.0", "pango-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig", "pangoft2-1.0")


def is_there(name: str) -> bool:
    """True when the library of that name can be loaded."""
    found = ctypes.util.find_library(name)
    for file in filter(None, (found, f"lib{name}.so.0", f"lib{name}.so.1", f"lib{name}.0.dylib", f"lib{name}.dylib")):
        try:
            ctypes.CDLL(file)
        except OSError:
            continue
        return True
    return False


if __name__ == "__main__":
    sys.exit(not all(is_there(name) for name in LIBRARIES))
