"""Accounts: the platform's own and the connected ones. All are kept under the platform."""

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import account_invalid
from fsm_portal.sandbox.ids import new_id
from fsm_portal.sandbox.listing import Condition, created_shape
from fsm_portal.sandbox.noun import Noun
from fsm_portal.sandbox.number_params import Currency
from fsm_portal.sandbox.params import Choice, Country, Email, Flag, Reader, Shape, Tags, Text, Url
from fsm_portal.sandbox.resources import account_body
from fsm_portal.sandbox.resources.event import emit
from fsm_portal.sandbox.resources.metadata import merged
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json, Row

NOUN = Noun("account", "account")


def ensure_platform(sandbox: Sandbox) -> None:
    """The platform's own account exists from the start."""
    platform = sandbox.settings.platform
    if sandbox.store.row(platform, "account", platform) is None:
        body = account_body.build(
            platform, country="US", currency="usd", name="Sandbox platform", enabled=True
        )
        sandbox.store.insert(platform, "account", body, {"platform": True})


def display_name(account: Json) -> str | None:
    """The name that customers see, or None when the account has set none."""
    profile, dashboard = account["business_profile"], account["settings"]["dashboard"]
    name: str | None = profile["name"] or dashboard["display_name"]
    return name


def find(call: Call, account_id: str) -> Row:
    """The account if the caller may see it: the platform sees all, an account itself."""
    row = call.store.row(call.sandbox.settings.platform, "account", account_id)
    if row is None or _let_go(row) or not (call.on_platform or account_id == call.account):
        raise account_invalid(call.secret_key, account_id)
    return row


def is_connected(sandbox: Sandbox, account_id: str) -> bool:
    """Whether the platform may act for this account."""
    row = sandbox.store.row(sandbox.settings.platform, "account", account_id)
    return row is not None and not row.hidden.get("platform") and not _let_go(row)


def _let_go(row: Row) -> bool:
    return bool(row.hidden.get("disconnected"))


def connect(call: Call) -> None:
    """The account agreed that the platform acts for it."""
    _set_connected(call, True)


def disconnect(call: Call) -> None:
    """The platform may not act for the account any more, and is told."""
    _set_connected(call, False)


def _set_connected(call: Call, connected: bool) -> None:
    platform = call.sandbox.settings.platform
    row = call.store.row(platform, "account", call.account)
    if row is None or _let_go(row) != connected:
        return
    hidden = {**row.hidden, "disconnected": not connected}
    call.store.save(platform, "account", row.body, hidden)
    kind = "authorized" if connected else "deauthorized"
    emit(call, f"account.application.{kind}", call.sandbox.application, by_request=False)


def onboard(call: Call, *, name: str, vat_number: bool, country: str | None = None) -> None:
    """The account has told all that Stripe wanted to know: it can charge and is paid out."""
    platform = call.sandbox.settings.platform
    row = find(call, call.account)
    body = row.body
    before = {name: body[name] for name in ("charges_enabled", "payouts_enabled")}
    if country and row.hidden.get("country_open"):
        body.update(country=country, default_currency=account_body.currency_of(country))
    told = account_body.build(
        body["id"],
        country=body["country"],
        currency=body["default_currency"],
        name=name,
        enabled=True,
    )
    taken = ("capabilities", "charges_enabled", "details_submitted", "future_requirements",
             "payouts_enabled", "requirements", "settings")  # fmt: skip
    body.update({part: told[part] for part in taken})
    body["business_profile"]["name"] = name
    body["company"] = {"name": name, "tax_id_provided": vat_number, "vat_id_provided": vat_number}
    hidden = {**row.hidden, "country_open": False}
    call.store.save(platform, "account", body, hidden)
    emit(call, "account.updated", body, previous=before, by_request=False)


def _create(call: Call, params: Json) -> Json:
    profile = params.get("business_profile", {})
    body = account_body.build(
        new_id("acct")[:21],
        country=params.get("country", "US"),
        currency=params.get("default_currency"),
        email=params.get("email"),
        type=params.get("type", "none" if "controller" in params else "standard"),
        enabled=False,
        metadata=merged({}, params.get("metadata", {})),
    )
    body["business_profile"].update(profile)
    body["business_type"] = params.get("business_type")
    platform = call.platform_call
    return platform.store.insert(platform.account, "account", body)


def _update(call: Call, params: Json, account_id: str) -> Json:
    body = find(call, account_id).body
    before = {name: body[name] for name in params if name != "capabilities"}
    for name in ("email", "default_currency", "business_type"):
        if name in params:
            body[name] = params[name]
    if "business_profile" in params:
        body["business_profile"] = {**body["business_profile"], **params["business_profile"]}
    if "metadata" in params:
        body["metadata"] = merged(body["metadata"], params["metadata"])
    call.store.save(call.sandbox.settings.platform, "account", body)
    own = Call(call.sandbox, account_id, call.request_id, call.idempotency_key)
    emit(own, "account.updated", body, previous=before)
    return body


def _retrieve(call: Call, _params: Json, account_id: str) -> Json:
    return find(call, account_id).body


def _own(call: Call, _params: Json) -> Json:
    return find(call, call.account).body


def _list(call: Call, params: Json) -> Json:
    own: Condition = ("json_extract(hidden, '$.platform') IS NULL", [])
    connected: Condition = ("coalesce(json_extract(hidden, '$.disconnected'), 0) = 0", [])
    return NOUN.list(call, params, "/v1/accounts", where=[own, connected])


_PROFILE: dict[str, Reader] = {
    "name": Text(clearable=True),
    "mcc": Text(),
    "product_description": Text(40000),
    "support_email": Email(clearable=True),
    "support_phone": Text(),
    "support_url": Url(clearable=True),
    "url": Url(),
}
_CHANGEABLE: dict[str, Reader] = {
    "business_profile": Shape(_PROFILE),
    "business_type": Choice("company", "government_entity", "individual", "non_profit"),
    "default_currency": Currency(),
    "email": Email(),
    "metadata": Tags(),
}
_REQUESTED = Shape({"requested": Flag()})
_CONTROLLER = Shape(
    {
        "fees": Shape({"payer": Choice("account", "application")}),
        "losses": Shape({"payments": Choice("application", "stripe")}),
        "requirement_collection": Choice("application", "stripe"),
        "stripe_dashboard": Shape({"type": Choice("express", "full", "none")}),
    }
)
ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/accounts",
        _create,
        Shape(
            {
                **_CHANGEABLE,
                "country": Country(),
                "type": Choice("custom", "express", "standard"),
                "controller": _CONTROLLER,
                "capabilities": Shape({"card_payments": _REQUESTED, "transfers": _REQUESTED}),
            }
        ),
    ),
    Endpoint("GET", "/v1/account", _own),
    Endpoint("GET", "/v1/accounts", _list, created_shape()),
    Endpoint("GET", "/v1/accounts/{id}", _retrieve),
    Endpoint("POST", "/v1/accounts/{id}", _update, Shape(_CHANGEABLE)),
]
