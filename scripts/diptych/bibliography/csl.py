"""Citations and the reference list, as a CSL style sets them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import lru_cache
from typing import Any

from diptych import engines
from diptych.bibliography import pandoc
from diptych.bibliography.inlines import (
    Mark,
    entry_to_html,
    plain,
    stops_within_quotes,
    text_inlines,
    to_html,
    web_link,
    without_stop,
)
from diptych.bibliography.item_repairs import repaired
from diptych.bibliography.namesakes import INITIALS, namesakes, one_work_each, with_cited_names, works_of_twins
from diptych.bibliography.pandoc import Json, PandocError, RefusedItemsError, TooSlowError
from diptych.bibliography.style_repairs import NAMES_ONLY, locator_word
from diptych.bibliography.styles import Style, find_style
from diptych.cache import Cache
from diptych.cache import key as question_name
from diptych.diagnostics import Diagnostic, did_you_mean, error, warning
from diptych.prose import Citation, Cluster, Place

__all__ = ["Cited", "Entry", "Style", "anchor", "cite", "find_style"]


@dataclass(frozen=True)
class Entry:
    """An entry of the reference list: citation key, number as printed (`1.`, or empty), and the rest as HTML."""

    key: str
    number: str
    html: str


@dataclass(frozen=True)
class Cited:
    """What a style makes of a document's citations.

    `clusters` are `span.citation` in the order given; where `notes` is true they are what the notes say, and `leads`
    what stands in the text before the call of each (the authors' names, mostly empty). `numbers` maps a citation key
    to its number, where the style has any.
    """

    clusters: tuple[str, ...]
    entries: tuple[Entry, ...]
    numbers: Mapping[str, str]
    notes: bool = False
    leads: tuple[str, ...] = ()


def anchor(key: str) -> str:
    """The id of an entry, `ref-KEY`; all but ASCII letters, digits, `-` and `_` as `.hex.`, so that ids differ."""
    return "ref-" + re.sub(r"[^A-Za-z0-9_-]", lambda found: f".{ord(found[0]):x}.", key)


def cite(
    style: Style,
    items: Sequence[Mapping[str, Any]],
    clusters: Sequence[Cluster],
    lang: str,
    kept: Cache | None = None,
) -> tuple[Cited, list[Diagnostic]]:
    """The citations and the reference list in `style`; numbers follow the order of `clusters`.

    `lang` is the language of the words that the style prints, unless the style has its own (CSL 1.0.2, default-locale).

    `items` are CSL-JSON with the citation key as `id`; those not cited are left out. Problems have no place: a key
    without an item, or what Pandoc refuses. With problems, clusters are empty. Answers of Pandoc are `kept` for the
    next time that neither style nor items nor clusters have changed.
    """
    known = {str(item["id"]): item for item in items}
    keys = list(dict.fromkeys(citation.key for cluster in clusters for citation in cluster.citations))
    problems = [
        error("unknown-citation", f"no reference has the key “{key}”", hint=did_you_mean(key, known))
        for key in keys
        if key not in known
    ]
    empty = Cited(("",) * len(clusters), (), {}, style.kind == "note", ("",) * len(clusters))
    if problems or not keys:
        return empty, problems
    lang = style.locale or lang
    asked = tuple(known[key] for key in keys)
    question = _Question(style, lang, json.dumps(asked), tuple(map(_anywhere, clusters)), asked, kept)
    try:
        cited = _answered(question)
    except PandocError as problem:
        refused = _refused(style, _for_pandoc(question), keys, lang) if isinstance(problem, RefusedItemsError) else []
        message = f"the citations could not be set in “{style.title}”: {problem}"
        hint = FASTER if isinstance(problem, TooSlowError) else None
        return empty, refused or [error("citations-failed", message, hint=hint)]
    return cited, _unprinted(style, clusters, cited)


@dataclass(frozen=True)
class _Question:
    """All that citations depend on: the style, the works cited, as JSON too, and the clusters wherever they stand."""

    style: Style
    lang: str
    works: str
    clusters: tuple[Cluster, ...]
    items: tuple[Mapping[str, Any], ...] = field(compare=False)
    kept: Cache | None = field(compare=False)


def _anywhere(cluster: Cluster) -> Cluster:
    """The cluster without the lines and columns of its citations, which words before them move."""
    return replace(cluster, citations=tuple(replace(one, line=0, column=0) for one in cluster.citations))


@lru_cache(maxsize=4)
def _answered(question: _Question) -> Cited:
    """The citations set, as they were kept or anew; raises PandocError."""
    if question.kept is None:
        return _set(question)
    name = _name_of(question)
    if answer := question.kept.get(name):
        return _cited_of(json.loads(answer))
    cited = _set(question)
    question.kept.put(name, json.dumps(astuple(cited)).encode())
    return cited


def _name_of(question: _Question) -> str:
    """The name under which the citations are kept, by which another style, program or Pandoc has others."""
    style, own = question.style, (engines.installed().encode(), pandoc.identity())
    said = (question.lang, question.works, repr(question.clusters), style.kind, str(style.superscript))
    return question_name((b"citations", *own, style.xml, *(one.encode("utf-8", "surrogatepass") for one in said)))


def _cited_of(said: Sequence[Any]) -> Cited:
    """Citations as they were kept."""
    clusters, entries, numbers, notes, leads = said
    return Cited(tuple(clusters), tuple(Entry(*entry) for entry in entries), numbers, notes, tuple(leads))


def _set(question: _Question) -> Cited:
    """The citations as Pandoc sets them; raises PandocError."""
    items = _for_pandoc(question)
    job = _Job(question.style, tuple(str(item["id"]) for item in question.items), question.clusters, question.lang)
    blocks = _with_names_apart(question, job, items)
    return job.cited(_asked(question, question.style.xml, items, job.blocks()) if blocks is None else blocks)


def _asked(
    question: _Question, xml: bytes, items: Sequence[Json], blocks: Sequence[Json], kept: Cache | None = None
) -> list[Json]:
    return pandoc.citeproc(xml, items, blocks, question.lang, kept)


MANY = 150
"""Works from which on asking about namesakes apart is faster; with fewer, Pandoc starts two or three times in vain."""


def _with_names_apart(question: _Question, job: _Job, items: Sequence[Json]) -> list[Json] | None:
    """What Pandoc prints, asked about authors who share a family name apart; None where it is for it to find out who.

    Where the list of references tells persons apart too, entries of their works are those of a document without others.
    """
    apart = question.style.apart if len(items) >= MANY else None
    people = namesakes(items, apart) if apart else None
    if apart is None or people is None:
        return None
    cited = _first_authors(question, apart.one_name, people)
    classes = people if apart.in_full else _first_authors(question, INITIALS, people)
    named = with_cited_names(items, apart.variable, dict(zip(people, zip(cited, classes, strict=True), strict=True)))
    blocks = _asked(question, apart.xml, named, job.blocks())
    twins = works_of_twins(items, people) if apart.in_full_in_list else set()
    if not twins:
        return blocks
    alone = [item for item in items if item["id"] in twins]
    return _with_entries(blocks, _asked(question, question.style.xml, alone, job.citing(twins).blocks()))


def _first_authors(question: _Question, xml: bytes, people: Sequence[str]) -> list[str]:
    """The names as a style prints them whose citations are the first author's name."""
    works = one_work_each(people)
    blocks = [_paragraph([_cite([_cite_item(work["id"], MODES["normal"], [], [])])]) for work in works]
    found = _asked(question, xml, works, blocks, question.kept) if works else []
    return [plain(block["c"]) for block in found[: len(works)]]


def _with_entries(blocks: Sequence[Json], others: Sequence[Json]) -> list[Json]:
    """The blocks, with those entries of the list of references that the other blocks have as they have them."""
    found = {entry["c"][0][0]: entry for block in others if block["t"] == "Div" for entry in block["c"][1]}
    return [_with_entries_of(block, found) if block["t"] == "Div" else block for block in blocks]


def _with_entries_of(block: Json, found: Mapping[str, Json]) -> Json:
    attributes, entries = block["c"]
    return block | {"c": [attributes, [found.get(entry["c"][0][0], entry) for entry in entries]]}


def _for_pandoc(question: _Question) -> list[dict[str, Any]]:
    """The works repaired, under names that no style can trip over."""
    return [{**repaired(item, question.style), "id": _name(at)} for at, item in enumerate(question.items)]


def _name(position: int) -> str:
    return f"r{position}"


FASTER = "styles that cite by author and year take long for a thousand references; styles that cite by number do not"


def _unprinted(style: Style, clusters: Sequence[Cluster], cited: Cited) -> list[Diagnostic]:
    """What the style leaves out of the document."""
    problems = [
        error("unprinted-citation", f"the style “{style.title}” prints nothing for “{cluster.citations[0].key}”")
        for cluster, printed in zip(clusters, cited.clusters, strict=True)
        if cluster.citations and not printed
    ]
    if not cited.entries:
        problems.append(warning("no-reference-list", f"the style “{style.title}” has no reference list"))
    return problems


class _Job:
    """One document's citations on their way to Pandoc and back; items go under names of `_name`."""

    def __init__(self, style: Style, keys: tuple[str, ...], clusters: Sequence[Cluster], lang: str) -> None:
        self.style = style
        self.lang = lang
        self.clusters = clusters
        self.ids = {key: _name(index) for index, key in enumerate(keys)}
        self.named_apart = style.kind in ("numeric", "label")

    def citing(self, ids: Collection[str]) -> _Job:
        """The same job, but that the document cites nothing but these."""
        cited = ([one for one in cluster.citations if self.ids[one.key] in ids] for cluster in self.clusters)
        found = [
            replace(cluster, citations=tuple(left)) for cluster, left in zip(self.clusters, cited, strict=True) if left
        ]
        return _Job(self.style, tuple(self.ids), found, self.lang)

    # To Pandoc: a paragraph for each cluster, and one before it where the authors' names are asked for

    def blocks(self) -> list[Json]:
        found = []
        for cluster in self.clusters:
            if self._leads(cluster):
                found.append(_paragraph([_cite([_names_only(self.ids[cluster.citations[0].key])])]))
            cite = _cite([self._citation(citation) for citation in cluster.citations])
            in_note = self.style.kind == "note" and cluster.place != "text"
            found.append(_paragraph([_note(cite, cluster.place) if in_note else cite]))
        return found

    def _leads(self, cluster: Cluster) -> bool:
        """True when Pandoc must be asked for the names before the number: “Falk et al. [3]”."""
        return self.named_apart and bool(cluster.citations) and cluster.citations[0].mode == "author-in-text"

    def _citation(self, citation: Citation) -> Json:
        mode = "NormalCitation" if self.named_apart else MODES[citation.mode]
        prefix, suffix = text_inlines(citation.prefix.strip()), _suffix(citation)
        return _cite_item(self.ids[citation.key], mode, prefix, suffix)

    # And back: citations link to their entries, and to nothing else

    def cited(self, blocks: Sequence[Json]) -> Cited:
        paragraphs = iter([block["c"] for block in blocks if block["t"] == "Para"])
        entries = tuple(self._entries(blocks))
        targets = {f"#ref-{self.ids[entry.key]}": anchor(entry.key) for entry in entries}

        def link(address: str, _text: str) -> Mark | None:
            return Mark("a", f' class="cite" href="#{targets[address]}"') if address in targets else None

        leads, clusters = [], []
        for cluster in self.clusters:
            names = _link_text(next(paragraphs)) if self._leads(cluster) else ""
            lead, content = _apart(_cite_of(next(paragraphs)))
            if cluster.place == "note-begin":
                content = without_stop(content)
            if self.lang in STOPS_WITHIN_QUOTES:
                content = stops_within_quotes(content)
            found = CLOSE_NUMBERS.sub(r"\g<0> ", CLOSE_WORDS.sub(r"\1 ", to_html(content, link)))
            between = "" if self.style.superscript or not names else " "
            clusters.append(f'<span class="citation">{names}{between}{found}</span>' if found else "")
            leads.append(to_html(lead, link))
        return Cited(tuple(clusters), entries, self._numbers(entries), self.style.kind == "note", tuple(leads))

    def _entries(self, blocks: Sequence[Json]) -> list[Entry]:
        keys = {f"ref-{identifier}": key for key, identifier in self.ids.items()}
        return [
            _entry(keys[attributes[0]], paragraphs)
            for block in blocks
            if block["t"] == "Div"
            for attributes, paragraphs in (entry["c"] for entry in block["c"][1])
        ]

    def _numbers(self, entries: Sequence[Entry]) -> dict[str, str]:
        if not self.named_apart:
            return {}
        return {entry.key: re.sub(r"^\W+|\W+$", "", entry.number) for entry in entries if entry.number}


CLOSE_WORDS = re.compile(r"(</a>[,;])(?=[^\W\d_])")
"""Words before the next work, which styles that set numbers close together leave no blank: `[2,see 5]`."""
CLOSE_NUMBERS = re.compile(r"(?:>[^<>]* [^<>]*</a>|[^\s>)\]])[,;](?=<a )")
"""The next number behind a place or words: `[1, p. 3,2]`."""
STOPS_WITHIN_QUOTES = frozenset(["en", "en-US"])
"""Languages whose closing quotation marks stand behind a stop (CSL 1.0.2, punctuation-in-quote, in the locales)."""

MODES = {"normal": "NormalCitation", "suppress-author": "SuppressAuthor", "author-in-text": "AuthorInText"}


def _paragraph(inlines: Sequence[Json]) -> Json:
    return {"t": "Para", "c": inlines}


def _cite(citations: Sequence[Json]) -> Json:
    return {"t": "Cite", "c": [citations, [{"t": "Str", "c": "?"}]]}


def _note(cite: Json, place: Place) -> Json:
    """A footnote that has the citation where it stands in the author's, since note styles set it accordingly."""
    before = text_inlines("x ") if place in ("note-middle", "note-end") else []
    behind = text_inlines(" x") if place in ("note-begin", "note-middle") else []
    return {"t": "Note", "c": [_paragraph([*before, cite, *behind])]}


def _cite_of(paragraph: Sequence[Json]) -> list[Json]:
    """What Pandoc made of the citation that a paragraph was asked for."""
    if paragraph and paragraph[0]["t"] == "Note":
        return [node for node in paragraph[0]["c"][0]["c"] if node["t"] == "Cite"]
    return list(paragraph)


def _cite_item(identifier: str, mode: str, prefix: Sequence[Json], suffix: Sequence[Json]) -> Json:
    return {
        "citationId": identifier,
        "citationPrefix": prefix,
        "citationSuffix": suffix,
        "citationMode": {"t": mode},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


def _names_only(identifier: str) -> Json:
    return _cite_item(identifier, "NormalCitation", [], _locator(NAMES_ONLY, "1"))


def _suffix(citation: Citation) -> list[Json]:
    """The locator as Pandoc takes it, in braces; empty braces keep it from looking for one in the suffix."""
    if citation.locator:
        return [*_locator(citation.label or "page", citation.locator), *text_inlines(citation.suffix)]
    return [{"t": "Str", "c": "{}"}, *text_inlines(citation.suffix)] if citation.suffix else []


def _locator(label: str, locator: str) -> list[Json]:
    inner = re.sub(r"[{}\[\]]", "", locator)  # Pandoc wants brackets balanced, and pages have none
    return text_inlines(f"{{{locator_word(label)} {inner}}}")


def _apart(paragraph: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """What a note style leaves in the text, and what it puts in the note; for other styles, nothing and everything."""
    inlines: list[Json] = paragraph[0]["c"][1] if paragraph and paragraph[0]["t"] == "Cite" else list(paragraph)
    for index, node in enumerate(inlines):
        if node["t"] == "Note":
            return inlines[:index], [inline for block in node["c"] for inline in block["c"]]
    return [], inlines


def _link_text(paragraph: Sequence[Json]) -> str:
    """The text of the paragraph's only link, as HTML: the names without the brackets that the style puts round them."""
    to_visit = list(paragraph)
    while to_visit:
        node = to_visit.pop(0)
        if node["t"] == "Link":
            return to_html(node["c"][1], lambda _address, _text: None)
        if node["t"] in ("Cite", "Span"):
            to_visit[:0] = node["c"][1]
        elif isinstance(node.get("c"), list) and node["t"] != "Quoted":
            to_visit[:0] = node["c"]
    return ""


def _entry(key: str, paragraphs: Sequence[Json]) -> Entry:
    inlines = [inline for paragraph in paragraphs for inline in paragraph["c"]]
    margin = [node for node in inlines if node["t"] == "Span" and "csl-left-margin" in node["c"][0][1]]
    number = html.escape(plain(margin).strip(), quote=False)
    rest = [node for node in inlines if node not in margin]
    return Entry(key, number, entry_to_html(rest, web_link))


# When Pandoc refuses


def _refused(style: Style, items: Sequence[Mapping[str, Any]], keys: Sequence[str], lang: str) -> list[Diagnostic]:
    """Which items Pandoc cannot take, each tried alone."""
    return [
        error("refused-reference", f"the reference “{key}” cannot be set: {reason}")
        for key, item in zip(keys, items, strict=True)
        if (reason := _refusal(style, item, lang))
    ]


def _refusal(style: Style, item: Mapping[str, Any], lang: str) -> str:
    try:
        pandoc.citeproc(style.xml, [item], [], lang)
    except RefusedItemsError as problem:
        return str(problem)
    return ""
