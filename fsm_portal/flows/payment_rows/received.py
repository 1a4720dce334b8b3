"""Payments as rows: what each cost, what of it is credit, what went back and what still can."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.payment import BroughtBy, Payment, PaymentAllocation
from fsm_portal.flows.by_hand.by_hand_rows import ByHand, by_hand
from fsm_portal.flows.payment_rows.meant import invoices_meant
from fsm_portal.flows.payment_rows.row import NO_SOURCE, InvoiceLink, PaymentRow, SourceView
from fsm_portal.flows.payments.dispute_rows import DisputeView, disputes_by_payment
from fsm_portal.flows.payments.payer import PAYER, its_customer
from fsm_portal.flows.payments.receipt_document import method_words
from fsm_portal.flows.refunding.refund_rows import RefundView, refunds_by_payment
from fsm_portal.flows.refunding.refundable import refundable
from fsm_portal.flows.staff_desk import Desk, takes_platform_fee
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_customer = table_of(Customer)

# Made once: writing a statement costs more than running it, and these run at every payment.
PAYMENTS = (
    select(_payment, PAYER)
    .join(_customer, its_customer(_payment))
    .where(
        _payment.c.company_id == bindparam("company_id"),
        _payment.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_ALLOCATED = (
    select(_allocation.c.payment_id, func.sum(_allocation.c.amount).label("amount"))
    .where(
        _allocation.c.company_id == bindparam("company_id"),
        _allocation.c.payment_id.in_(bindparam("ids", expanding=True)),
    )
    .group_by(_allocation.c.payment_id)
)

_SOURCES = {
    BroughtBy.WEBHOOK: SourceView("Told by Stripe", "Webhook", "webhook"),
    BroughtBy.RETURN: SourceView(
        "Found on return", "Look-up as the customer came back to us", "return"
    ),
    BroughtBy.SWEEP: SourceView("Found by the check", "Sweep of Stripe’s events", "sweep"),
}
_BY_HAND = "Not a payment through Stripe"


def received(
    session: Session, company: Company, desk: Desk, ids: Sequence[str], with_refunds: bool
) -> dict[str, PaymentRow]:
    """By their ids."""
    found = (
        session.connection().execute(PAYMENTS, {"company_id": company.id, "ids": list(ids)}).all()
    )
    allocated = _allocated(session, company.id, ids)
    invoices = invoices_meant(session, company.id, {row.attempt_id for row in found})
    hands = by_hand(session, company, found)
    moment = now()
    refunds: dict[str, tuple[RefundView, ...]] = {}
    opposed: dict[str, tuple[DisputeView, ...]] = {}
    can_go_back: set[str] = set()
    if with_refunds:
        refunds = refunds_by_payment(session, company, desk, ids)
        opposed = disputes_by_payment(session, company, ids)
    if with_refunds and desk.may_send:
        left = refundable(session, company, found)
        can_go_back = {payment_id for payment_id, one in left.items() if one.amount > 0}
    return {
        row.id: PaymentRow(
            id=row.id,
            failed=False,
            when=_when(row, company, moment),
            customer=row.customer,
            customer_id=row.customer_id,
            method=method_words(row.method, row.last4),
            reference=row.payment_intent_id or "",
            gross=formats.money(row.amount, row.currency, company.locale),
            credit=_some(row.amount - allocated.get(row.id, 0), row.currency, company),
            refunds=refunds.get(row.id, ()),
            disputes=opposed.get(row.id, ()),
            may_refund=row.id in can_go_back,
            **(_fees(row, company) if desk.sees_fees else {}),
            **(
                _taken_by_hand(hands[row.id], desk)
                if row.id in hands
                else {
                    "invoices": invoices.get(row.attempt_id, ()),
                    "source": _SOURCES.get(row.brought_by, NO_SOURCE),
                }
            ),
        )
        for row in found
    }


def _when(row: Row[*tuple[Any, ...]], company: Company, moment: datetime) -> str:
    if row.taken_by is None:
        return recently(row.received_at, company.time_zone, company.locale, moment)
    # Of what was taken by hand the day is known.
    day = row.received_at.astimezone(ZoneInfo(company.time_zone)).date()
    return formats.day(day, company.locale)


def _taken_by_hand(hand: ByHand, desk: Desk) -> dict[str, Any]:
    return {
        "invoices": tuple(InvoiceLink(*invoice) for invoice in hand.invoices),
        "source": SourceView(f"Taken by {hand.taker}", hand.note or _BY_HAND),
        "by_hand": True,
        "undone": hand.undone,
        "may_reverse": desk.may_send and not hand.undone,
    }


def _fees(row: Row[*tuple[Any, ...]], company: Company) -> dict[str, Any]:
    if row.taken_by is not None:
        net = 0 if row.reversed_at is not None else row.amount
        return {"net": _some(net, row.currency, company)}
    if row.stripe_fee is None:
        return {"fees_pending": True}
    platform_fee = row.platform_fee or 0
    # Where Stripe converted the payment, its fees were taken from what it came to.
    currency = row.settled_currency or row.currency
    settled = row.amount if row.settled_amount is None else row.settled_amount
    net = settled - row.stripe_fee - platform_fee
    return {
        "stripe_fee": formats.money(row.stripe_fee, currency, company.locale),
        # A fee that was not taken is not spoken of.
        "platform_fee": _some(platform_fee, currency, company)
        or (formats.money(0, currency, company.locale) if takes_platform_fee() else ""),
        "net": formats.money(net, currency, company.locale),
    }


def _some(amount: int, currency: str, company: Company) -> str:
    return formats.money(amount, currency, company.locale) if amount > 0 else ""


def _allocated(session: Session, company_id: str, payment_ids: Sequence[str]) -> dict[str, int]:
    """Per payment: how much of it went to invoices."""
    key = {"company_id": company_id, "ids": list(payment_ids)}
    rows = session.connection().execute(_ALLOCATED, key)
    return {row.payment_id: int(row.amount) for row in rows}
