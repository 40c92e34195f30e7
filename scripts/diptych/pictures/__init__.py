"""Pictures: what kind a file is, how large it is, and why it may not be printed.

Pictures come from anywhere. What decodes and draws them (Pillow, WeasyPrint, resvg, Word, browsers) gets none that
refers to something outside itself, runs anything, or is small on the disk and huge in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from diptych.pictures import anonymous, raster, svg
from diptych.pictures.flaw import FlawedError

__all__ = ["FlawedError", "bare", "check", "kind", "size", "svg"]

PIXEL = 0.75  # a CSS pixel in points (CSS Values 4, §6.2)


def kind(data: bytes) -> str:
    """The content type of a picture: image/png, image/jpeg or image/svg+xml; empty for all else."""
    if data.startswith(raster.PNG):
        return "image/png"
    if data.startswith(raster.JPEG):
        return "image/jpeg"
    return "image/svg+xml" if b"<svg" in data[:4096] or b":svg" in data[:4096] else ""


def size(data: bytes) -> tuple[float, float]:
    """Width and height in points, a pixel being 1/96 inch; raises FlawedError for what may not be printed."""
    width, height = check(data)
    return width * PIXEL, height * PIXEL


@lru_cache(maxsize=64)
def check(data: bytes) -> tuple[float, float]:
    """Width and height in pixels of a picture that may be printed; raises FlawedError for any other."""
    found = kind(data)
    if not found:
        raise FlawedError("it is neither PNG, JPEG nor SVG")
    if found == "image/svg+xml":
        return svg.check(data)
    return raster.check_png(data) if found == "image/png" else raster.check_jpeg(data)


def bare(data: bytes) -> bytes:
    """A picture that may be printed, without what its file says of who made it, when, where and with what."""
    return BARE[kind(data)](data)


BARE: dict[str, Callable[[bytes], bytes]] = {
    "image/png": anonymous.png,
    "image/jpeg": anonymous.jpeg,
    "image/svg+xml": anonymous.drawing,
}
