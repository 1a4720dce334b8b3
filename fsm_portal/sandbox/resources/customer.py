"""Customers."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import no_such
from fsm_portal.sandbox.ids import new_id, random_text
from fsm_portal.sandbox.listing import Condition, created_shape, field_is
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, Email, Many, NotHere, Reader, Shape, Tags, Text
from fsm_portal.sandbox.resources import attachment
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

_ADDRESS_LINES = ("city", "country", "line1", "line2", "postal_code", "state")
NOUN = Noun(
    "customer",
    "customer",
    expandable=frozenset(
        {"default_source", "invoice_settings.default_payment_method", "test_clock"}
    ),
    indexed=("email",),
)


def find(call: Call, customer_id: str) -> Json:
    """The account's customer named in a parameter; 400 for one that is not there or deleted."""
    row = call.store.row(call.account, "customer", customer_id)
    if row is None or row.body.get("deleted"):
        raise no_such("customer", customer_id, "customer", status=400)
    return row.body


def make(call: Call, params: Json) -> Json:
    """A new customer of the account; ``params`` as the API takes them."""
    body: Json = {
        "id": new_id("cus"),
        "object": "customer",
        "address": params.get("address"),
        "balance": 0,
        "created": clock.now(),
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged({}, params.get("metadata", {})),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales", []),
        "shipping": params.get("shipping"),
        "tax_exempt": params.get("tax_exempt", "none"),
        "test_clock": None,
    }
    call.store.insert(call.account, "customer", body)
    emit(call, "customer.created", body)
    return body


def _retrieve(call: Call, _params: Json, customer_id: str) -> Json:
    return NOUN.get(call, customer_id)


def _update(call: Call, params: Json, customer_id: str) -> Json:
    body = NOUN.row(call, customer_id).body
    if body.get("deleted"):
        raise no_such("customer", customer_id)
    before = {name: body[name] for name in params}
    metadata = merged(body["metadata"], params.get("metadata", {}))
    settings = {**body["invoice_settings"], **params.get("invoice_settings", {})}
    if method := params.get("invoice_settings", {}).get("default_payment_method"):
        _check_theirs(call, method, customer_id)
    body = {**body, **params, "metadata": metadata, "invoice_settings": settings}
    changed = {name: value for name, value in before.items() if value != body[name]}
    call.store.save(call.account, "customer", body)
    if changed:
        emit(call, "customer.updated", body, previous=changed)
    return body


def _check_theirs(call: Call, method: str, customer_id: str) -> None:
    if not attachment.is_of(call, method, customer_id):
        raise no_such(
            "PaymentMethod", method, "invoice_settings[default_payment_method]", status=400
        )


def _delete(call: Call, _params: Json, customer_id: str) -> Json:
    body = NOUN.row(call, customer_id).body
    if body.get("deleted"):
        raise no_such("customer", customer_id)
    for row in call.store.rows(
        call.account, "payment_method", where=[field_is("customer", customer_id)], limit=1000
    ):
        attachment.detach(call, row.body, customer_gone=True)
    gone = {"id": customer_id, "object": "customer", "deleted": True}
    call.store.save(call.account, "customer", gone)
    emit(call, "customer.deleted", body)
    return gone


def _list(call: Call, params: Json) -> Json:
    there: Condition = ("json_extract(body, '$.deleted') IS NULL", [])
    return NOUN.list(call, params, "/v1/customers", by=("email",), where=[there])


ADDRESS = Shape(
    {line: Text(clearable=True) for line in _ADDRESS_LINES},
    absent=dict.fromkeys(_ADDRESS_LINES),
)
_CHANGEABLE: dict[str, Reader] = {
    "address": ADDRESS,
    "description": Text(clearable=True),
    "email": Email(512, clearable=True),
    "metadata": Tags(),
    "name": Text(256, clearable=True),
    "phone": Text(20, clearable=True),
    "preferred_locales": Many(Text(), clearable=True),
    "shipping": Shape(
        {"address": ADDRESS, "name": Text(), "phone": Text(clearable=True)},
        required=("address", "name"),
    ),
    "tax_exempt": Choice("exempt", "none", "reverse"),
}
_CREATED: dict[str, Reader] = {
    **_CHANGEABLE,
    "invoice_settings": NotHere(),
    "payment_method": NotHere(),
}
_UPDATED: dict[str, Reader] = {
    **_CHANGEABLE,
    "invoice_settings": Shape(
        {
            "custom_fields": NotHere(),
            "default_payment_method": Text(clearable=True),
            "footer": NotHere(),
            "rendering_options": NotHere(),
        }
    ),
}
ENDPOINTS = [
    Endpoint("POST", "/v1/customers", make, Shape(_CREATED)),
    Endpoint("GET", "/v1/customers", _list, created_shape(email=Text())),
    Endpoint("GET", "/v1/customers/{id}", _retrieve),
    Endpoint("POST", "/v1/customers/{id}", _update, Shape(_UPDATED)),
    Endpoint("DELETE", "/v1/customers/{id}", _delete),
]
