"""Lists as Word numbers them: one definition for each family of list styles, one instance for each numbered list."""

from __future__ import annotations

from dataclasses import dataclass, field

from diptych.printers.word.markup import escape, part
from diptych.printers.word.model import ListLevel, Paragraph
from diptych.printers.word.styles import Style, StyleSheet
from diptych.style import TextStyle

FORMATS = {
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
BULLETS = {"disc": "•", "circle": "◦", "square": "▪"}


@dataclass
class _Level:
    style: Style
    level: ListLevel
    text: TextStyle


@dataclass
class _Family:
    """Lists whose styles belong together, such as List Bullet, List Bullet 2 …; levels by depth."""

    number: int  # of the definition and of its first instance
    levels: dict[int, _Level] = field(default_factory=dict)


class Numbering:
    """Hands out list instances; `of(paragraph)` is what the paragraph must say."""

    def __init__(self, sheet: StyleSheet) -> None:
        self._sheet = sheet
        self._families: dict[tuple[str, str, str], _Family] = {}
        self._instances: dict[tuple[int, int], int] = {}  # list, family → instance
        self._made: list[tuple[int, _Family, ListLevel | None]] = []

    def learn(self, paragraphs: list[Paragraph]) -> None:
        """Make the definitions that the paragraphs' lists need, and tie the styles to them."""
        for paragraph in paragraphs:
            level = paragraph.level
            if level is None:
                continue
            style = self._sheet.styles[paragraph.style.name]
            family = self._family(paragraph, level)
            if level.depth not in family.levels:
                family.levels[level.depth] = _Level(style, level, paragraph.text)
                style.numbering = _reference(family.number, level.depth)

    def _family(self, paragraph: Paragraph, level: ListLevel) -> _Family:
        name = paragraph.style.name.rstrip(" 2345")
        key = ("", level.kind, "") if level.kind == "heading" else (name, level.kind, level.marker)
        if key not in self._families:
            family = self._families[key] = _Family(len(self._made) + 1)
            self._made.append((family.number, family, None))
        return self._families[key]

    def of(self, paragraph: Paragraph) -> str:
        """The paragraph's own `numPr`: empty where its style has said it."""
        style, _ = self._sheet.of(paragraph)
        level = paragraph.level
        if level is None:
            return '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>' if self._numbered(style) else ""
        family = self._family(paragraph, level)
        wanted = _reference(self._instance(level, family), level.depth)
        return "" if self._numbered(style) == wanted else wanted

    def _numbered(self, style: Style | None) -> str:
        """What a style says of numbering, itself or through what it is based on."""
        while style is not None:
            if style.numbering:
                return style.numbering
            style = self._sheet.above(style)
        return ""

    def _instance(self, level: ListLevel, family: _Family) -> int:
        if level.kind in ("bullet", "heading"):
            return family.number
        key = (level.key, family.number)
        if key not in self._instances:
            fresh = not any(number == family.number for _, number in self._instances) and level.start == 1
            if fresh:
                self._instances[key] = family.number
            else:
                self._instances[key] = len(self._made) + 1
                self._made.append((len(self._made) + 1, family, level))
        return self._instances[key]

    def part(self) -> bytes | None:
        """The file's numbering.xml; None where there are no lists."""
        if not self._families:
            return None
        definitions = "".join(_definition(family) for family in self._families.values())
        return part("w:numbering", definitions + "".join(_instance(*made) for made in self._made))


def _reference(number: int, depth: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth - 1}"/><w:numId w:val="{number}"/></w:numPr>'


def _definition(family: _Family) -> str:
    levels = "".join(_level(depth, family.levels[depth]) for depth in sorted(family.levels))
    kind = "multilevel" if any(one.level.kind == "heading" for one in family.levels.values()) else "hybridMultilevel"
    return (
        f'<w:abstractNum w:abstractNumId="{family.number}"><w:multiLevelType w:val="{kind}"/>{levels}</w:abstractNum>'
    )


def _level(depth: int, item: _Level) -> str:
    """The level of a list; as in CSS its markers end at one place, so that the text begins at one."""
    level, face = item.level, escape(item.text.face.name)
    if level.kind == "heading":
        return _heading(depth, item)
    if level.kind == "bullet":
        kind, text = "bullet", BULLETS.get(level.marker, level.marker.strip("“”").rstrip())
    else:
        kind, text = FORMATS.get(level.marker, "decimal"), f"%{depth}."
    return (
        f'<w:lvl w:ilvl="{depth - 1}"><w:start w:val="{level.start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:pStyle w:val="{item.style.identifier}"/><w:lvlText w:val="{escape(text)}"/><w:lvlJc w:val="right"/>'
        f"<w:pPr><w:ind {item.style.paragraph['ind']}/></w:pPr>"
        f'<w:rPr><w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/></w:rPr></w:lvl>'
    )


def _heading(depth: int, item: _Level) -> str:
    """The level of a heading: its number looks as its text does, and stands where CSS has it, without a tab."""
    text = item.level.marker.rstrip()
    after = "space" if text != item.level.marker else "nothing"
    return (
        f'<w:lvl w:ilvl="{depth - 1}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="{item.style.identifier}"/><w:suff w:val="{after}"/><w:lvlText w:val="{escape(text)}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind {item.style.paragraph["ind"]}/></w:pPr></w:lvl>'
    )


def _instance(number: int, family: _Family, level: ListLevel | None) -> str:
    again = ""
    if level is not None:
        start = f'<w:startOverride w:val="{level.start}"/>'
        again = f'<w:lvlOverride w:ilvl="{level.depth - 1}">{start}</w:lvlOverride>'
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{family.number}"/>{again}</w:num>'
