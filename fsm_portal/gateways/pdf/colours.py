"""Colours of a document: neutral greys, and the company's own made fit for its uses."""

import re
from typing import NamedTuple

from fsm_portal.gateways import colour


class Colour(NamedTuple):
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """This colour with ``share`` (0 to 1) of another in it."""
        return Colour(*(round(a + (b - a) * share) for a, b in zip(self, other, strict=True)))

    def contrast(self, other: "Colour") -> float:
        """The contrast ratio of WCAG 2.2, 1 to 21."""
        darker, lighter = sorted((self._luminance(), other._luminance()))
        return (lighter + 0.05) / (darker + 0.05)

    def _luminance(self) -> float:
        shares = [part / 255 for part in self]
        red, green, blue = (
            share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
            for share in shares
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def text_on(self) -> "Colour":
        """White or ink, whichever can be read on this colour."""
        return WHITE if WHITE.contrast(self) >= 4.5 else INK


WHITE = Colour(255, 255, 255)
BLACK = Colour(0, 0, 0)
INK = Colour(17, 20, 29)
GREY = Colour(91, 97, 112)
RULE = Colour(226, 229, 235)
PALE = Colour(240, 241, 246)
GREEN = Colour(22, 125, 72)
RED = Colour(180, 35, 45)
DEFAULT = Colour(*bytes.fromhex(colour.DEFAULT[1:]))

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def company_colour(text: str) -> Colour:
    """A ``#rrggbb`` colour; the product's own where the text is not one."""
    if not _HEX.fullmatch(text):
        return DEFAULT
    return Colour(*bytes.fromhex(text[1:]))
