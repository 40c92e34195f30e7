"""LaTeX as it stands in bibliographies → text with CSL's markup, or prose in our Markdown.

One pass over tokens. Bibliographies use a small part of LaTeX: accents, symbols, emphasis, groups that protect
capitals, and formulas of a few characters, which become readable text. pylatexenc knows the symbols; its own converter
takes milliseconds a title, too long for thousands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pylatexenc.latex2text import get_default_latex_context_db


@dataclass(frozen=True)
class Markup:
    """How emphasis is written: what stands before and after, by kind; our prose has formulas and citations too."""

    marks: Mapping[str, tuple[str, str]]
    prose: bool = False

    def __hash__(self) -> int:
        return id(self)

    def wrap(self, kind: str, text: str) -> str:
        """`text` with its marks, blanks left outside."""
        bare = text.strip()
        before, after = self.marks.get(kind, ("", ""))
        return text.replace(bare, f"{before}{bare}{after}", 1) if bare else text


CSL = Markup(
    {
        "i": ("<i>", "</i>"),
        "b": ("<b>", "</b>"),
        "sc": ('<span style="font-variant:small-caps;">', "</span>"),
        "sub": ("<sub>", "</sub>"),
        "sup": ("<sup>", "</sup>"),
    }
)
"""CSL 1.0.2, “Rich text”."""
MARKDOWN = Markup({"i": ("*", "*"), "b": ("**", "**"), "sub": ("~", "~"), "sup": ("^", "^")}, prose=True)
PLAIN = Markup({})

TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?[ \t\r\n]*|.|$)|\$\$?|[{}~^_]|-{2,3}|``|''|[`'-]|[^\\{}$~^_`'-]+", re.DOTALL)
SPECIAL = re.compile(r"[\\{}$~^_`']|--")
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
    "bar": "\u0304",
    "hat": "\u0302",
    "tilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "acute": "\u0301",
    "grave": "\u0300",
    "check": "\u030c",
    "vec": "\u20d7",
}
SYMBOLS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciigrave": "`",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textquotesingle": "'",
    "%": "%",
    "&": "&",
    "$": "$",
    "#": "#",
    "_": "_",
    "{": "{",
    "}": "}",
    " ": " ",
    "\n": " ",
    ",": " ",
    ";": " ",
    ":": " ",
    "!": "",
    "-": "",
    "/": "",
    "\\": " ",
    "@": "",
    "(": "",
    ")": "",
    "[": "",
    "]": "",
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "i": "i",
    "j": "j",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "S": "§",
    "textendash": "–",
    "textemdash": "—",
    "ldots": "…",
    "dots": "…",
    "textellipsis": "…",
    "textperiodcentered": "·",
    "cdot": "·",
    "textdegree": "°",
    "quad": " ",
    "qquad": " ",
    "newline": " ",
    "par": "\n\n",
    "le": "≤",
    "ge": "≥",
    "slash": "/",
    "space": " ",
    "thinspace": " ",
    "textless": "<",
    "textgreater": ">",
    "lt": "<",
    "gt": ">",
    "ne": "≠",
    "textbar": "|",
    "textunderscore": "_",
    "textminus": "−",
    "texthyphen": "-",
    "textquotedbl": '"',
    "guillemetleft": "«",
    "guillemetright": "»",
    "ddag": "‡",
    "ddagger": "‡",
    "P": "¶",
    "SS": "ẞ",
    "pounds": "£",
    "euro": "€",
    "copyright": "©",
    "degree": "°",
    "deg": "°",
    "textcelsius": "°C",
    "celsius": "°C",
    "micro": "µ",
    "ohm": "Ω",
    "percent": "%",
    "permil": "‰",
    "male": "♂",
    "female": "♀",
    "relax": "",
    "protect": "",
    "left": "",
    "right": "",
    "displaystyle": "",
    "allowbreak": "",
    "xspace": "",
}
TYPED = {"--": "–", "---": "—", "``": "“", "''": "”", "`": "‘", "'": "’", "~": " ", "}": ""}
UNQUOTED = {token: char for token, char in TYPED.items() if token != "'"}
"""Without an opening quotation mark, `'` is an apostrophe, which stays as it is."""
IN_FORMULAS = {"-": "−", "'": "′", "~": " ", "}": ""}
QUOTED = frozenset(["enquote", "mkbibquote"])
WRAPPED = {
    "emph": "i",
    "textit": "i",
    "textsl": "i",
    "mathit": "i",
    "mkbibemph": "i",
    "textbf": "b",
    "mathbf": "b",
    "mkbibbold": "b",
    "textsc": "sc",
    "textsubscript": "sub",
    "textsuperscript": "sup",
}
DECLARED = {"it": "i", "itshape": "i", "em": "i", "sl": "i", "bf": "b", "bfseries": "b", "sc": "sc", "scshape": "sc"}


@lru_cache(maxsize=4096)
def text(value: str, markup: Markup = CSL) -> str:
    """The text that LaTeX makes of `value`, blanks collapsed; never fails: what has no meaning is left out."""
    if not SPECIAL.search(value):
        return " ".join(value.split())
    read = _Reader(TOKEN.findall(value), markup).run("", False)
    return " ".join(unicodedata.normalize("NFC", read).split())


def prose(value: str) -> str:
    """The paragraphs that LaTeX makes of `value`, as our Markdown; a blank line or `\\par` parts them."""
    parts = re.split(r"\n[ \t]*\n|\\par(?![A-Za-z])", value.replace("\r\n", "\n"))
    return "\n\n".join(found for part in parts if (found := text(part, MARKDOWN)))


ADDRESS_ESCAPE = re.compile(r"\\url\s*\{([^{}]*)\}|\{?\\([_%&#~$])\}?(?:\{\})?|[{}]")


def address(value: str) -> str:
    """A DOI or URL without the escapes and braces that LaTeX needs; all other characters as they are."""
    return ADDRESS_ESCAPE.sub(lambda found: address(found[1]) if found[1] else found[2] or "", value).strip()


class _Reader:
    """Reads tokens from left to right; recursion follows groups, which the parser of entries bounds."""

    def __init__(self, tokens: list[str], markup: Markup) -> None:
        self.tokens = tokens
        self.markup = markup
        self.at = 0
        self.typed = TYPED if "`" in tokens else UNQUOTED
        self.last = {token: index for index, token in enumerate(tokens) if token[0] == "$"}

    def next(self) -> str:
        """The next token; empty at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def run(self, closing: str, math: bool) -> str:
        """The text up to the token `closing` or the end."""
        out: list[str] = []
        while (token := self.next()) and token != closing:
            out.append(self.piece(token, math))
        return "".join(out)

    def piece(self, token: str, math: bool) -> str:
        """The text of what begins with `token`."""
        if token == "{":
            return self.group(math)
        if token[0] == "\\":
            blank = " " if math and token[-1].isspace() else ""
            return self.command(token[1:].strip().rstrip("*") or token[1:], math) + blank
        if token[0] == "$":
            return "" if math else self.formula(token)
        if math and token in RAISED:
            raised = self.argument(math)
            return "°" if raised in DEGREES else self.markup.wrap(RAISED[token], raised)
        return (IN_FORMULAS if math else self.typed).get(token, token)

    def group(self, math: bool) -> str:
        """What stands in braces; a declaration such as `\\it` at its head sets the whole."""
        head = self.tokens[self.at] if self.at < len(self.tokens) else ""
        kind = DECLARED.get(head[1:].strip()) if head[:1] == "\\" else None
        if kind:
            self.at += 1
        content = self.run("}", math)
        return self.markup.wrap(kind, content) if kind else content

    def formula(self, closing: str) -> str:
        """A formula as text, or in prose as it is; a dollar that nothing closes is a dollar.

        Where a figure follows, Markdown would take the dollars for money.
        """
        if self.last[closing] < self.at:
            return closing
        end = self.tokens.index(closing, self.at)
        follows = "".join(self.tokens[end + 1 : end + 3]).lstrip("}")
        if not self.markup.prose or follows[:1].isdigit():
            return self.run(closing, True)
        written = "".join(self.tokens[self.at : end]).strip()
        self.at = end + 1
        return f"{closing}{written}{closing}" if written else ""

    def argument(self, math: bool) -> str:
        """The argument of a command: a group, a symbol or one character."""
        token = self.next().lstrip(" \n\t")
        if not token and self.at < len(self.tokens):
            token = self.next()
        if token == "{":
            return self.group(math)
        if token == "}":
            self.at -= 1
            return ""
        if token[:1] == "\\":
            return symbol(token[1:].strip())
        if len(token) > 1:
            self.at -= 1
            self.tokens[self.at] = token[1:]
        return token[:1]

    def command(self, name: str, math: bool) -> str:
        """What a command prints; one that is not known prints what is in its braces."""
        if name in ACCENTS:
            return self.accented(ACCENTS[name], math)
        if name in WRAPPED:
            return self.markup.wrap(WRAPPED[name], self.argument(math))
        if name in QUOTED:
            return f"“{self.argument(math)}”"
        return COMMANDS[name](self, math) if name in COMMANDS else symbol(name)

    def accented(self, accent: str, math: bool) -> str:
        """The first letter of the argument with the accent, and the rest of it."""
        base = self.argument(math)
        return unicodedata.normalize("NFC", base[:1] + accent) + base[1:] if base[:1].isalpha() else base


RAISED = {"^": "sup", "_": "sub"}
DEGREES = ("∘", "°")
"""`^\\circ`, which stands for a degree sign."""


def _fraction(reader: _Reader, math: bool) -> str:
    return f"{reader.argument(math)}/{reader.argument(math)}"


def _root(reader: _Reader, math: bool) -> str:
    return f"√({reader.argument(math)})"


def _dropped(reader: _Reader, math: bool) -> str:
    """Nothing: the command's first argument is not text."""
    reader.argument(math)
    return ""


def _citation(reader: _Reader, math: bool) -> str:
    """A citation in our prose; nothing elsewhere."""
    keys = [key.strip() for key in reader.argument(math).split(",") if key.strip()]
    return f"[{'; '.join(f'@{key}' for key in keys)}]" if reader.markup.prose and keys else ""


COMMANDS: Mapping[str, Callable[[_Reader, bool], str]] = {
    "frac": _fraction,
    "sqrt": _root,
    **dict.fromkeys(
        ("noop", "href", "vspace", "hspace", "label", "textcolor", "color", "fontsize", "foreignlanguage"), _dropped
    ),
    **dict.fromkeys(
        ("cite", "citep", "citet", "autocite", "parencite", "textcite", "footcite", "supercite"), _citation
    ),
}
"""Commands that do more than print a symbol or set a type."""


def symbol(name: str) -> str:
    """The character that a command stands for; empty for none."""
    return SYMBOLS[name] if name in SYMBOLS else _rare_symbol(name)


@lru_cache(maxsize=1024)
def _rare_symbol(name: str) -> str:
    spec = _commands().get_macro_spec(name)
    shown = getattr(spec, "simplify_repl", None)
    if isinstance(shown, str) and "%" not in shown:
        return shown
    upright = UPRIGHT.fullmatch(name)
    return symbol(upright[1]) if upright else ""


UPRIGHT = re.compile(
    "(?:text|up)(alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|phi"
    "|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega)"
)
"""Greek letters in text (`\\textbeta`, `\\upbeta`), which look as in a formula here."""


@cache
def _commands() -> Any:
    return get_default_latex_context_db()
