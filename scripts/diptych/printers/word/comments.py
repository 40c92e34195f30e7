"""What authors say to one another, as comments in the margin (ISO/IEC 29500-1, 17.13.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diptych.printers.word.markup import escape, part


@dataclass(frozen=True)
class Comment:
    """A comment at a place in the text: what it says, who says it, and the day, where it is known."""

    text: str
    author: str
    date: str


def mark(number: int) -> str:
    """The place of a comment in the text."""
    return (
        f'<w:commentRangeStart w:id="{number}"/><w:commentRangeEnd w:id="{number}"/>'
        f'<w:r><w:commentReference w:id="{number}"/></w:r>'
    )


def comments_part(comments: Sequence[Comment]) -> bytes:
    """The file's comments.xml; comments are numbered from 0 in the order of their marks."""
    return part("w:comments", "".join(_comment(number, one) for number, one in enumerate(comments)))


def _comment(number: int, comment: Comment) -> str:
    initials = "".join(name[0] for name in comment.author.split())
    date = f' w:date="{comment.date}T00:00:00Z"' if comment.date else ""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in comment.text.splitlines()
    )
    author = f'w:author="{escape(comment.author)}"{date} w:initials="{escape(initials)}"'
    return f'<w:comment w:id="{number}" {author}>{lines}</w:comment>'
