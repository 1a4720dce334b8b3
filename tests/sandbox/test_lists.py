"""Lists page by page, filters, and ``expand``."""

import pytest
import stripe

from tests.sandbox_process import pay


@pytest.fixture
def people(client, bright):
    """Seven customers, oldest first."""
    make = client.v1.customers.create
    return [make({"name": f"P{n}"}, {"stripe_account": bright}).id for n in range(7)]


def test_newest_come_first_and_ten_at_most(client, bright, people):
    page = client.v1.customers.list({}, {"stripe_account": bright})
    assert [each.id for each in page.data] == people[::-1]
    assert (page.object, page.url, page.has_more) == ("list", "/v1/customers", False)


def test_cursors_lead_forth_and_back(client, bright, people):
    def ids(**params):
        page = client.v1.customers.list({"limit": 3, **params}, {"stripe_account": bright})
        return [each.id for each in page.data], page.has_more

    newest = people[::-1]
    assert ids() == (newest[:3], True)
    assert ids(starting_after=newest[2]) == (newest[3:6], True)
    assert ids(starting_after=newest[5]) == (newest[6:], False)
    assert ids(ending_before=newest[6]) == (newest[3:6], True)
    assert ids(ending_before=newest[2]) == (newest[:2], False)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ids(starting_after=newest[2], ending_before=newest[4])
    assert refused.value.code == "parameters_exclusive"


def test_the_sdk_walks_all_pages(client, bright, people):
    page = client.v1.customers.list({"limit": 2}, {"stripe_account": bright})
    assert [each.id for each in page.auto_paging_iter()] == people[::-1]


def test_events_can_be_asked_for_by_time_and_type(client, bright, people):
    def count(**params):
        return len(client.v1.events.list({"limit": 100, **params}, {"stripe_account": bright}).data)

    newest = client.v1.events.list({}, {"stripe_account": bright}).data[0]
    assert count() == count(type="customer.created") == count(type="customer.*") == 7
    assert count(types=["customer.created", "charge.succeeded"]) == 7
    assert count(type="charge.succeeded") == 0
    assert count(created={"gt": newest.created}) == 0
    assert count(created={"gte": newest.created - 60, "lte": newest.created}) == 7
    assert count(created={"lt": newest.created - 60}) == 0


def test_charges_and_transactions_are_found_by_what_they_belong_to(client, bright, open_session):
    for _ in range(2):
        session = open_session()
        pay(session.url)
    options = {"stripe_account": bright}
    intent = client.v1.checkout.sessions.retrieve(session.id, {}, options).payment_intent
    [charge] = client.v1.charges.list({"payment_intent": intent}, options).data
    assert charge.payment_intent == intent
    [found] = client.v1.checkout.sessions.list({"payment_intent": intent}, options).data
    assert found.id == session.id
    assert client.v1.charges.list({"payment_intent": "pi_nobody"}, options).data == []


def test_expand_follows_a_path(client, bright, open_session, receiver):
    customer = client.v1.customers.create({"name": "Dana"}, {"stripe_account": bright})
    session = open_session(
        customer=customer.id, payment_intent_data={"application_fee_amount": 2546}
    )
    pay(session.url)
    receiver.wait_for("charge.updated", bright)
    found = client.v1.checkout.sessions.retrieve(
        session.id,
        {
            "expand": [
                "customer",
                "line_items",
                "payment_intent.latest_charge.balance_transaction.source",
                "payment_intent.payment_method",
            ]
        },
        {"stripe_account": bright},
    )
    charge = found.payment_intent.latest_charge
    assert found.customer.name == "Dana"
    assert found.line_items.data[0].amount_total == 169_765
    assert charge.balance_transaction.source.id == charge.id
    assert found.payment_intent.payment_method.card.last4 == "4242"


def test_expand_works_inside_lists_and_across_to_the_platform(
    client, bright, open_session, receiver
):
    pay(open_session(payment_intent_data={"application_fee_amount": 2546}).url)
    receiver.wait_for("charge.updated", bright)
    listed = client.v1.charges.list(
        {"expand": ["data.application_fee", "data.balance_transaction", "data.application"]},
        {"stripe_account": bright},
    )
    assert listed.data[0].application_fee.amount == 2546
    assert listed.data[0].application.object == "application"
    fees = client.v1.application_fees.list(
        {"charge": listed.data[0].id, "expand": ["data.charge", "data.account"]}
    )
    assert fees.data[0].charge.id == listed.data[0].id
    assert fees.data[0].account.id == bright


def test_line_items_page_by_page(client, bright, open_session):
    price = {"currency": "usd", "unit_amount": 100}
    items = [
        {"quantity": 1, "price_data": {**price, "product_data": {"name": f"Visit {n}"}}}
        for n in range(5)
    ]
    session, options = open_session(line_items=items), {"stripe_account": bright}

    def page(**params):
        found = client.v1.checkout.sessions.line_items.list(session.id, params, options)
        return [each.id for each in found.data], found.has_more

    every, _ = page()
    assert page(limit=2) == (every[:2], True)
    assert page(limit=2, starting_after=every[1]) == (every[2:4], True)
    assert page(limit=2, starting_after=every[3]) == (every[4:], False)
    assert page(limit=2, ending_before=every[3]) == (every[1:3], True)
    assert page(limit=3, ending_before=every[3]) == (every[:3], False)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        page(starting_after="li_nobody")
    assert refused.value.code == "resource_missing"


@pytest.mark.parametrize("noun", ["charges", "payment_intents", "payment_methods"])
def test_what_belongs_to_nobody_is_not_an_empty_list(client, bright, clearwater, noun):
    """A customer of another account is nobody here."""
    theirs = client.v1.customers.create({"name": "Dana"}, {"stripe_account": clearwater})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(client.v1, noun).list({"customer": theirs.id}, {"stripe_account": bright})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "customer")


def test_of_a_deleted_customer_nothing_can_be_expanded(client, bright):
    options = {"stripe_account": bright}
    gone = client.v1.customers.create({"name": "Dana"}, options)
    client.v1.customers.delete(gone.id, {}, options)
    path = ["invoice_settings.default_payment_method"]
    found = client.v1.customers.retrieve(gone.id, {"expand": path}, options)
    assert found.deleted


@pytest.mark.parametrize("path", ["amount", "payment_intent.amount", "data", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(client, bright, open_session, path):
    session = open_session()
    pay(session.url)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve(
            session.id, {"expand": [path]}, {"stripe_account": bright}
        )
    assert refused.value.http_status == 400
