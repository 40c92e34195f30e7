"""Where the baseline stands in a line: CSS shares out what a line has to spare above and below, Word does not.

A line that is forced to a height has four fifths of it above the baseline; one that is only at least so high has all it
has to spare above (measured in LibreOffice, which follows Word). The spaces between blocks make up for that, so that
baselines are as far apart as in the PDF.
"""

from __future__ import annotations

from diptych.printers.word.model import Block, Paragraph

ABOVE = 0.8  # the share of a forced line above its baseline
WIDE_SET = 1.5  # ems; a line so high has room for whatever is raised or lowered in it
WRITTEN_IN = "Body Text"


def is_forced(block: Paragraph) -> bool:
    """Whether lines have their height whatever stands in them, as CSS has it.

    Not so where a picture or formula would be cut off, nor in wide-set text, which people go on writing in Word.
    """
    height = block.box.line_height
    if height is None or block.tall:
        return False
    return is_tight(height, block.text.size) or WRITTEN_IN not in (block.style.name, block.style.based_on)


def is_tight(height: float | None, size: float) -> bool:
    """Whether what is raised or lowered in a line may need more than its height, in points."""
    return height is not None and height < WIDE_SET * size


def lowered(block: Block) -> float:
    """How far below its place in the PDF the baseline of a block's lines would stand, in points."""
    if not isinstance(block, Paragraph):
        first = next((inner for cell in block.rows[0] for inner in cell.blocks), None) if block.rows else None
        return lowered(first) if first else 0.0
    height, size, face = block.box.line_height, block.text.size, block.text.face
    if height is None or not block.content:
        return 0.0
    in_css = (height + (face.ascent - face.descent) * size) / 2
    if is_forced(block):
        return ABOVE * height - in_css
    return max(height - face.descent * size, face.ascent * size) - in_css
