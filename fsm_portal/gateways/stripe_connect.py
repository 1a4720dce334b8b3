"""Stripe Connect: how a company's account joins this platform, and how it leaves again.

Two ways in: an account that we open and its owner completes on Stripe's own form, or one that its
owner has already and lets us in to (OAuth). Only the second can be handed back.
Sources: docs.stripe.com/connect/accounts-v2, docs.stripe.com/connect/oauth-reference.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from fsm_portal.config import settings
from fsm_portal.gateways.stripe_client import client, our_errors

COMPANY_KEY = "fsm_company"


@dataclass(frozen=True)
class NewAccount:
    """Who an account is opened for. ``country`` is ISO 3166, ``currency`` ISO 4217."""

    company_id: str
    name: str
    email: str
    country: str
    currency: str


def open_account(about: NewAccount, instead_of: str = "") -> str:
    """Stripe's id of a new account, which cannot charge before its owner has completed it.

    Pressed by two at once it is one account. ``instead_of`` is one that is of no use any more.
    The owner has the whole of Stripe's dashboard, pays Stripe's fees and bears its own losses.
    Raises StripeUnavailable, StripeRefused.
    """
    params: Any = {
        "display_name": about.name,
        "contact_email": about.email,
        "dashboard": "full",
        "identity": {"country": about.country.lower()},
        "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
        "defaults": {
            "currency": about.currency.lower(),
            "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"},
        },
        "metadata": {COMPANY_KEY: about.company_id},
    }
    key = f"account-{about.company_id}-{instead_of}-{_fingerprint(params)}"
    with our_errors():
        made = client().v2.core.accounts.create(params, {"idempotency_key": key})
    return made.id


def onboarding_page(account: str, *, return_url: str, refresh_url: str) -> str:
    """The address of Stripe's form for ``account``: good once, for a few minutes.

    It leads back to ``return_url``, and to ``refresh_url`` where its time is over. Raises
    StripeUnavailable, StripeRefused.
    """
    use: Any = {"refresh_url": refresh_url, "return_url": return_url}
    with our_errors():
        link = client().v2.core.account_links.create(
            {
                "account": account,
                "use_case": {"type": "account_onboarding", "account_onboarding": use},
            }
        )
    return str(link.url)


def consent_page(about: NewAccount, *, return_url: str, state: str) -> str:
    """The address where the owner of an account lets us in. Needs FSM_STRIPE_CLIENT_ID."""
    params: Any = {
        "client_id": settings().stripe_client_id,
        "scope": "read_write",
        "redirect_uri": return_url,
        "state": state,
        "stripe_user": {
            "email": about.email,
            "business_name": about.name,
            "country": about.country,
        },
    }
    return str(client().oauth.authorize_url(params))


def account_of_consent(code: str) -> str:
    """Stripe's id of the account whose owner has let us in; ``code`` is good once.

    The keys that come along are not kept: the platform's own is enough. Raises StripeUnavailable,
    StripeRefused.
    """
    with our_errors():
        told = client().oauth.token({"grant_type": "authorization_code", "code": code})
    return str(told["stripe_user_id"])


def give_back(account: str) -> None:
    """Let go of an account whose owner had let us in. Raises StripeUnavailable, StripeRefused."""
    params: Any = {"client_id": settings().stripe_client_id, "stripe_user_id": account}
    with our_errors():
        client().oauth.deauthorize(params)


def _fingerprint(params: object) -> str:
    # Other words under the same key would be refused for as long as Stripe remembers it.
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()[:16]
