"""A card that a customer keeps: saved at checkout, offered again, made the default, forgotten."""

import pytest
import stripe

from tests.sandbox.conftest import DANA, order
from tests.sandbox_process import DECLINED_CARD, pay, pay_saved

SAVING = {"payment_method_save": "enabled"}


def test_a_card_that_its_owner_saves_is_offered_next_time(
    open_session, customer, cards, receiver, bright
):
    session = open_session(customer=customer, saved_payment_method_options=SAVING)
    assert session.saved_payment_method_options.allow_redisplay_filters == ["always"]
    assert pay(session.url, save=True).paid
    (kept,) = cards()
    assert (kept.card.last4, kept.allow_redisplay, kept.customer) == ("4242", "always", customer)
    assert kept.billing_details.name == "Dana Reyes"
    receiver.wait_for("payment_method.attached", bright, about=kept.id)
    again = open_session(customer=customer)
    assert pay_saved(again.url, kept.id).paid


def test_a_box_that_was_not_ticked_keeps_nothing(open_session, customer, cards):
    session = open_session(customer=customer, saved_payment_method_options=SAVING)
    assert pay(session.url).paid
    assert cards() == []


def test_a_box_that_was_not_offered_cannot_be_ticked(open_session, customer, cards):
    assert pay(open_session(customer=customer).url, save=True).paid
    assert cards() == []


def test_a_card_kept_for_the_sellers_use_is_not_shown_again_unless_asked_for(
    client, options, open_session, customer, cards
):
    later = {"setup_future_usage": "off_session"}
    session = open_session(customer=customer, payment_intent_data=later)
    assert pay(session.url).paid
    (kept,) = cards()
    assert kept.allow_redisplay == "limited"
    plain = open_session(customer=customer)
    assert not pay_saved(plain.url, kept.id).paid
    both = {"allow_redisplay_filters": ["always", "limited"]}
    wide = open_session(customer=customer, saved_payment_method_options=both)
    assert pay_saved(wide.url, kept.id).paid
    assert client.v1.payment_intents.list({"limit": 1}, options).data[0].payment_method == kept.id


def test_paying_with_a_saved_card_is_a_payment_of_its_customer(
    client, options, open_session, customer, saved
):
    method = saved()
    session = open_session(customer=customer, payment_intent_data={"application_fee_amount": 150})
    assert pay_saved(session.url, method.id).paid
    done = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}, options
    )
    charge = done.payment_intent.latest_charge
    assert (done.status, done.payment_status, done.customer) == ("complete", "paid", customer)
    assert (charge.payment_method, charge.customer) == (method.id, customer)
    assert charge.payment_method_details.card.last4 == "4242"


def test_a_saved_card_that_is_declined_leaves_the_checkout_open_for_another(
    open_session, customer, saved
):
    session = open_session(customer=customer)
    refused = pay_saved(session.url, saved("pm_card_chargeCustomerFail").id)
    assert (refused.status, list(refused.errors)) == (402, ["saved"])
    assert "declined" in refused.errors["saved"]
    assert pay(session.url).paid


def test_a_saved_card_may_ask_its_holder(open_session, customer, saved):
    """On the page the holder is there, so the bank may ask, also about a card that was saved."""
    answer = pay_saved(
        open_session(customer=customer).url, saved("pm_card_authenticationRequired").id
    )
    assert answer.redirect.endswith("/authenticate")


def test_somebody_elses_card_cannot_be_paid_with(client, options, open_session, saved):
    other = client.v1.customers.create({"name": "Larkspur Elementary"}, options).id
    assert not pay_saved(open_session(customer=other).url, saved().id).paid
    assert not pay_saved(open_session().url, saved().id).paid


def test_a_declined_card_is_not_kept(open_session, customer, cards):
    session = open_session(customer=customer, saved_payment_method_options=SAVING)
    assert not pay(session.url, DECLINED_CARD, save=True).paid
    assert cards() == []


def test_checkout_makes_the_customer_when_asked_to_and_keeps_the_card_with_it(
    client, options, open_session
):
    session = open_session(customer_creation="always", saved_payment_method_options=SAVING)
    assert session.customer is None
    assert not pay(session.url, DECLINED_CARD).paid
    assert client.v1.customers.list({}, options).data == []
    assert pay(session.url, save=True).paid
    done = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["customer", "payment_intent"]}, options
    )
    assert (done.customer.name, done.customer.email) == ("Dana Reyes", DANA["email"])
    assert done.payment_intent.customer == done.customer.id
    (kept,) = client.v1.payment_methods.list({"customer": done.customer.id}, options).data
    assert kept.card.brand == "visa"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"saved_payment_method_options": SAVING}, "payment_method_save"),
        ({"customer": "cus_x", "customer_creation": "always"}, "customer_creation"),
    ],
)
def test_nothing_can_be_saved_with_nobody(open_session, changes, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(**changes)
    assert param in refused.value.param


def test_the_default_card_is_the_customers_own_and_is_forgotten_with_it(
    client, options, customer, saved, receiver, bright
):
    method = saved("pm_card_mastercard")
    wanted = {"invoice_settings": {"default_payment_method": method.id}}
    told = client.v1.customers.update(customer, wanted, options)
    assert told.invoice_settings.default_payment_method == method.id
    expand = {"expand": ["invoice_settings.default_payment_method"]}
    shown = client.v1.customers.retrieve(customer, expand, options)
    assert shown.invoice_settings.default_payment_method.card.brand == "mastercard"

    gone = client.v1.payment_methods.detach(method.id, {}, options)
    assert gone.customer is None
    shown = client.v1.customers.retrieve(customer, expand, options)
    assert shown.invoice_settings.default_payment_method is None
    (event,) = receiver.wait_for("payment_method.detached", bright)
    assert event["data"]["previous_attributes"] == {"customer": customer}

    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.update(customer, wanted, options)
    assert refused.value.code == "resource_missing"


def test_a_card_belongs_to_one_customer_and_once_taken_away_never_again(
    client, options, customer, saved
):
    method = saved()
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        client.v1.payment_methods.attach(method.id, {"customer": customer}, options)
    client.v1.payment_methods.detach(method.id, {}, options)
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        client.v1.payment_methods.attach(method.id, {"customer": customer}, options)
    with pytest.raises(stripe.InvalidRequestError, match="detachment is impossible"):
        client.v1.payment_methods.detach(method.id, {}, options)


def test_a_card_whose_bank_says_no_cannot_be_kept(client, options, customer, cards):
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer}, options)
    assert refused.value.code == "card_declined"
    assert cards() == []


def test_cards_are_listed_by_customer_and_kind_and_stay_within_their_account(
    client, options, customer, saved, clearwater
):
    first, second = saved(), saved("pm_card_amex", "limited")
    listed = client.v1.payment_methods.list({"customer": customer, "type": "card"}, options)
    assert [each.id for each in listed.data] == [second.id, first.id]
    shown = client.v1.payment_methods.list(
        {"customer": customer, "allow_redisplay": "always"}, options
    )
    assert [each.id for each in shown.data] == [first.id]
    one = client.v1.customers.payment_methods.retrieve(customer, first.id, {}, options)
    assert one.id == first.id
    with pytest.raises(stripe.InvalidRequestError, match="No such PaymentMethod"):
        client.v1.payment_methods.retrieve(first.id, {}, {"stripe_account": clearwater})


def test_a_deleted_customers_cards_are_gone(client, options, customer, saved):
    method = saved()
    client.v1.customers.delete(customer, {}, options)
    assert client.v1.payment_methods.retrieve(method.id, {}, options).customer is None


def test_an_expired_card_is_not_offered(client, options, open_session, customer, saved):
    method = saved()
    old = {"card": {"exp_month": 1, "exp_year": 2020}}
    client.v1.payment_methods.update(method.id, old, options)
    assert not pay_saved(open_session(customer=customer).url, method.id).paid


def test_a_platforms_own_customers_keep_cards_too(client):
    customer = client.v1.customers.create(DANA).id
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
    client.v1.payment_methods.update(method.id, {"allow_redisplay": "always"})
    session = client.v1.checkout.sessions.create(order(customer=customer))
    assert pay_saved(session.url, method.id).paid
