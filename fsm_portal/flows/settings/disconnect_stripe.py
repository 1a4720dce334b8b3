"""Disconnect: nothing more is paid on the company's Stripe account, and what is open is closed."""

import logging
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.checkout_attempt import IN_FLIGHT, CheckoutAttempt
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.identity import Identity
from fsm_portal.flows.paying.open_pages import OpenPage, close_page
from fsm_portal.flows.settings.connect_stripe import CannotConnect
from fsm_portal.gateways.formats import money
from fsm_portal.gateways.stripe_client import StripeDenied, StripeRefused, StripeUnavailable
from fsm_portal.gateways.stripe_connect import give_back

log = logging.getLogger(__name__)

_attempt = table_of(CheckoutAttempt)

_OPEN = (
    select(
        _attempt.c.customer_id,
        _attempt.c.stripe_account_id,
        _attempt.c.stripe_session_id,
        _attempt.c.expires_at,
    )
    .where(
        _attempt.c.company_id == bindparam("company_id"),
        _attempt.c.stripe_account_id == bindparam("account"),
        _attempt.c.stripe_session_id.is_not(None),
        _attempt.c.expires_at > bindparam("now"),
        _attempt.c.processing_at.is_(None),
        _attempt.c.completed_at.is_(None),
        _attempt.c.failed_at.is_(None),
        _attempt.c.closed_at.is_(None),
    )
    .order_by(_attempt.c.id)
)
_UNDER_WAY = (
    select(_attempt.c.currency, func.count(), func.sum(_attempt.c.amount))
    .where(_attempt.c.company_id == bindparam("company_id"), IN_FLIGHT)
    .group_by(_attempt.c.currency)
    .order_by(_attempt.c.currency)
)


@dataclass(frozen=True)
class UnderWay:
    """What is going on at the account: how many payment pages are open, and the bank payments on
    their way in words, such as ``2 bank payments of $480.00``; empty where there are none."""

    pages: int = 0
    payments: str = ""


def under_way(session: Session, company: Company) -> UnderWay:
    """Asked before the account is disconnected."""
    connection = session.connection()
    key = {"company_id": company.id, "account": company.stripe_account_id, "now": now()}
    pages = len(connection.execute(_OPEN, key).all())
    told = [
        f"{count} bank payment{'' if count == 1 else 's'} of "
        f"{money(int(amount), currency, company.locale)}"
        for currency, count, amount in connection.execute(_UNDER_WAY, {"company_id": company.id})
    ]
    return UnderWay(pages, " and ".join(told))


def disconnect_stripe(who: Identity) -> tuple[str, frozenset[str]]:
    """Let go of the account; what is still to be said about it, and the topics to ring.

    What was paid stays on the books, and what is under way is recorded when Stripe tells of it.
    Raises CannotConnect.
    """
    if not who.may(May.CONNECT_STRIPE):
        raise CannotConnect("Your role cannot do this. Ask an owner or an admin to do it.")
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id, with_for_update={"key_share": True})
        account = company.stripe_account_id
        if account is None or company.stripe_deauthorized_at is not None:
            raise CannotConnect("No Stripe account is connected.")
        # First this: from here on no page is opened.
        company.stripe_deauthorized_at = now()
        session.add(company)
        write_down(
            session,
            who,
            Deed.DISCONNECTED_STRIPE,
            about="company",
            about_id=company.id,
            words=account,
        )
    left_open, topics = _close_pages(company.id, account)
    said = ""
    if left_open:
        said = (
            f"{left_open} payment page{'' if left_open == 1 else 's'} could not be closed; "
            "they end by themselves within a day."
        )
    if company.stripe_by_consent:
        try:
            give_back(account)
        except (StripeUnavailable, StripeRefused) as error:
            log.warning("Stripe could not be told that %s is disconnected: %s", account, error)
            said = (
                "Stripe could not be told. Remove this portal in your Stripe dashboard too, under "
                "Settings, Connected accounts."
            )
    return said, topics | {company_topic(company.id)}


def _close_pages(company_id: str, account: str) -> tuple[int, frozenset[str]]:
    """How many are left open, and the topics to ring."""
    with reading() as session:
        key = {"company_id": company_id, "account": account, "now": now()}
        rows = session.connection().execute(_OPEN, key).all()
    left, topics = 0, frozenset[str]()
    for customer_id, *page in rows:
        try:
            topics |= close_page(company_id, customer_id, OpenPage(*page)).topics
        except (StripeUnavailable, StripeRefused, StripeDenied) as error:
            log.warning("the page %s could not be closed: %s", page[1], error)
            left += 1
    return left, topics
