"""Rules on numbers and units."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject

UNIT = "(?:[cm]?Gy|m?Sv|[kMG]?Bq|[kcmµμn]m|[kmµμnp]g|[dmµμ][Ll]|[mµμn]?mol|[kM]?Hz|k?Pa|mmHg|kcal|kJ|[kM]V|[kM]eV|IU)"
"""Units that nothing else is written like; a single letter behind a number may be anything."""


@rule(
    "unit-space",
    "warning",
    "A space stands between a number and its unit.",
    why="So the SI has it, and journals with it; Diptych keeps the two on one line.",
    passing="sections: [{heading: Dose, text: A clip of 30 mg was used.}]",
    failing="sections: [{heading: Dose, text: A clip of 30mg was used.}]",
)
def unit_space(subject: Subject) -> Iterator[Remark]:
    """“30mg”."""
    for _, found, span in subject.matches(NO_SPACE):
        yield Remark(f"“{found[0]}” has no space before the unit", span, f"write “{found[1]} {found[2]}”")


NO_SPACE = re.compile(rf"(?<![\w.,-])(\d+(?:[.,]\d+)?)({UNIT})(?![\w-])")


@rule(
    "percent-spacing",
    "info",
    "The percent sign stands everywhere with a space before it, or everywhere without.",
    why="Medical journals mostly have none, the SI has one; both in one text look careless.",
    passing="sections: [{heading: Noses, text: Of the darts 40% flew and 60% dived.}]",
    failing="sections: [{heading: Noses, text: Of the darts 40% flew and 60 % dived and 5% were lost.}]",
)
def percent_spacing(subject: Subject) -> Iterator[Remark]:
    """The percent signs that are set otherwise than most are."""
    found = list(subject.matches(PERCENT))
    spaced = sum(bool(match[1]) for _, match, _ in found)
    usual = spaced * 2 > len(found)
    for _, match, span in found:
        if bool(match[1]) != usual and 0 < spaced < len(found):
            yield Remark(f"“{match[0]}” is set otherwise than most percentages here", span)


PERCENT = re.compile(r"(?<=\d)([ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]?)%")


@rule(
    "range-hyphen",
    "warning",
    "A range of numbers has an en dash.",
    why="A hyphen joins; a dash means “to”. Two hyphens make one: 10--20.",
    passing="sections: [{heading: Throws, text: A range of 10--20 throws is enough.}]",
    failing="sections: [{heading: Throws, text: A range of 10-20 throws is enough.}]",
)
def range_hyphen(subject: Subject) -> Iterator[Remark]:
    """“10-20”; not dates, numbers of telephones and the like."""
    for _, found, span in subject.matches(HYPHENED):
        first, last = found[1], found[2]
        month = re.fullmatch(r"(?:19|20)\d\d", first) and re.fullmatch(r"0[1-9]|1[0-2]", last)
        if not month and float(first) < float(last):
            yield Remark(f"“{found[0]}” has a hyphen", span, f"write {first}--{last} or {first}–{last}")


HYPHENED = re.compile(
    r"(?<![\w.,/:#+-])((?:0|[1-9]\d{0,3})(?:\.\d+)?)-((?:[1-9]\d{0,3})(?:\.\d+)?|0[1-9]|0\.\d+)(?![\w/-]|[.,]\d)"
)


@rule(
    "p-value",
    "warning",
    "No P value is zero.",
    why="A probability that is printed as 0 was cut: the AMA’s manual has P < .001.",
    passing="sections: [{heading: Noses, text: Sharp noses flew farther (*P* < .001).}]",
    failing="sections: [{heading: Noses, text: Sharp noses flew farther (*P* = .000).}]",
)
def p_value(subject: Subject) -> Iterator[Remark]:
    """“P = .000”."""
    for _, found, span in subject.matches(ZERO):
        yield Remark(f"“{found[0]}” cannot be", span, "write *P* < .001, or the value")


ZERO = re.compile(r"(?<![\w*])\*?[Pp]\*?\s?[=<≤]\s?(?:0?[.,]0+|0)(?!\d|[.,]\d)")


@rule(
    "p-value-style",
    "info",
    "P values are written in one way.",
    why="Journals have “P = .03” or “p = 0.03”; both in one text look careless.",
    passing="sections: [{heading: Noses, text: Sharp (*P* = .03) and blunt (*P* = .20) noses.}]",
    failing="sections: [{heading: Noses, text: Sharp (*P* = .03) and blunt (*P* = 0.20) noses; none (*P* = .5).}]",
)
def p_value_style(subject: Subject) -> Iterator[Remark]:
    """The P values that are written otherwise than most are."""
    found = list(subject.matches(P_VALUE))
    for what, group in ((ZERO_BEFORE, 2), (CAPITAL, 1)):
        has = [bool(match[group]) if group == 2 else match[group] == "P" for _, match, _ in found]
        usual = sum(has) * 2 >= len(has)
        for (_, match, span), one in zip(found, has, strict=True):
            if one != usual:
                yield Remark(f"“{match[0]}” has {what[one]}, unlike most P values here", span)


ZERO_BEFORE = ("no zero before its point", "a zero before its point")
CAPITAL = ("a small p", "a capital P")
P_VALUE = re.compile(r"(?<![\w*])\*?([Pp])\*?\s?[=<>≤≥]\s?(0?)[.,]\d+")


@rule(
    "decimal-comma",
    "warning",
    "English has a decimal point.",
    why="“3,5 mg” is read as thirty-five by some and as three and a half by others.",
    passing="sections: [{heading: Clips, text: A clip of 3.5 mg was used.}]",
    failing="sections: [{heading: Clips, text: 'A clip of 3,5 mg was used.'}]",
)
def decimal_comma(subject: Subject) -> Iterator[Remark]:
    """“3,5 mg”, “HR 0,5” in English; no thousands, and no lists such as [10,5]."""
    for one, found, _ in subject.matches(COMMA) if subject.language == "en" else ():
        start, end = found.span(found.lastgroup or 0)
        said = one.words[start:end]
        yield Remark(
            f"“{said}” has a decimal comma", subject.span(one, start, end), f"write “{said.replace(',', '.')}”"
        )


BLANK = r"[ \n\N{NO-BREAK SPACE}]?"
NUMBER = r"\d{1,3},\d{1,2}"
WHOLE = r"(?!\d|[,.][^\s])"
COMMA = re.compile(
    "|".join(
        (
            rf"(?<![\w,.])(?P<measured>{NUMBER}{BLANK}(?:%|{UNIT}(?!\w)))",
            rf"(?<![\w-])(?:HR|RR|SMD|AUC|CI|ratio):?{BLANK}(?:of |was |[=<>≤≥≈]{BLANK})?(?P<ratio>{NUMBER}){WHOLE}",
            rf"(?<![\w*])(?:\*?[Pp]\*?|OR|SD|SE){BLANK}[=<>≤≥≈]{BLANK}(?P<value>0,\d{{1,4}}|{NUMBER}){WHOLE}",
            rf"[≤≥≈±]{BLANK}(?P<bound>{NUMBER}){WHOLE}",
            rf"(?<![\w,.(\[{{])(?P<part>0,0\d{{1,3}}){WHOLE}",
            rf"(?<= of | is | to | by |was |ere |han |rom )(?P<said>0,(?!1\b)\d{{1,2}}){WHOLE}(?! (?:and|or) \d)",
        )
    )
)
"""Where a comma can be nothing else: before a unit, behind a ratio, a P value or a sign, or with a zero behind it."""


@rule(
    "typed-sign",
    "info",
    "Signs are signs: ±, ≤, ≥, ×.",
    why="+/-, <=, >= and x are what typewriters had.",
    passing="sections: [{heading: Noses, text: Noses of 4 ± 1 mm flew.}]",
    failing="sections: [{heading: Noses, text: Noses of 4 +/- 1 mm flew.}]",
)
def typed_sign(subject: Subject) -> Iterator[Remark]:
    """“+/-”."""
    for _, found, span in subject.matches(TYPED):
        sign = SIGNS[found[0].strip()]
        yield Remark(f"“{found[0].strip()}” is typed for “{sign}”", span, f"write {sign}")


SIGNS = {"+/-": "±", "<=": "≤", ">=": "≥", "x": "×"}
TYPED = re.compile(r"\+/-|(?<![<=-])<=(?![=>])|(?<![=>-])>=(?!=)|(?<=\d) x (?=\d)")


@rule(
    "number-first",
    "info",
    "An English sentence does not begin with digits.",
    why="The AMA’s manual wants the number in words, or the sentence turned round.",
    passing="sections: [{heading: Throws, text: It was windy. Twelve darts were lost.}]",
    failing="sections: [{heading: Throws, text: It was windy. 12 darts were lost.}]",
)
def number_first(subject: Subject) -> Iterator[Remark]:
    """“It was windy. 12 darts were lost.”"""
    texts = [one for one in subject.prose if one.of_text or one.key[0] in ("abstract", "key-points")]
    for one, found, span in subject.matches(FIRST, texts) if subject.language == "en" else ():
        before = re.search(r"([\w.]+)[.?!]\s\Z", one.words[: found.start()])
        if before is None or before[1].casefold() not in NO_END:
            yield Remark(f"the sentence begins with “{found[0]}”", span, "spell it out, or begin otherwise")


FIRST = re.compile(r"(?:\A|(?<=\n\n)|(?<=[a-z)\]]{2}[.?!][ \n]))\d[\d,]*(?:\.\d+)?(?=%? [a-z])")
# fmt: off
NO_END = frozenset((
    "al", "approx", "ca", "cf", "ch", "dr", "e.g", "eq", "eqs", "fig", "figs", "i.e", "max", "min", "no", "nos", "nr",
    "p", "pp", "ref", "refs", "resp", "sec", "tab", "vol", "vs",
))
# fmt: on
"""What a full stop may follow without ending the sentence."""
