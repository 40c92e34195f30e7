"""Word files as journals give them to authors, of different making."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import docx

from word.reader import FOLDER

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = (
    f'xmlns:w="{W}" xmlns:r="{RELATIONSHIPS}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN = f"{WORD}.document.main+xml"
THEME = Path(docx.__file__).parent / "templates" / "default.docx"

TYPES = {
    "styles": f"{WORD}.styles+xml",
    "numbering": f"{WORD}.numbering+xml",
    "settings": f"{WORD}.settings+xml",
    "header1": f"{WORD}.header+xml",
    "footer1": f"{WORD}.footer+xml",
    "fontTable": f"{WORD}.fontTable+xml",
}

GERMAN = """
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/><w:sz w:val="23"/>
<w:lang w:val="de-DE"/></w:rPr>
</w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0" w:defUnhideWhenUsed="0" w:defQFormat="0"
w:count="376"><w:lsdException w:name="Body Text" w:semiHidden="1"/></w:latentStyles>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:spacing w:after="160" w:line="300" w:lineRule="auto"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:basedOn w:val="Standard"/>
<w:next w:val="Standard"/><w:qFormat/><w:pPr><w:keepNext/><w:numPr><w:numId w:val="4"/></w:numPr>
<w:outlineLvl w:val="0"/>
</w:pPr><w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:hAnsiTheme="majorHAnsi"/><w:color w:val="AA0000"/>
<w:sz w:val="40"/>
</w:rPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="Absatz-Standardschriftart"><w:name w:val="Default Paragraph Font"/>
<w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="table" w:default="1" w:styleId="NormaleTabelle"><w:name w:val="Normal Table"/><w:tblPr>
<w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
<w:style w:type="paragraph" w:styleId="Textkrper"><w:name w:val="Body Text"/><w:basedOn w:val="Standard"/>
<w:pPr><w:ind w:firstLine="284"/><w:jc w:val="both"/></w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Refs"><w:name w:val="References"/><w:basedOn w:val="Standard"/>
<w:rPr><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Kopfzeile"><w:name w:val="header"/><w:basedOn w:val="Standard"/></w:style>
<w:style w:type="paragraph" w:styleId="Aufzhlungszeichen"><w:name w:val="List Bullet"/>
<w:basedOn w:val="Standard"/></w:style>
"""
LISTS = """<w:abstractNum w:abstractNumId="7"><w:multiLevelType w:val="multilevel"/><w:lvl w:ilvl="0">
<w:start w:val="1"/>
<w:numFmt w:val="decimal"/><w:pStyle w:val="berschrift1"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl>
</w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="7"/></w:num>"""
PICTURE = """<w:drawing><wp:inline><wp:extent cx="99000" cy="99000"/><wp:docPr id="1" name="Logo"/><a:graphic>
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>
<pic:cNvPr id="1" name="Logo"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{id}"/><a:stretch>
<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="99000" cy="99000"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>
</w:drawing>"""
HEADER = (
    '<w:p><w:pPr><w:pStyle w:val="Kopfzeile"/></w:pPr><w:r><w:t>Journal of Larks</w:t></w:r>'
    f"<w:r>{PICTURE.format(id='rId1')}</w:r></w:p>"
)
FOOTER = (
    '<w:p><w:r><w:t xml:space="preserve">page </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
    '<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r>'
    '<w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
    '<w:pgSz w:w="9978" w:h="14173"/><w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1417" w:header="500"'
    ' w:footer="500" w:gutter="0"/><w:cols w:space="708"/></w:sectPr>'
)
SETTINGS = (
    '<w:attachedTemplate r:id="rId1"/><w:defaultTabStop w:val="400"/><w:clrSchemeMapping w:bg1="light1" w:t1="dark1"'
    ' w:bg2="light2" w:t2="dark2" w:accent1="accent1" w:accent2="accent2" w:accent3="accent3" w:accent4="accent4"'
    ' w:accent5="accent5" w:accent6="accent6" w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>'
)
FONTS = '<w:font w:name="Larkish"><w:family w:val="roman"/><w:embedRegular r:id="rId1" w:fontKey="{0}"/></w:font>'
OLD = "<w:p><w:r><w:t>Old text that is not ours. </w:t></w:r></w:p>"


def theme() -> bytes:
    """A theme that Word made."""
    with zipfile.ZipFile(THEME) as package:
        return package.read("word/theme/theme1.xml")


def german(
    styles: str = GERMAN, header: str = HEADER, content: str = OLD, main: str = MAIN, outside: str = "", **parts: bytes
) -> bytes:
    """A journal's template as a German Word makes it; `outside` is XML of relationships of the header."""
    roots = {
        "document": ("document", f"<w:body>{content}{SECTION}</w:body>"),
        "styles": ("styles", styles),
        "numbering": ("numbering", LISTS),
        "settings": ("settings", SETTINGS),
        "header1": ("hdr", header),
        "footer1": ("ftr", FOOTER),
        "fontTable": ("fonts", FONTS),
    }
    files = {
        f"word/{name}.xml": f"{HEAD}<w:{root} {NAMES}>{inside}</w:{root}>".encode()
        for name, (root, inside) in roots.items()
    }
    files["word/theme/theme1.xml"] = theme()
    files["word/media/logo.png"] = (FOLDER / "dot.png").read_bytes()
    related = ["styles", "numbering", "settings", "header1", "footer1", "fontTable"]
    document = "".join(
        _related(number, re.sub(r"\d", "", name), f"{name}.xml") for number, name in enumerate(related, 1)
    )
    files["word/_rels/document.xml.rels"] = _relationships(document + _related(9, "theme", "theme/theme1.xml"))
    files["word/_rels/header1.xml.rels"] = _relationships(_related(1, "image", "media/logo.png") + outside)
    files["word/_rels/settings.xml.rels"] = _relationships(
        _related(1, "attachedTemplate", "file:///C:/Journal.dotm", ' TargetMode="External"')
    )
    files["_rels/.rels"] = _relationships(_related(1, "officeDocument", "word/document.xml"))
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>' for name, kind in TYPES.items())
    files["[Content_Types].xml"] = (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png"'
        f' ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="{main}"/>{overrides}'
        '<Override PartName="/word/theme/theme1.xml"'
        ' ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/></Types>'
    ).encode()
    return zipped({**files, **{name.replace("__", "/"): data for name, data in parts.items()}})


def _related(number: int, kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{more}/>'


def related_outside(number: int, kind: str, target: str) -> str:
    """A relationship to something that is not in the file."""
    return _related(number, kind, target, ' TargetMode="External"')


def _relationships(inside: str) -> bytes:
    opening = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return f"{HEAD}{opening}{inside}</Relationships>".encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as a package."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return packed.getvalue()


def strict(data: bytes) -> bytes:
    """The file in the strict dialect of ISO/IEC 29500: other namespaces, lengths with units, start and end."""
    files = unzipped(data).items()
    return zipped({name: _strict(part) if name.endswith((".xml", ".rels")) else part for name, part in files})


def _strict(part: bytes) -> bytes:
    text = part.decode()
    for area in ("wordprocessingml", "officeDocument", "drawingml"):
        text = text.replace(f"http://schemas.openxmlformats.org/{area}/2006/", f"http://purl.oclc.org/ooxml/{area}/")
    lengths = r"(<w:(?:pgSz|pgMar|spacing|ind)\b[^>]*?)/>"
    text = re.sub(lengths, lambda found: re.sub(r'"(\d+)"', _in_points, found[0]), text)
    return text.replace('w:left="', 'w:start="').encode() if "<w:styles" in text else text.encode()


def _in_points(found: re.Match[str]) -> str:
    return f'"{int(found[1]) / 20:g}pt"'


LATENT = re.search("<w:docDefaults>.*</w:latentStyles>", GERMAN, re.DOTALL)


def latent() -> bytes:
    """A file that names styles and defines none."""
    return german(LATENT[0] if LATENT else "", header="<w:p><w:r><w:t>Larks</w:t></w:r></w:p>")


def bare() -> bytes:
    """A file with a document and nothing else: no styles, settings or headers."""
    files = unzipped(german())
    kept = {name: files[name] for name in ("[Content_Types].xml", "_rels/.rels")}
    types = re.sub(rb'<Override PartName="/word/(?!document)[^>]*/>', b"", kept["[Content_Types].xml"])
    document = f"{HEAD}<w:document {NAMES}><w:body><w:p/></w:body></w:document>".encode()
    return zipped({**kept, "[Content_Types].xml": types, "word/document.xml": document})


NUMBERED = """<w:style w:type="numbering" w:customStyle="1" w:styleId="Ours"><w:name w:val="Ours"/><w:pPr><w:numPr>
<w:numId w:val="3"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Ln"><w:name w:val="List Number"/>
<w:basedOn w:val="Standard"/><w:pPr><w:numPr><w:numId w:val="8"/></w:numPr></w:pPr></w:style>"""
NUMBERING = """<w:abstractNum w:abstractNumId="7"><w:multiLevelType w:val="multilevel"/><w:numStyleLink w:val="Ours"/>
</w:abstractNum><w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/><w:styleLink w:val="Ours"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="(%1)"/><w:lvlJc w:val="left"/>
</w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="4">
<w:abstractNumId w:val="1"/></w:num><w:num w:numId="8"><w:abstractNumId w:val="7"/>
</w:num><w:numIdMacAtCleanup w:val="3"/>"""


def numbering_styles() -> bytes:
    """A file whose lists are those of a numbering style."""
    numbering = f"{HEAD}<w:numbering {NAMES}>{NUMBERING}</w:numbering>".encode()
    return german(GERMAN + NUMBERED, **{"word__numbering.xml": numbering})


def all_pages() -> bytes:
    """A file with headers of their own on first, left and right pages, in a content control and in a table."""
    number = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    control = f"<w:sdt><w:sdtPr><w:id w:val='5'/></w:sdtPr><w:sdtContent><w:p>{number}</w:p></w:sdtContent></w:sdt>"
    cell = '<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>First</w:t></w:r></w:p></w:tc>'
    grid = '<w:tblPr><w:tblW w:w="4000" w:type="dxa"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
    table = f"<w:tbl>{grid}<w:tr>{cell}</w:tr></w:tbl><w:p/>"
    files = unzipped(german())
    for edge, inside in (("header2", control), ("header3", table)):
        files[f"word/{edge}.xml"] = f"{HEAD}<w:hdr {NAMES}>{inside}</w:hdr>".encode()
        kind = f'<Override PartName="/word/{edge}.xml" ContentType="{TYPES["header1"]}"/></Types>'
        files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(b"</Types>", kind.encode())
    related = _related(21, "header", "header2.xml") + _related(22, "header", "header3.xml") + "</Relationships>"
    rels = "word/_rels/document.xml.rels"
    files[rels] = files[rels].replace(b"</Relationships>", related.encode())
    asked = (
        '<w:headerReference w:type="even" r:id="rId21"/><w:headerReference w:type="first" r:id="rId22"/><w:footerRef'
    )
    document = files["word/document.xml"].replace(b"<w:footerRef", asked.encode(), 1)
    files["word/document.xml"] = document.replace(b"</w:sectPr>", b"<w:titlePg/></w:sectPr>")
    settings = files["word/settings.xml"]
    files["word/settings.xml"] = settings.replace(b"<w:clrScheme", b"<w:evenAndOddHeaders/><w:clrScheme")
    return zipped(files)


def of_word() -> bytes:
    """What a new document of an English Word has: the template of python-docx."""
    return THEME.read_bytes()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a package by their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}
