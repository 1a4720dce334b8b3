"""What a Checkout Session can be asked for: parameters of API version 2026-10-28.endive.

``payment_method_types`` is gone from that version, so it is unknown here too; what replaced it is
``allowed_payment_method_types``.
"""

from fsm_portal.sandbox.number_params import Currency, Integer, Minor
from fsm_portal.sandbox.params import Choice, Email, Many, NotHere, Reader, Shape, Tags, Text, Url
from fsm_portal.sandbox.resources import line_item

_NO = Choice("false", elsewhere=("true",))
_INTENT_DATA = Shape(
    {
        "application_fee_amount": Minor(),
        "capture_method": Choice("automatic", "automatic_async", elsewhere=("manual",)),
        "description": Text(1000),
        "metadata": Tags(),
        "on_behalf_of": NotHere(),
        "receipt_email": Email(),
        "setup_future_usage": Choice("off_session", "on_session"),
        "shipping": NotHere(),
        "statement_descriptor": Text(22),
        "statement_descriptor_suffix": Text(22),
        "transfer_data": NotHere(),
        "transfer_group": Text(),
    }
)
_OFF = Shape({"enabled": _NO})
_EITHER = Choice("disabled", "enabled")
_HERE: dict[str, Reader] = {
    "adaptive_pricing": _OFF,
    "allowed_payment_method_types": Many(Text()),
    "automatic_tax": _OFF,
    "billing_address_collection": Choice("auto", "required"),
    "cancel_url": Url(),
    "client_reference_id": Text(200),
    "currency": Currency(),
    "custom_text": Shape({"submit": Shape({"message": Text(1200)}, required=("message",))}),
    "customer": Text(),
    "customer_creation": Choice("always", "if_required"),
    "customer_email": Email(),
    "excluded_payment_method_types": Many(Text()),
    "expires_at": Integer(0),
    "invoice_creation": _OFF,
    "line_items": line_item.PARAMS,
    "locale": Text(10),
    "metadata": Tags(),
    "mode": Choice("payment", elsewhere=("setup", "subscription")),
    "payment_intent_data": _INTENT_DATA,
    "phone_number_collection": _OFF,
    "saved_payment_method_options": Shape(
        {
            "allow_redisplay_filters": Many(Choice("always", "limited", "unspecified")),
            "payment_method_remove": _EITHER,
            "payment_method_save": _EITHER,
        }
    ),
    "submit_type": Choice("auto", "book", "donate", "pay", "subscribe"),
    "success_url": Url(),
    "tax_id_collection": Shape({"enabled": _NO, "required": Text()}),
    "ui_mode": Choice("hosted_page", elsewhere=("elements", "embedded_page")),
}
_ELSEWHERE = (
    "after_expiration",
    "allow_promotion_codes",
    "branding_settings",
    "consent_collection",
    "custom_fields",
    "customer_account",
    "customer_update",
    "discounts",
    "integration_identifier",
    "managed_payments",
    "name_collection",
    "optional_items",
    "origin_context",
    "payment_method_collection",
    "payment_method_configuration",
    "payment_method_data",
    "payment_method_options",
    "permissions",
    "redirect_on_completion",
    "return_url",
    "setup_intent_data",
    "shipping_address_collection",
    "shipping_options",
    "subscription_data",
    "wallet_options",
)
CREATE = Shape({**_HERE, **{name: NotHere() for name in _ELSEWHERE}})
UPDATE = Shape({"metadata": Tags()})
