"""Drawings (SVG) with the stylesheets' faces inside: in a browser a picture sees no fonts of its page."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

ROOT = re.compile(rb"<svg\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*(?<!/)>")
WEIGHT = re.compile(rb"font-weight\s*[=:]\s*[\"']?\s*(\w+)")
NAMED_WEIGHTS = {"normal": "400", "bold": "700"}


@dataclass(frozen=True)
class Face:
    """One `@font-face`: its family, weight (`400`) and style, and the address of its file."""

    family: str
    weight: str
    style: str
    address: str


@lru_cache(maxsize=32)
def faces_in(css: str) -> tuple[Face, ...]:
    """The faces that a stylesheet brings, in its order."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    faces = [rule for rule in rules if rule.type == "at-rule" and rule.lower_at_keyword == "font-face"]
    return tuple(face for rule in faces if (face := _face(rule)))


def _face(rule: Any) -> Face | None:
    said = {
        one.lower_name: one.value
        for one in tinycss2.parse_blocks_contents(rule.content or [], skip_comments=True, skip_whitespace=True)
        if one.type == "declaration"
    }
    addresses = [part.value for part in said.get("src", ()) if part.type == "url"]
    family = tinycss2.serialize(said.get("font-family", ())).strip(" \"'")
    if not family or not addresses:
        return None
    weight = tinycss2.serialize(said.get("font-weight", ())).strip() or "400"
    style = tinycss2.serialize(said.get("font-style", ())).strip() or "normal"
    return Face(family, NAMED_WEIGHTS.get(weight, weight), style, addresses[0])


def with_faces(svg: bytes, faces: Sequence[Face], sent: Callable[[str], str]) -> bytes:
    """The drawing with those faces that its letters are set in; `sent` gives a font as a `data:` address."""
    root = ROOT.search(svg)
    rules = "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:{face.style};'
        f"src:url({sent(face.address)})}}"
        for face in _used(svg, tuple(faces))
    )
    if root is None or not rules:
        return svg
    return svg[: root.end()] + f'<style class="faces">{rules}</style>'.encode() + svg[root.end() :]


@lru_cache(maxsize=64)
def _used(svg: bytes, faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """The faces of families that the drawing names, of a weight and style that are the usual ones or named."""
    named = {found[1].decode() for found in WEIGHT.finditer(svg)}
    weights = {"400", *(NAMED_WEIGHTS.get(weight, weight) for weight in named)}
    return tuple(
        face
        for face in faces
        if b"<text" in svg
        and face.family.encode() in svg
        and face.weight in weights
        and (face.style == "normal" or face.style.encode() in svg)
    )
