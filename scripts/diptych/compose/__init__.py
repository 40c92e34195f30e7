"""Review + bibliography + template → the HTML document that the printers set."""

from diptych.compose.content import Content, Material, collect, prepare
from diptych.compose.places import with_entry_places
from diptych.compose.templates import Settings, Template, fill, find_template

__all__ = [
    "Content",
    "Material",
    "Settings",
    "Template",
    "collect",
    "fill",
    "find_template",
    "prepare",
    "with_entry_places",
]
