"""How far a refund is, and why it came to nothing, in words for the people in the office."""

from dataclasses import dataclass
from typing import Literal

from fsm_portal.domain.refund import RefundStatus

Tone = Literal["good", "info", "warn", "bad"]


@dataclass(frozen=True)
class RefundWords:
    """``label`` is for a badge; ``note`` says what it means, empty where nothing needs saying."""

    label: str
    tone: Tone
    note: str


_UNKNOWN = RefundWords(
    "Not confirmed yet",
    "warn",
    "Stripe did not answer, so it may have been made or not. We keep asking until it does. "
    "Please do not refund it a second time.",
)
_WORDS = {
    RefundStatus.ASKED: RefundWords("On its way to Stripe", "info", ""),
    RefundStatus.REFUSED: RefundWords("Refused", "bad", "Nothing was refunded."),
    RefundStatus.PENDING: RefundWords(
        "Pending", "warn", "Stripe has it, the customer’s bank has not confirmed it yet."
    ),
    RefundStatus.SUCCEEDED: RefundWords("Refunded", "good", ""),
    RefundStatus.FAILED: RefundWords("Came back", "bad", ""),
    RefundStatus.CANCELED: RefundWords(
        "Canceled", "bad", "The money is in your Stripe balance again."
    ),
}

# https://docs.stripe.com/api/refunds/object#refund_object-failure_reason
_FAILURES = {
    "charge_for_pending_refund_disputed": "The customer disputed the payment meanwhile",
    "declined": "The customer’s bank declined it",
    "expired_or_canceled_card": "The card has expired or was canceled",
    "insufficient_funds": "There was not enough money in your Stripe balance",
    "lost_or_stolen_card": "The card was reported lost or stolen",
    "merchant_request": "You asked Stripe to stop it",
    "unknown": "The customer’s bank gave no reason",
}
REASONS = {
    "requested_by_customer": "Asked for by the customer",
    "duplicate": "Paid twice",
    "fraudulent": "Fraudulent",
}


def refund_words(status: RefundStatus, failure_reason: str, unanswered: bool) -> RefundWords:
    """``failure_reason`` is Stripe's: a word for what failed, a sentence for what it refused."""
    if status is RefundStatus.ASKED and unanswered:
        return _UNKNOWN
    words = _WORDS[status]
    if status is RefundStatus.FAILED:
        why = _FAILURES.get(failure_reason, _FAILURES["unknown"])
        note = f"{why}. The money is in your Stripe balance again: pay it back another way."
        return RefundWords(words.label, words.tone, note)
    if status is RefundStatus.REFUSED and failure_reason:
        return RefundWords(words.label, words.tone, f"{words.note} Stripe says: {failure_reason}")
    return words
