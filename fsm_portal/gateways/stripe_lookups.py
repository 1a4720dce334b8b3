"""Single things looked up at Stripe, where no event told of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fsm_portal.gateways import stripe_objects as read
from fsm_portal.gateways.stripe_api import OpenCheckout
from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors
from fsm_portal.gateways.stripe_facts import (
    CheckoutExpired,
    CheckoutFailed,
    CheckoutProcessing,
    PaymentSucceeded,
)

# https://docs.stripe.com/payments/paymentintents/lifecycle: where an intent ends up whose bank
# debit did not go through.
_NOT_PAID = frozenset({"requires_payment_method", "canceled"})


@dataclass(frozen=True)
class IntentFound:
    """A payment intent: the attempt of ours that it names, and the payment if there is one."""

    attempt_id: str | None
    payment: PaymentSucceeded | None


def look_up_intent(account: str, payment_intent_id: str, seen_at: datetime) -> IntentFound | None:
    """A payment intent as it stands; None where Stripe has none of that id.

    Raises StripeUnavailable, StripeRefused.
    """
    try:
        with our_errors():
            found = client().v1.payment_intents.retrieve(
                payment_intent_id, {"expand": ["latest_charge"]}, options(account)
            )
    except StripeRefused as error:
        if error.code == "resource_missing":
            return None
        raise
    intent = found.to_dict()
    return IntentFound(read.attempt(intent), read.succeeded_intent(intent, seen_at))


def names_attempt(account: str, charge_id: str) -> bool:
    """Whether a charge names an attempt of this portal's kind. Raises as ``look_up_intent``."""
    with our_errors():
        found = client().v1.charges.retrieve(charge_id, None, options(account))
    return read.attempt(found.to_dict()) is not None


def session_outcome(
    account: str, session_id: str, attempt_id: str, seen_at: datetime
) -> PaymentSucceeded | CheckoutProcessing | CheckoutFailed | CheckoutExpired | None:
    """What became of a checkout page; None while it is open.

    One that Stripe does not know can be paid by nobody: it counts as expired.
    Raises StripeUnavailable, StripeRefused.
    """
    try:
        with our_errors():
            found = client().v1.checkout.sessions.retrieve(
                session_id, {"expand": ["payment_intent.latest_charge"]}, options(account)
            )
    except StripeRefused as error:
        if error.code != "resource_missing":
            raise
        return CheckoutExpired(session_id, attempt_id, seen_at)
    session = found.to_dict()
    fact = read.checkout_session(session, seen_at)
    intent = session.get("payment_intent")
    if (
        isinstance(fact, CheckoutProcessing)
        and isinstance(intent, dict)
        and intent["status"] in _NOT_PAID
    ):
        return CheckoutFailed(session_id, attempt_id, seen_at)
    return fact


def sessions_since(account: str, since: datetime) -> dict[str, OpenCheckout]:
    """Checkout pages created at or after ``since``, by the attempt of ours that each names.

    Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        page = client().v1.checkout.sessions.list(
            {"created": {"gte": int(since.timestamp())}, "limit": 100}, options(account)
        )
        found: list[dict[str, Any]] = [each.to_dict() for each in page.auto_paging_iter()]
    return {
        attempt_id: OpenCheckout(
            session["id"],
            session.get("url") or "",
            datetime.fromtimestamp(session["expires_at"], UTC),
        )
        for session in found
        if (attempt_id := read.attempt(session)) is not None
    }
