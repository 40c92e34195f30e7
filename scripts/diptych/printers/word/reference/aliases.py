"""The names by which a style may be found: Word's own in the languages in which other programs write them."""

from __future__ import annotations

import re

LOCAL: dict[str, tuple[str, ...]] = {
    "heading": (
        *("überschrift", "titre", "título", "encabezado", "titolo", "kop", "rubrik", "overskrift", "otsikko"),
        *("nagłówek", "nadpis", "címsor", "заголовок", "標題", "标题", "見出し", "제목"),
    ),
    "title": ("titel", "titre", "título", "titolo", "tytuł", "název", "cím", "название", "標題", "标题", "表題"),
    "subtitle": ("untertitel", "sous-titre", "subtítulo", "sottotitolo", "ondertitel", "underrubrik", "podtytuł"),
    "body text": ("textkörper", "corps de texte", "texto independiente", "corpo de texto", "corpo testo", "brödtext"),
    "caption": ("beschriftung", "légende", "epígrafe", "descripción", "legenda", "didascalia", "bijschrift"),
    "bibliography": ("literaturverzeichnis", "bibliographie", "bibliografía", "bibliografia", "bibliografie"),
    "footnote text": ("fußnotentext", "note de bas de page", "texto nota pie", "testo nota a piè di pagina"),
    "endnote text": ("endnotentext", "note de fin", "texto nota al final", "testo nota di chiusura"),
    "header": ("kopfzeile", "en-tête", "encabezado", "intestazione", "koptekst", "sidhuvud"),
    "footer": ("fußzeile", "pied de page", "pie de página", "piè di pagina", "voettekst", "sidfot"),
    "list bullet": ("aufzählungszeichen", "liste à puces", "lista con viñetas", "punto elenco"),
    "list number": ("listennummer", "liste à numéros", "lista con números", "numero elenco"),
}
"""Word's names for built-in styles in files, which are English in every language (ISO/IEC 29500-1, 17.7.4.9) …

… and what programs write that translate them.
"""

OTHER: dict[str, tuple[str, ...]] = {
    "bibliography": ("references", "reference", "reference list", "ref list"),
    "author": ("authors", "author name", "author names", "byline"),
    "affiliation": ("affiliations", "author affiliation", "institution"),
    "keywords": ("keyword", "key words"),
    "caption": ("figure caption", "figure legend"),
    "table caption": ("table title", "table heading caption"),
    "body text": ("main text", "text body", "paragraph", "body"),
    "block text": ("quote", "quotations", "block quotation"),
}
"""What journals call the styles that we have another name for; the first that is there is taken."""


def plain(name: str) -> str:
    """The name without what makes no difference: case, spaces and hyphens."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def _names(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {plain(name): tuple(map(plain, others)) for name, others in table.items()}


_LOCAL, _OTHER = _names(LOCAL), _names(OTHER)


def candidates(name: str) -> list[str]:
    """The plain names under which a style of ours may be found, best first."""
    own = plain(name)
    stem, level = re.fullmatch(r"(.*?)(\d?)", own, re.DOTALL).groups()  # type: ignore[union-attr]
    return [own, *(other + level for other in _LOCAL.get(stem, ())), *_OTHER.get(own, ())]
