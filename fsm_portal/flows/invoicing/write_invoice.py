"""Writes a draft: number, dates, lines and the totals that follow from them, in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import delete
from sqlmodel import Session, col, select, update

from fsm_portal.domain.clock import today
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.discount import NO_DISCOUNT, Discount
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceLine, InvoiceTax, LineKind
from fsm_portal.domain.invoice_total import InvoiceTotal, add_up, line_amount
from fsm_portal.domain.tax_rate import TaxRate

_company = table_of(Company)
_invoice = table_of(Invoice)
_line = table_of(InvoiceLine)
_tax = table_of(InvoiceTax)


@dataclass(frozen=True)
class DraftLine:
    """``unit_price`` in minor units, fractions allowed."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    detail: str = ""
    tax_rate_id: str | None = None
    kind: LineKind = LineKind.SERVICE
    discount: Discount = NO_DISCOUNT

    @property
    def taken_off(self) -> int:
        """The line's own discount, in minor units."""
        return self.discount.of(line_amount(self.quantity, self.unit_price))

    @property
    def amount(self) -> int:
        """Before tax and less its own discount, in minor units."""
        return line_amount(self.quantity, self.unit_price, self.taken_off)


def figures_of(
    lines: Sequence[DraftLine], rates: Mapping[str, TaxRate], discount: Discount = NO_DISCOUNT
) -> InvoiceTotal:
    """What ``lines`` come to. Raises ValueError for a discount that is more than that."""
    return add_up(
        [(line.amount, line.tax_rate_id) for line in lines],
        {rate_id: rate.rate_ppm for rate_id, rate in rates.items()},
        discount,
    )


def rates_of(session: Session, company_id: str) -> dict[str, TaxRate]:
    """The company's tax rates by id, the retired ones too."""
    found = session.exec(
        select(TaxRate).where(TaxRate.company_id == company_id).order_by(col(TaxRate.created_at))
    )
    return {rate.id: rate for rate in found}


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
    discount: Discount = NO_DISCOUNT,
    issue_date: date | None = None,
    due_date: date | None = None,
    rewritten: Invoice | None = None,
) -> Invoice:
    """A new draft with the company's next number, in the company's currency; or ``rewritten``, a
    draft of theirs, written anew.

    ``partial_payments`` says whether a part of it may be paid (None: as the company does it),
    ``deposit`` what is asked for first, in minor units. An ``issue_date`` stands whenever it is
    sent, without one it is dated to the day it is sent; so for the ``due_date``, without which the
    terms of payment run from the day of issue. Raises ValueError for a deposit that is no part of
    the total, for a discount that is more than it, for a due date before the day of issue.
    """
    rates = rates_of(session, company.id)
    total = figures_of(lines, rates, discount)
    if deposit is not None and not 0 < deposit <= total.total:
        raise ValueError("a deposit is more than nothing and no more than the total")
    dated = issue_date or today(company.time_zone)
    days = company.payment_terms_days if terms_days is None else terms_days
    due = due_date or dated + timedelta(days=days)
    if due < dated:
        raise ValueError("an invoice is not due before it is issued")
    invoice = rewritten or Invoice(
        company_id=company.id,
        number=next_number(session, company),
        customer_id=customer.id,
        currency=company.currency,
        issue_date=dated,
        due_date=due,
        subtotal=0,
        tax=0,
        total=0,
    )
    invoice.customer_id, invoice.job_id = customer.id, job_id
    invoice.issue_date, invoice.due_date = dated, due
    invoice.keeps_issue_date, invoice.keeps_due_date = issue_date is not None, due_date is not None
    invoice.subtotal, invoice.tax, invoice.total = total.subtotal, total.tax, total.total
    invoice.discount, invoice.discount_ppm = total.discount, discount.ppm
    invoice.notes, invoice.partial_payments, invoice.deposit = notes, partial_payments, deposit
    if rewritten is not None:
        invoice.revision += 1
        for part in (_line, _tax):
            session.connection().execute(
                delete(part).where(part.c.company_id == company.id, part.c.invoice_id == invoice.id)
            )
    session.add(invoice)
    session.flush()
    _write_lines(session, invoice, lines)
    _write_taxes(session, invoice, total, rates)
    session.flush()
    return invoice


def _write_lines(session: Session, invoice: Invoice, lines: Sequence[DraftLine]) -> None:
    for position, line in enumerate(lines, start=1):
        session.add(
            InvoiceLine(
                company_id=invoice.company_id,
                invoice_id=invoice.id,
                position=position,
                description=line.description,
                detail=line.detail,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=line.amount,
                tax_rate_id=line.tax_rate_id,
                kind=line.kind,
                discount=line.taken_off,
                discount_ppm=line.discount.ppm,
            )
        )


def _write_taxes(
    session: Session, invoice: Invoice, total: InvoiceTotal, rates: Mapping[str, TaxRate]
) -> None:
    for tax in total.taxes:
        session.add(
            InvoiceTax(
                company_id=invoice.company_id,
                invoice_id=invoice.id,
                tax_rate_id=tax.tax_rate_id,
                name=rates[tax.tax_rate_id].name,
                rate_ppm=tax.rate_ppm,
                base=tax.base,
                amount=tax.amount,
            )
        )


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
