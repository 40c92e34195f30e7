"""QR codes for printed pages: where a reader's telephone finds the article."""

from __future__ import annotations

import base64
import io
from functools import lru_cache


@lru_cache(maxsize=4096)
def qr_code(address: str) -> str:
    """A `data:` address of the code as SVG, with the quiet zone of four modules that ISO/IEC 18004 asks for."""
    import segno  # only handouts have codes, and it takes a tenth of a second to load

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False, svgns=True, dark="#000")
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode("ascii")
