"""A company's logo, made safe and small: whatever came in, what goes out is a PNG drawn anew.

Nothing of the file itself is kept, neither what it says about itself nor what hides behind its
picture, and its size is looked at before anything is decoded.
"""

import hashlib
import io
import logging
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps, UnidentifiedImageError

LOG = logging.getLogger(__name__)

MOST_BYTES = 5_000_000
_MOST_PIXELS = 4_000_000  # decoding takes four bytes a pixel, before any scaling
_LEAST = 16  # pixels on the shorter side: less is no picture of anything
_DRAWN = (640, 200)  # pixels: about 288 dpi at the largest size on paper


class LogoRefused(ValueError):
    """Why a picture cannot be a logo, in one line for whoever chose it."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG and its size in pixels."""

    png: bytes
    width: int
    height: int

    def within(self, width: int, height: int) -> tuple[int, int]:
        """The size in which it fits into so many pixels, in its own proportions."""
        scale = min(width / self.width, height / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))


def redrawn(picture: bytes, at_most: tuple[int, int] = _DRAWN) -> Logo:
    """``picture`` (PNG or JPEG) as a PNG of no more than ``at_most`` pixels. Raises LogoRefused."""
    if len(picture) > MOST_BYTES:
        raise LogoRefused(f"The picture has {len(picture):,} bytes; {MOST_BYTES:,} at most.")
    try:
        return _redrawn(picture, at_most)
    except LogoRefused:
        raise
    except UnidentifiedImageError:
        raise LogoRefused(
            "The file is neither a PNG nor a JPEG picture. An SVG has to be exported as PNG."
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise LogoRefused("The picture is broken: it cannot be read to its end.") from None


@lru_cache(maxsize=64)
def fit_logo(picture: bytes, at_most: tuple[int, int] = _DRAWN) -> Logo | None:
    """The same for papers and letters, or None if it cannot be used.

    A picture that is refused is logged and the document goes out without it: an invoice must not
    fail on its decoration.
    """
    try:
        return redrawn(picture, at_most)
    except LogoRefused as error:
        name = hashlib.sha256(picture).hexdigest()[:12]
        LOG.warning("logo %s left out of a document: %s", name, error)
        return None


def _redrawn(picture: bytes, at_most: tuple[int, int]) -> Logo:
    with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise LogoRefused(
                f"The picture has {image.width:,} × {image.height:,} pixels; "
                f"{_MOST_PIXELS:,} in all at most."
            )
        if min(image.width, image.height) < _LEAST:
            raise LogoRefused(
                f"The picture has {image.width} × {image.height} pixels; "
                f"{_LEAST} on each side at least."
            )
        # Photos lie on their side and say so in what is left out here.
        upright = ImageOps.exif_transpose(image)
        drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.thumbnail(at_most, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # Only the pixels: Pillow would write the colour profile and resolution that it read.
    drawn.info.clear()
    drawn.save(out, "PNG", optimize=False)
    return Logo(out.getvalue(), drawn.width, drawn.height)
