"""One payment for several invoices: one page, one attempt, a part of it for each."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.checkout_attempt import CheckoutAttempt, CheckoutAttemptInvoice
from fsm_portal.domain.payment import PaymentAllocation
from fsm_portal.flows.paying.start_checkout import (
    CannotPay,
    start_checkout,
    start_checkout_of_several,
)
from fsm_portal.flows.payments.receipt_document import receipt_document
from tests import cast
from tests.flows import books
from tests.flows.postbox import work_off_everything
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay, pay_by_bank

MISSING = "This invoice does not exist."


@pytest.fixture
def three(company, dana):
    """INV-0042 to INV-0044 for Dana: 280.00, 100.00 and 0.33 USD."""
    return [
        write_invoice(company, dana),
        write_invoice(company, dana, number="INV-0043", lines=(("Valve", "1", "10000"),)),
        write_invoice(company, dana, number="INV-0044", lines=(("Washer", "1", "33"),)),
    ]


def ids(invoices):
    return [invoice.id for invoice in invoices]


def refusal(who, invoice_ids) -> str:
    with pytest.raises(CannotPay) as refused:
        start_checkout_of_several(who, invoice_ids)
    return str(refused.value)


def test_one_page_names_each_and_one_payment_settles_all(any_database, stripe, payer, three):
    """Cases 11 and 12: one fee of the sum; what goes to which invoice is kept to the cent."""
    page = start_checkout_of_several(payer, ids(three))
    session = stripe.only_session()
    assert session["url"] == page
    assert session["success_url"].endswith("/portal/?checkout={CHECKOUT_SESSION_ID}")
    items = stripe.get(f"/v1/checkout/sessions/{session['id']}/line_items")["data"]
    assert sorted((item["description"], item["amount_total"]) for item in items) == [
        ("Invoice INV-0042", 28_000),
        ("Invoice INV-0043", 10_000),
        ("Invoice INV-0044", 33),
    ]
    assert pay(page).paid
    deliver(*stripe.settled_events())

    assert [books.status(each) for each in three] == ["Paid"] * 3
    assert books.only_payment().amount == 38_033
    meant = {row.invoice_id: row.amount for row in books.rows(CheckoutAttemptInvoice)}
    applied = {row.invoice_id: row.amount for row in books.rows(PaymentAllocation)}
    assert meant == applied == dict(zip(ids(three), (28_000, 10_000, 33), strict=True))
    (charge,) = stripe.get("/v1/charges")["data"]
    assert charge["application_fee_amount"] == 570  # 1.5% of 380.33 is 5.70495
    assert charge["description"] == "Invoices INV-0042, INV-0043, INV-0044, Bright Heating Co."


def test_a_partial_refund_follows_what_was_stored_to_the_cent(stripe, payer, three):
    """Case 12."""
    assert pay(start_checkout_of_several(payer, ids(three))).paid
    deliver(*stripe.settled_events())
    (charge,) = stripe.get("/v1/charges")["data"]
    stripe.sandbox.refund(stripe.account, charge["id"], 19_017)
    deliver(*stripe.events())
    # In proportion 280.00 : 100.00 : 0.33 of 190.17, and not a cent more or less.
    assert [books.balance(each).refunded for each in three] == [14_000, 5_000, 17]


def test_too_little_alone_may_be_paid_with_others(stripe, payer, three):
    """Case 3: 33 cents are too little for a card, with another invoice they are not."""
    assert "below the smallest amount" in refusal(payer, [three[2].id])
    start_checkout_of_several(payer, ids(three[1:]))
    assert stripe.only_session()["amount_total"] == 10_033


def test_pages_that_were_open_on_any_of_them_are_closed(stripe, payer, three):
    """Case 1."""
    one, pair = start_checkout(payer, three[0].id), start_checkout_of_several(payer, ids(three[1:]))
    all_of_them = start_checkout_of_several(payer, ids(three))
    assert not pay(one).paid and not pay(pair).paid
    single = start_checkout(payer, three[1].id)
    assert not pay(all_of_them).paid
    assert pay(single).paid


def test_one_that_was_just_paid_is_found_out_first(stripe, payer, three):
    """Case 1."""
    assert pay(start_checkout(payer, three[0].id)).paid
    assert refusal(payer, ids(three)) == (
        "A payment for one of these invoices was just made and is being confirmed."
    )
    assert books.status(three[0]) == "Paid"
    assert refusal(payer, ids(three)) == "INV-0042 is already paid. Thank you!"


def test_one_that_a_bank_payment_is_on_its_way_for_is_named(stripe, payer, three):
    """Case 18."""
    assert pay_by_bank(start_checkout(payer, three[0].id)).paid
    deliver(*stripe.events())
    said = "A bank payment for INV-0042 is on its way: please wait for it."
    assert refusal(payer, ids(three)) == said


def test_one_currency_at_a_time(stripe, payer, company, dana, three):
    """Case 4."""
    in_yen = write_invoice(company, dana, number="INV-0045", currency="JPY")
    assert "one currency at a time" in refusal(payer, [three[0].id, in_yen.id])


@pytest.mark.parametrize(
    "hostile",
    [None, "", "x", [], {}, [None], [1], [["x"]], ["\x00"], [{"id": 1}], ["0" * 32] * 51, 7],
    ids=str,
)
def test_whatever_is_no_choice_opens_nothing(any_database, stripe, payer, three, hostile):
    """Case 2."""
    assert refusal(payer, hostile).endswith(".")
    assert books.rows(CheckoutAttempt) == []


def test_nobody_elses_invoice_can_be_slipped_in(stripe, payer, company, northwind, three):
    """Cases 2 and 35."""
    theirs = write_invoice(company, northwind, number="INV-0100")
    draft = write_invoice(
        company, cast.save(cast.cedar_and_pine(company)), number="INV-0101", issued=False
    )
    for other in (theirs.id, draft.id, "0" * 32):
        assert refusal(payer, [three[0].id, other]) == MISSING
    assert refusal(payer, [three[0].id] * 2) == "An invoice can be chosen once only."


def test_staff_do_not_pay_for_their_customers(stripe, owner, three):
    assert refusal(owner, ids(three)).startswith("Only the customer can pay here.")


def test_together_they_may_be_more_than_a_card_can_pay(stripe, payer, company, dana, three):
    large = write_invoice(company, dana, number="INV-9", lines=(("Plant", "1", "99999999"),))
    assert refusal(payer, [large.id, three[0].id]) == (
        "Together that is more than one card payment can be: $999,999.99 at most. Choose fewer."
    )


def test_letter_and_receipt_name_every_invoice(stripe, payer, three, postbox):
    assert pay(start_checkout_of_several(payer, ids(three))).paid
    deliver(*stripe.settled_events())
    work_off_everything()
    letter = postbox.only_letter()
    with unit_of_work() as session:
        receipt = receipt_document(session, books.only_payment())
    assert [(part.number, part.amount) for part in receipt.allocations] == [
        ("INV-0042", 28_000),
        ("INV-0043", 10_000),
        ("INV-0044", 33),
    ]
    for number in ("INV-0042", "INV-0043", "INV-0044"):
        assert f"Invoice {number}: $" in letter["text"]
