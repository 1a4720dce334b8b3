"""Pages to draw on: text, rules and boxes at places given in points from the top left corner."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from fpdf.enums import ResourceAccessPolicy

from fsm_portal.gateways.languages import html_tag
from fsm_portal.gateways.pdf.colours import INK, WHITE, Colour
from fsm_portal.gateways.pdf.drawn import Drawn
from fsm_portal.gateways.pdf.embedding import EmbeddedFont, Producer
from fsm_portal.gateways.pdf.face import Face, face
from fsm_portal.gateways.pdf.layout import OWN, lay_out, width_of
from fsm_portal.gateways.pdf.pages import Pages
from fsm_portal.gateways.pdf.script_face import Weight, script_face
from fsm_portal.gateways.pdf.script_font import ScriptFont
from fsm_portal.gateways.pdf.text import clean, printable
from fsm_portal.gateways.pdf.wording import Said, wording
from fsm_portal.gateways.qr import QrModules

LOG = logging.getLogger(__name__)

# Where paper is US Letter and not A4 (CLDR, paperSize).
_LETTER = {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
_SIZES = {True: (612.0, 792.0), False: (595.28, 841.89)}
_FAMILY = "inter"


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks. ``leading`` is the distance from one line to the next, in points."""

    size: float
    colour: Colour = INK
    weight: Weight = "Regular"
    leading: float = 0.0

    def measure(self, text: str) -> float:
        """Width of cleaned ``text`` in points."""
        try:
            width = _face(self.weight).width(text)
        except KeyError:  # there is more in it than our own face has
            width = width_of(text, self.weight)
        return width * self.size / 1000

    def fitted(self, text: str, width: float) -> "Style":
        """This style, smaller if need be, so that ``text`` is no wider than ``width``."""
        taken = self.measure(text)
        return self if taken <= width else replace(self, size=self.size * width / taken)


@cache
def _face(weight: Weight) -> Face:
    return face(weight)


class Sheet:
    """The pages of one document. Not for use by several threads."""

    margin = 48.0
    top = 44.0

    def __init__(self, *, locale: str, title: str, author: str, created_at: datetime) -> None:
        self.words = wording(locale)
        self.mirrored = self.words.direction == "rtl"
        self._title = title
        territory = locale.replace("-", "_").rpartition("_")[2].upper()
        self.width, self.height = _SIZES[territory in _LETTER]
        self.left, self.right = self.margin, self.width - self.margin
        self.bottom = self.height - 62.0
        self.missing: set[str] = set()

        pdf = self._pdf = Pages(unit="pt", format=(self.width, self.height))
        pdf.set_auto_page_break(False)
        pdf.alias_nb_pages(None)  # type: ignore[arg-type]
        pdf.resource_access_policy = ResourceAccessPolicy.NONE
        pdf.set_creation_date(created_at if created_at.tzinfo else created_at.replace(tzinfo=UTC))
        pdf.set_title(printable(title))
        pdf.set_author(printable(author))
        pdf.set_creator("FSM Portal")
        pdf.set_lang(html_tag(self.words.language))
        for number, (style, weight) in enumerate({"": "Regular", "B": "SemiBold"}.items(), start=1):
            key = _FAMILY + style
            font = EmbeddedFont(pdf, number, key, _face(cast(Weight, weight)))
            cast(dict[str, Any], pdf.fonts)[key] = font

    @classmethod
    def of(cls, document: "Any", kind: str, number: str) -> "Sheet":
        """The sheet of a document of any kind; ``kind`` is what its name is called in words."""
        name = wording(document.locale)(kind)
        return cls(
            locale=document.locale,
            title=f"{name} {number}",
            author=document.company.name,
            created_at=document.created_at,
        )

    # Words

    def line(self, text: str, limit: int = 200) -> str:
        """``text`` made fit to draw on one line; see ``text.clean``. One of ours stays one."""
        cleaned, missing = clean(text, limit)
        self.missing |= missing
        return Said(cleaned.strip()) if isinstance(text, Said) else cleaned.strip()

    def block(self, text: str, limit: int = 4000) -> str:
        """``text`` made fit to draw, its line breaks kept."""
        cleaned, missing = clean(text, limit, lines=True)
        self.missing |= missing
        return cleaned.strip("\n").rstrip()

    # Pages

    @property
    def pages(self) -> int:
        return len(self._pdf.pages)

    def new_page(self) -> None:
        self._pdf.add_page()

    def every_page(self) -> Iterator[int]:
        """Goes back to each page in turn, for what needs to know how many there are."""
        for number in range(1, self.pages + 1):
            self._pdf.page = number
            # fpdf2 remembers the colour and font of the page it comes from and would not say them
            # again. Of two different colours the second is always written.
            self._pdf.set_fill_color(*WHITE)
            self._pdf.set_fill_color(*INK)
            self._pdf.current_font_is_set_on_page = False
            yield number

    def drawn(self) -> Drawn:
        """The finished file. Characters that the fonts lack are logged too."""
        missing = tuple(sorted(self.missing))
        if missing:
            shown = " ".join(f"U+{ord(each):04X}" for each in missing)
            LOG.warning("%s has no glyph for %s", printable(self._title), shown)
        return Drawn(bytes(self._pdf.output(output_producer_class=Producer)), missing)

    # Drawing. A page that is read from the right is the mirror of one that is read from the left:
    # places are given as on the latter, and only words and pictures are not turned around.

    def _across(self, x: float, width: float) -> float:
        """The left edge of what is ``width`` wide and begins at ``x``."""
        return self.width - x - width if self.mirrored else x

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Draws cleaned ``text`` from ``x`` on, on the base line ``y``."""
        if not text:
            return
        if self.mirrored:
            x = self.width - x - style.measure(text)
        pdf = self._pdf
        pdf.set_font(_FAMILY, "B" if style.weight == "SemiBold" else "", style.size)
        pdf.set_text_color(*style.colour)
        try:
            pdf.text(x, y, text)
        except KeyError:  # there is more in it than our own face has
            self._runs(x, y, text, style)

    def text_right(self, x: float, y: float, text: str, style: Style) -> None:
        """Draws ``text`` so that it ends at ``x``."""
        self.text(x - style.measure(text), y, text, style)

    def figure(self, x: float, y: float, text: str, style: Style, widest: float) -> None:
        """Draws a figure of a column that ends at ``x``, with the points below each other.

        Figures run from the left on any page. On one that is read from the right they therefore
        end where the column begins: ``widest`` is what the longest of them takes.
        """
        if self.mirrored:
            self.text(x - widest, y, text, style)
        else:
            self.text_right(x, y, text, style)

    def _runs(self, x: float, y: float, text: str, style: Style) -> None:
        """Draws ``text`` of several scripts to the right of ``x``, whichever way the page runs."""
        pdf = self._pdf
        bold = "B" if style.weight == "SemiBold" else ""
        for run in lay_out(text, style.weight, self.words.language).runs:
            if run.face == OWN:
                pdf.set_font(_FAMILY, bold, style.size)
            else:
                font = self._font(run.face, style.weight)
                pdf.set_font(font.family, bold, style.size)
                font.take(run)
            pdf.text(x, y, run.text)
            x += run.width * style.size / 1000

    def _font(self, name: str, weight: Weight) -> ScriptFont:
        """This document's use of a face of another script, from the first time it is needed."""
        key = name.lower() + ("B" if weight == "SemiBold" else "")
        fonts = cast(dict[str, Any], self._pdf.fonts)
        if key not in fonts:
            face = script_face(name, weight)
            fonts[key] = ScriptFont(self._pdf, len(fonts) + 1, name.lower(), key, face)
        return cast(ScriptFont, fonts[key])

    def rule(
        self, y: float, colour: Colour, x: float = 0, to: float = 0, thick: float = 0.6
    ) -> None:
        """A line across the page, from margin to margin unless told otherwise."""
        x, to = x or self.left, to or self.right
        x, to = self._across(x, to - x), to - x + self._across(x, to - x)
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y - thick / 2, to - x, thick, style="F")

    def box(
        self, x: float, y: float, width: float, height: float, fill: Colour, radius: float = 0
    ) -> None:
        x = self._across(x, width)
        self._pdf.set_fill_color(*fill)
        corners = {"round_corners": True, "corner_radius": radius} if radius else {}
        self._pdf.rect(x, y, width, height, style="F", **corners)  # type: ignore[arg-type]

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        line: Colour,
        thick: float,
        radius: float,
    ) -> None:
        x = self._across(x, width)
        self._pdf.set_draw_color(*line)
        self._pdf.set_line_width(thick)
        self._pdf.rect(x, y, width, height, round_corners=True, corner_radius=radius)

    def squares(
        self, x: float, y: float, size: float, modules: QrModules, fill: Colour = INK
    ) -> None:
        """A code of ``size`` points a side, its quiet zone included; never mirrored within."""
        left, unit = self._across(x, size), size / modules.side
        self._pdf.set_fill_color(*fill)
        # One path: hundreds of rectangles by themselves would be hundreds of lines in the file.
        self._pdf.write_squares(left, y, unit, modules.runs)

    def image(self, picture: bytes, x: float, y: float, width: float, height: float) -> None:
        self._pdf.image(picture, self._across(x, width), y, width, height)

    def link(self, x: float, y: float, width: float, height: float, url: str) -> None:
        self._pdf.link(self._across(x, width), y, width, height, url)

    @contextmanager
    def turned(self, degrees: float, x: float, y: float) -> Iterator[None]:
        """What is drawn inside is turned about a point, against the clock."""
        with self._pdf.rotation(degrees, self._across(x, 0), y):
            self._pdf.current_font_is_set_on_page = False
            yield
        self._pdf.current_font_is_set_on_page = False


def web_address(url: str) -> str:
    """``url`` if it is a plain web address that may become a link, or nothing."""
    if len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("https", "http") and parts.hostname else ""
