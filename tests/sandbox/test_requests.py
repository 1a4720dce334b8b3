"""Keys, accounts, errors and form bodies: how the API is spoken to."""

import socket

import httpx
import pytest
import stripe

from tests.sandbox.conftest import connect, order
from tests.sandbox_process import PLAIN, SECRET_KEY


def ask(sandbox, method, path, key=SECRET_KEY, **options):
    """A request that the SDK would never send."""
    headers = {**options.pop("headers", {})}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    url = sandbox.base_url + path
    return httpx.request(method, url, headers=headers, **PLAIN, **options)


def test_without_a_key_the_answer_is_401_in_stripes_envelope(sandbox):
    answer = ask(sandbox, "GET", "/v1/charges", key=None)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith("You did not provide an API key.")
    assert answer.headers["request-id"].startswith("req_")


def test_a_wrong_key_is_not_repeated_in_full(sandbox):
    with pytest.raises(stripe.AuthenticationError) as refused:
        connect(sandbox, "sk_live_abcdefghijklmnop").v1.balance.retrieve()
    assert refused.value.http_status == 401
    assert "abcdefghijkl" not in str(refused.value)
    assert "mnop" in str(refused.value)


def test_a_key_may_come_as_basic_user(sandbox):
    answer = httpx.get(f"{sandbox.base_url}/v1/balance", auth=(SECRET_KEY, ""), **PLAIN)
    assert answer.status_code == 200


def test_an_account_that_is_not_connected_is_refused(client):
    with pytest.raises(stripe.PermissionError) as refused:
        client.v1.charges.list({}, {"stripe_account": "acct_stranger"})
    assert refused.value.http_status == 403
    assert refused.value.error.code == "account_invalid"
    assert "does not have access to account 'acct_stranger'" in str(refused.value)


def test_an_unknown_id_is_resource_missing(client, bright):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.retrieve("pi_nobody", {}, {"stripe_account": bright})
    assert refused.value.http_status == 404
    assert refused.value.code == "resource_missing"
    assert refused.value.param == "intent"
    assert refused.value.error.message == "No such payment_intent: 'pi_nobody'"


@pytest.mark.parametrize("path", ["/v1/flying_carpets", "/v1/", "/v1/charges/ch_1/x", "/v3/x"])
def test_an_unknown_address_is_404_in_stripes_words(sandbox, path):
    answer = ask(sandbox, "GET", path)
    assert answer.status_code == 404
    expected = f"Unrecognized request URL (GET: {path})."
    assert answer.json()["error"]["message"].startswith(expected)


def test_an_encoded_slash_does_not_lead_to_another_endpoint(sandbox, bright, client):
    session = client.v1.checkout.sessions.create(order(), {"stripe_account": bright})
    path = f"/v1/checkout/sessions/{session.id}%2Fexpire"
    answer = ask(sandbox, "POST", path, headers={"Stripe-Account": bright})
    assert answer.status_code == 404


def test_unknown_parameters_are_named(client, bright):
    wanted = order(colour="blue", payment_intent_data={"aplication_fee_amount": 1})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(wanted, {"stripe_account": bright})
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "colour")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(
            order(payment_intent_data={"aplication_fee_amount": 1}), {"stripe_account": bright}
        )
    assert refused.value.param == "payment_intent_data[aplication_fee_amount]"


def test_options_put_among_the_parameters_are_refused(client, bright):
    """The mistake that would otherwise charge the platform instead of the company."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.list({"account": bright})
    assert refused.value.code == "parameter_unknown"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit", "ten", "parameter_invalid_integer"),
        ("limit", "0", "parameter_invalid_integer"),
        ("limit", "101", "parameter_invalid_integer"),
        ("created[gt]", "9" * 30, "parameter_invalid_integer"),
        ("starting_after", "", "parameter_invalid_empty"),
        ("starting_after", "ch_nobody", "resource_missing"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(sandbox, name, value, code):
    answer = ask(sandbox, "GET", "/v1/charges", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["param"] == name


@pytest.mark.parametrize(
    "body",
    [
        b"metadata[a=1",
        b"metadata[a]=1&metadata=2",
        b"metadata=2&metadata[a]=1",
        b"a" + b"[b]" * 40 + b"=1",
        b"name=%ff%fe",
        b"name=%00",
        b"&".join(b"metadata[k%d]=1" % number for number in range(3000)),
    ],
)
def test_bodies_nobody_can_read_are_400(sandbox, body):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(sandbox, "POST", "/v1/customers", content=body, headers=kind)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_a_body_without_end_is_cut_off(sandbox):
    answer = ask(sandbox, "POST", "/v1/customers", content=b"name=" + b"x" * 3_000_000)
    assert answer.status_code == 413


def test_lists_in_a_body_may_be_indexed_or_not(sandbox, client, bright):
    for marks in (("[]", "[]"), ("[0]", "[1]"), ("[7]", "[3]")):
        body = f"expand{marks[0]}=customer&expand{marks[1]}=line_items"
        customer = client.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
        session = client.v1.checkout.sessions.create(
            order(customer=customer.id), {"stripe_account": bright}
        )
        answer = ask(
            sandbox,
            "GET",
            f"/v1/checkout/sessions/{session.id}?{body}",
            headers={"Stripe-Account": bright},
        )
        assert answer.json()["customer"]["name"] == "Dana"
        assert answer.json()["line_items"]["data"][0]["description"] == "Invoice INV-0042"


def test_other_names_for_this_machine_are_not_served(sandbox):
    """A web page could point its own name at 127.0.0.1 and read what is here."""
    answer = ask(sandbox, "GET", "/", headers={"Host": "attacker.example"})
    assert answer.status_code == 400


def test_it_listens_on_loopback_only(sandbox):
    port = int(sandbox.base_url.rpartition(":")[2])
    own = {found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None)}
    for address in own - {"127.0.0.1", "127.0.1.1", "::1"}:
        with pytest.raises(OSError):
            socket.create_connection((address, port), timeout=0.5)
