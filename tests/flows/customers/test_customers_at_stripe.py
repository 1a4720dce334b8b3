"""Customers at Stripe beside ours: read, found, linked, imported, and their billing portal."""

from typing import Any

import httpx
import pytest
from sqlmodel import select

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import AuditEntry, Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.flows.customers.billing_portal import (
    CannotView,
    view_customers_portal,
    view_stripe_customers_portal,
)
from fsm_portal.flows.customers.import_from_stripe import (
    CannotImport,
    Imported,
    import_all,
    import_chosen,
)
from fsm_portal.flows.customers.link_customer import CannotLink, link_customer, unlink_customer
from fsm_portal.flows.customers.stripe_side import (
    PAGE,
    StripePageQuery,
    StripeQuery,
    ask_stripe,
    show_stripe_customers,
    stripe_query,
)
from fsm_portal.flows.paying.start_checkout import start_checkout
from fsm_portal.gateways.stripe_client import client
from tests import cast
from tests.flows.conftest import customer_identity, staff_identity
from tests.sandbox_process import pay


@pytest.fixture
def technician(tom):
    return staff_identity(tom)


def at_stripe(stripe, name: str = "", email: str = "", **more: Any) -> str:
    """A customer whom somebody made in Stripe; Stripe's id."""
    about: Any = {"name": name or None, "email": email or None, **more}
    made = client().v1.customers.create(
        {key: value for key, value in about.items() if value},
        {"stripe_account": stripe.account},
    )
    return made.id


def ours(company: Company) -> list[Customer]:
    with reading() as session:
        found = session.exec(select(Customer).where(Customer.company_id == company.id))
        return sorted(found, key=lambda one: one.name)


def deeds(company: Company) -> list[str]:
    with reading() as session:
        found = session.exec(
            select(AuditEntry).where(AuditEntry.company_id == company.id).order_by(AuditEntry.id)
        )
        return [one.deed for one in found]


def shown(who, query: StripeQuery | None = None):
    found = ask_stripe(who.scope, query or StripeQuery())
    return show_stripe_customers(who.scope, StripePageQuery(found))


def test_they_stand_beside_ours_and_the_same_address_is_suggested(
    any_database, stripe, owner, dana
):
    stranger = at_stripe(stripe, "Atlas Gym", "marcus@atlasgym.example")
    twin = at_stripe(stripe, "Harbor View", "Dana@HarborView.example")
    view = shown(owner)
    assert [(row.id, row.name, row.email) for row in view.rows] == [
        (twin, "Harbor View", "Dana@HarborView.example"),
        (stranger, "Atlas Gym", "marcus@atlasgym.example"),
    ]
    assert [row.match_id for row in view.rows] == [dana.id, ""]
    link_customer(owner, dana.id, twin)
    (linked, _) = shown(owner).rows
    assert (linked.local_id, linked.local_name, linked.match_id) == (dana.id, dana.name, "")


def test_they_are_read_a_page_at_a_time_forward_and_back(stripe, owner):
    made = [at_stripe(stripe, f"Customer {number}") for number in range(PAGE + 3)]
    first = ask_stripe(owner.scope, StripeQuery())
    assert [one.id for one in first.customers] == made[::-1][:PAGE]
    assert (first.newer, bool(first.older)) == ("", True)
    last = ask_stripe(owner.scope, stripe_query(None, first.customers[-1].id, None, None))
    assert [one.id for one in last.customers] == made[::-1][PAGE:]
    assert (bool(last.newer), last.older) == (True, "")
    back = ask_stripe(owner.scope, stripe_query(None, None, last.customers[0].id, None))
    assert back.customers == first.customers


def test_they_are_searched_at_stripe(stripe, owner):
    gym = at_stripe(stripe, 'Atlas "Gym" \\ Co', "marcus@atlasgym.example")
    at_stripe(stripe, "Bluewater Marina", "ines@bluewater.example")
    for words in ("atlas", '"Gym" \\', "marcus@", gym):
        found = ask_stripe(owner.scope, stripe_query(words, None, None, None))
        assert [one.id for one in found.customers] == [gym], words
    assert ask_stripe(owner.scope, StripeQuery("at")).state == "short"
    assert ask_stripe(owner.scope, StripeQuery("nobody at all")).customers == ()
    assert ask_stripe(owner.scope, StripeQuery("cus_nobody")).customers == ()


def test_while_stripe_is_away_it_says_so_and_changes_nothing(stripe, owner, dana, unreachable):
    theirs = at_stripe(stripe, "Harbor View")
    with unreachable():
        assert ask_stripe(owner.scope, StripeQuery()).state == "away"
        with pytest.raises(CannotLink, match="does not answer"):
            link_customer(owner, dana.id, theirs)
        with pytest.raises(CannotImport, match="stopped answering"):
            list(import_all(owner))
        with pytest.raises(CannotView, match="does not answer"):
            view_stripe_customers_portal(owner, theirs)
    assert ours_linked(dana) is None


def ours_linked(customer: Customer) -> str | None:
    with reading() as session:
        row = session.get_one(Customer, (customer.company_id, customer.id))
        return row.stripe_customer_id


def test_without_an_account_there_is_nobody_to_ask(owner, company, dana):
    with unit_of_work() as session:
        session.get_one(Company, company.id).stripe_account_id = None
    assert ask_stripe(owner.scope, StripeQuery()).state == "off"
    with pytest.raises(CannotLink, match="Connect Stripe first"):
        link_customer(owner, dana.id, "cus_1")
    with pytest.raises(CannotImport, match="Connect Stripe first"):
        list(import_all(owner))


def test_a_link_is_between_two_and_no_more(any_database, stripe, owner, dana, northwind, company):
    first, second = at_stripe(stripe, "One"), at_stripe(stripe, "Two")
    link_customer(owner, dana.id, first)
    assert link_customer(owner, dana.id, first) == frozenset()
    with pytest.raises(CannotLink, match="Harbor View Apartments is linked to another"):
        link_customer(owner, dana.id, second)
    with pytest.raises(CannotLink, match="This is Harbor View Apartments already"):
        link_customer(owner, northwind.id, first)
    unlink_customer(owner, dana.id)
    link_customer(owner, northwind.id, first)
    assert (ours_linked(dana), ours_linked(northwind)) == (None, first)
    assert deeds(company) == [
        Deed.LINKED_CUSTOMER, Deed.UNLINKED_CUSTOMER, Deed.LINKED_CUSTOMER,
    ]  # fmt: skip


def test_whom_stripe_does_not_know_is_not_linked(stripe, owner, dana):
    gone = at_stripe(stripe, "Gone")
    client().v1.customers.delete(gone, None, {"stripe_account": stripe.account})
    for stripe_id in (gone, "cus_never", "..", "", "../accounts", "x" * 500):
        with pytest.raises(CannotLink, match="does not know"):
            link_customer(owner, dana.id, stripe_id)


def test_a_linked_customer_pays_with_what_stripe_kept_of_them(stripe, owner, dana, payer, invoice):
    """The card of whoever was a customer before the portal is offered at once."""
    theirs = at_stripe(stripe, "Harbor View")
    link_customer(owner, dana.id, theirs)
    assert pay(start_checkout(payer, invoice.id), save=True).paid
    assert [one["id"] for one in stripe.get("/v1/customers")["data"]] == [theirs]


def test_the_chosen_are_imported_one_by_one(any_database, stripe, owner, company, dana):
    at_stripe(
        stripe,
        "Atlas Gym",
        "marcus@atlasgym.example",
        phone="+1 212 555 0100",
        address={"line1": "19 Grand St", "city": "New York", "state": "NY", "country": "US"},
    )
    at_stripe(stripe, "Harbor again", "dana@harborview.example")
    found = ask_stripe(owner.scope, StripeQuery())
    steps = list(import_chosen(owner, stripe.account, found.customers))
    assert [(step.seen, step.added) for step in steps] == [(1, 1), (2, 2)]
    gym = ours(company)[0]
    assert (gym.name, gym.email, gym.phone) == (
        "Atlas Gym", "marcus@atlasgym.example", "+1 212 555 0100",
    )  # fmt: skip
    assert (gym.address, gym.country) == ("19 Grand St\nNew York NY", "US")
    again = list(import_chosen(owner, stripe.account, found.customers))
    assert again[-1] == Imported(seen=2, here=2)


def test_all_are_imported_a_hundred_at_a_time_and_nobody_twice(stripe, owner, company, dana):
    for number in range(103):
        at_stripe(stripe, f"Customer {number:03}")
    at_stripe(stripe, "", "alone@nowhere.example")
    at_stripe(stripe, "Harbor at Stripe", "DANA@harborview.example")
    at_stripe(stripe, "No address")
    steps = list(import_all(owner))
    assert [step.seen for step in steps] == [100, 106]
    assert (steps[-1].added, steps[-1].alike) == (105, 1)
    names = [one.name for one in ours(company)]
    assert "Customer 102" in names and "alone@nowhere.example" in names
    assert names.count("Harbor at Stripe") == 0
    (_, *_, last) = list(import_all(owner))
    assert (last.added, last.here, last.alike) == (0, 105, 1)
    assert deeds(company).count(Deed.IMPORTED_CUSTOMER) == 105


def test_an_import_stops_where_somebody_says_so(stripe, owner, company):
    for number in range(101):
        at_stripe(stripe, f"Customer {number:03}")
    going = import_all(owner)
    assert next(going).added == 100
    going.close()
    assert [step.added for step in import_all(owner)] == [0, 1], "the last one was not here yet"


def test_view_opens_the_customers_own_page_at_stripe(stripe, owner, dana, payer, invoice, company):
    assert pay(start_checkout(payer, invoice.id), save=True).paid
    address = view_customers_portal(owner, dana.id)
    assert address is not None
    page = httpx.get(address, trust_env=False, follow_redirects=True).text
    assert "4242" in page
    assert f"/dashboard/customers/{dana.id}/" in page
    assert deeds(company)[-1] == Deed.OPENED_BILLING_PORTAL
    theirs = ours_linked(dana)
    assert theirs is not None
    assert view_stripe_customers_portal(owner, theirs)


def test_view_is_for_whoever_is_linked_and_there(stripe, owner, dana):
    with pytest.raises(CannotView, match="not linked"):
        view_customers_portal(owner, dana.id)
    with pytest.raises(CannotView, match="does not know this customer"):
        view_stripe_customers_portal(owner, "cus_nobody")
    for nobody in ("", "..", "0" * 32):
        assert view_customers_portal(owner, nobody) is None
        assert view_stripe_customers_portal(owner, nobody) is None


def test_neither_a_technician_nor_a_customer_nor_another_company_may(
    stripe, other_stripe, owner, technician, payer, dana, other_company, company
):
    """Cases 35 and 37: of the flows behind every button of the page."""
    theirs = at_stripe(stripe, "Harbor View")
    priya = staff_identity(cast.save(cast.priya(other_company)))
    other = customer_identity(cast.save(cast.northwind_dental(other_company)))
    for who in (technician, payer, other):
        with pytest.raises(CannotLink, match="role"):
            link_customer(who, dana.id, theirs)
        with pytest.raises(CannotLink, match="role"):
            unlink_customer(who, dana.id)
        with pytest.raises(CannotImport, match="role"):
            list(import_all(who))
        assert view_customers_portal(who, dana.id) is None
        assert view_stripe_customers_portal(who, theirs) is None
    with pytest.raises(CannotLink, match="does not know"):
        link_customer(priya, dana.id, theirs)
    at_other = at_stripe(other_stripe, "Theirs")
    with pytest.raises(CannotLink, match="This customer does not exist"):
        link_customer(priya, dana.id, at_other)
    assert view_customers_portal(priya, dana.id) is None
    with pytest.raises(CannotView, match="does not know"):
        view_stripe_customers_portal(priya, theirs)
    assert ask_stripe(priya.scope, StripeQuery()).customers[0].id == at_other
    assert deeds(company) == []
