"""A typeface as the PDF needs it: widths, kerning, and the part of it that a document uses.

The files in ``fonts/`` are parsed once per process; a ``Face`` never changes afterwards, so all
threads share it. Cutting out a document's glyphs is plain copying of byte ranges: the glyphs
keep their numbers and those not used become empty. That takes a millisecond, where the general
subsetter of fontTools takes 25 per face and changes the font it works on.
"""

import struct
import unicodedata
from array import array
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).parent / "fonts"

# Figures of equal width, for columns of money: private characters made by bin/build-fonts.
TABULAR = {ord("0") + digit: 0xE030 + digit for digit in range(10)}
_READ_AS = {chr(private): chr(figure) for figure, private in TABULAR.items()}

# Composite glyph flags (OpenType, glyf table).
_ARGUMENTS_ARE_WORDS, _HAS_SCALE, _MORE_COMPONENTS = 0x0001, 0x0008, 0x0020
_HAS_XY_SCALE, _HAS_TWO_BY_TWO = 0x0040, 0x0080


class Face:
    """One weight. Widths and kerning are in thousandths of the type size."""

    def __init__(self, path: Path) -> None:
        font = TTFont(path, recalcTimestamp=False)
        self.name: str = font["name"].getDebugName(6)
        scale = self._scale = 1000 / font["head"].unitsPerEm
        numbers = font.getReverseGlyphMap()
        characters = {chr(code): name for code, name in font.getBestCmap().items()}
        metrics = font["hmtx"].metrics
        self.glyphs = {character: numbers[name] for character, name in characters.items()}
        self.widths = {
            character: round(metrics[name][0] * scale) for character, name in characters.items()
        }
        self.codes = {character: f"{glyph:04x}" for character, glyph in self.glyphs.items()}
        by_glyph: dict[str, str] = {}
        for character, name in characters.items():
            by_glyph.setdefault(name, character)
        self.kerning = {
            by_glyph[left] + by_glyph[right]: round(value * scale)
            for (left, right), value in font["kern"].kernTables[0].kernTable.items()
        }
        self.ascent = round(font["hhea"].ascent * scale)
        self.descent = round(font["hhea"].descent * scale)
        self.cap_height = round(font["OS/2"].sCapHeight * scale)
        self.x_height = round(font["OS/2"].sxHeight * scale)
        self.weight: int = font["OS/2"].usWeightClass
        head = font["head"]
        self.box = tuple(
            round(each * scale) for each in (head.xMin, head.yMin, head.xMax, head.yMax)
        )
        self._marks = {each for each in self.glyphs if unicodedata.combining(each)}
        self._metrics = [metrics[name] for name in font.getGlyphOrder()]
        self._offsets = list(font["loca"].locations)
        self._outlines = font.getTableData("glyf")
        self._tables = {tag: font.getTableData(tag) for tag in ("head", "hhea", "maxp")}

    def width(self, text: str) -> int:
        """Thousandths of the size that ``text`` takes, kerning included."""
        kerning = self.kerning
        width: int = sum(map(self.widths.__getitem__, text))
        for index in range(len(text) - 1):
            pair = text[index : index + 2]
            if pair in kerning:
                width += kerning[pair]
        return width

    def show(self, text: str, size: float) -> str:
        """The PDF operators that draw ``text``: glyph numbers, moved together by the kerning."""
        kerning, codes = self.kerning, self.codes
        parts, letter = [], " "
        for index, character in enumerate(text):
            if character in self._marks:
                parts.append(self._accent(character, letter, size))
                continue
            letter = character
            parts.append(codes[character])
            move = kerning.get(text[index : index + 2])
            if move:
                parts.append(f">{-move}<")
        return f"[<{''.join(parts)}>] TJ"

    def _accent(self, mark: str, letter: str, size: float) -> str:
        """A combining mark over the middle of its letter, raised where the letter is tall.

        Most letters with marks have glyphs of their own; this is for the others, such as the
        stressed vowels of Cyrillic. The pen moves back, up, and returns to where it was.
        """
        left, low, right, _ = self._extent(mark)
        back = self.widths[letter] // 2 + (left + right) // 2
        tall = max(0, self._extent(letter)[3] - self.x_height)
        shown = f">{back}<{self.codes[mark]}>{-back}<"
        if low > 0 and tall:
            return f">] TJ {tall * size / 1000:.2f} Ts [<{shown}>] TJ 0 Ts [<"
        return shown

    def _extent(self, character: str) -> tuple[int, int, int, int]:
        """Left, lowest, right and highest point of a glyph; zeros for an empty one."""
        outline = self._outline(self.glyphs[character])
        if len(outline) < 10:
            return 0, 0, 0, 0
        left, low, right, high = struct.unpack_from(">4h", outline, 2)
        scale = self._scale
        return round(left * scale), round(low * scale), round(right * scale), round(high * scale)

    def reads_as(self, characters: Iterable[str]) -> dict[int, str]:
        """Glyph number -> the character that copying and searching should find."""
        return {
            self.glyphs[character]: _READ_AS.get(character, character)
            for character in sorted(characters)
        }

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """A TrueType font with these glyphs (and .notdef) only, under their own numbers."""
        kept = self._with_components(glyphs)
        count = max(kept) + 1
        outlines, offsets, position = [], array("I", [0]), 0
        metrics = bytearray(4 * count)
        for glyph in range(count):
            if glyph in kept:
                outline = self._outline(glyph)
                outlines.append(outline)
                position += len(outline)
                struct.pack_into(">Hh", metrics, 4 * glyph, *self._metrics[glyph])
            offsets.append(position)
        head, hhea, maxp = (bytearray(self._tables[tag]) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">I", head, 8, 0)  # checkSumAdjustment, filled in by font_file
        struct.pack_into(">h", head, 50, 1)  # indexToLocFormat: 32-bit offsets
        struct.pack_into(">H", hhea, 34, count)  # numberOfHMetrics
        struct.pack_into(">H", maxp, 4, count)  # numGlyphs
        return font_file(
            {
                "glyf": b"".join(outlines),
                "head": bytes(head),
                "hhea": bytes(hhea),
                "hmtx": bytes(metrics),
                "loca": struct.pack(f">{len(offsets)}I", *offsets),
                "maxp": bytes(maxp),
            }
        )

    def _outline(self, glyph: int) -> bytes:
        outline: bytes = self._outlines[self._offsets[glyph] : self._offsets[glyph + 1]]
        return outline + b"\0" * (-len(outline) % 4)

    def _with_components(self, glyphs: Iterable[int]) -> set[int]:
        """The glyphs and those that they are put together from (é is e and an acute)."""
        kept, waiting = {0}, list(glyphs)
        while waiting:
            glyph = waiting.pop()
            if glyph not in kept:
                kept.add(glyph)
                waiting.extend(_components(self._outline(glyph)))
        return kept


def _components(outline: bytes) -> list[int]:
    if len(outline) < 10 or struct.unpack_from(">h", outline)[0] >= 0:
        return []
    found, position, flags = [], 10, _MORE_COMPONENTS
    while flags & _MORE_COMPONENTS:
        flags, glyph = struct.unpack_from(">HH", outline, position)
        found.append(glyph)
        position += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
        if flags & _HAS_SCALE:
            position += 2
        elif flags & _HAS_XY_SCALE:
            position += 4
        elif flags & _HAS_TWO_BY_TWO:
            position += 8
    return found


def font_file(tables: dict[str, bytes]) -> bytes:
    """An sfnt file: directory, tables on four-byte boundaries, checksums (OpenType, font file)."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(
        ">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    directory, body, position = [], [], 12 + 16 * count
    for tag, data in sorted(tables.items()):
        padded = data + b"\0" * (-len(data) % 4)
        directory.append(
            struct.pack(">4sIII", tag.encode(), _checksum(padded), position, len(data))
        )
        body.append(padded)
        position += len(padded)
    file = bytearray(header + b"".join(directory) + b"".join(body))
    head = 12 + 16 * count + len(body[0])  # glyf comes before head
    struct.pack_into(">I", file, head + 8, (0xB1B0AFBA - _checksum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _checksum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF


@lru_cache(maxsize=4)
def face(name: str) -> Face:
    """The face ``Regular`` or ``SemiBold``, read once."""
    return Face(FONTS / f"Inter-{name}.ttf")
