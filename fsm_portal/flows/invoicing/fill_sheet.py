"""Sheets to begin with: an empty one, one for a customer or a job, one from an invoice."""

from decimal import Decimal
from typing import TypeVar

from sqlmodel import Session, col, select

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import is_id
from fsm_portal.domain.invoice import Invoice, InvoiceLine
from fsm_portal.domain.job import Job
from fsm_portal.domain.money import exponent, to_decimal
from fsm_portal.domain.tax_rate import PARTS
from fsm_portal.flows.invoicing.sheet_content import SheetContent, SheetLine, with_room
from fsm_portal.flows.invoicing.write_invoice import rates_of


def new_sheet(
    session: Session, company: Company, customer_id: object = "", job_id: object = ""
) -> SheetContent:
    """For a customer, of a job, or for nobody yet; ids from outside, strangers' count as none."""
    job = _their(session, Job, company, job_id)
    customer = _their(session, Customer, company, job.customer_id if job else customer_id)
    # What is charged most of the time; each line says what it is taxed with, and can be changed.
    tax = next(
        (rate.id for rate in rates_of(session, company.id).values() if rate.retired_at is None), ""
    )
    line = SheetLine("1", description=job.title if job else "", tax=tax)
    return with_room(
        SheetContent(
            customer_id=customer.id if customer else "",
            job=job.id if job else "",
            lines=(line,),
        )
    )


def sheet_of(session: Session, invoice: Invoice, *, anew: bool = False) -> SheetContent:
    """A draft to be edited; ``anew`` another one like ``invoice``, with dates of its own."""
    rows = session.exec(
        select(InvoiceLine)
        .where(InvoiceLine.company_id == invoice.company_id, InvoiceLine.invoice_id == invoice.id)
        .order_by(col(InvoiceLine.position))
    ).all()
    terms = str((invoice.due_date - invoice.issue_date).days)
    fixed_due = invoice.keeps_due_date and not anew
    partial = {None: "", True: "yes", False: "no"}[invoice.partial_payments]
    return with_room(
        SheetContent(
            customer_id=invoice.customer_id,
            job="" if anew else invoice.job_id or "",
            issue_date=invoice.issue_date.isoformat()
            if invoice.keeps_issue_date and not anew
            else "",
            terms="day" if fixed_due else terms,
            due_date=invoice.due_date.isoformat() if fixed_due else "",
            notes=invoice.notes,
            discount=_discount(invoice.discount, invoice.discount_ppm, invoice.currency),
            deposit=_major(Decimal(invoice.deposit), invoice.currency) if invoice.deposit else "",
            partial=partial,
            lines=tuple(
                _line(str(key), row, invoice.currency) for key, row in enumerate(rows, start=1)
            ),
        )
    )


def _line(key: str, row: InvoiceLine, currency: str) -> SheetLine:
    return SheetLine(
        key,
        kind=row.kind,
        description=row.description,
        detail=row.detail,
        quantity=format(row.quantity.normalize(), "f"),
        price=_major(row.unit_price, currency),
        discount=_discount(row.discount, row.discount_ppm, currency),
        tax=row.tax_rate_id or "",
    )


def _discount(amount: int, ppm: int | None, currency: str) -> str:
    """As one types it."""
    if ppm is not None:
        return f"{format((Decimal(ppm) * 100 / PARTS).normalize(), 'f')}%"
    return str(to_decimal(amount, currency)) if amount else ""


def _major(minor: Decimal, currency: str) -> str:
    """Minor units, fractions and all, as one types them: 12.50, 0.0049."""
    digits = exponent(currency)
    value = minor.scaleb(-digits).normalize()
    scale = -int(value.as_tuple().exponent)
    return format(value if scale > digits else value.quantize(Decimal(1).scaleb(-digits)), "f")


Row = TypeVar("Row", Job, Customer)


def _their(session: Session, model: type[Row], company: Company, row_id: object) -> Row | None:
    if not isinstance(row_id, str) or not is_id(row_id):
        return None
    return session.get(model, (company.id, row_id))
