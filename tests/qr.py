"""Reads a QR code as a phone does."""

import re

import zxingcpp
from PIL import Image, ImageDraw

_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")
_SCALE = 6  # pixels a module


def read_path(path: str, side: int) -> str:
    """What the code says that an SVG draws with ``path``, in a square of ``side`` units."""
    picture = Image.new("L", (side * _SCALE, side * _SCALE), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, length, back in _RUN.findall(path):
        assert length == back
        left, top = int(x) * _SCALE, int(y) * _SCALE
        pen.rectangle((left, top, left + int(length) * _SCALE - 1, top + _SCALE - 1), 0)
    return read_picture(picture)


def read_picture(picture: Image.Image) -> str:
    """What the one code in a picture says."""
    (found,) = zxingcpp.read_barcodes(picture)
    return str(found.text)
