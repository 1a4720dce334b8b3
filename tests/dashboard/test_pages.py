"""The staff's pages over the websocket: what they show, and that it changes by itself."""

from fsm_portal import live
from fsm_portal.dashboard.clerk import SIGN_IN
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.dashboard.sending import Sending
from fsm_portal.dashboard.signature import Signature
from fsm_portal.db import reading
from fsm_portal.domain.balances import account_balance
from fsm_portal.domain.ledger import Account
from fsm_portal.domain.topic import company_topic, session_topic
from fsm_portal.flows.identity import cookie_name, who_is
from fsm_portal.flows.login_links import end_session
from fsm_portal.gateways.formats import money
from fsm_portal.live import LiveTab
from tests import cast
from tests.invoices import write_invoice
from tests.payments import checkout, fees_known, received, refused


def test_the_overview_changes_while_one_looks_at_it(tab, maya, company, invoice):
    """Figures equal the ledger's, before and after a payment."""
    office, home = tab(maya, "/dashboard/"), tab(maya, "/dashboard/")
    assert office.view(OverviewPage).outstanding.amount == "$280.00"
    assert office.view(OverviewPage).today.note == "0 payments"

    received(checkout(invoice, amount=12_345))
    live.ring({company_topic(company.id)})

    for browser in (office, home):
        view = browser.wait_until(OverviewPage, lambda view: view.today.note == "1 payment")
        with reading() as session:
            owed = account_balance(session, company.id, Account.RECEIVABLE, "USD")
        assert view.outstanding.amount == money(owed, "USD", "en_US") == "$156.55"
        assert view.happenings[0].title == "Harbor View Apartments paid $123.45"


def test_a_ring_for_one_company_reaches_nobody_of_another(tab, maya, company, other_company):
    """Case 36."""
    priya = cast.save(cast.priya(other_company))
    theirs = tab(priya, "/dashboard/")
    seen = list(theirs.deltas)
    live.ring({company_topic(company.id)})
    theirs.settle()
    assert theirs.deltas == seen


def test_an_invoice_page_follows_its_payment(tab, maya, company, invoice):
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    assert page.view(StaffInvoicePage).status.code == "unpaid"
    refused(checkout(invoice))
    payment = received(checkout(invoice))
    live.ring({company_topic(company.id)})
    view = page.wait_until(StaffInvoicePage, lambda view: view.status.code == "paid")
    assert sorted(row.failed for row in view.payments) == [False, True]
    assert [row.fees_pending for row in view.payments if not row.failed] == [True]

    fees_known(payment, 842, 420)
    live.ring({company_topic(company.id)})
    page.wait_until(StaffInvoicePage, lambda view: view.payments[0].net == "$267.38")


def test_a_list_shows_what_its_address_says(tab, maya, company, dana, invoice, draft):
    path = "/dashboard/invoices/"
    page = tab(maya, path)
    assert [row.number for row in page.view(InvoicesPage).rows] == ["INV-0043", "INV-0042"]
    for query, numbers in {
        "?show=draft": ["INV-0043"],
        "?show=unpaid": ["INV-0042"],
        "?show=overdue": [],
        "?q=0042": ["INV-0042"],
        "?q=harbor&show=draft": ["INV-0043"],
        "?after=7": ["INV-0043", "INV-0042"],
    }.items():
        page.navigate(path + query)
        assert [row.number for row in page.view(InvoicesPage).rows] == numbers, query


def test_searching_and_turning_pages_change_the_address(tab, maya, company, dana):
    for number in range(51):
        write_invoice(company, dana, number=f"INV-{number:04}")
    page = tab(maya, "/dashboard/invoices/?show=unpaid")
    page.call(InvoicesPage.search, {"text": "  harbor view"})
    assert page.redirected_to == "/dashboard/invoices/?show=unpaid&q=harbor+view"
    page.navigate(page.redirected_to)
    older = page.view(InvoicesPage).older
    assert older.startswith("/dashboard/invoices/?show=unpaid&q=harbor+view&after=")
    page.navigate(older)
    assert len(page.view(InvoicesPage).rows) == 1
    page.call(InvoicesPage.sort, {"by": "amount"})
    assert page.redirected_to == "/dashboard/invoices/?show=unpaid&sort=amount&q=harbor+view"


def test_a_filtered_list_stays_filtered_when_it_is_rung(tab, maya, company, invoice, draft):
    page = tab(maya, "/dashboard/invoices/?show=unpaid")
    received(checkout(invoice))
    live.ring({company_topic(company.id)})
    page.wait_until(InvoicesPage, lambda view: view.rows == [])


def test_payments_arrive_in_the_list(tab, maya, company, invoice):
    page = tab(maya, "/dashboard/payments/")
    assert page.view(PaymentsPage).rows == []
    received(checkout(invoice))
    live.ring({company_topic(company.id)})
    page.wait_until(PaymentsPage, lambda view: len(view.rows) == 1)


def test_after_a_lost_connection_the_tab_sees_what_it_missed(tab, maya, invoice):
    page = tab(maya, "/dashboard/invoices/?show=paid")
    page.close()
    received(checkout(invoice))
    assert [row.number for row in page.reconnect().view(InvoicesPage).rows] == ["INV-0042"]


def test_a_session_that_ends_takes_its_open_tabs_along(tab, maya, company, invoice):
    """Case 34: the views go blank, the tab is told, and its next event is denied."""
    page = tab(maya, "/dashboard/")
    who = who_is(page.cookies[cookie_name("staff")])
    assert who is not None
    end_session(who.company_id, who.session_id)
    live.ring({session_topic(who.session_id)})
    page.settle()
    assert page.var(LiveTab, "signed_out") is True
    assert not page.view(OverviewPage).loaded

    page.call(InvoicesPage.search, {"text": "x"})
    assert page.redirected_to == SIGN_IN


def test_nothing_personal_stays_in_the_servers_state(tab, company):
    """A tab's token without its cookie reads nothing: neither figures nor names."""
    quentin = cast.save(cast.maya(company, name="Quentin Zabriskie"))
    zebra = cast.save(cast.harbor_view(company, name="Zebra Villas", email="zoe@zebra.example"))
    invoice = write_invoice(company, zebra, number="INV-7777")
    page = tab(quentin, "/dashboard/invoices/")
    page.call(Sending.send, {"invoice_id": invoice.id})
    page.call(Signature.sign)
    for word in ("Zabriskie", "Zebra", "zoe@", "INV-7777"):
        assert word in "".join(page.frames)
    page.close()
    page.cookies.clear()

    page.reconnect()

    assert page.redirected_to == SIGN_IN
    for word in ("Zabriskie", "Zebra", "zoe@", "INV-7777"):
        assert word not in "".join(page.frames)
