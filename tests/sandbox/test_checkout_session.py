"""Making, reading, listing and ending a Checkout Session."""

import time

import pytest
import stripe

from tests.sandbox.conftest import order
from tests.sandbox_process import pay


def refusal(client, account, **changes):
    """The error that an order with these changes is answered with."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(**changes), {"stripe_account": account})
    assert refused.value.http_status == 400
    return refused.value


def test_a_new_session_is_open_unpaid_and_has_no_intent_yet(open_session, sandbox):
    session = open_session(
        client_reference_id="inv-42",
        customer_email="dana@harborview.example",
        metadata={"attempt": "a1"},
        payment_intent_data={"application_fee_amount": 2546, "metadata": {"attempt": "a1"}},
    )
    assert (session.status, session.payment_status, session.payment_intent) == (
        "open",
        "unpaid",
        None,
    )
    assert (session.amount_total, session.currency) == (169_765, "usd")
    assert session.url == f"{sandbox.base_url}/c/pay/{session.id}"
    assert session.client_reference_id == "inv-42"
    assert session.metadata["attempt"] == "a1"
    assert session.customer_details.email == "dana@harborview.example"
    assert session.livemode is False
    assert abs(session.expires_at - time.time() - 24 * 3600) < 60


def test_line_items_add_up(client, bright, open_session):
    def item(name, quantity, **price):
        product = {"currency": "usd", "product_data": {"name": name}, **price}
        return {"quantity": quantity, "price_data": product}

    session = open_session(
        line_items=[
            item("Pump", 2, unit_amount=38_900),
            item("Water treatment", 6, unit_amount=4250),
            item("Screws", 100, unit_amount_decimal="0.125"),
        ]
    )
    assert session.amount_total == 77_800 + 25_500 + 13
    listed = client.v1.checkout.sessions.line_items.list(
        session.id, {"limit": 2}, {"stripe_account": bright}
    )
    assert [each.description for each in listed.data] == ["Pump", "Water treatment"]
    assert listed.has_more
    rest = client.v1.checkout.sessions.line_items.list(
        session.id, {"starting_after": listed.data[1].id}, {"stripe_account": bright}
    )
    assert [each.amount_total for each in rest.data] == [13]


def test_what_must_be_there_is_asked_for(client, bright):
    assert refusal(client, bright, mode=None).code == "parameter_missing"
    assert refusal(client, bright, success_url=None).param == "success_url"
    assert refusal(client, bright, line_items=None).param == "line_items"
    price = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Pump"}}
    missing = refusal(client, bright, line_items=[{"price_data": price}])
    assert missing.param == "line_items[0][quantity]"
    nameless = {"currency": "usd", "unit_amount": 5000, "product_data": {"description": "x"}}
    missing = refusal(client, bright, line_items=[{"price_data": nameless, "quantity": 1}])
    assert missing.param == "line_items[0][price_data][product_data][name]"


@pytest.mark.parametrize(
    ("currency", "least", "most"),
    [("usd", 50, 99_999_999), ("gbp", 30, 99_999_999), ("jpy", 50, 99_999_999)],
)
def test_amounts_have_a_floor_and_a_ceiling(client, bright, currency, least, most):
    """Case 3: what Stripe would never charge."""
    for fine in (least, most):
        made = client.v1.checkout.sessions.create(order(fine, currency), {"stripe_account": bright})
        assert made.amount_total == fine
    for amount, code in ((least - 1, "amount_too_small"), (most + 1, "amount_too_large")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.checkout.sessions.create(order(amount, currency), {"stripe_account": bright})
        assert refused.value.code == code


def test_currencies_of_three_decimals_are_charged_in_tens(client, bright):
    """Case 4: card networks know two decimals, so 1.234 KWD cannot be charged, 1.230 can."""
    made = client.v1.checkout.sessions.create(order(1230, "kwd"), {"stripe_account": bright})
    assert (made.amount_total, made.currency) == (1230, "kwd")
    with pytest.raises(stripe.InvalidRequestError, match="multiple of 10"):
        client.v1.checkout.sessions.create(order(1234, "kwd"), {"stripe_account": bright})


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "10.001", "1e3", "", "٣"])
def test_amounts_that_are_no_amounts_are_refused(client, bright, amount):
    """Case 2, at Stripe's side."""
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(order(amount), {"stripe_account": bright})


def test_an_application_fee_needs_a_connected_account_and_fits_into_the_amount(client, bright):
    fee = {"application_fee_amount": 5001}
    with pytest.raises(stripe.InvalidRequestError, match="cannot be larger"):
        client.v1.checkout.sessions.create(
            order(5000, payment_intent_data=fee), {"stripe_account": bright}
        )
    with pytest.raises(stripe.InvalidRequestError, match="Can only apply"):
        client.v1.checkout.sessions.create(order(9000, payment_intent_data=fee))


def test_payment_method_types_are_unknown_since_endive(client, bright):
    gone = refusal(client, bright, payment_method_types=["card"])
    assert (gone.code, gone.param) == ("parameter_unknown", "payment_method_types")
    kept = order(allowed_payment_method_types=["card"])
    assert client.v1.checkout.sessions.create(kept, {"stripe_account": bright}).status == "open"


def test_what_only_stripe_can_do_is_refused_by_name_not_ignored(client, bright):
    assert "automatic_tax[enabled]=true" in str(
        refusal(client, bright, automatic_tax={"enabled": True})
    )
    assert "discounts" in str(refusal(client, bright, discounts=[{"coupon": "SPRING"}]))
    assert "mode=subscription" in str(refusal(client, bright, mode="subscription"))
    assert "must be one of" in str(refusal(client, bright, mode="pay"))


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"success_url": "//evil.example"}, "success_url"),
        ({"cancel_url": "http://"}, "cancel_url"),
        ({"customer_email": "not an address"}, "customer_email"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 40}]"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]"),
        ({"expires_at": int(time.time()) + 60}, "expires_at"),
        ({"expires_at": int(time.time()) + 49 * 3600}, "expires_at"),
    ],
)
def test_values_that_cannot_be_used_are_refused(client, bright, changes, param):
    assert refusal(client, bright, **changes).param == param


def test_an_account_must_be_onboarded_and_named(client):
    """Both are refusals that surprise people at the real Stripe too."""
    fresh = client.v1.accounts.create({"country": "US"})
    assert (fresh.charges_enabled, fresh.type) == (False, "standard")
    with pytest.raises(stripe.InvalidRequestError, match="account or business name"):
        client.v1.checkout.sessions.create(order(), {"stripe_account": fresh.id})
    client.v1.accounts.update(fresh.id, {"business_profile": {"name": "New Co."}})
    with pytest.raises(stripe.InvalidRequestError, match="cannot currently make charges"):
        client.v1.checkout.sessions.create(order(), {"stripe_account": fresh.id})


def test_an_expired_session_can_no_longer_be_paid(client, bright, open_session, receiver):
    session = open_session()
    ended = client.v1.checkout.sessions.expire(session.id, {}, {"stripe_account": bright})
    assert (ended.status, ended.url) == ("expired", None)
    assert pay(session.url).redirect == f"/c/pay/{session.id}"
    assert client.v1.charges.list({}, {"stripe_account": bright}).data == []
    receiver.wait_for("checkout.session.expired", bright)
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client.v1.checkout.sessions.expire(session.id, {}, {"stripe_account": bright})


def test_sessions_are_listed_by_status_customer_and_email(client, bright, open_session):
    customer = client.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
    paid, hers, mailed = (
        open_session(),
        open_session(customer=customer.id),
        open_session(customer_email="dana@harborview.example"),
    )
    pay(paid.url, email="someone@harborview.example")

    def ids(**params):
        page = client.v1.checkout.sessions.list(params, {"stripe_account": bright})
        return [each.id for each in page.data]

    assert ids(status="complete") == [paid.id]
    assert ids(status="open") == [mailed.id, hers.id]
    assert ids(customer=customer.id) == [hers.id]
    assert ids(customer_details={"email": "dana@harborview.example"}) == [mailed.id]
