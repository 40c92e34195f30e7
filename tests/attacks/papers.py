"""Papers that attack whoever imports them, by file name; the code of the problem, empty where a review comes of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

from attacks.catalogue import HEADED_SVG

OFFICE = "http://schemas.openxmlformats.org"
RELATIONSHIPS = f"{OFFICE}/officeDocument/2006/relationships"
NAMES = f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" xmlns:r="{RELATIONSHIPS}"'
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    f'<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
RELATED = '<Relationships xmlns="{}/package/2006/relationships"><Relationship Id="r1" Type="{}/{}" {}/></Relationships>'
HELLO = "<w:p><w:r><w:t>Hello</w:t></w:r></w:p>"
BEGIN, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))


def _related(kind: str, to: str) -> str:
    return RELATED.format(OFFICE, RELATIONSHIPS, kind, to)


def docx(body: str, head: str = "", **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a Word file with that body, `head` before its root, and further parts by their names."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _related("officeDocument", 'Target="word/document.xml"'),
        "word/document.xml": f"{head}<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        **more,
    }


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """The parts as a Word file."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return written.getvalue()


def _field(code: str) -> str:
    return f"<w:p>{BEGIN}<w:r><w:instrText>{code}</w:instrText></w:r>{END}</w:p>"


def _nested(opening: str, closing: str, levels: int, within: str = "") -> str:
    return opening * levels + within + closing * levels


WRONG = [
    {"id": ["x"], "itemData": {"id": {"a": 1}, "title": ["x"], "author": "no", "issued": 5, "type": []}},
    {"itemData": {"title": None, "author": [1, None, {"family": {}}], "issued": {"date-parts": [[{}]]}}},
    {"itemData": {"author": {"family": "x"}, "issued": {"date-parts": []}}},
]
CELLS = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
REMOTE = "word/_rels/document.xml.rels"
WORD = {
    "unpacks to 300 MB": (docx(HELLO, **{"word/media/a.bin": bytes(300_000_000)}), "unreadable-paper"),
    "external entity": (
        docx("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", '<!DOCTYPE w [<!ENTITY e SYSTEM "file://{secret}">]>'),
        "unreadable-paper",
    ),
    "parts named ../": (docx(HELLO, **{"../../evil": "x", "/etc/evil": "x", "word/../../evil": "x"}), ""),
    "3,000 tables in one another": (docx(_nested(*CELLS, 3_000, HELLO)), "unreadable-paper"),
    "60 tables in one another": (docx(_nested(*CELLS, 60, HELLO)), ""),
    "20,000 fields without end": (docx(f"<w:p>{BEGIN * 20_000}</w:p>"), ""),
    "citations of the wrong shape": (
        docx(_field("ADDIN ZOTERO_ITEM CSL_CITATION " + json.dumps({"citationItems": WRONG}))),
        "wrong-shape",
    ),
    "citations that nest": (docx(_field(f'CSL_CITATION {{"citationItems":{_nested("[", "]", 900)}}}')), ""),
    "half a file": (packed(docx(HELLO))[:300], "unreadable-paper"),
    "picture by http": (docx(HELLO, **{REMOTE: _related("image", 'Target="{url}/x.png" TargetMode="External"')}), ""),
    "template by http": (
        docx(HELLO, **{REMOTE: _related("attachedTemplate", 'Target="{url}/x.dotm" TargetMode="External"')}),
        "",
    ),
}
ARTICLE = (
    '<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta><title-group><article-title>T'
    "</article-title></title-group></article-meta></front><body>{}</body></article>"
)
GRAPHIC = '<fig id="f{}"><caption><p>c</p></caption><graphic xlink:href="{}"/></fig>'
OUTSIDE = ("../../../secret.txt", "{secret}", "file://{secret}", "{url}/x.png", "link.png")
JATS = {
    "external entity": (
        '<!DOCTYPE article [<!ENTITY e SYSTEM "file://{secret}">]>' + ARTICLE.format("<p>&e;</p>"),
        "xml-entities",
    ),
    "billion laughs": (
        HEADED_SVG["billion laughs"].partition("<svg")[0].replace("svg", "article") + ARTICLE.format("<p>&j;</p>"),
        "broken-xml",
    ),
    "5,000 sections in one another": (ARTICLE.format(_nested("<sec>", "</sec>", 5_000)), "broken-xml"),
    "200 sections in one another": (
        ARTICLE.format(_nested("<sec><title>x</title>", "</sec>", 200, "<p>x</p>")),
        "too-deeply-nested",
    ),
    "200 italics in one another": (ARTICLE.format(f"<p>{_nested('<italic>', '</italic>', 200, 'x')}</p>"), ""),
    "pictures elsewhere": (ARTICLE.format("".join(GRAPHIC.format(n, one) for n, one in enumerate(OUTSIDE))), ""),
}
MARKDOWN = {
    "front matter that refers to itself": ("---\na: &a [*a]\n---\nx\n", "unreadable-paper"),
    "pictures elsewhere": ("\n\n".join(f"![a]({one})" for one in OUTSIDE), ""),
    "raw Word": ("`<w:p/>`{=openxml} <script>alert(1)</script> [a](javascript:x)\n", ""),
}
Paper = bytes | str | Mapping[str, str | bytes]
"""Bytes, a text with addresses to fill in, or the parts of a Word file, likewise."""
FAMILIES: dict[str, Mapping[str, tuple[Paper, str]]] = {
    "docx": WORD,
    "xml": JATS,
    "md": MARKDOWN,
}
PAPERS: dict[str, tuple[Paper, str]] = {
    f"{ending}: {name}": what for ending, family in FAMILIES.items() for name, what in family.items()
}
