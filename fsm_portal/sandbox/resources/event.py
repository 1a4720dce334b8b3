"""Events: what happened, with the object as it was at that moment.

Source: docs.stripe.com/api/events.
"""

import copy

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import Condition, created_shape, field_is
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Flag, Many, Text
from fsm_portal.sandbox.settings import API_VERSION
from fsm_portal.sandbox.store import Json, Row

_UNDELIVERED = (
    "SELECT event.seq FROM deliveries JOIN objects AS event"
    " ON event.kind = 'event' AND event.id = deliveries.event"
    " WHERE deliveries.state != 'delivered'"
)

# Stripe lists events of the last thirty days.
_LISTED_FOR = 30 * 24 * 3600


def emit(
    call: Call,
    type: str,
    body: Json,
    *,
    previous: Json | None = None,
    by_request: bool = True,
) -> Json:
    """Record an event on the call's account and queue it for the endpoints that want it.

    ``previous`` holds the former values of what an ``….updated`` event changed. ``by_request``
    is False for what Stripe does by itself (then ``request.id`` is null).
    """
    targets = call.sandbox.deliveries.endpoints(call.account, type)
    data: Json = {"object": copy.deepcopy(body)}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "account": call.account,
        "api_version": API_VERSION,
        "created": clock.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": len(targets),
        "request": {
            "id": call.request_id if by_request else None,
            "idempotency_key": call.idempotency_key if by_request else None,
        },
        "type": type,
    }
    if call.on_platform:
        del event["account"]
    call.store.insert(call.account, "event", event)
    call.sandbox.deliveries.queue(call.account, event["id"], targets, type)
    return event


def _present(call: Call, row: Row) -> Json:
    return {**row.body, "pending_webhooks": call.sandbox.deliveries.waiting(row.id)}


NOUN = Noun("event", "event", present=_present, indexed=("type",))


def _retrieve(call: Call, _params: Json, event_id: str) -> Json:
    return NOUN.get(call, event_id)


def _list(call: Call, params: Json) -> Json:
    where: list[Condition] = [("created >= ?", [clock.now() - _LISTED_FOR])]
    if "type" in params and "types" in params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    kinds = params.get("types", [params["type"]] if "type" in params else [])
    if kinds:
        where.append(of_types(kinds))
    if "delivery_success" in params:
        within = "NOT IN" if params["delivery_success"] else "IN"
        where.append((f"seq {within} ({_UNDELIVERED})", []))
    return NOUN.list(call, params, "/v1/events", where=where)


def of_types(kinds: list[str]) -> Condition:
    """Types by name; ``charge.*`` stands for all that begin so."""
    either, values = [], []
    for kind in kinds:
        if kind.endswith("*"):
            either.append("json_extract(body, '$.type') GLOB ?")
            values.append(kind.replace("[", "[[]").replace("?", "[?]"))
        else:
            clause, value = field_is("type", kind)
            either.append(clause)
            values.extend(value)
    return f"({' OR '.join(either)})", values


ENDPOINTS = [
    Endpoint("GET", "/v1/events/{id}", _retrieve),
    Endpoint(
        "GET",
        "/v1/events",
        _list,
        created_shape(type=Text(), types=Many(Text(), most=20), delivery_success=Flag()),
    ),
]
