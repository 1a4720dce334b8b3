"""Invoices as rows of the staff's lists."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.invoices.invoice_view import (
    Standing,
    StatusView,
    amount_due,
    standings,
    status_view,
)
from fsm_portal.flows.mailing.letter_progress import (
    NO_LETTER,
    PROGRESS,
    LetterView,
    its_work,
    letter_view,
)
from fsm_portal.gateways import formats

_customer = table_of(Customer)
_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)


# Made once: writing a statement costs more than running it, and these run at every payment.
_CUSTOMERS = select(_customer.c.id, _customer.c.name, _customer.c.email).where(
    _customer.c.company_id == bindparam("company_id"),
    _customer.c.id.in_(bindparam("ids", expanding=True)),
)
# Ids sort by their birth.
_last = (
    select(func.max(_delivery.c.id))
    .where(
        _delivery.c.company_id == bindparam("company_id"),
        _delivery.c.invoice_id.in_(bindparam("invoice_ids", expanding=True)),
    )
    .group_by(_delivery.c.invoice_id)
)
_LETTERS = (
    select(_delivery.c.invoice_id, *PROGRESS)
    .outerjoin(_outbox, its_work())
    .where(_delivery.c.company_id == bindparam("company_id"), _delivery.c.id.in_(_last))
)


@dataclass(frozen=True)
class InvoiceRow:
    """One invoice in a list. ``due`` is what is left to pay, empty where nothing is.

    ``letter`` is the last that was put in the post, ``email`` where one would go (empty: the
    customer has no address). ``sendable`` says whether sending makes sense.
    """

    id: str
    number: str
    customer: str
    email: str
    status: StatusView
    issued: str
    due_date: str
    total: str
    due: str
    letter: LetterView
    sendable: bool


def invoice_rows(
    session: Session, company: Company, invoices: Sequence[Invoice]
) -> tuple[InvoiceRow, ...]:
    """``invoices`` as rows, in the order given; a fixed number of statements."""
    standing = standings(session, company, invoices)
    customers = _customers(session, company.id, {invoice.customer_id for invoice in invoices})
    letters = _last_letters(session, company, [invoice.id for invoice in invoices])
    return tuple(
        InvoiceRow(
            id=invoice.id,
            number=invoice.number,
            customer=customers[invoice.customer_id][0],
            email=customers[invoice.customer_id][1],
            status=status_view(standing[invoice.id].status),
            issued=formats.day(invoice.issue_date, company.locale),
            due_date=formats.day(invoice.due_date, company.locale),
            total=formats.money(invoice.total, invoice.currency, company.locale),
            due=_due(company, invoice, standing[invoice.id]),
            letter=letters.get(invoice.id, NO_LETTER),
            sendable=is_sendable(invoice, standing[invoice.id]),
        )
        for invoice in invoices
    )


def is_sendable(invoice: Invoice, standing: Standing) -> bool:
    """Whether a list offers to send it: something is to be paid, or will be."""
    if invoice.voided_at is not None:
        return False
    waits = standing.status.processing or standing.status.disputed
    return amount_due(invoice, standing.balance) > 0 and not waits


def _due(company: Company, invoice: Invoice, standing: Standing) -> str:
    due = amount_due(invoice, standing.balance)
    if due == 0 or invoice.issued_at is None or invoice.voided_at is not None:
        return ""
    return formats.money(due, invoice.currency, company.locale)


def _customers(
    session: Session, company_id: str, customer_ids: set[str]
) -> dict[str, tuple[str, str]]:
    """Name and address (or an empty text) by id."""
    rows = session.connection().execute(
        _CUSTOMERS, {"company_id": company_id, "ids": list(customer_ids)}
    )
    return {row.id: (row.name, row.email or "") for row in rows}


def _last_letters(
    session: Session, company: Company, invoice_ids: Sequence[str]
) -> dict[str, LetterView]:
    rows = session.connection().execute(
        _LETTERS, {"company_id": company.id, "invoice_ids": list(invoice_ids)}
    )
    return {row.invoice_id: letter_view(row, company) for row in rows}
