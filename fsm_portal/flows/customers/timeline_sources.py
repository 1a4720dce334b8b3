"""What happened to one customer, source by source: rows with ``id`` and ``at`` (UTC)."""

from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select

from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.job import Job
from fsm_portal.domain.ledger import OF_CREDIT, Kind, LedgerEntry
from fsm_portal.domain.login_link import LoginLink, Purpose
from fsm_portal.domain.session import LoginSession
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.keyset import beyond, in_order

_invoice = table_of(Invoice)
_delivery = table_of(InvoiceDelivery)
_note = table_of(CreditNote)
_entry = table_of(LedgerEntry)
_job = table_of(Job)
_link = table_of(LoginLink)
_session = table_of(LoginSession)
_staff = table_of(Staff)

# Invoices whose letters are told: the latest. A customer may have ten thousand.
_INVOICES = 300


def _of(table: Any) -> tuple[Any, ...]:
    return (
        table.c.company_id == bindparam("company_id"),
        table.c.customer_id == bindparam("customer_id"),
    )


_LAST = (
    select(_invoice.c.id)
    .where(*_of(_invoice))
    .order_by(_invoice.c.issue_date.desc(), _invoice.c.number.desc())
    .limit(_INVOICES)
)
_SENT = (
    select(
        _delivery.c.id,
        _delivery.c.queued_at.label("at"),
        _delivery.c.email,
        _delivery.c.invoice_id,
        _invoice.c.number,
        _staff.c.name.label("by"),
    )
    .join(
        _invoice,
        and_(
            _invoice.c.company_id == _delivery.c.company_id,
            _invoice.c.id == _delivery.c.invoice_id,
        ),
    )
    .outerjoin(
        _staff,
        and_(_staff.c.company_id == _delivery.c.company_id, _staff.c.id == _delivery.c.staff_id),
    )
    .where(
        _delivery.c.company_id == bindparam("company_id"),
        _delivery.c.invoice_id.in_(select(_LAST.subquery().c.id)),
    )
)
_VOIDED = select(
    _invoice.c.id, _invoice.c.voided_at.label("at"), _invoice.c.number, _invoice.c.total,
    _invoice.c.currency,
).where(*_of(_invoice), _invoice.c.voided_at.is_not(None))  # fmt: skip
# Those that came with a refund say nothing that the refund does not say.
_CREDITED = (
    select(
        *(_note.c.id, _note.c.created_at.label("at"), _note.c.number, _note.c.total),
        *(_note.c.currency, _note.c.reason, _note.c.invoice_id),
        _invoice.c.number.label("invoice_number"),
    )
    .outerjoin(
        _invoice,
        and_(_invoice.c.company_id == _note.c.company_id, _invoice.c.id == _note.c.invoice_id),
    )
    .where(*_of(_note), _note.c.refund_id.is_(None))
)
# What one press put to an invoice, of one payment or of several; and what was taken off it again.
_press = _entry.c.source + case((_entry.c.kind == Kind.CREDIT_RETURNED, "-"), else_="")
_USED = (
    select(
        _press.label("id"),
        func.max(_entry.c.occurred_at).label("at"),
        func.sum(_entry.c.amount).label("amount"),
        *(_entry.c.kind, _entry.c.currency, _entry.c.invoice_id, _invoice.c.number),
    )
    .join(
        _invoice,
        and_(_invoice.c.company_id == _entry.c.company_id, _invoice.c.id == _entry.c.invoice_id),
    )
    .where(*_of(_entry), OF_CREDIT, _entry.c.kind.in_((Kind.CREDIT_APPLIED, Kind.CREDIT_RETURNED)))
    # By an expression first, or SQLite goes along the whole ledger in the order of its sources.
    .group_by(
        *(_press, _entry.c.kind, _entry.c.currency),
        *(_entry.c.invoice_id, _invoice.c.number),
    )
)
_DONE = select(_job.c.id, _job.c.completed_at.label("at"), _job.c.title).where(
    *_of(_job), _job.c.completed_at.is_not(None)
)
_CANCELLED = select(_job.c.id, _job.c.cancelled_at.label("at"), _job.c.title).where(
    *_of(_job), _job.c.cancelled_at.is_not(None)
)
_CAME = select(_session.c.id, _session.c.created_at.label("at")).where(*_of(_session))
_INVITED = select(_link.c.id, _link.c.created_at.label("at")).where(
    *_of(_link), _link.c.purpose == Purpose.WELCOME
)


@cache
def page_of(source: str, from_a_row: bool) -> Select[Any]:
    """The newest of one of SOURCES, or those before a row; one more than a page."""
    rows = SOURCES[source].subquery()
    found = select(rows)
    if from_a_row:
        found = found.where(beyond(rows.c.at, rows.c.id, older=True))
    return in_order(found, rows.c.at, rows.c.id, older=True)


SOURCES = {
    "sent": _SENT,
    "voided": _VOIDED,
    "credited": _CREDITED,
    "used": _USED,
    "done": _DONE,
    "cancelled": _CANCELLED,
    "came": _CAME,
    "invited": _INVITED,
}
