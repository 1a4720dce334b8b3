"""What a customer paid on one invoice, and what of it went back, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, case, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.credit_note import CreditNote
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.domain.payment import Payment, PaymentAllocation
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.flows.crediting.credits_used import credits_used
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.gateways import formats

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_refund = table_of(Refund)
_entry = table_of(LedgerEntry)
_note = table_of(CreditNote)

# Longer than any bank takes to show a refund: from then on nobody waits for it.
_ARRIVES_WITHIN = timedelta(days=14)


Kinds = Literal[
    "payment", "reversed", "refund", "failed_refund", "credit", "credit_note", "dispute"
]


@dataclass(frozen=True)
class PaidView:
    """One payment in the history of an invoice, or whatever changed what is due of it since.

    ``receipt_url`` is the paper of a payment, a refund or a credit note. What leaves the invoice
    has a minus.
    """

    id: str
    title: str
    note: str
    amount: str
    receipt_url: str = ""
    kind: Kinds = "payment"


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


# By the movement at the bank: what was only laid elsewhere in our books adds up to nothing.
_BY_BANKS = (
    select(
        _entry.c.source,
        _payment.c.method,
        _payment.c.last4,
        _payment.c.currency,
        func.max(_entry.c.occurred_at).label("moved_at"),
        func.sum(
            case((_entry.c.kind == Kind.DISPUTE, -_entry.c.amount), else_=_entry.c.amount)
        ).label("amount"),
    )
    .join(
        _payment,
        (_payment.c.company_id == _entry.c.company_id) & (_payment.c.id == _entry.c.payment_id),
    )
    .where(
        _entry.c.company_id == bindparam("company_id"),
        _entry.c.invoice_id == bindparam("invoice_id"),
        _entry.c.kind.in_((Kind.DISPUTE, Kind.DISPUTE_RETURNED)),
    )
    .group_by(_entry.c.source, _payment.c.method, _payment.c.last4, _payment.c.currency)
)
# Those that came with a refund say nothing that the refund does not say.
_CREDIT_NOTES = select(
    _note.c.id,
    _note.c.number,
    _note.c.reason,
    _note.c.issue_date,
    _note.c.created_at,
    _note.c.total,
    _note.c.currency,
).where(
    _note.c.company_id == bindparam("company_id"),
    _note.c.customer_id == bindparam("customer_id"),
    _note.c.invoice_id == bindparam("invoice_id"),
    _note.c.refund_id.is_(None),
    _note.c.undone_at.is_(None),
)


def customer_history(
    session: Session, company: Company, invoice: Invoice, locale: str
) -> tuple[PaidView, ...]:
    """What of each payment, refund, dispute and credit is this invoice's, in words of ``locale``.

    Only what has left is called refunded.
    """
    reader = _Reader(session, company, locale)
    key = {"company_id": company.id, "invoice_id": invoice.id}
    dated = [
        *_paid(reader, key),
        *_refunded(reader, key),
        *_moved_by_banks(reader, key),
        *_credited(reader, invoice),
        *_noted(reader, key | {"customer_id": invoice.customer_id}),
    ]
    dated.sort(key=lambda one: (one[0], one[1].id), reverse=True)
    return tuple(view for _, view in dated)


@dataclass(frozen=True)
class _Reader:
    """Where it is read from, and how its reader writes money and days."""

    session: Session
    company: Company
    locale: str

    def rows(self, statement: Any, key: dict[str, Any]) -> Iterable[Any]:
        return self.session.connection().execute(statement, key)

    def day(self, moment: datetime) -> str:
        zone = ZoneInfo(self.company.time_zone)
        return formats.day(moment.astimezone(zone).date(), self.locale)

    def money(self, amount: int, currency: str) -> str:
        return formats.money(amount, currency, self.locale)


Dated = Iterable[tuple[datetime, PaidView]]


def _paid(reader: _Reader, key: dict[str, Any]) -> Dated:
    for row in reader.rows(_PAID, key):
        yield (
            row.received_at,
            PaidView(
                id=row.id,
                title=method_words(row.method, row.last4),
                note=reader.day(row.received_at),
                amount=reader.money(row.amount, row.currency),
                receipt_url=f"/documents/receipts/{row.id}.pdf",
                kind="payment" if row.reversed_at is None else "reversed",
            ),
        )


def _refunded(reader: _Reader, key: dict[str, Any]) -> Dated:
    for row in reader.rows(_REFUNDED, key):
        method, day = method_words(row.method, row.last4), reader.day(row.happened_at)
        failed = RefundStatus(row.status).came_to_nothing
        title, note = f"Refunded to {method}", day
        if failed:
            title = "A refund that did not arrive"
            note = f"{day} · Your bank sent it back. {reader.company.name} will be in touch."
        elif now() - row.happened_at < _ARRIVES_WITHIN:
            note = f"{day} · It can take 5 to 10 days to show."
        amount = int(row.amount) if failed else -int(row.amount)
        yield (
            row.happened_at,
            PaidView(
                id=row.id,
                title=title,
                note=note,
                amount=reader.money(amount, row.currency),
                receipt_url=f"/documents/refunds/{row.id}.pdf",
                kind="failed_refund" if failed else "refund",
            ),
        )


def _moved_by_banks(reader: _Reader, key: dict[str, Any]) -> Dated:
    for row in reader.rows(_BY_BANKS, key):
        amount = int(row.amount)
        if amount:
            title = "Taken back by your bank" if amount < 0 else "Paid again by your bank"
            yield (
                row.moved_at,
                PaidView(
                    id=row.source,
                    title=title,
                    note=f"{reader.day(row.moved_at)} · {method_words(row.method, row.last4)}",
                    amount=reader.money(amount, row.currency),
                    kind="dispute",
                ),
            )


def _credited(reader: _Reader, invoice: Invoice) -> Dated:
    for used in credits_used(reader.session, reader.company, invoice, reader.locale):
        if used.undone:
            continue  # no money moved, and nothing of it stands
        yield (
            used.used_at,
            PaidView(
                id=used.id,
                title="Your credit, used here",
                note=used.day,
                amount=used.amount,
                kind="reversed" if used.is_gone else "credit",
            ),
        )


def _noted(reader: _Reader, key: dict[str, Any]) -> Dated:
    for row in reader.rows(_CREDIT_NOTES, key):
        day = formats.day(row.issue_date, reader.locale)
        yield (
            row.created_at,
            PaidView(
                id=row.id,
                title=f"Credit note {row.number}",
                note=f"{day} · {row.reason}" if row.reason else day,
                amount=reader.money(row.total, row.currency),
                receipt_url=f"/documents/credit-notes/{row.id}.pdf",
                kind="credit_note",
            ),
        )
