"""What a customer paid on one invoice, and what of it went back, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.credits_used import credits_used
from fsm_portal.flows.receipt_document import method_words
from fsm_portal.gateways import formats

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_refund = table_of(Refund)
_entry = table_of(LedgerEntry)

# Longer than any bank takes to show a refund: from then on nobody waits for it.
_ARRIVES_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class PaidView:
    """One payment in the history of an invoice, one refund, or credit; these have no receipt."""

    id: str
    title: str
    note: str
    amount: str
    receipt_url: str = ""
    kind: Literal["payment", "reversed", "refund", "failed_refund", "credit"] = "payment"


# Made once: writing a statement costs more than running it.
_PAID = (
    select(
        _payment.c.id,
        _payment.c.method,
        _payment.c.last4,
        _payment.c.received_at,
        _payment.c.reversed_at,
        _payment.c.currency,
        _allocation.c.amount,
    )
    .join(
        _payment,
        (_payment.c.company_id == _allocation.c.company_id)
        & (_payment.c.id == _allocation.c.payment_id),
    )
    .where(
        _allocation.c.company_id == bindparam("company_id"),
        _allocation.c.invoice_id == bindparam("invoice_id"),
    )
)
_REFUNDED = (
    select(
        _refund.c.id,
        _refund.c.status,
        _refund.c.happened_at,
        _refund.c.currency,
        _payment.c.method,
        _payment.c.last4,
        func.sum(_entry.c.amount).label("amount"),
    )
    .join(
        _refund,
        (_refund.c.company_id == _entry.c.company_id)
        & (_refund.c.stripe_refund_id == _entry.c.source),
    )
    .join(
        _payment,
        (_payment.c.company_id == _refund.c.company_id) & (_payment.c.id == _refund.c.payment_id),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.invoice_id == bindparam("invoice_id"),
        _entry.c.kind == Kind.REFUND,
    )
    .group_by(
        _refund.c.id,
        _refund.c.status,
        _refund.c.happened_at,
        _refund.c.currency,
        _payment.c.method,
        _payment.c.last4,
    )
)


def customer_history(session: Session, company: Company, invoice: Invoice) -> tuple[PaidView, ...]:
    """What of each payment and refund is this invoice's. Only what has left is called refunded."""
    key = {"company_id": company.id, "invoice_id": invoice.id}
    dated = [
        *_paid(session, company, key),
        *_refunded(session, company, key),
        *_credited(session, company, invoice),
    ]
    dated.sort(key=lambda one: (one[0], one[1].id), reverse=True)
    return tuple(view for _, view in dated)


def _paid(
    session: Session, company: Company, key: dict[str, Any]
) -> Iterable[tuple[datetime, PaidView]]:
    for row in session.connection().execute(_PAID, key):
        yield (
            row.received_at,
            PaidView(
                id=row.id,
                title=method_words(row.method, row.last4),
                note=_day(row.received_at, company),
                amount=formats.money(row.amount, row.currency, company.locale),
                receipt_url=f"/documents/receipts/{row.id}.pdf",
                kind="payment" if row.reversed_at is None else "reversed",
            ),
        )


def _refunded(
    session: Session, company: Company, key: dict[str, Any]
) -> Iterable[tuple[datetime, PaidView]]:
    for row in session.connection().execute(_REFUNDED, key):
        method, day = method_words(row.method, row.last4), _day(row.happened_at, company)
        failed = RefundStatus(row.status).came_to_nothing
        title, note = f"Refunded to {method}", day
        if failed:
            title = "A refund that did not arrive"
            note = f"{day} · Your bank sent it back. {company.name} will be in touch."
        elif now() - row.happened_at < _ARRIVES_WITHIN:
            note = f"{day} · It can take 5 to 10 days to show."
        amount = int(row.amount) if failed else -int(row.amount)
        yield (
            row.happened_at,
            PaidView(
                id=row.id,
                title=title,
                note=note,
                amount=formats.money(amount, row.currency, company.locale),
                kind="failed_refund" if failed else "refund",
            ),
        )


def _credited(
    session: Session, company: Company, invoice: Invoice
) -> Iterable[tuple[datetime, PaidView]]:
    for used in credits_used(session, company, invoice):
        yield (
            used.used_at,
            PaidView(
                id=used.id,
                title="Your credit, used here",
                note=used.day,
                amount=used.amount,
                kind="credit",
            ),
        )


def _day(moment: datetime, company: Company) -> str:
    zone = ZoneInfo(company.time_zone)
    return formats.day(moment.astimezone(zone).date(), company.locale)
