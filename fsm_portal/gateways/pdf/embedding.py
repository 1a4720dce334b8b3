"""How a ``Face`` gets into a file that fpdf2 writes.

fpdf2 would parse, subset and rewrite each typeface with fontTools for every document, which is
nine tenths of the time a short invoice takes. ``EmbeddedFont`` stands where fpdf2 keeps its own
font objects, and ``Producer`` writes it. fpdf2's own fonts still work beside it. Both lean on
fpdf2's inner workings (``fonts``, ``_add_fonts``, ``_add_pdf_obj``), so its version is pinned and
``tests/gateways/test_pdf_embedding.py`` holds the result.
"""

import hashlib
from typing import Any

from fpdf import FPDF
from fpdf.enums import FontDescriptorFlags
from fpdf.fonts import PDFFontDescriptor
from fpdf.output import CIDSystemInfo, OutputProducer, PDFFont, PDFFontStream
from fpdf.syntax import Name, PDFArray, PDFContentStream, PDFString

from fsm_portal.gateways.pdf.face import Face
from fsm_portal.gateways.pdf.script_face import ScriptFace
from fsm_portal.gateways.pdf.script_font import ScriptFont

_BLOCK = 100  # most entries that one block of a character map may have (PDF 32000-1, 9.10.3)


class EmbeddedFont:
    """One document's use of a face: collects the characters that are drawn."""

    type = "TTF"  # what fpdf2 asks before it draws: text stays Unicode

    def __init__(self, pdf: FPDF, number: int, key: str, face: Face) -> None:
        self._pdf = pdf
        self.i = number
        self.fontkey = key
        self.face = face
        self.used: set[str] = set()

    def encode_text(self, text: str) -> str:
        """The operator that draws ``text``. Raises KeyError for a character without a glyph."""
        shown = self.face.show(text, self._pdf.font_size_pt)
        self.used.update(text)
        return shown


class Producer(OutputProducer):
    """Writes a document with its embedded faces, each cut down to what is used."""

    def _add_fonts(self, *resources: Any) -> dict[int, Any]:
        objects: dict[int, Any] = super()._add_fonts(*resources)
        for font in self.fpdf.fonts.values():
            if isinstance(font, EmbeddedFont):
                face, characters = font.face, font.face.reads_as(font.used)
                widths = {face.glyphs[each]: face.widths[each] for each in font.used}
                file = face.subset(characters)
                objects[font.i] = self._add_face(face, characters, widths, file)
            elif isinstance(font, ScriptFont):
                file = font.subset()
                objects[font.i] = self._add_face(font.face, font.reads_as(), font.widths(), file)
        return objects

    def _add_face(
        self,
        face: Face | ScriptFace,
        characters: dict[int, str],
        widths: dict[int, int],
        subset: bytes,
    ) -> PDFFont:
        name = f"{_subset_tag(characters)}+{face.name}"

        outer = PDFFont(subtype="Type0", base_font=name, encoding="Identity-H")
        self._add_pdf_obj(outer, "fonts")
        inner = PDFFont(
            subtype="CIDFontType2", base_font=name, d_w=0, w=_width_array(sorted(widths.items()))
        )
        self._add_pdf_obj(inner, "fonts")
        outer.descendant_fonts = PDFArray([inner])

        to_unicode = PDFContentStream(_character_map(characters), compress=True)
        self._add_pdf_obj(to_unicode, "fonts")
        outer.to_unicode = to_unicode

        system = CIDSystemInfo()
        system.ordering = PDFString("Identity", encrypt=True)
        self._add_pdf_obj(system, "fonts")
        inner.c_i_d_system_info = system
        inner.c_i_d_to_g_i_d_map = Name("Identity")  # type: ignore[assignment]

        descriptor = _descriptor(face)
        descriptor.font_name = Name(name)
        self._add_pdf_obj(descriptor, "fonts")
        inner.font_descriptor = descriptor

        file = PDFFontStream(contents=subset)
        self._add_pdf_obj(file, "fonts")
        descriptor.font_file2 = file  # type: ignore[attr-defined]
        return outer


def _descriptor(face: Face | ScriptFace) -> PDFFontDescriptor:
    return PDFFontDescriptor(
        ascent=face.ascent,
        descent=face.descent,
        cap_height=face.cap_height,
        flags=FontDescriptorFlags.SYMBOLIC,
        font_b_box=f"[{' '.join(map(str, face.box))}]",
        italic_angle=0,
        stem_v=50 + (face.weight * face.weight) // 4225,  # the usual estimate from the weight
        missing_width=0,
    )


def _subset_tag(characters: dict[int, str]) -> str:
    """Six capitals that name the subset (PDF 32000-1, 9.6.4), the same for the same glyphs."""
    digest = hashlib.sha256(repr(sorted(characters.items())).encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _width_array(widths: list[tuple[int, int]]) -> str:
    """Widths in runs of neighbouring glyphs: ``[3 [500 600] 9 [400]]``."""
    parts: list[str] = []
    expected = None
    for glyph, width in widths:
        parts.append(f"{width}" if glyph == expected else f"] {glyph} [{width}")
        expected = glyph + 1
    return f"[{' '.join(parts).removeprefix('] ')}]]"


def _character_map(characters: dict[int, str]) -> bytes:
    """The ToUnicode map, by which a reader copies and searches text (PDF 32000-1, 9.10.3)."""
    entries = [
        f"<{glyph:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for glyph, character in sorted(characters.items())
    ]
    blocks = [entries[first : first + _BLOCK] for first in range(0, len(entries), _BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode("ascii")
