"""Asks for links by mail: for whoever an address belongs to, or afresh for an old link."""

import json
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.clock import now
from fsm_portal.domain.customer import Customer
from fsm_portal.domain.insert_once import table_of
from fsm_portal.domain.outbox import OutboxMessage, WorkKind, enqueue
from fsm_portal.domain.staff import Staff
from fsm_portal.flows.login_links.look import find_link

_outbox = table_of(OutboxMessage)


def send_fresh_link(token: str, browser_hash: str) -> None:
    """Queue a fresh link in place of an old one, to the same address. Unknown tokens: nothing."""
    with unit_of_work() as session:
        link = find_link(session, token)
        if link is not None:
            _queue(
                session,
                link.company_id,
                browser_hash,
                staff_id=link.staff_id,
                customer_id=link.customer_id,
                invoice_id=link.invoice_id,
            )


def request_links(email: str, browser_hash: str) -> None:
    """Queue a link for everybody this address belongs to. Says nothing about whether it did."""
    people = find_people(email)
    with unit_of_work() as session:
        for company_id, staff_id, customer_id in people:
            _queue(session, company_id, browser_hash, staff_id=staff_id, customer_id=customer_id)


# What can be caused to be mailed to one person, from one browser and from all (CASES 51): a
# stranger who keeps asking leaves room for the one whose address it is.
_MAILS_PER_BROWSER = 3
_MAILS_PER_WINDOW = 10
_WINDOW = timedelta(minutes=10)


def _queue(
    session: Session,
    company_id: str,
    browser_hash: str,
    *,
    staff_id: str | None = None,
    customer_id: str | None = None,
    invoice_id: str | None = None,
) -> None:
    person = staff_id or customer_id or ""
    # One key per place in the window: the eleventh request of a window finds all keys taken.
    window = int(now().timestamp() // _WINDOW.total_seconds())
    places = [f"sign-in:{person}:{window}:{place}" for place in range(_MAILS_PER_WINDOW)]
    asked = session.connection().execute(
        select(_outbox.c.payload).where(
            _outbox.c.company_id == company_id, _outbox.c.key.in_(places)
        )
    )
    browsers = [json.loads(payload).get("browser_hash") for payload in asked.scalars()]
    if browsers.count(browser_hash) >= _MAILS_PER_BROWSER:
        return
    for place in places:
        queued = enqueue(
            session,
            company_id,
            WorkKind.SIGN_IN_MAIL,
            place,
            {
                "staff_id": staff_id,
                "customer_id": customer_id,
                "invoice_id": invoice_id,
                "browser_hash": browser_hash,
            },
        )
        if queued:
            return


def find_people(email: str) -> list[tuple[str, str | None, str | None]]:
    """``(company_id, staff_id, customer_id)`` of everybody with this address."""
    wanted = email.strip().lower()
    if not wanted.isprintable():
        # Nobody's; and PostgreSQL raises for a NUL in it.
        return []
    with reading() as session:
        staff, customer = table_of(Staff).c, table_of(Customer).c
        connection = session.connection()
        found: list[tuple[str, str | None, str | None]] = [
            (row.company_id, row.id, None)
            for row in connection.execute(
                select(staff.company_id, staff.id).where(
                    func.lower(staff.email) == wanted, staff.deactivated_at.is_(None)
                )
            )
        ]
        found += [
            (row.company_id, None, row.id)
            for row in connection.execute(
                select(customer.company_id, customer.id).where(func.lower(customer.email) == wanted)
            )
        ]
        return found
