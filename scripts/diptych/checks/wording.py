"""Rules on words and the marks between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from diptych.checks.rule import Remark, rule
from diptych.checks.subject import Subject
from diptych.checks.unprinted import MARK

MAY_REPEAT: Mapping[str, frozenset[str]] = {
    "en": frozenset(["that", "had", "is", "do", "very", "so", "no", "much", "bye", "ha"]),
    "de": frozenset(["das", "dem", "den", "denen", "der", "die", "sie", "was", "wie", "ihr", "sehr", "so", "es"]),
    "fr": frozenset(["nous", "vous"]),
    "es": frozenset(["muy", "no"]),
}
"""Words that may stand twice in a row; in languages that are not here, many may."""


@rule(
    "doubled-word",
    "warning",
    "No word stands twice in a row.",
    why="Across the end of a line it is easily missed.",
    passing="sections: [{heading: Noses, text: The nose is sharp.}]",
    failing="sections: [{heading: Noses, text: The the nose is sharp.}]",
)
def doubled_word(subject: Subject) -> Iterator[Remark]:
    """“the the”; not names, of places or in Latin: Walla Walla, Bison bison."""
    known = subject.language in MAY_REPEAT
    may_repeat = MAY_REPEAT.get(subject.language, frozenset())
    for _, found, span in subject.matches(TWICE) if known else ():
        first, second = found[1], found[2]
        is_name = first[0].isupper() and (second[0].isupper() or first.lower() not in SMALL_WORDS)
        if not is_name and first.lower() not in may_repeat and (len(first) > 1 or first.lower() == "a"):
            yield Remark(f"“{' '.join(found[0].split())}”", span, "delete one of the two")


TWICE = re.compile(r"(?<![\w'’.-])([^\W\d_]+)(?:[ \t]+|[ \t]*\n(?![ \t]*\n)[ \t]*)((?i:\1))(?![\w'’-])")
# fmt: off
SMALL_WORDS = frozenset((
    "a", "all", "an", "and", "as", "at", "by", "for", "from", "if", "in", "it", "its", "of", "on", "or", "the", "their",
    "they", "this", "to", "was", "we", "with",
))
# fmt: on


@rule(
    "stray-space",
    "info",
    "No space stands before a comma or a full stop.",
    why="It is printed, and may end up at the head of a line.",
    passing="sections: [{heading: Noses, text: 'Sharp, blunt or none.'}]",
    failing="sections: [{heading: Noses, text: 'Sharp , blunt or none.'}]",
)
def stray_space(subject: Subject) -> Iterator[Remark]:
    """“word ,”."""
    for _, _, span in subject.matches(SPACE_BEFORE):
        yield Remark("a space stands before the mark", span, "delete it")


SPACE_BEFORE = re.compile(r"(?<=[^\s|>])[ \t]+[,.](?=\s|\Z)")


@rule(
    "missing-space",
    "warning",
    "A space stands after the full stop that ends a sentence.",
    why="Two sentences are printed as one word, and cannot be parted at the end of a line.",
    passing="sections: [{heading: Noses, text: 'The nose was good. Clips are no part of it.'}]",
    failing="sections: [{heading: Noses, text: 'The nose was good.Clips are no part of it.'}]",
)
def missing_space(subject: Subject) -> Iterator[Remark]:
    """“good.The”, “good.SBRT”; no initials, genes (p.Val600Glu), names of files and of sites."""
    for _, found, span in subject.matches(RUN_ON):
        if found["next"].lower() not in ENDINGS:
            yield Remark(f"“{found[0].lstrip(MARK)}” has no space behind the full stop", span, "put one there")


RUN_ON = re.compile(
    rf"(?:(?<![\w.@/\\:-])(?:[A-Za-z]+-)*[A-Z]?[a-z]{{2,}}|(?<=[a-z\d])[)\]%”]|{MARK})"  # a word, a bracket, a citation
    r"\.(?P<next>[A-Z][a-z]+|[A-Z]{2,}s?)(?=[\s,;:)-]|\.(?:\s|\Z)|\Z)"
)
# fmt: off
ENDINGS = frozenset((
    "bak", "bam", "bas", "bib", "bmp", "com", "csl", "css", "csv", "dat", "db", "dcm", "dll",
    "doc", "docx", "dta", "edu", "eps", "exe", "fasta", "fastq", "gff", "gif", "gov", "gtf", "gz", "htm", "html",
    "inc", "io", "jpeg", "jpg", "js", "json", "log", "mat", "md", "net", "nii", "org", "pdf", "php", "pl", "png",
    "ppt", "pptx", "ps", "py", "ris", "rtf", "sas", "sav", "sh", "sql", "svg", "tar", "tex", "tif", "tiff",
    "ts", "tsv", "txt", "vcf", "xls", "xlsx", "xml", "yaml", "yml", "zip",
))
# fmt: on
"""What stands behind the stop in names of files and of sites."""


@rule(
    "doubled-mark",
    "info",
    "No mark of punctuation stands twice, and no brackets are empty.",
    why="Something was moved or deleted here.",
    passing="sections: [{heading: Noses, text: 'Sharp, blunt or none.'}]",
    failing="sections: [{heading: Noses, text: 'Sharp,, blunt () or none.'}]",
)
def doubled_mark(subject: Subject) -> Iterator[Remark]:
    """“,,”."""
    for _, found, span in subject.matches(DOUBLED):
        yield Remark(f"“{found[0]}” is left over", span)


DOUBLED = re.compile(r"(?<=\w),,(?!\w)|;;|(?<![./\d])\.\.(?![./\d])|\(\s*\)|,\.(?!\d)")


@rule(
    "spelling-variety",
    "info",
    "Words are spelled as in the review's variety of English.",
    why="`lang: en-US` and `lang: en-GB` are both right; tumor and tumour in one text are not.",
    passing="""
        lang: en-GB
        sections: [{heading: Noses, text: The centre of the fold.}]
    """,
    failing="""
        lang: en-US
        sections: [{heading: Noses, text: The centre of the fold.}]
    """,
)
def spelling_variety(subject: Subject) -> Iterator[Remark]:
    """“tumour” in a review in American English; words with capitals may be names."""
    pattern = FOREIGN.get(subject.review.lang)
    for _, found, span in subject.matches(pattern) if pattern else ():
        variety = "British" if subject.review.lang == "en-US" else "American"
        yield Remark(f"“{found[0]}” is {variety} spelling, and the review is in {subject.review.lang}", span)


# Both spellings of the beginnings of words, British first; those that are right in both varieties are left out.
PAIRS = """
    aetiolog etiolog|anaemi anemi|anaesthe anesthe|behaviour behavior|catheteris catheteriz|centre center
    |characterise characterize|diarrhoea diarrhea|favour favor|fibre fiber|gynaecolog gynecolog
    |haemato hemato|haemoglobin hemoglobin|haemorrhag hemorrhag|hospitalis hospitaliz|ischaemi ischemi
    |leukaemi leukemi|neighbour neighbor|oedema edema|oesophag esophag|orthopaedic orthopedic
    |paediatric pediatric|randomis randomiz|summaris summariz|tumour tumor
"""
TWINS = [pair.split() for pair in PAIRS.split("|")]
IZE = ("iz", "ize")  # British, too, by Oxford's spelling


def _beginnings(words: list[str], endings: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(words)}){endings}(?![\w-])")


FOREIGN = {
    "en-US": _beginnings([british for british, _ in TWINS], r"[a-z]*"),
    "en-GB": _beginnings([american for _, american in TWINS if not american.endswith(IZE)], r"[a-z]*"),
}
