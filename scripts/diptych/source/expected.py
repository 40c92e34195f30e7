"""The JSON Schema of `review.yaml`: for editors to complete and explain, and for messages to name what is expected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from diptych.review import Review
from diptych.source.flaws import YamlPath

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = Mapping[str, Any]


class _EditorSchema(GenerateJsonSchema):
    """Pydantic's schema, as editors of YAML need it."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Text, and a number where one can stand for it: in `date: 2026` an editor sees a number."""
        made = super().str_schema(schema)
        return {**made, "type": ["string", "number"]} if re.match(made.get("pattern", ""), "2026") else made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A map whose keys must be as the model says; pydantic's lets keys pass that its pattern does not match."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made


@cache
def _review() -> Schema:
    return Review.model_json_schema(schema_generator=_EditorSchema)


STYLES = (
    "springer-vancouver-brackets",
    "nlm-citation-sequence",
    "elsevier-vancouver",
    "current-opinion",
    "american-medical-association",
    "jama",
    "nature",
    "the-lancet",
    "the-new-england-journal-of-medicine",
    "bmj",
    "apa",
    "chicago-author-date",
    "ieee",
)
"""Citation styles that editors offer; any other of the ten thousand may be named."""


EXAMPLES: Mapping[str, tuple[Any, ...]] = {
    "title": ("Local Treatment of *Metastatic* Sarcoma",),
    "article-type": ("Review", "Systematic Review"),
    "lang": ("en-US", "en-GB", "de", "fr", "es"),
    "date": ("2026", "2026-11", "2026-11-23"),
    "licence": ("CC BY 4.0",),
    "keywords": (["sarcoma", "metastasis", "stereotactic radiotherapy"],),
    "authors": ([{"name": "Ada Fold", "degrees": "PhD", "email": "ada@example.org", "corresponding": True}],),
    "abstract": ([{"heading": "Purpose of Review", "text": "…"}, {"heading": "Summary", "text": "…"}], "…"),
    "sections": ([{"heading": "Introduction", "id": "introduction", "text": "It is so [@fold2021]."}],),
    "figures": (
        {"flow": {"src": "figures/flow.svg", "alt": "Boxes joined by arrows: …", "caption": "Who was treated."}},
    ),
    "tables": ({"trials": {"caption": "Trials", "columns": ["Study", "Patients"], "rows": [["Fold 2021", 12]]}},),
    "bibliography": ("references.yaml", ["references.yaml", "zotero.bib"]),
    "annotations": ({"fold2021": {"importance": 2, "text": "The first trial."}},),
    "annotation-limits": ({"window-years": 3, "most-graded": 10, "most-words": 60},),
    "limits": ({"abstract-words": {"most": 250}, "references": {"most": 80, "about": True}},),
    "checks": ({"skip": ["lone-subsection"]},),
    "statements": ({"funding": "None.", "conflicts-of-interest": "None."},),
    "abbreviations": ({"CI": "confidence interval"},),
}
"""What editors show of a key as an example."""


def schema(journals: Sequence[str] = ()) -> str:
    """The JSON Schema (draft 2020-12) of a review as text; editors offer the `journals` and STYLES, and take others."""
    fields = dict(_review()["properties"])
    for key, names in (("journal", journals), ("citation-style", STYLES)):
        fields[key] = _offering(fields[key], names) if names else fields[key]
    for key, examples in EXAMPLES.items():
        fields[key] = {**fields[key], "examples": list(examples)}
    return json.dumps({"$schema": DIALECT, **_review(), "properties": fields}, indent=2, ensure_ascii=False) + "\n"


OF_ANY_FIELD = frozenset(["default", "description", "title"])


def _offering(field: Schema, names: Sequence[str]) -> Schema:
    """The schema of a key whose values editors offer, and which may have others."""
    about = {name: value for name, value in field.items() if name in OF_ANY_FIELD}
    rest = {name: value for name, value in field.items() if name not in OF_ANY_FIELD}
    return {"anyOf": [{"enum": list(names)}, *rest.get("anyOf", [rest])], **about}


def alternatives(path: YamlPath) -> tuple[Schema, ...]:
    """What may stand at `path`, one schema for each kind of value; none for a path that the model has not."""
    found = [_review()]
    for step in path:
        found = [inner for outer in found for field in _inner(outer, step) for inner in _resolved(field)]
    return tuple(found)


def keys(path: YamlPath) -> tuple[str, ...]:
    """The keys that the map at `path` may have; none where an author chooses the keys, or where no map belongs."""
    return tuple(key for found in alternatives(path) for key in found.get("properties", ()))


def description(path: YamlPath) -> str | None:
    """What the model says about the key at `path`."""
    fields = [field for outer in alternatives(path[:-1]) for field in _inner(outer, path[-1])] if path else []
    return next((field["description"] for field in fields if "description" in field), None)


def _inner(outer: Schema, step: str | int) -> Iterator[Schema]:
    """The schemas of what stands at a key or position within `outer`."""
    if isinstance(step, int):
        yield from [outer["items"]] if "items" in outer else []
    elif step in outer.get("properties", ()):
        yield outer["properties"][step]
    else:
        others = [*outer.get("patternProperties", {}).values(), outer.get("additionalProperties")]
        yield from (other for other in others if isinstance(other, Mapping))


def _resolved(found: Schema) -> Iterator[Schema]:
    """The alternatives of a schema, references followed."""
    if "$ref" in found:
        yield from _resolved(_review()["$defs"][found["$ref"].rpartition("/")[2]])
    elif "anyOf" in found:
        for one in found["anyOf"]:
            yield from _resolved(one)
    else:
        yield found
