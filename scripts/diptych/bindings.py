"""Loads WeasyPrint's bindings, without a search for the libraries by the system's compiler.

WeasyPrint asks for each library by names of Windows, of Linux and of macOS in turn, and for each that is none here
`ctypes.util.find_library` starts ldconfig, gcc and ld: half a second in all. Where the libraries load by their names on
Linux, which are among those that WeasyPrint asks for, no search is needed. This is imported before them.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from diptych import libraries

SONAMES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
"""What WeasyPrint cannot do without, by the names of its `text/ffi.py`."""


def _found_nowhere(name: str) -> str | None:
    """None, as `find_library` says of what is not there."""
    return None


@contextmanager
def _without_search() -> Iterator[None]:
    """Nothing is searched for while the block runs, if all that is needed loads without."""
    search = ctypes.util.find_library
    if sys.platform == "linux" and all(map(libraries.loads, SONAMES)):
        ctypes.util.find_library = _found_nowhere
    try:
        yield
    finally:
        ctypes.util.find_library = search


with _without_search():
    import weasyprint.text.ffi  # noqa: F401
