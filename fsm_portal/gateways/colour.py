"""A company's colour, made readable on whatever it lands on.

Companies choose any colour; text and buttons must still reach WCAG 2.2's contrast of 4.5 to 1
(success criterion 1.4.3), in a light and in a dark scheme.
"""

import re
from dataclasses import dataclass

DEFAULT = "#3b3dbf"
# The grounds that coloured things stand on are those of assets/styles/tokens.css.
WHITE, BLACK, NIGHT = "#ffffff", "#0b0e14", "#151920"
_ENOUGH = 4.5
# Thin coloured text on a dark ground reads well only above the minimum.
_AMPLE = 7.0
_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Palette:
    """One company colour as six-digit hex codes, for both schemes.

    ``fill`` is a button's background, ``ink`` the text upon it, ``link`` coloured text on the
    page's own background.
    """

    fill: str
    ink: str
    link: str
    dark_fill: str
    dark_ink: str
    dark_link: str


# As assets/styles/tokens.css has it: a mixture with white would be duller than the pages are.
_OWN = Palette(
    fill=DEFAULT,
    ink=WHITE,
    link="#3739ad",
    dark_fill="#717dff",
    dark_ink=BLACK,
    dark_link="#aab6ff",
)


def palette(colour: str) -> Palette:
    """The palette of ``colour`` (``#rrggbb``); anything else falls back to the product's own."""
    fill = colour.strip().lower()
    if fill == DEFAULT or not _HEX.fullmatch(fill):
        return _OWN
    if max(contrast(WHITE, fill), contrast(BLACK, fill)) < _ENOUGH:
        # A few middle tones carry neither: a shade darker, they carry white.
        fill = _mixed_until_readable(fill, towards=BLACK, on=WHITE, at_least=_ENOUGH)
    dark = _mixed_until_readable(fill, towards=WHITE, on=NIGHT, at_least=_ENOUGH)
    return Palette(
        fill=fill,
        ink=_ink_on(fill),
        link=_mixed_until_readable(fill, towards=BLACK, on=WHITE, at_least=_ENOUGH),
        dark_fill=dark,
        dark_ink=_ink_on(dark),
        dark_link=_mixed_until_readable(dark, towards=WHITE, on=NIGHT, at_least=_AMPLE),
    )


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two hex colours, from 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _ink_on(background: str) -> str:
    return WHITE if contrast(WHITE, background) >= _ENOUGH else BLACK


def _mixed_until_readable(colour: str, *, towards: str, on: str, at_least: float) -> str:
    for percent in range(0, 101, 5):
        mixed = _mixed(colour, towards, percent)
        if contrast(mixed, on) >= at_least:
            return mixed
    return towards


def _mixed(colour: str, other: str, percent: int) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{(a * (100 - percent) + b * percent) // 100:02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it for sRGB."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
