"""Credit: what a customer paid too much, and how the office puts it to another invoice."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from fsm_portal.db import reading
from fsm_portal.domain import customer_credit
from fsm_portal.domain.customer_credit import credit_of
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.ledger import Kind, LedgerEntry
from fsm_portal.flows.by_hand.reverse_payment import reverse_payment
from fsm_portal.flows.by_hand.take_payment import Taken, take_payment
from fsm_portal.flows.crediting import use_credit as flow
from fsm_portal.flows.crediting.use_credit import CannotUse, use_credit
from fsm_portal.flows.invoices.show_staff_invoice import show_staff_invoice
from fsm_portal.flows.overview.show_overview import show_overview
from fsm_portal.flows.paying import open_pages
from fsm_portal.flows.paying.start_checkout import start_checkout
from tests.flows import books
from tests.flows.conftest import staff_identity
from tests.flows.refunds import paid
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.payments import checkout, debit_started, received
from tests.sandbox_process import pay


@pytest.fixture
def later(company, dana):
    """INV-0043 for the same customer, 280.00 USD too."""
    return write_invoice(company, dana, number="INV-0043")


@pytest.fixture
def overpaid(owner, invoice):
    """INV-0042 was paid in cash with 100.00 too much."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    take_payment(owner, invoice.id, Taken(new_id(), "cash", "380.00", yesterday, keep=True))
    return invoice


def credit(customer, currency="USD") -> int:
    with reading() as session:
        return credit_of(session, customer.company_id, customer.id, currency)


def refusal(who, invoice, typed="10") -> str:
    with pytest.raises(CannotUse) as refused:
        use_credit(who, invoice.id, new_id(), typed)
    return str(refused.value)


def test_credit_settles_another_invoice(any_database, owner, company, dana, overpaid, later):
    assert credit(dana) == 10_000
    topics = use_credit(owner, later.id, new_id(), "60")
    assert f"customer:{company.id}:{dana.id}" in topics
    assert credit(dana) == 4_000
    assert (books.balance(later).due, books.balance(later).paid) == (22_000, 6_000)
    assert books.status(later) == "Partially paid"


def test_never_more_than_there_is_or_is_due(owner, dana, overpaid, later):
    """Invariant B."""
    assert refusal(owner, later, "100.01") == "Only $100.00 of credit is left."
    assert refusal(owner, overpaid, "0.01") == "Only $0.00 is due on this invoice."
    for hostile in ("0", "-5", "NaN", "10.001", ""):
        assert refusal(owner, later, hostile).endswith(".")
    assert credit(dana) == 10_000


def test_a_press_uses_it_once(any_database, owner, dana, overpaid, later):
    """Invariant D."""
    press = new_id()
    threads = [
        threading.Thread(target=use_credit, args=(owner, later.id, press, "60")) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert credit(dana) == 4_000
    assert sum(entry.kind == Kind.CREDIT_APPLIED for entry in books.rows(LedgerEntry)) == 1


def test_the_oldest_credit_goes_first_and_keeps_its_payment(owner, company, dana, overpaid, later):
    """Case 12: a refund of that payment finds its money where it is now."""
    second = received(checkout(later, amount=28_000 + 5_000))
    third = write_invoice(company, dana, number="INV-0044")
    use_credit(owner, third.id, new_id(), "120")
    applied = [entry for entry in books.rows(LedgerEntry) if entry.kind == Kind.CREDIT_APPLIED]
    assert [entry.amount for entry in applied] == [10_000, 2_000]
    assert applied[1].payment_id == second.id
    assert credit(dana) == 3_000


def test_reversing_the_payment_takes_its_credit_back_wherever_it_went(
    any_database, owner, company, dana, overpaid, later
):
    """Invariant B: never less than no credit."""
    use_credit(owner, later.id, new_id(), "60")
    reverse_payment(owner, books.only_payment().id)
    assert (books.balance(overpaid).due, books.balance(later).due) == (28_000, 28_000)
    assert credit(dana) == 0
    assert books.accounts(company)["on_hand"] == 0
    assert "Payment of $380.00, reversed since" in told(owner, overpaid)
    assert "$380.00 paid" not in told(owner, overpaid)
    assert "Credit of $60.00, reversed since" in told(owner, later)


def told(who, invoice) -> list[str]:
    """What the office reads beside the invoice."""
    return [moment.title for moment in show_staff_invoice(who.scope, invoice.id).timeline]


def test_a_refund_of_the_payment_follows_its_credit(
    monkeypatch, stripe, payer, owner, dana, invoice, later
):
    """Case 12: captured twice, the second put to another invoice, then all of it refunded."""
    first = start_checkout(payer, invoice.id)
    monkeypatch.setattr(open_pages, "expire_checkout", lambda *_: True)
    assert pay(start_checkout(payer, invoice.id)).paid
    deliver(*stripe.settled_events())
    assert pay(first).paid
    deliver(*stripe.settled_events())
    assert credit(dana) == 28_000
    use_credit(owner, later.id, new_id(), "280")
    assert books.status(later) == "Paid"

    surplus = stripe.get("/v1/charges")["data"][0]
    stripe.sandbox.refund(stripe.account, surplus["id"], 10_000)
    deliver(*stripe.events())
    assert (credit(dana), books.balance(later).refunded) == (0, 10_000)
    assert books.status(later) == "Partially refunded"


def test_other_money_and_other_people_have_no_part_in_it(
    owner, tom, company, northwind, dana, overpaid
):
    """Cases 4 and 35."""
    in_euro = write_invoice(company, dana, number="INV-0050", currency="EUR")
    theirs = write_invoice(company, northwind, number="INV-0051")
    draft = write_invoice(company, dana, number="INV-0052", issued=False)
    assert refusal(owner, in_euro) == "Only €0.00 of credit is left."
    assert refusal(owner, theirs) == "Only $0.00 of credit is left."
    assert "was sent" in refusal(owner, draft)
    assert "Your role cannot" in refusal(staff_identity(tom), theirs)
    with pytest.raises(CannotUse, match="does not exist"):
        use_credit(owner, "0" * 32, new_id(), "1")


def test_while_a_bank_payment_is_on_its_way_credit_waits(owner, overpaid, later):
    """Case 18."""
    debit_started(checkout(later))
    assert "on its way" in refusal(owner, later)


def test_what_a_bank_has_in_its_hands_is_not_settled_by_credit_meanwhile(
    stripe, sandbox, payer, owner, dana, overpaid, later
):
    """Case 10: were it won, there would be the same money twice."""
    payment = paid(stripe, payer, later)
    dispute = sandbox.open_dispute(payment.charge_id)
    deliver(*stripe.events())
    assert refusal(owner, later).startswith("The customer’s bank is disputing a payment")
    sandbox.decide_dispute(dispute["id"], "lost")
    deliver(*stripe.events())
    use_credit(owner, later.id, new_id(), "10")
    assert (credit(dana), books.balance(later).due) == (9_000, 27_000)


def test_a_page_that_is_open_for_the_old_amount_is_closed(stripe, payer, owner, overpaid, later):
    """Case 1."""
    page = start_checkout(payer, later.id)
    use_credit(owner, later.id, new_id(), "60")
    assert not pay(page).paid
    start_checkout(payer, later.id)
    assert stripe.get("/v1/checkout/sessions")["data"][0]["amount_total"] == 22_000


def _on_two_invoices_at_once(monkeypatch, owner, invoices):
    both, original = threading.Barrier(2), flow.open_due

    def together(*asked):
        found = original(*asked)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.7)
        return found

    monkeypatch.setattr(flow, "open_due", together)

    def use(invoice):
        with suppress(CannotUse):
            use_credit(owner, invoice.id, new_id(), "100")

    threads = [threading.Thread(target=use, args=(each,)) for each in invoices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)


def test_the_same_credit_is_not_used_twice(
    any_database, monkeypatch, owner, company, dana, overpaid, later
):
    """Invariant B."""
    another = write_invoice(company, dana, number="INV-0044")
    _on_two_invoices_at_once(monkeypatch, owner, [later, another])
    assert credit(dana) == 0
    assert books.balance(later).paid + books.balance(another).paid == 10_000


@pytest.mark.breaks_the_books("the guard is off")
def test_control_without_the_lock_it_is(
    postgres_database, monkeypatch, owner, company, dana, overpaid, later
):
    """The control: both see the same 100.00."""
    another = write_invoice(company, dana, number="INV-0044")
    monkeypatch.setattr(flow, "lock_credit", customer_credit.credit_parts)
    _on_two_invoices_at_once(monkeypatch, owner, [later, another])
    assert books.balance(later).paid + books.balance(another).paid == 20_000


def test_an_overpayment_is_flagged_until_its_credit_is_used(
    clock, owner, company, maya, invoice, later
):
    """Case 1: flagged for the office, for as long as there is something to decide."""
    received(checkout(invoice, amount=38_000))
    scope = staff_identity(maya).scope

    def flagged():
        alerts = [each for each in show_overview(scope).alerts if "more than was due" in each.title]
        return [each.text.partition(" · ")[0] for each in alerts]

    assert flagged() == ["It is kept as credit"]
    use_credit(owner, later.id, new_id(), "60")
    assert flagged() == ["$40.00 of it is credit still"]
    use_credit(owner, later.id, new_id(), "40")
    assert flagged() == []
