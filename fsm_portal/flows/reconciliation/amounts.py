"""Amounts on the page."""

from fsm_portal.domain.company import Company
from fsm_portal.domain.money import EXPONENTS
from fsm_portal.gateways import formats


def money(amount: int, currency: str, company: Company) -> str:
    """``amount`` in minor units; in a currency that nobody lists as it stands at Stripe."""
    if currency not in EXPONENTS:
        return f"{amount} {currency}"
    return formats.money(amount, currency, company.locale)
