"""The HTML panel: the document as one self-contained page for the screens that people read on."""

from diptych.printers.web.printer import print_web

__all__ = ["print_web"]
