"""Every handler, page and plain route of the staff's is held to the matrix of roles (case 37).

Each is called as each of the four roles, as a customer and as nobody. What is asked about a person
is listened to, so that it is seen whether a handler asks for the right that it needs; and what
somebody does who may not do it leaves every row of every table as it was.
"""

from collections.abc import Iterator
from inspect import signature
from typing import Any

import pytest
import reflex as rx
from reflex.utils.format import format_event_handler
from sqlalchemy import Table, event, select

from fsm_portal.dashboard.clerk import SIGN_IN
from fsm_portal.db import engine, reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.company import Company
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.job import Job
from fsm_portal.domain.role import MATRIX, May, Role
from fsm_portal.domain.staff import Staff
from fsm_portal.domain.tables import metadata
from fsm_portal.flows.identity import Identity, cookie_name
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.live.throttle import Throttle
from tests import cast
from tests.dashboard.matrix import (
    CUSTOMER_ROUTES,
    HANDLERS,
    PAGES,
    PUBLIC_ROUTES,
    STAFF_ROUTES,
)
from tests.dashboard.test_access import dashboard_states
from tests.invoices import write_invoice
from tests.money_back import refunded
from tests.outside import asked_outside
from tests.payments import checkout, received
from tests.portal.people import session_cookie

# What is kept of somebody's being here.
_OF_BEING_HERE = {"session", "login_link"}
# Handlers that open a dialog on something, for those that act on what is open.
_OPENERS = ("ask", "edit")


# The State, the handler's full name, what it needs, and arguments for it.
Call = tuple[str, str, May | None, dict[str, object]]


class _Allowed(Exception):
    """Raised where a right was asked for and is there: the deed itself is not the matter here."""


class Listener:
    """Hears every right that is asked about somebody, and what the answer was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[tuple[May, bool]] = []
        self.stop_at: May | None = None
        honest = Identity.may

        def may(who: Identity, what: May) -> bool:
            allowed = honest(who, what)
            self.heard.append((what, allowed))
            if allowed and what is self.stop_at:
                raise _Allowed(what)
            return allowed

        monkeypatch.setattr(Identity, "may", may)


@pytest.fixture
def listener(monkeypatch) -> Listener:
    """Hundreds of events in a row are slowed down otherwise (tests/live/test_throttle.py)."""
    monkeypatch.setattr(Throttle, "delay", lambda *_: 0.0)
    return Listener(monkeypatch)


def handlers_of(state: type[rx.State]) -> dict[str, Any]:
    return {
        name: handler
        for name, handler in state.event_handlers.items()
        if handler.fn.__module__.startswith("fsm_portal.")
    }


class Writes:
    """Counts what is written to the database: where nothing was, every row is as it was."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(engine(), "before_cursor_execute", self._heard)

    def _heard(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += not statement.startswith(("SELECT", "BEGIN", "PRAGMA"))

    def stop(self) -> None:
        event.remove(engine(), "before_cursor_execute", self._heard)


@pytest.fixture
def writes(server) -> Iterator[Writes]:
    counted = Writes()
    yield counted
    counted.stop()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row there is, less what is kept of somebody's being here."""
    with reading() as session:
        connection = session.connection()
        return {
            table.name: sorted(map(repr, connection.execute(_kept(table)).all()))
            for table in metadata.sorted_tables
            if table.name not in _OF_BEING_HERE
        }


def _kept(table: Table) -> Any:
    return select(*[column for column in table.columns if column.name != "seen_at"])


@pytest.fixture
def values(company, dana, invoice) -> dict[str, object]:
    """Something that makes sense for each argument of a handler, by its name."""
    payment = received(checkout(invoice))
    job = Job(company_id=company.id, customer_id=dana.id, title="Boiler service", starts_at=now())
    form = {
        "email": "mine@evil.example", "name": "Mine", "role": "owner", "note": "why",
        "taken_amount": "1.00", "amount": "1.00", "credit_amount": "1.00",
    }  # fmt: skip
    return {
        "invoice_id": invoice.id, "payment_id": payment.id, "customer_id": dana.id,
        "job_id": cast.save(job).id,
        "use_id": invoice.id, "staff_id": invoice.id, "event_id": "evt_1", "key": "k1",
        "payout_id": "po_1", "form": form, "question": "role", "role": "owner", "part": "q",
        "ids": [invoice.id], "ticked": True, "by": "number", "text": "x", "value": "x",
    }  # fmt: skip


def test_every_handler_and_page_and_route_has_its_line_in_the_matrix(server):
    found = {state.__name__: set(handlers_of(state)) for state in dashboard_states()}
    found = {name: handlers for name, handlers in found.items() if handlers}
    known = {name: set(handlers) for name, handlers in HANDLERS.items()}
    assert found == known, "tests/dashboard/matrix.py says who may call each handler"
    pages = {route for route in server.app._unevaluated_pages if route.startswith("dashboard")}
    assert pages == set(PAGES)
    assert _paths() == PUBLIC_ROUTES | CUSTOMER_ROUTES | set(STAFF_ROUTES)


def _paths() -> set[str]:
    from fsm_portal.fsm_portal import plain_routes

    return {route.path for route in plain_routes.routes if getattr(route, "path", "")}


def _calls(values: dict[str, object]) -> Iterator[Call]:
    for state in dashboard_states():
        for name, handler in handlers_of(state).items():
            needs = HANDLERS[state.__name__][name]
            arguments = [*signature(handler.fn).parameters][1:]
            payload = {each: values.get(each, values["invoice_id"]) for each in arguments}
            yield state.__name__, format_event_handler(handler), needs, payload


@pytest.mark.parametrize("role", list(Role))
def test_a_handler_asks_for_the_right_it_needs(
    server, tab, listener, writes, company, maya, values, invoice, role
):
    """And whatever it asks of the database it asks within the company (decision 28)."""
    person = maya if role is Role.OWNER else cast.save(cast.tom(company, role=role))
    page = tab(person, f"/dashboard/invoices/{invoice.id}/")
    openers = [each for each in _calls(values) if _name(each).startswith(_OPENERS)]
    before = everything()
    wrong = []
    for state, handler, needs, payload in _calls(values):
        listener.stop_at = None
        listener.heard.clear()
        for opener in _in_order(openers, state, handler):
            page.call(opener[1], opener[3], settle=False)
        page.settle()
        # What could not even be opened cannot be done.
        refused = (needs, False) in listener.heard
        listener.heard.clear()
        listener.stop_at = needs
        page.events.clear()
        written = writes.count
        with asked_outside() as outside:
            page.call(handler, payload)
        if outside:
            wrong.append(f"{handler} is within no company: {outside}")
        if needs and not refused and (needs, role.may(needs)) not in listener.heard:
            wrong.append(f"{handler} did not ask for {needs}: {listener.heard}")
        if (needs is None or not role.may(needs)) and writes.count != written:
            if (after := everything()) != before:
                wrong.append(f"{handler} changed something as {role}")
            before = after
        if needs is None and page.redirected_to == SIGN_IN:
            wrong.append(f"{handler} turned {role} away")
    assert not wrong, "\n".join(wrong)


def _in_order(openers: list[Call], state: str, handler: str) -> list[Call]:
    """Those of the handler's own State, the one that is named after it last."""
    its_own = [each for each in openers if each[0] == state and each[1] != handler]
    own = f"ask_{handler.rpartition('.')[2]}"
    return sorted(its_own, key=lambda each: _name(each) == own)


def _name(call: Call) -> str:
    return call[1].rpartition(".")[2]


@pytest.mark.parametrize("who", ["customer", "nobody", "deactivated"])
def test_no_handler_does_anything_for_anybody_else(
    server, tab, listener, company, maya, dana, values, who
):
    """Cases 34 and 37."""
    gone: Staff = cast.save(cast.tom(company, role=Role.OWNER))
    person = {"customer": dana, "nobody": None, "deactivated": gone}[who]
    page = tab(person, "/dashboard/")
    if who == "deactivated":
        gone.deactivated_at = gone.created_at
        cast.save(gone)
    before = everything()
    wrong = []
    for _, handler, _, payload in _calls(values):
        page.events.clear()
        page.call(handler, payload)
        if page.redirected_to != SIGN_IN:
            wrong.append(handler)
    assert not wrong
    assert everything() == before


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", PAGES)
def test_a_page_shows_its_content_to_whoever_may_see_it(
    server, tab, company, maya, draft, values, route, role
):
    person = maya if role is Role.OWNER else cast.save(cast.tom(company, role=role))
    path = "/" + route.replace("[invoice_id]/edit", f"{draft.id}/edit") + "/"
    for name in ("invoice_id", "customer_id", "job_id"):
        path = path.replace(f"[{name}]", str(values[name]))
    page = tab(person, path)
    if page.redirected_to is not None:
        page.navigate(page.redirected_to)
    state = server.app._unevaluated_pages[route].on_load.fn.__qualname__.partition(".")[0]
    (found,) = [each for each in dashboard_states() if each.__name__ == state]
    view = page.view(found)
    assert view.loaded
    needs = PAGES[route]
    if needs is None or role.may(needs):
        assert _is_shown(view)
        return
    assert not _is_shown(view)
    empty = _plain(found.get_fields()["view"].default_value())
    seen = _plain(view)
    shown = [name for name in seen.keys() - {"loaded", "desk"} if seen[name] != empty[name]]
    assert not shown, f"{role} is shown {shown}"


def _plain(view: Any) -> Any:
    """A view as plain data, whether it comes from here or over the wire."""
    if isinstance(view, list | tuple):
        return [_plain(one) for one in view]
    if hasattr(view, "__dict__"):
        view = vars(view)
    return {name: _plain(one) for name, one in view.items()} if isinstance(view, dict) else view


def _is_shown(view: Any) -> bool:
    return bool(getattr(view, "allowed", getattr(view, "found", True)))


@pytest.mark.parametrize("route", STAFF_ROUTES)
def test_a_plain_route_answers_whoever_may_have_it(
    server, company, other_company, maya, dana, invoice, values, route
):
    later = write_invoice(company, dana, number="INV-0045")
    documents = {
        "receipts": values["payment_id"],
        "refunds": refunded(paid := received(checkout(later)), paid.amount).id,
        "credit-notes": _credit_note(company, maya, dana),
    }
    document_id = next((documents[each] for each in documents if each in route), invoice.id)
    path = route.format(document_id=document_id, customer_id=dana.id)
    theirs = cast.save(cast.harbor_view(other_company))
    needs = STAFF_ROUTES[route]
    for role in Role:
        if needs is not None and role.may(needs):
            continue  # what it then does is tested where it is told
        person = cast.save(
            cast.tom(company, role=role, email=f"{role.value}@brightheating.example")
        )
        answer = _get(server, path, session_cookie(person))
        assert (answer == 200) == (needs is None), f"{role} is answered {answer}"
    for cookie in ("", session_cookie(theirs), f"{cookie_name('staff')}=x"):
        assert _get(server, path, cookie) != 200


def _credit_note(company: Company, maya: Staff, dana: Customer) -> str:
    who = Identity("staff", maya.company_id, maya.id, "s", maya.name, maya.email, maya.role)
    invoice = write_invoice(company, dana, number="INV-0044")
    credit_invoice(who, invoice.id, Asked(note_id := new_id(), "1.00"))
    return note_id


def _get(server: Any, path: str, cookie: str) -> int:
    return int(
        server.client.get(path, headers={"cookie": cookie}, follow_redirects=False).status_code
    )


def test_the_matrix_itself():
    assert MATRIX[Role.OWNER] == MATRIX[Role.ADMIN] == frozenset(May)
    assert MATRIX[Role.TECHNICIAN] == {May.COMPLETE_JOBS}
    assert frozenset(May) - MATRIX[Role.OFFICE] == {
        May.CHANGE_SETTINGS,
        May.CONNECT_STRIPE,
        May.MANAGE_TEAM,
        May.SEE_AUDIT,
    }
