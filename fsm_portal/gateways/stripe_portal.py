"""Stripe's billing portal: a hosted page where a customer adds, changes and removes their cards."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from fsm_portal.gateways.stripe_client import StripeRefused, client, options, our_errors


@dataclass(frozen=True)
class PortalOffer:
    """What customers may do on the page, and what stands on it; the texts may be empty.

    ``invoices`` are Stripe's own: payments here are told next to the invoices they paid.
    """

    cards: bool = True
    invoices: bool = False
    headline: str = ""
    privacy_url: str = ""
    terms_url: str = ""


def make_configuration(
    account: str, company_id: str, offer: PortalOffer, instead_of: str = ""
) -> str:
    """Stripe's id of a configuration that makes ``offer`` on ``account``.

    ``instead_of`` is one that Stripe does not know any more. Raises StripeUnavailable,
    StripeRefused.
    """
    profile = {
        name: value
        for name, value in (
            ("headline", offer.headline),
            ("privacy_policy_url", offer.privacy_url),
            ("terms_of_service_url", offer.terms_url),
        )
        if value
    }
    params: Any = {
        "features": {
            "payment_method_update": {"enabled": offer.cards},
            "invoice_history": {"enabled": offer.invoices},
        }
    }
    if profile:
        params["business_profile"] = profile
    # Another offer under the same key would be refused for as long as Stripe remembers it.
    words = hashlib.sha256(json.dumps(asdict(offer), sort_keys=True).encode()).hexdigest()[:16]
    with our_errors():
        made = client().v1.billing_portal.configurations.create(
            params, options(account, f"billing-portal-{company_id}-{words}-{instead_of}")
        )
    return made.id


def open_portal(account: str, configuration: str, customer: str, return_url: str) -> str:
    """The address of a page for one customer; it ends within minutes if nobody comes.

    Raises StripeUnavailable, StripeRefused.
    """
    with our_errors():
        session = client().v1.billing_portal.sessions.create(
            {"customer": customer, "configuration": configuration, "return_url": return_url},
            options(account),
        )
    return session.url


def configuration_is_gone(error: StripeRefused) -> bool:
    """Whether Stripe refused because it does not know the configuration, or it was switched off."""
    return error.param == "configuration"
