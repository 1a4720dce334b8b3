"""A part of an invoice, where it allows that: the customer chooses, the server checks."""

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.card_limits import MOST
from fsm_portal.domain.checkout_attempt import CheckoutAttempt
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.paying.start_checkout import CannotPay, start_checkout
from tests.flows import books
from tests.flows.stripe_side import deliver
from tests.invoices import write_invoice
from tests.sandbox_process import pay


@pytest.fixture
def in_parts(invoice):
    """INV-0042, 280.00 USD, which may be paid in parts."""
    return allow(invoice)


def allow(invoice, parts=True):
    with unit_of_work() as session:
        invoice.partial_payments = parts
        session.merge(invoice)
    return invoice


def refusal(who, invoice, typed) -> str:
    with pytest.raises(CannotPay) as refused:
        start_checkout(who, invoice.id, typed)
    return str(refused.value)


@pytest.fixture
def nothing_at_stripe(stripe):
    """Afterwards there is no checkout page, and we never meant one."""
    yield stripe
    assert stripe.get("/v1/checkout/sessions")["data"] == []
    assert books.rows(CheckoutAttempt) == []


def test_part_by_part_until_it_is_paid(stripe, payer, in_parts):
    """Case 11: the fee is a whole number of each part's own amount."""
    assert pay(start_checkout(payer, in_parts.id, "100.33")).paid
    deliver(*stripe.settled_events())
    assert books.status(in_parts) == "Partially paid"
    assert books.balance(in_parts).due == 17_967
    (charge,) = stripe.get("/v1/charges")["data"]
    assert (charge["amount"], charge["application_fee_amount"]) == (10_033, 150)

    assert pay(start_checkout(payer, in_parts.id, "179.67")).paid
    deliver(*stripe.settled_events())
    assert books.status(in_parts) == "Paid"


def test_without_an_amount_all_of_it_is_asked_for(stripe, payer, in_parts):
    start_checkout(payer, in_parts.id)
    assert stripe.only_session()["amount_total"] == 28_000


@pytest.mark.parametrize(
    "hostile",
    [0, -5, 10.001, float("nan"), 100, True, {"amount": 1}, ["1"], b"1", "0", "-5", "NaN", "10.001",
     "1e2", "Infinity", "", " ", "12,50", "0x10", "1" * 5_000, "280.01", "٣٠٠", "\x00"],
)  # fmt: skip
def test_whatever_is_no_amount_up_to_what_is_due_is_refused(
    nothing_at_stripe, payer, in_parts, hostile
):
    """Case 2: refused with a sentence, and no session."""
    assert refusal(payer, in_parts, hostile).endswith(".")


def test_each_refusal_says_what_to_do_instead(nothing_at_stripe, payer, in_parts):
    """Cases 2 and 3."""
    said = {
        "280.01": "That is more than is due: pay $280.00 at most.",
        "10.001": "USD amounts have at most 2 decimals.",
        "0.49": "A card payment is at least $0.50.",
        "279.70": "That would leave $0.30, less than a card payment can be. Pay all $280.00, or "
        "leave at least $0.50.",
    }
    assert {typed: refusal(payer, in_parts, typed) for typed in said} == said


def test_who_writes_a_comma_is_shown_one(nothing_at_stripe, payer, in_parts, dana):
    """Case 2, for a reader to whom 1.234 is a thousand."""
    with unit_of_work() as session:
        session.get_one(Customer, (dana.company_id, dana.id)).locale = "de_DE"
    for typed in ("abc", "-5", ""):
        assert refusal(payer, in_parts, typed) == (
            "Enter an amount such as 120,50, digits and a decimal comma only."
        )
    assert "a comma before the decimals" in refusal(payer, in_parts, "1.234")


@pytest.mark.parametrize("typed", ["279.50", "0.50", "280", "280.00", " 1.5 "])
def test_what_a_card_can_pay_and_leaves_enough_is_let_through(stripe, payer, in_parts, typed):
    """Case 3's other side."""
    start_checkout(payer, in_parts.id, typed)
    assert stripe.only_session()["amount_total"] == round(float(typed) * 100)


def test_where_parts_are_not_allowed_only_all_of_it_is_taken(stripe, payer, invoice):
    """Case 2."""
    assert refusal(payer, invoice, "100") == "This invoice is paid in one payment, of $280.00."
    start_checkout(payer, invoice.id, "280.00")
    assert stripe.only_session()["amount_total"] == 28_000


def test_the_company_decides_where_the_invoice_does_not(stripe, payer, company, invoice):
    with unit_of_work() as session:
        session.get_one(Company, company.id).partial_payments = True
    start_checkout(payer, invoice.id, "100")
    assert stripe.only_session()["amount_total"] == 10_000
    assert "in one payment" in refusal(payer, allow(invoice, parts=False), "100")


def test_of_a_rest_that_cannot_be_divided_all_is_paid(stripe, payer, in_parts, part_payment):
    """Case 3: of 80 cents no part is enough and leaves enough."""
    part_payment(in_parts, 28_000 - 80)
    assert refusal(payer, in_parts, "0.50") == "This invoice is paid in one payment, of $0.80."
    start_checkout(payer, in_parts.id)
    assert stripe.only_session()["amount_total"] == 80


def test_more_than_one_card_payment_can_be_is_paid_in_parts(stripe, payer, company, dana):
    large = allow(
        write_invoice(company, dana, lines=(("Chiller plant", "1", str(MOST + 20)),)), True
    )
    assert refusal(payer, large, "1,000,000.19") == (
        "One card payment can be $999,999.99 at most. Pay a part of it first, then the rest."
    )
    # All but 20 cents would leave too little to pay: so much is proposed that it does not.
    assert pay(start_checkout(payer, large.id)).paid
    deliver(*stripe.settled_events())
    assert books.balance(large).due == 50
    assert pay(start_checkout(payer, large.id)).paid
    deliver(*stripe.settled_events())
    assert books.status(large) == "Paid"


def test_yen_and_dinars_are_paid_in_exact_parts(stripe, payer, company, dana):
    """Case 4: yen have no decimals, dinars three, of which cards carry two."""
    yen = allow(write_invoice(company, dana, lines=(("Filter", "1", "9000"),), currency="JPY"))
    assert "at most 0 decimals" in refusal(payer, yen, "4500.5")
    start_checkout(payer, yen.id, "4500")
    assert stripe.only_session()["amount_total"] == 4_500
    dinars = allow(
        write_invoice(
            company, dana, number="INV-43", lines=(("Valve", "1", "90000"),), currency="KWD"
        )
    )
    assert "to the last digit" in refusal(payer, dinars, "45.505")
    start_checkout(payer, dinars.id, "45.500")
    assert stripe.get("/v1/checkout/sessions")["data"][0]["amount_total"] == 45_500


def test_a_page_of_before_is_closed_whatever_amount_it_was_for(stripe, payer, in_parts):
    """Case 1."""
    first = start_checkout(payer, in_parts.id, "100")
    second = start_checkout(payer, in_parts.id, "280")
    assert not pay(first).paid
    assert pay(second).paid


def test_a_payment_found_out_on_the_way_is_told_to_every_open_tab(
    stripe, payer, company, dana, in_parts
):
    """The event is late: whoever presses Pay again learns of it, and so do all others."""
    assert pay(start_checkout(payer, in_parts.id, "100")).paid
    with pytest.raises(CannotPay, match="is being confirmed") as refused:
        start_checkout(payer, in_parts.id, "100")
    assert refused.value.topics == {
        f"company:{company.id}",
        f"customer:{company.id}:{dana.id}",
        f"invoice:{company.id}:{in_parts.id}",
    }
    assert books.balance(in_parts).due == 18_000
