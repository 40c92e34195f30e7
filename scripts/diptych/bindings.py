"""Loads WeasyPrint, without what takes long and is not needed.

The first is a search for the system's libraries by its compiler.

WeasyPrint asks for each library by names of Windows, of Linux and of macOS in turn, and for each that is none here
`ctypes.util.find_library` starts ldconfig, gcc and ld: half a second in all. Where the libraries load by their names on
Linux, which are among those that WeasyPrint asks for, no search is needed.

The second is what of fontTools makes subsets and instances of fonts: a tenth of the time that all engines take to load.
WeasyPrint has HarfBuzz for subsets; instances are of variable fonts. It is loaded when it is first called.

This is imported before WeasyPrint.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

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


LATER = ("fontTools.subset", "fontTools.varLib.instancer")
"""Modules that are loaded when they are first called."""


class _Later(ModuleType):
    """A module of functions and classes, which is loaded when one of them is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*given: Any, **named: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*given, **named)

        return call


@contextmanager
def _loaded_later() -> Iterator[None]:
    """Who imports `LATER` while the block runs need not wait for it."""
    absent = [name for name in LATER if name not in sys.modules]
    sys.modules.update({name: _Later(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _without_search(), _loaded_later():
    import weasyprint.text.ffi  # noqa: F401
