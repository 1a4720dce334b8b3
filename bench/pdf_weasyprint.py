"""The same invoice by WeasyPrint: one HTML string, a stylesheet read once, the same typefaces.

WeasyPrint needs the system's Pango; ``available()`` says in words what is missing.
"""

from functools import cache
from html import escape
from typing import Any

from bench.pdf_content import code_path
from fsm_portal.gateways import formats
from fsm_portal.gateways.pdf import InvoiceDocument
from fsm_portal.gateways.pdf.face import FONTS

_STYLE = """
@font-face { font-family: Inter; font-weight: 400; src: url(%(regular)s) }
@font-face { font-family: Inter; font-weight: 600; src: url(%(semibold)s) }
@page {
  size: letter; margin: 44pt 48pt 62pt;
  @bottom-left { content: string(contact); font: 7.4pt Inter; color: #5b6170 }
  @bottom-right {
    content: string(number) " \\B7  Page " counter(page) " of " counter(pages);
    font: 7.4pt Inter; color: #5b6170;
  }
}
body { margin: 0; font: 9.2pt/1.35 Inter; color: #11141d }
.contact { string-set: contact content() } .number { string-set: number content() }
.bar { height: 6pt; background: #3b3fc4 }
.contact { height: 0; overflow: hidden }
b, h1 { font-weight: 600 } h1 { font-size: 23pt; margin: 0 }
h2 { font-size: 9.2pt; margin: 20pt 0 0; font-weight: 600 }
small, .small { font-size: 8pt; color: #5b6170 }
table { width: 100%%; border-collapse: collapse } td { padding: 3pt 0; vertical-align: top }
.lines { margin: 18pt 0 10pt } .lines th { text-align: right; font-size: 8pt; font-weight: 600;
color: #5b6170; border-bottom: .9pt solid #11141d }
.lines td { text-align: right; border-bottom: .6pt solid #e2e5eb } .lines tr { break-inside: avoid }
.lines td:first-child, .lines th:first-child { text-align: left; width: 286pt }
.lines td:last-child { font-weight: 600 }
.sums { width: 232pt; margin-left: auto; break-inside: avoid }
.sums td + td { text-align: right }
.sums tr:last-child td { font-size: 12pt; font-weight: 600; background: #3b3fc4; color: #fff }
.code { width: 76pt; height: 76pt } a { color: #3b3fc4; text-decoration: none; font-weight: 600 }
"""


def available() -> str:
    """Empty, or one line on why WeasyPrint cannot be measured here."""
    try:
        import weasyprint  # noqa: F401
    # OSError: the package is there, the system's Pango is not.
    except (ImportError, OSError) as error:
        return f"WeasyPrint is left out: {str(error).strip().splitlines()[0]}"
    return ""


@cache
def _prepared() -> tuple[Any, Any]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    addresses = {
        name.lower(): (FONTS / f"Inter-{name}.ttf").as_uri() for name in ("Regular", "SemiBold")
    }
    return CSS(string=_STYLE % addresses, font_config=fonts), fonts


def render_with_weasyprint(document: InvoiceDocument) -> bytes:
    from weasyprint import HTML

    style, fonts = _prepared()
    file: bytes = HTML(string=_page(document)).write_pdf(stylesheets=[style], font_config=fonts)
    return file


def _page(document: InvoiceDocument) -> str:
    company, locale = document.company, document.locale

    def money(amount: int) -> str:
        return formats.money(amount, document.currency, locale)

    def column(*lines: str) -> str:
        first, *others = map(escape, lines)
        return "<br>".join([f"<b>{first}</b>", *others])

    lines = "".join(
        f"<tr><td>{escape(line.description)}"
        + (f"<br><small>{escape(line.detail)}</small>" if line.detail else "")
        + f"<td>{formats.quantity(line.quantity, locale)}"
        f"<td>{formats.unit_price(line.unit_price, document.currency, locale)}"
        f"<td>{line.tax_label}<td>{money(line.amount)}"
        for line in document.lines
    )
    sums = [
        ("Subtotal", document.subtotal),
        *((tax.label, tax.amount) for tax in document.taxes),
        ("Total", document.total),
        ("Paid", -document.paid),
        ("Amount due", document.due),
    ]
    path, side = code_path(document.pay_url)
    contact = f"{company.name} · {company.email} · {company.phone}"
    return (
        f"<!doctype html><html lang=en><title>{document.title} {document.number}</title>"
        f"<meta name=author content='{escape(company.name)}'><div class=bar></div>"
        f"<div class=contact>{escape(contact)}</div><table><tr><td>"
        f"{column(company.name, *company.address, company.email, company.phone)}"
        f"<td><h1>{document.title}</h1><span class=number>{document.number}</span></table>"
        f"<table><tr><td>{column(*document.bill_to)}"
        f"<td>Issued {formats.day(document.issue_date, locale)}<br>"
        f"Due {formats.day(document.due_date, locale)}"
        f"<td><small>Amount due</small><h1>{money(document.due)}</h1>"
        f"<a href='{escape(document.pay_url)}'>Pay online</a></table>"
        "<table class=lines><thead><tr><th>Description<th>Qty<th>Unit price<th>Tax<th>Amount"
        f"</thead>{lines}</table><table class=sums>"
        + "".join(f"<tr><td>{escape(label)}<td>{money(amount)}" for label, amount in sums)
        + f"</table><svg class=code viewBox='0 0 {side} {side}'><path d='{path}'/></svg>"
        f"<br><b>Scan to pay</b><h2>Notes</h2><p class=small>{escape(document.notes)}</p>"
        f"<h2>Terms</h2><p class=small>{escape(document.terms)}</p></html>"
    )
