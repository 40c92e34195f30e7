"""Review + bibliography + template → the HTML document that the printers set."""

from diptych.compose.content import Content, prepare
from diptych.compose.templates import Template, fill, find_template

__all__ = ["Content", "Template", "fill", "find_template", "prepare"]
