"""What authors say to one another, as comments in the margin (ISO/IEC 29500-1, 17.13.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from diptych.printers.word.inlines import Comment
from diptych.printers.word.markup import escape, part
from diptych.printers.word.properties import ParagraphFormat
from diptych.printers.word.styles import StyleSheet
from diptych.style import TextStyle

TEXT_SIZE, MARK_SIZE = 10.0, 8.0  # points, as Word has them
TEXT_STYLE, MARK_STYLE = "Comment Text", "Comment Reference"


def mark(number: int, about: str, sheet: StyleSheet) -> str:
    """The place of a comment in the text, around what it is `about`; its style is made with the first."""
    size = f'w:val="{round(MARK_SIZE * 2)}"'
    style = sheet.styles.get(MARK_STYLE) or sheet.character(MARK_STYLE, {"sz": size, "szCs": size})
    return (
        f'<w:commentRangeStart w:id="{number}"/>{about}<w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:rPr><w:rStyle w:val="{style.identifier}"/></w:rPr><w:commentReference w:id="{number}"/></w:r>'
    )


LONGEST_AUTHOR, LONGEST_INITIALS = 255, 9  # characters (ISO/IEC 29500-1, 17.13.4.2, as the Open XML SDK holds it)


def comments_part(comments: Sequence[Comment], sheet: StyleSheet, text: TextStyle) -> bytes:
    """The file's comments.xml; comments are numbered from 0 in the order of their marks, `text` is the body's."""
    style = sheet.named(TEXT_STYLE, ParagraphFormat(), replace(text, size=TEXT_SIZE)).identifier
    call = f'<w:r><w:rPr><w:rStyle w:val="{sheet.styles[MARK_STYLE].identifier}"/></w:rPr><w:annotationRef/></w:r>'
    return part("w:comments", "".join(_comment(number, one, style, call) for number, one in enumerate(comments)))


def _comment(number: int, comment: Comment, style: str, call: str) -> str:
    initials = "".join(name[0] for name in comment.author.split())[:LONGEST_INITIALS]
    date = f' w:date="{comment.date}T00:00:00Z"' if comment.date else ""
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{"" if index else call}'
        f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for index, line in enumerate(comment.text.splitlines() or [""])
    )
    author = f'w:author="{escape(comment.author[:LONGEST_AUTHOR])}"{date} w:initials="{escape(initials)}"'
    return f'<w:comment w:id="{number}" {author}>{lines}</w:comment>'
