"""Paying: charges, fees, declines and retries, and the events each of them makes."""

import time

import httpx
import pytest

from tests.sandbox.conftest import order
from tests.sandbox_process import DECLINED_CARD, SECRET_KEY, pay


def settled(client, account, intent_id):
    """The intent's charge once its fees are known."""
    options = {"stripe_account": account}
    for _ in range(2000):
        intent = client.v1.payment_intents.retrieve(
            intent_id, {"expand": ["latest_charge.balance_transaction"]}, options
        )
        if intent.latest_charge.balance_transaction:
            return intent.latest_charge
        time.sleep(0.02)
    raise AssertionError("The charge was never settled")


@pytest.fixture
def paid(client, bright, open_session):
    """A session of $1,697.65 with a platform fee of $25.46, paid with a good card."""
    session = open_session(
        payment_intent_data={
            "application_fee_amount": 2546,
            "metadata": {"attempt": "a1"},
            "description": "Invoice INV-0042",
            "receipt_email": "dana@harborview.example",
        }
    )
    answer = pay(session.url)
    assert answer.redirect == f"http://127.0.0.1:9/paid?session={session.id}"
    return client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": bright})


def test_a_paid_session_is_complete_and_names_its_payer(paid):
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.name == "Dana Reyes"
    assert paid.customer_details.address.postal_code == "10001"
    assert paid.payment_intent.startswith("pi_3")


def test_gross_fees_and_net(client, bright, paid):
    charge = settled(client, bright, paid.payment_intent)
    transaction = charge.balance_transaction
    assert {fee.type: fee.amount for fee in transaction.fee_details} == {
        "application_fee": 2546,
        "stripe_fee": 4953,
    }
    assert (transaction.amount, transaction.fee, transaction.net) == (169_765, 7499, 162_266)
    assert charge.application_fee_amount == 2546
    assert charge.metadata["attempt"] == "a1"
    assert charge.payment_method_details.card.last4 == "4242"
    balance = client.v1.balance.retrieve({}, {"stripe_account": bright})
    assert [(each.amount, each.currency) for each in balance.pending] == [(162_266, "usd")]


def test_the_platform_earns_its_fee_on_its_own_account(client, bright, paid):
    charge = settled(client, bright, paid.payment_intent)
    fee = client.v1.application_fees.retrieve(
        charge.application_fee, {"expand": ["balance_transaction"]}
    )
    assert (fee.account, fee.charge, fee.amount) == (bright, charge.id, 2546)
    assert (fee.balance_transaction.type, fee.balance_transaction.net) == ("application_fee", 2546)


def test_events_of_a_payment_in_stripes_typical_sequence(client, bright, paid, receiver):
    settled(client, bright, paid.payment_intent)
    events = client.v1.events.list({}, {"stripe_account": bright}).data[::-1]
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    assert {event.account for event in events} == {bright}
    assert {event.livemode for event in events} == {False}
    assert {event.api_version for event in events} == {"2026-10-28.endive"}
    # Deliveries may overtake each other.
    for event in events:
        receiver.wait_for(event.type, bright)
    assert sorted(receiver.types(bright)) == sorted(event.type for event in events)


def test_fees_are_null_until_charge_updated(bright, paid, receiver):
    """Since 2024-04 balance transaction and application fee come later than the payment."""
    [succeeded] = receiver.wait_for("charge.succeeded", bright)
    [updated] = receiver.wait_for("charge.updated", bright)
    early, late = succeeded["data"]["object"], updated["data"]["object"]
    assert early["balance_transaction"] is None and early["application_fee"] is None
    assert late["balance_transaction"].startswith("txn_")
    assert late["application_fee"].startswith("fee_")
    assert updated["data"]["previous_attributes"] == {
        "balance_transaction": None,
        "application_fee": None,
    }
    [fee] = receiver.wait_for("application_fee.created", about=late["application_fee"])
    assert "account" not in fee and fee["received_at"] == "/platform"


def test_a_decline_leaves_the_session_open_for_another_card(client, bright, open_session, receiver):
    """The same intent serves the retry."""
    session = open_session()
    options = {"stripe_account": bright}
    refused = pay(session.url, DECLINED_CARD)
    assert refused.status == 402
    assert refused.errors == {"cardNumber": "Your card was declined. Try a different card."}
    between = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}, options
    )
    intent = between.payment_intent
    assert (between.status, between.payment_status) == ("open", "unpaid")
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == "generic_decline"
    assert (intent.latest_charge.status, intent.latest_charge.paid) == ("failed", False)
    assert intent.latest_charge.outcome.type == "issuer_declined"
    assert pay(session.url).paid
    after = client.v1.payment_intents.retrieve(intent.id, {}, options)
    assert (after.status, after.amount_received) == ("succeeded", 169_765)
    assert after.last_payment_error is None
    settled(client, bright, intent.id)
    events = client.v1.events.list({}, options).data[::-1]
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]


@pytest.mark.parametrize(
    ("card", "field", "code", "decline_code"),
    [
        ("4000 0000 0000 0002", "cardNumber", "card_declined", "generic_decline"),
        ("4000 0000 0000 9995", "cardNumber", "card_declined", "insufficient_funds"),
        ("4000 0000 0000 9987", "cardNumber", "card_declined", "lost_card"),
        ("4000 0000 0000 9979", "cardNumber", "card_declined", "stolen_card"),
        ("4000 0000 0000 0069", "cardExpiry", "expired_card", "expired_card"),
        ("4000 0000 0000 0127", "cardCvc", "incorrect_cvc", "incorrect_cvc"),
        ("4000 0000 0000 0119", "cardNumber", "processing_error", "processing_error"),
        ("4100 0000 0000 0019", "cardNumber", "card_declined", "fraudulent"),
    ],
)
def test_each_refused_test_card_says_why(
    client, bright, open_session, card, field, code, decline_code
):
    session = open_session()
    assert list(pay(session.url, card).errors) == [field]
    [charge] = client.v1.charges.list({}, {"stripe_account": bright}).data
    assert charge.failure_code == code
    assert charge.payment_method_details.card.last4 == card[-4:]
    intent = client.v1.payment_intents.retrieve(
        charge.payment_intent, {}, {"stripe_account": bright}
    )
    assert intent.last_payment_error.code == code
    assert intent.last_payment_error.decline_code == decline_code


@pytest.mark.parametrize(
    ("card", "brand"),
    [
        ("4242 4242 4242 4242", "visa"),
        ("5555 5555 5555 4444", "mastercard"),
        ("3782 822463 10005", "amex"),
        ("6011 1111 1111 1117", "discover"),
        ("3622 720627 1667", "diners"),
        ("3566 0020 2036 0505", "jcb"),
    ],
)
def test_good_test_cards_of_each_brand_pay(client, bright, open_session, card, brand):
    assert pay(open_session().url, card).paid
    [charge] = client.v1.charges.list({}, {"stripe_account": bright}).data
    assert charge.payment_method_details.card.brand == brand


def test_a_number_that_is_no_test_card_is_declined(client, bright, open_session):
    """Nobody's real card can be charged here, nor is its number taken in."""
    assert "test cards only" in pay(open_session().url, "4539 1488 0343 6467").errors["cardNumber"]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"card": "4242 4242 4242 4241"}, {"cardNumber": "Your card number is invalid."}),
        ({"card": "4242"}, {"cardNumber": "Your card number is incomplete."}),
        ({"card": ""}, {"cardNumber": "Enter your card number."}),
        ({"card": "4242 4242 4242 424²"}, {"cardNumber": "Your card number is invalid."}),
        ({"expiry": "12 / 20"}, {"cardExpiry": "Your card's expiration date is in the past."}),
        ({"expiry": "13 / 30"}, {"cardExpiry": "Your card's expiration date is incomplete."}),
        ({"expiry": "1"}, {"cardExpiry": "Your card's expiration date is incomplete."}),
        ({"cvc": "12"}, {"cardCvc": "Your card's security code is incomplete."}),
        ({"name": ""}, {"billingName": "Enter the name on your card."}),
        ({"email": "dana@"}, {"email": "Your email address is incomplete."}),
    ],
)
def test_what_is_typed_wrong_is_no_attempt(client, bright, open_session, typed, errors):
    answer = pay(open_session().url, **typed)
    assert (answer.status, answer.errors) == (422, errors)
    assert client.v1.events.list({}, {"stripe_account": bright}).data == []


def test_an_email_the_seller_fixed_cannot_be_changed(client, bright, open_session):
    session = open_session(customer_email="dana@harborview.example")
    assert pay(session.url, email="mallory@evil.example").paid
    after = client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": bright})
    assert after.customer_details.email == "dana@harborview.example"


def test_pressing_pay_twice_charges_once(client, bright, open_session):
    session = open_session()
    first, again = pay(session.url), pay(session.url)
    assert first.redirect == again.redirect
    assert len(client.v1.charges.list({}, {"stripe_account": bright}).data) == 1


def test_a_failed_attempt_is_cancelled_with_its_session(client, bright, open_session, receiver):
    session = open_session()
    pay(session.url, DECLINED_CARD)
    options = {"stripe_account": bright}
    ended = client.v1.checkout.sessions.expire(session.id, {}, options)
    intent = client.v1.payment_intents.retrieve(ended.payment_intent, {}, options)
    assert (intent.status, intent.cancellation_reason) == ("canceled", "expired")
    receiver.wait_for("payment_intent.canceled", bright)


def test_3d_secure_completed_pays(client, bright, open_session, receiver):
    session, options = open_session(), {"stripe_account": bright}
    answer = pay(session.url, "4000 0025 0000 3155")
    assert answer.redirect == f"/c/pay/{session.id}/authenticate"
    [intent] = client.v1.payment_intents.list({}, options).data
    assert intent.status == "requires_action"
    assert intent.next_action.redirect_to_url.url == session.url + "/authenticate"
    receiver.wait_for("payment_intent.requires_action", bright)
    assert approve(session.url, "complete") == f"http://127.0.0.1:9/paid?session={session.id}"
    receiver.wait_for("checkout.session.completed", bright)


def test_3d_secure_failed_returns_to_the_form(client, bright, open_session, receiver):
    session, options = open_session(), {"stripe_account": bright}
    pay(session.url, "4000 0025 0000 3155")
    assert approve(session.url, "fail") == f"/c/pay/{session.id}?authentication=failed"
    [intent] = client.v1.payment_intents.list({}, options).data
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    receiver.wait_for("payment_intent.payment_failed", bright)
    assert pay(session.url).paid


def test_3d_secure_passed_and_then_declined(client, bright, open_session):
    session = open_session()
    pay(session.url, "4000 0084 0000 1629")
    assert approve(session.url, "complete") == f"/c/pay/{session.id}?authentication=failed"
    [charge] = client.v1.charges.list({}, {"stripe_account": bright}).data
    assert charge.failure_code == "card_declined"


def approve(session_url, outcome):
    """Press a button on the bank's page; where it leads."""
    answer = httpx.post(f"{session_url}/authenticate", data={"outcome": outcome}, trust_env=False)
    return answer.headers["location"]


def test_yen_have_no_decimals_on_the_page_and_in_the_fee(client, bright, open_session):
    """Case 4."""
    session = open_session(5000, "jpy")
    assert "¥5,000" in httpx.get(session.url, trust_env=False).text
    assert pay(session.url).paid
    intent = client.v1.checkout.sessions.retrieve(session.id, {}, {"stripe_account": bright})
    charge = settled(client, bright, intent.payment_intent)
    assert (charge.amount, charge.balance_transaction.fee) == (5000, 145 + 30)


def test_one_company_without_connect_is_paid_on_its_own_account(client, receiver):
    """An installation for a single company uses its own key and no account header."""
    session = client.v1.checkout.sessions.create(
        order(payment_intent_data={"metadata": {"n": "1"}})
    )
    assert pay(session.url).paid
    [completed] = receiver.wait_for("checkout.session.completed", about=session.id)
    assert completed["received_at"] == "/platform"
    charge = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    ).payment_intent.latest_charge
    assert (charge.application, charge.application_fee_amount) == (None, None)


def test_no_card_number_and_no_key_is_kept(sandbox, open_session, tmp_path_factory):
    """Case 48: the database holds brand, last four digits and expiry, nothing more."""
    for card in ("4242 4242 4242 4242", "4539 1488 0343 6467"):
        pay(open_session().url, card, cvc="737")
    folder = next(tmp_path_factory.getbasetemp().glob("sandbox*"))
    kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"checkout.session" in kept
    for secret in ("4242424242424242", "4242 4242", "4539148803436467", '"737"', SECRET_KEY):
        assert secret.encode() not in kept
