"""Requests made up from Stripe's description, about objects that exist: never a 500."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract import contract
from tests.sandbox.conftest import connect, order
from tests.sandbox.described import endpoints
from tests.sandbox_process import pay, start_sandbox

_judge = contract()
pytestmark = pytest.mark.skipif(
    _judge is None, reason="Stripe's description (../shared/stripe) is not here"
)
_ENDPOINTS = endpoints(_judge) if _judge else [("", "", {})]
_WORDS = """0 1 -1 50 100 99999999 999999999999999999 1e5 true false usd jpy kwd xx US null *
    http://x.example javascript:1 dana@harborview.example pm_card_visa winning_evidence
    data data.customer latest_charge.balance_transaction.source line_items refunds
    invoice_settings.default_payment_method data.invoice_settings.default_payment_method"""
_VALUES = st.one_of(st.sampled_from(_WORDS.split()), st.just(""), st.text(max_size=10))
# What must be there for more than a first look at a request.
_ENOUGH = {
    ("POST", "/v1/checkout/sessions"): {
        "mode": "payment",
        "success_url": "http://x.example",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "100",
        "line_items[0][price_data][product_data][name]": "Visit",
    },
    ("POST", "/v1/payment_intents"): {"confirm": "true", "off_session": "true"},
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    """One of its own: endpoints that are made up would get everybody's events."""
    running = start_sandbox(tmp_path_factory.mktemp("fuzzed"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def things(sandbox):
    """One of each of an account's objects, by the name of their list; one customer is deleted."""
    account = sandbox.make_account("acct_fuzzed", "Bright Heating Co.")
    options = {"stripe_account": account}
    v1 = connect(sandbox).v1
    made = {"customers": v1.customers.create({"name": "Dana"}, options).id}
    method = v1.payment_methods.attach("pm_card_visa", {"customer": made["customers"]}, options)
    gone = v1.customers.create({"name": "Gone"}, options).id
    v1.customers.delete(gone, {}, options)
    at_once = "4000 0000 0000 0077"
    for _ in range(2):
        fee = {"application_fee_amount": 150}
        session = v1.checkout.sessions.create(order(payment_intent_data=fee), options)
        assert pay(session.url, at_once).paid
    sandbox.hurry(account, "fees")
    charge, disputed = v1.charges.list({}, options).data
    refund = v1.refunds.create({"charge": charge.id, "amount": 100}, options)
    dispute = sandbox.open_dispute(disputed.id)["id"]
    sandbox.pay_out(account)
    features = {"invoice_history": {"enabled": True}}
    endpoint = {"url": "http://127.0.0.1:9", "enabled_events": ["charge.updated"]}
    made |= {
        "accounts": account,
        "application_fees": charge.application_fee,
        "balance_transactions": charge.balance_transaction,
        "charges": charge.id,
        "configurations": v1.billing_portal.configurations.create(
            {"features": features}, options
        ).id,
        "disputes": dispute,
        "events": v1.events.list({}, options).data[0].id,
        "gone": gone,
        "payment_intents": charge.payment_intent,
        "payment_methods": method.id,
        "payouts": v1.payouts.list({}, options).data[0].id,
        "refunds": refund.id,
        "sessions": v1.checkout.sessions.create(order(), options).id,
        "webhook_endpoints": v1.webhook_endpoints.create(endpoint, options).id,
    }
    return made


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), endpoint=st.sampled_from(_ENDPOINTS), strange=st.integers(0, 9))
def test_nothing_made_up_from_the_description_breaks_it(web, things, data, endpoint, strange):
    method, path, known = endpoint
    values = st.one_of(st.sampled_from(sorted(things.values())), _VALUES)
    names = st.sampled_from([*sorted(known), "expand[0]", "limit"])
    sent = _ENOUGH.get((method, path), {}) if strange < 7 else {}
    for name in data.draw(st.lists(names, max_size=5)):
        words = st.sampled_from(known[name]) if known.get(name) else values
        sent = {**sent, name: data.draw(st.one_of(words, values))}

    def an_id(found: re.Match[str]) -> str:
        if strange and found[1] in things:
            return f"/{found[1]}/{things[found[1]]}"
        return f"/{found[1]}/{things['gone']}"

    platform = "/application_fees" in path or strange == 1
    answer = web.request(
        method,
        re.sub(r"/(\w+)/\{\w+\}", an_id, path),
        headers={} if platform else {"Stripe-Account": things["accounts"]},
        **({"data": sent} if method == "POST" else {"params": sent}),
    )
    assert answer.status_code in (200, 400, 402, 403, 404), answer.text
