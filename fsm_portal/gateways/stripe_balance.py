"""Stripe's own books of an account: balance transactions, payouts and what the balance is.

Amounts are our minor units of the named currency (upper-case ISO 4217), times UTC.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways import stripe_objects as read
from fsm_portal.gateways.stripe_amounts import from_stripe
from fsm_portal.gateways.stripe_client import client, options, our_errors
from fsm_portal.gateways.stripe_facts import (
    DisputeChanged,
    PaymentSucceeded,
    PayoutChanged,
    RefundChanged,
)

log = logging.getLogger(__name__)

# https://docs.stripe.com/api/balance_transactions/object#balance_transaction_object-source: what
# these are about may be a payment of ours; whatever else moves a balance is not.
_OURS_MAYBE = ("ch_", "py_", "re_", "pyr_", "du_", "dp_", "po_")


class Origin(StrEnum):
    """Whether the object behind a movement is one of this portal's, as far as it tells itself.

    ``unsaid``: a refund or a dispute speaks of a charge, and only that one says.
    """

    OURS = "ours"
    ELSEWHERE = "elsewhere"
    UNSAID = "unsaid"


@dataclass(frozen=True)
class Movement:
    """One balance transaction. ``net`` (``amount`` less ``fee``) is what the balance changed by.

    ``fact`` is what the object behind it (``source_id``) shows now; ``charge_id`` the charge that
    a refund or dispute is about.
    """

    id: str
    type: str
    currency: str
    amount: int
    fee: int
    platform_fee: int
    net: int
    source_id: str | None
    description: str
    available_at: datetime
    created_at: datetime
    origin: Origin
    fact: PaymentSucceeded | RefundChanged | DisputeChanged | PayoutChanged | None = None
    charge_id: str | None = None

    @property
    def stripe_fee(self) -> int:
        return self.fee - self.platform_fee


@dataclass(frozen=True)
class Holding:
    """What an account holds in one currency."""

    currency: str
    available: int
    pending: int


def movements_between(account: str, since: datetime, until: datetime) -> list[Movement]:
    """The balance transactions created in [since, until), oldest first.

    One that cannot be read is logged and left out. Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        page = client().v1.balance_transactions.list(
            {
                "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
                "limit": 100,
                "expand": ["data.source"],
            },
            options(account),
        )
        newest_first = list(page.auto_paging_iter())
    return _read(reversed(newest_first))


def movement_of(account: str, balance_transaction_id: str) -> Movement:
    """One balance transaction. Raises StripeUnavailable, StripeRefused, ValueError."""
    with our_errors():
        found = client().v1.balance_transactions.retrieve(
            balance_transaction_id, {"expand": ["source"]}, options(account)
        )
    return _movement(found.to_dict())


def movements_paid_out(account: str, payout_id: str) -> list[str]:
    """The ids of the balance transactions that a payout carried to the bank, its own left out.

    Raises StripeUnavailable, and StripeRefused for a payout that was made by hand: Stripe keeps
    no list for those.
    """
    with our_errors():
        page = client().v1.balance_transactions.list(
            {"payout": payout_id, "limit": 100}, options(account)
        )
        return [found.id for found in page.auto_paging_iter() if found.type != "payout"]


def payouts_since(account: str, since: datetime) -> list[PayoutChanged]:
    """The payouts created at or after ``since``, oldest first, as they stand now.

    Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        page = client().v1.payouts.list(
            {"created": {"gte": int(since.timestamp())}, "limit": 100}, options(account)
        )
        return [read.payout(found.to_dict()) for found in page.auto_paging_iter()][::-1]


def holdings(account: str) -> list[Holding]:
    """What the account holds now, per currency. Raises StripeUnavailable, StripeRefused."""
    with our_errors():
        found = client().v1.balance.retrieve(None, options(account)).to_dict()
    sums: dict[str, list[int]] = {}
    for place, part in enumerate(("available", "pending")):
        for each in found[part]:
            currency = each["currency"].upper()
            sums.setdefault(currency, [0, 0])[place] += _minor(each["amount"], currency)
    return [Holding(currency, *amounts) for currency, amounts in sorted(sums.items())]


def _read(listed: Iterable[Any]) -> list[Movement]:
    movements = []
    for found in listed:
        try:
            movements.append(_movement(found.to_dict()))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("balance transaction %s cannot be read: %r", found.id, error)
    return movements


def _movement(found: Mapping[str, Any]) -> Movement:
    currency = found["currency"].upper()
    source = found.get("source")
    platform_fee = sum(
        each["amount"] for each in found["fee_details"] if each["type"] == "application_fee"
    )
    about = source if isinstance(source, dict) else None
    source_id = about["id"] if about else source
    return Movement(
        id=found["id"],
        type=found["type"],
        currency=currency,
        amount=_minor(found["amount"], currency),
        fee=_minor(found["fee"], currency),
        platform_fee=_minor(platform_fee, currency),
        net=_minor(found["net"], currency),
        source_id=source_id,
        description=found.get("description") or "",
        available_at=read.time(found["available_on"]),
        created_at=read.time(found["created"]),
        origin=_origin(source_id, about),
        fact=_fact(about),
        charge_id=_charge(about),
    )


def _origin(source_id: str | None, about: Mapping[str, Any] | None) -> Origin:
    if source_id is None or not source_id.startswith(_OURS_MAYBE):
        return Origin.ELSEWHERE
    match about and about.get("object"):
        case "charge":
            # Every charge of ours has its attempt written on it from its first moment.
            named = read.attempt(about or {}) is not None
            return Origin.OURS if named else Origin.ELSEWHERE
        case "payout":
            return Origin.OURS
        case _:
            return Origin.UNSAID


def _fact(
    about: Mapping[str, Any] | None,
) -> PaymentSucceeded | RefundChanged | DisputeChanged | PayoutChanged | None:
    match about and about.get("object"):
        case "charge":
            return read.succeeded_charge(about or {})
        case "refund":
            return read.refund(about or {})
        case "dispute":
            return read.dispute(about or {})
        case "payout":
            return read.payout(about or {})
        case _:
            return None


def _charge(about: Mapping[str, Any] | None) -> str | None:
    charge = (about or {}).get("charge")
    return charge["id"] if isinstance(charge, dict) else charge


def _minor(amount: int, currency: str) -> int:
    """Nothing is made of an amount in a currency that ISO 4217 does not list."""
    return from_stripe(amount, currency) if currency in EXPONENTS else amount
