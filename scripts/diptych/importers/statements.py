"""Which statement a heading announces, in the words that journals use."""

from __future__ import annotations

import re

STATEMENTS: tuple[tuple[str, str], ...] = (
    ("acknowledgments", r"acknowledge?ments?|acknowledg\w+|danksagung|remerciements"),
    (
        "author-contributions",
        r"(authors?[’'‘]*s? )?contributions?( statement)?|contributors(hip)?|credit.*|authors?[’']? roles?",
    ),
    (
        "funding",
        r"(sources? of )?funding( (information|statement|sources?))?|(financial )?support|grants?"
        r"|finanzierung|financement",
    ),
    (
        "conflicts-of-interest",
        r"(declarations? of )?(conflicts?|competing) (of )?interests?( statement)?"
        r"|(financial )?disclosures?( statement)?"
        r"|declaration of (competing )?interests?|interessenkonflikte?|conflits? d[’']intérêts?",
    ),
    (
        "ethics",
        r"ethic\w*( .*)?|human and animal rights.*|compliance with ethical standards|informed consent.*"
        r"|ethik\w*|éthique",
    ),
    (
        "data-availability",
        r"(data|code)( and (code|materials?|data))?( availability| sharing)( statement)?|availability of data.*",
    ),
)

KINDS = {
    "coi-statement": "conflicts-of-interest",
    "conflict": "conflicts-of-interest",
    "con": "author-contributions",
    "financial-disclosure": "funding",
    "supported-by": "funding",
    "data-availability": "data-availability",
    "ethics-statement": "ethics",
    "funding-statement": "funding",
    "author-contributions": "author-contributions",
}
"""What JATS calls them."""


def statement(heading: str, kind: str = "") -> str:
    """The key in `statements`, by the kind that the file says or the heading; empty for any other heading."""
    if kind in KINDS:
        return KINDS[kind]
    plain = heading.strip(" .:\N{NO-BREAK SPACE}").lower()
    return next((name for name, pattern in STATEMENTS if re.fullmatch(pattern, plain)), "")
