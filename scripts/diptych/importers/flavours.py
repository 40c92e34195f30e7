"""Markdown as MyST, Quarto and Obsidian have it → Markdown as Pandoc has it.

MyST's roles and directives become what Pandoc reads, and Quarto's names of formulas and its callouts are kept, as are
Obsidian's. Of what has no counterpart the words stay, and it is reported with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diptych.importers.paper import Losses, shortened

OPENING = re.compile(
    r"(?P<indent> *)(?P<fence>`{3,}|:{3,}|~{3,})\s*\{(?P<name>[a-z][\w:-]*)(?:,[^}]*)?\}\s*(?P<rest>.*)"
)
FENCE = re.compile(r" *(`{3,}|~{3,})")
FRONT = re.compile(r"---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
OPTION = re.compile(r"\s*:([\w-]+):\s*(.*)")
TARGET = re.compile(r"\(([\w:.-]+)\)=\s*")
HEADING = re.compile(r"#{1,6} .*[^\s}]\s*")
ROLE = r"\{(?P<role>[a-z][\w:+-]*)\}(?P<ticks>`+)(?P<said>.+?)(?P=ticks)(?!`)"
CODE = r"(?P<fence>(?<!`)`+(?!`)).+?(?<!`)(?P=fence)(?!`)"
ROLE_OR_CODE = re.compile(f"{ROLE}|{CODE}", re.DOTALL)
FORMULA = re.compile(r"^ *\$\$(?P<formula>(?:(?!\$\$)[\s\S])+)\$\$\s*\{#(?P<name>[\w:.-]+)\}[ \t]*$", re.MULTILINE)
FORMULA_OF_MYST = re.compile(
    r"^ *\$\$(?P<formula>(?:(?!\$\$)[\s\S])+)\$\$[ \t]+\((?P<name>[\w:.-]+)\)[ \t]*$", re.MULTILINE
)
SHORTCODE = re.compile(r"\{\{<.*?>\}\}", re.DOTALL)


def plain(text: str, losses: Losses) -> str:
    """The paper in Pandoc's Markdown."""
    front = FRONT.match(text)
    head = front[0] if front else ""
    return head + "\n".join(_blocks(text[len(head) :].split("\n"), head.count("\n") + 1, losses))


def _blocks(lines: Sequence[str], first: int, losses: Losses) -> Iterator[str]:
    """The lines with every directive exchanged; `first` is the line of the file that they begin with."""
    prose: list[str] = []
    at = start = 0
    while at < len(lines):
        opening, fence = OPENING.fullmatch(lines[at]), FENCE.match(lines[at])
        if opening is None and fence is None:
            prose.append(lines[at])
            at += 1
            continue
        yield from _prose(prose, first + start, losses)
        prose = []
        end = _end(lines, at, opening["fence"] if opening else fence[1] if fence else "")
        if opening:
            made = _directive(opening, lines[at + 1 : end], first + at, losses)
            yield from ("", *(f"{opening['indent']}{line}" if line else "" for line in made), "")
        else:
            yield from lines[at : end + 1]
        at = start = end + 1
    yield from _prose(prose, first + start, losses)


def _end(lines: Sequence[str], at: int, fence: str) -> int:
    """Where a fence is closed; the end of the text where it never is."""
    closing = re.compile(rf" *{re.escape(fence[0])}{{{len(fence)},}}\s*")
    depth = 0
    for index in range(at + 1, len(lines)):
        if fence[0] == ":" and re.match(rf" *:{{{len(fence)}}}(?!:)\s*\S", lines[index]):
            depth += 1  # divisions nest with fences of one length
        elif closing.fullmatch(lines[index]):
            if depth == 0:
                return index
            depth -= 1
    return len(lines)


# Directives


@dataclass(frozen=True)
class Directive:
    """A directive: its name, what stands behind it, its options, the lines within it and the first one's number."""

    name: str
    argument: str
    options: Mapping[str, str]
    body: tuple[str, ...]
    first: int

    @property
    def label(self) -> str:
        """The name by which the text refers to it, as attributes."""
        said = self.options.get("name") or self.options.get("label")
        return f"#{said}" if said else ""


def _directive(opening: re.Match[str], lines: Sequence[str], line: int, losses: Losses) -> list[str]:
    indent = len(opening["indent"])
    body = [one[indent:] if not one[:indent].strip() else one for one in lines]
    options: dict[str, str] = {}
    taken = 0
    for one in body:
        found = OPTION.fullmatch(one)
        if found is None:
            break
        options[found[1]] = found[2].strip()
        taken += 1
    inner = tuple(body[taken:])
    directive = Directive(opening["name"], opening["rest"].strip(), options, inner, line + 1 + taken)
    make = DIRECTIVES.get(directive.name)
    if make:
        return make(directive, losses)
    if opening["fence"][0] == ":" or ":" in directive.name:
        losses.add("lost-part", f"“{directive.name}” is nothing that a review has; its words are kept", line)
        return [*([directive.argument] if directive.argument else []), "", *_blocks(inner, directive.first, losses)]
    losses.add("lost-part", f"code in “{directive.name}” is not run; it stands as text", line)
    return ["```", *body, "```"]


def _attributes(*parts: str) -> str:
    said = " ".join(part for part in parts if part)
    return f"{{{said}}}" if said else ""


def _quoted(name: str, words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}="{escaped}"' if words else ""


def _figure(one: Directive, losses: Losses) -> list[str]:
    caption = " ".join(" ".join(_blocks(one.body, one.first, losses)).split())
    width = one.options.get("width", "")
    described = _quoted("fig-alt", one.options.get("alt", ""))
    return [f"![{caption}]({one.argument}){_attributes(one.label, f'width={width}' if width else '', described)}"]


def _formula(one: Directive, _losses: Losses) -> list[str]:
    formula = " ".join(line for line in (one.argument, *one.body) if line.strip())
    return _named_formula(formula, one.label)


def _named_formula(formula: str, label: str) -> list[str]:
    """A displayed formula; with a name in a division that has it."""
    shown = f"$$ {' '.join(formula.split())} $$"
    return [f"::: {{{label} .equation}}", shown, ":::"] if label else [shown]


def _callout(one: Directive, losses: Losses) -> list[str]:
    inner = list(_blocks(one.body, one.first, losses))
    return [*([f"**{one.argument}**", ""] if one.argument else []), *inner]


def _table(one: Directive, losses: Losses) -> list[str]:
    caption = _inlines(one.argument, one.first - 1, losses)
    return [*_blocks(one.body, one.first, losses), "", f": {caption} {_attributes(one.label)}".rstrip()]


def _list_table(one: Directive, losses: Losses) -> list[str]:
    """A table whose rows are lists, as the lines of one."""
    rows: list[list[str]] = []
    for line in _blocks(one.body, one.first, losses):
        found = re.match(r"\s*(\*\s+-|-\s+-|\*|-)(?:\s+(.*))?$", line)
        if found and len(found[1]) > 1:
            rows.append([found[2] or ""])
        elif found and rows:
            rows[-1].append(found[2] or "")
        elif line.strip() and rows:
            rows[-1][-1] = f"{rows[-1][-1]} {line.strip()}"
    width = max(map(len, rows), default=0)
    written = [[cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in rows]
    headed = one.options.get("header-rows", "0") != "0"
    if not headed:
        written = [[""] * width, *written]
    lines = [f"| {' | '.join(row)} |" for row in written]
    ruled = [*lines[:1], f"|{'---|' * width}", *lines[1:]] if lines else []
    caption = _inlines(one.argument, one.first - 1, losses)
    return [*ruled, "", f": {caption} {_attributes(one.label)}".rstrip()]


def _code(one: Directive, _losses: Losses) -> list[str]:
    return ["```", *one.body, "```"]


DIRECTIVES: Mapping[str, Callable[[Directive, Losses], list[str]]] = {
    "figure": _figure,
    "image": _figure,
    "math": _formula,
    "table": _table,
    "list-table": _list_table,
    "code": _code,
    "code-block": _code,
    "bibliography": lambda _one, _losses: [],
    **dict.fromkeys(
        (
            "note",
            "tip",
            "hint",
            "important",
            "warning",
            "caution",
            "attention",
            "danger",
            "error",
            "seealso",
            "admonition",
        ),
        _callout,
    ),
}
"""What directives of MyST become."""


# Prose


def _prose(lines: Sequence[str], first: int, losses: Losses) -> list[str]:
    """Lines between fences."""
    if not lines:
        return []
    named: list[str] = []
    target = ""
    for line in lines:
        found = TARGET.fullmatch(line)
        if found:
            target = found[1]
            named.append("")
        elif target and HEADING.fullmatch(line):
            named.append(f"{line.rstrip()} {{#{target}}}")
            target = ""
        elif line.startswith("+++"):
            named.append("")
        else:
            named.append(line)
    text = _of_obsidian(_inlines("\n".join(named), first, losses), first, losses)
    for pattern in (FORMULA, FORMULA_OF_MYST):
        text = pattern.sub(
            lambda found: "\n".join(("", *_named_formula(found["formula"], f"#{found['name']}"), "")), text
        )
    return text.split("\n")


def _inlines(text: str, first: int, losses: Losses) -> str:
    """The text with its roles exchanged and without shortcodes."""

    def shortcode(found: re.Match[str]) -> str:
        line = first + text.count("\n", 0, found.start())
        losses.add("lost-part", f"“{shortened(found[0])}” is left out", line)
        return ""

    def role(found: re.Match[str]) -> str:
        if found["role"] is None:
            return found[0]  # code, in which nothing is a role
        make = ROLES.get(found["role"])
        if make is None:
            line = first + text.count("\n", 0, found.start())
            losses.add("lost-look", f"“{found['role']}” is nothing that a review has; its words are kept", line)
            return found["said"]
        return make(found["said"])

    return SHORTCODE.sub(shortcode, ROLE_OR_CODE.sub(role, text)) if "{" in text else text


def _cited(mode: str) -> Callable[[str], str]:
    def make(said: str) -> str:
        keys = [key.strip() for key in said.split(",") if key.strip()]
        if mode == "in-text":
            return "; ".join(f"@{key}" for key in keys)
        return f"[{'; '.join(f'{mode}@{key}' for key in keys)}]"

    return make


def _referred(said: str) -> str:
    """A link to what is named; `words <name>` has words of its own."""
    found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", said, re.DOTALL)
    words, name = (found[1], found[2]) if found else (said, said)
    return f"[{words}](#{name})"


ROLES: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("cite", "cite:p", "cite:ps", "cite:cts", "cite:alp", "cite:alps"), _cited("")),
    **dict.fromkeys(("cite:t", "cite:ts", "cite:ct"), _cited("in-text")),
    **dict.fromkeys(("cite:year", "cite:yearpar"), _cited("-")),
    **dict.fromkeys(("ref", "numref", "eq", "doc"), _referred),
    "math": lambda said: f"${said.strip()}$",
    "sub": lambda said: f"~{said}~".replace(" ", "\\ "),
    "sup": lambda said: f"^{said}^".replace(" ", "\\ "),
    "sc": lambda said: f"[{said}]{{.smallcaps}}",
    "u": lambda said: f"[{said}]{{.underline}}",
    **dict.fromkeys(("del", "strike"), lambda said: f"~~{said}~~"),
    **dict.fromkeys(("abbr", "term"), lambda said: re.sub(r"\s*<[^<>]*>$", "", said)),
    "kbd": lambda said: f"`{said}`",
}
"""What roles of MyST become."""


# Obsidian

OBSIDIAN = re.compile(
    rf"{CODE}"
    r"|%%(?P<comment>.+?)%%"
    r"|!\[\[(?P<picture>[^\[\]|#\n]+\.(?:png|jpe?g|svg|gif|webp))(?:\|[^\[\]\n]*)?\]\]"
    r"|!\[\[(?P<embedded>[^\[\]\n]+)\]\]"
    r"|\[\[(?P<page>[^\[\]|@\n]+)(?:\|(?P<words>[^\[\]\n]+))?\]\](?!\()"
    r"|(?<![=\w])==(?=\S)(?P<highlighted>[^=\n]+)(?<=\S)==(?![=\w])",
    re.DOTALL,
)
CALLOUT = re.compile(r"^(?P<quote>(?:[ \t]*>)+)[ \t]*\[![\w-]+\][+-]?[ \t]*(?P<title>.*)$", re.MULTILINE)
BLOCK_NAME = re.compile(r"[ \t]+\^[A-Za-z0-9-]{3,}[ \t]*$", re.MULTILINE)
"""A name for a block at the end of its line, which nobody reads."""


def _of_obsidian(text: str, first: int, losses: Losses) -> str:
    """The text with Obsidian's links, pictures, highlights, comments and callouts exchanged."""

    def exchange(found: re.Match[str]) -> str:
        line = first + text.count("\n", 0, found.start())
        if found["fence"]:
            return found[0]
        if found["comment"]:
            losses.add("lost-comments", f"a comment is left out: “{shortened(found['comment'])}”", line)
            return ""
        if found["picture"]:
            return f"![](<{found['picture'].strip()}>)"
        if found["embedded"]:
            losses.add("lost-part", f"“{shortened(found['embedded'])}” stands elsewhere, and is left out", line)
            return ""
        if found["page"]:
            losses.add("lost-link", f"“{shortened(found['page'])}” is another note; the link's words are kept", line)
            return found["words"] or found["page"]
        losses.add("lost-look", f"highlighting is not kept: “{shortened(found['highlighted'], 40)}”", line)
        return found["highlighted"]

    exchanged = OBSIDIAN.sub(exchange, text) if re.search(r"%%|\[\[|==", text) else text
    return BLOCK_NAME.sub("", CALLOUT.sub(_callout_of_obsidian, exchanged))


def _callout_of_obsidian(found: re.Match[str]) -> str:
    """The first line of a callout: its title, where it has one, in bold and apart."""
    quote, title = found["quote"], found["title"].strip()
    return f"{quote} **{title}**\n{quote}" if title else quote
