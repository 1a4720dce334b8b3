"""The section Billing portal: what customers may do on Stripe's own page, and what stands on it."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session

from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.flows.settings import checks
from fsm_portal.flows.settings.section import Section, Setting, on_or_off, ticked
from fsm_portal.gateways.stripe_portal import PortalOffer

_company = table_of(Company)
# https://docs.stripe.com/api/customer_portal/configurations/create: what is longer is refused.
_LONGEST_HEADLINE = 60


def _judge(
    _session: Session,
    _company: Company,
    values: Mapping[str, Any],
    _changed: Collection[str],
    _seen: Mapping[str, Any],
) -> dict[str, str]:
    if values["cards"] or values["invoices"]:
        return {}
    return {"cards": "Stripe wants one of the two at least: a page without either has no use."}


def _anew(_session: Session, company: Company, _changed: Collection[str]) -> frozenset[str]:
    """The configuration at Stripe is made anew when a customer next goes there."""
    company.billing_portal_id = None
    return frozenset()


BILLING_PORTAL = Section(
    "Billing portal",
    "billing-portal",
    {
        "cards": Setting("Cards and bank accounts", on_or_off, "billing_portal_cards", ticked),
        "invoices": Setting("Stripe’s invoices", on_or_off, "billing_portal_invoices", ticked),
        "headline": Setting(
            "Headline",
            checks.line("The headline", _LONGEST_HEADLINE, empty=True),
            "billing_portal_headline",
        ),
        "privacy": Setting("Privacy policy", checks.web_address, "billing_portal_privacy_url"),
        "terms": Setting("Terms of service", checks.web_address, "billing_portal_terms_url"),
    },
    judge=_judge,
    follow=_anew,
)


def offer_of(company: Company) -> PortalOffer:
    """What the company offers there."""
    return PortalOffer(
        company.billing_portal_cards,
        company.billing_portal_invoices,
        company.billing_portal_headline,
        company.billing_portal_privacy_url,
        company.billing_portal_terms_url,
    )


def as_offered(offer: PortalOffer) -> tuple[ColumnElement[bool], ...]:
    """For statements: that the company offers this still."""
    return (
        _company.c.billing_portal_cards == offer.cards,
        _company.c.billing_portal_invoices == offer.invoices,
        _company.c.billing_portal_headline == offer.headline,
        _company.c.billing_portal_privacy_url == offer.privacy_url,
        _company.c.billing_portal_terms_url == offer.terms_url,
    )
