"""Where a thing is to be found in Stripe's own dashboard; in the demo, in the sandbox's."""

from fsm_portal.config import settings
from fsm_portal.gateways.stripe_facts import PLATFORM


def dispute_page(account: str, dispute_id: str) -> str:
    """The page on which the company answers a dispute, signed in to its own account."""
    config = settings()
    if config.stripe_api_base:
        return f"{config.stripe_api_base.rstrip('/')}/dashboard/{account}/disputes"
    owner = "" if account == PLATFORM else f"/{account}"
    mode = "" if config.stripe_livemode else "/test"
    return f"https://dashboard.stripe.com{owner}{mode}/disputes/{dispute_id}"


def account_page(account: str) -> str:
    """Where the company sees its account whole: payments, payouts, what Stripe still asks for."""
    config = settings()
    if config.stripe_api_base:
        return f"{config.stripe_api_base.rstrip('/')}/dashboard/{account}"
    return f"https://dashboard.stripe.com/{'' if config.stripe_livemode else 'test'}".rstrip("/")
