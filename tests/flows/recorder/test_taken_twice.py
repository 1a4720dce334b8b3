"""A bank takes all of a payment that was partly refunded before: told in every order, one end.

It asks first (an inquiry), the office refunds a part, and the bank takes the whole all the same.
(Cases 10 and 14; invariants A, B, E; docs/decisions/0011)
"""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from fsm_portal.domain.staff import Role
from fsm_portal.domain.stripe_event import StripeEvent
from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.invoices.show_customer_invoice import show_customer_invoice
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.overview.show_overview import show_overview
from fsm_portal.flows.paying.start_checkout import start_checkout, start_checkout_of_several
from fsm_portal.flows.proving import prove_on
from fsm_portal.flows.refunding.refundable import CannotRefund
from fsm_portal.flows.statement.show_statement import StatementQuery, show_statement
from fsm_portal.flows.statement.statement_document import statement_pdf
from fsm_portal.gateways.stripe_events import read_event
from fsm_portal.gateways.stripe_facts import Event
from fsm_portal.gateways.stripe_refunds import create_refund
from tests.flows import books
from tests.flows.refunds import ask, page_for_all, refund
from tests.flows.stories import a_story, orders, state, tell
from tests.flows.stripe_side import StripeSide, as_body, deliver
from tests.invoices import write_invoice
from tests.payments import checkout, received
from tests.sandbox_process import SandboxProcess, pay

FEE = 1_500
UNTIL_TAKEN = (
    "charge.succeeded",
    "charge.dispute.created",
    "refund.created",
    "charge.dispute.funds_withdrawn",
)
IT_ALL = (*UNTIL_TAKEN, "charge.dispute.closed")


@pytest.fixture
def taken_twice(stripe: StripeSide, sandbox: SandboxProcess):
    """``taken_twice(refunded, outcome)`` happens to the account's one charge at Stripe."""

    def happen(refunded: int, outcome: str | None, *, comes_back: bool = False) -> None:
        (charge,) = stripe.get("/v1/charges")["data"]
        dispute = sandbox.open_dispute(charge["id"], inquiry=True)
        refund = sandbox.refund(stripe.account, charge["id"], refunded)
        sandbox.decide_dispute(dispute["id"], "escalated_in_full")
        if comes_back:
            sandbox.settle_refund(refund["id"], "failed")
        if outcome:
            sandbox.decide_dispute(dispute["id"], outcome)

    return happen


def told(stripe: StripeSide, *types: str) -> list[Event]:
    """The account's events of these types, as the recorder reads them."""
    return [read_event(as_body(event)) for event in stripe.events(*types)]


def every_order(events: list[Event], *invoices) -> dict[str, object]:
    """Tell ``events`` in every order; all of them end alike, nothing waits, and it proves."""
    ends = []
    for order in orders(events):
        with a_story() as session:
            tell(session, list(order))
            ends.append(state(session, *invoices))
            assert ends[-1] == ends[0], [event.type for event in order]
            kept = books.rows(StripeEvent, session)
            assert not {event.outcome for event in kept} & {"parked", "quarantined"}
            if len(ends) % 20 == 1:
                proof = prove_on(session.connection(), patience=timedelta(days=3650))
                assert not [str(breach) for breach in proof.breaches]
    return ends[0]


def accounts_after(events: list[Event], company, currency="USD") -> dict[str, int]:
    with a_story() as session:
        tell(session, events)
        return books.accounts(company, session, currency)


@pytest.mark.parametrize(("price", "currency"), [("28000", "USD"), ("28001", "JPY")])
def test_one_invoice_lost(stripe, payer, company, dana, taken_twice, price, currency):
    """80.00 refunded with a credit note, 280.00 taken: 200.00 are owed again, 80.00 went twice."""
    total = int(price)
    invoice = write_invoice(
        company, dana, lines=(("Work", "1", price),), currency=currency, due_in_days=365
    )
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, "lost")
    events = told(stripe, *IT_ALL)
    end = every_order(events, invoice)
    assert end["statuses"] == ["Unpaid"]
    held = accounts_after(events, company, currency)
    assert held["receivable"] == total - 8_000
    # What the customer has twice is not owed on any invoice. It is below zero of their credit.
    assert held["customer_credit"] == 8_000
    assert held["stripe"] == total - 8_000 - total - held["dispute_fee"]


def test_one_invoice_won(stripe, payer, company, invoice, taken_twice):
    """The money is back, its fee is not: as if there had been the refund only."""
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, "won")
    events = told(stripe, *UNTIL_TAKEN, "charge.dispute.funds_reinstated")
    end = every_order(events, invoice)
    assert end["statuses"] == ["Partially refunded"]
    held = accounts_after(events, company)
    assert held.get("receivable", 0) == held["customer_credit"] == 0
    assert held["stripe"] == 20_000 - FEE


def test_one_invoice_partly_won(stripe, payer, company, invoice, taken_twice):
    """Stripe calls it lost, and gives back what had been refunded before."""
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, "partially_won")
    events = told(stripe, *UNTIL_TAKEN, "charge.dispute.funds_reinstated")
    end = every_order(events, invoice)
    assert end["statuses"] == ["Unpaid"]
    held = accounts_after(events, company)
    assert (held["receivable"], held["customer_credit"], held["stripe"]) == (20_000, 0, -FEE)


def test_while_it_is_open_nobody_is_asked(stripe, payer, company, invoice, taken_twice):
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, None)
    events = told(stripe, *UNTIL_TAKEN, "charge.dispute.updated")
    assert every_order(events, invoice)["statuses"] == ["Disputed"]


def test_the_refund_comes_back_later(stripe, payer, company, invoice, taken_twice):
    """Case 8: then nothing went twice, and all that the bank took is owed again."""
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, "lost", comes_back=True)
    events = told(stripe, *(each for each in IT_ALL if not each.endswith("created")))
    events += told(stripe, "refund.created", "refund.failed")
    end = every_order(events, invoice)
    assert end["statuses"] == ["Unpaid"]
    held = accounts_after(events, company)
    assert held["receivable"] == 28_000
    assert held["customer_credit"] == held["sales_credited"] == 0


@pytest.fixture
def three_and_credit(stripe, company, dana):
    """One payment of 133.34 over three invoices, of which 33.33 were paid meanwhile: credit."""
    three = [
        write_invoice(
            company, dana, number=f"INV-010{place}", lines=(("Work", "1", price),), due_in_days=365
        )
        for place, price in enumerate(("10000", "3333", "1"))
    ]
    page = page_for_all(stripe, *three)
    received(checkout(three[1]))
    assert pay(page).paid
    return three


@pytest.mark.parametrize(
    ("refunded", "outcome"), [(1, "lost"), (5_001, "lost"), (5_001, "won"), (13_333, "lost")]
)
def test_over_several_invoices_and_credit(
    stripe, company, three_and_credit, taken_twice, refunded, outcome
):
    """Case 12: to the cent, credit first; an invoice never loses more than it got."""
    taken_twice(refunded, outcome)
    events = told(stripe, *IT_ALL)
    every_order(events, *three_and_credit)
    held = accounts_after(events, company)
    if outcome == "won":
        assert held["customer_credit"] == -max(3_333 - refunded, 0)
        assert held.get("receivable", 0) == 0
    else:
        # All of the payment is gone: its invoices are owed less what was credited to them.
        on_invoices = max(refunded - 3_333, 0)
        assert held["receivable"] == 10_001 - on_invoices
        assert held["customer_credit"] == refunded


def test_refunded_from_one_invoice_the_bank_takes_of_the_other(
    any_database, stripe, sandbox, company, dana, payer, owner
):
    """What is left of a payment stands on another invoice than what was refunded: so does the loss.

    Whether the refund is told before the dispute or after it.
    """
    kept, cancelled = (
        write_invoice(company, dana, number=number, lines=(("Work", "1", "5000"),), due_in_days=365)
        for number in ("INV-0101", "INV-0102")
    )
    assert pay(start_checkout_of_several(payer, [kept.id, cancelled.id])).paid
    deliver(*stripe.settled_events())
    payment = books.only_payment()
    (charge,) = stripe.get("/v1/charges")["data"]
    asked = refund(ask(owner, payment, "50.00", invoice_id=cancelled.id))
    create_refund(
        account=stripe.account,
        payment_intent_id=payment.payment_intent_id,
        refund_id=asked.id,
        amount=asked.amount,
        currency="USD",
        reason=asked.reason,
        return_platform_fee=True,
    )
    dispute = sandbox.open_dispute(charge["id"])
    sandbox.decide_dispute(dispute["id"], "lost")
    end = every_order(told(stripe, *IT_ALL[1:]), kept, cancelled)
    assert end["statuses"] == ["Unpaid", "Refunded"]


def test_both_faces_say_plainly_how_it_stands(
    any_database, stripe, company, payer, owner, invoice, dana, taken_twice
):
    """Invariant K: what the customer is asked for, and what only the office is told."""
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, None)
    deliver(*stripe.settled_events())
    staff = Scope("staff", company.id, None, Role.OWNER)
    (dispute,) = show_staff_invoice(staff, invoice.id).payments[0].disputes
    assert "took $80.00 more than was left of this payment" in dispute.to_do
    assert "Say so in your answer" in dispute.to_do

    (open_one,) = stripe.get("/v1/disputes")["data"]
    stripe.sandbox.decide_dispute(open_one["id"], "lost")
    deliver(*stripe.events("charge.dispute.closed"))
    view = show_staff_invoice(staff, invoice.id)
    (dispute,) = view.payments[0].disputes
    assert dispute.to_do == (
        "The bank has decided for the customer and keeps $280.00. $200.00 of it is owed again. It "
        "took back $80.00 more than was left of this payment: the customer has that twice, for you "
        "had refunded it before. Nobody is asked for it; bill it if you want it back."
    )
    titles = {alert.title for alert in show_overview(staff).alerts}
    assert (
        "Harbor View Apartments: the bank took back $80.00 more than was left of a payment"
        in titles
    )
    with pytest.raises(CannotRefund, match=r"All of this payment has gone back"):
        ask(owner, books.only_payment(), "0.01")
    seen = show_customer_invoice(Scope("customer", company.id, dana.id, None), invoice.id)
    assert (seen.status.code, seen.sums.due) == ("unpaid", "$200.00")


def test_the_statement_says_what_of_it_is_asked_for(
    any_database, stripe, company, payer, owner, invoice, dana, taken_twice
):
    """Invariant K: home and statement ask for the same, on screen and on paper."""
    assert pay(start_checkout(payer, invoice.id)).paid
    taken_twice(8_000, None)
    deliver(*stripe.settled_events())
    customer = Scope("customer", company.id, dana.id, None)
    all_of_it = StatementQuery("all")

    def closing() -> tuple[str, str, str]:
        (usd,) = show_statement(customer, all_of_it).currencies
        return show_home(customer).owed, usd.closing, usd.closing_words

    twice = "$80.00 came back to you twice and is not asked for"
    assert closing() == (
        "$0.00", "$280.00", f"Nothing to pay now; $200.00 with your bank; {twice}"
    )  # fmt: skip
    (open_one,) = stripe.get("/v1/disputes")["data"]
    stripe.sandbox.decide_dispute(open_one["id"], "lost")
    deliver(*stripe.events("charge.dispute.closed"))
    assert closing() == ("$200.00", "$280.00", f"$200.00 to pay now; {twice}")
    assert show_statement(customer, all_of_it).said == (
        f"Closing balance $280.00: $200.00 to pay now; {twice}"
    )
    _, paper = statement_pdf(customer, "all", "", "")
    words = " ".join(PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    assert f"Of the closing balance $200.00 to pay now; {twice}" in words
    assert "Balance on" in words and "Owed on" not in words
    staff = Scope("staff", company.id, dana.id, Role.OWNER)
    (usd,) = show_statement(staff, all_of_it).currencies
    assert usd.closing_words == "$200.00 to pay now; $80.00 went back twice and is not asked for"
