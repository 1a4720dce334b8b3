"""When nobody is reminded of an invoice, and why: one place for the schedule and the buttons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, union
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.reminder import Reminder, ReminderPause
from fsm_portal.flows.invoices.invoice_view import Standing, standings

_customer = table_of(Customer)
_pause = table_of(ReminderPause)
_delivery = table_of(InvoiceDelivery)
_reminder = table_of(Reminder)

DISCONNECTED = "The Stripe account is disconnected: nobody could pay online."
DRAFT = "It is a draft: nobody has it yet."
VOID = "It is void."
SETTLED = "Nothing is left to pay on it."
PROCESSING = "A bank payment for it is on its way."
DISPUTED = "The customer’s bank is disputing a payment of it."
NO_ADDRESS = "The customer has no email address."
PAUSED = "Reminders to this customer are paused."

# Made once: writing a statement costs more than running it.
_ADDRESSES = select(_customer.c.id, _customer.c.email).where(
    _customer.c.company_id == bindparam("company_id"),
    _customer.c.id.in_(bindparam("ids", expanding=True)),
)
_PAUSED = select(_pause.c.customer_id).where(
    _pause.c.company_id == bindparam("company_id"),
    _pause.c.customer_id.in_(bindparam("ids", expanding=True)),
)
_MAILED = union(
    select(_delivery.c.invoice_id).where(
        _delivery.c.company_id == bindparam("company_id"),
        _delivery.c.invoice_id.in_(bindparam("ids", expanding=True)),
        _delivery.c.queued_at > bindparam("since"),
    ),
    select(_reminder.c.invoice_id).where(
        _reminder.c.company_id == bindparam("company_id"),
        _reminder.c.invoice_id.in_(bindparam("ids", expanding=True)),
        _reminder.c.queued_at > bindparam("since"),
        _reminder.c.left_out == "",
    ),
)


def why_quiet(
    session: Session,
    company: Company,
    invoices: Sequence[Invoice],
    known: Mapping[str, Standing] | None = None,
) -> dict[str, str]:
    """For each of ``invoices``, by id, a sentence for staff; empty where it may be reminded of.

    ``known``: how they stand, where that has been asked already.
    """
    if not invoices:
        return {}
    found = known if known is not None else standings(session, company, invoices)
    customers = {invoice.customer_id for invoice in invoices}
    addresses = addresses_of(session, company.id, customers)
    paused = paused_among(session, company.id, customers)
    return {
        invoice.id: _why(company, invoice, found[invoice.id], addresses, paused)
        for invoice in invoices
    }


def _why(
    company: Company,
    invoice: Invoice,
    standing: Standing,
    addresses: Mapping[str, str],
    paused: Collection[str],
) -> str:
    if invoice.voided_at is not None:
        return VOID
    if invoice.issued_at is None:
        return DRAFT
    if standing.status.disputed:
        return DISPUTED
    if standing.balance.due <= 0:
        return SETTLED
    if standing.status.processing:
        return PROCESSING
    if company.stripe_deauthorized_at is not None:
        return DISCONNECTED
    if not addresses.get(invoice.customer_id):
        return NO_ADDRESS
    return PAUSED if invoice.customer_id in paused else ""


def addresses_of(session: Session, company_id: str, ids: Collection[str]) -> dict[str, str]:
    """The address of each customer, empty where there is none."""
    rows = session.connection().execute(_ADDRESSES, {"company_id": company_id, "ids": list(ids)})
    return {row.id: row.email or "" for row in rows}


def paused_among(session: Session, company_id: str, ids: Collection[str]) -> frozenset[str]:
    """Those of these customers who are not to be reminded."""
    rows = session.connection().execute(_PAUSED, {"company_id": company_id, "ids": list(ids)})
    return frozenset(rows.scalars())


def mailed_since(
    session: Session, company_id: str, invoice_ids: Collection[str], since: datetime
) -> frozenset[str]:
    """Those of which a letter was put in the post after ``since``, the invoice or a reminder."""
    if not invoice_ids:
        return frozenset()
    key = {"company_id": company_id, "ids": list(invoice_ids), "since": since}
    return frozenset(session.connection().execute(_MAILED, key).scalars())
