"""Accounts v2 (``/v2/core/accounts``): JSON in and out, the same accounts as v1's.

Source: docs.stripe.com/api/v2/core/accounts.
"""

from typing import Any

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import StripeError, invalid, no_such
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import Condition
from fsm_portal.sandbox.number_params import Currency, Integer
from fsm_portal.sandbox.params import (
    Choice,
    Country,
    Email,
    Flag,
    Many,
    NotHere,
    Reader,
    Shape,
    Tags,
    Text,
    Url,
)
from fsm_portal.sandbox.resources import account, account_body, v2_account_body
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.store import Json, Row

_PATH = "/v2/core/accounts"
_V1_TYPES = {"express": "express", "full": "standard", "none": "none"}
_THERE: list[Condition] = [
    ("json_extract(hidden, '$.platform') IS NULL", []),
    ("coalesce(json_extract(hidden, '$.disconnected'), 0) = 0", []),
]


def _create(call: Call, params: Json) -> Json:
    configuration = params.get("configuration", {})
    if "merchant" not in configuration:
        raise invalid("The sandbox supports accounts with configuration.merchant only.")
    country = params.get("identity", {}).get("country")
    body = account_body.build(
        new_id("acct")[:21],
        country=country or "US",
        currency=params.get("defaults", {}).get("currency"),
        email=params.get("contact_email"),
        type=_V1_TYPES[params.get("dashboard", "full")],
        enabled=False,
        metadata=merged({}, params.get("metadata", {})),
    )
    hidden: Json = {"v2": {}, "country_open": country is None}
    _take(body, hidden["v2"], params)
    platform = call.platform_call
    platform.store.insert(platform.account, "account", body, hidden)
    return _shown(call, body["id"], params)


def _take(body: Json, own: Json, params: Json) -> None:
    """Put what was sent where v1 keeps it; what v1 has no place for into ``own``."""
    profile = body["business_profile"]
    for name in ("display_name", "contact_phone", "dashboard"):
        if name in params:
            own[name] = params[name]
    if "display_name" in params:
        body["settings"]["dashboard"]["display_name"] = params["display_name"]
    if "contact_email" in params:
        body["email"] = params["contact_email"]
    identity = params.get("identity", {})
    if "entity_type" in identity:
        body["business_type"] = identity["entity_type"]
    if name := identity.get("business_details", {}).get("registered_name"):
        own["registered_name"] = name
    defaults = params.get("defaults", {})
    if "responsibilities" in defaults:
        own["responsibilities"] = defaults["responsibilities"]
    told = defaults.get("profile", {})
    for v2, v1 in (
        ("business_url", "url"),
        ("doing_business_as", "name"),
        ("product_description", "product_description"),
    ):
        if v2 in told:
            profile[v1] = told[v2]
    if "currency" in defaults:
        body["default_currency"] = defaults["currency"]
    merchant = params.get("configuration", {}).get("merchant", {})
    if "mcc" in merchant:
        profile["mcc"] = merchant["mcc"]
    for name, value in merchant.get("support", {}).items():
        profile[f"support_{name}"] = value
    for name, asked in merchant.get("capabilities", {}).items():
        wanted = set(own.get("capabilities", [])) - {name}
        own["capabilities"] = sorted(wanted | ({name} if asked["requested"] else set()))


def _retrieve(call: Call, params: Json, account_id: str) -> Json:
    return _shown(call, account_id, params)


def _update(call: Call, params: Json, account_id: str) -> Json:
    row = find(call, account_id)
    body, own = row.body, dict(row.hidden.get("v2", {}))
    country = params.get("identity", {}).get("country")
    hidden = {**row.hidden, "v2": own}
    if country and country != body["country"]:
        if body["details_submitted"]:
            raise invalid("The country of an account cannot change once it is set up.")
        body.update(country=country, default_currency=account_body.currency_of(country))
    if country:
        hidden["country_open"] = False
    _take(body, own, params)
    if "metadata" in params:
        body["metadata"] = merged(body["metadata"], params["metadata"])
    _save(call, body, hidden)
    return _shown(call, account_id, params)


def _close(call: Call, _params: Json, account_id: str) -> Json:
    row = find(call, account_id)
    own = {**row.hidden.get("v2", {}), "closed": True}
    row.body.update(charges_enabled=False, payouts_enabled=False)
    _save(call, row.body, {**row.hidden, "v2": own})
    return _shown(call, account_id, {})


def _save(call: Call, body: Json, hidden: Json) -> None:
    platform = call.sandbox.settings.platform
    call.store.save(platform, "account", body, hidden)
    own = Call(call.sandbox, body["id"], call.request_id, call.idempotency_key)
    emit(own, "account.updated", body, previous={})


def _list(call: Call, params: Json) -> Json:
    limit = params.get("limit", 10)
    closed: Condition = (
        "coalesce(json_extract(hidden, '$.v2.closed'), 0) = ?",
        [int(params.get("closed", False))],
    )
    where = [*_THERE, closed]
    if "page" in params:
        where.append(("seq < ?", [params["page"]]))
    if params.get("applied_configurations", ["merchant"]) != ["merchant"]:
        where.append(("0", []))
    platform = call.sandbox.settings.platform
    rows = call.store.rows(platform, "account", where=where, limit=limit + 1)
    query = f"limit={limit}&closed={str(params.get('closed', False)).lower()}"
    more = f"{_PATH}?{query}&page={rows[limit - 1].seq}" if len(rows) > limit else None
    return {
        "data": [v2_account_body.build(row, []) for row in rows[:limit]],
        "next_page_url": more,
        "previous_page_url": None,
    }


def _shown(call: Call, account_id: str, params: Json) -> Json:
    return v2_account_body.build(find(call, account_id), params.get("include", []))


def find(call: Call, account_id: str) -> Row:
    """The account. v2 says 404 where v1 says that access is denied."""
    try:
        return account.find(call, account_id)
    except StripeError as refused:
        raise no_such("account", account_id) from refused


_REQUESTED = Shape({"requested": Flag()}, required=("requested",))
_MERCHANT = Shape(
    {
        "branding": NotHere(),
        "capabilities": Shape(dict.fromkeys(v2_account_body.CAPABILITIES, _REQUESTED)),
        "mcc": Text(4),
        "statement_descriptor": NotHere(),
        "support": Shape({"email": Email(), "phone": Text(), "url": Url(), "address": NotHere()}),
    }
)
_INCLUDE = Many(Choice(*v2_account_body.INCLUDABLE))
_CHANGEABLE: dict[str, Reader] = {
    "configuration": Shape({"customer": NotHere(), "merchant": _MERCHANT, "recipient": NotHere()}),
    "contact_email": Email(),
    "contact_phone": Text(20),
    "dashboard": Choice("express", "full", "none"),
    "defaults": Shape(
        {
            "currency": Currency(),
            "locales": NotHere(),
            "profile": Shape(
                {
                    "business_url": Url(),
                    "doing_business_as": Text(),
                    "product_description": Text(40000),
                }
            ),
            "responsibilities": Shape(
                {
                    "fees_collector": Choice(
                        "application", "application_custom", "application_express", "stripe"
                    ),
                    "losses_collector": Choice("application", "stripe"),
                },
                required=("fees_collector", "losses_collector"),
            ),
        }
    ),
    "display_name": Text(),
    "identity": Shape(
        {
            "attestations": NotHere(),
            "business_details": Shape({"registered_name": Text()}),
            "country": Country(),
            "entity_type": Choice("company", "government_entity", "individual", "non_profit"),
            "individual": NotHere(),
        }
    ),
    "include": _INCLUDE,
    "metadata": Tags(),
}
_KINDS: Any = Many(Choice("customer", "merchant", "recipient"))
ENDPOINTS = [
    Endpoint("POST", _PATH, _create, Shape({**_CHANGEABLE, "account_token": NotHere()})),
    Endpoint(
        "GET",
        _PATH,
        _list,
        Shape(
            {
                "applied_configurations": _KINDS,
                "closed": Flag(),
                "limit": Integer(1, 100),
                "page": Integer(1),
            }
        ),
    ),
    Endpoint("GET", f"{_PATH}/{{id}}", _retrieve, Shape({"include": _INCLUDE})),
    Endpoint("POST", f"{_PATH}/{{id}}", _update, Shape(_CHANGEABLE)),
    Endpoint("POST", f"{_PATH}/{{id}}/close", _close, Shape({"applied_configurations": _KINDS})),
]
