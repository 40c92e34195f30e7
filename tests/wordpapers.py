"""Word files as people and programs make them, for the tests of the import; what each says is known."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches


def png() -> bytes:
    """A picture of four pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + b"\xff\0\0" * 2 for _ in range(2))
    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def typed(path: Path) -> None:
    """What an author types: headings, a figure, a table, a list, numbers in brackets, an annotated list at the end."""
    paper = docx.Document()
    paper.add_paragraph("Paper Darts", style="Title")
    paper.add_heading("Abstract", 1)
    paper.add_paragraph("Darts are folded everywhere.")
    paper.add_paragraph("Keywords: paper dart; gliding flight")
    paper.add_heading("Introduction", 1)
    first = paper.add_paragraph("Darts are ")
    first.add_run("old").italic = True
    first.add_run(" [1], and a trial settled it [2,3–4]. H")
    first.add_run("2").font.subscript = True
    first.add_run("O and m")
    first.add_run("2").font.superscript = True
    first.add_run(". See Figure 1 and Table 1; a list of [five] words and [99] stays.")
    paper.add_paragraph("Fold.", style="List Number")
    paper.add_paragraph("Throw.", style="List Number")
    paper.add_picture(io.BytesIO(png()), width=Inches(1))
    paper.add_paragraph("Figure 1. The folds of a dart [1].", style="Caption")
    paper.add_paragraph("Table 1. Trials of darts", style="Caption")
    table = paper.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Study", "Darts"), ("Fold 2021", "120")), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    paper.add_heading("Methods", 2)
    paper.add_paragraph("We threw them.")
    paper.add_heading("Conflicts of interest", 1)
    paper.add_paragraph("B.C. owns scissors.")
    paper.add_heading("References", 1)
    interest = "Papers of particular interest, published recently, have been highlighted as:"
    paper.add_paragraph(f"{interest} • Of importance •• Of major importance")
    paper.add_paragraph("1. Crease B. The folds of the dart. Northtown: Stairwell Press; 2019.")
    paper.add_paragraph("2. •• Fold A. Sharp noses. Ann Folded Paper. 2021;2:11-19. doi:10.5555/dart.2021.11.")
    paper.add_paragraph("The first trial to throw every dart twice.")
    paper.add_paragraph("3. Gust C. A•T and •OH. J Indoor Breezes. 2023. PMID: 12345678.")
    paper.add_paragraph("• Shows that a clip moves the mass.")
    paper.add_paragraph("4. Updraft E. Third floor. 2020.")
    paper.save(str(path))


CHANGES = """
<w:p {ns}><w:r><w:t xml:space="preserve">Darts are </w:t></w:r>
<w:ins w:id="1" w:author="Ada" w:date="2026-01-01T00:00:00Z"><w:r><w:t>very </w:t></w:r></w:ins>
<w:del w:id="2" w:author="Bruno" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>quite </w:delText></w:r></w:del>
<w:r><w:t>old.</w:t></w:r></w:p>
"""


def tracked(path: Path) -> None:
    """A word inserted, one deleted, and a comment."""
    paper = docx.Document()
    paper.add_paragraph("Changes", style="Title")
    paper.add_heading("Text", 1)
    paragraph = paper.add_paragraph()
    paragraph._p.getparent().replace(paragraph._p, parse_xml(CHANGES.format(ns=nsdecls("w"))))
    spoken = paper.add_paragraph("A claim.")
    paper.add_comment(spoken.runs, text="Is this true?", author="Clara", initials="C")
    paper.save(str(path))


def field(code: str, shown: str) -> str:
    """The runs of a complex field."""
    code = code.replace("&", "&amp;").replace("<", "&lt;")
    marks = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    said = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{marks['begin']}{said}{marks['separate']}<w:r><w:t>{shown}</w:t></w:r>{marks['end']}"


WORK = {
    "id": 4711,
    "type": "article-journal",
    "title": "Sharp <i>noses</i> & darts",
    "author": [{"family": "Fold", "given": "Ada"}],
    "container-title": "Ann Folded Paper",
    "issued": {"date-parts": [["2021", 3, 4]]},
    "volume": "2",
    "DOI": "10.5555/dart.2021.11",
    "citation-key": "fold2021",
}


def live(path: Path, program: str = "ADDIN ZOTERO_ITEM CSL_CITATION") -> None:
    """A citation and a list of references as fields of Zotero or Mendeley, with a remark typed into the list."""
    said = {"citationItems": [{"id": 4711, "itemData": WORK, "locator": "12", "label": "page", "prefix": "see"}]}
    cited = field(f"{program} {json.dumps(said)}", "[1]")
    text = (
        f'<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">Settled </w:t></w:r>{cited}<w:r><w:t>.</w:t></w:r></w:p>'
    )
    entry = "Fold A. Sharp noses &amp; darts. Ann Folded Paper. 2021;2. doi:10.5555/dart.2021.11"
    listed = f"<w:p {nsdecls('w')}>{field('ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY', f'1. {entry}')}</w:p>"
    paper = docx.Document()
    paper.add_paragraph("Live", style="Title")
    paper.add_heading("Text", 1)
    for xml in (text,):
        paragraph = paper.add_paragraph()
        paragraph._p.getparent().replace(paragraph._p, parse_xml(xml))
    paper.add_heading("References", 1)
    paragraph = paper.add_paragraph()
    paragraph._p.getparent().replace(paragraph._p, parse_xml(listed))
    paper.add_paragraph("•• The first trial.")
    paper.save(str(path))


def endnote(work: str, year: int, **more: str) -> str:
    """A citation of EndNote, with the record that travels with it."""
    record = (
        f'<record><rec-number>1</rec-number><foreign-keys><key app="EN" db-id="{work}">1</key></foreign-keys>'
        f'<ref-type name="Journal Article">17</ref-type><contributors><authors><author>{work}, Ada</author></authors>'
        f"</contributors><titles><title>Noses of {work}</title><secondary-title>Ann Folded Paper</secondary-title>"
        f"</titles><dates><year>{year}</year></dates></record>"
    )
    said = "".join(f"<{name}>{words}</{name}>" for name, words in more.items())
    return f"<EndNote><Cite><Author>{work}</Author><RecNum>1</RecNum>{said}{record}</Cite></EndNote>"


def in_data(xml: str, shown: str) -> str:
    """A citation of EndNote that is too long for the code of a field: it stands in the data of two."""
    written = base64.b64encode(xml.encode()).decode()
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:fldData>{written}</w:fldData></w:fldChar></w:r>'
    code = '<w:r><w:instrText xml:space="preserve"> ADDIN EN.CITE{} </w:instrText></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    within = f"{begin}{code.format('.DATA')}{end}"
    separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    return f"{begin}{code.format('')}{within}{separate}<w:r><w:t>{shown}</w:t></w:r>{end}"


def controlled(said: object, shown: str) -> str:
    """A citation of Mendeley Cite, in a content control."""
    tag = "MENDELEY_CITATION_v3_" + base64.b64encode(json.dumps(said).encode()).decode()
    result = f"<w:r><w:t>{shown}</w:t></w:r>"
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{result}</w:sdtContent></w:sdt>'


def saying(*parts: str) -> Callable[[Path], None]:
    """Makes a paper of one paragraph with these runs; what has no tags is text."""

    def make(path: Path) -> None:
        runs = [part if "<" in part else f'<w:r><w:t xml:space="preserve">{part}</w:t></w:r>' for part in parts]
        paper = docx.Document()
        paper.add_paragraph("Managed", style="Title")
        paper.add_heading("Text", 1)
        paragraph = paper.add_paragraph()
        spaces = nsdecls("w") + (
            ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
            ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
            ' xmlns:v="urn:schemas-microsoft-com:vml"'
        )
        paragraph._p.getparent().replace(paragraph._p, parse_xml(f"<w:p {spaces}>{''.join(runs)}</w:p>"))
        paper.save(str(path))

    return make


def box(words: str) -> str:
    """A text box, as Word writes it for new versions and for old ones."""
    content = f"<w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent>"
    shape = f"<w:drawing><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></w:drawing>"
    new = f'<mc:Choice Requires="wps">{shape}</mc:Choice>'
    old = f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{new}{old}</mc:AlternateContent></w:r>"


def plain(path: Path) -> None:
    """A title that is the only heading above all others, a footnote of Word, no references."""
    paper = docx.Document()
    paper.add_heading("A Letter on Darts", 1)
    paper.add_heading("Question", 2)
    paper.add_paragraph("Who folds? * 1. [not a citation] a_b <c> #d")
    paper.add_heading("Answer", 2)
    paper.add_paragraph("Everybody.")
    paper.save(str(path))


def changed(source: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """A package with every part as `change` has it, None to leave it out, and more parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = change(info.filename, old.read(info))
            if data is not None:
                new.writestr(info.filename, data)
        for name, data in more.items():
            new.writestr(name, data)
    return written.getvalue()


def unstyled(path: Path) -> None:
    """What people type who know no styles: bold lines as headings, typed numbers, raised citations, a typed list."""
    paper = docx.Document()

    def line(*parts: str, bold: bool = False) -> None:
        """A paragraph; “^” before a part raises it."""
        paragraph = paper.add_paragraph()
        for part in parts:
            run = paragraph.add_run(part.removeprefix("^"))
            run.bold = bold or None
            run.font.superscript = part.startswith("^") or None

    line("Paper Darts: A Review", bold=True)
    line("Ada Fold, MD", "^1", ", Bruno Crease")
    line("Abstract", bold=True)
    line("Darts are folded.")
    line("1. Introduction", bold=True)
    line("Darts are old.", "^1,2", " A trial", "^3", " settled it (NSCLC)", "^1–3", "; see Table 1.")
    line("The area was 3 m", "^2", ", of cm", "^2", ", and 10", "^3", " flew.", "^9")
    line("1.1 History", bold=True)
    line("Paper was rare [2].")
    line("Table 1. Trials of darts", bold=True)
    table = paper.add_table(rows=2, cols=1)
    table.rows[0].cells[0].text, table.rows[1].cells[0].text = "Study", "Fold 2021"
    line("2. Methods", bold=True)
    line("We threw.", bold=True)
    line("References", bold=True)
    line("Papers of particular interest, published recently, have been highlighted as: • Of importance")
    line("1. Crease B. The folds. 2019.")
    line("2. • Fold A. Sharp noses. Ann Paper. 2021;2:11-9.")
    line("It settled the question.")
    line("3. Gust C. Clips. 2023.")
    paper.save(str(path))


NAMED = (
    "Larks sing (Falk et al., 2015), wrens too (Falk and Bird 2014; Moss 2016a).",
    "Falk et al. (2015) and Falk & Bird (2014) agree, as van der Moor (2019) does and Müller (2018, 2020) did.",
    "Müller (2018) wrote it, and so (see Muller, 2018, 2020; van der Moor 2019).",
    "Not so Moss (2016), (Moss, 2016), (Gull et al., 2011), Crow (2017), (January 2015), January (2015), "
    "(as Falk 2014), In Crow and Bird (2014), (Bird 2014) or (Falk and Moss, 2014).",
)
LISTED = (
    "Bird B. Wrens. J Birds. 2013;2:2014–2019.",
    "Crow C. Rooks. J Birds. 2017;3:1.",
    "Crow C, Dove D. More rooks. J Birds. 2017;3:9.",
    "Falk A, Bird B. Nests. J Birds. 2014;1:1–9.",
    "Falk A, Bird B, Crow C. Larks. J Birds. 2015;1:10–19.",
    "Moss, M. (2016a). Owls. J Birds, 2, 1.",
    "Moss, M. (2016b). Owls. J Birds, 2, 9.",
    "Müller, J. (2018). Gulls. J Birds, 4, 1.",
    "Müller, J. (2020). Terns. J Birds, 5, 1.",
    "van der Moor V. Rails. J Birds. 2019;6:1.",
)


def named(path: Path) -> None:
    """Citations by names and years, with “et al.” in italics as people type it, and a list in alphabetical order."""
    paper = docx.Document()
    paper.add_heading("Birds", 0)
    paper.add_heading("Song", 1)
    for said in NAMED:
        paragraph = paper.add_paragraph()
        for part in re.split("(et al\\.)", said):
            paragraph.add_run(part).italic = part == "et al." or None
    paper.add_heading("References", 1)
    for entry in LISTED:
        paper.add_paragraph(entry)
    paper.save(str(path))
