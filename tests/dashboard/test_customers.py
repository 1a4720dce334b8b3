"""The staff's pages about customers, as their tabs see them."""

import threading
from collections.abc import Iterator

import pytest
from sqlmodel import select

from fsm_portal import live
from fsm_portal.dashboard.customer_form import CustomerForm
from fsm_portal.dashboard.customers.customer_page import CustomerPage
from fsm_portal.dashboard.customers.customers_page import CustomersPage
from fsm_portal.dashboard.customers.importing import Importing
from fsm_portal.dashboard.customers.linking import Linking
from fsm_portal.dashboard.customers.noting import Noting
from fsm_portal.dashboard.customers.stripe_page import StripeCustomersPage
from fsm_portal.dashboard.taking import Taking
from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.staff import Role
from fsm_portal.flows.access.end_access import end_staffs_access
from fsm_portal.flows.customers.import_from_stripe import CannotImport, Imported
from fsm_portal.flows.customers.stripe_side import StripeFound, StripeQuery
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.gateways.stripe_directory import AtStripe
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.fake_browser import FakeBrowser
from tests.portal.people import session_cookie

LIST = "/dashboard/customers/"
STRIPE = f"{LIST}stripe/"
NEW = {
    "name": "Atlas Gym",
    "contact": "Marcus Lee",
    "mail": "marcus@atlasgym.example",
    "phone": "",
    "address": "19 Grand Street\nNew York",
    "country": "",
    "locale": "",
}
TAKEN = {
    "taken_amount": "100.00",
    "taken_method": "cheque",
    "taken_day": "2026-11-13",
    "taken_note": "",
}


@pytest.fixture
def path(dana) -> str:
    return f"{LIST}{dana.id}/"


@pytest.fixture
def office_member(company):
    return cast.save(
        cast.maya(company, name="Ben Cole", email="ben@brightheating.example", role=Role.OFFICE)
    )


def test_what_is_paid_shows_on_both_pages_at_once(tab, maya, dana, invoice, path):
    page, many = tab(maya, path), tab(maya, LIST)
    assert page.view(CustomerPage).owing.owed == "$280.00"
    office = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    office.call(Taking.ask, {"invoice_id": invoice.id})
    office.call(Taking.record, {"form": TAKEN})
    assert page.wait_until(CustomerPage, lambda view: view.owing.owed == "$180.00").found
    rows = many.wait_until(CustomersPage, lambda view: view.rows[0].owing.owed == "$180.00").rows
    assert [row.name for row in rows] == ["Harbor View Apartments"]


def test_a_new_customer_is_added_and_their_page_opened(tab, maya, dana):
    page = tab(maya, LIST)
    page.call(CustomerForm.begin_new)
    assert page.var(CustomerForm, "about") == "new"
    page.call(CustomerForm.save, {"form": {**NEW, "mail": "nonsense"}})
    assert page.var(CustomerForm, "field") == "email"
    assert page.var(CustomerForm, "about") == "new"
    page.call(CustomerForm.save, {"form": NEW})
    assert page.var(Toast, "text") == "Customer added"
    with reading() as session:
        made = session.exec(select(Customer).where(Customer.name == "Atlas Gym")).one()
    assert page.redirected_to == f"{LIST}{made.id}/"
    assert made.address == "19 Grand Street\nNew York"


def test_whoever_shares_a_mailbox_is_asked_about_once(tab, maya, dana):
    page = tab(maya, LIST)
    page.call(CustomerForm.begin_new)
    # A tick that nobody was asked for counts for nothing.
    twin = {**NEW, "mail": "dana@harborview.example", "shared": "on"}
    page.call(CustomerForm.save, {"form": twin})
    assert "Harbor View Apartments has this address too" in page.var(CustomerForm, "problem")
    assert page.var(CustomerForm, "shared") is True
    page.call(CustomerForm.save, {"form": twin})
    assert page.var(Toast, "text") == "Customer added"


def test_the_list_follows_its_address(tab, maya, dana, northwind_too):
    page = tab(maya, LIST)
    page.call(CustomersPage.search, {"text": " north "})
    assert page.redirected_to == f"{LIST}?q=north"
    page.navigate(f"{LIST}?q=north")
    view = page.wait_until(CustomersPage, lambda view: view.search == "north")
    assert [row.name for row in view.rows] == ["Northwind Dental Group"]
    page.call(CustomersPage.sort, {"by": "newest"})
    assert page.redirected_to == f"{LIST}?sort=newest&q=north"


@pytest.fixture
def northwind_too(company) -> Customer:
    return cast.save(cast.northwind_dental(company))


def write_note(page: FakeBrowser, text: str, *, clicks: int = 1) -> None:
    """As the form sends it: each click of it says the same press."""
    form = {"note": text, "press": page.var(Noting, "press")}
    for _ in range(clicks):
        page.call(Noting.write, {"form": form}, settle=False)
    page.settle()


def test_a_double_click_writes_one_note(tab, maya, path):
    page = tab(maya, path)
    write_note(page, "Ring twice", clicks=2)
    assert len(page.wait_until(CustomerPage, lambda view: view.notes).notes) == 1
    write_note(page, "Ring twice")
    page.wait_until(CustomerPage, lambda view: len(view.notes) == 2)


def test_a_note_is_seen_by_colleagues_at_once_and_changed_by_its_writer(
    tab, maya, office_member, dana, path
):
    mine, theirs = tab(maya, path), tab(office_member, path)
    write_note(mine, "")
    assert mine.var(Noting, "problem") == "Type the note first."
    write_note(mine, "Ring twice")
    assert mine.var(Noting, "written") == 1
    (note,) = theirs.wait_until(CustomerPage, lambda view: view.notes).notes
    assert (note.text, note.by) == ("Ring twice", "Maya Ortiz")
    assert mine.var(Noting, "me") == note.by_id != theirs.var(Noting, "me")
    theirs.call(Noting.edit, {"note_id": note.id})
    theirs.call(Noting.change, {"form": {"changed_note": "Mine now"}})
    assert "Only whoever wrote" in theirs.var(Noting, "edit_problem")
    mine.call(Noting.edit, {"note_id": note.id})
    mine.call(Noting.change, {"form": {"changed_note": "Ring once"}})
    theirs.wait_until(CustomerPage, lambda view: view.notes[0].text == "Ring once")


def test_a_customer_is_never_sent_a_note(tab, maya, dana, invoice, path):
    """Invariant F, over the socket."""
    customer = tab(dana, "/portal/")
    write_note(tab(maya, path), "Pays late, be firm")
    customer.navigate("/portal/account/").navigate(f"/portal/invoices/{invoice.id}/")
    customer.settle()
    assert "be firm" not in "".join(customer.frames)


def test_the_statement_is_for_days_that_make_sense(tab, maya, dana, invoice, path):
    page = tab(maya, f"{path}?show=statement")
    assert page.view(CustomerPage).statement.loaded
    page.call(CustomerPage.show_days, {"form": {"from": "2026-11-30", "to": "2026-11-01"}})
    assert "swap" in page.var(CustomerPage, "problem")
    page.call(CustomerPage.show_days, {"form": {"from": "2026-11-01", "to": "2026-11-30"}})
    assert page.redirected_to == f"{path}?show=statement&from=2026-11-01&to=2026-11-30"


def test_what_stripe_told_stays_with_whoever_may_see_it(tab, maya, dana, company, monkeypatch):
    """Case 34: nothing of it is a state var that a tab keeps."""
    them = (AtStripe("cus_1", "Atlas Gym", "m@gym.example"),)
    told = StripeFound(StripeQuery(), "known", them, company_id=company.id)
    monkeypatch.setattr("fsm_portal.dashboard.customers.stripe_page.ask_stripe", lambda *_: told)
    page = tab(maya, "/dashboard/customers/stripe/")
    view = page.wait_until(StripeCustomersPage, lambda view: view.state == "known")
    assert [(row.id, row.name, row.local_id) for row in view.rows] == [("cus_1", "Atlas Gym", "")]
    page.call(StripeCustomersPage.choose, {"stripe_id": "cus_1", "ticked": True})
    page.call(StripeCustomersPage.choose, {"stripe_id": "cus_of_others", "ticked": True})
    assert page.var(StripeCustomersPage, "chosen") == ["cus_1"]
    # Who of ours it is, is asked without leaving the place in Stripe's list.
    page.path = "/dashboard/customers/stripe/?q=atlas"
    page.call(StripeCustomersPage.ask_who, {"stripe_id": "cus_1"})
    assert page.redirected_to == "/dashboard/customers/stripe/?q=atlas&link=cus_1"
    page.navigate("/dashboard/customers/stripe/?link=cus_1")
    page.call(StripeCustomersPage.look_for, {"text": "harb"})
    assert page.redirected_to == "/dashboard/customers/stripe/?link=cus_1&find=harb"
    page.navigate(page.redirected_to)
    choice = page.wait_until(StripeCustomersPage, lambda view: view.choice.search).choice
    assert [one.id for one in choice.found] == [dana.id]
    page.call(StripeCustomersPage.stop_linking)
    page.navigate("/dashboard/customers/stripe/")
    page.wait_until(StripeCustomersPage, lambda view: view.state == "known")
    # Somebody links the two elsewhere: it shows without asking Stripe again.
    dana.stripe_customer_id, dana.stripe_account_id = "cus_1", company.stripe_account_id
    cast.save(dana)
    page.server.run(live.ring, {f"company:{company.id}"})
    page.wait_until(StripeCustomersPage, lambda view: view.rows[0].local_id == dana.id)


def test_what_stripe_told_one_company_is_not_shown_to_another_in_the_same_tab(
    tab, server, maya, company, other_company, monkeypatch
):
    """Case 36: whoever signs in next in this tab works elsewhere."""
    told = {
        each.id: StripeFound(
            StripeQuery(), "known", (AtStripe(stripe_id, name, ""),), company_id=each.id
        )
        for each, stripe_id, name in (
            (company, "cus_1", "Atlas Gym"),
            (other_company, "cus_2", "Thames Lido"),
        )
    }
    asked: list[str] = []

    def ask(scope: Scope, _query: StripeQuery) -> StripeFound:
        asked.append(scope.company_id)
        return told[scope.company_id]

    monkeypatch.setattr("fsm_portal.dashboard.customers.stripe_page.ask_stripe", ask)
    page = tab(maya, STRIPE)
    page.wait_until(StripeCustomersPage, lambda view: view.state == "known")
    page.call(StripeCustomersPage.choose, {"stripe_id": "cus_1", "ticked": True})

    priya = cast.save(cast.priya(other_company))
    page.close()
    page.http.cookies = FakeBrowser(server, cookie=session_cookie(priya)).cookies
    page.open(f"{STRIPE}?link=cus_1")
    shown = page.wait_until(StripeCustomersPage, lambda view: view.state == "known")
    assert [row.name for row in shown.rows] == ["Thames Lido"]
    assert "Atlas Gym" not in "".join(page.frames)
    assert page.var(StripeCustomersPage, "chosen") == []
    page.call(StripeCustomersPage.choose, {"stripe_id": "cus_1", "ticked": True})
    assert page.var(StripeCustomersPage, "chosen") == []
    assert asked == [company.id, other_company.id]


def test_ticks_stay_while_another_import_runs_and_go_with_the_one_that_starts(
    tab, maya, company, monkeypatch
):
    told = StripeFound(
        StripeQuery(), "known", (AtStripe("cus_1", "Atlas Gym", ""),), company_id=company.id
    )
    monkeypatch.setattr("fsm_portal.dashboard.customers.stripe_page.ask_stripe", lambda *_: told)
    slowly, going_on = threading.Event(), threading.Event()

    def all_of_them(_who: Identity) -> Iterator[Imported]:
        going_on.set()
        slowly.wait(30)
        yield Imported(seen=1)
        raise CannotImport("Stripe stopped answering after 1.")

    monkeypatch.setattr("fsm_portal.dashboard.customers.importing.import_all", all_of_them)
    page = tab(maya, STRIPE)
    page.wait_until(StripeCustomersPage, lambda view: view.state == "known")
    page.call(StripeCustomersPage.choose, {"stripe_id": "cus_1", "ticked": True})
    page.call(Importing.everybody, settle=False)
    assert going_on.wait(30)
    page.call(StripeCustomersPage.import_chosen, settle=False)
    slowly.set()
    page.settle()
    assert page.var(StripeCustomersPage, "chosen") == ["cus_1"]
    # It says that it was interrupted and how far it was, and nothing as if it had gone well.
    assert page.var(Importing, "answer") == "" and not page.var(Importing, "busy")
    assert page.var(Importing, "problem").endswith("Until then: Nobody imported.")
    page.call(StripeCustomersPage.import_chosen)
    assert page.var(StripeCustomersPage, "chosen") == []
    assert page.var(Importing, "answer") == "1 imported."


def test_an_import_ends_with_the_session_it_was_begun_in(tab, maya, company, monkeypatch):
    """Case 34: asked for at each step, however long the whole takes."""

    def all_of_them(who: Identity) -> Iterator[Imported]:
        yield Imported(seen=1)
        with unit_of_work() as session:
            end_staffs_access(session, who.company_id, who.person_id)
        yield Imported(seen=2)
        raise AssertionError("nobody is here to import for")

    monkeypatch.setattr("fsm_portal.dashboard.customers.importing.import_all", all_of_them)
    page = tab(maya, f"{LIST}")
    page.call(Importing.everybody)
    assert page.var(Importing, "answer") == "Stopped: Nobody imported."
    assert not page.var(Importing, "busy")


def test_a_link_that_fails_spins_no_longer(tab, maya, dana, monkeypatch):
    def fails(*_: object) -> frozenset[str]:
        raise RuntimeError("out of order")

    monkeypatch.setattr("fsm_portal.dashboard.customers.linking.link_customer", fails)
    page = tab(maya, LIST)
    page.call(Linking.link, {"customer_id": dana.id, "stripe_id": "cus_1"})
    assert page.var(Linking, "busy") == ""


def test_removing_a_note_is_asked_about(tab, maya, path):
    page = tab(maya, path)
    write_note(page, "Ring twice")
    (note,) = page.wait_until(CustomerPage, lambda view: view.notes).notes
    page.call(Noting.edit, {"note_id": note.id})
    page.call(Noting.ask_remove)
    assert page.var(Noting, "removing")
    page.call(Noting.keep)
    assert page.var(Noting, "editing") == note.id and len(page.view(CustomerPage).notes) == 1
    page.call(Noting.ask_remove)
    page.call(Noting.remove)
    page.wait_until(CustomerPage, lambda view: not view.notes)
    assert not page.var(Noting, "removing")
