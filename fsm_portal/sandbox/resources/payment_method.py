"""Payment methods: what a customer typed, reduced to what may be kept."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "payment_method", "payment_method", "payment_method", expandable=frozenset({"customer"})
)


def build(means: Card | BankAccount, billing: Json) -> Json:
    """A card or bank account as a payment method; ``billing`` is a billing_details object."""
    if isinstance(means, BankAccount):
        kind, details = means.type, means.details
    else:
        kind, details = "card", _card(means)
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
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


def _retrieve(call: Call, _params: Json, payment_method_id: str) -> Json:
    return NOUN.get(call, payment_method_id)


ENDPOINTS = [Endpoint("GET", "/v1/payment_methods/{id}", _retrieve)]
