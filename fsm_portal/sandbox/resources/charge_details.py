"""What a charge tells about the card it was made on, and about what the bank answered."""

import random

from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.store import Json


def outcome(card: Card) -> Json:
    """Stripe's ``outcome``: what network and risk checks said."""
    refusal = card.refusal
    risk: Json = {"risk_level": "normal", "risk_score": random.randrange(1, 60)}
    if refusal and refusal.blocked:
        risk = {"risk_level": "highest", "risk_score": random.randrange(80, 100)}
    common = {"advice_code": None, "network_advice_code": None, "network_decline_code": None}
    if refusal is None:
        return {
            **common,
            **risk,
            "network_status": "approved_by_network",
            "reason": None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    if refusal.blocked:
        return {
            **common,
            **risk,
            "network_status": "not_sent_to_network",
            "reason": "highest_risk_level",
            "seller_message": "Stripe blocked this payment as too risky.",
            "type": "blocked",
        }
    return {
        **common,
        **risk,
        "advice_code": refusal.advice,
        "network_status": "declined_by_network",
        "reason": refusal.decline_code,
        "seller_message": "The bank did not return any further details with this decline."
        if refusal.decline_code == "generic_decline"
        else f"The bank returned the decline code `{refusal.decline_code}`.",
        "type": "issuer_declined",
    }


def of_card(card: Card, amount: int) -> Json:
    """``payment_method_details.card``; ``amount`` in minor units."""
    unavailable = {"status": "unavailable"}
    return {
        "amount_authorized": amount if card.refusal is None else None,
        "brand": card.brand,
        "checks": card.checks,
        "country": card.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "incremental_authorization": unavailable,
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": unavailable,
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, **unavailable},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }
