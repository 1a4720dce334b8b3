"""Payments, failed attempts and refunds as rows of the staff's lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session

from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.ledger import invoice_balances
from fsm_portal.domain.payment import BroughtBy, FailedPayment, Payment, PaymentAllocation
from fsm_portal.flows.by_hand_rows import ByHand, by_hand
from fsm_portal.flows.dispute_rows import NO_DISPUTE, DisputeView, disputes, disputes_by_payment
from fsm_portal.flows.failure_words import failure_words
from fsm_portal.flows.payer import PAYER, its_attempt, its_customer
from fsm_portal.flows.receipt_document import method_words
from fsm_portal.flows.refund_rows import (
    NO_REFUND,
    REFUNDS,
    RefundView,
    refund_view,
    refunds_by_payment,
)
from fsm_portal.flows.refundable import refundable
from fsm_portal.flows.staff_desk import Desk, takes_platform_fee
from fsm_portal.gateways import formats
from fsm_portal.gateways.recent import recently

_payment = table_of(Payment)
_allocation = table_of(PaymentAllocation)
_failed = table_of(FailedPayment)
_attempt = table_of(CheckoutAttempt)
_attempt_invoice = table_of(CheckoutAttemptInvoice)
_customer = table_of(Customer)
_invoice = table_of(Invoice)


# Made once: writing a statement costs more than running it, and these run at every payment.
_RECEIVED = (
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
_REFUSED = (
    select(_failed, PAYER)
    .join(_attempt, its_attempt(_failed))
    .join(_customer, its_customer(_attempt))
    .where(
        _failed.c.company_id == bindparam("company_id"),
        _failed.c.id.in_(bindparam("ids", expanding=True)),
    )
)
_MEANT = (
    select(_attempt_invoice.c.attempt_id, _invoice.c.id, _invoice.c.number)
    .join(
        _invoice,
        (_invoice.c.company_id == _attempt_invoice.c.company_id)
        & (_invoice.c.id == _attempt_invoice.c.invoice_id),
    )
    .where(
        _attempt_invoice.c.company_id == bindparam("company_id"),
        _attempt_invoice.c.attempt_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(_invoice.c.number)
)


@dataclass(frozen=True)
class SourceView:
    """How we know of a payment: in an office's words, and by its exact name."""

    words: str = ""
    term: str = ""
    # The one word for it, where Stripe was the source.
    short: str = ""


_NO_SOURCE = SourceView()
_SOURCES = {
    BroughtBy.WEBHOOK: SourceView("Told by Stripe", "Webhook", "webhook"),
    BroughtBy.RETURN: SourceView(
        "Found on return", "Look-up as the customer came back to us", "return"
    ),
    BroughtBy.SWEEP: SourceView("Found by the check", "Sweep of Stripe’s events", "sweep"),
}
_BY_HAND = "Not a payment through Stripe"


@dataclass(frozen=True)
class InvoiceLink:
    """An invoice a payment is for."""

    id: str
    number: str


@dataclass(frozen=True)
class PaymentRow:
    """A payment, an attempt that failed (``failed``, with its ``reason`` and what is ``to_do``), a
    ``refund`` or a ``dispute``.

    Until Stripe has told its fee ``fees_pending`` is set and the fee and net texts are empty; they
    are also empty for whoever does not see fees. ``invoices`` are those it was meant for;
    ``credit`` is what they could not take. ``refunds`` and ``disputes`` are those of a payment,
    where they were asked for; ``may_refund`` says whether whoever looks can refund it. One that
    was taken ``by_hand`` has no fees; ``undone`` says that and when it was reversed.
    """

    id: str
    failed: bool
    when: str
    customer: str
    invoices: tuple[InvoiceLink, ...]
    method: str
    reference: str
    gross: str
    credit: str = ""
    stripe_fee: str = ""
    platform_fee: str = ""
    net: str = ""
    fees_pending: bool = False
    source: SourceView = _NO_SOURCE
    reason: str = ""
    to_do: str = ""
    is_refund: bool = False
    refund: RefundView = NO_REFUND
    refunds: tuple[RefundView, ...] = ()
    disputes: tuple[DisputeView, ...] = ()
    is_dispute: bool = False
    dispute: DisputeView = NO_DISPUTE
    may_refund: bool = False
    by_hand: bool = False
    undone: str = ""
    may_reverse: bool = False


RowKind = Literal["payment", "failed", "refund", "dispute"]


@dataclass(frozen=True)
class PaymentKey:
    """Which row: a payment, a failed attempt, a refund or a dispute, and when it happened."""

    id: str
    kind: RowKind
    at: datetime


def payment_rows(
    session: Session,
    company: Company,
    desk: Desk,
    keys: Sequence[PaymentKey],
    *,
    with_refunds: bool = False,
) -> tuple[PaymentRow, ...]:
    """The rows of ``keys``, in their order; a fixed number of statements.

    ``with_refunds`` also asks what went back of each payment, and what still can.
    """
    rows: dict[str, PaymentRow] = {}
    paid = [key.id for key in keys if key.kind == "payment"]
    if paid:
        rows |= _received(session, company, desk, paid, with_refunds)
    refused = [key.id for key in keys if key.kind == "failed"]
    if refused:
        rows |= _refused(session, company, refused, with_refunds)
    returned = [key.id for key in keys if key.kind == "refund"]
    if returned:
        rows |= _gone_back(session, company, desk, returned)
    disputed = [key.id for key in keys if key.kind == "dispute"]
    if disputed:
        rows |= _disputed(session, company, disputed)
    return tuple(rows[key.id] for key in keys)


def shows_platform_fee(desk: Desk, rows: Iterable[PaymentRow]) -> bool:
    """Whether a list names the platform's fee: where one is taken, or was on one of ``rows``."""
    return desk.sees_fees and (takes_platform_fee() or any(row.platform_fee for row in rows))


def _received(
    session: Session, company: Company, desk: Desk, ids: Sequence[str], with_refunds: bool
) -> dict[str, PaymentRow]:
    found = (
        session.connection().execute(_RECEIVED, {"company_id": company.id, "ids": list(ids)}).all()
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
                    "source": _SOURCES.get(row.brought_by, _NO_SOURCE),
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


def _gone_back(
    session: Session, company: Company, desk: Desk, ids: Sequence[str]
) -> dict[str, PaymentRow]:
    """Refunds as rows of their own, beside the payments that they are of."""
    connection = session.connection()
    found = connection.execute(REFUNDS, {"company_id": company.id, "ids": list(ids)}).all()
    key = {"company_id": company.id, "ids": [row.payment_id for row in found]}
    payments = {row.id: row for row in connection.execute(_RECEIVED, key)}
    attempts = {payment.attempt_id for payment in payments.values()}
    invoices = invoices_meant(session, company.id, attempts)
    rows: dict[str, PaymentRow] = {}
    for row in found:
        payment = payments[row.payment_id]
        view = refund_view(row, company, desk)
        net = ""
        if desk.sees_fees and row.platform_fee is not None and not view.nothing:
            net = formats.money(row.platform_fee - row.amount, row.currency, company.locale)
        rows[row.id] = PaymentRow(
            id=row.id,
            failed=False,
            when=view.when,
            customer=payment.customer,
            invoices=invoices.get(payment.attempt_id, ()),
            method=method_words(payment.method, payment.last4),
            reference=view.reference,
            gross=formats.money(-row.amount, row.currency, company.locale),
            platform_fee=view.fee_back,
            net=net,
            is_refund=True,
            refund=view,
        )
    return rows


def _disputed(session: Session, company: Company, ids: Sequence[str]) -> dict[str, PaymentRow]:
    """Disputes as rows of their own, beside the payments that they are of."""
    found = disputes(session, company, ids)
    key = {"company_id": company.id, "ids": [row.payment_id for row, _ in found]}
    payments = {row.id: row for row in session.connection().execute(_RECEIVED, key)}
    attempts = {payment.attempt_id for payment in payments.values()}
    invoices = invoices_meant(session, company.id, attempts)
    moment = now()
    rows: dict[str, PaymentRow] = {}
    for row, view in found:
        payment = payments[row.payment_id]
        rows[row.id] = PaymentRow(
            id=row.id,
            failed=False,
            when=recently(row.opened_at, company.time_zone, company.locale, moment),
            customer=payment.customer,
            invoices=invoices.get(payment.attempt_id, ()),
            method=method_words(payment.method, payment.last4),
            reference=view.reference,
            gross=formats.money(-row.amount, row.currency, company.locale),
            is_dispute=True,
            dispute=view,
        )
    return rows


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


def _refused(
    session: Session, company: Company, ids: Sequence[str], with_advice: bool
) -> dict[str, PaymentRow]:
    found = (
        session.connection().execute(_REFUSED, {"company_id": company.id, "ids": list(ids)}).all()
    )
    invoices = invoices_meant(session, company.id, {row.attempt_id for row in found})
    advice = _advice(session, company, invoices) if with_advice else {}
    moment = now()
    return {
        row.id: PaymentRow(
            id=row.id,
            failed=True,
            when=recently(row.failed_at, company.time_zone, company.locale, moment),
            customer=row.customer,
            invoices=invoices.get(row.attempt_id, ()),
            method=method_words(row.method, row.last4),
            reference=row.payment_intent_id or "",
            gross=formats.money(row.amount, row.currency, company.locale),
            reason=failure_words(row.code, row.message),
            to_do=advice.get(row.attempt_id, ""),
        )
        for row in found
    }


def _advice(
    session: Session, company: Company, meant: dict[str, tuple[InvoiceLink, ...]]
) -> dict[str, str]:
    """Per attempt that failed: what the office can do, as its invoices stand now."""
    ids = sorted({link.id for links in meant.values() for link in links})
    balances = invoice_balances(session, company.id, ids) if ids else {}
    return {
        attempt_id: (
            "Still to be paid: the link in its mail opens another try. Send it again, or call them."
            if any(balances[link.id].due > 0 for link in links)
            else "Settled since: nothing to do."
        )
        for attempt_id, links in meant.items()
    }


def invoices_meant(
    session: Session, company_id: str, attempt_ids: set[str]
) -> dict[str, tuple[InvoiceLink, ...]]:
    """Per checkout attempt: the invoices it was meant for, by number."""
    key = {
        "company_id": company_id,
        "ids": [attempt_id for attempt_id in attempt_ids if attempt_id],
    }
    if not key["ids"]:
        return {}
    rows = session.connection().execute(_MEANT, key)
    links: dict[str, tuple[InvoiceLink, ...]] = {}
    for row in rows:
        links[row.attempt_id] = (*links.get(row.attempt_id, ()), InvoiceLink(row.id, row.number))
    return links
