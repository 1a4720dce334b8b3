"""A credit note as a document: what is taken back of an invoice, with its tax."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from decimal import Decimal

from sqlmodel import Session, col, select

from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote, CreditNoteLine
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice
from fsm_portal.flows.invoices.invoice_document import bill_to, company_block
from fsm_portal.flows.invoicing.taxes_of_notes import CreditedOf, Part
from fsm_portal.flows.reader_locale import reader_locale
from fsm_portal.gateways import formats, pdf


def credit_note_document(session: Session, note: CreditNote) -> pdf.InvoiceDocument:
    """Everything the page of ``note`` shows, in the customer's language."""
    company = session.get_one(Company, note.company_id)
    customer = session.get_one(Customer, (note.company_id, note.customer_id))
    locale = reader_locale(company, customer)
    words = pdf.wording(locale)
    lines = session.exec(
        select(CreditNoteLine)
        .where(
            CreditNoteLine.company_id == note.company_id, CreditNoteLine.credit_note_id == note.id
        )
        .order_by(col(CreditNoteLine.position))
    ).all()
    invoice = None
    if note.invoice_id is not None:
        invoice = session.get(Invoice, (note.company_id, note.invoice_id))
    taxes, untaxed = _taxes(session, note, invoice)
    labels = [tax_label(each, locale) for each in taxes]
    tax = sum(each.amount for each in taxes)
    number = invoice.number if invoice else ""
    return pdf.InvoiceDocument(
        company=company_block(company),
        title="Credit note",
        number=note.number,
        issue_date=note.issue_date,
        bill_to=bill_to(customer, company),
        currency=note.currency,
        lines=tuple(
            pdf.InvoiceLine(line.description, line.quantity, line.unit_price, line.amount)
            for line in lines
        )
        # One that went with a refund has no lines of its own: one for each rate.
        or tuple(
            pdf.InvoiceLine(
                _said(note, number, words), Decimal(1), Decimal(net), net, tax_label=label
            )
            for label, net in _by_rate(labels, taxes, untaxed)
        ),
        subtotal=note.total - tax,
        taxes=tuple(
            pdf.TaxSummary(label, each.base, each.amount)
            for label, each in zip(labels, taxes, strict=True)
        ),
        tax_total=tax,
        total=note.total,
        due=0,
        stamp=pdf.Stamp(words("stamp.undone"), tone="quiet")
        if note.undone_at is not None
        else None,
        reference=number,
        reference_date=invoice.issue_date if invoice else None,
        notes=note.reason if lines else "",
        created_at=note.created_at.astimezone(UTC),
        locale=locale,
    )


def tax_label(part: Part, locale: str) -> str:
    """As the invoice calls the rate: ``VAT 20%``."""
    return f"{part.name} {formats.percent(part.rate_ppm, locale)}"


def _taxes(
    session: Session, note: CreditNote, invoice: Invoice | None
) -> tuple[Sequence[Part], int]:
    """What it takes back by rate, and what of it is not taxed."""
    if invoice is None:
        return (), note.total
    return CreditedOf(session.connection(), invoice).of_note(note.id)


def _by_rate(
    labels: Sequence[str], taxes: Sequence[Part], untaxed: int
) -> Iterator[tuple[str, int]]:
    """The price that goes back of each rate, and of what is not taxed."""
    yield from ((label, each.base) for label, each in zip(labels, taxes, strict=True) if each.base)
    if untaxed or not any(each.base for each in taxes):
        yield "", untaxed


def _said(note: CreditNote, number: str, words: pdf.Wording) -> str:
    reason = words("credit.refund") if note.refund_id else note.reason or words("credit.plain")
    return words("credit.of", reason=reason, number=number) if number else reason
