"""Account links of v2 (``/v2/core/account_links``): into the same hosted onboarding."""

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import missing_param
from fsm_portal.sandbox.params import Choice, Shape, Text, Url
from fsm_portal.sandbox.resources import account_link, v2_account
from fsm_portal.sandbox.resources.v2_account_body import told_at
from fsm_portal.sandbox.store import Json


def _create(call: Call, params: Json) -> Json:
    use = params["use_case"]
    if use["type"] not in use:
        raise missing_param(f"use_case[{use['type']}]")
    wanted = use[use["type"]]
    v2_account.find(call, params["account"])
    now, url = account_link.make(
        call, params["account"], wanted["refresh_url"], wanted.get("return_url")
    )
    shown = {
        "collection_options": wanted.get("collection_options"),
        "refresh_url": wanted["refresh_url"],
        "return_url": wanted.get("return_url"),
    }
    both = {"account_onboarding": None, "account_update": None}
    return {
        "object": "v2.core.account_link",
        "account": params["account"],
        "created": told_at(now),
        "expires_at": told_at(now + account_link.LASTS),
        "livemode": False,
        "url": url,
        "use_case": {**both, use["type"]: shown, "type": use["type"]},
    }


_USE = Shape(
    {
        "collection_options": Shape(
            {
                "fields": Choice("currently_due", "eventually_due"),
                "future_requirements": Choice("include", "omit"),
            }
        ),
        "refresh_url": Url(),
        "return_url": Url(clearable=True),
    },
    required=("refresh_url",),
)
_TYPE = Choice("account_onboarding", "account_update")
_USE_CASE = Shape(
    {"account_onboarding": _USE, "account_update": _USE, "type": _TYPE}, required=("type",)
)
ENDPOINTS = [
    Endpoint(
        "POST",
        "/v2/core/account_links",
        _create,
        Shape({"account": Text(), "use_case": _USE_CASE}, required=("account", "use_case")),
    )
]
