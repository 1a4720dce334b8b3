"""Writes a draft: number, dates, lines and the totals that follow from them, in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session, select, update

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax
from fsm_portal.domain.invoice_total import add_up, line_amount
from fsm_portal.domain.tax_rate import TaxRate

_company = table_of(Company)
_invoice = table_of(Invoice)


@dataclass(frozen=True)
class DraftLine:
    """``unit_price`` in minor units, fractions allowed."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    detail: str = ""
    tax_rate_id: str | None = None


def write_draft(
    session: Session,
    company: Company,
    customer: Customer,
    *,
    lines: Sequence[DraftLine],
    terms_days: int | None = None,
    notes: str = "",
    job_id: str | None = None,
    partial_payments: bool | None = None,
    deposit: int | None = None,
) -> Invoice:
    """A new draft with the company's next number, in the company's currency.

    ``partial_payments`` says whether a part of it may be paid (None: as the company does it),
    ``deposit`` what is asked for first, in minor units. Raises ValueError for a deposit that is
    no part of the total.
    """
    rates = {
        rate.id: rate
        for rate in session.exec(select(TaxRate).where(TaxRate.company_id == company.id))
    }
    amounts = [line_amount(line.quantity, line.unit_price) for line in lines]
    total = add_up(
        [(amount, line.tax_rate_id) for amount, line in zip(amounts, lines, strict=True)],
        {rate_id: rate.rate_ppm for rate_id, rate in rates.items()},
    )
    if deposit is not None and not 0 < deposit <= total.total:
        raise ValueError("a deposit is more than nothing and no more than the total")
    issue_date = today(company.time_zone)
    days = company.payment_terms_days if terms_days is None else terms_days
    invoice = Invoice(
        company_id=company.id,
        number=next_number(session, company),
        customer_id=customer.id,
        job_id=job_id,
        currency=company.currency,
        issue_date=issue_date,
        due_date=issue_date + timedelta(days=days),
        subtotal=total.subtotal,
        tax=total.tax,
        total=total.total,
        notes=notes,
        partial_payments=partial_payments,
        deposit=deposit,
    )
    session.add(invoice)
    session.flush()
    for position, (line, amount) in enumerate(zip(lines, amounts, strict=True), start=1):
        session.add(
            InvoiceLine(
                company_id=company.id,
                invoice_id=invoice.id,
                position=position,
                description=line.description,
                detail=line.detail,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=amount,
                tax_rate_id=line.tax_rate_id,
            )
        )
    for tax in total.taxes:
        session.add(
            InvoiceTax(
                company_id=company.id,
                invoice_id=invoice.id,
                tax_rate_id=tax.tax_rate_id,
                name=rates[tax.tax_rate_id].name,
                rate_ppm=tax.rate_ppm,
                base=tax.base,
                amount=tax.amount,
            )
        )
    session.flush()
    return invoice


def next_number(session: Session, company: Company) -> str:
    """Take the company's next invoice number: ``INV-0042``. Two writers never get the same.

    Numbers that an import brought along are passed over.
    """
    connection = session.connection()
    this_company = _company.c.id == company.id
    # Also the lock: whoever else writes for this company waits here.
    after: int = connection.execute(
        update(_company)
        .where(this_company)
        .values(next_invoice_number=_company.c.next_invoice_number + 1)
        .returning(_company.c.next_invoice_number)
    ).scalar_one()
    first, count = after - 1, 1
    while True:
        numbers = [f"{company.invoice_prefix}{each:04d}" for each in range(first, first + count)]
        taken = set(
            connection.execute(
                select(_invoice.c.number).where(
                    _invoice.c.company_id == company.id, _invoice.c.number.in_(numbers)
                )
            ).scalars()
        )
        free = next((at for at, number in enumerate(numbers) if number not in taken), None)
        if free is not None:
            break
        first, count = first + count, 500
    if first + free + 1 != after:
        connection.execute(
            update(_company).where(this_company).values(next_invoice_number=first + free + 1)
        )
    return numbers[free]
