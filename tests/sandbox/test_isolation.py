"""What belongs to one account is nowhere to be found in another (invariant F)."""

import pytest
import stripe

from tests.sandbox.conftest import order
from tests.sandbox_process import pay


def test_objects_of_one_account_are_missing_in_every_other(client, open_session, clearwater):
    session = open_session()
    assert pay(session.url).paid
    for options in ({"stripe_account": clearwater}, {}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.checkout.sessions.retrieve(session.id, {}, options)
        assert refused.value.http_status == 404
        assert session.id not in [each.id for each in client.v1.charges.list({}, options).data]


def test_a_customer_of_another_account_cannot_be_charged(client, bright, clearwater):
    theirs = client.v1.customers.create({"name": "Cedar"}, {"stripe_account": clearwater})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(customer=theirs.id), {"stripe_account": bright})
    assert (refused.value.http_status, refused.value.param) == (400, "customer")


def test_an_account_sees_itself_only(client, bright, clearwater):
    assert client.v1.accounts.retrieve(clearwater).business_profile.name == "Clearwater Plumbing"
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(clearwater, {}, {"stripe_account": bright})
    listed = [each.id for each in client.v1.accounts.list({"limit": 100}).data]
    assert {bright, clearwater} <= set(listed)


def test_events_stay_with_their_account(client, open_session, bright, clearwater):
    open_session()
    client.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
    ours = client.v1.events.list({}, {"stripe_account": bright}).data
    assert [event.type for event in ours] == ["customer.created"]
    assert ours[0].account == bright
    assert client.v1.events.list({}, {"stripe_account": clearwater}).data == []
