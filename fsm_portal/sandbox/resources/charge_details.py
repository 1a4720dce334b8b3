"""What a charge tells about what it was made on, and about what the bank answered."""

import random

from fsm_portal.sandbox import card_brands, clock
from fsm_portal.sandbox.banks import BankAccount
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Card
from fsm_portal.sandbox.store import Json


def build(call: Call, charge_id: str, intent: Json, method: Json, account: Json) -> Json:
    """A charge for a payment intent of which nothing is known yet."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": intent["application"],
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": account["settings"]["payments"]["statement_descriptor"],
        "captured": False,
        "created": clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": None,
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }


def spoken(charge: Json) -> str:
    """``Visa •••• 4242``, ``Bank account •••• 6789``."""
    details = charge["payment_method_details"]
    by_card = details["type"] == "card"
    what = card_brands.brand_name(details["card"]["brand"]) if by_card else "Bank account"
    return f"{what} •••• {details[details['type']]['last4']}"


def bank_outcome() -> Json:
    """Nobody assesses the risk of a debit."""
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "not_assessed",
        "seller_message": "Payment complete.",
        "type": "authorized",
    }


def of_bank(bank: BankAccount) -> Json:
    """``payment_method_details`` of a debit."""
    details = bank.details
    if bank.type == "us_bank_account":
        names = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4",
                 "routing_number")  # fmt: skip
        return {**{name: details[name] for name in names}, "payment_reference": None}
    european = ("bank_code", "branch_code", "country", "fingerprint", "last4")
    return {**{name: details[name] for name in european}, "mandate": None}


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
