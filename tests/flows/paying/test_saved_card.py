"""A card that its owner saved on Stripe's page is at hand next time, for them alone."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.customers.edit_customer import CustomerWords, edit_customer
from fsm_portal.flows.paying.saved_cards import CardView, SavedCards, saved_cards
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.flows.work_outbox import work_one
from fsm_portal.gateways.stripe_client import client
from fsm_portal.gateways.stripe_customers import CUSTOMER_KEY
from tests.flows.conftest import customer_identity
from tests.invoices import write_invoice
from tests.sandbox_process import pay, pay_saved


@pytest.fixture
def sandbox_healed(sandbox: Any) -> Iterator[Any]:
    """What a test breaks at Stripe is mended after it."""
    yield sandbox
    sandbox.heal()


def kept(customer: Customer) -> tuple[str | None, str | None]:
    """What our books know of a customer at Stripe: id and account."""
    with reading() as session:
        row = session.get_one(Customer, (customer.company_id, customer.id))
        return row.stripe_customer_id, row.stripe_account_id


def customers_at(stripe: Any) -> list[dict[str, Any]]:
    return list(stripe.get("/v1/customers", limit=100)["data"])


def card_of(stripe: Any, customer: Customer) -> str:
    """Stripe's id of the one card that the customer keeps."""
    (card,) = stripe.get("/v1/payment_methods", customer=kept(customer)[0])["data"]
    return str(card["id"])


def test_the_first_payment_makes_the_customer_at_stripe_and_later_ones_use_it(
    any_database, stripe, payer, dana, company
):
    first, second = write_invoice(company, dana, number="A-1"), write_invoice(company, dana)
    start_checkout(payer, first.id)
    start_checkout(payer, second.id)
    (made,) = customers_at(stripe)
    assert kept(dana) == (made["id"], stripe.account)
    assert (made["name"], made["email"]) == ("Harbor View Apartments", "dana@harborview.example")
    assert made["metadata"] == {CUSTOMER_KEY: dana.id}
    sessions = stripe.get("/v1/checkout/sessions")["data"]
    assert {session["customer"] for session in sessions} == {made["id"]}


def test_a_card_is_saved_only_where_its_owner_ticks_so(stripe, payer, dana, company):
    """Consent is given on Stripe's page, never on ours."""
    first, second, third = (write_invoice(company, dana, number=f"A-{n}") for n in (1, 2, 3))
    assert pay(start_checkout(payer, first.id)).paid
    assert saved_cards(payer.scope) == SavedCards("known")
    assert pay(start_checkout(payer, second.id), save=True).paid
    (card,) = saved_cards(payer.scope).cards
    assert card.name == "Visa ending 4242"
    assert card.note.startswith("Expires 12/")
    assert pay_saved(start_checkout(payer, third.id), card_of(stripe, dana)).paid


def test_it_is_offered_to_nobody_else(stripe, payer, dana, northwind, company):
    """Invariant F: another customer of the same company, and of another, cannot pay with it."""
    assert pay(start_checkout(payer, write_invoice(company, dana).id), save=True).paid
    card = card_of(stripe, dana)
    neighbour = customer_identity(northwind)
    page = start_checkout(neighbour, write_invoice(company, northwind, number="N-1").id)
    assert not pay_saved(page, card).paid
    assert saved_cards(neighbour.scope) == SavedCards("known")


def test_two_tabs_that_press_pay_at_once_make_one_customer(any_database, stripe, payer, dana):
    """Invariant D: the key is the customer's, not the press's."""
    with reading() as session:
        company = session.get_one(Company, dana.company_id)
    invoices = [write_invoice(company, dana, number=f"A-{n}") for n in range(4)]
    together = threading.Barrier(len(invoices))
    opened: list[str] = []

    def press(invoice_id: str) -> None:
        together.wait()
        opened.append(start_checkout(payer, invoice_id))

    tabs = [threading.Thread(target=press, args=(invoice.id,)) for invoice in invoices]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    assert len(opened) == 4
    assert len(customers_at(stripe)) == 1


def test_a_customer_deleted_at_stripe_is_made_anew_and_paying_goes_on(
    any_database, stripe, payer, dana, company
):
    start_checkout(payer, write_invoice(company, dana, number="A-1").id)
    gone, _ = kept(dana)
    client().v1.customers.delete(str(gone), None, {"stripe_account": stripe.account})
    assert saved_cards(payer.scope) == SavedCards("known")
    assert pay(start_checkout(payer, write_invoice(company, dana).id)).paid
    (made,) = customers_at(stripe)
    assert made["id"] != gone
    assert kept(dana)[0] == made["id"]


def test_on_another_account_the_customer_is_unknown_and_made_anew(
    stripe, other_stripe, payer, dana, company, other_company
):
    """The company connected another account: what it knows of the old one is of no use there."""
    start_checkout(payer, write_invoice(company, dana, number="A-1").id)
    there, _ = kept(dana)
    other_company.stripe_account_id, moved_to = None, other_company.stripe_account_id
    with unit_of_work() as session:
        session.merge(other_company)
        session.flush()
        company.stripe_account_id = moved_to
        session.merge(company)
    assert saved_cards(payer.scope) == SavedCards("known")
    assert pay(start_checkout(payer, write_invoice(company, dana).id)).paid
    (made,) = customers_at(other_stripe)
    assert made["id"] != there
    assert kept(dana) == (made["id"], moved_to)


@pytest.mark.parametrize("kind", ["error_500", "error_429"])
def test_where_no_customer_can_be_made_paying_goes_on_without(
    kind, stripe, payer, invoice, dana, sandbox_healed, monkeypatch
):
    """Invariant J: saving a card is a comfort, paying is the point."""
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    sandbox_healed.fault(kind, path="/v1/customers", account=stripe.account)
    assert pay(start_checkout(payer, invoice.id)).paid
    assert kept(dana) == (None, None)
    assert stripe.only_session()["customer"] is None


def test_an_answer_that_was_lost_makes_no_second_customer(
    stripe, payer, invoice, dana, sandbox_healed, monkeypatch
):
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    sandbox_healed.fault("lose_response", path="/v1/customers", account=stripe.account, times=1)
    start_checkout(payer, invoice.id)
    (made,) = customers_at(stripe)
    assert kept(dana)[0] == made["id"]


def test_what_stripe_keeps_is_told_in_words_the_default_first(stripe, payer, invoice, dana):
    """An expired card says so; a bank account has no date."""
    start_checkout(payer, invoice.id)
    customer = str(kept(dana)[0])
    options: Any = {"stripe_account": stripe.account}
    attach = client().v1.payment_methods.attach
    old = attach("pm_card_amex", {"customer": customer}, options).id
    client().v1.payment_methods.update(old, {"card": {"exp_month": 1, "exp_year": 2020}}, options)
    used = attach("pm_card_mastercard", {"customer": customer}, options).id
    attach("pm_card_visa", {"customer": customer}, options)
    default: Any = {"invoice_settings": {"default_payment_method": used}}
    client().v1.customers.update(customer, default, options)
    first, second, third = saved_cards(payer.scope).cards
    assert (first.name, first.is_default) == ("Mastercard ending 4444", True)
    assert (second.name, second.expired) == ("Visa ending 4242", False)
    assert third == CardView("American Express ending 0005", "Expired 01/20", expired=True)


def test_while_stripe_is_away_that_is_what_is_said(
    stripe, payer, invoice, unreachable: Callable[[], Any]
):
    start_checkout(payer, invoice.id)
    with unreachable():
        assert saved_cards(payer.scope) == SavedCards("away")


def test_a_company_without_an_account_keeps_no_cards(payer, company):
    company.stripe_account_id = None
    with unit_of_work() as session:
        session.merge(company)
    assert saved_cards(payer.scope) == SavedCards("off")


def test_a_new_name_and_address_reach_stripe(any_database, stripe, payer, owner, invoice, dana):
    """Stripe's page shows the address and does not let it be changed."""
    start_checkout(payer, invoice.id)
    words = CustomerWords("Harbor View LLC", "Dana Reyes", "dana@new.example", "")
    edit_customer(owner, dana.id, words)
    while work_one() is not None:
        pass
    (made,) = customers_at(stripe)
    assert (made["name"], made["email"]) == ("Harbor View LLC", "dana@new.example")
