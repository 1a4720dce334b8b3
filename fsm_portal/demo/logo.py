"""The logo of Bright Heating Co.: a flame on its colour, drawn here."""

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw

_SIDE = 400  # pixels
_SMOOTH = 4  # drawn so many times larger, then made smaller: edges without steps
_GROUND, _FLAME, _HEART = "#3b3dbf", "#ffffff", "#ffb020"

_Point = tuple[float, float]
# Cubic curves around the flame, in hundredths of the side: from a point by two others to the next.
_OUTLINE = (
    ((53, 12), (56, 28), (76, 38), (76, 60)),
    ((76, 60), (76, 77), (64, 88), (50, 88)),
    ((50, 88), (36, 88), (24, 77), (24, 61)),
    ((24, 61), (24, 49), (31, 42), (35, 34)),
    ((35, 34), (37, 41), (40, 45), (44, 46)),
    ((44, 46), (42, 34), (46, 22), (53, 12)),
)
_INNER = (
    ((52, 50), (54, 58), (63, 62), (63, 71)),
    ((63, 71), (63, 78), (57, 82), (50, 82)),
    ((50, 82), (43, 82), (37, 78), (37, 71)),
    ((37, 71), (37, 62), (48, 60), (52, 50)),
)


def bright_heating_logo() -> bytes:
    """A square PNG on a transparent ground."""
    side = _SIDE * _SMOOTH
    drawn = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(drawn)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), side * 0.24, _GROUND)
    pen.polygon(list(_around(_OUTLINE, side)), _FLAME)
    pen.polygon(list(_around(_INNER, side)), _HEART)
    out = io.BytesIO()
    drawn.resize((_SIDE, _SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _around(
    curves: tuple[tuple[_Point, _Point, _Point, _Point], ...], side: int
) -> Iterator[_Point]:
    """Points along the curves, close enough to look round."""
    for start, leaving, arriving, end in curves:
        for step in range(40):
            t = step / 40
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            points = (start, leaving, arriving, end)
            yield tuple(  # type: ignore[misc]
                sum(weight * point[axis] for weight, point in zip(weights, points, strict=True))
                * side
                / 100
                for axis in (0, 1)
            )
