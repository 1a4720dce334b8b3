"""Every handler of the dashboard is an open endpoint: who may call it, and with what."""

import dataclasses
import json
import logging
from inspect import signature

import pytest
import reflex as rx
from reflex.utils.format import format_event_handler
from sqlmodel import select

from fsm_portal.dashboard.clerk import SIGN_IN
from fsm_portal.dashboard.invoice_page import StaffInvoicePage
from fsm_portal.dashboard.invoices_page import InvoicesPage
from fsm_portal.dashboard.overview_page import OverviewPage
from fsm_portal.dashboard.payments_page import PaymentsPage
from fsm_portal.dashboard.reconciliation_page import ReconciliationPage
from fsm_portal.dashboard.sending import Sending
from fsm_portal.db import reading
from fsm_portal.domain.invoice import InvoiceDelivery
from fsm_portal.domain.outbox import OutboxMessage
from fsm_portal.flows.identity import cookie_name
from fsm_portal.ui.toast import Toast
from tests import cast
from tests.invoices import write_invoice

PAGES = {
    OverviewPage: "/dashboard/",
    InvoicesPage: "/dashboard/invoices/",
    StaffInvoicePage: "/dashboard/invoices/{id}/",
    PaymentsPage: "/dashboard/payments/",
    ReconciliationPage: "/dashboard/reconciliation/",
}
HOSTILE = [
    None, 5, -1, 10**30, 1.5, True, "", "x", "x" * 50_000, "0" * 32, "' OR 1=1 --", "../..",
    [], ["a"], {}, {"email": 5}, {"email": None}, {"email": {"a": 1}}, {"a": {"b": [1]}},
]  # fmt: skip


def dashboard_states(above: type[rx.State] = rx.State) -> list[type[rx.State]]:
    """Every State of the dashboard, so that a new one is tested without being named here."""
    found = []
    for state in above.get_substates():
        if state.__module__.startswith("fsm_portal.dashboard"):
            found.append(state)
        found += dashboard_states(state)
    return found


def handlers() -> list[tuple[str, list[str]]]:
    """The full name of every handler of ours, with its arguments' names."""
    return [
        (format_event_handler(handler), [*signature(handler.fn).parameters][1:])
        for state in dashboard_states()
        for handler in state.event_handlers.values()
        if handler.fn.__module__.startswith("fsm_portal.")
    ]


def letters() -> int:
    with reading() as session:
        return len(session.exec(select(InvoiceDelivery)).all()) + len(
            session.exec(select(OutboxMessage)).all()
        )


def test_the_walk_finds_the_handlers(server):
    names = " ".join(name for name, _ in handlers())
    for known in ("on_load", "search", "turn", "send", "ask", "send_there"):
        assert f".{known}" in names


@pytest.mark.parametrize("who", ["anonymous", "customer", "deactivated", "forged"])
def test_case_37_no_handler_serves_anybody_but_staff(
    in_a_rush, server, tab, who, maya, dana, company, invoice, draft
):
    """Each handler, called from each page as somebody who has no business there."""
    gone = cast.save(cast.tom(company))
    person = {"customer": dana, "deactivated": gone}.get(who)
    cookie = f"{cookie_name('staff')}=eyJhbGciOiJub25lIn0.e30." if who == "forged" else ""
    page = tab(person, "/dashboard/", cookie)
    if who == "deactivated":
        gone.deactivated_at = gone.created_at
        cast.save(gone)
    before = letters()
    for name, arguments in handlers():
        page.events.clear()
        for payload in _payloads(arguments, invoice.id):
            page.call(name, payload, settle=False)
        page.settle()
        assert page.redirected_to == SIGN_IN, name
    assert letters() == before
    if who != "deactivated":
        for state in PAGES:
            assert not page.view(state).loaded
        assert "INV-0042" not in "".join(page.frames)


@pytest.mark.parametrize("state", PAGES, ids=lambda state: state.__name__)
def test_a_page_opened_by_nobody_leads_to_the_sign_in_page(tab, state, dana, invoice):
    for person in (None, dana):
        page = tab(person, PAGES[state].format(id=invoice.id))
        assert page.redirected_to == SIGN_IN
        assert not page.view(state).loaded


def test_whatever_is_sent_to_a_handler_nothing_breaks(
    in_a_rush, server, tab, maya, company, invoice, draft, caplog
):
    """Case 2's kind of client: any type, any size, on every handler."""
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/")
    before = letters()
    with caplog.at_level(logging.ERROR):
        for name, arguments in handlers():
            for value in HOSTILE if arguments else [None]:
                page.call(name, dict.fromkeys(arguments, value), settle=False)
            page.settle()
    assert letters() == before
    assert "a handler failed" not in caplog.text
    # A word of refusal at most; never the apology for a handler that raised.
    assert "went wrong" not in page.var(Toast, "text")
    page.navigate("/dashboard/")
    assert page.view(OverviewPage).outstanding.amount == "$280.00"


def test_reflexs_own_setter_sets_nothing(tab, maya, invoice):
    """Every State has one that can be called; without setters it finds none."""
    page = tab(maya, "/dashboard/invoices/")
    for state, name in ((Sending, "answered"), (InvoicesPage, "view")):
        before = page.var(state, name)
        page.call(state.event_handlers["setvar"], {"var_name": name, "value": "x"})
        assert page.var(state, name) == before


@pytest.mark.parametrize(
    "query",
    ["?page=-1", "?after=99999999999999999999", "?before=%00", "?show=<script>", "?sort[]=1",
     "?q=" + "x" * 5_000, "?q=%25%5F%5C", "?q=%F0%9F%92%A9"],
)  # fmt: skip
def test_whatever_an_address_says_a_list_is_shown(tab, maya, invoice, query):
    for path, state in (
        ("/dashboard/invoices/", InvoicesPage),
        ("/dashboard/payments/", PaymentsPage),
    ):
        view = tab(maya, path + query).view(state)
        assert view.loaded


def test_case_35_a_strangers_invoice_is_like_a_missing_one(tab, maya, company, other_company):
    theirs = write_invoice(other_company, cast.save(cast.harbor_view(other_company)))
    missing = "f" * 32
    seen = {}
    for invoice_id in (theirs.id, missing):
        page = tab(maya, f"/dashboard/invoices/{invoice_id}/")
        page.call(Sending.send, {"invoice_id": invoice_id})
        seen[invoice_id] = (
            json.dumps(_plain(page.view(StaffInvoicePage))).replace(invoice_id, "<id>"),
            page.var(Sending, "problem"),
        )
    assert seen[theirs.id] == seen[missing]
    assert seen[missing][1] == "This invoice does not exist."


def test_case_38_the_query_does_not_name_the_invoice(tab, maya, company, invoice, draft):
    """The path says which invoice it is, whatever else the client sends along."""
    page = tab(maya, f"/dashboard/invoices/{invoice.id}/?invoice_id={draft.id}&company_id=x")
    assert page.view(StaffInvoicePage).id == invoice.id


def test_a_technician_reads_and_sends_nothing(tab, company, invoice):
    tom = cast.save(cast.tom(company))
    page = tab(tom, "/dashboard/invoices/")
    view = page.view(InvoicesPage)
    assert [row.total for row in view.rows] == ["$280.00"]
    assert not view.desk.may_send and not view.desk.sees_fees
    page.call(Sending.send, {"invoice_id": invoice.id})
    assert page.var(Sending, "problem").startswith("Your role cannot send")
    page.call(Sending.ask, {"invoice_id": invoice.id})
    page.call(Sending.send_there, {"form": {"email": "mine@evil.example"}})
    assert page.var(Sending, "address_problem").startswith("Your role cannot send")
    assert letters() == 0


def _payloads(arguments: list[str], invoice_id: str) -> list[dict[str, object]]:
    if not arguments:
        return [{}]
    values: list[object] = [invoice_id, {"email": "mine@evil.example"}, 1]
    return [dict.fromkeys(arguments, value) for value in values]


def _plain(view: object) -> object:
    if dataclasses.is_dataclass(view):
        raise AssertionError("a view is received as plain data")
    if hasattr(view, "__dict__"):
        return {name: _plain(value) for name, value in vars(view).items()}
    return [_plain(one) for one in view] if isinstance(view, list) else view
