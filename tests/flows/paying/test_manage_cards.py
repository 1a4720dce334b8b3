"""Manage payment methods: the way to Stripe's own page for them, and back."""

from typing import Any

import httpx
import pytest

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.manage_cards import manage_cards
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.stripe_client import client
from tests.flows.conftest import customer_identity
from tests.sandbox_process import pay

ACCOUNT = "/portal/account/"


def configuration_of(company: Company) -> str | None:
    with reading() as session:
        return session.get_one(Company, company.id).billing_portal_id


def page(url: str) -> str:
    return httpx.get(url, trust_env=False, follow_redirects=True).text


def test_it_shows_the_saved_card_and_leads_back(any_database, stripe, payer, invoice, company):
    assert pay(start_checkout(payer, invoice.id), save=True).paid
    shown = page(manage_cards(payer, ACCOUNT))
    assert "4242" in shown
    assert f"{settings().base_url}{ACCOUNT}" in shown
    assert "Payments</h2>" not in shown
    assert company.name in shown


def test_it_is_configured_once_for_a_company(any_database, stripe, payer, northwind, company):
    manage_cards(payer, ACCOUNT)
    made = configuration_of(company)
    manage_cards(customer_identity(northwind), ACCOUNT)
    configurations = stripe.get("/v1/billing_portal/configurations")["data"]
    assert [each["id"] for each in configurations] == [made]
    (only,) = configurations
    assert only["features"]["payment_method_update"]["enabled"]
    assert not only["features"]["invoice_history"]["enabled"]


def test_each_customer_sees_their_own_cards_only(stripe, payer, northwind, invoice):
    """Invariant F."""
    assert pay(start_checkout(payer, invoice.id), save=True).paid
    assert "4242" not in page(manage_cards(customer_identity(northwind), ACCOUNT))


def test_what_was_deleted_at_stripe_is_made_anew(stripe, payer, dana, company):
    manage_cards(payer, ACCOUNT)
    options: Any = {"stripe_account": stripe.account}
    (customer,) = stripe.get("/v1/customers")["data"]
    client().v1.customers.delete(customer["id"], None, options)
    with unit_of_work() as session:
        # As after a change of account: of one that this account never had.
        session.get_one(Company, company.id).billing_portal_id = "bpc_of_the_old_account"
    assert "Payment methods" in page(manage_cards(payer, ACCOUNT))
    with reading() as session:
        row = session.get_one(Customer, (dana.company_id, dana.id))
    assert row.stripe_customer_id != customer["id"]
    assert configuration_of(company) != "bpc_of_the_old_account"


def test_while_stripe_is_away_it_says_so(stripe, payer, unreachable):
    with unreachable(), pytest.raises(CannotPay, match="cannot be reached at the moment"):
        manage_cards(payer, ACCOUNT)


def test_staff_and_companies_without_payments_have_no_such_page(stripe, payer, owner, company):
    with pytest.raises(CannotPay, match="Only the customer"):
        manage_cards(owner, ACCOUNT)
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_charges_enabled = False
    with pytest.raises(CannotPay, match="cannot be paid online right now"):
        manage_cards(payer, ACCOUNT)
