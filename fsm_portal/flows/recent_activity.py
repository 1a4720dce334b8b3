"""What happened lately: invoices sent, payments received, payments that failed or are clearing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice, InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.domain.payment import Payment
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.letter_progress import PROGRESS, Progress, its_work, progress_of
from fsm_portal.flows.list_payments import newest_payments
from fsm_portal.flows.payer import PAYER, its_customer
from fsm_portal.flows.payment_rows import InvoiceLink, PaymentKey, invoices_meant, payment_rows
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_attempt = table_of(CheckoutAttempt)
_delivery = table_of(InvoiceDelivery)
_outbox = table_of(OutboxMessage)
_invoice = table_of(Invoice)
_customer = table_of(Customer)
_payment = table_of(Payment)
_staff = table_of(Staff)

_SHOWN = 10

# Made once: they run at every payment.
_CLEARING = (
    select(
        _attempt.c.id,
        _attempt.c.processing_at,
        _attempt.c.amount,
        _attempt.c.currency,
        PAYER,
    )
    .join(_customer, its_customer(_attempt))
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        _attempt.c.processing_at.is_not(None),
        _attempt.c.completed_at.is_(None),
        _attempt.c.failed_at.is_(None),
        _attempt.c.closed_at.is_(None),
    )
    .order_by(_attempt.c.processing_at.desc())
    .limit(_SHOWN)
)
_REVERSED = (
    select(_payment.c.id, _payment.c.reversed_at)
    .where(_payment.c.company_id == bindparam("company_id"), _payment.c.reversed_at.is_not(None))
    .order_by(_payment.c.reversed_at.desc())
    .limit(_SHOWN)
)
_SENT = (
    select(
        _delivery.c.id,
        _delivery.c.queued_at,
        *PROGRESS,
        _invoice.c.id.label("invoice_id"),
        _invoice.c.number,
        _staff.c.name.label("by"),
    )
    .join(
        _invoice,
        (_invoice.c.company_id == _delivery.c.company_id)
        & (_invoice.c.id == _delivery.c.invoice_id),
    )
    .outerjoin(
        _staff,
        (_staff.c.company_id == _delivery.c.company_id) & (_staff.c.id == _delivery.c.staff_id),
    )
    .outerjoin(_outbox, its_work())
    .where(_delivery.c.company_id == bindparam("company_id"))
    # Ids sort by their birth, and are the table's key.
    .order_by(_delivery.c.id.desc())
    .limit(_SHOWN)
)


@dataclass(frozen=True)
class Happening:
    """One event: a sentence, its circumstances, the numbers of the invoices, and its tone.

    ``invoice_id`` is set where it is about one invoice, else empty.
    """

    id: str
    title: str
    note: str
    about: str
    tone: Literal["good", "bad", "warn", "quiet"]
    invoice_id: str


@dataclass(frozen=True)
class _Dated:
    at: datetime
    happening: Happening


def recent_activity(session: Session, company: Company, desk: Desk) -> tuple[Happening, ...]:
    """The latest happenings, the newest first."""
    dated = [
        *_payments(session, company, desk),
        *_reversed(session, company, desk),
        *_clearing(session, company),
        *_sent(session, company),
    ]
    dated.sort(key=lambda one: (one.at, one.happening.id), reverse=True)
    return tuple(one.happening for one in dated[:_SHOWN])


def _payments(session: Session, company: Company, desk: Desk) -> Iterable[_Dated]:
    keys = newest_payments(session, company.id, _SHOWN)
    for key, row in zip(keys, payment_rows(session, company, desk, keys), strict=True):
        title = f"{row.customer} paid {row.gross}"
        note = row.method
        tone: Literal["good", "bad", "quiet"] = "good"
        if row.failed:
            title, note, tone = f"{row.customer} could not pay {row.gross}", row.reason, "bad"
        elif row.by_hand:
            # Taken by whom, not paid how: whoever reads it was not there.
            title = f"{row.customer} paid {row.gross} · {row.method}"
            note, tone = row.source.words, "quiet" if row.undone else "good"
        elif row.is_refund:
            title = f"{row.customer} gets {row.refund.amount} back"
            note = f"{row.refund.label} · {row.refund.by}"
            tone = "bad" if row.refund.nothing else "quiet"
        yield _dated(company, key.at, key.id, title, note, row.invoices, tone)


def _reversed(session: Session, company: Company, desk: Desk) -> Iterable[_Dated]:
    """Payments by hand that were taken back, when that was."""
    found = session.connection().execute(_REVERSED, {"company_id": company.id}).all()
    keys = [PaymentKey(row.id, "payment", row.reversed_at) for row in found]
    if not keys:
        return
    for key, row in zip(keys, payment_rows(session, company, desk, keys), strict=True):
        title = f"A payment of {row.gross} by {row.customer} was reversed"
        note = row.undone.partition(",")[0]
        yield _dated(company, key.at, f"{key.id}-reversed", title, note, row.invoices, "warn")


def _clearing(session: Session, company: Company) -> Iterable[_Dated]:
    """Bank debits on their way; once they arrive or fail they are a payment or a failure."""
    rows = session.connection().execute(_CLEARING, {"company_id": company.id}).all()
    if not rows:
        return
    meant = invoices_meant(session, company.id, {row.id for row in rows})
    for row in rows:
        amount = formats.money(row.amount, row.currency, company.locale)
        title = f"{row.customer} started a bank payment of {amount}"
        links = meant.get(row.id, ())
        yield _dated(company, row.processing_at, row.id, title, "On its way", links, "warn")


def _sent(session: Session, company: Company) -> Iterable[_Dated]:
    rows = session.connection().execute(_SENT, {"company_id": company.id})
    for row in rows:
        progress = progress_of(row)
        title = _LETTERS[progress].format(number=row.number)
        if progress == "sent" and row.by:
            title = f"{row.by} sent {row.number}"
        link = InvoiceLink(row.invoice_id, row.number)
        tone: Literal["bad", "quiet"] = "bad" if progress == "failed" else "quiet"
        at = row.sent_at or row.queued_at
        yield _dated(company, at, row.id, title, f"To {row.email}", (link,), tone)


_LETTERS: dict[Progress, str] = {
    "waiting": "{number} is waiting to be sent",
    "sending": "{number} is being sent",
    "retrying": "{number} is waiting to be sent",
    "failed": "{number} could not be delivered",
    "sent": "{number} was sent",
}


def _dated(
    company: Company,
    at: datetime,
    event_id: str,
    title: str,
    note: str,
    invoices: Sequence[InvoiceLink],
    tone: Literal["good", "bad", "warn", "quiet"],
) -> _Dated:
    when = recently(at, company.time_zone, company.locale, now())
    numbers = ", ".join(link.number for link in invoices)
    happening = Happening(
        id=event_id,
        title=title,
        note=f"{when} · {note}",
        about="" if numbers in title else numbers,
        tone=tone,
        invoice_id=invoices[0].id if len(invoices) == 1 else "",
    )
    return _Dated(at, happening)
