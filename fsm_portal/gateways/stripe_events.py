"""An event of Stripe's, read: which account it is of, and the fact that it tells."""

import json
from datetime import datetime
from typing import Any

from fsm_portal.gateways import stripe_objects as read
from fsm_portal.gateways.stripe_facts import (
    PLATFORM,
    AccountChanged,
    AccountDeauthorized,
    CheckoutExpired,
    CheckoutFailed,
    Event,
    Fact,
)


def read_event(payload: str) -> Event:
    """Read an event's JSON. Raises ValueError for anything that is not an event of Stripe's."""
    try:
        body = json.loads(payload)
    except RecursionError:
        raise ValueError("the event is nested too deeply") from None
    if not isinstance(body, dict) or body.get("object") != "event":
        raise ValueError("not a Stripe event")
    event_id, kind, created = body.get("id"), body.get("type"), body.get("created")
    data = body.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    account = body.get("account") or PLATFORM
    if not (
        isinstance(event_id, str)
        and 0 < len(event_id) <= 255
        and isinstance(kind, str)
        and 0 < len(kind) <= 80
        and isinstance(created, int)
        and isinstance(account, str)
        and len(account) <= 64
        and isinstance(subject, dict)
    ):
        raise ValueError("the event lacks an id, type, time or object")
    try:
        created_at = read.time(created)
        fact = _fact(event_id, kind, subject, created_at)
    except (KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise ValueError(f"a {kind} event of an unknown shape: {error!r}") from error
    return Event(event_id, account, kind, created_at, bool(body.get("livemode")), payload, fact)


def _fact(event_id: str, kind: str, subject: dict[str, Any], created_at: datetime) -> Fact | None:
    match kind:
        case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
            return read.refund(subject)
        case (
            "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn"
            | "charge.dispute.funds_reinstated"
        ):
            return read.dispute(subject)
        case (
            "payout.created"
            | "payout.updated"
            | "payout.paid"
            | "payout.failed"
            | "payout.canceled"
        ):
            return read.payout(subject)
        case "charge.succeeded" | "charge.updated" | "charge.captured" | "charge.refunded":
            return read.succeeded_charge(subject)
        case "payment_intent.succeeded":
            return read.succeeded_intent(subject, created_at)
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return read.checkout_session(subject, created_at)
        case "checkout.session.async_payment_failed":
            return CheckoutFailed(subject["id"], read.attempt(subject), created_at)
        case "checkout.session.expired":
            return CheckoutExpired(subject["id"], read.attempt(subject), created_at)
        case "charge.failed":
            return read.failed_charge(subject, created_at)
        case "payment_intent.payment_failed":
            return read.failed_approval(subject, event_id, created_at)
        case "account.updated":
            return AccountChanged(
                bool(subject.get("charges_enabled")),
                bool(subject.get("payouts_enabled")),
                created_at,
            )
        case "account.application.deauthorized":
            return AccountDeauthorized(created_at)
        case _:
            return None
