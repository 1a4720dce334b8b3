"""A customer who is signed in and sends whatever comes to mind; and whoever uses the tab next."""

import pytest
import reflex as rx

from fsm_portal.portal.account_page import AccountPage
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from fsm_portal.portal.invoices_page import InvoicesPage
from fsm_portal.portal.jobs_page import JobsPage
from fsm_portal.portal.payments_page import PaymentsPage
from fsm_portal.portal.statement_page import StatementPage
from fsm_portal.ui.toast import Toast
from tests.invoices import write_invoice
from tests.outside import asked_outside
from tests.portal.addresses import HOME, page_of
from tests.portal.people import session_cookie

PAGES = (
    AccountPage,
    HomePage,
    InvoicePage,
    InvoicesPage,
    JobsPage,
    PaymentsPage,
    StatementPage,
)


def arguments_of(page: type[rx.State], name: str) -> tuple[str, ...]:
    code = page.event_handlers[name].fn.__code__
    return code.co_varnames[1 : code.co_argcount]


# Each that takes anything. Reflex's own setvar only finds setters, and those are switched off.
HANDLERS = [
    (page, name)
    for page in PAGES
    for name in page.event_handlers
    if name != "setvar" and arguments_of(page, name)
]
ODD = [
    None,
    True,
    -1,
    1e308,
    10**40,
    "",
    "\x00",
    "\ud800",
    "'; DROP TABLE invoice; --",
    "x" * 100_000,
    [],
    ["a", ["b"]],
    {},
    {"amount": {"$gt": 0}, "from": ["2026-01-01"], "to": 7},
    {"__class__": "x", "amount": "NaN"},
]


@pytest.mark.parametrize(
    ("page", "name"), HANDLERS, ids=[f"{page.__name__}.{name}" for page, name in HANDLERS]
)
def test_case_2_whatever_is_sent_to_a_handler_nothing_breaks(
    page, name, company, invoice, dana, northwind, tab, stripe
):
    """Cases 2 and 37: any value in any argument; nobody else's words come back.

    And all of it is asked within the customer's company (decision 28).
    """
    theirs = write_invoice(company, northwind, number="INV-7777")
    handler, arguments = f"{page.get_full_name()}.{name}", arguments_of(page, name)
    sent = [*ODD, theirs.id, northwind.id, {"amount": "1", "invoice_id": theirs.id}]
    for start in range(0, len(sent), 10):
        browser = tab(dana, page_of(invoice))
        with asked_outside() as outside:
            for odd in sent[start : start + 10]:
                browser.call(handler, dict.fromkeys(arguments, odd), settle=False)
            browser.settle()
        assert outside == []
        assert browser.var(Toast, "text") == ""
        assert "INV-7777" not in ascii(browser.frames)
        assert not browser.closed
    with asked_outside() as outside:
        assert browser.reconnect().view(InvoicePage).number == "INV-0042"
    assert outside == []


def test_whoever_comes_next_in_a_tab_sees_nothing_of_whoever_was_there_before(
    company, invoice, dana, northwind, tab, stripe
):
    """A shared computer: the tab's own token outlives sign-out and the next one's sign-in."""
    browser = tab(dana, page_of(invoice))
    browser.open(HOME)
    browser.call(HomePage.choose, {"invoice_id": invoice.id, "ticked": True})
    browser.open("/portal/account/")
    browser.post("/sign-out")
    name, _, value = session_cookie(northwind).partition("=")
    browser.cookies.set(name, value)
    for path in (HOME, page_of(invoice), "/portal/account/", "/portal/statement/"):
        browser.open(path)
        for word in ("Harbor View", "Dana", "INV-0042", "303.10", "harborview.example"):
            assert word not in str(browser.frames), (path, word)
