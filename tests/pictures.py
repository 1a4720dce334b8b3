"""Pictures for the tests: honest ones, and those that somebody made to do harm."""

import io
import struct
import zlib

from PIL import Image


def picture(width: int = 120, height: int = 80, kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A plain picture of so many pixels."""
    out = io.BytesIO()
    Image.new(mode, (width, height), "#0f766e").save(out, kind)
    return out.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says of itself to be of any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
        + _chunk(b"IEND", b"")
    )


def with_text(words: bytes) -> bytes:
    """An honest PNG that carries words beside its picture."""
    honest = picture()
    return honest[:33] + _chunk(b"tEXt", b"Comment\0" + words) + honest[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HOSTILE = {
    "an SVG": SVG,
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "nothing": b"",
    "a GIF": b"GIF89a" + b"\0" * 40,
    "a bomb": claims(30_000, 30_000),
    "a wide bomb": claims(4_000_000, 2),
    "cut off": picture()[:60],
    "too many bytes": picture() + b"\0" * 5_000_001,
    "too small": picture(8, 8),
    "an SVG behind a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + SVG,
}
