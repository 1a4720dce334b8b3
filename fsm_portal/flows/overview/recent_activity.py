"""What happened lately: invoices sent and opened, payments, what failed, came back, is clearing."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import IN_FLIGHT, CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.dispute import Dispute
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import Payment
from fsm_portal.flows.invoices.invoice_activity import letters, openings
from fsm_portal.flows.overview.happening import Dated, Happening, Tone, dated
from fsm_portal.flows.payment_rows import PaymentKey, invoices_meant, payment_rows
from fsm_portal.flows.payments.dispute_rows import dispute_badge
from fsm_portal.flows.payments.list_payments import newest_payments
from fsm_portal.flows.payments.payer import PAYER, its_customer
from fsm_portal.flows.staff_desk import Desk
from fsm_portal.gateways import formats

_attempt = table_of(CheckoutAttempt)
_customer = table_of(Customer)
_payment = table_of(Payment)
_dispute = table_of(Dispute)

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
        IN_FLIGHT,
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
_DISPUTED = (
    select(
        _dispute.c.id,
        _dispute.c.opened_at,
        _dispute.c.amount,
        _dispute.c.currency,
        _dispute.c.status,
        _payment.c.attempt_id,
        PAYER,
    )
    .join(
        _payment,
        (_payment.c.company_id == _dispute.c.company_id) & (_payment.c.id == _dispute.c.payment_id),
    )
    .join(_customer, its_customer(_payment))
    .where(_dispute.c.company_id == bindparam("company_id"))
    .order_by(_dispute.c.opened_at.desc(), _dispute.c.id.desc())
    .limit(_SHOWN)
)


def recent_activity(session: Session, company: Company, desk: Desk) -> tuple[Happening, ...]:
    """The latest happenings, the newest first."""
    found = [
        *_payments(session, company, desk),
        *_reversed(session, company, desk),
        *_clearing(session, company),
        *_disputed(session, company),
        *letters(session, company, _SHOWN),
        *openings(session, company, _SHOWN),
    ]
    found.sort(key=lambda one: (one.at, one.happening.id), reverse=True)
    return tuple(one.happening for one in found[:_SHOWN])


def _payments(session: Session, company: Company, desk: Desk) -> Iterable[Dated]:
    keys = newest_payments(session, company.id, _SHOWN)
    for key, row in zip(keys, payment_rows(session, company, desk, keys), strict=True):
        title = f"{row.customer} paid {row.gross}"
        note = row.method
        tone: Tone = "good"
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
        yield dated(company, key.at, key.id, title, note, row.invoices, tone)


def _reversed(session: Session, company: Company, desk: Desk) -> Iterable[Dated]:
    """Payments by hand that were taken back, when that was."""
    found = session.connection().execute(_REVERSED, {"company_id": company.id}).all()
    keys = [PaymentKey(row.id, "payment", row.reversed_at) for row in found]
    if not keys:
        return
    for key, row in zip(keys, payment_rows(session, company, desk, keys), strict=True):
        title = f"A payment of {row.gross} by {row.customer} was reversed"
        note = row.undone.partition(",")[0]
        yield dated(company, key.at, f"{key.id}-reversed", title, note, row.invoices, "warn")


def _clearing(session: Session, company: Company) -> Iterable[Dated]:
    """Bank debits on their way; once they arrive or fail they are a payment or a failure."""
    rows = session.connection().execute(_CLEARING, {"company_id": company.id}).all()
    if not rows:
        return
    meant = invoices_meant(session, company.id, {row.id for row in rows})
    for row in rows:
        amount = formats.money(row.amount, row.currency, company.locale)
        title = f"{row.customer} started a bank payment of {amount}"
        links = meant.get(row.id, ())
        yield dated(company, row.processing_at, row.id, title, "On its way", links, "warn")


def _disputed(session: Session, company: Company) -> Iterable[Dated]:
    rows = session.connection().execute(_DISPUTED, {"company_id": company.id}).all()
    meant = invoices_meant(session, company.id, {row.attempt_id for row in rows})
    for row in rows:
        amount = formats.money(row.amount, row.currency, company.locale)
        asks = row.status.startswith("warning_")
        title = f"The bank of {row.customer} {'asks about' if asks else 'disputes'} {amount}"
        label, tone = dispute_badge(row.status)
        links = meant.get(row.attempt_id, ())
        yield dated(company, row.opened_at, row.id, title, label, links, tone)
