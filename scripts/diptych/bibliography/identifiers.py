"""Identifiers of works: brought to the form that registries give them, and their form and check digits checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote


@dataclass(frozen=True)
class Identifier:
    """A kind of identifier: `normal` gives the text's normal form, or None for a text that is none; `hint` says how."""

    normal: Callable[[str], str | None]
    hint: str


RESOLVER = re.compile(r"^((https?://)?(dx\.|www\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
DOI = re.compile(r"10\.\d{4,9}(\.\d+)*/\S+")
STOPS = ".,;"
LABELLED = re.compile(r"(?:\[pii\]\s+|^)(10\.\S+)(?:\s+\[(?:doi|pii)\].*)?$")
"""PubMed’s own way, which EndNote keeps: “S0140-6736(12)60651-5 [pii] 10.1016/S0140-6736(12)60651-5 [doi]”."""
PUBMED = r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/"
PMC = r"https?://(?:pmc\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pmc)/articles/"
PMID = re.compile(rf"(?:{PUBMED}|PMID:?\s*)?(\d{{1,8}})/?", re.IGNORECASE)
PMCID = re.compile(rf"(?:{PMC}|PMCID:?\s*)?(?:PMC)?(\d{{1,9}})(?:\.\d+)?/?", re.IGNORECASE)
CAS = re.compile(r"\d+:[A-Z]+:\d+:[\w.~*+/=-]+", re.ASCII)
CAS_ADDRESS = re.compile(r"https?://[^\s?#]+(?:\?(?:[^\s#]*[&;])?coi=|/cas-redirect/)([^\s&;#?]+)", re.IGNORECASE)
"""Where CAS has a work, and where Springer Nature's pages lead there from."""
CAS_LABEL = re.compile(r"^CAS:\s*", re.IGNORECASE)
URL = re.compile(r"(https?|ftp)://\S+", re.IGNORECASE)
ISSN = re.compile(r"\d{7}[\dX]")
NOTES = re.compile(r"\([^)]*\)")
BETWEEN = re.compile(r"[\s,;]+")


def doi(text: str) -> str | None:
    """The DOI without a resolver's address: “10.”, a registrant's number, a slash, anything (DOI Handbook, 2.2).

    A stop behind it belongs to the sentence that it was copied from.
    """
    if DOI.fullmatch(text) and text[-1] not in STOPS:
        return text
    labelled = LABELLED.search(text)
    text = (labelled[1] if labelled else text).rstrip(STOPS)
    if DOI.fullmatch(text):
        return text
    bare = RESOLVER.sub("", text)
    bare = unquote(bare) if bare.lower().startswith("10.") and bare != text else bare
    return bare if DOI.fullmatch(bare) else None


def pmid(text: str) -> str | None:
    """The PubMed number, up to eight digits, without “PMID:” or PubMed's address."""
    found = PMID.fullmatch(text)
    return found[1] if found else None


def pmcid(text: str) -> str | None:
    """“PMC” and its number, without “PMCID:”, PMC's address and a version."""
    found = PMCID.fullmatch(text)
    return f"PMC{found[1]}" if found else None


def cas(text: str) -> str | None:
    """CAS's object identifier (coi), percent-encoded as publishers link it, without “CAS:” or the address around it.

    It may be encoded or not, in an address twice; what is encoded has no percent sign of its own.
    """
    found = CAS_ADDRESS.match(text)
    bare = unquote(unquote(found[1] if found else CAS_LABEL.sub("", text, count=1)))
    return quote(bare, safe=":*") if CAS.fullmatch(bare) else None


def cas_in_address(address: str) -> str | None:
    """The identifier in an address that leads to CAS; None for any other text."""
    return cas(address) if CAS_ADDRESS.match(address) else None


def url(text: str) -> str | None:
    """An address on the web, as it is."""
    return text if URL.fullmatch(text) else None


@lru_cache(maxsize=4096)
def issn(text: str) -> str | None:
    """The ISSNs in the text, with hyphens, if their check digits are right (ISO 3297: weights 8 to 1, modulo 11)."""
    numbers = _numbers(text)
    return ", ".join(f"{number[:4]}-{number[4:]}" for number in numbers) if all(map(_is_issn, numbers)) else None


def isbn(text: str) -> str | None:
    """The text, if the check digits of its ISBNs of 10 or 13 digits are right (ISO 2108)."""
    return text if all(_is_isbn(number) for number in _numbers(text)) else None


def _numbers(text: str) -> list[str]:
    """The numbers in a text such as “0360-3016 (print), 1879-355X”, hyphens left out."""
    without_notes = NOTES.sub(" ", text.upper()).replace("-", "")
    return [number for number in BETWEEN.split(without_notes) if number]


def _is_issn(digits: str) -> bool:
    return bool(ISSN.fullmatch(digits)) and _weighted(digits, range(8, 0, -1)) % 11 == 0


def _is_isbn(digits: str) -> bool:
    if re.fullmatch(r"\d{9}[\dX]", digits):
        return _weighted(digits, range(10, 0, -1)) % 11 == 0
    return bool(re.fullmatch(r"\d{13}", digits)) and _weighted(digits, [1, 3] * 6 + [1]) % 10 == 0


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum((10 if digit == "X" else int(digit)) * weight for digit, weight in zip(digits, weights, strict=True))


IDENTIFIERS: Mapping[str, Identifier] = {
    "DOI": Identifier(doi, "a DOI looks like 10.1016/j.clon.2014.09.010"),
    "PMID": Identifier(pmid, "a PMID is a number of up to eight digits"),
    "PMCID": Identifier(pmcid, "a PMCID looks like PMC7460150"),
    "CAS": Identifier(cas, "a CAS id looks like 1:CAS:528:DC%2BC2MXjsVagur0%3D, and is the coi=… of the link to CAS"),
    "URL": Identifier(url, "a URL begins with https:// and has no spaces"),
    "ISSN": Identifier(issn, "its last digit, the check digit, does not fit: compare it with the source"),
    "ISBN": Identifier(isbn, "its last digit, the check digit, does not fit: compare it with the source"),
}
"""Fields that hold identifiers, all of them CSL’s but `CAS`."""

CHECK_DIGITS = frozenset(["ISSN", "ISBN"])
"""Identifiers that are printed as they are although their check digit is wrong: sources themselves have such slips."""
