"""Gives the cast's companies their connected accounts at the sandbox."""

import httpx
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.company import Company


def open_accounts() -> None:
    """Every company's account, under the id its row names. Sent again, it changes nothing."""
    config = settings()
    with reading() as session:
        companies = session.exec(
            select(Company).where(Company.stripe_account_id.is_not(None))  # type: ignore[union-attr]
        ).all()
    headers = {"Authorization": f"Bearer {config.stripe_secret_key.get_secret_value()}"}
    with httpx.Client(base_url=config.stripe_api_base or "", headers=headers, timeout=10) as stripe:
        for company in companies:
            stripe.post(
                "/sandbox/accounts",
                json={
                    "id": company.stripe_account_id,
                    "name": company.name,
                    "email": company.email,
                    "country": company.country,
                    "default_currency": company.currency.lower(),
                },
            ).raise_for_status()
