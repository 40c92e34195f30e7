"""References as CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from diptych.bibliography.shelf import Item
from diptych.bibliography.writers.csl_yaml import fields


def write_json(items: Sequence[Item]) -> str:
    """A CSL-JSON file; the annotation stands under `annote`; grade and CAS id in `note`, which Zotero keeps."""
    return json.dumps([_entry(item) for item in items], ensure_ascii=False, indent=2) + "\n"


def _entry(item: Item) -> dict[str, Any]:
    data = {name: value for name, value in fields(item) if name != "custom"}
    cas = data.pop("CAS", None)
    lines = (data.get("note"), cas and f"CAS: {cas}", item.importance and f"importance: {item.importance}")
    note = "\n".join(line for line in lines if line)
    return {**data, "note": note} if note else data
