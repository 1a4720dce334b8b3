"""What each of Stripe's objects shows, whichever event or answer brought it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fsm_portal.domain.ids import is_id
from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways.stripe_amounts import from_stripe
from fsm_portal.gateways.stripe_facts import (
    ATTEMPT_KEY,
    REFUND_KEY,
    CheckoutExpired,
    CheckoutProcessing,
    DisputeChanged,
    DisputeMovement,
    PaymentFailed,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)


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
        attempt_id=attempt(charge),
        occurred_at=time(charge["created"]),
        charged_at=time(charge["created"]),
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
        attempt_id=attempt(intent),
        occurred_at=seen_at,
        charge_id=_id_or_none(charge),
    )


def checkout_session(
    session: Mapping[str, Any], seen_at: datetime
) -> PaymentSucceeded | CheckoutProcessing | CheckoutExpired | None:
    """What a checkout session shows; None while it is open."""
    if session["status"] == "expired":
        return CheckoutExpired(session["id"], attempt(session), seen_at)
    if session["status"] != "complete":
        return None
    if session["payment_status"] == "unpaid":
        return CheckoutProcessing(session["id"], attempt(session), seen_at)
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
        attempt_id=attempt(session),
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
        attempt_id=attempt(charge),
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
        attempt_id=attempt(intent),
        code=error.get("decline_code") or error.get("code") or "",
        message=error.get("message") or "",
        method=method,
        last4=last4,
        occurred_at=seen_at,
    )


def refund(subject: Mapping[str, Any]) -> RefundChanged | None:
    """The refund as it stands; None for one of a charge that belongs to no payment intent."""
    if not subject.get("payment_intent"):
        return None
    amount, currency = _money(subject["amount"], subject)
    return RefundChanged(
        stripe_refund_id=subject["id"],
        payment_intent_id=_id(subject["payment_intent"]),
        refund_id=_ours(subject, REFUND_KEY),
        amount=amount,
        currency=currency,
        status=str(subject["status"]),
        reason=str(subject.get("reason") or ""),
        failure_reason=str(subject.get("failure_reason") or ""),
        balance_transaction_id=_id_or_none(subject.get("balance_transaction")),
        returned=bool(subject.get("failure_balance_transaction"))
        or subject["status"] in ("failed", "canceled"),
        occurred_at=time(subject["created"]),
    )


def dispute(subject: Mapping[str, Any]) -> DisputeChanged | None:
    """The dispute as it stands; None for one of a charge that belongs to no payment intent."""
    if not subject.get("payment_intent"):
        return None
    amount, currency = _money(subject["amount"], subject)
    due_by = (subject.get("evidence_details") or {}).get("due_by")
    return DisputeChanged(
        stripe_dispute_id=subject["id"],
        payment_intent_id=_id(subject["payment_intent"]),
        amount=amount,
        currency=currency,
        status=str(subject["status"]),
        reason=str(subject.get("reason") or ""),
        evidence_due_at=time(due_by) if due_by else None,
        movements=tuple(_movement(each) for each in subject.get("balance_transactions") or ()),
        occurred_at=time(subject["created"]),
    )


def _movement(transaction: Mapping[str, Any]) -> DisputeMovement:
    amount, currency = _money(transaction["amount"], transaction)
    return DisputeMovement(
        transaction["id"],
        currency=currency,
        amount=amount,
        fee=_money(transaction["fee"], transaction)[0],
        occurred_at=time(transaction["created"]),
    )


def payout(subject: Mapping[str, Any]) -> PayoutChanged:
    """The payout as it stands."""
    amount, currency = _money(subject["amount"], subject)
    return PayoutChanged(
        payout_id=subject["id"],
        amount=amount,
        currency=currency,
        status=str(subject["status"]),
        failure_message=str(subject.get("failure_message") or ""),
        returned=bool(subject.get("failure_balance_transaction")),
        arrives_at=time(subject["arrival_date"]),
        occurred_at=time(subject["created"]),
    )


def _money(amount: int, subject: Mapping[str, Any]) -> tuple[int, str]:
    """An amount of ``subject`` in our minor units, and its currency."""
    currency = str(subject["currency"]).upper()
    if type(amount) is not int:
        raise TypeError(f"{amount!r} is not an amount")
    # A currency that ISO 4217 does not list is none of ours, and nothing is made of its amount.
    return from_stripe(amount, currency) if currency in EXPONENTS else amount, currency


def attempt(subject: Mapping[str, Any]) -> str | None:
    return _ours(subject, ATTEMPT_KEY)


def _ours(subject: Mapping[str, Any], key: str) -> str | None:
    """An id of ours in the object's metadata."""
    value = (subject.get("metadata") or {}).get(key)
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


def time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
