"""Refunds at Stripe: asked for once by our own id, and looked up by it."""

from typing import Any

from fsm_portal.gateways.stripe_amounts import to_stripe
from fsm_portal.gateways.stripe_client import client, options, our_errors
from fsm_portal.gateways.stripe_facts import PLATFORM, REFUND_KEY, RefundChanged
from fsm_portal.gateways.stripe_objects import refund


def create_refund(
    *,
    account: str,
    payment_intent_id: str,
    refund_id: str,
    amount: int,
    currency: str,
    reason: str,
    return_platform_fee: bool,
) -> RefundChanged:
    """Refund ``amount`` (our minor units) of a payment; asked again with the same id it is the
    same refund, for as long as Stripe keeps the key (24 hours).

    ``return_platform_fee``: in proportion; of a payment that had none it must be False, and equal
    each time that the same refund is asked for. Raises StripeUnavailable, StripeRefused, and
    ValueError for an amount that Stripe cannot say.
    """
    params: dict[str, Any] = {
        "payment_intent": payment_intent_id,
        "amount": to_stripe(amount, currency),
        "reason": reason,
        "metadata": {REFUND_KEY: refund_id},
    }
    if return_platform_fee and account != PLATFORM:
        # Without it the platform would keep its fee (https://docs.stripe.com/connect/direct-charges
        # #issue-refunds); with it Stripe gives back the same part of it.
        params["refund_application_fee"] = True
    with our_errors():
        made = client().v1.refunds.create(
            params,  # type: ignore[arg-type]
            options(account, f"refund-{refund_id}"),
        )
    return _read(made)


def refunds_of(account: str, payment_intent_id: str) -> list[RefundChanged]:
    """All refunds of a payment as they stand at Stripe, whoever asked for them; the newest first.

    Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        page = client().v1.refunds.list(
            {"payment_intent": payment_intent_id, "limit": 100}, options(account)
        )
        found = list(page.auto_paging_iter())
    return [_read(each) for each in found]


def _read(found: Any) -> RefundChanged:
    fact = refund(found.to_dict())
    if fact is None:  # we ask by payment intent, so it has one
        raise ValueError(f"refund {found.id} belongs to no payment")
    return fact
