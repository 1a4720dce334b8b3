"""Invoices for the tests to tell about, written with the product's own arithmetic."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import Session

from fsm_portal.db import unit_of_work
from fsm_portal.domain import ledger
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.invoice_posting import postings_for_invoice
from fsm_portal.domain.invoice_total import add_up, line_amount
from fsm_portal.domain.tax_rate import TaxRate

BOILER_SERVICE = (("Annual boiler service", "1", "18900"), ("Thermostat, fitted", "2", "4550"))


def write_invoice(
    company: Company,
    customer: Customer,
    *,
    number: str = "INV-0042",
    lines: tuple[tuple[str, str, str], ...] = BOILER_SERVICE,
    tax_rate: TaxRate | None = None,
    issue_date: date = date(2026, 11, 2),
    due_in_days: int = 30,
    issued: bool = True,
    currency: str = "",
) -> Invoice:
    """Save an invoice of ``(description, quantity, unit price in minor units)`` lines.

    An issued one stands in the ledger, at 15:00 UTC of its issue date. ``tax_rate`` applies to
    every line and is saved too where it is new.
    """
    priced = [(text, Decimal(count), Decimal(price)) for text, count, price in lines]
    amounts = [line_amount(count, price) for _, count, price in priced]
    rate_id = tax_rate.id if tax_rate else None
    rates = {tax_rate.id: tax_rate.rate_ppm} if tax_rate else {}
    figures = add_up([(amount, rate_id) for amount in amounts], rates)
    issued_at = datetime.combine(issue_date, time(15), UTC)
    invoice = Invoice(
        company_id=company.id,
        number=number,
        customer_id=customer.id,
        currency=currency or company.currency,
        issue_date=issue_date,
        due_date=issue_date + timedelta(days=due_in_days),
        subtotal=figures.subtotal,
        tax=figures.tax,
        total=figures.total,
        created_at=issued_at,
        issued_at=issued_at if issued else None,
    )
    with unit_of_work() as session:
        if tax_rate:
            session.merge(tax_rate)
        session.add(invoice)
        session.flush()
        for position, ((text, count, price), amount) in enumerate(
            zip(priced, amounts, strict=True), start=1
        ):
            session.add(
                InvoiceLine(
                    company_id=company.id,
                    invoice_id=invoice.id,
                    position=position,
                    description=text,
                    quantity=count,
                    unit_price=price,
                    amount=amount,
                    tax_rate_id=rate_id,
                )
            )
        for share in figures.taxes:
            session.add(
                InvoiceTax(
                    company_id=company.id,
                    invoice_id=invoice.id,
                    tax_rate_id=share.tax_rate_id,
                    name=tax_rate.name if tax_rate else "",
                    rate_ppm=share.rate_ppm,
                    base=share.base,
                    amount=share.amount,
                )
            )
        if issued:
            _post(session, invoice, [(share.tax_rate_id, share.amount) for share in figures.taxes])
    return invoice


def withdraw(invoice: Invoice, at: datetime) -> None:
    """Void an invoice, as the books have it then: nothing of it is outstanding any more."""
    undone = ledger.Posting(
        ledger.Account.SALES,
        ledger.Account.RECEIVABLE,
        invoice.subtotal,
        ledger.Kind.VOID,
        invoice_id=invoice.id,
    )
    with unit_of_work() as session:
        session.get_one(Invoice, (invoice.company_id, invoice.id)).voided_at = at
        ledger.post(
            session,
            company_id=invoice.company_id,
            currency=invoice.currency,
            source=invoice.id,
            occurred_at=at,
            customer_id=invoice.customer_id,
            postings=[undone],
        )


def _post(session: Session, invoice: Invoice, taxes: list[tuple[str, int]]) -> None:
    assert invoice.issued_at
    ledger.post(
        session,
        company_id=invoice.company_id,
        currency=invoice.currency,
        source=invoice.id,
        occurred_at=invoice.issued_at,
        customer_id=invoice.customer_id,
        postings=postings_for_invoice(invoice.id, subtotal=invoice.subtotal, taxes=taxes),
    )
