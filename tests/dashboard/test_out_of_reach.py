"""While the database is away the pages of both faces say so, and open by themselves afterwards."""

import pytest

from fsm_portal.dashboard.customers.customer_page import CustomerPage
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.jobs.jobs_page import JobsPage
from fsm_portal.dashboard.noticing.bell import Bell
from fsm_portal.dashboard.noticing.notices_page import NoticesPage
from fsm_portal.dashboard.noticing.notifications_page import NotificationSettings
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.dashboard.reconciliation_page import ReconciliationPage
from fsm_portal.dashboard.signature import Signature
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.ui.out_of_reach import OutOfReach
from fsm_portal.ui.toast import Toast
from tests.outage import outage
from tests.portal.people import session_cookie

PAGES = {
    OverviewPage: "/dashboard/",
    InvoicesPage: "/dashboard/invoices/",
    StaffInvoicePage: "/dashboard/invoices/{}/",
    PaymentsPage: "/dashboard/payments/",
    ReconciliationPage: "/dashboard/reconciliation/",
    JobsPage: "/dashboard/jobs/",
    CustomerPage: "/dashboard/customers/{}/",
    NotificationSettings: "/dashboard/settings/notifications/",
    NoticesPage: "/dashboard/notices/",
    HomePage: "/portal/",
    InvoicePage: "/portal/invoices/{}/",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_page_says_that_it_cannot_be_reached_and_opens_once_it_can(
    tab, maya, dana, invoice, page
):
    is_portal = page in (HomePage, InvoicePage)
    cookie = session_cookie(dana if is_portal else maya)
    with outage():
        about = dana.id if page is CustomerPage else invoice.id
        browser = tab(None, PAGES[page].format(about), cookie)
        assert browser.var(OutOfReach, "tries") == 1
        assert browser.redirected_to is None, "nobody is sent to sign in who is signed in"
        if not is_portal:
            browser.call(Signature.sign)
            browser.call(Bell.look)
        assert browser.var(Toast, "text") == "", "no second complaint"
        # What the page does by itself every few seconds.
        browser.call(page.event_handlers["on_load"])
        assert browser.var(OutOfReach, "tries") == 2
        assert not browser.view(page).loaded

    browser.call(page.event_handlers["on_load"])
    assert browser.var(OutOfReach, "tries") == 0
    browser.wait_until(page, lambda view: view.loaded)


def test_a_page_that_was_open_stays_and_is_live_again_afterwards(tab, maya, invoice):
    browser = tab(maya, "/dashboard/")
    with outage():
        browser.navigate("/dashboard/invoices/")
        assert browser.var(OutOfReach, "tries") == 1
        assert browser.view(OverviewPage).loaded
    browser.call(InvoicesPage.on_load)
    browser.wait_until(InvoicesPage, lambda view: [row.number for row in view.rows] == ["INV-0042"])
    assert browser.var(OutOfReach, "tries") == 0
