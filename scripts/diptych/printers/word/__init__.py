"""The Word panel: the document as a .docx with named styles, fields, notes and formulas, all of them Word's own."""

from diptych.printers.word.printer import print_word

__all__ = ["print_word"]
