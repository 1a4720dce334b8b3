"""The customers that a company has at Stripe, whoever made them: read a page at a time, searched.

Source: docs.stripe.com/api/customers/list, docs.stripe.com/search.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors
from fsm_portal.gateways.stripe_customers import is_gone

_FORM = re.compile(r"cus_[A-Za-z0-9]{1,60}")
# Stripe finds parts of words of three letters or more.
SHORTEST_SEARCH = 3


@dataclass(frozen=True)
class AtStripe:
    """A customer as Stripe knows them. All but the id may be empty; ``country`` is two letters."""

    id: str
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    country: str = ""


@dataclass(frozen=True)
class StripePage:
    """Some of them, the newest first; whether there are more. ``next`` goes on with a search."""

    customers: tuple[AtStripe, ...]
    has_more: bool
    next: str = ""


def is_customer_id(text: str) -> bool:
    """Whether ``text`` can be Stripe's id of a customer: what is none could name another path."""
    return _FORM.fullmatch(text) is not None


def customers_at_stripe(
    account: str, *, after: str = "", before: str = "", limit: int = 25
) -> StripePage:
    """Those older than ``after``, or newer than ``before``. Raises StripeUnavailable,
    StripeRefused, also for a place that is no customer of the account."""
    params: dict[str, Any] = {"limit": limit}
    if after:
        params["starting_after"] = after
    elif before:
        params["ending_before"] = before
    with our_errors():
        listed = client().v1.customers.list(params, options(account))  # type: ignore[arg-type]
    return StripePage(_customers(listed.data), listed.has_more)


def search_at_stripe(account: str, text: str, *, page: str = "", limit: int = 25) -> StripePage:
    """Those with ``text`` in their name, address or phone; one who has just been added may take a
    minute to be found. Raises as ``customers_at_stripe`` does."""
    said = text.replace("\\", "\\\\").replace('"', '\\"')
    params: dict[str, Any] = {
        "query": " OR ".join(f'{field}~"{said}"' for field in ("name", "email", "phone")),
        "limit": limit,
    }
    if page:
        params["page"] = page
    with our_errors():
        found = client().v1.customers.search(params, options(account))  # type: ignore[arg-type]
    return StripePage(_customers(found.data), found.has_more, found.next_page or "")


def customer_at_stripe(account: str, stripe_id: str) -> AtStripe | None:
    """The one with this id; None for one that is not there, or no more. Raises as above."""
    if not is_customer_id(stripe_id):
        return None
    try:
        with our_errors():
            found = client().v1.customers.retrieve(stripe_id, None, options(account))
    except StripeRefused as error:
        if is_gone(error):
            return None
        raise
    return None if getattr(found, "deleted", False) else _customer(found.to_dict())


def _customers(found: Iterable[Any]) -> tuple[AtStripe, ...]:
    return tuple(_customer(each.to_dict()) for each in found)


def _customer(body: dict[str, Any]) -> AtStripe:
    address = body.get("address") or {}
    town = " ".join(_text(address.get(part)) for part in ("city", "state", "postal_code"))
    lines = (_text(address.get("line1")), _text(address.get("line2")), town.strip())
    return AtStripe(
        id=str(body["id"]),
        name=_text(body.get("name")),
        email=_text(body.get("email")),
        phone=_text(body.get("phone")),
        address="\n".join(line for line in lines if line),
        country=_text(address.get("country")),
    )


def _text(value: object) -> str:
    """In one line: anybody who pays may have typed it."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(letter for letter in words if letter.isprintable())
