"""The page Payment processing: how the company stands with Stripe, and what it may do about it."""

from dataclasses import dataclass
from typing import Literal

from fsm_portal.config import settings
from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.disconnect_stripe import UnderWay, under_way
from fsm_portal.flows.settings.fee_words import fee_words
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.stripe_dashboard import account_page
from fsm_portal.gateways.stripe_facts import PLATFORM

# Never connected; the form at Stripe is not complete; complete, and Stripe pays nothing out;
# all is well; disconnected, here or at Stripe.
Standing = Literal["none", "unfinished", "no_payouts", "ready", "left"]


@dataclass(frozen=True)
class PaymentProcessingView:
    """``account`` is Stripe's id of it. ``brings``: an account that exists already may be
    connected. ``asking``: the question before disconnecting is open, with what is under way."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    standing: Standing = "none"
    account: str = ""
    charges: bool = False
    payouts: bool = False
    fee: str = ""
    brings: bool = False
    dashboard: str = ""
    asking: bool = False
    pages: str = ""
    payments: str = ""
    by_consent: bool = False


def show_payment_processing(scope: Scope, asking: bool = False) -> PaymentProcessingView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CONNECT_STRIPE):
            return PaymentProcessingView(desk, loaded=True)
        going_on = under_way(session, company) if asking else UnderWay()
        config = settings()
        account = company.stripe_account_id or ""
        return PaymentProcessingView(
            desk,
            loaded=True,
            allowed=True,
            standing=standing_of(company),
            account="" if account == PLATFORM else account,
            charges=company.can_take_payments,
            payouts=company.can_take_payments and company.stripe_payouts_enabled,
            fee=fee_words(company),
            brings=config.stripe_connect and bool(config.stripe_client_id),
            dashboard=account_page(account) if account else "",
            asking=asking and standing_of(company) not in ("none", "left"),
            pages=_pages(going_on.pages),
            payments=going_on.payments,
            by_consent=company.stripe_by_consent,
        )


def standing_of(company: Company) -> Standing:
    """How the company stands with Stripe, as Stripe last told."""
    if company.stripe_account_id is None:
        return "none"
    if company.stripe_deauthorized_at is not None:
        return "left"
    if not company.stripe_charges_enabled:
        return "unfinished"
    return "ready" if company.stripe_payouts_enabled else "no_payouts"


def _pages(count: int) -> str:
    if count == 0:
        return ""
    return "1 customer has" if count == 1 else f"{count} customers have"
