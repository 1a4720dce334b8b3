"""The shape of a Checkout Session object."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

_MINUTE, _DAY = 60, 24 * 3600


def build(
    call: Call,
    params: Json,
    customer: Json | None,
    currency: str,
    total: int,
    types: list[str],
) -> Json:
    """An open session of ``total`` minor units. Raises 400 for an expiry out of bounds."""
    now = clock.now()
    session_id = new_id("cs")
    email = customer["email"] if customer else params.get("customer_email")
    details: Json | None = None
    if email:
        details = customer_details(email, customer["name"] if customer else None)
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": _message(params),
            "terms_of_service_acceptance": None,
        },
        "customer": customer["id"] if customer else None,
        "customer_account": None,
        "customer_creation": None if customer else params.get("customer_creation", "if_required"),
        "customer_details": details,
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": _expiry(params, now),
        "invoice": None,
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                "account_tax_ids": None,
                "custom_fields": None,
                "description": None,
                "footer": None,
                "issuer": None,
                "metadata": {},
                "rendering_options": None,
            },
        },
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": merged({}, params.get("metadata", {})),
        "mode": "payment",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": types,
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": _saved(params),
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{call.sandbox.settings.public_url}/c/pay/{session_id}",
        "wallet_options": None,
    }


def _saved(params: Json) -> Json | None:
    given = params.get("saved_payment_method_options")
    if given is None and "customer" not in params:
        return None
    return {
        "allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled",
        "payment_method_save": "disabled",
        **(given or {}),
    }


def _message(params: Json) -> Json | None:
    submit = params.get("custom_text", {}).get("submit")
    return {"message": submit["message"]} if submit else None


def _expiry(params: Json, now: int) -> int:
    expires_at: int = params.get("expires_at", now + _DAY)
    # A minute of grace either way: clocks differ, and requests take their time.
    if expires_at < now + 29 * _MINUTE:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            "expires_at",
        )
    if expires_at > now + _DAY + _MINUTE:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            "expires_at",
        )
    return expires_at


def customer_details(email: str, name: str | None) -> Json:
    """What is known of the payer before the page was filled in."""
    return {
        "address": None,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }
