"""Payment intents: the one purchase behind several attempts to pay it."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.cards import Refusal
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id, random_text
from fsm_portal.sandbox.listing import created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Text
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "payment_intent",
    "payment_intent",
    "intent",
    expandable=frozenset(
        {"application", "customer", "latest_charge", "on_behalf_of", "payment_method", "review"}
    ),
    indexed=("customer",),
)


def create(
    call: Call, *, amount: int, currency: str, customer: str | None, data: Json, types: list[str]
) -> Json:
    """A new intent of ``amount`` minor units; ``data`` as in ``payment_intent_data``; ``types`` of
    payment methods that may be used."""
    intent_id = new_id("pi")
    body: Json = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None if call.on_platform else call.sandbox.settings.application,
        "application_fee_amount": data.get("application_fee_amount"),
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{random_text(25)}",
        "confirmation_method": "automatic",
        "created": clock.now(),
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "description": data.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": types,
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": data.get("setup_future_usage"),
        "shipping": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": data.get("transfer_group"),
    }
    call.store.insert(call.account, "payment_intent", body)
    emit(call, "payment_intent.created", body)
    return body


def succeed(call: Call, intent: Json, charge: Json) -> None:
    """The charge went through."""
    intent.update(
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=charge["payment_method"],
        status="succeeded",
    )
    call.store.save(call.account, "payment_intent", intent)
    emit(call, "payment_intent.succeeded", intent)


def process(call: Call, intent: Json, charge: Json) -> None:
    """A bank was asked for the money; its answer takes days."""
    intent.update(
        last_payment_error=None,
        latest_charge=charge["id"],
        payment_method=charge["payment_method"],
        status="processing",
    )
    call.store.save(call.account, "payment_intent", intent)
    emit(call, "payment_intent.processing", intent)


def fail(call: Call, intent: Json, method: Json, refusal: Refusal, charge: Json | None) -> None:
    """An attempt failed; the intent waits for another payment method."""
    error: Json = {
        "code": refusal.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{refusal.code.replace('_', '-')}",
        "message": refusal.message,
        "payment_method": method,
        "type": "card_error" if method["type"] == "card" else "invalid_request_error",
    }
    if charge is not None:
        error["charge"] = charge["id"]
        intent["latest_charge"] = charge["id"]
    if refusal.decline_code:
        error["decline_code"] = refusal.decline_code
    if refusal.advice:
        error["advice_code"] = refusal.advice
    intent.update(
        last_payment_error=dict(sorted(error.items())),
        next_action=None,
        payment_method=None,
        status="requires_payment_method",
    )
    call.store.save(call.account, "payment_intent", intent)
    emit(call, "payment_intent.payment_failed", intent)


def require_action(call: Call, intent: Json, method: Json, url: str) -> None:
    """The bank wants to see its customer first (3D Secure)."""
    intent.update(
        last_payment_error=None,
        next_action={
            "redirect_to_url": {"return_url": None, "url": url},
            "type": "redirect_to_url",
        },
        payment_method=method["id"],
        status="requires_action",
    )
    call.store.save(call.account, "payment_intent", intent)
    emit(call, "payment_intent.requires_action", intent)


def cancel(call: Call, intent: Json, reason: str, *, by_request: bool) -> None:
    """Nothing will be paid on this intent any more."""
    intent.update(
        canceled_at=clock.now(), cancellation_reason=reason, next_action=None, status="canceled"
    )
    call.store.save(call.account, "payment_intent", intent)
    emit(call, "payment_intent.canceled", intent, by_request=by_request)


def _retrieve(call: Call, _params: Json, intent_id: str) -> Json:
    return NOUN.get(call, intent_id)


def _list(call: Call, params: Json) -> Json:
    return NOUN.list(call, params, "/v1/payment_intents", by=("customer",))


ENDPOINTS = [
    Endpoint("GET", "/v1/payment_intents", _list, created_shape(customer=Text())),
    Endpoint("GET", "/v1/payment_intents/{id}", _retrieve),
]
