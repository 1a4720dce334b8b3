"""Who sees anything of the customer's pages, and who does not."""

import pytest
from reflex.utils.format import format_event_handler

from fsm_portal.config import settings
from fsm_portal.domain.clock import now
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import cookie_name
from fsm_portal.gateways.tokens import sign_session
from fsm_portal.portal.home_page import HomePage
from fsm_portal.portal.invoice_page import InvoicePage
from tests.invoices import write_invoice
from tests.portal.addresses import HOME, address_of, page_of
from tests.portal.people import session_cookie
from tests.portal_app import the_portal

# What only Dana and her company may read.
PRIVATE = ("Harbor View", "Dana", "INV-0042", "303.10", "boiler", "brightheating.example")


def handlers():
    """Every handler that a client can name, of every State of the portal."""
    registered = the_portal()._registration_context.event_handlers
    return sorted(name for name in registered if "fsm_portal" in name)


def forged(dana, **changes):
    """A session cookie that nobody issued."""
    secret = changes.pop("secret", settings().secret_key.get_secret_value())
    claims = {
        "session_id": "0" * 32,
        "company_id": dana.company_id,
        "audience": "customer",
        "expires_at": now().replace(year=2099),
        **changes,
    }
    return f"{cookie_name('customer')}={sign_session(**claims, secret=secret)}"


def cookies_of_nobody(dana, maya):
    genuine = session_cookie(dana).partition("=")[2]
    return {
        "no cookie": "",
        "not a token": f"{cookie_name('customer')}=1",
        "an id as a cookie": f"{cookie_name('customer')}={dana.id}",
        "unknown session": forged(dana),
        "another key": forged(dana, secret="k" * 64),
        "a changed token": f"{cookie_name('customer')}={genuine[:-6]}AAAAAA",
        "staff": session_cookie(maya),
        "staff token as customer": forged(dana, audience="staff"),
    }


NOBODIES = (
    "no cookie",
    "not a token",
    "an id as a cookie",
    "unknown session",
    "another key",
    "a changed token",
    "staff",
    "staff token as customer",
)


@pytest.mark.parametrize("nobody", NOBODIES)
@pytest.mark.parametrize("path", ["home", "invoice"])
def test_case_37_only_a_signed_in_customer_is_shown_anything(
    nobody, path, invoice, dana, maya, tab
):
    """Case 37: neither nobody, nor a forged cookie, nor staff: those have pages of their own."""
    cookie = cookies_of_nobody(dana, maya)[nobody]
    browser = tab(None, HOME if path == "home" else page_of(invoice), cookie)
    assert browser.var(HomePage if path == "home" else InvoicePage, "locked")
    assert not [word for word in PRIVATE if word in str(browser.frames)]
    assert browser.redirected_to is None


def test_the_registry_names_the_handlers_of_the_pages():
    names = handlers()
    for handler in (InvoicePage.pay, InvoicePage.confirm, HomePage.on_load):
        assert format_event_handler(handler) in names


@pytest.mark.parametrize("nobody", ["no cookie", "unknown session"])
def test_case_37_no_handler_of_the_portal_does_anything_for_nobody(
    nobody, invoice, dana, maya, tab, database, stripe
):
    """Case 37: the whole registry is walked, so a handler that is new is walked too."""
    cookie, names = cookies_of_nobody(dana, maya)[nobody], handlers()
    before = contents(database)
    # A few in each tab: who sends more than forty events at once is slowed down.
    for start in range(0, len(names), 12):
        browser = tab(None, page_of(invoice), cookie)
        for name in names[start : start + 12]:
            for payload in ({}, {"invoice_id": invoice.id}, {"form": {"email": "a@b.example"}}):
                browser.call(name, payload, settle=False)
        browser.settle()
        assert not [word for word in PRIVATE if word in str(browser.frames)]
    assert contents(database) == before
    assert stripe.get("/v1/checkout/sessions")["data"] == []


def contents(engine):
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(str, connection.execute(table.select())))
            for table in metadata.sorted_tables
        }


@pytest.fixture
def neighbours_invoice(company, northwind):
    return write_invoice(company, northwind, number="INV-7777")


@pytest.mark.parametrize("where", ["path", "query", "params", "both", "every header"])
def test_case_38_a_forged_address_is_no_authority(
    where, invoice, neighbours_invoice, dana, tab, server
):
    """Case 38: whatever the client says about where it is, it is shown its own or nothing."""
    wanted = neighbours_invoice.id
    browser = tab(dana, page_of(invoice))
    forgeries = {
        "path": {"pathname": address_of(wanted), "asPath": address_of(wanted), "query": {}},
        "query": {"query": {"invoice_id": wanted}},
        "params": {"query": {"invoice_id": [wanted, {"$ne": None}], "company_id": "x"}},
        "both": {
            "pathname": address_of(wanted),
            "asPath": f"{address_of(wanted)}?invoice_id={wanted}&company_id={dana.company_id}",
            "query": {"invoice_id": wanted},
        },
        "every header": {
            "headers": {"cookie": f"{cookie_name('customer')}=x", "X-Forwarded-For": "127.0.0.1"},
            "ip": "127.0.0.1",
        },
    }
    for handler in (InvoicePage.on_load, InvoicePage.show_all_lines):
        browser.call(handler, router_data=forgeries[where])
    browser.settle()
    assert "INV-7777" not in str(browser.frames)
    assert "Northwind" not in str(browser.frames)


def test_case_38_a_session_of_somebody_else_named_in_the_event_is_not_taken(
    invoice, dana, northwind, tab
):
    """Case 38: the cookie counts that came with the socket's handshake, not one in an event."""
    stolen = session_cookie(dana)
    browser = tab(northwind, HOME)
    data = {"headers": {"cookie": stolen}, "asPath": page_of(invoice), "pathname": page_of(invoice)}
    browser.call(InvoicePage.on_load, router_data=data)
    assert "INV-0042" not in str(browser.frames)
    assert not browser.view(InvoicePage).found


def test_somebody_elses_token_brings_nothing_of_what_they_saw(invoice, dana, tab, server):
    """A client chooses its own token: it may be another's, whose tab is open or was."""
    danas = tab(dana, page_of(invoice))
    thief = tab(None, HOME)
    thief.token = danas.token
    danas.close()
    thief.open(page_of(invoice))
    assert not [word for word in PRIVATE if word in str(thief.frames)]


def test_no_view_can_be_set_from_outside(invoice, dana, tab):
    browser = tab(dana, page_of(invoice))
    state = InvoicePage.get_full_name()
    for name in ("set_view", "set_locked", "set_problem", "load_view", "_watch", "_say"):
        browser.call(f"{state}.{name}", {"value": "x"})
    assert browser.view(InvoicePage).number == "INV-0042"
