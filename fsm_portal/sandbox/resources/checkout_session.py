"""Checkout Sessions: an offer to pay on the hosted page, open until paid or expired."""

from typing import Any

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, no_such
from fsm_portal.sandbox.listing import created_shape, field_is, list_shape, page
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, Email, Shape, Text
from fsm_portal.sandbox.resources import checkout_session_body, line_item, payment_intent
from fsm_portal.sandbox.resources import checkout_session_checks as check
from fsm_portal.sandbox.resources import checkout_session_params as wanted
from fsm_portal.sandbox.resources import customer as customers
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json, Row


def _create(call: Call, params: Json) -> Json:
    check.account(call)
    check.combinations(params)
    items = [
        line_item.build(each, f"line_items[{place}]")
        for place, each in enumerate(params["line_items"])
    ]
    currency = check.currency(params, items)
    total = sum(item["amount_total"] for item in items)
    check.total(total, currency)
    data = params.get("payment_intent_data", {})
    check.fee(call, data, total)
    customer = customers.find(call, params["customer"]) if "customer" in params else None
    types = check.payment_types(call, params, currency)
    body = checkout_session_body.build(call, params, customer, currency, total, types)
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


def _intent_data(data: Json) -> Json:
    return {**data, "metadata": merged({}, data.get("metadata", {}))}


def complete(call: Call, row: Row, billing: Json, *, paid: bool = True) -> None:
    """The page was submitted; ``billing`` (billing_details) tells the payer.

    A bank debit leaves it complete but not ``paid`` until ``finish``.
    """
    body = row.body
    payer = checkout_session_body.customer_details(billing["email"], billing["name"])
    body.update(
        customer_details={**payer, "address": billing["address"], "tax_ids": []},
        payment_status="paid" if paid else "unpaid",
        status="complete",
        url=None,
    )
    call.store.save(call.account, "checkout.session", body)
    emit(call, "checkout.session.completed", body, by_request=False)


def finish(call: Call, body: Json, *, paid: bool) -> None:
    """The bank debit behind a complete session went through, or did not."""
    if paid:
        body["payment_status"] = "paid"
        call.store.save(call.account, "checkout.session", body)
    outcome = "succeeded" if paid else "failed"
    emit(call, f"checkout.session.async_payment_{outcome}", body, by_request=False)


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
    start, end = 0, len(items)
    limit, backwards = params.get("limit", 10), "ending_before" in params
    for cursor in ("starting_after", "ending_before"):
        if cursor in params and params[cursor] not in places:
            raise no_such("line item", params[cursor], cursor, status=400)
    if "starting_after" in params:
        start = places.index(params["starting_after"]) + 1
    if backwards:
        end = places.index(params["ending_before"])
    shown = items[start:end][-limit:] if backwards else items[start:end][:limit]
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return page(shown, end - start > limit, url)


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
