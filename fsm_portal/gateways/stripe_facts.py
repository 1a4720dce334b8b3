"""Stripe's events and objects as our own facts. Vendor objects never leave this room.

A fact says what is so, not what changed: every object that shows a succeeded charge gives the same
``PaymentSucceeded``, whichever event carried it and in whatever order. Amounts are minor units,
currencies upper-case ISO 4217, times UTC.
"""

from dataclasses import dataclass
from datetime import datetime

# Keys of the metadata that we put on Stripe's objects; Stripe copies an intent's to its charge.
ATTEMPT_KEY = "fsm_attempt"
REFUND_KEY = "fsm_refund"
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


@dataclass(frozen=True)
class RefundChanged:
    """A refund as it stands now; ``status`` is Stripe's word.

    ``refund_id`` is our own, where it was asked for here. ``returned``: its money came back.
    """

    stripe_refund_id: str
    payment_intent_id: str
    refund_id: str | None
    amount: int
    currency: str
    status: str
    reason: str
    failure_reason: str
    balance_transaction_id: str | None
    returned: bool
    occurred_at: datetime


@dataclass(frozen=True)
class DisputeMovement:
    """Money that a dispute took (``amount`` negative) or brought back, and what Stripe took.

    In the account's own ``currency``, where Stripe had converted the payment into it.
    """

    balance_transaction_id: str
    currency: str
    amount: int
    fee: int
    occurred_at: datetime


@dataclass(frozen=True)
class DisputeChanged:
    """A dispute as it stands now; ``status`` and ``reason`` are Stripe's words."""

    stripe_dispute_id: str
    payment_intent_id: str
    amount: int
    currency: str
    status: str
    reason: str
    evidence_due_at: datetime | None
    movements: tuple[DisputeMovement, ...]
    occurred_at: datetime


@dataclass(frozen=True)
class PayoutChanged:
    """A payout as it stands now; ``status`` is Stripe's word. ``returned``: its money came back."""

    payout_id: str
    amount: int
    currency: str
    status: str
    failure_message: str
    returned: bool
    arrives_at: datetime
    occurred_at: datetime


Fact = (
    PaymentSucceeded
    | PaymentFailed
    | CheckoutProcessing
    | CheckoutFailed
    | CheckoutExpired
    | RefundChanged
    | DisputeChanged
    | PayoutChanged
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
