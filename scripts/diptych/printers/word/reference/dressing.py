"""A journal's styles, lists, headers, footers and pages over the parts of a file of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from diptych.printers.word.package import Extra
from diptych.printers.word.reference.cleaning import PAGE_NUMBERS, without_fields
from diptych.printers.word.reference.names import R, Tree, W, all_of, as_bytes, drop, in_order, made, value
from diptych.printers.word.reference.reading import EDGES, Furniture, Part, Reference
from diptych.printers.word.reference.retelling import follow, retell
from diptych.printers.word.reference.styles import Merged, merge, number_of, shifted
from diptych.printers.word.writer import Relations

SECTION_ORDER = (
    *("headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc"),
    *("pgBorders", "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection"),
    *("bidi", "rtlGutter", "docGrid"),
)
LEVEL_ORDER = (
    *("start", "numFmt", "lvlRestart", "pStyle", "isLgl", "suff", "lvlText", "lvlPicBulletId", "legacy", "lvlJc"),
    *("pPr", "rPr"),
)
EVERY_SECTION = ("pgSz", "pgMar", "pgBorders", "lnNumType", "vAlign", "docGrid")
FIRST_SECTION = ("pgNumType", "titlePg")
USES = ("pStyle", "rStyle", "tblStyle")
TEXTS = ("footnotes.xml", "endnotes.xml", "comments.xml")
KINDS = {"header": (CT.WML_HEADER, RT.HEADER), "footer": (CT.WML_FOOTER, RT.FOOTER)}


def dress(
    body: bytes, extras: Sequence[Extra], reference: Reference, properties: Mapping[str, str], flat: bool = False
) -> tuple[bytes, list[Extra]]:
    """Our body and the parts beside it with what the journal's file has: its styles by name, its pages, its lists.

    `properties` are what fields in its headers show: `TITLE` …; where ours is to be `flat`, page numbers alone stay
    fields.
    """
    parts = {extra.name: extra for extra in extras}
    ours = parts.pop("numbering.xml", None)
    lists = _Lists(reference.numbering, None if ours is None else _read(ours))
    kept = frozenset() if reference.furniture else frozenset(EDGES)  # of headers and footers that stay ours
    own = _read(parts["styles.xml"])
    merged = merge(own, reference.styles, lists.numbers, lists.shift, kept)
    names = {value(one, "name"): one.get(f"{W}styleId", "") for one in own.iter(f"{W}style")}
    document = etree.fromstring(body)
    lists.follow(document, merged)
    _restyle(document, merged, lists.shift)
    _turn_pages(document, reference)
    for extra in extras:
        if extra.name in TEXTS or extra.relationship in (RT.HEADER, RT.FOOTER):
            parts[extra.name] = _changed(extra, merged, lists.shift, names)
    parts["styles.xml"] = replace(parts["styles.xml"], data=as_bytes(merged.root))
    parts["settings.xml"] = _set(parts["settings.xml"], reference)
    parts["fontTable.xml"] = _with_fonts(parts["fontTable.xml"], reference.fonts)
    if reference.theme:
        parts["theme/theme1.xml"] = _added("theme/theme1.xml", CT.OFC_THEME, RT.THEME, reference.theme)
    numbering = lists.joined(merged)
    found = [one for one in parts.values() if not reference.furniture or one.relationship not in (RT.HEADER, RT.FOOTER)]
    furniture = []
    for number, one in enumerate(reference.furniture, 1):
        root = deepcopy(one.part.root)
        retell(root, document, merged, properties)
        if flat:
            without_fields(root, PAGE_NUMBERS)
        furniture.append(_furnished(one, number, root))
    return as_bytes(document), [*found, *numbering, *furniture]


def _read(extra: Extra) -> Tree:
    root: Tree = etree.fromstring(extra.data)
    return root


def _changed(extra: Extra, merged: Merged, shift: int, names: Mapping[str, str]) -> Extra:
    root = _read(extra)
    _restyle(root, merged, shift)
    follow(root, merged, names)
    return replace(extra, data=as_bytes(root))


def _restyle(root: Tree, merged: Merged, shift: int) -> None:
    """Let the text use the styles by their identifiers now; what is theirs is not contradicted.

    But captions and pictures stay with what they belong to, whatever the style says of the page.
    """
    for properties in all_of(root, "pPr"):
        if value(properties, "pStyle") in merged.kept and properties.find(f"{W}keepNext") is None:
            properties.insert(1, etree.Element(f"{W}keepNext"))
    for table in all_of(root, "tblLayout"):
        table.set(f"{W}type", "autofit")  # the letters in it may be wider than ours, by which its columns were measured
    for use in all_of(root, *USES):
        use.set(f"{W}val", merged.renamed.get(value(use), value(use)))
    for numbering in all_of(root, "numPr"):
        shifted(numbering, shift)
    for properties in all_of(root, "pPr"):
        if value(properties, "pStyle") in merged.theirs:
            own = ("spacing",) if properties.find(f"{W}numPr") is not None else ("spacing", "ind")
            for one in [one for name in own for one in properties.findall(W + name)]:
                drop(one)


# Pages


def _turn_pages(document: Tree, reference: Reference) -> None:
    for number, section in enumerate(all_of(document, "sectPr")):
        wide = section.find(f"{W}pgSz[@{W}orient='landscape']") is not None
        _replace(section, EVERY_SECTION, reference.page)
        if wide:
            _turn(section.find(f"{W}pgSz"))
        if reference.furniture:
            _furnish(section, reference, number == 0)
        in_order(section, SECTION_ORDER)


def _furnish(section: Tree, reference: Reference, first: bool) -> None:
    """Their headers and footers on the first section, from which the others have them too."""
    for name in ("headerReference", "footerReference", *FIRST_SECTION):
        for one in section.findall(W + name):
            drop(one)
    if not first:
        return
    _replace(section, FIRST_SECTION, reference.page)
    for number, furniture in enumerate(reference.furniture, 1):
        attributes = {f"{W}type": furniture.kind, f"{R}id": _identifier(furniture, number)}
        etree.SubElement(section, f"{W}{furniture.edge}Reference", attributes)


def _replace(section: Tree, names: Iterable[str], found: Mapping[str, Tree]) -> None:
    for name in names:
        if name in found:
            for old in section.findall(W + name):
                drop(old)
            section.append(deepcopy(found[name]))


def _turn(size: Tree | None) -> None:
    """A page of theirs on its side, if it stands upright."""
    if size is None or size.get(f"{W}orient") == "landscape":
        return
    width, height = size.get(f"{W}w", ""), size.get(f"{W}h", "")
    size.set(f"{W}w", height)
    size.set(f"{W}h", width)
    size.set(f"{W}orient", "landscape")


def _identifier(furniture: Furniture, number: int) -> str:
    return f"rId_reference_{furniture.edge}{number}"


def _furnished(furniture: Furniture, number: int, root: Tree) -> Extra:
    name = f"{furniture.edge}{number}.xml"
    made = _added(name, *KINDS[furniture.edge], replace(furniture.part, root=root))
    return replace(made, identifier=_identifier(furniture, number))


def _added(name: str, kind: str, relationship: str, part: Part) -> Extra:
    """A part of theirs with its pictures."""
    pictures = Relations(media={media.name: (identifier, media) for identifier, media in part.media.items()})
    identifier = f"rId_reference_{name.rpartition('/')[2].partition('.')[0]}"
    return Extra(name, kind, relationship, as_bytes(part.root), identifier, pictures)


# Lists


class _Lists:
    """Their lists with ours behind them; `shift` is what our numbers grow by.

    A list of ours that begins anew, in a style whose list is theirs, becomes one more of theirs.
    """

    def __init__(self, theirs: Part | None, ours: Tree | None) -> None:
        self._theirs, self._ours = theirs, ours
        self._followed: dict[tuple[str, str], Tree] = {}
        root = theirs.root if theirs else None
        self.numbers = [] if root is None else [one.get(f"{W}numId", "") for one in root.findall(f"{W}num")]
        abstract = [] if root is None else [one.get(f"{W}abstractNumId", "") for one in root.findall(f"{W}abstractNum")]
        self.shift = max([0, *(int(one) for one in (*self.numbers, *abstract) if one.isdecimal())])

    def follow(self, document: Tree, merged: Merged) -> None:
        """Let paragraphs that begin a list anew do so in the list that their style has now."""
        styles = {one.get(f"{W}styleId", ""): one for one in merged.root.iter(f"{W}style")}
        for own in all_of(document, "numPr"):
            style = merged.renamed.get(value(own.getparent(), "pStyle"), "")
            number = number_of(styles.get(style), styles) if style in merged.theirs else ""
            if value(own, "numId") == "0" or number not in self.numbers:
                continue
            key = (number, value(own, "numId"))
            if key not in self._followed:
                self._followed[key] = self._another(*key)
            new = int(self._followed[key].get(f"{W}numId", "0")) - self.shift  # which all of ours grow by
            for one in own.findall(f"{W}numId"):
                one.set(f"{W}val", str(new))

    def _another(self, theirs: str, ours: str) -> Tree:
        """One more list like that number of theirs, which begins where that number of ours begins."""
        ours_now = [] if self._ours is None else self._ours.findall(f"{W}num")
        like = next(one for one in self._nums() if one.get(f"{W}numId") == theirs)
        begins = next((one.find(f".//{W}startOverride") for one in ours_now if one.get(f"{W}numId") == ours), None)
        most = max((int(one.get(f"{W}numId", "0")) for one in ours_now), default=0)
        new = etree.Element(f"{W}num", {f"{W}numId": str(self.shift + most + len(self._followed) + 1)})
        new.append(made("abstractNumId", value(like, "abstractNumId")))
        override = etree.SubElement(new, f"{W}lvlOverride", {f"{W}ilvl": "0"})
        override.append(made("startOverride", value(begins) or "1"))
        return new

    def _nums(self) -> list[Tree]:
        return self._theirs.root.findall(f"{W}num") if self._theirs else []

    def joined(self, merged: Merged) -> list[Extra]:
        """The part with both; none where there are no lists."""
        added = None if self._ours is None else self._shifted(self._ours, merged)
        if self._theirs is None:
            return [] if added is None else [_added("numbering.xml", CT.WML_NUMBERING, RT.NUMBERING, Part(added))]
        root = deepcopy(self._theirs.root)
        for level in all_of(root, "lvl"):
            in_order(level, LEVEL_ORDER)  # LibreOffice has another
        numbers = root.findall(f"{W}num")
        for one in added.findall(f"{W}abstractNum") if added is not None else ():
            root.append(one) if not numbers else numbers[0].addprevious(one)
        place = root.index(numbers[-1]) + 1 if numbers else len(root)
        root[place:place] = [*(added.findall(f"{W}num") if added is not None else ()), *self._followed.values()]
        return [_added("numbering.xml", CT.WML_NUMBERING, RT.NUMBERING, replace(self._theirs, root=root))]

    def _shifted(self, root: Tree, merged: Merged) -> Tree:
        for name in ("abstractNumId", "numId"):
            for one in root.iter():
                said = one.get(W + name)
                if said:
                    one.set(W + name, str(int(said) + self.shift))
        for one in all_of(root, "abstractNumId"):
            one.set(f"{W}val", str(int(value(one)) + self.shift))
        for use in all_of(root, "pStyle"):
            use.set(f"{W}val", merged.renamed.get(value(use), value(use)))
            if not _points_back(use, merged):
                drop(use)
        return root


def _points_back(use: Tree, merged: Merged) -> bool:
    """Whether the style that a level of a list is for has that list itself."""
    definition = next(use.iterancestors(f"{W}abstractNum"))
    style = merged.root.find(f"{W}style[@{W}styleId='{value(use)}']")
    number = value(style.find(f"{W}pPr/{W}numPr"), "numId") if style is not None else ""
    return number == definition.get(f"{W}abstractNumId")


# Settings and fonts


def _set(extra: Extra, reference: Reference) -> Extra:
    root = _read(extra)
    said = dict(reference.settings)
    if not reference.furniture:
        said.pop("evenAndOddHeaders", None)
    else:
        for one in root.findall(f"{W}evenAndOddHeaders"):
            drop(one)
    for name, setting in said.items():
        _put(root, setting, AFTER[name])
    return replace(extra, data=as_bytes(root))


AFTER = {
    "defaultTabStop": ("autoHyphenation", "consecutiveHyphenLimit", "evenAndOddHeaders", "characterSpacingControl"),
    "evenAndOddHeaders": ("characterSpacingControl",),
    "clrSchemeMapping": ("decimalSymbol", "listSeparator"),
}
"""What stands behind a setting in the schema's order (CT_Settings), of what we write."""


def _put(root: Tree, setting: Tree, after: Sequence[str]) -> None:
    for old in root.findall(setting.tag):
        drop(old)
    following = next((one for one in root if one.tag in {W + name for name in after}), None)
    root.append(deepcopy(setting)) if following is None else following.addprevious(deepcopy(setting))


ABOUT_FONTS = {W + name for name in ("altName", "panose1", "family", "pitch")}


def _with_fonts(extra: Extra, theirs: Tree | None) -> Extra:
    """What may stand in for their fonts too; files of fonts stay where they are."""
    root = _read(extra)
    known = {one.get(f"{W}name", "").casefold() for one in root.iter(f"{W}font")}
    for font in theirs.iter(f"{W}font") if theirs is not None else ():
        if font.get(f"{W}name", "").casefold() in known:
            continue
        added = etree.SubElement(root, f"{W}font", {f"{W}name": font.get(f"{W}name", "")})
        added.extend(deepcopy(one) for one in font if one.tag in ABOUT_FONTS)
    return replace(extra, data=as_bytes(root))
