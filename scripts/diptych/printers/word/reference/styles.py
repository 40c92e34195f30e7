"""Two sets of styles made one: the file's own win by name, ours fill the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from diptych.printers.word.properties import RUN_ORDER
from diptych.printers.word.reference.aliases import candidates, plain
from diptych.printers.word.reference.names import Tree, W, all_of, drop, in_order, made, value
from diptych.printers.word.styles import KERNED

KEPT_OF_VARIANTS = ("jc", "tabs")
"""What stays of our variants of a style that is theirs: how a cell or a picture is aligned; looks are theirs."""

STYLE_ORDER = (
    *("name", "aliases", "basedOn", "next", "link", "autoRedefine", "hidden", "uiPriority", "semiHidden"),
    *("unhideWhenUsed", "qFormat", "locked", "personal", "personalCompose", "personalReply", "rsid", "pPr", "rPr"),
    *("tblPr", "trPr", "tcPr", "tblStylePr"),
)
POINTERS = ("basedOn", "next", "link")


@dataclass
class Merged:
    """The styles of the file to be.

    `renamed` maps our identifiers to those that stand for them, `theirs` are those of the journal's file. `kept` are
    those of ours whose paragraphs stay with the next, where the style that stands for them does not say so.
    """

    root: Tree
    renamed: dict[str, str] = field(default_factory=dict)
    theirs: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)


def merge(
    ours: Tree, theirs: Tree | None, numbers: Iterable[str], shift: int, kept: frozenset[str] = frozenset()
) -> Merged:
    """Our styles in their part; `numbers` are the lists that their file has, ours are `shift`ed.

    Those of the names that are `kept` stay ours.
    """
    root = etree.Element(f"{W}styles") if theirs is None else deepcopy(theirs)
    _mend(root, set(numbers))
    merged = Merged(root, theirs={one.get(f"{W}styleId", "") for one in root.iter(f"{W}style")})
    if root.find(f"{W}docDefaults") is None:
        root[:0] = [deepcopy(one) for one in ours.findall(f"{W}docDefaults")]
    _Merger(merged, ours, shift, kept).merge()
    return merged


class _Merger:
    """Fills the gaps of `merged` with our styles."""

    def __init__(self, merged: Merged, ours: Tree, shift: int, kept: frozenset[str]) -> None:
        self.merged, self.shift, self.kept = merged, shift, kept
        self.ours = {one.get(f"{W}styleId", ""): one for one in ours.iter(f"{W}style")}
        there = list(merged.root.iter(f"{W}style"))
        self.by_id = {one.get(f"{W}styleId", ""): one for one in there}
        self.defaults = {one.get(f"{W}type"): one for one in there if one.get(f"{W}default") in ("1", "true", "on")}
        self.by_name: dict[tuple[str | None, str], Tree] = {}
        for one in there:
            names = [value(one, "name"), *value(one, "aliases").split(",")]
            for name in filter(None, map(plain, names)):
                self.by_name.setdefault((one.get(f"{W}type"), name), one)
        self.taken = {plain(value(one, "name")) for one in there}

    def merge(self) -> None:
        gaps = []
        for identifier, style in self.ours.items():
            found = self._found(style)
            if found is not None:
                self.merged.renamed[identifier] = found.get(f"{W}styleId", "")
                self._number(found, style)
            else:
                gaps.append((identifier, style))
        for identifier, style in gaps:
            self._fill(identifier, deepcopy(style))
        for identifier in self.by_id.keys() - self.merged.theirs:
            self._point(self.by_id[identifier])
        for identifier in self.ours:
            self._keep_next(identifier)

    def _keep_next(self, identifier: str) -> None:
        """Let paragraphs of a style stay with the next as before: the style says it, or they do where it is theirs."""
        now = self.merged.renamed[identifier]
        if not _keeps_next(self.ours, identifier) or _keeps_next(self.by_id, now):
            return
        if now in self.merged.theirs:
            self.merged.kept.add(identifier)
        else:
            _properties(self.by_id[now]).insert(0, etree.Element(f"{W}keepNext"))

    def _found(self, style: Tree) -> Tree | None:
        """Their style that stands for ours."""
        kind = style.get(f"{W}type")
        if style.get(f"{W}default") and kind in self.defaults:
            return self.defaults[kind]
        name = value(style, "name")
        names = [] if name in self.kept else candidates(name)
        return next((self.by_name[kind, name] for name in names if (kind, name) in self.by_name), None)

    def _number(self, found: Tree, style: Tree) -> None:
        """Give their list style our bullets or numbers where it has none."""
        wanted = style.find(f"{W}pPr/{W}numPr")
        if wanted is None or self._numbered(found):
            return
        properties = _properties(found)
        numbering = shifted(deepcopy(wanted), self.shift)
        place = next((at for at, one in enumerate(properties) if one.tag not in BEFORE_NUMBERS), len(properties))
        properties.insert(place, numbering)

    def _numbered(self, style: Tree | None) -> bool:
        return number_of(style, self.by_id) not in ("", "0")

    def _fill(self, identifier: str, style: Tree) -> None:
        base = value(style, "basedOn")
        is_variant = self._is_variant(style, base)
        if is_variant and not _keep_alignment(style):
            self.merged.renamed[identifier] = self.merged.renamed[base]
            return
        free = _free(identifier, self.by_id)
        style.set(f"{W}styleId", free)
        for name in style.findall(f"{W}name"):
            name.set(f"{W}val", self._free_name(value(name)))
        self.merged.renamed[identifier] = free
        self.by_id[free] = style
        numbering = style.find(f"{W}pPr/{W}numPr")
        if numbering is not None:
            shifted(numbering, self.shift)
        elif not is_variant and self._is_theirs(base) and self._numbered(self.by_id.get(self.merged.renamed[base])):
            self._unnumber(style)
        if self._is_theirs(base):
            _set_apart(style)
        self.merged.root.append(style)

    def _is_theirs(self, identifier: str) -> bool:
        """Whether a style of ours is one of theirs now."""
        return self.merged.renamed.get(identifier) in self.merged.theirs

    def _is_variant(self, style: Tree, base: str) -> bool:
        """Whether a style of ours is another look of one that is theirs, such as `Table Text Right`."""
        if not self._is_theirs(base):
            return False
        return value(style, "name").casefold().startswith(f"{value(self.ours[base], 'name')} ".casefold())

    def _unnumber(self, style: Tree) -> None:
        """A heading that we have and they have not is no chapter of theirs."""
        properties = _properties(style)
        numbering = etree.Element(f"{W}numPr")
        numbering.append(made("numId", "0"))
        place = next((at for at, one in enumerate(properties) if one.tag not in BEFORE_NUMBERS), len(properties))
        properties.insert(place, numbering)

    def _free_name(self, name: str) -> str:
        free = name if plain(name) not in self.taken else INSTEAD.get(name, f"{name} (Diptych)")
        self.taken.add(plain(free))
        return free

    def _point(self, style: Tree) -> None:
        """Let a style of ours point at what the others are called now."""
        for pointer in all_of(style, *POINTERS):
            pointer.set(f"{W}val", self.merged.renamed.get(value(pointer), value(pointer)))


def number_of(style: Tree | None, by_id: Mapping[str, Tree]) -> str:
    """The number of the list that a style has, itself or from one that it is based on; empty for none."""
    while style is not None:
        number = value(style.find(f"{W}pPr/{W}numPr"), "numId")
        if number:
            return number
        style = by_id.get(value(style, "basedOn"))
    return ""


def _properties(style: Tree) -> Tree:
    """The paragraph properties of a style, made where it has none."""
    found = style.find(f"{W}pPr")
    if found is None:
        found = etree.SubElement(style, f"{W}pPr")
        in_order(style, STYLE_ORDER)
    return found


def _keeps_next(by_id: Mapping[str, Tree], identifier: str) -> bool:
    """Whether paragraphs of a style stay on the page of the next one: as it says, or one that it is based on."""
    style = by_id.get(identifier)
    while style is not None:
        said = style.find(f"{W}pPr/{W}keepNext")
        if said is not None:
            return said.get(f"{W}val") not in OFF
        style = by_id.get(value(style, "basedOn"))
    return False


OFF = ("0", "false", "off")
INSTEAD = {"header": "Running Head", "footer": "Running Foot"}
BEFORE = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")
BEFORE_NUMBERS = {W + name for name in BEFORE}


def shifted(numbering: Tree, shift: int) -> Tree:
    """A `w:numPr` with the number that its list has now."""
    number = numbering.find(f"{W}numId")
    if number is not None and value(number) != "0":
        number.set(f"{W}val", str(int(value(number)) + shift))
    return numbering


def _keep_alignment(style: Tree) -> bool:
    """Leave of a variant how it is aligned; whether anything is left."""
    for run in style.findall(f"{W}rPr"):
        drop(run)
    properties = style.find(f"{W}pPr")
    for one in list(properties) if properties is not None else []:
        if one.tag not in {W + name for name in KEPT_OF_VARIANTS}:
            drop(one)
    return properties is not None and len(properties) > 0


IN_CELLS = "Table Text"


def _set_apart(style: Tree) -> None:
    """Let a style of ours say what all of ours had by default, and theirs may not have.

    Its own face is kerned, as it was when the columns of tables were measured; the words in cells have no space around.
    """
    run = style.find(f"{W}rPr")
    if run is not None and run.find(f"{W}rFonts") is not None and run.find(f"{W}kern") is None:
        run.append(made("kern", KERNED))
        in_order(run, RUN_ORDER)
    spacing = style.find(f"{W}pPr/{W}spacing")
    if value(style, "name") == IN_CELLS and spacing is not None:
        for side in (f"{W}before", f"{W}after"):
            spacing.set(side, spacing.get(side, "0"))


def _free(identifier: str, taken: Iterable[str]) -> str:
    used = {one.casefold() for one in taken}
    free, number = identifier, 1
    while free.casefold() in used:
        number += 1
        free = f"{identifier}x{number}"
    return free


def _mend(root: Tree, numbers: set[str]) -> None:
    """Leave out what Word stumbles over: the same style twice, pointers to none or in circles, lists that are not."""
    seen: dict[str, Tree] = {}
    names: set[str] = set()
    for style in all_of(root, "style"):
        identifier, name = style.get(f"{W}styleId", ""), plain(value(style, "name"))
        if not identifier or not name or identifier in seen or name in names:
            drop(style)
            continue
        seen[identifier] = style
        names.add(name)
        in_order(style, STYLE_ORDER)
    for pointer in all_of(root, *POINTERS):
        if value(pointer) not in seen:
            drop(pointer)
    for style in seen.values():
        _break_circle(style, seen)
    for numbering in all_of(root, "numPr"):
        number = value(numbering, "numId")
        if number and number != "0" and number not in numbers:
            drop(numbering)


def _break_circle(style: Tree, seen: dict[str, Tree]) -> None:
    passed = {style.get(f"{W}styleId")}
    above = seen.get(value(style, "basedOn"))
    while above is not None:
        if above.get(f"{W}styleId") in passed:
            drop(style.findall(f"{W}basedOn")[0])
            return
        passed.add(above.get(f"{W}styleId"))
        above = seen.get(value(above, "basedOn"))
