"""The shape of a payment method: what a customer typed, reduced to what may be kept."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.store import Json

NOBODY: Json = {
    "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def build(means: Card | BankAccount, billing: Json, allow_redisplay: str = "limited") -> Json:
    """A card or bank account as a payment method; ``billing`` is a billing_details object."""
    if isinstance(means, BankAccount):
        kind, details = means.type, means.details
    else:
        kind, details = "card", _card(means)
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": allow_redisplay,
        "billing_details": billing,
        kind: details,
        "created": clock.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def _card(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": card.checks,
        "country": card.country,
        "display_brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
