"""Our customers as Stripe knows them, so that a card which its owner saved is theirs next time.

A customer of Stripe lives on one account: that of the company, or the platform's own.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors

CUSTOMER_KEY = "fsm_customer"
_BANKS = frozenset({"us_bank_account", "sepa_debit"})
# https://docs.stripe.com/api/customers/create: what is longer would be refused.
_LONGEST_NAME, _LONGEST_EMAIL = 256, 512
# More than anybody keeps.
_MOST = 20


@dataclass(frozen=True)
class Person:
    """Who pays, as Stripe's page and the company's Stripe dashboard show them."""

    name: str
    email: str | None


@dataclass(frozen=True)
class SavedMethod:
    """A card that is kept at Stripe, or a bank account, which has no ``expires`` (month, year).

    ``brand`` is Stripe's word: "visa", "us_bank_account".
    """

    brand: str
    last4: str
    expires: tuple[int, int] | None
    is_default: bool


def create_customer(account: str, customer_id: str, person: Person, instead_of: str = "") -> str:
    """Stripe's id of our customer ``customer_id`` on ``account``; asked at once by two, one.

    ``instead_of`` is one that Stripe does not know any more. Raises StripeUnavailable,
    StripeRefused.
    """
    words = "\n".join((person.name, person.email or "", instead_of))
    # Other words under the same key would be refused for as long as Stripe remembers it.
    key = f"customer-{customer_id}-{hashlib.sha256(words.encode()).hexdigest()[:16]}"
    params: dict[str, Any] = _about(person) | {"metadata": {CUSTOMER_KEY: customer_id}}
    with our_errors():
        made = client().v1.customers.create(
            params,  # type: ignore[arg-type]
            # Somebody waits for a page to open, and it opens without this too.
            options(account, key) | {"max_network_retries": 1},
        )
    return made.id


def update_customer(account: str, stripe_customer_id: str, person: Person) -> None:
    """Tell Stripe a new name or address. Raises StripeUnavailable, StripeRefused."""
    with our_errors():
        client().v1.customers.update(
            stripe_customer_id,
            _about(person),  # type: ignore[arg-type]
            options(account),
        )


def saved_methods(account: str, stripe_customer_id: str) -> list[SavedMethod]:
    """What the customer keeps at Stripe, the default first; nothing for one that is gone.

    Raises StripeUnavailable, StripeRefused.
    """
    try:
        with our_errors():
            customer = client().v1.customers.retrieve(stripe_customer_id, None, options(account))
            if getattr(customer, "deleted", False):
                return []
            listed = client().v1.payment_methods.list(
                {"customer": stripe_customer_id, "limit": _MOST}, options(account)
            )
    except StripeRefused as error:
        if is_gone(error):
            return []
        raise
    default = customer.to_dict().get("invoice_settings", {}).get("default_payment_method")
    found = [_method(each.to_dict(), default) for each in listed.data]
    return sorted(
        (each for each in found if each is not None), key=lambda each: not each.is_default
    )


def is_gone(error: StripeRefused) -> bool:
    """Whether Stripe refused because it does not know the customer (any more)."""
    return error.code == "resource_missing" and error.param in ("customer", "id")


def _about(person: Person) -> dict[str, Any]:
    about = {"name": person.name[:_LONGEST_NAME]}
    if person.email:
        about["email"] = person.email[:_LONGEST_EMAIL]
    return about


def _method(method: dict[str, Any], default: str | None) -> SavedMethod | None:
    kind = str(method["type"])
    about = method.get(kind) or {}
    if kind == "card":
        brand, expires = str(about.get("brand", "")), (about["exp_month"], about["exp_year"])
    elif kind in _BANKS:
        brand, expires = kind, None
    else:
        # A wallet of Stripe's own: it is its owner's, not kept for this company.
        return None
    return SavedMethod(brand, str(about.get("last4", "")), expires, method["id"] == default)
