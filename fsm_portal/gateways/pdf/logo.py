"""A company's logo, made safe and small before it goes into a document."""

import hashlib
import io
import logging
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

LOG = logging.getLogger(__name__)

_MOST_BYTES = 5_000_000
_MOST_PIXELS = 4_000_000  # decoding takes four bytes a pixel, before any scaling
_DRAWN = (640, 200)  # pixels: about 288 dpi at the largest size on the page


@dataclass(frozen=True, slots=True)
class Logo:
    """A re-encoded PNG and its size in pixels."""

    png: bytes
    width: int
    height: int


@lru_cache(maxsize=64)
def logo(picture: bytes) -> Logo | None:
    """``picture`` (PNG or JPEG) decoded and written anew, or None if it cannot be used.

    The size is checked before anything is decoded. A picture that is refused is logged and the
    document goes out without it: an invoice must not fail on its decoration.
    """
    try:
        return _redrawn(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        name = hashlib.sha256(picture).hexdigest()[:12]
        LOG.warning("logo %s left out of a document: %s", name, error)
        return None


def _redrawn(picture: bytes) -> Logo:
    if len(picture) > _MOST_BYTES:
        raise ValueError(f"{len(picture)} bytes, at most {_MOST_BYTES} are allowed")
    with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError(f"{image.width} x {image.height} pixels are too many")
        drawn = image.convert("RGBA" if image.has_transparency_data else "RGB")
    drawn.thumbnail(_DRAWN, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=False)
    return Logo(out.getvalue(), drawn.width, drawn.height)
