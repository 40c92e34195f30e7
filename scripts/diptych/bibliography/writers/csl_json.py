"""References as CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from diptych.bibliography.shelf import Item
from diptych.bibliography.writers.csl_yaml import fields


def write_json(items: Sequence[Item]) -> str:
    """A CSL-JSON file; the annotation stands under `annote`, the grade in `note`, which Zotero keeps."""
    return json.dumps([_entry(item) for item in items], ensure_ascii=False, indent=2) + "\n"


def _entry(item: Item) -> dict[str, Any]:
    data = {name: value for name, value in fields(item) if name != "custom"}
    if item.importance:
        data["note"] = "\n".join(part for part in (data.get("note"), f"importance: {item.importance}") if part)
    return data
