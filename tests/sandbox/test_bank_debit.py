"""Bank debits: submitted now, paid or failed days later (ACH in dollars, SEPA in euros)."""

import httpx
import pytest
import stripe

from tests.sandbox.conftest import connect, order
from tests.sandbox_process import PLAIN, pay, pay_by_bank, start_sandbox

FAILING = "000222222227"


@pytest.fixture
def options(bright):
    """On Bright Heating's own account."""
    return {"stripe_account": bright}


def types(client, options):
    """Types of the account's events, oldest first."""
    return [event.type for event in client.v1.events.list({"limit": 50}, options).data][::-1]


def test_submitted_it_is_complete_and_unpaid(client, options, open_session):
    """Case 18."""
    session = open_session(10_000)
    assert session.payment_method_types == ["card", "us_bank_account"]
    assert pay_by_bank(session.url).paid
    after = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}, options
    )
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    intent = after.payment_intent
    assert (intent.status, intent.amount_received) == ("processing", 0)
    charge = intent.latest_charge
    assert charge.id.startswith("py_")
    assert (charge.status, charge.paid, charge.balance_transaction) == ("pending", False, None)
    assert charge.payment_method_details.us_bank_account.last4 == "6789"
    assert types(client, options) == [
        "payment_intent.created",
        "charge.pending",
        "checkout.session.completed",
        "payment_intent.processing",
    ]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": charge.id}, options)
    front = httpx.get(session.url.partition("/c/")[0], **PLAIN).text
    assert "Bank account •••• 6789" in front and "Processing" in front
    assert "on its way" in httpx.get(session.url, **PLAIN).text


def test_days_later_it_is_paid_at_a_lower_fee(
    client, bright, options, sandbox, open_session, receiver
):
    session = open_session(10_000, payment_intent_data={"application_fee_amount": 150})
    pay_by_bank(session.url)
    assert sandbox.hurry(bright, "bank_debits") == 1
    sandbox.hurry(bright, "fees")
    after = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}, options
    )
    assert (after.payment_status, after.payment_intent.status) == ("paid", "succeeded")
    transaction = after.payment_intent.latest_charge.balance_transaction
    assert (transaction.type, transaction.fee) == ("payment", 150 + 80)
    assert types(client, options)[4:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
        "charge.updated",
    ]
    receiver.wait_for("checkout.session.async_payment_succeeded", bright)
    refund = client.v1.refunds.create(
        {"payment_intent": after.payment_intent.id, "expand": ["balance_transaction"]}, options
    )
    assert refund.id.startswith("pyr_") and refund.status == "pending"
    assert refund.balance_transaction.type == "payment_refund"


def test_or_it_fails(client, bright, options, sandbox, open_session):
    session = open_session()
    pay_by_bank(session.url, FAILING)
    sandbox.hurry(bright, "bank_debits")
    after = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent"]}, options
    )
    assert (after.status, after.payment_status) == ("complete", "unpaid")
    assert after.payment_intent.status == "requires_payment_method"
    assert after.payment_intent.last_payment_error.code == "insufficient_funds"
    assert types(client, options)[4:] == [
        "charge.failed",
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


@pytest.mark.parametrize(
    ("iban", "status"), [("DE89370400440532013000", "paid"), ("AT861904300235473202", "unpaid")]
)
def test_euros_are_debited_by_sepa(client, bright, options, sandbox, open_session, iban, status):
    session = open_session(10_000, "eur")
    assert session.payment_method_types == ["card", "sepa_debit"]
    assert pay_by_bank(session.url, iban).paid
    sandbox.hurry(bright, "bank_debits", "fees")
    after = client.v1.checkout.sessions.retrieve(session.id, {}, options)
    assert after.payment_status == status


def test_the_account_that_is_never_heard_of_again(bright, sandbox, open_session):
    pay_by_bank(open_session().url, "000000000009")
    assert sandbox.hurry(bright, "bank_debits") == 0


def test_a_declined_card_first_then_the_bank(client, bright, options, sandbox, open_session):
    """The same intent serves both."""
    session = open_session()
    pay(session.url, "4000 0000 0000 0002")
    assert pay_by_bank(session.url).paid
    sandbox.hurry(bright, "bank_debits")
    [intent] = client.v1.payment_intents.list({}, options).data
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({"allowed_payment_method_types": ["card"]}, ["card"]),
        ({"allowed_payment_method_types": ["us_bank_account"]}, ["us_bank_account"]),
        ({"excluded_payment_method_types": ["us_bank_account"]}, ["card"]),
        ({"excluded_payment_method_types": ["card"]}, ["us_bank_account"]),
    ],
)
def test_the_seller_may_narrow_the_ways_down(open_session, changes, offered):
    session = open_session(**changes)
    assert session.payment_method_types == offered
    page = httpx.get(session.url, **PLAIN).text
    assert ("Card number" in page) == ("card" in offered)
    refused = pay_by_bank(session.url) if offered == ["card"] else pay(session.url)
    assert refused.paid == (offered == ["card", "us_bank_account"])


def test_other_currencies_are_paid_by_card(open_session):
    assert open_session(5000, "gbp").payment_method_types == ["card"]
    with pytest.raises(stripe.InvalidRequestError, match="sepa_debit is invalid"):
        open_session(allowed_payment_method_types=["sepa_debit"])


@pytest.mark.parametrize(
    ("account", "field"),
    [
        ("", "accountNumber"),
        ("12", "accountNumber"),
        ("000987654321", "accountNumber"),
        ("DE89370400440532013009", "accountNumber"),
    ],
)
def test_what_is_no_test_account_is_not_taken(open_session, account, field):
    answer = pay_by_bank(open_session().url, account)
    assert answer.status == 422 and answer.errors


def test_by_the_clock_it_settles_after_days(tmp_path):
    running = start_sandbox(tmp_path, async_delay=4 * 24 * 3600)
    try:
        account = running.make_account("acct_brightheating", "Bright Heating Co.")
        client, options = connect(running), {"stripe_account": account}
        session = client.v1.checkout.sessions.create(order(), options)
        pay_by_bank(session.url)
        running.advance(3 * 24 * 3600)
        assert (
            client.v1.checkout.sessions.retrieve(session.id, {}, options).payment_status == "unpaid"
        )
        running.advance(2 * 24 * 3600)
        assert (
            client.v1.checkout.sessions.retrieve(session.id, {}, options).payment_status == "paid"
        )
    finally:
        running.stop()
