"""The same invoice by typst: a template that its compiler keeps, the figures as one JSON text.

The same typefaces, and no others. ``available()`` says in words what is missing.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from bench.pdf_content import code_path
from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf import InvoiceDocument
from fsm_portal.gateways.pdf.face import FONTS

TEMPLATE = Path(__file__).with_name("pdf_typst.typ")


def available() -> str:
    """Empty, or one line on why typst cannot be measured here."""
    try:
        import typst  # noqa: F401
    except ImportError as error:
        return f"typst is left out: {error}"
    return ""


@cache
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(False, False, [str(FONTS)])
    return typst.Compiler(TEMPLATE, font_paths=fonts, sys_inputs={"invoice": "{}"})


def render_with_typst(document: InvoiceDocument) -> bytes:
    inputs = {"invoice": json.dumps(_facts(document))}
    # Neither of the others tags its file either.
    file: bytes = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    return file


def _facts(document: InvoiceDocument) -> dict[str, object]:
    company, locale = document.company, document.locale

    def money(amount: int) -> str:
        return formats.money(amount, document.currency, locale)

    path, side = code_path(document.pay_url)
    box = f'viewBox="0 0 {side} {side}"'
    return {
        "code": f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path d="{path}"/></svg>',
        "title": document.title,
        "number": document.number,
        "company": company.name,
        "contact": f"{company.name} · {company.email} · {company.phone}",
        "sender": [company.name, *company.address, company.email, company.phone],
        "bill_to": document.bill_to,
        "issued": f"Issued {formats.day(document.issue_date, locale)}",
        "due_on": f"Due {formats.day(document.due_date, locale)}",
        "due": money(document.due),
        "pay_url": document.pay_url,
        "lines": [
            (
                line.description,
                line.detail,
                formats.quantity(line.quantity, locale),
                formats.unit_price(line.unit_price, document.currency, locale),
                line.tax_label,
                money(line.amount),
            )
            for line in document.lines
        ],
        "sums": [
            ("Subtotal", money(document.subtotal)),
            *((tax.label, money(tax.amount)) for tax in document.taxes),
            ("Total", money(document.total)),
            ("Paid", money(-document.paid)),
            ("Amount due", money(document.due)),
        ],
        "notes": document.notes,
        "terms": document.terms,
    }
