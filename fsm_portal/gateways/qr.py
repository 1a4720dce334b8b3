"""A text as a QR code (ISO/IEC 18004), as one path to be drawn."""

from dataclasses import dataclass
from functools import lru_cache

import segno

# Modules of white around it, without which cameras do not find it.
QUIET = 4
# One of the eight masks. Choosing the one that scatters best takes five times as long as all the
# rest, and every reader has to read them all.
_ANY_MASK = 0


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path`` for an SVG that is ``side`` units wide and high, the quiet zone included."""

    path: str
    side: int


@dataclass(frozen=True, slots=True)
class QrModules:
    """Dark ``runs`` as (x, y, length) in a square of ``side``, the quiet zone included."""

    runs: tuple[tuple[int, int, int], ...]
    side: int


def qr_code(text: str) -> QrCode:
    """``text`` as a code that can be read with an eighth of it out of sight."""
    modules = _modules(text, None)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in modules.runs)
    return QrCode(path, modules.side)


@lru_cache(maxsize=64)
def qr_modules(text: str) -> QrModules:
    """The same for paper, quickly."""
    return _modules(text, _ANY_MASK)


def _modules(text: str, mask: int | None) -> QrModules:
    code = segno.make_qr(text, error="m", boost_error=False, mask=mask)
    runs = [
        (x, y, length) for y, row in enumerate(code.matrix, start=QUIET) for x, length in _dark(row)
    ]
    return QrModules(tuple(runs), len(code.matrix) + 2 * QUIET)


def _dark(row: bytearray) -> list[tuple[int, int]]:
    """Where the dark runs of a row begin, and how long they are."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row, start=QUIET):
        if not is_dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
