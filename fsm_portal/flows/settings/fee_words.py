"""The platform fee in words and numbers, for every page that speaks of it."""

from fsm_portal.config import settings
from fsm_portal.domain.company import Company
from fsm_portal.domain.money import exponent
from fsm_portal.domain.platform_fee import platform_fee
from fsm_portal.flows.staff_desk import takes_platform_fee
from fsm_portal.gateways.formats import money, percent

_PPM_PER_BASIS_POINT = 100


def fee_words(company: Company) -> str:
    """What this installation takes of a payment; empty where it takes nothing."""
    if not takes_platform_fee():
        return ""
    points = settings().platform_fee_bps
    whole = 100 * 10 ** exponent(company.currency)
    fee = platform_fee(whole, points)
    rate = percent(points * _PPM_PER_BASIS_POINT, company.locale)

    def words(amount: int) -> str:
        return money(amount, company.currency, company.locale)

    return (
        f"This portal takes {rate} of each online payment: of {words(whole)} that is "
        f"{words(fee)}. It comes out of what you receive; your customer pays the invoice and "
        "no more. Of a refund it gives back its share."
    )
