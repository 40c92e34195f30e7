"""References that are plain text → items that keep the whole text, with the identifiers that stand in it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from diptych.bibliography import works
from diptych.bibliography.identifiers import cas, cas_in_address, doi, pmcid, pmid

DOI_IN_TEXT = re.compile(
    r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}(?:\.\d+)*/[^\s\"<>]+)", re.IGNORECASE
)
PMID_IN_TEXT = re.compile(r"\b(?:PMID|PubMed(?: PMID)?):?\s*(\d{5,8})\b", re.IGNORECASE)
PMCID_IN_TEXT = re.compile(r"\b(PMC\d{4,9})\b")
CAS_IN_TEXT = re.compile(r"\b\d:CAS:\d+:[\w%*+/=]+", re.ASCII)
RESOLVERS = (
    ("DOI", re.compile(r"https?://(?:dx\.|www\.)?doi\.org/(.+)", re.IGNORECASE), doi),
    (
        "PMID",
        re.compile(
            r"https?://(?:www\.ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d+)/?.*", re.IGNORECASE
        ),
        pmid,
    ),
    (
        "PMCID",
        re.compile(
            r"https?://(?:www\.ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/(PMC\d+)/?.*", re.IGNORECASE
        ),
        pmcid,
    ),
    ("CAS", re.compile(r"(https?://\S+)", re.IGNORECASE), cas_in_address),
)


def item(text: str) -> dict[str, Any]:
    """A CSL item of type `document`: the text as its title, DOI, PMID, PMCID and CAS id where they stand in it."""
    found: dict[str, Any] = {"type": "document", "title": " ".join(text.split())}
    return found | identifiers(text)


def identifiers(text: str) -> dict[str, str]:
    """The identifiers in a text."""
    found: dict[str, str] = {}
    if match := DOI_IN_TEXT.search(text):
        found["DOI"] = _without_stop(match[1])
    if match := PMID_IN_TEXT.search(text):
        found["PMID"] = match[1]
    if match := PMCID_IN_TEXT.search(text):
        found["PMCID"] = match[1]
    if (match := CAS_IN_TEXT.search(text)) and (number := cas(match[0])):
        found["CAS"] = number
    return found


def _without_stop(text: str) -> str:
    """A DOI without the punctuation of the sentence behind it; brackets that were opened in it stay."""
    bare = text.rstrip(".,;:")
    while bare.endswith((")", "]")) and bare.count(bare[-1]) > bare.count("(" if bare[-1] == ")" else "["):
        bare = bare[:-1].rstrip(".,;:")
    return bare


def of_address(address: str, kind: str = "") -> tuple[str, str]:
    """The field of CSL and its value for an address, or for an identifier of this kind; empty for neither."""
    address = address.strip()
    if kind in ("doi", "pmid", "pmcid") and "://" not in address:
        return kind.upper(), address
    for name, pattern, normal in RESOLVERS:
        match = pattern.fullmatch(address)
        value = normal(match[1]) if match else None
        if value:
            return name, value
    return ("URL", address) if re.match(r"https?://\S+$", address) else ("", "")


def key(text: str, taken: Collection[str]) -> str:
    """A citation key for a reference that is text: its first word and its year, “2016a” too, as far as it has them."""
    name = re.search(r"[^\W\d_]{2,}", text)
    year = re.search(r"\b((?:1[89]|20|21)\d\d)([a-z]?)\b", text)
    data = {"author": [{"family": name[0] if name else ""}], "issued": year[1] if year else ""}
    return works.free_key(works.key_for(data, ()) + (year[2] if year else ""), taken)
