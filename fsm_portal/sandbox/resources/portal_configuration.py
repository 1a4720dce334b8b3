"""What a billing portal lets its customers do."""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import Condition, field_is, list_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, Flag, NotHere, Reader, Shape, Tags, Text, Url
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json

NOUN = Noun(
    "billing_portal.configuration",
    "configuration",
    "configuration",
    expandable=frozenset({"application"}),
)
_NO = Choice("false", elsewhere=("true",))


def default(call: Call) -> Json:
    """The account's default configuration: everything on, as if saved in Stripe's dashboard."""
    rows = call.store.rows(call.account, NOUN.kind, where=[_is("is_default", True)], limit=1)
    if rows:
        return rows[0].body
    everything = {"payment_method_update": True, "invoice_history": True}
    return _make(call, {"features": {n: {"enabled": on} for n, on in everything.items()}}, True)


def _make(call: Call, params: Json, is_default: bool) -> Json:
    now = clock.now()
    body: Json = {
        "id": new_id("bpc"),
        "object": NOUN.kind,
        "active": True,
        "application": None if call.on_platform else call.sandbox.settings.application,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
            **params.get("business_profile", {}),
        },
        "created": now,
        "default_return_url": params.get("default_return_url"),
        "features": _features(params["features"], {}),
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, params.get("metadata", {})),
        "name": params.get("name"),
        "updated": now,
    }
    call.store.insert(call.account, NOUN.kind, body)
    emit(call, "billing_portal.configuration.created", body)
    return body


def _features(wanted: Json, before: Json) -> Json:
    """All five, as they are switched; subscriptions do not exist here."""

    def on(name: str) -> bool:
        given: Json = wanted.get(name) or before.get(name) or {"enabled": False}
        return bool(given["enabled"])

    return {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": on("invoice_history")},
        "payment_method_update": {
            "enabled": on("payment_method_update"),
            "payment_method_configuration": None,
        },
        "subscription_cancel": {
            "cancellation_reason": {"enabled": False, "options": []},
            "enabled": False,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }


def _create(call: Call, params: Json) -> Json:
    return _make(call, params, False)


def _retrieve(call: Call, _params: Json, configuration_id: str) -> Json:
    return NOUN.get(call, configuration_id)


def _update(call: Call, params: Json, configuration_id: str) -> Json:
    body = NOUN.row(call, configuration_id).body
    if body["is_default"] and params.get("active") is False:
        raise invalid("You cannot deactivate the default configuration.", "active")
    before = {name: body[name] for name in params}
    if "features" in params:
        params["features"] = _features(params["features"], body["features"])
    if "business_profile" in params:
        params["business_profile"] = {**body["business_profile"], **params["business_profile"]}
    if "metadata" in params:
        params["metadata"] = merged(body["metadata"], params["metadata"])
    if "login_page" in params:
        params["login_page"] = body["login_page"]
    body = {**body, **params, "updated": clock.now()}
    call.store.save(call.account, NOUN.kind, body)
    if changed := {name: value for name, value in before.items() if value != body[name]}:
        emit(call, "billing_portal.configuration.updated", body, previous=changed)
    return body


def _list(call: Call, params: Json) -> Json:
    where = [_is(name, params[name]) for name in ("active", "is_default") if name in params]
    return NOUN.list(call, params, "/v1/billing_portal/configurations", where=where)


def _is(name: str, value: bool) -> Condition:
    return field_is(name, int(value))


_SWITCH = Shape({"enabled": Flag()}, required=("enabled",))
_OFF = Shape(
    {
        "enabled": _NO,
        **{name: NotHere() for name in ("allowed_updates", "cancellation_reason", "mode",
           "proration_behavior", "default_allowed_updates", "products", "schedule_at_period_end",
           "billing_cycle_anchor", "trial_update_behavior")},
    },
    required=("enabled",),
)  # fmt: skip
_PARAMS: dict[str, Reader] = {
    "business_profile": Shape(
        {
            "headline": Text(60, clearable=True),
            "privacy_policy_url": Url(),
            "terms_of_service_url": Url(),
        }
    ),
    "default_return_url": Url(clearable=True),
    "features": Shape(
        {
            "customer_update": _OFF,
            "invoice_history": _SWITCH,
            "payment_method_update": Shape(
                {"enabled": Flag(), "payment_method_configuration": NotHere()},
                required=("enabled",),
            ),
            "subscription_cancel": _OFF,
            "subscription_update": _OFF,
        }
    ),
    "login_page": Shape({"enabled": _NO}, required=("enabled",)),
    "metadata": Tags(),
    "name": Text(clearable=True),
}
_PATH = "/v1/billing_portal/configurations"
ENDPOINTS = [
    Endpoint("POST", _PATH, _create, Shape(_PARAMS, required=("features",))),
    Endpoint("GET", _PATH, _list, list_shape(active=Flag(), is_default=Flag())),
    Endpoint("GET", f"{_PATH}/{{id}}", _retrieve),
    Endpoint("POST", f"{_PATH}/{{id}}", _update, Shape({**_PARAMS, "active": Flag()})),
]
