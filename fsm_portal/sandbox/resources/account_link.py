"""Account links: a way into the hosted onboarding, good once and for a few minutes.

Source: docs.stripe.com/api/account_links.
"""

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.call import Call
from fsm_portal.sandbox.endpoint import Endpoint
from fsm_portal.sandbox.errors import invalid, missing_param
from fsm_portal.sandbox.ids import random_text
from fsm_portal.sandbox.params import Choice, NotHere, Shape, Text, Url
from fsm_portal.sandbox.resources import account as accounts
from fsm_portal.sandbox.store import Json

LASTS = 300


def make(call: Call, account_id: str, refresh_url: str, return_url: str | None) -> tuple[int, str]:
    """When it was made and its address; it is good for ``LASTS`` seconds."""
    account = accounts.find(call, account_id)
    if account.hidden.get("platform"):
        raise invalid("You cannot create an account link for your own account.", "account")
    token = random_text(24)
    now = clock.now()
    kept = {
        "account": account.id,
        "expires_at": now + LASTS,
        "refresh_url": refresh_url,
        "return_url": return_url,
    }
    call.store.set_state(f"account_link:{token}", kept)
    return now, f"{call.sandbox.settings.public_url}/setup/s/{account.id}/{token}"


def _create(call: Call, params: Json) -> Json:
    for name in ("refresh_url", "return_url"):
        if name not in params:
            raise missing_param(name)
    now, url = make(call, params["account"], params["refresh_url"], params["return_url"])
    return {
        "object": "account_link",
        "created": now,
        "expires_at": now + LASTS,
        "url": url,
    }


ENDPOINTS = [
    Endpoint(
        "POST",
        "/v1/account_links",
        _create,
        Shape(
            {
                "account": Text(),
                "collect": Choice("currently_due", "eventually_due"),
                "collection_options": NotHere(),
                "refresh_url": Url(),
                "return_url": Url(),
                "type": Choice("account_onboarding", "account_update"),
            },
            required=("account", "type"),
        ),
    )
]
