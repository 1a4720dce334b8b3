"""Payment methods: cards and bank accounts, kept with a customer or used once."""

from datetime import UTC, datetime

from fsm_portal.sandbox import cards, clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, missing_param, no_such
from fsm_portal.sandbox.listing import Condition, list_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Integer
from fsm_portal.sandbox.params import Choice, Email, NotHere, Reader, Shape, Tags, Text
from fsm_portal.sandbox.resources import attachment, payment_method_body
from fsm_portal.sandbox.resources import customer as customers
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

REDISPLAY = Choice("always", "limited", "unspecified")
NOUN = Noun(
    "payment_method",
    "PaymentMethod",
    "payment_method",
    expandable=frozenset({"customer"}),
    indexed=("customer",),
)


def _attach(call: Call, params: Json, method_id: str) -> Json:
    if "customer" not in params:
        raise missing_param("customer")
    customer = customers.find(call, params["customer"])
    if number := cards.READY_MADE.get(method_id):
        year = datetime.fromtimestamp(clock.now(), UTC).year + 1
        card = cards.recognise(number, 12, year, call.account)
        nobody = payment_method_body.NOBODY
        return attachment.add(call, card, nobody, customer["id"], "unspecified")
    if NOUN.row(call, method_id).body["customer"]:
        raise invalid(
            "The payment method you provided has already been attached to a customer.",
            "payment_method",
        )
    raise invalid(
        "This PaymentMethod was previously used without being attached to a Customer or was "
        "detached from a Customer, and may not be used again.",
        "payment_method",
    )


def _detach(call: Call, _params: Json, method_id: str) -> Json:
    body = NOUN.row(call, method_id).body
    if body["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible.",
            "payment_method",
        )
    return attachment.detach(call, body)


def _retrieve(call: Call, _params: Json, method_id: str) -> Json:
    return NOUN.get(call, method_id)


def _update(call: Call, params: Json, method_id: str) -> Json:
    body = NOUN.row(call, method_id).body
    if body["customer"] is None:
        raise invalid("You must attach this PaymentMethod to a customer before updating it.")
    if "card" in params and body["type"] != "card":
        raise invalid("Only a card has these details.", "card")
    before: Json = {}
    if "metadata" in params:
        params["metadata"] = merged(body["metadata"], params["metadata"])
    for part in ("billing_details", "card"):
        if part in params:
            params[part] = {**body[part], **params[part]}
    for name, value in params.items():
        if value != body[name]:
            before[name], body[name] = body[name], value
    call.store.save(call.account, "payment_method", body)
    if before:
        emit(call, "payment_method.updated", body, previous=before)
    return body


def _list(call: Call, params: Json) -> Json:
    attached: Condition = ("json_extract(body, '$.customer') IS NOT NULL", [])
    by = ("customer", "type", "allow_redisplay")
    return NOUN.list(call, params, "/v1/payment_methods", by=by, where=[attached])


def _of_customer(call: Call, params: Json, customer_id: str) -> Json:
    customers.NOUN.row(call, customer_id)
    where: list[Condition] = [("json_extract(body, '$.customer') = ?", [customer_id])]
    url = f"/v1/customers/{customer_id}/payment_methods"
    return NOUN.list(call, params, url, by=("type", "allow_redisplay"), where=where)


def _one_of_customer(call: Call, _params: Json, customer_id: str, method_id: str) -> Json:
    customers.NOUN.row(call, customer_id)
    if not attachment.is_of(call, method_id, customer_id):
        raise no_such(NOUN.spoken, method_id, NOUN.param)
    return NOUN.get(call, method_id)


_NARROWED: dict[str, Reader] = {"type": Text(), "allow_redisplay": REDISPLAY}
_UPDATE: dict[str, Reader] = {
    "allow_redisplay": REDISPLAY,
    "billing_details": Shape(
        {
            "address": customers.ADDRESS,
            "email": Email(clearable=True),
            "name": Text(clearable=True),
            "phone": Text(clearable=True),
            "tax_id": NotHere(),
        }
    ),
    "card": Shape({"exp_month": Integer(1, 12), "exp_year": Integer(1970, 2100)}),
    "metadata": Tags(),
}
ENDPOINTS = [
    Endpoint("GET", "/v1/payment_methods", _list, list_shape(customer=Text(), **_NARROWED)),
    Endpoint("GET", "/v1/payment_methods/{id}", _retrieve),
    Endpoint("POST", "/v1/payment_methods/{id}", _update, Shape(_UPDATE)),
    Endpoint("POST", "/v1/payment_methods/{id}/attach", _attach, Shape({"customer": Text()})),
    Endpoint("POST", "/v1/payment_methods/{id}/detach", _detach),
    Endpoint("GET", "/v1/customers/{id}/payment_methods", _of_customer, list_shape(**_NARROWED)),
    Endpoint("GET", "/v1/customers/{id}/payment_methods/{method}", _one_of_customer),
]
