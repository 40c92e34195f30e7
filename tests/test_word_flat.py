"""A flat Word file has no fields but page numbers, and says the same."""

from __future__ import annotations

from lxml import etree

from diptych.document import Options
from word.reader import Docx, W, faults, printed, text

BODY = """<h2 id="sec-a">One</h2><p>See <a class="crossref" href="#tbl-x">Table 1</a>.</p><h2>Two</h2>
<div class="table-block" id="tbl-x"><table>
<caption><span class="label" data-kind="Table" data-number="1">Table 1</span> Found</caption>
<tr><td>a</td></tr></table></div>"""
CSS = """h2 { string-set: head content() } @page { @top-left { content: string(head) }
@bottom-left { content: counter(page) " of " counter(pages) } }"""


def codes(docx: Docx) -> list[str]:
    return [(code.text or "").split()[0] for root in docx.parts().values() for code in root.iter(f"{W}instrText")]


def words(docx: Docx) -> dict[str, str]:
    return {name: text(root) for name, root in docx.parts().items()}


def test_only_page_numbers_are_fields() -> None:
    native = Docx(printed(BODY, CSS).data)
    flat = Docx(printed(BODY, CSS, options=Options(flat=True)).data)
    assert sorted(codes(native)) == ["NUMPAGES", "PAGE", "REF", "SEQ", "STYLEREF"]
    assert sorted(codes(flat)) == ["NUMPAGES", "PAGE"]
    assert words(flat) == words(native)
    assert faults(flat) == []


def test_a_cross_reference_stays_a_link() -> None:
    flat = Docx(printed(BODY, CSS, options=Options(flat=True)).data)
    (link,) = flat.body.iter(f"{W}hyperlink")
    assert (text(link), link.get(f"{W}anchor")) == ("Table 1", "tbl_x")
    assert b"fldChar" not in etree.tostring(flat.body)
