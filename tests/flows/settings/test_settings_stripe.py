"""Payment processing: a company connects its Stripe account at the sandbox, and lets go of it."""

import time
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlmodel import select

from fsm_portal.config import settings
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from fsm_portal.domain.stripe_sweep import StripeSweep
from fsm_portal.flows.companies.open_company import connect_account
from fsm_portal.flows.paying.cannot_pay import CannotPay
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.settings.connect_stripe import (
    CannotConnect,
    bring_account,
    connect_stripe,
    fresh_form,
    look_at_account,
    take_consent,
)
from fsm_portal.flows.settings.disconnect_stripe import disconnect_stripe
from fsm_portal.flows.settings.payment_processing import show_payment_processing
from fsm_portal.gateways import stripe_client
from tests import cast
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.stripe_side import StripeSide, deliver, event_of
from tests.sandbox_process import PLAIN, pay_by_bank

FILLED_IN = {"name": "Bright Heating Co.", "bank": "000123456789"}


@pytest.fixture
def new_company(at_stripe, company) -> Company:
    """Bright Heating before it has any account."""
    return change(
        company,
        stripe_account_id=None,
        stripe_charges_enabled=False,
        stripe_payouts_enabled=False,
    )


def change(company: Company, **fields) -> Company:
    with unit_of_work() as session:
        row = session.get_one(Company, company.id)
        for name, value in fields.items():
            setattr(row, name, value)
        session.add(row)
    return row


def kept(company: Company) -> Company:
    with reading() as session:
        return session.get_one(Company, company.id)


def shown(who, asking: bool = False):
    return show_payment_processing(who.scope, asking)


def fill_in(url: str, **fields: str) -> httpx.Response:
    """Press Finish on Stripe's form."""
    return httpx.post(url, data=FILLED_IN | fields, **PLAIN)


def consented(url: str, **fields: str) -> dict[str, str]:
    """Press Connect on Stripe's page; what the address says that it leads back to."""
    answer = httpx.post(url, data={"outcome": "connect", **fields}, **PLAIN)
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def deeds(company: Company) -> list[str]:
    with reading() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.company_id == company.id))
        return [row.deed for row in sorted(rows, key=lambda row: row.id)]


def test_a_company_opens_its_account_on_stripes_form_and_can_be_paid(
    new_company, owner, sandbox, dana, payer, invoice
):
    assert shown(owner).standing == "none"
    step = connect_stripe(owner)
    account = kept(new_company).stripe_account_id
    assert account and f"company:{new_company.id}" in step.topics
    assert shown(owner).standing == "unfinished"

    back = fill_in(step.url)
    assert back.headers["location"] == f"{settings().base_url}/stripe/connect/return"
    look_at_account(owner)

    view = shown(owner)
    assert (view.standing, view.charges, view.payouts) == ("ready", True, True)
    assert start_checkout(payer, invoice.id).startswith(sandbox.base_url)
    assert deeds(new_company) == ["began to connect Stripe"]


def test_the_account_is_remembered_before_any_sweep(new_company, owner):
    """Invariant F: so that what is paid on it stays the company's, whoever has it one day."""
    connect_stripe(owner)
    assert [each.account_id for each in books.rows(StripeSweep)] == [
        kept(new_company).stripe_account_id
    ]


def test_stripes_word_about_the_account_changes_the_page_by_itself(new_company, owner, sandbox):
    step = connect_stripe(owner)
    fill_in(step.url)
    stripe = StripeSide(sandbox, str(kept(new_company).stripe_account_id))
    topics = deliver(*stripe.events("account.updated"))
    assert f"company:{new_company.id}" in topics
    assert shown(owner).standing == "ready"


def test_pressed_twice_or_by_two_it_is_one_account(new_company, owner):
    cast_two = staff_identity(
        cast.save(cast.maya(new_company, name="Al Ruiz", email="al@b.example", role=Role.ADMIN))
    )
    connect_stripe(owner)
    first = kept(new_company).stripe_account_id
    change(new_company, stripe_account_id=None)  # as the second saw it
    connect_stripe(cast_two)
    assert kept(new_company).stripe_account_id == first


def test_a_form_whose_time_is_over_leads_to_a_fresh_one(new_company, owner):
    assert fresh_form(owner) == ""  # nothing was begun: no account is made by opening an address
    assert kept(new_company).stripe_account_id is None
    step = connect_stripe(owner)
    fresh = fresh_form(owner)
    assert fresh and fresh != step.url
    fill_in(fresh)
    look_at_account(owner)
    assert fresh_form(owner) == ""


def test_an_account_that_exists_is_let_in_and_given_back(
    environment, new_company, owner, sandbox, stripe_account
):
    environment.setenv("FSM_STRIPE_CLIENT_ID", "ca_portal")
    settings.cache_clear()
    assert shown(owner).brings
    back = consented(bring_account(owner), account=stripe_account)
    take_consent(owner, back["code"], back["state"])
    assert kept(new_company).stripe_account_id == stripe_account
    assert shown(owner).standing == "ready"

    said, _ = disconnect_stripe(owner)
    assert said == "" and shown(owner).standing == "left"
    with pytest.raises(CannotConnect, match="Stripe"):
        # It is no longer ours to look at: pressed again, another account is opened.
        take_consent(owner, back["code"], back["state"])
    assert connect_stripe(owner).url
    assert kept(new_company).stripe_account_id != stripe_account


@pytest.fixture
def stripe_account(sandbox) -> str:
    return sandbox.make_account("acct_brightsowntaken", "Bright Heating Co.")


def test_a_strangers_consent_connects_nothing(environment, new_company, owner, sandbox):
    """Case 33: what comes back counts for the session that asked, and for no other."""
    environment.setenv("FSM_STRIPE_CLIENT_ID", "ca_portal")
    settings.cache_clear()
    theirs = sandbox.make_account("acct_strangers", "Stranger Ltd")
    back = consented(bring_account(owner), account=theirs)
    victim = replace(owner, session_id="another-session")
    for code, state in (
        (back["code"], back["state"]),
        (back["code"], ""),
        (back["code"], "9999999999.00"),
        ("../v1/accounts", back["state"]),
    ):
        with pytest.raises(CannotConnect):
            take_consent(victim, code, state)
    assert kept(new_company).stripe_account_id is None


def test_before_it_is_disconnected_what_is_under_way_is_named(
    stripe, owner, payer, company, dana, invoice
):
    start_checkout(payer, invoice.id)
    assert shown(owner).pages == ""  # nobody asked
    assert shown(owner, asking=True).pages == "1 customer has"
    pay_by_bank(stripe.only_session()["url"])
    deliver(*stripe.events())
    view = shown(owner, asking=True)
    assert (view.pages, view.payments) == ("", "1 bank payment of $280.00")


def test_disconnected_open_pages_are_closed_and_pay_is_off(stripe, owner, payer, company, invoice):
    """Case 27: nothing more is paid there, and history is kept."""
    start_checkout(payer, invoice.id)
    said, topics = disconnect_stripe(owner)
    assert said == "" and f"company:{company.id}" in topics
    assert stripe.only_session()["status"] == "expired"
    with pytest.raises(CannotPay, match="cannot be paid online right now"):
        start_checkout(payer, invoice.id)
    assert deeds(company) == ["disconnected Stripe"]
    with pytest.raises(CannotConnect, match="No Stripe account"):
        disconnect_stripe(owner)

    # It was never somebody else's: the same account is taken up again.
    assert connect_stripe(owner).url == ""
    assert start_checkout(payer, invoice.id)
    assert kept(company).stripe_account_id == stripe.account


def test_word_that_it_was_let_go_of_comes_after_it_was_taken_again(
    any_database, stripe, owner, payer, company, invoice
):
    """Case 27: webhooks come in any order."""
    before = int(time.time()) - 60
    disconnect_stripe(owner)
    connect_stripe(owner)
    gone = {"id": "ca_portal"}
    deliver(event_of("account.application.deauthorized", gone, stripe.account, created=before))
    assert shown(owner).standing == "ready" and start_checkout(payer, invoice.id)
    deliver(event_of("account.application.deauthorized", gone, stripe.account))
    assert shown(owner).standing == "left"


def test_what_the_operator_connects_stands_as_what_staff_connect(new_company, owner):
    """Nothing of the account before it is left, and it is remembered that it was theirs."""
    connect_stripe(owner)
    account = str(kept(new_company).stripe_account_id)
    with unit_of_work() as session:
        session.delete(session.get_one(StripeSweep, (new_company.id, account)))
    before = {"stripe_account_id": "acct_before", "billing_portal_id": "bpc_before"}
    change(new_company, **before, stripe_by_consent=True, stripe_connected_at=None)
    connect_account(new_company.slug, account)
    now_is = kept(new_company)
    assert (now_is.stripe_account_id, now_is.billing_portal_id) == (account, None)
    assert not now_is.stripe_by_consent and now_is.stripe_connected_at is not None
    assert [each.account_id for each in books.rows(StripeSweep)] == [account]


def test_a_bank_payment_on_its_way_is_recorded_after_all(stripe, owner, payer, company, invoice):
    start_checkout(payer, invoice.id)
    pay_by_bank(stripe.only_session()["url"])
    deliver(*stripe.events())
    disconnect_stripe(owner)
    stripe.days_later()
    deliver(*stripe.settled_events())
    assert books.status(invoice) == "Paid"


def test_when_stripe_does_not_answer_it_says_so_and_nothing_is_half_done(
    environment, new_company, owner
):
    environment.setenv("FSM_STRIPE_API_BASE", "http://127.0.0.1:9")
    settings.cache_clear()
    stripe_client.client.cache_clear()
    with pytest.raises(CannotConnect, match="cannot be reached"):
        connect_stripe(owner)
    assert kept(new_company).stripe_account_id is None


def test_without_connect_it_is_the_installations_own_account(environment, new_company, owner):
    environment.setenv("FSM_STRIPE_CONNECT", "false")
    settings.cache_clear()
    assert shown(owner).fee == ""
    assert connect_stripe(owner).url == ""
    assert kept(new_company).stripe_account_id == "platform"


def test_the_fee_is_told_in_words_and_numbers_or_not_at_all(environment, stripe, owner):
    """One source: the same function that takes it."""
    assert "takes 1.5% of each online payment: of $100.00 that is $1.50" in shown(owner).fee
    environment.setenv("FSM_PLATFORM_FEE_BPS", "0")
    settings.cache_clear()
    assert shown(owner).fee == ""


@pytest.mark.parametrize("role", [Role.OFFICE, Role.TECHNICIAN])
def test_the_office_neither_connects_nor_disconnects(stripe, company, role):
    """Case 35."""
    who = staff_identity(cast.save(cast.tom(company, role=role)))
    for act in (connect_stripe, disconnect_stripe, bring_account, look_at_account, fresh_form):
        with pytest.raises(CannotConnect, match="Your role"):
            act(who)
    assert not shown(who).allowed and shown(who).account == ""
