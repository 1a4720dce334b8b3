"""Checkout Sessions: an offer to pay on the hosted page, open until paid or expired."""

from typing import Any

from fsm_portal.sandbox import clock, money
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import StripeError, invalid, missing_param
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import created_shape, field_is, list_shape, page
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, Email, Shape, Text
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.resources import checkout_session_params as wanted
from fsm_portal.sandbox.resources import customer as customers
from fsm_portal.sandbox.resources import line_item, payment_intent
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json, Row

_MINUTE, _DAY = 60, 24 * 3600


def _create(call: Call, params: Json) -> Json:
    _check_account(call)
    _check_combinations(params)
    items = [
        line_item.build(each, f"line_items[{place}]")
        for place, each in enumerate(params["line_items"])
    ]
    currency = _currency(params, items)
    total = sum(item["amount_total"] for item in items)
    _check_total(total, currency)
    data = params.get("payment_intent_data", {})
    _check_fee(call, data, total)
    customer = customers.find(call, params["customer"]) if "customer" in params else None
    body = _build(call, params, customer, currency, total)
    notes = {
        item["id"]: each["price_data"]["product_data"].get("description")
        for item, each in zip(items, params["line_items"], strict=True)
    }
    hidden = {"line_items": items, "notes": notes, "payment_intent_data": _intent_data(data)}
    call.store.insert(call.account, "checkout.session", body, hidden)
    call.sandbox.schedule.plan(
        "checkout_session.expire", call.account, body["id"], body["expires_at"]
    )
    return body


def _check_account(call: Call) -> None:
    account = accounts.find(call, call.account).body
    if accounts.display_name(account) is None:
        raise invalid(
            "In order to use Checkout, you must set an account or business name at "
            "https://dashboard.stripe.com/account."
        )
    if not account["charges_enabled"]:
        raise invalid(
            "Your account cannot currently make charges. Finish its onboarding first, or make it "
            "with POST /sandbox/accounts."
        )


def _check_combinations(params: Json) -> None:
    if "mode" not in params:
        raise missing_param("mode")
    if params["mode"] != "payment":
        raise invalid(f"The sandbox does not support mode {params['mode']} yet.", "mode")
    if "success_url" not in params:
        raise missing_param("success_url")
    if not params.get("line_items"):
        raise invalid(
            "You must provide `line_items` for a Checkout Session in `payment` mode.", "line_items"
        )
    if "customer" in params and "customer_email" in params:
        raise StripeError(
            400,
            "You may only specify one of these parameters: customer, customer_email.",
            param="customer",
            code="parameters_exclusive",
        )
    types = params.get("allowed_payment_method_types")
    if types and "card" not in types:
        raise invalid(
            "The sandbox takes cards only; `allowed_payment_method_types` must hold `card`.",
            "allowed_payment_method_types",
        )
    if "card" in params.get("excluded_payment_method_types", []):
        raise invalid(
            "No valid payment method types for this Checkout Session.",
            "excluded_payment_method_types",
        )


def _currency(params: Json, items: list[Json]) -> str:
    currencies = {item["currency"] for item in items}
    if "currency" in params:
        currencies.add(params["currency"])
    if len(currencies) > 1:
        raise invalid(
            "All line items in a Checkout Session must have the same currency.", "line_items"
        )
    return str(currencies.pop())


def _check_total(total: int, currency: str) -> None:
    least = money.least(currency)
    if total < least:
        raise invalid(
            "The Checkout Session's total amount due must add up to at least "
            f"{money.shown(least, currency)} {currency}",
            "line_items",
            "amount_too_small",
        )
    if total > money.MOST:
        raise invalid(
            "The Checkout Session's total amount due must be no more than "
            f"{money.shown(money.MOST, currency)} {currency}",
            "line_items",
            "amount_too_large",
        )
    if total % money.granularity(currency):
        raise invalid(
            f"Invalid amount: in {currency} it must be a multiple of "
            f"{money.granularity(currency)} minor units "
            "(see https://docs.stripe.com/currencies#special-cases).",
            "line_items",
        )


def _check_fee(call: Call, data: Json, total: int) -> None:
    fee = data.get("application_fee_amount")
    if fee is None:
        return
    param = "payment_intent_data[application_fee_amount]"
    if call.on_platform:
        raise invalid(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a "
            "direct payment (using an OAuth key or Stripe-Account header) or destination payment "
            "(using `transfer_data[destination]`).",
            param,
        )
    if fee > total:
        raise invalid("The application fee cannot be larger than the total amount.", param)


def _intent_data(data: Json) -> Json:
    return {**data, "metadata": merged({}, data.get("metadata", {}))}


def _build(call: Call, params: Json, customer: Json | None, currency: str, total: int) -> Json:
    now = clock.now()
    session_id = new_id("cs")
    email = customer["email"] if customer else params.get("customer_email")
    details: Json | None = None
    if email:
        details = _customer_details(email, customer["name"] if customer else None, None)
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
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
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


def _customer_details(email: str, name: str | None, address: Json | None) -> Json:
    return {
        "address": address,
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def complete(call: Call, row: Row, billing: Json) -> None:
    """The session was paid with what ``billing`` (billing_details) says about the payer."""
    body = row.body
    body.update(
        customer_details=_customer_details(billing["email"], billing["name"], billing["address"]),
        payment_status="paid",
        status="complete",
        url=None,
    )
    call.store.save(call.account, "checkout.session", body)
    emit(call, "checkout.session.completed", body, by_request=False)


def expire(call: Call, session_id: str) -> None:
    """What the clock does to a session nobody paid in time."""
    row = call.store.row(call.account, "checkout.session", session_id)
    if row is not None and row.body["status"] == "open":
        _close(call, row.body, by_request=False)


def _close(call: Call, body: Json, *, by_request: bool) -> Json:
    body.update(status="expired", url=None)
    call.store.save(call.account, "checkout.session", body)
    if body["payment_intent"]:
        intent = payment_intent.NOUN.row(call, body["payment_intent"]).body
        payment_intent.cancel(call, intent, "expired", by_request=by_request)
    emit(call, "checkout.session.expired", body, by_request=by_request)
    return body


def _expire(call: Call, _params: Json, session_id: str) -> Json:
    body = NOUN.row(call, session_id).body
    if body["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{body['status']}`."
        )
    return _close(call, body, by_request=True)


def _retrieve(call: Call, _params: Json, session_id: str) -> Json:
    return NOUN.get(call, session_id)


def _update(call: Call, params: Json, session_id: str) -> Json:
    body = NOUN.row(call, session_id).body
    if "metadata" in params:
        body["metadata"] = merged(body["metadata"], params["metadata"])
    return call.store.save(call.account, "checkout.session", body)


def _list(call: Call, params: Json) -> Json:
    where: list[tuple[str, list[Any]]] = []
    if email := params.pop("customer_details", {}).get("email"):
        where.append(("json_extract(body, '$.customer_details.email') = ?", [email]))
    if "status" in params:
        where.append(field_is("status", params["status"]))
    by = ("payment_intent", "customer")
    return NOUN.list(call, params, "/v1/checkout/sessions", by=by, where=where)


def _items(call: Call, body: Json) -> Json:
    return _line_items(call, {}, body["id"])


def _line_items(call: Call, params: Json, session_id: str) -> Json:
    items = NOUN.row(call, session_id).hidden["line_items"]
    places = [item["id"] for item in items]
    start, limit = 0, params.get("limit", 10)
    if (after := params.get("starting_after")) in places:
        start = places.index(after) + 1
    if (before := params.get("ending_before")) in places:
        start = max(0, places.index(before) - limit)
        limit = places.index(before) - start
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return page(items[start : start + limit], start + limit < len(items), url)


NOUN = Noun(
    "checkout.session",
    "checkout.session",
    "session",
    expandable=frozenset(
        {"customer", "invoice", "payment_intent", "payment_link", "setup_intent", "subscription"}
    ),
    included={"line_items": _items},
    indexed=("payment_intent", "customer"),
)
TASKS = {"checkout_session.expire": expire}
ENDPOINTS = [
    Endpoint("POST", "/v1/checkout/sessions", _create, wanted.CREATE),
    Endpoint(
        "GET",
        "/v1/checkout/sessions",
        _list,
        created_shape(
            customer=Text(),
            customer_details=Shape({"email": Email()}, required=("email",)),
            payment_intent=Text(),
            status=Choice("complete", "expired", "open"),
        ),
    ),
    Endpoint("GET", "/v1/checkout/sessions/{id}", _retrieve),
    Endpoint("POST", "/v1/checkout/sessions/{id}", _update, wanted.UPDATE),
    Endpoint("POST", "/v1/checkout/sessions/{id}/expire", _expire),
    Endpoint("GET", "/v1/checkout/sessions/{id}/line_items", _line_items, list_shape()),
]
