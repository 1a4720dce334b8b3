"""Billing portal sessions: a customer's short-lived way to the cards kept and the payments made.

Source: docs.stripe.com/customer-management/integrate-customer-portal.
"""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, missing_param
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.params import Choice, NotHere, Shape, Text, Url
from fsm_portal.sandbox.resources import customer as customers
from fsm_portal.sandbox.resources import portal_configuration as configurations
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.store import Json

NOUN = Noun("billing_portal.session", "session", "session", expandable=frozenset({"configuration"}))
# Seconds: until it must have been opened, and since somebody last looked at it.
UNOPENED, IDLE = 300, 3600


def _create(call: Call, params: Json) -> Json:
    if "customer" not in params:
        raise missing_param("customer")
    customer = customers.find(call, params["customer"])
    chosen = _configuration(call, params.get("configuration"))
    return_url = params.get("return_url") or chosen["default_return_url"]
    body: Json = {
        "id": new_id("bps"),
        "object": NOUN.kind,
        "configuration": chosen["id"],
        "created": clock.now(),
        "customer": customer["id"],
        "customer_account": None,
        "flow": _flow(params.get("flow_data"), chosen, return_url),
        "livemode": False,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": return_url,
    }
    body["url"] = f"{call.sandbox.settings.public_url}/p/session/{body['id']}"
    call.store.insert(call.account, NOUN.kind, body, {"until": clock.now() + UNOPENED})
    emit(call, "billing_portal.session.created", body)
    return body


def _configuration(call: Call, wanted: str | None) -> Json:
    if wanted is None:
        return configurations.default(call)
    row = call.store.row(call.account, configurations.NOUN.kind, wanted)
    if row is None:
        raise invalid(f"No such configuration: '{wanted}'", "configuration", "resource_missing")
    if not row.body["active"]:
        raise invalid("This configuration is not active.", "configuration")
    return row.body


def _flow(given: Json | None, configuration: Json, return_url: str | None) -> Json | None:
    if given is None:
        return None
    if not configuration["features"]["payment_method_update"]["enabled"]:
        raise invalid(
            "You can't create a session with this flow because the payment_method_update feature "
            "is disabled in the portal configuration.",
            "flow_data[type]",
        )
    after = given.get("after_completion", {"type": "portal_homepage"})
    if after["type"] == "redirect" and "redirect" not in after:
        raise missing_param("flow_data[after_completion][redirect]")
    return {
        "after_completion": {
            "hosted_confirmation": None,
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "subscription_cancel": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": given["type"],
    }


_FLOW = Shape(
    {
        "after_completion": Shape(
            {
                "hosted_confirmation": NotHere(),
                "redirect": Shape({"return_url": Url()}, required=("return_url",)),
                "type": Choice("portal_homepage", "redirect", elsewhere=("hosted_confirmation",)),
            },
            required=("type",),
        ),
        "type": Choice(
            "payment_method_update",
            elsewhere=(
                "customer_update",
                "subscription_cancel",
                "subscription_update",
                "subscription_update_confirm",
            ),
        ),
    },
    required=("type",),
)
ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/billing_portal/sessions",
        _create,
        Shape(
            {
                "after_expiration": NotHere(),
                "configuration": Text(),
                "customer": Text(),
                "customer_account": NotHere(),
                "flow_data": _FLOW,
                "locale": Text(10),
                "on_behalf_of": NotHere(),
                "return_url": Url(),
            }
        ),
    )
]
