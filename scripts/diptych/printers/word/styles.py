"""Named Word styles from what the document's paragraphs and runs look like.

The commonest look of a kind of paragraph is its style; every other look becomes a style based on that one, with a name
that says where it is used (`Abstract Last`, `Table Text Right`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diptych.printers.word.baselines import is_tight
from diptych.printers.word.inlines import Run
from diptych.printers.word.markup import escape, part
from diptych.printers.word.model import Paragraph
from diptych.printers.word.properties import (
    INITIAL_PARAGRAPH,
    PARAGRAPH_ORDER,
    RUN_ORDER,
    TOGGLES,
    ParagraphFormat,
    Properties,
    difference,
    paragraph_properties,
    properties_xml,
    run_properties,
)
from diptych.printers.word.vocabulary import BUILT_IN, PARAGRAPHS, QUICK, NamedStyle
from diptych.style import BoxStyle, TextStyle

OWN_AFFAIR = ("keepNext", "keepLines", "spacing lineRule", "suppressLineNumbers")
"""Properties that come from a paragraph's neighbours or contents rather than its kind: said on the paragraph itself."""


@dataclass(frozen=True, eq=False)
class Look:
    """What a paragraph looks like: how it stands and how its text reads, in full."""

    stands: Properties
    reads: Properties
    style: int  # the same for those whose style is the same: they differ in their own affairs alone
    affairs: tuple[str, ...]


@dataclass
class Style:
    """A style to be written: what it is and what it says in full; only the difference from its parent is written."""

    name: str
    kind: str  # paragraph or character
    identifier: str
    based_on: str  # identifier, or empty
    next: str = ""  # name
    outline: int | None = None
    paragraph: Properties = field(default_factory=dict)
    run: Properties = field(default_factory=dict)
    numbering: str = ""  # numPr of list styles


class StyleSheet:
    """The styles of one file; `of(paragraph)` and `of_run(run)` tell which to use and what remains to be said.

    Kinds that a running head has `asked` for by the name of their style have that style wherever they stand, and say
    themselves what space is around them.
    """

    def __init__(
        self, body_text: TextStyle, body: BoxStyle, hyphenates: bool, asked: frozenset[str] = frozenset()
    ) -> None:
        self._asked = asked
        self.defaults = run_properties(body_text)
        self.styles: dict[str, Style] = {}
        self._identified: dict[str, Style] = {}
        self._paragraphs: dict[tuple[str, int], Style] = {}
        self._looks: dict[tuple[ParagraphFormat, TextStyle], Look] = {}
        self._kinds: dict[tuple[tuple[str, str], ...], int] = {}
        self._learned: dict[int, Look] = {}  # by the paragraph's identity
        self._known: dict[tuple[str, Look], tuple[Style, Properties]] = {}
        self._runs: dict[tuple[str, tuple[tuple[str, str], ...]], Style] = {}
        hyphens = body.hyphens or not hyphenates
        forced = is_tight(body.line_height, body_text.size)
        plain = ParagraphFormat(align=body.align, line=body.line_height, forced=forced, hyphens=hyphens)
        self._add("Normal", "paragraph", None, paragraph_properties(plain), self.defaults)

    def _add(
        self,
        name: str,
        kind: str,
        parent: Style | None,
        paragraph: Properties | None = None,
        run: Properties | None = None,
    ) -> Style:
        identifier = _identifier(name, {taken.lower() for taken in self._identified})
        style = Style(name, kind, identifier, parent.identifier if parent else "", "", None, paragraph or {}, run or {})
        self.styles[name] = self._identified[identifier] = style
        return style

    # Paragraphs

    def learn(self, paragraphs: Iterable[Paragraph]) -> None:
        """Make the styles that the paragraphs need."""
        seen: dict[str, dict[int, list[Paragraph]]] = {}
        named: dict[str, NamedStyle] = {}
        for paragraph in paragraphs:
            look = self._learned[id(paragraph)] = self._look(paragraph)
            name = paragraph.style.name
            named.setdefault(name, paragraph.style)
            seen.setdefault(name, {}).setdefault(look.style, []).append(paragraph)
        for name in sorted(seen, key=lambda name: _rank(name, named)):
            commonest = max(seen[name].values(), key=len)
            others = [self._typical(alike) for alike in seen[name].values() if alike is not commonest]
            self._learn_kind(named[name], self._typical(commonest), others)
        for name, style in named.items():
            made = self.styles[name]
            made.next, made.outline = style.next if style.next in self.styles else "", style.outline

    def _look(self, paragraph: Paragraph) -> Look:
        key = paragraph.format, paragraph.text
        if key not in self._looks:
            stands, reads = paragraph_properties(paragraph.format), run_properties(paragraph.text)
            kind = (*((name, value) for name, value in stands.items() if name not in OWN_AFFAIR), *reads.items())
            number = self._kinds.setdefault(kind, len(self._kinds))
            self._looks[key] = Look(stands, reads, number, tuple(stands[name] for name in OWN_AFFAIR))
        return self._looks[key]

    def _typical(self, paragraphs: list[Paragraph]) -> Paragraph:
        """Of paragraphs of one look the first that is in its own affairs as most of them are.

        A paragraph whose lines give way to a formula or picture says nothing of the others.
        """
        paragraphs = [one for one in paragraphs if one.format.forced] or paragraphs
        affairs = [self._learned[id(paragraph)].affairs for paragraph in paragraphs]
        (usual, _), *_ = Counter(affairs).most_common(1)
        return paragraphs[affairs.index(usual)]

    def _learn_kind(self, named: NamedStyle, base: Paragraph, others: Iterable[Paragraph]) -> None:
        style = self._learn_style(named.name, base, self._parent(named.based_on))
        for paragraph in others:
            look = self._learned[id(paragraph)]
            if named.name in self._asked and look.reads == style.run:
                self._paragraphs[named.name, look.style] = style
            else:
                self._learn_style(self._variant_name(named.name, paragraph, style), paragraph, style)

    def _learn_style(self, name: str, paragraph: Paragraph, parent: Style) -> Style:
        look = self._learned[id(paragraph)]
        style = self._add(name, "paragraph", parent, look.stands, look.reads)
        self._paragraphs[paragraph.style.name, look.style] = style
        return style

    def _parent(self, name: str) -> Style:
        """The style of that name, or the nearest one above it that the document uses."""
        while name not in self.styles:
            name = BASES.get(name, "Normal")
        return self.styles[name]

    def _variant_name(self, name: str, paragraph: Paragraph, base: Style) -> str:
        wanted = f"{name} {_reason(paragraph, difference(self._learned[id(paragraph)].stands, base.paragraph))}"
        number, free = 1, wanted
        while free in self.styles:
            number += 1
            free = f"{wanted} {number}"
        return free

    def of(self, paragraph: Paragraph) -> tuple[Style, Properties]:
        """The paragraph's style, and the properties that it must say itself."""
        name, look = paragraph.style.name, self._learned[id(paragraph)]
        known = self._known.get((name, look))
        if known is None:
            style = self._paragraphs[name, look.style]
            known = self._known[name, look] = style, difference(look.stands, style.paragraph)
        return known

    def above(self, style: Style) -> Style | None:
        """The style that a style is based on."""
        return self._identified.get(style.based_on)

    def named(self, name: str, paragraph: ParagraphFormat, text: TextStyle) -> Style:
        """A paragraph style given by name and look, such as Header."""
        if name not in self.styles:
            self._add(name, "paragraph", self.styles["Normal"], paragraph_properties(paragraph), run_properties(text))
        return self.styles[name]

    # Runs

    def learn_runs(self, runs: Iterable[Run]) -> None:
        """Make the character styles that the runs need."""
        looks: dict[str, Counter[tuple[tuple[str, str], ...]]] = {}
        contexts: dict[tuple[str, tuple[tuple[str, str], ...]], str] = {}
        for run in runs:
            if run.role:
                look = tuple(run.properties.items())
                looks.setdefault(run.role, Counter())[look] += 1
                contexts.setdefault((run.role, look), run.context)
        for role, counted in looks.items():
            (base, _), *others = counted.most_common()
            style = self._runs[role, base] = self._character(role, None, base)
            for look, _ in others:
                if look:
                    self._runs[role, look] = self._character(f"{role} in {contexts[role, look]}", style, look)

    def character(self, name: str, properties: Properties) -> Style:
        """A character style given by name and look, such as the footnote reference."""
        return self._character(name, None, tuple(properties.items()))

    def _character(self, name: str, parent: Style | None, look: tuple[tuple[str, str], ...]) -> Style:
        number, free = 1, name
        while free in self.styles:
            number += 1
            free = f"{name} {number}"
        return self._add(free, "character", parent, {}, dict(look))

    def of_run(self, run: Run) -> tuple[Style | None, Properties]:
        """The run's character style, if any, and the properties that it must say itself."""
        style = self._runs.get((run.role, tuple(run.properties.items())))
        if style is None:
            return None, run.properties
        return style, _unsayable(style.run)

    # The part

    def part(self, language: str, tables: str) -> bytes:
        """The file's styles.xml; `tables` is the XML of the table styles."""
        defaults = dict(
            self.defaults, lang=f'w:val="{escape(language)}" w:eastAsia="{escape(language)}"', kern=f'w:val="{KERNED}"'
        )
        said = properties_xml(difference(defaults, INITIAL_RUN), RUN_ORDER)
        head = f"<w:docDefaults><w:rPrDefault><w:rPr>{said}</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        ordered = sorted(self.styles.values(), key=lambda style: (style.kind != "paragraph", style.name != "Normal"))
        return part("w:styles", head + LATENT + REQUIRED + "".join(self._style(style) for style in ordered) + tables)

    def _style(self, style: Style) -> str:
        parent = self.above(style)
        above = parent.paragraph if parent else INITIAL_PARAGRAPH
        around = parent.run if parent else (self.defaults if style.kind == "paragraph" else {})
        paragraph = difference(style.paragraph, above)
        if style.numbering and (not parent or style.numbering != parent.numbering):
            paragraph["numPr"] = style.numbering
        if style.outline is not None and (not parent or parent.outline != style.outline):
            paragraph["outlineLvl"] = f'w:val="{style.outline}"'
        run = difference(style.run, around)
        if style.kind == "character":
            run = {key: value for key, value in run.items() if key not in _unsayable(style.run)}
        built_in = style.name in BUILT_IN
        next_style = self.styles.get(style.next)
        return "".join(
            (
                f'<w:style w:type="{style.kind}"',
                ' w:default="1"' if style.name == "Normal" else "" if built_in else ' w:customStyle="1"',
                f' w:styleId="{style.identifier}"><w:name w:val="{escape(BUILT_IN.get(style.name, style.name))}"/>',
                f'<w:basedOn w:val="{style.based_on or DEFAULT_CHARACTER}"/>'
                if style.based_on or style.kind == "character"
                else "",
                f'<w:next w:val="{next_style.identifier}"/>' if next_style else "",
                f'<w:uiPriority w:val="{PRIORITY if built_in else PRIORITY + 10}"/>',
                "<w:qFormat/>" if style.name in QUICK or style.name == "Normal" else "",
                _wrap("pPr", properties_xml(paragraph, PARAGRAPH_ORDER)),
                _wrap("rPr", properties_xml(run, RUN_ORDER)),
                "</w:style>",
            )
        )


BASES = {style.name: style.based_on for _, style in PARAGRAPHS}
ALIGNED = {"left": "Left", "right": "Right", "center": "Centered", "justify": "Justified"}
PRIORITY = 9  # in Word's list of styles
DEFAULT_CHARACTER = "DefaultParagraphFont"
INITIAL_RUN = {
    **dict.fromkeys(TOGGLES, 'w:val="0"'),
    "position": 'w:val="0"',
    "spacing": 'w:val="0"',
    "u": 'w:val="none"',
    "shd": 'w:val="clear" w:color="auto" w:fill="auto"',
    "vertAlign": 'w:val="baseline"',
}
"""What a run is in Word before any style has spoken."""

KERNED = "2"
"""Half points from which pairs of letters are kerned, as in the PDF: Word does not by itself (17.3.2.19)."""

LATENT = (
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
    ' w:defQFormat="0" w:count="376"/>'
)
"""Styles that Word knows and the file has not are in its lists once somebody uses them (17.7.4.5)."""

REQUIRED = (
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
)
"""The defaults of each kind that Word expects."""


def _rank(name: str, named: Mapping[str, NamedStyle]) -> int:
    """How far below Normal a style stands, so that parents are made first."""
    steps, parent = 0, named[name].based_on
    while parent != "Normal":
        steps, parent = steps + 1, BASES.get(parent, "Normal")
    return steps


def _reason(paragraph: Paragraph, said: Properties) -> str:
    """Why a paragraph looks otherwise than most of its kind: the end of a style's name."""
    if any(kind == "decimal" for _, kind in paragraph.format.tabs):
        return "Decimal"
    if set(said) == {"jc"}:
        return ALIGNED[paragraph.format.align]
    beside = {"before": paragraph.above and f"After {paragraph.above}", "after": f"Before {paragraph.below}"}
    reasons = [words for edge, words in beside.items() if f"spacing {edge}" in said]
    in_text = paragraph.style.outline is not None or paragraph.style.name in TEXT
    if in_text and reasons and reasons[0]:
        return reasons[0]
    return paragraph.place or next(filter(None, reasons), "Variant")


TEXT = ("Body Text", "First Paragraph", "Statement", "Abstract")
"""What stands anywhere, so that its place in what is around it says little."""


def _identifier(name: str, taken: set[str]) -> str:
    plain = "".join(char for char in name.title() if char.isalnum() and char.isascii()) if " " in name else name
    plain = "".join(char for char in plain if char.isalnum() and char.isascii())
    number, free = 1, plain
    while free.lower() in taken:
        number += 1
        free = f"{plain}x{number}"
    return free


def _unsayable(properties: Properties) -> Properties:
    """What a character style cannot switch off: a toggle that the paragraph's style has on (17.7.3)."""
    return {key: value for key, value in properties.items() if key in TOGGLES and value}


def _wrap(name: str, inside: str) -> str:
    return f"<w:{name}>{inside}</w:{name}>" if inside else ""
