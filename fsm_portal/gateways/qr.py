"""A text as a QR code (ISO/IEC 18004), as one path to be drawn."""

from dataclasses import dataclass

import segno

# Modules of white around it, without which cameras do not find it.
_QUIET = 4


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path`` for an SVG that is ``side`` units wide and high, the quiet zone included."""

    path: str
    side: int


def qr_code(text: str) -> QrCode:
    """``text`` as a code that can be read with an eighth of it out of sight."""
    code = segno.make_qr(text, error="m", boost_error=False)
    runs = [
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(code.matrix, start=_QUIET)
        for start, length in _dark(row)
    ]
    return QrCode("".join(runs), len(code.matrix) + 2 * _QUIET)


def _dark(row: bytearray) -> list[tuple[int, int]]:
    """Where the dark runs of a row begin, and how long they are."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row, start=_QUIET):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
