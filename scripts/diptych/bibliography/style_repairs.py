"""CSL styles repaired for Pandoc and for reviews: each repair is one function in `REPAIRS` and changes the tree.

A repair never changes what was printed right before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy

from lxml import etree

from diptych.bibliography.style_tree import CSL, Kind, children, citation_layout, is_number_alone, macros, prints

LOCATORS = (
    "book",
    "chapter",
    "column",
    "figure",
    "folio",
    "issue",
    "line",
    "note",
    "opus",
    "page",
    "paragraph",
    "part",
    "section",
    "sub-verbo",
    "verse",
    "volume",
)
"""The kinds of locator that Pandoc knows; CSL 1.0.2 has more."""

NAMES_ONLY = "number-of-pages"
"""The kind of locator that asks a style for the authors alone (`names_in_text`): Pandoc takes it, CSL has no such."""


Repair = Callable[[etree._Element, Kind], None]


def drop_parent_link(root: etree._Element, _kind: Kind) -> None:
    """Pandoc would fetch an independent parent from the network, even in its sandbox."""
    for info in root.findall(f"{CSL}info"):
        for link in info.findall(f"{CSL}link[@rel='independent-parent']"):
            info.remove(link)


def put_name_before_label(root: etree._Element, _kind: Kind) -> None:
    """Pandoc prints a label first where `names` has no `name`; by CSL 1.0.2 a missing `name` comes first."""
    for names in root.iter(f"{CSL}names"):
        if names.find(f"{CSL}label") is not None and names.find(f"{CSL}name") is None:
            names.insert(0, etree.Element(f"{CSL}name"))


def set_number_apart(root: etree._Element, kind: Kind) -> None:
    """A numbered list sets its numbers apart (`second-field-align`), where the number is the first field."""
    bibliography = root.find(f"{CSL}bibliography")
    layout = root.find(f"{CSL}bibliography/{CSL}layout")
    if kind != "numeric" or bibliography is None or layout is None:
        return
    fields = children(layout)
    if len(fields) > 1 and is_number_alone(fields[0]):
        bibliography.set("second-field-align", "flush")
    else:
        bibliography.attrib.pop("second-field-align", "")


LOCATOR = (
    '<group xmlns="http://purl.org/net/xbiblio/csl" prefix=", " delimiter=" ">'
    '<label variable="locator" form="short"/><text variable="locator"/></group>'
)


def print_locators(root: etree._Element, _kind: Kind) -> None:
    """Most numeric styles forget the locator; what the author wrote is printed: `[3, p. 23]`."""
    layout = citation_layout(root)
    if prints(layout, "locator"):
        return
    target = layout
    while len(children(target)) == 1 and children(target)[0].tag == f"{CSL}group":
        target = children(target)[0]
    locator = etree.fromstring(LOCATOR)
    if target.tag == f"{CSL}group" and target.get("delimiter"):
        del locator.attrib["prefix"]
    target.append(locator)


NAMES = """
    <names xmlns="http://purl.org/net/xbiblio/csl" variable="author">
      <name form="short" and="text" delimiter=", " delimiter-precedes-et-al="never" delimiter-precedes-last="never"
            et-al-min="3" et-al-use-first="1"/>
      <substitute>
        <names variable="editor"/>
        <names variable="translator"/>
        <text variable="title" form="short"/>
      </substitute>
    </names>
"""


def print_names_in_text(root: etree._Element, kind: Kind) -> None:
    """A style that cites by number or label has no names for “Falk et al. [3]”: print them for a NAMES_ONLY locator."""
    if kind not in ("numeric", "label"):
        return
    layout = citation_layout(root)
    choose = etree.Element(f"{CSL}choose")
    names = etree.SubElement(choose, f"{CSL}if", {"locator": NAMES_ONLY})
    names.append(etree.fromstring(NAMES))
    as_before = etree.SubElement(choose, f"{CSL}else")
    as_before.extend(children(layout))
    layout.append(choose)


def locator_word(label: str) -> str:
    """The word by which Pandoc recognises a kind of locator in any language (`name_locators`)."""
    return f"locator-{label}"


def name_locators(root: etree._Element, _kind: Kind) -> None:
    """Pandoc reads a locator's kind off the words of the style's language; these are the same in all languages.

    They are terms in a form that no style prints.
    """
    locale = etree.Element(f"{CSL}locale")
    terms = etree.SubElement(locale, f"{CSL}terms")
    for label in (*LOCATORS, NAMES_ONLY):
        etree.SubElement(terms, f"{CSL}term", {"name": label, "form": "verb-short"}).text = locator_word(label)
    root.insert(1 if root.find(f"{CSL}info") is not None else 0, locale)


LAST = "\U0010fffd"
"""Sorts behind every letter: a character for private use has the greatest implicit weight but one (UTS #10, 10.1.3)."""


def sort_empty_keys_last(root: etree._Element, _kind: Kind) -> None:
    """By CSL 1.0.2 (“Sorting”) works with an empty key come last; Pandoc puts a macro's empty key before all others.

    Keys get macros of their own that print LAST where the macro prints nothing. In descending order Pandoc is right.
    """
    known = macros(root)
    for key in [*root.iter(f"{CSL}key")]:
        macro = known.get(key.get("macro", ""))
        if macro is None or key.get("sort") == "descending":
            continue
        name = f"{macro.get('name')}, or last"
        if name not in known:
            known[name] = deepcopy(macro)
            known[name].set("name", name)
            macro.addnext(known[name])
            _print_last(known[name], known, frozenset())
        key.set("macro", name)


def _print_last(parent: etree._Element, known: Mapping[str, etree._Element], called: frozenset[str]) -> None:
    """Make what `parent` holds print LAST where it would print nothing; several elements are left as they are."""
    called = _unwrap(parent, known, called)
    inner = children(parent)
    if not inner:
        _last(parent)
    elif len(inner) == 1:
        element = inner[0]
        if element.tag == f"{CSL}names":
            substitute = element.find(f"{CSL}substitute")
            _last(etree.SubElement(element, f"{CSL}substitute") if substitute is None else substitute)
        elif element.tag == f"{CSL}choose":
            _choose_last(element, known, called)
        elif element.get("variable"):
            _unless_missing(element)


def _last(parent: etree._Element) -> None:
    etree.SubElement(parent, f"{CSL}text", {"value": LAST})


def _unwrap(parent: etree._Element, known: Mapping[str, etree._Element], called: frozenset[str]) -> frozenset[str]:
    """Put what a lone group holds, or a lone call prints, in its place: a group with nothing but LAST prints nothing.

    Returns the macros called so far; one that calls itself is left alone.
    """
    while len(children(parent)) == 1:
        (element,) = children(parent)
        macro = element.get("macro", "")
        if element.tag == f"{CSL}group":
            inner = children(element)
        elif macro in known and macro not in called:
            called |= {macro}
            inner = deepcopy(children(known[macro]))
        else:
            break
        parent.remove(element)
        parent.extend(inner)
    return called


def _choose_last(choose: etree._Element, known: Mapping[str, etree._Element], called: frozenset[str]) -> None:
    if choose.find(f"{CSL}else") is None:
        etree.SubElement(choose, f"{CSL}else")
    for branch in children(choose):
        _print_last(branch, known, called)


def _unless_missing(element: etree._Element) -> None:
    """A variable, or LAST for works that lack it."""
    choose = etree.Element(f"{CSL}choose")
    element.addprevious(choose)
    etree.SubElement(choose, f"{CSL}if", {"variable": element.get("variable", "")}).append(element)
    _last(etree.SubElement(choose, f"{CSL}else"))


REPAIRS: tuple[Repair, ...] = (
    drop_parent_link,
    put_name_before_label,
    set_number_apart,
    print_locators,
    print_names_in_text,
    name_locators,
    sort_empty_keys_last,
)
