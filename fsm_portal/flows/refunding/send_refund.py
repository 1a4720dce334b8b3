"""A refund that was asked for, carried to Stripe: once, however often the network fails.

It is always asked for by the same key, so Stripe makes one refund of it. Stripe forgets keys after
24 hours; from then on its refunds of the payment are looked through first.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from fsm_portal.db import reading, writing
from fsm_portal.domain.balances import payment_shares
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import WorkKind, enqueue
from fsm_portal.domain.payment import BroughtBy, Payment
from fsm_portal.domain.refund import Refund, RefundStatus
from fsm_portal.domain.stripe_event import Outcome
from fsm_portal.flows.outbox import MAX_ATTEMPTS, GiveUp, Work
from fsm_portal.flows.recorder import record_fact
from fsm_portal.flows.recorder.recording import topics_of
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_facts import RefundChanged
from fsm_portal.gateways.stripe_refunds import create_refund, refunds_of

_refund = table_of(Refund)
_payment = table_of(Payment)
_attempt = table_of(CheckoutAttempt)

# An hour less than Stripe keeps a key. Counted from when it was asked for on our side, which is
# never later than Stripe first heard of it.
KEY_IS_GOOD_FOR = timedelta(hours=23)


class NoAnswer(Exception):
    """Stripe did not answer. What it did is not known; the outbox asks again."""


class BooksBehind(Exception):
    """Stripe made the refund, but by our books there is not so much left: an earlier one may have
    failed, which we have not been told yet. The outbox asks again."""


def send_refund(work: Work) -> frozenset[str]:
    """Ask Stripe for one refund and record its answer; returns the topics to ring.

    Raises NoAnswer and BooksBehind to be called again, GiveUp where the answer contradicts our
    books to the end.
    """
    refund_id = work.payload.get("refund_id")
    if refund_id is None:
        raise GiveUp("the queued work lacks its refund")
    refund = _read(work.company_id, refund_id)
    if refund.status != RefundStatus.ASKED:
        # The event of it was here before us.
        return frozenset()
    try:
        fact = _made_already(refund) if now() - refund.happened_at > KEY_IS_GOOD_FOR else None
        fact = fact or _ask(refund)
    except StripeDenied as error:
        if _is_first(work):
            return _refused(refund, f"Stripe does not let us into this account: {error}")
        return _unanswered(work, refund, error)
    except StripeUnavailable as error:
        return _unanswered(work, refund, error)
    except StripeRefused as error:
        return _refused(refund, str(error))
    return _record(work, refund, fact)


def _read(company_id: str, refund_id: str) -> Row[*tuple[Any, ...]]:
    with reading() as session:
        return (
            session.connection()
            .execute(
                select(
                    _refund,
                    _payment.c.stripe_account_id,
                    _payment.c.payment_intent_id,
                    _payment.c.customer_id,
                    _attempt.c.application_fee,
                )
                .join(
                    _payment,
                    (_payment.c.company_id == _refund.c.company_id)
                    & (_payment.c.id == _refund.c.payment_id),
                )
                .join(
                    _attempt,
                    (_attempt.c.company_id == _payment.c.company_id)
                    & (_attempt.c.id == _payment.c.attempt_id),
                )
                .where(_refund.c.company_id == company_id, _refund.c.id == refund_id)
            )
            .one()
        )


def _ask(refund: Row[*tuple[Any, ...]]) -> RefundChanged:
    try:
        return create_refund(
            account=refund.stripe_account_id,
            payment_intent_id=refund.payment_intent_id,
            refund_id=refund.id,
            amount=refund.amount,
            currency=refund.currency,
            reason=refund.reason,
            # As it was asked for: what was taken is known only later, and the key allows no change.
            return_platform_fee=refund.application_fee > 0,
        )
    except StripeRefused:
        # A no to this request; one before it may have been a yes that never reached us.
        made = _made_already(refund)
        if made is None:
            raise
        return made


def _made_already(refund: Row[*tuple[Any, ...]]) -> RefundChanged | None:
    """This refund, if it is among Stripe's refunds of the payment."""
    found = refunds_of(refund.stripe_account_id, refund.payment_intent_id)
    return next((each for each in found if each.refund_id == refund.id), None)


def _record(work: Work, refund: Row[*tuple[Any, ...]], fact: RefundChanged) -> frozenset[str]:
    with writing() as connection:
        recording = record_fact(connection, refund.company_id, fact, BroughtBy.STAFF)
    if recording.outcome is not Outcome.RECORDED:
        reason = f"Stripe's answer does not fit: {recording.reason}"
        raise BooksBehind(reason) if work.attempts < MAX_ATTEMPTS else GiveUp(reason)
    return recording.topics


def _refused(refund: Row[*tuple[Any, ...]], sentence: str) -> frozenset[str]:
    """Stripe said no: nothing moved, and staff read why."""
    return _note(
        refund,
        {
            "status": RefundStatus.REFUSED,
            "failure_reason": sentence[:500],
            "unanswered_at": None,
        },
    )


def _unanswered(
    work: Work, refund: Row[*tuple[Any, ...]], error: StripeUnavailable
) -> frozenset[str]:
    """It may have been made or not: say so, and have it asked again."""
    topics = _note(refund, {"unanswered_at": refund.unanswered_at or now()})
    if work.attempts < MAX_ATTEMPTS:
        raise NoAnswer(str(error)) from error
    # Money that may or may not have moved is never given up: the next day's work goes on with it.
    day = int(work.payload.get("day") or 1) + 1
    with writing() as connection:
        enqueue(
            connection,
            work.company_id,
            WorkKind.REFUND,
            f"refund:{refund.id}:{day}",
            {"refund_id": refund.id, "day": str(day)},
        )
    return topics


def _note(refund: Row[*tuple[Any, ...]], news: dict[str, Any]) -> frozenset[str]:
    """Keep ``news`` unless an event has told more meanwhile; returns the topics to ring."""
    with writing() as connection:
        connection.execute(
            update(_refund)
            .where(
                _refund.c.company_id == refund.company_id,
                _refund.c.id == refund.id,
                _refund.c.status == RefundStatus.ASKED,
            )
            .values(**news)
        )
        invoices = [
            share.invoice_id
            for share in payment_shares(connection, refund.company_id, refund.payment_id)
            if share.invoice_id is not None
        ]
    return topics_of(refund.company_id, refund.customer_id, invoices)


def _is_first(work: Work) -> bool:
    """Whether nobody can have asked Stripe for it before."""
    return work.attempts == 1 and "day" not in work.payload
