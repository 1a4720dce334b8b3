"""Whatever a client sends, the sandbox answers in Stripe's envelope and never with a 500."""

import json
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def _any_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


_NAMES = _any_of("""mode line_items line_items[0] line_items[0][quantity]
    line_items[0][price_data][currency]
    line_items[0][price_data][unit_amount] line_items[0][price_data][unit_amount_decimal]
    line_items[0][price_data][product_data][name] line_items[x] line_items[1][price_data]
    success_url cancel_url customer customer_email metadata metadata[a] metadata[a][b] expires_at
    payment_intent_data payment_intent_data[application_fee_amount] payment_intent_data[metadata][a]
    expand expand[] expand[0] expand[a] currency limit starting_after ending_before created
    created[gt] created[gt][lt] types[] type delivery_success customer_details[email] status name
    email address[line1] address shipping[name] url connect business_profile[name]
    charge amount reason refund_application_fee reverse_transfer payout submit evidence
    evidence[uncategorized_text] evidence[x] arrival_date arrival_date[gt]
    allowed_payment_method_types[] query page country source payment_intent
    automatic_tax[enabled] custom_text[submit][message] payment_method confirm off_session
    invoice_settings[default_payment_method] customer_creation allow_redisplay return_url
    saved_payment_method_options[payment_method_save] card[exp_year] billing_details[address]
    saved_payment_method_options[allow_redisplay_filters][] features[invoice_history][enabled]
    features[payment_method_update] business_profile[headline] configuration active is_default
    flow_data[type] flow_data[after_completion][type] method destination""")
_VALUES = st.one_of(
    _any_of("""us_bank_account sepa_debit 110000000 email:'x' name~'a' DE89370400440532013000
        payment usd USD jpy kwd xxx 0 1 50 5000 -1 1e9 0.5 1.5000000000000001 NaN
        99999999999999999999
        Infinity true false null [] {} %00 ../.. http://x.example https://x http:// javascript:1
        dana@harborview.example cus_x acct_x payment_intent data data.customer *"""),
    st.text(max_size=20).filter(lambda text: text.isprintable() or "\n" in text),
    st.just(""),
)
_PATHS = _any_of("""checkout/sessions customers accounts webhook_endpoints charges events balance
    payment_intents application_fees balance_transactions account customers/cus_x events/evt_x
    refunds refunds/re_x refunds/re_x/cancel charges/ch_x/refunds disputes disputes/du_x
    disputes/du_x/close payouts payouts/po_x application_fees/fee_x/refunds
    checkout/sessions/cs_x/expire accounts/acct_x webhook_endpoints/we_x account_links
    payment_methods payment_methods/pm_card_visa/attach payment_methods/pm_x/detach
    payment_methods/pm_x customers/cus_x/payment_methods billing_portal/sessions
    billing_portal/configurations billing_portal/configurations/bpc_x payouts/po_x/cancel
    %2e%2e %ff ''""")

_VERBS = _any_of("accounts clock disconnect disputes faults hurry latency payouts refunds replay")
_WISHES = _any_of("""id name account charge dispute refund payout amount status outcome reason
    inquiry advance set what[] what kind rate times for seed types[] seconds copies count path""")
_FIELDS = _any_of("""email cardNumber cardExpiry cardCvc billingName billingCountry
    default remove makeDefault saveCard
    billingPostalCode x[y] method routingNumber accountNumber iban""")


@pytest.fixture
def offered(open_session):
    """Where a session's page is."""
    return open_session().url


_V2_PATHS = _any_of("accounts accounts/acct_x accounts/acct_x/close account_links")
_KEYS = _any_of("""display_name contact_email identity country entity_type configuration merchant
    capabilities card_payments requested defaults responsibilities fees_collector profile currency
    include metadata account use_case type account_onboarding refresh_url return_url x""")


@pytest.fixture
def opened_portal(client, customer, options):
    """Where a customer's billing portal is."""
    return client.v1.billing_portal.sessions.create({"customer": customer}, options).url


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    path=_PATHS,
    fields=st.lists(st.tuples(_NAMES, _VALUES), max_size=8),
    key=st.one_of(st.none(), st.text(st.characters(codec="latin-1", min_codepoint=33), max_size=8)),
)
def test_no_request_breaks_it(web, method, path, fields, key):
    body = "&".join(f"{quote_plus(name, '[]')}={quote_plus(value)}" for name, value in fields)
    url = f"/v1/{path}" if method == "POST" else f"/v1/{path}?{body}"
    headers = {}
    if key is not None and "\x7f" not in key:
        headers["Idempotency-Key"] = key.encode("latin-1")
    answer = web.request(
        method, url, content=body.encode() if method == "POST" else None, headers=headers
    )
    assert answer.status_code in (200, 400, 403, 404), answer.text
    if answer.status_code != 200:
        assert answer.json()["error"]["type"] in ("invalid_request_error", "idempotency_error")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.dictionaries(_FIELDS, _VALUES))
def test_no_card_form_breaks_the_page(web, offered, fields):
    answer = web.post(offered, data=fields, headers={"Accept": "application/json"})
    assert answer.status_code in (200, 402, 422), answer.text


def test_a_card_form_nobody_can_read_is_a_400(web, open_session):
    for raw in (b"cardNumber[=1", b"email=%ff", b"x" * 100_000):
        assert web.post(open_session().url, content=raw).status_code in (400, 413, 422)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(verb=_VERBS, wishes=st.dictionaries(_WISHES, _VALUES, max_size=6))
def test_nothing_said_to_its_own_endpoints_breaks_it(web, verb, wishes):
    """Moves of the clock and faults apart, which are for other tests."""
    wishes = {n: v for n, v in wishes.items() if n not in ("advance", "set", "kind")}
    answer = web.post(f"/sandbox/{verb}", data=wishes)
    assert answer.status_code in (200, 400, 404), answer.text


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _VALUES),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=12,
)


@pytest.mark.parametrize("said", ['{"name": "\\ud800"}', '{"\\ud800": 1}', '{"id": "\\u0000"}'])
@pytest.mark.parametrize("path", ["/v2/core/accounts", "/sandbox/accounts", "/sandbox/disconnect"])
def test_half_a_character_is_a_400(web, path, said):
    answer = web.post(path, content=said, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "trouble decoding" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/sandbox/accounts", "/oauth/token", "/oauth/authorize"])
def test_no_body_is_read_without_end(web, path):
    def endless():
        for _ in range(2_000):
            yield b"x" * 1024

    assert web.post(path, content=endless()).status_code in (400, 404, 405, 413)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=_V2_PATHS, body=st.one_of(st.dictionaries(_KEYS, _JSON, max_size=6), _JSON))
def test_no_json_breaks_v2(web, path, body):
    answer = web.post(f"/v2/core/{path}", content=json.dumps(body))
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        assert {"code", "message", "type"} <= set(answer.json()["error"])


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(fields=st.dictionaries(_FIELDS, _VALUES), page=st.sampled_from(["", "/payment-methods"]))
def test_no_form_breaks_the_billing_portal(web, opened_portal, fields, page):
    answer = web.post(opened_portal + page, data=fields, headers={"Accept": "application/json"})
    assert answer.status_code in (200, 303, 402, 422), answer.text


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tab=_any_of("payments disputes payouts events clock vault"),
    act=_any_of("refund settle_refund dispute settle_payout heal send_again replay boom"),
    wishes=st.dictionaries(_WISHES, _VALUES, max_size=6),
)
def test_no_form_breaks_the_dashboard(web, bright, tab, act, wishes):
    wishes = {"act": act, **wishes}
    answer = web.post(f"/dashboard/{bright}/{tab}", data=wishes)
    assert answer.status_code in (303, 400, 404), answer.text
