"""A part from elsewhere without what must not come along: files outside, active content, traces of work."""

from __future__ import annotations

from collections.abc import Mapping

from diptych.printers.word.pictures import Media
from diptych.printers.word.reference.names import A, R, Tree, W, all_of, drop, unwrap

DROPPED = (
    *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference", "proofErr"),
    *("permStart", "permEnd", "del", "moveFrom", "altChunk", "object", "subDoc", "control", "movie", "dataBinding"),
    *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "footnoteReference"),
    *("endnoteReference", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
    *("tblGridChange", "numberingChange", "cellIns", "cellDel", "cellMerge", "sdtPr", "sdtEndPr", "smartTagPr"),
    *("customXmlPr", "attachedTemplate"),
)
UNWRAPPED = ("ins", "moveTo", "sdt", "sdtContent", "smartTag", "customXml")
LINKS = tuple(f"{A}{name}" for name in ("hlinkClick", "hlinkHover", "hlinkMouseOver"))
WHOLE = (f"{W}drawing", f"{W}pict")
"""What goes when a file that it shows is not there."""

VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
ADDRESSES = ("src", "href", f"{OFFICE}href", f"{OFFICE}althref")

FIELDS = frozenset(
    [
        *(
            "PAGE",
            "NUMPAGES",
            "SECTION",
            "SECTIONPAGES",
            "STYLEREF",
            "TITLE",
            "AUTHOR",
            "SUBJECT",
            "KEYWORDS",
            "NUMWORDS",
        ),
        *("NUMCHARS", "SEQ", "SYMBOL", "=", "IF"),
    ]
)
"""Fields that ask for nothing but the document itself; names of users and files, and days, are not among them."""


PAGE_NUMBERS = frozenset(["PAGE", "NUMPAGES", "SECTIONPAGES"])
"""Fields of files that are to have no others."""


def clean(root: Tree, media: Mapping[str, Media]) -> None:
    """Take out what must not come along; relationships that are kept are those of `media`, by identifier."""
    for element in all_of(root, *DROPPED):
        drop(element)
    for element in all_of(root, *UNWRAPPED):
        unwrap(element)
    for element in list(root.iter(*LINKS)):
        drop(element)
    _without_addresses(root)
    _without_relationships(root, media)
    without_fields(root, FIELDS)


def _without_addresses(root: Tree) -> None:
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith((VML, OFFICE)):
            for name in ADDRESSES:
                element.attrib.pop(name, "")


def _without_relationships(root: Tree, media: Mapping[str, Media]) -> None:
    for element in list(root.iter()):
        if all(not str(name).startswith(R) or said in media for name, said in element.attrib.items()):
            continue
        if element.tag == f"{W}hyperlink":
            unwrap(element)
        else:
            drop(next((above for above in element.iterancestors(*WHOLE)), element))


def without_fields(root: Tree, allowed: frozenset[str]) -> None:
    """Fields that ask for something else stay as what they show."""
    for element in all_of(root, "fldSimple"):
        if _name(element.get(f"{W}instr", "")) not in allowed:
            unwrap(element)
    opened: list[list[Tree]] = []
    strays: list[Tree] = []
    for mark in all_of(root, "fldChar", "instrText"):
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            opened.append([])
        (opened[-1] if opened else strays).append(mark)
        if kind == "end" and opened:
            marks = opened.pop()
            strays += [] if _name("".join(one.text or "" for one in marks)) in allowed else marks
    for mark in [*strays, *(one for marks in opened for one in marks)]:
        drop(mark)


def _name(code: str) -> str:
    """What kind of field a code is of."""
    words = code.split()
    return words[0].upper() if words else ""
