"""What a company does with its Stripe account besides: a shop of its own, on the same account."""

import time
from typing import Any

import httpx

from tests.flows.stripe_side import StripeSide
from tests.sandbox_process import GOOD_CARD, PLAIN, SECRET_KEY, pay


def shop_payment(
    stripe: StripeSide, amount: int, *, card: str = GOOD_CARD, **metadata: str
) -> dict[str, Any]:
    """The charge of a payment of ``amount`` cents, made and settled without the portal."""
    wanted = {
        "mode": "payment",
        "success_url": "https://shop.example/thanks",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": str(amount),
        "line_items[0][price_data][product_data][name]": "A thermostat",
        **{f"payment_intent_data[metadata][{key}]": value for key, value in metadata.items()},
    }
    answer = httpx.post(
        f"{stripe.sandbox.base_url}/v1/checkout/sessions",
        data=wanted,
        headers={"Authorization": f"Bearer {SECRET_KEY}", "Stripe-Account": stripe.account},
        **PLAIN,
    )
    assert pay(answer.raise_for_status().json()["url"], card).paid
    until = time.monotonic() + 60
    # Of an account with a past, events do not tell whether it is this charge that was settled.
    while not (charge := stripe.get("/v1/charges", limit=1)["data"][0])["balance_transaction"]:
        assert time.monotonic() < until, charge
        time.sleep(0.01)
    return dict(charge)
