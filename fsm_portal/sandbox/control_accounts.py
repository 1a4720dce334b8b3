"""``/sandbox/accounts``: a connected account, ready to charge, under a chosen id."""

from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.errors import invalid, no_such
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.number_params import Currency
from fsm_portal.sandbox.params import Country, Email, Shape, Text
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.resources import account_body
from fsm_portal.sandbox.sandbox import Sandbox
from fsm_portal.sandbox.store import Json

ACCOUNT = Shape(
    {
        "id": Text(255),
        "name": Text(),
        "country": Country(),
        "default_currency": Currency(),
        "email": Email(),
    },
    required=("id", "name"),
)

DISCONNECT = Shape({"account": Text()}, required=("account",))


def named(sandbox: Sandbox, account_id: str) -> Call:
    """A call on the account of this id, whether connected or not. Raises 404."""
    if sandbox.store.row(sandbox.settings.platform, "account", account_id) is None:
        raise no_such("account", account_id, "account")
    return Call(sandbox, account_id, "req_" + random_text(14))


def disconnect(sandbox: Sandbox, params: Json) -> Json:
    """The company takes the platform's access away, in Stripe's own dashboard."""
    if not accounts.is_connected(sandbox, params["account"]):
        raise invalid("No such connected account.", "account")
    with sandbox.store.transaction():
        accounts.disconnect(Call(sandbox, params["account"]))
    return {"disconnected": params["account"]}


def account(sandbox: Sandbox, params: Json) -> Json:
    """Sent again with the same id it renames the account and leaves all else as it is."""
    store, platform = sandbox.store, sandbox.settings.platform
    account_id = params["id"]
    if not account_id.startswith("acct_") or not account_id[5:].isalnum():
        raise invalid("An account's id is acct_ and letters or digits.", "id")
    if existing := store.row(platform, "account", account_id):
        body = existing.body
        body["business_profile"]["name"] = params["name"]
        body["settings"]["dashboard"]["display_name"] = params["name"]
        return store.save(platform, "account", body)
    body = account_body.build(
        account_id,
        country=params.get("country", "US"),
        currency=params.get("default_currency"),
        name=params["name"],
        email=params.get("email"),
        enabled=True,
    )
    return store.insert(platform, "account", body)
