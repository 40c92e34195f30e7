"""PNG and JPEG: their size, and what they would cost, read from their heads without decoding them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

from diptych.pictures.flaw import FlawedError

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"

MOST_PIXELS = 80_000_000  # a page of A4 at 600 dots per inch has 35 million
LARGEST_INFLATED = 8 * 1024 * 1024  # bytes of a text or a colour profile within a PNG
MOST_SCANS = 100  # of a progressive JPEG; encoders make about ten
CUT_OFF = "it ends in the midst"


def check_png(data: bytes) -> tuple[float, float]:
    """Width and height in pixels; raises FlawedError (PNG, third edition, 5 and 11)."""
    found = list(chunks(data))
    if not found or found[0][0] != b"IHDR" or len(found[0][1]) != 13:
        raise FlawedError("it is a PNG without a head")
    if b"IDAT" not in {name for name, _ in found}:
        raise FlawedError("it is a PNG without a picture")
    for name, body in found:
        if name in PACKED:
            _check_packed(name, body)
    width, height = struct.unpack(">II", found[0][1][:8])
    size = _checked_size(width, height)
    _check_pixels([body for name, body in found if name == b"IDAT"], height)
    return size


def _check_pixels(bodies: Sequence[bytes], rows: int) -> None:
    """Raises FlawedError where the pixels cannot be unpacked, or are fewer than the rows; counts, and keeps none."""
    unpacker, count = zlib.decompressobj(), 0
    try:
        for body in bodies:
            packed = body
            while packed and not unpacker.eof:
                count += len(unpacker.decompress(packed, 1 << 20))
                packed = unpacker.unconsumed_tail
                if count > MOST_PIXELS * 9:  # at most four samples of two bytes
                    raise FlawedError("its pixels are more than it says")
    except zlib.error:
        raise FlawedError("its pixels are broken") from None
    if count < rows:
        raise FlawedError(CUT_OFF)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and body of each chunk up to the end of the picture."""
    at = len(PNG)
    while at < len(data):
        if at + 12 > len(data):
            raise FlawedError(CUT_OFF)
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if at + 12 + length > len(data):
            raise FlawedError(CUT_OFF)
        yield name, data[at + 8 : at + 8 + length]
        if name == b"IEND":
            return
        at += 12 + length
    raise FlawedError(CUT_OFF)


PACKED = frozenset([b"iCCP", b"zTXt", b"iTXt"])


def _check_packed(name: bytes, body: bytes) -> None:
    """Raises FlawedError for a chunk that unpacks to more than a picture has to say beside itself."""
    packed = body.partition(b"\0")[2][1:]
    if name == b"iTXt":
        packed = packed[1:].partition(b"\0")[2].partition(b"\0")[2]
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, LARGEST_INFLATED)
    except zlib.error:
        return  # not packed, or broken: whoever wants it will see
    if unpacker.unconsumed_tail:
        raise FlawedError("it holds a text or colour profile of many megabytes")


def check_jpeg(data: bytes) -> tuple[float, float]:
    """Width and height in pixels; raises FlawedError (ITU-T T.81, B.2)."""
    frame: tuple[int, int] | None = None
    scans = 0
    for marker, body in _segments(data):
        if marker in FRAMES and frame is None:
            if len(body) < 5:
                raise FlawedError(CUT_OFF)
            height, width = struct.unpack(">HH", body[1:5])
            frame = (width, height)
        scans += marker == SCAN
    if frame is None or not scans:
        raise FlawedError("it is a JPEG without a picture")
    if scans > MOST_SCANS:
        raise FlawedError(f"it is a JPEG of more than {MOST_SCANS} scans")
    return _checked_size(*frame)


FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15, without DHT, JPG and DAC
SCAN, END = 0xDA, 0xD9
ALONE = frozenset([0x01, *range(0xD0, 0xD9)])  # markers without a segment


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each segment."""
    return ((marker, data[start + 4 : end]) for marker, start, end in spans(data))


def spans(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment of a JPEG; what lies between them, the picture itself, is passed over.

    The last is the end of the picture, where there is one. Raises FlawedError where the file is cut off.
    """
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker in (0x00, 0xFF) or marker in ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == END:
            yield END, at, at + 2
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(data):
            raise FlawedError(CUT_OFF)
        yield marker, at, at + 2 + length
        at += 2 + length


def _checked_size(width: int, height: int) -> tuple[float, float]:
    if not width or not height:
        raise FlawedError("it has no size")
    if width * height > MOST_PIXELS:
        raise FlawedError(f"it has {width:,} × {height:,} pixels, and {MOST_PIXELS // 1_000_000} million is the most")
    return float(width), float(height)
