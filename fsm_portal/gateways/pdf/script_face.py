"""A typeface of another script: shaped by HarfBuzz, and cut down to what a document uses.

Letters of many scripts join, stack or change places, so what is drawn are glyphs and not
characters. The faces are variable: one file has every weight, and a glyph's outline is worked out
at the weight that is wanted. A file is mapped into memory and read where it is used, so that the
ten megabytes of a Chinese face cost nothing until one of its characters is drawn.
"""

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]

from fsm_portal.gateways.languages import Direction
from fsm_portal.gateways.pdf.face import font_file
from fsm_portal.gateways.pdf.typefaces import face_file

Weight = Literal["Regular", "SemiBold"]
# What nobody writes is not put together: a glyph holds only so much.
_MOST_PARTS = 40
_WEIGHTS = {"Regular": 400, "SemiBold": 600}


# A glyph of the face, and where it stands from where the letter begins, in units of the face.
Part = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a reader takes for one letter: a base with its dots, marks and vowels, put together.

    It becomes one glyph of the document's font, which stands for ``text`` and for nothing else: so
    every reader finds and copies what was typed. ``advance`` is in thousandths of the size.
    """

    parts: tuple[Part, ...]
    text: str
    advance: int


class ScriptFace:
    """One weight of a face. Shared by all threads; one of them shapes at a time."""

    def __init__(self, name: str, weight: Weight) -> None:
        self.weight = _WEIGHTS[weight]
        self.name = f"{name}-{weight}"
        self._face = hb.Face(hb.Blob.from_file_path(str(face_file(name))))
        self._font = hb.Font(self._face)
        self._font.set_variations({"wght": self.weight})
        self._scale = 1000 / self._face.upem
        self._farthest = 6 * self._face.upem
        self._lock = threading.Lock()
        self.characters = frozenset(map(chr, self._face.unicodes))
        extents = self._font.get_font_extents("ltr")
        self.ascent = self._thousandths(extents.ascender)
        self.descent = self._thousandths(extents.descender)
        self.cap_height = 700
        self._notdef = self._thousandths(self._font.get_glyph_h_advance(0))
        self.box = (-1000, self.descent, 2000, self.ascent)

    def shape(self, text: str, direction: Direction) -> tuple[Letter, ...]:
        """The letters that ``text`` is drawn with, from left to right."""
        buffer = hb.Buffer()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_GRAPHEMES
        buffer.add_str(text)
        buffer.direction = direction
        buffer.guess_segment_properties()
        with self._lock:
            hb.shape(self._font, buffer, {})
        clusters = sorted({info.cluster for info in buffer.glyph_infos})
        ends = dict(zip(clusters, [*clusters[1:], len(text)], strict=True))
        letters: list[Letter] = []
        placed = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        for first, glyphs in groupby(placed, key=lambda each: each[0].cluster):
            # Readers turn around all that runs from the right, also within a letter.
            said = text[first : ends[first]][:: -1 if direction == "rtl" else 1]
            parts: list[Part] = []
            x = 0
            for info, place in glyphs:
                if len(parts) == _MOST_PARTS or x > self._farthest:
                    letters.append(Letter(tuple(parts), said, self._thousandths(x)))
                    said, parts, x = "", [], 0
                up = max(-self._farthest, min(self._farthest, place.y_offset))
                parts.append((info.codepoint, x + place.x_offset, up))
                x += place.x_advance
            letters.append(Letter(tuple(parts), said, self._thousandths(x)))
        return tuple(letters)

    def subset(self, letters: Sequence[tuple[Part, ...]], widths: Sequence[int]) -> bytes:
        """A TrueType font with .notdef and then these letters, in their order; ``widths`` are in
        thousandths of the size."""
        outlines = [self._outline(parts) for parts in (((0, 0, 0),), *letters)]
        advances = [round(width / self._scale) for width in (self._notdef, *widths)]
        offsets, position = [0], 0
        for outline in outlines:
            position += len(outline)
            offsets.append(position)
        count = len(outlines)
        metrics = b"".join(
            struct.pack(">Hh", max(advance, 0), _left(outline))
            for advance, outline in zip(advances, outlines, strict=True)
        )
        high, low = (round(each / self._scale) for each in (self.ascent, self.descent))
        return font_file(
            {
                "glyf": b"".join(outlines),
                "head": self._head(),
                "hhea": struct.pack(
                    ">IhhhHhhhhhhhhhhhH",
                    *(0x00010000, high, low, 0, max(0, *advances), 0, 0, 0),
                    *(1, 0, 0, 0, 0, 0, 0, 0, count),
                ),
                "hmtx": metrics,
                "loca": struct.pack(f">{count + 1}I", *offsets),
                "maxp": _maximums(outlines),
            }
        )

    def _head(self) -> bytes:
        # Version, revision, checksum (filled in later), magic, flags, units, dates, box, style,
        # smallest size, direction, 32-bit offsets, glyph format (OpenType, head table).
        return struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 3, self._face.upem, 0, 0),
            *(-1000, -1000, 2000, 2000, 0, 6, 2, 1, 0),
        )

    def _outline(self, parts: tuple[Part, ...]) -> bytes:
        """A letter as the glyf table holds it, at this weight, its parts put together."""
        pen = TTGlyphPen(None)
        with self._lock:
            for number, right, up in parts:
                moved = TransformPen(pen, (1, 0, 0, 1, right, up))
                self._font.draw_glyph_with_pen(number, moved)
        outline = bytes(pen.glyph(round=round).compile(None))
        return outline + b"\0" * (-len(outline) % 4)

    def _thousandths(self, units: int) -> int:
        scaled: int = round(units * self._scale)
        return scaled


def _left(outline: bytes) -> int:
    """The left side bearing: where the glyph's box begins."""
    return int(struct.unpack_from(">h", outline, 2)[0]) if len(outline) >= 10 else 0


def _maximums(outlines: Sequence[bytes]) -> bytes:
    """How many points and contours any glyph has at most (OpenType, maxp table)."""
    points = contours = 0
    for outline in outlines:
        if len(outline) >= 10:
            count = struct.unpack_from(">h", outline)[0]
            contours = max(contours, count)
            points = max(points, struct.unpack_from(">H", outline, 8 + 2 * count)[0] + 1)
    return struct.pack(
        ">IHHHHHHHHHHHHHH", 0x00010000, len(outlines), points, contours, 0, 0, 2, *[0] * 8
    )


@cache
def script_face(name: str, weight: Weight) -> ScriptFace:
    """A face of ``typefaces.FILES``, opened once."""
    return ScriptFace(name, weight)
