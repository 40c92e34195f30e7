"""The file’s theme: faces and colours that Word offers first to those who go on writing (ISO/IEC 29500-1, 20.1.6)."""

from __future__ import annotations

import re
from itertools import cycle, islice

from diptych.printers.word.markup import escape
from diptych.printers.word.styles import StyleSheet

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
HEADINGS = ("Heading 1", "Title", "Normal")
ACCENTS = 6
PAPER, QUIET = "FFFFFF", "808080"
FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
LINES = "".join(f'<a:ln w="{width}">{FILL}</a:ln>' for width in (6350, 12700, 19050))
LOOKS = (
    f'<a:fmtScheme name="Diptych"><a:fillStyleLst>{FILL * 3}</a:fillStyleLst><a:lnStyleLst>{LINES}</a:lnStyleLst>'
    f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{FILL * 3}</a:bgFillStyleLst></a:fmtScheme>"
)
"""Fills, lines and effects of shapes, which the schema demands: plain."""


def theme_part(sheet: StyleSheet) -> bytes:
    """The file's theme1.xml: the face of headings and of text, the colours of the styles."""
    heading = next(sheet.styles[name] for name in HEADINGS if name in sheet.styles)
    faces = {"major": heading.run, "minor": sheet.defaults}
    fonts = "".join(_face(kind, run["rFonts ascii"]) for kind, run in faces.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<a:theme xmlns:a="{DRAWING}" name="Diptych"><a:themeElements>'
        f'<a:clrScheme name="Diptych">{_colours(sheet)}</a:clrScheme>'
        f'<a:fontScheme name="Diptych">{fonts}</a:fontScheme>{LOOKS}</a:themeElements></a:theme>'
    ).encode()


def _face(kind: str, name: str) -> str:
    face = f'<a:latin typeface="{name}"/><a:ea typeface=""/><a:cs typeface=""/>'
    return f"<a:{kind}Font>{face}</a:{kind}Font>"


def _colours(sheet: StyleSheet) -> str:
    ink = _colour(sheet.defaults.get("color", "")) or "000000"
    found = dict.fromkeys(_colour(style.run.get("color", "")) for style in sheet.styles.values())
    accents = [colour for colour in found if colour and colour not in (ink, PAPER)] or [QUIET]
    chosen = list(islice(cycle(accents), ACCENTS))
    named = {"dk1": ink, "lt1": PAPER, "dk2": chosen[0], "lt2": PAPER}
    named |= {f"accent{number}": colour for number, colour in enumerate(chosen, 1)}
    link = _colour(sheet.styles["Hyperlink"].run.get("color", "")) if "Hyperlink" in sheet.styles else ""
    named |= dict.fromkeys(("hlink", "folHlink"), link or chosen[0])
    return "".join(f'<a:{name}><a:srgbClr val="{escape(colour)}"/></a:{name}>' for name, colour in named.items())


def _colour(said: str) -> str:
    found = re.search(r'w:val="([0-9A-Fa-f]{6})"', said)
    return found[1].upper() if found else ""
