"""A part, a deposit, several at once: what a browser may ask for, and what a hostile one gets."""

import threading

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.flows.paying import start_checkout as flow
from fsm_portal.portal import confirming
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received
from tests.portal.addresses import HOME, page_of
from tests.portal.paying import pages_at
from tests.portal.webhooks import deliver
from tests.sandbox_process import pay


def changed(invoice, **terms):
    with unit_of_work() as session:
        for name, value in terms.items():
            setattr(invoice, name, value)
        session.merge(invoice)
    return invoice


@pytest.fixture
def in_parts(invoice):
    """INV-0042, 303.10 USD, which may be paid in parts."""
    return changed(invoice, partial_payments=True)


@pytest.fixture
def three(company, dana):
    """280.00 USD each."""
    return [write_invoice(company, dana, number=f"INV-{number}") for number in (1, 2, 3)]


def choose(browser, *invoices, ticked=True):
    for invoice in invoices:
        browser.call(HomePage.choose, {"invoice_id": invoice.id, "ticked": ticked})


@pytest.fixture
def looked_up_soon(monkeypatch) -> None:
    """Whoever comes back from Stripe's page waits moments, not seconds."""
    monkeypatch.setattr(confirming, "LOOK_UPS", (0.01,))
    monkeypatch.setattr(confirming, "ARRIVES_WITHIN", 0.01)


# ── A part of one invoice ───────────────────────────────────────────────────────────────────────


def test_the_page_offers_all_of_it_and_takes_a_part(
    looked_up_soon, in_parts, dana, tab, stripe, server
):
    browser = tab(dana, page_of(in_parts))
    shown = browser.view(InvoicePage).pay
    assert (shown.in_parts, shown.offered, shown.due_words) == (True, "303.10", "$303.10")
    browser.call(InvoicePage.pay, {"form": {"amount": "100.00"}})
    assert pages_at(stripe) == [(10_000, "open")]
    assert pay(browser.redirected_to).paid
    session_id = stripe.only_session()["id"]
    deliver(server, *stripe.settled_events())
    browser.open(f"{page_of(in_parts)}?checkout={session_id}")
    view = browser.view(InvoicePage)
    assert (view.arrived, view.sums.due, view.status.code) == (
        "$100.00",
        "$203.10",
        "partially_paid",
    )
    assert (view.may_pay, view.pay.offered) == (True, "203.10")


@pytest.mark.parametrize(
    "amount",
    [0, -5, 10.001, "NaN", "0", "-5", "10.001", "303.11", {"$gt": 0}, [1], True, "1; --", "",
     "0.49", "302.90", "9" * 10_000, "\x00", 50.0, 10**30, float("inf"), "Infinity", "1e2",
     "\u202e05.00", "50\u202c", "50,00,00", "0x10", "5_0", "--5"],
)  # fmt: skip
def test_case_2_a_hostile_amount_is_refused_with_a_sentence(amount, in_parts, dana, tab, stripe):
    """Cases 2 and 3: no session, and the page can be used as before."""
    browser = tab(dana, page_of(in_parts))
    browser.call(InvoicePage.pay, {"form": {"amount": amount}})
    assert browser.var(InvoicePage, "problem").endswith(".")
    assert not browser.var(InvoicePage, "opening")
    assert browser.redirected_to is None
    assert pages_at(stripe) == []


def test_case_2_where_parts_are_not_allowed_a_hostile_form_gets_none(invoice, dana, tab, stripe):
    browser = tab(dana, page_of(invoice))
    assert not browser.view(InvoicePage).pay.in_parts
    browser.call(InvoicePage.pay, {"form": {"amount": "1.00"}})
    assert browser.var(InvoicePage, "problem") == (
        "This invoice is paid in one payment, of $303.10."
    )
    assert pages_at(stripe) == []


def test_a_deposit_is_asked_for_first(invoice, dana, tab, stripe):
    changed(invoice, deposit=10_000)
    browser = tab(dana, page_of(invoice))
    shown = browser.view(InvoicePage).pay
    assert (shown.deposit, shown.deposit_words, shown.rest_words) == (
        "100.00",
        "$100.00",
        "$203.10",
    )
    browser.call(InvoicePage.pay, {"form": {"amount": shown.deposit}})
    assert pages_at(stripe) == [(10_000, "open")]
    received(checkout(invoice, amount=10_000))
    assert tab(dana, page_of(invoice)).view(InvoicePage).pay.deposit == ""


# ── Several at once ─────────────────────────────────────────────────────────────────────────────


def test_ticked_invoices_are_added_up_and_paid_together(
    looked_up_soon, three, dana, tab, stripe, server
):
    browser = tab(dana, HOME)
    choice = browser.view(HomePage).choice
    assert (choice.offered, choice.label) == (True, "")
    choose(browser, *three)
    assert browser.view(HomePage).choice.label == "Pay 3 invoices, $840.00"
    choose(browser, three[1], ticked=False)
    view = browser.view(HomePage)
    assert view.choice.label == "Pay 2 invoices, $560.00"
    assert [row.chosen for row in view.to_pay] == [True, False, True]

    browser.call(HomePage.pay)
    assert pages_at(stripe) == [(56_000, "open")]
    assert pay(browser.redirected_to).paid
    browser.open(f"{HOME}?checkout={stripe.only_session()['id']}")
    deliver(server, *stripe.settled_events())
    view = browser.view(HomePage)
    assert (view.arrived, view.choice.chosen) == ("$560.00", 0)
    assert [row.number for row in view.to_pay] == ["INV-2"]
    assert [row.number for row in view.settled] == ["INV-3", "INV-1"]


def test_all_that_is_open_is_paid_in_one_press(three, company, northwind, dana, tab, stripe):
    """Case 35: of hers, and of nobody else's."""
    write_invoice(company, northwind, number="INV-77")
    browser = tab(dana, HOME)
    assert browser.view(HomePage).choice.all_label == "Pay all 3 invoices, $840.00"
    browser.call(HomePage.pay_all)
    assert pages_at(stripe) == [(84_000, "open")]
    assert browser.redirected_to


def test_back_before_the_webhook_the_home_finds_out(looked_up_soon, three, dana, tab, stripe):
    """Case 17."""
    browser = tab(dana, HOME)
    choose(browser, *three)
    browser.call(HomePage.pay)
    assert pay(browser.redirected_to).paid
    browser.open(f"{HOME}?checkout={stripe.only_session()['id']}")
    assert browser.view(HomePage).arrived == "$840.00"
    for forged in ("cs_test_made_up", "%00", "x" * 5_000):
        browser.open(f"{HOME}?checkout={forged}")
        assert browser.view(HomePage).arrived == ""
        assert browser.var(HomePage, "confirming") in ("open", "")


def test_what_was_ticked_outlives_a_lost_connection(three, dana, tab):
    browser = tab(dana, HOME)
    choose(browser, *three[:2])
    browser.reconnect()
    assert browser.view(HomePage).choice.label == "Pay 2 invoices, $560.00"


def test_what_was_ticked_outlives_a_restart_of_the_server(three, dana, tab, stripe):
    """The browser's tab keeps it, as its boxes keep their ticks."""
    browser = tab(dana, HOME)
    choose(browser, *three[:2])
    browser.server.app.state_manager.states.clear()
    browser.reconnect()
    assert browser.view(HomePage).choice.label == "Pay 2 invoices, $560.00"
    assert [row.chosen for row in browser.view(HomePage).to_pay].count(True) == 2
    browser.call(HomePage.pay)
    assert pages_at(stripe) == [(56_000, "open")]


@pytest.mark.parametrize(
    "said", ["x", ",,,", 7, None, True, {"a": 1}, ["b"], "\u202e,NaN", "," * 9_999]
)
def test_case_2_what_a_hostile_browser_says_was_ticked_is_nothing(said, three, dana, tab):
    browser = tab(dana, HOME)
    choose(browser, three[0])
    browser.reconnect()
    (kept,) = (name for name in browser.kept if name.endswith("ticked_rx_state_"))
    assert browser.kept[kept] == three[0].id
    browser.kept[kept] = said
    browser.states[HomePage.get_full_name()].pop("ticked_rx_state_")
    browser.reconnect()
    assert browser.view(HomePage).choice.all_label == "Pay all 3 invoices, $840.00"


def test_one_that_is_settled_meanwhile_leaves_the_choice(three, dana, tab, stripe):
    browser = tab(dana, HOME)
    choose(browser, *three)
    received(checkout(three[0]))
    debit_started(checkout(three[1]))
    browser.call(HomePage.pay)
    assert pages_at(stripe) == [(28_000, "open")]


def test_one_currency_at_a_time(three, company, dana, tab, stripe):
    browser = tab(dana, HOME)
    choose(browser, three[0], write_invoice(company, dana, number="INV-9", currency="EUR"))
    choice = browser.view(HomePage).choice
    assert (choice.label, choice.words) == (
        "",
        "These are in different currencies: choose one currency.",
    )
    browser.call(HomePage.pay)
    assert "one currency at a time" in browser.var(HomePage, "problem")
    assert pages_at(stripe) == []


def test_there_is_nothing_to_tick_where_nothing_can_be_paid_together(company, three, dana, tab):
    company.stripe_charges_enabled = False
    with unit_of_work() as session:
        session.merge(company)
    view = tab(dana, HOME).view(HomePage)
    assert not view.choice.offered
    assert not any(row.payable for row in view.to_pay)


@pytest.mark.parametrize("hostile", [None, "x", 5, ["a"], {"a": 1}, "\x00", "x" * 50_000, "0" * 32])
def test_case_2_whatever_is_ticked_nothing_of_others_is_paid(
    hostile, company, northwind, three, dana, tab, stripe
):
    """Cases 2 and 35."""
    theirs = write_invoice(company, northwind, number="INV-77")
    browser = tab(dana, HOME)
    browser.call(HomePage.choose, {"invoice_id": hostile, "ticked": True})
    browser.call(HomePage.choose, {"invoice_id": three[0].id, "ticked": hostile})
    choose(browser, theirs)
    assert browser.view(HomePage).choice.label == ""
    browser.call(HomePage.pay, {"invoice_ids": [theirs.id]})
    browser.call(HomePage.pay)
    assert browser.var(HomePage, "problem").startswith("Choose the invoices to pay")
    assert pages_at(stripe) == []


# ── While Stripe is slow ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def slow_stripe(monkeypatch):
    """Stripe answers once it is told to."""
    asked, answered, original = threading.Event(), threading.Event(), flow.open_checkout

    def slow(**about):
        asked.set()
        assert answered.wait(10)
        return original(**about)

    monkeypatch.setattr(flow, "open_checkout", slow)
    yield asked, answered
    answered.set()


def test_a_slow_stripe_blocks_nothing_else_in_the_tab(
    company, dana, in_parts, tab, stripe, slow_stripe
):
    asked, answered = slow_stripe
    browser = tab(dana, page_of(in_parts))
    browser.call(InvoicePage.pay, settle=False)
    assert asked.wait(5)
    browser.call(InvoicePage.show_all_lines, settle=False)
    other = write_invoice(company, dana, number="INV-0043")
    browser.navigate(page_of(other), settle=False)
    browser.wait_until(InvoicePage, lambda view: view.number == "INV-0043")
    answered.set()
    browser.settle()
    # Whoever has gone elsewhere is not dragged to Stripe, and can pay there.
    assert browser.redirected_to is None
    assert not browser.var(InvoicePage, "opening")
