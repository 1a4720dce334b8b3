"""Stripe's events and objects as our own facts. Vendor objects never leave this room.

A fact says what is so, not what changed: every object that shows a succeeded charge gives the same
``PaymentSucceeded``, whichever event carried it and in whatever order. Amounts are minor units,
currencies upper-case ISO 4217, times UTC.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fsm_portal.domain.ids import is_id
from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.stripe_amounts import from_stripe

# Keys of the metadata that we put on sessions and payment intents; Stripe copies them to charges.
ATTEMPT_KEY = "fsm_attempt"
PLATFORM = "platform"


@dataclass(frozen=True)
class PaymentSucceeded:
    """Money was captured. Null means that this object does not say, not that there is none.

    ``occurred_at`` is when it happened as far as this object tells: the charge knows exactly
    (``charged_at``), of the others only the event's time, some seconds later.
    """

    payment_intent_id: str
    amount: int
    currency: str
    attempt_id: str | None
    occurred_at: datetime
    charged_at: datetime | None = None
    charge_id: str | None = None
    balance_transaction_id: str | None = None
    method: str = ""
    last4: str = ""


@dataclass(frozen=True)
class PaymentFailed:
    """A charge was refused; the customer may try again on the same page.

    Where the bank's approval failed there never was a charge, and ``source_id`` is the event's:
    one intent may fail so several times.
    """

    payment_intent_id: str
    source_id: str
    amount: int
    currency: str
    attempt_id: str | None
    code: str
    message: str
    method: str
    last4: str
    occurred_at: datetime


@dataclass(frozen=True)
class CheckoutProcessing:
    """Submitted, but the money takes days: a bank debit."""

    session_id: str
    attempt_id: str | None
    occurred_at: datetime


@dataclass(frozen=True)
class CheckoutFailed:
    """The bank debit came back."""

    session_id: str
    attempt_id: str | None
    occurred_at: datetime


@dataclass(frozen=True)
class CheckoutExpired:
    """The checkout page is closed; nothing was paid on it."""

    session_id: str
    attempt_id: str | None
    occurred_at: datetime


@dataclass(frozen=True)
class AccountChanged:
    """What the connected account may do, and since when Stripe says so (None: asked just now)."""

    charges_enabled: bool
    payouts_enabled: bool
    occurred_at: datetime | None = None


@dataclass(frozen=True)
class AccountDeauthorized:
    """The company disconnected its Stripe account from this platform."""

    occurred_at: datetime


Fact = (
    PaymentSucceeded
    | PaymentFailed
    | CheckoutProcessing
    | CheckoutFailed
    | CheckoutExpired
    | AccountChanged
    | AccountDeauthorized
)


@dataclass(frozen=True)
class Event:
    """One event. ``account`` is the connected account, or ``"platform"``."""

    id: str
    account: str
    type: str
    created_at: datetime
    livemode: bool
    payload: str
    fact: Fact | None


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
        created_at = _time(created)
        fact = _fact(event_id, kind, subject, created_at)
    except (KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise ValueError(f"a {kind} event of an unknown shape: {error!r}") from error
    return Event(event_id, account, kind, created_at, bool(body.get("livemode")), payload, fact)


def _fact(event_id: str, kind: str, subject: dict[str, Any], created_at: datetime) -> Fact | None:
    match kind:
        case "charge.succeeded" | "charge.updated" | "charge.captured":
            return succeeded_charge(subject)
        case "payment_intent.succeeded":
            return succeeded_intent(subject, created_at)
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return checkout_session(subject, created_at)
        case "checkout.session.async_payment_failed":
            return CheckoutFailed(subject["id"], _attempt(subject), created_at)
        case "checkout.session.expired":
            return CheckoutExpired(subject["id"], _attempt(subject), created_at)
        case "charge.failed":
            return failed_charge(subject, created_at)
        case "payment_intent.payment_failed":
            return failed_approval(subject, event_id, created_at)
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


def succeeded_charge(charge: Mapping[str, Any]) -> PaymentSucceeded | None:
    """The payment a charge shows, or None while it is pending, failed or not captured."""
    if charge["status"] != "succeeded" or not charge.get("captured", True):
        return None
    if not charge.get("payment_intent"):
        return None
    method, last4 = _method(charge.get("payment_method_details"))
    amount, currency = _money(charge.get("amount_captured") or charge["amount"], charge)
    return PaymentSucceeded(
        payment_intent_id=_id(charge["payment_intent"]),
        amount=amount,
        currency=currency,
        attempt_id=_attempt(charge),
        occurred_at=_time(charge["created"]),
        charged_at=_time(charge["created"]),
        charge_id=charge["id"],
        balance_transaction_id=_id_or_none(charge.get("balance_transaction")),
        method=method,
        last4=last4,
    )


def succeeded_intent(intent: Mapping[str, Any], seen_at: datetime) -> PaymentSucceeded | None:
    """The payment a payment intent shows, or None unless it succeeded.

    The intent itself was made with the first card that was tried, maybe hours before.
    """
    if intent["status"] != "succeeded":
        return None
    charge = intent.get("latest_charge")
    if isinstance(charge, dict) and (known := succeeded_charge(charge)) is not None:
        return known
    amount, currency = _money(intent.get("amount_received") or intent["amount"], intent)
    return PaymentSucceeded(
        payment_intent_id=intent["id"],
        amount=amount,
        currency=currency,
        attempt_id=_attempt(intent),
        occurred_at=seen_at,
        charge_id=_id_or_none(charge),
    )


def checkout_session(
    session: Mapping[str, Any], seen_at: datetime
) -> PaymentSucceeded | CheckoutProcessing | CheckoutExpired | None:
    """What a checkout session shows; None while it is open."""
    if session["status"] == "expired":
        return CheckoutExpired(session["id"], _attempt(session), seen_at)
    if session["status"] != "complete":
        return None
    if session["payment_status"] == "unpaid":
        return CheckoutProcessing(session["id"], _attempt(session), seen_at)
    intent = session.get("payment_intent")
    if not intent:
        return None
    if isinstance(intent, dict) and (known := succeeded_intent(intent, seen_at)) is not None:
        return known
    amount, currency = _money(session["amount_total"], session)
    return PaymentSucceeded(
        payment_intent_id=_id(intent),
        amount=amount,
        currency=currency,
        attempt_id=_attempt(session),
        occurred_at=seen_at,
    )


def failed_charge(charge: Mapping[str, Any], seen_at: datetime) -> PaymentFailed | None:
    """The refusal a failed charge shows; None for a charge that belongs to no payment intent."""
    if not charge.get("payment_intent"):
        return None
    outcome = charge.get("outcome") or {}
    method, last4 = _method(charge.get("payment_method_details"))
    amount, currency = _money(charge["amount"], charge)
    return PaymentFailed(
        payment_intent_id=_id(charge["payment_intent"]),
        source_id=charge["id"],
        amount=amount,
        currency=currency,
        attempt_id=_attempt(charge),
        code=outcome.get("reason") or charge.get("failure_code") or "",
        message=charge.get("failure_message") or "",
        method=method,
        last4=last4,
        occurred_at=seen_at,
    )


def failed_approval(
    intent: Mapping[str, Any], event_id: str, seen_at: datetime
) -> PaymentFailed | None:
    """The refusal an intent shows that came to no charge; charges tell of their own."""
    error = intent.get("last_payment_error")
    if not error or error.get("charge"):
        return None
    method, last4 = _method(error.get("payment_method"))
    amount, currency = _money(intent["amount"], intent)
    return PaymentFailed(
        payment_intent_id=intent["id"],
        source_id=event_id,
        amount=amount,
        currency=currency,
        attempt_id=_attempt(intent),
        code=error.get("decline_code") or error.get("code") or "",
        message=error.get("message") or "",
        method=method,
        last4=last4,
        occurred_at=seen_at,
    )


def _money(amount: int, subject: Mapping[str, Any]) -> tuple[int, str]:
    """An amount of ``subject`` in our minor units, and its currency."""
    currency = str(subject["currency"]).upper()
    if type(amount) is not int:
        raise TypeError(f"{amount!r} is not an amount")
    # A currency that ISO 4217 does not list is none of ours, and nothing is made of its amount.
    return from_stripe(amount, currency) if currency in EXPONENTS else amount, currency


def _attempt(subject: Mapping[str, Any]) -> str | None:
    value = (subject.get("metadata") or {}).get(ATTEMPT_KEY)
    # Whoever else uses the account may write anything there, also what no database can hold.
    return value if isinstance(value, str) and is_id(value) else None


def _method(details: Mapping[str, Any] | None) -> tuple[str, str]:
    if not details:
        return "", ""
    kind = str(details.get("type", ""))
    inner = details.get(kind) or {}
    return str(inner.get("brand") or kind), str(inner.get("last4") or "")


def _id(reference: Any) -> str:
    """The id of an object that may be given by id or expanded."""
    return str(reference["id"] if isinstance(reference, dict) else reference)


def _id_or_none(reference: Any) -> str | None:
    return _id(reference) if reference else None


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
