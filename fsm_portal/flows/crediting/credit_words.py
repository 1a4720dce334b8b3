"""A customer's credit in words."""

from collections import Counter

from sqlmodel import Session

from fsm_portal.domain.customer_credit import credit_parts
from fsm_portal.gateways import formats


def credit_words(session: Session, company_id: str, customer_id: str, locale: str) -> str:
    """What the customer has as credit, one amount for each currency; empty where nothing is."""
    sums: Counter[str] = Counter()
    for part in credit_parts(session, company_id, customer_id):
        sums[part.currency] += part.amount
    return " + ".join(
        formats.money(amount, currency, locale) for currency, amount in sorted(sums.items())
    )
