"""The same invoice drawn by reportlab, the way its manual teaches: platypus, one Paragraph a cell

that wraps, plain strings for figures, a header that repeats, and "Page x of y" by its canvas that
replays the pages. The same typefaces are embedded, registered once as a long-lived process would.
"""

import io
from functools import cache

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf import InvoiceDocument
from fsm_portal.gateways.pdf.face import FONTS
from fsm_portal.gateways.qr import qr_modules

INK, GREY, RULE = HexColor("#11141d"), HexColor("#5b6170"), HexColor("#e2e5eb")


@cache
def register_fonts() -> None:
    for name in ("Regular", "SemiBold"):
        pdfmetrics.registerFont(TTFont(f"Inter-{name}", FONTS / f"Inter-{name}.ttf"))


def style(size: float, font: str = "Regular", **more) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}{size}", fontName=f"Inter-{font}", fontSize=size, leading=size * 1.35, **more
    )


TITLE, STRONG = style(23, "SemiBold"), style(9.2, "SemiBold")
WORDS, SMALL = style(9.2), style(8, textColor=GREY)


class Code(Flowable):
    """A QR code as one path."""

    def __init__(self, address: str, side: float) -> None:
        super().__init__()
        self.width = self.height = side
        self._code = qr_modules(address)

    def draw(self) -> None:
        unit = self.width / self._code.side
        path = self.canv.beginPath()
        for x, y, run in self._code.runs:
            path.rect(x * unit, self.height - (y + 1) * unit, run * unit, unit)
        self.canv.setFillColor(INK)
        self.canv.drawPath(path, stroke=0, fill=1)


class NumberedCanvas(Canvas):
    """Keeps the pages until it knows how many there are."""

    def __init__(self, *args, foot: tuple[str, str] = ("", ""), **options):
        super().__init__(*args, **options)
        self._kept: list[dict] = []
        self._foot = foot

    def showPage(self):
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self):
        for number, state in enumerate(self._kept, start=1):
            self.__dict__.update(state)
            self._draw_frame(number, len(self._kept))
            super().showPage()
        super().save()

    def _draw_frame(self, number: int, count: int) -> None:
        width, height = letter
        self.setFillColor(HexColor("#3b3fc4"))
        self.rect(0, height - 6, width, 6, stroke=0, fill=1)
        self.setFillColor(RULE)
        self.rect(48, 45, width - 96, 0.6, stroke=0, fill=1)
        self.setFillColor(GREY)
        self.setFont("Inter-Regular", 7.4)
        self.drawString(48, 32, self._foot[0])
        self.drawRightString(width - 48, 32, f"{self._foot[1]} · Page {number} of {count}")


def render_with_reportlab(document: InvoiceDocument) -> bytes:
    register_fonts()
    company, locale = document.company, document.locale

    def money(amount: int) -> str:
        return formats.money(amount, document.currency, locale)

    def column(*lines: str) -> list[Paragraph]:
        return [Paragraph(lines[0], STRONG), *(Paragraph(line, WORDS) for line in lines[1:])]

    sender = column(company.name, *company.address, company.email, company.phone)
    head = Table([[sender, [Paragraph(document.title, TITLE), Paragraph(document.number, WORDS)]]])
    dates = [
        Paragraph(f"Issued {formats.day(document.issue_date, locale)}", WORDS),
        Paragraph(f"Due {formats.day(document.due_date, locale)}", WORDS),
    ]
    panel = [
        Paragraph("Amount due", SMALL),
        Paragraph(money(document.due), TITLE),
        Paragraph(f'<a href="{document.pay_url}">Pay online</a>', STRONG),
    ]
    particulars = Table([[column(*document.bill_to), dates, panel]])

    rows: list[list] = [["Description", "Qty", "Unit price", "Tax", "Amount"]]
    for line in document.lines:
        words = [Paragraph(line.description, WORDS)]
        if line.detail:
            words.append(Paragraph(line.detail, SMALL))
        rows.append([
            words, formats.quantity(line.quantity, locale),
            formats.unit_price(line.unit_price, document.currency, locale),
            line.tax_label, money(line.amount),
        ])  # fmt: skip
    lines = LongTable(rows, colWidths=[286, 40, 70, 50, 70], repeatRows=1)
    lines.setStyle([
        ("FONT", (0, 0), (-1, -1), "Inter-Regular", 9.2),
        ("FONT", (0, 0), (-1, 0), "Inter-SemiBold", 8),
        ("FONT", (-1, 1), (-1, -1), "Inter-SemiBold", 9.2),
        ("TEXTCOLOR", (0, 0), (-1, 0), GREY),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.6, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ])  # fmt: skip

    sums = Table([
        ["Subtotal", money(document.subtotal)],
        *([tax.label, money(tax.amount)] for tax in document.taxes),
        ["Total", money(document.total)],
        ["Paid", money(-document.paid)],
        ["Amount due", money(document.due)],
    ], colWidths=[120, 112], hAlign="RIGHT")  # fmt: skip
    sums.setStyle([
        ("FONT", (0, 0), (-1, -1), "Inter-Regular", 9.2),
        ("FONT", (0, -1), (-1, -1), "Inter-SemiBold", 12),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("BACKGROUND", (0, -1), (-1, -1), HexColor("#3b3fc4")),
        ("TEXTCOLOR", (0, -1), (-1, -1), HexColor("#ffffff")),
    ])  # fmt: skip

    def paragraph(heading: str, text: str) -> list[Paragraph]:
        return [Paragraph(heading, STRONG), Paragraph(text, SMALL)]

    contact = f"{company.name} · {company.email} · {company.phone}"
    out = io.BytesIO()
    SimpleDocTemplate(
        out, pagesize=letter, leftMargin=48, rightMargin=48, topMargin=44, bottomMargin=62,
        title=f"{document.title} {document.number}", author=company.name,
    ).build(
        [head, Spacer(0, 24), particulars, Spacer(0, 18), lines, Spacer(0, 10),
         KeepTogether([sums, Code(document.pay_url, 76), Paragraph("Scan to pay", STRONG)]),
         Spacer(0, 20), *paragraph("Notes", document.notes),
         Spacer(0, 20), *paragraph("Terms", document.terms)],
        canvasmaker=lambda *args, **options: NumberedCanvas(
            *args, foot=(contact, document.number), **options
        ),
    )  # fmt: skip
    return out.getvalue()
