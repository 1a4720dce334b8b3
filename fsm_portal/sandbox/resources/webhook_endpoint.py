"""Webhook endpoints: where events are sent. The secret is only ever told when one is made."""

import re
from typing import Any

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.ids import new_id, random_text
from fsm_portal.sandbox.listing import list_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import (
    Flag,
    Many,
    Reader,
    Shape,
    Tags,
    Text,
    Url,
    refuse,
    shown,
)
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.settings import WebhookTarget
from fsm_portal.sandbox.store import Json


class EventType(Text):
    """The name of an event such as ``charge.updated``, or ``*``."""

    def read(self, raw: Any, name: str) -> str | None:
        text = Text.read(self, raw, name)
        if not re.fullmatch(r"\*|[a-z0-9_]+(\.[a-z0-9_]+)+", text or ""):
            raise refuse(f"Invalid {name}: `{shown(text)}` is no type of event", name)
        return text


NOUN = Noun("webhook_endpoint", "webhook endpoint", "webhook_endpoint")


def _build(endpoint_id: str, params: Json) -> Json:
    return {
        "id": endpoint_id,
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": clock.now(),
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": merged({}, params.get("metadata", {})),
        "status": "enabled",
        "url": params["url"],
    }


def ensure(sandbox: Sandbox, target: WebhookTarget) -> None:
    """An endpoint given on the command line: made once, later only moved."""
    call = Call(sandbox, sandbox.settings.platform)
    body = _build(f"we_1Flag{target.name}", {"url": target.url, "enabled_events": ["*"]})
    hidden = {"secret": target.secret, "connect": target.connect}
    if before := sandbox.store.row(call.account, "webhook_endpoint", body["id"]):
        body["created"] = before.body["created"]
        sandbox.store.save(call.account, "webhook_endpoint", body, hidden)
    else:
        sandbox.store.insert(call.account, "webhook_endpoint", body, hidden)


def _create(call: Call, params: Json) -> Json:
    secret = "whsec_" + random_text(32)
    body = _build(new_id("we"), params)
    hidden = {"secret": secret, "connect": params.get("connect", False)}
    call.store.insert(call.account, "webhook_endpoint", body, hidden)
    return {**body, "secret": secret}


def _retrieve(call: Call, _params: Json, endpoint_id: str) -> Json:
    return NOUN.get(call, endpoint_id)


def _update(call: Call, params: Json, endpoint_id: str) -> Json:
    body = NOUN.row(call, endpoint_id).body
    if "disabled" in params:
        body["status"] = "disabled" if params.pop("disabled") else "enabled"
    metadata = merged(body["metadata"], params.get("metadata", {}))
    body = {**body, **params, "metadata": metadata}
    return call.store.save(call.account, "webhook_endpoint", body)


def _delete(call: Call, _params: Json, endpoint_id: str) -> Json:
    NOUN.row(call, endpoint_id)
    call.store.db.execute(
        "DELETE FROM objects WHERE kind = 'webhook_endpoint' AND id = ? AND account = ?",
        (endpoint_id, call.account),
    )
    call.store.db.execute(
        "DELETE FROM deliveries WHERE endpoint = ? AND state = 'pending'", (endpoint_id,)
    )
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def _list(call: Call, params: Json) -> Json:
    return NOUN.list(call, params, "/v1/webhook_endpoints")


_CHANGEABLE: dict[str, Reader] = {
    "description": Text(clearable=True),
    "enabled_events": Many(EventType(), most=500),
    "metadata": Tags(),
    "url": Url(),
}
ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/webhook_endpoints",
        _create,
        Shape(
            {**_CHANGEABLE, "api_version": Text(), "connect": Flag()},
            required=("enabled_events", "url"),
        ),
    ),
    Endpoint("GET", "/v1/webhook_endpoints", _list, list_shape()),
    Endpoint("GET", "/v1/webhook_endpoints/{id}", _retrieve),
    Endpoint(
        "POST",
        "/v1/webhook_endpoints/{id}",
        _update,
        Shape({**_CHANGEABLE, "disabled": Flag()}),
    ),
    Endpoint("DELETE", "/v1/webhook_endpoints/{id}", _delete),
]
